"""FLOW309: `interrupted: cancel` of an action that only notifies or replies.

It is done as soon as the agent asks for it, and the caller hears nothing of it: there is nothing to cancel.

    note: {description: …, interrupted: cancel, do: {notify: …}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow


def check(flow: Flow) -> Iterator[Diagnostic]:
    for action in flow.actions:
        if action.cancels and action.leaves_conversation_alone and action.do:
            message = f"`{action.name}` cannot be cancelled: it is done as soon as the agent asks for it"
            yield Diagnostic(flow.path, action.span, "FLOW309", message, "remove `interrupted`")
