"""How a target is called: whether it can be, with which caller ID, and with what else."""

from __future__ import annotations

import re
from typing import assert_never

from msgspec.structs import replace

from flowc.ir import (
    CallerId,
    CallersNumber,
    Entry,
    PstnTarget,
    QueueTarget,
    SipTarget,
    Target,
    UserTarget,
    WhatsappTarget,
)
from flowc.verify.oracle.observation import Dialled, Handed
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.standing import Standing
from flowc.verify.oracle.wording import header

HOPS, FIRST_HOP = "X-Flowc-Hops", "1"
"""How often a call was passed on over SIP: the caller of a search comes straight from the telephone."""


MOST_REFERS = 10
"""The platform asks for no more in a call."""
CALL_TIMEOUT = "VI-CallTimeout"
"""How long the platform rings a user, in whole seconds: ten at least, and one more than its `ring`."""
ANY_LEVEL = "1,2,3,4,5"
"""Of a skill: whoever has it."""
_NUMBER = r"\+[1-9]\d{6,14}"
_FORMS = {
    PstnTarget: _NUMBER,
    SipTarget: r"sips?:\S+@\S+",
    UserTarget: r"\S+",
    WhatsappTarget: _NUMBER,
    QueueTarget: ".+",
}


class Dialling:
    """In one flow, where a call stands."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def obstacle(self, target: Target, standing: Standing) -> str:
        """The outcome of a target that cannot be rung; empty if it can."""
        address = self.reading.value(target.dialled, standing)
        if not re.fullmatch(_FORMS[type(target)], address):
            return "invalid"
        if isinstance(target, QueueTarget):
            return ""  # which is no number
        numbers = self.reading.numbers(standing)
        if self.reading.is_placed(standing):
            numbers = numbers._replace(caller="", dialled="")  # nobody has called
        if address == numbers.dialled and not isinstance(target, UserTarget):  # an app leads nowhere else
            return "invalid"
        if address == numbers.caller:
            return "busy"
        is_shown = self.next_shown(target, standing, 0) < len(target.caller_ids) or not target.caller_ids
        return "" if is_shown else "not_allowed"

    def lacks_account(self, target: Target, standing: Standing) -> bool:
        """Whether a setting without which it cannot be called over SIP is not there."""
        if not isinstance(target, SipTarget):
            return False
        return not all(self.reading.value(setting, standing) for setting in target.account)

    def _called_with(self, target: SipTarget, standing: Standing) -> tuple[tuple[str, str | int], ...]:
        how: dict[str, str | int] = {}
        if target.auth is not None:
            how["user"] = self.reading.value(target.auth.user, standing)
            how["password"] = self.reading.value(target.auth.password, standing)
        if target.display_name is not None:
            how["display_name"] = target.display_name
        if target.proxy is not None:
            how["proxy"] = target.proxy
        if target.registration is not None:
            how["registration"] = int(self.reading.value(target.registration, standing))
        return tuple(sorted(how.items()))

    def next_shown(self, target: Target, standing: Standing, first: int) -> int:
        """Which caller ID is shown, from this one on: the next that is there. The number behind them if none is."""
        known = (n for n, each in enumerate(target.caller_ids) if n >= first and self._caller_id(each, standing))
        return next(known, len(target.caller_ids))

    def _caller_id(self, caller_id: CallerId, standing: Standing) -> str:
        """The caller's own is shown if the call came in over the telephone network, and it is not withheld."""
        if isinstance(caller_id, CallersNumber):
            return self.reading.callers_own(standing)
        return self.reading.value(caller_id, standing)

    def _headers(self, headers: tuple[Entry, ...], standing: Standing) -> tuple[tuple[str, str], ...]:
        """Those of the flow, as far as they have a text, and how often the call was passed on."""
        parameters, numbers = self.reading.known(standing), self.reading.numbers(standing)
        told = {entry.name: header(entry, numbers, parameters) for entry in headers}
        sent = {name: text for name, text in told.items() if text}
        return tuple(sorted({**sent, HOPS: FIRST_HOP}.items()))

    def hands_over(self, target: Target, standing: Standing) -> bool:
        """Whether the caller's trunk is asked to connect the caller there by itself. Which caller ID the target is
        shown makes no difference then.
        """
        is_asked = isinstance(target, SipTarget) and target.refers and standing.may_refer
        if not is_asked or standing.refers >= MOST_REFERS or self.lacks_account(target, standing):
            return False
        return self.reading.is_open(target.hours) and self.obstacle(target, standing) in ("", "not_allowed")

    def handed(self, target: Target, standing: Standing) -> Handed:
        assert isinstance(target, SipTarget)
        return Handed(self.reading.value(target.address, standing), self._headers(target.headers, standing))

    def dialled(self, target: Target, standing: Standing, number: int) -> Dialled:
        """`number` is that of the caller ID. Of a call that is placed, each target is told that it is called itself."""
        if self.reading.is_placed(standing):
            standing = replace(standing, whom=target.name)
        address = self.reading.value(target.dialled, standing)
        caller_id = target.caller_ids[number] if target.caller_ids else ""
        shown = self._caller_id(caller_id, standing)
        match target:
            case PstnTarget():
                return Dialled("pstn", address, shown, (), isinstance(caller_id, CallersNumber))
            case UserTarget(ring_ms=ring, push_ms=push):
                timeout = ((CALL_TIMEOUT, str(max(10, 1 - -ring // 1000))),)
                return Dialled("user", address, shown, timeout, False, () if push is None else (("push", push),))
            case WhatsappTarget():
                return Dialled("wab", address, shown, ())
            case QueueTarget(ring_ms=wait, skills=skills):
                wanted = "; ".join(f"{skill} {ANY_LEVEL}" for skill in skills)
                asked = (("priority", target.priority), ("skills", wanted), ("timeout", 1 - -wait // 1000))
                return Dialled("queue", address, "", (), False, asked)
            case SipTarget(headers=headers):
                how = self._called_with(target, standing)
                return Dialled("sip", address, shown, self._headers(headers, standing), False, how, rings_late=True)
            case _:
                assert_never(target)
