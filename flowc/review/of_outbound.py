"""Calls that are placed for somebody: with what they are started, and what becomes of them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from flowc.ir import Flow, Outbound
from flowc.review.aspects import Aspects, aspect, differences
from flowc.review.change import At, Changes, Kind
from flowc.review.of_parameters import DATA, parameters
from flowc.review.of_steps import steps
from flowc.review.words import codes, steps_do


def outbound(at: At, old: Flow, new: Flow) -> Changes:
    if old.outbound is None and new.outbound is not None:
        inner = at.inside(at.where, None, new.outbound.span)
        yield inner.now(
            Kind.BEHAVIOUR, f"calls are placed now: a session that is started so {steps_do(new, new.placed)}"
        )
    elif new.outbound is None and old.outbound is not None:
        inner = at.inside(at.where, old.outbound.span, None)
        yield inner.before(
            Kind.OTHERS,
            f"no calls are placed any more: whoever starts one for {codes(old.outbound.targets)} calls nobody",
        )
    elif old.outbound is not None and new.outbound is not None:
        inner = at.inside("a call that is placed", old.outbound.span, new.outbound.span)
        yield from differences(inner, OF_OUTBOUND[Outbound], old.outbound, new.outbound)


def _data(at: At, old: Outbound, new: Outbound) -> Changes:
    inner = replace(at, holder=DATA)
    yield from parameters(inner, "data", old.data, new.data)


def _call(at: At, old: Outbound, new: Outbound) -> Changes:
    yield from steps(at, (old.call,), (new.call,))


def _alone(at: At, old: Outbound, new: Outbound) -> Changes:
    words = "are rejected" if new.alone else "are taken"
    yield at.now(Kind.BEHAVIOUR, f"calls that come in {words} now")


OF_OUTBOUND: dict[type[Any], Aspects] = {Outbound: (aspect(_data), aspect(_call), aspect(_alone))}
