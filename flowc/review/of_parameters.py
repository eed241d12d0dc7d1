"""Parameters: of actions, where each side refuses what only the other knows; of what a webhook answers; of data with
which a call is started.

`At.holder` says which: `action NAME` for those that tools send and the scenario reads.
"""

from __future__ import annotations

from typing import Any

from flowc.compatibility import is_beyond, may_lack, other_form, other_type, others_than, reach
from flowc.ir import Parameter
from flowc.review.aspects import Aspect, Aspects, aspect, by_name, differences, identity
from flowc.review.change import At, Changes, Kind
from flowc.review.words import code, codes, quoted

ACTION = "action"
ANSWER = "answer"
DATA = "data"
REFUSED = "invalid_parameters"


def parameters(at: At, nouns: str, old: tuple[Parameter, ...], new: tuple[Parameter, ...]) -> Changes:
    """By name. `at.where` is what they are of."""
    yield from by_name(
        at,
        nouns,
        old,
        new,
        parameter,
        added=_added,
        removed=_removed,
        where=lambda each: f"{code(each.name)} of {at.where}",
    )


def parameter(at: At, old: Parameter, new: Parameter) -> Changes:
    if old.type == new.type:
        yield from differences(at, OF_PARAMETER, old, new)
        return
    yield from _type(at, old, new)  # which values there are is another matter then, but for numbers
    compared = _OF_ANY_TYPE | (_OF_NUMBERS if {old.type, new.type} == {"integer", "number"} else set())
    yield from differences(at, tuple(each for each in OF_PARAMETER if set(each.fields) & compared), old, new)


_OF_ANY_TYPE = {"description", "optional", "sensitive"}
_OF_NUMBERS = {"minimum", "maximum"}


def _added(at: At, new: Parameter) -> Changes:
    match at.holder:
        case "action":
            if not new.optional:
                yield at.now(Kind.OLD_TOOLS, f"{at.where} is new, and old tools do not send it: refused as {REFUSED}")
            yield at.now(
                Kind.OLD_SCENARIO, f"{at.where} is new, and an old scenario does not know it: {_with_it(REFUSED)}"
            )
        case "answer" if new.optional:
            yield at.now(Kind.BEHAVIOUR, f"{at.where} is new: it is read where the webhook answers it")
        case "answer":
            yield at.now(
                Kind.OTHERS, f"{at.where} is new: an answer without it cannot be used, and `otherwise` follows"
            )
        case _ if new.optional:
            yield at.now(Kind.BEHAVIOUR, f"{at.where} is new: a call may be started with it")
        case _:
            yield at.now(Kind.OTHERS, f"{at.where} is new: whoever starts a call without it calls nobody")


def _with_it(error: str) -> str:
    return f"a request with it is refused as {error}"


def _removed(at: At, old: Parameter) -> Changes:
    match at.holder:
        case "action":
            yield at.before(Kind.OLD_TOOLS, f"{at.where} is gone, and old tools may send it: {_with_it(REFUSED)}")
            if not old.optional:
                yield at.before(
                    Kind.OLD_SCENARIO, f"{at.where} is gone, and an old scenario wants it: refused as {REFUSED}"
                )
        case "answer":
            yield at.before(Kind.BEHAVIOUR, f"{at.where} is not read any more")
        case _:
            yield at.before(Kind.BEHAVIOUR, f"{at.where} is gone: where a call is started with it, it is ignored")


# Values that one side takes and the other does not


def _values(at: At, words: str, *, narrower: bool, wider: bool, span: Any = None) -> Changes:
    """`words` is how it was and is. `narrower`: not every value of before is one now; `wider`: the reverse."""
    if at.holder == ACTION:
        if narrower:
            yield at.now(Kind.OLD_TOOLS, f"{at.where} {words}: old tools may send what is now refused as {REFUSED}")
        if wider:
            refuses = f"new tools may send what an old scenario refuses as {REFUSED}"
            yield at.now(Kind.OLD_SCENARIO, f"{at.where} {words}: {refuses}")
        if not narrower and not wider:
            yield at.now(Kind.HARMLESS, f"{at.where} {words}: nothing is refused for that")
    elif narrower and at.holder == ANSWER:
        yield at.now(
            Kind.OTHERS, f"{at.where} {words}: an answer with another value cannot be used, `otherwise` follows"
        )
    elif narrower:
        yield at.now(Kind.OTHERS, f"{at.where} {words}: whoever starts a call with another value calls nobody")
    else:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} {words}")


def _type(at: At, old: Parameter, new: Parameter) -> Changes:
    words = f"is of the type {code(new.type)} (before: {code(old.type)})"
    yield from _values(at, words, narrower=other_type(old.type, new.type), wider=other_type(new.type, old.type))


