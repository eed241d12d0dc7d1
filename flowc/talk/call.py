"""One call that is being played: the emulated session, the agent's connection, and what the person does.

Unlike a call script's, its course is not known: events are applied one by one, and time passes in small steps, so that
the agent learns of everything when it happens.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from aiohttp import web

from flowc.ir import FIRST_AGENT, Flow
from flowc.simulator.parties import ImpossibleEvent
from flowc.simulator.session import Session
from flowc.simulator.trace import TraceEvent, metadata_of
from flowc.talk.commands import Behaves, Command, Commands, Does, Help, Said, Wrong
from flowc.talk.display import INDENT, happened
from flowc.talk.echo import Echo
from flowc.testing.account import value_of
from flowc.testing.judge.observation import PENDING, Names, Observation
from flowc.testing.play.lower import MS_PER_CHARACTER, Emulated, Lowered
from flowc.testing.play.switches import arriving
from flowc.testing.play.with_tools.call import PATH
from flowc.testing.play.with_tools.cartesia import Cartesia
from flowc.testing.play.with_tools.clock import CallClock
from flowc.testing.play.with_tools.connection import Connection
from flowc.testing.play.with_tools.sdk import watched
from flowc.testing.play.with_tools.servers import GetAgent
from flowc.testing.play.with_tools.tools import ToolsFailed
from flowc.testing.script.known import RECORDER
from flowc.testing.script.model import (
    AgentDoes,
    Answers,
    Asks,
    Calls,
    DoesNotAnswer,
    Fails,
    HangsUp,
    Holds,
    Presses,
    Rings,
    Says,
    SaysPlace,
    Speaks,
    Starts,
    TransfersTo,
)
from flowc.testing.sensitive import Hider, sensitive_names

STEP_MS = 50
"""The longest time that passes before the agent's side learns of what has happened."""
PAUSE_MS = 2_000
"""Without a clock: between the end of the agent's words and the next line."""
LONGEST_MS = 60_000
"""For what comes to an end by itself: the agent's start, its words, an unanswered ring, the end of the session."""
PATIENCE_S = 60.0
"""For a model, in real time."""
NAME = "talk"
"""Of the call, in its control URL."""
NOBODY_IS_CALLED = "nobody is called, for what is wrong with the data"
SENTENCE = re.compile(r"[.!?…]\s*$")


class NotPossible(Exception):
    """Not now: the message says why."""


