"""Runs the search for one scenario: a pure function of the flow, the scenario's text and the bounds, but for the
engine, which it is given. It asks for so many steps at a time, so that whoever waits can be told how far it is, and
stop it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from flowc.emit.templates import text_of
from flowc.emit.voxengine import emit, without_comments
from flowc.ir import Flow
from flowc.simulator.observed import longest_silence
from flowc.simulator.options import Options
from flowc.simulator.trace import TraceEvent, is_closed
from flowc.source import Span
from flowc.testing.judge.conversations import DECLINE, conversations, declines, remarked
from flowc.testing.judge.coverage import carried_out, transfers_of
from flowc.testing.judge.observation import Names
from flowc.testing.judge.source_map import Path, items, line_in, step_paths, way_to
from flowc.testing.judge.within_reach import within_reach
from flowc.testing.result import Covered, Failure, Place, PlayedCall
from flowc.testing.script.model import Account
from flowc.verify.agreement import AGREEMENT, Comparison, Found
from flowc.verify.alphabet import Alphabet, alphabet, called_there, in_e164, moments_of, starts, ways_of_hours
from flowc.verify.graph import Graph
from flowc.verify.oracle import Given, Oracle
from flowc.verify.parties import ADDRESSES, NUMBERS, SHOWN, told_alone
from flowc.verify.passive import passive
from flowc.verify.requests import Body
from flowc.verify.result import EVERYTHING, Bounds, Hidden, Progress, Result, Violation
from flowc.verify.used import used

SLICE = 1000
"""Steps of the search in one call of the engine: meanwhile what came of those before is compared with the flow."""
TOLD_AFTER = 4
"""So many calls: a second or less on a slow machine."""
SLICE_S = 120.0
"""Real time for them."""


class Caller(Protocol):
    """The part of an engine that is used here."""

    def call(self, function: str, *arguments: str | int, extra_time: float = 0) -> str: ...


class NotSearched(Exception):
    """The scenario does not even begin: a sentence."""


class Subject(Struct, frozen=True):
    """What is searched: `scenario_path` is where the text comes from."""

    flow: Flow
    scenario: str
    scenario_path: str


def search(
    engine: Caller,
    subject: Subject,
    bounds: Bounds,
    *,
    switches: Mapping[str, Any] | None = None,
    graph: bool = False,
    oracle: bool = True,
    world: Alphabet | None = None,
    tell: Callable[[Progress], bool] = lambda _: True,
) -> Result:
    """`switches` are options of the emulator that are not as by default. `tell` is told now and then how far it is: if
    it returns false, the search ends there, not exhausted, and so does, after it, the comparison with the flow.
    `graph`: the result has it. Without `oracle` the promises are looked at alone, and not whether the scenario is the
    flow's. `world`: what can happen, if that is not what the flow tells apart, but more.
    """
    world = world or alphabet(subject.flow, bounds.posts)
    is_own = _is_own(subject, bounds)
    asked = _asked(subject.scenario, world, mode_of(subject, bounds, graph or oracle, is_own, world), switches or {})
    begun = json.loads(engine.call("beginSearch", json.dumps(asked), extra_time=SLICE_S))
    if "failed" in begun:
        raise NotSearched(begun["failed"]["message"])
    told_numbers = is_own and told_alone(subject.flow, world) != ""
    told = Graph(merged=is_own, told_numbers=told_numbers) if graph or oracle else None
    comparison = _comparison(subject, bounds, switches or {}, told) if oracle else None
    with ThreadPoolExecutor(1) as beside:
        for calls in count(1):
            asking = beside.submit(engine.call, "searchOn", SLICE, extra_time=SLICE_S)
            while comparison is not None and not asking.done() and comparison.goes_on():
                pass
            state = json.loads(asking.result())
            if state["isAnew"] and told is not None:
                told = Graph(merged=is_own, told_numbers=told_numbers)
                comparison = _comparison(subject, bounds, switches or {}, told) if oracle else None
            progress = Progress(*(state[key] for key in ("states", "waiting", "transitions", "depth", "violations")))
            if told is not None:
                told.add(state["graph"])
            if comparison is not None:
                comparison.take_up(progress.states - progress.waiting)
            if state["isDone"] or (calls % TOLD_AFTER == 0 and not tell(progress)):
                break
    found = json.loads(engine.call("endSearch", extra_time=SLICE_S))
    disagreements: tuple[Found, ...] | None = ()
    if comparison is not None:
        disagreements = comparison.finished(lambda compared: tell(replace(progress, compared=compared)))
        found["violations"] += map(_as_violation, disagreements or ())
    compared = disagreements is not None
    exhausted = found["exhausted"] and progress.waiting == 0 and compared
    violations = tuple(
        _violation(engine, subject, world, asked, one) for one in sorted(found["violations"], key=_length)
    )
    return Result(
        flow=subject.flow.name,
        path=subject.flow.path,
        variant=tuple((key, str(value)) for key, value in (switches or {}).items()),
        bounds=bounds,
        states=found["states"],
        transitions=found["transitions"],
        depth=found["depth"],
        exhausted=exhausted,
        hidden=None if found["hidden"] is None else Hidden(found["hidden"]["line"], found["hidden"]["what"]),
        merged=is_own,
        compared=compared,
        violations=violations,
        reached=reached(subject.flow, world, found["steps"]),
        done=tuple((name, count) for name, count in found["done"]),
        graph=told if graph else None,
        moments=len(ways_of_hours(subject.flow)),
        uses=used(subject.flow) if _is_generated(subject) else EVERYTHING,
        numbers=told_alone(subject.flow, world) if is_own else "",
        unfelt=bool(unfelt(subject.scenario)),
    )


class Replayed(Struct, frozen=True):
    """A path of a graph, carried out from the beginning of the call: what happens, in words, and all that is seen."""

    names: tuple[str, ...]
    trace: tuple[TraceEvent, ...]


def replayed(
    engine: Caller, subject: Subject, bounds: Bounds, path: Sequence[Mapping[str, Any]], world: Alphabet
) -> Replayed:
    """No state is taken for another here, so what is told is what the scenario tells on this path."""
    asked = _asked(subject.scenario, world, mode_of(subject, bounds, True, False, world), {})
    told = json.loads(engine.call("replayPath", json.dumps({**asked, "path": list(path)}), extra_time=SLICE_S))
    return Replayed(tuple(told["names"]), tuple(told["trace"]))


def waiting_after(
    engine: Caller, subject: Subject, path: Sequence[Mapping[str, Any]], world: Alphabet
) -> tuple[str, ...]:
    """The timers of a scenario that are running after a path, as call scripts name them."""
    asked = _asked(subject.scenario, world, mode_of(subject, Bounds(), False, False, world), {})
    told = json.loads(engine.call("replayPath", json.dumps({**asked, "path": list(path)}), extra_time=SLICE_S))
    return tuple(told["waiting"])


def _is_own(subject: Subject, bounds: Bounds) -> bool:
    """Whether it is what flowc generates of the flow, of which more is known."""
    return not bounds.exact and _is_generated(subject)


def _is_generated(subject: Subject) -> bool:
    return subject.scenario == emit(subject.flow)[1]


def mode_of(subject: Subject, bounds: Bounds, graph: bool, is_own: bool, world: Alphabet) -> dict[str, Any]:
    """What of a state counts, and what can happen there, in the words of the search."""
    mode = bounds.mode(graph=graph, passive=passive(subject.flow, bounds.posts) if is_own else None)
    numbers = told_alone(subject.flow, world) if is_own else ""
    if numbers:
        handed = {**dict.fromkeys(NUMBERS, numbers), **dict.fromkeys(ADDRESSES, "nothing"), SHOWN: "presence"}
        mode["passive"]["handed"] |= handed
    mode["alike"] = is_own
    mode["clock_stands"] = _may_stand(subject.scenario)
    mode["unfelt"] = unfelt(subject.scenario)
    return mode


def _may_stand(scenario: str) -> bool:
    """Whether a scenario asks for the time in the runtime's own way alone: for the local time, of its hours, for
    how long somebody has talked, how long a message or a recording is, for what a line of the log says, for when a
    request is signed, and when a call was. Then nothing depends on how much of it has gone by since the call came in,
    and the clock may stand still.
    """
    left = scenario
    for file in (
        "hours.js",
        "talked.js",
        "message_length.js",
        "recording_length.js",
        "platform.js",
        "webhook_signature.js",
        "report.js",
    ):
        written = text_of(f"emit/voxengine/runtime/{file}")
        left = left.replace(written, "").replace(without_comments(written), "")
    return left != scenario and re.search(r"\bDate\b", left) is None


PRESSES = {
    "callers_keys.js": ("presses", "pressTimer", "forgetPresses"),
    "others_keys.js": ("othersKeysTimer", "onOthersKeysOver"),
}
"""Fields of `S`, and timers, by which a second report of a press is known for one, in the runtime's own files: at last
a timer, and the function that it calls.
"""


def unfelt(scenario: str) -> tuple[str, ...]:
    """What of a scenario makes no states of its own, where the runtime's own file alone has it: for how long a press
    may be reported once more, and which presses there were within that time. In states they are those of the path that
    came there first. What comes of them is tried from where they are over (`late_reports.js`).
    """
    return tuple(name for file, names in PRESSES.items() if _has_alone(scenario, file, names) for name in names)


def _has_alone(scenario: str, file: str, names: Sequence[str]) -> bool:
    written = text_of(f"emit/voxengine/runtime/{file}")
    left = scenario.replace(written, "").replace(without_comments(written), "")
    field, *timers = names
    return left != scenario and re.search(rf"\bS\.{field}\b|\b(?:{'|'.join(timers)})\b", left) is None


def _asked(scenario: str, world: Alphabet, mode: Mapping[str, Any], switches: Mapping[str, Any]) -> dict[str, Any]:
    options = Options(
        storage=world.storage, secrets=world.secrets, zones=world.zones, numbering=world.numbering, **switches
    )
    return {"scenario": scenario, "options": options.as_json(), "world": world.world, "mode": mode}


def _comparison(subject: Subject, bounds: Bounds, switches: Mapping[str, Any], told: Graph | None) -> Comparison | None:
    return None if told is None else Comparison(oracle_for(subject.flow, bounds, switches), told)


def oracle_for(flow: Flow, bounds: Bounds, switches: Mapping[str, Any]) -> Oracle:
    """What the flow says, in the world of a search."""
    world = alphabet(flow, bounds.posts)
    options = Options(storage=world.storage, secrets=world.secrets, **switches)
    given = Given(
        caller=world.world["caller"]["from"],
        dialled=tuple(world.world["caller"]["to"]),
        others=tuple(world.world["caller"]["others"]),
        starts=tuple(tuple(each.items()) if isinstance(each, dict) else None for each in starts(flow)),
        over_trunk=in_e164(flow),
        session=str(options.session_id),
        control_url=options.access_url,
        contract=world.world["contract"],
        storage=world.storage,
        secrets=world.secrets,
        late_ms=options.timer_late_ms,
        far_ms=world.world["far_ms"],
        timed=not bounds.untimed,
        moments=tuple(moment.open for moment in moments_of(flow)),
        reports_refer=options.refer_end != "disconnected",
        stops_at_once=options.recorder_ends == "at_once",
        can_be_paused=options.recorder_pauses != "throws",
        answers=tuple(world.world["texts"]),
        reports_silence=options.silence_after_clear == "reported",
    )
    return Oracle(flow, given, [Body(**each) for each in world.world["bodies"]])


def _as_violation(found: Found) -> dict[str, Any]:
    """In the form of the search's own."""
    disagreement, events = found
    return {
        "property": AGREEMENT,
        "promise": None,
        "place": f"{disagreement.about}, {disagreement.occasion}",
        "told": disagreement.told,
        "path": list(events),
        "error": None,
        "span": disagreement.span,
    }


