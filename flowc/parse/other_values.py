"""What people write for a value who know it by another word, as a number, or as another length of time."""

from __future__ import annotations

import re
from collections.abc import Collection

from flowc.language.flow.values import DATE, DAY, RANGE
from flowc.language.shapes import ByForm, Names, Text
from flowc.nodes import Node, Scalar, Sequence
from flowc.parse import times
from flowc.suggest import as_typed, write

_WORDS = {
    **dict.fromkeys(("human", "people", "somebody", "man", "live"), "person"),
    **dict.fromkeys(("voicemail", "answering_machine", "mailbox", "robot", "bot"), "machine"),
    **dict.fromkeys(
        ("attended", "warm", "consult", "consultative", "consultation", "announced", "announces"), "briefs"
    ),
    **dict.fromkeys(("blind", "cold", "unattended", "unsupervised", "disconnects", "hangs_up", "ends"), "leaves"),
    **dict.fromkeys(("stays", "stay", "holds", "hold", "listens"), "waits"),
}
_CODES = {**dict.fromkeys(("486", "600"), "busy"), **dict.fromkeys(("403", "603", "607", "608"), "declined")}
"""What SIP has for a call that is refused."""
_LENGTH = r"([0-9]{1,4})\s*-?_?(d|days?|w|weeks?|m|mo|mons?|months?|y|yrs?|years?)"
_MONTHS = {"d": 1 / 30.4, "w": 7 / 30.4, "m": 1, "y": 12}
_AS_LONG = 0.05
"""How far apart, of the whole, what is called one length of time may be: 90 days are 3 months."""
_DATUM = r"(?:\$?\{\{?)?\s*data\.([a-z][a-z0-9_]{0,63})\s*\}{0,2}"
_NO = ("no", "false", "never", "off", "without", "0")
_A_VOICEMAIL = "remove it: a phone may have one where nothing is said of it"
_MOST_DATES = 3
_LONGEST = 200  # characters


def of_a_word(key: str, written: str, words: Collection[str]) -> str:
    """A hint for what is none of these words; empty where nobody knows."""
    said = written.strip().lower()
    if key == "voicemail" and [*words] == ["none"]:
        return write("none") if said in _NO else _A_VOICEMAIL
    if (meant := _WORDS.get(said.replace("-", "_").replace(" ", "_"), "")) in words:
        return write(meant)
    code = re.match(r"[0-9]{3}\b", said)
    if code is not None and (meant := _CODES.get(code[0], "")) in words:
        return write(meant)
    return _of_a_length(said, words)


def _of_a_length(said: str, words: Collection[str]) -> str:
    """Of several lengths of time the one that is as long, or the nearest."""
    lengths = {word: months for word in words if (months := _months(word))}
    wanted = _months(said)
    if not wanted or len(lengths) < len(words):
        return ""
    nearest = min(lengths, key=lambda word: abs(lengths[word] - wanted))
    is_as_long = abs(lengths[nearest] - wanted) <= _AS_LONG * wanted
    return write(nearest, "" if is_as_long else ", the nearest that there is")


def _months(written: str) -> float:
    """How many months they are; 0 where it is no length of time."""
    found = re.fullmatch(_LENGTH, written)
    return int(found[1]) * _MONTHS[found[2][0]] if found is not None else 0


def of_names(shape: Names, node: Node, key: str) -> str:
    """A hint for a value, or a list, where names with values belong; empty where nobody knows."""
    inside = node.items if isinstance(node, Sequence) else [node]
    said = [each.text for each in inside if isinstance(each, Scalar) and each.text]
    if not said or len(said) < len(inside):
        return ""
    value = shape.shape.scalar if isinstance(shape.shape, ByForm) else shape.shape
    if shape.name is DATE and all(map(DATE.fits, said)):
        dates = ", ".join(f"{each}: closed" for each in said[:_MOST_DATES])
        return write("{" + dates + "}") if len(said) <= _MOST_DATES else f"write `{{{dates}, …}}`"
    if shape.name is DAY and len(said) == 1 and value is RANGE:
        return _of_a_week(said[0])
    if key == "reply" and len(said) == 1 and isinstance(value, Text) and value.fits(said[0]):
        return write(f"{{status: {as_typed(said[0])}}}")
    return ""


def _of_a_week(said: str) -> str:
    """Hours without their days."""
    if times.is_all_day(said) or said.strip().lower() in ("daily", "every day"):
        return write('{mon-sun: "00:00-24:00"}')
    found = said if RANGE.fits(said) else times.range_meant(said)
    return f'write on which days: `{{mon-fri: "{found}"}}`' if found else ""


def of_data(key: str, written: str) -> str:
    """A hint for what a call is started with, where that is dialled; empty where it is none."""
    found = re.fullmatch(_DATUM, written.strip()[:_LONGEST]) if key == "pstn" else None
    return write(f"{{data: {found[1]}}}", ", which is right in a target of `outbound`") if found is not None else ""
