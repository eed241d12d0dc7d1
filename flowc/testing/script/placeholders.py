"""The value of a row, asked for as other tools do it: `$end`, `{{end}}`, `<end>`, or its name alone.

Looked for where nothing uses a value of the rows, so that something is wrong in any case. It is told at the step, and
taken as it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from flowc.diagnostics import Problems, quoted
from flowc.nodes import Mapping, Node, Scalar, Sequence

_NAME = r"[^{}<>()%$\n]{1,120}"
_FORMS = re.compile(
    rf"(?<!\$)\{{\{{({_NAME})\}}\}}|<%=?({_NAME})%>|<({_NAME})>|[#%]\{{({_NAME})\}}|\$\(({_NAME})\)|%({_NAME})%"
    rf"|\$ \{{({_NAME})\}}|\$(\w{{1,120}})|(?<![$#%{{])\{{({_NAME})\}}"
)


def as_meant(node: Node, unused: AbstractSet[str], problems: Problems) -> Node:
    """With `${name}` in their place."""
    match node:
        case Scalar():
            return node if node.value is None else _scalar(node, unused, problems)
        case Sequence():
            node.items[:] = [as_meant(item, unused, problems) for item in node.items]
        case Mapping():
            if (name := _in_braces(node)) in unused:
                return _told(Scalar(name, False, node.start, node.end), f"{{{name}}}", f"${{{name}}}", problems)
            entries = list(node.entries.items())
            node.entries.clear()
            for text, (key, value) in entries:
                meant = key if text in unused else _scalar(key, unused, problems)
                node.entries[meant.text] = (meant, as_meant(value, unused, problems))
        case _:
            pass
    return node


def _in_braces(node: Mapping) -> str:
    """The only thing in the braces, if it is a name without a value."""
    if not node.flow_style or len(node.entries) != 1:
        return ""
    [(key, value)] = node.entries.values()
    return key.text if isinstance(value, Scalar) and value.value is None and not value.text else ""


def _scalar(node: Scalar, unused: AbstractSet[str], problems: Problems) -> Scalar:
    text = node.text
    if text in unused:
        return _told(node, text, f"${{{text}}}", problems)
    if not any(sign in text for sign in "{<$%"):
        return node
    found = [each for each in _FORMS.finditer(text) if _name(each) in unused]
    if not found:
        return node
    meant = _FORMS.sub(lambda each: f"${{{_name(each)}}}" if _name(each) in unused else each[0], text)
    return _told(node, found[0][0], meant, problems, f"${{{_name(found[0])}}}")


def _name(found: re.Match[str]) -> str:
    return next(filter(None, found.groups()), "").strip()


def _told(node: Scalar, wrong: str, meant: str, problems: Problems, first: str = "") -> Scalar:
    message = f"{quoted(wrong)} is not how the value of a row is written"
    hint = f"write {quoted(first)} in its place" if first and first != meant else f"write {quoted(_in_quotes(meant))}"
    problems.add(node.span, "FLOW104", message, hint)
    return Scalar(meant, False, node.start, node.end)


def _in_quotes(text: str) -> str:
    return f'"{text}"'
