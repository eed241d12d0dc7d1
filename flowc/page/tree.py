"""The picture of a flow as nested lists: where one node leads to several they stand below each other, and a line of the
stylesheet joins them. Nothing crosses: what several lead to, as the agent and most routes, is drawn once, as a tree of
its own, and a link stands for it everywhere else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from flowc.graph import Drawing, Edge, Node, Shape
from flowc.page.markup import Html, element
from flowc.testing.result import Covered

_WORDS = {
    Shape.CALL: "begins",
    Shape.AGENT: "agent",
    Shape.STEPS: "steps",
    Shape.CHOICE: "choice",
    Shape.RING: "rings",
    Shape.PERSON: "person",
    Shape.END: "ends",
}
GOES_TO = "goes-to"
"""A link to a node that is drawn elsewhere."""


def trees(picture: Drawing, uncovered: Iterable[Covered]) -> Html:
    """All of them, in the order of the flow. `uncovered`: what no call script has been through, of which each is told
    at the first node that stands where it does.
    """
    return _Forest(picture, uncovered).drawn()


def kinds(picture: Drawing) -> set[str]:
    """Of the nodes that are drawn, and of the links that stand for one elsewhere."""
    roots = set(_roots(picture))
    again = {GOES_TO for edge in picture.edges if edge.target in roots}
    return {_WORDS[node.shape] for node in picture.nodes} | again


class _Forest:
    def __init__(self, picture: Drawing, uncovered: Iterable[Covered]) -> None:
        self._nodes = {node.name: node for node in picture.nodes}
        first = {(node.span.line, node.span.column): node.name for node in reversed(picture.nodes)}
        self._uncovered: dict[str, list[str]] = defaultdict(list)
        for item in uncovered:
            name = first.get((item.place.span.line, item.place.span.column))
            if name is not None:
                self._uncovered[name].append(item.what.rpartition(": ")[2])
        self._leading: dict[str, list[Edge]] = defaultdict(list)
        for edge in picture.edges:
            self._leading[edge.source].append(edge)
        self._roots = list(_roots(picture))

    def drawn(self) -> Html:
        return element("div", *map(self._tree, self._roots), class_="trees")

    def _tree(self, name: str) -> Html:
        return element("ul", self._item(name, ""), class_="tree", role="list")

    def _item(self, name: str, when: str) -> Html:
        node, following = self._nodes[name], self._leading[name]
        branches = [self._follows(edge) for edge in following]
        return element(
            "li",
            element("div", _when(when), self._box(node), class_="step-of"),
            element("ul", *branches, role="list") if branches else None,
        )

    def _follows(self, edge: Edge) -> Html:
        if edge.target not in self._roots:
            return self._item(edge.target, edge.label)
        node = self._nodes[edge.target]
        words = "to " + ", ".join(node.lines)
        link = element("a", words, class_=f"node {GOES_TO}", href=f"#node-{node.name}")
        return element("li", element("div", _when(edge.label), link, class_="step-of"))

    def _box(self, node: Node) -> Html:
        left_out = self._uncovered[node.name]
        lines = [element("span", line, class_="line") for line in node.lines]
        note = element("span", f"in no call script: {', '.join(left_out)}", class_="note") if left_out else None
        return element(
            "a",
            *lines,
            note,
            id=f"node-{node.name}",
            class_=f"node {_WORDS[node.shape]}{' uncovered' if left_out else ''}",
            href=f"#L{node.span.line}",
            title=f"line {node.span.line} of the flow",
        )


def _when(words: str) -> Html | None:
    return element("span", words, class_="when") if words else None


def _roots(picture: Drawing) -> Iterator[str]:
    """What begins a call, what is led to from several places, and what nothing of those leads to."""
    counts = Counter(edge.target for edge in picture.edges)
    found = [node.name for node in picture.nodes if counts[node.name] != 1]
    leading: dict[str, list[str]] = defaultdict(list)
    for edge in picture.edges:
        leading[edge.source].append(edge.target)
    reached: set[str] = set()
    for name in (*found, *(node.name for node in picture.nodes)):
        if name in reached:
            continue
        if name not in found:
            found.append(name)
        waiting = [name]
        while waiting:
            here = waiting.pop()
            if here not in reached:
                reached.add(here)
                waiting += leading[here]
    order = [node.name for node in picture.nodes]
    yield from sorted(found, key=order.index)
