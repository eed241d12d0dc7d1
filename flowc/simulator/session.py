"""One emulated call, step by step: what happens to it is said by methods, what became of it is read from properties.

Every method applies one event and everything that is due at the same instant. Time stands still but for `advance`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct

from flowc.simulator.observed import AgentView, LegView, PlayerView, RecorderView, View, WaitingView
from flowc.simulator.options import Options
from flowc.simulator.parties import Agent, Entry, ImpossibleEvent, Leg, text_or_none
from flowc.simulator.trace import TraceEvent, logged


class Reply(Struct, frozen=True):
    """The HTTP reply to a request, as its sender sees it."""

    status: int
    body: str

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class Silence(Struct, frozen=True):
    """A time in which the connected caller heard nothing. Milliseconds; `end` is None while it lasts."""

    start: int
    end: int | None


class SessionEnd(Struct, frozen=True):
    """When the session ended (milliseconds), and why: `terminate`, `no_calls`, `platform` or `error`."""

    t: int
    reason: str


class SessionError(Struct, frozen=True):
    """What ended the session: an exception, an unhandled rejection, invalid code, too large a scenario."""

    kind: str
    message: str
    where: str | None
    line: int | None
    column: int | None
    t: int


class Moment(Struct, frozen=True):
    """A state of a session that `Session.restore` can bring back."""

    number: int
    generation: int
    trace_length: int
    events: tuple[Entry, ...]


class CannotSave(Exception):
    """The scenario's `S` has what no copy can be made of: objects of its own classes, typed arrays. Says where."""


class Context(Protocol):
    """Where the emulator's JavaScript runs. `generation` is another number after it had to be begun anew, which costs
    every session its state.
    """

    generation: int

    def call(self, function: str, *arguments: Any) -> str: ...

    def syntax_position(self, scenario: str) -> tuple[int, int] | None: ...


