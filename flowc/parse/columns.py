"""Lines that stand in another column than those that they belong to, found behind a syntax error. Loaded only when a
file is not YAML.
"""

from __future__ import annotations

import re

from flowc.language.flow.grammar import FLOW
from flowc.language.flow.steps import STEP

Place = tuple[int, int]  # line and column, from 0

_KEY = re.compile(r"[ ]*+(?:- ++)*+([\w-]++):(?: |$)")
_ITEM = re.compile(r"[ ]*+- ++([\w-]++):(?: |$)")
_USUAL = 2  # blanks a level


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
    hint = f"indent it by {apart} more, as far as `{beside[1]}`, or `{beside[1]}` by {apart} less"
    further = next((found[1] for line in reversed(lines[:first]) if line.strip() and (found := _KEY.match(line))), "")
    if not outer and key[1] in FLOW.by_key and beside[1] not in FLOW.by_key and further:
        return (number, here), message, f"indent it by {here} less, to the beginning of the line", (first, there)
    return (number, here), message, hint, (first, there)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
