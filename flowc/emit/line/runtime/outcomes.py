"""What became of the call, on its way to the agent: as a phrase that the flow declares, or as a notice to the model."""

# mypy: disable-error-code="import-untyped"

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

from line.events import AgentSendText, AgentTextSent, CallEnded, CallStarted, UserCustomSent, UserTurnEnded
from line.llm_agent import LlmConfig

# ---- From here on a part of _flowc_line.py ----


_NOTICE = "[Notice from the phone system, not from the caller] "
_AGAIN = f"{_NOTICE}The caller has not heard your answer, or not all of it. Give it now."
_SPEAK_UP = (
    f"{_NOTICE}Nobody has said anything for a while. If the caller is waiting for an answer, give it now; else ask, in "
    "one short sentence, whether the caller is still there."
)
_RINGS, _INTRODUCES = "introducing", "introduction"  # what an agent does, in the words by which it is told
_PARTS = {"introducing": _RINGS, "introduction": _INTRODUCES, "introduction_over": _RINGS, "returned": ""}
_CANCEL, _LEAVE = "cancel", "leave"
_EVENTS = ("session", "cancelled", "language", "keys", "idle", "reply", "briefing", "briefing_over", *_PARTS)
_MOST_PASSED_ALONG = 8192  # characters of JSON, as many as a request has
_MOST_TRIED = 50  # attempts: the platform allows no more
_WORDS_FOLLOW_S = 2.0  # who interrupts says something within this time; then the turn that answers it is enough


class _Returned(NamedTuple):
    """The call is back with the agent: what was tried, and the sentence to open with if the flow has one."""

    outcome: str
    target: str
    tried: str
    spoken_to: str
    talked: float | None
    say: str
    language: str
    before: str  # the agent that had the caller before, if this one gets them from it
    known: str  # what that one has passed along
    missing: str  # another agent, which was to have the caller and is not there
    metadata: dict[str, Any]

    @property
    def is_first(self) -> bool:
        """Whether an agent that starts with it has never had the caller."""
        return self.is_handed_over or (self.metadata.get("action", "") is None and not self.missing)

    @property
    def is_handed_over(self) -> bool:
        """Whether the agent was started by a step, after another one or as the first; a return does not say so."""
        return "handed_over_by" in self.metadata

    @property
    def led_by(self) -> str:
        """Where the caller has left the agent with a key, and nothing that it has asked for: for the model."""
        key = _text(self.metadata.get("key"), 1)
        return f"The caller had pressed the key {key}, to go on without you. " if key else ""

    def _not_connected(self, is_back: str) -> tuple[str, str]:
        """What has happened where nobody has taken the caller, and what to do."""
        to_do = "Unless you have done so already, tell the caller in one sentence and offer to help."
        by = self.metadata.get("by")
        if self.outcome == "cancelled" and by == "agent":
            happened = "You have stopped the ringing, and talk to the caller alone."
        elif self.outcome == "cancelled":
            by_whom = "The caller has stopped the ringing with a key" if by == "key" else "The ringing was stopped"
            happened = f"{by_whom}, and {is_back if by == 'key' else 'the caller ' + is_back}"
            to_do = "Unless you have done so already, offer to help in another way."
        elif self.outcome:
            to_whom = f" to {self.target}" if self.target else ""
            happened = f"The transfer{to_whom} did not come about: {self.outcome}."
        else:
            return f"The caller {is_back}", to_do
        happened += f" Before that the caller has talked to {self.spoken_to}." if self.spoken_to else ""
        happened += f" Tried: {self.tried}." if self.tried else ""
        return happened, to_do

    def notice(self, away: float | None = None, *, is_first: bool = False, has_talked_on: bool = False) -> str:
        """For the model. `away`: for how many seconds the call was not with it, if that is known. `is_first`: it has
        never had the call. `has_talked_on`: it was with the caller while it rang.
        """
        is_back = f"is {'now' if is_first or self.is_handed_over else 'back'} with you."
        if self.outcome == "connected":
            happened = f"The caller has talked to {self.target or 'somebody'}"
            happened += f" for {_duration(self.talked)}" if self.talked is not None else ""
            happened += f", and before that to {self.spoken_to}," if self.spoken_to else ""
            happened += f" and {is_back}"
            to_do = "Unless you have done so already, ask whether there is anything else."
        else:
            happened, to_do = self._not_connected("talks to you alone." if has_talked_on else is_back)
        if self.missing:
            happened += f" The agent {self.missing} cannot be reached."
        if self.before:
            happened += f" Before, the caller was with the agent {self.before}"
            happened += f", who has passed along: {self.known}." if self.known else "."
            to_do = "Do not ask for what is known already."
        if away is not None and away >= 1 and self.talked is None:
            happened += f" That took {_duration(away)}."
        if self.say:
            to_do = f"The caller has been told: {self.say}"
        if self.language:
            happened += f" The language of the call is {self.language}."
        return f"{_NOTICE}{self.led_by}{happened} {to_do}"


