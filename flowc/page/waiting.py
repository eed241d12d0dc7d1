"""How long a caller waits at the worst: how long each hunt can ring, and the longest silence that is known."""

from __future__ import annotations

from collections.abc import Sequence

from flowc.ir import Flow
from flowc.ir.ring_times import Hunt, hunts
from flowc.page.declared import line_link, table
from flowc.page.markup import Child, Html, element, together
from flowc.testing.result import PlayedCall
from flowc.testing.script.wording import seconds
from flowc.verify.result import Result

_HEIGHT = 10


def times(flow: Flow, calls: Sequence[PlayedCall], result: Result | None) -> Html:
    """What is proved is told only of a search that was made, and what was heard only of calls that were played."""
    found = list(hunts(flow))
    most = max((hunt.rings_ms for hunt in found), default=0)
    rows: list[tuple[Child, ...]] = [
        (
            line_link(hunt.way + (f" ({hunt.value})" if hunt.value else ""), hunt.span),
            _bar(hunt, most),
            f"{hunt.rings_ms / 1000:g} s",
            hunt.details if hunt.rung else "nobody",
        )
        for hunt in found
    ]
    ringing = table("How long it rings at the most", ("where", "who, to scale", "in all", "in words"), rows)
    return together([ringing if rows else element("p", "Nobody is ever rung."), _silence(flow, calls, result)])


def _bar(hunt: Hunt, most: int) -> Html:
    """A part for each that ring together; what `within` cuts off is left out."""
    parts: list[Html] = []
    at = 0
    for number, rung in enumerate(hunt.rung):
        end = min(at + rung.rings_ms, hunt.rings_ms)
        names = " and ".join(target.name for target in rung.targets)
        title = element("title", f"{names}: {(end - at) / 1000:g} s")
        parts.append(
            element("rect", title, class_=f"rung rung-{number % 4}", x=at, y=0, width=end - at, height=_HEIGHT)
        )
        at = end
    return element(
        "svg", *parts, class_="bar", viewBox=f"0 0 {most} {_HEIGHT}", preserveAspectRatio="none", aria_hidden="true"
    )


def _silence(flow: Flow, calls: Sequence[PlayedCall], result: Result | None) -> Html:
    known = [(call.silence_ms, number) for number, call in enumerate(calls) if call.silence_ms is not None]
    parts: list[Html] = []
    if known:
        longest, number = max(known, key=lambda each: (each[0], -each[1]))
        if longest:
            link = element("a", "this call", href=f"#call-{number}")
            told = f"The longest on the calls that were played is {seconds(longest)}, in "
            parts.append(element("p", told, link, "."))
        else:
            who = "the caller" if flow.outbound is None else "whoever was on the line"
            parts.append(element("p", f"On the calls that were played {who} always heard something."))
    else:
        parts.append(element("p", "No call was played, so no silence was measured."))
    if result is not None and result.proved and not result.bounds.untimed:
        limit = f"{flow.call.silence_limit_ms / 1000:g} s"
        more = "While a menu waits for a key it may be as long as that takes."
        parts.append(element("p", f"Proved: whoever waits hears nothing for {limit} at the most. {more}"))
    return element("section", element("h3", "The longest silence"), *parts)
