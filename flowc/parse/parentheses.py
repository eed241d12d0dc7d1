"""What stands in parentheses where a list or a mapping is meant, as other languages have it: to YAML they are part of a
text. Loaded only when something is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from flowc.diagnostics import quoted
from flowc.language.flow.steps import STEP
from flowc.source import Span
from flowc.suggest import Instead

MESSAGE = "parentheses hold nothing together, but are part of a text"
IN_LINES = "put `[` in its place, and `]` where it is closed; or a line with `- ` for each"
Told = tuple[tuple[int, int], str, str]
_LONGEST = 200  # characters
_LONGEST_LINE = 2000
_MOST_LINES = 20
_LEFT_OPEN = re.compile(r"(?:[\w-]: +|- )\((?=\s*$)")
_BEGINS = re.compile(r"(?:^[ \t]*+(?:- ++)*+|([\w-]++): ++|[\[{,] *+)\((?=.)")
_PAIR = re.compile(r"""["']?(\w[\w -]*+)["']?: +\S""")
_QUOTED = re.compile(r"""(?<![^\s(\[{,])(?:"(?:[^"\\]|\\.)*+"|'(?:[^']|'')*+')""")


def in_a_line(line: str, number: int, column: int, prose: Mapping[str, bool]) -> Told | None:
    """Of a line that is no YAML because of what stands in parentheses: where that begins, what is wrong, and a hint.
    `prose` says which keys take any text; `column` is where the error is.
    """
    for found in _BEGINS.finditer(line) if len(line) <= _LONGEST_LINE else ():
        start = found.end() - 1
        end = _closing(line, start)
        is_text = found[1] is not None and prose.get(found[1], False)
        if is_text or not end or start > column or line[end:].lstrip()[:1] not in ("", ",", "]", "}", "#"):
            continue
        if re.search(r"[{\[]|: ", line[start:end]) and (column < end or not line[end:column].strip()):
            span = Span(number + 1, start + 1, number + 1, end + 1)
            is_item = found[0].lstrip()[0] if found[1] is None else ""
            return (number, start), MESSAGE, _hint(line[start:end], is_item).placed(span)
    return None


def over_lines(lines: list[str], number: int) -> tuple[int, int] | None:
    """Where a parenthesis stands at the end of a line above this one, for what is in several lines."""
    for above in range(number, max(number - _MOST_LINES, -1), -1):
        if (found := _LEFT_OPEN.search(lines[above][-_LONGEST_LINE:])) is not None:
            return above, max(len(lines[above]) - _LONGEST_LINE, 0) + found.end() - 1
        if above < number and lines[above].rstrip()[-1:] == ":":
            return None
    return None


def of_a_pair(key: str, value: str, at: Span) -> str:
    """A hint for a key and its value with parentheses around both; empty if there are none."""
    whole = f"{key}: {value}"
    return _hint(whole, "-").placed(at) if without(whole) != whole else ""


def without(whole: str) -> str:
    """What stands in parentheses; the same where nothing does."""
    return whole[1:-1].strip() if whole[:1] == "(" and _closing(whole, 0) == len(whole) > 2 else whole


def _hint(whole: str, before: str) -> Instead:
    """`before` is the sign behind which an item of a list stands: among items, several are each one of its own."""
    pieces = [each for piece in _pieces(whole[1:-1]) if (each := piece.strip())]
    pairs = [found[1] for each in pieces if (found := _PAIR.match(each)) is not None]
    steps = [key for key in pairs if key in STEP.by_key]
    if pairs and len(pairs) == len(pieces) and len(steps) < 2:
        written = f"{{{', '.join(pieces)}}}"
        return Instead(f"write {quoted(written, _LONGEST)}", written)
    alone = [f"{{{each}}}" if _PAIR.match(each) else each for each in pieces]
    if len(alone) > 1 and before == "-":
        return Instead(f"write each on a line of its own: {', '.join(quoted(f'- {each}') for each in alone)}")
    written = ", ".join(alone) if len(alone) == 1 or before else f"[{', '.join(alone)}]"
    return Instead(f"write {quoted(written, _LONGEST)}", written)


def _pieces(inside: str) -> list[str]:
    """Its parts between the commas that stand in no brackets, braces or quotes."""
    plain = _QUOTED.sub(lambda found: "x" * len(found[0]), inside)
    depth, begin, found = 0, 0, []
    for index, letter in enumerate(plain):
        depth += {"[": 1, "{": 1, "(": 1, "]": -1, "}": -1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            found.append(inside[begin:index])
            begin = index + 1
    return [*found, inside[begin:]]


def _closing(line: str, start: int) -> int:
    """The column behind the parenthesis that closes the one there; 0 if none does."""
    plain = _QUOTED.sub(lambda found: "x" * len(found[0]), line)
    depth = 0
    for index in range(start, len(plain)):
        depth += {"(": 1, ")": -1}.get(plain[index], 0)
        if not depth:
            return index + 1
    return 0
