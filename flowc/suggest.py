"""Did you mean …? The nearest of the names that would have been right, and hints that say exactly what to write. Called
only when something is wrong.

Comparing two names letter by letter takes a millisecond at the worst, and a broken file may ask two hundred times: so
most candidates are passed over by a glance at the letters and pairs of letters that they have in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowc.source import Span

# Nobody means one of thousands.
_LONGEST = 64
_MOST = 500
_COMPARED = 3
_SHORT = 4  # letters: of a word as short as this, one may be wrong
_LEAST_ALIKE = 0.6
_NO = ("no_", "not_", "non_", "un", "in", "dis")
_PREFIXES = ("un", "non", "dis")
_DENIALS = frozenset(("no", "not", "never", "without"))
_EITHER_OR = tuple(
    frozenset(each.split())
    for each in (
        *("person machine", "human machine", "nothing something", "start stop", "starts stops"),
        *("inbound outbound", "min max"),
    )
)
"""Words of which one says the opposite of the other, however many letters they share."""
_PLAIN_TEXT = r"(?!true$|false$|null$|~)[A-Za-z_/.~][^,\[\]{}#\"'\n]*"


class Instead(str):
    """A hint that is exact: each of `written`, as YAML has it, may stand in place of all that its diagnostic points at,
    or of what is at `at`.

    A text otherwise, so that where hints are chosen among nothing else needs to know of it.
    """

    written: tuple[str, ...] = ()
    at: Span | None = None

    def __new__(cls, hint: str, *written: str, at: Span | None = None) -> Instead:
        made = super().__new__(cls, hint)
        made.written = written
        made.at = at
        return made

    def placed(self, at: Span | None) -> str:
        """The same, in place of another stretch than its diagnostic's; a hint alone where nobody knows which."""
        return str(self) if at is None else Instead(str(self), *self.written, at=at)


def meant_word(word: str) -> Instead:
    """A hint for one word, a name or a value, in place of another."""
    return Instead(f"did you mean `{word}`?", as_typed(word))


def write(written: str, more: str = "") -> Instead:
    """A hint for what to write, as it is written. `more` is said of it behind that."""
    return Instead(f"write `{written}`{more}", written)


def as_typed(value: str) -> str:
    """A text as it is typed: in quotes where YAML would make something else of it."""
    if value.isidentifier() and value.isascii() and value not in ("true", "false", "null"):
        return value
    import json  # only an error needs it

    plain = re.fullmatch(_PLAIN_TEXT, value) is not None and ": " not in value and not value.endswith((":", " "))
    return value if plain else json.dumps(value, ensure_ascii=False)


def nearest(wrong: str, right: Iterable[str]) -> str | None:
    """The candidate that was probably meant, or None. Case, `-` and spaces do not count as differences."""
    candidates = [each for each in right if each != wrong]  # which is right, but not here
    if len(wrong) > _LONGEST or len(candidates) > _MOST:
        return None
    from difflib import get_close_matches
    from heapq import nlargest

    wanted = _plain(wrong)
    plain = {_plain(candidate): candidate for candidate in candidates if len(candidate) <= _LONGEST}
    alike = nlargest(_COMPARED, plain, key=lambda name: _in_common(wanted, name))
    alike = [name for name in alike if not _is_opposite(wanted, name)]
    found = get_close_matches(wanted, alike, n=1, cutoff=_LEAST_ALIKE)
    return plain[found[0]] if found else None


def misspelt(wrong: str, right: Iterable[str]) -> str:
    """The candidate that differs in a letter or two alone, most of its letters being right; empty if there is none."""
    wanted = _plain(wrong)
    if len(wanted) > _LONGEST or not (wrong.isascii() and wrong.isidentifier()):
        return ""
    found = [(_letters_apart(wanted, _plain(each)), each) for each in right if each != wrong]
    near = [(apart, each) for apart, each in found if apart <= (1 if min(len(wanted), len(each)) <= _SHORT else 2)]
    return min(near)[1] if near and not _is_opposite(wanted, _plain(min(near)[1])) else ""


def is_near(wrong: str, right: str, most: int = 2) -> bool:
    """Whether one differs from the other in so many letters at the most, and in fewer than it has."""
    apart = _letters_apart(_plain(wrong), _plain(right))
    return apart <= min(most, max(len(wrong), len(right)) // 3)


def _letters_apart(one: str, other: str) -> int:
    """How many letters have to be put in, taken out or replaced to make one of the other; 3 if they are more than 2."""
    if abs(len(one) - len(other)) > 2 or len(other) > _LONGEST:
        return 3
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for index, each in enumerate(other, 1):
            before, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, before + (letter != each))
    return min(row[-1], 3)


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """A hint: the nearest name, or all of them while they are few."""
    candidates = list(dict.fromkeys(right))
    found = nearest(wrong, candidates)
    if found is not None:
        return meant_word(found)
    return known_here(candidates) if 0 < len(candidates) <= 12 else ""


def known_here(names: Iterable[str]) -> str:
    """A hint: all that is possible."""
    return "known here: " + ", ".join(f"`{name}`" for name in names)


def _is_opposite(wanted: str, name: str) -> bool:
    """Whether one is nearer to what the other says no to: `answered` and `no_answer` are alike, but opposites. And so
    are `does answer` and `does not answer`, `as a person` and `as a machine`.
    """
    words, others = (set(each.replace("n't", "_not").split("_")) for each in (wanted, name))
    if any(f"{no}{word}" in others - words for word in words - others for no in _PREFIXES) or any(
        f"{no}{word}" in words - others for word in others - words for no in _PREFIXES
    ):
        return True
    if len(words) > 1 and words < others and others - words <= _DENIALS:
        return True
    if len(others) > 1 and others < words and words - others <= _DENIALS:
        return True
    if any(len(each & words) == len(each & others) == 1 and each <= words | others for each in _EITHER_OR):
        return True
    for one, other in ((wanted, name), (name, wanted)):
        for no in _NO:
            if other.startswith(no) and len(other) > len(no) and not one.startswith(no):
                from difflib import SequenceMatcher

                said = other.removeprefix(no)
                if SequenceMatcher(None, one, said).ratio() > SequenceMatcher(None, one, other).ratio():
                    return True
    return False


def _in_common(one: str, other: str) -> float:
    """How many of their pieces two names share, from 0 to 1."""
    pieces, others = _pieces(one), _pieces(other)
    return 2 * len(pieces & others) / ((len(pieces) + len(others)) or 1)


@lru_cache(maxsize=4096)
def _pieces(name: str) -> frozenset[str]:
    """The letters of a name, and the pairs of letters that follow each other."""
    return frozenset((*name, *map("".join, pairwise(name))))


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")
