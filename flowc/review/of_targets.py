"""Targets: who is called, and how."""

from __future__ import annotations

from typing import Any

from flowc.ir import (
    Accept,
    Announce,
    Flow,
    Machine,
    PstnTarget,
    QueueTarget,
    SipTarget,
    Target,
    UserTarget,
    WhatsappTarget,
)
from flowc.review.aspects import Aspects, aspect, by_name, changed, differences, identity
from flowc.review.change import At, Changes, Kind
from flowc.review.of_texts import entries
from flowc.review.words import (
    NOTHING,
    accept_words,
    caller_id_words,
    code,
    codes,
    digits_words,
    lasting,
    listed,
    machine_words,
    or_nothing,
    setting_words,
)

_KINDS = {
    PstnTarget: "on the telephone network",
    SipTarget: "over SIP",
    UserTarget: "as a user of an app",
    WhatsappTarget: "at WhatsApp",
    QueueTarget: "in a queue",
}


def targets(at: At, old: Flow, new: Flow) -> Changes:
    yield from by_name(
        at,
        "targets",
        old.targets,
        new.targets,
        _target,
        added=lambda inner, each: iter([inner.now(Kind.HARMLESS, f"{inner.where} is new: {_dialled(each)}")]),
        removed=lambda inner, each: iter([inner.before(Kind.HARMLESS, f"{inner.where} is gone: {_dialled(each)}")]),
        where=lambda each: code(each.name),
    )
    yield from _likes(at, old, new)


def _likes(at: At, old: Flow, new: Flow) -> Changes:
    """What comes along with it is said of the target itself."""
    before, now = ({each.name: each for each in flow.likes} for flow in (old, new))
    for name, like in now.items():
        if name not in before:
            yield at.now(Kind.HARMLESS, f"{code(name)} is like {code(like.model)} now", like.span)
        elif before[name].model != like.model:
            words = f"is like {code(like.model)} (before: {code(before[name].model)})"
            yield at.now(Kind.HARMLESS, f"{code(name)} {words}", like.span)
    for name, like in before.items():
        if name not in now:
            yield at.before(Kind.HARMLESS, f"{code(name)} is like {code(like.model)} no more", like.span)


def _target(at: At, old: Target, new: Target) -> Changes:
    if type(old) is type(new):
        yield from differences(at, OF_TARGETS[type(new)], old, new)
        return
    yield at.now(Kind.BEHAVIOUR, f"{at.where} is called {_dialled(new)} (before: {_dialled(old)})")
    shared = set(old.__struct_fields__) - {"number"}
    both = [each for each in OF_TARGETS[type(new)] if shared.issuperset(each.fields)]
    yield from differences(at, tuple(both), old, new)


def _dialled(target: Target) -> str:
    return f"{_KINDS[type(target)]}, {setting_words(target.dialled)}"


def _accept(at: At, old: Any, new: Any) -> Changes:
    if old.accept is None or new.accept is None:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} {accept_words(new.accept)} (before: {accept_words(old.accept)})")
        return
    yield from differences(
        at.inside(at.where, old.accept.span, new.accept.span), OF_TARGETS[Accept], old.accept, new.accept
    )


def _machine(at: At, old: Any, new: Any) -> Changes:
    if old.machine is None or new.machine is None:
        yield at.now(
            Kind.BEHAVIOUR, f"{at.where} is {machine_words(new.machine)} (before: {machine_words(old.machine)})"
        )
        return
    yield from differences(at, OF_TARGETS[Machine], old.machine, new.machine)


def _unsure(at: At, old: Machine, new: Machine) -> Changes:
    words = ["a machine" if each.unsure_is_machine else "a person" for each in (new, old)]
    yield at.now(Kind.BEHAVIOUR, f"{at.where}: what cannot be told is {words[0]} (before: {words[1]})")


def _voicemail(at: At, old: Any, new: Any) -> Changes:
    words = "may have a voicemail" if new.has_voicemail else "has no voicemail, as the flow says"
    yield at.now(Kind.HARMLESS, f"{at.where} {words}: what flowc checks goes by it, and no call does")


def _headers(at: At, old: SipTarget, new: SipTarget) -> Changes:
    yield from entries(at, "is sent the header", old.headers, new.headers)


def _auth(at: At, old: SipTarget, new: SipTarget) -> Changes:
    yield at.now(Kind.BEHAVIOUR, f"{at.where} is called as {_account(new)} (before: {_account(old)})")


