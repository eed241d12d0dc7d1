"""What the agent posts to a flow's scenario in a search: every action as asked for, and what has to be refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from flowc.emit.contract import AT_WORK, NO_ANSWER
from flowc.ir import (
    Action,
    AnswerValue,
    ChangeLanguage,
    Flow,
    Parameter,
    ParameterValue,
    Reference,
    Reply,
    SipTarget,
    Webhook,
    every_step,
)
from flowc.ir.introduction import actions_of_its_own
from flowc.ir.ways import Ways, parameter_of, ways_through
from flowc.testing.example import example

OTHER_CONTRACT = "fedcba9876543210"
TOO_LARGE = 8193
"""Characters of a body that is refused for its length alone."""
CONTRACT, REPLY = "X-Flowc-Contract", "X-Flowc-Reply"
"""Headers of a request: which version of the flow its tools are of, and how it wants to be answered."""


NEARLY_RIGHT = ("its beginning", "with more behind it", "in capitals", "with another beginning")
"""What may stand in place of the token, beside one that is wrong at its end. An empty one is none."""


class Body(Struct, frozen=True):
    """A request. `token` is right, wrong, none, or one of `NEARLY_RIGHT`; `cancels` and `isBackground` say what the
    flow says of its action: in the background nothing waits for it that was accepted.
    `isRemembered`: also where it is refused, it is remembered which version its tools are of.
    """

    name: str
    content: str
    token: str = "right"
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    cancels: bool = False
    isBackground: bool = False
    isRemembered: bool = False


def matters_if_empty(flow: Flow) -> frozenset[str]:
    """The names that make a difference where they are empty: a text behind `or`, a header that is not sent."""
    replies = [entry.text for step in every_step(flow) if isinstance(step, Reply) for entry in step.data]
    headers = [entry.text for target in flow.targets if isinstance(target, SipTarget) for entry in target.headers]
    metadata = [entry.text for agent in flow.every_agent for entry in agent.metadata]
    texts = [*(prompt.text for prompt in flow.prompts), *metadata, *replies]
    references = (part for text in (*texts, *headers) for part in text.parts if isinstance(part, Reference))
    instead = (reference.name for reference in references if reference.fallback is not None)
    alone = (name for text in headers if not text.known().strip() for name in text.references)
    return frozenset((*instead, *alone))


HOSTILE = "\u00e4\U0001f600\ud800\r\nX: 1 ${call.from} "
"""Beginning of a text that is none to be trusted: it is more bytes than characters and more units of JavaScript than
those, has half a character in it, a line break behind which a header begins, and a reference like those of a flow.
"""
FILLING = "\U0001f600"
LONGEST_TRIED = 130
"""Characters of such a text: more bytes than a header of SIP may have."""


def as_json(value: Any) -> str:
    """With half a character as JSON has it, since no text that is sent can hold one."""
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", json.dumps(value, ensure_ascii=False))


def known_again(parameter: Parameter, least: bool = False, longest: int = LONGEST_TRIED) -> Any:
    """An example; of any text a hostile one, so many characters long if it may be, and of a `sensitive` one what is
    known again wherever it is.
    """
    if parameter.type != "string" or parameter.enum or parameter.form is not None:
        return example(parameter, least)
    if parameter.sensitive:
        text = f"private-{parameter.name}".ljust(parameter.min_length or 0, "-")
        return text if parameter.max_length is None else text[: parameter.max_length]
    most = longest if parameter.max_length is None else min(parameter.max_length, longest)
    most = max(most, parameter.min_length or 0)
    return HOSTILE.ljust(most, FILLING)[:most]


SHORTEST_KNOWN = 6
"""Characters of a text that is in no other by chance."""


def sensitive_texts(flow: Flow) -> list[str]:
    """What may be in no log, no reply and no header, of all that is tried."""
    answered = (each for webhook in flow.webhooks for each in webhook.answer)
    placed = () if flow.outbound is None else flow.outbound.data
    tried = [*(each for action in flow.actions for each in action.parameters), *placed, *answered]
    open_ = {str(known_again(each)) for each in tried if not each.sensitive}
    texts = (known_again(each) for each in tried if each.sensitive)
    return sorted({text for text in texts if isinstance(text, str) and len(text) >= SHORTEST_KNOWN} - open_)


def asking(action: Action, flow: Flow, empty: frozenset[str]) -> Iterator[Body]:
    """An action once for all values by which it chooses, with all of its parameters; once without those that are
    optional; and once with nothing in those that may be `empty`, where that matters. What has all comes first: of
    requests that differ in what is only handed on, a search that merges follows the first.
    """
    required = {each.name: known_again(each, least=True) for each in action.parameters if not each.optional}
    whole = {each.name: known_again(each) for each in action.parameters}
    optional = {name: value for name, value in whole.items() if required.get(name) != value}
    given = [required]
    if choices := _choices(action, ways_through(flow)) if action.do else []:  # what flowc itself has goes no way
        given = [{**required, **chosen} for chosen in choices]
        optional = {name: value for name, value in optional.items() if not any(name in each for each in choices)}
    least = given[0]
    if optional:
        given = [*({**values, **optional} for values in given), least]
    hollow = {each.name: "" for each in action.parameters if each.name in empty and _may_be_empty(each)}
    if hollow:
        given = [*given, {**least, **hollow}]
    chosen_names = {name for each in choices for name in each}
    for values in given:
        words = "".join(f" {_word(values[name])}" for name in sorted(chosen_names & values.keys()))
        is_whole = optional and optional.items() <= values.items()
        name = f"{action.name}{words}" + (" with all its parameters" if is_whole else "")
        if hollow and values is given[-1]:
            name += f", {' and '.join(hollow)} empty"
        content = as_json({"action": action.name, **values})
        yield Body(name, content, cancels=action.cancels, isBackground=action.leaves_conversation_alone)


def giving_up(flow: Flow) -> Iterator[Body]:
    """What tools that watch their model say of one that does not answer."""
    if any(agent.answers_within_ms is not None for agent in flow.every_agent):
        yield Body("that its model does not answer", json.dumps({"action": NO_ANSWER}), isBackground=True)


def at_work(flow: Flow) -> Iterator[Body]:
    """What tools say that are asked to speak up while something is under way."""
    if any(agent.idle for agent in flow.every_agent):
        yield Body("that the agent is at work", json.dumps({"action": AT_WORK}), isBackground=True)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


MOST_COMBINED = 200
"""Requests of one action that differ in what branches go by. Beyond it each value is tried, but not each with each of
the others: what is not reached then is named.
"""


def _choices(action: Action, ways: Ways) -> list[dict[str, Any]]:
    """The values of the parameters by which branches go on the ways from an action, and of those that hold a language,
    each with each other. Those that every branch takes for `otherwise` are one; one that may be left out is left out as
    well.
    """
    told: dict[str, set[str]] = {}
    for decision in ways.decisions:
        subject = decision.by.subject
        if isinstance(subject, ParameterValue) and any(way.origins & ways.bit(action) for way in decision.ways):
            told.setdefault(subject.name, set()).update(arm.value for arm in decision.by.arms)
    for place in ways.places:
        step = place.at
        if isinstance(step, ChangeLanguage) and step.parameter is not None:
            parameter = parameter_of(action, step.parameter)
            if parameter is not None and any(way.origins & ways.bit(action) for way in place.ways):
                told.setdefault(parameter.name, set()).update(parameter.enum)
    classes: list[list[dict[str, Any]]] = []
    for name, named in told.items():
        parameter = parameter_of(action, name)
        if parameter is None:
            continue
        classes.append([*_values_of(parameter, named), *([{}] if parameter.optional else [])])
    return _combined(classes) if classes else []


def _values_of(parameter: Parameter, named: Collection[str]) -> list[dict[str, Any]]:
    """Those that are told apart, and one of all others, each by its name."""
    values: list[str] = ["true", "false"] if parameter.type == "boolean" else list(parameter.enum)
    others = [value for value in values if value not in named][:1]
    tried = [value for value in values if value in named or value in others]
    return [{parameter.name: value == "true" if parameter.type == "boolean" else value} for value in tried]


def _combined(classes: Sequence[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Each with each of the others; where there are too many, each of them in one."""
    combined: list[dict[str, Any]] = [{}]
    if math.prod(map(len, classes)) > MOST_COMBINED:
        for number in range(max(map(len, classes))):
            combined.append({key: value for each in classes for key, value in each[number % len(each)].items()})
        return combined[1:]
    for each in classes:
        combined = [{**one, **other} for one in combined for other in each]
    return combined


