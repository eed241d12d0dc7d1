"""The call: its limits, its languages, its recording, and what stands around the agent: keys, numbers that call."""

from __future__ import annotations

from typing import Any

from flowc.ir import Call, Callers, CallRecording, Flow, Key, Language
from flowc.review.aspects import Aspects, aspect, by_name, changed, differences, identity
from flowc.review.change import At, Changes, Kind
from flowc.review.of_steps import steps
from flowc.review.words import code, codes, lasting, or_nothing, setting_words, steps_do


def call(at: At, old: Flow, new: Flow) -> Changes:
    yield from differences(at.inside("the call", None, None), OF_CALL[Call], old.call, new.call)


def _token(at: At, old: Call, new: Call) -> Changes:
    if new.token_required:
        words = "needs the session's token now: the generated tools send it, and whoever posts without is refused"
        yield at.now(Kind.BEHAVIOUR, f"{at.where} {words} as unauthorized")
    else:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} takes requests without the session's token now")


def _recording(at: At, old: Call, new: Call) -> Changes:
    if new.recording is None:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} is not recorded any more")
    elif old.recording is None:
        when = "always" if new.recording.is_always else "where a step says so"
        inner = at.inside(at.where, None, new.recording.span)
        yield inner.now(Kind.BEHAVIOUR, f"{at.where} is recorded now, {when}, and {code(new.recording.notify)} is told")
    else:
        inner = at.inside("the recording", old.recording.span, new.recording.span)
        yield from differences(inner, OF_CALL[CallRecording], old.recording, new.recording)


def _starts(at: At, old: CallRecording, new: CallRecording) -> Changes:
    if old.is_always and new.is_always:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} is told to the caller with {code(new.say)} (before: {code(old.say)})")
        return
    words = [f"always, after {code(each.say)}" if each.is_always else "where a step says so" for each in (new, old)]
    yield at.now(Kind.BEHAVIOUR, f"{at.where} begins {words[0]} (before: {words[1]})")


def _secure(at: At, old: CallRecording, new: CallRecording) -> Changes:
    words = "needs the account's key to be loaded" if new.is_secure else "can be loaded by whoever knows its address"
    yield at.now(Kind.BEHAVIOUR, f"{at.where} {words}")


def _stereo(at: At, old: CallRecording, new: CallRecording) -> Changes:
    words = "has the caller in a channel of its own" if new.is_stereo else "has everybody in one channel"
    yield at.now(Kind.BEHAVIOUR, f"{at.where} {words}")


def _languages(at: At, old: Call, new: Call) -> Changes:
    if old.first_language != new.first_language:
        words = [code(each.first_language) if each.languages else "the only language" for each in (new, old)]
        yield at.now(Kind.BEHAVIOUR, f"{at.where} begins in {words[0]} (before: {words[1]})")
    yield from by_name(
        at,
        "languages",
        old.languages,
        new.languages,
        lambda inner, one, other: differences(inner, OF_CALL[Language], one, other),
        added=lambda inner, each: iter(
            [inner.now(Kind.BEHAVIOUR, f"{inner.where} is new, spoken by {code(each.voice)}")]
        ),
        removed=lambda inner, each: iter([inner.before(Kind.BEHAVIOUR, f"{inner.where} is gone")]),
        where=lambda each: f"the language {code(each.name)}",
    )


# Around the agent


def keys(at: At, old: Flow, new: Flow) -> Changes:
    yield from by_name(
        at,
        "keys",
        old.keys,
        new.keys,
        lambda inner, one, other: differences(inner, OF_CALL[Key], one, other),
        added=lambda inner, each: iter(
            [inner.now(Kind.BEHAVIOUR, f"{inner.where} now {steps_do(new, each.steps)} (before: told to the agent)")]
        ),
        removed=lambda inner, each: iter(
            [
                inner.before(
                    Kind.BEHAVIOUR, f"{inner.where} is only told to the agent now (before: {steps_do(old, each.steps)})"
                )
            ]
        ),
        name=lambda each: each.key,
        where=lambda each: f"the key {code(each.key)}, pressed while with the agent,",
    )


def _key_steps(at: At, old: Key, new: Key) -> Changes:
    yield from steps(at, old.steps, new.steps)


def callers(at: At, old: Flow, new: Flow) -> Changes:
    yield from by_name(
        at,
        "callers",
        old.callers,
        new.callers,
        lambda inner, one, other: differences(inner, OF_CALL[Callers], one, other),
        added=lambda inner, each: iter([inner.now(Kind.HARMLESS, f"{inner.where} are new: {_numbers(each.numbers)}")]),
        removed=lambda inner, each: iter([inner.before(Kind.HARMLESS, f"{inner.where} are gone")]),
        where=lambda each: f"the callers {code(each.name)}",
    )


def _numbers(numbers: Any) -> str:
    return codes(numbers) if isinstance(numbers, tuple) else setting_words(numbers)


OF_CALL: dict[type[Any], Aspects] = {
    Call: (
        aspect(_token, "token_required"),
        changed("max_duration_ms", "is ended after {new} (before: {old})", lasting),
        changed("silence_limit_ms", "may be silent for {new} while the caller waits (before: {old})", lasting),
        changed("ringback", "rings as in {new} (before: {old})"),
        changed("warning", "warns of its end with {new} (before: {old})", or_nothing),
        changed("skew", "tells {new} when the tools are of another version (before: {old})", or_nothing),
        changed("report", "is reported to {new} when it is over (before: {old})", or_nothing),
        changed("country", "reads national numbers as those of {new} (before: {old})", or_nothing),
        changed("voice", "is spoken by the voice {new} (before: {old})", or_nothing),
        aspect(_recording),
        aspect(_languages),
    ),
    CallRecording: (
        aspect(_starts, "say"),
        changed("notify", "is told to the webhook {new} (before: {old})"),
        changed("keep", "is kept for {new} (before: {old})"),
        aspect(_secure, "is_secure"),
        aspect(_stereo, "is_stereo"),
    ),
    Language: (identity("name"), changed("voice", "is spoken by {new} (before: {old})")),
    Key: (
        identity("key"),
        aspect(_key_steps, "steps"),
        changed("way", "is called {new} in the log (before: {old})", kind=Kind.HARMLESS),
    ),
    Callers: (identity("name"), changed("numbers", "are {new} (before: {old})", _numbers)),
}
