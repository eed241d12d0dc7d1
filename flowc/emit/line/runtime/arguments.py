"""What the model has sent, checked against what the tool declares: the SDK passes anything on."""

# mypy: disable-error-code="import-untyped"

import inspect
import json
import logging
import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date
from typing import Annotated, Any, get_args, get_origin, get_type_hints, is_typeddict

from line.llm_agent import FunctionTool, ToolEnv, loopback_tool

from flowc.emit.line.runtime.outcomes import _text
from flowc.emit.line.runtime.requests import _failure

# ---- From here on a part of _flowc_line.py ----

_MAX_NUMBER = 2**53 - 1  # beyond it, JavaScript may get another number


def _tool(
    name: str, method: Callable[..., AsyncIterator[Any]], phone_call: object, tools_log: logging.Logger
) -> FunctionTool:
    """The SDK's tool for a method, with its arguments checked first. No exception's text reaches the model."""
    declared: Any = loopback_tool(method)
    parameters = list(inspect.signature(method).parameters.values())[1:]

    async def checked(ctx: ToolEnv, /, **arguments: Any) -> AsyncIterator[Any]:
        try:
            accepted, problems = _check(parameters, arguments)
            if problems:
                yield _failure("invalid_parameters", "; ".join(problems))
                return
            async for output in method(ctx, **accepted):
                yield output
        except Exception as error:
            tools_log.error("The tool %s failed: %s.", name, type(error).__name__)
            yield _failure("failed")

    checked.__dict__["flowc_call"] = phone_call  # whose tool it is, for `wrap`
    description = inspect.getdoc(method) or ""
    return FunctionTool(name=name, description=description, func=checked, parameters=declared.parameters)


