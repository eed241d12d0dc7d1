"""Whether what a tool tells the model is so: that something was done, was not done, or may have been done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flowc.verify.agent.known import CONTROL_S, SMALL, UNSURE, Known, Wrongness, body_of, is_2xx, is_for
from flowc.verify.agent.record import (
    Arrived,
    Begun,
    CallerSpeaks,
    Connects,
    Delivered,
    Done,
    Ended,
    Event,
    Over,
    Raised,
    Seen,
    Sent,
    Started,
    Told,
    Yielded,
)

ECHO_S = 10.0
"""So long a repetition may be taken for an echo of what took the call, should the end of that not have been told."""


def honest(known: Known) -> Iterator[Wrongness]:
    """What a tool tells the model is so, as far as it can know."""
    for start_number, _, start in known.all(Started):
        end = known.end(start.use)
        results = known.results(start.use)
        for number, value in results:
            yield from _honest_result(known, start_number, start, number, value)
        if len(results) > 1:
            yield Wrongness("honest", f"the tool {start.action} gives {len(results)} results")
        if end is not None and end[2].how == "returned" and not results:
            if not known.actions[start.action].takes_call:
                yield Wrongness("honest", f"the tool {start.action} gives no result")
            yield from _honest_success(known, start, end[0])


def _honest_result(known: Known, began: int, start: Started, number: int, value: Any) -> Iterator[Wrongness]:
    if not isinstance(value, dict) or not isinstance(value.get("ok"), bool):
        yield Wrongness("honest", f"the tool {start.action} gives what is no result: {value!r}")
        return
    delivered = [each for at, _, each in known.all(Delivered) if at < number and is_for(each, start)]
    mine = [each for at, _, each in known.all(Delivered) if began < at < number and is_for(each, start)]
    arrived = [each for at, _, each in known.all(Arrived) if at < number and is_for(each, start)]
    if value["ok"]:
        yield from _honest_success(known, start, number)
        last = next((each.reply for each in reversed(mine) if each.reply["ok"]), None)
        heard = _heard(known, start, began, number)
        bad = [each for at, _, each in known.all(Connects) if at < number and not each.fate.is_smooth]
        if not delivered and _heard(known, start, 0, number) is None and "note" not in value:
            yield Wrongness("honest", f"the tool {start.action} does not say that it knows no details")
        given = [each.reply for each in arrived] + list(_all_heard(known, start, 0, number))
        if "data" in value and value["data"] not in [each.get("data") for each in given]:
            yield Wrongness("honest", f"the tool {start.action} gives data that the scenario has not given: {value}")
        if last is not None and last.get("data") != value.get("data"):
            yield Wrongness("honest", f"the tool {start.action} keeps data to itself: {last}")
        if heard is not None and heard.get("data") != value.get("data"):
            yield Wrongness("honest", f"the tool {start.action} does not tell what was heard: {heard}")
        has_heard = _heard(known, start, 0, number) is not None
        if "note" in value and has_heard and _is_of_earlier(known, began, start, number):
            yield Wrongness("honest", f"the tool {start.action} has heard the details, and says that it knows none")
        if "note" in value and len(bad) <= 1 and _is_alone(known, start):
            yield Wrongness("honest", f"the tool {start.action} knows no details, though it could have asked again")
        return
    code = value.get("error")
    refused = {each.reply["error"]["code"] for each in arrived if not each.reply["ok"]}
    if code == "not_connected":
        began_at = next(at for _, at, each in known.all(Begun) if each.session == start.session)
        if known.is_reachable(start, number) or known.events[number][0] - began_at < CONTROL_S - SMALL:
            yield Wrongness("honest", f"the tool {start.action} says that there is no call, but it was told of one")
    elif code in UNSURE:
        if mine:
            yield Wrongness("honest", f"the tool {start.action} does not tell the answer that has arrived: {value}")
        tried = [each for at, _, each in known.all(Connects) if began < at < number]
        if code == "unreachable" and len(tried) == 1 and _is_alone(known, start):
            yield Wrongness("honest", f"the tool {start.action} gives up after one attempt")
    elif code == "not_now":
        since, part = known.part(start.session, number)
        if known.is_of(known.actions[start.action], part) and known.events[number][0] - since > SMALL:
            yield Wrongness("honest", f"the tool {start.action} says that it is for other moments, but it is for this")
    elif code == "invalid_parameters" and known.actions[start.action].wrong_in(start.arguments) is not None:
        pass  # which the scenario is not asked about
    elif code not in refused:
        yield Wrongness("honest", f"the tool {start.action} gives a reason that the scenario has not given: {value}")
    elif mine and all(each.reply["ok"] for each in mine):
        yield Wrongness("honest", f"the tool {start.action} tells of a refusal, but it was accepted: {value}")
    has_failed = code == "failed" and any(began < at < number for at, _, _ in known.all(Raised))
    if code in refused | set(UNSURE) and not has_failed and _is_of_earlier(known, began, start, number):
        yield Wrongness("honest", f"the tool {start.action} tells of an earlier attempt, and makes none: {value}")
    if code == "cancelled" and not any(_interrupts(event) for _, event in known.events[began:number]):
        yield Wrongness("honest", f"the tool {start.action} says that it was cancelled, but nobody has interrupted it")
    message = str(value.get("message", ""))
    claims = "not done" in message or "nothing was done" in message.lower()
    if not message:
        yield Wrongness("honest", f"the tool {start.action} does not tell the model what to do now: {value}")
    if claims and code not in ("cancelled",) and _may_have_been_done(known, start, began, number):
        yield Wrongness("honest", f"the tool {start.action} says that nothing was done, but it may have been: {value}")


def _is_of_earlier(known: Known, began: int, start: Started, number: int) -> bool:
    """Whether the model has asked anew, and is told at once what is known already."""
    if known.events[number][0] - known.events[began][0] > SMALL:
        return False  # something was under way
    asked = max((at for at, _, _ in known.all(Seen) if at < began), default=0)
    tried = any(asked < at < number for at, _, _ in known.all(Connects))
    twice = sum(asked < at < number and each.body == start.body for at, _, each in known.all(Started)) > 1
    return not tried and not twice


def _interrupts(event: Event) -> bool:
    return isinstance(event, CallerSpeaks) or (isinstance(event, Told) and event.metadata["vox_event"] == "cancelled")


def _may_have_been_done(known: Known, start: Started, began: int, number: int) -> bool:
    return any(began < at < number and each.body == start.body for at, _, each in known.all(Done))


def _honest_success(known: Known, start: Started, number: int) -> Iterator[Wrongness]:
    """What is said to be accepted was, as far as an answer has arrived; and this time, not before."""
    sent = [each for at, _, each in known.all(Sent) if at < number and is_for(each, start)]
    arrived = [(at, each) for at, _, each in known.all(Arrived) if at < number and is_for(each, start)]
    delivered = [each for at, _, each in known.all(Delivered) if at < number and is_for(each, start)]
    heard = _heard(known, start, 0, number)
    bad = [each for at, _, each in known.all(Connects) if at < number and not each.fate.is_smooth]
    accepted = [at for at, each in arrived if each.reply["ok"]]
    if not accepted:
        hidden = any(map(is_2xx, sent)) and not delivered and heard is None
        if not hidden or (len(bad) <= 1 and _is_alone(known, start)):
            yield Wrongness("honest", f"the tool {start.action} says that it was accepted, but it was not")
    elif not any(_is_meant(known, start, at) for at in accepted):
        yield Wrongness("honest", f"the tool {start.action} says that it was accepted, but that was another time")


def _is_meant(known: Known, start: Started, accepted: int) -> bool:
    """Whether that acceptance answers this use of the tool as well."""
    began = next(number for number, _, each in known.all(Started) if each.use == start.use)
    between = known.events[accepted:began]
    if accepted > began:
        return True
    if known.actions[start.action].decides:
        begins = ("briefing", "introducing", "introduction")
        return not any(isinstance(event, Told) and event.metadata["vox_event"] in begins for _, event in between)
    if known.actions[start.action].takes_call:
        overs = [at for at, event in between if isinstance(event, Over) and event.body == start.body]
        told = any(isinstance(event, Told | Seen) and _is_told(event, start.action) for _, event in between)
        return not overs or (not told and known.events[began][0] - known.events[accepted][0] <= ECHO_S + 1)
    claimed = [
        at
        for at, (_, event) in enumerate(known.events[:began])
        if isinstance(event, Yielded)
        and event.kind == "result"
        and at > accepted
        and body_of(known, event.use) == start.body
    ]
    return not claimed or not any(isinstance(event, Seen) for _, event in known.events[claimed[0] : began])


def _is_told(event: Told | Seen, action: str) -> bool:
    return isinstance(event, Told) and bool(event.mark) and event.metadata.get("action") == action


def _is_alone(known: Known, start: Started) -> bool:
    """Whether nothing else has been asked for, and nobody has interrupted anything."""
    interrupted = any(each.how == "cancelled" for _, _, each in known.all(Ended))
    return not interrupted and len(known.all(Started)) == 1


def _heard(known: Known, start: Started, began: int, number: int) -> dict[str, Any] | None:
    """The reply to it, if that has come over the agent's connection between these events."""
    return next(_all_heard(known, start, began, number), None)


def _all_heard(known: Known, start: Started, began: int, number: int) -> Iterator[dict[str, Any]]:
    ids = {each.id for _, _, each in known.all(Arrived) if is_for(each, start)}
    for at, _, told in known.all(Told):
        metadata = told.metadata
        if began < at < number and metadata["vox_event"] == "reply" and metadata["request_id"] in ids:
            reply: dict[str, Any] = metadata["reply"]
            if not reply.get("pending"):
                yield reply
