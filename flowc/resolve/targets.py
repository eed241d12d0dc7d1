"""Whom a flow calls: numbers, addresses, users and queues, and what each is asked and told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from flowc.diagnostics import Problems, quoted
from flowc.ir import (
    Accept,
    Announce,
    Data,
    Parameter,
    PstnTarget,
    QueueTarget,
    Reference,
    SipTarget,
    Target,
    UserTarget,
    WhatsappTarget,
)
from flowc.ir.walk import PLACE
from flowc.language.flow import syntax
from flowc.language.flow.targets import PRIORITY
from flowc.language.flow.values import SIP_HEADER_NAME
from flowc.language.located import Maybe, Section, entries, given
from flowc.nodes import Broken, Scalar
from flowc.resolve import headers, heard, sip, texts
from flowc.resolve.caller_ids import caller_ids
from flowc.resolve.digits import digits
from flowc.resolve.likeness import KIND_OF, place_of_key
from flowc.resolve.machine import machine
from flowc.resolve.nameable import Nameable
from flowc.resolve.names import Names
from flowc.resolve.steps import StepResolver
from flowc.suggest import did_you_mean

_DECLARE = "declare them under `hours`: `NAME: {timezone: …, weekly: {mon-fri: …}}`"


class TargetResolver:
    """`parameters` are those of all actions, None if that is not known; `data` is what a call is started with, and
    there may be more if they are open.
    """

    def __init__(
        self,
        steps: StepResolver,
        nameable: Nameable,
        parameters: Names | None,
        data: Mapping[str, Parameter | None],
        problems: Problems,
        written: Maybe[Section[syntax.Target]],
        *,
        is_data_open: bool,
    ) -> None:
        self._written = {name.text: target for name, target in entries(written)}
        self._steps = steps
        self._nameable = nameable
        self._parameters = parameters
        self._data = data
        self._is_data_open = is_data_open
        self._problems = problems

    def target(self, name: Scalar, target: syntax.CalledTarget) -> Target:
        if isinstance(target, syntax.QueueTarget):
            return self._queue(name, target)
        shown = caller_ids(target.caller_id, self._problems)
        open_in = self._open_in(target.hours)
        accept = self._accept(target.accept)
        whisper = None if target.whisper is None else self._steps.told_alone(target.whisper)
        language = heard.language(target.language, self._nameable.languages, self._problems)
        detected = machine(name, target, self._steps.left_on_a_machine, self._problems)
        of_machines = None if isinstance(target, syntax.WhatsappTarget) else target.machine
        broken = (target.accept, target.voicemail, of_machines)
        is_whole = not (target.node.open or Broken in map(type, broken))
        of_all = (name.span, open_in, is_whole and target.voicemail != "none", accept, whisper, language)
        whispers = place_of_key("whisper", target, self._written)
        if not isinstance(target, syntax.SipTarget):
            self._needs("caller_id", target.caller_id, name, target)
        match target:
            case syntax.PstnTarget():
                called = target.pstn
                number = (
                    self._data_number(called)
                    if isinstance(called, syntax.DataReference)
                    else texts.setting(called, self._problems)
                )
                sent = digits(target.digits, self._parameters, self._problems)
                return PstnTarget(name.text, number, shown, target.ring, *of_all, sent, detected, whispers)
            case syntax.UserTarget():
                user = texts.setting(target.user, self._problems)
                return UserTarget(name.text, user, shown, target.ring, *of_all, target.push, detected, whispers)
            case syntax.WhatsappTarget():
                number = texts.setting(target.whatsapp, self._problems)
                return WhatsappTarget(name.text, number, shown, target.ring, *of_all, whispers)
            case syntax.SipTarget():
                in_headers = self._nameable.with_answers(self._nameable.in_texts(self._parameters))
                address = texts.setting(target.sip, self._problems)
                headers.no_two_alike(target.headers, SIP_HEADER_NAME, "SIP", self._problems)
                return SipTarget(
                    name.text,
                    address,
                    shown,
                    texts.entries(target.headers, in_headers, self._problems),
                    target.ring,
                    *of_all,
                    digits(target.digits, self._parameters, self._problems),
                    detected,
                    auth=sip.auth(target.auth, self._problems),
                    display_name=sip.display_name(target.display_name, self._problems),
                    proxy=sip.proxy(target.proxy),
                    registration=sip.registration(target.registration, self._problems),
                    refers=target.refer,
                    whisper_at=whispers,
                    refers_at=place_of_key("refer", target, self._written),
                )
            case _:
                assert_never(target)

    def _queue(self, name: Scalar, target: syntax.QueueTarget) -> QueueTarget:
        self._needs("wait", target.wait, name, target)
        return QueueTarget(
            name.text,
            texts.setting(target.queue, self._problems),
            target.wait or 0,
            name.span,
            tuple(each.text for each in given(target.skills) or () if isinstance(each, Scalar)),
            int(PRIORITY) if target.priority is None else target.priority,
            self._open_in(target.hours),
            None if target.whisper is None else self._steps.told_alone(target.whisper),
            heard.language(target.language, self._nameable.languages, self._problems),
            announce=self._announce(target.announce),
            whisper_at=place_of_key("whisper", target, self._written),
        )

    def _announce(self, written: Maybe[syntax.Announce]) -> Announce | None:
        if written is None or type(written) is Broken:
            return None
        name = self._steps.announced(written.say)
        prompt = self._steps.scope.prompt.get(name)
        parts = () if prompt is None else (part for each in prompt.versions for part in each.text.parts)
        bare = {part.name for part in parts if isinstance(part, Reference) and part.fallback is None}
        return Announce(name, written.every, tuple(each for each in PLACE if each in bare), written.span)

    def _lacks_it_too(self, key: str, target: syntax.CalledTarget) -> bool:
        """Whether the target that it is like needs this key too, and has none: that is the cause, and is said there."""
        model = self._written.get(target.like.text) if isinstance(target.like, Scalar) else None
        if model is None or isinstance(model, Broken | syntax.LikeTarget | syntax.SipTarget):
            return False
        return key in KIND_OF[type(model)].by_key and key not in model.node.entries

    def _needs(self, key: str, value: object, name: Scalar, target: syntax.CalledTarget) -> None:
        """A key of its own or of the target that it is like: the grammar cannot ask for it."""
        if value is None and not self._lacks_it_too(key, target):
            from flowc.parse.key_errors import KeyErrors

            kind = KIND_OF[type(target)]
            KeyErrors(self._problems).missing_key(kind.by_key[key], kind, target.node, name)

    def _accept(self, written: Maybe[syntax.Accept]) -> Accept | None:
        """How the person takes the call."""
        if written is None or type(written) is Broken:
            return None
        key, decline = given(written.accepting), given(written.decline)
        return Accept(
            self._steps.told_alone(written.say),
            key.text if key is not None else "any",
            decline.text if decline is not None else None,
            written.within,
            decline.span if decline is not None else written.span,
        )

    def _open_in(self, node: Maybe[Scalar]) -> str | None:
        """The hours that a target names."""
        if node is None or type(node) is Broken:
            return None
        declared = self._nameable.hours
        if not declared.may_be(node.text) and not self._problems.full:
            hint = did_you_mean(node.text, declared.in_order) or _DECLARE
            self._problems.add(node.span, "FLOW201", f"there are no hours {quoted(node.text)}", hint)
        return node.text

    def _data_number(self, written: syntax.DataReference) -> Data:
        """What a call is started with, which has to be a phone number."""
        name = given(written.data)
        if name is None:
            return Data("")
        datum = self._data.get(name.text)
        if name.text not in self._data:
            if not self._is_data_open:
                declare = "declare it: `outbound: {data: {NAME: {type: string, format: phone, description: …}}}`"
                hint = did_you_mean(name.text, self._data) or declare
                self._problems.add(name.span, "FLOW201", f"there is no `data` {quoted(name.text)} of `outbound`", hint)
        elif datum is not None and datum.format != "phone":
            message = f"`data` {quoted(name.text)} may be no phone number, and would be dialled"
            self._problems.add(name.span, "FLOW309", message, f"give {quoted(name.text)} `format: phone`")
        elif datum is not None and datum.optional:
            message = f"`data` {quoted(name.text)} may be missing, and then there is nobody to be called"
            self._problems.add(name.span, "FLOW309", message, f"take `optional` of {quoted(name.text)} out")
        return Data(name.text)
