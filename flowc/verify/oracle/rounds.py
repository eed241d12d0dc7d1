"""A hunt: who is rung in turn, what comes of each attempt, and what lies between an answer and the caller.

What legs, keys and time lead to while it rings is in `hunts.py`; here is what follows of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from msgspec.structs import replace

from flowc.ir import (
    Announce,
    SipTarget,
    Transfer,
)
from flowc.ir.subject import written
from flowc.verify.oracle.attempts import Attempt, Reported, Result, most_hopeful
from flowc.verify.oracle.dialling import Dialling
from flowc.verify.oracle.effects import HANDED, HEARD, RUNG, TOLD, Effects
from flowc.verify.oracle.introduction import alone_again, are_left_alone, is_with_caller
from flowc.verify.oracle.observation import Logged, canonical
from flowc.verify.oracle.reading import ACCEPT, BRIEFS, DIGITS, MACHINE, WHISPER, Reading, with_agent
from flowc.verify.oracle.stages import NO_PLACE, Connected, Person, Ringing, Rung, Stepping
from flowc.verify.oracle.standing import Agent, Roles, Standing, led_there
from flowc.verify.oracle.voice import listened_no_more, listened_to

MOST_AT_ONCE = 10
"""Calls that nobody has answered: the platform makes no more at once."""
MOST_ATTEMPTS = 49
"""Of calls to people: the platform allows 50 in a session, and the caller's own is one."""

REPEATED = ("not_accepted", "busy", "no_answer", "machine", "unreachable", "failed")
"""Outcomes after which a target is rung again, if it is to be tried several times."""


