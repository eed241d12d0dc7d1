"""Where names stand: every place that declares one or means one, in a flow and in call scripts about it.

By the shapes that the grammar has there, and by nothing that the compiler has found out: so a file with errors has them
too. What a name means where it is another's as well (a parameter of several actions) is said by `owner`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from flowc.language.flow.steps import RINGBACK, STEP_WORD, STEP_WORDS
from flowc.language.flow.subjects import CALLING, LANGUAGE, OF_THE_CALL
from flowc.language.flow.values import (
    ACTION_NAME,
    AGENT_NAME,
    DATA_OF_A_CALL,
    DIGITS,
    ENTRY,
    HOURS_NAME,
    LANGUAGE_OR_PARAMETER,
    PROMPT_NAME,
    SENTENCE,
    SUBJECT,
    TARGET_NAME,
    WEBHOOK_NAME,
)
from flowc.language.flow.values import LANGUAGE as LANGUAGE_NAME
from flowc.language.shapes import Names, OneKey, Text
from flowc.lsp.places import FLOWS, Outline, Place, under
from flowc.lsp.tree import Map, Node, Seq, Value

Kind = Literal[
    "target",
    "prompt",
    "webhook",
    "route",
    "hours",
    "agent",
    "action",
    "callers",
    "parameter",
    "field",
    "data",
    "language",
]
SECTIONS: dict[str, Kind] = {
    "targets": "target",
    "prompts": "prompt",
    "webhooks": "webhook",
    "routes": "route",
    "hours": "hours",
    "agents": "agent",
    "actions": "action",
    "callers": "callers",
}
_MEANT: dict[str, Kind] = {
    TARGET_NAME.what: "target",
    PROMPT_NAME.what: "prompt",
    WEBHOOK_NAME.what: "webhook",
    AGENT_NAME.what: "agent",
    ACTION_NAME.what: "action",
    HOURS_NAME.what: "hours",
    LANGUAGE_NAME.what: "language",
    STEP_WORD.what: "route",
    "`ringback` or the name of a prompt": "prompt",
    "the name of a target, or `nobody`": "target",
    "`agent`, `recorder`, `nobody` or the name of a target": "target",
    "`agent` or the name of a target": "target",
    "`caller` or the name of a target": "target",
    "`caller`, `agent` or the name of a target": "target",
}
"""What a text is, as the grammar says it: the kind of name that it is."""
_NO_NAMES = {
    "route": frozenset(STEP_WORDS),
    "prompt": frozenset((RINGBACK, "nothing")),
    "target": frozenset(("agent", "recorder", "nobody", "caller", "nothing")),
    "action": frozenset(("nothing",)),
}
_FILLED_IN = re.compile(r"\$\$\{|\$\{[ \t]*([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)?)")
_TEXT_OF_A_HEADER = "a text in one line"
_OF_NO_ACTION = ("call", "queue")
REST = ("otherwise", "missing")
"""Keys of `among` that are no value."""
_COLUMN = re.compile(r"\$\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name, from `start` to `end`, without its quotes. `owner` is the action of a parameter, empty where it may be
    any, or the webhook of a field.
    """

    kind: Kind
    name: str
    start: int
    end: int
    declares: bool = False
    owner: str = ""


def names_of(outline: Outline) -> tuple[Occurrence, ...]:
    """All of a file, in the order of the text."""
    found = dict.fromkeys(_found(outline))
    return tuple(sorted(found, key=lambda each: (each.start, each.end)))


def text_shape(outline: Outline, place: Place) -> Text | None:
    """What a value is as a text."""
    ways = outline.grammar.ways(place.shape, place.value)
    return next((way for way in ways if isinstance(way, Text)), None)


def meant(shape: Text) -> Kind | None:
    """The kind of name that a text is."""
    return _MEANT.get(shape.what)


def is_filled_in(shape: Text) -> bool:
    """Whether `${…}` may stand in it."""
    return shape in (SENTENCE, ENTRY, DIGITS) or shape.what == _TEXT_OF_A_HEADER


def _found(outline: Outline) -> Iterator[Occurrence]:
    yield from _at(outline, outline.places)
    yield from _in_rows(outline)
    yield from _languages_as_values(outline)


