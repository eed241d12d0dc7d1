"""Days, dates and ranges of hours as people write them elsewhere: a hint what to write here.

What can be read in two ways is not guessed: hours that look right and are not keep a phone silent.
"""

from __future__ import annotations

import re

from flowc.language.flow.values import DATE, DAY, RANGE, RANGE_OR_CLOSED
from flowc.language.shapes import Text
from flowc.suggest import Instead, as_typed, meant_word, write

_LONGEST = 60
_DAYS = "(mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?"
_SEVERAL = {
    **dict.fromkeys(("weekdays", "weekday", "workdays", "working days", "business days"), "mon-fri"),
    **dict.fromkeys(("weekend", "weekends"), "sat-sun"),
    **dict.fromkeys(("daily", "every day", "everyday", "all", "always", "week", "mon-mon"), "mon-sun"),
}
_DASH = "[-\u2010-\u2015\u2212~]|to|till|until|through"
_TIME = r"(\d{1,2})(?:[:.h](\d{2}))?(?::00)?\s*(am|pm|a\.m\.|p\.m\.)?"
_ALL_DAY = ("open", "always", "all day", "24h", "24/7", "24 hours", "24", "00:00-00:00", "00-24")
_NO_WEEKDAY = "dates stand under `dates`"
_NO_DATE = "days of the week stand under `weekly`"


def hint(shape: Text, wrong: str) -> str:
    """What to write instead; empty if the text is none of these, or nobody knows."""
    plain = " ".join(wrong.split()).lower()
    if len(plain) > _LONGEST:
        return ""
    if shape is DAY:
        return _for_days(plain)
    if shape is DATE:
        return _for_date(plain)
    if shape is RANGE or shape is RANGE_OR_CLOSED:
        return _for_range(shape, plain)
    return ""


def is_all_day(wrong: str) -> bool:
    return " ".join(wrong.split()).lower() in _ALL_DAY


def range_meant(wrong: str) -> str:
    """The range of hours that is meant; empty where that is not certain."""
    found = _range(" ".join(wrong[:_LONGEST].split()).lower())
    return found if RANGE.fits(found) else ""


def _for_days(plain: str) -> str:
    if plain in _SEVERAL:
        return write(_SEVERAL[plain])
    if "," in plain or " and " in plain:
        return "write each of them with its hours: `mon: …`, `tue: …`"
    if re.match(r"\d", plain):
        return _NO_WEEKDAY
    days = re.fullmatch(rf"{_DAYS}(?:\s*(?:{_DASH})\s*{_DAYS})?", plain)
    if days is None:
        return ""
    return meant_word(f"{days[1]}{'-' + days[2] if days[2] else ''}")


def _for_date(plain: str) -> str:
    if re.fullmatch(f"{_DAYS}(?:\\s*(?:{_DASH})\\s*{_DAYS})?", plain):
        return _NO_DATE
    if re.fullmatch(r"\d{1,2}[-./]\d{1,2}\.?|\d{1,2}\.? [a-z]+|[a-z]+ \d{1,2}", plain):
        return f"a date has its year: `{DATE.example}`"
    if (found := re.fullmatch(r"(\d{4})[-./]?(\d{1,2})[-./]?(\d{1,2})", plain)) is not None:
        year, month, day = found.groups()
    elif (found := re.fullmatch(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})", plain)) is not None:
        day, sign, month, year = found.groups()
        if sign != "." and int(day) <= 12:
            if int(month) <= 12:
                return f"write the year, the month and the day: for example `{DATE.example}`"
            day, month = month, day
    else:
        return ""
    date = f"{year}-{int(month):02}-{int(day):02}"
    return meant_word(date) if DATE.fits(date) else ""


def _for_range(shape: Text, plain: str) -> str:
    if plain in _ALL_DAY:
        return 'all of the day is `"00:00-24:00"`'
    if plain in ("closed", "close", "none", "never", "off"):
        return write("closed") if shape is RANGE_OR_CLOSED else "take it out: days that are not named are closed"
    pieces = [each.strip() for each in re.split(r"[,;]| and ", plain)]
    if len(pieces) > 1:
        ranges = [_range(each) for each in pieces]
        whole = f"[{', '.join(map(as_typed, ranges))}]"
        shown = f"[{', '.join(ranges)}]"
        return Instead(f"write a list: `{shown}`", whole) if all(ranges) else "write a list, a range each"
    if (found := _range(plain)) and RANGE.fits(found):
        sign = next((sign for sign in plain if re.match("[\u2010-\u2015\u2212]", sign)), "")
        if not sign:
            return meant_word(found)
        return Instead(f"`{sign}` (U+{ord(sign):04X}) is not `-`: write `{found}`", as_typed(found))
    if plain.startswith("24:00-"):
        return "what is open from midnight on belongs to the day that begins then, at `00:00`"
    if re.fullmatch(_TIME, plain):
        return f"write when it opens and when it closes: {RANGE.example}"
    if any(int(hour) > 24 for hour in re.findall(r"(?<!\d)(\d{2}):\d\d", plain)):
        return "a day goes from `00:00` to `24:00`; past midnight, write `22:00-06:00`"
    return ""


def _range(plain: str) -> str:
    """The range that is meant; empty where that is not certain."""
    found = re.fullmatch(rf"{_TIME}\s*(?:{_DASH})\s*{_TIME}", plain)
    if found is None or bool(found[3]) != bool(found[6]):
        return ""
    start, end = _time(found[1], found[2], found[3]), _time(found[4], found[5], found[6])
    if (
        not start or not end or (not found[3] and len(found[4]) < 2 and end < start)
    ):  # `8-5`, which may be the afternoon
        return ""
    return f"{start}-{'24:00' if end == '00:00' else end}"


def _time(hours: str, minutes: str | None, half: str | None) -> str:
    hour = int(hours)
    if half is not None:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return f"{hour:02}:{minutes or '00'}" if hour <= 24 and int(minutes or 0) < 60 else ""