class Rounds(ABC):
    """Rings the targets of one flow. Says in `effects` what has to be seen; returns where the call then stands."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.flow = reading.flow
        self.dialling = Dialling(reading)

    @abstractmethod
    def run(self, effects: Effects, standing: Standing, way: str, index: int, roles: Roles) -> Standing:
        """Carries out steps until one has to wait for something."""

    @abstractmethod
    def connect(self, effects: Effects, standing: Standing, roles: Roles) -> Standing:
        """Calls the agent as soon as it is known where it is."""

    @abstractmethod
    def leads_to_agent(self, way: str, index: int) -> bool:
        """Whether nothing but what is said comes before the agent, which then connects meanwhile."""

    def transferred(
        self, effects: Effects, standing: Standing, step: Transfer, way: str, index: int, roles: Roles
    ) -> Standing:
        effects.steps.append(Logged(way, index, "transfer", None))
        for choice, value in self.reading.chosen(step, standing):
            effects.steps.append(Logged(way, index, "by", f"{written(choice.subject)}: {value}"))
        if step.agent_waits is False:
            if standing.agent is not None and standing.agent.is_open:
                effects.closed.add(roles.agent)
            standing = replace(standing, agent=None)
        if step.is_placed and self.leads_to_agent(f"{way}: answered", 0):
            standing = self.connect(effects, replace(standing, is_sought=True), roles)
        open_, language = self.reading.open_for(step), self.reading.language_for(step, standing)
        began = Ringing(way, index, open=open_, chosen_in=language)
        if is_with_caller(self.reading, replace(standing, stage=began)):
            return self.ring(effects, alone_again(effects, standing, {"vox_event": "introducing"}), began, roles)
        return self.ring(effects, standing, self.announce(effects, standing, began, 0), roles)

    def announce(self, effects: Effects, standing: Standing, stage: Ringing, first: int) -> Ringing:
        """The prompts of `ringing` from this one on, as far as there is something to hear; then ringback. After what is
        announced in a queue they begin anew.
        """
        if stage.announces is not None:
            due = None if self.reading.announce(stage) is None else 0
            stage, first = replace(stage, announces=None, told=NO_PLACE, due=due), 0
        prompts = self.reading.transfer(stage).ringing
        for number in range(first, len(prompts)):
            prompt = prompts[number]
            language = standing.language
            sound = self.reading.sound(prompt, language)
            heard = sound or self.reading.spoken(prompt, standing, language)
            if heard:
                effects.mark(HEARD)
                effects.speak(heard, None if sound else self.reading.voice(language))
                return replace(stage, announced=0, prompt=number, loads=sound != "", language=language)
            effects.steps.append(Logged(stage.way, stage.index, "cannot say", prompt))
        return replace(stage, announced=None, prompt=0, loads=False, language=None)

    def without_introducer(self, effects: Effects, standing: Standing) -> Standing:
        """The agent that talked on, or introduced somebody, is not there any more: the caller hears that it rings."""
        stage = standing.stage
        assert isinstance(stage, Ringing)
        effects.mark(HEARD)
        return replace(standing, stage=self.announce(effects, standing, stage, 0))

    def announce_place(self, effects: Effects, standing: Standing, stage: Ringing, announce: Announce) -> Ringing:
        """What the caller hears in a queue now and then, unless it says what the queue has not said."""
        prompt, language = announce.prompt, standing.language
        begun = replace(stage, announced=0, prompt=0, loads=False, language=language)
        begun = replace(begun, announces=prompt, told=stage.place, due=None)
        is_unknown = self.reading.says_what_is_unknown(prompt, stage.place)
        text = "" if is_unknown else self.reading.spoken(prompt, replace(standing, stage=begun), language)
        if not text:
            effects.steps.append(Logged(stage.way, stage.index, "cannot say", prompt))
            return replace(stage, due=0)
        effects.mark(HEARD)
        effects.speak(text, self.reading.voice(language))
        return begun

    def ring(self, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """Rings whoever's turn it is and can be rung; after the last ones the fallback follows."""
        hunt = self.reading.hunt(stage, standing)
        if stage.turn == len(hunt):
            return self.nobody_took_it(effects, standing, stage, roles)
        if stage.announces is not None:
            stage = self.announce(effects, standing, stage, 0)
        called = hunt[stage.turn].targets
        if standing.attempts < MOST_ATTEMPTS and self.dialling.hands_over(self.flow.target(called[0]), standing):
            if standing.is_refused:
                return replace(standing, stage=replace(stage, paused=None, crowded=0))
            return self._hand_over(effects, standing, stage, called[0])
        if standing.called + len(called) > MOST_AT_ONCE:
            return replace(standing, stage=replace(stage, paused=None, crowded=0))
        if self.reading.is_placed(standing):
            standing = replace(standing, whom=(called if stage.round == 1 else stage.again)[-1])
        if self.reading.most_together * 2 > MOST_AT_ONCE:
            standing = replace(standing, called=len(called))
        stage = replace(stage, paused=None, crowded=None, again=called if stage.round == 1 else stage.again)
        for name in stage.again:
            target = self.flow.target(name)
            if not self.reading.is_open(target.hours):
                effects.steps.append(Logged(stage.way, stage.turn, "cannot ring", name))
                stage = self.failed(stage, Attempt(name, "closed"))
                continue
            if self.dialling.lacks_account(target, standing):
                effects.steps.append(Logged(stage.way, stage.turn, "cannot ring", name))
                stage = self.failed(stage, Attempt(name, "not_allowed"))
                continue
            if self.is_paused(standing, stage) and not self.reading.given.can_be_paused:
                effects.steps.append(Logged(stage.way, stage.turn, "cannot ring", name))
                stage = self.failed(stage, Attempt(name, "failed"))
                continue
            is_allowed = standing.attempts < MOST_ATTEMPTS
            standing = replace(standing, attempts=min(standing.attempts + 1, MOST_ATTEMPTS))
            outcome = self.dialling.obstacle(target, standing) if is_allowed else "not_allowed"
            effects.steps.append(Logged(stage.way, stage.turn, "cannot ring" if outcome else "ring", name))
            if outcome:
                stage = self.failed(stage, Attempt(name, outcome))
            else:
                effects.at = target.span
                effects.mark(RUNG)
                shown = self.dialling.next_shown(target, standing, 0)
                effects.dials.append(self.dialling.dialled(target, standing, shown))
                stage = replace(stage, rung=(*stage.rung, Rung(name, shown=shown)))
                stage = replace(stage, due=None if self.reading.announce(stage) is None else 0)
        return self.go_on(effects, replace(standing, stage=stage), stage, roles)

    def is_paused(self, standing: Standing, stage: Ringing | Connected) -> bool:
        """Whether what is recorded of the call has to be paused while caller and person are joined."""
        recorded = standing.recorded
        return self.reading.transfer(stage).pauses_recording and recorded is not None and recorded.is_heard

    def _hand_over(self, effects: Effects, standing: Standing, stage: Ringing, name: str) -> Standing:
        """The trunk that the call came from is asked to connect the caller there by itself."""
        target = self.flow.target(name)
        effects.at = target.span
        effects.mark(HANDED)
        effects.handed.append(self.dialling.handed(target, standing))
        effects.steps.append(Logged(stage.way, stage.turn, "hand over", name))
        asked = replace(stage, paused=None, crowded=None, again=(name,), handing=0)
        return replace(standing, stage=asked, refers=standing.refers + 1)

    def call_instead(self, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """Nobody is handed over any more: whoever's turn it is, is called."""
        return self.ring(effects, replace(standing, may_refer=False), replace(stage, handing=None), roles)

    def failed(self, stage: Ringing, attempt: Attempt) -> Ringing:
        """One target does not take the call."""
        stops = stage.stopped is None and attempt.outcome in self.reading.transfer(stage).stop_on
        is_repeated = attempt.outcome in REPEATED
        return replace(
            stage,
            tried=(*stage.tried, attempt),
            rung=tuple(each for each in stage.rung if each.target != attempt.target),
            again=tuple(name for name in stage.again if is_repeated or name != attempt.target),
            stopped=attempt if stops else stage.stopped,
            handing=None,
            place=NO_PLACE,
            due=None,
        )

    def go_on(self, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """Those of a round that still ring are waited for. Then they are rung again, or the next ones."""
        known = len(standing.stage.tried) if isinstance(standing.stage, Ringing) else len(stage.tried)
        if self.reading.is_placed(standing) and len(stage.tried) > known:
            standing = replace(standing, whom=stage.tried[-1].target)
        if stage.rung:
            return replace(standing, stage=stage)
        if stage.stopped is not None:
            return self.nobody_took_it(effects, standing, stage, roles)
        group = self.reading.hunt(stage, standing)[stage.turn]
        if stage.round == group.attempts or not stage.again:
            return self.ring(effects, standing, replace(stage, turn=stage.turn + 1, round=1), roles)
        stage = replace(stage, round=stage.round + 1, paused=0)
        if group.pause_ms == 0:
            return self.ring(effects, standing, stage, roles)
        return replace(standing, stage=stage)

    def nobody_took_it(self, effects: Effects, standing: Standing, stage: Ringing, roles: Roles) -> Standing:
        """The hunt has the outcome that has stopped it, else the most hopeful one. Of a call that was placed, whom that
        was to is who was the last to fail.
        """
        if self.reading.is_placed(standing) and stage.tried:
            standing = replace(standing, whom=stage.tried[-1].target)
        found = stage.stopped or (most_hopeful(stage.tried) if stage.tried else None)
        if found is None:
            effects.occasion = "where nobody is to be rung"
            return self._comes_to(effects, standing, stage, "invalid", None, roles)
        effects.occasion = f"after `{found.outcome}` of `{found.target}`"
        return self._comes_to(effects, standing, stage, found.outcome, found.target, roles)

    def cancelled(self, effects: Effects, standing: Standing, stage: Ringing, roles: Roles, by: str) -> Standing:
        """The caller has stopped it with a key, or the agent: that is the outcome of the hunt, and of whoever rang
        then.
        """
        rang = [each.target for each in stage.rung]
        for target in rang:
            stage = self.failed(stage, Attempt(target, "cancelled"))
        return self._comes_to(effects, standing, stage, "cancelled", rang[0] if rang else None, roles, by)

    def _comes_to(
        self,
        effects: Effects,
        standing: Standing,
        stage: Ringing,
        outcome: str,
        target: str | None,
        roles: Roles,
        by: str = "",
    ) -> Standing:
        """The fallback of a hunt."""
        standing = self.tried(standing, stage.tried)
        result = Result(outcome, target, standing.before, by=by)
        standing = replace(standing, stage=Stepping(), result=result, is_own=True)
        which = result.outcome if result.outcome in self.reading.named(stage) else "otherwise"
        return self.run(effects, standing, f"{stage.way}: fallback {which}", 0, roles)

    # Somebody has answered

    def meet(
        self, effects: Effects, standing: Standing, stage: Ringing, name: str, parts: Sequence[str], roles: Roles
    ) -> Standing:
        """What is left to do before the caller is joined: the first of `parts` that the target has. Behind `accept` the
        call is taken: of those that ring together the others are let go then, and none of them is rung again. While
        somebody is asked for a key it is found out whether that is a machine.
        """
        target = self.flow.target(name)
        heard = 0 if MACHINE in parts and target.machine is not None else None
        for part in parts:
            if part == DIGITS:
                if target.digits:
                    return self._send_digits(effects, standing, stage, name, 0)
                continue
            if part == MACHINE:
                if heard is not None and target.accept is None:
                    return replace(standing, stage=self.with_person(stage, name, Person(part, heard=heard)))
                continue
            if part == WHISPER:
                stage, roles = self._taken(effects, standing, stage, name, roles)
            if (target.accept if part == ACCEPT else target.whisper) is None:
                continue
            text = self.reading.spoken(self.reading.prompt_of(Person(part), target), standing, target.language)
            if text:
                effects.mark(HEARD)
                effects.speak(text, self.reading.voice(target.language))
                return replace(standing, stage=self.with_person(stage, name, Person(part, spoken=0, heard=heard)))
            if part == ACCEPT:
                return replace(standing, stage=self.with_person(stage, name, Person(part, asked=0, heard=heard)))
        transfer, agent = self.reading.transfer(stage), standing.agent
        if parts and transfer.briefing_ms is not None and agent is not None and agent.is_open:
            return self._brief(effects, standing, stage, name, agent)
        if parts and transfer.introduction_ms is not None and agent is not None and agent.is_open:
            return self._introduce(effects, standing, stage, name, agent)
        return self.join(effects, standing, stage, name, roles)

    def _brief(self, effects: Effects, standing: Standing, stage: Ringing, name: str, agent: Agent) -> Standing:
        """The agent talks to whoever has taken the call, alone."""
        request = standing.request
        language = self.flow.target(name).language if self.flow.call.languages else None
        told = {
            "vox_event": "briefing",
            "action": None if request is None else request.action,
            "request_id": None if request is None else request.id,
            "target": name,
            "parameters": dict(self.reading.parameters(request)),
            **({} if language is None else {"language": language}),
        }
        effects.mark(TOLD)
        effects.told.append(canonical({"metadata": told}))
        stage = self.with_person(stage, name, Person(BRIEFS, briefed=0))
        standing = replace(standing, stage=stage, agent=agent.cleared())
        is_limited = self.reading.transfer(stage).briefing_silence_ms is not None
        return listened_to(effects, standing) if is_limited else standing

    def _introduce(self, effects: Effects, standing: Standing, stage: Ringing, name: str, agent: Agent) -> Standing:
        """The caller, the agent and whoever has taken the call hear each other."""
        request = standing.request
        told = {
            "vox_event": "introduction",
            "action": None if request is None else request.action,
            "request_id": None if request is None else request.id,
            "target": name,
            "parameters": dict(self.reading.parameters(request)),
        }
        effects.mark(TOLD)
        effects.mark(HEARD)
        effects.told.append(canonical({"metadata": told}))
        stage = self.with_person(stage, name, Person(BRIEFS, briefed=0, cut=0 if agent.speaks else None))
        return replace(standing, stage=stage, agent=agent.cleared())

    def told_no_more(self, effects: Effects, standing: Standing) -> Standing:
        """The agent learns that it talks to somebody no more, if it did, and nobody listens to that."""
        rung = with_agent(standing)
        if rung is not None and is_with_caller(self.reading, standing):
            return alone_again(effects, standing, {"vox_event": "introduction_over", "target": rung.target})
        if are_left_alone(self.reading, standing):
            return self.without_introducer(effects, standing)
        if rung is not None and standing.agent is not None:
            effects.told.append(canonical({"metadata": {"vox_event": "briefing_over", "target": rung.target}}))
        return listened_no_more(effects, standing)

    def _taken(
        self, effects: Effects, standing: Standing, stage: Ringing, name: str, roles: Roles
    ) -> tuple[Ringing, Roles]:
        """Nobody but this one is on the line any more, and there is no hurry."""
        [(own, rung)] = ((leg, each) for leg, each in zip(roles.legs, stage.rung, strict=True) if each.target == name)
        effects.hung_up.update(leg for leg in roles.legs if leg != own)
        is_group = len(self.reading.hunt(stage, standing)[stage.turn].targets) > 1
        again = () if is_group else stage.again
        stage = replace(stage, begun=None, rung=(rung,), again=again, place=NO_PLACE, due=None)
        return stage, roles._replace(legs=(own,))

    def _send_digits(self, effects: Effects, standing: Standing, stage: Ringing, name: str, item: int) -> Standing:
        """Keys are sent, or nothing is for a while."""
        target = self.flow.target(name)
        digits = self.reading.digits(target, item, standing)
        if isinstance(digits, str):
            effects.sent.append((f"leg:{self.reading.in_account(target.dialled)}", digits))
        return replace(standing, stage=self.with_person(stage, name, Person(DIGITS, item, sent=0)))

    def sent(
        self, effects: Effects, standing: Standing, stage: Ringing, name: str, person: Person, roles: Roles
    ) -> Standing:
        """What follows in its digits, or behind them."""
        if person.item + 1 < len(self.flow.target(name).digits):
            return self._send_digits(effects, standing, stage, name, person.item + 1)
        return self.meet(effects, standing, stage, name, (MACHINE, ACCEPT, WHISPER), roles)

    @staticmethod
    def with_person(stage: Ringing, name: str, person: Person) -> Ringing:
        """Whether it has rung there makes no difference any more."""
        met = (
            each._replace(waited=0, has_rung=False, person=person) if each.target == name else each
            for each in stage.rung
        )
        return replace(stage, rung=tuple(met))

    @staticmethod
    def holding(stage: Ringing, name: str, holds: bool) -> Ringing:
        """Somebody who does not have the caller yet puts the call on hold, or is back."""
        rung = (each._replace(holds=holds) if each.target == name else each for each in stage.rung)
        return replace(stage, rung=tuple(rung))

    def told(
        self, effects: Effects, standing: Standing, stage: Ringing, name: str, person: Person, roles: Roles
    ) -> Standing:
        """What somebody was told alone has ended."""
        if person.part == WHISPER:
            return self.meet(effects, standing, stage, name, (), roles)
        asked = 0 if person.asked is None else person.asked
        return replace(
            standing, stage=self.with_person(stage, name, person._replace(spoken=None, pause=0, asked=asked))
        )

    def join(self, effects: Effects, standing: Standing, stage: Ringing, name: str, roles: Roles) -> Standing:
        """Whoever else rings is let go. Where nobody has called, whoever was called is the caller."""
        if self.reading.transfer(stage).is_placed:
            effects.steps.append(Logged(stage.way, stage.turn, "connected", name))
            tried = (*stage.tried, Attempt(name, "connected"))
            reported = (*standing.reported, *(Reported(None, attempt) for attempt in tried))
            begun = replace(standing, stage=Stepping(), is_answered=True, reported=reported, whom=name)
            legs = {each.target: leg for each, leg in zip(stage.rung, roles.legs, strict=True)}
            own = legs.pop(name)
            before, effects.hung_up = effects.hung_up, set()
            after = self.run(effects, begun, f"{stage.way}: answered", 0, roles._replace(legs=()))
            ended = (own if leg == "caller" else leg for leg in effects.hung_up)  # as it was called when it answered
            effects.hung_up = before.union(legs.values(), ended)
            return after
        if standing.agent is not None and standing.agent.is_open:
            effects.closed.add(roles.agent)
        others = (leg for each, leg in zip(stage.rung, roles.legs, strict=True) if each.target != name)
        is_held = any(each.holds for each in stage.rung if each.target == name)
        effects.hung_up.update(others)
        effects.steps.append(Logged(stage.way, stage.turn, "connected", name))
        standing = listened_no_more(effects, standing)
        standing = self.tried(standing, (*stage.tried, Attempt(name, "connected")))
        result = Result("connected", name, standing.before)
        held = self.announce(effects, standing, Ringing(stage.way, stage.index), 0) if is_held else None
        connected = Connected(stage.way, stage.index, name, held=held)
        return replace(standing, stage=connected, agent=None, result=result, is_own=True)

    @staticmethod
    def tried(standing: Standing, attempts: tuple[Attempt, ...]) -> Standing:
        """A hunt is over: its attempts come to those of the hunts before it. The platform allows no more than 49."""
        action = standing.request.action if standing.request is not None else None
        key = led_there(standing)
        reported = (*standing.reported, *(Reported(action, attempt, key=key) for attempt in attempts))
        return replace(standing, before=(*standing.before, *attempts)[:MOST_ATTEMPTS], reported=reported)

    def unanswered(self, rung: Rung, rang: int | None) -> Attempt:
        """Over SIP, what has given no sign of ringing was not reached."""
        if isinstance(self.flow.target(rung.target), SipTarget) and not rung.has_rung:
            return Attempt(rung.target, "unreachable")
        return Attempt(rung.target, "no_answer", rang)

    def rings(self, stage: Ringing, rung: Rung) -> Ringing:
        """It gives a sign of ringing, which is asked of SIP alone."""
        if not isinstance(self.flow.target(rung.target), SipTarget):
            return stage
        return replace(stage, rung=tuple(each._replace(has_rung=True) if each == rung else each for each in stage.rung))

    def show_another(self, effects: Effects, standing: Standing, stage: Ringing, rung: Rung) -> Standing | None:
        """The caller ID was refused: the target is called with the next, within the same attempt. None if there is
        none, or the platform allows no more calls.
        """
        target = self.flow.target(rung.target)
        shown = self.dialling.next_shown(target, standing, rung.shown + 1)
        if shown >= len(target.caller_ids) or standing.attempts >= MOST_ATTEMPTS:
            return None
        effects.at = target.span
        effects.mark(RUNG)
        standing = replace(standing, attempts=standing.attempts + 1)
        effects.dials.append(self.dialling.dialled(target, standing, shown))
        again = (each._replace(shown=shown) if each == rung else each for each in stage.rung)
        return replace(standing, stage=replace(stage, rung=tuple(again)))
