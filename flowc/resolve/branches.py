"""What a branch goes by, and how its values are written. Which of them can occur is for `flowc/checks/` to say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, assert_never

from flowc.diagnostics import Problems, quoted
from flowc.ir import (
    MISSING,
    OTHERWISE,
    WITHHELD,
    AnswerValue,
    CallingNumber,
    CallLanguage,
    DataValue,
    DialledNumber,
    HoursState,
    Parameter,
    ParameterValue,
    Subject,
)
from flowc.ir.subject import written as as_written
from flowc.ir.walk import DATA, HOURS
from flowc.language.flow.subjects import CALLING, DIALLED, LANGUAGE, NUMBER, OF_THE_CALL, THE_REST
from flowc.language.flow.values import PHONE_NUMBER, SUBJECT
from flowc.nodes import Scalar
from flowc.resolve.names import Answers, Declared
from flowc.suggest import Instead, did_you_mean, known_here, meant_word, misspelt, nearest, write

_SHORTEST_IN_FULL = 11
"""Digits: fewer may be a number without its country code, as those of North America have ten."""
_OF_NO_COUNTRY = "1[01]"
"""How no number of North America begins: one of Brazil does, without its country code."""
_ARMS = (OTHERWISE, MISSING)
_CALLED = {
    **dict.fromkeys(("call.caller", "call.caller_id", "call.callerid", "caller.number", "call.ani"), CALLING),
    **dict.fromkeys(("call.called", "call.dialled", "call.dialed", "call.destination", "call.dnis"), DIALLED),
}
"""What others call it."""


def subject_of(
    by: Scalar,
    hours: Declared,
    languages: Declared,
    answers: Answers,
    data: Collection[str] | None,
    problems: Problems,
) -> Subject | None:
    """What is written behind `by`, if it can be one; a parameter is not looked up yet. `data` are the names of what a
    call is started with, None if that is not known.
    """
    text = by.text
    if text == DIALLED:
        return DialledNumber()
    if text == CALLING:
        return CallingNumber()
    if text == LANGUAGE:
        if languages.known and not languages.listed:
            hint = "declare several: `call: {languages: {en: VOICE, fr: VOICE}}`"
            problems.add(by.span, "FLOW201", "nothing can go by `call.language`: the call has one language", hint)
            return None
        return CallLanguage()
    if text.startswith(HOURS):
        return _hours(by, hours, problems)
    if text.partition(".")[0] == "callers":
        hint = "write `call.from`, and under `among` the names of `callers`"
        problems.add(by.span, "FLOW201", f"nothing can go by {quoted(text)}", hint)
        return None
    if text.startswith(DATA):
        return _datum(by, data, problems)
    if answers.may_be(text):
        webhook, _, field = text.partition(".")
        return AnswerValue(webhook, field)
    if (lacking := answers.lacking(text)) is not None:
        problems.add(by.span, "FLOW201", *lacking)
        return None
    if "." in text or "$" in text or " " in text.strip():
        inside = text.strip("${} ")
        hint = _of_a_call(inside, languages)
        found = nearest(inside, (*of_the_call(languages), *_written(hours), *answers.in_order))
        if text.startswith("$") and not hint:
            hint = Instead(f"write {quoted(inside)}, without `${{…}}`", inside)
        hint = hint or (meant_word(found) if found else f"write {SUBJECT.what}")
        problems.add(by.span, "FLOW201", f"nothing can go by {quoted(text)}", hint)
        return None
    return ParameterValue(text)


def of_the_call(languages: Declared) -> tuple[str, ...]:
    """What of the call a branch can go by here."""
    return tuple(each for each in OF_THE_CALL if each != LANGUAGE or languages.listed or not languages.known)


def _of_a_call(written: str, languages: Declared) -> str:
    """A hint for what is nothing of the call; empty where it is, or does not begin like that."""
    known = of_the_call(languages)
    meant = _CALLED.get(written)
    if meant is None and written.startswith("call.") and written not in known:
        fields = {each.removeprefix("call."): each for each in known}
        field = misspelt(written.removeprefix("call."), fields)
        return meant_word(fields[field]) if field else known_here(known)
    return meant_word(meant) if meant is not None else ""


def _hours(by: Scalar, declared: Declared, problems: Problems) -> Subject | None:
    name = by.text.removeprefix(HOURS)
    if declared.may_be(name):
        return HoursState(name)
    if not problems.full:
        first, dot, _ = name.partition(".")
        hint = write(f"{HOURS}{first}") if dot and declared.may_be(first) else did_you_mean(by.text, _written(declared))
        message = f"there are no hours {quoted(name)}" if name else "hours have a name"
        problems.add(
            by.span, "FLOW201", message, hint or "declare them under `hours`: `NAME: {timezone: …, weekly: …}`"
        )
    return None


def _datum(by: Scalar, data: Collection[str] | None, problems: Problems) -> Subject | None:
    name = by.text.removeprefix(DATA)
    if data is None or name in data:
        return DataValue(name)
    known = [f"{DATA}{each}" for each in data]
    hint = did_you_mean(by.text, known) or "declare it: `outbound: {data: {NAME: {type: string, enum: […], …}}}`"
    problems.add(by.span, "FLOW201", f"there is no `data` {quoted(name)} of `outbound`", hint)
    return None


def _written(hours: Declared) -> list[str]:
    """As they are written behind `by`."""
    return [f"{HOURS}{name}" for name in hours.in_order]


def check_values(
    subject: Subject,
    values: Iterable[tuple[Scalar, Any]],
    declared: Iterable[Parameter],
    callers: Declared,
    problems: Problems,
) -> bool:
    """Whether the values are written as those of the subject are; says what is not. `declared` are the parameters that
    it may be, `callers` those who may call.
    """
    before = len(problems.found)
    for value, _ in values:
        if problems.full:
            break
        if value.text in _ARMS:
            continue
        match subject:
            case ParameterValue() | AnswerValue() | DataValue():
                name = as_written(subject)
                types = {"boolean" if parameter.type == "boolean" else "text" for parameter in declared}
                if types == {"boolean"}:
                    _truth(name, value, problems)
                elif types == {"text"} and isinstance(value.value, bool) and not any(each.enum for each in declared):
                    message = f"{quoted(name)} cannot choose: it has no `enum`, and is not true or false"
                    hint = "list its values: `enum: [sales, billing]`; what is true or false is `type: boolean`"
                    problems.add(value.span, "FLOW103", message, hint)
                    break
                elif types == {"text"} and not value.is_text:
                    message = f"{quoted(value.text)} is {_kind(value)} here, but the values of `{name}` are texts"
                    problems.add(value.span, "FLOW103", message, f'put quotes around it: "{value.text}"')
            case DialledNumber():
                _number(value, problems)
            case CallingNumber():
                _callers(value, callers, problems)
            case HoursState() | CallLanguage():
                pass  # what is none of their values cannot occur, which is said in `flowc/checks/`
            case _:
                assert_never(subject)
    return len(problems.found) == before


def _truth(name: str, value: Scalar, problems: Problems) -> None:
    """A value of a boolean parameter, also in quotes: flows that are written as JSON have no other keys."""
    if value.text in ("true", "false"):
        return
    meant = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
    word = meant.get(value.text.lower(), value.text.lower())
    hint = write(word) if word in ("true", "false") else "its values are `true` and `false`"
    problems.add(value.span, "FLOW103", f"{quoted(value.text)} is not a value of `{name}`", hint)


def _callers(value: Scalar, callers: Declared, problems: Problems) -> None:
    """The name of callers."""
    text = value.text
    if text == WITHHELD or callers.may_be(text):
        return
    if text.lower() in THE_REST:
        hint: str = write(OTHERWISE, " for everybody who is not named")
    elif PHONE_NUMBER.fits(text) or PHONE_NUMBER.fits(f"+{text}"):
        hint = "declare the number under `callers`, as `NAME: [NUMBER]`, and write its name here"
    else:
        known = [*callers.in_order, WITHHELD, OTHERWISE]
        hint = did_you_mean(text, known) or "declare them under `callers`: `NAME: [NUMBER, …]`"
    problems.add(value.span, "FLOW201", f"there are no callers {quoted(text)}", hint)


def _number(value: Scalar, problems: Problems) -> None:
    """A number that may have been dialled."""
    text = value.text
    if not value.is_text:
        message = f"{quoted(text)} is {_kind(value)} here, but a number that is dialled is a text"
        better = text if NUMBER.fits(text) else _in_full(text)
        hint = f"write it in quotes, and with its country code: `{NUMBER.example}`"
        if better:
            hint = Instead(f'put quotes around it: "{better}"', f'"{better}"')
        problems.add(value.span, "FLOW103", message, hint)
    elif not NUMBER.fits(text):
        if text.lower() in THE_REST:
            hint = write(OTHERWISE, " for all numbers that are not named")
            problems.add(value.span, "FLOW104", f"{quoted(text)} is not {NUMBER.what}", hint)
            return
        from flowc.parse import suggestions  # only an error needs it

        hint = write(f'"{full}"') if (full := _in_full(text)) else suggestions.text(PHONE_NUMBER, text)
        problems.add(value.span, "FLOW104", f"{quoted(text)} is not {NUMBER.what}", hint or f"write {NUMBER.example}")


def _in_full(text: str) -> str:
    """A number as the platform has it, whose country code comes without its `+`; empty if it may be none of those."""
    is_long = len(text) >= _SHORTEST_IN_FULL and re.match(_OF_NO_COUNTRY, text) is None
    return f"+{text}" if is_long and PHONE_NUMBER.fits(f"+{text}") else ""


def _kind(value: Scalar) -> str:
    match value.value:
        case None:
            return "nothing"
        case bool():
            return "a truth value"
        case _:
            return "a number"


def hours_meant(by: Scalar, hours: Declared) -> str:
    """A hint for hours that are written as a parameter would be; empty if they are none."""
    known = hours.in_order
    if by.text == HOURS.rstrip(".") and known:
        return f"write which: `{HOURS}{known[0]}`"
    return meant_word(f"{HOURS}{by.text}") if by.text in known else ""


def unknown_parameter(by: Scalar, known: Iterable[str]) -> str:
    """A hint for a name that no action has for a parameter."""
    names = sorted(known)
    return did_you_mean(by.text, [*names, DIALLED]) if names else "declare it under `parameters` of an action"
