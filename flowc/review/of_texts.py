"""Texts, by their names: prompts, metadata, headers, data of replies."""

from __future__ import annotations

from typing import Any

from flowc.ir import Entry, Flow, Prompt, Version
from flowc.review.aspects import Aspects, aspect, by_name, changed, differences, identity
from flowc.review.change import At, Changes, Kind
from flowc.review.words import code, quoted, text_words


def entries(at: At, words: str, old: tuple[Entry, ...], new: tuple[Entry, ...]) -> Changes:
    """Texts by name; `words` is what happens to them: `hands the agent`."""
    yield from by_name(
        at,
        "entries",
        old,
        new,
        lambda inner, one, other: differences(inner, OF_TEXTS[Entry], one, other),
        added=lambda inner, each: iter([at.now(Kind.BEHAVIOUR, f"{inner.where} as well: {text_words(each.text)}")]),
        removed=lambda inner, each: iter([at.before(Kind.BEHAVIOUR, f"{inner.where} no longer")]),
        where=lambda each: f"{at.where} {words} {code(each.name)}",
    )


# Prompts


def prompts(at: At, old: Flow, new: Flow) -> Changes:
    yield from by_name(
        at,
        "prompts",
        old.prompts,
        new.prompts,
        lambda inner, one, other: differences(inner, OF_TEXTS[Prompt], one, other),
        added=lambda inner, each: iter([inner.now(Kind.HARMLESS, f"{inner.where} is new")]),
        removed=lambda inner, each: iter([inner.before(Kind.HARMLESS, f"{inner.where} is gone")]),
    )


def _versions(at: At, old: Prompt, new: Prompt) -> Changes:
    """In each language. What the agent says stands in its tools, and changes when they are deployed."""
    by_agent = _is_spoken_by_agent(at.new, new.name)
    spoken = ", which the agent's tools speak," if by_agent else ""
    inner = at.inside(f"{at.where}{spoken}", None, None)
    firsts = [flow.call.first_language for flow in (at.old, at.new)]
    yield from by_name(
        inner,
        "languages",
        old.versions,
        new.versions,
        lambda each, one, other: differences(each, OF_TEXTS[Version], one, other),
        added=lambda each, version: iter([each.now(Kind.BEHAVIOUR, f"{each.where} is {_heard(version)}")]),
        removed=lambda each, version: iter([each.before(Kind.BEHAVIOUR, f"{each.where} is gone")]),
        name=lambda version: version.language or firsts[0] or firsts[1] or "",
        where=lambda version: inner.where + (f" in {code(version.language)}" if version.language else ""),
    )


def _is_spoken_by_agent(flow: Flow, prompt: str) -> bool:
    said = {action.say for action in flow.actions} | {agent.meanwhile for agent in flow.every_agent}
    return prompt in said


def _spoken(at: At, old: Version, new: Version) -> Changes:
    yield at.now(Kind.BEHAVIOUR, f"{at.where} is {_heard(new)} (before: {_heard(old)})")


def _only(at: At, old: Version, new: Version) -> Changes:
    words = "in all languages" if new.language is None else "in this language alone"
    yield at.now(Kind.BEHAVIOUR, f"{at.where} is heard {words}")


def _heard(version: Version) -> str:
    return text_words(version.text) if version.sound is None else f"the sound {quoted(version.sound)}"


OF_TEXTS: dict[type[Any], Aspects] = {
    Entry: (identity("name"), changed("text", "as {new} (before: {old})", text_words)),
    Prompt: (identity("name"), aspect(_versions)),
    Version: (aspect(_only, "language"), aspect(_spoken, "text", "sound")),
}
