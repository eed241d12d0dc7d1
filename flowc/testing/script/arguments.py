"""What an agent gives to an action, judged by the JSON Schema that the contract has for it.

`jsonschema` judges; what is told are sentences of our own. It is imported only here, and only where there is something
to judge: it takes longer to load than most flows take to build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast

from flowc.emit.contract import parameters_schema
from flowc.ir import Action

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError


@dataclass(frozen=True, slots=True)
class Complaint:
    """Of one parameter: it is unknown, missing, or has a value that is not one of it. `told` follows its name, and
    `inside` leads to what in the value is wrong, by names and numbers; `is_text`: there a text was to be.
    """

    parameter: str
    what: Literal["unknown", "missing", "value"]
    told: str = ""
    inside: tuple[str | int, ...] = ()
    is_text: bool = False


SENTENCES: Mapping[str, Callable[[Any, Any], str]] = {
    "type": lambda wanted, _: f"must be of type `{wanted}`",
    "enum": lambda wanted, _: "must be " + " or ".join(f"`{one}`" for one in wanted),
    "minLength": lambda least, _: f"must have at least {least} characters",
    "maxLength": lambda most, value: f"has {len(value)} characters, at most {most} are possible",
    "pattern": lambda wanted, _: f"must as a whole fit the pattern of the flow, `{wanted}` in JSON Schema",
    "minimum": lambda least, _: f"must be at least {least}",
    "maximum": lambda most, _: f"must be at most {most}",
    "minItems": lambda least, _: f"must have at least {least} items",
    "maxItems": lambda most, value: f"has {len(value)} items, at most {most} are possible",
    "additionalProperties": lambda _, __: "is no property that the flow has here",
    "required": lambda wanted, value: f"needs `{next((each for each in wanted if each not in value), '')}`",
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
    wrong: dict[str, list[ValidationError]] = {}
    for error in _validator(action).iter_errors(values):
        if error.absolute_path:  # the others are of the whole: unknown and missing names
            wrong.setdefault(str(error.absolute_path[0]), []).append(error)
    for name in values:
        if name not in schema["properties"]:
            yield Complaint(name, "unknown")
        elif name in wrong:
            yield _about(action, name, min(wrong[name], key=lambda error: list(SENTENCES).index(str(error.validator))))
    for name in schema["required"]:
        if name not in values:
            yield Complaint(name, "missing")


def _about(action: Action, name: str, error: ValidationError) -> Complaint:
    keyword, inside = str(error.validator), tuple(error.absolute_path)[1:]
    of = next(each for each in action.parameters if each.name == name)
    for each in inside:
        of = next((one for one in of.inside if one.name == each), of) if of.items is None else of.items
    said = SENTENCES[keyword](error.validator_value, error.instance)
    if keyword == "pattern" and of.format is not None:
        said = FORMATS[of.format]
    if keyword == "additionalProperties":
        known = [each.name for each in of.properties]
        inside = (*inside, next(each for each in cast(dict[str, Any], error.instance) if each not in known))
    return Complaint(name, "value", said, inside, keyword == "type" and of.type == "string")


@lru_cache(maxsize=64)
def _validator(action: Action) -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(parameters_schema(action))
