"""What is tried: who asks for what, and what may go wrong meanwhile. Of each, all sequences of choices are run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from flowc.ir import (
    Branch,
    ChangeLanguage,
    GoTo,
    HangUp,
    Menu,
    Notify,
    RecordCall,
    Reject,
    Reply,
    Retry,
    ReturnToAgent,
    Say,
    StartAgent,
    Step,
    TakeMessage,
    Transfer,
    steps,
)
from flowc.verify.agent.action import BRIEFING, INTRODUCTION, RINGS, ToolAction
from flowc.verify.agent.arguments import Arguments
from flowc.verify.agent.network import DISTINCT, EMPTY, EVERY_FATE, LOST, NOT_FOUND, SLOW, SMOOTH, STRAYS, Fate
from flowc.verify.agent.outcomes import BUSY, OUTCOMES, Outcome
from flowc.verify.agent.watching import Answers


class Follows(Enum):
    """What comes of an action that takes the call, once it was accepted."""

    BACK = "3 s later the caller is back"
    BACK_AT_ONCE = "the caller is back before the reply"
    BACK_WITH_WORDS = "3 s later the caller is back, with a sentence"
    RESTART = "the agent is disconnected, and started again with the outcome"
    UNTOLD = "3 s later the caller is back, and the agent does not learn of it"
    ENDS = "the call ends"
    BRIEFED = "the agent talks to a person alone"
    BRIEFED_TWICE = "the agent talks to a person alone, and then to another"
    BY_KEY = "the caller goes on with a key before it begins, and is back 5 s later"
    PERSON_GOES = "the agent talks to a person alone, who goes before it has said a word"
    INTRODUCED = "the agent talks on while it rings, and then to a person as well, and leaves"
    NOT_INTRODUCED = "the agent talks on while it rings, and then to a person as well, who goes"
    RINGS_IN_VAIN = "the agent talks on while it rings, and nobody takes the call"


class Control(Enum):
    """How the control data reach the tools."""

    BOTH = "with the start, and once more as an event"
    AT_START = "with the start"
    EVENT = "as an event right after the start"
    LATE = "as an event after 2 s"
    TOO_LATE = "as an event after 6 s"
    NEVER = "never"
    FOREIGN = "of another host with the start, its own as an event"
    REPLACED = "with the start, and those of another call as an event"


ELSEWHERE = "https://control.example.com/request/of-another"
HOSTILE = (
    ELSEWHERE,
    "https://evilvoximplant.com/request/of-another",
    "https://voximplant.com.example.com/request/of-another",
    "https://voximplant.com@example.com/request/of-another",
    "https://voximplant.com:443@example.com/request/of-another",
    "https://127.0.0.1@example.com/request/of-another",
    "https://example.com\\.voximplant.com/request/of-another",
    "https://example.com/.voximplant.com",
    "https://example.com?.voximplant.com",
    "https://example.com#.voximplant.com",
    "http://control.voximplant.com/request/of-another",
)
"""URLs that lead to somebody else, or without TLS, though most of them have the platform's name in them."""


class Move(Enum):
    """What may happen at any instant."""

    SPEAKS = "the caller speaks"
    STARTS_TO_SPEAK = "the caller starts to speak, words come after 1 s"
    NOISE = "the scenario takes a noise for an interruption"
    KEYS = "the caller has keyed something in"
    CLOSES = "the connection to the agent closes"
    IDLE = "nobody has said anything for a while"
    STOPS = "the caller stops the ringing with a key"


class Replies(Enum):
    """What becomes of a reply for which a webhook is asked."""

    SOON = "the webhook answers soon"
    LATE = "the webhook answers at the last moment"
    UNTOLD = "the webhook answers at the last moment, and the agent is not told"


@dataclass(frozen=True, slots=True)
class Ask:
    action: str
    arguments: Arguments


Asks = tuple[Ask, ...]
"""In one turn of the model; none of them: it only speaks."""


