"""The other people of an emulated call: legs and agents, as handles that tell a session what they do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from flowc.simulator.observed import AgentView, LegView

Entry = dict[str, Any]
"""Plain data that goes to the engine, or comes from the scenario."""


class ImpossibleEvent(Exception):
    """The environment asked for what cannot happen, such as an answer of a leg that is over."""


class EmulatedCall(Protocol):
    """The session that legs and agents are part of: what they do is told to it, what they are is read from it."""

    @property
    def legs(self) -> list[LegView]: ...

    @property
    def agents(self) -> list[AgentView]: ...

    def event(self, event: Entry) -> Entry: ...


class Leg:
    """A leg, named by its number, SIP address or id; of several with one number it is the latest that lives."""

    def __init__(self, session: EmulatedCall, name: str) -> None:
        self._session = session
        self.name = name

    def _does(self, does: str, **details: Any) -> None:
        kind = "caller" if self.name == "caller" else "leg"
        self._session.event({"type": kind, "leg": self.name, "does": does, **details})

    def ring(self) -> None:
        """The phone rings."""
        self._does("ring")

    def early_media(self) -> None:
        """The network sends audio before the answer."""
        self._does("early")

    def answer(self) -> None:
        """Somebody picks up. Also after the scenario's hang-up, if that is confirmed manually."""
        self._does("answer")

    def fail(self, code: int, reason: str = "", *, answered: bool = False) -> None:
        """The call does not come about; `code` is a SIP code. `answered`: the platform says so of a leg that has been
        answered.
        """
        self._does("fail", code=code, reason=reason, answered=answered)

    def hang_up(self) -> None:
        """The other side hangs up; a caller may do so before the answer."""
        self._does("hangup")

    def again(self, event: str) -> None:
        """The platform reports `Connected`, `Failed` or `Disconnected` a second time."""
        self._does("again", event=event)

    def confirm_hang_up(self) -> None:
        """The network confirms the scenario's hang-up (with `hangup="manual"`)."""
        self._does("gone")

    def press(self, digits: str, kind: str = "telephone_event") -> None:
        """Keys are pressed; `kind` is how they travel: telephone_event (RFC 2833), in_band or sip_info."""
        self._does("digits", digits=digits, kind=kind)

    def is_machine(self, subtype: str = "NONE", confidence: int = 90) -> None:
        """Answering machine detection finds a machine."""
        self.detected("VOICEMAIL", subtype, confidence)

    def is_human(self, confidence: int = 90) -> None:
        """Answering machine detection finds a person."""
        self.detected("HUMAN", None, confidence)

    def detected(self, result: str, subtype: str | None = None, confidence: int | None = None) -> None:
        """Answering machine detection comes to a result, one of `AMD.ResultClass`."""
        self._does("detect", result=result, subtype=subtype, confidence=confidence)

    def detection_fails(self, message: str) -> None:
        """Answering machine detection reports an error."""
        self._does("detect", error=message)

    def says_place(self, *, late: bool = False, **place: float | None) -> None:
        """A queue says which place the caller has: `position`, `ewt` in milliseconds, and a `code`, or less. `late`:
        of a caller who waits there no longer.
        """
        self._does("place", late=late, **place)

    def beeps(self, how: str = "heard") -> None:
        """What comes of beep detection: `heard`, `not in time` or `error`."""
        self._does("beep", how=how)

    def sends_message(self, text: str) -> None:
        """A text message arrives from the leg."""
        self._does("message", text=text)

    def sends_info(self, mime_type: str, body: str) -> None:
        """A SIP INFO message arrives from the leg."""
        self._does("info", mime_type=mime_type, body=body)

    def hold(self) -> None:
        """A person at a SIP phone puts the call on hold."""
        self._does("hold")

    def resume(self) -> None:
        """And takes it up again."""
        self._does("unhold")

    def asks_transfer(self, to: str) -> None:
        """The leg asks to be transferred to a user, a blind transfer: the scenario's business, if it handles them."""
        self._does("ask_transfer", to=to)

    def completes_transfer(self) -> None:
        """The leg carries out the scenario's `transferTo`: the platform leaves the call."""
        self._does("transfer_complete")

    def refuses_transfer(self, code: int, reason: str = "") -> None:
        """The leg does not carry out the scenario's `transferTo`."""
        self._does("transfer_failed", code=code, reason=reason)

    @property
    def view(self) -> LegView:
        """The leg: id, label, direction, type, number, callerid, headers, state, hanging, hears."""
        legs = [leg for leg in self._session.legs if self.name in (leg["id"], leg["label"], leg["number"])]
        if self.name != "caller":
            legs = [leg for leg in legs if leg["direction"] == "outgoing"]
        if not legs:
            raise ImpossibleEvent(f"no leg {self.name} has been dialled")
        return ([leg for leg in legs if leg["state"] != "TERMINATED"] or legs)[-1]

    @property
    def state(self) -> str:
        """ALERTING, PROGRESSING, CONNECTED or TERMINATED."""
        return str(self.view["state"])

    @property
    def hears(self) -> str | None:
        """What it hears now; see `Session.heard_by_caller`."""
        return text_or_none(self.view["hears"])


