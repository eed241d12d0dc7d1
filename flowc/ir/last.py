"""What was made of a flow last: checks and emitters ask for the same of one flow, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from flowc.ir.flow import Flow

T = TypeVar("T")


def kept_for_the_last(make: Callable[[Flow], T]) -> Callable[[Flow], T]:
    """The function, which makes it once for as long as the same flow is asked about. By identity, since to compare a
    whole flow, or to hash it, costs more than what is kept.
    """
    asked: Flow | None = None
    made: T

    @wraps(make)
    def of(flow: Flow) -> T:
        nonlocal asked, made
        if flow is not asked:
            made, asked = make(flow), flow
        return made

    return of
