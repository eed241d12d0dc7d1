"""What an agent gives to an action, judged by the JSON Schema that the contract has for it.

`jsonschema` judges; what is told are sentences of our own. It is imported only here, and only where there is something
to judge: it takes longer to load than most flows take to build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from flowc.emit.contract import parameters_schema
from flowc.ir import Action

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator


@dataclass(frozen=True, slots=True)
class Complaint:
    """Of one parameter: it is unknown, missing, or has a value that is not one of it. `told` follows its name."""

    parameter: str
    what: Literal["unknown", "missing", "value"]
    told: str = ""


SENTENCES: Mapping[str, Callable[[Any, Any], str]] = {
    "type": lambda wanted, _: f"must be of type `{wanted}`",
    "enum": lambda wanted, _: "must be " + " or ".join(f"`{one}`" for one in wanted),
    "minLength": lambda least, _: f"must have at least {least} characters",
    "maxLength": lambda most, value: f"has {len(value)} characters, at most {most} are possible",
    "pattern": lambda wanted, _: f"must as a whole fit the pattern of the flow, `{wanted}` in JSON Schema",
    "minimum": lambda least, _: f"must be at least {least}",
    "maximum": lambda most, _: f"must be at most {most}",
}
"""By keyword of a parameter's schema, from what it asks for and what was given. Of several, the first is told."""


FORMATS: Mapping[str, str] = {
    "phone": "must be a phone number in E.164, and no short one",
    "date": "must be a day that exists, as `2026-02-28`",
}
"""Of a text with a `format`, which its schema has as a pattern."""


def without_left_out(action: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the tools post of it. Where a parameter is optional, a null and an empty text are as if nothing was given,
    whatever the type: models leave things out in all these ways.
    """
    optional = {parameter.name for parameter in action.parameters if parameter.optional}
    return {name: value for name, value in given.items() if value not in (None, "") or name not in optional}


def complaints(action: Action, given: Mapping[str, Any]) -> Iterator[Complaint]:
    """Those about what was given, in its order, then what is missing."""
    if not given and not action.parameters:
        return
    values = without_left_out(action, given)
    schema = parameters_schema(action)
    formats = {each.name: FORMATS[each.format] for each in action.parameters if each.format is not None}
    wrong: dict[str, dict[str, str]] = {}
    for error in _validator(action).iter_errors(values):
        if error.absolute_path:  # the others are of the whole: unknown and missing names
            name, keyword = str(error.absolute_path[0]), str(error.validator)
            said = SENTENCES[keyword](error.validator_value, error.instance)
            wrong.setdefault(name, {})[keyword] = formats.get(name, said) if keyword == "pattern" else said
    for name in values:
        if name not in schema["properties"]:
            yield Complaint(name, "unknown")
        elif name in wrong:
            first = min(wrong[name], key=list(SENTENCES).index)
            yield Complaint(name, "value", wrong[name][first])
    for name in schema["required"]:
        if name not in values:
            yield Complaint(name, "missing")


@lru_cache(maxsize=64)
def _validator(action: Action) -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(parameters_schema(action))
