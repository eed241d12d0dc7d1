"""What the texts of a flow become on a call, with everything filled in, as `flows/README.md` has it under "How to read
the file". Written for the oracle, beside the runtime and without a look at it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from flowc.ir import Entry, Reference, Text


class Held(NamedTuple):
    """A list or an object that a webhook has answered, as JSON: so it can be compared."""

    text: str


Value = str | int | float | bool | list[Any] | dict[str, Any] | Held
"""Lists and objects are in no text."""
LONGEST = 4096
"""Characters of a text of metadata or of a reply."""
LONGEST_SPOKEN = 1500
LONGEST_HEADER = 200
"""Bytes of a header, its name and what stands between both included."""


class Numbers(NamedTuple):
    """What a flow calls `call.from`, `call.to`, `call.id` and `call.language`; which hours are open, and what the call
    was started with.
    """

    caller: str
    dialled: str
    session: str
    open: frozenset[str] = frozenset()
    language: str = ""
    data: tuple[tuple[str, str], ...] = ()
    place: tuple[str, str] = ("", "")


def filled(text: Text, numbers: Numbers, parameters: Mapping[str, Value]) -> str:
    """A parameter that was left out is empty, and so is one that the action at hand does not have. In place of what is
    empty stands the text behind `or`.
    """
    of_the_call = {"call.from": numbers.caller, "call.to": numbers.dialled, "call.id": numbers.session}
    of_the_call["call.language"] = numbers.language

    def inserted(reference: Reference) -> str:
        found = _named(reference.name, of_the_call, numbers, parameters)
        return found if found or reference.fallback is None else reference.fallback

    return "".join(part if isinstance(part, str) else inserted(part) for part in text.parts)[:LONGEST]


def handed_over(entries: Iterable[Entry], numbers: Numbers, parameters: Mapping[str, Value]) -> dict[str, Value]:
    """What an action replies. A text that is one `${…}` and nothing else is the value itself."""
    found: dict[str, Value] = {}
    for entry in entries:
        text: Value = filled(entry.text, numbers, parameters)
        match entry.text.parts:
            case (Reference(name=name),):
                value = parameters.get(name)
                is_answer = "." in name
                if isinstance(value, Held):
                    text = json.loads(value.text)
                elif isinstance(value, bool | int | list | dict) or (is_answer and value and isinstance(value, str)):
                    text = value
                elif isinstance(value, float):
                    text = int(value) if value.is_integer() else value
        found[entry.name] = text
    return found


def _named(name: str, of_the_call: Mapping[str, str], numbers: Numbers, parameters: Mapping[str, Value]) -> str:
    kind, _, hours = name.partition(".")
    if kind == "hours" and hours:
        return "open" if hours in numbers.open else "closed"
    if kind == "queue" and hours:
        return dict(zip(("position", "minutes"), numbers.place, strict=True)).get(hours, "")
    if kind == "data" and hours:
        return dict(numbers.data).get(hours, "")
    return of_the_call.get(name, written(parameters.get(name, "")))


def all_filled(entries: Iterable[Entry], numbers: Numbers, parameters: Mapping[str, Value]) -> dict[str, str]:
    return {entry.name: filled(entry.text, numbers, parameters) for entry in entries}


def spoken(text: Text, numbers: Numbers, parameters: Mapping[str, Value]) -> str:
    """Empty if there is nothing to speak."""
    words = spelled(filled(text, numbers, parameters), numbers)
    return words[:LONGEST_SPOKEN] if words.strip() else ""


def spelled(words: str, numbers: Numbers) -> str:
    """Telephone numbers digit by digit: those with a plus, and whatever number calls or was called."""

    def digits(found: re.Match[str]) -> str:
        number = found[0]
        is_number = re.fullmatch(r"\+[1-9]\d{6,14}", number, re.ASCII) or number in (numbers.caller, numbers.dialled)
        return " ".join(number.removeprefix("+")) if is_number else number

    return re.sub(r"\+?[0-9]+", digits, words)


def header(entry: Entry, numbers: Numbers, parameters: Mapping[str, Value]) -> str:
    """In one line, and no character cut in two. An empty one is not sent."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", filled(entry.text, numbers, parameters)).strip()
    room = LONGEST_HEADER - len(f"{entry.name}: ")
    return line.encode()[:room].decode(errors="ignore")


def whole(value: Any) -> Any:
    """A value of JSON, in which half a character stands for none that is known."""
    if isinstance(value, dict):
        return {name: whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [whole(each) for each in value]
    return re.sub("[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else value


def written(value: Value) -> str:
    """A parameter as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
