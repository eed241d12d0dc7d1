"""Texts with `${…}` in them, settings, and literals that should have been a secret."""

from __future__ import annotations

import re
from typing import assert_never

from flowc.diagnostics import Problems, quoted
from flowc.ir import Entry, Reference, Secret, Setting, Storage, Text, text_of
from flowc.ir.walk import PLACE
from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.located import Maybe, Section
from flowc.language.secrets import looks_secret, names_secret
from flowc.nodes import Broken, Scalar
from flowc.resolve.names import Names
from flowc.source import Span
from flowc.suggest import Instead, did_you_mean, nearest, write

OF_THE_CALL = ("call.from", "call.to", "call.id")

_OTHER_WORDS = {
    **dict.fromkeys(("caller", "caller_number", "callernumber", "caller.number", "from_number"), "from"),
    **dict.fromkeys(("called", "callee", "called_number", "callednumber", "to_number"), "to"),
    **dict.fromkeys(("call_id", "callid", "call_sid", "callsid", "session_id"), "id"),
}

_PLACE_WORDS = {
    **dict.fromkeys(("position", "place", "queue_position", "place_in_queue"), PLACE[0]),
    **dict.fromkeys(("queue.place", "queue.number", "queue.pos", "queue.rank"), PLACE[0]),
    **dict.fromkeys(("minutes", "ewt", "queue_ewt", "queue_minutes", "wait_time", "estimated_wait_time"), PLACE[1]),
    **dict.fromkeys(("queue.ewt", "queue.time", "queue.wait", "queue.wait_time", "queue.seconds"), PLACE[1]),
}
"""What a queue says, in other words."""

_NOT_KNOWN = re.compile(
    r"(?:call|caller|callee|called|customer|client|contact|user|person|from|to)[._]?"
    r"(?:(?:first|last|full|given|family|sur|display|user)?_?name|e?_?mail|address|company|city|state|zip|country|location"
    r"|age|gender|account|type|carrier|line_?type)",
    re.IGNORECASE,
)
"""What other platforms know of whoever calls, and nothing tells here."""

# What other tools write for `${name}`: `{{name}}`, `{name}`, `%{name}`, `#{name}`, `$(name)`, `$name`.
_NAME = r"([A-Za-z]\w*(?:\.\w+)*)"
_OF_ANOTHER_TOOL = (
    rf"\$?\{{\{{\s*{_NAME}\s*\}}\}}|(?<![${{])[%#]?\{{\s*{_NAME}\s*\}}|(?<!\$)\$\(\s*{_NAME}\s*\)|(?<!\$)\$([A-Za-z]\w*(?:\.\w+)?)|<%=?\s*{_NAME}\s*%>"
)
# `${name or text}` without its quotes, or as other languages write it: `${name || "text"}`, `${name|default("text")}`.
_MEANT_OR = (
    rf"(?s)\s*{_NAME}(?:\s+(?i:or|else)\b|\s*(?:\|\||\?\?|\?:|:-|\|\s*default\b(?=\s*\()|\|))(?=\s*\S)(.*)"
)
_NOT_CLOSED = rf"""{_NAME} +or +(?:"[^"]*"|'[^']*')"""
_WITHOUT = "write the text without it: the agent speaks this prompt, and cannot fill anything in"
_AVAILABLE = (
    "nothing tells that of a caller: of the call there are `${call.from}`, `${call.to}` and `${call.id}`, and what the"
    " agent finds out is a parameter of its action"
)
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
        reported = _other_references(node, parameters, problems, by_agent)
    found = text_of(written)
    for part in found.parts:
        if isinstance(part, str) or (reported and f"${{{part.name}".startswith(reported)):
            continue
        if part.fallback is not None and "${" in part.fallback:
            message = f"a text behind `or` is text alone, and nothing in it is filled in: {quoted(part.fallback)}"
            problems.add(node.span, "FLOW104", message, "write it without `${`")
        may_say_more = part.fallback is None and not part.name.replace(".", "").isidentifier()
        if may_say_more and (meant := re.fullmatch(_MEANT_OR, part.name)) is not None:
            problems.add(_place(node, part.name), "FLOW104", *_with_a_fallback(node, part, meant))
        elif not part.closed:
            hint = "close it with `}`, or write `$${` for a literal `${`"
            problems.add(_place(node, part.name), "FLOW104", "a `${` that is never closed", hint)
        elif not (part.name in OF_THE_CALL or parameters is None or problems.full or parameters.may_be(part.name)):
            _unknown_reference(node, f"${{{part.name}}}", part.name, parameters, problems, by_agent)
    return found


def _place(node: Scalar, name: str) -> Span:
    """Of a reference in a text; of the whole text where that is not written as it reads."""
    return node.place_of(f"${{{name}}}") or node.place_of(f"${{{name}") or node.span


def may_fill_in(written: str) -> bool:
    """Whether something of it may be meant to be filled in, here or in another tool."""
    return "$" in written or "{" in written or "<%" in written


