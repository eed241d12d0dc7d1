"""A prompt says a parameter that is true or false. Nobody speaks like that, whatever the language of the call is.

Why: the caller would hear "Urgent: true".

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {noted: "Your note is urgent: ${urgent}."}
    actions:
      end_call:
        description: End the call.
        parameters: {urgent: {type: boolean, description: whether it is urgent}}
        do: [{say: noted}, hang_up]

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {noted: "Your note is ${urgency}."}
    actions:
      end_call:
        description: End the call.
        parameters: {urgency: {type: string, enum: [urgent, not urgent], description: how urgent it is}}
        do: [{say: noted}, hang_up]
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.walks.actions_on_the_way import texts_of
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Flow
from flowc.ir.walk import DATA
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    texts = texts_of(flow)
    for each in texts.all:
        for name in each.text.references if each.is_spoken else ():
            found = texts.booleans(name) & texts.filling(name, each)
            action = texts.first(found) if found else None
            field = texts.field(name)
            outbound = flow.outbound
            datum = outbound.datum(name.removeprefix(DATA)) if outbound is not None and name.startswith(DATA) else None
            field = datum or field
            if field is not None and field.type == "boolean":
                message = f"{each.what} says `${{{name}}}`, which is true or false"
                yield RULE.at(flow.path, each.span, message, _HINT, (Related(field.span, "declared here"),))
            if action is not None:
                message = f"{each.what} says `${{{name}}}`, which is true or false in `{action.name}`"
                declared = next(parameter.span for parameter in action.parameters if parameter.name == name)
                related = (Related(declared, "the parameter"), Related(each.place_of(found), "it is spoken here"))
                yield RULE.at(flow.path, each.span, message, _HINT, related)


_HINT = "make it a `string` with an `enum` of what can be said"


RULE = Rule("FLOW207", "prompt that says true or false", __doc__, whole_flow_checks=(check,))
