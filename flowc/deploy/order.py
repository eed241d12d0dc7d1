"""Which half goes out first: the scenario, or the agent's tools.

Between the two deployments the sides come from different versions of the flow, and calls go on: see "Deploying a
change" in flows/README.md. What the older scenario on the account takes is read from its text, from the tables that
the compiler has written at its top, and so is what the new one takes. Nothing of it is run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any

from msgspec import Struct

from flowc.compatibility import BRIEFINGS, IDLE, INTRODUCTIONS, Side, in_vain, table, unknown_to_tools

_TOKEN = re.compile(r'\s*("(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_$][\w$]*|[{}\[\]:,])')
_WORDS = {"true": True, "false": False, "null": None}
_DEEPEST = 100


class First(StrEnum):
    """Which half goes out first."""

    AGENT = "agent"
    SCENARIO = "scenario"
    EITHER = "either"
    NO_AGENT = "no agent"  # the flow has none: there is one half


class Order(Struct, frozen=True):
    """`why` is a sentence. `refused` is what one half asks of the other in vain between the two deployments."""

    first: First
    why: str
    refused: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether the scenario must not go out before the agent is there."""
        return self.first is First.AGENT


_UNREADABLE = Order(
    First.AGENT,
    "what the scenario on the account takes cannot be read from it: have the new agent there before the new scenario",
)


def order(new: str, old: str | None) -> Order:
    """`new` is the scenario that goes out, `old` the one on the account; None: there is none that calls reach."""
    after = _agreed(new)
    if after is None or after.contract is None:
        return Order(First.NO_AGENT, "the flow has no agent, so the scenario is all there is")
    if old is None:
        return Order(First.AGENT, "no scenario of this flow is on the rule yet: have the agent there before calls come")
    before = _agreed(old)
    if before is None or before.contract is None:
        return _UNREADABLE
    new_to_tools = sorted(after.side.begins - before.side.begins)
    try:
        by_old_tools = tuple(in_vain(before.side, after.side))  # the scenario goes first
        by_new_tools = tuple(in_vain(after.side, before.side))  # the agent goes first
    except TypeError:  # no table of the compiler's
        return _UNREADABLE
    if before.contract == after.contract and not (new_to_tools or by_old_tools or by_new_tools):
        return Order(First.EITHER, "both scenarios have the same contract, so the agent can stay as it is")
    if new_to_tools and not by_new_tools:
        told = ", ".join(new_to_tools)
        return Order(First.AGENT, f"the scenario begins to tell the agent of {told}, which older tools may not know")
    known = tuple(each for each in new_to_tools if each not in unknown_to_tools(before.side.begins, after.side.begins))
    by_old_tools += tuple(f"{each}: older tools may not know what they are told of it" for each in known)
    if not by_old_tools:
        if not by_new_tools:
            return Order(First.EITHER, "the contract has changed, and nothing is refused whichever half is older")
        return Order(First.SCENARIO, "the new scenario takes all that the present tools ask for")
    if not by_new_tools:
        return Order(First.AGENT, "the scenario on the account takes all that the new tools ask for")
    why = "in either order something is refused between the two; with the scenario first it is what is named here"
    return Order(First.SCENARIO, f"{why}. To avoid it, add in one deployment and remove in the next", by_old_tools)


class _Agreed(Struct, frozen=True):
    """What both sides must agree on, as a scenario has it."""

    contract: str | None
    side: Side


# Reading


def _begins(text: str) -> frozenset[str]:
    """What the scenario tells the agent of by itself, and counts on an answer."""
    found = set()
    for where, key, name in _EVENTS:
        with suppress(ValueError, RecursionError):
            if _has(_constant(text, where), key):
                found.add(name)
    return frozenset(found)


_OF_STEPS = ("ACTIONS", "ROUTES", "ENTRY", "OUTBOUND", "KEYS", "AGENT")
_EVENTS = (
    ("AGENT", "idle", IDLE),
    ("AGENTS", "idle", IDLE),
    *((where, "briefingMs", BRIEFINGS) for where in _OF_STEPS),
    *((where, "introductionMs", INTRODUCTIONS) for where in _OF_STEPS),
)
_ALONGSIDE = frozenset(("notify", "reply", "language", "recording"))
"""Steps that leave the conversation alone."""


