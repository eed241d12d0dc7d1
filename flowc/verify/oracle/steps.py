"""What follows: the steps of the flow, one after the other, until one has to wait for something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from msgspec.structs import replace

from flowc.ir import (
    Ask,
    Branch,
    ChangeLanguage,
    GoTo,
    HangUp,
    Menu,
    Notify,
    RecordCall,
    Reject,
    Rejection,
    Reply,
    Retry,
    ReturnToAgent,
    Say,
    StartAgent,
    Step,
    TakeMessage,
    Transfer,
)
from flowc.ir.subject import written
from flowc.verify.oracle.effects import HEARD, LOGGED, OF_A_MESSAGE, RECORDED, TOLD, Effects
from flowc.verify.oracle.observation import Logged, canonical
from flowc.verify.oracle.stages import Answering, Asking, Choosing, Leaving, Recording, Rejecting, Saying, Stepping
from flowc.verify.oracle.standing import OVER, CallRecorded, Request, Roles, Standing
from flowc.verify.oracle.standing import TOLD as ANNOUNCED
from flowc.verify.oracle.to_agent import ToAgent
from flowc.verify.oracle.voice import listened_to
from flowc.verify.oracle.webhooks import unasked
from flowc.verify.oracle.wording import Value

_UNANSWERED = Ask | Branch | ChangeLanguage | GoTo | Notify | Reject | StartAgent
"""Steps that do not answer a call."""
NOWHERE, NOT_TOLD = "nobody knows where it is", "the caller was not told of it"
"""Why there is no recording."""
_REJECTED = {Rejection.DECLINED: "603", Rejection.BUSY: "486"}
"""What the network is told."""


class Following(ToAgent):
    """Carries out the steps of one flow. Says in `effects` what has to be seen; returns where the call then stands."""

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
                    if self.reading.address(self.flow.webhook(webhook), standing):
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

    def _change_language(
        self, effects: Effects, standing: Standing, step: ChangeLanguage, request: Request | None, way: str, index: int
    ) -> Standing:
        """To the one that is named, or that a parameter holds; where that is missing, it stays."""
        language = step.language
        if language is None:
            held = self.reading.parameters(request).get(step.parameter or "")
            language = standing.language if held is None else str(held)
        effects.steps.append(Logged(way, index, "language", language))
        return replace(standing, language=language)

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


def otherwise_of(way: str, step: Ask) -> str:
    """The way to what follows where nothing is answered."""
    return f"{way}: ask {step.webhook} otherwise"
