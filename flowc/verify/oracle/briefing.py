"""An agent that talks to whoever has taken the call, alone: what it asks for there, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from flowc.ir.briefing import DECLINE
from flowc.verify.oracle.agents import Agents
from flowc.verify.oracle.effects import Effects, Path
from flowc.verify.oracle.hunts import Hunts
from flowc.verify.oracle.introduction import introduces
from flowc.verify.oracle.limits import Limits
from flowc.verify.oracle.reading import CONNECTS, DECLINES, with_agent
from flowc.verify.oracle.stages import Person, Ringing, Rung
from flowc.verify.oracle.standing import Roles, Speech, Standing
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.timers import CLEARED_LATE
from flowc.verify.oracle.voice import anew, listened_no_more


class Briefings:
    """Of one flow."""

    def __init__(self, steps: Following, limits: Limits, hunts: Hunts, agents: Agents) -> None:
        self.steps = steps
        self.limits = limits
        self.hunts = hunts
        self.agents = agents

    def agent_does(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        """The agent that talks to somebody alone."""
        stage, rung, person = _briefed(standing)
        agent, does, decided = standing.agent, event["does"], person.decided
        assert agent is not None
        if does == "closes":
            yield from self._lost(replace(standing, agent=None), roles)
            return
        if does == "falls silent":
            yield from self.silent(standing, roles)
            return
        if does == "interrupts":
            agent = agent.cleared()
            standing = replace(standing, agent=agent)
            if decided is None:
                standing = anew(standing)
            else:
                cleared = 0 if agent.speech == Speech.UNCLEAR else person.cleared
                interrupted = person._replace(cleared=cleared)
                standing = replace(standing, stage=_with(stage, rung, interrupted))
                if self.limits.may_be_decided(interrupted, standing):
                    yield self._carried_out(standing, roles)
        elif does == "speaks":
            is_told = agent.speech in (Speech.NO, Speech.YES) or not self.limits.given.reports_silence
            if is_told:
                standing = anew(replace(standing, agent=agent._replace(speech=Speech.YES)))
                if introduces(self.steps.reading, standing):
                    standing = replace(standing, stage=_with(stage, rung, person._replace(has_spoken=True)))
        yield Effects(f"when the agent {does} in a briefing"), standing

    def silent(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """The platform has said so."""
        stage, rung, person = _briefed(standing)
        assert standing.agent is not None
        standing = replace(standing, agent=standing.agent._replace(speech=Speech.NO))
        quiet = self.limits.quiet_in_a_briefing(standing)
        if person.decided is not None and self.limits.is_due(person.decided, quiet):
            yield self._carried_out(standing, roles)
            if self.limits.given.timed and person.decided > quiet + self.limits.given.late_ms:
                return
        for has_spoken in self.limits.may_have_spoken(person):
            if has_spoken and person.decided is None:
                yield self._carried_out(standing, roles)
            else:
                told = person._replace(has_spoken=has_spoken, cut=None)
                silent = replace(standing, stage=_with(stage, rung, told))
                yield Effects("when the agent falls silent in a briefing"), anew(silent)

    def heard_out(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        """What the agent has asked for is carried out when time has passed."""
        rung = with_agent(standing)
        if rung is None or rung.person is None or not self.limits.may_be_decided(rung.person, standing):
            return
        if event.get("what") == CLEARED_LATE:
            standing = self.agents.waited_for(standing)
        yield self._carried_out(standing, roles)

    def _carried_out(self, standing: Standing, roles: Roles) -> Path:
        stage, rung, person = _briefed(standing)
        if person.part == DECLINES:
            return self.hunts.not_joined(
                standing, stage, rung.target, "declined", roles, reason=self.hunts.reason(person)
            )
        effects = Effects(f"when the agent puts the caller through to `{rung.target}`")
        return effects, self.steps.join(effects, standing, stage, rung.target, roles)

    def _lost(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """Unless the agent has said otherwise, the person gets the caller. What it has said to both is heard."""
        stage, rung, person = _briefed(standing)
        is_introduced = introduces(self.steps.reading, standing)
        for has_spoken in self.limits.may_have_spoken(person) if is_introduced else (False,):
            if has_spoken:
                said = person._replace(part=CONNECTS, decided=0, cleared=None, cut=None)
                yield (
                    Effects("when the agent is lost while it says its word to both"),
                    replace(standing, stage=_with(stage, rung, said)),
                )
            elif person.decided is not None:
                yield self._carried_out(standing, roles)
            else:
                effects = Effects("when the agent is lost in a briefing")
                yield effects, self.steps.join(effects, standing, stage, rung.target, roles)


def decided(effects: Effects, standing: Standing, action: str, body: int, *, briefed: int | None = None) -> Standing:
    """The agent has asked for this in a briefing, and is heard out: whether anybody speaks does not matter any more.
    In an introduction it still may stay no longer than its limit (`briefed`: since it began).
    """
    standing = listened_no_more(effects, standing)
    stage, rung, before = _briefed(standing)
    unclear = standing.agent is not None and standing.agent.speech == Speech.UNCLEAR
    part = DECLINES if action == DECLINE else CONNECTS
    cleared = 0 if unclear else None
    person = Person(part, body, before.has_spoken, briefed=briefed, decided=0, cleared=cleared, cut=before.cut)
    return replace(standing, stage=_with(stage, rung, person))


def _with(stage: Ringing, rung: Rung, person: Person) -> Ringing:
    met = (each._replace(person=person) if each == rung else each for each in stage.rung)
    return replace(stage, rung=tuple(met))


def _briefed(standing: Standing) -> tuple[Ringing, Rung, Person]:
    stage, rung = standing.stage, with_agent(standing)
    assert isinstance(stage, Ringing)
    assert rung is not None
    assert rung.person is not None
    return stage, rung, rung.person