@dataclass(frozen=True, slots=True)
class Situation:
    """`turns`: what the model asks for after each time that the caller speaks; in between everything comes to rest.
    `again`: what it may ask for when the caller has spoken by a move. `fates`: of the first connection, of the second,
    and so on; all others fare well.
    """

    name: str
    turns: tuple[Asks, ...]
    again: tuple[Asks, ...] = ((),)
    moves: tuple[Move, ...] = ()
    most_moves: int = 1
    at_every_turn: bool = True  # of the event loop; else only when everything waits
    fates: tuple[tuple[Fate, ...], ...] = ()
    follows: tuple[Follows, ...] = (Follows.BACK,)
    outcomes: tuple[Outcome, ...] = (BUSY,)
    controls: tuple[Control, ...] = (Control.BOTH,)
    foreign: tuple[str, ...] = (ELSEWHERE,)  # the URLs of which one is not the call's own
    pause: float = 0.0  # seconds between two turns
    fails: bool = False  # each tool, as soon as it is used: with an exception that says what nobody is to learn
    is_ready: bool = True  # else what is asked for in the first turn is refused
    briefed: tuple[Asks, ...] = ((),)  # what the model may ask for as soon as it talks to a person alone
    answers: tuple[tuple[Answers, ...], ...] = ()  # of the model, when it is asked first, and so on; then all is well
    replies: tuple[Replies, ...] = (Replies.LATE,)


STANDS_FOR: dict[type[Step], tuple[str, ...]] = {
    Say: (),
    Notify: (),
    Reply: ("replies",),
    ChangeLanguage: (),
    RecordCall: (),
    TakeMessage: ("takes_call",),
    Menu: ("takes_call",),
    steps.Ask: (),
    Transfer: ("takes_call",),
    GoTo: ("takes_call",),
    ReturnToAgent: ("takes_call",),
    StartAgent: ("takes_call",),
    HangUp: ("takes_call", "ends_call"),
    Reject: ("takes_call", "ends_call"),
    Retry: ("takes_call", "ends_call"),
    Branch: ("takes_call",),
}
"""What a step in an action's last place is to the tools: names of `ToolAction`. What a step says or notifies is the
scenario's alone; that it speaks takes the call as well, which `leaves_conversation_alone` has by itself.
"""
FEW = (SMOOTH, LOST, NOT_FOUND)
"""The scenario and the tools know of it, one of them does, none does."""
EVERY_MOVE = tuple(move for move in Move if move not in (Move.IDLE, Move.STOPS))
"""The two have situations of their own, where a flow has it."""
OF_BRIEFINGS = (Follows.BRIEFED, Follows.BRIEFED_TWICE, Follows.PERSON_GOES)
OF_INTRODUCTIONS = (Follows.INTRODUCED, Follows.NOT_INTRODUCED, Follows.RINGS_IN_VAIN)
TOLD = tuple(each for each in Follows if each not in (Follows.UNTOLD, Follows.BY_KEY, *OF_BRIEFINGS, *OF_INTRODUCTIONS))
SOME = (SMOOTH, SLOW, LOST, EMPTY)
AT_ONCE = 10
"""Of what is refused without a request, so much is asked for in one turn."""


