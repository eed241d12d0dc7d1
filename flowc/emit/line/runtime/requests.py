"""Requests to the scenario: each made at most once, within a bounded time, whatever happens to the tool meanwhile."""

# mypy: disable-error-code="import-untyped"

import asyncio
import json
import logging
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import aiohttp
from line.llm_agent import ToolEnv

from flowc.emit.line.runtime.outcomes import _text

# ---- From here on a part of _flowc_line.py ----

_TIMEOUT_S = 5.0  # a request takes so long at the most, its second attempt included
_FIRST_ATTEMPT_S = 3.0
_SECOND_ATTEMPT_S = 0.5  # with less time left there is none
_REPEATED_S = 1.5  # for so long a reply without a body is awaited over the agent's own connection
_PENDING_S = 2.0  # so much longer than webhooks may take that are asked, their answer is awaited
_ASK_AGAIN_S = 1.0  # after so long without it, it is asked for once more
_UNCLAIMED_S = 30.0  # an answer that an interrupted tool could not take is kept so long for the next
_ACCEPTED_S = 10.0  # for so long, the same request again is taken for an echo of the first
_MAX_REPLY = 64 * 1024
_MAX_TOKEN = 256

_under_way: set["asyncio.Task[Any]"] = set()


def _keep(task: "asyncio.Task[Any]") -> None:
    """Until it is done: the event loop itself holds tasks only weakly."""
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


class _Reply(NamedTuple):
    """What the scenario answered."""

    ok: bool
    error: str = ""
    message: str = ""
    data: dict[str, Any] | None = None
    is_complete: bool = True  # False: the answer did not arrive, or not in full
    is_pending: bool = False  # a webhook is asked, and the reply comes when that has answered

    def for_model(self) -> dict[str, Any]:
        if self.data is not None:
            return {"ok": True, "data": self.data}
        if self.is_complete:
            return {"ok": True}
        return {"ok": True, "note": "It was accepted, but no details arrived. Do not make any up."}


_NO_REPLY = _Reply(False, "unreachable", is_complete=False)
_ACCEPTED = _Reply(True, is_complete=False)
_PENDING = _Reply(True, is_pending=True)


class _Request:
    """One request to the scenario. Whoever asks for the same joins it; an interrupted tool does not stop it."""

    def __init__(
        self, action: str, body: str, ctx: ToolEnv, *, takes_call: bool, cancels: bool, within: float = 0.0
    ) -> None:
        self.id = str(uuid.uuid4())
        self.action = action
        self.takes_call = takes_call
        self.awaited_by = 0  # tools
        self._within = within
        self._cancels = cancels
        self._body = body
        self._ctx = ctx
        self._task: asyncio.Task[_Reply] | None = None
        self._answer: _Reply | None = None
        self._answered_at = 0.0
        self._claimed = False
        self.is_given_up = False

    def start(self, scenario: "_Scenario") -> "asyncio.Task[_Reply]":
        """Send it, unless that has happened. The task outlives the tool, the turn and the agent's connection."""
        if self._task is None:
            self._task = asyncio.create_task(self._send(scenario))
            _keep(self._task)
        return self._task

    def revoke(self, scenario: "_Scenario") -> None:
        """The caller has interrupted it: if it has not begun, it is not done, whichever of the two arrives first."""
        self.give_up()  # should it be lost that it is taken back, it is not sent a second time at least
        _keep(asyncio.create_task(scenario.post(self.id, self._body, cancel=True)))

    def give_up(self) -> None:
        """Whom it concerns has gone: it is not sent any more, nor once more. What has arrived was in time."""
        self.is_given_up = True

    async def _send(self, scenario: "_Scenario") -> _Reply:
        if self.is_given_up:
            self._answer = _NO_REPLY
            return _NO_REPLY
        try:
            self._answer = await scenario.ask(self.id, self._body, self._within, lambda: not self.is_given_up)
        except asyncio.CancelledError:  # not by an interruption, which does not get here: the program is ending
            self._answer = _NO_REPLY
            raise
        self._answered_at = asyncio.get_running_loop().time()
        return self._answer

    async def reply(self, scenario: "_Scenario") -> _Reply:
        self.awaited_by += 1
        try:
            first = await asyncio.shield(self.start(scenario))
        finally:
            self.awaited_by -= 1
        self._claimed = True
        return self._answer or first  # what was heard since then is better

    def complete(self, reply: _Reply) -> bool:
        """What the scenario says of it when nobody waits for that any more is so all the same. Whether it is news."""
        before = self._answer
        if before is None or before.is_complete or reply.is_pending or not reply.is_complete:
            return False
        self._answer = reply
        return reply.ok != before.ok or reply.data is not None

    @property
    def answer(self) -> _Reply | None:
        """What the scenario has answered by now."""
        return self._answer

    @property
    def seconds_since_accepted(self) -> float | None:
        if self._answer is None or not self._answer.ok:
            return None
        return asyncio.get_running_loop().time() - self._answered_at

    @property
    def may_have_arrived(self) -> bool:
        """Whether nobody can say what became of it."""
        return self._answer is not None and not self._answer.ok and not self._answer.is_complete

    def serves(self, ctx: ToolEnv) -> bool:
        """Whether a tool call for the same thing means this request, not another one like it."""
        if self._cancels and self._task is None:
            return False  # interrupted before it was sent
        if self._answer is None or ctx is self._ctx:
            return True  # it is under way, or the model asked for it twice in one breath
        if self._cancels:
            return False  # the caller may have cancelled it; if not, the scenario refuses another one
        age = asyncio.get_running_loop().time() - self._answered_at
        if self.takes_call and self._answer.ok and self._answer.is_complete:
            # The scenario has the call; once the call is back, this request is forgotten. Should the notice of that
            # be lost, the scenario itself knows better after a while.
            return age < _ACCEPTED_S
        # What was refused, or did not arrive, is tried again: a moment later it may be possible.
        return self._answer.ok and not self._claimed and age < _UNCLAIMED_S


