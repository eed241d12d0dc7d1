"""A picture in DOT, for Graphviz. Syntax: https://graphviz.org/doc/info/lang.html: in a quoted text only the quotation
mark and the backslash mean anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowc.graph.drawing import Drawing, Node, Shape

_SHAPES: Mapping[Shape, str] = {
    Shape.CALL: "oval",
    Shape.AGENT: "hexagon",
    Shape.STEPS: "box",
    Shape.CHOICE: "diamond",
    Shape.RING: "parallelogram",
    Shape.PERSON: "box, style=rounded",
    Shape.END: "circle",
}


def dot(picture: Drawing) -> str:
    """The whole graph."""
    return "".join(f"{line}\n" for line in _lines(picture))


def _lines(picture: Drawing) -> Iterator[str]:
    yield f"digraph {_quoted(picture.flow)} {{"
    yield "    node [fontname=sans]; edge [fontname=sans];"
    for node in picture.nodes:
        yield f"    {_drawn(node)}"
    for edge in picture.edges:
        label = f" [label={_quoted(edge.label)}]" if edge.label else ""
        yield f"    {edge.source} -> {edge.target}{label};"
    yield "}"


def _drawn(node: Node) -> str:
    return f"{node.name} [label={_quoted(chr(10).join(node.lines))}, shape={_SHAPES[node.shape]}];"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