def situations(
    actions: Sequence[ToolAction],
    *,
    thorough: bool = False,
    is_watched: bool = False,
    has_idle: bool = False,
    has_keys: bool = False,
    is_stopped: bool = False,
) -> Iterator[Situation]:
    """Of one flow. Each action has its own requests and interruptions tried.

    What happens to it besides, and what two actions do to each other, depends on what an action does to the call, and
    little on whether it has a phrase or data as well: of those that do the same, the one that has most stands for all.
    `thorough` tries each kind. `is_watched`: the model may go wrong, and that is made up for.
    `has_idle`: the agent may be asked to speak up. `has_keys`: the caller may leave it with a key. `is_stopped`: with
    one, the caller may stop the ringing while the agent talks on.
    """
    deciding = [action for action in actions if action.part == BRIEFING]
    introducing = [action for action in actions if action.part in (RINGS, INTRODUCTION)]
    actions = [action for action in actions if not action.decides]
    of_kind: dict[tuple[bool, ...], ToolAction] = {}
    for action in actions:
        flags = (action.takes_call, action.cancels, action.replies, action.ends_call)
        kind = (*flags, bool(action.says), bool(action.asks_for))
        yield from _alone(action, thorough=thorough and kind not in of_kind)
        of_kind.setdefault(kind, action)
    richest = list(of_kind.values()) if thorough else _richest(of_kind.values())
    for one in richest:
        yield from _interrupted(one, thorough=thorough)
        yield from _asked_again(one, thorough=thorough)
        yield from _followed(one, thorough=thorough)
        yield from _interrupted_while_requests_fare_badly(one, thorough=thorough)
    for one in richest[:1]:
        yield from _misled(one)
        yield Situation(f"{one.name}, which raises an exception", (_same(one),), fails=True)
    if is_watched:
        yield from _unanswered(richest, thorough=thorough)
    if has_idle:
        yield from _idle(richest, thorough=thorough)
    if has_keys:
        yield from _left_with_a_key(richest, thorough=thorough)
    opener = next((each for each in richest if each.takes_call and not each.ends_call), None)
    if opener is not None:
        for each in deciding:
            yield from _briefing(opener, each, thorough=thorough)
        for each in introducing:
            yield from _introduction(opener, each, thorough=thorough)
        for each in introducing if is_stopped else ():
            yield from _stopped(opener, each, thorough=thorough)
        asking = next((each for each in richest if each.asks_for and not each.takes_call), None)
        if deciding and asking is not None:
            yield Situation(
                f"{opener.name} while {asking.name} runs, then a briefing",
                turns=(_same(asking),),
                again=(_same(opener),),
                moves=(Move.SPEAKS,),
                at_every_turn=thorough,
                follows=(Follows.BRIEFED,),
                replies=tuple(Replies),
            )
        if introducing:
            for each in richest:
                if not each.takes_call:
                    yield from _while_it_rings(opener, each, thorough=thorough)
        if introducing and is_watched:
            every = tuple(Answers)
            yield Situation(
                f"{opener.name}, with a model that goes wrong while it rings, and after that",
                turns=(_same(opener),),
                answers=((Answers.WELL,), every, every, every if thorough else (Answers.WELL,)),
                follows=(Follows.INTRODUCED, Follows.RINGS_IN_VAIN),
            )
        if deciding and is_watched:
            yield from _unanswered_in_a_briefing(opener, thorough=thorough)
    for one in richest:
        for other in richest:
            yield from _together(one, other, thorough=thorough)


def _richest(actions: Iterable[ToolAction]) -> list[ToolAction]:
    """One of each that does the same to the call: that with a phrase and with data, if there is one."""
    found: dict[tuple[bool, ...], ToolAction] = {}
    for action in sorted(actions, key=lambda each: (bool(each.says), each.replies), reverse=True):
        found.setdefault((action.takes_call, action.cancels, action.ends_call, bool(action.asks_for)), action)
    return list(found.values())


