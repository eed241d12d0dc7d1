"""Parameters of an action, and whether their limits can be met."""

from __future__ import annotations

from typing import cast

from flowc.diagnostics import Problems, Related, quoted
from flowc.ir import Parameter, ParameterType
from flowc.ir.flow import TextFormat
from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.located import Maybe, Section, given
from flowc.nodes import Broken, Mapping, Scalar
from flowc.patterns import PatternFault, read
from flowc.resolve.names import refuse_reserved
from flowc.resolve.texts import as_meant


def parameters(section: Maybe[Section[syntax.Parameter]], problems: Problems) -> dict[str, Parameter | None]:
    """By name, in the order of the file; None for one whose body is broken."""
    found: dict[str, Parameter | None] = {}
    for name, written in located.entries(section):
        refuse_reserved("parameter", name, problems)
        found[name.text] = None if isinstance(written, Broken) else _parameter(name, written, problems)
    return found


def _parameter(name: Scalar, written: syntax.Parameter, problems: Problems) -> Parameter | None:
    values = (
        [] if isinstance(written.enum, Broken) else [each for each in written.enum or () if isinstance(each, Scalar)]
    )
    if isinstance(written.enum, Broken) or len(values) < len(written.enum or ()):
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
        format=cast(TextFormat | None, written.format),
        sensitive=written.sensitive,
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
        problems.add(node.span, "FLOW104", fault.message, fault.hint)
        return None
    shortest, longest = written.min_length or 0, written.max_length
    if (longest is None or longest >= shortest) and not any(pattern.texts(shortest, longest)):
        message = f"no text that fits {quoted(node.text)} is within `minLength` and `maxLength`"
        problems.add(node.span, "FLOW105", message, "no value could be right: change one of them")
    return node.text


def _in_order(
    least: int | float | None, most: int | float | None, node: Mapping, low: str, high: str, problems: Problems
) -> None:
    if least is not None and most is not None and least > most:
        related = (Related(node.entries[low][0].span, f"`{low}`"),)
        message = f"`{high}` is less than `{low}`"
        problems.add(node.entries[high][0].span, "FLOW105", message, "no value could be right", related)
