"""Parameters of an action, and whether their limits can be met."""

from __future__ import annotations

from typing import cast

from flowc.diagnostics import Problems, Related, quoted
from flowc.ir import Parameter, ParameterType
from flowc.parse.nodes import Broken, Mapping, Scalar, Sequence, pairs
from flowc.resolve.names import refuse_reserved
from flowc.resolve.texts import as_meant


def parameters(section: Mapping | None, problems: Problems) -> dict[str, Parameter | None]:
    """By name, in the order of the file; None for one whose body is broken."""
    found: dict[str, Parameter | None] = {}
    for name, node in pairs(section):
        refuse_reserved("parameter", name, problems)
        found[name.text] = _parameter(name, node, problems) if isinstance(node, Mapping) else None
    return found


def _parameter(name: Scalar, node: Mapping, problems: Problems) -> Parameter | None:
    kind, enum = node.scalar("type"), node.get("enum")
    if kind is None or node.is_broken("enum"):
        return None
    if isinstance(enum, Sequence) and any(isinstance(item, Broken) for item in enum.items):
        return None
    description, optional = node.scalar("description"), node.scalar("optional")
    if description is not None:
        as_meant(description, problems)
    values = [item for item in enum.items if isinstance(item, Scalar)] if isinstance(enum, Sequence) else []
    parameter = Parameter(
        name=name.text,
        type=cast(ParameterType, kind.text),
        description=description.text if description is not None else "",
        optional=optional is not None and optional.value is True,
        span=name.span,
        enum=tuple(value.text for value in values),
        min_length=_whole(node, "minLength"),
        max_length=_whole(node, "maxLength"),
        minimum=_number(node, "minimum") if kind.text == "number" else _whole(node, "minimum"),
        maximum=_number(node, "maximum") if kind.text == "number" else _whole(node, "maximum"),
    )
    shortest, longest = parameter.min_length or 0, parameter.max_length
    for value in values:
        if len(value.text) < shortest or (longest is not None and len(value.text) > longest):
            message = f"{quoted(value.text)} is not within `minLength` and `maxLength`"
            problems.add(value.span, "FLOW105", message, "values of an `enum` need no limits: remove them")
    _in_order(parameter.minimum, parameter.maximum, node, "minimum", "maximum", problems)
    _in_order(parameter.min_length, longest, node, "minLength", "maxLength", problems)
    return parameter


def _number(node: Mapping, key: str) -> int | float | None:
    value = node.scalar(key)
    number = value.value if value is not None else None
    return number if isinstance(number, int | float) else None


def _whole(node: Mapping, key: str) -> int | None:
    number = _number(node, key)
    return None if number is None else int(number)


def _in_order(
    least: int | float | None, most: int | float | None, node: Mapping, low: str, high: str, problems: Problems
) -> None:
    if least is not None and most is not None and least > most:
        related = (Related(node.entries[low][0].span, f"`{low}`"),)
        message = f"`{high}` is less than `{low}`"
        problems.add(node.entries[high][0].span, "FLOW105", message, "no value could be right", related)
