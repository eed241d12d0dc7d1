"""Texts with `${…}` in them, read once into their parts: by the resolver for flows, by call scripts for their rows."""

from __future__ import annotations

import re

from msgspec import Struct

from flowc.source import START, Span

# `$${` is a literal `${`. Then a reference with a text in its place; at last whatever follows `${` up to its brace,
# which may be missing.
_REFERENCE = re.compile(r"""\$\$\{|\$\{([^\s}"']+) +or +(?:"([^"]*)"|'([^']*)')\}|\$\{([^}]*)(\}?)""")


class Reference(Struct, frozen=True):
    """`${name}`, to be filled in; `${name or "text"}`: with this `fallback` where the name is not there, or empty.
    `closed` is false for one whose brace is missing, which only ever stands last.
    """

    name: str
    closed: bool = True
    fallback: str | None = None


class Text(Struct, frozen=True):
    """A text in its parts: what stands there, and what is filled in. No two strings follow each other."""

    parts: tuple[str | Reference, ...]

    @property
    def references(self) -> tuple[str, ...]:
        """Each name once, in the order of the text."""
        if len(self.parts) < 2 and (not self.parts or type(self.parts[0]) is str):
            return ()  # most texts
        return tuple(dict.fromkeys([part.name for part in self.parts if type(part) is Reference]))

    @property
    def template(self) -> str:
        """As it is written in a flow."""
        return "".join([_written(part) for part in self.parts])

    def known(self) -> str:
        """What stands there, without what is filled in."""
        return "".join([part for part in self.parts if type(part) is str])

    def literal(self) -> str:
        """The text as it is heard or sent; only for texts without references."""
        assert not self.references
        return self.known()


class Entry(Struct, frozen=True):
    """A name with a text: of metadata, of a header, of a reply."""

    name: str
    text: Text
    span: Span = START


def text_of(written: str) -> Text:
    """A text as it is written in a file."""
    if "${" not in written:
        return Text((written,) if written else ())
    parts: list[str | Reference] = []
    literal, end = "", 0
    for found in _REFERENCE.finditer(written):
        literal, end = literal + written[end : found.start()], found.end()
        name, double, single, other, brace = found.groups()
        if name is None and other is None:
            literal += "${"
            continue
        parts += [literal] if literal else []
        if name is not None:
            parts.append(Reference(name, True, single if double is None else double))
        else:
            parts.append(Reference(other, bool(brace)))
        literal = ""
    literal += written[end:]
    return Text((*parts, literal) if literal else tuple(parts))


def _written(part: str | Reference) -> str:
    if isinstance(part, str):
        return part.replace("${", "$${")
    instead = ""
    if part.fallback is not None:
        quote = "'" if "'" not in part.fallback else '"'
        instead = f" or {quote}{part.fallback}{quote}"
    return f"${{{part.name}{instead}{'}' if part.closed else ''}"