class Session:
    """One emulated call. Made by `Engine.session`."""

    def __init__(self, engine: Context, number: int, scenario: str, options: Options) -> None:
        self._engine = engine
        self._id = number
        self._scenario = scenario
        self.options = options
        self.trace: list[TraceEvent] = []
        self._events: list[Entry] = []
        self._generation = engine.generation
        self._take(self._open())
        self._generation = engine.generation
        error = self._view["error"]
        self._position = engine.syntax_position(scenario) if error and error["kind"] == "syntax" else None

    # What happens

    def incoming_call(self, from_: str = "+15550000001", to: str = "+15550000002", **details: Any) -> None:
        """Somebody calls. `details`: display_name, headers, client (pstn, sip, user)."""
        self.event({"type": "incoming", "from": from_, "to": to, **details})

    def start(self) -> None:
        """The session is started by an API request, without a call."""
        self.event({"type": "start"})

    def advance(self, milliseconds: int) -> None:
        """Time passes, and everything that is due happens in order."""
        self.event({"type": "advance", "ms": milliseconds})

    def post(
        self,
        body: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "POST",
        path: str = "/request/1",
    ) -> Reply:
        """A request to the session's access URL. Only headers that start with X- reach the scenario."""
        request = {"type": "request", "method": method, "path": path, "body": body, "headers": dict(headers or {})}
        reply = self.event(request)["reply"]
        return Reply(reply["status"], reply["body"])

    def answer_storage(self, key: str, value: str | None) -> None:
        """A look-up in the storage is answered (with `storage_answers="manual"`)."""
        self.event({"type": "storage", "key": key, "value": value})

    def fail_storage(self, key: str, message: str = "storage is not available") -> None:
        """A look-up in the storage is rejected (with `storage_answers="manual"`)."""
        self.event({"type": "storage", "key": key, "error": message})

    def answer_http(self, code: int = 200, text: str = "", url: str | None = None, *, binary: bool = False) -> None:
        """The oldest outgoing request (to `url`) is answered (with `http="manual"`)."""
        self.event({"type": "http", "code": code, "text": text, "url": url, "binary": binary})

    def finish_player(self, player: str | None = None, error: str | None = None, *, only_error: bool = False) -> None:
        """A player, by id or label, comes to its end (with `players="manual"`). `only_error`: the platform reports the
        error and no end.
        """
        self.event({"type": "player", "player": player, "error": error, "only_error": only_error})

    def announce(self, leg: str = "caller", from_: str = "15550000003", to: str = "15550000002") -> None:
        """The platform reports an incoming call: the caller's once more, or one of another name."""
        self.event({"type": "announce", "leg": leg, "from": from_, "to": to})

    def leg(self, name: str) -> Leg:
        """A leg by number, SIP address or id."""
        return Leg(self, name)

    @property
    def caller(self) -> Leg:
        """The incoming leg."""
        return Leg(self, "caller")

    @property
    def agent(self) -> Agent:
        """The latest agent."""
        return Agent(self)

    def agent_named(self, name: str) -> Agent:
        """An agent by id: `agent-1` is the first."""
        return Agent(self, name)

    def event(self, event: Entry) -> Entry:
        """Applies an event in the emulator's own form, as batches use it; the answer of a request has a `reply`."""
        self._bring_back()
        answer = self._take(self._engine.call("step", self._id, json.dumps(event)))
        impossible = answer.get("impossible")
        if impossible is not None:
            raise ImpossibleEvent(impossible)
        self._events.append(event)
        return answer

    # What became of it

    @property
    def now(self) -> int:
        """Virtual time in milliseconds."""
        return int(self._view["now"])

    @property
    def heard_by_caller(self) -> str | None:
        """What the caller hears now; None once gone.

        One of `silence`, `agent`, `ringing`, `unanswered`, `leg:NUMBER`, `tts:TEXT`, `tone:SCRIPT`, `url:URL`;
        several of them joined by ` + ` in a conference.
        """
        return text_or_none(self._view["heard_by_caller"])

    @property
    def view(self) -> View:
        """All that an observer knows of this instant."""
        return self._view

    @property
    def legs(self) -> list[LegView]:
        """Every leg, in order of appearance; see `Leg.view`."""
        return list(self._view["legs"])

    @property
    def live_legs(self) -> list[str]:
        """Labels of the legs that are not over: `caller`, `leg:NUMBER`."""
        return [leg["label"] for leg in self.legs if leg["state"] != "TERMINATED"]

    @property
    def agents(self) -> list[AgentView]:
        """Every agent, in order of creation; see `Agent.view`."""
        return list(self._view["agents"])

    @property
    def recorders(self) -> list[RecorderView]:
        """Every recorder: id, whether it is kept for a given time, state, muted, hears."""
        return list(self._view["recorders"])

    @property
    def players(self) -> list[PlayerView]:
        """Every player: id, what, state."""
        return list(self._view["players"])

    @property
    def waiting(self) -> WaitingView:
        return self._view["waiting"]

    @property
    def silences(self) -> list[Silence]:
        """Times in which the connected caller heard nothing. Nothing at all within one instant does not count."""
        return [Silence(silence["from"], silence["to"]) for silence in self._view["silences"]]

    @property
    def ended(self) -> SessionEnd | None:
        """The session's end; None while it lasts."""
        end = self._view["ended"]
        return None if end is None else SessionEnd(end["t"], end["reason"])

    @property
    def error(self) -> SessionError | None:
        """What went wrong in the scenario's code, if anything did."""
        error = self._view["error"]
        if error is None:
            return None
        if self._position is not None:
            line, column = self._position
            return SessionError(error["kind"], error["message"], error["where"], line, column, error["t"])
        return SessionError(**error)

    @property
    def misuses(self) -> list[str]:
        """Uses of the platform that are mistakes, whether they threw or not."""
        return [entry["message"] for entry in self.trace if entry["event"] == "misuse"]

    @property
    def logs(self) -> list[str]:
        """What the scenario logged, without session and time."""
        return logged(self.trace)

    def events_of(self, *names: str) -> list[TraceEvent]:
        """The trace's entries of these events."""
        return [entry for entry in self.trace if entry["event"] in names]

    @property
    def state(self) -> Any:
        """The scenario's top-level `S` as plain data: handles as {"$Call": id}, functions as {"$function": name}."""
        self._bring_back()
        return json.loads(self._engine.call("state", self._id))

    def save(self) -> Moment:
        """The session as it is now, to come back to. Raises CannotSave if `S` has what cannot be brought back."""
        self._bring_back()
        answer = json.loads(self._engine.call("save", self._id))
        if "refused" in answer:
            raise CannotSave(answer["refused"])
        return Moment(answer["saved"], self._generation, len(self.trace), tuple(self._events))

    def restore(self, moment: Moment) -> None:
        """Brings the session back to a moment of its own, any number of times."""
        self._events = list(moment.events)
        if moment.generation == self._engine.generation:
            del self.trace[moment.trace_length :]
            self._take(self._engine.call("restore", self._id, moment.number))
        else:
            self._generation = -1
            self._bring_back()

    def close(self) -> None:
        """Frees the session's memory in the engine; what was read of it stays."""
        if self._generation == self._engine.generation:
            self._engine.call("close", self._id)

    def _open(self) -> str:
        return self._engine.call("open", self._id, self._scenario, json.dumps(self.options.as_json()))

    def _take(self, text: str) -> Entry:
        answer: Entry = json.loads(text)
        self.trace.extend(answer["trace"])
        self._view: View = answer["view"]
        return answer

    def _bring_back(self) -> None:
        """Replays the session if another one has cost the engine its context: the same events give the same state."""
        if self._generation == self._engine.generation:
            return
        self.trace.clear()
        self._take(self._open())
        self._generation = self._engine.generation
        for event in self._events:
            self._take(self._engine.call("step", self._id, json.dumps(event)))