def _check(parameters: list[inspect.Parameter], arguments: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The arguments as the scenario takes them, and in words what is wrong with the others."""
    accepted: dict[str, Any] = {}
    names = [parameter.name for parameter in parameters]
    problems = [f"there is no parameter {_text(name)!r}" for name in arguments if name not in names]
    for parameter in parameters:
        kind, _, *limits = get_args(parameter.annotation)
        value = arguments.get(parameter.name)
        is_optional = parameter.default is None
        if value is None or (value == "" and is_optional):  # models leave things out in both ways
            if not is_optional:
                problems.append(f"{parameter.name} is missing")
            continue
        if is_optional:
            kind = get_args(kind)[0]  # of `kind | None`
        try:
            accepted[parameter.name] = _accept(value, kind, limits[0] if limits else {})
        except ValueError as problem:
            problems.append(f"{parameter.name} {problem}")
    return accepted, problems


def _accept(value: Any, kind: Any, limits: Mapping[str, Any]) -> Any:
    """The value as it was declared, or ValueError. A number or a truth value in quotes is taken for what it is."""
    if get_origin(kind) is list or is_typeddict(kind):
        return _accept_held("", value, kind, limits)
    if choices := get_args(kind):
        if not isinstance(value, str) or value not in choices:
            raise ValueError(f"must be one of: {', '.join(choices)}")
        return value
    if kind is str:
        return _accept_text(value, limits)
    if kind is bool:
        truth = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else value
        if not isinstance(truth, bool):
            raise ValueError("must be true or false")
        return truth
    return _accept_number(value, kind, limits)


def _accept_held(path: str, value: Any, kind: Any, limits: Mapping[str, Any]) -> Any:
    """A list or an object, or a value in one, which has to be just what was declared. `path` leads to it."""
    try:
        if get_origin(kind) is list:
            return _accept_list(path, value, kind, limits)
        if is_typeddict(kind):
            return _accept_object(path, value, kind)
        if isinstance(value, str) and kind in (bool, int, float):
            raise ValueError("must be true or false" if kind is bool else "must be a number, without quotes")
        return _accept(value, kind, limits)
    except _HeldError:
        raise
    except ValueError as problem:
        raise _HeldError(f"{path}: {problem}" if path else str(problem)) from None


class _HeldError(ValueError):
    """Something is wrong with a value that another one holds, and where has been said."""


def _accept_list(path: str, value: Any, kind: Any, limits: Mapping[str, Any]) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("must be a list")
    if len(value) < limits.get("minItems", 0):
        raise ValueError(f"must have at least {limits['minItems']} items, it has {len(value)}")
    if len(value) > limits.get("maxItems", len(value)):
        raise ValueError(f"must have at most {limits['maxItems']} items, it has {len(value)}")
    item, within = _kind_of(get_args(kind)[0])
    return [_accept_held(f"{path}[{index}]", each, item, within) for index, each in enumerate(value)]


def _accept_object(path: str, value: Any, kind: Any) -> dict[str, Any]:
    """Nothing counts as left out but what is not there."""
    if not isinstance(value, dict):
        raise ValueError("must be an object")
    declared = get_type_hints(kind, include_extras=True)
    unknown = next((name for name in value if name not in declared), None)
    if unknown is not None:
        raise ValueError(f"has no property {_text(unknown)!r}")
    missing = next((name for name in declared if name in kind.__required_keys__ and name not in value), None)
    if missing is not None:
        raise ValueError(f"needs the property {missing}")
    return {name: _accept_held(f"{path}.{name}", each, *_kind_of(declared[name])) for name, each in value.items()}


def _kind_of(declared: Any) -> tuple[Any, Mapping[str, Any]]:
    """The type, and what it cannot say, each limit as a pair."""
    if get_origin(declared) is not Annotated:
        return declared, {}
    kind, *more = get_args(declared)
    return kind, dict(each for each in more if isinstance(each, tuple))


def _accept_number(value: Any, kind: Any, limits: Mapping[str, Any]) -> Any:
    number = _number(value)
    if kind is int and number is not None:
        number = None if number % 1 else int(number)
    if number is None:
        raise ValueError("must be a whole number" if kind is int else "must be a number")
    if number < limits.get("minimum", number):
        raise ValueError(f"must be at least {limits['minimum']}")
    if number > limits.get("maximum", number):
        raise ValueError(f"must be at most {limits['maximum']}")
    if not -_MAX_NUMBER <= number <= _MAX_NUMBER:
        raise ValueError("is out of range")  # the scenario would get another number
    return number


def _accept_text(value: Any, limits: Mapping[str, Any]) -> str:
    """Numbers are not taken for text: zeros at the front of an account number would be gone already."""
    if not isinstance(value, str):
        raise ValueError("must be text")
    length = len(value)
    if length < limits.get("minLength", 0):
        raise ValueError(f"must have at least {limits['minLength']} characters, it has {length}")
    if length > limits.get("maxLength", length):
        raise ValueError(f"must have at most {limits['maxLength']} characters, it has {length}")
    text = _text(value, length)
    if "pattern" in limits and not re.fullmatch(limits["pattern"], text):
        raise ValueError(f"must as a whole have the form of the regular expression {limits['pattern']}")
    if limits.get("format") == "phone":
        _check_phone(text)
    if limits.get("format") == "date" and not _is_date(text):
        raise ValueError("must be a day that exists, as YYYY-MM-DD")
    return text


def _check_phone(text: str) -> None:
    """The model hears of it while the caller is still there, and can say so."""
    if re.fullmatch(r"\+?[0-9]{1,6}", text):
        raise ValueError("is an emergency number or another short one, which only the caller can dial: say so")
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", text):
        raise ValueError("must be a phone number in E.164: +, the country code and the number, without blanks")


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date(*map(int, text.split("-")))
    except ValueError:
        return False
    return True


def _number(value: Any) -> Any:
    """The int or float that this is or spells, otherwise None."""
    if isinstance(value, str) and len(value) <= 40:
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return None if value != value else value  # NaN is no number
