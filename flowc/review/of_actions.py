"""Actions: what tools ask for, and what the scenario then does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from flowc.ir import Action, Flow
from flowc.review.aspects import Aspects, aspect, by_name, differences, identity
from flowc.review.change import At, Change, Changes, Kind
from flowc.review.of_parameters import ACTION, parameters
from flowc.review.of_steps import steps
from flowc.review.words import code, or_nothing, quoted, steps_do

REFUSED = "unknown_action"


def actions(at: At, old: Flow, new: Flow) -> Changes:
    yield from by_name(at, "actions", old.actions, new.actions, _action, added=_added, removed=_removed)


def _added(at: At, new: Action) -> Changes:
    does = steps_do(at.new, new.do)
    yield at.now(Kind.OLD_SCENARIO, f"{at.where} is new ({does}): an old scenario refuses it as {REFUSED}")
    yield at.now(Kind.BEHAVIOUR, f"the model has the new tool {code(new.name)}, which {does}")


def _removed(at: At, old: Action) -> Changes:
    yield at.before(Kind.OLD_TOOLS, f"{at.where} is gone: a request of old tools for it is refused as {REFUSED}")
    yield at.before(
        Kind.BEHAVIOUR, f"the model no longer has the tool {code(old.name)}, which {steps_do(at.old, old.do)}"
    )


def _action(at: At, old: Action, new: Action) -> Changes:
    yield from differences(at, OF_ACTION, old, new)
    yield from _takes_call(at, old, new)


def _takes_call(at: At, old: Action, new: Action) -> Iterator[Change]:
    """Tools end the turn after an action that takes the call, and go on talking after another one."""
    if old.leaves_conversation_alone == new.leaves_conversation_alone:
        return
    if new.leaves_conversation_alone:
        leaves, takes, who = Kind.OLD_TOOLS, Kind.OLD_SCENARIO, "does not take the call any more"
        yield at.now(leaves, f"{at.where} {who}: with old tools the agent says nothing after it, and hears no answer")
        yield at.now(takes, f"{at.where} {who}: with new tools the agent talks on while an old scenario takes the call")
    else:
        who = "takes the call now"
        yield at.now(Kind.OLD_TOOLS, f"{at.where} {who}: with old tools the agent talks on while it begins")
        silent = "with new tools the agent says nothing after it, and an old scenario leaves the caller with it"
        yield at.now(Kind.OLD_SCENARIO, f"{at.where} {who}: {silent}")


def _description(at: At, old: Action, new: Action) -> Changes:
    words = f"{quoted(new.description)} (before: {quoted(old.description)})"
    yield at.now(Kind.BEHAVIOUR, f"{at.where}: the model reads {words}")


def _parameters(at: At, old: Action, new: Action) -> Changes:
    inner = replace(at, holder=ACTION)
    yield from parameters(inner, "parameters", old.parameters, new.parameters)


def _say(at: At, old: Action, new: Action) -> Changes:
    words = f"{or_nothing(new.say)} before it (before: {or_nothing(old.say)})"
    yield at.now(Kind.BEHAVIOUR, f"{at.where}: the agent's tools say {words}")


def _do(at: At, old: Action, new: Action) -> Changes:
    yield from steps(at, old.do, new.do)


def _cancels(at: At, old: Action, new: Action) -> Changes:
    words = (
        "is not done if the caller speaks before it has begun" if new.cancels else "is done even if the caller speaks"
    )
    yield at.now(Kind.BEHAVIOUR, f"{at.where} {words}")


OF_ACTION: Aspects = (
    identity("name"),
    aspect(_description),
    aspect(_parameters),
    aspect(_say),
    aspect(_do),
    aspect(_cancels),
)
OF_ACTIONS: dict[type[Any], Aspects] = {Action: OF_ACTION}