def _alone(action: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    same, other = _same(action), _other(action)
    plain = Situation(action.name, (same,))
    yield replace(
        plain,
        name=f"{action.name}, whatever becomes of its requests",
        fates=(EVERY_FATE, EVERY_FATE, DISTINCT) if thorough else (EVERY_FATE, DISTINCT),
    )
    yield replace(
        plain,
        name=f"{action.name}, interrupted anywhere",
        again=((), same, other) if other != same else ((), same),
        moves=EVERY_MOVE,
    )
    if action.beyond:
        yield Situation(f"{action.name}, with arguments that are not as declared, or just so", tuple(_odd(action)))
    if action.asks_for:
        yield replace(
            plain,
            name=f"{action.name}, interrupted anywhere, whenever its webhook answers",
            again=((), same),
            moves=EVERY_MOVE if thorough else (Move.SPEAKS, Move.CLOSES),
            replies=tuple(Replies),
        )
        yield replace(
            plain,
            name=f"{action.name}, whenever its webhook answers, and whatever becomes of its requests",
            fates=(DISTINCT, DISTINCT, FEW),
            replies=tuple(Replies),
        )


def _odd(action: ToolAction) -> Iterator[Asks]:
    """One turn after the other."""
    refused = [Ask(action.name, json.loads(each)) for each in action.beyond]
    for first in range(0, len(refused), AT_ONCE):
        yield tuple(refused[first : first + AT_ONCE])
    for each in action.edges:
        yield (Ask(action.name, each),)


def _interrupted(action: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    same = _same(action)
    has_more = action.cancels or bool(action.asks_for)  # to be told meanwhile
    plain = Situation(action.name, (same,), again=((), same))
    yield replace(
        plain,
        name=f"{action.name}, interrupted anywhere, whatever becomes of its first request",
        moves=EVERY_MOVE if thorough else (Move.SPEAKS,),
        fates=(EVERY_FATE[1:] if thorough else SOME[1:],),
    )
    yield replace(
        plain,
        name=f"{action.name}, interrupted twice",
        moves=EVERY_MOVE if thorough else (Move.SPEAKS, Move.KEYS) if has_more else (Move.SPEAKS,),
        most_moves=2,
        at_every_turn=False,
        fates=(DISTINCT if thorough else SOME[:2],),
    )
    yield replace(
        plain,
        name=f"{action.name}, wherever the control data come from",
        controls=tuple(each for each in Control if each is not Control.REPLACED),
        moves=(Move.SPEAKS, Move.CLOSES),
        at_every_turn=thorough,
    )


def _misled(action: ToolAction) -> Iterator[Situation]:
    """Somebody else has the agent told where its requests are to go."""
    plain = Situation(action.name, (_same(action),), controls=(Control.FOREIGN,), foreign=HOSTILE)
    yield replace(plain, name=f"{action.name}, told of another host")
    # Which the tools would take, were it the first.
    another = "http://127.0.0.1:9/request/of-another"
    yield replace(
        plain, name=f"{action.name}, told of another call", controls=(Control.REPLACED,), foreign=(another, ELSEWHERE)
    )


def _asked_again(action: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    same, other = _same(action), _other(action)
    plain = Situation(action.name, (same, same), moves=(Move.SPEAKS,), at_every_turn=False)
    yield replace(
        plain,
        name=f"{action.name}, refused at first",
        is_ready=False,
        fates=(DISTINCT, DISTINCT) if thorough else (SOME, (*SOME, STRAYS)),
    )
    if thorough:
        yield replace(
            plain,
            name=f"{action.name}, refused at first, and interrupted anywhere",
            is_ready=False,
            fates=(FEW,),
            at_every_turn=True,
        )
    # Whether a repetition is an echo is a matter of 10 s for what takes the call, and of 30 s for what does not.
    later = (0.0, 11.0, 31.0) if thorough else (0.0, 11.0 if action.takes_call else 31.0)
    for pause in later:
        few = SOME if pause else DISTINCT
        yield replace(
            plain,
            name=f"{action.name}, asked for again {pause:g} s later",
            turns=(same, same, other) if thorough else (same, same),
            pause=pause,
            fates=(DISTINCT, (*SOME, STRAYS)) if thorough else (few, (SMOOTH, LOST, STRAYS)),
        )
        if thorough:
            yield replace(
                plain,
                name=f"{action.name}, asked for again {pause:g} s later, and interrupted anywhere",
                pause=pause,
                at_every_turn=True,
                fates=(FEW,),
            )
        if action.takes_call and not action.ends_call:
            yield replace(
                plain,
                name=f"{action.name}, asked for again {pause:g} s later, though its end was not told",
                pause=pause,
                follows=(Follows.UNTOLD,),
            )


def _followed(action: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    if not action.takes_call:
        return
    same = _same(action)
    yield Situation(
        name=f"{action.name}, whatever follows",
        turns=(same,),
        follows=TOLD,
        moves=EVERY_MOVE if thorough else (Move.SPEAKS, Move.NOISE, Move.KEYS, Move.CLOSES),
        controls=(Control.BOTH, Control.EVENT) if thorough else (Control.EVENT,),
    )
    if not action.ends_call:
        yield Situation(
            name=f"{action.name}, whatever it comes to",
            turns=(same,),
            follows=(Follows.BACK, Follows.RESTART),
            outcomes=OUTCOMES,
        )


def _interrupted_while_requests_fare_badly(action: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    same = _same(action)
    plain = Situation(action.name, (same,), again=((), same))
    yield replace(
        plain,
        name=f"{action.name}, interrupted while it waits, whatever becomes of its requests",
        moves=EVERY_MOVE if thorough else (Move.SPEAKS, Move.CLOSES),
        at_every_turn=False,
        fates=(EVERY_FATE[1:], SOME) if thorough else (DISTINCT[1:], (SMOOTH, LOST)),
    )
    if action.takes_call:
        yield Situation(
            name=f"{action.name}, whatever follows, however its requests fare",
            turns=(same, same),
            follows=TOLD,
            fates=(EVERY_FATE, EVERY_FATE) if thorough else (SOME, (SMOOTH, LOST)),
        )


def _unanswered(actions: Sequence[ToolAction], *, thorough: bool) -> Iterator[Situation]:
    """The model goes wrong: alone, and around each kind of action."""
    every = tuple(Answers)
    yield Situation(
        "a model that goes wrong, whatever the network does", ((), ()), answers=(every,) * 4, fates=(FEW, FEW)
    )
    yield Situation(
        "a model that goes wrong, and a caller who speaks",
        ((),),
        moves=EVERY_MOVE if thorough else (Move.SPEAKS, Move.STARTS_TO_SPEAK, Move.CLOSES),
        most_moves=2 if thorough else 1,
        answers=(every,) * (3 if thorough else 2),
        at_every_turn=thorough,
    )
    taking = next((action for action in actions if action.takes_call), None)
    asking = next((action for action in actions if not action.takes_call), None)
    if taking is not None and asking is not None:
        yield Situation(
            name=f"{taking.name} and {asking.name} in one turn, with a model that goes wrong",
            turns=((*_same(taking), *_same(asking)),),
            answers=((Answers.WELL,), every, every),
        )
    for action in actions:
        yield Situation(
            name=f"{action.name}, with a model that goes wrong",
            turns=(_same(action),),
            again=((), _same(action)),
            moves=(Move.SPEAKS,) if thorough else (),
            at_every_turn=False,
            answers=((Answers.WELL, Answers.HANGS, Answers.REFUSES), every, every, every),
            follows=(Follows.BACK, Follows.RESTART),
        )


def _idle(actions: Sequence[ToolAction], *, thorough: bool) -> Iterator[Situation]:
    """Nobody says anything: again and again, and around each kind of action."""
    yield Situation(
        "nobody says anything, again and again, or the caller speaks",
        ((), ()),
        moves=(Move.IDLE, Move.SPEAKS),
        most_moves=3 if thorough else 2,
        at_every_turn=thorough,
    )
    for action in actions:
        yield Situation(
            name=f"{action.name}, when nobody says anything",
            turns=(_same(action),),
            moves=(Move.IDLE,),
            follows=(Follows.BACK, Follows.RESTART),
            fates=(DISTINCT if thorough else SOME,),
        )


def _left_with_a_key(actions: Sequence[ToolAction], *, thorough: bool) -> Iterator[Situation]:
    """What takes the call was accepted, and the caller wants something else before it begins."""
    for action in actions:
        if action.takes_call and not action.ends_call:
            yield Situation(
                name=f"{action.name}, and a caller who leaves with a key",
                turns=(_same(action), _same(action)),
                again=((), _same(action)),
                moves=(Move.SPEAKS, Move.CLOSES),
                at_every_turn=thorough,
                follows=(Follows.BY_KEY, Follows.BACK),
                fates=(DISTINCT if thorough else SOME,),
            )


def _briefing(opener: ToolAction, decision: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    """The agent talks to a person alone, and asks for what becomes of the caller."""
    opened, same = _same(opener), _other(decision)
    name = f"{opener.name}, then {decision.name}"
    plain = Situation(name, (opened, same), follows=(Follows.BRIEFED,), pause=2.0)  # the person thinks
    fates = ((SMOOTH,), EVERY_FATE, EVERY_FATE if thorough else (SMOOTH, LOST))
    yield replace(plain, name=f"{name}, whatever becomes of its requests", fates=fates)
    yield replace(
        plain,
        name=f"{name}, interrupted anywhere",
        again=((), same),
        moves=(Move.SPEAKS, Move.CLOSES),
        at_every_turn=thorough,
        fates=((SMOOTH,), SOME if thorough else (SMOOTH, LOST)),
    )
    yield replace(plain, name=f"{name}, interrupted at every instant", moves=(Move.SPEAKS,), again=(same,))
    yield replace(
        plain,
        name=f"{name}, asked for twice",
        turns=(opened, (*same, *same), same),
        moves=(Move.SPEAKS,),
        at_every_turn=thorough,
        fates=((SMOOTH,), SOME),
    )
    yield replace(
        plain,
        name=f"{name}, and what is for the caller in the briefing",
        turns=(opened, (*opened, *same)),
        moves=(Move.SPEAKS,),
        at_every_turn=thorough,
        fates=(SOME,),
    )
    yield replace(
        plain,
        name=f"{name}, to one person after the other",
        turns=(opened, same),
        again=((), same),
        briefed=((), same),
        follows=(Follows.BRIEFED_TWICE, Follows.PERSON_GOES),
        moves=(Move.SPEAKS,),
        at_every_turn=thorough,
        fates=((SMOOTH,), (SMOOTH, LOST)) if thorough else (),
    )


def _introduction(opener: ToolAction, decision: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    """The agent talks on with the caller, and then to both, and asks for what is possible then."""
    opened, same = _same(opener), _same(decision)
    name = f"{opener.name}, then {decision.name}"
    plain = Situation(name, (opened, ()), briefed=(same,), follows=OF_INTRODUCTIONS)
    fates = ((SMOOTH,), EVERY_FATE, EVERY_FATE if thorough else (SMOOTH, LOST))
    yield replace(plain, name=f"{name}, whatever becomes of its requests", fates=fates)
    yield replace(
        plain,
        name=f"{name}, interrupted anywhere",
        again=((), same),
        briefed=((), same),
        moves=(Move.SPEAKS, Move.STARTS_TO_SPEAK, Move.CLOSES),
        at_every_turn=thorough,
        fates=((SMOOTH,), SOME if thorough else (SMOOTH, LOST)),
    )
    yield replace(plain, name=f"{name}, interrupted at every instant", moves=(Move.SPEAKS,), again=(same,))
    yield replace(
        plain,
        name=f"{name}, asked for twice",
        briefed=((*same, *same),),
        again=(same,),
        moves=(Move.SPEAKS,),
        at_every_turn=thorough,
        fates=((SMOOTH,), SOME),
    )
    yield replace(plain, name=f"{name}, when it rings for the second time", turns=(opened, opened, ()))
    yield replace(
        plain,
        name=f"{name}, and what takes the call meanwhile",
        briefed=((*opened, *same),),
        again=(opened,),
        moves=(Move.SPEAKS,),
        at_every_turn=thorough,
        fates=(SOME,),
    )


def _stopped(opener: ToolAction, decision: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    """By the caller, while the agent may ask for the same, or is about to say its word."""
    opened, same = _same(opener), _same(decision)
    name = f"{opener.name}, then {decision.name}, and a caller who stops the ringing with a key"
    plain = Situation(name, (opened, ()), briefed=((), same), moves=(Move.STOPS,), follows=OF_INTRODUCTIONS)
    yield plain
    fates = ((SMOOTH,), DISTINCT if thorough else SOME)
    yield replace(plain, name=f"{name}, whatever becomes of its requests", at_every_turn=thorough, fates=fates)
    turns = (opened, opened, ())
    yield replace(plain, name=f"{name}, when it rings for the second time", turns=turns, at_every_turn=False)
    if thorough:
        moves = (Move.SPEAKS, Move.CLOSES, Move.STOPS)
        yield replace(plain, name=f"{name}, or speaks", moves=moves, most_moves=2, at_every_turn=False)


def _while_it_rings(opener: ToolAction, alone: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    """What leaves the conversation alone is there meanwhile as well, also when its webhook answers in the next part."""
    plain = Situation(
        f"{opener.name}, and {alone.name} while it rings, and after that",
        turns=(_same(opener),),
        briefed=(_same(alone),),
        follows=OF_INTRODUCTIONS,
    )
    yield replace(plain, fates=((SMOOTH,), SOME, SOME))
    if alone.asks_for:
        yield replace(
            plain,
            name=f"{plain.name}, whenever its webhook answers",
            again=((), _same(alone)),
            briefed=((), _same(alone)),
            moves=(Move.SPEAKS, Move.CLOSES),
            at_every_turn=thorough,
            replies=tuple(Replies),
        )


def _unanswered_in_a_briefing(opener: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    """The model goes wrong while somebody is with it who has to be told."""
    every = tuple(Answers)
    yield Situation(
        f"{opener.name}, with a model that goes wrong in the briefing",
        turns=(_same(opener),),
        answers=((Answers.WELL,), every, every, every if thorough else (Answers.WELL,)),
        follows=(Follows.BRIEFED,),
    )


def _together(first: ToolAction, second: ToolAction, *, thorough: bool) -> Iterator[Situation]:
    one, two = _same(first), _same(second)
    plain = Situation("", (one,), moves=(Move.SPEAKS,), fates=(DISTINCT if thorough else SOME,), at_every_turn=thorough)
    what = f"{first.name} and {second.name}" if one != two else f"{first.name} twice"
    yield replace(plain, name=f"{what} in one turn", turns=((*one, *two),), again=((), two))
    if one != two:
        yield replace(
            plain, name=f"{second.name} while {first.name} runs", again=(two,), follows=(Follows.BACK, Follows.RESTART)
        )


def _same(action: ToolAction) -> Asks:
    return (Ask(action.name, action.arguments),)


def _other(action: ToolAction) -> Asks:
    return (Ask(action.name, action.other),)
