"""Opening hours: what is open when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowc.ir import Flow, Hours, Range
from flowc.review.aspects import Aspects, aspect, by_name, changed, differences, identity
from flowc.review.change import At, Changes, Kind
from flowc.review.places import same
from flowc.review.words import code, ranges_words
from flowc.source import Span


def hours(at: At, old: Flow, new: Flow) -> Changes:
    yield from by_name(
        at,
        "hours",
        old.hours,
        new.hours,
        lambda inner, one, other: differences(inner, OF_HOURS[Hours], one, other),
        added=lambda inner, each: iter([inner.now(Kind.HARMLESS, f"{inner.where} are new")]),
        removed=lambda inner, each: iter([inner.before(Kind.HARMLESS, f"{inner.where} are gone")]),
        where=lambda each: f"the hours {code(each.name)}",
    )


def _weekly(at: At, old: Hours, new: Hours) -> Changes:
    spans = {day: each.span for each in new.weekly for day in each.days}
    yield from _days(at, old.by_day, new.by_day, spans, "closed")


def _dates(at: At, old: Hours, new: Hours) -> Changes:
    spans = {each.written: each.span for each in new.dates}
    yield from _days(at, old.by_date, new.by_date, spans, "as on its day of the week")


def _days(
    at: At,
    old: Mapping[str, tuple[Range, ...]],
    new: Mapping[str, tuple[Range, ...]],
    spans: Mapping[str, Span],
    unnamed: str,
) -> Changes:
    found = False
    for day in dict.fromkeys((*new, *old)):
        before, now = old.get(day), new.get(day)
        if same(before, now):
            continue
        found = True
        words = [unnamed if each is None else ranges_words(each) for each in (now, before)]
        yield at.now(Kind.BEHAVIOUR, f"{at.where} are {words[0]} on {code(day)} (before: {words[1]})", spans.get(day))
    if not found:
        yield at.now(Kind.HARMLESS, f"{at.where} are written in another way: the same is open")


OF_HOURS: dict[type[Any], Aspects] = {
    Hours: (
        identity("name"),
        changed("timezone", "are in the time of {new} (before: {old})"),
        aspect(_weekly),
        aspect(_dates),
    ),
}