def _may_be_of_another_tool(written: str) -> bool:
    """Not where each `$` and each `{` is of a `${`."""
    return "<%" in written or not written.count("$") == written.count("{") == written.count("${")


def _with_a_fallback(node: Scalar, part: Reference, meant: re.Match[str]) -> tuple[str, str]:
    """What is wrong with a text for what is not there, and how it is written."""
    written = f"${{{part.name}{'}' if part.closed else ''}"
    if not part.closed and (open_at := re.match(_NOT_CLOSED, part.name)) is not None:
        whole = f"${{{open_at[0]}"
        return f"a `}}` is missing behind {quoted(whole)}", f"write {quoted(whole + '}')} instead of {quoted(whole)}"
    text = re.sub(r"^[\s(]+|[\s)]+$", "", meant[2])
    text = re.sub(r"[\"\u201c\u201d\u201e\u00ab\u00bb]|^['\u2018\u201a]|['\u2019]$", "", text)
    quote = '"' if not node.double_quoted else "'"
    if quote in text:
        text = "\u2026"
    right = f"${{{meant[1]} or {quote}{text}{quote}}}"
    hint = f"write `{right}` instead of {quoted(written)}"
    if text != "\u2026" and part.closed:
        hint = Instead(hint, right).placed(node.place_of(written))
    return f"{quoted(written)} does not say what to fill in where it is missing", hint


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


def _other_references(node: Scalar, parameters: Names | None, problems: Problems, by_agent: bool) -> tuple[str, ...]:
    """References as other tools write them. One that names nothing known may be meant as it stands. Those that begin
    like ours are returned: they are reported here.
    """
    like_ours: list[str] = []
    for found in re.finditer(_OF_ANOTHER_TOOL, node.text):
        name = found[1] or found[2] or found[3] or found[5] or found[4]
        if (found[1] or found[5]) and not (parameters is not None and name in parameters.names):
            name = _of_the_call(name) or name
        name = name if found[4] is None or name.startswith("call.") else name.partition(".")[0]
        known = name in OF_THE_CALL or (parameters is not None and name in parameters.names)
        if known and not problems.full:
            written = found[0] if found[4] is None else f"${name}"
            message = f"{quoted(written)} is not filled in, and would stay as it stands"
            hint = _WITHOUT if by_agent else write(f"${{{name}}}").placed(node.place_of(written))
            problems.add(node.place_of(written) or node.span, "FLOW204", message, hint)
        elif found[0].startswith("${{") and parameters is not None and not problems.full:
            _unknown_reference(node, found[0], name, parameters, problems, by_agent)
        if found[0].startswith("${{"):
            like_ours.append(found[0].removesuffix("}}"))
    return tuple(like_ours)


def _of_the_call(name: str) -> str:
    """The reference to something of the call whose first word has been left out, or that goes by another; or empty."""
    whole = f"call.{_OTHER_WORDS.get(name.lower(), name.lower())}"
    return whole if whole in OF_THE_CALL else ""


def _unknown_reference(
    node: Scalar, written: str, name: str, parameters: Names, problems: Problems, by_agent: bool
) -> None:
    known = [*OF_THE_CALL, *parameters.hours_in_order, *parameters.answers_in_order, *parameters.in_order]
    of_the_call = _of_the_call(name)
    instead = re.search(rf"""{re.escape(f"${{{name}")}( +or +(?:"[^"]*"|'[^']*'))\}}""", node.text)
    place_there = node.place_of(written if instead is None else instead[0])
    at = place_there or node.span
    ends = [each for each in known if each.rpartition(".")[2] == name and each != name]
    hint = f"did you mean `{of_the_call}`?" if of_the_call else did_you_mean(name, known)
    if _NOT_KNOWN.fullmatch(name) and nearest(name, (each for each in known if each not in OF_THE_CALL)) is None:
        hint = _AVAILABLE
    if len(ends) == 1 and not of_the_call:
        hint = f"did you mean `{ends[0]}`?"
    place = _PLACE_WORDS.get(name.lower(), name)
    if place in PLACE and not of_the_call and place not in parameters.names:
        hint = "which place the caller has is known in a prompt of `announce` of a `queue` target alone"
    elif place in PLACE and not of_the_call:
        hint = f"did you mean `{place}`?"
    if hint.startswith("did"):
        word = re.sub("^.*`(.*)`.*$", r"\1", hint)
        meant = f"${{{word}{'' if instead is None else instead[1]}}}"
        hint = Instead(f"did you mean `{meant}`?", meant).placed(place_there)
    whole = re.split(r"[.\[]", name)[0]
    if whole != name and whole in parameters.names and not by_agent:
        hint = f"a webhook of `notify` gets `{whole}` as a whole; what a text is to have needs a parameter of its own"
        problems.add(at, "FLOW204", f"{quoted(written)} is not filled in: no text has a part of `{whole}`", hint)
        return
    problems.add(at, "FLOW204", f"{quoted(written)} is not known here", _WITHOUT if by_agent else hint)


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
