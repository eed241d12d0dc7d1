"""What the agent may ask for while it briefs somebody: two actions that are flowc's own, and no flow has written."""

from __future__ import annotations

from flowc.ir.flow import Action, Flow, Parameter
from flowc.ir.last import kept_for_the_last
from flowc.ir.steps import Transfer
from flowc.ir.walk import steps_of
from flowc.source import START

CONNECT, DECLINE, REASON = "connect", "decline", "reason"
LONGEST_REASON = 200
"""Characters of why somebody does not take the call."""

ACTIONS = (
    Action(
        name=CONNECT,
        description="Put the caller through to the person you talk to. Use it as soon as that person wants to talk to "
        "the caller.",
        parameters=(),
        say=None,
        do=(),
        span=START,
    ),
    Action(
        name=DECLINE,
        description="Let the person you talk to go, without the caller. Use it when that person cannot or will not "
        "talk to the caller.",
        parameters=(
            Parameter(
                name=REASON,
                type="string",
                description="why, in a few words, as the caller may hear it",
                optional=True,
                max_length=LONGEST_REASON,
                span=START,
            ),
        ),
        say=None,
        do=(),
        span=START,
    ),
)


@kept_for_the_last
def briefs(flow: Flow) -> bool:
    """Whether the agent may talk to somebody alone."""
    return any(step.briefing_ms is not None for step in steps_of(flow, Transfer))


def is_listened_to(flow: Flow, target: str) -> bool:
    """Whether a briefing there ends when nobody speaks."""
    return any(step.briefing_silence_ms is not None and target in step.targets() for step in steps_of(flow, Transfer))


def actions_of_briefings(flow: Flow) -> tuple[Action, ...]:
    """What it may ask for then."""
    return ACTIONS if briefs(flow) else ()
