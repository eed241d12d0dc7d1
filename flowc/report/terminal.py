"""Text that is safe and aligned on a terminal.

Flow files are written by people and may hold anything: a character that would move the cursor, change colours or
reverse the direction of writing is shown as its escape (`\\x1b`, `\\u202e`), so that what is on the screen is what is
in the file. Nothing here knows whether there is a terminal; callers decide about colour.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from flowc.diagnostics import Severity

TAB = " " * 4

RED = "\x1b[1;31m"
GREEN = "\x1b[32m"
YELLOW = "\x1b[1;33m"
BLUE = "\x1b[1;34m"
CYAN = "\x1b[36m"
BOLD = "\x1b[1m"
_RESET = "\x1b[0m"
STYLES = (RED, GREEN, YELLOW, BLUE, CYAN, BOLD, _RESET)

STYLE_OF: Mapping[Severity, str] = {"error": RED, "warning": YELLOW}
"""Of a diagnostic, by what it is."""

_WITHOUT_WIDTH = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
"""Letters and marks that nobody sees. (Those that choose how the one before them is drawn have no escape: an emoji.)"""


def paint(text: str, style: str, color: bool) -> str:
    """The text in a style, or as it is."""
    return f"{style}{text}{_RESET}" if color and text else text


def cell(character: str) -> tuple[str, int]:
    """How a character is shown, and how many columns that takes."""
    if " " <= character <= "~":
        return character, 1
    if character == "\t":
        return TAB, len(TAB)
    category = unicodedata.category(character)
    if category[0] == "C" or category in ("Zl", "Zp") or character in _WITHOUT_WIDTH:
        escape = character.encode("unicode_escape").decode("ascii")
        return escape, len(escape)
    if category in ("Mn", "Me"):
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1


def visible(text: str) -> str:
    """The text on one line, with everything that would act on a terminal escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(cell(character)[0] if character != "\t" else "\\t" for character in text)


def patch(text: str, color: bool) -> str:
    """A unified diff for a terminal or a log: harmless whatever the files hold, and not to be applied."""
    return "".join(f"{_patch_line(line, color)}\n" for line in text.removesuffix("\n").split("\n")) if text else ""


def _patch_line(line: str, color: bool) -> str:
    shown = "".join(cell(character)[0] for character in line)
    if line.startswith(("--- ", "+++ ")):
        return paint(shown, BOLD, color)
    if line.startswith("@@"):
        return paint(shown, CYAN, color)
    if line.startswith("+"):
        return paint(shown, GREEN, color)
    if line.startswith("-"):
        return paint(shown, RED, color)
    return shown
