"""What is open when: pure functions of opening hours and an instant. Nothing here asks what time it is.

The scenario's `hours.js` reads the same rules of the language for the instant at hand; a test compares the two. Until
when something is open is found by looking at instants at which it may change, not by adding to local times: an hour may
come twice, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from flowc.ir import DAYS, OPEN, Flow, Hours, Range
from flowc.ir.last import kept_for_the_last
from flowc.zones import offset, settings_of_clocks, zone

ONE_DAY = timedelta(days=1)
_AHEAD = 16 * ONE_DAY
"""Whatever comes every week has come by then, also if a setting of clocks has left it out once."""
YEAR = 400 * ONE_DAY
DEFAULT_DAY = date(2026, 1, 6)
"""A Tuesday: on it, at 10 in the morning, calls are played that say nothing else. They do not depend on today."""


def is_open(hours: Hours, at: datetime) -> bool:
    local = at.astimezone(zone(hours.timezone))
    now = f"{local:%H:%M}"
    if any(each.start <= now and (now < each.end or each.passes_midnight) for each in _ranges_on(hours, local.date())):
        return True
    if hours.by_date.get(local.date().isoformat()) == ():
        return False  # which ends what the day before began
    yesterday = _ranges_on(hours, local.date() - ONE_DAY)
    return any(each.passes_midnight and now < each.end for each in yesterday)


def _ranges_on(hours: Hours, day: date) -> Sequence[Range]:
    """What is said of a date stands in place of its day of the week."""
    of_week = hours.by_day.get(DAYS[day.weekday()], ())
    return hours.by_date.get(day.isoformat(), of_week)


def changes(hours: Hours, start: datetime, end: datetime | None = None) -> Iterator[tuple[datetime, bool]]:
    """The instants after `start` at which it opens (True) or closes, up to `end`; without one, as far as there may be
    another: behind all dates.
    """
    before = is_open(hours, start)
    for instant in _instants(hours, start, end or _last(hours, start)):
        if (after := is_open(hours, instant)) != before:
            yield instant, after
            before = after


def _last(hours: Hours, start: datetime) -> datetime:
    days = [datetime.combine(date.fromisoformat(each.written), time(), UTC) for each in hours.dates]
    return max([start, *days]) + _AHEAD


def _instants(hours: Hours, start: datetime, end: datetime) -> Iterator[datetime]:
    """Those at which it may change: where a range begins or ends, at midnight, and when the clocks are set."""
    local_zone = zone(hours.timezone)
    times = {time()}
    for each in (*hours.weekly, *hours.dates):
        for range_ in each.ranges:
            times |= {time.fromisoformat(written) for written in (range_.start, range_.end) if written != "24:00"}
    day = start.astimezone(local_zone).date() - ONE_DAY
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    while datetime.combine(day, time(), UTC) <= last + ONE_DAY:
        noon = datetime.combine(day, time(), UTC)
        found = set(settings_of_clocks(local_zone, noon - ONE_DAY, noon + 2 * ONE_DAY))
        for each_time in times:
            for fold in (0, 1):
                local = datetime.combine(day, each_time, local_zone).replace(fold=fold)
                found.add(local.astimezone(UTC))
        of_day = {each for each in found if each.astimezone(local_zone).date() == day}
        yield from sorted(each for each in of_day if first < each <= last)
        day += ONE_DAY


# The clock of calls that are played


def default_instant(hours: Sequence[Hours]) -> datetime:
    """When a call is played that says nothing else: by the clock of the first hours, or of UTC."""
    local_zone = zone(hours[0].timezone) if hours else UTC
    return datetime.combine(DEFAULT_DAY, time(10), local_zone)


def on_clocks(hours: Sequence[Hours], at: datetime) -> str:
    """An instant as clocks show it where the hours are: `Mon 09:02 Europe/Berlin`, for each zone. The date stands with
    it where hours have dates, and seconds where there are any.
    """
    with_date = any(each.dates for each in hours)
    found = []
    for name in dict.fromkeys(each.timezone for each in hours):
        local = at.astimezone(zone(name))
        day = DAYS[local.weekday()].capitalize() + (f" {local.date().isoformat()}" if with_date else "")
        found.append(f"{day} {local.time().isoformat('seconds' if local.second else 'minutes')} {name}")
    return ", ".join(found)


def only_zone(hours: Sequence[Hours]) -> ZoneInfo | None:
    """The zone of all hours; None if there is none, or more than one."""
    names = {each.timezone for each in hours}
    return zone(names.pop()) if len(names) == 1 else None


def is_skipped(local: datetime) -> bool:
    """Whether a local time is none: the clocks have been set from before it to after it."""
    there_and_back = local.astimezone(UTC).astimezone(local.tzinfo)
    return there_and_back.replace(tzinfo=None) != local.replace(tzinfo=None)


Offsets = Mapping[str, Sequence[tuple[int, int]]]
"""By zone: from when on, and how far its clocks are ahead of UTC, in milliseconds. The first counts before it, too."""


def offsets(hours: Sequence[Hours], start: datetime, end: datetime) -> Offsets:
    """What the emulator of the platform has to know of zones between two instants."""
    found: dict[str, list[tuple[int, int]]] = {}
    for name in sorted({each.timezone for each in hours}):
        local_zone = zone(name)
        instants = [start, *settings_of_clocks(local_zone, start, end)]
        found[name] = [
            (milliseconds(each), round(offset(local_zone, each) / timedelta(milliseconds=1))) for each in instants
        ]
    return found


def milliseconds(at: datetime) -> int:
    """Since 1970."""
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


# All that hours can be together


class Moment(Struct, frozen=True):
    """An instant, and which hours are open then."""

    at: datetime
    open: frozenset[str]

    def named(self, hours: Sequence[Hours]) -> str:
        words = (f"{each.name} is {'open' if each.name in self.open else 'closed'}" for each in hours)
        return ", ".join(words)


def moments(hours: Sequence[Hours]) -> tuple[Moment, ...]:
    """One for each combination of open and closed that occurs at all: the first of a year, or around a date."""
    if not hours:
        return ()
    start = default_instant(hours)
    found = {_open_at(hours, start): start}
    for instant in sorted(_all_changes(hours, start)):
        found.setdefault(_open_at(hours, instant), instant)
    return tuple(Moment(at, open_) for open_, at in found.items())


_MOST_COMPARED, _MOST_DATES = 16, 64
"""Sets of hours of one flow, and dates of one set: more would take long."""


def may_be_together(flow: Flow, states: Mapping[str, str]) -> bool:
    """Whether there is an instant at which each of these hours is open or closed as it says. Where the platform cannot
    tell the time, all are closed. What would take long to find out may be.
    """
    if OPEN not in states.values():
        return True
    found = _together(flow)
    names = frozenset(states)
    if names not in found:
        compared = tuple([each for each in flow.hours if each.name in names])
        if len(found) >= _MOST_COMPARED or sum([len(each.dates) for each in compared]) > _MOST_DATES:
            return True
        found[names] = tuple([moment.open for moment in moments(compared)])
    return any(all((name in open_) == (state == OPEN) for name, state in states.items()) for open_ in found[names])


@kept_for_the_last
def _together(flow: Flow) -> dict[frozenset[str], tuple[frozenset[str], ...]]:
    """By hours that were compared: which of them are open together, of all that occurs."""
    return {}


def _open_at(hours: Sequence[Hours], at: datetime) -> frozenset[str]:
    return frozenset(each.name for each in hours if is_open(each, at))


def _all_changes(hours: Sequence[Hours], start: datetime) -> set[datetime]:
    """Around dates and, of hours in several zones, of a year: their clocks are not set on the same days."""
    several = len({each.timezone for each in hours}) > 1
    windows = [(start, start + (YEAR if several else _AHEAD))]
    for each in {on.written for one in hours for on in one.dates}:
        day = datetime.combine(date.fromisoformat(each), time(), UTC)
        windows.append((day - 2 * ONE_DAY, day + 3 * ONE_DAY))
    return {at for one in hours for first, last in windows for at, _ in changes(one, first, last)}


# Where hours are told rightly, or not


_MINUTE = timedelta(minutes=1)
_SUMMER = date(2026, 7, 7)
"""A day on which clocks are ahead that are set."""


class Edge(Struct, frozen=True):
    """A moment at, or a minute before, what one of the hours has: the beginning or the end of a range on a day of the
    week or on a date, or a day without any. `of` are the names of these hours.
    """

    moment: Moment
    of: frozenset[str]

    def named(self, hours: Sequence[Hours]) -> str:
        own = [each for each in hours if each.name in self.of]
        return f"{self.moment.named(hours)} ({on_clocks(own, self.moment.at)})"


def edges(hours: Sequence[Hours]) -> tuple[Edge, ...]:
    """Of one week, of a day in summer, and of all dates."""
    found: dict[datetime, set[str]] = {}
    for each in hours:
        for instant in _edges_of(each):
            found.setdefault(instant, set()).add(each.name)
    return tuple(Edge(Moment(at, _open_at(hours, at)), frozenset(found[at])) for at in sorted(found))


def _edges_of(hours: Hours) -> Iterator[datetime]:
    monday = DEFAULT_DAY - DEFAULT_DAY.weekday() * ONE_DAY
    days = [monday + number * ONE_DAY for number in range(len(DAYS))]
    summer = (_SUMMER + number * ONE_DAY for number in range(len(DAYS)))
    days += [next((day for day in summer if _ranges_on(hours, day)), _SUMMER)]
    days += map(date.fromisoformat, hours.by_date)
    for day in dict.fromkeys(days):
        for local in _edges_on(hours, day):
            if not is_skipped(local):
                yield local.astimezone(UTC)
                yield local.astimezone(UTC) - _MINUTE


def _edges_on(hours: Hours, day: date) -> Iterator[datetime]:
    midnight = datetime.combine(day, time(), zone(hours.timezone))
    ranges = _ranges_on(hours, day)
    if not ranges:
        yield midnight
        yield midnight.replace(hour=12)
    for each in ranges:
        yield datetime.combine(day, time.fromisoformat(each.start), midnight.tzinfo)
        if each.passes_midnight:
            yield datetime.combine(day + ONE_DAY, time(), midnight.tzinfo)
        is_next_day = each.passes_midnight or each.end == "24:00"
        end = time() if each.end == "24:00" else time.fromisoformat(each.end)
        yield datetime.combine(day + ONE_DAY if is_next_day else day, end, midnight.tzinfo)
