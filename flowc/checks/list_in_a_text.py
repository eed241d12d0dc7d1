"""A text has `${…}` for a list or an object, which is a parameter or what a webhook answers: a prompt, a header; or a
`reply` or `metadata` in which something else stands beside it. Alone it is handed over there as it is. A webhook of
`notify` gets a parameter as a whole, as it was passed.

Why: the caller would hear "[object Object]".

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {noted: "You have ordered ${dishes}."}
    actions:
      order:
        description: Take an order.
        parameters: {dishes: {type: array, items: {type: string}, description: what is ordered}}
        do: [{say: noted}, hang_up]

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {noted: "You have ordered ${in_words}."}
    webhooks: {kitchen: {url: {secret: KITCHEN_URL}}}
    actions:
      order:
        description: Take an order.
        parameters:
          dishes: {type: array, items: {type: string}, description: what is ordered}
          in_words: {type: string, description: the same in words}
        do: [{notify: kitchen}, {say: noted}, hang_up]
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.walks.actions_on_the_way import texts_of
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import AnswerValue, Flow, Parameter, Reply
from flowc.ir.flow import of_kind
from flowc.ir.ways import Ways, parameter_of, ways_through
from flowc.rule import Rule
from flowc.source import Span

_HINT = "add a parameter of type `string` for what is to stand here; a webhook of `notify` gets the whole"


_BESIDE = "leave it alone in its text: then it is handed over as it is"
_FIELD = "have the webhook answer with a field of type `string` for what is to stand here"


def check(flow: Flow) -> Iterator[Diagnostic]:
    declared = [parameter for action in flow.actions for parameter in action.parameters]
    declared += [field for webhook in flow.webhooks for field in webhook.answer]
    if any(parameter.holds_others for parameter in declared):
        yield from _spoken_or_sent(flow)
        yield from _handed_back(flow)
        yield from _told_at_the_start(flow)


def _spoken_or_sent(flow: Flow) -> Iterator[Diagnostic]:
    """Of `digits` there is a rule that says which parameters may be in them."""
    texts = texts_of(flow)
    for each in texts.all:
        for name in each.text.references if each.span not in texts.digits else ():
            field = texts.field(name)
            if field is not None and field.holds_others:
                message = f"{each.what} has `${{{name}}}`, which is {of_kind(field)}"
                yield RULE.at(flow.path, each.span, message, _FIELD, (Related(field.span, "the field"),))
                continue
            found = texts.holding(name) & texts.filling(name, each)
            action = texts.first(found) if found else None
            parameter = parameter_of(action, name)
            if action is not None and parameter is not None:
                message = f"{each.what} has `${{{name}}}`, which is {of_kind(parameter)} in `{action.name}`"
                related = (Related(parameter.span, "the parameter"), Related(each.place_of(found), "it is used here"))
                yield RULE.at(flow.path, each.span, message, _HINT, related)


def _handed_back(flow: Flow) -> Iterator[Diagnostic]:
    ways = ways_through(flow)
    told: set[tuple[Span, str]] = set()
    for place in ways.places:
        if not isinstance(place.at, Reply):
            continue
        origins = 0
        for way in place.ways:
            origins |= way.origins
        for entry in place.at.data:
            for name in entry.text.references if len(entry.text.parts) > 1 else ():
                declared = (each for bit, each in ways.declared(name) if bit & origins)
                parameter = next((each for each in (*declared, *_field(ways, name)) if each.holds_others), None)
                if parameter is not None and (entry.span, name) not in told:
                    told.add((entry.span, name))
                    message = f"`{entry.name}` of this reply has `${{{name}}}`, which is {of_kind(parameter)}"
                    message += ", and something else"
                    yield RULE.at(flow.path, entry.span, message, _BESIDE, (Related(parameter.span, "declared here"),))


def _told_at_the_start(flow: Flow) -> Iterator[Diagnostic]:
    entries = {entry.span: entry for agent in flow.every_agent for entry in agent.metadata}
    for entry in entries.values():
        for name in entry.text.references if len(entry.text.parts) > 1 else ():
            for field in _field(ways_through(flow), name):
                if field.holds_others:
                    message = f"metadata `{entry.name}` has `${{{name}}}`, which is {of_kind(field)}"
                    message += ", and something else"
                    yield RULE.at(flow.path, entry.span, message, _BESIDE, (Related(field.span, "declared here"),))


def _field(ways: Ways, name: str) -> tuple[Parameter, ...]:
    """What a webhook answers, if that is its name."""
    webhook, _, field = name.partition(".")
    found = ways.field(AnswerValue(webhook, field))
    return () if found is None else (found,)


RULE = Rule("FLOW210", "list or object in a text", __doc__, whole_flow_checks=(check,))
