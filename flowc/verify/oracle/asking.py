"""What the agent asks for: what it is answered, and what comes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from flowc.ir.introduction import ITS_OWN
from flowc.source import Span
from flowc.verify.oracle.agents import Agents
from flowc.verify.oracle.answers import OK, Answer, Asked
from flowc.verify.oracle.briefing import decided
from flowc.verify.oracle.conversation import tell_keys
from flowc.verify.oracle.effects import HEARD, Effects, Path
from flowc.verify.oracle.introduction import introduces
from flowc.verify.oracle.observation import Seen, canonical
from flowc.verify.oracle.reading import Reading, with_agent
from flowc.verify.oracle.replies import Replies
from flowc.verify.oracle.stages import Answering, Leaving, Ringing, Starting, Talking, Warned
from flowc.verify.oracle.standing import Known, Request, Roles, Speech, Standing
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.voice import anew, listened_no_more

CARRIED_OUT = (OK, "not_sent", "invalid_parameters")
"""What a request for such an action is answered that is valid, and comes when it may."""
CONTRACT, REPLY = "X-Flowc-Contract", "X-Flowc-Reply"


class Requests:
    """Of one flow's agent."""

    def __init__(self, reading: Reading, steps: Following, replies: Replies, agents: Agents) -> None:
        self.reading = reading
        self.steps = steps
        self.replies = replies
        self.agents = agents

    def posted(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        """A request that may be carried out."""
        found = self.reading.asked[event["body"]]
        headers = self.reading.bodies[event["body"]].headers
        for answer in self.answers(standing, event):
            effects = Effects("when the agent asks for something")
            effects.reply = frozenset({answer})
            if found.action is not None:
                effects.occasion = f"when the agent asks for `{found.action.name}`"
                effects.at = found.action.span
            compared = self._compared(effects, standing, headers.get(CONTRACT, ""))
            after = self._asked_for(effects, compared, event, found, answer, roles)
            if headers.get(REPLY) == "event" and event["id"]:
                self._answered_by_event(effects, after, event["id"], seen)
            yield effects, after

    def answers(self, standing: Standing, event: Mapping[str, Any]) -> list[Answer]:
        """What it may be answered. That its tools are of another version is told before: to a webhook that the action
        tells something as well that is one more that waits.
        """
        contract = self.reading.bodies[event["body"]].headers.get(CONTRACT, "")
        return self.replies.answers(self._compared(Effects(""), standing, contract), event)

    def _compared(self, effects: Effects, standing: Standing, contract: str) -> Standing:
        """The first other version that tools are of is remembered, and told: where nobody is told, it is nothing."""
        if self.reading.flow.call.skew is None:
            return standing
        if contract in ("", self.reading.given.contract) or standing.contract:
            return self.steps.webhooks.tell_contract(effects, standing) if contract else standing
        known = contract if re.fullmatch("[0-9a-f]{1,64}", contract) else "malformed"
        return self.steps.webhooks.tell_contract(effects, replace(standing, contract=known))

    def _answered_by_event(self, effects: Effects, standing: Standing, id_: str, seen: Seen) -> None:
        """The agent that is connected gets the reply once more, in the reply's own words."""
        is_begun = standing.agent is not None and standing.agent.is_open
        if not is_begun or isinstance(standing.stage, Starting | Answering) or len(seen.replies) != 1:
            return
        try:
            reply = json.loads(seen.replies[0])
        except ValueError:
            return  # a scenario that was edited may reply with no JSON: that is a promise of its own
        told = {"vox_event": "reply", "request_id": id_, "reply": reply}
        effects.told.append(canonical({"metadata": told}))

    def _asked_for(
        self,
        effects: Effects,
        standing: Standing,
        event: Mapping[str, Any],
        found: Asked,
        answer: Answer,
        roles: Roles,
    ) -> Standing:
        is_known = any(known.id == event["id"] for known in standing.requests)
        if event["id"] and not is_known:
            known = Known(event["id"], self.reading.same[event["body"]], answer)
            standing = replace(standing, requests=(*standing.requests, known))
        request = standing.request
        if event.get("cancel"):
            takes_back = request is not None and request.id == event["id"] and answer.code == "cancelled"
            if takes_back and request is not None and isinstance(standing.stage, Leaving):
                return self.agents.cancelled(effects, standing, request, roles)[1]
            return standing
        rung = with_agent(standing)
        is_own = found.action in ITS_OWN or found.gives_up
        if introduces(self.reading, standing) and is_own and not is_known and answer.code == OK:
            return self._introduces(effects, standing, event, found, roles)
        if rung is not None and is_own and not is_known and answer.code == OK:
            return self._decided(effects, standing, event, found, roles)
        if found.gives_up and not is_known and answer.code == OK:
            effects.occasion, effects.at = "when the agent's model does not answer", self._unavailable(standing)
            if isinstance(standing.stage, Warned):  # which is heard out
                effects.closed.update({roles.agent} if standing.agent is not None and roles.agent else ())
                return replace(standing, agent=None)
            return self.steps.without_agent(effects, standing, roles)
        if found.is_at_work and not is_known and answer.code == OK and isinstance(standing.stage, Talking):
            idle = self.reading.flow.agent_named(standing.who).idle
            effects.occasion, effects.at = "when the agent is at work", self.reading.flow.begins_at
            effects.at = idle.span if idle is not None else effects.at
            return anew(replace(standing, stage=replace(standing.stage, asked=0)))
        if not is_known and found.action is not None and found.action.asks_for_ms and answer.code in CARRIED_OUT:
            return self._asks(effects, standing, Request(found.action.name, event["id"], event["body"]))
        if not is_known and found.action is not None and answer.code == "not_sent":
            asked = Request(found.action.name, event["id"], event["body"])
            self.replies.of_steps(effects, list(self.reading.background(asked, standing)), standing, asked)
        if is_known or answer.code != OK or found.action is None:
            return standing
        if found.action.leaves_conversation_alone:
            return self.steps.in_background(effects, standing, Request(found.action.name, event["id"], event["body"]))
        return self._takes_call(effects, standing, event, found)

    def _asks(self, effects: Effects, standing: Standing, request: Request) -> Standing:
        """An action that leaves the conversation alone, and asks: what is refused may have asked before."""
        return self.replies.asides.begun(effects, standing, request)[0]

    def _decided(
        self, effects: Effects, standing: Standing, event: Mapping[str, Any], found: Asked, roles: Roles
    ) -> Standing:
        """In a briefing: what becomes of the person is known; or the model does not answer, and they get the caller."""
        if found.action is not None:
            return decided(effects, standing, found.action.name, self.reading.same[event["body"]])
        stage, rung = standing.stage, with_agent(standing)
        assert isinstance(stage, Ringing)
        assert rung is not None
        effects.occasion = "when the agent's model does not answer in a briefing"
        effects.closed.add(roles.agent)
        return self.steps.join(effects, replace(standing, agent=None), stage, rung.target, roles)

    def _introduces(
        self, effects: Effects, standing: Standing, event: Mapping[str, Any], found: Asked, roles: Roles
    ) -> Standing:
        """The agent leaves both, as soon as it is heard out; or nobody is rung any more; or its model does not answer,
        and it rings, or they talk, without it.
        """
        stage, rung = standing.stage, with_agent(standing)
        assert isinstance(stage, Ringing)
        if found.action is not None and rung is not None:
            since = None if rung.person is None else rung.person.briefed
            return decided(effects, standing, found.action.name, self.reading.same[event["body"]], briefed=since)
        if found.action is not None:
            effects.hung_up.update(roles.legs)
            return self.steps.cancelled(effects, standing, stage, roles, "agent")
        effects.occasion = "when the agent's model does not answer in an introduction"
        effects.closed.add(roles.agent)
        effects.mark(HEARD)
        without = replace(standing, agent=None)
        if rung is None:
            return self.steps.without_introducer(effects, without)
        return self.steps.join(effects, without, stage, rung.target, roles)

    def _unavailable(self, standing: Standing) -> Span:
        """Where it stands what follows without the agent."""
        steps = self.reading.flow.agent_named(standing.who).unavailable
        return steps[0].span if steps else self.reading.flow.begins_at

    def _takes_call(self, effects: Effects, standing: Standing, event: Mapping[str, Any], found: Asked) -> Standing:
        assert found.action is not None
        agent = standing.agent
        unclear = agent is not None and agent.speech == Speech.UNCLEAR
        effects.may_look_up = self.reading.entries - standing.stored
        name = found.action.name
        asked = Request(name, event["id"], self.reading.same[event["body"]])
        standing = replace(standing, request=asked, is_own=False, before=())
        standing = self.reading.forgetting(standing)
        standing = replace(standing, last=standing.who, unreached="", undelivered="")
        way, index = name, 0
        if isinstance(standing.stage, Talking):
            tell_keys(effects, standing.stage.keys)
            standing = listened_no_more(effects, standing)
        if not found.action.cancels:
            standing, way, index = self.steps.webhooks.tell_first(effects, standing, way, index, is_over=False)
        leaving = Leaving(way, index, cleared=0 if unclear else None)
        if found.action.cancels:
            return replace(standing, stage=leaving)
        return self.steps.asked_first(effects, standing, leaving)
