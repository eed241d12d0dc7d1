"""Comments that silence warnings of their line: `# flowc: ignore[FLOW602]`, with several codes between commas, and
whatever explains it behind the bracket.

A comment in which nothing is silenced is a warning itself. An error is never silenced.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct

from flowc.diagnostics import Code, Diagnostic, is_warning, quoted
from flowc.parse.libyaml import CBaseLoader, ScalarToken, YAMLError
from flowc.source import Source, Span, place_of

_COMMENT = r"(?<!\S)#[ \t]*flowc:[ \t]*ignore\b[ \t]*(?:\[([^\]\r\n]*)\])?"
_ALMOST = (  # written as other tools have it, or with a slip
    r"(?i)(?<!\S)#[ \t]*(?:[a-z]*flow[a-z]*|fl[a-z]{2,4}c)?[ \t:_-]*"
    r"(?:ign[a-z]*|disable[a-z-]*|no-?qa|nolint|suppress|allow|silence)[ \t:=_-]*[\[(<{]?[ \t]*FLOW-?[0-9]{3}[\])>}]?"
)
_MAYBE = rb"(?i)flowc:[ \t]*ignore"
_MAYBE_A_CODE = rb"#[^\n]*[Ff][Ll][Oo][Ww]-?[0-9]{3}"  # looked for from one `#` to the next
_ANY_CODE = r"(?i)FLOW-?([0-9]{3})"
_CODE = r"[^\s,]+"
_UNUSED: Code = "FLOW601"


class Ignore(Struct, frozen=True):
    """A code in such a comment; without any, all of the comment. `is_right`: it is written as it has to be."""

    code: str
    span: Span
    is_right: bool = True


def is_one(text: str, start: int) -> bool:
    """Whether a comment that begins there silences warnings."""
    return re.compile(_COMMENT).match(text, start) is not None


def heeded(source: Source, warnings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The warnings about a file that nothing silences, and those about what silences nothing."""
    warnings = list(warnings)
    if not _may_have_some(source):
        return tuple(warnings)
    ignores = list(_ignores(source.content.decode("utf-8-sig")))
    silenced = {(each.span.line, each.code) for each in ignores if each.is_right}
    left = [found for found in warnings if (found.span.line, found.code) not in silenced]
    used = {(found.span.line, found.code) for found in warnings}
    unused = [each for each in ignores if not each.is_right or (each.span.line, each.code) not in used]
    return (*left, *(_told(source.path, each, left) for each in unused))


def in_call_scripts(source: Source) -> tuple[Diagnostic, ...]:
    """What such comments do in a file of call scripts, which has no warnings: nothing."""
    if not _may_have_some(source):
        return ()
    message, hint = "call scripts have no warnings, so nothing is ignored", "remove the comment"
    lines: dict[int, Span] = {}
    try:
        found = list(_ignores(source.content.decode("utf-8-sig", "replace")))
    except YAMLError:  # which has been said
        return ()
    for each in found:
        lines.setdefault(each.span.line, each.span)
    return tuple(Diagnostic(source.path, span, _UNUSED, message, hint, severity="warning") for span in lines.values())


def _may_have_some(source: Source) -> bool:
    content = source.content
    if b"#" not in content:
        return False
    may_ignore = b"ignore" in content.lower() and re.search(_MAYBE, content) is not None
    return may_ignore or re.search(_MAYBE_A_CODE, content) is not None


def _ignores(text: str) -> Iterator[Ignore]:
    scalars = [token for token in _tokens(text) if type(token) is ScalarToken]
    starts = [token.start_mark.index for token in scalars]
    for found in re.finditer(f"{_COMMENT}|(?:{_ALMOST[4:]})", text, re.IGNORECASE):
        at = bisect_right(starts, found.start()) - 1
        if at >= 0 and _is_in(scalars[at], found.start(), text):
            continue
        if not is_one(text, found.start()):
            code = re.search(_ANY_CODE, found[0])
            name = "" if code is None else f"FLOW{code[1]}"
            yield Ignore(name, place_of(text, found.start(), found.end()), is_right=False)
            continue
        codes = [] if found[1] is None else list(re.finditer(_CODE, found[1]))
        for code in codes:
            begin = found.start(1) + code.start()
            yield Ignore(code[0], place_of(text, begin, begin + len(code[0])))
        if not codes:
            yield Ignore("", place_of(text, found.start(), found.end()))


def _tokens(text: str) -> Iterator[object]:
    loader = CBaseLoader(text)
    try:
        while loader.check_token():
            yield loader.get_token()
    finally:
        loader.dispose()


def _is_in(scalar: ScalarToken, at: int, text: str) -> bool:
    """Whether what stands there is a part of a text. The line that announces a block of text can have a comment."""
    if at >= scalar.end_mark.index:
        return False
    is_head = scalar.style in ("|", ">") and "\n" not in text[scalar.start_mark.index : at]
    return not is_head


def _told(path: str, ignore: Ignore, left: Iterable[Diagnostic]) -> Diagnostic:
    code = ignore.code
    if not ignore.is_right:
        message = "this comment ignores nothing: it is not written as one that does"
        hint = f"write `# flowc: ignore[{code}]`"
        return Diagnostic(path, ignore.span, _UNUSED, message, hint, severity="warning")
    if not code:
        message, hint = "it has to be said what is ignored", "name the code: `# flowc: ignore[FLOW602]`"
    elif elsewhere := next((found for found in left if found.code == code), None):
        message = f"nothing on this line has {code}, so nothing is ignored"
        hint = f"there is one on line {elsewhere.span.line}: the comment goes to the end of that line"
    elif code == _UNUSED:
        message, hint = f"{code} cannot be ignored", "remove what ignores nothing"
    elif is_warning(code):
        message, hint = f"nothing on this line has {quoted(code)}, so nothing is ignored", "remove the comment"
    else:
        message = f"only a warning can be ignored, and {quoted(code)} is none"
        hint = "`flowc explain` lists the codes; those of warnings begin with FLOW6"
    return Diagnostic(path, ignore.span, _UNUSED, message, hint, severity="warning")