def _returned(metadata: Any) -> _Returned | None:
    """What the scenario tells about a call that came back; None if this is something else."""
    if isinstance(metadata, str):  # a session's metadata may have become text on its way
        try:
            metadata = json.loads(metadata)
        except (ValueError, RecursionError):
            return None
    if not isinstance(metadata, dict) or metadata.get("vox_event") != "returned":
        return None
    tried = metadata.get("tried")
    attempts = [attempt for attempt in tried if isinstance(attempt, dict)] if isinstance(tried, list) else []
    outcome, target = _words(metadata.get("outcome")), _words(metadata.get("target"))
    spoken_to = [_words(entry.get("target")) for entry in attempts[:_MOST_TRIED] if entry.get("outcome") == "connected"]
    if outcome == "connected":
        spoken_to = spoken_to[:-1]  # the last of them is the target itself
    return _Returned(
        outcome=outcome,
        target=target,
        tried=_counted([_ring(entry) for entry in attempts[:_MOST_TRIED]]),
        spoken_to=_counted(spoken_to),
        talked=_seconds(metadata.get("talk_seconds")),
        say=_text(metadata.get("say"), 1500),
        language=_language(metadata),
        before=_words(metadata.get("handed_over_by")),
        known=_as_json(metadata.get("parameters")),
        missing=_words(metadata.get("agent_unavailable")),
        metadata=metadata,
    )


def _as_json(parameters: Any) -> str:
    """What an agent has passed along, for the model of another; empty where it is nothing."""
    if not isinstance(parameters, dict) or not parameters:
        return ""
    return _text(json.dumps(parameters, ensure_ascii=False), _MOST_PASSED_ALONG)


def _language(metadata: dict[str, Any]) -> str:
    """In which the caller hears what is said; empty in a flow with one language."""
    return _text(metadata.get("vox_language"))


def _data(metadata: dict[str, Any]) -> dict[str, Any]:
    """What a call was started with that was placed for somebody; nothing of a call that came in."""
    data = metadata.get("vox_data")
    if isinstance(data, str):  # a session's metadata may have become text on its way
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            return {}
    if not isinstance(data, dict):
        return {}
    kept = (bool, int, float)
    return {_text(name): value if isinstance(value, kept) else _text(value, 200) for name, value in data.items()}


def _counted(names: list[str]) -> str:
    """Each once, in the order in which it came first: what was tried again and again is a number."""
    counts = {name: names.count(name) for name in names}
    return ", ".join(name if count == 1 else f"{name} ({count} times)" for name, count in counts.items())


def _ring(entry: dict[str, Any]) -> str:
    rang = _seconds(entry.get("rang_seconds"))
    after = "" if rang is None else f" after {_duration(rang)}"
    reason = _text(entry.get("reason"), 200)
    why = f", because: {reason}" if reason else ""
    return f"{_words(entry.get('target'))} ({_words(entry.get('outcome'))}{after}{why})"