def in_another_way(body: Body, flow: Flow) -> Iterator[Body]:
    """The same request by others than the flow's own tools of today."""
    if not flow.call.token_required:
        yield replace(body, name=f"{body.name} without a token", token="none")
    other = {CONTRACT: OTHER_CONTRACT}
    yield replace(body, name=f"{body.name} by tools of another version", headers=other, isRemembered=True)
    yield replace(body, name=f"{body.name}, to be answered by an event", headers={REPLY: "event"})


def _nearly_of(parameter: Parameter) -> Iterator[tuple[str, str]]:
    """Texts that are nearly one of its choices."""
    if not parameter.enum:
        return
    first = parameter.enum[0]
    nearly = {"empty": "", "cut short": first[:-1], "with more behind it": f"{first}x"}
    nearly["in capitals" if first != first.upper() else "in small letters"] = first.swapcase()
    for what, text in nearly.items():
        if text not in parameter.enum and (text or not parameter.optional):
            yield what, text


class Trial(NamedTuple):
    """A request that has to be refused, and the one that it is nearly: it is tried once, where that is carried out."""

    body: Body
    like: int


def trials(flow: Flow, actions: Sequence[Body]) -> Iterator[Trial]:
    """Of all that the scenario looks up in one way wherever the call stands. `actions` are what is carried out."""
    for action in (*flow.actions, *actions_of_its_own(flow)):
        valid = {each.name: known_again(each, least=True) for each in action.parameters if not each.optional}
        like = next(number for number, body in enumerate(actions) if json.loads(body.content)["action"] == action.name)
        for each in action.parameters:
            for what, wrong in _nearly_of(each):
                content = as_json({"action": action.name, **valid, each.name: wrong})
                yield Trial(Body(f"{action.name} with {each.name} {what}", content), like)
    first = next((number for number, body in enumerate(actions) if body.token == "right"), None)
    if first is not None:
        for token in (*NEARLY_RIGHT, *(("empty",) if flow.call.token_required else ())):
            body = replace(actions[first], name=f"something with a token: {token}", token=token, cancels=False)
            yield Trial(body, first)


