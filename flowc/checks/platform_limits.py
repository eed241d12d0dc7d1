"""FLOW401: more than Voximplant allows, where that can be known beforehand.

A SIP header has at most 200 bytes, its name included, and all headers of a call 4095; a session has 50 call attempts,
the caller's own included. What parameters make of a header is known only in the call, where the scenario cuts it.
(docs.voximplant.ai/platform/voxengine/limits) The scenario remembers 200 replies in the 16 MB of a session, so a reply
has a limit as well; what parameters make of it is known only in the call, where a longer one is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Entry, Flow, Reply, SipTarget, Transfer, every_step

HEADER_BYTES = 200
ALL_HEADER_BYTES = 4095
CALL_ATTEMPTS = 50
REPLY_CHARACTERS = 16384
"""`MAX_REPLY` of the scenario."""

_REFERENCE = re.compile(r"\$\$\{|\$\{[^}]*\}")


def check(flow: Flow) -> Iterator[Diagnostic]:
    for target in flow.targets:
        if isinstance(target, SipTarget):
            yield from _headers(flow, target)
    for step in every_step(flow):
        if isinstance(step, Reply) and (size := _characters(step)) > REPLY_CHARACTERS:
            message = f"the reply has {size} characters, of which the scenario sends at most {REPLY_CHARACTERS}"
            yield Diagnostic(flow.path, step.span, "FLOW401", message, "shorten it")
        for hunt in step.hunts() if isinstance(step, Transfer) else ():
            attempts = sum(len(group.targets) for group in hunt)
            if attempts >= CALL_ATTEMPTS:
                message = f"{attempts} targets in one hunt, but a session has {CALL_ATTEMPTS} call attempts"
                yield Diagnostic(flow.path, step.span, "FLOW401", message, "the caller's own call is one of them")


def _characters(reply: Reply) -> int:
    """Of its JSON, as far as it is known: without its references."""
    data = {entry.name: _known(entry) for entry in reply.data}
    return len(json.dumps({"ok": True, "data": data}, ensure_ascii=False, separators=(",", ":")))


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
    """Of `Name: value`, as far as it is known."""
    return len(f"{header.name}: {_known(header)}".encode())


def _known(entry: Entry) -> str:
    """A text without its references."""
    return _REFERENCE.sub(lambda found: "${" if found[0] == "$${" else "", entry.text.template)


def _most_bytes(header: Entry) -> int:
    """What the scenario sends of it at the most."""
    return HEADER_BYTES if header.text.references else _bytes(header)
