"""Parameters of an action, and whether their limits can be met."""

from __future__ import annotations

from typing import cast

from flowc.diagnostics import Problems, Related, quoted
from flowc.ir import Parameter, ParameterType
from flowc.nodes import Mapping, Scalar, Sequence, pairs
from flowc.resolve.names import refuse_reserved


def parameters(section: Mapping | None, problems: Problems) -> dict[str, Parameter | None]:
    """By name, in the order of the file; None for one whose body is broken."""
    found: dict[str, Parameter | None] = {}
    for name, node in pairs(section):
        refuse_reserved("parameter", name, problems)
        found[name.text] = _parameter(name, node, problems) if isinstance(node, Mapping) else None
    return found


def _parameter(name: Scalar, node: Mapping, problems: Problems) -> Parameter | None:
    kind = node.scalar("type")
    if kind is None or node.is_broken("enum"):
        return None
    description, optional, enum = node.scalar("description"), node.scalar("optional"), node.get("enum")
    values = [item for item in enum.items if isinstance(item, Scalar)] if isinstance(enum, Sequence) else []
    minimum, maximum = _number(node, "minimum"), _number(node, "maximum")
    shortest, longest = _number(node, "minLength"), _number(node, "maxLength")
    _in_order(node, "minimum", "maximum", problems)
    _in_order(node, "minLength", "maxLength", problems)
    for value in values:
        if (shortest is not None and len(value.text) < shortest) or (longest is not None and len(value.text) > longest):
            message = f"{quoted(value.text)} is not within `minLength` and `maxLength`"
            problems.add(value.span, "FLOW105", message, "values of an `enum` need no limits: remove them")
    return Parameter(
        name=name.text,
        type=cast(ParameterType, kind.text),
        description=description.text if description is not None else "",
        optional=optional is not None and optional.value is True,
        span=name.span,
        enum=tuple(value.text for value in values),
        min_length=None if shortest is None else int(shortest),
        max_length=None if longest is None else int(longest),
        minimum=int(minimum) if minimum is not None and kind.text == "integer" else minimum,
        maximum=int(maximum) if maximum is not None and kind.text == "integer" else maximum,
    )


def _number(node: Mapping, key: str) -> int | float | None:
    value = node.scalar(key)
    number = value.value if value is not None else None
    return number if isinstance(number, int | float) else None


def _in_order(node: Mapping, low: str, high: str, problems: Problems) -> None:
    least, most = _number(node, low), _number(node, high)
    if least is not None and most is not None and least > most:
        related = (Related(node.entries[low][0].span, f"`{low}`"),)
        problems.add(
            node.entries[high][0].span, "FLOW105", f"`{high}` is less than `{low}`", "no value could be right", related
        )
