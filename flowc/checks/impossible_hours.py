"""Hours that cannot be. Every range of `weekly` and `dates` is some time, each weekday is there once, and no two
ranges of one day overlap. A date is one of the calendar. Hours open at some time: a gate that can never open is a
mistake.

- A whole day is `00:00-24:00`. What goes on past midnight, `22:00-06:00`, belongs to the day on which it begins. It is
  over when the next day's first range begins, unless that begins at midnight: `mon-fri: "20:00-06:00"` and
  `sat: "00:00-24:00"` go together.
- Where a branch has gone by hours, a transfer behind it may ring somebody: not only targets whose own hours are never
  open then. Of a route all ways count that lead to it. What another transfer leads to comes much later, and is not
  looked at.
- Days that are not named are closed. One day of a range of days that is different is taken out of it: `mon-tue`, `wed`,
  `thu-fri`.

Why: one of two entries would be passed over, and a phone be silent, or ring at night, although the file says otherwise.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    hours:
      office: {timezone: America/Chicago, weekly: {mon-fri: "08:00-18:00", wed: "08:00-12:00"}}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002", hours: office}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    hours:
      office: {timezone: America/Chicago, weekly: {mon-tue: "08:00-18:00", wed: "08:00-12:00", thu-fri: "08:00-18:00"}}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002", hours: office}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec.structs import replace

from flowc.diagnostics import Diagnostic, Related
from flowc.ir import (
    CLOSED,
    DAYS,
    OPEN,
    Choice,
    Flow,
    Hours,
    HoursState,
    Hunt,
    OpenOn,
    Range,
    Transfer,
    steps_of,
)
from flowc.ir.known_hours import Ways, behind, known_hours
from flowc.ir.last import kept_for_the_last
from flowc.rule import Rule
from flowc.source import Span

_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check(flow: Flow) -> Iterator[Diagnostic]:
    for hours in flow.hours:
        found = list(_of_each_day(flow, hours))
        yield from found or _into_the_next_day(flow, hours)


def _of_each_day(flow: Flow, hours: Hours) -> Iterator[Diagnostic]:
    yield from _days_once(flow, hours)
    for each in (*hours.weekly, *hours.dates):
        yield from _ranges(flow, each)
    for each in hours.dates:
        if (why := _no_date(each.written)) is not None:
            yield RULE.at(flow.path, each.span, f"there is no {each.written}", why)


def never_open(flow: Flow) -> Iterator[Diagnostic]:
    for hours in flow.hours:
        if not any(each.ranges for each in (*hours.weekly, *hours.dates)):
            message = f"`{hours.name}` never opens, so whatever goes by these hours is always closed"
            yield RULE.at(flow.path, hours.span, message, "write when it is open: `weekly: {mon-fri: …}`")


def nobody_is_open(flow: Flow) -> Iterator[Diagnostic]:
    """A transfer to which only ways behind a branch over hours lead, and of which each target is closed then."""
    if not flow.hours:
        return
    if any(_no_date(each.written) for hours in flow.hours for each in hours.dates):
        return
    for step in steps_of(flow, Transfer):
        every = known_hours(flow, step)
        ways = frozenset([each for each in every if not each.never]) or every
        if any(each.readings for each in ways) or step.choices():
            yield from _rung(flow, step.to, step.span, ways)


def _rung(flow: Flow, hunt: Hunt, span: Span, ways: Ways) -> Iterator[Diagnostic]:
    """Hours of a choice that comes first are known when the targets that it leads to are rung."""
    first = hunt[0] if hunt else None
    if isinstance(first, Choice) and isinstance(first.subject, HoursState):
        for arm in first.arms:
            after = hunt[1:] if arm.hunt else ()  # where nobody is to be rung first, it is not looked at
            yield from _rung(flow, (*arm.hunt, *after), arm.span, behind(ways, first, arm.value))
        return
    names = tuple(dict.fromkeys(_names(hunt)))
    hours = {_hours_of(flow).get(name) for name in names}
    if not ways or not hours or None in hours:
        return
    if any(_may_be_open(flow, each.states, hours) for each in ways):
        return
    written = (" and ".join(f"`hours.{name}` is {state}" for name, state in each.states.items()) for each in ways)
    states = ", and while ".join(sorted(written))
    opens = "never opens" if len(names) == 1 else "are never open"
    message = f"nobody is ever rung here: {', '.join(f'`{name}`' for name in names)} {opens} while {states}"
    yield RULE.at(flow.path, span, message, "call somebody who is open then, or go on with other steps")


def _names(hunt: Hunt) -> Iterator[str]:
    for item in hunt:
        if isinstance(item, Choice):
            for arm in item.arms:
                yield from _names(arm.hunt)
        else:
            yield from item.targets


def _may_be_open(flow: Flow, known: Mapping[str, str], hours: Collection[str | None]) -> bool:
    """Whether one of these may be open while the known ones are what they are known to be."""
    asked = [name for name in hours if name is not None and known.get(name) != CLOSED]
    if not asked or not known:
        return bool(asked)
    from flowc.opening_hours import may_be_together

    return any(may_be_together(flow, {**known, name: OPEN}) for name in asked)


@kept_for_the_last
def _hours_of(flow: Flow) -> Mapping[str, str | None]:
    return {target.name: target.hours for target in flow.targets}


def _days_once(flow: Flow, hours: Hours) -> Iterator[Diagnostic]:
    first: dict[str, OpenOn] = {}
    for each in hours.weekly:
        start, _, end = each.written.partition("-")
        if start == end:
            hint = f"write `{start}`, or `mon-sun` for all days"
            yield RULE.at(flow.path, each.span, f"`{each.written}` is a range of one day", hint)
            continue
        twice = [day for day in each.days if day in first]
        if twice:
            other = first[twice[0]]
            message = f"`{twice[0]}` is in `{other.written}` already"
            if twice[0] == other.written:
                message = f"`{twice[0]}` is given already, and is one of `{each.written}`"
            hint = _without(other.written, other.days, each.days) or _without(each.written, each.days, other.days)
            related = (Related(other.span, "first given here"),)
            yield RULE.at(flow.path, each.span, message, hint or "keep one of them", related)
        first.update((day, each) for day in each.days if day not in first)


def _without(written: str, days: tuple[str, ...], others: tuple[str, ...]) -> str:
    """A hint how to write some days without others; empty if none are left."""
    left = [day for day in days if day not in others]
    if not left or len(left) == len(days):
        return ""
    pieces: list[list[str]] = []
    for day in left:
        if pieces and DAYS[(DAYS.index(pieces[-1][-1]) + 1) % len(DAYS)] == day:
            pieces[-1].append(day)
        else:
            pieces.append([day])
    shown = [f"`{piece[0]}`" if len(piece) == 1 else f"`{piece[0]}-{piece[-1]}`" for piece in pieces]
    return f"put {' and '.join(shown)} in the place of `{written}`"


def _ranges(flow: Flow, on: OpenOn) -> Iterator[Diagnostic]:
    seen: list[Range] = []
    for each in on.ranges:
        if each.start == each.end:
            hint = "the end is no part of it: a whole day is `00:00-24:00`"
            yield RULE.at(flow.path, each.span, f"`{each.text}` is no time at all", hint)
            continue
        other = next((other for other in seen if _overlap(each, other)), None)
        if other is not None:
            related = (Related(other.span, "the other one"),)
            message = f"`{each.text}` and `{other.text}` overlap"
            hint = "write one range for both"
            past, on_the_day = (other, each) if other.passes_midnight else (each, other)
            turned = _turned(past)
            is_late = past.passes_midnight and past.end > _MORNING
            if is_late and not on_the_day.passes_midnight and not _overlap(turned, on_the_day):
                hint = f"`{past.text}` goes on until the next day: did you mean `{turned.text}`?"
            yield RULE.at(flow.path, each.span, message, hint, related)
        seen.append(each)


def _into_the_next_day(flow: Flow, hours: Hours) -> Iterator[Diagnostic]:
    """Ranges past midnight that the next day's overlap. Not those of a whole day, or that begin it: where nights are
    followed by a weekend they may. What a date says stands in place of what it would go on into.
    """
    told: set[Range] = set()
    for on, following in _followed(hours):
        for each in on:
            late = [other for other in following if _MIDNIGHT < other.start < each.end] if each.passes_midnight else []
            if late and each not in told:
                told.add(each)
                first = min(late, key=lambda other: other.start)
                turned, shorter = _turned(each), replace(each, end=first.start)
                hint = f"end it where that begins: `{shorter.text}`"
                others = [other for other in on if other is not each]
                if others and each.end > _MORNING and not any(_overlap(turned, other) for other in others):
                    hint = f"did you mean `{turned.text}`?"
                until = f"`{each.text}` goes on until {each.end} of the next day"
                message = f"{until}, which overlaps with its `{first.text}`"
                related = (Related(first.span, "the other one"),)
                yield RULE.at(flow.path, each.span, message, hint, related)


def _followed(hours: Hours) -> Iterator[tuple[tuple[Range, ...], tuple[Range, ...]]]:
    """The ranges of a day, and those of the next."""
    for day, ranges in hours.by_day.items():
        yield ranges, hours.by_day.get(DAYS[(DAYS.index(day) + 1) % len(DAYS)], ())
    if hours.dates:
        from datetime import date, timedelta

        for written, ranges in hours.by_date.items():
            following = date.fromisoformat(written) + timedelta(days=1)
            of_week = hours.by_day.get(DAYS[following.weekday()], ())
            yield ranges, hours.by_date.get(following.isoformat(), of_week)


_MIDNIGHT = "00:00"
_MORNING = "05:00"
"""Who goes on past midnight closes before it."""


def _turned(range_: Range) -> Range:
    """With its two ends the other way round."""
    return replace(range_, start=range_.end, end=range_.start)


def _overlap(one: Range, other: Range) -> bool:
    """On one day: what goes on past midnight ends behind all that ends on the day itself."""
    return one.start < _end(other) and other.start < _end(one)


def _end(range_: Range) -> str:
    """As a text that compares with those of the day."""
    return f"next day, {range_.end}" if range_.passes_midnight else range_.end


def _no_date(written: str) -> str | None:
    """Why there is no such date, None if there is."""
    year, month, day = map(int, written.split("-"))
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = 28 if month == 2 and not is_leap else _LENGTHS[month - 1]
    return f"that month ends with {written[:8]}{last}" if day > last else None


RULE = Rule("FLOW311", "hours that cannot be", __doc__, checks=(check,), whole_flow_checks=(never_open, nobody_is_open))
