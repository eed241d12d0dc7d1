"""One call as its tools see it: what has been asked for, and the SDK objects that the flow's class hands out."""

# mypy: disable-error-code="import-untyped"

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from line import AgentSpec, CallRequest
from line.events import AgentSendText, CallEnded, CallStarted, UserCustomSent, UserTurnEnded, UserTurnStarted
from line.llm_agent import FunctionTool, ToolEnv

from flowc.emit.line.runtime.arguments import _tool
from flowc.emit.line.runtime.interruptions import _Interruptions
from flowc.emit.line.runtime.outcomes import (
    _CANCEL,
    _INTRODUCES,
    _LEAVE,
    _RINGS,
    _Agent,
    _briefing,
    _cancelled_id,
    _data,
    _introduction,
    _is_idle,
    _is_ours,
    _keys,
    _language,
    _Returned,
    _returned,
    _returned_event,
    _session_metadata,
    _speech,
    _text,
    _without_secrets,
)
from flowc.emit.line.runtime.requests import _ACCEPTED_S, _NOT_NOW, _failure, _keep, _Reply, _Request, _Scenario
from flowc.emit.line.runtime.turns import _Watch

# ---- From here on a part of _flowc_line.py ----


_Phrase = str | Mapping[str, str] | None  # what the tool says first, by language if there are several
_warned: set[tuple[str, type, str]] = set()  # once in a program, not in every call
_MAX_BODY = 8000  # characters as JavaScript counts them; the scenario takes a few more
_GREETING_WAITS_S = 1.0  # so long the first words wait for the control data, should the start have none
_TOOL_WAITS_S = 3.0  # and so long after the start a tool
_NO_ANSWER = "agent unavailable"  # in place of an action: the model does not answer
_AT_WORK = "agent at work"  # and likewise: that nobody says anything is not the caller's fault
_MOST_AT_WORK_S = 120.0  # for so long, without a word; after that, the turn is given up for one that speaks up
_NOT_WITH_THE_AGENT = ("busy", "not_ready", "call_ended")