def _is_ours(event: Any) -> bool:
    """Whether the scenario has sent it, not somebody whom the user's own agent knows."""
    metadata = event.metadata if isinstance(event, UserCustomSent) else None
    return isinstance(metadata, dict) and metadata.get("vox_event") in _EVENTS


def _session_metadata(event: Any) -> dict[str, Any] | None:
    """The session's metadata, which the scenario sends once more: those of a phone call may not reach the agent."""
    metadata = event.metadata if isinstance(event, UserCustomSent) else None
    if not isinstance(metadata, dict) or metadata.get("vox_event") != "session":
        return None
    return metadata


def _cancelled_id(event: Any) -> str | None:
    """Of the request that the scenario has not done because the caller interrupted, or went on with a key; None if this
    is something else.
    """
    metadata = event.metadata if isinstance(event, UserCustomSent) else None
    if not isinstance(metadata, dict) or metadata.get("vox_event") != "cancelled":
        return None
    request = metadata.get("request_id")
    return _text(request, 100)


def _replied_id(event: Any) -> str | None:
    """Of the request to which the scenario says its reply, which is more than that it is to come; None if this is
    something else.
    """
    metadata = event.metadata if isinstance(event, UserCustomSent) else None
    if not isinstance(metadata, dict) or metadata.get("vox_event") != "reply":
        return None
    reply = metadata.get("reply")
    return None if isinstance(reply, dict) and reply.get("pending") is True else _text(metadata.get("request_id"), 100)


def _led_on(cancelled: Any) -> str:
    """The key with which the caller went on in place of what was cancelled; empty if it was an interruption."""
    return _text(cancelled.metadata.get("key"), 1)


def _keys(event: Any) -> str:
    """What the caller has keyed in; empty if this is something else."""
    metadata = event.metadata if isinstance(event, UserCustomSent) else None
    if not isinstance(metadata, dict) or metadata.get("vox_event") != "keys":
        return ""
    return _text(metadata.get("keys"))


def _briefing(event: Any) -> str | None:
    """To whom the agent talks alone from here on; empty if to nobody any more; None if this is something else."""
    metadata = event.metadata if isinstance(event, UserCustomSent) else None
    told = metadata.get("vox_event") if isinstance(metadata, dict) else None
    if told == "briefing":
        return _words(event.metadata.get("target")) or "somebody"
    return "" if told in ("briefing_over", "returned") else None


def _briefing_notice(metadata: dict[str, Any]) -> str:
    """For the model: to whom it talks now, or that it does so no more; empty if this is something else."""
    target = _words(metadata.get("target")) or "somebody"
    if metadata.get("vox_event") == "briefing_over":
        return f"{_NOTICE}You do not talk to {target} any more. Until the caller is back with you, nobody hears you."
    if metadata.get("vox_event") != "briefing":
        return ""
    known = _as_json(metadata.get("parameters"))
    text = (
        f"{_NOTICE}From now on you talk to {target}, who has answered your call, and not to the caller, who waits and "
    )
    text += "hears nothing of it. "
    if language := _text(metadata.get("language")):
        text += f"Speak the language of {target}, which is {language}. "
    if "action" in metadata and metadata["action"] is None:
        text += "The caller has asked for this with a key."
    else:
        text += f"You have asked for this with {_text(metadata.get('action')) or 'a tool'}"
        text += f", and passed along: {known}." if known else "."
    text += (
        f" Say in one or two sentences who calls and what it is about, and answer what {target} asks. Then use connect"
    )
    return text + f" if {target} wants to talk to the caller, or else decline, with the reason."


def _introduction(event: Any) -> str | None:
    """The part of it that begins: it rings, or the agent introduces somebody; empty if it is over, None if this is
    something else.
    """
    metadata = event.metadata if isinstance(event, UserCustomSent) else None
    told = metadata.get("vox_event") if isinstance(metadata, dict) else None
    return _PARTS.get(told) if isinstance(told, str) else None


