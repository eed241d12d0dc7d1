"""Everything that happened on a call, one line an entry of the emulator's trace, with the script's steps in between."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flowc.report.terminal import CYAN, RED, paint, visible
from flowc.testing.report.timeline import Step, steps
from flowc.testing.result import PlayedCall


def trace(call: PlayedCall, color: bool) -> Iterator[str]:
    """The lines: virtual time in seconds, the event, and what belongs to it as JSON. Nothing is cut."""
    legs = dict(call.legs)
    waiting = list(reversed(steps(call)))
    for index, entry in enumerate(call.trace):
        while waiting and waiting[-1].index <= index:
            yield from _step(waiting.pop(), color)
        own = {key: value for key, value in entry.items() if key not in ("t", "event")}
        details = " ".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in own.items())
        leg = own.get("call")
        target = f" target={legs[leg]}" if isinstance(leg, str) and leg in legs else ""
        yield visible(f"{entry['t'] / 1000:>10.3f}s  {entry['event']} {details}{target}").rstrip()
    for step in reversed(waiting):
        yield from _step(step, color)


def _step(step: Step, color: bool) -> Iterator[str]:
    marker = ">" if step.failures else " "
    line = f"{marker} {step.place.span.line:>4} - {visible(step.text)}".rstrip(" -")
    yield paint(line, RED if step.failures else CYAN, color)
    for failure in step.failures:
        yield f"         expected  {visible(failure.expected)}"
        yield f"         found     {visible(failure.found)}"
