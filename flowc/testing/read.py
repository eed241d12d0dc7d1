"""From the text of a file of call scripts to a tree that has the shape of the language, its tables filled in.

What this needs of the flow is nothing but its name; what the names in a script refer to is `checked.py`'s to say.
Everything that is wrong goes to `Outline.problems`.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from flowc.diagnostics import Problems
from flowc.language.calls_grammar import CALL, SCRIPTS, SHAPES
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence, pairs
from flowc.parse.decode import Decoder
from flowc.parse.yaml_tree import LARGEST_FILE, parse
from flowc.source import START, Source, Span
from flowc.suggest import nearest
from flowc.testing.rows import Filling, Origins, Room, labels


@dataclass(frozen=True, slots=True)
class Turn:
    """A call with the values of one row filled in. `label` names the row; it is empty without rows."""

    label: str
    span: Span
    node: Node  # a list of steps, or what `CALL` describes
    origins: Origins = field(default_factory=Origins)  # where in the row its values stand

    @property
    def steps(self) -> Node | None:
        return self.node.get("steps") if isinstance(self.node, Mapping) else self.node

    def mapping(self, key: str) -> Mapping | None:
        return self.node.mapping(key) if isinstance(self.node, Mapping) else None


@dataclass(frozen=True, slots=True)
class Played:
    """A call, as often as it is played."""

    name: Scalar
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A file as far as it can be understood without its flow. `flow` is the flow's path, empty if there is none."""

    source: Source
    problems: Problems
    root: Mapping | None
    flow: str = ""
    flow_span: Span = START
    calls: tuple[Played, ...] = ()


def outline(source: Source) -> Outline:
    problems = Problems(source.path)
    root = parse(source, problems)
    if not isinstance(root, Mapping):
        if root is not None:
            Decoder(problems, SHAPES).decode(SCRIPTS, root, None)
        return Outline(source, problems, None)
    fills, room = b"${" in source.content, Room()
    calls = tuple(_call(name, node, fills, room, problems) for name, node in pairs(root.mapping("calls")))
    named = root.mapping("calls")
    for call in (
        calls if named is not None else ()
    ):  # what is wrong is said of the first row, then what is new of others
        assert named is not None
        named.entries[call.name.text] = (call.name, call.turns[0].node)
    Decoder(problems, SHAPES).decode(SCRIPTS, root, None)
    for call in calls:
        call.turns[0].origins.correct(problems)
        for turn in call.turns[1:]:
            _decode_turn(turn, call.name, problems)
    flow = root.scalar("flow")
    path = "" if flow is None else posixpath.normpath(posixpath.join(posixpath.dirname(source.path), flow.text))
    return Outline(source, problems, root, path, START if flow is None else flow.span, calls)


def _call(name: Scalar, node: Node, fills: bool, room: Room, problems: Problems) -> Played:
    """`fills` is false if there is nothing to fill in anywhere in the file."""
    listed = node.get("rows") if isinstance(node, Mapping) else None
    rows = [row for row in listed.items if isinstance(row, Mapping)] if isinstance(listed, Sequence) else []
    if not isinstance(node, Mapping) or not rows:
        filled = Filling(None, {}, set(), Room(), problems).fill(node) if fills else node
        return Played(name, (Turn("", name.span, filled),))
    names = {key.text: key for row in reversed(rows) for key, _ in row.entries.values()}
    used: set[str] = set()
    turns: list[Mapping] = []
    fillings: list[Filling] = []
    for row in rows:
        if not room.is_used_up:
            fillings.append(Filling(row, names, used, room, problems))
            turns.append(_turn(node, fillings[-1], is_first=not turns))
            if room.is_used_up:
                message = f"with its rows filled in, this file has more than {LARGEST_FILE // 1024} KiB"
                problems.add(node.entries["rows"][0].span, "FLOW007", message, "take fewer rows, or fewer steps")
    if room.is_used_up:
        return Played(
            name, tuple(Turn("", name.span, turn) for turn in turns[:1]) or (Turn("", name.span, Broken(name.span)),)
        )
    meant = {nearest(name, names) for name in used - names.keys()}  # of which it has been said that they are misspelt
    for unused in names.keys() - used - meant if "steps" in node.entries else ():
        message = f"nothing uses `{unused[:60]}`"
        problems.add(names[unused].span, "FLOW310", message, f"write `${{{unused[:60]}}}` in a step, or remove it")
    origins = [filling.origins for filling in fillings]
    parts = zip(labels(rows), [row.span for row in rows], turns, origins, strict=True)
    return Played(name, tuple(Turn(*turn) for turn in parts))


def _turn(call: Mapping, filling: Filling, is_first: bool) -> Mapping:
    """The rows themselves stay as they are, and with the first of them: once is enough to look at them."""
    filled = Mapping(call.start, call.flow_style)
    filled.end = call.end
    for key, (name, value) in call.entries.items():
        if key != "rows":
            filled.entries[key] = (name, filling.fill(value))
        elif is_first:
            filled.entries[key] = (name, value)
    return filled


def _decode_turn(turn: Turn, key: Scalar, problems: Problems) -> None:
    found = Problems(problems.path)
    Decoder(found, SHAPES).decode(CALL, turn.node, key)
    turn.origins.correct(found)
    known = set(problems.found)
    for each in found.found:
        if each not in known:
            problems.add(each.span, each.code, each.message, each.hint, each.related)
