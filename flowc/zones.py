"""Time zones by the names of the tz database, as the package `tzdata` has it, which is installed with flowc.

Not as the system has it: so a flow means the same on every machine, and one without a tz database will do. Only zones
that are named after a city are taken, and `UTC`: the others are old names of these, or leave out daylight saving.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from flowc.suggest import Instead, meant_word, nearest, write

IN_UTC = "UTC"
AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
_EXAMPLE = "a zone is named after a city of it, for example `America/Chicago`"
_NO_OFFSET = "a difference to UTC knows no daylight saving: name a city, for example `Europe/Berlin`, or write `UTC`"
_CITIES = {
    **dict.fromkeys(("est", "edt", "et", "est5edt", "eastern", "eastern standard time"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct", "cst6cdt", "central", "central standard time"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt", "mst7mdt", "mountain", "mountain standard time"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt", "pst8pdt", "pacific", "pacific standard time"), "America/Los_Angeles"),
    **dict.fromkeys(("akst", "akdt", "alaskan standard time"), "America/Anchorage"),
    **dict.fromkeys(("hst", "hawaiian standard time"), "Pacific/Honolulu"),
    **dict.fromkeys(("gmt", "bst", "gmt standard time", "gb", "greenwich"), "Europe/London"),
    **dict.fromkeys(("wet", "west"), "Europe/Lisbon"),
    **dict.fromkeys(
        ("cet", "cest", "met", "mest", "mez", "mesz", "w. europe standard time", "romance standard time"),
        "Europe/Berlin",
    ),
    **dict.fromkeys(("eet", "eest"), "Europe/Athens"),
    **dict.fromkeys(("msk", "russian standard time"), "Europe/Moscow"),
    **dict.fromkeys(("ist", "india standard time"), "Asia/Kolkata"),
    **dict.fromkeys(("jst", "tokyo standard time"), "Asia/Tokyo"),
    "sgt": "Asia/Singapore",
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"),
    **dict.fromkeys(("acst", "acdt"), "Australia/Adelaide"),
    "awst": "Australia/Perth",
    **dict.fromkeys(("nzst", "nzdt"), "Pacific/Auckland"),
    "sast": "Africa/Johannesburg",
    "brt": "America/Sao_Paulo",
}
"""A city for what people write who mean a zone; where there are several, the largest."""
_NAMES_OF_UTC = ("z", "zulu", "uct", "etc/utc", "utc+0", "gmt+0", "etc/gmt", "coordinated universal time")


@cache
def names() -> frozenset[str]:
    """All that may stand in a flow."""
    return frozenset(name for name in _all_names() if name == IN_UTC or (name.startswith(AREAS) and "/" in name))


@cache
def _all_names() -> tuple[str, ...]:
    return tuple((resources.files("tzdata") / "zones").read_text("utf-8").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of this name, which is among `names`."""
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def instead(written: str) -> str:
    """A hint for what is no zone: the name that was meant, or what a name looks like."""
    plain = " ".join(written.split()).lower()
    if plain in _NAMES_OF_UTC:
        return write(IN_UTC)
    if re.fullmatch(r"(?:etc/)?(?:utc|gmt)?[ +-]*[0-9]{1,2}(?::?[0-9]{2})?", plain):
        return _NO_OFFSET
    city = _CITIES.get(plain, "") or _current_name(plain)
    if city in names():
        return Instead(f"write a city of it: `{city}`", city)
    found = _nearest(plain.replace(" ", "_")) if not re.search(r"[0-9+]", plain) else None
    return meant_word(found) if found else _EXAMPLE


def _nearest(plain: str) -> str | None:
    """With other letters, with a city alone, or misspelt."""
    lower = {name.lower(): name for name in names()}
    if plain in lower:
        return lower[plain]
    area, _, city = plain.rpartition("/")
    cities = {name.rpartition("/")[2]: lower[name] for name in sorted(lower)}
    if city in cities and (not area or nearest(area, (cities[city].rpartition("/")[0],)) is not None):
        return cities[city]
    if area:
        around = [name for name in lower if name.startswith(f"{area.partition('/')[0]}/")]
        return lower.get(nearest(plain, around) or "")
    found = nearest(city, [name for name in cities if name[:1] == city[:1]])
    return cities.get(found) if found is not None else None


def _current_name(plain: str) -> str:
    """Of a zone whose name has gone out of use, such as `US/Eastern`; empty if it is none."""
    old = next((name for name in _all_names() if name.lower() == plain and name not in names()), None)
    if old is None:
        return ""
    links = (resources.files("tzdata") / "zoneinfo" / "tzdata.zi").read_text("utf-8").splitlines()
    found = {to: of for kind, of, to in (line.split() for line in links if line.startswith("L "))}
    return found.get(old, "")


# Instants at which the clocks of a zone are set


def offset(zone: ZoneInfo, at: datetime) -> timedelta:
    """How far the zone's clocks are ahead of UTC at an instant."""
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


def settings_of_clocks(zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """The instants between two others at which the zone's clocks are set to another time, to the minute."""
    found: list[datetime] = []
    day = timedelta(days=1)
    before = start.astimezone(UTC)
    while before < end:
        after = min(before + day, end.astimezone(UTC))
        if offset(zone, before) != offset(zone, after):
            found.append(_set_between(zone, before, after))
        before = after
    return found


def _set_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """By halves."""
    first = offset(zone, before)
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        middle = middle.replace(second=0, microsecond=0)
        if middle <= before:
            break
        before, after = (middle, after) if offset(zone, middle) == first else (before, middle)
    return after.replace(second=0, microsecond=0)
