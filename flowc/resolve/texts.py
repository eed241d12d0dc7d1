"""Texts with `${…}` in them, settings, and literals that should have been a secret."""

from __future__ import annotations

import re
from collections.abc import Collection

from flowc.diagnostics import Problems, quoted
from flowc.ir import Entry, Secret, Setting, Storage, Text
from flowc.parse.nodes import Mapping, Node, Scalar, pairs
from flowc.resolve.secrets import looks_secret, names_secret
from flowc.suggest import did_you_mean

OF_THE_CALL = ("call.from", "call.to", "call.id")

# `$${` is a literal `${`; the second alternative takes what follows `${` up to its brace, which may be missing.
_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)(\}?)")


def text(node: Scalar, parameters: Collection[str] | None, problems: Problems) -> Text:
    """The text, its references checked: those of the call and these parameters (None: nobody knows which there are)."""
    written = node.text
    if "${" not in written:
        return Text(written)
    references: list[str] = []
    for found in _REFERENCE.finditer(written):
        name = found[1]
        if name is None:
            continue
        if not found[2]:
            hint = "close it with `}`, or write `$${` for a literal `${`"
            problems.add(node.span, "FLOW104", "a `${` that is never closed", hint)
        elif name in OF_THE_CALL or parameters is None or name in parameters:
            references.append(name)
        elif not problems.full:
            _unknown_reference(node, found.group(), name, parameters, problems)
    return Text(written, tuple(dict.fromkeys(references)))


def _unknown_reference(node: Scalar, written: str, name: str, parameters: Collection[str], problems: Problems) -> None:
    known = [*OF_THE_CALL, *sorted(parameters)]
    hint = did_you_mean(name, known)
    if hint.startswith("did"):
        hint = re.sub("`(.*)`", r"`${\1}`", hint)
    problems.add(node.span, "FLOW204", f"{quoted(written)} is not known here", hint)


def entries(node: Mapping | None, parameters: Collection[str] | None, problems: Problems) -> tuple[Entry, ...]:
    """Names and texts: of metadata, of headers, of a reply."""
    found: list[Entry] = []
    for name, value in pairs(node):
        if isinstance(value, Scalar):
            found.append(Entry(name.text, text(value, parameters, problems), name.span))
            if looks_secret(value.text) or names_secret(name.text, value.text):
                refuse_secret(value, quoted(name.text), problems)
    return tuple(found)


def setting(node: Node | None, problems: Problems) -> Setting:
    """A literal or a reference; empty where it is broken."""
    if isinstance(node, Scalar):
        if looks_secret(node.text):
            refuse_secret(node, "this", problems)
        return node.text
    if isinstance(node, Mapping):
        for key, kind in _SETTINGS:
            name = node.scalar(key)
            if name is not None:
                if looks_secret(name.text):
                    refuse_secret(name, f"this name of a {key} entry", problems)
                return kind(name.text)
    return ""


def refuse_secret(node: Scalar, what: str, problems: Problems) -> None:
    hint = "store it on the platform: `{secret: NAME}` where settings are allowed"
    problems.add(node.span, "FLOW108", f"{what} looks like a secret, which must not stand in the file", hint)


_SETTINGS: tuple[tuple[str, type[Secret] | type[Storage]], ...] = (("secret", Secret), ("storage", Storage))
