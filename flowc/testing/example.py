"""Values that are as declared, made up: of parameters, and of what webhooks answer."""

from __future__ import annotations

from typing import Any

from flowc.ir import Parameter


def example(parameter: Parameter, least: bool = False) -> Any:
    """`least`: without what may be left out of it."""
    if parameter.enum:
        return parameter.enum[0]
    match parameter.type:
        case "string" if parameter.form is not None:
            return next(parameter.form.texts(parameter.min_length or 0, parameter.max_length), "")
        case "string":
            return "x" * max(parameter.min_length or 1, 1)
        case "boolean":
            return True
        case "integer" | "number":
            smallest = parameter.minimum if parameter.minimum is not None else min(1, parameter.maximum or 1)
            return int(smallest) if parameter.type == "integer" else smallest
        case "array":
            return [example(each, least) for each in parameter.inside] * fewest(parameter)
        case "object":
            return {each.name: example(each, least) for each in parameter.properties if not (least and each.optional)}


def fewest(parameter: Parameter) -> int:
    """How many items a list has at least, if it can be one that is not empty."""
    most = 1 if parameter.max_items is None else parameter.max_items
    return min(max(parameter.min_items or 0, 1), most)
