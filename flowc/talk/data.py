"""What a call is placed with, as it is typed: each value as its datum is declared, or it is refused before the call."""

from __future__ import annotations

import itertools
import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

from flowc.diagnostics import quoted
from flowc.discovery import SourceError
from flowc.ir import Action, Data, Flow, Outbound, Parameter
from flowc.ir.flow import MOST_DATA
from flowc.suggest import did_you_mean
from flowc.testing.example import example
from flowc.testing.script.arguments import complaints
from flowc.testing.sensitive import HIDDEN

_NUMBER = re.compile(r"-?[0-9]{1,32}(\.[0-9]{1,32})?([eE][-+]?[0-9]{1,3})?")
_LARGEST = 2**53 - 1
"""JavaScript has another number for some beyond it."""


def data_of(flow: Flow, given: Mapping[str, str]) -> dict[str, Any]:
    """All of the flow's `data`, made up but for what is given by name.

    Raises SourceError for a name that is none of them, and for a value that is not as declared.
    """
    assert flow.outbound is not None
    declared = {each.name: each for each in flow.outbound.data}
    for name in given:
        if name not in declared:
            hint = did_you_mean(name, declared)
            raise SourceError(f"`outbound` has no data {quoted(name)}" + (f" ({hint})" if hint else ""))
    called = [each.name for name in flow.outbound.targets if isinstance(each := flow.target(name).dialled, Data)]
    numbers = dict(zip(dict.fromkeys(called), (f"+1555030{number:04}" for number in itertools.count(1)), strict=False))
    left_out = {name for name, text in given.items() if text == "" and declared[name].optional}
    values = {
        name: _typed(each, given[name]) if name in given else numbers.get(name, example(each))
        for name, each in declared.items()
        if name not in left_out
    }
    _judge(flow.outbound, values, given)
    return values


def shown(flow: Flow, data: Mapping[str, Any]) -> str:
    """For whoever reads along: what is sensitive is not told."""
    assert flow.outbound is not None
    hidden = {each.name for each in flow.outbound.data if each.sensitive}
    return ", ".join(f"{name}={HIDDEN if name in hidden else written(value)}" for name, value in data.items()) or "none"


def written(value: Any) -> str:
    """As it is typed behind `NAME=`."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _typed(datum: Parameter, text: str) -> Any:
    """The value that is meant; a text stays as it is."""
    match datum.type:
        case "boolean" if text in ("true", "false"):
            return text == "true"
        case "integer" | "number" if _NUMBER.fullmatch(text):
            value = float(text)
            if abs(value) <= _LARGEST:
                return int(value) if value.is_integer() else value
            told = f"must be between -{_LARGEST} and {_LARGEST}"
        case "string":
            try:
                text.encode()
            except UnicodeEncodeError:
                raise SourceError(f"`--data {datum.name}=…` holds a byte that is not UTF-8 text") from None
            return text
        case "boolean":
            told = "must be `true` or `false`"
        case _:
            told = "must be a whole number" if datum.type == "integer" else "must be a number"
    raise _refused(datum, text, told)


def _judge(outbound: Outbound, values: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """By the JSON Schema that the contract has of them."""
    declared = {each.name: each for each in outbound.data}
    action = Action("outbound", "", outbound.data, None, (), outbound.span)
    for each in complaints(action, values):
        if each.parameter in given:
            told = each.told if each.what == "value" else "may not be left out"
            raise _refused(declared[each.parameter], given[each.parameter], told)
    size = len(json.dumps(values, ensure_ascii=False).encode())
    if given and size > MOST_DATA:
        message = f"these data have {size} bytes, and the platform takes {MOST_DATA}"
        raise SourceError(f"`--data`: {message}; type shorter ones")


def _refused(datum: Parameter, text: str, told: str) -> SourceError:
    if datum.type == "integer":
        told = told.replace("must be of type `integer`", "must be a whole number")
    shown = quoted(f"{datum.name}={HIDDEN if datum.sensitive else text}")
    possible = "+15550300001" if datum.format == "phone" else written(example(datum))
    example_of = shlex.quote(f"{datum.name}={possible}")
    return SourceError(
        f"`--data` {shown}: `{datum.name}` {told}, as the flow declares it (`{_declaration(datum)}`); "
        f"type for example `--data {example_of}`"
    )


def _declaration(datum: Parameter) -> str:
    """What the flow says of its values, as it is written there."""
    form = None if datum.format is not None else datum.form
    parts = {
        "type": datum.type,
        "format": datum.format,
        "pattern": None if form is None else "…",
        "enum": f"[{', '.join(datum.enum)}]" if datum.enum else None,
        "minLength": datum.min_length,
        "maxLength": datum.max_length,
        "minimum": datum.minimum,
        "maximum": datum.maximum,
    }
    return ", ".join(f"{key}: {value}" for key, value in parts.items() if value is not None)
