"""A text has `${…}` for a parameter that is a list or an object: a prompt, a header, or a `reply`, which hands back
texts, numbers and truth values. A webhook of `notify` gets it as a whole, as it was passed.

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
from flowc.ir import Flow, Reply
from flowc.ir.flow import of_kind
from flowc.ir.ways import parameter_of, ways_through
from flowc.rule import Rule
from flowc.source import Span

_HINT = "add a parameter of type `string` for what is to stand here; a webhook of `notify` gets the whole"


def check(flow: Flow) -> Iterator[Diagnostic]:
    if any(parameter.holds_others for action in flow.actions for parameter in action.parameters):
        yield from _spoken_or_sent(flow)
        yield from _handed_back(flow)


def _spoken_or_sent(flow: Flow) -> Iterator[Diagnostic]:
    """Of `digits` there is a rule that says which parameters may be in them."""
    texts = texts_of(flow)
    for each in texts.all:
        for name in each.text.references if each.span not in texts.digits else ():
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
            for name in entry.text.references:
                parameter = next(
                    (each for bit, each in ways.declared(name) if bit & origins and each.holds_others), None
                )
                if parameter is not None and (entry.span, name) not in told:
                    told.add((entry.span, name))
                    message = f"`{entry.name}` of this reply has `${{{name}}}`, which is {of_kind(parameter)}"
                    yield RULE.at(flow.path, entry.span, message, _HINT, (Related(parameter.span, "the parameter"),))


RULE = Rule("FLOW210", "list or object in a text", __doc__, whole_flow_checks=(check,))