def of_equal_length(body: Body) -> Body:
    """What another request might say under the id of this one: as much, and something else."""
    content = body.content.replace('"action"', '"Action"', 1)
    return replace(body, name=f"{body.name}, in other words", content=content, cancels=False, isRemembered=False)


def _may_be_empty(parameter: Parameter) -> bool:
    is_any_text = parameter.type == "string" and not parameter.enum and not parameter.min_length
    if parameter.form is not None and not parameter.form.fits(""):
        return False
    return is_any_text and not parameter.optional  # an optional one that is empty counts as left out


def _of_another_form(parameter: Parameter) -> Iterator[tuple[str, str]]:
    """Texts that do not fit its pattern, and are nearly right: a line break behind it is none of the text."""
    if parameter.form is None:
        return
    right = example(parameter)
    others = [("and a line break", f"{right}\n"), ("in a longer text", f"({right})"), ("of signs", "\u0661")]
    others += [("that is a short number", "911")] if parameter.format == "phone" else []
    others += [("that is no day", "2026-02-29")] if parameter.format == "date" else []
    for what, text in others:
        if not parameter.form.fits(text):
            yield what, text


def _wrong_inside(parameter: Parameter) -> Iterator[tuple[str, Any]]:
    """Lists and objects that are wrong themselves, or hold one thing that is."""
    right = example(parameter)
    if parameter.items is not None:
        item = example(parameter.items)
        yield "that is no list", {"0": item, "length": 1}
        yield "with too many items", [item] * ((parameter.max_items or 0) + 1)
        if parameter.min_items:
            yield "with too few items", [item] * (parameter.min_items - 1)
        if right:
            yield "with null in it", [*right[:-1], None]
            for what, wrong in _wrong_inside(parameter.items):
                yield f"with an item {what}", [*right[:-1], wrong]
    if parameter.properties:
        yield "that is a list", []
        yield "that is a number", 7
        yield "with an unknown property", {**right, "no_such_property": 1}
        for name in ("__proto__", "constructor"):
            yield f"with {name}", {**right, name: {"x": 1}}
    for each in parameter.properties:
        yield f"with {each.name} null", {**right, each.name: None}
        if not each.optional:
            yield f"without {each.name}", {name: value for name, value in right.items() if name != each.name}
        for what, wrong in _wrong_inside(each):
            yield f"with {each.name} {what}", {**right, each.name: wrong}


def refused(flow: Flow) -> Iterator[Body]:
    """Requests that nobody may answer with `ok`: malformed, hostile, unknown, or without the token."""
    if flow.agent is None:
        return  # nobody listens
    yield Body("null", "null")
    yield Body("what is not JSON", "not json")
    yield Body("nothing", "")
    yield Body("a list", '["end_call"]')
    yield Body("no action", '{"parameters": {}}')
    yield Body("an action that is a number", '{"action": 7}')
    yield Body("an action without a name", '{"action": ""}')
    for name in ("__proto__", "constructor", "hasOwnProperty", "toString"):
        yield Body(f"the action {name}", json.dumps({"action": name}))
    yield Body("an unknown action", '{"action": "no_such_action"}')
    yield Body("too much", json.dumps({"action": "x" * TOO_LARGE}))
    for action in (*flow.actions, *actions_of_its_own(flow)):
        yield from _malformed(action)
    if any(agent.answers_within_ms is not None for agent in flow.every_agent):
        yield Body("that its model does not answer, with a parameter", json.dumps({"action": NO_ANSWER, "why": "x"}))
    if any(agent.idle for agent in flow.every_agent):
        yield Body("that the agent is at work, with a parameter", json.dumps({"action": AT_WORK, "why": "x"}))
    first = json.dumps({"action": flow.actions[0].name}) if flow.actions else "{}"
    yield Body("something with a wrong token", first, token="wrong")
    if flow.call.token_required:
        yield Body("something without a token", first, token="none")
    yield Body("something by GET", first, method="GET")
    yield Body("a request id that is too long", first, headers={"X-Flowc-Request-Id": "i" * 101})


