"""Whether a person or a machine has answered, and what is left on machines, whatever else happens on the call."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from flowc.ir import Target
from flowc.ir.flow import Machine
from flowc.verify.oracle.attempts import Attempt
from flowc.verify.oracle.effects import LISTENED, Disagreement, Effects, Path
from flowc.verify.oracle.ending import over
from flowc.verify.oracle.limits import Limits, longest
from flowc.verify.oracle.observation import Seen
from flowc.verify.oracle.reading import ACCEPT, MACHINE, WHISPER, Reading
from flowc.verify.oracle.stages import Ending, Person, Ringing
from flowc.verify.oracle.standing import Message, Roles, Standing
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.timers import DETECTION_LATE_MS, NO_BEEP, TOLD_LATE
from flowc.verify.oracle.webhooks import is_told

MODELS = {"us": "us", "br": "br", "cl": "cl", "co": "colombia", "es": "es", "eu": "eu_general", "kz": "kz"}
MODELS |= {"mx": "mx", "pe": "pe", "ph": "ph", "ru": "ru"}
"""What machines sound like: as a flow names it, and as the platform does."""


class Machines:
    """Of one flow."""

    def __init__(self, reading: Reading, steps: Following, limits: Limits) -> None:
        self.reading = reading
        self.flow = reading.flow
        self.steps = steps
        self.limits = limits

    def found_out(
        self, standing: Standing, stage: Ringing, target: Target, person: Person, found: str, roles: Roles
    ) -> Path:
        """The platform says who has answered, or that it cannot tell."""
        if person.heard is None or target.machine is None:
            return Effects("when it is said too late who has answered"), standing
        effects = Effects("")
        return effects, self.taken_for(effects, standing, stage, target, person, _verdict(found, target.machine), roles)

    def misheard(self, standing: Standing, seen: Seen) -> Disagreement | None:
        """Whether the platform is asked to listen as the flow says: by which model, and for how long."""
        for leg, model, timeout in seen.listened:
            targets = [each for each in self.flow.targets if leg in self._legs_of(each, standing)]
            listens = [(MODELS[each.machine.model], each.machine.within_ms) for each in targets if each.machine]
            if (model, timeout) in listens:
                continue
            should = " or ".join(f"by the model {name}, for {limit} ms" for name, limit in listens) or "for no machine"
            told = f"the flow says that {leg} is listened to {should}; the scenario does by {model}, for {timeout} ms"
            return Disagreement(LISTENED, "when somebody answers", told, targets[0].span if targets else None)
        return None

    def _legs_of(self, target: Target, standing: Standing) -> set[str]:
        """What a leg to it may be called: whoever is called in a call that is placed is the caller."""
        numbers = (self.reading.in_account(target.dialled), self.reading.value(target.dialled, standing))
        outbound = self.flow.outbound
        is_placed = outbound is not None and target.name in outbound.targets
        return {*(f"leg:{number}" for number in numbers), *(("caller",) if is_placed else ())}

    def taken_for(
        self,
        effects: Effects,
        standing: Standing,
        stage: Ringing,
        target: Target,
        person: Person,
        verdict: str,
        roles: Roles,
    ) -> Standing:
        name = target.name
        effects.at = target.span
        effects.occasion = effects.occasion or f"when `{name}` counts as a {verdict}"
        if verdict == "machine":
            return self._answered(effects, standing, stage, target, roles)
        if person.part == MACHINE:
            return self.steps.meet(effects, standing, stage, name, (ACCEPT, WHISPER), roles)
        return replace(standing, stage=self.steps.with_person(stage, name, person._replace(heard=None)))

    def nobody_said(
        self, effects: Effects, standing: Standing, stage: Ringing, target: Target, person: Person, roles: Roles
    ) -> Standing:
        """Nothing was heard of the platform in time."""
        assert target.machine is not None
        verdict = _verdict("TIMEOUT", target.machine)
        return self.taken_for(effects, standing, stage, target, person, verdict, roles)

    def _answered(self, effects: Effects, standing: Standing, stage: Ringing, target: Target, roles: Roles) -> Standing:
        """A machine is hung up on, or left a message: its outcome is there at once, and the hunt goes on."""
        name, machine = target.name, target.machine
        own = roles.legs[[each.target for each in stage.rung].index(name)]
        text = ""
        if machine is not None and machine.message is not None and name not in stage.left:
            told = replace(standing, whom=name) if self.reading.is_placed(standing) else standing
            text = self.reading.spoken(machine.message, told, target.language)
        if text:
            assert machine is not None
            effects.left.append((self.reading.label(target, standing), machine.beep_ms))
            standing = replace(standing, messages=(*standing.messages, Message(name, text)))
            stage = replace(stage, left=stage.left | {name})
        else:
            effects.hung_up.add(own)
        roles = roles._replace(legs=tuple(leg for leg in roles.legs if leg != own))
        return self.steps.go_on(effects, standing, self.steps.failed(stage, Attempt(name, "machine")), roles)

    # What is left

    def leg_does(self, standing: Standing, number: int, does: str, roles: Roles) -> Path:
        """The leg of the message with this number."""
        message = standing.messages[number]
        if does == "beeps":
            return self._beeps(standing, number, roles)
        effects = Effects(f"when the machine of `{message.target}` hangs up", self.flow.target(message.target).span)
        stage = standing.stage
        if message.waited is not None and isinstance(stage, Ringing):  # it may be left one when it is rung again
            standing = replace(standing, stage=replace(stage, left=stage.left - {message.target}))
        return effects, self._over(effects, standing, number)

    def told(self, standing: Standing, number: int, roles: Roles) -> Path:
        """It has been spoken."""
        message = standing.messages[number]
        effects = Effects(f"after the message for `{message.target}`", self.flow.target(message.target).span)
        effects.hung_up.add(roles.left[number])
        return effects, self._over(effects, standing, number)

    def waited_for(self, standing: Standing, roles: Roles) -> Iterator[Path]:
        """What of a message has lasted for as long as it may; of several that have, each alone, or all."""
        unheard, spoken = [], []
        for number, message in enumerate(standing.messages):
            if message.waited is not None and self.limits.is_due(message.waited, self._beep(message)):
                unheard.append(number)
                yield self._beeps(standing, number, roles)
            if message.spoken is not None and self.limits.is_due(message.spoken, longest(message.text)):
                spoken.append(number)
                yield self.told(standing, number, roles)
        if len(unheard) + len(spoken) < 2:
            return
        everything = Effects("when the time of several messages is over")
        for number in unheard:
            effects, standing = self._beeps(standing, number, roles)
            everything.beside(effects)
        for number in reversed(spoken):  # those behind it have other numbers then
            effects, standing = self.told(standing, number, roles)
            everything.beside(effects)
        everything.is_over = effects.is_over
        yield everything, standing

    def over_early(self, standing: Standing, timer: str, roles: Roles) -> Iterator[Path]:
        """What of a message may be over at any instant, by its timer."""
        for number, message in enumerate(standing.messages):
            if timer == NO_BEEP and message.waited is not None:
                yield self._beeps(standing, number, roles)
            if timer == TOLD_LATE and message.spoken is not None:
                yield self.told(standing, number, roles)

    def _beep(self, message: Message) -> int:
        machine = self.flow.target(message.target).machine
        return 0 if machine is None else machine.beep_ms + DETECTION_LATE_MS

    def _beeps(self, standing: Standing, number: int, roles: Roles) -> Path:
        """There was a beep, or there is none: that time is over says of no machine which it is."""
        message = standing.messages[number]
        target = self.flow.target(message.target)
        if message.waited is None:
            return Effects(f"when the machine of `{message.target}` beeps again"), standing
        effects = Effects(f"when the machine of `{message.target}` records", target.span)
        effects.speak(message.text, self.reading.voice(target.language))
        effects.machines.append(roles.left[number])
        return effects, _with(standing, number, message._replace(waited=None, spoken=0))

    def _over(self, effects: Effects, standing: Standing, number: int) -> Standing:
        """A session that has outlived its call for this ends with it, or waits for its webhooks."""
        standing = replace(standing, messages=(*standing.messages[:number], *standing.messages[number + 1 :]))
        stage = standing.stage
        if not isinstance(stage, Ending) or stage.message is not None or standing.messages or standing.is_recorded:
            return standing
        if is_told(standing):
            return over(effects)
        return replace(standing, stage=Ending())


def _verdict(found: str, machine: Machine) -> str:
    unsure = "machine" if machine.unsure_is_machine else "person"
    return {"HUMAN": "person", "VOICEMAIL": "machine"}.get(found, unsure)


def _with(standing: Standing, number: int, message: Message) -> Standing:
    messages = (*standing.messages[:number], message, *standing.messages[number + 1 :])
    return replace(standing, messages=messages)
