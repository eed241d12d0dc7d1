"""FLOW401: more than Voximplant allows, where that can be known beforehand.

A SIP header has at most 200 bytes, its name included, and all headers of a call 4095; a session has 50 call attempts,
the caller's own included. What parameters make of a header is known only in the call, where the scenario cuts it.
(docs.voximplant.ai/platform/voxengine/limits)
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Entry, Flow, SipTarget, Transfer, every_step

HEADER_BYTES = 200
ALL_HEADER_BYTES = 4095
CALL_ATTEMPTS = 50


def check(flow: Flow) -> Iterator[Diagnostic]:
    for target in flow.targets:
        if isinstance(target, SipTarget):
            yield from _headers(flow, target)
    for step in every_step(flow):
        for hunt in step.hunts() if isinstance(step, Transfer) else ():
            attempts = sum(len(group.targets) for group in hunt)
            if attempts >= CALL_ATTEMPTS:
                message = f"{attempts} targets in one hunt, but a session has {CALL_ATTEMPTS} call attempts"
                yield Diagnostic(flow.path, step.span, "FLOW401", message, "the caller's own call is one of them")


def _headers(flow: Flow, target: SipTarget) -> Iterator[Diagnostic]:
    for header in target.headers:
        size = _bytes(header)
        if size > HEADER_BYTES:
            message = f"header `{header.name}` has {size} bytes, the platform sends at most {HEADER_BYTES}"
            yield Diagnostic(flow.path, header.span, "FLOW401", message, "shorten it")
    total = sum(_most_bytes(header) + len("\r\n") for header in target.headers)
    if total > ALL_HEADER_BYTES:
        message = f"the headers have up to {total} bytes, the platform sends at most {ALL_HEADER_BYTES}"
        yield Diagnostic(flow.path, target.span, "FLOW401", message, "remove some")


def _bytes(header: Entry) -> int:
    """Of `Name: value`, as far as it is known: without its references."""
    written = header.text.template
    for reference in header.text.references:
        written = written.replace(f"${{{reference}}}", "")
    return len(f"{header.name}: {written}".replace("$${", "${").encode())


def _most_bytes(header: Entry) -> int:
    """What the scenario sends of it at the most."""
    return HEADER_BYTES if header.text.references else _bytes(header)
