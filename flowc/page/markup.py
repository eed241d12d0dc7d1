"""HTML that no text can break out of.

`Html` is markup, and is made here alone. Whatever else stands in a page is text: `element` takes both, and escapes what
is no `Html`. A text that would act on its reader, as by turning the direction of writing, is shown as its escape, as on
a terminal. There is no way to write an attribute that is code: events are listened to by the page's own script, and a
link leads within the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any

from flowc.report.terminal import visible

Child = str | None
"""Markup, text, or nothing."""
Value = str | int | bool | None
"""Of an attribute: None and False leave it out, True is its name alone."""

_VOID = frozenset({"br", "input", "rect", "line", "path", "link", "meta"})


class Html(str):
    """Markup that is whole."""

    __slots__ = ()


NOTHING = Html("")


def text(written: str) -> Html:
    """A text, in which line breaks stay."""
    return Html("\n".join(escape(visible(line), quote=True) for line in written.split("\n")))


def together(parts: Iterable[Child]) -> Html:
    """One after the other."""
    return Html("".join(part if isinstance(part, Html) else text(part) for part in parts if part is not None))


def element(name: str, *children: Child, **attributes: Value) -> Html:
    """`class_` is the attribute `class`, and `aria_label` is `aria-label`."""
    written = "".join(
        _attribute(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID and not children:
        return Html(f"<{name}{written}/>")
    return Html(f"<{name}{written}>{together(children)}</{name}>")


def _attribute(name: str, value: Value) -> str:
    assert not name.startswith("on"), "events are listened to in the page's script"
    assert name not in ("style", "src", "srcdoc"), name
    assert name != "href" or str(value).startswith("#"), "a link leads within the page"
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'


def data(name: str, value: Any) -> Html:
    """Data for the page's script, which takes each text in it for a text."""
    written = json.dumps(_shown(value), separators=(",", ":"))
    for character in "<>&#":  # the last one for logs, which a page may go to as well
        written = written.replace(character, f"\\u{ord(character):04x}")
    return Html(f'<script type="application/json" id="{text(name)}">{written}</script>')


def _shown(value: Any) -> Any:
    match value:
        case str():
            return visible(value)
        case dict():
            return {key: _shown(each) for key, each in value.items()}
        case list() | tuple():
            return [_shown(each) for each in value]
    return value