def _length(violation: Mapping[str, Any]) -> int:
    return len(violation["path"])


def reached(flow: Flow, world: Alphabet, told: Iterable[Sequence[Any]]) -> tuple[Covered, ...]:
    """What of the flow some path goes through: all that `flowc test --coverage` counts. Which hunt a target was rung
    in is known by its transfer's way.
    """
    paths = step_paths(flow)
    known = items(flow)
    all_transfers = transfers_of(flow)
    transfers = {way: path for (way, _), path in paths.items() if known[path].keyword == "transfer"}
    seen: set[Path] = set()
    for way, index, step, which in told:
        transfer = transfers.get(way)
        if step == "cancelled":
            seen.add(("ACTIONS", way, "cancelled"))
        elif step == "remark":
            seen.update(remarked(flow, which, transfer, transfer, all_transfers))
        elif step == "declined":
            targets = called_there(flow, world, way)
            seen |= {("TARGETS", target.name, DECLINE) for target in targets if declines(target, which)}
        elif transfer is not None and step == "cannot ring":
            closed = ("closed", which.partition(",")[0]) if is_closed(which) else None
            seen |= {one for one in known if one[: len(transfer)] == transfer and known[one].log == closed}
        elif transfer is not None and (
            step in ("ring", "connected", "handed over") or paths.get((way, index)) == transfer
        ):
            seen |= {one for one in known if one[: len(transfer)] == transfer and known[one].log == (step, which)}
            seen |= {(*transfer, "connected")} if step == "connected" else set()
            seen |= {transfer[:length] for length in range(2, len(transfer) + 1)} if step == "transfer" else set()
        elif (path := paths.get((way, index))) is not None and not step.startswith("cannot "):
            seen.add(path)
            seen.update(path[:length] for length in range(2, len(path)))
    known = within_reach(flow, {**known, **conversations(flow, all_transfers)})
    return tuple(Covered(item.what, Place(flow.path, item.span), path in seen) for path, item in known.items())