def right_answers(webhook: Webhook, flow: Flow, empty: frozenset[str]) -> Iterator[str]:
    """What a webhook may answer: each value by which something chooses, with all fields; once without those that may be
    left out, and once with nothing in those that may be `empty`, where that matters.
    """
    whole = {each.name: known_again(each) for each in webhook.answer}
    named: dict[str, set[str]] = {}
    for decision in ways_through(flow).decisions:
        subject = decision.by.subject
        if isinstance(subject, AnswerValue) and subject.webhook == webhook.name:
            named.setdefault(subject.field, set()).update(arm.value for arm in decision.by.arms)
    classes = [_values_of(each, named[each.name]) for each in webhook.answer if each.name in named]
    given = [{**whole, **chosen} for chosen in _combined(classes)]
    least = {each.name: whole[each.name] for each in webhook.answer if not each.optional}
    hollow = {
        each.name: "" for each in webhook.answer if f"{webhook.name}.{each.name}" in empty and _may_be_empty(each)
    }
    found = [*given, least, *([{**whole, **hollow}] if hollow else [])]
    yield from dict.fromkeys(map(as_json, found))


def nearly_answers(webhook: Webhook) -> Iterator[str]:
    """What is nearly an answer as declared: each is tried once."""
    whole = {each.name: known_again(each) for each in webhook.answer}
    for each in webhook.answer:
        for _, wrong in _nearly_of(each):
            yield as_json({**whole, each.name: wrong})


def wrong_answers(webhook: Webhook) -> Iterator[str]:
    """What is no answer as declared, or has more in it than that."""
    whole = {each.name: known_again(each) for each in webhook.answer}
    yield "null"
    yield "<html>"
    yield as_json([whole])
    for each in webhook.answer:
        if not each.optional:
            yield as_json({name: value for name, value in whole.items() if name != each.name})
        for _, wrong in _wrong_values(each):
            yield as_json({**whole, each.name: wrong})
        if each.type == "string" and not each.enum and each.max_length is None:
            yield as_json({**whole, each.name: "x" * TOO_LARGE})
    yield as_json({**whole, "__proto__": {"x": 1}, "constructor": 1})


def _malformed(action: Action) -> Iterator[Body]:
    valid = {each.name: known_again(each) for each in action.parameters if not each.optional}

    def body(what: str, values: Mapping[str, Any]) -> Body:
        return Body(f"{action.name} with {what}", json.dumps({"action": action.name, **values}))

    yield body("an unknown parameter", {**valid, "no_such_parameter": 1})
    yield Body(f"{action.name} with __proto__", json.dumps({"action": action.name, **valid, "__proto__": {"x": 1}}))
    for each in action.parameters:
        if not each.optional:
            yield body(f"no {each.name}", {name: value for name, value in valid.items() if name != each.name})
        for what, wrong in _wrong_values(each):
            yield body(f"{each.name} {what}", {**valid, each.name: wrong})


def _wrong_values(each: Parameter) -> Iterator[tuple[str, Any]]:
    """What is not as declared."""
    if not each.optional:
        yield "null", None
    yield "of a wrong type", {"a": []}
    yield from _wrong_inside(each)
    if each.enum and "__proto__" not in each.enum:
        yield "__proto__", "__proto__"
    elif each.type == "string" and each.max_length is not None:
        yield "too long", FILLING * (each.max_length + 1)
    if each.type == "string" and not each.enum and (each.min_length or 0) > 1:
        short = "x" * ((each.min_length or 0) - 2)
        yield "too short", f"{short}\U0001f600"  # a character that takes two units in JavaScript
    yield from _of_another_form(each)
    if each.type in ("integer", "number"):
        yield "that no number can hold", 10**17
        if each.minimum is not None:
            yield "too small", int(each.minimum) - 1
        if each.maximum is not None:
            yield "too large", int(each.maximum) + 1
    if each.type == "integer":
        yield "that is no whole number", example(each) + 0.5
