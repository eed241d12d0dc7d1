"""FLOW401: more to say about an action than a model takes: 1024 characters for the description of a tool.

To the description of the flow comes how to behave around the tool, with the phrase that is spoken (`flowc.manners`).
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow
from flowc.manners import description_lines, manners

LONGEST_DESCRIPTION = 1024  # characters, of OpenAI and those who follow its API


def check(flow: Flow) -> Iterator[Diagnostic]:
    spoken_as_it_is = {None, *(prompt.name for prompt in flow.prompts if not prompt.text.references)}
    for action in flow.actions:
        if action.say not in spoken_as_it_is:
            continue  # reported already
        told = max(
            len("\n".join([*description_lines(action), "", *manners(flow, action, tool_speaks=spoken)]))
            for spoken in (True, False)
        )
        if told > LONGEST_DESCRIPTION:
            message = f"the model is told {told} characters about `{action.name}`, but takes {LONGEST_DESCRIPTION}"
            hint = "shorten the description, or the prompt of `say`: both are part of it"
            yield Diagnostic(flow.path, action.span, "FLOW401", message, hint)
