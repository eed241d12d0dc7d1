"""What one played call has and another has not, in the words of call scripts: what may tell them apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowc.ir import Flow, Notify, every_step
from flowc.simulator.observed import View
from flowc.simulator.trace import TraceEvent
from flowc.testing.judge.assertions import readable
from flowc.testing.judge.observation import Names, Observation
from flowc.testing.judge.secrets import CONTROL_URL, TOKEN
from flowc.verify.oracle.observation import SIGNATURE

Words = dict[str, Any]
OF_TELLING = ("outcome", "target", "tried", "say", "action", "event")
ONLY_IF_TOLD = ("keys", "count")
OF_POSTING = ("call", "action", "parameters")
NOBODY: View = {
    "now": 0, "ended": None, "error": None, "heard_by_caller": None, "legs": [], "agents": [], "recorders": [],
    "players": [], "waiting": {"storage": [], "requests": [], "timers": 0}, "silences": [],
}  # fmt: skip


def differences(flow: Flow, names: Names, right: Sequence[TraceEvent], other: Sequence[TraceEvent]) -> Iterator[Words]:
    """What can be expected of the right call as it is, the most telling first, and the log last."""
    of_right, of_other = Observation(names, NOBODY, right, _reply(right)), Observation(names, NOBODY, other, None)
    yield from _dialled(flow, of_right)
    yield from _told(flow, of_right)
    yield from _replied(of_right)
    yield from _posted(flow, of_right)
    yield from _started(of_right)
    for line in dict.fromkeys(of_right.logs):
        if line not in of_other.logs:
            yield {"logged": line}
    for line in dict.fromkeys(of_other.logs):
        if line not in of_right.logs:
            yield {"not logged": line}


def _reply(trace: Sequence[TraceEvent]) -> Mapping[str, Any] | None:
    return next((entry for entry in reversed(trace) if entry["event"] == "reply"), None)


def _dialled(flow: Flow, seen: Observation) -> Iterator[Words]:
    for target in flow.targets:
        for key, value in seen.dialled(target.name).items():
            yield {"dialled": {target.name: {key: _or_nothing(value)}}}


def _told(flow: Flow, seen: Observation) -> Iterator[Words]:
    told = readable(seen.told, flow)
    if told is None:
        yield {"agent told": "nothing"}
        return
    yield from ({"agent told": {key: _or_nothing(told.get(key))}} for key in OF_TELLING if told.get(key) != [])
    yield from ({"agent told": {key: _or_nothing(told.get(key))}} for key in ONLY_IF_TOLD if key in told)
    if "language" in told:
        yield {"agent told": {"language": told["language"]}}


def _replied(seen: Observation) -> Iterator[Words]:
    if seen.refused:
        yield {"reply": {"refused": seen.refused}}
    data = seen.reply.get("data") if isinstance(seen.reply, dict) else None
    if isinstance(data, dict):
        yield from ({"reply": {"data": {key: value}}} for key, value in data.items())


def _posted(flow: Flow, seen: Observation) -> Iterator[Words]:
    if not any(isinstance(step, Notify) for step in every_step(flow)):
        return
    for webhook in flow.webhooks:
        posts = seen.posts(webhook.name)
        yield {"posted": {"to": webhook.name, "count": len(posts)}}
        sent = {name.lower(): text for name, text in posts[-1]["headers"].items()} if posts else {}
        names = [header.name for header in webhook.headers] + ([SIGNATURE] if webhook.sign is not None else [])
        for name in names if posts else ():
            text = sent.get(name.lower(), "nothing")
            yield {"posted": {"to": webhook.name, "headers": {name: text}}}
    if not isinstance(seen.posted, dict):
        return
    yield from ({"posted": {key: seen.posted[key]}} for key in OF_POSTING if seen.posted.get(key))
    result = seen.posted.get("result")
    if isinstance(result, dict):
        told = readable(result, flow) or {}
        yield from ({"posted": {"result": {key: told[key]}}} for key in ("outcome", "target", "tried") if told.get(key))


def _started(seen: Observation) -> Iterator[Words]:
    started = seen.started
    if started is None:
        yield {"agent started with": "nothing"}
        return
    yield from ({"agent started with": {key: started[key]}} for key in ("agent_id", "version") if started[key])
    for key, value in started["metadata"].items():
        if key not in (TOKEN, CONTROL_URL):
            yield {"agent started with": {"metadata": {key: json.loads(json.dumps(value))}}}


def _or_nothing(value: Any) -> Any:
    return "nothing" if value is None else value