def _introduction_notice(metadata: dict[str, Any]) -> str:
    """For the model: who hears it now; empty if this is something else."""
    target = _words(metadata.get("target")) or "somebody"
    told = metadata.get("vox_event")
    if told == "introducing":
        return (
            f"{_NOTICE}It rings now{_asked_with(metadata)}. Meanwhile you talk on with the caller, who does not hear "
            "that: say so in one short sentence. Use cancel as soon as the caller does not want to be connected any "
            "more."
        )
    if told == "introduction_over":
        return f"{_NOTICE}You do not talk to {target} any more: the caller hears you alone again."
    if told != "introduction":
        return ""
    known = _as_json(metadata.get("parameters"))
    text = f"{_NOTICE}From now on {target}, who has answered your call, and the caller both hear you, and each other. "
    text += f"What you have passed along: {known}. " if known else ""
    text += "Introduce them to each other in one or two short sentences, and ask nothing: it is the last that you say, "
    return text + "and after it you are gone. If there is nothing to say, use leave."


def _asked_with(metadata: dict[str, Any]) -> str:
    if "action" in metadata and metadata["action"] is None:
        return ", as the caller has wanted with a key"
    return f", as you have asked for with {_text(metadata.get('action')) or 'a tool'}"


def _has_talked_on(history: list[Any], back: Any) -> bool:
    """Whether the agent had the caller while it rang, before it was told that the call is back."""
    part: str | None = ""
    for each in history:
        if each.event_id == back.event_id:
            break
        begun = _introduction(each)
        part = part if begun is None else begun
    return bool(part)


def _is_idle(event: Any) -> bool:
    """Whether neither the caller nor the agent has said anything for long."""
    return _is_ours(event) and event.metadata["vox_event"] == "idle"


def _is_alone_again(event: Any) -> bool:
    """Whether somebody has gone to whom the caller was introduced. Where that is all, the call is back as well."""
    return _is_ours(event) and event.metadata["vox_event"] == "introduction_over"


def _returned_event(event: Any) -> _Returned | None:
    return _returned(event.metadata) if isinstance(event, UserCustomSent) else None


