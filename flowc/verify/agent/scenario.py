"""The other side, as flows/README.md describes it: one call, as whoever posts to its control URL sees it.

It is no emulator. It knows when it accepts what is asked for, that under one request id nothing is done twice, that
only one action at a time takes the call, and what may be taken back. When something happens is for the run to say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from flowc.verify.agent.action import BRIEFING, INTRODUCTION, RINGS, ToolAction
from flowc.verify.agent.watching import AT_WORK, NO_ANSWER
from flowc.verify.agent.wire import Posted

URL = "http://127.0.0.1:9/request/of-this-call"
TOKEN = "token-of-this-call"
ID, TOKEN_HEADER, CANCEL, REPLY = "x-flowc-request-id", "x-flowc-token", "x-flowc-cancel", "x-flowc-reply"

Reply = dict[str, Any]


class Phase(Enum):
    NEW = auto()  # the agent is not on the call yet
    TALKING = auto()  # with the agent
    LEAVING = auto()  # an action was accepted, and the agent finishes its sentence
    AWAY = auto()  # the action has begun
    BRIEFING = auto()  # the agent talks to a person alone
    RINGS = auto()  # it talks on with the caller meanwhile
    INTRODUCTION = auto()  # and then to a person as well
    ENDED = auto()


_PHASES = {BRIEFING: Phase.BRIEFING, RINGS: Phase.RINGS, INTRODUCTION: Phase.INTRODUCTION}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that takes the call. `body` says what is to be done."""

    id: str
    body: str
    action: ToolAction


