"""The way out: what may be printed. Whatever goes to a terminal or into a log is a `Printable`, and is made here.

Renderers escape what they show, where they know its place in a row. This is the layer that nobody can forget: what
writes takes nothing else (`flowc.cli.output`), so a text that nobody has thought of is harmless, too. Three kinds of
reader are thought of:

- A terminal. Line feeds stay, and styles of ours where there are colours. Every other control, mark of the direction of
  writing, character without width, and separator of lines is shown as its escape.
- A service that looks for commands in the log of a build: lines that begin with `::` (GitHub), and `##[…]`,
  `##vso[…]`, `##teamcity[…]` anywhere in a line (GitHub, Azure, TeamCity). They are shown with their first character
  as its escape. Only `Command`s are such lines: those that flowc itself has for GitHub.
- A program. Documents for it are pure ASCII, and mean the same to their reader as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flowc.report.terminal import STYLES, cell

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_STYLE = f"({'|'.join(map(re.escape, STYLES))})"
_UNUSUAL = re.compile(r"[^\n -~]")
_LINE_COMMAND = re.compile(r"^([^\S\n]*(?:\x1b\[[0-9;]*m[^\S\n]*)*):(?=:)", re.MULTILINE)
_COMMAND_INSIDE = re.compile(r"#(?=#\w*\[)")


class Printable(str):
    """Text that does nothing but be read."""

    __slots__ = ()


class Command(str):
    """A line that the service which runs a build obeys, whole and escaped as that service wants it."""

    __slots__ = ()


def plain(text: str, color: bool = False) -> Printable:
    """Lines for people. `color` lets styles of `flowc.report.terminal` through."""
    if color:
        pieces = re.split(_STYLE, text)
        pieces[::2] = [_shown(piece) for piece in pieces[::2]]
        return Printable(_disarmed("".join(pieces)))
    return Printable(_disarmed(_shown(text)))


def log(lines: Iterable[str]) -> Printable:
    """Lines for a service that obeys `Command`s; all others are text."""
    shown = [_COMMAND_INSIDE.sub(r"\\x23", line) if isinstance(line, Command) else plain(line) for line in lines]
    return Printable("".join(f"{line}\n" for line in shown))


def json_document(document: Any) -> Printable:
    """Data as JSON."""
    import json

    return json_text(json.dumps(document, indent=2) + "\n")


def json_text(text: str) -> Printable:
    """JSON that is written already."""
    import json

    ascii_only = _UNUSUAL.sub(lambda found: json.dumps(found[0])[1:-1], text)
    return Printable(_COMMAND_INSIDE.sub(r"\\u0023", ascii_only))


def xml_document(root: Element) -> Printable:
    """A tree as XML. What XML cannot hold is written as its escape, what a log obeys as a reference."""
    from xml.etree.ElementTree import tostring

    text = _shown(tostring(root, encoding="unicode"))
    text = _COMMAND_INSIDE.sub("&#35;", _LINE_COMMAND.sub(r"\1&#58;", text))
    text = text.encode("ascii", "xmlcharrefreplace").decode("ascii")
    return Printable(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')


def html_document(text: str) -> Printable:
    """Markup that is written already. What a log obeys is a reference, so no line of it, and of scripts and styles in
    it, may begin with two colons of its own.
    """
    text = _COMMAND_INSIDE.sub("&#35;", _LINE_COMMAND.sub(r"\1&#58;", _shown(text)))
    return Printable(text.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def _shown(text: str) -> str:
    return _UNUSUAL.sub(lambda found: cell(found[0])[0], text)


def _disarmed(text: str) -> str:
    return _COMMAND_INSIDE.sub(r"\\x23", _LINE_COMMAND.sub(r"\1\\x3a", text))
