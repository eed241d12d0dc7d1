"""Characters that nobody can see, named with their place: spaces that are none, and what has no width at all.

An editor or a web page leaves them in a text that is copied. In a key they make an unknown one of it, in a secret a
wrong one, and marks of direction show a line in another order than it is read in. So they are refused wherever they
stand; who means one writes its escape in double quotes, where everybody sees it.
"""

from __future__ import annotations

import re
import unicodedata

from flowc.diagnostics import Problems
from flowc.source import place_of

# Of the categories Zs, Zl, Zp and Cf all that are not U+0020 and have no picture of their own; and fillers.
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAKS = "\x85\u2028\u2029"
_WITHOUT_WIDTH = (
    "\u00ad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_FOUND = re.compile(f"([{_SPACES}{_BREAKS}{_WITHOUT_WIDTH}])\\1*")
_SPACE = re.compile(f"[{_SPACES}]")
_BEFORE = re.compile(f"^((?:- | )*)[{_WITHOUT_WIDTH}]+", re.MULTILINE)
_NOTHING = re.compile(f"[{_WITHOUT_WIDTH}]")


def refuse(text: str, problems: Problems) -> bool:
    """Whether there are any; each run of them is one error."""
    if text.isascii():
        return False
    before = len(problems)
    for found in _FOUND.finditer(text):
        if problems.full:
            break
        letter = found[1]
        what = f"{_name(letter)} (U+{ord(letter):04X})"
        number = len(found[0])
        message = f"an invisible character: {what}" if number == 1 else f"{number} invisible characters: {what}"
        instead = "write a space" if _SPACE.match(letter) or letter in _BREAKS else "remove it"
        escape = f"\\u{ord(letter):04X}" if ord(letter) <= 0xFFFF else f"\\U{ord(letter):08X}"
        hint = f"{instead}; if it is meant, write `{escape}` in double quotes"
        problems.add(place_of(text, found.start(), found.end()), "FLOW008", message, hint)
    return len(problems) > before


def spaced(text: str) -> str:
    """The text with real spaces: so one that was refused is not followed by errors of another kind."""
    return _SPACE.sub(" ", text)


def not_before(text: str) -> str:
    """The text without what has no width before the first letter of a line, where YAML reads its structure."""
    return _BEFORE.sub(r"\1", text).replace("\ufeff", "\u200b")  # libyaml stops at the first one inside a line


def without(text: str) -> str:
    """The text without what has no width."""
    return _NOTHING.sub("", text)


def _name(letter: str) -> str:
    return unicodedata.name(letter, "line break" if letter == "\x85" else "character without a name").lower()