class _Scenario:
    """The VoxEngine scenario, reached at the control URL of its session. The URL and the token are secrets."""

    def __init__(self, contract: str, hosts: Sequence[str], log: logging.Logger) -> None:
        """`hosts`: where a control URL may lead beside the platform."""
        self._log = log
        self._url = ""
        self._hosts = (hosts,) if isinstance(hosts, str) else tuple(hosts)
        self._headers = {"Content-Type": "application/json", "X-Flowc-Contract": contract}
        self._arrived = asyncio.Event()  # once it is known how to reach it
        self._awaited_since: float | None = None
        self._is_heard = False  # whether what it says over the agent's connection gets to `hear`
        self._awaited: dict[str, asyncio.Future[_Reply]] = {}  # replies to come that way, by the id of the request
        self._pending: dict[str, asyncio.Future[_Reply]] = {}  # and those that come when webhooks have answered
        self._warnings: set[str] = set()  # each is logged once a call

    @property
    def is_known(self) -> bool:
        return bool(self._url)

    def learn(self, metadata: Mapping[str, Any]) -> bool:
        """Take the control data from the session's metadata. The first that can be used counts, whatever comes later.

        Whether this is the metadata of the session that is known now.
        """
        url = metadata.get("vox_session_control_url")
        if self.is_known or not _is_control_url(url, self._hosts):
            if url is not None and url != self._url:
                why = "the call has another" if self.is_known else "only https to hosts of voximplant.com is"
                self._warn(f"A vox_session_control_url is not used: {why}.")
            return self.is_known and url == self._url
        self._url = str(url)
        token = metadata.get("vox_control_token")
        if isinstance(token, str) and len(token) <= _MAX_TOKEN and token.isascii() and token.isprintable():
            self._headers["X-Flowc-Token"] = token
        self._arrived.set()
        return True

    async def is_reached(self, seconds: float) -> bool:
        """Whether it is known how to reach it; if not yet, within so many seconds after this was first asked."""
        now = asyncio.get_running_loop().time()
        self._awaited_since = now if self._awaited_since is None else self._awaited_since
        left = self._awaited_since + seconds - now
        if self._is_heard and not self.is_known and left > 0:
            arriving = asyncio.ensure_future(self._arrived.wait())
            try:
                await asyncio.wait([arriving], timeout=left)
            finally:
                arriving.cancel()
        if not self.is_known:
            self._warn("No usable vox_session_control_url has reached the agent: the tools cannot do anything.")
        return self.is_known

    def _warn(self, sentence: str) -> None:
        if sentence not in self._warnings:
            self._warnings.add(sentence)
            self._log.warning(sentence)

    async def post(
        self, request_id: str, body: str, *, cancel: bool = False, is_wanted: Callable[[], bool] = lambda: True
    ) -> _Reply:
        """Send a request, a second time under the same id if there is no answer. Raises nothing; _TIMEOUT_S at most.

        `cancel`: take back the request of this id and body. `is_wanted`: whether it may be sent once more.
        """
        headers = {**self._headers, "X-Flowc-Request-Id": request_id}
        if cancel:
            headers["X-Flowc-Cancel"] = "interrupted"
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _TIMEOUT_S
        attempt = await self._attempt(headers, body, min(_FIRST_ATTEMPT_S, _TIMEOUT_S))
        left = deadline - loop.time()
        if not is_wanted():
            return attempt.reply
        if not attempt.is_final and left >= _SECOND_ATTEMPT_S:
            again = await self._attempt(headers, body, left)
            if again.reply.is_complete or attempt.reply is not _ACCEPTED:  # what was accepted stays accepted
                attempt = again
        left = deadline - loop.time() if is_wanted() else 0.0
        if attempt.reply is _ACCEPTED and self._is_heard and not cancel and left >= _SECOND_ATTEMPT_S:
            return await self._repeated(request_id, headers, body, min(left, _REPEATED_S))
        return attempt.reply

    async def ask(self, request_id: str, body: str, within: float, is_wanted: Callable[[], bool]) -> _Reply:
        """Send a request, and wait for its reply, for which webhooks are asked for so many seconds. Raises nothing."""
        loop = asyncio.get_running_loop()
        heard = self._pending[request_id] = loop.create_future()
        try:
            reply = await self.post(request_id, body, is_wanted=is_wanted)
            until = loop.time() + within + _PENDING_S
            if reply is _ACCEPTED and within:
                reply = _PENDING  # or it has replied at once, and says the same again
            while reply.is_pending and not heard.done() and is_wanted():
                left = until - loop.time()
                if left <= 0:
                    return _ACCEPTED
                await asyncio.wait([heard], timeout=min(left, _ASK_AGAIN_S))
                reply = reply if heard.done() else await self._asked_again(request_id, body, until, heard)
            return heard.result() if heard.done() and (reply.is_pending or not reply.is_complete) else reply
        finally:
            del self._pending[request_id]

    async def _asked_again(self, request_id: str, body: str, until: float, heard: "asyncio.Future[_Reply]") -> _Reply:
        """The same request once more: under the same id nothing is done a second time."""
        left = until - asyncio.get_running_loop().time()
        headers = {**self._headers, "X-Flowc-Request-Id": request_id}
        seconds = max(min(left, _REPEATED_S), _SECOND_ATTEMPT_S)
        again = asyncio.create_task(self._attempt(headers, body, seconds))
        try:
            waiting: list[asyncio.Future[Any]] = [again, heard]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return again.result().reply if again.done() and again.result().reply.is_complete else _PENDING
        finally:
            again.cancel()

    async def _repeated(self, request_id: str, headers: Mapping[str, str], body: str, seconds: float) -> _Reply:
        """The reply to a request that was accepted, though no usable body arrived. Raises nothing.

        Under the same id nothing is done a second time; the first answer comes again, this time by both ways.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        heard = self._awaited[request_id] = loop.create_future()
        again = asyncio.create_task(self._attempt({**headers, "X-Flowc-Reply": "event"}, body, seconds))
        try:
            await asyncio.wait([again, heard], return_when=asyncio.FIRST_COMPLETED)
            if again.done() and again.result().reply.is_complete:
                return again.result().reply
            await asyncio.wait([heard], timeout=max(0.0, until - loop.time()))
            return heard.result() if heard.done() else _ACCEPTED
        finally:
            del self._awaited[request_id]
            again.cancel()

    def connect(self) -> None:
        """From now on, what it says over the agent's connection gets to `hear`."""
        self._is_heard = True

    def hear(self, metadata: Any) -> "tuple[str, _Reply] | None":
        """What the scenario says over the agent's connection, if it is a reply: to which request, and what it says."""
        if not isinstance(metadata, dict) or metadata.get("vox_event") != "reply":
            return None
        request_id, reply = _text(metadata.get("request_id")), _checked_reply(metadata.get("reply"))
        for waiting in self._awaited, {} if reply.is_pending else self._pending:
            heard = waiting.get(request_id)
            if heard is not None and not heard.done():
                heard.set_result(reply)
        return request_id, reply

    def show_contract(self) -> None:
        """Ask for nothing, so that the scenario learns at once from which version of the flow these tools are."""
        if self.is_known:
            _keep(asyncio.create_task(self._attempt(self._headers, "{}", _TIMEOUT_S)))

    async def _attempt(self, headers: Mapping[str, str], body: str, seconds: float) -> "_Attempt":
        so_far = _NO_REPLY
        try:
            async with (
                aiohttp.ClientSession(
                    # Without this, 5 s and more would end at a whole second of the clock, up to one later.
                    timeout=aiohttp.ClientTimeout(total=seconds, ceil_threshold=seconds + 1),
                    cookie_jar=aiohttp.DummyCookieJar(),
                ) as http,
                http.post(self._url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                if not 200 <= response.status < 300:
                    self._log.warning("The scenario's answer to a request is HTTP %d.", response.status)
                    return _Attempt(_Reply(False, "failed", is_complete=False), is_final=True)
                so_far = _ACCEPTED
                return _Attempt(_read_reply(await _read(response.content)), is_final=True)
        except Exception as error:  # its text may contain the URL
            self._log.warning("A request to the scenario failed: %s.", type(error).__name__)
            return _Attempt(so_far, is_final=False)


class _Attempt(NamedTuple):
    """What is known after one attempt, and whether another one could tell more."""

    reply: _Reply
    is_final: bool


async def _read(content: aiohttp.StreamReader) -> bytes:
    """The body, or nothing if it is longer than a reply may be."""
    body = b""
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > _MAX_REPLY:
            return b""
    return body


def _read_reply(body: bytes) -> _Reply:
    """What a 2xx says. Without a usable body it still means accepted: the platform may keep the body to itself."""
    try:
        return _checked_reply(json.loads(body))
    except (ValueError, RecursionError):
        return _ACCEPTED


def _checked_reply(reply: Any) -> _Reply:
    if not isinstance(reply, dict) or not isinstance(reply.get("ok"), bool):
        return _ACCEPTED
    if reply["ok"]:
        data = reply.get("data")
        if reply.get("pending") is True:
            return _PENDING
        return _Reply(True, data=_sendable(data) if isinstance(data, dict) else None)
    error = reply.get("error")
    if not isinstance(error, dict):
        return _Reply(False, "failed")
    return _Reply(False, _text(error.get("code")) or "failed", _text(error.get("message"), 300))


def _sendable(data: dict[str, Any]) -> dict[str, Any] | None:
    """The same without halves of characters, which no service of a model can be sent: they would stay in its history.
    None if it is too deep to be told.
    """
    try:
        told = json.dumps(data, ensure_ascii=False)
        sendable: dict[str, Any] = json.loads(_text(told, len(told)))
    except RecursionError:
        return None
    return sendable


# Stricter than any parser of URLs, so that none can take another part of it for the host: no name of a user, no
# backslash, nothing that is not ASCII.
_CONTROL_URL = re.compile(
    r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(?:/[\x21-\x7e]*)?",
    re.IGNORECASE | re.ASCII,
)
_MAX_URL = 2048
_PLATFORM = "voximplant.com"
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def _is_control_url(url: Any, hosts: Sequence[str]) -> bool:
    """Whether it leads to the platform, or to one of these hosts, by https; by http only to this very machine.

    The server of an agent asks nobody who he is: whoever reaches it could make it post to any address.
    """
    parts = _CONTROL_URL.fullmatch(url) if isinstance(url, str) and len(url) <= _MAX_URL else None
    if parts is None:
        return False
    scheme, host, port = parts[1].lower(), parts[2].lower().strip("[]"), parts[3]
    if port is not None and not 0 < int(port) < 65536:
        return False
    if host in hosts:
        return scheme == "https" or host in _THIS_MACHINE
    return scheme == "https" and (host == _PLATFORM or host.endswith(f".{_PLATFORM}"))


_WHAT_TO_DO = {
    "cancelled": "The caller interrupted, so it was not done. Use the tool again only if it is still wanted.",
    "not_connected": "There is no phone call behind this conversation: nothing was done. Say that it is not possible.",
    "unreachable": "The phone system does not answer, so it may or may not have been done. "
    "Apologise to the caller; you may try it once more.",
    "failed": "The phone system has a problem. Apologise to the caller; you may try it once more.",
    "not_ready": "The caller is not on the line with you yet. Try it again when the caller has spoken.",
    "busy": "Something else is being done with this call. Say nothing about it and wait.",
    "not_now": "This tool is for other moments: connect and decline are for when you talk to a person alone, and all "
    "others for when you talk to the caller. Nothing was done.",
    "not_sent": "It was not passed on: nobody will learn of it. Say so to the caller; you may try it again later.",
    "call_ended": "The call is over or about to end. Use no tool and say nothing more.",
}


# In a flow in which an agent introduces people.
_NOT_NOW = (
    "This tool is for other moments: cancel is for while it rings, leave for when the caller and a person both hear "
    "you, and all others that are not here now for when you talk to the caller alone. Nothing was done."
)
# The tool itself has found nothing wrong with them: it was built from another version of the flow than the scenario.
_OTHER_VERSION = "Unless you can change that, do not try again; help the caller in another way."


def _failure(error: str, message: str = "", *, by_scenario: bool = False) -> dict[str, Any]:
    """A tool's result for what was not done: a code, and what the model may do now."""
    if error == "invalid_parameters":
        advice = f"Nothing was done: {message or 'the parameters are not as declared'}. "
        advice += _OTHER_VERSION if by_scenario else "Correct this and try again."
    elif error == "not_now" and message:
        advice = message
    else:
        advice = _WHAT_TO_DO.get(
            error, "The phone system cannot do this. Do not try it again; help the caller in another way."
        )
    return {"ok": False, "error": error, "message": advice}
