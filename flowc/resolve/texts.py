"""Texts with `${…}` in them, settings, and literals that should have been a secret."""

from __future__ import annotations

import re
from typing import assert_never

from flowc.diagnostics import Problems, quoted
from flowc.ir import Entry, Secret, Setting, Storage, Text, text_of
from flowc.ir.walk import OF_THE_CALL
from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.located import Maybe, Section
from flowc.language.secrets import looks_secret, names_secret
from flowc.nodes import Broken, Scalar
from flowc.resolve.names import Names

_OPENING = frozenset("\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb")
_CLOSING = _OPENING - {"\u201e"}
# A drive's letter and its colon, and then what `\n` or `\t` of a path has become.
_DRIVE = r"(?<!\w)[A-Za-z]:[\n\t](?=[a-z])"


def text(node: Scalar, parameters: Names | None, problems: Problems, by_agent: bool = False) -> Text:
    """The text, its references checked: those of the call and these parameters (None: nobody knows which there are).

    `by_agent`: the agent speaks it, and fills in nothing, so no reference is proposed.
    """
    written = node.text
    as_meant(node, problems)
    reported: tuple[str, ...] = ()
    if _may_be_of_another_tool(written):
        from flowc.resolve import reference_errors  # hardly any text looks like that

        reported = reference_errors.of_other_tools(node, parameters, problems, by_agent)
    found = text_of(written)
    for part in found.parts:
        if isinstance(part, str) or (reported and f"${{{part.name}".startswith(reported)):
            continue
        is_known = part.name in OF_THE_CALL or parameters is None or parameters.may_be(part.name)
        is_whole = part.name.replace(".", "").isidentifier() if part.fallback is None else "${" not in part.fallback
        if not (is_known and is_whole and part.closed):
            from flowc.resolve import reference_errors  # only an error needs it

            reference_errors.of_a_reference(node, part, parameters, problems, by_agent)
    return found


def may_fill_in(written: str) -> bool:
    """Whether something of it may be meant to be filled in, here or in another tool."""
    return "$" in written or "{" in written or "<%" in written


def _may_be_of_another_tool(written: str) -> bool:
    """Not where each `$` and each `{` is of a `${`."""
    return "<%" in written or not written.count("$") == written.count("{") == written.count("${")


def as_meant(node: Scalar, problems: Problems) -> None:
    """Refuses what has become another text than its author sees: quotes that quote nothing, and paths of Windows."""
    written, path = node.text, None
    if not node.plain and (":\n" in written or ":\t" in written) and node.start.line == node.end.line:
        path = re.search(_DRIVE, written)
    if path is not None:
        sign, what = ("\\n", "a new line") if path[0][-1] == "\n" else ("\\t", "a tab")
        message = f"`{sign}` in double quotes is {what}, not part of a path"
        hint = r"write `\\` for a backslash, or put single quotes around the text"
        problems.add(node.span, "FLOW104", message, hint)
    elif (
        node.plain
        and written[:1] in _OPENING
        and written[1:][-1:] in _CLOSING
        and not any(letter in _OPENING for letter in written[1:-1].replace("\u2019", ""))
    ):
        message = f"`{written[0]}` and `{written[-1]}` are no quotes in YAML, but part of the text"
        hint = f"write straight quotes: {quoted(chr(34) + written[1:-1].strip() + chr(34))}"
        problems.add(node.span, "FLOW104", message, hint)


def entries(section: Maybe[Section[Scalar]], parameters: Names | None, problems: Problems) -> tuple[Entry, ...]:
    """Names and texts: of metadata, of headers, of a reply."""
    found: list[Entry] = []
    for name, value in located.entries(section):
        if type(value) is not Broken:
            found.append(Entry(name.text, text(value, parameters, problems), name.span))
            if looks_secret(value.text) or names_secret(name.text, value.text):
                refuse_secret(value, quoted(name.text), problems)
    return tuple(found)


def address(written: Maybe[Scalar], problems: Problems) -> str:
    """Of a sound file, which everybody may load who has it; empty where it is broken."""
    if written is None or type(written) is Broken:
        return ""
    if looks_secret(written.text):
        message = "this address looks like one with a secret in it, which must not stand in the file"
        problems.add(written.span, "FLOW108", message, "put the sound file where it can be loaded without one")
    return written.text


def setting(written: Maybe[syntax.Setting], problems: Problems) -> Setting:
    """A literal or a reference; empty where it is broken."""
    match written:
        case Scalar():
            if looks_secret(written.text):
                refuse_secret(written, "this", problems)
            return written.text
        case syntax.SecretReference(secret=Scalar() as name):
            return Secret(_name(name, "secret", problems))
        case syntax.StorageReference(storage=Scalar() as name):
            return Storage(_name(name, "storage", problems))
        case None | Broken() | syntax.SecretReference() | syntax.StorageReference():
            return ""
        case _:
            assert_never(written)


def _name(name: Scalar, kind: str, problems: Problems) -> str:
    if looks_secret(name.text):
        refuse_secret(name, f"this name of a {kind} entry", problems)
    return name.text


def refuse_secret(node: Scalar, what: str, problems: Problems) -> None:
    hint = "store it on the platform: `{secret: NAME}` where settings are allowed"
    problems.add(node.span, "FLOW108", f"{what} looks like a secret, which must not stand in the file", hint)
