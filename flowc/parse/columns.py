"""Lines that stand in another column than those that they belong to, found behind a syntax error. Loaded only when a
file is not YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from flowc.diagnostics import quoted
from flowc.language.flow.grammar import FLOW
from flowc.language.flow.steps import STEP
from flowc.parse.placement import may_stand_together

Place = tuple[int, int]  # line and column, from 0

_KEY = re.compile(r"[ ]*+(?:- ++)*+([\w-]++):(?: |$)")
_ITEM = re.compile(r"[ ]*+- ++([\w-]++):(?: |$)")
_USUAL = 2  # blanks a level
_DASH = "- "


class Level(NamedTuple):
    """A column in which a key stands, or the `- ` of an item, which is its `name` then; and the last line with it."""

    column: int
    name: str
    line: int

    @property
    def shown(self) -> str:
        return "the `- ` above" if self.name == _DASH else quoted(self.name)


def beside_its_list(lines: list[str], number: int, column: int) -> str:
    """A hint for a key that is too far out and belongs to the step above it, in the list in this column; or empty."""
    key = _KEY.match(lines[number])
    for line in reversed(lines[:number]):
        item = _ITEM.match(line)
        if item is None or line.find("-") != column:
            continue
        kind = STEP.by_key.get(item[1])
        more = item.start(1) - _indentation(lines[number])
        if key is None or kind is None or key[1] not in kind.by_key or more <= 0:
            return ""
        return f"indent it by {more} more: it belongs to `- {item[1]}`"
    return ""


def other_level(lines: list[str], number: int) -> tuple[Place, str, str, Place] | None:
    """Of a line that fits none of the levels above it: where to look, what is wrong, what to do, and the line that it
    is to stand beside. None where nobody knows which that is.
    """
    here, key = _indentation(lines[number]), _KEY.match(lines[number])
    first = number
    while first and (not lines[first - 1].strip() or _indentation(lines[first - 1]) > here):
        first -= 1
    while first < number and not lines[first].strip():
        first += 1
    if not 0 < first < number or key is None:
        return None
    outer = next(_indentation(line) for line in reversed(lines[:first]) if line.strip())
    beside = _KEY.match(lines[first])
    there = _indentation(lines[first])
    levels = [_indentation(line) for line in lines[first:number] if line.strip()]
    if beside is None or outer >= here or min(levels) < there or lines[first].lstrip().startswith(("-", "#")):
        return None
    apart = there - here
    if levels.count(there) == 1 and here - outer == _USUAL and (there - outer) % _USUAL:
        message = f"this line does not stand in one column with `{key[1]}` below"
        return (first, there), message, f"indent it by {apart} less, as far as `{key[1]}`", (number, here)
    message = "this line fits none of the levels above it"
    hint = f"indent it by {apart} more, as far as `{beside[1]}`"
    if levels.count(there) == 1 and ((there - outer) % _USUAL or not (here - outer) % _USUAL):
        hint += f", or `{beside[1]}` by {apart} less"
    further = next((found[1] for line in reversed(lines[:first]) if line.strip() and (found := _KEY.match(line))), "")
    if not outer and key[1] in FLOW.by_key and beside[1] not in FLOW.by_key and further:
        return (number, here), message, f"indent it by {here} less, to the beginning of the line", (first, there)
    return (number, here), message, hint, (first, there)


def one_off(lines: list[str], number: int) -> tuple[Place, str, str, Place] | None:
    """Of a line that is one blank too far in or out, or of the one above it that is, as `other_level` tells it. And of
    one that is further in than the value above it allows, where the grammar knows that they stand side by side.
    """
    here, name = _indentation(lines[number]), _named(lines[number])
    levels = list(_levels(lines, number)) if name else []
    alike = [each for each in levels if (each.name == _DASH) == (name == _DASH)]
    near = [each for each in alike if abs(each.column - here) == 1]
    if name != _DASH and len(near) > 1:
        near = [each for each in near if may_stand_together(each.name, name)] or near
    if not near:
        first = alike[0] if alike and alike[0].line == _above(lines, number) else None
        if first is None or name == _DASH or here <= first.column or not may_stand_together(first.name, name):
            return None
        apart = here - first.column
        message = f"this line stands further in than {first.shown}, which has its value already"
        hint = f"indent it by {apart} less, as far as {first.shown}"
        return (number, here), message, hint, (first.line, first.column)
    level = near[0]
    if len(near) == 1 and _is_the_odd_one(lines, level, number, levels):
        other = quoted(name) if name != _DASH else "the `- `"
        hint = f"indent it by 1 {'more' if level.column < here else 'less'}, as far as {other} below"
        message = f"this line does not stand in one column with {other} below"
        return (level.line, level.column), message, hint, (number, here)
    ways = [f"by 1 {'less' if each.column < here else 'more'}, as far as {each.shown}" for each in near]
    message = "this line fits none of the levels above it"
    if len(near) == 1:
        message = f"this line is one blank too far {'in' if level.column < here else 'out'}"
    return (number, here), message, f"indent it {', or '.join(ways)}", (level.line, level.column)


def _is_the_odd_one(lines: list[str], level: Level, number: int, levels: list[Level]) -> bool:
    """Whether a line above is the only one in its column, and this one has others beside it, or the usual column."""
    here = _indentation(lines[number])
    outer = max((each.column for each in levels if each.column < min(level.column, here)), default=0)
    before = (_indentation(lines[each]) for each in _inside(lines, level.line, outer))
    if level.column == 0 or level.column in before:
        return False
    if here - outer == _USUAL:
        return True
    for line in lines[number + 1 :]:
        if line.strip() and _indentation(line) <= here:
            return _indentation(line) == here and _named(line) != ""
    return False


def _inside(lines: list[str], number: int, outer: int) -> Iterator[int]:
    """The lines above this one that belong to the same level as it, or to levels in that."""
    for above in range(number - 1, -1, -1):
        if lines[above].strip() and not lines[above].lstrip().startswith("#"):
            if _indentation(lines[above]) <= outer:
                return
            yield above


def _levels(lines: list[str], number: int) -> Iterator[Level]:
    """The levels that are open above a line, from the innermost; none where the line above is no key and no item."""
    most = 1 << 30
    for above in range(number - 1, -1, -1):
        line = lines[above]
        if not line.strip() or line.lstrip().startswith("#") or _indentation(line) >= most:
            continue
        key = _KEY.match(line)
        if key is None and _named(line) != _DASH:
            return
        if key is not None:
            yield Level(key.start(1), key[1], above)
        if _named(line) == _DASH:
            yield Level(_indentation(line), _DASH, above)
        most = _indentation(line)


def _named(line: str) -> str:
    """The key that a line begins with, or the dash of an item; empty where it is neither."""
    if line.lstrip().startswith(_DASH) or line.strip() == "-":
        return _DASH
    key = _KEY.match(line)
    return key[1] if key is not None else ""


def _above(lines: list[str], number: int) -> int:
    return next((each for each in range(number - 1, -1, -1) if lines[each].strip()), -1)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