# Violations


def _violation(
    engine: Caller, subject: Subject, world: Alphabet, asked: Mapping[str, Any], found: Mapping[str, Any]
) -> Violation:
    replayed = json.loads(engine.call("replayPath", json.dumps({**asked, "path": found["path"]}), extra_time=SLICE_S))
    return Violation(
        property=found["property"],
        promise=found["promise"],
        place=found["place"],
        told=found["told"],
        events=tuple(found["path"]),
        call=_call(subject, world, found, replayed),
        turns=tuple(map(tuple, replayed["turns"])),
        before=tuple(map(tuple, replayed["before"])),
        thrown=None if replayed["thrown"] is None else (replayed["thrown"][0], replayed["thrown"][1]),
    )


def _call(subject: Subject, world: Alphabet, found: Mapping[str, Any], replayed: Mapping[str, Any]) -> PlayedCall:
    """The path as a played call, whose steps are the events: they have numbers instead of lines."""
    flow, trace = subject.flow, tuple(replayed["trace"])
    names = Names(flow, Account(dict(world.storage), dict(world.secrets))).legs(trace)
    places = [Place("", Span(number, 1, number, 1)) for number in range(1, len(found["path"]) + 1)]
    starts = replayed["starts"]
    marks = tuple(zip(starts, replayed["names"], places, strict=True))
    now = int(replayed["view"]["now"])
    flow_place, generated, through = _origin(subject, trace, found["error"])
    if found.get("span") is not None:
        flow_place = Place(flow.path, found["span"])
    failure = Failure(places[-1], now, found["property"], found["told"], flow_place, generated, through)
    return PlayedCall(
        name=f"{found['property']}, {found['place']}",
        flow=flow.name,
        place=Place(flow.path, Span(1, 1, 1, 1)),
        variant=(),
        trace=trace,
        marks=marks,
        parties=("caller", "agent", *dict.fromkeys(names.values())),
        failures=(failure,),
        ended_ms=now,
        legs=tuple(names.items()),
        silence_ms=longest_silence(replayed["view"]),
        has_agent=flow.agent is not None,
    )


def _origin(
    subject: Subject, trace: Sequence[TraceEvent], error: Mapping[str, Any] | None
) -> tuple[Place | None, Place | None, tuple[str, ...]]:
    """The step of the flow that was carried out last, and the line of the scenario: of the error, else of that step."""
    flow = subject.flow
    known = items(flow)
    done = [path for _, path in carried_out(flow, trace) if path in known]
    line = error["line"] if error is not None else None
    if line is None and done:
        line = line_in(subject.scenario, done[-1], known)
    generated = Place(subject.scenario_path, Span(line, 1, line, 1)) if line is not None else None
    if not done:
        return None, generated, ()
    return Place(flow.path, known[done[-1]].span), generated, way_to(done, known)
