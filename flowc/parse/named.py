"""What is written in place of a webhook's name or of a list of callers: a list, braces, the name of a setting."""

from __future__ import annotations

import re

from flowc.diagnostics import quoted
from flowc.language.flow.grammar import CALLERS
from flowc.language.flow.values import WEBHOOK_NAME
from flowc.language.shapes import ByForm
from flowc.nodes import Mapping, Node, Scalar, Sequence
from flowc.suggest import Instead, write

_SETTINGS = ("secret", "storage")
_A_SETTING = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*"
_WORDS_FOR_A_WEBHOOK = ("notify", "webhook", "to", "name")


def instead(shape: ByForm, node: Node, key: Scalar | None) -> tuple[str, str] | None:
    """What is wrong, and what to write instead; None if there is nothing more to say than of any value."""
    if key is None:
        return None
    if shape.scalar is WEBHOOK_NAME:
        return _of_a_webhook(node, key.text)
    return _of_callers(node, key.text) if shape is CALLERS else None


def _of_a_webhook(node: Node, key: str) -> tuple[str, str] | None:
    inside = node.items if isinstance(node, Sequence) else []
    if isinstance(node, Mapping) and len(node.entries) == 1:
        inside = [value for name, (_, value) in node.entries.items() if name in _WORDS_FOR_A_WEBHOOK]
    names = [each.text for each in inside if isinstance(each, Scalar) and each.is_text and WEBHOOK_NAME.fits(each.text)]
    if not names or len(names) < len(inside) or any("/" in name for name in names):
        return None
    what = "a list" if isinstance(node, Sequence) else "a mapping"
    hint = write(names[0], f": `{key}` is told to one webhook" if len(names) > 1 else ", its name alone")
    return f"{quoted(key)} must be the name of a webhook, not {what}", hint


def _of_callers(node: Node, key: str) -> tuple[str, str] | None:
    match node:
        case Scalar(text=name) if key in _SETTINGS:
            hint = f"give it a name, by which `among` can go: `callers: {{blocked: {{{key}: {name}}}}}`"
            return f"{quoted(key)} is no name of callers, but of a setting", hint
        case Scalar(text=name) if re.fullmatch(_A_SETTING, name) and node.is_text:
            storage, secret = f"{{storage: {name}}}", f"{{secret: {name}}}"
            hint = Instead(f"write `{storage}`, or `{secret}`", storage, secret)
            return "callers are a list of numbers, or a setting that holds them", hint
        case Sequence(items=[*items]):
            settings = [each for each in items if isinstance(each, Mapping) and each.entries.keys() <= {*_SETTINGS}]
            if not settings:
                return None
            [(kind, (_, value)), *_] = settings[0].entries.items()
            written = f"{{{kind}: {value.text if isinstance(value, Scalar) else '…'}}}"
            if len(items) == 1:
                return "a setting holds the whole list", f"write `{written}`, without brackets"
            return "a setting holds a whole list, and is no item of one", (
                f"give it a name of its own, beside {quoted(key)}: `{key}_stored: {written}`"
            )
        case _:
            return None
