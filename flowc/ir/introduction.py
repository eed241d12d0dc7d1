"""What the agent may ask for while it introduces somebody: two actions that are flowc's own, and no flow has them."""

from __future__ import annotations

from flowc.ir.briefing import ACTIONS as OF_BRIEFINGS
from flowc.ir.briefing import actions_of_briefings
from flowc.ir.flow import Action, Flow
from flowc.ir.last import kept_for_the_last
from flowc.ir.steps import Transfer
from flowc.ir.walk import steps_of
from flowc.source import START

CANCEL, LEAVE = "cancel", "leave"

ACTIONS = (
    Action(
        name=CANCEL,
        description="Stop the ringing while you talk with the caller. Use it when the caller does not want to talk to "
        "anybody else any more.",
        parameters=(),
        say=None,
        do=(),
        span=START,
    ),
    Action(
        name=LEAVE,
        description="Leave the caller and the person alone. Use it after you have introduced them to each other, or "
        "when you have nothing to say to them.",
        parameters=(),
        say=None,
        do=(),
        span=START,
    ),
)
ITS_OWN = (*OF_BRIEFINGS, *ACTIONS)
"""Of any flow."""


@kept_for_the_last
def introduces(flow: Flow) -> bool:
    """Whether the agent may talk on with the caller while it rings, and then with both."""
    return any(step.introduction_ms is not None for step in steps_of(flow, Transfer))


def stopped_by_a_key(flow: Flow) -> bool:
    """Whether the caller, too, may stop the ringing meanwhile."""
    return any(step.introduction_ms is not None and step.cancel is not None for step in steps_of(flow, Transfer))


def actions_of_introductions(flow: Flow) -> tuple[Action, ...]:
    """What it may ask for then: to stop the ringing, and to leave the two alone."""
    return ACTIONS if introduces(flow) else ()


def actions_of_its_own(flow: Flow) -> tuple[Action, ...]:
    """What an agent may ask for beside the actions of the flow: while it briefs somebody, or introduces them."""
    return (*actions_of_briefings(flow), *actions_of_introductions(flow))


def action_named(flow: Flow, name: str) -> Action:
    """One of the flow, or flowc's own."""
    return next(action for action in (*flow.actions, *actions_of_its_own(flow)) if action.name == name)
