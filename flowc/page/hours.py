"""Opening hours as a week: a bar for each day, and below it what is said of dates."""

from __future__ import annotations

from flowc.ir import DAYS, Flow, Hours, Range
from flowc.page.markup import Html, element

_NAMES = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
_DAY = 24 * 60
_TICKS = (0, 6, 12, 18, 24)


def weeks(flow: Flow) -> Html:
    """All hours of the flow."""
    return element("div", *(_week(flow, each) for each in flow.hours), class_="weeks")


def _week(flow: Flow, hours: Hours) -> Html:
    users = [target.name for target in flow.targets if target.hours == hours.name]
    called = f"Outside them {', '.join(users)} {'is' if len(users) == 1 else 'are'} not called." if users else ""
    days = [
        _day(_NAMES[day], hours.by_day.get(day, ()), _over_midnight(hours, number)) for number, day in enumerate(DAYS)
    ]
    ticks = element("span", *(element("span", f"{hour:02}:00") for hour in _TICKS), class_="ticks", aria_hidden="true")
    axis = element("tr", element("td"), element("td", ticks), element("td"), class_="axis")
    dates = [_day(each.written, each.ranges, ()) for each in sorted(hours.dates, key=lambda on: on.written)]
    caption = element("caption", element("b", hours.name), f", in {hours.timezone}. {called}".rstrip())
    bodies = [element("tbody", *days, axis), element("tbody", *dates) if dates else None]
    return element("table", caption, *bodies, class_="week", id=f"hours-{hours.name}")


def _over_midnight(hours: Hours, number: int) -> tuple[Range, ...]:
    """What the day before, of a usual week, goes on with."""
    return tuple(each for each in hours.by_day.get(DAYS[number - 1], ()) if each.passes_midnight)


def _day(name: str, ranges: tuple[Range, ...], before: tuple[Range, ...]) -> Html:
    spans = [(0, _minutes(each.end)) for each in before]
    spans += [(_minutes(each.start), _DAY if each.passes_midnight else _minutes(each.end)) for each in ranges]
    bars = [element("rect", class_="open", x=start, y=0, width=end - start, height=10) for start, end in spans]
    marks = [element("line", class_="tick", x1=hour * 60, x2=hour * 60, y1=0, y2=10) for hour in _TICKS[1:-1]]
    ground = element("rect", class_="ground", x=0, y=0, width=_DAY, height=10)
    picture = element(
        "svg", ground, *bars, *marks, viewBox=f"0 0 {_DAY} 10", preserveAspectRatio="none", aria_hidden="true"
    )
    words = ", ".join([f"until {each.end}" for each in before] + [each.text for each in ranges]) or "closed"
    return element("tr", element("th", name, scope="row"), element("td", picture, class_="bar"), element("td", words))


def _minutes(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)
