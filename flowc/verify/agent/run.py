"""One run: a situation, and one sequence of choices in it, from the agent's start to the end of everything."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import math
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flowc.ir.briefing import CONNECT
from flowc.verify.agent.action import INTRODUCTION, RINGS, ToolAction, meaning
from flowc.verify.agent.choices import Choices
from flowc.verify.agent.conversation import Conversation
from flowc.verify.agent.loop import VirtualLoop
from flowc.verify.agent.network import SMOOTH, Fate
from flowc.verify.agent.outcomes import MARK, Outcome
from flowc.verify.agent.record import (
    Arrived,
    Begun,
    CallerSpeaks,
    Connects,
    Delivered,
    Done,
    Event,
    GivenUp,
    LeftAlone,
    Logged,
    Over,
    Raised,
    Reachable,
    Record,
    Sent,
    Told,
    Wrong,
)
from flowc.verify.agent.scenario import CANCEL, ID, TOKEN, URL, Accepted, Phase, Scenario
from flowc.verify.agent.situation import (
    ELSEWHERE,
    OF_BRIEFINGS,
    OF_INTRODUCTIONS,
    Asks,
    Control,
    Follows,
    Move,
    Replies,
    Situation,
)
from flowc.verify.agent.tools import LoadedTools, Planted, failing
from flowc.verify.agent.watching import Answers
from flowc.verify.agent.wire import Posted, Wire

MOST_TURNS = 5000
"""Of the loop, in one run. Some hundred are enough."""
WORDS_S = 1.0
BEGINS = 0.3
"""Of a second: clocks are rarely read when it is full."""
SOON_S = 0.4
"""After its request a webhook may have answered that is asked."""
RINGS_S = 4.0
"""So long it rings, and so long an agent may stay with two."""
GOES_S = 0.1
"""So soon a person may go: the model thinks longer."""
SILENCE_S = 4.0
"""Before the last turn: if there is something to say, it is said by then."""


class NeverAtRest(Exception):
    """The tools go on and on."""


class Run:
    """An `Outside` of the loop."""

    def __init__(
        self,
        loop: VirtualLoop,
        tools: LoadedTools,
        actions: Mapping[str, ToolAction],
        situation: Situation,
        choices: Choices,
    ) -> None:
        self.record = Record()
        self._loop = loop
        self._began = loop.now = math.ceil(loop.now) + BEGINS
        self._tools = tools
        self._situation = situation
        self._call_class = failing(tools.call_class, f"{URL} {TOKEN}") if situation.fails else tools.call_class
        self._choices = choices
        self._turns = 0
        self._moves_left = situation.most_moves
        self._may_move = False
        self._control = Control.BOTH
        self._scenario = Scenario(actions, self._accepted, self._done, self._tell, self._without_model, self._asks)
        self._asked = 0  # how often the model was asked
        self._agent: Conversation | None = None
        self._sessions = 0
        self._uses = itertools.count(1)
        self._marks = itertools.count(1)
        self._connections = 0
        self._fates: dict[asyncio.Task[Any] | None, Fate] = {}
        self._follows: dict[str, Follows] = {}
        self._person = ""  # to whom the agent talks alone, or has done so
        self._acts = self._plan()

    def play(self) -> Record:
        loop = self._loop
        loop.outside = self
        loop.set_exception_handler(self._goes_wrong)
        with self._logged():
            try:
                loop.run_until_complete(self._main())
            except NeverAtRest:
                self.happens(Wrong(f"the agent's side does not come to rest in {MOST_TURNS} steps"))
            finally:
                loop.at_rest()
                loop.set_exception_handler(None)
        return self.record

    async def _main(self) -> None:
        self._finished = self._loop.create_future()
        self._main_task = asyncio.current_task()
        if not self._situation.is_ready:
            self._scenario.phase = Phase.NEW
        controls = self._situation.controls
        self._control = controls[self._choose([f"the control data come {each.value}" for each in controls])]
        self._start({})
        await self._finished

    # What happens, and when: the loop asks

    def turn(self, seconds: float | None) -> bool:
        self._turns += 1
        if self._turns > MOST_TURNS:
            raise NeverAtRest
        if self._moves_left and self._may_move and (self._situation.at_every_turn or seconds != 0):
            moves = [move for move in self._situation.moves if self._can(move)]
            if moves:
                taken = self._choose(["", *(move.value for move in moves)])
                if taken:
                    self._moves_left -= 1
                    self._move(moves[taken - 1])
                    return True
        if seconds is None:
            next(self._acts, None)
            return True
        return False

    def _plan(self) -> Iterator[None]:
        """Whenever everything has come to rest, the next of this happens."""
        for number, asks in enumerate(self._situation.turns):
            self._look_whether_something_hangs()
            if self._agent is None or not self._agent.is_open:
                break
            if number and self._situation.pause:
                self._loop.call_later(self._situation.pause, lambda: None)
                yield
            self._may_move = True
            self._scenario_is_ready_from(number)
            self._caller_speaks(asks)
            yield
        self._may_move = False
        self._look_whether_something_hangs()
        self._loop.call_later(SILENCE_S, lambda: None)
        yield
        if self._agent is not None and self._agent.is_open:
            self._agent.is_last_turn = True
            self._caller_speaks(())
            yield
            self._look_whether_something_hangs()
            self._agent.hang_up()
            yield
        self._look_whether_something_is_left()
        self._finished.set_result(None)
        while True:
            yield

    def _scenario_is_ready_from(self, turn: int) -> None:
        if turn and self._scenario.phase is Phase.NEW:
            self._scenario.phase = Phase.TALKING

    def _look_whether_something_hangs(self) -> None:
        if self._agent is not None and self._agent.is_busy:
            self.happens(Wrong("a turn of the agent waits for ever"))

    def _look_whether_something_is_left(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            if task is not self._main_task and not task.done():
                self.happens(Wrong(f"something waits for ever, after the end of the call: {_place(task)}"))

    # The caller, and Cartesia

    def _can(self, move: Move) -> bool:
        if self._agent is None or not self._agent.is_open:
            return False
        if move in (Move.KEYS, Move.IDLE):
            return self._scenario.phase is Phase.TALKING
        if move is Move.STOPS:
            return self._scenario.phase is Phase.RINGS
        return move is not Move.NOISE or self._may_cancel()

    def _may_cancel(self) -> bool:
        scenario = self._scenario
        return scenario.phase is Phase.LEAVING and scenario.request is not None and scenario.request.action.cancels

    def _move(self, move: Move) -> None:
        assert self._agent is not None
        if move is Move.CLOSES:
            self._agent_is_lost()
        elif move is Move.NOISE:
            self._scenario.interrupted()
        elif move is Move.KEYS:
            self._tell({"vox_event": "keys", "keys": f"{next(self._marks):04}"})
        elif move is Move.IDLE:
            self._tell({"vox_event": "idle", "count": 1})
        elif move is Move.STOPS:
            assert self._scenario.request is not None
            self._is_back(self._scenario.request, "cancelled", "key")
        else:
            again = self._situation.again
            asks = again[self._choose([_asked(each) for each in again])]
            ways = ["the scenario notices it too", "the scenario does not notice it"]
            if self._may_cancel() and self._choose(ways) == 0:
                self._scenario.interrupted()
            self._caller_speaks(asks, WORDS_S if move is Move.STARTS_TO_SPEAK else 0.0)

    def _caller_speaks(self, asks: Asks, seconds: float = 0.0) -> None:
        agent = self._agent
        assert agent is not None
        self.happens(CallerSpeaks(agent.number, seconds == 0))
        agent.caller_speaks()
        if seconds:
            self._loop.call_later(seconds, self._words_come, agent, asks)
        else:
            agent.caller_has_said("And then?", asks)

    def _words_come(self, agent: Conversation, asks: Asks) -> None:
        """Which interrupt whatever has begun in the meantime, as all words do."""
        self.happens(CallerSpeaks(agent.number, True))
        agent.caller_has_said("And then?", asks)

    def _model_answers(self) -> Answers:
        """It is asked: what becomes of it."""
        possible = self._situation.answers
        answers = possible[self._asked] if self._asked < len(possible) else (Answers.WELL,)
        self._asked += 1
        return answers[self._choose([each.value for each in answers])]

    def _agent_ends(self) -> None:
        """By itself, which the scenario notices as it does the loss of any."""
        if self._agent is not None and self._agent.is_open:
            self.happens(LeftAlone(self._agent.number))
            self._agent_is_lost()

    def _without_model(self) -> None:
        assert self._agent is not None
        self.happens(GivenUp(self._agent.number))
        self._hang_up()
        if self._scenario.phase is Phase.AWAY and self._scenario.request is not None:
            self._loop.call_later(2.0, self._is_back, self._scenario.request)

    def _agent_is_lost(self) -> None:
        assert self._agent is not None
        self._agent.hang_up()
        scenario = self._scenario
        if scenario.phase is Phase.LEAVING and scenario.request is not None:
            self._begins(scenario.request)
        elif scenario.phase is Phase.BRIEFING and scenario.request is not None:
            decision = scenario.is_decided()
            if decision is not None:
                self.happens(Over(meaning(decision.body)))
            self._loop.call_later(2.0, self._is_back, scenario.request)
        elif scenario.phase in (Phase.RINGS, Phase.INTRODUCTION) and scenario.request is not None:
            self._goes_on_without_agent(scenario.request)
        elif scenario.phase in (Phase.TALKING, Phase.NEW):
            scenario.phase = Phase.ENDED

    def _start(self, outcome: dict[str, Any], mark: str = "") -> None:
        """The agent, which is told what there is to know by the way that was chosen. `mark`: of the outcome."""
        self._sessions += 1
        told = {
            "vox_session_control_url": URL,
            "vox_control_token": TOKEN,
            "vox_flow": self._tools.flow,
            "vox_contract": self._tools.contract,
            **({"vox_agent": self._tools.agent} if self._tools.agent else {}),
            **outcome,
        }
        control, at_start = self._control, {}
        if control in (Control.BOTH, Control.AT_START):
            at_start = told
        elif control is Control.FOREIGN:
            at_start = self._foreign(told)
        elif control is Control.REPLACED:
            at_start = told
        self._agent = Conversation(
            self._sessions,
            self._call_class,
            at_start,
            self.happens,
            lambda: next(self._uses),
            self._model_answers,
            self._agent_ends,
        )
        self.happens(Begun(self._sessions))
        if at_start is told:
            self._learns(self._agent, told, mark)
        if control is Control.REPLACED:
            self._loop.call_later(0.0, self._session_event, self._agent, self._foreign(told), True, mark)
        elif control not in (Control.AT_START, Control.NEVER):
            later = {Control.LATE: 2.0, Control.TOO_LATE: 6.0}.get(control, 0.0)
            self._loop.call_later(later, self._session_event, self._agent, told, at_start is told, mark)

    def _foreign(self, told: dict[str, Any]) -> dict[str, Any]:
        urls = self._situation.foreign
        url = urls[self._choose([f"the other URL is {each}" for each in urls])]
        foreign = {**told, "vox_session_control_url": url, "vox_control_token": "another"}
        foreign.pop("vox_outcome", None)
        return foreign

    def _session_event(self, agent: Conversation, told: dict[str, Any], is_known: bool, mark: str) -> None:
        if agent.is_open:
            agent.custom({"vox_event": "session", **told})
            if not is_known:
                self._learns(agent, told, mark)

    def _learns(self, agent: Conversation, told: dict[str, Any], mark: str) -> None:
        self.happens(Reachable(agent.number))
        if mark:
            self.happens(Told(agent.number, told["vox_outcome"], mark))

    # The scenario

    def _accepted(self, request: Accepted) -> None:
        if request.action.part == RINGS:
            self._called_off(request)
            return
        if request.action.part == INTRODUCTION:
            self._loop.call_later(1.0, self._leaves, request)
            return
        if request.action.decides:
            self._loop.call_later(1.0, self._decided, request)
            return
        follows = (Follows.ENDS,) if request.action.ends_call else self._situation.follows
        chosen = follows[self._choose([each.value for each in follows])] if len(follows) > 1 else follows[0]
        self._follows[request.id] = chosen
        if chosen is Follows.BY_KEY:
            self._loop.call_later(1.0, self._leaves_with_a_key, request)
        elif chosen is Follows.BACK_AT_ONCE:
            self._begins(request)
        else:
            self._loop.call_later(1.0, self._begins, request)

    def _asks(self, request: Accepted) -> None:
        """A webhook, which answers: soon, when it has to, or so that the agent is not told."""
        possible = self._situation.replies
        chosen = possible[self._choose([each.value for each in possible])]
        after = SOON_S if chosen is Replies.SOON else request.action.asks_for - 0.1
        self._loop.call_later(after, self._answered, request, self._sessions, chosen is not Replies.UNTOLD)

    def _answered(self, request: Accepted, session: int, is_told: bool) -> None:
        self._scenario.is_answered(request, is_told=is_told and session == self._sessions)

    def _leaves_with_a_key(self, request: Accepted) -> None:
        """The caller does, and for whatever that leads to; then the agent is back."""
        if self._scenario.forgets(request):
            self._loop.call_later(5.0, self._is_back, request)

    def _begins(self, request: Accepted) -> None:
        if not self._scenario.begins(request):
            return
        follows = self._follows[request.id]
        if follows is Follows.BACK_AT_ONCE:
            self._is_back(request)
        elif follows is Follows.ENDS:
            self._scenario.phase = Phase.ENDED
            self._hang_up()
        else:
            if follows is Follows.RESTART:
                self._hang_up()
            if follows in OF_INTRODUCTIONS:
                self._rings(request)
                return
            then = self._briefs if follows in OF_BRIEFINGS else self._is_back
            self._loop.call_later(2.0, then, request)

    def _briefs(self, request: Accepted) -> None:
        """Somebody has taken the call, and the agent is to talk to that person alone."""
        agent, asks = self._agent, self._situation.briefed
        if agent is None or not agent.is_open:
            self._is_back(request)
            return
        self._scenario.phase = Phase.BRIEFING
        agent.asks = asks[self._choose([_asked(each) for each in asks])]
        self._person = f"person{next(self._marks)}"
        parameters = {name: value for name, value in json.loads(request.body).items() if name != "action"}
        told = {"action": request.action.name, "request_id": request.id, "target": self._person}
        self._tell({"vox_event": "briefing", **told, "parameters": parameters})
        if self._follows[request.id] is Follows.PERSON_GOES:
            self._loop.call_later(GOES_S, self._decided, None)

    def _decided(self, decision: Accepted | None) -> None:
        """What the agent has asked for is carried out; None: the person has gone."""
        scenario = self._scenario
        if scenario.phase is not Phase.BRIEFING or (decision is not None and scenario.decision is not decision):
            return
        request = scenario.request
        assert request is not None
        if decision is None:
            scenario.decision = None
        scenario.is_decided()
        if decision is not None:
            self.happens(Over(meaning(decision.body)))
        if decision is not None and decision.action.name == CONNECT:
            self._hang_up()
        else:
            self._tell({"vox_event": "briefing_over", "target": self._person})
        again = decision is not None and self._follows[request.id] is Follows.BRIEFED_TWICE
        if again:
            self._follows[request.id] = Follows.BRIEFED
        self._loop.call_later(2.0, self._briefs if again else self._is_back, request)

    def _rings(self, request: Accepted) -> None:
        """The agent talks on with the caller."""
        if self._agent is None or not self._agent.is_open:
            self._loop.call_later(2.0, self._is_back, request)
            return
        self._scenario.phase = Phase.RINGS
        self._person = f"person{next(self._marks)}"
        self._may_ask()
        self._tell({"vox_event": "introducing", "action": request.action.name})
        self._loop.call_later(RINGS_S, self._takes_it, request)

    def _may_ask(self) -> None:
        """Of the model, in the next part."""
        asks = self._situation.briefed
        if self._agent is not None:
            self._agent.asks = asks[self._choose([_asked(each) for each in asks])]

    def _takes_it(self, request: Accepted) -> None:
        """Somebody does, or nobody."""
        scenario = self._scenario
        if scenario.phase is not Phase.RINGS or scenario.request is not request:
            return
        if self._follows[request.id] is Follows.RINGS_IN_VAIN:
            self._is_back(request)
            return
        scenario.phase = Phase.INTRODUCTION
        self._may_ask()
        parameters = {name: value for name, value in json.loads(request.body).items() if name != "action"}
        told = {"action": request.action.name, "request_id": request.id, "target": self._person}
        self._tell({"vox_event": "introduction", **told, "parameters": parameters})
        goes = self._follows[request.id] is Follows.NOT_INTRODUCED
        self._loop.call_later(RINGS_S, self._goes if goes else self._leaves, request)

    def _goes(self, request: Accepted) -> None:
        """The person, before the agent has left."""
        scenario = self._scenario
        if scenario.phase is Phase.INTRODUCTION and scenario.request is request:
            scenario.decision, scenario.phase = None, Phase.RINGS
            self._tell({"vox_event": "introduction_over", "target": self._person, "action": request.action.name})
            self._is_back(request)

    def _leaves(self, asked: Accepted) -> None:
        """The agent, as it has asked for, or since it has stayed for as long as it may."""
        scenario = self._scenario
        decision, request = scenario.decision, scenario.request
        if scenario.phase is Phase.INTRODUCTION and request is not None and asked in (decision, request):
            self._goes_on_without_agent(request)

    def _goes_on_without_agent(self, request: Accepted) -> None:
        decision = self._scenario.is_decided()
        if decision is not None:
            self.happens(Over(meaning(decision.body)))
        self._hang_up()
        self._loop.call_later(2.0, self._is_back, request)

    def _called_off(self, decision: Accepted) -> None:
        """The agent has stopped the ringing: it learns so before it is answered."""
        request = self._scenario.request
        assert request is not None
        self._scenario.is_decided()
        self.happens(Over(meaning(decision.body)))
        self._is_back(request, "cancelled", "agent")

    def _hang_up(self) -> None:
        if self._agent is not None:
            self._agent.hang_up()

    def _is_back(self, request: Accepted, outcome: str = "", by: str = "") -> None:
        self._scenario.is_over(request)
        self.happens(Over(meaning(request.body)))
        if self._follows[request.id] is Follows.UNTOLD:
            return
        number = next(self._marks)
        words = f"Sentence {number}." if self._follows[request.id] is Follows.BACK_WITH_WORDS else None
        mark = f"place{number}"
        chosen = Outcome("", outcome, ((MARK, outcome, {}),)) if outcome else self._chosen_outcome()
        returned = {
            "vox_event": "returned",
            "action": request.action.name,
            "request_id": request.id,
            **chosen.told(mark),
            "say": words,
            **({"by": by} if by else {}),
        }
        if self._follows[request.id] is Follows.BY_KEY and self._scenario.was_cancelled(request):
            returned = {**returned, "key": "0", "request_id": None}
            del returned["action"]
        if self._agent is not None and self._agent.is_open:
            self._tell(returned, mark)
        else:
            self._start({"vox_outcome": returned}, mark)

    def _chosen_outcome(self) -> Outcome:
        possible = self._situation.outcomes
        return possible[self._choose([each.sentence for each in possible])]

    def _done(self, id: str, body: str) -> None:
        self.happens(Done(id, meaning(body)))

    def _tell(self, metadata: dict[str, Any], mark: str = "") -> None:
        if self._agent is not None and self._agent.is_open:
            self.happens(Told(self._agent.number, metadata, mark))
            self._agent.custom(metadata)

    # The network

    def looks_up(self, host: str) -> None:
        self.happens(Wrong(f"the tools look for the host {host}, where nothing of this call is"))

    async def connect(self) -> None:
        self._connections += 1
        told = self._situation.fates
        fates = told[self._connections - 1] if self._connections <= len(told) else (SMOOTH,)
        sentences = [f"connection {self._connections}: {fate.sentence}" if fate.sentence else "" for fate in fates]
        fate = fates[self._choose(sentences)]
        self.happens(Connects(fate))
        self._fates[asyncio.current_task()] = fate
        if fate.connects == "refused":
            raise ConnectionRefusedError(111, "refused")
        if fate.connects == "never":
            await self._loop.create_future()

    def connected(self, wire: Wire) -> None:
        fate = self._fates.pop(asyncio.current_task(), SMOOTH)
        wire.on_request = lambda posted: self._sent(wire, posted, fate)

    def _sent(self, wire: Wire, posted: Posted, fate: Fate) -> None:
        id, body, takes_back = posted.headers.get(ID, ""), meaning(posted.body), CANCEL in posted.headers
        self.happens(Sent(id, body, takes_back, fate))
        to = f"http://{posted.headers.get('host', '')}{posted.target}"
        if (posted.method, to) != ("POST", URL):
            self.happens(Wrong(f"the tools send to another than the control URL of this call: {posted.method} {to}"))
        reply: dict[str, Any] = {}

        def arrives() -> None:
            reply.update(self._scenario.answer(posted))
            self.happens(Arrived(id, body, takes_back, reply))

        def answered() -> None:
            if not wire.is_closing() and fate.comes == "reply" and not reply.get("pending"):
                self.happens(Delivered(id, body, takes_back, reply))
            _answer(wire, fate, reply)

        if fate.arrives is not None:
            self._loop.call_later(fate.arrives, arrives)
        if fate.answered is not None:
            self._loop.call_later(fate.answered, answered)

    # What could be seen

    def _choose(self, sentences: list[str]) -> int:
        return self._choices.choose(sentences) if len(sentences) > 1 else 0

    def happens(self, event: Event) -> None:
        self.record.events.append((self._loop.now - self._began, event))

    def _goes_wrong(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, NeverAtRest):
            return
        told = str(context["message"]) + (f": {type(error).__name__}: {error}" if error is not None else "")
        text = "".join(traceback.format_exception(error)) if error is not None else ""
        self.happens(Wrong(f"nobody handles an error: {told}", text))

    @contextmanager
    def _logged(self) -> Iterator[None]:
        handler = _Handler(self)
        logger = self._tools.logger
        logger.handlers[:], logger.propagate = [handler], False
        try:
            yield
        finally:
            logger.handlers[:] = []


class _Handler(logging.Handler):
    """What the tools log: of the exceptions in it, which they keep from the model."""

    def __init__(self, run: Run) -> None:
        super().__init__(logging.DEBUG)
        self._run = run

    def emit(self, record: logging.LogRecord) -> None:
        self._run.happens(Logged(record.levelno, record.getMessage()))
        error = sys.exc_info()[1]
        if isinstance(error, Planted):
            self._run.happens(Raised())
        elif error is not None and record.levelno >= logging.ERROR:
            text = "".join(traceback.format_exception(error))
            self._run.happens(Wrong(f"a tool fails: {type(error).__name__}: {error}", text))


def _answer(wire: Wire, fate: Fate, reply: dict[str, Any]) -> None:
    text = json.dumps(reply).encode()
    match fate.comes:
        case "reply":
            wire.answer(200, text)
        case "empty":
            wire.answer(200, b"")
        case "junk":
            wire.answer(200, b"<html>OK</html>")
        case "too much":
            wire.answer(200, text.ljust(1_000_000))
        case "half":
            wire.answer(200, text[:5], len(text))
            wire.reset()
        case "stalls":
            wire.answer(200, b"", len(text))
        case "reset":
            wire.reset()
        case "a bare no":
            wire.answer(200, b'{"ok": false}')
        case "302":
            wire.answer(302, b"<html>there</html>", leads_to=ELSEWHERE)
        case "502" | "404":
            wire.answer(int(fate.comes), b"<html>no</html>")
        case "nothing":
            pass


def _asked(asks: Asks) -> str:
    if not asks:
        return "the model asks for nothing"
    return "the model asks for " + " and ".join(f"{each.action} {json.dumps(each.arguments)}" for each in asks)


def _place(task: asyncio.Task[Any]) -> str:
    frames = task.get_stack(limit=1)
    return f"{frames[-1].f_code.co_name}, line {frames[-1].f_lineno}" if frames else repr(task.get_coro())