class PhoneCall:
    """The phone call behind one conversation: its tools, its requests and what became of them."""

    def __init__(self, call_request: CallRequest, flow: str, contract: str, hosts: Sequence[str], module: str) -> None:
        """`module` is that of the tools: their log is this one's."""
        self._flow = flow
        self._contract = contract
        self._log = logging.getLogger(module)
        self._scenario = _Scenario(contract, hosts, self._log)
        self._requests: dict[str, _Request] = {}
        self._interruptions = _Interruptions(self._scenario)
        self._over: set[str] = set()  # ids of requests that take the call no more: not done, or the call is back
        self._watches: dict[str, _Watch] = {}  # of the turns of the model, by agent; empty: of whichever
        self._agents: Mapping[str, Sequence[str]] = {}  # the tools of each, where a flow has several
        self._agent: Any = None  # to which the tools were given
        self._given: list[Any] = []  # the tools that it had then
        self._of_briefings: Sequence[str] = ()  # tools for when the agent talks to a person alone
        self._briefed = ""  # to whom it does so
        self._of_introductions: Mapping[str, Sequence[str]] = {}  # and for each part of an introduction
        self._part = ""  # of that, in which it is
        self._has_spoken = False  # in this part
        self._language_there = ""  # in which; empty: as with the caller
        self._tools_under_way = 0
        self._has_given_tools = False
        self._is_skewed = False
        self._is_other = False  # than the agent that the program says that it is
        self._is_compared = False  # whether it is known from which version the scenario is
        self._has_begun = False  # whether the agent's first turn knows as much as it will
        self._outcome: _Returned | None = None  # of what had taken the call from an agent before this one
        self._has_outcome = False  # also when it has been told
        self.language = ""  # in which the caller hears what is said, as was told last; empty: there is only one
        metadata = call_request.metadata if isinstance(call_request.metadata, dict) else {}
        self._scenario.learn(metadata)
        self._compare(metadata)
        self._take_outcome(metadata)
        self.language = _language(metadata)
        self.data = _data(metadata)  # what the call was started with, as far as the agent was told
        self.agent = _who(metadata) if self._scenario.is_known else ""  # which of several it is, if that is known

    def choose(self, agents: Mapping[str, Sequence[str]], agent: str) -> None:
        """A flow has several agents, each with tools of its own. `agent` is which it is, where the program knows."""
        self._agents = agents
        if agent and agent not in agents:
            raise ValueError(f"the flow {self._flow} has no agent {agent!r}, but {', '.join(agents)}")
        if agent:
            theirs, self.agent = self.agent, agent
            self._compare_who(theirs)
        self._is_one_of_one()

    def _is_one_of_one(self) -> None:
        """A scenario that tells everything but which agent it is has one alone: the first."""
        if self._agents and not self.agent and self._scenario.is_known:
            self.agent = next(iter(self._agents))

    def _has(self, action: str) -> bool:
        """Whether an action is this agent's. Of one that is not known, or not to these tools, nobody can say: the
        scenario refuses what is another's.
        """
        return self._is_own(action) or action in self._agents.get(self.agent, (action,))

    def _is_own(self, action: str) -> bool:
        """Whether it is none of the flow's."""
        return action in self._of_briefings or bool(self._of_introductions and action in (_CANCEL, _LEAVE))

    def _learn_who(self, metadata: Mapping[str, Any]) -> None:
        """The agent loses the tools that are not its own."""
        if not self._agents or self.agent:
            self._compare_who(_who(metadata))
            return
        self.agent = _who(metadata)
        self._is_one_of_one()
        self._offer()

    def briefs(self, tools: Sequence[str]) -> None:
        """The agent may talk to a person alone, and has these tools then in place of the others of this call."""
        self._of_briefings = tools

    def introduces(self, alone: Sequence[str]) -> None:
        """The agent may talk on with the caller while it rings, and then with a person as well. `alone`: the tools of
        the flow that leave the conversation alone, which it has then, too.
        """
        self._of_introductions = {_RINGS: (_CANCEL, *alone), _INTRODUCES: (_LEAVE, *alone)}

    def _is_of_now(self, action: str) -> bool:
        if self._part:
            return action in self._of_introductions[self._part]
        return action in self._of_briefings if self._briefed else not self._is_own(action)

    def _talks_to(self, briefed: str) -> None:
        """The agent talks to this person, or (empty) to nobody alone. What was asked for in a briefing is over."""
        if not self._of_briefings:
            return
        self._briefed = briefed
        if briefed:
            self._has_begun_to_ring()
        self._give_up(self._of_briefings)

    def _introduces(self, part: str) -> None:
        """This part of an introduction begins, or (empty) none any more. What was asked for in another one is over."""
        if not self._of_introductions:
            return
        self._part, self._has_spoken = part, False
        if part:
            self._has_begun_to_ring()
        self._give_up((_CANCEL, _LEAVE))

    def _has_begun_to_ring(self) -> None:
        """What has led there has been done, also where its answer has not come: nothing more is to be told of it."""
        for request in self._requests.values():
            if request.takes_call:
                request.give_up()
        self._interruptions.call_is_back()

    def _give_up(self, actions: Sequence[str]) -> None:
        for body, request in list(self._requests.items()):
            if request.action in actions:
                request.give_up()
                del self._requests[body]
        self._interruptions.forget(actions)
        self._offer()

    def _said(self, output: Any) -> Any:
        """To two it says one thing, which neither of them interrupts: whoever has answered says hello meanwhile."""
        if self._part != _INTRODUCES or not isinstance(output, AgentSendText):
            return output
        self._has_spoken = self._has_spoken or bool(output.text.strip())
        return output.model_copy(update={"interruptible": False})

    def _offer(self) -> None:
        """The agent has its tools of the moment, beside those that are not this call's."""
        replace = getattr(self._agent, "set_tools", None)
        if callable(replace) and self._given:
            replace([each for each in self._given if not self._is_of_this_call(each) or self._is_offered(each.name)])

    def _is_offered(self, action: str) -> bool:
        return self._has(action) and self._is_of_now(action)

    def _compare_who(self, theirs: str) -> None:
        """Whichever the program says that it is: the scenario refuses what is not its own agent's. Said once."""
        if self._agents and not self._is_other and theirs not in ("", self.agent):
            self._is_other = True
            self._log.warning("The scenario has started the agent %.64r, and this program is %r.", theirs, self.agent)

    def _is_of_this_call(self, tool: Any) -> bool:
        return getattr(getattr(tool, "func", None), "flowc_call", None) is self

    def _compare(self, metadata: Mapping[str, Any]) -> None:
        for what, ours in ("flow", self._flow), ("contract", self._contract):
            theirs = metadata.get(f"vox_{what}")
            self._is_compared = self._is_compared or theirs is not None
            if theirs not in (None, ours):
                self._log.warning(
                    "The scenario's %s is %.64r, that of these tools %r: deploy both.", what, theirs, ours
                )
                self._is_skewed = True

    def _take_outcome(self, metadata: Mapping[str, Any]) -> None:
        if not self._has_outcome:
            self._outcome = _returned(metadata.get("vox_outcome"))
            self._has_outcome = self._outcome is not None

    def tools(self, methods: Mapping[str, Callable[..., AsyncIterator[Any]]]) -> list[FunctionTool]:
        """A tool for each method, by the name that the model uses."""
        self._has_given_tools = True
        return [_tool(name, method, self, self._log) for name, method in methods.items() if self._has(name)]

    def watch(self, within: float, say: "_Phrase" = None, agents: Sequence[str] = ("",)) -> None:
        """The agent's model may say nothing for so many seconds. `say` is spoken while it is asked once more. `agents`:
        which of several it is about.
        """
        watch = _Watch(
            within,
            lambda: self._in_language(say),
            self._is_leaving,
            lambda: self._tools_under_way > 0,
            self._is_told_of_no_answer,
            self._log,
        )
        self._watches.update(dict.fromkeys(agents, watch))

    def _watched(self, ask: Callable[[bool], AsyncIterator[Any]], has_to_answer: bool) -> AsyncIterator[Any]:
        watch = self._watches.get(self.agent) or self._watches.get("")
        return ask(False) if watch is None else watch.turn(ask, has_to_answer)

    def wrap(self, agent: AgentSpec) -> AgentSpec:
        """The agent that also learns what became of the call, and the filters that let it."""
        runs_on: Any = (CallStarted, UserTurnEnded, CallEnded)  # these and the next are the SDK's own defaults
        cancelled_by: Any = (UserTurnStarted,)
        if isinstance(agent, (list, tuple)):
            agent, runs_on, cancelled_by = agent
        self._look_at_tools(agent)

        watch = self._watched if self._watches else None
        self._agent = agent
        tools = getattr(agent, "_tools", None)
        self._given = list(tools) if isinstance(tools, (list, tuple)) else []
        if self._of_briefings or self._of_introductions:
            self._offer()
        notices = self._interruptions.notices
        wrapped = _Agent(
            agent,
            self._opening,
            self._call_is_back,
            notices,
            lambda: self.data,
            watch,
            self._said,
        )

        def run_filter(event: Any) -> bool:  # the SDK asks for every event, also while a tool runs
            self._hear(event)
            if _session_metadata(event) is not None:
                return self._has_begun and self._outcome is not None
            if _is_ours(event):
                return self._is_for_a_turn(event, wrapped)
            if self._has_spoken and self._part == _INTRODUCES and not isinstance(event, CallEnded):
                return False  # whatever is said now, they say to each other
            return _matches(runs_on, _without_secrets(event))

        def cancel_filter(event: Any) -> bool:
            if _is_ours(event):
                return bool(event.metadata.get("vox_event") == "briefing_over")  # what it says to that person
            if self._part == _INTRODUCES:
                return False
            return _matches(cancelled_by, _without_secrets(event))

        self._scenario.connect()
        return wrapped, run_filter, cancel_filter

    def _is_for_a_turn(self, event: Any, wrapped: "_Agent") -> bool:
        """Whether what the scenario tells is told to the agent in a turn of its own."""
        noise = wrapped.is_llm_agent and self._interruptions.is_noise(event)
        keys = _keys(event) != "" and not self._is_leaving()
        is_with_others = bool(self._briefed) or self._part == _INTRODUCES  # whom it does not concern: it waits
        news = self._interruptions.is_news(event) and not self._is_leaving() and not is_with_others
        idle = _is_idle(event) and not self._is_leaving() and not self._is_at_work(wrapped.silent_since)
        alone = bool(_briefing(event)) or (self._of_introductions and bool(_introduction(event)))
        return noise or keys or news or idle or alone or _returned_event(event) is not None

    def _is_at_work(self, silent_since: float | None) -> bool:
        """Nobody says anything, as a turn is under way, maybe one of its tools: it goes on, and the scenario learns
        that the caller is not to blame. `silent_since`: since when the turn has given nothing; None if there is none.
        """
        if silent_since is None or asyncio.get_running_loop().time() - silent_since > _MOST_AT_WORK_S:
            return False
        if self._scenario.is_known:
            _keep(asyncio.create_task(self._scenario.post(str(uuid.uuid4()), json.dumps({"action": _AT_WORK}))))
        return True

    def _look_at_tools(self, agent: Any) -> None:
        """Without this call's tools an agent can do nothing with it, and with those of another does it to that one."""
        tools = getattr(agent, "_tools", None)  # an LlmAgent has no other name for it
        tools = tools if isinstance(tools, (list, tuple)) else None
        owners = [getattr(getattr(tool, "func", None), "flowc_call", None) for tool in tools or []]
        has_ours = self._has_given_tools if tools is None else self in owners
        if any(owner not in (None, self) for owner in owners):
            problem = "has tools of another flow or of another call"
        elif not has_ours:
            problem = f"has none of the tools of the flow {self._flow}"
        else:
            return
        if (self._flow, type(agent), problem) not in _warned:
            _warned.add((self._flow, type(agent), problem))
            what_to_do = "give it `tools=call.tools()` of the call that wraps it, in `get_agent`"
            self._log.warning("The agent %s: %s.", problem, what_to_do)

    def _hear(self, event: Any) -> None:
        self._interruptions.hear(event)
        if cancelled := _cancelled_id(event):
            self._over.add(cancelled)
        if _returned_event(event) is not None:  # what is told in the same instant, before its turn begins, is news
            self._over.update(each.id for each in self._requests.values() if each.takes_call)
        if (briefed := _briefing(event)) is not None:
            self._talks_to(briefed)
            self._language_there = _text(event.metadata.get("language")) if briefed else ""
        if (part := _introduction(event)) is not None:
            self._introduces(part)
        session = _session_metadata(event)
        if session is None and _is_ours(event):
            self.language = _language(event.metadata) or self.language
        if session is not None and self._scenario.learn(session):
            self.language = _language(session) or self.language
            self.data = self.data or _data(session)
            self._take_outcome(session)
            self._learn_who(session)
            if not self._is_compared:
                self._compare(session)
                self._show_contract()
        elif isinstance(event, UserCustomSent):
            self._complete(self._scenario.hear(event.metadata))
        elif isinstance(event, CallStarted):
            self._show_contract()

    def _complete(self, heard: "tuple[str, _Reply] | None") -> None:
        """A reply may come when its tool has given up waiting: until now the model knows less, or what is not so."""
        for request in self._requests.values():
            is_news = heard is not None and request.id == heard[0] and request.complete(heard[1])
            if is_news and request.id not in self._over:
                self._interruptions.add_late(request)

    def _show_contract(self) -> None:
        if self._is_skewed:
            self._scenario.show_contract()

    async def _opening(self, event: Any) -> "_Returned | None":
        """With what the agent begins, once: what became of the call before. The first turn waits for that a moment."""
        if isinstance(event, CallEnded):
            return None
        if isinstance(event, CallStarted):
            try:
                await self._scenario.is_reached(_GREETING_WAITS_S)
            finally:
                self._has_begun = True
        outcome, self._outcome = self._outcome, None
        return outcome

    def hand_over(
        self, ctx: ToolEnv, action: str, arguments: dict[str, Any], say: "_Phrase" = None, *, cancels: bool = False
    ) -> AsyncIterator[Any]:
        """Ask the scenario to take the call. Once it has accepted, the turn ends without another word.

        `cancels`: if the caller speaks before it has begun, it is not done.
        """
        return self._perform(ctx, action, arguments, say, takes_call=True, cancels=cancels)

    def ask(
        self, ctx: ToolEnv, action: str, arguments: dict[str, Any], say: "_Phrase" = None, *, within: float = 0.0
    ) -> AsyncIterator[Any]:
        """Ask the scenario for something while the conversation goes on; the model gets the answer.

        `within`: so many seconds webhooks may take that the scenario asks for it.
        """
        return self._perform(ctx, action, arguments, say, takes_call=False, within=within)

    def decide(self, ctx: ToolEnv, action: str, arguments: dict[str, Any]) -> AsyncIterator[Any]:
        """Tell the scenario what becomes of a person, or of the ringing. The turn ends with it."""
        return self._perform(ctx, action, arguments, None, takes_call=True)

    async def _is_told_of_no_answer(self) -> bool:
        """Whether the scenario knows that the model does not answer, or has the caller with somebody else."""
        if not await self._scenario.is_reached(0.0):
            return False
        body = json.dumps({"action": _NO_ANSWER})
        telling = asyncio.create_task(self._scenario.post(str(uuid.uuid4()), body))
        _keep(telling)
        reply = await asyncio.shield(telling)  # whatever the caller says meanwhile, it goes on
        return reply.ok or reply.error in _NOT_WITH_THE_AGENT

    async def _perform(
        self,
        ctx: ToolEnv,
        action: str,
        arguments: dict[str, Any],
        say: "_Phrase",
        *,
        takes_call: bool,
        cancels: bool = False,
        within: float = 0.0,
    ) -> AsyncIterator[Any]:
        if not await self._is_reached():
            yield _failure("not_connected")
            return
        if not self._is_offered(action):
            when = _NOT_NOW if self._of_introductions else ""
            yield _failure("not_now", when) if self._has(action) else _failure("unknown_action")
            return
        given = {name: value for name, value in arguments.items() if value is not None}
        body = json.dumps({"action": action, **given}, ensure_ascii=False)
        if len(body.encode("utf-16-le", "surrogatepass")) > 2 * _MAX_BODY:
            yield _failure("invalid_parameters", f"the texts are too long, all together {_MAX_BODY} characters at most")
            return
        request, is_new = self._request(ctx, action, body, takes_call=takes_call, cancels=cancels, within=within)
        announced = False
        try:
            words = self._in_language(say)
            if words and is_new:
                yield AgentSendText(text=_speech(words), interruptible=cancels or not takes_call)
            announced = True
            reply = await self._awaited(request)
        except (asyncio.CancelledError, GeneratorExit):  # the caller interrupts: what does not cancel goes on
            if not cancels:
                self._interruptions.add(request)
            else:
                if announced:
                    request.revoke(self._scenario)
                self._forget(body, request)
            raise
        if not reply.ok:
            yield _failure(reply.error, reply.message, by_scenario=True)
        elif not takes_call:
            yield reply.for_model()

    async def _is_reached(self) -> bool:
        self._tools_under_way += 1
        try:
            return await self._scenario.is_reached(_TOOL_WAITS_S)
        finally:
            self._tools_under_way -= 1

    async def _awaited(self, request: "_Request") -> "_Reply":
        self._tools_under_way += 1
        try:
            return await request.reply(self._scenario)
        finally:
            self._tools_under_way -= 1

    def _in_language(self, say: "_Phrase") -> str | None:
        """The phrase in the language of whoever hears it; in the first, if nobody has said which that is."""
        if say is None or isinstance(say, str):
            return say
        return say.get(self._language_there or self.language) or next(iter(say.values()))

    def _is_leaving(self) -> bool:
        """An action is about to take the call: a turn would interrupt it, and nobody would hear that.

        Should the notice of the call's return be lost, that ends all the same.
        """
        taking = [each for each in self._requests.values() if each.takes_call and each.id not in self._over]
        if self._briefed or self._part:  # what has led there has begun
            taking = [each for each in taking if self._is_own(each.action)]
        return any(
            request.answer is None or (request.seconds_since_accepted or 0.0) < _ACCEPTED_S
            for request in taking
            if request.answer is None or request.answer.ok
        )

    def _forget(self, body: str, request: "_Request") -> None:
        if self._requests.get(body) is request:
            del self._requests[body]

    def _request(
        self, ctx: ToolEnv, action: str, body: str, *, takes_call: bool, cancels: bool, within: float
    ) -> tuple["_Request", bool]:
        """The request that serves this tool call, and whether it is a new one."""
        earlier = self._requests.get(body)
        if earlier and earlier.serves(ctx):
            return earlier, False
        request = _Request(action, body, ctx, takes_call=takes_call, cancels=cancels, within=within)
        if earlier and earlier.may_have_arrived and not cancels:
            request.id = earlier.id  # under the same id it is not done twice
        self._requests[body] = request
        if cancels:
            self._interruptions.expect(request)
        return request, True

    def _call_is_back(self) -> float | None:
        """The caller talks to the agent again: what took the call is over, and may be asked for anew.

        For how many seconds the call was away; None if it was another session's agent that gave it away.
        """
        since = [request.seconds_since_accepted for request in self._requests.values() if request.takes_call]
        away = min((seconds for seconds in since if seconds is not None), default=None)
        self._requests = {body: request for body, request in self._requests.items() if not request.takes_call}
        self._interruptions.call_is_back()
        return away


def _who(metadata: Mapping[str, Any]) -> str:
    """Which of several agents the scenario has started; empty in a flow with one."""
    return _text(metadata.get("vox_agent"))


def _matches(event_filter: Any, event: Any) -> bool:
    return bool(event_filter(event)) if callable(event_filter) else isinstance(event, tuple(event_filter))
