"""What a branch goes by: a closed union, `match` over `Subject` and end with `assert_never`.

What joins it is a class here; the type checker names the places. They are listed in `flowc/README.md`: which values it
can have (`ir/ways.py`), how it is written (`resolve/branches.py`), how the scenario and the oracle read it, how a
search varies it.
"""

from __future__ import annotations

from typing import assert_never

from msgspec import Struct

OTHERWISE = "otherwise"
"""The arm for all values that are not named."""
MISSING = "missing"
"""The value of what is not known on a way: no action led there, or it was left out."""


class ParameterValue(Struct, frozen=True):
    """A parameter of the action under way."""

    name: str


class DialledNumber(Struct, frozen=True):
    """The number that the caller has dialled: `call.to`."""


class CallingNumber(Struct, frozen=True):
    """Which of the flow's `callers` has the number that calls: `call.from`."""


class CallLanguage(Struct, frozen=True):
    """The language in which the caller hears prompts: `call.language`. It is read when the branch is reached."""


class HoursState(Struct, frozen=True):
    """Whether hours of the flow are open: `hours.office`. They are read when the branch is reached."""

    hours: str


class AnswerValue(Struct, frozen=True):
    """A field of what a webhook has answered: `roster.who`."""

    webhook: str
    field: str


class DataValue(Struct, frozen=True):
    """A value that a call which is placed was started with: `data.kind`."""

    name: str


ANSWERED = "answered"
"""The value of a field by which nothing can choose, where it is there."""
OPEN, CLOSED = "open", "closed"
"""The values of hours. Closed is always possible: it is what counts where the platform cannot tell the time."""
WITHHELD = "withheld"
"""The value of `call.from` where the caller shows no number."""
Subject = ParameterValue | DialledNumber | CallingNumber | CallLanguage | HoursState | AnswerValue | DataValue


def written(subject: Subject) -> str:
    """As it is written behind `by`."""
    match subject:
        case ParameterValue(name):
            return name
        case DialledNumber():
            return "call.to"
        case CallingNumber():
            return "call.from"
        case CallLanguage():
            return "call.language"
        case HoursState(hours):
            return f"hours.{hours}"
        case AnswerValue(webhook, field):
            return f"{webhook}.{field}"
        case DataValue(name):
            return f"data.{name}"
        case _:
            assert_never(subject)


def stays_the_same(subject: Subject) -> bool:
    """Whether it has the same value all along a way, but for answers, which a step of it asks for. What has not may be
    something else inside an arm: an action that leaves the conversation alone may have changed the language meanwhile.
    """
    return type(subject) not in _CHANGING


_CHANGING = frozenset[type[Subject]]((HoursState, CallLanguage))
