"""Shows what happens on the call, as lines for whoever plays it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flowc.ir import Flow
from flowc.simulator.trace import TraceEvent
from flowc.source import START
from flowc.testing.judge.observation import Names
from flowc.testing.report.happenings import SCENARIO, Happening, happenings, parties
from flowc.testing.result import Place, PlayedCall
from flowc.testing.sensitive import without_sensitive

INDENT = " " * 10
"""What happens stands to the right of what is said."""


def happened(flow: Flow, names: Names, trace: Sequence[TraceEvent], since: int) -> Iterator[str]:
    """From entry `since` of the trace on. What the agent says is not in it but for how long that takes."""
    call = PlayedCall(
        name="talk",
        flow=flow.name,
        place=Place(flow.path, START),
        variant=(),
        trace=tuple(trace),
        marks=(),
        parties=("caller", "agent"),
        failures=(),
        ended_ms=0,
        legs=tuple(names.legs(trace).items()),
        has_agent=flow.agent is not None,
    )
    call = without_sensitive(call, flow)
    columns = parties(call)
    for one in happenings(call):
        entry = call.trace[one.index]
        if one.index < since or entry["event"] == "agent_speaks":
            continue
        yield f"{moment(one.t)}  {_sentence(one, columns, entry['event'])}"
        if entry["event"] == "http_request" and entry["body"]:
            yield f"{INDENT}{entry['body']}"


def _sentence(one: Happening, columns: Sequence[str], event: str) -> str:
    if event == "ended":
        return one.text
    if one.to is None or one.to == SCENARIO:
        return f"{columns[one.who]} {one.text}"
    if one.text.startswith("tells: "):
        return f"{columns[one.who]} tells {columns[one.to]}: {one.text[7:]}"
    return f"{columns[one.who]} -> {columns[one.to]}: {one.text}"


def moment(milliseconds: int) -> str:
    """How long ago the session began, in as many columns as `INDENT` has, two for the gap."""
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes:>3}:{rest // 1000:02}.{rest % 1000 // 100}"
