"""A picture in Mermaid, which pull requests and documents show. Syntax: https://mermaid.js.org/syntax/flowchart.html.

A text may hold anything: what is not a letter, a digit or plain punctuation is written as an entity (`#59;`), so that
it can neither end the statement nor be markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flowc.graph.drawing import Drawing, Node, Shape

_PLAIN = re.compile(r"[^\w .,()/=+':-]")
_AROUND: Mapping[Shape, tuple[str, str]] = {
    Shape.CALL: ("([", "])"),
    Shape.AGENT: ("{{", "}}"),
    Shape.STEPS: ("[", "]"),
    Shape.CHOICE: ("{", "}"),
    Shape.RING: ("[/", "/]"),
    Shape.PERSON: ("(", ")"),
    Shape.END: ("((", "))"),
}


def mermaid(picture: Drawing) -> str:
    """The whole diagram."""
    return "".join(f"{line}\n" for line in _lines(picture))


def _lines(picture: Drawing) -> Iterator[str]:
    yield "flowchart TD"
    for node in picture.nodes:
        yield f"    {_drawn(node)}"
    for edge in picture.edges:
        label = f'|"{_text(edge.label)}"|' if edge.label else ""
        yield f"    {edge.source} -->{label} {edge.target}"


def _drawn(node: Node) -> str:
    before, after = _AROUND[node.shape]
    return f'{node.name}{before}"{"<br/>".join(map(_text, node.lines))}"{after}'


def _text(text: str) -> str:
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", text) or "#32;"
