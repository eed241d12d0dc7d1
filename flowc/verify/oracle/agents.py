"""The agent: what it does, with whom the caller is, and when what it has asked for begins."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from flowc.verify.oracle.answers import Answer
from flowc.verify.oracle.effects import HEARD, TOLD, Effects, Path
from flowc.verify.oracle.introduction import introduces
from flowc.verify.oracle.limits import Limits
from flowc.verify.oracle.observation import Seen, canonical
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.stages import Answering, Leaving, Starting, Stepping, Talking
from flowc.verify.oracle.standing import Agent, Request, Roles, Speech, Standing
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.voice import anew


class Agents:
    """In one flow."""

    def __init__(self, reading: Reading, steps: Following, limits: Limits) -> None:
        self.reading = reading
        self.steps = steps
        self.limits = limits

    def give(self, effects: Effects, standing: Standing, returned: str, seen: Seen) -> Standing:
        """The caller and an agent that has just been connected are joined. The token is whatever the session made
        up.
        """
        flow, who = self.reading.flow, standing.who
        agent = flow.agent_named(who)
        token = standing.token or seen.token
        if flow.agents:  # each start has one of its own
            token = seen.token if seen.token != standing.token else "another than before"
        told: dict[str, Any] = {
            "vox_session_control_url": self.reading.given.control_url,
            "vox_control_token": token,
            "vox_flow": self.reading.flow.name,
            "vox_contract": self.reading.given.contract,
            **self.steps.language_told(standing),
            **({"vox_agent": who} if flow.agents else {}),
        }
        data = self.reading.flow.outbound
        if standing.data is not None and data is not None and data.data:
            known = self.reading.data(standing)
            told["vox_data"] = {each.name: known[each.name] for each in data.data if each.name in known}
        if returned:
            told["vox_outcome"] = json.loads(returned)
        metadata = self.reading.metadata(agent, standing)
        effects.mark(TOLD)
        effects.started.append(canonical({"metadata": {**metadata, **told}}))
        effects.told.append(canonical({"metadata": {"vox_event": "session", **told}}))
        given = replace(standing, stage=Talking(), agent=Agent(True), request=None, token=token or "missing")
        return self.steps.with_agent(effects, given)

    def does(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        agent, stage = standing.agent, standing.stage
        if agent is None or event["unit"] != roles.agent:
            effects = Effects("when an agent comes that is not waited for any more")
            if event["does"] == "connects":
                effects.closed.add(event["unit"])
            yield effects, standing
            return
        match event["does"]:
            case "connects":
                yield self._came(standing, seen)
            case "refuses" if not isinstance(stage, Starting):
                yield Effects("when the agent cannot be reached before its turn"), replace(standing, agent=None)
            case "refuses":
                effects = Effects("when the agent cannot be reached", self.reading.flow.begins_at)
                yield effects, self.steps.without_agent(effects, replace(standing, agent=None), roles)
            case "closes":
                yield from self._lost(standing, roles)
            case "speaks":
                is_told = agent.speech in (Speech.NO, Speech.YES) or not self.reading.given.reports_silence
                speaking = anew(replace(standing, agent=agent._replace(speech=Speech.YES))) if is_told else standing
                yield Effects("when the agent speaks"), speaking
            case "falls silent":
                yield from self.silent(standing, roles)
            case "interrupts":
                yield from self._interrupted(standing, roles)
            case unknown:
                raise ValueError(f"the agent does what the oracle does not know: {unknown} in {stage}")

    def _came(self, standing: Standing, seen: Seen) -> Path:
        stage = standing.stage
        standing = replace(standing, agent=Agent(True))
        if not isinstance(stage, Starting):
            return Effects("when the agent is there before its turn"), standing
        effects = Effects("when the agent is there", self.reading.flow.begins_at)
        if stage.again:
            return effects, self.give(effects, standing, stage.returned, seen)
        effects.answers = True
        return effects, replace(standing, stage=Answering(stage.waited))

    def _lost(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """It disturbs nothing but a conversation with it. An action that waits for it begins: when what it was saying
        has been heard, if it spoke.
        """
        spoke = standing.agent is not None and standing.agent.speaks
        standing = replace(standing, agent=None)
        match standing.stage:
            case Talking() | Answering() | Starting():
                effects = Effects("when the agent is lost", self.reading.flow.begins_at)
                yield effects, self.steps.without_agent(effects, standing, roles)
            case Leaving() as stage if spoke:
                yield Effects("when the agent is lost while it speaks"), replace(standing, stage=replace(stage, lost=0))
            case Leaving():
                yield self.begin(standing, roles)
            case _ if introduces(self.reading, standing):
                effects = Effects("when the agent is lost that talks on with the caller")
                yield effects, self.steps.without_introducer(effects, standing)
            case _:
                yield Effects("when the agent is lost, and the caller is not with it"), standing

    def silent(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """The platform has said so."""
        assert standing.agent is not None
        standing = replace(standing, agent=standing.agent._replace(speech=Speech.NO))
        stage = standing.stage
        quiet = self.limits.quiet(standing)
        if isinstance(stage, Leaving) and self.limits.is_due(stage.waited, quiet):
            yield self.begin(standing, roles)
            if self.reading.given.timed and stage.waited > quiet + self.reading.given.late_ms:
                return
        yield Effects("when the agent falls silent"), anew(standing)

    def _interrupted(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        agent, stage, request = standing.agent, standing.stage, standing.request
        assert agent is not None
        agent = agent.cleared()
        standing = replace(standing, agent=agent)
        if not isinstance(stage, Leaving) or request is None:
            yield Effects("when the caller interrupts the agent"), anew(standing)
            return
        if self.reading.actions[request.action].cancels:
            yield self.cancelled(Effects("when the caller interrupts"), standing, request, roles)
            return
        standing = replace(
            standing, stage=replace(stage, cleared=0 if agent.speech == Speech.UNCLEAR else stage.cleared)
        )
        if self.limits.may_begin(standing):
            yield self.begin(standing, roles)
        yield Effects("when the caller interrupts, and the action happens all the same"), standing

    def cancelled(self, effects: Effects, standing: Standing, request: Request, roles: Roles) -> Path:
        """The action is forgotten before it has begun; what it was answered is now that."""
        effects.at = self.reading.actions[request.action].span
        requests = tuple(
            known._replace(answer=Answer("cancelled")) if known.id == request.id else known
            for known in standing.requests
        )
        standing = self.steps.with_agent(effects, replace(standing, stage=Talking(), request=None, requests=requests))
        if standing.agent is None:
            return effects, self.steps.without_agent(effects, standing, roles)
        told = {"vox_event": "cancelled", "action": request.action, "request_id": request.id}
        effects.mark(TOLD)
        effects.told.append(canonical({"metadata": told}))
        return effects, standing

    @staticmethod
    def waited_for(standing: Standing) -> Standing:
        """The agent was interrupted, and nothing was said of it for so long that it counts as silent."""
        agent = standing.agent
        return standing if agent is None else replace(standing, agent=agent._replace(speech=Speech.UNTOLD))

    def begin(self, standing: Standing, roles: Roles) -> Path:
        """The agent has been heard out."""
        request, stage = standing.request, standing.stage
        assert request is not None
        assert isinstance(stage, Leaving)
        effects = Effects(f"in `{request.action}`", self.reading.actions[request.action].span)
        if stage.asking is not None:
            effects.mark(HEARD)
            return effects, replace(standing, stage=stage.asking)
        begun = replace(standing, stage=Stepping())
        return effects, self.steps.run(effects, begun, stage.way, stage.index, roles)
