"""What only playing shows of a call: what the scripted agent says by itself, and how long something is waited for.

The sentence that a flow gives the agent when the caller is back with it the generated tools speak as soon as they are
told. A reply that is to come they ask for again, every second. Of a model that hangs they say first that it takes a
moment, and then tell the scenario that it does not answer. So a call in which the agent is told a sentence, or awaits a
reply, or whose model hangs, is played once more with that among the events; one that waits until something is true,
with the time that this takes. What comes first is first, until nothing is left
of all that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flowc.emit.contract import fingerprint
from flowc.ir import FIRST_AGENT
from flowc.simulator.trace import TraceEvent, metadata_of
from flowc.testing.judge.observation import tellings, told_of_session
from flowc.testing.play.lower import AGAIN, MS_PER_CHARACTER, REQUEST_ID, WORDS_START_MS, Emulated, Lowered, gives_up
from flowc.testing.play.until import ends, waited
from flowc.testing.play.variants import Player, PlayResult, Turn
from flowc.testing.script.model import AgentDoes, Asks, Says, Single, Until, Wait
from flowc.tool_text import spoken

TOLD_TO_AGENTS = frozenset(("agent_start", "agent_custom", "agent_close", "agent_closed", "agent_dropped"))
"""What of a trace the agent's side learns of."""
ASKED_AGAIN_MS = 1000
"""After so long without a reply that is to come, the tools ask for it once more."""
STILL_AWAITED_MS = 2000
"""So much longer than webhooks may take they await it."""
GIVEN_UP = AgentDoes("does not answer")
_WITH_WHOM = ("briefing", "briefing_over", "returned")
"""What says to an agent with whom it talks; of a person, also in which language."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What is done about the model of an agent that hangs: the agent `says` this, if it says anything, `limit_ms` after
    the model was asked; as long after that the scenario is told. None: nobody watches it.
    """

    limit_ms: int | None
    says: str | None

    @classmethod
    def of(cls, turn: Turn, trace: Sequence[TraceEvent]) -> Meanwhile:
        """Of the agent that the caller is with, in the language of whoever hears it."""
        flow = turn.scripts.flow
        agent = flow.agent_named(told_of_session(trace, "vox_agent") or FIRST_AGENT)
        words = spoken(flow, agent.meanwhile)
        there = [told.get("language") for _, told in tellings(trace) if told.get("vox_event") in _WITH_WHOM][-1:]
        language = (there[0] if there else None) or told_of_session(trace, "vox_language")
        return cls(agent.answers_within_ms, words.get(language or None))

    @property
    def spoken(self) -> Emulated:
        text = self.says or ""
        return {"type": "agent", "does": "speak", "ms": MS_PER_CHARACTER * len(text), "text": text}


@dataclass(frozen=True, slots=True)
class _ByItself:
    """What the agent's side does without being told to by the script. `is_of_tools`: also if the agent is gone."""

    due: int
    event: Single
    emulated: Emulated
    is_of_tools: bool = False


class SpeakingAgent:
    """A player whose agent says what it is told to say, and whose waits end when what they wait for is there."""

    def __init__(self, player: Player) -> None:
        self.player = player

    def play(self, turns: Sequence[Turn]) -> list[PlayResult]:
        played = list(zip(turns, self.player.play(turns), strict=True))
        said = dict.fromkeys(range(len(turns)), 0)  # how many sentences of a call have had their turn
        while said:
            again = {number: next_ for number, count in said.items() if (next_ := _next(*played[number], count))}
            results = self.player.play([turn for turn, _ in again.values()])
            for (number, (turn, _)), result in zip(again.items(), results, strict=True):
                played[number] = turn, result
            said = {number: count for number, (_, count) in again.items()}
        return [{**result, "events": turn.events} for turn, result in played]


def _next(turn: Turn, result: PlayResult, said: int) -> tuple[Turn, int] | None:
    """The call with its next sentence that is heard, or with the time of its first wait that is not known yet; and how
    many sentences have had their turn. None if there is neither.
    """
    waits = _first_wait(turn, result)
    for count, own in enumerate(_by_itself(turn, result)[said:], start=said + 1):
        if waits is not None and waits[2] and own.due > waits[1]:
            break
        events = _with(own, turn.events, result)
        if events is not None:
            return replace(turn, events=events), count
    if waits is None:
        return None
    number, end, is_met = waits
    after = waited(turn.events[number], end - int(result["times"][number]))
    rest = turn.events[number + 1 :] if is_met else ()  # what was waited for in vain, the script ends with
    return replace(turn, events=[*turn.events[:number], *after, *rest]), said


def _first_wait(turn: Turn, result: PlayResult) -> tuple[int, int, bool] | None:
    """The wait that the call has come to, of which it is not known how long it takes: its number, when it is over, and
    whether it was not in vain.
    """
    number = len(result.get("starts", ())) - 1
    event = turn.events[number].event if number >= 0 and turn.events[number].emulated["type"] == "until" else None
    return (number, *ends(turn, turn.events, event, result)) if isinstance(event, Until) else None


def _by_itself(turn: Turn, result: PlayResult) -> list[_ByItself]:
    """In the order in which it happens."""
    found = [*_asked_again(turn, result), *_sentences(result), *_meanwhile(turn, result)]
    return sorted(found, key=lambda own: own.due)


