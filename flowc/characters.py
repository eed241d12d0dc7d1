"""Text as files hold it: which encoding it is in, and characters that nobody can see.

An editor or a web page leaves such characters in what is copied. They are named wherever people write something for
flowc: in flows, call scripts and settings.
"""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE

# Of the categories Zs, Zl, Zp and Cf all that are not U+0020 and have no picture of their own; all that Unicode has as
# Default_Ignorable_Code_Point; and fillers, whose picture is empty.
SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
BREAKS = "\x85\u2028\u2029"
WITHOUT_WIDTH = (
    "\u00ad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
INVISIBLE = f"([{SPACES}{BREAKS}{WITHOUT_WIDTH}])\\1*"
"""A run of one character that nobody sees, unless it `belongs_to_an_emoji`. Few files need it compiled."""
_SPACE = f"[{SPACES}{BREAKS}]"
# U+FE0F asks for the coloured picture of the character before it, U+FE0E for the one in black and white.
_OF_AN_EMOJI = "\ufe0e\ufe0f"
_EMOJI_OF_OTHER_KINDS = "\u203c\u2049\u2139\u3030"  # that Unicode counts as punctuation or as a letter
_KEYCAP = "[0-9#*]\ufe0f\u20e3"

_MARKS = (  # of UTF-32 first: its little-endian one begins like that of UTF-16
    (BOM_UTF32_LE, "UTF-32"),
    (BOM_UTF32_BE, "UTF-32"),
    (BOM_UTF16_LE, "UTF-16"),
    (BOM_UTF16_BE, "UTF-16"),
)
_BY_ZEROS = ((4, 0, "UTF-32LE"), (4, 3, "UTF-32BE"), (2, 0, "UTF-16LE"), (2, 1, "UTF-16BE"))


def unseen(run: str) -> tuple[str, str]:
    """What a run of INVISIBLE is, and what to do about it."""
    letter = run[0]
    name = unicodedata.name(letter, "line break" if letter == "\x85" else "character without a name").lower()
    what = f"{name} (U+{ord(letter):04X})"
    told = f"an invisible character: {what}" if len(run) == 1 else f"{len(run)} invisible characters: {what}"
    return told, "write a space" if re.match(_SPACE, letter) else "remove it"


def belongs_to_an_emoji(text: str, found: re.Match[str]) -> bool:
    """Whether a run of INVISIBLE says how the character before it is drawn, so that it is seen."""
    start = found.start()
    if found[0] not in _OF_AN_EMOJI or not start:
        return False
    before = text[start - 1]
    is_sign = unicodedata.category(before) in ("So", "Sm") and not before.isascii()
    return is_sign or before in _EMOJI_OF_OTHER_KINDS or bool(re.compile(_KEYCAP).match(text, start - 1))


def other_encoding(content: bytes) -> str:
    """The encoding of a file that is not UTF-8: by its mark, or else by the zeros beside the ASCII in it."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    start = content[:4096]
    if b"\0" not in start:
        return ""
    for width, place, encoding in _BY_ZEROS:
        letters = [start[index : index + width] for index in range(0, len(start) - width + 1, width)]
        ascii_ones = sum(letter[place] != 0 and letter.count(0) == width - 1 for letter in letters)
        if letters and ascii_ones * 3 >= len(letters):
            return encoding
    return ""