def _at(outline: Outline, places: Iterable[Place]) -> Iterator[Occurrence]:
    for place in places:
        if place.is_key:
            yield from _of_key(outline, place)
            continue
        shape = text_shape(outline, place)
        if shape is None:
            continue
        kind, text = meant(shape), place.value.text
        if shape == SUBJECT:
            yield from _of_subject(outline, place)
        elif shape == LANGUAGE_OR_PARAMETER:
            yield from _language_or_parameter(outline, place)
        elif kind is not None:
            if text not in _NO_NAMES.get(kind, ()) and "${" not in text:
                yield _occurrence(outline, place.value, kind)
        elif is_filled_in(shape) and "${" in text:
            yield from _in_text(outline, place)


def _occurrence(outline: Outline, value: Value, kind: Kind, declares: bool = False, owner: str = "") -> Occurrence:
    start, end = inner(outline.text, value)
    return Occurrence(kind, value.text, start, end, declares, owner)


def inner(text: str, value: Value) -> tuple[int, int]:
    """Where a value stands without its quotes."""
    if value.quote in ('"', "'") and text[value.start + 1 : value.end - 1] == value.text:
        return value.start + 1, value.end - 1
    return value.start, value.end


def _of_key(outline: Outline, place: Place) -> Iterator[Occurrence]:
    path, value = place.path, place.value
    if place.is_name and place.has_colon:
        declared = _declared(path) if outline.grammar is FLOWS else None
        if declared is not None:
            yield _occurrence(outline, value, declared[0], True, declared[1])
        elif len(path) == 3 and path[0] == "prompts" and outline.grammar is FLOWS:
            yield _occurrence(outline, value, "language")
        for kind in place.around:
            if isinstance(kind, Names | OneKey) and (named := meant(kind.name)) is not None and "${" not in value.text:
                yield _occurrence(outline, value, named)
    if place.field is None or place.holder is None:
        return
    below = place.holder.get(place.field.key)
    if place.field is DATA_OF_A_CALL.fields[0] and isinstance(below, Value):
        yield _occurrence(outline, below, "data")
    elif (path[-1:] == ("starts",) or path[-2:] == ("posted", "data")) and isinstance(below, Map):
        yield from (_occurrence(outline, entry.key, "data") for entry in below.entries)
    if place.field.key == "with" and isinstance(below, Map):
        action = place.holder.get("asks")
        yield from _parameters(outline, below, action)
    elif place.field.key == "parameters" and isinstance(below, Map) and path[:1] == ("calls",):
        yield from _parameters(outline, below, place.holder.get("action"))


def _declared(path: tuple[str, ...]) -> tuple[Kind, str] | None:
    """The kind of name that a key declares, and its owner."""
    match path:
        case (section, _) if section in SECTIONS:
            return SECTIONS[section], ""
        case ("actions", action, "parameters", _):
            return "parameter", action
        case ("webhooks", webhook, "answer", _):
            return "field", webhook
        case ("outbound", "data", _):
            return "data", ""
        case ("call", "languages", _):
            return "language", ""
        case _:
            return None


def _parameters(outline: Outline, values: Map, action: Node | None) -> Iterator[Occurrence]:
    owner = action.text if isinstance(action, Value) and "${" not in action.text else ""
    for entry in values.entries:
        yield _occurrence(outline, entry.key, "parameter", owner="" if owner == "nothing" else owner)


def _owner(path: tuple[str, ...]) -> str:
    """The action whose parameters a place means; empty: those of any."""
    return path[1] if path[:1] == ("actions",) and len(path) > 1 else ""


def _of_subject(outline: Outline, place: Place) -> Iterator[Occurrence]:
    """What a branch goes by, and its values where these are names."""
    text = place.value.text
    start, _ = inner(outline.text, place.value)
    yield from _dotted(text, start, _owner(place.path))
    among = place.holder.get("among") if place.holder is not None else None
    kind: Kind | None = {CALLING: "callers", LANGUAGE: "language"}.get(text)  # type: ignore[assignment]
    if kind is not None and isinstance(among, Map):
        for entry in among.entries:
            if entry.key.text not in REST and entry.has_colon:
                yield _occurrence(outline, entry.key, kind)


def _dotted(name: str, start: int, owner: str) -> Iterator[Occurrence]:
    """A name as texts and branches have it: `summary`, `hours.office`, `roster.who`, `data.name`."""
    first, dot, second = name.partition(".")
    after = start + len(first) + 1
    if not dot:
        yield Occurrence("parameter", name, start, start + len(name), owner=owner)
    elif name in OF_THE_CALL or first in _OF_NO_ACTION or not second:
        return
    elif first in ("hours", "data"):
        yield Occurrence("hours" if first == "hours" else "data", second, after, after + len(second))
    else:
        yield Occurrence("webhook", first, start, start + len(first))
        yield Occurrence("field", second, after, after + len(second), owner=first)