def _account(target: SipTarget) -> str:
    if target.auth is None:
        return "nobody"
    return f"{setting_words(target.auth.user)} (password: {setting_words(target.auth.password)})"


def _refers(at: At, old: SipTarget, new: SipTarget) -> Changes:
    words = "is handed a caller who came over SIP" if new.refers else "is not handed callers any more, it is called"
    yield at.now(Kind.BEHAVIOUR, f"{at.where} {words}")


def _announce(at: At, old: QueueTarget, new: QueueTarget) -> Changes:
    if old.announce is None or new.announce is None:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} tells who waits {_announced(new)} (before: {_announced(old)})")
        return
    yield from differences(at, OF_TARGETS[Announce], old.announce, new.announce)


def _announced(target: QueueTarget) -> str:
    each = target.announce
    return NOTHING if each is None else f"{code(each.prompt)} every {lasting(each.every_ms)}"


def _needs(at: At, old: Announce, new: Announce) -> Changes:
    words = codes(new.needs) if new.needs else NOTHING
    yield at.now(Kind.BEHAVIOUR, f"{at.where} announces only what is known: it needs {words}")


def _or_any_time(hours: str | None) -> str:
    return "at any time" if hours is None else f"in the hours {code(hours)}"


def _decline(key: str | None) -> str:
    return "no key" if key is None else f"the key {code(key)}"


def _skills(skills: tuple[str, ...]) -> str:
    return listed([code(each) for each in skills]) or NOTHING


_SHARED: Aspects = (
    identity("name", "whisper_at"),
    changed("caller_ids", "is shown {new} (before: {old})", caller_id_words),
    changed("ring_ms", "rings for {new} (before: {old})", lasting),
    changed("hours", "is called {new} (before: {old})", _or_any_time),
    aspect(_voicemail, "has_voicemail"),
    aspect(_accept),
    changed("whisper", "hears {new} before the caller (before: {old})", or_nothing),
    changed("language", "is spoken to in {new} (before: {old})", or_nothing),
)
_DIGITS = changed("digits", "is sent the keys {new} (before: {old})", digits_words)
_MACHINE = aspect(_machine)


def _calls(field: str) -> Any:
    return changed(field, "is {new} (before: {old})", setting_words)


OF_TARGETS: dict[type[Any], Aspects] = {
    PstnTarget: (*_SHARED, _calls("number"), _DIGITS, _MACHINE),
    SipTarget: (
        *_SHARED,
        _calls("address"),
        _DIGITS,
        _MACHINE,
        aspect(_headers),
        aspect(_auth),
        changed("display_name", "is shown the name {new} (before: {old})", or_nothing),
        changed("proxy", "is called by way of the proxy {new} (before: {old})", or_nothing),
        changed(
            "registration",
            "is called with the registration {new} (before: {old})",
            lambda each: NOTHING if each is None else setting_words(each),
        ),
        aspect(_refers),
        identity("refers_at"),
    ),
    UserTarget: (
        *_SHARED,
        _calls("user"),
        _MACHINE,
        changed("push_ms", "has {new} for its app to wake (before: {old})", lasting),
    ),
    WhatsappTarget: (*_SHARED, _calls("number")),
    QueueTarget: (
        *(each for each in _SHARED if each.fields != ("ring_ms",)),
        _calls("queue"),
        changed("ring_ms", "has the caller wait for {new} at the most (before: {old})", lasting),
        changed("skills", "asks for the skills {new} (before: {old})", _skills),
        changed("priority", "has the priority {new} (before: {old})"),
        _DIGITS,
        _MACHINE,
        aspect(_announce),
    ),
    Accept: (
        changed("prompt", "hears {new} and takes the call with a key (before: {old})"),
        changed("key", "takes the call with the key {new} (before: {old})"),
        changed("decline", "declines the call with {new} (before: {old})", _decline),
        changed("within_ms", "has {new} to take the call (before: {old})", lasting),
    ),
    Machine: (
        aspect(_unsure, "unsure_is_machine"),
        changed("model", "is listened to for a machine of {new} (before: {old})"),
        changed("within_ms", "is listened to for a machine for {new} (before: {old})", lasting),
        changed("message", "has {new} left on its machine (before: {old})", or_nothing),
        changed("beep_ms", "has its machine's beep waited for, {new} at the most (before: {old})", lasting),
    ),
    Announce: (
        changed("prompt", "tells who waits {new} (before: {old})"),
        changed("every_ms", "tells who waits their place every {new} (before: {old})", lasting),
        aspect(_needs),
    ),
}
