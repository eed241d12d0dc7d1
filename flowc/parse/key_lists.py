"""A list or a mapping in the place of a key, which YAML allows. Loaded only with the error."""

from __future__ import annotations

from flowc.diagnostics import quoted
from flowc.nodes import Mapping, Node, Scalar, Sequence
from flowc.source import Span
from flowc.suggest import Instead, as_typed

_MOST = 8  # keys that are written out in a hint


def advice(key: Node, value: Node, is_in_braces: bool) -> tuple[str, str]:
    """What is wrong, and a hint: each key of a list stands alone, with a value of its own."""
    if isinstance(key, Mapping) and key.flow_style:
        return "a key must be text", "remove the outer braces"
    names = [each.text for each in key.items if isinstance(each, Scalar)] if isinstance(key, Sequence) else []
    if not isinstance(key, Sequence) or not names or len(names) < len(key.items) or len(names) > _MOST:
        return "a key must be text", "write `name: value`"
    said = as_typed(value.text) if isinstance(value, Scalar) and value.text and value.plain else "…"
    pairs = [f"{as_typed(name)}: {said}" for name in dict.fromkeys(names)]
    written = ", ".join(pairs)
    if not is_in_braces and len(pairs) > 1:
        return "a list cannot be a key", f"start a line with each: {', '.join(map(quoted, pairs))}"
    hint = f"write {quoted(written, 200)}"
    if said == "…" or not isinstance(value, Scalar) or not key.flow_style:
        return "a list cannot be a key", hint
    return "a list cannot be a key", Instead(hint, written).placed(Span(*key.span[:2], *value.span[2:]))
