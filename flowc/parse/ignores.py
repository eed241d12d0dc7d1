"""Comments that silence warnings of their line: `# flowc: ignore[FLOW602]`, with several codes between commas, and
whatever explains it behind the bracket.

A comment in which nothing is silenced is a warning itself. An error is never silenced.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from yaml import CBaseLoader
from yaml.tokens import ScalarToken

from flowc.diagnostics import Code, Diagnostic, is_warning, quoted
from flowc.source import Source, Span, place_of

_COMMENT = r"(?<!\S)#[ \t]*flowc:[ \t]*ignore\b[ \t]*(?:\[([^\]\r\n]*)\])?"
_MAYBE = rb"flowc:[ \t]*ignore"
_CODE = r"[^\s,]+"
_UNUSED: Code = "FLOW601"


class Ignore(NamedTuple):
    """A code in such a comment; without any, all of the comment."""

    code: str
    span: Span


def is_one(text: str, start: int) -> bool:
    """Whether a comment that begins there silences warnings."""
    return re.compile(_COMMENT).match(text, start) is not None


def heeded(source: Source, warnings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The warnings about a file that nothing silences, and those about what silences nothing."""
    warnings = list(warnings)
    if b"ignore" not in source.content or not re.search(_MAYBE, source.content):
        return tuple(warnings)
    ignores = list(_ignores(source.content.decode("utf-8-sig")))
    silenced = {(each.span.line, each.code) for each in ignores}
    left = [found for found in warnings if (found.span.line, found.code) not in silenced]
    used = {(found.span.line, found.code) for found in warnings}
    unused = [each for each in ignores if (each.span.line, each.code) not in used]
    return (*left, *(_told(source.path, each, left) for each in unused))


def _ignores(text: str) -> Iterator[Ignore]:
    scalars = [token for token in _tokens(text) if type(token) is ScalarToken]
    starts = [token.start_mark.index for token in scalars]
    for found in re.finditer(_COMMENT, text):
        at = bisect_right(starts, found.start()) - 1
        if at >= 0 and _is_in(scalars[at], found.start(), text):
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
