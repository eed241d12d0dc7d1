"""What follows: the steps of the flow, one after the other, until one has to wait for something."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from flowc.ir import (
    Ask,
    Branch,
    ChangeLanguage,
    GoTo,
    HangUp,
    Key,
    Menu,
    Notify,
    RecordCall,
    Reject,
    Rejection,
    Reply,
    Retry,
    ReturnToAgent,
    Say,
    Secret,
    StartAgent,
    Step,
    Storage,
    TakeMessage,
    Transfer,
)
from flowc.ir.subject import written
from flowc.verify.oracle.answers import Answer
from flowc.verify.oracle.effects import HEARD, LISTED, LOGGED, OF_A_MESSAGE, POSTED, RECORDED, TOLD, Effects
from flowc.verify.oracle.observation import OF_THE_DATA, Logged, canonical
from flowc.verify.oracle.reading import Reading, with_agent
from flowc.verify.oracle.replacing import replace
from flowc.verify.oracle.rounds import Rounds
from flowc.verify.oracle.stages import (
    RECORDS,
    STOPS,
    Answering,
    Asking,
    Choosing,
    Connected,
    Ending,
    Leaving,
    Over,
    Recording,
    Rejecting,
    Ringing,
    Saying,
    Starting,
    Stepping,
    Talking,
)
from flowc.verify.oracle.standing import BEGINS, COMPLETES, OVER, Agent, CallRecorded, Message, Request, Roles, Standing
from flowc.verify.oracle.standing import TOLD as ANNOUNCED
from flowc.verify.oracle.voice import anew, listened_no_more, listened_to
from flowc.verify.oracle.webhooks import MOST_WAITING, Webhooks, as_attempt, is_told, seconds, unasked, without_aside
from flowc.verify.oracle.wording import Value

_UNANSWERED = Ask | Branch | ChangeLanguage | GoTo | Notify | Reject | StartAgent
"""Steps that do not answer a call."""
_KEPT = {"3 months": "", "6 months": "-6m", "1 year": "-1y", "2 years": "-2y", "3 years": "-3y"}
"""For how long a recording is kept, as the platform has it."""
NOWHERE, NOT_TOLD = "nobody knows where it is", "the caller was not told of it"
"""Why there is no recording."""
_REJECTED = {Rejection.DECLINED: "603", Rejection.BUSY: "486"}
"""What the network is told."""


class Following(Rounds):
    """Carries out the steps of one flow. Says in `effects` what has to be seen; returns where the call then stands."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self.webhooks = Webhooks(reading)

    def run(self, effects: Effects, standing: Standing, way: str, index: int, roles: Roles) -> Standing:
        """Carries out steps until one has to wait for something."""
        while True:
            step = self.reading.lists[way][index]
            effects.at = step.span
            is_told_of = self._is_told_of_recording(standing, step)
            is_awaited = not standing.is_answered and standing.data is None
            if is_awaited and (is_told_of or not isinstance(step, _UNANSWERED)):
                effects.answers = True
                return replace(standing, stage=Answering(0, has_agent=False, way=way, index=index))
            if is_told_of:
                standing = self._tell_of_recording(effects, standing, way, index)
                if isinstance(standing.stage, Saying):
                    return standing
            match step:
                case HangUp():
                    effects.steps.append(Logged(way, index, "hang_up", None))
                    return self.end(effects, standing, roles, self._ended_by(standing, way))
                case Retry():
                    effects.steps.append(Logged(way, index, "retry", None))
                    again = replace(standing, retries=True)
                    return self.end(effects, again, roles, self._ended_by(standing, way))
                case GoTo(route):
                    effects.steps.append(Logged(way, index, "route", route))
                    way, index = f"route {route}", 0
                    continue
                case Branch():
                    value = self.reading.arm(step, standing, standing.request)
                    effects.steps.append(Logged(way, index, "by", f"{written(step.subject)}: {value}"))
                    way, index = f"{way}: among {value}", 0
                    continue
                case Say(prompt):
                    if self.leads_to_agent(way, index) and standing.agent is None and not standing.is_sought:
                        standing = self.connect(effects, replace(standing, is_sought=True), roles)
                    language = standing.language
                    sound = self.reading.sound(prompt, language)
                    if sound:
                        effects.steps.append(Logged(way, index, "say", prompt))
                        effects.mark(HEARD)
                        effects.spoken.append(sound)
                        saying = Saying(way, index + 1, prompt, "", loads=True, language=language)
                        return replace(standing, stage=saying)
                    text = self.reading.spoken(prompt, standing, language)
                    effects.steps.append(Logged(way, index, "say" if text else "cannot say", prompt))
                    if text:
                        effects.mark(HEARD)
                        effects.speak(text, self.reading.voice(language))
                        return replace(standing, stage=Saying(way, index + 1, prompt, text, language=language))
                case TakeMessage(webhook):
                    if self.reading.value(self.flow.webhook(webhook).url, standing):
                        effects.steps.append(Logged(way, index, "take_message", webhook))
                        effects.mark(RECORDED)
                        effects.records.append(OF_A_MESSAGE)
                        if step.quiet_ms is not None:
                            standing = listened_to(effects, standing)
                        return replace(standing, stage=Recording(way, index))
                    effects.steps.append(Logged(way, index, "cannot take_message", webhook))
                    way, index = self.reading.otherwise(way, index), 0
                    continue
                case Menu():
                    asked = self.ask(effects, standing, way, index, 1)
                    if asked is not None:
                        effects.steps.append(Logged(way, index, "menu", step.prompt))
                        return asked
                    effects.steps.append(Logged(way, index, "cannot menu", step.prompt))
                    way, index = self.reading.otherwise(way, index), 0
                    continue
                case ChangeLanguage():
                    standing = self._change_language(effects, standing, step, standing.request, way, index)
                case RecordCall(starts):
                    effects.steps.append(Logged(way, index, "recording", step.word))
                    standing = self.record(effects, standing) if starts else self.stop_recording(effects, standing)
                case Notify(webhook):
                    standing = self.webhooks.notify(effects, standing, webhook, way, index)
                case Ask():
                    standing, is_asked = self.asked(effects, standing, step, way, index)
                    if is_asked:
                        effects.mark(HEARD)
                        return replace(standing, stage=Asking(way, index))
                    way, index = otherwise_of(way, step), 0
                    continue
                case ReturnToAgent(otherwise=otherwise) if otherwise and self._is_without(standing):
                    effects.steps.append(Logged(way, index, "cannot return_to_agent", "no agent is there"))
                    way, index = self.reading.otherwise(way, index), 0
                    continue
                case ReturnToAgent():
                    standing = replace(standing, who=standing.last or standing.who)
                    return self._return(effects, standing, step, way, index, roles)
                case StartAgent(agent=name):
                    effects.steps.append(Logged(way, index, "start_agent", name))
                    if name is not None:
                        return self._to_another(effects, standing, name, roles)
                    return self._start(effects, standing, roles)
                case Reject(reason):
                    effects.steps.append(Logged(way, index, "reject", str(reason)))
                    effects.rejects = _REJECTED[reason]
                    return replace(standing, stage=Rejecting())
                case Transfer():
                    return self.transferred(effects, standing, step, way, index, roles)
                case Reply():
                    raise AssertionError("only an action that leaves the conversation alone replies")
                case _:
                    assert_never(step)
            index += 1

    def _is_told_of_recording(self, standing: Standing, step: Step) -> bool:
        """Whether the caller is told before this step that the call is recorded: it is the first that is heard."""
        recording = self.flow.call.recording
        if recording is None or not recording.is_always or standing.recorded is not None:
            return False
        if standing.data is not None and not standing.is_answered:
            return False  # nobody is there who could be told
        return isinstance(step, StartAgent) or not isinstance(step, _UNANSWERED)

    def _tell_of_recording(self, effects: Effects, standing: Standing, way: str, index: int) -> Standing:
        recording = self.flow.call.recording
        assert recording is not None
        prompt, language = recording.say or "", standing.language
        text = self.reading.spoken(prompt, standing, language)
        if not text:
            effects.steps.append(Logged(way, index, "cannot say", prompt))
            return replace(standing, recorded=CallRecorded(OVER, failed=NOT_TOLD))
        effects.mark(HEARD)
        effects.speak(text, self.reading.voice(language))
        saying = Saying(way, index, prompt, text, language=language, records=True)
        return replace(standing, stage=saying, recorded=CallRecorded(ANNOUNCED))

    def record(self, effects: Effects, standing: Standing) -> Standing:
        """From here on the call is recorded, if it was not before."""
        recording, recorded = self.flow.call.recording, standing.recorded
        assert recording is not None
        if recorded is not None and recorded.part != ANNOUNCED:
            return standing
        effects.mark(RECORDED)
        effects.records.append((recording.is_secure and not recording.is_stereo, _KEPT[recording.keep]))
        return replace(standing, recorded=CallRecorded(BEGINS))

    def stop_recording(self, effects: Effects, standing: Standing) -> Standing:
        """For good."""
        recorded = standing.recorded
        if recorded is None or recorded.part == ANNOUNCED:
            return replace(standing, recorded=CallRecorded(OVER))
        if not recorded.is_heard:
            return standing
        if self.reading.is_stereo:  # it ends with the caller's leg
            return replace(standing, recorded=recorded._replace(part=COMPLETES, waited=0))
        effects.mark(RECORDED)
        effects.stops_recording += 1
        stopped = recorded._replace(part=COMPLETES, waited=0, is_complete=self.reading.given.stops_at_once)
        if stopped.is_complete and stopped.url:
            return self.recording_is_complete(effects, standing, stopped)
        return replace(standing, recorded=stopped)

    def recording_is_complete(self, effects: Effects, standing: Standing, recorded: CallRecorded) -> Standing:
        """The webhook is told where it is."""
        standing = self.webhooks.tell_recording(effects, standing, recorded)
        return replace(standing, recorded=recorded._replace(part=OVER, waited=0))

    @staticmethod
    def without_answer(standing: Standing, step: Ask) -> Standing:
        """What its webhook has answered before is forgotten."""
        kept = tuple(each for each in standing.answers if not each[0].startswith(f"{step.webhook}."))
        return replace(standing, answers=kept)

    def asked(self, effects: Effects, standing: Standing, step: Ask, way: str, index: int) -> tuple[Standing, bool]:
        """A webhook is asked, whose earlier answer is forgotten; and whether that was possible."""
        standing = self.without_answer(standing, step)
        asked = self.webhooks.ask(effects, standing, step)
        effects.steps.append(Logged(way, index, "cannot ask" if asked is None else "ask", step.webhook))
        return asked or standing, asked is not None

    def asked_first(self, effects: Effects, standing: Standing, stage: Leaving) -> Standing:
        """An action has been accepted: what it asks before anything else is asked while the agent is heard out. A
        setting that is missing may still come until it begins.
        """
        steps = self.reading.lists[stage.way]
        step = steps[stage.index] if stage.index < len(steps) else None
        if not isinstance(step, Ask) or not self.webhooks.is_known(standing, step.webhook):
            return replace(standing, stage=stage)
        standing, is_asked = self.asked(effects, standing, step, stage.way, stage.index)
        if is_asked:
            return replace(standing, stage=replace(stage, asked=0, is_asked=True))
        return replace(standing, stage=replace(stage, way=otherwise_of(stage.way, step), index=0, is_asked=True))

    def not_answered(self, effects: Effects, standing: Standing, stage: Asking, roles: Roles) -> Standing:
        """`otherwise` follows, when the agent has been heard out."""
        step = self.reading.question(stage)
        effects.steps.append(Logged(stage.way, stage.index, "cannot ask", step.webhook))
        effects.mark(LOGGED)
        return self.goes_on(effects, unasked(standing), otherwise_of(stage.way, step), 0, roles)

    def goes_on(self, effects: Effects, standing: Standing, way: str, index: int, roles: Roles) -> Standing:
        """What has become of a question is known; the agent may still be heard out."""
        if isinstance(standing.stage, Leaving):
            return replace(standing, stage=replace(standing.stage, way=way, index=index, asked=None))
        return self.run(effects, replace(standing, stage=Stepping()), way, index, roles)

    def ask(self, effects: Effects, standing: Standing, way: str, index: int, tries: int) -> Standing | None:
        """The prompt of a menu is heard, for the `tries`th time; None if there is nothing to hear."""
        asked = Choosing(way, index, "", tries, language=standing.language)
        prompt, language = self.reading.menu(asked).prompt, standing.language
        sound = self.reading.sound(prompt, language)
        text = "" if sound else self.reading.spoken(prompt, standing, language)
        if not sound and not text:
            return None
        effects.mark(HEARD)
        if sound:
            effects.spoken.append(sound)
        else:
            effects.speak(text, self.reading.voice(language))
        return replace(standing, stage=replace(asked, text=text, loads=bool(sound)))

    def ask_again(self, effects: Effects, standing: Standing, stage: Choosing, roles: Roles) -> Standing:
        """No key of the menu came, or another one."""
        step = self.reading.menu(stage)
        if stage.tries < step.times:
            asked = self.ask(effects, standing, stage.way, stage.index, stage.tries + 1)
            assert asked is not None, "it was heard before"
            return asked
        effects.steps.append(Logged(stage.way, stage.index, "cannot menu", step.prompt))
        return self.run(effects, standing, self.reading.otherwise(stage.way, stage.index), 0, roles)

    def choose(self, effects: Effects, standing: Standing, stage: Choosing, key: str, roles: Roles) -> Standing:
        """The caller presses a key: its steps follow, whatever is heard then."""
        step = self.reading.menu(stage)
        keys = [each.key for each in step.choices]
        if key not in keys:
            return self.ask_again(effects, standing, stage, roles)
        way = f"{stage.way}: choice {keys.index(key) + 1}"
        if self.flow.webhooks:
            chosen = {**dict(standing.chosen), step.prompt: key}
            standing = replace(standing, chosen=tuple(sorted(chosen.items())))
        return self.run(effects, replace(standing, stage=Stepping()), way, 0, roles)

    def leads_to_agent(self, way: str, index: int) -> bool:
        """Whether nothing but what is said comes before the agent, which then connects meanwhile; none of several."""
        if self.flow.agents:
            return False
        for step in self.reading.lists[way][index:]:
            if not isinstance(step, Say | Notify | ChangeLanguage):
                return isinstance(step, StartAgent)
        return False

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

    def _change_language(
        self,
        effects: Effects,
        standing: Standing,
        step: ChangeLanguage,
        request: Request | None,
        way: str,
        index: int,
    ) -> Standing:
        """To the one that is named, or that a parameter holds; where that is missing, it stays."""
        language = step.language
        if language is None:
            held = self.reading.parameters(request).get(step.parameter or "")
            language = standing.language if held is None else str(held)
        effects.steps.append(Logged(way, index, "language", language))
        return replace(standing, language=language)

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

    def in_background(
        self,
        effects: Effects,
        standing: Standing,
        request: Request,
        steps: Sequence[tuple[str, int, Step]] | None = None,
        answers: Mapping[str, Value] | None = None,
    ) -> Standing:
        """`steps` are those of them that are carried out now, and `answers` what is known by then."""
        for way, index, step in self.reading.background(request, standing) if steps is None else steps:
            effects.at = step.span
            match step:
                case Notify(webhook):
                    standing = self.webhooks.post(effects, standing, webhook, request)
                    effects.steps.append(Logged(way, index, "notify", webhook))
                case Reply():
                    effects.steps.append(Logged(way, index, "reply", None))
                case RecordCall(starts):
                    effects.steps.append(Logged(way, index, "recording", step.word))
                    standing = self.record(effects, standing) if starts else self.stop_recording(effects, standing)
                case ChangeLanguage():
                    before, agent = standing.language, standing.agent
                    standing = self._change_language(effects, standing, step, request, way, index)
                    is_there = agent is not None and agent.is_open and not isinstance(standing.stage, Answering)
                    if standing.language != before and is_there:
                        effects.mark(TOLD)
                        told = {"vox_event": "language", **self.language_told(standing)}
                        effects.told.append(canonical({"metadata": told}))
                case Branch():
                    known = standing if answers is None else replace(standing, answers=tuple(answers.items()))
                    value = self.reading.arm(step, known, request)
                    effects.steps.append(Logged(way, index, "by", f"{written(step.subject)}: {value}"))
                case _:
                    raise AssertionError("it would not leave the conversation alone")
        return standing

    # The agent, and the end

    def connect(self, effects: Effects, standing: Standing, roles: Roles) -> Standing:
        """Calls the agent as soon as it is known where it is."""
        agent = self.flow.agent_named(standing.who)
        own = (agent.api_key, agent.agent_id)
        if any(isinstance(each, Storage) and each.name not in standing.answered for each in own):
            return standing
        effects.reads.update(each.name for each in own if isinstance(each, Secret))
        if not all(self.reading.value(each, standing) for each in own):
            return self.without_agent(effects, standing, roles)
        effects.connecting.append((self.reading.value(agent.agent_id, standing), agent.version))
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
        standing = listened_no_more(effects, standing)
        standing = replace(standing, stage=Stepping(), request=None, is_own=False, before=(), answers=(), key=key.key)
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
        standing = listened_no_more(effects, standing)
        standing = replace(standing, agent=None, request=None, is_own=False, before=(), answers=(), key="")
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

    def _ended_by(self, standing: Standing, way: str) -> str:
        """A person who has left, if only that follows; the agent, whose action has rung nobody; else the flow."""
        if way.endswith(": afterwards") and len(self.reading.lists[way]) == 1:
            return "person"
        return "flow" if standing.request is None or standing.before else "agent"

    def end(
        self, effects: Effects, standing: Standing, roles: Roles, by: str = "platform", is_none: bool = False
    ) -> Standing:
        """Everybody is let go of. What an action tells first is told although it does not begin. The session outlives
        the call only while machines are left a message, the recording of one is not complete (`is_none`: it is none),
        and webhooks are not done.
        """
        standing = without_asides(standing)
        if isinstance(standing.stage, Leaving) and not standing.stage.is_asked:
            way, index = standing.stage.way, standing.stage.index
            standing, *_ = self.webhooks.tell_first(effects, standing, way, index, is_over=True)
        if self.flow.call.recording is not None:
            standing = self.stop_recording(effects, standing)
        if standing.recorded is not None and standing.is_recorded:
            standing = replace(standing, recorded=standing.recorded._replace(waited=0))
        standing = self.webhooks.report(effects, standing, by)
        standing = self.listed(effects, standing)
        if by != "caller" and not self.reading.is_placed(standing):
            effects.hung_up.add("caller")
        if isinstance(standing.stage, Ringing | Connected):
            effects.hung_up.update(roles.legs)
        if by == "caller":
            standing = self._told_gone(effects, standing, roles)
        if standing.agent is not None and standing.agent.is_open:
            effects.closed.add(roles.agent)
        standing = listened_no_more(effects, standing)
        if isinstance(standing.stage, Recording):
            message = replace(standing.stage, quiet=None)
            effects.stops_recording += message.part != STOPS
            if message.part == RECORDS and is_none:
                self.too_short(effects, message)
            elif message.part == RECORDS:
                message = replace(message, part=STOPS, lasted=message.waited)
                if self.reading.given.stops_at_once and message.url:
                    standing, _ = self.tell_message(effects, standing, message)
                    return self.ended(effects, standing)
                message = replace(message, is_complete=self.reading.given.stops_at_once)
            if message.part == STOPS:
                left = replace(standing, agent=None, stage=Ending(message=replace(message, waited=0)))
                return self.webhooks.over(effects, left)
        return self.ended(effects, standing)

    def _told_gone(self, effects: Effects, standing: Standing, roles: Roles) -> Standing:
        """Whoever is briefed hears that the caller has gone, as `gone` says, and is let go of then."""
        stage, rung = standing.stage, with_agent(standing)
        if not isinstance(stage, Ringing) or rung is None or (gone := self.reading.transfer(stage).gone) is None:
            return standing
        target = self.flow.target(rung.target)
        text = self.reading.spoken(gone, standing, target.language)
        if not text:
            return standing
        effects.mark(HEARD)
        effects.speak(text, self.reading.voice(target.language))
        effects.hung_up.difference_update(roles.legs)
        told = Message(rung.target, text, waited=None, spoken=0)
        return replace(standing, messages=(*standing.messages, told))

    def listed(self, effects: Effects, standing: Standing) -> Standing:
        """The call list is told what became of a call that was placed."""
        if not self.reading.retries or standing.data is None:
            return standing
        outcome = "failed" if standing.result is None else standing.result.outcome
        told = canonical({"outcome": "connected" if standing.is_answered else outcome})
        effects.mark(LISTED)
        effects.listed.append(("error" if standing.retries else "result", told))
        return replace(standing, listing=0)

    def not_as_declared(self, effects: Effects, standing: Standing) -> Standing:
        """Nobody is called, for what is wrong with the data."""
        if not self.reading.retries:
            return over(effects)
        effects.listed.append(("error", OF_THE_DATA))
        return replace(standing, stage=Ending(), listing=0)

    def ended(self, effects: Effects, standing: Standing) -> Standing:
        """The call is over, and the session as well, if nothing else is waited for."""
        standing = self.webhooks.tell_report(effects, replace(standing, stage=Ending()))
        standing = self.webhooks.over(effects, standing)
        if is_told(standing) and not standing.messages and not standing.is_recorded:
            return over(effects)
        sending = unasked(standing).sending
        ending = Standing(Ending(), requests=standing.requests, posts=standing.posts, sending=sending)
        ending = replace(ending, settles=standing.settles)
        ending = replace(ending, posted=standing.posted, stored=standing.stored, dialled=standing.dialled)
        ending = replace(ending, report=standing.report, told=standing.told, answered=standing.answered)
        ending = replace(ending, recorded=standing.recorded, is_withheld=standing.is_withheld, calling=standing.calling)
        ending = replace(ending, data=standing.data, whom=standing.whom, is_answered=standing.is_answered)
        ending = replace(ending, token=standing.token, hears=standing.hears, messages=standing.messages)
        return replace(ending, detection=standing.detection, listing=standing.listing)

    def tell_message(self, effects: Effects, standing: Standing, message: Recording) -> tuple[Standing, bool]:
        """A webhook is told of a message that is complete, if it is known where that is; and whether it is."""
        webhook = self.reading.message(message).webhook
        if not message.url:
            self.no_message(effects, message)
            return standing, False
        if len(standing.posts) < MOST_WAITING:
            effects.mark(POSTED)
            effects.steps.append(Logged(message.way, message.index, "message", webhook))
            seconds = (message.lasted + 500) // 1000
            told = {"message": {"url": message.url, "seconds": seconds}}
            standing = self.webhooks.post(effects, standing, webhook, standing.request, told)
            standing = replace(standing, told=(*standing.told, (message.url, seconds)))
        return standing, True

    def too_short(self, effects: Effects, message: Recording) -> None:
        """Nobody is told of it, and the log says so."""
        effects.steps.append(Logged(message.way, message.index, "no message", self.reading.message(message).webhook))
        effects.mark(LOGGED)

    def no_message(self, effects: Effects, message: Recording) -> None:
        """The log says that there is none."""
        webhook = self.reading.message(message).webhook
        effects.steps.append(Logged(message.way, message.index, "cannot take_message", webhook))
        effects.mark(LOGGED)


def without_asides(standing: Standing) -> Standing:
    """The call is over: what waits for an answer is not done, and whoever asks for it learns that."""
    ids = {aside.request.id for aside in standing.asides}
    while standing.asides:
        standing = without_aside(standing, 0)
    over = Answer("call_ended")
    known = tuple(each._replace(answer=over) if each.id in ids else each for each in standing.requests)
    return replace(standing, requests=known) if ids else standing


def otherwise_of(way: str, step: Ask) -> str:
    """The way to what follows where nothing is answered."""
    return f"{way}: ask {step.webhook} otherwise"


def over(effects: Effects) -> Standing:
    """The end is the same, whatever was before."""
    effects.is_over = True
    return Standing(Over())
