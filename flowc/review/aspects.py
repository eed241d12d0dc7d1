"""What of a value of the IR is compared with what: each field is in one aspect, and none is passed over in silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from flowc.review.change import At, Change, Changes, Kind
from flowc.review.places import same
from flowc.review.words import code, codes, listed

T = TypeVar("T")
Compare = Callable[[At, Any, Any], Changes]
"""What it means that two values differ in the fields of an aspect: never nothing."""


class Aspect(Struct, frozen=True):
    """`compare` is None for that by which the two were taken for one: there they cannot differ."""

    fields: tuple[str, ...]
    compare: Compare | None


Aspects = tuple[Aspect, ...]


def identity(*fields: str) -> Aspect:
    return Aspect(fields, None)


def aspect(compare: Compare, *fields: str) -> Aspect:
    """By default it is about the field that the function is called after."""
    return Aspect(fields or (compare.__name__.strip("_"),), compare)


def changed(field: str, sentence: str, show: Callable[[Any], str] = code, kind: Kind = Kind.BEHAVIOUR) -> Aspect:
    """A sentence with `{new}` and `{old}` behind the subject."""

    def compare(at: At, old: Any, new: Any) -> Changes:
        words = sentence.format(old=show(getattr(old, field)), new=show(getattr(new, field)))
        yield at.now(kind, f"{at.where} {words}")

    return Aspect((field,), compare)


def differences(at: At, aspects: Aspects, old: Any, new: Any) -> Changes:
    """The changes of one value that both versions have."""
    for each in aspects:
        differing = [field for field in each.fields if not same(getattr(old, field), getattr(new, field))]
        if not differing or each.compare is None:
            continue
        inner = at.key(differing[0])
        found: list[Change] = list(each.compare(inner, old, new))
        yield from found or [
            inner.now(Kind.BEHAVIOUR, f"{at.where} has another {listed([code(one) for one in differing])}")
        ]


def by_name(
    at: At,
    nouns: str,
    old: Sequence[T],
    new: Sequence[T],
    compare: Callable[[At, T, T], Changes],
    *,
    added: Callable[[At, T], Changes],
    removed: Callable[[At, T], Changes],
    name: Callable[[T], str] = lambda each: each.name,  # type: ignore[attr-defined]
    where: Callable[[T], str] | None = None,
    ordered: Kind = Kind.HARMLESS,
) -> Changes:
    """Declarations, each by its name. `ordered` is what another order of them means."""
    before, now = {name(each): each for each in old}, {name(each): each for each in new}
    called = where or (lambda each: f"{nouns.removesuffix('s')} {code(name(each))}")
    for each in new:
        span = getattr(each, "span", None)
        if name(each) in before:
            earlier = before[name(each)]
            inner = at.inside(called(each), getattr(earlier, "span", None), span)
            if not same(earlier, each):
                yield from compare(inner, earlier, each)
        else:
            yield from added(at.inside(called(each), None, span), each)
    for each in old:
        if name(each) not in now:
            yield from removed(at.inside(called(each), getattr(each, "span", None), None), each)
    kept = [one for one in now if one in before]
    if kept != [one for one in before if one in now]:
        yield at.now(ordered, f"{at.where} has its {nouns} in another order: {codes(now)}")
