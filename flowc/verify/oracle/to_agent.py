"""The way to an agent and back to it: who is started, what it is told, and what follows where there is none."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from flowc.ir import ChangeLanguage, Key, Notify, ReturnToAgent, Say, Secret, StartAgent, Storage
from flowc.verify.oracle.answers import Answer
from flowc.verify.oracle.effects import TOLD, Effects
from flowc.verify.oracle.ending import CallEnds
from flowc.verify.oracle.observation import Connected, Logged, canonical, fingerprint
from flowc.verify.oracle.stages import Answering, Leaving, Starting, Stepping, Talking
from flowc.verify.oracle.standing import Agent, Roles, Standing
from flowc.verify.oracle.voice import anew, listened_no_more, listened_to
from flowc.verify.oracle.webhooks import as_attempt, seconds, unasked


class ToAgent(CallEnds):
    """In one flow."""

    def leads_to_agent(self, way: str, index: int) -> bool:
        """Whether nothing but what is said comes before the agent, which then connects meanwhile; none of several."""
        if self.flow.agents:
            return False
        for step in self.reading.lists[way][index:]:
            if not isinstance(step, Say | Notify | ChangeLanguage):
                return isinstance(step, StartAgent)
        return False

    def connect(self, effects: Effects, standing: Standing, roles: Roles) -> Standing:
        """Calls the agent as soon as it is known where it is."""
        agent = self.flow.agent_named(standing.who)
        own = (agent.api_key, agent.agent_id)
        if any(isinstance(each, Storage) and each.name not in standing.answered for each in own):
            return standing
        effects.reads.update(each.name for each in own if isinstance(each, Secret))
        if not all(self.reading.value(each, standing) for each in own):
            return self.without_agent(effects, standing, roles)
        key, name = (self.reading.value(each, standing) for each in own)
        effects.connecting.append(Connected(name, agent.version, fingerprint(key)))
        return replace(standing, agent=Agent(), is_sought=False)

    def with_agent(self, effects: Effects, standing: Standing) -> Standing:
        """The caller talks with the agent: where the flow says what follows if nobody does, somebody listens."""
        standing = replace(standing, key="") if standing.key else standing
        if self.flow.agent_named(standing.who).idle is None:
            return standing
        return anew(listened_to(effects, standing))

    def led_by_key(self, effects: Effects, standing: Standing, key: Key, roles: Roles) -> Standing:
        """The caller, who is with an agent, goes on with a key at once: an action that has not begun never does."""
        effects.at = key.span
        request, agent = standing.request, standing.agent
        if isinstance(standing.stage, Leaving) and request is not None:
            requests = tuple(
                known._replace(answer=Answer("cancelled")) if known.id == request.id else known
                for known in standing.requests
            )
            standing = unasked(replace(standing, requests=requests))
            if agent is not None:
                told = {"vox_event": "cancelled", "action": request.action, "request_id": request.id, "key": key.key}
                effects.mark(TOLD)
                effects.told.append(canonical({"metadata": told}))
        standing = self.reading.forgetting(listened_no_more(effects, standing))
        standing = replace(standing, stage=Stepping(), request=None, is_own=False, before=(), key=key.key)
        standing = replace(standing, last=standing.who, unreached="", undelivered="")
        return self.run(effects, standing, key.way, 0, roles)

    def without_agent(self, effects: Effects, standing: Standing, roles: Roles, idle: str = "") -> Standing:
        """`unavailable` follows, as soon as there is a caller to hear it. Where it was not its turn yet, it is started
        again then. `idle` is the way to what follows instead, where nobody says anything.
        """
        if standing.is_sought:
            return replace(standing, is_sought=False)
        if standing.agent is not None and standing.agent.is_open and roles.agent:
            effects.closed.add(roles.agent)
        stage = standing.stage
        standing = self.reading.forgetting(listened_no_more(effects, standing))
        standing = replace(standing, agent=None, request=None, is_own=False, before=(), key="")
        way = idle or self.flow.agent_named(standing.who).way
        if self.flow.agents:
            never = isinstance(stage, Starting | Answering)
            standing = replace(standing, unreached=standing.who if never else "")
            returned = stage.returned if isinstance(stage, Starting) else ""
            standing = replace(standing, undelivered=returned)
            standing = replace(standing, last=standing.last if never else standing.who)
        if isinstance(stage, Answering):
            return replace(standing, stage=replace(stage, has_agent=False, way=way))
        if isinstance(stage, Starting) and not stage.again:
            effects.answers = True
            return replace(standing, stage=Answering(stage.waited, has_agent=False, way=way))
        return self.run(effects, standing, way, 0, roles)

    def _start(self, effects: Effects, standing: Standing, roles: Roles) -> Standing:
        """It is told what came of those who were rung before. What was asked before counts no more."""
        standing = self.reading.forgetting(standing)
        returned = "" if standing.result is None else canonical(self._returned(standing, None))
        starting = Starting(again=standing.is_answered, returned=returned)
        if standing.agent is not None and standing.agent.is_open:
            return replace(standing, stage=replace(starting, is_there=True))
        if standing.agent is not None or standing.is_sought:
            return replace(standing, stage=starting, is_sought=False)
        return self.connect(effects, replace(standing, stage=starting), roles)

    @staticmethod
    def _is_without(standing: Standing) -> bool:
        """Whether there is no agent to return to: nobody has asked for anything, and no other one had the caller."""
        return standing.request is None and not standing.key and standing.last in ("", standing.who)

    def _to_another(self, effects: Effects, standing: Standing, name: str, roles: Roles) -> Standing:
        """One of several agents is started, and the one that there is closed. It is told what has happened so far. To
        start the one that had the caller last is to return to it.
        """
        told = self._returned(standing, None)
        request = standing.request
        if name == standing.last:
            return self._give_back(effects, replace(standing, who=name), told, roles)
        is_told = request is not None or bool(standing.last or standing.unreached) or standing.result is not None
        told["handed_over_by"] = standing.last
        if request is not None:
            told["parameters"] = dict(self.reading.parameters(request))
        if standing.agent is not None and standing.agent.is_open:
            effects.closed.add(roles.agent)
        starting = Starting(again=standing.is_answered, returned=canonical(told) if is_told else "")
        return self.connect(effects, replace(standing, stage=starting, agent=None, who=name), roles)

    def _return(
        self, effects: Effects, standing: Standing, step: ReturnToAgent, way: str, index: int, roles: Roles
    ) -> Standing:
        """To the agent that waits, or to another, which is told the same when it is there."""
        effects.steps.append(Logged(way, index, "return_to_agent", None))
        return self._give_back(effects, standing, self._returned(standing, step.prompt), roles)

    def _give_back(self, effects: Effects, standing: Standing, told: dict[str, Any], roles: Roles) -> Standing:
        agent, standing = standing.agent, self.reading.forgetting(standing)
        if agent is None or not agent.is_open:
            again = Starting(again=True, returned=canonical(told))
            return self.connect(effects, replace(standing, stage=again, agent=None), roles)
        effects.mark(TOLD)
        effects.told.append(canonical({"metadata": told}))
        return self.with_agent(effects, replace(standing, stage=Talking(), agent=agent.cleared(), request=None))

    def _returned(self, standing: Standing, prompt: str | None) -> dict[str, Any]:
        """What the agent is told of the action under way, or of what came before it."""
        request = standing.request
        result = standing.result if standing.is_own else None
        told: dict[str, Any] = {
            "vox_event": "returned",
            "action": request.action if request is not None else None,
            "request_id": request.id if request is not None else None,
            "outcome": result.outcome if result is not None else None,
            "target": result.target if result is not None else None,
            "tried": [as_attempt(each) for each in result.tried] if result is not None else [],
            "talk_seconds": seconds(result.talked) if result is not None else None,
            "say": None,
            **self.language_told(standing),
            **({"by": result.by} if result is not None and result.by else {}),
            **({"agent_unavailable": standing.unreached} if standing.unreached else {}),
        }
        if standing.key:
            del told["action"]
            told["key"] = standing.key
        if standing.undelivered:
            told = self._with_undelivered(told, json.loads(standing.undelivered))
        if prompt is not None:
            told["say"] = self.flow.prompt(prompt).version(standing.language).text.literal()
        return told

    @staticmethod
    def _with_undelivered(told: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
        """What led to an agent that could not be started, whoever comes instead is told; of transfers, if there was no
        other one since.
        """
        kept = ["action", "key", "request_id", "parameters"]
        if told["outcome"] is None:
            kept += ["outcome", "target", "talk_seconds", "by"]
        if "key" in known:
            told = {name: value for name, value in told.items() if name != "action"}
        return {
            **told,
            **{name: known[name] for name in kept if name in known},
            "tried": [*known["tried"], *told["tried"]],
        }

    @staticmethod
    def language_told(standing: Standing) -> dict[str, Any]:
        """What the agent is told of the language of the call; nothing where there is only one."""
        return {} if standing.language is None else {"vox_language": standing.language}
