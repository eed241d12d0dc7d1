"""Targets that are like another one: `like: TARGET` takes over every key that a target does not name itself.

From the targets of a file as they are written come targets with all their keys, each of them of a kind that can be
called. A key comes along if the kind has the same one: `sip` in place of `pstn` keeps the caller ID, and no headers
come from a `sip` target to a `pstn` target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowc.diagnostics import Problems, Related, quoted
from flowc.language.flow.syntax import CalledTarget, LikeTarget, Target
from flowc.language.flow.targets import LIKE_ANOTHER, TARGET
from flowc.language.located import Maybe, Section, entries
from flowc.language.shapes import Record
from flowc.nodes import Broken, Scalar
from flowc.resolve.names import Declared
from flowc.source import Span

KIND_OF = {kind.make: kind for kind in TARGET.kinds}


def called_targets(
    written: Maybe[Section[Target]], declared: Declared, problems: Problems
) -> Iterator[tuple[Scalar, CalledTarget]]:
    """The targets that can be called, with the keys that they take over; what is wrong with `like` goes to `problems`.
    One of which it is not known what it is, is left out.
    """
    by_name = {name.text: target for name, target in entries(written)}
    for name, target in entries(written):
        if type(target) is Broken:
            continue
        if target.like is None:
            if not isinstance(target, LikeTarget):
                yield name, target
            continue
        model = _model(name, target, by_name, declared, problems)
        if model is not None:
            yield name, _filled(name, target, model, problems)
        elif not isinstance(target, LikeTarget):
            yield name, _without_more(target)


def _model(
    name: Scalar, target: Target, by_name: dict[str, Target | Broken], declared: Declared, problems: Problems
) -> CalledTarget | None:
    """The target that it is like; None if there is none, which has been said, or it could not be read."""
    like = target.like
    if not isinstance(like, Scalar):
        return None
    model = by_name.get(like.text)
    if model is None:
        declared.look_up(like, problems)
        return None
    if type(model) is Broken:
        return None
    if like.text == name.text:
        message = f"{quoted(name.text)} cannot be like itself"
        problems.add(like.span, "FLOW309", message, "name another target, or write its own keys and remove `like`")
        return None
    if isinstance(model.like, Scalar):
        problems.add(like.span, "FLOW309", *_said_of(name, target, like, model, by_name))
        return None
    return None if isinstance(model, LikeTarget) else model


def _said_of(
    name: Scalar, target: Target, like: Scalar, model: Target, by_name: dict[str, Target | Broken]
) -> tuple[str, str, tuple[Related, ...]]:
    """Of a target that is like one with `like`: a circle, or a chain."""
    related = tuple(Related(each.like.span, "`like` of that one") for each in (model,) if isinstance(each.like, Scalar))
    circle = _circle(name.text, by_name)
    if circle:
        message = f"{', '.join(map(quoted, circle[:-1]))} are like each other: none of them has keys to take over"
        return message, "write the keys of one of them, and remove its `like`", related
    last = model.like.text if isinstance(model.like, Scalar) else "TARGET"
    message = f"{quoted(like.text)} has `like` itself: what a target takes over stands in one place"
    return message, f"write `{last}`, and here those keys of {quoted(like.text)} that are to hold", related


def _circle(name: str, by_name: dict[str, Target | Broken]) -> list[str]:
    """The names on the way from a target back to it; empty if there is no such way."""
    way = [name]
    while len(way) <= len(by_name):
        at = by_name.get(way[-1])
        if at is None or type(at) is Broken or not isinstance(at.like, Scalar):
            return []
        way.append(at.like.text)
        if at.like.text == name:
            return way
    return []


def place_of_key(key: str, target: CalledTarget, written: Mapping[str, Target | Broken]) -> Span | None:
    """Where a key is written that a target has, maybe by `like`."""
    at: Target | Broken | None = target
    for _ in range(len(written) + 1):
        if at is None or type(at) is Broken:
            return None
        if key in at.node.entries:
            return at.node.entries[key][0].span
        at = written.get(at.like.text) if type(at.like) is Scalar else None
    return None


def _filled(name: Scalar, target: Target, model: CalledTarget, problems: Problems) -> CalledTarget:
    theirs = KIND_OF[type(model)]
    kind = theirs if isinstance(target, LikeTarget) else KIND_OF[type(target)]
    values = kind.absent.copy()
    for key, attribute in kind.names.items():
        if key in target.node.entries:
            values[attribute] = getattr(target, attribute)
        elif key in model.node.entries and key in theirs.by_key and theirs.by_key[key].shape == kind.by_key[key].shape:
            values[attribute] = getattr(model, attribute)
    if isinstance(target, LikeTarget):
        _refuse_strangers(name, target, model, kind, problems)
    return _made(kind, target, values, target.node.open or model.node.open)


def _refuse_strangers(name: Scalar, target: Target, model: CalledTarget, kind: Record, problems: Problems) -> None:
    """Keys that the kind of the other target does not have, or of which it takes other values."""
    first = kind.fields[0].key
    for key, (node, _) in target.node.entries.items():
        field, ours = kind.by_key.get(key), LIKE_ANOTHER.by_key.get(key)
        if ours is None or (field is not None and field.shape == ours.shape):
            continue
        if field is not None:
            message = f"{quoted(key)} of {kind.what} is written beside {quoted(first)}"
            problems.add(node.span, "FLOW106", message, f"write `{first}: …` here, too")
            continue
        message = f"{quoted(key)} does not go with {kind.what}, which {quoted(name.text)} is, as is the one it is like"
        related = () if model.key is None else (Related(model.key.span, "the one that it is like"),)
        problems.add(node.span, "FLOW106", message, "remove it, or write here what is called", related)


def _without_more(target: CalledTarget) -> CalledTarget:
    """Where it is not known what it takes over, nothing is missing."""
    kind = KIND_OF[type(target)]
    return _made(kind, target, {name: getattr(target, name) for name in kind.names.values()}, True)


def _made(kind: Record, target: Target, values: dict[str, Any], is_open: bool) -> CalledTarget:
    """A target with these attributes. `is_open`: there may be more keys than could be read."""
    for key, attribute in kind.names.items():
        if is_open and values[attribute] is None and not kind.by_key[key].is_plain:
            values[attribute] = Broken(target.node.span)
    made = kind.make
    assert made is not None
    filled: CalledTarget = made(target.node, target.key, **values)
    return filled
