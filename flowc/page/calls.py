"""Played calls: a list of links, and the data by which the page's script plays them.

The data are lists, without names for what is in each row: there are many. `player/call.js` says what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowc.page.markup import Html, data, element
from flowc.testing.report.happenings import Happening, heard, parties
from flowc.testing.report.timeline import Step, line_of, story, where
from flowc.testing.result import Failure, Place, PlayedCall

DATA = "call-data"
IDLE = ("expect", "wait")
"""How steps begin that bring nothing about."""


def calls(played: Sequence[PlayedCall], sources: Mapping[str, str], skeleton: str) -> Html:
    """The list of them, and the player. `skeleton` is the player's markup, which is filled in by the script."""
    links = [_link(number, call, several=len({each.flow for each in played}) > 1) for number, call in enumerate(played)]
    search = element(
        "label", "Find ", element("input", type="search", id="find", autocomplete="off"), class_="find", for_="find"
    )
    listing = element(
        "nav", search, element("ol", *links, id="call-list"), class_="call-list", aria_label="Played calls"
    )
    whole = element("div", listing, Html(skeleton), class_="calls")
    return Html(whole + data(DATA, [_data(call, sources) for call in played]))


def _link(number: int, call: PlayedCall, several: bool) -> Html:
    word = "passed" if call.passed else "failed"
    badge = element("span", word, class_=f"badge {word}")
    name = f"{call.flow}: {call.name}" if several else call.name
    varied = element("span", _behaviour(call), class_="note") if call.variant else None
    link = element("a", badge, " ", element("span", name, class_="name"), varied, href=f"#call-{number}")
    return element("li", link, id=f"item-{number}")


def _behaviour(call: PlayedCall) -> str:
    return ", ".join(f"{name}: {value}" for name, value in call.variant)


def _data(call: PlayedCall, sources: Mapping[str, str]) -> dict[str, Any]:
    rows = list(_rows(call))
    end = max([row[1] for row in rows], default=0) if call.failures else call.ended_ms
    return {
        "name": call.name,
        "flow": call.flow,
        "where": where(call.place) if call.place.span.line > 1 else "",
        "about": ". ".join(_about(call)),
        "passed": call.passed,
        "parties": parties(call),
        "end": end,
        "rows": rows,
        "origins": list(_origins(call, sources)),
    }


def _about(call: PlayedCall) -> Iterator[str]:
    if call.begins:
        yield f"Begins {call.begins}"
    if call.variant:
        yield f"The platform: {_behaviour(call)}"
    if call.note:
        yield call.note


def _rows(call: PlayedCall) -> Iterator[tuple[Any, ...]]:
    """What happened (`act`), steps of the script (`step`) and what failed (`fail`), each with its time."""
    now = 0
    sounds = list(heard(call))
    for item in story(call):
        match item:
            case Happening():
                now = item.t
                before = [each for each in sounds if each.index <= item.index]
                sound = (before[-1].kind, before[-1].text) if before else ("nothing", "nothing")
                yield "act", now, item.who, item.text, item.to, item.trouble, "".join(item.present), *sound
            case Step():
                begins = call.trace[item.index]["t"] if item.index < len(call.trace) else now
                now = now if item.text.startswith(IDLE) else max(now, begins)
                yield "step", now, item.place.span.line, item.text, bool(item.failures)
            case Failure():
                now = max(now, item.t)
                yield "fail", now, item.expected, item.found


def _origins(call: PlayedCall, sources: Mapping[str, str]) -> Iterator[tuple[str, str, str, int]]:
    """Where failures come from: what it is, where it stands, the line itself; its number in the flow, else 0."""
    found: dict[tuple[str, str], tuple[str, str, str, int]] = {}

    def add(word: str, place: Place | None, through: Sequence[str] = ()) -> None:
        if place is not None:
            line = call.hides(line_of(place, sources))
            words = line + (f"  (through {', '.join(through)})" if through else "")
            number = place.span.line if word == "flow" else 0
            found.setdefault((word, where(place)), (word, where(place), words, number))

    for failure in call.failures:
        add("script" if failure.place.path else "event", failure.place)
        add("flow", failure.flow, failure.through)
        add("generated", failure.generated)
    yield from found.values()