def _asked_again(turn: Turn, result: PlayResult) -> Iterator[_ByItself]:
    """Requests whose replies are to come."""
    seen: set[str] = set()
    for number, (lowered, began) in enumerate(zip(turn.events, result.get("times", ()), strict=False)):
        if not isinstance(lowered.event, Asks) or (id := lowered.emulated["headers"][REQUEST_ID]) in seen:
            continue
        seen.add(id)
        reply = result["replies"].get(str(number))
        if reply is None or not is_pending(reply["body"]):
            continue
        if not _is_connected(result["trace"][: result["starts"][number]]):  # then a script posts it, and no tool
            continue
        within = _limit(turn, lowered.event.action) + STILL_AWAITED_MS
        replied = replied_at(result["trace"], id)
        again = {**lowered.emulated, "words_ms": 0, AGAIN: True}
        for due in (*range(began + ASKED_AGAIN_MS, began + within, ASKED_AGAIN_MS), began + within):
            if replied is None or due <= replied:
                yield _ByItself(due, lowered.event, again, is_of_tools=True)


def _limit(turn: Turn, action: str) -> int:
    return next((each.asks_for_ms for each in turn.scripts.flow.actions if each.name == action), 0)


def is_pending(body: str) -> bool:
    """Whether a reply says that it is to come."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("ok") is True and said.get("pending") is True


def replied_at(trace: Sequence[TraceEvent], id: str) -> int | None:
    """When the agent was told the reply to a request that was to come."""
    for entry in trace:
        told = metadata_of(entry) if entry["event"] == "agent_custom" else {}
        if told.get("vox_event") == "reply" and told.get("request_id") == id:
            reply = told.get("reply")
            if not (isinstance(reply, dict) and reply.get("pending")):
                return int(entry["t"])
    return None


def _sentences(result: PlayResult) -> Iterator[_ByItself]:
    """What the agent is told to say."""
    for t, told in tellings(result.get("trace", ())):
        if isinstance(text := told.get("say"), str):
            said = {"type": "agent", "does": "speak", "ms": MS_PER_CHARACTER * len(text)}
            yield _ByItself(t + WORDS_START_MS, Says(text), said)


def _meanwhile(turn: Turn, result: PlayResult) -> Iterator[_ByItself]:
    """What becomes of a model that hangs, unless something else happens to the agent before."""
    times, starts = result.get("times", ()), result.get("starts", ())
    for number, (lowered, began, start) in enumerate(zip(turn.events, times, starts, strict=False)):
        if lowered.event != AgentDoes("hangs"):
            continue
        meanwhile = Meanwhile.of(turn, result["trace"][:start])
        if meanwhile.limit_ms is None:
            continue
        others = (t for each, t in zip(turn.events[number + 1 :], times[number + 1 :], strict=False) if _is_other(each))
        told = (entry["t"] for entry in result["trace"][start:] if entry["event"] in TOLD_TO_AGENTS)
        until = min([*others, *told], default=None)
        asked_again = began + meanwhile.limit_ms
        if meanwhile.says and (until is None or asked_again <= until):
            yield _ByItself(asked_again + WORDS_START_MS, Says(meanwhile.says), meanwhile.spoken)
        given_up = asked_again + meanwhile.limit_ms
        if until is None or given_up <= until:
            id = lowered.emulated["id"]
            yield _ByItself(given_up, GIVEN_UP, gives_up(fingerprint(turn.scripts.flow), id))


def _is_other(lowered: Lowered) -> bool:
    """What the agent does in place of hanging."""
    own = lowered.emulated.keys() & {"text", AGAIN}
    return isinstance(lowered.event, AgentDoes | Asks | Says) and not own


def _with(own: _ByItself, events: Sequence[Lowered], result: PlayResult) -> list[Lowered] | None:
    """The events with this; None if it never happens, because the script ends or the agent is gone before."""
    ends = [*result["times"][1:], int(result["view"]["now"])] if "times" in result else []
    for number, (event, start, ends_at) in enumerate(zip(events, result.get("times", ()), ends, strict=False)):
        if event.emulated["type"] == "until":  # it is over as soon as nothing else can happen
            ends_at = max(ends_at, start + event.emulated["ms"])
        if event.takes_time and start < own.due <= ends_at:
            end = [*result["starts"], len(result["trace"])][number + 1]
            until_then = [entry for entry in result["trace"][:end] if entry["t"] <= own.due]
            if not own.is_of_tools and not _is_connected(until_then):
                return None
            wait = Lowered(event.step, Wait(own.due - start), {"type": "advance", "ms": own.due - start})
            happens = Lowered(event.step, own.event, own.emulated)
            rest = _rest(event, own.due - start, ends_at - own.due)
            return [*events[:number], wait, happens, *rest, *events[number + 1 :]]
    return None


def _rest(event: Lowered, gone: int, left: int) -> list[Lowered]:
    """What is left of an event that takes time: of a wait so much, of ringing whatever it takes. For how long it is
    waited until something is true is not known before the words are spoken: for as long as before, less what has gone.
    """
    if event.emulated["type"] == "until":
        return [replace(event, emulated={**event.emulated, "ms": event.emulated["ms"] - gone})]
    return [replace(event, emulated={**event.emulated, "ms": left})] if left > 0 else []


def _is_connected(trace: Sequence[TraceEvent]) -> bool:
    """Whether there is an agent to say anything."""
    started: set[str] = set()
    for entry in trace:
        if entry["event"] == "agent_start":
            started.add(entry["agent"])
        elif entry["event"] in ("agent_close", "agent_closed", "agent_dropped"):
            started.discard(entry["agent"])
    return bool(started)
