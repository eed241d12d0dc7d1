"""Words for a `${…}` that fills in nothing: unknown, not closed, of another tool, or with no text behind `or`."""

from __future__ import annotations

import re

from flowc.diagnostics import Code, Problems, quoted
from flowc.ir import Reference
from flowc.ir.walk import OF_THE_CALL, PLACE
from flowc.nodes import Scalar
from flowc.resolve.names import Names
from flowc.source import Span
from flowc.suggest import Instead, did_you_mean, nearest, write

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
# `${name or}`; and `${name or other}`, `${name or ${other}}`, `${name or other or "text"}`: one text stands there.
_SAYS = r"(?:\s+(?:or|OR|else)\b\s*|\s*(?:\|\||\?\?|\?:|:-)\s*)"
_NOTHING_BEHIND = rf"\s*{_NAME}(?:{_SAYS}|\s*\|\s*)"
_SAID = r"""\$\{\s*[A-Za-z][\w.]*\s*\}|[A-Za-z][\w.]*|"[^"]*"|'[^']*'"""
_SEVERAL = rf"\$\{{\s*{_NAME}((?:{_SAYS}(?:{_SAID}))+)\s*\}}"
_NOT_CLOSED = rf"""{_NAME} +or +(?:"[^"]*"|'[^']*')"""
_WITHOUT = "write the text without it: the agent speaks this prompt, and cannot fill anything in"
_AVAILABLE = (
    "nothing tells that of a caller: of the call there are `${call.from}`, `${call.to}` and `${call.id}`, and what the"
    " agent finds out is a parameter of its action"
)


def of_a_reference(
    node: Scalar, part: Reference, parameters: Names | None, problems: Problems, by_agent: bool
) -> None:
    """What is wrong with a reference, if something is. `by_agent`: the agent speaks it, so none is proposed."""
    if part.fallback is not None and "${" in part.fallback:
        message = f"a text behind `or` is text alone, and nothing in it is filled in: {quoted(part.fallback)}"
        problems.add(node.span, "FLOW104", message, "write it without `${`")
    may_say_more = part.fallback is None and not part.name.replace(".", "").isidentifier() and not problems.full
    if may_say_more and (told := _other_fallback(node, part, parameters)) is not None:
        problems.add(*told)
    elif may_say_more and (meant := re.fullmatch(_MEANT_OR, part.name)) is not None:
        problems.add(_place(node, part.name), "FLOW104", *_with_a_fallback(node, part, meant))
    elif not part.closed:
        hint = "close it with `}`, or write `$${` for a literal `${`"
        problems.add(_place(node, part.name), "FLOW104", "a `${` that is never closed", hint)
    elif not (part.name in OF_THE_CALL or parameters is None or problems.full or parameters.may_be(part.name)):
        _unknown_reference(node, f"${{{part.name}}}", part.name, parameters, problems, by_agent)


def _place(node: Scalar, name: str) -> Span:
    """Of a reference in a text; of the whole text where that is not written as it reads."""
    return node.place_of(f"${{{name}}}") or node.place_of(f"${{{name}") or node.span


def _other_fallback(node: Scalar, part: Reference, parameters: Names | None) -> tuple[Span, Code, str, str] | None:
    """What is wrong where nothing stands behind the `or` of a reference, or other names do, or several texts; None if
    that is not what is wrong.
    """
    quote = "'" if node.double_quoted else '"'
    if (nothing := re.fullmatch(_NOTHING_BEHIND, part.name)) is not None and part.closed:
        written = f"${{{part.name}}}"
        hint = f"write `${{{nothing[1]} or {quote}{quote}}}` if nothing is to be said there, or a text in these quotes"
        return _place(node, part.name), "FLOW104", f"nothing stands behind the `or` of {quoted(written)}", hint
    found = re.compile(_SEVERAL).match(node.text, node.text.find(f"${{{part.name}"))
    if found is None:
        return None
    said = [each[1] for each in re.finditer(rf"{_SAYS}({_SAID})", found[2])]
    texts = [each[1:-1] for each in said if each[0] in "\"'"]
    names = [each.strip("${ }") for each in said if each[0] not in "\"'"]
    is_known = parameters is not None and all(name in OF_THE_CALL or parameters.may_be(name) for name in names)
    if len(said) == 1 and not (names and (is_known or said[0][0] == "$")):
        return None  # a text without its quotes
    if texts and quote not in texts[0]:
        right = f"${{{found[1]} or {quote}{texts[0]}{quote}}}"
        hint = Instead(f"write `{right}` instead of {quoted(found[0])}", right).placed(node.place_of(found[0]))
    else:
        hint = f"write a text in quotes: `${{{found[1]} or {quote}…{quote}}}`"
    what = f"no name: {quoted(names[0])} is not filled in there" if names else f"one alone: {quoted(found[0])}"
    place = node.place_of(found[0]) or _place(node, part.name)
    return place, "FLOW104", f"behind `or` stands a text in quotes, and {what}", hint


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


def of_other_tools(node: Scalar, parameters: Names | None, problems: Problems, by_agent: bool) -> tuple[str, ...]:
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