class _Agent:
    """The user's agent, told what became of the call. Everything else passes through unchanged."""

    def __init__(
        self,
        agent: Any,
        opening: Callable[[Any], Awaitable[_Returned | None]],
        call_is_back: Callable[[], float | None],
        new_notices: Callable[[], Awaitable[list[str]]],
        data: Callable[[], dict[str, Any]],
        watch: "Callable[[Callable[[bool], AsyncIterator[Any]], bool], AsyncIterator[Any]] | None",
        said: Callable[[Any], Any],
    ) -> None:
        """`data`: what the call was started with, if it was placed. `watch`: what comes of a turn of the model that is
        watched, and of which something has to be heard, if so. `said`: what becomes of an output of a turn.
        """
        self._said = said
        self._watch = watch
        self._process = agent.process if hasattr(agent, "process") else agent
        self._history = getattr(agent, "history", None)
        self.is_llm_agent = _accepts(self._process, "context", "config")
        self._opening = opening
        self._call_is_back = call_is_back
        self._new_notices = new_notices
        self._data = data
        self._has_told_data = False
        self._notices: list[tuple[str, Any]] = []  # not in the agent's history yet: a text, and the event it belongs to
        self._cancelled: set[str] = set()  # ids of requests whose cancellation has been told
        self._keyed_by: set[str] = set()  # ids of events whose keys have been told
        self._briefed_by: set[str] = set()  # ids of events that have told that somebody hears it, or no more
        self._back_by: set[str] = set()  # ids of events that have told that the call is back
        self.silent_since: float | None = None  # the turn that is under way; None if there is none

    async def process(self, env: Any, event: Any) -> AsyncIterator[Any]:
        now = asyncio.get_running_loop().time
        self.silent_since = now()
        try:  # the SDK begins no turn before another one has ended
            async for output in self._processed(env, event):
                self.silent_since = now()
                yield self._said(output)
        finally:
            self.silent_since = None

    async def _processed(self, env: Any, event: Any) -> AsyncIterator[Any]:
        event = _without_secrets(event)
        self._notice_cancelled(event.history or [])
        self._notice_keys(event.history or [])
        self._notice_briefings(event.history or [])
        self._notice_missed(event)
        self._notice_data(event)
        if _is_idle(event) and self.is_llm_agent:
            self._notices.append((_SPEAK_UP, _latest(event)))
        opening = await self._opening(event)
        has_turn = isinstance(event, CallStarted) or _session_metadata(event) is not None
        if opening is not None and not has_turn:
            self._notice_opening(opening, event)
            opening = None
        returned = opening or _returned_event(event)
        if returned is not None:
            turn = self._back(env, event, returned)
        elif _session_metadata(event) is None:
            turn = self._turn(env, event)
        else:
            return
        async for output in turn:
            yield output

    async def _back(self, env: Any, event: Any, returned: _Returned) -> AsyncIterator[Any]:
        """A turn in which the agent speaks of what became of the call."""
        away = self._call_is_back()
        is_start = isinstance(event, CallStarted)
        is_first = is_start and returned.is_first
        if self.is_llm_agent:
            has_talked_on = _has_talked_on(event.history or [], event)
            text = returned.notice(away, is_first=is_first, has_talked_on=has_talked_on)
            self._notices.append((text, _latest(event)))
        if returned.say:
            yield AgentSendText(text=_speech(returned.say))
        if is_start:  # started again, the agent is known to the caller
            start = self._turn(env, event) if is_first else self._start_without_introduction(env, event)
            async for output in start:
                yield output
        if is_first and self.is_llm_agent:  # it has introduced itself; what came of the ringing goes with the next turn
            return
        if _returned_event(event) is None:
            event = UserCustomSent(metadata=returned.metadata, event_id=event.event_id, history=event.history)
        if not returned.say:
            async for output in self._turn(env, event):
                yield output

    def _notice_opening(self, opening: _Returned, event: Any) -> None:
        """The caller has spoken before it was known that the call is back: now those words are answered."""
        self._call_is_back()
        if self.is_llm_agent:
            self._notices.append((opening._replace(say="").notice(), _latest(event)))

    def _notice_cancelled(self, history: list[Any]) -> None:
        """What the caller has cancelled is told with the next turn, which answers the caller's words, if any."""
        for event in history:
            request = _cancelled_id(event)
            if request is not None and self.is_llm_agent and request not in self._cancelled:
                self._cancelled.add(request)
                action = _text(event.metadata.get("action"))
                key = _led_on(event)
                why = f"went on with the key {key}" if key else "interrupted"
                self._notices.append((f"{_NOTICE}The caller {why}, so {action} was not done.", event))

    def _notice_keys(self, history: list[Any]) -> None:
        """What the caller has keyed in is told once, also where it could begin no turn."""
        for event in history:
            keys = _keys(event)
            if keys and self.is_llm_agent and event.event_id not in self._keyed_by:
                self._keyed_by.add(event.event_id)
                self._notices.append((f"{_NOTICE}The caller has keyed in: {keys}", event))

    def _notice_briefings(self, history: list[Any]) -> None:
        """Whose words those before and behind it are."""
        for event in history:
            told = _briefing_notice(event.metadata) if _briefing(event) is not None else ""
            told = told or (_introduction_notice(event.metadata) if _introduction(event) is not None else "")
            if told and self.is_llm_agent and event.event_id not in self._briefed_by:
                self._briefed_by.add(event.event_id)
                self._notices.append((told, event))

    def _notice_data(self, event: Any) -> None:
        """What the call was started with is told with the first turn of the model, once."""
        data = self._data()
        if data and self.is_llm_agent and not self._has_told_data:
            self._has_told_data = True
            known = json.dumps(data, ensure_ascii=False)
            text = f"{_NOTICE}This person has not called: you have called them. What is known of the call: {known}"
            self._notices.append((text, _latest(event)))

    def _notice_missed(self, event: Any) -> None:
        """The call was back, but the caller has spoken in the same instant, and that turn was over before it began."""
        for each in event.history or []:
            returned = _returned_event(each)
            if returned is None or each.event_id in self._back_by:
                continue
            self._back_by.add(each.event_id)
            if each.event_id != event.event_id:
                away = self._call_is_back()
                if self.is_llm_agent:
                    has_talked_on = _has_talked_on(event.history or [], each)
                    text = returned._replace(say="").notice(away, has_talked_on=has_talked_on)
                    self._notices.append((text, each))

    async def _turn(self, env: Any, event: Any) -> AsyncIterator[Any]:
        """A turn of the agent, with the notices that it has not seen; afterwards they are in its history."""
        if _cancelled_id(event) is not None or _is_alone_again(event):
            await asyncio.sleep(_WORDS_FOLLOW_S)  # should the caller say something, this turn ends here
        if self.is_llm_agent and not isinstance(event, (CallStarted, CallEnded)):
            self._notices += [(text, _latest(event)) for text in await self._new_notices()]
        if not self._notices or isinstance(event, (CallStarted, CallEnded)):
            async for output in self._asked(env, event):
                yield output
            return
        try:
            async for output in self._asked(env, event, context="\n".join(text for text, _ in self._notices)):
                yield output
        finally:
            self._notices = [(text, place) for text, place in self._notices if not self._remember(text, place)]

    def _asked(self, env: Any, event: Any, **more: Any) -> AsyncIterator[Any]:
        """What the agent gives, which is watched if the flow says so."""
        is_greeting = self.is_llm_agent and isinstance(event, CallStarted)  # of which no model is asked
        if self._watch is None or is_greeting or isinstance(event, CallEnded):
            given: AsyncIterator[Any] = self._process(env, event, **more)
            return given

        def ask(is_again: bool) -> AsyncIterator[Any]:
            if is_again and self.is_llm_agent:  # without it no model is asked after words of the agent
                more["context"] = "\n".join([more.get("context", ""), _AGAIN]).strip()
            again: AsyncIterator[Any] = self._process(env, event, **more)
            return again

        return self._watch(ask, self.is_llm_agent and _has_words(event))

    def _remember(self, text: str, place: Any) -> bool:
        try:
            if place is not None and self._history is not None:
                self._history.add_entry(text, "user", after=place)
        except Exception:
            return False  # the turn was interrupted before it began: the next one gets the notice
        return True

    async def _start_without_introduction(self, env: Any, event: Any) -> AsyncIterator[Any]:
        silently = {"config": LlmConfig(introduction="")} if self.is_llm_agent else {}
        async for output in self._process(env, event, **silently):
            if not isinstance(output, AgentSendText):
                yield output