def _optional(at: At, old: Parameter, new: Parameter) -> Changes:
    if may_lack(new.optional, old.optional):
        if at.holder == ACTION:
            refused = f"an old scenario refuses a request without it as {REFUSED}"
            yield at.now(Kind.OLD_SCENARIO, f"{at.where} may be left out now: {refused}")
        else:
            yield at.now(Kind.BEHAVIOUR, f"{at.where} may be missing now")
        return
    match at.holder:
        case "action":
            refused = f"request of old tools without it is refused as {REFUSED}"
            yield at.now(Kind.OLD_TOOLS, f"{at.where} is needed now: {refused}")
        case "answer":
            yield at.now(Kind.OTHERS, f"{at.where} is needed now: an answer without it cannot be used")
        case _:
            yield at.now(Kind.OTHERS, f"{at.where} is needed now: whoever starts a call without it calls nobody")


def _enum(at: At, old: Parameter, new: Parameter) -> Changes:
    gone, come = others_than(old.enum, new.enum), others_than(new.enum, old.enum)
    if not new.enum or not old.enum:
        of_form = f" of the form {_form_words(new)}" if new.pattern or new.format else ""
        any_text = f"may be any text{of_form} now (before: {codes(old.enum)})"
        words = any_text if old.enum else f"must be one of {codes(new.enum)} now"
        yield from _values(at, words, narrower=gone != [], wider=come != [])
        return
    if not gone and not come:
        yield at.now(Kind.HARMLESS, f"{at.where} has its values in another order: {codes(new.enum)}")
        return
    if gone:
        yield from _values(at, f"cannot be {codes(gone)} any more", narrower=True, wider=False)
    if come:
        yield from _values(at, f"can be {codes(come)} now", narrower=False, wider=True)


def _limit(field: str, limit: str) -> Aspect:
    def compare(at: At, old: Parameter, new: Parameter) -> Changes:
        before, now = getattr(old, field), getattr(new, field)
        told = f"has no {limit} any more" if now is None else f"has the {limit} of {code(now)}"
        was = "none" if before is None else code(before)
        had, has = (reach(limit, {"enum": each.enum, limit: getattr(each, field)}) for each in (old, new))
        narrower, wider = is_beyond(limit, had, now), is_beyond(limit, has, before)
        yield from _values(at, f"{told} (before: {was})", narrower=narrower, wider=wider)

    return Aspect((field,), compare)


def _form(at: At, old: Parameter, new: Parameter) -> Changes:
    had, has = ({"enum": each.enum, "pattern": each.pattern, "format": each.format} for each in (old, new))
    narrower, wider = (
        any(other_form(form, asked, taken) for form in ("pattern", "format"))
        for asked, taken in ((had, has), (has, had))
    )
    now = _form_words(new)
    of = "" if new.pattern or new.format else "of "
    yield from _values(at, f"has the form {of}{now} (before: {_form_words(old)})", narrower=narrower, wider=wider)


def _form_words(parameter: Parameter) -> str:
    form = parameter.pattern or parameter.format
    return code(form) if form else "one of its values" if parameter.enum else "any text"


def _sensitive(at: At, old: Parameter, new: Parameter) -> Changes:
    if new.sensitive:
        yield at.now(Kind.HARMLESS, f"{at.where} is sensitive now: it is in no log and in no report")
    else:
        yield at.now(Kind.BEHAVIOUR, f"{at.where} is not sensitive any more: reports may have it")


def _items(at: At, old: Parameter, new: Parameter) -> Changes:
    if old.items is None or new.items is None:
        return  # another type, which has been said
    yield from parameter(at.inside(f"each item of {at.where}", old.items.span, new.items.span), old.items, new.items)


def _properties(at: At, old: Parameter, new: Parameter) -> Changes:
    yield from parameters(at, "properties", old.properties, new.properties)


def _description(at: At, old: Parameter, new: Parameter) -> Changes:
    reader = "the model reads" if at.holder == ACTION else "its description is"
    kind = Kind.BEHAVIOUR if at.holder == ACTION else Kind.HARMLESS
    yield at.now(kind, f"{at.where}: {reader} {quoted(new.description)} (before: {quoted(old.description)})")


OF_PARAMETER: Aspects = (
    identity("name"),
    aspect(_type),
    aspect(_description),
    aspect(_optional),
    aspect(_enum),
    _limit("min_length", "minLength"),
    _limit("max_length", "maxLength"),
    _limit("minimum", "minimum"),
    _limit("maximum", "maximum"),
    _limit("min_items", "minItems"),
    _limit("max_items", "maxItems"),
    aspect(_form, "pattern", "format"),
    aspect(_sensitive),
    aspect(_items),
    aspect(_properties),
)
