"""An agent that talks on with the caller while it rings, and then says a word to both when somebody has taken the call:
what it is answered, and who hears whom. What it does meanwhile is as in a briefing, `briefing.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from flowc.ir import Action
from flowc.ir.introduction import CANCEL, LEAVE
from flowc.verify.oracle.answers import OK, Answer, Asked
from flowc.verify.oracle.effects import HEARD, TOLD, Effects
from flowc.verify.oracle.observation import canonical
from flowc.verify.oracle.reading import Reading, with_agent
from flowc.verify.oracle.stages import Ringing, Rung
from flowc.verify.oracle.standing import Standing


def introduces(reading: Reading, standing: Standing) -> bool:
    """Whether it rings, or rang, and the agent is to talk on with the caller."""
    stage = standing.stage
    return isinstance(stage, Ringing) and reading.transfer(stage).introduction_ms is not None


def is_with_caller(reading: Reading, standing: Standing) -> bool:
    """Whether the caller and the agent hear each other while it rings, or with a person."""
    agent = standing.agent
    return introduces(reading, standing) and agent is not None and agent.is_open


def are_left_alone(reading: Reading, standing: Standing) -> bool:
    """Whether the caller and a person hear each other in an introduction, and the agent that was there is lost."""
    return introduces(reading, standing) and standing.agent is None and with_agent(standing) is not None


def alone_again(effects: Effects, standing: Standing, news: Mapping[str, Any]) -> Standing:
    """From here on the caller and the agent are alone while it rings; what it had still queued is not heard."""
    agent, request = standing.agent, standing.request
    if agent is None:
        return standing
    effects.mark(HEARD)
    effects.mark(TOLD)
    told = {**news, "action": None if request is None else request.action}
    effects.told.append(canonical({"metadata": told}))
    return replace(standing, agent=agent.cleared())


def answer(reading: Reading, standing: Standing, found: Asked) -> list[Answer] | None:
    """To a request, while the agent introduces somebody or may; None if that makes no difference to it."""
    action, rung = found.action, with_agent(standing)
    is_own = action is not None and action.name in (CANCEL, LEAVE)
    if not introduces(reading, standing) or not (is_own or found.gives_up):
        return None
    is_leaving = rung is not None and rung.person is not None and rung.person.decided is not None
    if found.gives_up:
        return [Answer(OK if standing.agent is not None and not is_leaving else "busy")]
    if is_leaving:
        return [Answer("busy")]
    assert isinstance(action, Action)
    return [Answer(OK if (action.name == LEAVE) == (rung is not None) else "not_ready")]


def heard_by_caller(reading: Reading, standing: Standing) -> str:
    """While it rings the agent, and then the person as well, whose phone may have the call on hold."""
    rung = with_agent(standing)
    if rung is not None and standing.agent is None:
        return "silence" if rung.holds else _leg(reading, rung, standing)
    return "agent" if rung is None or rung.holds else f"{_leg(reading, rung, standing)} + agent"


def heard_by_agent(reading: Reading, standing: Standing) -> str:
    rung = with_agent(standing)
    return "caller" if rung is None or rung.holds else f"caller + {_leg(reading, rung, standing)}"


def _leg(reading: Reading, rung: Rung, standing: Standing) -> str:
    return reading.label(reading.flow.target(rung.target), standing)