def _leave_alone(steps: Any) -> bool:
    """As `flowc.ir.leave_conversation_alone` has it."""
    return isinstance(steps, list) and all(
        isinstance(step, Mapping)
        and (
            next(iter(step), "") in _ALONGSIDE  # the first key says which step it is
            or ("by" in step and all(map(_leave_alone, table(step, "among").values())))
            or ("ask" in step and _leave_alone(step.get("otherwise")))
        )
        for step in steps
    )


def _has(value: Any, key: str) -> bool:
    """Whether it is the key of something in it, however deep."""
    if isinstance(value, dict):
        return key in value or any(_has(each, key) for each in value.values())
    return isinstance(value, list) and any(_has(each, key) for each in value)


def contract_of(text: str) -> str | None:
    """The fingerprint that a scenario has; None without an agent, or if it is not flowc's."""
    found = _agreed(text)
    return None if found is None else found.contract


def side_of(text: str) -> Side | None:
    """What a generated scenario knows, and takes; None if that cannot be read from its tables."""
    found = _agreed(text)
    return None if found is None else found.side


def _agreed(text: str) -> _Agreed | None:
    """From the tables of a generated scenario; None if they cannot be read."""
    text = text.replace("\r\n", "\n")
    try:
        flow = _constant(text, "FLOW")
        actions, agents = _constant(text, "ACTIONS") or {}, _constant(text, "AGENTS") or {}
        contract = flow.get("contract")
        side = Side(
            actions={name: table(action, "parameters") for name, action in dict(actions).items()},
            take_the_call=frozenset(name for name, action in actions.items() if not _leave_alone(action.get("do"))),
            agents={name: tuple(agent["actions"]) for name, agent in agents.items()},
            begins=_begins(text),
        )
        return _Agreed(contract if isinstance(contract, str) else None, side)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):  # no table of the compiler's
        return None


def _constant(text: str, name: str) -> Any:
    """Its value; None if there is none of that name."""
    start = re.search(rf"^const {name} = ", text, re.MULTILINE)
    return None if start is None else _value(text, start.end(), 0)[0]


def _value(text: str, place: int, depth: int) -> tuple[Any, int]:
    """A literal as the compiler writes it, and where it ends. Raises ValueError where there is anything else."""
    token, place = _token(text, place)
    if depth > _DEEPEST:
        raise ValueError("too deep")
    if token == "{":
        return _entries(text, place, depth)
    if token == "[":
        return _list(text, place, depth)
    if token in _WORDS:
        return _WORDS[token], place
    if token[0] == '"' or token[0] == "-" or token[0].isdigit():
        return json.loads(token), place
    raise ValueError(token)


def _entries(text: str, place: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    token, after = _token(text, place)
    while token != "}":
        if token == "[":  # ["__proto__"], a key that would be another thing without the brackets
            token, after = _token(text, after)
            _, after = _expected(text, after, "]")
        key = json.loads(token) if token[0] == '"' else token
        if not isinstance(key, str) or token in tuple("[]{}:,"):
            raise ValueError(token)
        _, after = _expected(text, after, ":")
        found[key], after = _value(text, after, depth + 1)
        token, after = _token(text, after)
        if token == ",":
            token, after = _token(text, after)
        elif token != "}":
            raise ValueError(token)
    return found, after


def _list(text: str, place: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    token, after = _token(text, place)
    while token != "]":
        value, place = _value(text, place, depth + 1)
        found.append(value)
        token, after = _token(text, place)
        if token == ",":
            place = after
            token, after = _token(text, place)
        elif token != "]":
            raise ValueError(token)
    return found, after


def _token(text: str, place: int) -> tuple[str, int]:
    found = _TOKEN.match(text, place)
    if found is None:
        raise ValueError(f"at {place}")
    return found[1], found.end()


def _expected(text: str, place: int, wanted: str) -> tuple[str, int]:
    token, place = _token(text, place)
    if token != wanted:
        raise ValueError(token)
    return token, place
