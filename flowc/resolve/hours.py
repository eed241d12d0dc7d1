"""Opening hours: zones are looked up, ranges taken apart. Whether they go together is looked at in `flowc/checks/`."""

from __future__ import annotations

from flowc.diagnostics import Problems, quoted
from flowc.ir import Hours, OpenOn, Range
from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.flow.values import DATE, DAY, RANGE
from flowc.language.located import Maybe, Section, given
from flowc.language.shapes import Text
from flowc.nodes import Broken, Scalar


def hours(section: Maybe[Section[syntax.Hours]], problems: Problems) -> tuple[Hours, ...]:
    """Those whose bodies could be read."""
    return tuple(
        Hours(
            name.text,
            _zone(written.timezone, problems),
            tuple(_open_on(written.weekly, DAY)),
            tuple(_open_on(written.dates, DATE)),
            name.span,
        )
        for name, written in located.entries(section)
        if not isinstance(written, Broken)
    )


def _zone(node: Maybe[Scalar], problems: Problems) -> str:
    zone = given(node)
    if zone is None:
        return ""
    from flowc.zones import instead, names

    if zone.text not in names() and not problems.full:
        problems.add(zone.span, "FLOW201", f"there is no time zone {quoted(zone.text)}", instead(zone.text))
    return zone.text


def _open_on(section: Maybe[Section[syntax.Ranges]], key: Text) -> list[OpenOn]:
    return [
        OpenOn(name.text, tuple(map(_range, _listed(ranges))), name.span)
        for name, ranges in located.entries(section)
        if key.fits(name.text) and not isinstance(ranges, Broken)
    ]


def _listed(ranges: syntax.Ranges) -> list[Scalar]:
    listed = ranges if isinstance(ranges, tuple) else (ranges,)
    return [each for each in listed if isinstance(each, Scalar) and RANGE.fits(each.text)]


def _range(node: Scalar) -> Range:
    start, _, end = node.text.partition("-")
    return Range(start, end, node.span)