def _without_secrets(event: Any) -> Any:
    """The event without the session's metadata in its history: an agent may show the model all of that."""
    history = event.history or []
    kept = [each for each in history if _session_metadata(each) is None]
    return event if len(kept) == len(history) else event.model_copy(update={"history": kept})


def _latest(event: Any) -> Any:
    """The place of a notice. Not the agent's own words: in every history they are other events."""
    return next((each for each in reversed(event.history or []) if not isinstance(each, AgentTextSent)), None)


def _has_words(event: Any) -> bool:
    """Whether a model has something to answer: not a noise, and not what a program of one's own lets begin a turn."""
    if isinstance(event, UserTurnEnded):
        return any(str(getattr(each, "content", "")).strip() for each in event.content)
    return _is_ours(event)


def _accepts(process: Any, *names: str) -> bool:
    try:
        return set(names) <= set(inspect.signature(process).parameters)
    except (TypeError, ValueError):
        return False


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} second" + ("" if round(seconds) == 1 else "s")


def _seconds(value: Any) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= 86400 else None


def _text(value: Any, limit: int = 64) -> str:
    """A text from outside, cut to the limit, without what cannot be encoded."""
    return value[:limit].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _words(name: Any) -> str:
    return _text(name).replace("_", " ")


def _speech(text: str) -> str:
    """Texts are spoken one after the other just as they are: without the space, sentences would run together."""
    return _text(text, len(text)).rstrip() + " "
