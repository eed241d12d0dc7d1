"""How long anything may take: what has to have happened by when, and what may not happen before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace

from flowc.ir import Announce, Flow, Target
from flowc.verify.oracle.ageing import aged
from flowc.verify.oracle.effects import Disagreement
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.stages import (
    BEEPS,
    RECORDS,
    Answering,
    Arriving,
    Asking,
    Choosing,
    Connected,
    Ending,
    Idle,
    Leaving,
    Over,
    Person,
    Recording,
    Rejecting,
    Ringing,
    Rung,
    Saying,
    Stage,
    Started,
    Starting,
    Stepping,
    Talking,
    Warned,
)
from flowc.verify.oracle.standing import BEGINS, COMPLETES, Post, Speech, Standing
from flowc.verify.oracle.timers import (
    AGAIN_MS,
    AGENT_START_MS,
    ANSWER_MS,
    ASKED_AGAIN_MS,
    BEEP_MS,
    CLEARED_MS,
    DETECTION_LATE_MS,
    DIGIT_MS,
    KEYS_PAUSE_MS,
    LATEST_ANSWER_MS,
    LIST_MS,
    LOADING_MS,
    LOST_MS,
    QUIET_BEFORE_PHRASE_MS,
    QUIET_MS,
    RECORDER_STARTS_MS,
    RECORDER_STOPS_MS,
    REJECT_MS,
    ROOM_MS,
    SETTINGS_MS,
    SHORTEST_MS,
    SOUND_MS,
    SPEECH_MS,
    SPEECH_MS_PER_CHARACTER,
    WARNED_MS,
    WEBHOOKS_MS,
    WITHOUT_DATA_MS,
    WORD_MS,
)


def idle_ms(flow: Flow, standing: Standing) -> int:
    """How long nobody says anything before something comes of it."""
    idle = flow.agent_named(standing.who).idle
    return (0 if idle is None else idle.after_ms) + _unclear_ms(standing)


def _unclear_ms(standing: Standing) -> int:
    """How much longer that is where nobody knows whether an agent that was interrupted is silent."""
    is_unclear = standing.agent is not None and standing.agent.speech == Speech.UNCLEAR
    return CLEARED_MS if is_unclear else 0


class Limits:
    """Those of one flow. Without `timed` nothing is late, and everything may happen at once."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.flow = reading.flow
        self.given = reading.given
        self.is_merged = False
        """Whether it is about a search that merges: the time for a key, the pause before somebody is asked again, the
        time of a conversation, and the longest that a sentence is waited for, may then be over at any instant.
        """

    def overdue(self, standing: Standing, took: int) -> Disagreement | None:
        """What should have happened before so much more time has passed."""
        for waited, limit, told in self._limits(standing):
            if waited + took > limit + self.given.late_ms:
                return Disagreement(
                    "when something follows", told, f"the flow says that {told}; in the scenario it does not"
                )
        return None

    def _limits(self, standing: Standing) -> Iterator[tuple[int, int, str]]:
        """How long each wait of a stage has lasted, how long it may, and what then happens."""
        yield from self._limits_of_messages(standing)
        yield from self._limits_of_silence(standing)
        for post in standing.posts if not self.is_merged else ():
            if post.waited is not None:
                yield post.waited, until(post), f"`{post.webhook}` is told again what it has not answered"
        for aside in standing.asides:
            yield self._of_a_question(Asking(aside.way, aside.number, aside.waited))
        if standing.listing is not None:
            yield standing.listing, LIST_MS, "a session ends although its call list says nothing"
        if (recorded := standing.recorded) is not None and recorded.part == BEGINS and not self.reading.is_stereo:
            yield recorded.waited, RECORDER_STARTS_MS, "a call is not recorded if that has not begun after 3 s"
        elif recorded is not None and recorded.part == COMPLETES:
            yield recorded.waited, RECORDER_STOPS_MS, "a recording is told of although nobody says that it is complete"
        match standing.stage:
            case Started(waited):
                yield waited, WITHOUT_DATA_MS, "a session that has neither data nor a call ends"
            case Arriving(waited):
                yield waited, SETTINGS_MS, "`inbound` begins although settings have not come"
            case Rejecting(waited):
                yield waited, REJECT_MS, "a call that was rejected ends although nobody says so"
            case Starting(waited):
                yield waited, AGENT_START_MS, "`unavailable` follows if the agent is not there after 10 s"
            case Answering(waited, answering, has_agent):
                if has_agent:
                    yield waited, AGENT_START_MS, "`unavailable` follows if the caller is not with the agent after 10 s"
                yield answering, ANSWER_MS, "the call ends if the caller cannot be answered"
            case Leaving(_, _, waited, cleared, lost) as stage:
                if stage.asking is not None:
                    yield self._of_a_question(stage.asking)
                yield waited, self.last_words(standing), "an action begins after `last_words` at the latest"
                if cleared is not None and standing.agent is not None and standing.agent.speech == Speech.UNCLEAR:
                    yield cleared, CLEARED_MS, "an action begins 8 s after an interruption at the latest"
                if lost is not None:
                    yield lost, LOST_MS, "an action begins when the agent is lost"
                if standing.agent is not None and not standing.agent.speaks:
                    quiet = self.quiet(standing)
                    yield waited, quiet, f"an action begins after {quiet / 1000:g} s if the agent says nothing"
            case Saying(prompt=prompt, waited=waited) as stage if not self.is_uncounted(stage):
                yield waited, self.saying(stage), f"what follows `{prompt}` follows although that does not end"
            case Asking() as stage:
                yield self._of_a_question(stage)
            case Choosing() as stage:
                yield from self._limits_of_a_menu(stage)
            case Ringing() as stage:
                for rung in stage.rung:
                    name = rung.target
                    if rung.person is not None:
                        yield from self._limits_of(rung.person, self.flow.target(name), standing)
                        continue
                    ring = self.flow.target(name).ring_ms
                    if self.is_far(ring):
                        continue
                    yield rung.waited, ring, f"`{name}` rings for {ring / 1000:g} s at the most"
                if (announce := self.announce(stage)) and not self.is_far(announce.every_ms):
                    told = f"`{announce.prompt}` is announced after {announce.every_ms / 1000:g} s"
                    yield stage.due or 0, announce.every_ms, told
                if stage.handing is not None:
                    [name] = self.reading.hunt(stage, standing)[stage.turn].targets
                    ring = self.flow.target(name).ring_ms
                    yield stage.handing, ring, f"`{name}` is called when nothing is heard for {ring / 1000:g} s"
                if stage.paused is not None:
                    pause = self.reading.pause(stage, standing)
                    yield stage.paused, pause, f"{' and '.join(stage.again)} is rung again after {pause / 1000:g} s"
                if stage.crowded is not None:
                    yield (
                        stage.crowded,
                        ROOM_MS,
                        "a round begins a second after what it waits for",
                    )
                within = self.reading.transfer(stage).within_ms
                if within is not None and stage.begun is not None and within < self.given.far_ms:
                    yield stage.begun, within, f"a hunt is over after {within / 1000:g} s"
            case Recording() as message:
                yield from self._limits_of_a_message(message)
            case Ending(message=Recording() as message):
                yield from self._limits_of_a_message(message)
            case Ending(waited, None) if not standing.messages and not standing.is_recorded:
                yield waited, WEBHOOKS_MS, "the session ends although webhooks do not answer"
            case Connected() as stage:
                yield from self._limits_of_talk(stage, standing)
            case Talking(keys, pressed) if keys and not self.is_merged:
                yield pressed, KEYS_PAUSE_MS, "the agent is told of keys 2 s after the last of them"
            case Warned() as stage if not self.is_merged:
                text = self.warned(stage, standing)
                yield stage.waited, longest(text), "the caller is with the agent again although a warning does not end"
            case Idle() | Talking() | Warned() | Stepping() | Over() | Saying() | Ending():
                return
            case unknown:
                assert_never(unknown)

    def _of_a_question(self, stage: Asking) -> tuple[int, int, str]:
        limit = self.reading.question(stage).within_ms
        return stage.waited, limit, f"`otherwise` follows if nothing is answered within {limit / 1000:g} s"

    def _limits_of_silence(self, standing: Standing) -> Iterator[tuple[int, int, str]]:
        stage = standing.stage
        if isinstance(stage, Talking) and stage.idle is not None and not self.is_merged:
            limit = idle_ms(self.flow, standing)
            yield stage.idle, limit, f"`idle` follows when nobody has said anything for {limit / 1000:g} s"

    def _limits_of_a_menu(self, stage: Choosing) -> Iterator[tuple[int, int, str]]:
        step = self.reading.menu(stage)
        if stage.spoken is None:
            yield (
                stage.waited,
                step.within_ms,
                f"a key of `{step.prompt}` has to come within {step.within_ms / 1000:g} s",
            )
        elif not self.is_uncounted(stage):
            yield stage.spoken, self.offering(stage), f"a key is waited for although `{step.prompt}` does not end"

    def _limits_of_a_message(self, message: Recording) -> Iterator[tuple[int, int, str]]:
        limit = self.reading.message(message).limit_ms
        if message.part == BEEPS:
            yield message.waited, BEEP_MS, "a message begins although the beep does not end"
        elif message.part != RECORDS:
            yield message.waited, RECORDER_STOPS_MS, "a message is told of although nobody says that it is complete"
        elif limit < self.given.far_ms:
            yield message.waited, limit, f"a message is over after {limit / 1000:g} s"
        if message.part in (BEEPS, RECORDS) and message.starting is not None:
            yield message.starting, RECORDER_STARTS_MS, "`otherwise` follows if the recording has not begun after 3 s"
        quiet = self.reading.message(message).quiet_ms
        if message.quiet is not None and quiet is not None and not self.is_merged:
            yield message.quiet, quiet, f"a message is over after {quiet / 1000:g} s in which nobody speaks"

    def may_be_none(self, message: Recording) -> Iterator[bool]:
        """Whether what was said is too short for a message, or nothing; at the instant itself, it may be or not."""
        if self.reading.message(message).quiet_ms is not None and not message.is_spoken:
            yield True
            return
        if message.waited <= SHORTEST_MS + self.given.late_ms or not self.given.timed:
            yield True
        if message.waited >= SHORTEST_MS or not self.given.timed:
            yield False

    def _limits_of_messages(self, standing: Standing) -> Iterator[tuple[int, int, str]]:
        for name, text, waited, spoken in standing.messages if not self.is_merged else ():
            machine = self.flow.target(name).machine
            if waited is not None and machine is not None:
                yield waited, machine.beep_ms + DETECTION_LATE_MS, f"the message for `{name}` is left without a beep"
            if spoken is not None:
                yield spoken, longest(text), f"the machine of `{name}` is hung up on although its message does not end"

    def _limits_of_talk(self, stage: Connected, standing: Standing) -> Iterator[tuple[int, int, str]]:
        if stage.warning is not None and not self.is_merged:
            text = self.reading.warning(stage, standing)
            yield (
                stage.warning,
                longest(text),
                f"`{stage.target}` and the caller talk on although a warning does not end",
            )
        waited, limit = self.of_talk(stage)
        if limit is not None and limit < self.given.far_ms and not self.is_merged:
            yield (
                waited,
                limit,
                f"`{stage.target}` and the caller talk for so long, and are told a minute before the end",
            )

    def of_talk(self, stage: Connected) -> tuple[int, int | None]:
        """How long they have talked, or talk since they were warned; and when the warning comes, or the end."""
        transfer = self.reading.transfer(stage)
        if transfer.talk_limit_ms is None:
            return 0, None
        if stage.warned is not None:
            return stage.warned, WARNED_MS
        return stage.waited, transfer.talk_limit_ms - (WARNED_MS if transfer.warning is not None else 0)

    def warned(self, stage: Warned, standing: Standing) -> str:
        """What the caller hears, who is not with the agent then."""
        return self.reading.spoken(self.flow.call.warning or "", standing, stage.language)

    def offering(self, stage: Choosing) -> int:
        """How long the prompt of a menu takes at the most."""
        return self._heard(self.reading.menu(stage).prompt, stage.language, stage.text, stage.loads)

    def saying(self, stage: Saying) -> int:
        """How long it takes at the most."""
        return self._heard(stage.prompt, stage.language, stage.text, stage.loads)

    def announcing(self, stage: Ringing, standing: Standing) -> int | None:
        """How long a prompt is heard at the most while it rings; None if that is for as long as it rings."""
        if self.announcing_for_ever(stage):
            return None
        prompt = self.reading.ringing(stage)
        text = self.reading.spoken(prompt, standing, stage.language)
        return self._heard(prompt, stage.language, text, stage.loads)

    def _heard(self, prompt: str, language: str | None, text: str, loads: bool) -> int:
        if loads:
            return LOADING_MS
        return SOUND_MS if self.reading.sound(prompt, language) else longest(text)

    def _limits_of(self, person: Person, target: Target, standing: Standing) -> Iterator[tuple[int, int, str]]:
        if person.sent is not None:
            takes = sending(self.reading.digits(target, person.item, standing))
            yield person.sent, takes, f"what follows among the digits of `{target.name}` waits for {takes / 1000:g} s"
        if person.heard is not None and target.machine is not None and not self.is_merged:
            told = f"`{target.name}` is taken for what `unsure` says if nobody says what it is"
            yield person.heard, target.machine.within_ms + DETECTION_LATE_MS, told
        if person.spoken is not None and not self.is_merged:
            prompt = self.reading.prompt_of(person, target)
            told = f"what follows `{prompt}` follows although that does not end"
            yield person.spoken, longest(self.reading.spoken(prompt, standing, target.language)), told
        if person.pause is not None and not self.is_merged:
            yield person.pause, ASKED_AGAIN_MS, f"`{target.name}` is asked again after 2 s"
        if person.asked is not None and target.accept is not None and not self.is_merged:
            limit = target.accept.within_ms
            yield person.asked, limit, f"`{target.name}` has {limit / 1000:g} s to press a key"
        if person.briefed is not None and not self.is_merged:
            yield person.briefed, self.of_briefing(standing), f"the briefing of `{target.name}` is over"
        if person.quiet is not None and not self.is_merged:
            limit = self.silence_of_briefing(standing)
            told = f"the briefing of `{target.name}` is over when nobody has said anything for {limit / 1000:g} s"
            yield person.quiet, limit, told
        if person.cut is not None and person.cut < WORD_MS:
            yield person.cut, WORD_MS, "an agent that was cut off, and speaks on, says its word to both after 2 s"
        if person.decided is not None:
            told = f"the agent is heard out by `{target.name}` for so long"
            yield person.decided, self.last_words(standing), told
            if person.cleared is not None and standing.agent is not None and standing.agent.speech == Speech.UNCLEAR:
                yield person.cleared, CLEARED_MS, told
            if standing.agent is None or not standing.agent.speaks:
                yield person.decided, self.quiet_in_a_briefing(standing), told

    def aged(self, stage: Stage, took: int) -> Stage:
        """The same stage, later."""
        later = aged(stage, took)
        if isinstance(later, Ringing):
            later = replace(later, rung=tuple(map(self._in_its_word, later.rung)))
        if not self.is_merged:
            return later
        match later:
            case Saying() if self.is_uncounted(later):
                return replace(later, waited=0)
            case Choosing(spoken=int()) if self.is_uncounted(later):
                return replace(later, spoken=0)
            case Talking():
                return replace(later, pressed=0, idle=None if later.idle is None else 0)
            case Recording(quiet=int()):
                return replace(later, quiet=0)
            case Warned():
                return replace(later, waited=0)
            case Connected():
                warned, warning = (None if since is None else 0 for since in (later.warned, later.warning))
                held = None if later.held is None else self._uncounted(later.held)
                return replace(later, warned=warned, warning=warning, held=held)
            case Ringing():
                within = self.reading.transfer(later).within_ms
                if within is None or within >= self.given.far_ms:
                    later = replace(later, begun=None if later.begun is None else 0)
                if (announce := self.announce(later)) and self.is_far(announce.every_ms):
                    later = replace(later, due=0)
                return replace(self._uncounted(later), rung=tuple(map(self._uncounted_rung, later.rung)))
            case _:
                return later

    def _uncounted(self, stage: Ringing) -> Ringing:
        """What is heard while it rings, or on hold, has only begun, if it may be over at any instant or repeats."""
        if stage.announced is None or not (self.is_uncounted(stage) or self.announcing_for_ever(stage)):
            return stage
        return replace(stage, announced=0)

    def is_uncounted(self, stage: Saying | Choosing | Ringing) -> bool:
        """Whether what is heard may be over at any instant: a sentence, in a search that merges."""
        prompt = stage.prompt if isinstance(stage, Saying) else ""
        if isinstance(stage, Ringing):
            prompt = self.reading.ringing(stage)
        elif isinstance(stage, Choosing):
            prompt = self.reading.menu(stage).prompt
        return self.is_merged and not stage.loads and not self.reading.sound(prompt, stage.language)

    def waits(self, stage: Stage) -> int:
        """How much of what is waited for may be over at any instant, in a search that merges: each is an event."""
        match stage:
            case Saying():
                return int(self.is_uncounted(stage))
            case Choosing():
                return int(stage.spoken is not None and self.is_uncounted(stage))
            case Talking():
                return int(stage.keys != "") + int(stage.idle is not None)
            case Recording():
                return int(stage.quiet is not None)
            case Warned():
                return 1
            case Ringing():
                persons = [each.person for each in stage.rung if each.person is not None]
                return self._is_heard(stage) + sum(_waits_of(person) for person in persons)
            case Connected():
                is_limited = self.of_talk(stage)[1] is not None
                held = 0 if stage.held is None else self._is_heard(stage.held)
                return is_limited + (stage.warning is not None) + held
            case _:
                return 0

    def _is_heard(self, stage: Ringing) -> int:
        return int(stage.announced is not None and self.is_uncounted(stage))

    def announce(self, stage: Ringing) -> Announce | None:
        """What is to be announced in a queue, if nothing is now."""
        return None if stage.due is None else self.reading.announce(stage)

    def announcing_for_ever(self, stage: Ringing) -> bool:
        return self.reading.repeats(stage) and not stage.loads

    def _in_its_word(self, rung: Rung) -> Rung:
        """Whatever was cut off is over by then: what is heard now is for both."""
        person = rung.person
        if person is None or person.cut is None or person.cut <= WORD_MS + self.given.late_ms:
            return rung
        return rung._replace(person=person._replace(has_spoken=True, cut=None))

    def may_have_spoken(self, person: Person) -> Iterator[bool]:
        """Whether the agent has begun its word to both; at the instant itself, it may be or not."""
        if person.has_spoken or (person.cut is not None and self.is_due(person.cut, WORD_MS)):
            yield True
        if not person.has_spoken:
            yield False

    def _uncounted_rung(self, rung: Rung) -> Rung:
        if rung.person is None and self.is_far(self.flow.target(rung.target).ring_ms):
            return rung._replace(waited=0)
        return _uncounted(rung)

    def is_far(self, limit: int) -> bool:
        """What is so far away may be over at any instant."""
        return self.given.timed and limit >= self.given.far_ms

    def is_due(self, waited: int, limit: int) -> bool:
        return waited >= limit or not self.given.timed

    def quiet(self, standing: Standing) -> int:
        request = standing.request
        says = request is not None and self.reading.actions[request.action].say is not None
        return min(QUIET_BEFORE_PHRASE_MS if says else QUIET_MS, self.last_words(standing))

    def last_words(self, standing: Standing) -> int:
        return self.flow.agent_named(standing.who).last_words_ms

    def of_briefing(self, standing: Standing) -> int:
        """How long a briefing may take; 0 where there is none."""
        stage = standing.stage
        if not isinstance(stage, Ringing):
            return 0
        transfer = self.reading.transfer(stage)
        return transfer.briefing_ms or transfer.introduction_ms or 0

    def silence_of_briefing(self, standing: Standing) -> int:
        """How long nobody says anything in a briefing before it is over; 0 where nothing comes of that."""
        stage = standing.stage
        silence = self.reading.transfer(stage).briefing_silence_ms if isinstance(stage, Ringing) else None
        return 0 if silence is None else silence + _unclear_ms(standing)

    def quiet_in_a_briefing(self, standing: Standing) -> int:
        return min(QUIET_MS, self.last_words(standing))

    def may_be_decided(self, person: Person, standing: Standing) -> bool:
        """Whether what the agent has asked for in a briefing may be carried out now."""
        agent, decided = standing.agent, person.decided
        if decided is None:
            return False
        if not self.given.timed or decided >= self.last_words(standing):
            return True
        is_silent = agent is None or agent.speech != Speech.YES
        return is_silent and decided >= self.quiet_in_a_briefing(standing)

    def may_begin(self, standing: Standing) -> bool:
        """Whether an action that waits for the agent's last words may begin now."""
        stage, agent = standing.stage, standing.agent
        assert isinstance(stage, Leaving)
        if stage.lost is not None:
            return self.is_due(stage.lost, LOST_MS)
        if not self.given.timed or agent is None or stage.waited >= self.last_words(standing):
            return True
        return agent.speech != Speech.YES and stage.waited >= self.quiet(standing)


def _uncounted(rung: Rung) -> Rung:
    """Of what may be over at any instant everything has only begun."""
    person = rung.person
    if person is None:
        return rung
    spoken, pause, asked, heard, briefed, quiet = (None if since is None else 0 for since in _at_any_time(person))
    person = person._replace(spoken=spoken, pause=pause, asked=asked, heard=heard, briefed=briefed, quiet=quiet)
    return rung._replace(person=person)


def _waits_of(person: Person) -> int:
    """How much of it may be over at any instant."""
    return sum(since is not None for since in _at_any_time(person))


def _at_any_time(person: Person) -> tuple[int | None, ...]:
    return person.spoken, person.pause, person.asked, person.heard, person.briefed, person.quiet


def until(post: Post) -> int:
    """How long it is waited for an answer, or until it is sent again."""
    return LATEST_ANSWER_MS if post.is_under_way else AGAIN_MS[post.tries - 1]


def sending(digits: str | int) -> int:
    """How long keys take, which nobody says, or a pause."""
    return digits if isinstance(digits, int) else DIGIT_MS * len(digits)


def longest(text: str) -> int:
    """Nobody speaks slower than this."""
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2  # as JavaScript counts characters
    return SPEECH_MS + SPEECH_MS_PER_CHARACTER * units