class Scenario:
    """`accepts` is told what takes the call from now on, `does` what is carried out, `tells` what the agent is told,
    and `asks` for what a webhook is asked, which answers later.
    """

    def __init__(
        self,
        actions: Mapping[str, ToolAction],
        accepts: Callable[[Accepted], None],
        does: Callable[[str, str], None],
        tells: Callable[[dict[str, Any]], None],
        gives_up: Callable[[], None] | None = None,
        asks: Callable[[Accepted], None] = lambda _: None,
    ) -> None:
        self.phase = Phase.TALKING
        self.request: Accepted | None = None
        self.decision: Accepted | None = None  # of the agent, on the person to whom it talks alone
        self._actions = actions
        self._accepts, self._does, self._tells = accepts, does, tells
        self._gives_up = gives_up  # None: nobody watches the model
        self._asks = asks
        self._answers: dict[str, tuple[str, Reply]] = {}  # by request id: the body, and what it was answered

    def answer(self, posted: Posted) -> Reply:
        if posted.headers.get(TOKEN_HEADER) != TOKEN:
            return refusal("unauthorized")
        id = posted.headers.get(ID, "")
        reply = {"ok": True} if posted.body == "{}" else self._of_action(id, posted)
        if posted.headers.get(REPLY) == "event":
            self._tells({"vox_event": "reply", "request_id": id, "reply": reply})
        return reply

    def _of_action(self, id: str, posted: Posted) -> Reply:
        body, known = posted.body, self._answers.get(id)
        if known is not None and known[0] != body:
            return refusal("request_id_reused")
        if CANCEL in posted.headers:
            action = self._actions.get(_named(body))
            if action is None or not action.cancels:
                return refusal("bad_request")
            if self.phase is Phase.LEAVING and self.request is not None and self.request.id == id:
                self.interrupted()
            elif known is None:
                self._answers[id] = (body, refusal("cancelled"))
        elif known is None:
            self._answers[id] = (body, self._perform(id, body))
        return self._answers[id][1]

    def _perform(self, id: str, body: str) -> Reply:
        action = self._actions.get(_named(body))
        is_silent = body == NO_ANSWER and self._gives_up is not None
        if body == AT_WORK:
            return {"ok": True} if self.phase is Phase.TALKING else refusal("busy")
        if action is None and not is_silent:
            return refusal("unknown_action")
        if self.phase is Phase.ENDED:
            return refusal("call_ended")
        if self.phase is Phase.NEW:
            return refusal("not_ready")
        if action is None:
            return self._without_model()
        if action.decides and self.phase is not _PHASES[action.part]:
            return refusal("not_ready")
        if self.phase is Phase.BRIEFING or action.decides:
            return self._in_briefing(id, body, action)
        if not action.takes_call:
            self._does(id, body)
            if action.asks_for:
                self._asks(Accepted(id, body, action))
                return {"ok": True, "pending": True}
            return _done(body, action)
        if self.phase is not Phase.TALKING:
            return refusal("busy")
        self.phase, self.request = Phase.LEAVING, Accepted(id, body, action)
        self._accepts(self.request)
        return {"ok": True}

    def _in_briefing(self, id: str, body: str, action: ToolAction) -> Reply:
        if not action.decides or self.decision is not None:
            return refusal("busy")
        self.decision = Accepted(id, body, action)
        self._accepts(self.decision)
        return {"ok": True}

    def _without_model(self) -> Reply:
        is_briefing = self.phase in _PHASES.values() and self.decision is None
        if not (is_briefing or self.phase is Phase.TALKING) or self._gives_up is None:
            return refusal("busy")
        self.phase = Phase.AWAY if is_briefing else Phase.ENDED  # whoever was briefed gets the caller
        self._gives_up()
        return {"ok": True}

    # What happens by itself

    def is_answered(self, request: Accepted, *, is_told: bool) -> None:
        """By the webhook that was asked: this is the reply, whoever asks. `is_told`: the agent is, if it is there."""
        self._answers[request.id] = (request.body, _done(request.body, request.action))
        if is_told:
            self._tells({"vox_event": "reply", "request_id": request.id, "reply": self._answers[request.id][1]})

    def interrupted(self) -> None:
        """The caller has spoken before it has begun, and this one is not done then."""
        request, self.request, self.phase = self.request, None, Phase.TALKING
        assert request is not None
        self._answers[request.id] = (request.body, refusal("cancelled"))
        self._tells({"vox_event": "cancelled", "action": request.action.name, "request_id": request.id})

    def forgets(self, request: Accepted) -> bool:
        """The caller leaves with a key before it has begun: whether that is so."""
        if self.request is not request or self.phase is not Phase.LEAVING:
            return False
        self.phase = Phase.AWAY
        self._answers[request.id] = (request.body, refusal("cancelled"))
        cancelled = {"vox_event": "cancelled", "action": request.action.name, "request_id": request.id}
        self._tells({**cancelled, "key": "0"})
        return True

    def was_cancelled(self, request: Accepted) -> bool:
        """Or it was carried out."""
        return self._answers.get(request.id, ("", {}))[1] == refusal("cancelled")

    def begins(self, request: Accepted) -> bool:
        """Whether it does: it may have been cancelled."""
        if self.request is not request or self.phase is not Phase.LEAVING:
            return False
        self.phase = Phase.AWAY
        self._does(request.id, request.body)
        return True

    def is_decided(self) -> Accepted | None:
        """The agent talks to nobody alone any more: what it has decided, if anything, is done."""
        decision, self.decision, self.phase = self.decision, None, Phase.AWAY
        if decision is not None:
            self._does(decision.id, decision.body)
        return decision

    def is_over(self, request: Accepted) -> None:
        """The caller is back with an agent."""
        assert self.request is request
        self.phase, self.request = Phase.TALKING, None


def _done(body: str, action: ToolAction) -> Reply:
    return {"ok": True, **({"data": action.data(body)} if action.replies else {})}


def refusal(code: str) -> Reply:
    return {"ok": False, "error": {"code": code, "message": "because"}}


def _named(body: str) -> str:
    try:
        given = json.loads(body)
    except ValueError:
        return ""
    return str(given.get("action", "")) if isinstance(given, dict) else ""