class Agent:
    """The agent on the other end of the socket: the latest one, or the one named by its id."""

    def __init__(self, session: EmulatedCall, name: str | None = None) -> None:
        self._session = session
        self.name = name

    def _does(self, does: str, **details: Any) -> None:
        self._session.event({"type": "agent", "agent": self.name, "does": does, **details})

    def connects(self) -> None:
        """The socket opens (with `agent="manual"`)."""
        self._does("connect")

    def refuses(self, message: str = "connection refused") -> None:
        """The socket does not open: the promise is rejected (with `agent="manual"`)."""
        self._does("refuse", message=message)

    def speaks(self, milliseconds: int) -> None:
        """It speaks for so long. `WebSocketMediaStarted` comes now, `WebSocketMediaEnded` one second after the end."""
        self._does("speak", ms=milliseconds)

    def closes(self, code: int = 1000, reason: str = "call ended by agent") -> None:
        """It closes the socket."""
        self._does("close", code=code, reason=reason)

    def closes_again(self, code: int = 1006, reason: str = "") -> None:
        """The platform reports the end of its socket a second time."""
        self._does("close_again", code=code, reason=reason)

    def clear(self) -> None:
        """The caller interrupts it."""
        self._does("clear")

    def sends_custom(self, payload: Mapping[str, Any]) -> None:
        """It sends a custom event."""
        self._does("custom", payload=dict(payload))

    def sends_dtmf(self, payload: Mapping[str, Any]) -> None:
        """It sends a DTMF event."""
        self._does("dtmf", payload=dict(payload))

    def fails(self, payload: Mapping[str, Any]) -> None:
        """Its socket reports an error."""
        self._does("error", payload=dict(payload))

    @property
    def view(self) -> AgentView:
        """The agent: id, state, started, metadata, customs, speaking, held (ms of audio nobody has heard), hears."""
        agents = [agent for agent in self._session.agents if self.name in (None, agent["id"])]
        if not agents:
            raise ImpossibleEvent("no agent has been created")
        return agents[-1]

    @property
    def state(self) -> str:
        """connecting, open or closed."""
        return str(self.view["state"])

    @property
    def started(self) -> Entry | None:
        """The metadata it was started with; None before."""
        view = self.view
        return view["metadata"] if view["started"] else None

    @property
    def customs(self) -> list[Entry]:
        """Every parameter object passed to `custom`, in order."""
        return list(self.view["customs"])

    @property
    def hears(self) -> str | None:
        """What it hears now; see `Session.heard_by_caller`."""
        return text_or_none(self.view["hears"])


def text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)
