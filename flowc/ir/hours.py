"""Opening hours, as a flow declares them: what is open when is worked out in `flowc.opening_hours`."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from flowc.source import Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""In the order of `datetime.weekday`."""
_NUMBERS = {day: number for number, day in enumerate(DAYS)}


class Range(Struct, frozen=True):
    """From a local time to another, which is no longer part of it: `08:00` and `12:00`. Times compare as texts."""

    start: str
    end: str
    span: Span

    @property
    def text(self) -> str:
        return f"{self.start}-{self.end}"

    @property
    def passes_midnight(self) -> bool:
        return self.end < self.start


class OpenOn(Struct, frozen=True):
    """When it is open on some days: `written` is a day, a range of days or a date. Without ranges it is closed."""

    written: str
    ranges: tuple[Range, ...]
    span: Span

    @property
    def days(self) -> tuple[str, ...]:
        """The days of the week, if `written` is one or a range of them: `sat-mon` goes on over Sunday."""
        first, _, last = self.written.partition("-")
        start, length = _NUMBERS[first], (_NUMBERS[last or first] - _NUMBERS[first]) % len(DAYS) + 1
        return tuple((DAYS * 2)[start : start + length])


class Hours(Struct, frozen=True, dict=True):
    """`timezone` is a name of the tz database. What `dates` says of a date stands in place of its weekday."""

    name: str
    timezone: str
    weekly: tuple[OpenOn, ...]
    dates: tuple[OpenOn, ...]
    span: Span

    @cached_property
    def by_day(self) -> dict[str, tuple[Range, ...]]:
        """By day of the week, in their order; what is not there is closed."""
        found = {day: each.ranges for each in self.weekly for day in each.days}
        return {day: found[day] for day in DAYS if day in found}

    @cached_property
    def by_date(self) -> dict[str, tuple[Range, ...]]:
        """By date, as ISO 8601 writes it; empty where it is closed."""
        return {each.written: each.ranges for each in self.dates}