class TalkedCall:
    """`show` takes each line that the person is to see."""

    def __init__(
        self,
        flow: Flow,
        commands: Commands,
        session: Session,
        get_agent: GetAgent,
        agent_url: str,
        echo: Echo | None,
        clock: CallClock,
        show: Callable[[str], None],
    ) -> None:
        """`get_agent` is the app's, at `agent_url`; without an `echo` the model decides for itself."""
        self.flow = flow
        self.session = session
        self._commands = commands
        self._get_agent = get_agent
        self._echo = echo
        self._clock = clock
        self._show = show
        self._names = Names(flow, commands.call.account)
        self._news = asyncio.Event()
        self._cartesia = Cartesia(NAME, agent_url, self._news)
        self._shown = 0  # entries of the trace
        self._rung: set[str] = set()  # legs
        self._began = clock.time()

    @property
    def _connection(self) -> Connection | None:
        return self._cartesia.connection

    @property
    def is_over(self) -> bool:
        return self.session.ended is not None

    # What the person does

    async def begin(self, *, clock: bool) -> None:
        """The call comes in; without a clock it goes on until it has been answered. Or it is placed: then it is for the
        person to say who answers.
        """
        self._began = self._clock.time()
        match self._commands.call.steps[0].events:
            case [Calls(from_, to) as calls]:
                self._cartesia.numbers = (from_, to)
                client = {"client": "sip"} if calls.over_sip else {}
                self._event({"type": "incoming", "from": from_, "to": to, **client})
                if not clock:
                    await self._advance_while(lambda: self.session.caller.state == "ALERTING")
            case [Starts(data)]:
                self._event({"type": "start", "data": data})
                for why in _refused(self.session.trace):
                    self._show(f"{INDENT}{why}")
            case events:
                raise AssertionError(events)
        if not clock:
            await self._rest()

    async def line(self, text: str, *, clock: bool) -> None:
        """What was typed. Without a clock, the agent has finished its words before the next line."""
        if not text.strip():
            return
        command = self._commands.parse(text)
        try:
            await self._do(command)
        except (NotPossible, ImpossibleEvent) as problem:
            command = Wrong(str(problem))
            self._wrong(command)
        await self._settle(wait=not clock)
        if not clock and not isinstance(command, Help | Wrong):
            await self._rest()

    async def catch_up(self) -> None:
        """The time that has passed on the clock passes on the call."""
        while not self.is_over and (behind := self._ms_behind()) > 0:
            self.session.advance(min(behind, STEP_MS))
            self._look()
            await self._settle(wait=False)

    async def end(self) -> None:
        """The caller hangs up, if there is one who has not, and the session comes to its end."""
        if not self.is_over and self._is_with_caller():
            self._event({"type": "caller", "does": "hangup"})
        await self._settle(wait=False)
        await self._advance_while(lambda: not self.is_over)
        await self._cartesia.hang_up()

    def _is_with_caller(self) -> bool:
        """Of a call that is placed there is a caller only once somebody has taken it."""
        callers = [leg for leg in self.session.legs if leg["label"] == "caller" and leg["state"] != "TERMINATED"]
        return any(leg["direction"] == "incoming" or leg["state"] == "CONNECTED" for leg in callers)

    async def _do(self, command: Command) -> None:
        match command:
            case Said(text):
                await self._say(text)
            case Help():
                self._help()
            case Behaves(webhook, words, does):
                url = value_of(self.flow.webhook(webhook).url, self._commands.call.account)
                behaves = {"code": does.code, "after": does.after_ms, "text": does.text}
                self._event({"type": "webhook", "url": url, **behaves})
                self._show(f"{INDENT}from now on {webhook}: {words}")
            case Does(events):
                for lowered in events:
                    await self._does(lowered)
            case Wrong():
                self._wrong(command)

    async def _say(self, text: str) -> None:
        seen = self._seen()
        agent = next((agent for agent in self.session.agents if agent["state"] == "open"), None)
        with_agent = None if agent is None else self._with_agent(agent)
        if self._connection is None or agent is None or with_agent is None:
            who = seen.caller_with[0]
            if who == RECORDER:
                self._event({"type": "caller", "does": "speak", "ms": MS_PER_CHARACTER * len(text)})
                await self.advance(MS_PER_CHARACTER * len(text))
            hear = "nobody hears" if who == "nobody" else f"{who} hears"
            self._show(f"{INDENT}{hear} that" + (", the agent does not" if self.flow.agent is not None else ""))
            return
        if with_agent != "the caller":
            self._show(f"{INDENT}{with_agent} says that to the agent, and the caller hears nothing of it")
        if agent["speaking"]:
            self._show(f"{INDENT}{with_agent} interrupts the agent")
            self._event({"type": "agent", "does": "clear"})
            await self._settle(wait=False)
        if self._connection is not None:
            await self._connection.caller_says(text)

    def _with_agent(self, agent: Mapping[str, Any]) -> str | None:
        """Whom the agent hears: the caller, or a person whom it briefs, who says what is typed then."""
        if "caller" in (agent["hears"] or "").split(" + "):
            return "the caller"
        legs = self._names.legs(self.session.trace)
        by_label = {leg["label"]: legs.get(leg["id"]) for leg in self.session.legs if leg["state"] == "CONNECTED"}
        return by_label.get(agent["hears"])

    async def _does(self, lowered: Lowered) -> None:
        event, emulated = lowered.event, lowered.emulated
        if emulated["type"] == "caller" and not self._is_with_caller():
            raise NotPossible("nobody has taken the call")
        match event:
            case Asks(action, values):
                self._may_ask(action)
                await self._turn("asks", f"Please: {action}.", lambda echo: echo.asks(action, values))
            case Says(text):
                await self._turn("says", "Go on.", lambda echo: echo.says(text))
            case AgentDoes("is interrupted"):
                self._event(emulated)
                if self._connection is not None:
                    await self._connection.caller_says("Wait!")
            case AgentDoes("does not answer"):
                await self._turn("does", "Are you there?", lambda echo: echo.refuses())
            case DoesNotAnswer(target):
                if emulated["type"] == "ring_out":
                    leg = self._leg(target)
                    await self._advance_while(lambda: self._is_ringing(leg))
            case (
                Rings(target)
                | Answers(target)
                | Fails(target)
                | HangsUp(target)
                | Presses(str() as target)
                | Holds(target)
                | SaysPlace(target)
                | Speaks(target=str() as target)
                | TransfersTo(target)
            ):
                if emulated["type"] == "advance":
                    await self.advance(emulated["ms"])
                elif emulated["does"] != "ring":  # every phone rings as soon as it is called
                    self._target(target, emulated)
            case _ if emulated["type"] == "advance":
                await self.advance(emulated["ms"])
            case _:
                self._event(emulated)
        await self._settle(wait=False)

    def _may_ask(self, action: str) -> None:
        """Of several agents the one that has the caller has its own actions alone. Else nobody would say a word."""
        name = self._seen().which_agent or FIRST_AGENT
        if not self.flow.agents or action in self.flow.agent_named(name).actions:
            return
        others = [f"`{agent.name}`" for agent in self.flow.every_agent if action in agent.actions]
        raise NotPossible(f"the caller is with agent `{name}`, and `{action}` is an action of {' and '.join(others)}")

    def _target(self, target: str, emulated: Emulated) -> None:
        leg = self._leg(target)
        is_ringing = self._is_ringing(leg)
        if is_ringing and emulated["does"] == "digits":
            raise NotPossible(f"{target} has not answered")
        try:
            self._event({**emulated, "leg": leg})
        except ImpossibleEvent:
            raise NotPossible(
                f"{target} has not answered" if is_ringing else f"{target} has answered already"
            ) from None

    async def _turn(self, what: str, words: str, then: Callable[[Echo], None]) -> None:
        """The echo is told what to do in the turn that answers these words."""
        if self._echo is None:
            raise NotPossible(f"the model decides for itself what it {what}: talk to it, or try again with --echo")
        if self._connection is None:
            raise NotPossible("the agent is not connected")
        then(self._echo)
        await self._connection.caller_says(words)

    # What there is to type

    def _help(self) -> None:
        self._show("What the caller says is typed as it is; everything else begins with a `/`. Now there is:")
        agent = self._seen().which_agent or FIRST_AGENT
        for line in [*self._now(), *self._commands.of_others(can_ask=self._echo is not None, agent=agent)]:
            self._show(f"  {line}")
        self._show("Ctrl-D, or the end of the input: the caller hangs up.")

    def _now(self) -> list[str]:
        legs = self._names.legs(self.session.trace)
        return [
            self._commands.of_target(legs[leg["id"]], has_answered=leg["state"] == "CONNECTED")
            for leg in self.session.legs
            if leg["id"] in legs and leg["state"] != "TERMINATED"
        ]

    def _wrong(self, wrong: Wrong) -> None:
        self._show(f"{INDENT}not possible: {wrong.message}")
        for line in [wrong.hint] if wrong.hint else [*self._now(), "/help shows what there is to type"]:
            self._show(f"{INDENT}{line}")

    def _leg(self, target: str) -> str:
        """The id of the leg by which it is being called."""
        legs = self._names.legs(self.session.trace)
        live = {leg["id"]: leg["state"] for leg in self.session.legs if leg["state"] != "TERMINATED"}
        found = [id for id in live if legs.get(id) == target]
        if not found:
            raise NotPossible(f"{target} is not being called")
        return str(found[-1])

    def _is_ringing(self, leg: str) -> bool:
        return any(one["id"] == leg and one["state"] == "PROGRESSING" for one in self.session.legs)

    # Time

    async def advance(self, milliseconds: int) -> None:
        """So much time passes at once, for the agent's side as well."""
        until = self.session.now + milliseconds
        while not self.is_over and self.session.now < until:
            self._pass(min(STEP_MS, until - self.session.now))
            await self._settle(wait=True)

    def _pass(self, milliseconds: int) -> None:
        self.session.advance(milliseconds)
        self._clock.ahead += max(0, self._began + self.session.now / 1000 - self._clock.time())
        self._look()

    async def _advance_while(self, goes_on: Callable[[], bool]) -> None:
        until = self.session.now + LONGEST_MS
        while goes_on() and not self.is_over and self.session.now < until:
            await self.advance(STEP_MS)

    async def _rest(self) -> None:
        await self._settle(wait=True)
        await self._advance_while(lambda: any(agent["speaking"] for agent in self.session.agents))
        await self.advance(PAUSE_MS)

    def _ms_behind(self) -> int:
        return int((self._clock.time() - self._began) * 1000) - self.session.now

    # The emulator

    def _event(self, emulated: Emulated) -> None:
        if self.is_over:
            raise NotPossible("the call is over")
        self.session.event(emulated)
        self._look()

    def _look(self) -> None:
        """Shows what is new, and has the phones ring that are called."""
        trace = self.session.trace
        for leg in self.session.legs:
            if leg["direction"] == "outgoing" and leg["state"] == "PROGRESSING" and leg["id"] not in self._rung:
                self._rung.add(leg["id"])
                if leg["type"] != "queue":  # in which nobody rings
                    self.session.event({"type": "leg", "leg": leg["id"], "does": "ring"})
        news, self._shown = self._shown, len(trace)
        for line in happened(self.flow, self._names, trace, news) if len(trace) > news else ():
            self._show(line)
        legs = self._names.legs(trace)
        for entry in trace[news:]:
            if entry["event"] == "dial" and self._is_ringing(entry["call"]):
                self._show(INDENT + self._commands.of_target(legs[entry["call"]], has_answered=False))

    def _told(self, text: str) -> str:
        """What the agent says, without what is sensitive in the flow."""
        names = sensitive_names(self.flow)
        return Hider(names, self.session.trace).text(text) if names else text

    def _seen(self) -> Observation:
        return Observation(self._names, self.session.view, self.session.trace, None)

    # The agent

    async def agent(self, env: Any, call_request: Any) -> Any:
        """The app's agent, for the connection that has just been opened."""
        connection = self._connection
        assert connection is not None

        def told(**note: Any) -> None:
            connection.note(note)
            self._news.set()

        return watched(await self._get_agent(env, call_request), connection.name, told)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """A request at the control URL."""
        body = (await request.read()).decode("utf-8", "replace")
        headers = {name: value for name, value in sorted(request.headers.items()) if name.lower().startswith("x-")}
        reply = self.session.post(body, headers, method=request.method, path=PATH)
        self._look()
        self._news.set()
        await self._cartesia.pass_on_while_asked(self.session.trace)
        status, text = arriving(reply.status, reply.body, self._commands.call.platform)
        return web.Response(status=status, text=text)

    async def _settle(self, *, wait: bool) -> None:
        """What both sides have to say to each other; if it is waited for, until neither has anything more to say."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    while wait and self._connection is not None and not self._connection.is_quiet:
                        self._news.clear()
                        if self._is_reply_to_come():
                            await self._step()
                        else:
                            await self._news.wait()
                    await self._hear()
                    if not await self._pass_on():
                        return
        except TimeoutError:
            await self._is_lost(f"the agent's side has not come back within {PATIENCE_S:g} s")
        except ToolsFailed as failed:
            await self._is_lost(str(failed))

    def _is_reply_to_come(self) -> bool:
        """Whether a tool waits for what a webhook is asked, which takes time on the call."""
        for entry in reversed(self.session.trace):
            if entry["event"] == "reply":
                return bool(entry["body"] == PENDING)
            if entry["event"] == "agent_custom" and metadata_of(entry).get("vox_event") == "reply":
                return False
        return False

    async def _step(self) -> None:
        """A moment passes, for the agent's side as well, and what the scenario tells it then gets there."""
        self._pass(STEP_MS)
        await self._pass_on()
        await asyncio.sleep(0)

    async def _is_lost(self, why: str) -> None:
        """The agent's side is of no more use: the scenario loses its agent."""
        self._show(f"{INDENT}{why}")
        await self._cartesia.hang_up()
        if any(agent["state"] == "open" for agent in self.session.agents) and not self.is_over:
            self._event({"type": "agent", "does": "close", "code": 1011, "reason": "internal error"})
            await self._settle(wait=False)

    async def _hear(self) -> None:
        """What the agent has said, as soon as it is a sentence, or all that it says."""
        connection = self._connection
        if connection is None:
            return
        for result in connection.results:
            if isinstance(result, dict) and result.get("ok") is False:
                self._show(f"{INDENT}the agent is told: {result.get('message') or result.get('error')}")
        connection.results.clear()
        is_quiet = connection.is_quiet
        text = "".join(connection.spoken)
        if not text.strip() or not (is_quiet or SENTENCE.search(text)):
            return
        connection.spoken.clear()
        agent = next((one for one in self.session.agents if one["state"] == "open" and one["started"]), None)
        is_heard = agent is not None and "agent" in (self.session.heard_by_caller or "").split(" + ")
        self._show(f"agent: {self._told(text.strip())}" + ("" if is_heard else "   [the caller does not hear it]"))
        if agent is not None:
            self._event({"type": "agent", "does": "speak", "ms": MS_PER_CHARACTER * len(text.strip())})
            await connection.caller_hears(text.strip())

    async def _pass_on(self) -> bool:
        return await self._cartesia.pass_on(self.session.trace, self.session.agents)


def _refused(trace: Sequence[TraceEvent]) -> Iterator[str]:
    """Why the scenario calls nobody, in its own words, which are in its log."""
    for entry in trace:
        if entry["event"] == "log" and NOBODY_IS_CALLED in (text := entry["message"]):
            yield text[text.index(NOBODY_IS_CALLED) :]
