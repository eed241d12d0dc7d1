"""Parameters of an action, with what they hold, and whether their limits can be met."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from flowc.diagnostics import Problems, Related, quoted
from flowc.ir import Parameter, ParameterType
from flowc.ir.flow import MOST_DATA, TextFormat
from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.flow.grammar import MOST_ITEMS
from flowc.language.located import Maybe, Section, given
from flowc.nodes import Broken, Mapping, Scalar
from flowc.patterns import PatternFault, read
from flowc.resolve.names import refuse_reserved
from flowc.resolve.texts import as_meant
from flowc.source import Span

DEEPEST = 3
"""Lists and objects that may stand in each other."""
MOST_PROPERTIES = 50
LONGEST_REQUEST = 8192
"""Characters of what the scenario takes at once."""
LONGEST_ANSWER = 65_536
"""The same of what a webhook answers."""
_NESTED = ("array", "object")
_FLATTEN = "write some of what is in it beside it, on its own"


def parameters(
    section: Maybe[Section[syntax.Parameter]], problems: Problems, kind: str = "parameter"
) -> dict[str, Parameter | None]:
    """By name, in the order of the file; None for one whose body is broken. Fields of an answer are of another kind."""
    found: dict[str, Parameter | None] = {}
    for name, written in located.entries(section):
        refuse_reserved(kind, name, problems)
        found[name.text] = None if type(written) is Broken else _parameter(name, written, 1, problems)
    if kind == "parameter":
        _short_enough(found.values(), problems)
        _possible(found.values(), LONGEST_REQUEST, "a request", "characters", problems)
    else:
        _possible(found.values(), LONGEST_ANSWER, "an answer", "characters", problems)
    return found


def data(section: Maybe[Section[syntax.Parameter]], problems: Problems) -> dict[str, Parameter | None]:
    """What a call is started with, by name, in the order of the file; None for one whose body is broken."""
    found: dict[str, Parameter | None] = {}
    for name, written in located.entries(section):
        refuse_reserved("parameter", name, problems)
        found[name.text] = None if type(written) is Broken else _parameter(name, written, 1, problems)
    least = 2
    for each in found.values():
        least += 0 if each is None or each.optional else len(each.name) + len('"":,') + each.shortest
        if each is not None and least > MOST_DATA:
            message = f"with all that is required here, `data` has more than {MOST_DATA} bytes: no more arrives"
            problems.add(each.span, "FLOW105", message, "pass a number of yours by which the rest is looked up")
            return found
    _possible(found.values(), MOST_DATA, "`data`", "bytes", problems)
    return found


def _possible(found: Iterable[Parameter | None], most: int, what: str, unit: str, problems: Problems) -> None:
    """No limit of one is beyond all that there is room for beside what the others have at least: nothing of that length
    ever arrives, and what is as declared is refused.
    """
    every = [each for each in found if each is not None]
    least = [len(each.name) + len('"":,') + each.shortest for each in every]
    room_for_all = most - len("{}") - sum(least)
    if not any(max((each.max_length or 0, *map(len, each.enum))) > room_for_all for each in every):
        return  # the usual case: none has less room than that
    required = sum(size for each, size in zip(every, least, strict=True) if not each.optional)
    for each, own in zip(every, least, strict=True):
        others = required - (0 if each.optional else own)
        room = most - len("{}") - others - len(each.name) - len('"":""')
        for key, longest in (("maxLength", each.max_length or 0), ("enum", max(map(len, each.enum), default=0))):
            if longest > room and others + own + len("{}") <= most:
                value = "a value of `enum`" if key == "enum" else f"`{key}`"
                message = f"{value} of `{each.name}` is {longest} characters, and {what} has {most} {unit} at the most"
                message += f": {room} are left for it"
                problems.add(each.span, "FLOW105", message, f"write at most {room}: what is longer never arrives")


def _short_enough(found: Iterable[Parameter | None], problems: Problems) -> None:
    """Together with all others that the agent has to give."""
    least = 2
    for each in found:
        if each is None or each.optional:
            continue
        least += len(each.name) + len('"":') + each.shortest
        if least > LONGEST_REQUEST:
            message = f"with all that is required here, a request has more than {LONGEST_REQUEST} characters"
            problems.add(each.span, "FLOW105", message, "no value could be right: ask for less, or for shorter texts")
            return


def _parameter(name: Scalar, written: syntax.Parameter, depth: int, problems: Problems) -> Parameter | None:
    """`depth`: in how many lists and objects it would be, were it one."""
    if written.type in _NESTED and depth > DEEPEST:
        _, kind = written.node.entries["type"]
        message = f"lists and objects stand in each other {DEEPEST} levels deep at the most, and this is one more"
        problems.add(kind.span, "FLOW105", message, _FLATTEN)
        return None
    items, properties = None, list[Parameter | None]()
    if isinstance(written.items, syntax.Parameter):
        item = Scalar("item", True, written.items.node.start, written.items.node.end)
        items = _parameter(item, written.items, depth + 1, problems)
    keys = list[Scalar]()
    for key, each in located.entries(written.properties):
        keys.append(key)
        refuse_reserved("property", key, problems)
        properties.append(None if type(each) is Broken else _parameter(key, each, depth + 1, problems))
    if len(properties) > MOST_PROPERTIES and not problems.full:
        key = keys[MOST_PROPERTIES]
        message = f"an object has {MOST_PROPERTIES} properties at the most, and this one has {len(properties)}"
        problems.add(key.span, "FLOW105", message, _FLATTEN)
    is_broken = type(written.items) is Broken or type(written.properties) is Broken
    if is_broken or None in properties or (written.type == "array" and items is None):
        return None
    _in_order(written.min_items, written.max_items, written.node, "minItems", "maxItems", problems)
    whole = [each for each in properties if each is not None]
    values = (
        [] if type(written.enum) is Broken else [each for each in written.enum or () if isinstance(each, Scalar)]
    )
    if type(written.enum) is Broken or len(values) < len(written.enum or ()):
        return None
    description = given(written.description)
    if description is not None:
        as_meant(description, problems)
    shortest, longest = written.min_length or 0, written.max_length
    for value in values:
        if len(value.text) < shortest or (longest is not None and len(value.text) > longest):
            message = f"{quoted(value.text)} is not within `minLength` and `maxLength`"
            problems.add(value.span, "FLOW105", message, "values of an `enum` need no limits: remove them")
    pattern = _pattern(written, bool(values), problems)
    if written.format is not None:
        _format_alone(written, problems)
    _in_order(written.minimum, written.maximum, written.node, "minimum", "maximum", problems)
    _in_order(written.min_length, longest, written.node, "minLength", "maxLength", problems)
    return Parameter(
        name=name.text,
        type=cast(ParameterType, written.type),
        description=description.text if description is not None else "",
        optional=written.optional,
        span=name.span,
        enum=tuple(value.text for value in values),
        min_length=written.min_length,
        max_length=written.max_length,
        minimum=written.minimum,
        maximum=written.maximum,
        pattern=pattern,
        format=cast("TextFormat | None", written.format),
        sensitive=written.sensitive or any(each.sensitive for each in (*whole, *([items] if items else ()))),
        items=items,
        min_items=written.min_items,
        max_items=MOST_ITEMS if items is not None and written.max_items is None else written.max_items,
        properties=tuple(whole),
    )


def _format_alone(written: syntax.Parameter, problems: Problems) -> None:
    """It says all that there is to say of a text."""
    for key in ("pattern", "enum", "minLength", "maxLength"):
        if key in written.node.entries and not problems.full:
            span = written.node.entries[key][0].span
            message = f"`format: {written.format}` says what the text is, and leaves nothing for `{key}` to say"
            problems.add(span, "FLOW105", message, "remove one of the two")


def _pattern(written: syntax.Parameter, has_values: bool, problems: Problems) -> str | None:
    """One that is right, and that some text fits which is as long as it may be."""
    node = given(written.pattern)
    if node is None or problems.full:
        return None
    if has_values:
        problems.add(node.span, "FLOW105", "values of an `enum` need no `pattern`", "remove one of the two")
        return None
    try:
        pattern = read(node.text)
    except PatternFault as fault:
        span = node.span if fault.place is None else _within(node, *fault.place)
        problems.add(span, "FLOW104", fault.message, fault.hint)
        return None
    shortest, longest = written.min_length or 0, written.max_length
    if (longest is None or longest >= shortest) and not any(pattern.texts(shortest, longest)):
        message = f"no text that fits {quoted(node.text)} is within `minLength` and `maxLength`"
        problems.add(node.span, "FLOW105", message, "no value could be right: change one of them")
    return node.text


def _within(node: Scalar, begin: int, end: int) -> Span:
    """Where some characters of a text stand in the file; all of it, where escapes or line breaks leave that open."""
    quotes = 0 if node.plain else 1
    span, text = node.span, node.text
    escaped = text.replace("\\", "\\\\") if node.double_quoted else text
    if span.line != span.end_line or span.end_column - span.column != len(escaped) + 2 * quotes:
        return span
    begin, end = (
        span.column + quotes + at + (text.count("\\", 0, at) if node.double_quoted else 0) for at in (begin, end)
    )
    return Span(span.line, begin, span.line, end)


def _in_order(
    least: int | float | None, most: int | float | None, node: Mapping, low: str, high: str, problems: Problems
) -> None:
    if least is not None and most is not None and least > most:
        related = (Related(node.entries[low][0].span, f"`{low}`"),)
        message = f"`{high}` is less than `{low}`"
        problems.add(node.entries[high][0].span, "FLOW105", message, "no value could be right", related)
