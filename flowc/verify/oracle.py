"""The oracle: a second reading of the language, from `flows/README.md` alone.

It reads the flow and never the scenario, and shares no code with the compiler's back half or the runtime: what is wrong
there cannot be wrong here in the same way. Given where a call stands and what the world does, it says what has to be seen:
who rings, what the caller hears, what the agent, webhooks and whoever posts are told, and what follows. Where the language
leaves something open (when within a limit, in which order at one instant) there are several answers, and each is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from flowc.ir import (
    Action,
    Choice,
    Flow,
    GoTo,
    HangUp,
    Notify,
    PstnTarget,
    Reply,
    ReturnToAgent,
    Say,
    Secret,
    Setting,
    SipTarget,
    Step,
    Steps,
    Storage,
    Target,
    Transfer,
    inside,
    settings,
)
from flowc.verify.answers import OK, Answer, Asked, Body, answer_in, asked
from flowc.verify.effects import HEARD, POSTED, RUNG, TOLD, Disagreement, Effects, Words, difference
from flowc.verify.observation import Dialled, Logged, Posted, Seen, canonical
from flowc.verify.standing import (
    Agent,
    Answering,
    Attempt,
    Connected,
    Ending,
    Given,
    Idle,
    Known,
    Leaving,
    Over,
    Request,
    Result,
    Ringing,
    Roles,
    Saying,
    Speech,
    Standing,
    Starting,
    Stepping,
    Talking,
)
from flowc.verify.wording import Numbers, Value, all_filled, filled, header, spoken

UNAVAILABLE = "agent unavailable"
TONE = "tone:"
SILENCE = "silence"

AGENT_START_MS = 10_000
ANSWER_MS = 10_000
QUIET_MS, QUIET_BEFORE_PHRASE_MS = 1000, 2000
"""How long an action waits for an agent that says nothing; the second if the agent has a phrase to speak."""
CLEARED_MS = 8000
LOST_MS = 1000
"""What an agent said before it was lost is heard for so long."""
SPEECH_MS, SPEECH_MS_PER_CHARACTER = 10_000, 150
WEBHOOKS_MS = 20_000
MOST_SENT, MOST_WAITING, MOST_WAITING_OF_BACKGROUND = 3, 35, 30
MOST_ATTEMPTS = 49
LONGEST_REPLY = 16384

OUTCOMES = {
    486: "busy",
    600: "busy",
    408: "no_answer",
    603: "declined",
    480: "unreachable",
    404: "invalid",
    410: "invalid",
    484: "invalid",
    402: "not_allowed",
    403: "not_allowed",
    487: "cancelled",
}
"""The table of outcomes in `flows/README.md`."""

Path = tuple[Effects, Standing]
"""What may be seen, and where the call then stands."""


class Oracle:
    """For one flow. `bodies` are what can be posted: events name them by their numbers."""

    def __init__(self, flow: Flow, given: Given, bodies: Sequence[Body]) -> None:
        self.flow = flow
        self.given = given
        self.numbers = Numbers(given.caller, given.dialled, given.session)
        self.lists: dict[str, Steps] = {}
        self._list(UNAVAILABLE, flow.agent.unavailable)
        for action in flow.actions:
            self._list(action.name, action.do)
        for route in flow.routes:
            self._list(f"route {route.name}", route.steps)
        self.actions = {action.name: action for action in flow.actions}
        self.asked = [asked(flow, body) for body in bodies]
        self.bodies = bodies
        self.entries = frozenset(each.name for each in settings(flow) if isinstance(each, Storage))
        self.words = Words(
            {self._given(target.dialled): target.name for target in flow.targets},
            {spoken(prompt.text, self.numbers, {}): prompt.name for prompt in flow.prompts},
        )

    def _list(self, way: str, steps: Steps) -> None:
        """A list of steps, and those inside it, by the way there."""
        self.lists[way] = steps
        for step in steps:
            for inner in inside(step):
                self._list(f"{way}: {' '.join(inner.path)}", inner.steps)

    # What is asked of the oracle

    def begin(self) -> Standing:
        """Nobody has called."""
        return Standing()

    def step(
        self, standing: Standing, event: Mapping[str, Any], seen: Seen, took: int, roles: Roles
    ) -> Standing | Disagreement:
        """Where the call stands after an event of which so much was seen; or what the flow says instead."""
        if took and self.given.timed:
            late = self._overdue(standing, took)
            if late is not None:
                return late
            standing = replace(standing, stage=_aged(standing.stage, took))
        if seen.found:
            standing = replace(
                standing,
                answered=standing.answered.union(seen.found),
                stored=standing.stored.union(key for key, found in seen.found.items() if found),
            )
        first = None
        for effects, after in self._paths(standing, event, seen, roles):
            found = difference(effects, seen, self.words) or self._misheard(effects, standing, after, event, seen)
            if found is None:
                return self._settled(after, seen)
            first = first or found
        assert first is not None, "every event has something that follows"
        return first

    def reply(self, standing: Standing, event: Mapping[str, Any], reply: str) -> Disagreement | None:
        """Whether a request that is tried without carrying anything out is answered as the flow says."""
        answers = self._answers(standing, event)
        if answer_in(reply) in answers:
            return None
        effects = Effects("to a request that changes nothing")
        effects.reply = frozenset(answers)
        return difference(effects, Seen(replies=[reply]), self.words)

    # What may follow

    def _paths(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        match event["do"]:
            case "call":
                yield self._called(standing)
            case "leave":
                yield self._end(Effects("when the caller hangs up"), replace(standing, hears=None), roles, there=False)
            case "connect":
                yield self._answered(standing, seen)
            case "storage":
                yield self._settings_came(standing, roles)
            case "agent":
                yield from self._agent_does(standing, event, seen, roles)
            case "leg":
                yield from self._leg_does(standing, event, roles)
            case "player":
                yield from self._player_ends(standing, event, roles)
            case "webhook":
                yield self._webhook_answered(standing)
            case "post":
                yield from self._posted(standing, event, roles)
            case "time" | "timer":
                yield from self._time_passed(standing, event, roles)
            case "late":
                yield Effects("nothing has come"), standing
            case unknown:
                raise ValueError(f"an event that the oracle does not know: {unknown}")

    def _called(self, standing: Standing) -> Path:
        effects = Effects("when somebody calls", self.flow.agent.span)
        effects.rings = True
        effects.looks_up = self.entries
        return effects, self._connect(effects, replace(standing, stage=Starting()), Roles())

    def _answered(self, standing: Standing, seen: Seen) -> Path:
        """The caller is connected."""
        stage = standing.stage
        assert isinstance(stage, Answering)
        if stage.has_agent:
            effects = Effects("when the caller is connected", self.flow.agent.span)
            return effects, self._give(effects, standing, "", seen)
        effects = Effects("when there is no agent", self.flow.agent.span)
        return effects, self._run(effects, standing, UNAVAILABLE, 0, Roles())

    def _settings_came(self, standing: Standing, roles: Roles) -> Path:
        effects = Effects("when the settings have come", self.flow.agent.span)
        if isinstance(standing.stage, Starting) and standing.agent is None:
            standing = self._connect(effects, standing, roles)
        return effects, standing

    def _webhook_answered(self, standing: Standing) -> Path:
        """The next one is sent. A call that is over waits for no more than those that are under way."""
        effects = Effects("when a webhook has answered")
        if isinstance(standing.stage, Over):
            return effects, standing
        sending, queue = standing.sending - 1, standing.queue
        if queue:
            effects.posted.append(queue[0])
            sending, queue = sending + 1, queue[1:]
        standing = replace(standing, sending=sending, queue=queue)
        if isinstance(standing.stage, Ending) and sending + len(queue) <= MOST_SENT:
            return effects, _over(effects)
        return effects, standing

    # The agent

    def _connect(self, effects: Effects, standing: Standing, roles: Roles) -> Standing:
        """Calls the agent as soon as it is known where it is."""
        agent = self.flow.agent
        own = (agent.api_key, agent.agent_id)
        if any(isinstance(each, Storage) and each.name not in standing.answered for each in own):
            return standing
        effects.reads.update(each.name for each in own if isinstance(each, Secret))
        if not all(self._value(each, standing) for each in own):
            return self._without_agent(effects, standing, roles)
        effects.connecting.append((self._value(agent.agent_id, standing), agent.version))
        return replace(standing, agent=Agent())

    def _without_agent(self, effects: Effects, standing: Standing, roles: Roles) -> Standing:
        """`unavailable` follows, as soon as there is a caller to hear it."""
        if standing.agent is not None and standing.agent.is_open and roles.agent:
            effects.closed.add(roles.agent)
        stage = standing.stage
        standing = replace(standing, agent=None, request=None, is_own=False)
        if isinstance(stage, Answering):
            return replace(standing, stage=replace(stage, has_agent=False))
        if isinstance(stage, Starting) and not stage.again:
            effects.answers = True
            return replace(standing, stage=Answering(stage.waited, has_agent=False))
        return self._run(effects, standing, UNAVAILABLE, 0, roles)

    def _give(self, effects: Effects, standing: Standing, returned: str, seen: Seen) -> Standing:
        """The caller and an agent that has just been connected are joined. The token is whatever the session made up."""
        token = standing.token or seen.token
        told: dict[str, Any] = {
            "vox_session_control_url": self.given.control_url,
            "vox_control_token": token,
            "vox_flow": self.flow.name,
            "vox_contract": self.given.contract,
        }
        if returned:
            told["vox_outcome"] = _from_text(returned)
        metadata = all_filled(self.flow.agent.metadata, self.numbers, {})
        effects.mark(TOLD)
        effects.started.append(canonical({"metadata": {**metadata, **told}}))
        effects.told.append(canonical({"metadata": {"vox_event": "session", **told}}))
        return replace(standing, stage=Talking(), agent=Agent(True), request=None, token=token or "missing")

    def _agent_does(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Iterator[Path]:
        agent, stage = standing.agent, standing.stage
        if agent is None or event["unit"] != roles.agent:
            effects = Effects("when an agent comes that is not waited for any more")
            if event["does"] == "connects":
                effects.closed.add(event["unit"])
            yield effects, standing
            return
        match event["does"]:
            case "connects":
                yield self._agent_came(standing, seen)
            case "refuses":
                effects = Effects("when the agent cannot be reached", self.flow.agent.span)
                yield effects, self._without_agent(effects, replace(standing, agent=None), roles)
            case "closes":
                yield from self._agent_lost(standing, roles)
            case "speaks":
                heard = Speech.UNCLEAR if agent.speech == Speech.UNCLEAR and self.given.replies else Speech.YES
                yield Effects("when the agent speaks"), replace(standing, agent=agent._replace(speech=heard))
            case "falls silent":
                yield from self._agent_silent(standing, roles)
            case "interrupts":
                yield from self._interrupted(standing, roles)
            case unknown:
                raise ValueError(f"the agent does what the oracle does not know: {unknown} in {stage}")

    def _agent_came(self, standing: Standing, seen: Seen) -> Path:
        stage = standing.stage
        assert isinstance(stage, Starting)
        standing = replace(standing, agent=Agent(True))
        effects = Effects("when the agent is there", self.flow.agent.span)
        if stage.again:
            return effects, self._give(effects, standing, stage.returned, seen)
        effects.answers = True
        return effects, replace(standing, stage=Answering(stage.waited))

    def _agent_lost(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """It disturbs nothing but a conversation with it. An action that waits for it may begin."""
        standing = replace(standing, agent=None)
        match standing.stage:
            case Talking() | Answering() | Starting():
                effects = Effects("when the agent is lost", self.flow.agent.span)
                yield effects, self._without_agent(effects, standing, roles)
            case Leaving() as stage:
                yield self._begin(standing, roles)
                yield Effects("when the agent is lost"), replace(standing, stage=replace(stage, lost=0))
            case _:
                yield Effects("when the agent is lost, and the caller is not with it"), standing

    def _agent_silent(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """The platform has said so."""
        assert standing.agent is not None
        standing = replace(standing, agent=standing.agent._replace(speech=Speech.NO))
        stage = standing.stage
        quiet = self._quiet(standing)
        if isinstance(stage, Leaving) and self._is_due(stage.waited, quiet):
            yield self._begin(standing, roles)
            if self.given.timed and stage.waited > quiet + self.given.late_ms:
                return
        yield Effects("when the agent falls silent"), standing

    def _interrupted(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        agent, stage, request = standing.agent, standing.stage, standing.request
        assert agent is not None
        speech = Speech.NO if agent.speech == Speech.NO else Speech.UNCLEAR
        standing = replace(standing, agent=agent._replace(speech=speech))
        if not isinstance(stage, Leaving) or request is None:
            yield Effects("when the caller interrupts the agent"), standing
            return
        if self.actions[request.action].cancels:
            yield self._cancelled(Effects("when the caller interrupts"), standing, request, roles)
            return
        standing = replace(standing, stage=replace(stage, cleared=0 if speech == Speech.UNCLEAR else stage.cleared))
        if self._may_begin(standing):
            yield self._begin(standing, roles)
        yield Effects("when the caller interrupts, and the action happens all the same"), standing

    def _cancelled(self, effects: Effects, standing: Standing, request: Request, roles: Roles) -> Path:
        """The action is forgotten before it has begun; what it was answered is now that."""
        effects.at = self.actions[request.action].span
        requests = tuple(
            known._replace(answer=Answer("cancelled")) if known.id == request.id else known
            for known in standing.requests
        )
        standing = replace(standing, stage=Talking(), request=None, requests=requests)
        if standing.agent is None:
            return effects, self._without_agent(effects, standing, roles)
        told = {"vox_event": "cancelled", "action": request.action, "request_id": request.id}
        effects.mark(TOLD)
        effects.told.append(canonical({"metadata": told}))
        return effects, standing

    # Time

    def _time_passed(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        if event.get("far"):
            yield self._end(Effects("when the longest time of a call is over"), standing, roles)
            return
        if event.get("what") == "mediaEnded" and standing.agent is not None and standing.agent.speech != Speech.NO:
            yield from self._agent_silent(standing, roles)
            return
        stage = standing.stage
        match stage:
            case Starting() if self._is_due(stage.waited, AGENT_START_MS):
                effects = Effects("when the agent is not there after 10 s", self.flow.agent.span)
                yield effects, self._without_agent(effects, standing, roles)
            case Answering():
                if stage.has_agent and self._is_due(stage.waited, AGENT_START_MS):
                    effects = Effects("when the caller is not with the agent after 10 s", self.flow.agent.span)
                    yield effects, self._without_agent(effects, standing, roles)
                if self._is_due(stage.answering, ANSWER_MS):
                    yield self._end(Effects("when the caller cannot be answered"), standing, roles)
            case Leaving() if self._may_begin(standing):
                yield self._begin(standing, roles)
            case Saying() if self._is_due(stage.waited, _longest(stage.text)):
                effects = Effects(f"when `{stage.prompt}` does not end")
                yield effects, self._run(effects, standing, stage.way, stage.index, roles)
            case Ringing():
                yield from self._rung_for_long(standing, stage, roles)
            case Ending() if self._is_due(stage.waited, WEBHOOKS_MS):
                effects = Effects("when the webhooks take too long")
                yield effects, _over(effects)
            case _:
                pass
        yield Effects("while time passes"), standing

    def _rung_for_long(self, standing: Standing, stage: Ringing, roles: Roles) -> Iterator[Path]:
        target = self._rung(stage, standing)
        if self._is_due(stage.waited, target.ring_ms):
            effects = Effects(f"after `no_answer` of `{target.name}`", target.span)
            effects.hung_up.add(roles.leg)
            tried = (*stage.tried, Attempt(target.name, "no_answer", target.ring_ms))
            yield effects, self._ring(effects, standing, replace(stage, tried=tried), roles)
        if stage.announced is not None:
            prompt = self._transfer(stage).ringing or ""
            if self._is_due(stage.announced, _longest(self._spoken(prompt, standing))):
                effects = Effects(f"when `{prompt}` does not end")
                yield effects, replace(standing, stage=replace(stage, announced=None))

    def _overdue(self, standing: Standing, took: int) -> Disagreement | None:
        """What should have happened before so much more time has passed."""
        for waited, limit, told in self._limits(standing):
            if waited + took > limit + self.given.late_ms:
                return Disagreement(
                    "when something follows", told, f"the flow says that {told}; in the scenario it does not"
                )
        return None

    def _limits(self, standing: Standing) -> Iterator[tuple[int, int, str]]:
        """How long each wait of a stage has lasted, how long it may, and what then happens."""
        match standing.stage:
            case Starting(waited):
                yield waited, AGENT_START_MS, "`unavailable` follows if the agent is not there after 10 s"
            case Answering(waited, answering, has_agent):
                if has_agent:
                    yield waited, AGENT_START_MS, "`unavailable` follows if the caller is not with the agent after 10 s"
                yield answering, ANSWER_MS, "the call ends if the caller cannot be answered"
            case Leaving(waited, cleared, lost):
                yield waited, self.flow.agent.last_words_ms, "an action begins after `last_words` at the latest"
                if cleared is not None and standing.agent is not None and standing.agent.speech == Speech.UNCLEAR:
                    yield cleared, CLEARED_MS, "an action begins 8 s after an interruption at the latest"
                if lost is not None:
                    yield lost, LOST_MS, "an action begins when the agent is lost"
                if standing.agent is not None and standing.agent.speech == Speech.NO:
                    quiet = self._quiet(standing)
                    yield waited, quiet, f"an action begins after {quiet / 1000:g} s if the agent says nothing"
            case Saying(_, _, prompt, text, waited):
                yield waited, _longest(text), f"what follows `{prompt}` follows although that does not end"
            case Ringing() as stage:
                target = self._rung(stage, standing)
                yield stage.waited, target.ring_ms, f"`{target.name}` rings for {target.ring_ms / 1000:g} s at the most"
            case Ending(waited):
                yield waited, WEBHOOKS_MS, "the session ends although webhooks do not answer"
            case Idle() | Talking() | Stepping() | Connected() | Over():
                return
            case unknown:
                assert_never(unknown)

    def _is_due(self, waited: int, limit: int) -> bool:
        return waited >= limit or not self.given.timed

    def _quiet(self, standing: Standing) -> int:
        request = standing.request
        says = request is not None and self.actions[request.action].say is not None
        return min(QUIET_BEFORE_PHRASE_MS if says else QUIET_MS, self.flow.agent.last_words_ms)

    def _may_begin(self, standing: Standing) -> bool:
        """Whether an action that waits for the agent's last words may begin now."""
        stage, agent = standing.stage, standing.agent
        assert isinstance(stage, Leaving)
        if not self.given.timed or agent is None or stage.waited >= self.flow.agent.last_words_ms:
            return True
        return agent.speech != Speech.YES and stage.waited >= self._quiet(standing)

    # Legs and players

    def _leg_does(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        stage, does = standing.stage, str(event["does"])
        if event["unit"] != roles.leg or not isinstance(stage, Ringing | Connected):
            effects = Effects("when somebody answers who is not waited for any more")
            if does.startswith("answers"):
                effects.hung_up.add(event["unit"])
            yield effects, standing
        elif isinstance(stage, Connected):
            yield from self._person_gone(standing, stage, does == "hangs up", roles)
        elif does == "answers":
            yield self._person_came(standing, stage, roles)
        elif does == "fails":
            target = self._rung(stage, standing)
            outcome = OUTCOMES.get(event["code"], "failed")
            effects = Effects(f"after `{outcome}` of `{target.name}`", target.span)
            tried = (*stage.tried, Attempt(target.name, outcome))
            yield effects, self._ring(effects, standing, replace(stage, tried=tried), roles)
        else:
            yield Effects("while it rings"), standing

    def _person_came(self, standing: Standing, stage: Ringing, roles: Roles) -> Path:
        target = self._rung(stage, standing)
        effects = Effects(f"when `{target.name}` answers", target.span)
        if standing.agent is not None and standing.agent.is_open:
            effects.closed.add(roles.agent)
        effects.steps.append(Logged(stage.way, len(stage.tried), "connected", target.name))
        result = Result((*stage.tried, Attempt(target.name, "connected")))
        connected = Connected(stage.way, stage.index, target.name)
        return effects, replace(standing, stage=connected, agent=None, result=result, is_own=True)

    def _person_gone(self, standing: Standing, stage: Connected, is_told: bool, roles: Roles) -> Iterator[Path]:
        """How long they talked is not always known, if the leg fails."""
        assert standing.result is not None
        for talked in (stage.waited,) if is_told else (None, stage.waited):
            effects = Effects(f"when `{stage.target}` hangs up", self.lists[stage.way][stage.index].span)
            after = replace(standing, stage=Stepping(), result=standing.result._replace(talked=talked))
            yield effects, self._run(effects, after, f"{stage.way}: afterwards", 0, roles)

    def _player_ends(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        stage = standing.stage
        if event.get("isTone"):
            yield Effects("when a tone ends"), standing
        elif isinstance(stage, Saying):
            effects = Effects(f"after `{stage.prompt}`", self.flow.prompt(stage.prompt).span)
            yield effects, self._run(effects, standing, stage.way, stage.index, roles)
        elif isinstance(stage, Ringing) and stage.announced is not None:
            prompt = self._transfer(stage).ringing or ""
            effects = Effects(f"after `{prompt}`", self.flow.prompt(prompt).span)
            yield effects, replace(standing, stage=replace(stage, announced=None))
        else:
            yield Effects("when a player ends that nobody knows of"), standing

    # Requests

    def _posted(self, standing: Standing, event: Mapping[str, Any], roles: Roles) -> Iterator[Path]:
        """A request that may be carried out."""
        found = self.asked[event["body"]]
        for answer in self._answers(standing, event):
            effects = Effects("when the agent asks for something")
            effects.reply = frozenset({answer})
            if found.action is not None:
                effects.occasion = f"when the agent asks for `{found.action.name}`"
                effects.at = found.action.span
            yield effects, self._asked_for(effects, standing, event, found, answer, roles)

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
            known = Known(event["id"], event["body"], answer)
            standing = replace(standing, requests=(*standing.requests, known))
        request = standing.request
        if event.get("cancel"):
            takes_back = request is not None and request.id == event["id"] and answer.code == "cancelled"
            if takes_back and request is not None and isinstance(standing.stage, Leaving):
                return self._cancelled(effects, standing, request, roles)[1]
            return standing
        if is_known or answer.code != OK or found.action is None:
            return standing
        if found.action.leaves_conversation_alone:
            return self._in_background(effects, standing, Request(found.action.name, event["id"], event["body"]))
        agent = standing.agent
        unclear = agent is not None and agent.speech == Speech.UNCLEAR
        effects.may_look_up = self.entries - standing.stored
        return replace(
            standing,
            stage=Leaving(cleared=0 if unclear else None),
            request=Request(found.action.name, event["id"], event["body"]),
            is_own=False,
        )

    def _in_background(self, effects: Effects, standing: Standing, request: Request) -> Standing:
        for index, step in enumerate(self.actions[request.action].do):
            effects.at = step.span
            match step:
                case Notify(url):
                    body = self._body(standing, request)
                    standing = self._send(effects, standing, Posted(self._value(url, standing), body))
                    effects.steps.append(Logged(request.action, index, "notify", None))
                case Reply():
                    effects.steps.append(Logged(request.action, index, "reply", None))
                case _:
                    raise AssertionError("it would not leave the conversation alone")
        return standing

    def _answers(self, standing: Standing, event: Mapping[str, Any]) -> list[Answer]:
        """What a request may be answered: several, where it is wrong in more than one way."""
        found, id_, stage = self.asked[event["body"]], str(event["id"]), standing.stage
        if found.codes & {"unauthorized"}:
            return [Answer("unauthorized")]
        earlier = next((known for known in standing.requests if id_ and known.id == id_), None)
        ended = [Answer("call_ended")] if isinstance(stage, Over | Ending) else []
        if event.get("cancel"):
            return [*self._taken_back(standing, event, found, earlier), *ended]
        if earlier is not None:
            return [earlier.answer if earlier.body == event["body"] else Answer("request_id_reused")]
        if ended:
            return [*map(Answer, found.codes), *ended]
        action = found.action
        if isinstance(stage, Idle | Starting | Answering):
            codes = {*found.codes, "not_ready"}
            if isinstance(stage, Answering) and not stage.has_agent and action is not None:
                return [*map(Answer, codes), Answer("busy"), *self._carried_out(action, found, standing)]
            return [Answer(code) for code in codes]
        if action is None:
            return [Answer(code) for code in found.codes]
        return self._carried_out(action, found, standing)

    def _carried_out(self, action: Action, found: Asked, standing: Standing) -> list[Answer]:
        if not action.leaves_conversation_alone:
            return [Answer(OK if isinstance(standing.stage, Talking) else "busy")]
        data = next((step.data for step in action.do if isinstance(step, Reply)), None)
        hooks = [step.url for step in action.do if isinstance(step, Notify)]
        texts = {} if data is None else all_filled(data, self.numbers, found.parameters)
        if len(canonical(texts)) > LONGEST_REPLY:
            return [Answer("invalid_parameters")]
        waiting = standing.sending + len(standing.queue) + len(hooks)
        if not all(self._value(url, standing) for url in hooks) or (hooks and waiting > MOST_WAITING_OF_BACKGROUND):
            return [Answer("not_sent")]
        return [Answer(OK, canonical(texts) if data is not None else "")]

    def _taken_back(
        self, standing: Standing, event: Mapping[str, Any], found: Asked, earlier: Known | None
    ) -> list[Answer]:
        if not event["id"] or found.action is None or not found.action.cancels:
            return [Answer("bad_request")]
        request = standing.request
        if earlier is None:
            return [Answer("cancelled")]
        if earlier.body != event["body"]:
            return [Answer("request_id_reused")]
        waits = isinstance(standing.stage, Leaving) and request is not None and request.id == event["id"]
        return [Answer("cancelled") if waits else earlier.answer]

    # Steps

    def _begin(self, standing: Standing, roles: Roles) -> Path:
        """The agent has been heard out."""
        request = standing.request
        assert request is not None
        effects = Effects(f"in `{request.action}`", self.actions[request.action].span)
        return effects, self._run(effects, standing, request.action, 0, roles)

    def _run(self, effects: Effects, standing: Standing, way: str, index: int, roles: Roles) -> Standing:
        """Carries out steps until one has to wait for something."""
        while True:
            step = self.lists[way][index]
            effects.at = step.span
            match step:
                case HangUp():
                    effects.steps.append(Logged(way, index, "hang_up", None))
                    return self._end(effects, standing, roles)[1]
                case GoTo(route):
                    effects.steps.append(Logged(way, index, "route", route))
                    way, index = f"route {route}", 0
                    continue
                case Say(prompt):
                    text = self._spoken(prompt, standing)
                    effects.steps.append(Logged(way, index, "say" if text else "cannot say", prompt))
                    if text:
                        effects.mark(HEARD)
                        effects.spoken.append(text)
                        return replace(standing, stage=Saying(way, index + 1, prompt, text))
                case Notify(url):
                    standing = self._notify(effects, standing, url, way, index)
                case ReturnToAgent():
                    return self._return(effects, standing, step, way, index, roles)
                case Transfer():
                    return self._transferred(effects, standing, step, way, index, roles)
                case Reply():
                    raise AssertionError("only an action that leaves the conversation alone replies")
                case _:
                    assert_never(step)
            index += 1

    def _notify(self, effects: Effects, standing: Standing, url: Setting, way: str, index: int) -> Standing:
        address = self._value(url, standing)
        is_sent = address != "" and standing.sending + len(standing.queue) < MOST_WAITING
        effects.steps.append(Logged(way, index, "notify" if is_sent else "cannot notify", None))
        if not is_sent:
            return standing
        effects.mark(POSTED)
        return self._send(effects, standing, Posted(address, self._body(standing, standing.request)))

    def _send(self, effects: Effects, standing: Standing, post: Posted) -> Standing:
        """The platform sends three at a time."""
        if standing.sending < MOST_SENT:
            effects.posted.append(post)
            return replace(standing, sending=standing.sending + 1)
        return replace(standing, queue=(*standing.queue, post))

    def _body(self, standing: Standing, request: Request | None) -> str:
        """What a webhook gets."""
        numbers = self.numbers
        return canonical(
            {
                "flow": self.flow.name,
                "call": {"id": numbers.session, "from": numbers.caller, "to": numbers.dialled},
                "action": request.action if request is not None else None,
                "request_id": request.id if request is not None else None,
                "parameters": self._parameters(request),
                "result": _result(standing.result),
            }
        )

    def _return(
        self, effects: Effects, standing: Standing, step: ReturnToAgent, way: str, index: int, roles: Roles
    ) -> Standing:
        """To the agent that waits, or to another, which is told the same when it is there."""
        effects.steps.append(Logged(way, index, "return_to_agent", None))
        request = standing.request
        result = (standing.result if standing.is_own else None) or Result(())
        last = result.tried[-1] if result.tried else None
        told = {
            "vox_event": "returned",
            "action": request.action if request is not None else None,
            "request_id": request.id if request is not None else None,
            "outcome": last.outcome if last is not None else None,
            "target": last.target if last is not None else None,
            "tried": [_attempt(each) for each in result.tried],
            "talk_seconds": _seconds(result.talked),
            "say": filled(self.flow.prompt(step.prompt).text, self.numbers, {}) if step.prompt is not None else None,
        }
        agent = standing.agent
        if agent is None or not agent.is_open:
            again = Starting(again=True, returned=canonical(told))
            return self._connect(effects, replace(standing, stage=again, agent=None), roles)
        effects.mark(TOLD)
        effects.told.append(canonical({"metadata": told}))
        speech = Speech.NO if agent.speech == Speech.NO else Speech.UNCLEAR
        return replace(standing, stage=Talking(), agent=agent._replace(speech=speech), request=None)

    def _end(self, effects: Effects, standing: Standing, roles: Roles, there: bool = True) -> Path:
        """Everybody is let go of. The session outlives the call only while webhooks wait for their turn."""
        if there:
            effects.hung_up.add("caller")
        if isinstance(standing.stage, Ringing | Connected):
            effects.hung_up.add(roles.leg)
        if standing.agent is not None and standing.agent.is_open:
            effects.closed.add(roles.agent)
        if standing.sending + len(standing.queue) <= MOST_SENT:
            return effects, _over(effects)
        ending = Standing(Ending(), requests=standing.requests, sending=standing.sending, queue=standing.queue)
        return effects, replace(ending, token=standing.token, hears=standing.hears)

    # Transfers

    def _transferred(
        self, effects: Effects, standing: Standing, step: Transfer, way: str, index: int, roles: Roles
    ) -> Standing:
        value = None
        if isinstance(step.to, Choice):
            value = str(self._parameters(standing.request).get(step.to.parameter, ""))
        effects.steps.append(Logged(way, index, "transfer", value))
        if not step.agent_stays:
            if standing.agent is not None and standing.agent.is_open:
                effects.closed.add(roles.agent)
            standing = replace(standing, agent=None)
        text = self._spoken(step.ringing, standing) if step.ringing is not None else ""
        if text:
            effects.mark(HEARD)
            effects.spoken.append(text)
        stage = Ringing(way, index, (), announced=0 if text else None)
        return self._ring(effects, standing, stage, roles)

    def _ring(self, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """Rings the next target that can be rung; after the last one the fallback follows."""
        names = self._hunt(stage, standing)
        tried = stage.tried
        while len(tried) < len(names):
            target = self.flow.target(names[len(tried)])
            is_allowed = standing.attempts < MOST_ATTEMPTS
            standing = replace(standing, attempts=min(standing.attempts + 1, MOST_ATTEMPTS))
            outcome = self._obstacle(target, standing) if is_allowed else "not_allowed"
            what = "cannot ring" if outcome else "ring"
            effects.steps.append(Logged(stage.way, len(tried), what, target.name))
            if not outcome:
                effects.at = target.span
                effects.mark(RUNG)
                effects.dials.append(self._dialled(target, standing))
                return replace(standing, stage=replace(stage, tried=tried, waited=0))
            tried = (*tried, Attempt(target.name, outcome))
        transfer = self._transfer(stage)
        standing = replace(standing, stage=Stepping(), result=Result(tried), is_own=True)
        outcomes = {str(each.outcome) for each in transfer.fallback if each.outcome}
        last = tried[-1].outcome
        which = last if last in outcomes else "otherwise"
        effects.occasion = f"after `{last}` of `{tried[-1].target}`"
        return self._run(effects, standing, f"{stage.way}: fallback {which}", 0, roles)

    def _obstacle(self, target: Target, standing: Standing) -> str:
        """The outcome of a target that cannot be rung; empty if it can."""
        address = self._value(target.dialled, standing)
        if not re.fullmatch(r"\+[1-9]\d{6,14}" if isinstance(target, PstnTarget) else r"sips?:\S+@\S+", address):
            return "invalid"
        if address == self.numbers.dialled:
            return "invalid"
        if address == self.numbers.caller:
            return "busy"
        shown = target.caller_id
        return "not_allowed" if shown is not None and not self._value(shown, standing) else ""

    def _dialled(self, target: Target, standing: Standing) -> Dialled:
        address = self._value(target.dialled, standing)
        shown = self._value(target.caller_id, standing) if target.caller_id is not None else ""
        match target:
            case PstnTarget():
                return Dialled("pstn", address, shown, ())
            case SipTarget(headers=headers):
                parameters = self._parameters(standing.request)
                told = {entry.name: header(entry, self.numbers, parameters) for entry in headers}
                return Dialled("sip", address, shown, tuple(sorted(told.items())))
            case _:
                assert_never(target)

    def _transfer(self, stage: Ringing) -> Transfer:
        step: Step = self.lists[stage.way][stage.index]
        assert isinstance(step, Transfer)
        return step

    def _hunt(self, stage: Ringing, standing: Standing) -> list[str]:
        """The targets of a transfer, one after the other."""
        to = self._transfer(stage).to
        if isinstance(to, Choice):
            value = self._parameters(standing.request).get(to.parameter, "")
            groups = next((hunt for each, hunt in to.hunts if each == value), ())
        else:
            groups = to
        return [name for group in groups for name in group.targets]

    def _rung(self, stage: Ringing, standing: Standing) -> Target:
        """The target that rings now."""
        return self.flow.target(self._hunt(stage, standing)[len(stage.tried)])

    # What people hear

    def _misheard(
        self, effects: Effects, before: Standing, after: Standing, event: Mapping[str, Any], seen: Seen
    ) -> Disagreement | None:
        """Whether everybody hears whom they should, once the step is over."""
        hears = seen.hears.get("caller", before.hears)
        should = self._heard(after)
        lapses = should == TONE and hears == SILENCE and (event.get("isTone") or "caller" not in seen.hears)
        lost = isinstance(after.stage, Leaving) and after.agent is None and hears == SILENCE
        dying = isinstance(after.stage, Ending) and hears in (None, SILENCE)
        if not (hears == should or (should == TONE and (hears or "").startswith(TONE)) or lapses or lost or dying):
            return self._mistaken(effects, f"the caller hears {self._named(should)}", f"plays {self._named(hears)}")
        with_caller = [leg for leg, what in seen.hears.items() if what == "caller" and leg != "agent"]
        person = self._leg(after) if isinstance(after.stage, Connected) else None
        if with_caller != ([person] if person is not None and person != self._leg(before) else []):
            joined = self._named(person) if person is not None else "nobody"
            does = f"joins {' and '.join(map(self._named, with_caller)) or 'nobody'} with the caller"
            return self._mistaken(effects, f"{joined} is joined with the caller", does)
        agent_hears = seen.hears["agent"] == "caller" if "agent" in seen.hears else before.agent_hears
        should_hear = after.agent is not None and isinstance(after.stage, Talking | Leaving)
        if agent_hears != should_hear:
            says = "hears" if should_hear else "does not hear"
            return self._mistaken(
                effects, f"the agent {says} the caller", f"lets it {'hear' if agent_hears else 'not hear'} the caller"
            )
        return None

    def _mistaken(self, effects: Effects, should: str, does: str) -> Disagreement:
        told = f"the flow says that {effects.occasion} {should}; the scenario {does}"
        return Disagreement(HEARD, effects.occasion, told, effects.spans.get(HEARD) or effects.at)

    def _heard(self, standing: Standing) -> str | None:
        stage = standing.stage
        match stage:
            case Idle() | Stepping() | Over() | Ending():
                return None
            case Starting(again=False) | Answering():
                return "ringing"
            case Starting():
                return TONE
            case Talking() | Leaving():
                return "agent"
            case Saying(text=text):
                return f"tts:{text}"
            case Ringing(announced=announced):
                if announced is None:
                    return TONE
                return f"tts:{self._spoken(self._transfer(stage).ringing or '', standing)}"
            case Connected():
                return self._leg(standing)
            case _:
                assert_never(stage)

    def _leg(self, standing: Standing) -> str | None:
        stage = standing.stage
        if not isinstance(stage, Connected):
            return None
        return f"leg:{self._given(self.flow.target(stage.target).dialled)}"

    def _named(self, hears: str | None) -> str:
        """What is heard, in the words of the flow."""
        if hears is None:
            return "nothing any more"
        kind, _, rest = hears.partition(":")
        if kind == "tts":
            return self.words.prompt(rest)
        if kind == "leg":
            return self.words.target(rest)
        return "ringback" if kind == "tone" else "the agent" if kind == "agent" else kind

    def _settled(self, standing: Standing, seen: Seen) -> Standing:
        """With what everybody hears, which the next step may leave as it is."""
        if isinstance(standing.stage, Over):
            return standing
        hears = seen.hears.get("caller", standing.hears)
        agent_hears = seen.hears["agent"] == "caller" if "agent" in seen.hears else standing.agent_hears
        if hears == standing.hears and agent_hears == standing.agent_hears:
            return standing
        return replace(standing, hears=hears, agent_hears=agent_hears)

    # Values

    def _given(self, setting: Setting) -> str:
        """The value of a setting in the account."""
        match setting:
            case str():
                return setting
            case Secret(name):
                return self.given.secrets.get(name, "")
            case Storage(name):
                return self.given.storage.get(name, "")

    def _value(self, setting: Setting, standing: Standing) -> str:
        """The value of a setting now; empty if it is missing, or has not come."""
        if isinstance(setting, Storage) and setting.name not in standing.stored:
            return ""
        return self._given(setting)

    def _parameters(self, request: Request | None) -> Mapping[str, Value]:
        return self.asked[request.body].parameters if request is not None else {}

    def _spoken(self, prompt: str, standing: Standing) -> str:
        return spoken(self.flow.prompt(prompt).text, self.numbers, self._parameters(standing.request))


def _over(effects: Effects) -> Standing:
    """The end is the same, whatever was before."""
    effects.is_over = True
    return Standing(Over())


def _aged(stage: Any, took: int) -> Any:
    """The same stage, later."""
    match stage:
        case Answering():
            return replace(stage, waited=stage.waited + took, answering=stage.answering + took)
        case Leaving():
            cleared = None if stage.cleared is None else stage.cleared + took
            return replace(
                stage,
                waited=stage.waited + took,
                cleared=cleared,
                lost=None if stage.lost is None else stage.lost + took,
            )
        case Ringing():
            announced = None if stage.announced is None else stage.announced + took
            return replace(stage, waited=stage.waited + took, announced=announced)
        case Starting() | Saying() | Connected() | Ending():
            return replace(stage, waited=stage.waited + took)
        case _:
            return stage


def _longest(text: str) -> int:
    """Nobody speaks slower than this."""
    return SPEECH_MS + SPEECH_MS_PER_CHARACTER * len(text)


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else round(milliseconds / 1000)


def _attempt(attempt: Attempt) -> dict[str, Any]:
    told: dict[str, Any] = {"target": attempt.target, "outcome": attempt.outcome}
    return told if attempt.rang is None else {**told, "rang_seconds": attempt.rang / 1000}


def _result(result: Result | None) -> dict[str, Any] | None:
    if result is None:
        return None
    last = result.tried[-1]
    told = {"outcome": last.outcome, "target": last.target, "tried": [_attempt(each) for each in result.tried]}
    return told if result.talked is None else {**told, "talk_seconds": _seconds(result.talked)}


def _from_text(text: str) -> Any:
    import json

    return json.loads(text)