def _language_or_parameter(outline: Outline, place: Place) -> Iterator[Occurrence]:
    languages = _languages(outline)
    if place.value.text in languages or not languages:
        yield _occurrence(outline, place.value, "language")
    else:
        yield _occurrence(outline, place.value, "parameter", owner=_owner(place.path))


def _languages(outline: Outline) -> frozenset[str]:
    root = outline.root
    call = root.get("call") if isinstance(root, Map) else None
    languages = call.get("languages") if isinstance(call, Map) else None
    return frozenset(entry.key.text for entry in languages.entries) if isinstance(languages, Map) else frozenset()


def _in_text(outline: Outline, place: Place) -> Iterator[Occurrence]:
    """The names in `${…}`, in the text as it is written: an escape has none in it."""
    raw = outline.text[place.value.start : place.value.end]
    is_own = "reply" in place.path
    for found in _FILLED_IN.finditer(raw):
        if found[1] is not None:
            yield from _dotted(found[1], place.value.start + found.start(1), _owner(place.path) if is_own else "")


def _in_rows(outline: Outline) -> Iterator[Occurrence]:
    """The values of tables in call scripts that are filled in where a name stands, or a whole step."""
    root = outline.root
    calls = root.get("calls") if isinstance(root, Map) else None
    if not isinstance(calls, Map) or "${" not in outline.text:
        return
    tables = {call.key.text: call.value.get("rows") for call in calls.entries if isinstance(call.value, Map)}
    for place in outline.places:
        column = _COLUMN.fullmatch(place.value.text)
        table = tables.get(place.path[1]) if column is not None and len(place.path) > 1 else None
        if column is None or not isinstance(table, Seq):
            continue
        named = [meant(each.name) for each in place.around if isinstance(each, Names | OneKey)]
        kind = next((each for each in named if each is not None), None) if place.is_name else None
        for row in table.items:
            value = row.get(column[1]) if isinstance(row, Map) else None
            if value is None:
                continue
            if not place.is_key:
                yield from _at(outline, outline.grammar.places_of(value, _under_its_key(place, row)))
            elif kind is not None and isinstance(value, Value) and value.text not in _NO_NAMES.get(kind, ()):
                yield _occurrence(outline, value, kind)


def _under_its_key(place: Place, row: Node | None) -> Place:
    """What a value is whose key the row gives, too: who does something, and what."""
    column = _COLUMN.fullmatch(place.path[-1])
    key = row.get(column[1]) if column is not None and isinstance(row, Map) else None
    if not isinstance(key, Value):
        return place
    shape, field, _ = under(place.around, key.text)
    return replace(place, shape=shape, field=field)


def speaking(outline: Outline) -> frozenset[str]:
    """The parameters of a flow that hold a language: a step `language` goes by them."""
    if "language" not in outline.text:
        return frozenset()
    languages = _languages(outline)
    found = (each for each in outline.places if not each.is_key and text_shape(outline, each) == LANGUAGE_OR_PARAMETER)
    return (
        frozenset(each.value.text for each in found if each.value.text not in languages) if languages else frozenset()
    )


def _languages_as_values(outline: Outline) -> Iterator[Occurrence]:
    """Languages among the values of a parameter that holds one, and of a branch that goes by it."""
    parameters = speaking(outline) if outline.grammar is FLOWS else frozenset()
    for place in outline.places if parameters else ():
        match place.path:
            case ("actions", _, "parameters", name, "enum") if name in parameters and not place.is_key:
                yield _occurrence(outline, place.value, "language")
            case _ if place.is_key and place.field is not None and place.field.key == "by" and place.holder is not None:
                by, among = place.holder.get("by"), place.holder.get("among")
                if isinstance(by, Value) and by.text in parameters and isinstance(among, Map):
                    named = (entry.key for entry in among.entries if entry.key.text not in REST)
                    yield from (_occurrence(outline, key, "language") for key in named)


def languages_passed_on(outline: Outline, parameters: frozenset[str]) -> Iterator[Occurrence]:
    """Languages in call scripts that are the value of a parameter."""
    for place in outline.places:
        if not place.is_key and place.path[-2:-1] in (("with",), ("parameters",)) and place.path[-1] in parameters:
            yield _occurrence(outline, place.value, "language")
