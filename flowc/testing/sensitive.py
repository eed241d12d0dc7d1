"""What is `sensitive` in a flow is in no report of a call: `(sensitive)` stands in its place.

Its values are those that were posted on the call. They are taken out wherever they stand, as they were posted or as
they are spoken: of the trace, of steps and of what was found. Where a text has a parameter's name and a colon, whatever
follows is taken out as well: it may be a value that nobody posted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from flowc.ir import Flow
from flowc.simulator.trace import TraceEvent
from flowc.testing.result import PlayedCall

HIDDEN = "(sensitive)"
_QUOTED = r"\"(?:[^\"\\]|\\.)*\"?|'[^']*'?"
_PLAIN = r"[^\[\]{}\"']"
_HOLDING = rf"[\[{{](?:{_QUOTED}|{_PLAIN})*[\]}}]?"
for _ in range(5):  # lists and objects that stand in each other, in text as it is shown
    _HOLDING = rf"[\[{{](?:{_QUOTED}|{_PLAIN}|{_HOLDING})*[\]}}]?"
_KEPT = ("t", "event", "call", "leg", "agent", "player")


@lru_cache(maxsize=8)
def sensitive_names(flow: Flow) -> frozenset[str]:
    """Of the parameters of all actions, of what webhooks answer, and of what a call is started with."""
    every = [each for action in flow.actions for each in action.parameters]
    every += [field for webhook in flow.webhooks for field in webhook.answer]
    every += flow.outbound.data if flow.outbound is not None else ()
    return frozenset(each.name for each in every if each.sensitive)


def without_sensitive(call: PlayedCall, flow: Flow) -> PlayedCall:
    """The call as it may be told."""
    names = sensitive_names(flow)
    if not names:
        return call
    hider = Hider(names, call.trace)
    return replace(
        call,
        name=hider.text(call.name),
        trace=tuple(map(hider.entry, call.trace)),
        marks=tuple((start, hider.text(written), place) for start, written, place in call.marks),
        failures=tuple(
            replace(each, expected=hider.text(each.expected), found=hider.text(each.found)) for each in call.failures
        ),
        hides=hider.text,
    )


class Hider:
    """What is sensitive on one call."""

    def __init__(self, names: frozenset[str], trace: Sequence[TraceEvent]) -> None:
        self._names = names
        found = {spelling for entry in trace for value in posted(entry, names) for spelling in _spellings(value)}
        words = [_word(each) for each in sorted(found, key=len, reverse=True)]
        self._values = re.compile("|".join(words)) if words else None
        alternatives = "|".join(sorted(names))
        value = rf"{_QUOTED}|{_HOLDING}|[^,}}\]\n]+"
        self._named = re.compile(rf"((?<!\w)(?:{alternatives})\\?[\"']?: *)(?:{value})")

    def text(self, text: str) -> str:
        kept = text if self._values is None else self._values.sub(HIDDEN, text)
        return self._named.sub(rf"\g<1>{HIDDEN}", kept)

    def entry(self, entry: TraceEvent) -> TraceEvent:
        """Of the trace. What tells whom and what it is about stays as it is."""
        found = {name: value if name in _KEPT else self._value(value) for name, value in entry.items()}
        if entry["event"] == "request":
            found["content"] = self._document(entry["content"])
        elif entry["event"] == "started" and "data" in entry:
            found["data"] = self._document(entry["data"])
        elif entry["event"] == "http_response" and "text" in entry:
            found["text"] = self._document(entry["text"])
        elif entry["event"] == "http_request" and entry["body"] is not None:
            found["body"] = self._document(entry["body"], "parameters", "data")
        return cast(TraceEvent, found)

    def _value(self, value: Any) -> Any:
        match value:
            case str():
                return value if self._values is None else self._values.sub(HIDDEN, value)
            case dict():
                return {name: self._value(each) for name, each in value.items()}
            case list() | tuple():
                return [self._value(each) for each in value]
            case _:
                return value

    def _document(self, text: str, *held_in: str) -> str:
        """A JSON object with values by name, in itself or under these keys; or what is none."""
        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            return self.text(text)
        if not isinstance(body, dict):
            return self.text(text)
        found = {key: value for key in held_in if isinstance(value := body.get(key), dict)}
        if held_in and not found:
            return self.text(text)
        hidden = {key: self._without(value) for key, value in found.items()}
        whole = {**body, **hidden} if held_in else self._without(body)
        return json.dumps(self._value(whole), ensure_ascii=False, separators=(",", ":"))  # as a scenario writes it

    def _without(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: HIDDEN if name in self._names else each for name, each in values.items()}


def posted(entry: TraceEvent, names: frozenset[str]) -> Iterator[Any]:
    """The sensitive values of a request, of what a webhook has answered, or a call was started with."""
    match entry["event"]:
        case "request":
            text = entry["content"]
        case "http_response":
            text = entry.get("text", "")
        case "started":
            text = entry.get("data", "")
        case _:
            return
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(body, dict):
        yield from (each for name, value in body.items() if name in names for each in _held(value))


def _held(value: Any) -> Iterator[Any]:
    """A value, and all that it holds."""
    yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _held(each)


def _spellings(value: Any) -> Iterator[str]:
    """How a value may stand in a text: as it is, in JSON, or a number spoken digit by digit. Of true and false nothing
    is hidden but what has the name before it.
    """
    if isinstance(value, bool) or value is None or value in ("", [], {}):
        return
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    yield text
    for is_ascii in (True, False):
        yield json.dumps(value, ensure_ascii=is_ascii).strip('"')
    if re.fullmatch(r"\+?[0-9]+", text):
        yield " ".join(text.removeprefix("+"))


def _word(text: str) -> str:
    """A short one only where it stands alone: else every `7` would be hidden."""
    found = re.escape(text)
    return found if len(text) > 3 else rf"(?<![\w.]){found}(?![\w.])"
