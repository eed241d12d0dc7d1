"""What a model may send as arguments: the values at the edge of what is declared, and those just beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flowc.ir import Action, Parameter
from flowc.testing.example import example

Arguments = dict[str, Any]
UNKNOWN = "nothing of the kind"
MOST_OF_ONE_LENGTH = 500
"""Characters: longer texts, and lists with more items, are too long for a request together with others."""


def edges(action: Action, plain: Arguments) -> Iterator[Arguments]:
    """All that is allowed, and goes as far as it may. `plain` has what is required."""
    for parameter in action.parameters:
        for value in _allowed(parameter):
            if {**plain, parameter.name: value} != plain:
                yield {**plain, parameter.name: value}


def beyond(action: Action, plain: Arguments) -> Iterator[tuple[str, Arguments]]:
    """What is not allowed, each with the name that has to be told to the model."""
    yield UNKNOWN, {**plain, UNKNOWN: 1}
    for parameter in action.parameters:
        if not parameter.optional:
            yield parameter.name, {name: value for name, value in plain.items() if name != parameter.name}
        for value in _wrong(parameter):
            is_left_out = value == "" and parameter.optional
            if not is_left_out:
                yield parameter.name, {**plain, parameter.name: value}


def _allowed(parameter: Parameter) -> Iterator[Any]:
    if parameter.enum or parameter.type == "boolean":
        yield from parameter.enum or (True, False)
    elif parameter.type == "string" and parameter.form is None:
        for length in (parameter.min_length, parameter.max_length):
            if length and length <= MOST_OF_ONE_LENGTH:
                yield "x" * length
    elif parameter.type in ("integer", "number"):
        yield from (edge for edge in (parameter.minimum, parameter.maximum) if edge is not None and abs(edge) < 2**53)


def _wrong(parameter: Parameter) -> Iterator[Any]:
    match parameter.type:
        case "string":
            yield from _wrong_text(parameter)
        case "boolean":
            yield from ("perhaps", 1)
        case "integer" | "number":
            yield from (True, "many", [])
            yield from () if parameter.type == "number" else (_middle(parameter) + 0.5,)
            yield from () if parameter.minimum is None else (parameter.minimum - 1,)
            yield from () if parameter.maximum is None else (parameter.maximum + 1,)
        case "array":
            yield from ("one", {})
            yield from _wrong_list(parameter)
        case "object":
            plain = example(parameter)
            yield from ("one", [], {**plain, UNKNOWN: 1})
            for each in parameter.properties:
                if not each.optional:
                    yield {name: value for name, value in plain.items() if name != each.name}
                for value in _wrong(each):
                    yield {**plain, each.name: value}


def _wrong_text(parameter: Parameter) -> Iterator[Any]:
    yield from (5, True, [])
    if parameter.enum:
        yield UNKNOWN
        return
    form, least, most = parameter.form, parameter.min_length or 0, parameter.max_length
    if form is not None:
        tried = ("", "0", "ä", UNKNOWN, "2026-13-01", "+1555")
        yield from (each for each in tried if not form.fits(each) or not least <= len(each) <= (most or len(each)))
        yield from ("2026-02-30",) if parameter.format == "date" else ()
        return
    if most is not None and most <= MOST_OF_ONE_LENGTH:
        yield "x" * (most + 1)
    if least > 0:
        yield "x" * (least - 1)


def _wrong_list(parameter: Parameter) -> Iterator[Any]:
    item, least, most = parameter.items, parameter.min_items or 0, parameter.max_items
    assert item is not None
    one = example(item)
    if least > 0:
        yield [one] * (least - 1)
    if most is not None and most <= MOST_OF_ONE_LENGTH:
        yield [one] * (most + 1)
    for value in _wrong(item):
        yield [value, *[one] * (max(least, 1) - 1)]


def _middle(parameter: Parameter) -> int:
    """A whole number that is allowed, with room above it if there is any."""
    least, most = parameter.minimum, parameter.maximum
    return int(least if least is not None else 0 if most is None else most - 1)
