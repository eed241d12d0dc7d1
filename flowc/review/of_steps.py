"""Steps: two lists of them, held against each other; what differs is told with what follows."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, assert_never

from flowc.ir import (
    Arm,
    Ask,
    Branch,
    ChangeLanguage,
    Choosable,
    Fallback,
    GoTo,
    HangUp,
    Menu,
    Notify,
    Outcome,
    QueueTarget,
    RecordCall,
    Reject,
    Reply,
    Retry,
    ReturnToAgent,
    Say,
    StartAgent,
    Step,
    Steps,
    TakeMessage,
    Transfer,
    may_be_a_machine,
    may_not_be_accepted,
)
from flowc.ir.subject import written
from flowc.review.aspects import Aspects, aspect, by_name, changed, differences, identity
from flowc.review.change import At, Changes, Kind
from flowc.review.of_texts import entries
from flowc.review.places import same
from flowc.review.words import (
    NOTHING,
    code,
    codes,
    hunt_words,
    lasting,
    or_nothing,
    outcomes_words,
    silence,
    steps_do,
    targets_words,
)
from flowc.source import Span

MOST_OUTCOMES = 3
MOST_MATCHED = 100_000
"""Pairs of steps that are matched with each other."""


def steps(at: At, old: Steps, new: Steps) -> Changes:
    """Two lists. What stands in both is compared in itself, the rest is said as a whole."""
    if same(old, new):
        return
    for is_kept, gone, come, end in _matched(old, new):
        if is_kept:
            for one, other in zip(gone, come, strict=True):
                yield from _step(at.inside(at.where, one.span, other.span), one, other)
        else:
            yield from _replaced(at, gone, come, end)


def _matched(old: Steps, new: Steps) -> Iterator[tuple[bool, Steps, Steps, int]]:
    """Stretches that both have, and what stands between them; at last, where that ends in the new list. What is alike
    at the beginning and at the end is kept; to match what is between takes a time that is a product.
    """
    before, now = [_key(each) for each in old], [_key(each) for each in new]
    start = next((n for n, (a, b) in enumerate(zip(before, now, strict=False)) if a != b), min(len(old), len(new)))
    rest = min(len(old), len(new)) - start
    backwards = zip(reversed(before), reversed(now), strict=False)
    end = next((n for n, (a, b) in enumerate(backwards) if a != b or n == rest), rest)
    yield True, old[:start], new[:start], start
    between = before[start : len(old) - end], now[start : len(new) - end]
    if len(between[0]) * len(between[1]) > MOST_MATCHED:
        yield False, old[start : len(old) - end], new[start : len(new) - end], len(new) - end
    else:
        matched = SequenceMatcher(None, *between, autojunk=False)
        for what, a, b, c, d in matched.get_opcodes():
            gone, come = old[start + a : start + b], new[start + c : start + d]
            yield what == "equal", gone, come, start + d
    yield True, old[len(old) - end :], new[len(new) - end :], len(new)


def _replaced(at: At, gone: Steps, come: Steps, end: int) -> Changes:
    before, now = steps_do(at.old, gone), steps_do(at.new, come)
    if come and gone:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} now {now} (before: {before})", come[0].span)
    elif come:
        first = ", before anything else," if end == len(come) else ""
        yield at.now(Kind.BEHAVIOUR, f"{at.where} now{first} {now}", come[0].span)
    else:
        yield at.before(Kind.BEHAVIOUR, f"{at.where} no longer {before}", gone[0].span)


def _key(step: Step) -> tuple[Any, ...]:
    """By which a step is taken for the same one, changed."""
    match step:
        case Say(prompt):
            return (Say, prompt)
        case Notify(webhook):
            return (Notify, webhook)
        case ChangeLanguage(language, parameter):
            return (ChangeLanguage, language, parameter)
        case RecordCall(starts):
            return (RecordCall, starts)
        case GoTo(route):
            return (GoTo, route)
        case StartAgent(agent=agent):
            return (StartAgent, agent)
        case Reject(reason):
            return (Reject, reason)
        case Branch(subject):
            return (Branch, subject)
        case Ask() | Reply() | TakeMessage() | Menu() | Transfer() | ReturnToAgent() | HangUp() | Retry():
            return (type(step),)
        case _:
            assert_never(step)


def _step(at: At, old: Step, new: Step) -> Changes:
    if same(old, new):
        return
    if isinstance(old, Transfer) and isinstance(new, Transfer):
        at = at.inside(f"the transfer to {targets_words(new)} in {at.where}", None, None)
    yield from differences(at, OF_STEPS[type(new)], old, new)


def _otherwise(at: At, old: Any, new: Any) -> Changes:
    match new:
        case Ask(webhook):
            where = f"no answer of {code(webhook)}"
        case TakeMessage(webhook):
            where = f"no message for {code(webhook)}"
        case _:
            where = "no agent to return to"
    yield from steps(at.inside(f"{where} in {at.where}", None, None), old.otherwise, new.otherwise)


# Transfers


def _to(at: At, old: Transfer, new: Transfer) -> Changes:
    yield at.now(Kind.BEHAVIOUR, f"{at.where} calls {hunt_words(new.to)} (before: {hunt_words(old.to)})")


def _agent_meanwhile(at: At, old: Transfer, new: Transfer) -> Changes:
    if _meanwhile(old) != _meanwhile(new):
        yield at.now(Kind.BEHAVIOUR, f"{at.where}: the agent {_meanwhile(new)} meanwhile (before: {_meanwhile(old)})")
        return
    if old.briefing_ms != new.briefing_ms:
        limits = f"{lasting(new.briefing_ms)} at the most (before: {lasting(old.briefing_ms)})"
        yield at.now(Kind.BEHAVIOUR, f"{at.where}: the agent briefs for {limits}")
    if old.introduction_ms != new.introduction_ms:
        limits = f"{lasting(new.introduction_ms)} at the most (before: {lasting(old.introduction_ms)})"
        yield at.now(Kind.BEHAVIOUR, f"{at.where}: the agent stays with both for {limits}")
    if old.briefing_silence_ms != new.briefing_silence_ms:
        silences = f"{silence(new.briefing_silence_ms)} (before: {silence(old.briefing_silence_ms)})"
        yield at.now(Kind.BEHAVIOUR, f"{at.where}: a briefing ends after {silences}")


def _meanwhile(transfer: Transfer) -> str:
    return "is not there" if transfer.agent_waits is None else transfer.agent_word


def _ringing(at: At, old: Transfer, new: Transfer) -> Changes:
    yield at.now(Kind.BEHAVIOUR, f"{at.where}: the caller hears {_heard(new)} while it rings (before: {_heard(old)})")


def _heard(transfer: Transfer) -> str:
    return codes(transfer.ringing) if transfer.ringing else "plain ringback"


def _fallback(at: At, old: Transfer, new: Transfer) -> Changes:
    """What follows each outcome, whichever of the fallbacks says so. Outcomes with the same change are one."""
    together: list[tuple[Steps | None, Steps | None, list[Outcome]]] = []
    for outcome in _possible(at, old, new):
        before, now = old.next_steps(outcome), new.next_steps(outcome)
        if before is not None and now is not None and same(before, now):
            continue
        for known_before, known_now, outcomes in together:
            if same(known_before, before) and same(known_now, now):
                outcomes.append(outcome)
                break
        else:
            if before is not None or now is not None:
                together.append((before, now, [outcome]))
    for before, now, outcomes in together:
        where = f"{_outcomes(outcomes, old, new)} on {targets_words(new)} in {_owner(at)}"
        inner = at.inside(where, _span(old, outcomes[0]), _span(new, outcomes[0]))
        if before is None:
            yield inner.now(Kind.BEHAVIOUR, f"{where} now {steps_do(at.new, now or ())} (before, it was not covered)")
        elif now is None:
            yield inner.now(Kind.BEHAVIOUR, f"{where} is not covered any more (before: {steps_do(at.old, before)})")
        else:
            yield from steps(inner, before, now)
    if not together:
        yield at.now(Kind.HARMLESS, f"{at.where} writes down its fallback in another way: the same follows")


def _owner(at: At) -> str:
    """`the transfer to … in action …`: what it stands in."""
    return at.where.partition(" in ")[2] or at.where


def _possible(at: At, old: Transfer, new: Transfer) -> Iterator[Outcome]:
    """The outcomes that either of them can have, but for the one that all is for."""
    for outcome in Outcome:
        if outcome is Outcome.CONNECTED:
            continue
        if any(_can_be(outcome, transfer, flow) for transfer, flow in ((old, at.old), (new, at.new))):
            yield outcome


def _can_be(outcome: Outcome, transfer: Transfer, flow: Any) -> bool:
    if outcome in [each.outcome for each in transfer.fallback]:
        return True
    if outcome is Outcome.CANCELLED:
        return transfer.may_be_cancelled
    if outcome is Outcome.MACHINE:
        return may_be_a_machine(transfer, flow)
    if outcome is Outcome.NOT_ACCEPTED:
        return may_not_be_accepted(transfer, flow)
    targets = [flow.target(name) for name in transfer.targets()]
    if outcome is Outcome.CLOSED:
        return any(target.hours is not None for target in targets)
    return not all(isinstance(target, QueueTarget) for target in targets) or outcome in QUEUED


QUEUED = (Outcome.NO_ANSWER, Outcome.FAILED, Outcome.UNREACHABLE, Outcome.NOT_ALLOWED, Outcome.INVALID, Outcome.CLOSED)


def _outcomes(outcomes: list[Outcome], old: Transfer, new: Transfer) -> str:
    named = {each.outcome for each in (*old.fallback, *new.fallback)} - {None}
    if not any(outcome in named for outcome in outcomes):
        return "any other outcome" if named else "any failure"
    return outcomes_words(outcomes) if len(outcomes) <= MOST_OUTCOMES else f"each of {outcomes_words(outcomes)}"


def _span(transfer: Transfer, outcome: Outcome) -> Span | None:
    by_outcome = {each.outcome: each.span for each in transfer.fallback}
    return by_outcome.get(outcome, by_outcome.get(None, transfer.fallback_at))


def _afterwards(at: At, old: Transfer, new: Transfer) -> Changes:
    where = f"the end of the talk with {targets_words(new)} in {_owner(at)}"
    if new.is_placed:
        where = f"{_owner(at)} to {targets_words(new)}, once it is taken,"
    inner = at.inside(where, None, None)
    yield from steps(inner, old.afterwards, new.afterwards)


def _stop_on(at: At, old: Transfer, new: Transfer) -> Changes:
    before, now = (outcomes_words(each.stop_on) or NOTHING for each in (old, new))
    yield at.now(Kind.BEHAVIOUR, f"{at.where} calls nobody else after {now} (before: {before})")


def _pauses_recording(at: At, old: Transfer, new: Transfer) -> Changes:
    words = "is not recorded any more while people talk" if new.pauses_recording else "is recorded while people talk"
    yield at.now(Kind.BEHAVIOUR, f"{at.where} {words}")


# Menus, branches


def _choices(at: At, old: Menu, new: Menu) -> Changes:
    yield from by_name(
        at,
        "keys",
        old.choices,
        new.choices,
        lambda inner, one, other: steps(inner, one.steps, other.steps),
        added=lambda inner, each: iter(
            [inner.now(Kind.BEHAVIOUR, f"{inner.where} now {steps_do(at.new, each.steps)} (before: no such key)")]
        ),
        removed=lambda inner, each: iter(
            [inner.before(Kind.BEHAVIOUR, f"{inner.where} is gone (before: {steps_do(at.old, each.steps)})")]
        ),
        name=lambda each: each.key,
        where=lambda each: f"key {code(each.key)} of the menu {code(new.prompt)} in {at.where}",
    )


def _menu_otherwise(at: At, old: Menu, new: Menu) -> Changes:
    inner = at.inside(f"no key in the menu {code(new.prompt)} in {at.where}", None, None)
    yield from steps(inner, old.otherwise, new.otherwise)


def _arms(at: At, old: Branch, new: Branch) -> Changes:
    subject = written(new.subject)
    yield from by_name(
        at,
        "values",
        old.arms,
        new.arms,
        lambda inner, one, other: steps(inner, one.steps, other.steps),
        added=lambda inner, each: iter(
            [inner.now(Kind.BEHAVIOUR, f"{inner.where} now {steps_do(at.new, each.steps)} (before: not named)")]
        ),
        removed=lambda inner, each: iter(
            [
                inner.before(
                    Kind.BEHAVIOUR, f"{inner.where} is not named any more (before: {steps_do(at.old, each.steps)})"
                )
            ]
        ),
        name=lambda each: each.value,
        where=lambda each: f"{code(f'{subject}: {each.value}')} in {at.where}",
    )


def _data(at: At, old: Reply, new: Reply) -> Changes:
    yield from entries(at, "hands the agent", old.data, new.data)


def _opens(at: At, old: ReturnToAgent, new: ReturnToAgent) -> Changes:
    words = f"{or_nothing(new.prompt)} (before: {or_nothing(old.prompt)})"
    yield at.now(Kind.BEHAVIOUR, f"{at.where}: the agent opens with {words} when the caller is back")


OF_STEPS: dict[type[Any], Aspects] = {
    Say: (identity("prompt"),),
    Notify: (identity("webhook"),),
    Ask: (
        changed("webhook", "asks the webhook {new} (before: {old})"),
        changed("within_ms", "waits for the answer for {new} at the most (before: {old})", lasting),
        aspect(_otherwise),
    ),
    Reply: (aspect(_data),),
    ChangeLanguage: (identity("language", "parameter"),),
    RecordCall: (identity("starts"),),
    TakeMessage: (
        changed("webhook", "has its message told to the webhook {new} (before: {old})"),
        changed("limit_ms", "takes a message of {new} at the most (before: {old})", lasting),
        changed("key", "ends its message with the key {new} (before: {old})"),
        changed("quiet_ms", "ends its message after {new} (before: {old})", silence),
        aspect(_otherwise),
    ),
    Menu: (
        changed("prompt", "offers the menu {new} (before: {old})"),
        changed("within_ms", "waits for a key of its menu for {new} (before: {old})", lasting),
        changed("times", "offers its menu {new} times at the most (before: {old})"),
        aspect(_choices),
        aspect(_menu_otherwise, "otherwise"),
    ),
    Transfer: (
        identity("is_placed"),
        identity("vain_briefing", "vain_silence", "vain_gone"),
        identity("fallback_at", "recording_at", "ringing_at", "cancel_at"),
        aspect(_to),
        aspect(_agent_meanwhile, "agent_waits", "briefing_ms", "briefing_silence_ms", "introduction_ms"),
        aspect(_ringing),
        aspect(_fallback, "fallback", "fallback_is_default"),
        aspect(_afterwards),
        changed("within_ms", "has {new} for all its ringing (before: {old})", lasting),
        aspect(_stop_on),
        changed("cancel", "is stopped by the key {new} (before: {old})", or_nothing),
        changed("talk_limit_ms", "has {new} for the talk (before: {old})", lasting),
        changed("warning", "warns of the end of the talk with {new} (before: {old})", or_nothing),
        aspect(_pauses_recording),
        changed("gone", "tells the person who is briefed {new} when the caller has gone (before: {old})", or_nothing),
    ),
    GoTo: (identity("route"),),
    ReturnToAgent: (aspect(_opens, "prompt"), aspect(_otherwise)),
    StartAgent: (identity("agent"),),
    HangUp: (),
    Reject: (identity("reason"),),
    Retry: (),
    Branch: (identity("subject"), aspect(_arms)),
}
OF_PARTS: dict[type[Any], Aspects] = {
    Arm: (identity("value"), aspect(_arms, "steps")),
    Choosable: (identity("key"), aspect(_choices, "steps")),
    Fallback: (aspect(_fallback, "outcome", "steps"),),
}
"""What is compared where it stands in a step."""
