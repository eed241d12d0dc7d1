"""One call, step by step: the events of the emulator so far, and what both sides have made of them.

The emulator is deterministic, so the call is nothing but its list of events: after each, the list is played again from
its beginning. What a judge gets in the end is therefore of the same kind as without the tools. Time passes only by the
script, and stops wherever the scenario does something that the agent's side has to know of.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from aiohttp import web

from flowc.simulator.engine import ScenarioFailed
from flowc.simulator.observed import AgentView
from flowc.simulator.trace import metadata_of
from flowc.testing.judge.observation import tellings
from flowc.testing.play.agent_voice import GIVEN_UP, Meanwhile, is_pending, replied_at
from flowc.testing.play.lower import AGAIN, MS_PER_CHARACTER, REQUEST_ID, WORDS_START_MS, Emulated, Lowered
from flowc.testing.play.switches import DELIVERY, arriving
from flowc.testing.play.until import ends
from flowc.testing.play.variants import Player, Turn, options_of
from flowc.testing.play.with_tools.cartesia import Cartesia
from flowc.testing.play.with_tools.connection import UNHEARD, Connection
from flowc.testing.play.with_tools.hang import Hang
from flowc.testing.play.with_tools.program import WRITTEN, Note, Program
from flowc.testing.play.with_tools.servers import MOST_BYTES, Servers
from flowc.testing.play.with_tools.tools import Tools, ToolsFailed
from flowc.testing.script.model import AgentDoes, Asks, Calls, Request, Says, Single, Until, Wait

PATIENCE_S = 60.0
"""For the agent's side, in real time, at every step, on a busy machine. The tools themselves give up after 5 s."""
NEVER_S = 2 * PATIENCE_S
"""For what is within a step: that is over before."""
MOST_HURRIED = 100
"""Times in one instant."""
SHOWN_S = 2.0
"""For tools of another version to show their contract."""
_INTRODUCTION = "introduction"
_PARTS = ("introducing", _INTRODUCTION, "introduction_over", "returned")
"""What tells an agent that introduces somebody whom it talks with."""
PATH = "/request/1"  # of every control URL of the emulator
HANGS = AgentDoes("hangs")


class PlayedWithTools:
    """`events` and `result` are as a batch of the emulator has them. `trouble`: the agent's side did not go on."""

    def __init__(
        self, name: str, emulated: Player, program: Program, turn: Turn, tools: Tools, servers: Servers
    ) -> None:
        self.name = name
        self.events: list[Lowered] = []
        self.result: dict[str, Any] = {"trace": [], "replies": {}, "impossible": None, "view": {"now": 0}}
        self.trouble: ToolsFailed | None = None
        self._emulated = emulated
        self._tools = tools
        self._names: set[str] = set()  # of the tools that its agent has
        self._caught: ToolsFailed | None = None  # the first error in a tool
        self._shows_contract = asyncio.Event()
        self._program = program
        self._programs_time = 0
        self._turn = turn
        self._options = options_of(turn)
        self._servers = servers
        self._news = asyncio.Event()
        self._cartesia = Cartesia(name, servers.agent_url, self._news, self._as_told, self._contract_is_shown)
        self._failed: Exception | None = None  # where the control URL is served
        self._step = 0
        self._event: Single = Calls("", "")
        self._held: dict[str, Any] = {}  # what else happens in the instant of the event, if it is one of several
        self._words: list[tuple[int, str, bool]] = []  # when they begin, what they are, and whether its model hangs
        self._hang: Hang | None = None
        self._number = 0  # of the event of the script
        self._is_held = False  # the model's turn is not over: what the agent does next belongs to it
        self._has_given_up = False  # the tools have said last that their model does not answer
        self._asked: set[str] = set()  # request ids of the script
        self._ids: dict[str, str] = {}  # of the tools -> of the script
        self._id = ""  # of the request that is expected
        self._received = 0  # bytes, at the control URL
        self._has_replied = False
        self._is_in_vain = False  # what the script has waited for
        self._refusals: dict[int, dict[str, Any]] = {}  # by the tools themselves, instead of the scenario's reply
        self._tools_due: int | None = None  # when they do something by themselves
        self._hurried = 0  # times, at this instant
        self._wishes: dict[str, Asks] = {}  # what was asked for, by the script's id of the request
        self._pending: dict[str, str | None] = {}  # id of a request whose reply is to come -> the turn that has made it

    @property
    def connection(self) -> Connection | None:
        return self._cartesia.connection

    async def play(self) -> None:
        """Until the end of the script, or until something in it is impossible. Raises ScenarioFailed; ToolsFailed if
        the tools cannot even be loaded.
        """
        self._program.on_note, self._program.on_end = self._note, self._news.set
        tools, shared = self._tools, asdict(self._tools.shared)
        await self._program.ask(
            "load",
            path=tools.path,
            text=tools.text,
            call_class=tools.call_class,
            shared=shared,
            must_answer=tools.watch_the_model,
        )
        try:
            for number, lowered in enumerate(self._turn.events):
                self._number = number
                self._step, self._event = lowered.step, lowered.event
                self._held = {key: value for key, value in lowered.emulated.items() if key == "held"}
                await self._do(lowered)
                if self.result["impossible"] is not None or self._is_in_vain:
                    break
            await self._program.ask("turn")  # whether it is still there
        except ToolsFailed as trouble:
            self._give_up(await self._cause_of(trouble))
        except TimeoutError:
            self._give_up(await self._why_not())
        finally:
            await self._cartesia.hang_up()
        replies = {**self.result["replies"], **{str(number): reply for number, reply in self._refusals.items()}}
        self.result["replies"] = dict(sorted(replies.items(), key=lambda each: int(each[0])))
        if self._has_replied:
            self.result["consulted"].append(DELIVERY)

    async def _cause_of(self, trouble: ToolsFailed) -> ToolsFailed:
        """If the program has ended, that is why its connection is closed."""
        try:
            await self._program.ask("turn")
        except ToolsFailed as cause:
            return cause
        return trouble

    async def _why_not(self) -> ToolsFailed:
        """The agent's side has not come back. Its program is of no more use then."""
        try:
            await self._program.ask("turn")
        except ToolsFailed as failed:
            return failed
        trouble = ToolsFailed(f"the agent's side has not come back within {PATIENCE_S:g} s")
        self._program.give_up(trouble)
        return trouble

    def _note(self, note: Note) -> None:
        """What the agent's program tells, in a shape of `program.NOTES`. It may come from the tools, and is not
        believed further than it is here.
        """
        match note:
            case {"note": "caught", "message": str(message), "traceback": str(traceback)}:
                self._caught = self._caught or ToolsFailed(message, traceback)
            case {"note": "asked"} if self._hang is not None:
                self._hang.asked += 1
            case {"connection": str(name)} if self.connection is not None and name == self.connection.name:
                if note["note"] == "agent":
                    self._names = set(note["tools"])
                self.connection.note(note)
        self._news.set()

    async def _do(self, lowered: Lowered) -> None:
        """One event of the script."""
        emulated, connection = lowered.emulated, self.connection
        if isinstance(lowered.event, AgentDoes | Asks | Says) and lowered.event != HANGS:
            await self._answers()
        match lowered.event:
            case AgentDoes("hangs") if connection is not None:
                await self._hangs(emulated, connection)
            case Request() | AgentDoes("is at work"):  # the tools say so of a turn that takes long, and none does here
                await self._post(emulated)
            case Asks() | AgentDoes("does not answer") if connection is None:
                await self._post(emulated)
            case Asks() if connection is not None:
                await self._asks(lowered.event, emulated, connection)
            case Says(text) if connection is not None:
                await self._acts(connection, "Go on.", 0, "says", text=text)
            case AgentDoes("is interrupted") if connection is not None:
                self._add(emulated)
                await self._pass_on()  # and the caller's words are there before the agent has thought about it
                if self.connection is not None:
                    await self._agents_turn(self.connection, "Wait!")
                await self._settle()
            case AgentDoes("does not answer") if connection is not None:
                await self._gives_up(emulated, connection)
            case Until() if lowered.takes_time:
                await self._wait_for(lowered.event, emulated)
            case _ if lowered.takes_time:
                await self._pass_time(emulated)
            case _:
                if isinstance(lowered.event, Calls):
                    self._cartesia.numbers = (lowered.event.from_, lowered.event.to)
                self._add(emulated)
                await self._settle()

    def _give_up(self, trouble: ToolsFailed) -> None:
        """Whatever the step has done, it is part of the call."""
        self.trouble = trouble
        self._add({"type": "look"})

    # The agent

    async def _asks(self, event: Asks, emulated: Emulated, connection: Connection) -> None:
        """The model calls the tool. What only an agent that is scripted would post is posted as it is."""
        self._id = emulated["headers"][REQUEST_ID]
        if self._id in self._asked:
            await self._post(emulated)
            return
        if event.action not in self._names:
            raise ToolsFailed(f"the agent has no tool `{event.action}`", near="def tools(")
        self._asked.add(self._id)
        self._wishes[self._id] = event
        before = len(self.events)
        connection.results.clear()
        request = f"Please: {event.action}."
        await self._acts(connection, request, WORDS_START_MS, "asks", tool=event.action, values=dict(event.values))
        posted = [each.emulated["headers"] for each in self.events[before:] if each.emulated["type"] == "request"]
        if event.id is not None and not any(headers.get(REQUEST_ID) == event.id for headers in posted):
            await self._post(emulated)
        elif posted:
            return
        elif (await self._program.ask("lacks"))["tool"] == event.action:  # at another moment: an agent that is scripted
            await self._post(emulated)
        elif reply := self._reply_of_tools(emulated, connection):
            self._refusals[len(self.events)] = reply
            self._add({"type": "look"})
        else:
            told = f"the tool `{event.action}` has neither asked for anything nor refused"
            raise ToolsFailed(told, near=f"def {event.action}(")

    async def _acts(self, connection: Connection, request: str, words_start: int, do: str, **given: Any) -> None:
        """The model speaks or calls a tool, in a turn for which the caller says `request`. While the agent introduces
        somebody, the tools give it one turn as soon as it has spoken: all that it does then is in that one.
        """
        goes_on = self._is_held and bool((await self._program.ask("waits")).get("found"))
        holds = self._is_introducing() and self._acts_after_ms() is not None
        if holds:
            await self._holds_turn()
        await self._program.ask(do, **given)
        if not holds:
            await self._ends_turn()
        if goes_on:
            await self._settle(words_start)
        else:
            await self._agents_turn(connection, request, words_start)

    def _is_introducing(self) -> bool:
        told = [each.get("vox_event") for _, each in tellings(self.result["trace"])]
        return next((each for each in reversed(told) if each in _PARTS), None) == _INTRODUCTION

    def _acts_after_ms(self) -> int | None:
        """How much time the script lets go by until the agent says or asks for something, as far as that is known."""
        passed = 0
        for each in self._turn.events[self._number + 1 :]:
            if isinstance(each.event, Says | Asks):
                return passed
            passed += each.emulated.get("ms", 0) if each.takes_time else 0
        return None

    async def _introduces(self) -> None:
        """It is told that it does. Where it must not be silent, it says its word in that turn: it has no other."""
        after, limit = self._acts_after_ms(), Meanwhile.of(self._turn, self.result["trace"]).limit_ms
        if self._tools.watch_the_model and after is not None and limit is not None and after < limit:
            await self._holds_turn()

    async def _holds_turn(self) -> None:
        self._is_held = True
        await self._program.ask("holds")

    async def _ends_turn(self) -> None:
        if self._is_held:
            self._is_held = False
            await self._program.ask("ends")

    async def _hangs(self, emulated: Emulated, connection: Connection) -> None:
        """The model does not answer what it is asked now, until something else happens to the agent."""
        before = self.result["trace"]
        self._add(emulated)
        if self.result["impossible"] is not None:
            return
        await self._program.ask("hangs")
        self._hang = Hang(self._now, Meanwhile.of(self._turn, before), emulated["id"])
        await self._agents_turn(connection, "Are you there?")

    async def _answers(self) -> None:
        """It hangs no more: what it says is heard by nobody."""
        if self._hang is not None:
            self._hang = None
            await self._program.ask("answers")

    async def _gives_up(self, emulated: Emulated, connection: Connection) -> None:
        """The model refuses, and once more: then the tools say so; but not while an action may have the call, and then
        it is posted as it is.
        """
        self._id = emulated["headers"][REQUEST_ID]
        before = len(self.events)
        await self._program.ask("refuses")
        await self._agents_turn(connection, "Are you there?")
        if any(each.emulated["type"] == "request" for each in self.events[before:]):
            return
        if self._asked:
            await self._post(emulated)
        else:
            raise ToolsFailed("the model does not answer, and the tools do not say so", near="self._phone_call.watch(")

    def _reply_of_tools(self, asked: Emulated, connection: Connection) -> dict[str, Any] | None:
        """Nothing was posted: the tool has refused, or has taken this for the same request once more."""
        for found in connection.results:
            match found:
                case {"ok": False, "error": str(code), "message": str(message)}:
                    refusal = {"ok": False, "error": {"code": code, "message": message}}
                    return {"status": 200, "body": json.dumps(refusal)}
        for number in reversed(range(len(self.events))):
            emulated = self.events[number].emulated
            is_of_tools = emulated["type"] == "request" and emulated["headers"].get(REQUEST_ID) in self._asked
            if is_of_tools and _json(emulated["body"]) == _json(asked["body"]):
                reply: dict[str, Any] = self.result["replies"][str(number)]
                return reply
        return None

    async def _agents_turn(self, connection: Connection, text: str, words_start: int = WORDS_START_MS) -> None:
        await connection.caller_says(text)
        await self._settle(words_start)

    async def _settle(self, words_start: int = WORDS_START_MS) -> None:
        """Until neither side has anything to say to the other at this instant. Raises TimeoutError, ToolsFailed."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if self._now > self._programs_time:
                    passed, self._programs_time = self._now - self._programs_time, self._now
                    if self._hang is not None and self._hang.is_given_up(self._now):
                        self._id = self._hang.id
                    await self._program.ask("time passes", ms=passed)
                await self._rest()
                if self.connection is not None and self.connection.spoken:
                    text = "".join(self.connection.spoken).replace(UNHEARD, "").strip()
                    self.connection.spoken.clear()
                    if text:
                        self._words.append((self._now + words_start, text, self._hang is not None))
                answers = self._hang is not None and self._hang.is_given_up(self._now)
                if answers:
                    await self._answers()
                await self._speak()
                if not await self._pass_on() and not answers:
                    return

    async def _rest(self) -> None:
        """Until the agent's side has nothing to do at this instant. Raises TimeoutError, ToolsFailed."""
        is_quiet = False
        self._hurried = 0
        while not is_quiet:
            if self._program.trouble is not None:
                raise self._program.trouble
            self._news.clear()
            self._tools_due = _after(self._now, await self._program.ask("rests", NEVER_S))
            if self._failed is not None:
                raise self._failed
            if self._caught is not None:
                raise self._caught
            is_quiet = await self._is_quiet()

    async def _is_quiet(self) -> bool:
        """Whether the agent's side, which rests, does so because there is nothing to do. What its turn waits for is the
        call's to give only if that is a reply which is to come, or a model that hangs; else it has had it already: at
        the instant at which something is asked of the agent it does that. Raises ToolsFailed if it has gone: but an
        agent ends itself that has told the scenario of its model, and does not know whether that has arrived.
        """
        connection, hang = self.connection, self._hang
        if connection is None:
            return True
        try:
            connection.look()
        except ToolsFailed:
            if self._has_given_up and self._is_disconnected():
                return True
            raise
        if not connection.is_heard:
            await self._news.wait()
            return False
        self._pending = {id: connection.turn if turn is None else turn for id, turn in self._pending.items()}
        if connection.turn is None or self._awaits_reply(connection.turn):
            return True
        if self._is_held and (await self._program.ask("waits")).get("found"):
            return True
        if hang is not None and hang.asked:
            hang.has_spoken = hang.has_spoken or bool(connection.spoken)
            if not hang.has_nothing_to_do(self._now):
                raise hang.trouble(self._now)
            return True
        self._hurried += 1
        if self._hurried > MOST_HURRIED or not (await self._program.ask("hurries", turn=connection.turn)).get("found"):
            raise ToolsFailed("the agent's side has not come back: its turn waits for what nobody says or does")
        return False

    def _awaits_reply(self, turn: str) -> bool:
        told = self._cartesia.passed_on(self.result["trace"])
        return any(replied_at(told, id) is None for id, of in self._pending.items() if of == turn)

    def _is_disconnected(self) -> bool:
        """By the scenario, which the agent's side does not know yet."""
        return any(entry["event"] == "agent_close" for entry in self._cartesia.not_passed_on(self.result["trace"]))

    async def _speak(self) -> None:
        """Words that are due are heard, if there is still an agent to speak them."""
        due = [(text, hangs) for at, text, hangs in self._words if at <= self._now]
        self._words = [words for words in self._words if words[0] > self._now]
        for text, hangs in due:
            agents = self.result["view"]["agents"]
            if self.connection is not None and any(one["state"] == "open" and one["started"] for one in agents):
                said = {"type": "agent", "does": "speak", "ms": MS_PER_CHARACTER * len(text)}
                self._add({**said, "text": text} if hangs else said, Says(text))
                await self.connection.caller_hears(text)

    async def _pass_on(self) -> bool:
        if news := self._cartesia.not_passed_on(self.result["trace"]):
            await self._answers()
            if not self._is_introducing() or any(entry["event"] != "agent_custom" for entry in news):
                await self._ends_turn()
            if metadata_of(news[-1]).get("vox_event") == _INTRODUCTION:
                await self._introduces()
        self._shows_contract.clear()
        return await self._cartesia.pass_on(self.result["trace"], self.result["view"]["agents"])

    def _as_told(self, metadata: Any) -> Any:
        """As the tools get it: the control URL is exchanged for the real one."""
        given = self._of_tools(metadata)
        if not isinstance(given, dict):
            return given
        control = self._options.access_url
        urls = {control, control.replace("https:", "http:")}
        return {key: self._control_url if str(value) in urls else value for key, value in given.items()}

    async def _contract_is_shown(self, metadata: Mapping[str, Any]) -> None:
        """Tools of another version say so, before anything else: as soon as they know of the session."""
        if metadata.get("vox_contract") not in (None, self._tools.contract):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._shows_contract.wait(), SHOWN_S)

    def _of_tools(self, told: Any) -> Any:
        """What the scenario tells, with the tools' own ids of requests for those of the script."""
        if not isinstance(told, dict):
            return told
        own = {script: tools for tools, script in reversed(self._ids.items())}  # a script may post under the same
        id = {"request_id": own.get(told["request_id"], told["request_id"])} if "request_id" in told else {}
        return {**told, **id, **{key: self._of_tools(value) for key, value in told.items() if key == "vox_outcome"}}

    # The control URL

    @property
    def _control_url(self) -> str:
        return self._servers.control_url(self.name)

    async def _post(self, emulated: Emulated) -> None:
        """A request that is no tool's. It is for the scenario whatever it holds, so no client of HTTP stands between
        them that would refuse half of it.
        """
        started = [agent for agent in self.result["view"]["agents"] if agent["started"]]
        tokens = {"right": _token(started[-1:]), "wrong": "wrong", "former": _token(started[-2:-1])}
        token = tokens.get(emulated["token"])
        headers = {**emulated["headers"], **({"X-Flowc-Token": token} if isinstance(token, str) else {})}
        self._id = ""
        async with asyncio.timeout(PATIENCE_S):
            await self._arrived(emulated["method"], emulated["body"], headers, of_tools=False)
        await self._settle()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """A request of the tools, over HTTP. What fails here fails where the call is played, not in the server."""
        try:
            body = (await self._read(request)).decode("utf-8", "replace")
        except web.HTTPException:  # more than can be meant
            raise
        except Exception:  # a body that is none, or nobody there who sends the rest
            return web.Response(status=400)
        headers = {
            name: value.encode("utf-8", "replace").decode()
            for name, value in sorted(request.headers.items())
            if name.lower()[:2] == "x-"
        }
        try:
            status, text = await self._arrived(request.method, body, headers, of_tools=True)
        except Exception as failed:
            self._failed = self._failed or failed
            self._news.set()
            return web.Response(status=502)
        return web.Response(status=status, text=text)

    async def _read(self, request: web.Request) -> bytes:
        """What all requests of a call have sent is kept, and what has come of those that go on is as well."""
        found = bytearray()
        self._received += sum(len(name) + len(value) for name, value in request.raw_headers)
        async for chunk in request.content.iter_any():
            self._received += len(chunk)
            if self._received > MOST_BYTES:
                raise web.HTTPRequestEntityTooLarge(MOST_BYTES, self._received)
            found += chunk
        return bytes(found)

    async def _arrived(self, method: str, body: str, headers: dict[str, str], *, of_tools: bool) -> tuple[int, str]:
        """A request at the control URL, and its reply: status and text. What of that arrives is the platform's to
        decide. Raises ScenarioFailed.
        """
        is_again = of_tools and headers.get(REQUEST_ID) in self._ids
        if REQUEST_ID in headers and headers[REQUEST_ID] not in self._ids:
            self._ids[headers[REQUEST_ID]], self._id = self._id or headers[REQUEST_ID], ""
        if REQUEST_ID in headers:
            headers[REQUEST_ID] = self._ids[headers[REQUEST_ID]]
        number = len(self.events)
        emulated: Emulated = {"type": "request", "method": method, "path": PATH, "body": body, "headers": headers}
        says = (AgentDoes("does not answer"), AgentDoes("is at work"))
        is_of_step = isinstance(self._event, Asks | Request) or self._event in says
        event = self._event if is_of_step else Request(body, method, "none", headers)
        if is_again and headers[REQUEST_ID] in self._wishes:
            event = self._wishes[headers[REQUEST_ID]]
            emulated[AGAIN] = True
        if self._hang is not None and headers.get(REQUEST_ID) == self._hang.id:
            event = GIVEN_UP
        self._has_given_up = event == GIVEN_UP
        self._add(emulated, event)
        await self._cartesia.pass_on_while_asked(self.result["trace"])
        reply = self.result["replies"][str(number)]
        if is_pending(reply["body"]):
            self._pending.setdefault(headers.get(REQUEST_ID, ""), None)  # which turn is under way is not yet known
        if body == "{}":
            self._shows_contract.set()
        self._has_replied = True
        return arriving(reply["status"], reply["body"], self._turn.decided)

    # The emulator

    @property
    def _now(self) -> int:
        return int(self.result["view"]["now"])

    async def _pass_time(self, emulated: Emulated) -> None:
        """Time passes, from one instant that concerns the agent's side to the next: for so long, or for as long as it
        rings.
        """
        until = self._now + emulated["ms"] if emulated["type"] == "advance" else None
        while until is None or self._now < until:
            now = self._now
            left = emulated if until is None else {**emulated, "ms": until - now}
            tried = self._played([*self.events, self._lowered(left)])
            news = [entry["t"] for entry in self._cartesia.not_passed_on(tried["trace"])]
            end = int(tried["view"]["now"])
            stop = min([end, *news[:1], *self._dues()])
            if not now < stop < end:
                self._add(left)
                await self._settle()
                return
            self._add({"type": "advance", "ms": stop - now})
            await self._settle()

    async def _wait_for(self, until: Until, emulated: Emulated) -> None:
        """Time passes in the same way, until what is waited for is there, or nothing more can happen."""
        began = self._now
        while True:
            now = self._now
            tried = self._played([*self.events, self._lowered({**emulated, "ms": began + emulated["ms"] - now})])
            end, is_met = ends(self._turn, [*self.events, *self.events[-1:]], until, tried)
            news = [entry["t"] for entry in self._cartesia.not_passed_on(tried["trace"])]
            own = [due for due in self._dues() if now < due <= began + emulated["ms"]]
            stop = min([*([end] if is_met or not own else []), *news[:1], *own])
            if stop <= now:
                break
            self._add({"type": "advance", "ms": stop - now}, Wait(stop - now))
            await self._settle()
        self._add({"type": "look"}, until)
        self._is_in_vain = not is_met

    def _dues(self) -> list[int]:
        """When the agent's side does something by itself."""
        hang = [] if self._hang is None else [due for due in self._hang.dues if due > self._now]
        own = [] if self._tools_due is None else [self._tools_due]
        return [*(at for at, *_ in self._words), *hang, *own]

    def _add(self, emulated: Emulated, event: Single | None = None) -> None:
        """`event`: what it is in the words of a script, if the agent's side does it by itself, whatever the step is."""
        self.events.append(self._lowered(emulated, event))
        self.result = self._played(self.events)

    def _lowered(self, emulated: Emulated, event: Single | None = None) -> Lowered:
        return Lowered(self._step, event or self._event, {**emulated, **self._held})

    def _played(self, events: list[Lowered]) -> dict[str, Any]:
        [result] = self._emulated.play([replace(self._turn, events=events)])
        if "failed" in result:
            raise ScenarioFailed(result["failed"])
        return result


def _after(now: int, rests: Note) -> int | None:
    """When something is due, as the program says it. Raises ToolsFailed."""
    due = rests.get("due")
    if not isinstance(due, str) or not re.fullmatch("[0-9]{0,15}", due):
        raise ToolsFailed(WRITTEN)
    return now + max(1, int(due)) if due else None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _token(agents: Sequence[AgentView]) -> str | None:
    """What an agent was told of the session: its token; None if there is no such agent."""
    told = [
        each for agent in agents for each in (agent["metadata"], *(one.get("metadata") for one in agent["customs"]))
    ]
    tokens = (each["vox_control_token"] for each in told if isinstance(each, dict) and "vox_control_token" in each)
    return next(tokens, None)
