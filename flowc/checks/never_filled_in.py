"""A `${…}` that no way can fill in: no action that leads to where the prompt is spoken, or the target called, has such
a parameter. A text behind `or` would be all that anybody ever hears. Nor does a step `language` change anything then.

Why: the parameter stands in another action than its author thinks, and what the agent was told gets lost.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {goodbye: "Goodbye, ${name or 'and thank you'}."}
    actions:
      end_call: {description: End the call., do: [{say: goodbye}, hang_up]}
      greet:
        description: Say hello.
        parameters: {name: {type: string, description: the caller's name}}
        do: return_to_agent

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {goodbye: "Goodbye, ${name or 'and thank you'}."}
    actions:
      end_call:
        description: End the call.
        parameters: {name: {type: string, optional: true, description: the caller's name}}
        do: [{say: goodbye}, hang_up]
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.walks.actions_on_the_way import Heard, Texts, texts_of
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import (
    MISSING,
    AnswerValue,
    Ask,
    ChangeLanguage,
    Flow,
    ParameterValue,
    Reply,
    StartAgent,
    answers_in_metadata,
    answers_in_replies,
    steps_of,
)
from flowc.ir.ways import ways_through
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    texts = texts_of(flow)
    for each in texts.all:
        for name in each.text.references if each.origins else ():
            is_answer = texts.field(name) is not None
            if ("." in name and not is_answer) or texts.filling(name, each):
                continue
            if is_answer:
                yield _never_answered(flow, texts, each, name)
                continue
            action = texts.first(each.origins)
            message = f"nobody fills in `${{{name}}}` in {each.what}: "
            if texts.having(name) & each.origins:
                message += f"only a branch for which `{name}` is missing leads there"
            elif each.origins & (each.origins - 1):
                message += "no action that leads there has such a parameter"
            else:
                message += f"{texts.named(each.origins)} leads there, and has no such parameter"
            has_none = action is not None and not texts.having(name) & each.origins
            hint = f"take it out, or give `{name}` to the action" if has_none else "take it out"
            place = texts.place_lacking(name, each, each.origins)
            yield RULE.at(flow.path, each.span, message, hint, (Related(place, "used here"),))


def _never_answered(flow: Flow, texts: Texts, each: Heard, name: str) -> Diagnostic:
    webhook, _, _ = name.partition(".")
    message = f"nobody fills in `${{{name}}}` in {each.what}: on no way that leads there `{webhook}` has answered"
    place = texts.place_lacking(name, each, each.origins)
    hint = f"take it out, or ask before: `{{ask: {webhook}, otherwise: STEPS}}`"
    return RULE.at(flow.path, each.span, message, hint, (Related(place, "used here"),))


def no_metadata(flow: Flow) -> Iterator[Diagnostic]:
    """What agents are told when they start: it is what webhooks have answered before the agent, if they were asked."""
    if not answers_in_metadata(flow):
        return
    ways = ways_through(flow)
    starts = (way for place in ways.places if type(place.at) is StartAgent for way in place.ways)
    known = [dict(way.left) for way in starts if way.origins & (ways.inbound | ways.outbound)]
    asked = {step.webhook for step in steps_of(flow, Ask)}
    entries = {entry.span: entry for agent in flow.every_agent for entry in agent.metadata}
    for entry in entries.values():
        for name in entry.text.references:
            webhook, _, field = name.partition(".")
            answer = AnswerValue(webhook, field)
            is_answered = webhook in asked and any(left.get(answer) != frozenset((MISSING,)) for left in known)
            if ways.field(answer) is None or is_answered:
                continue
            message = f"nobody fills in `${{{name}}}` in metadata `{entry.name}`: "
            message += f"before the agent `{webhook}` is not asked"
            hint = f"take it out, or ask in `inbound`: `{{ask: {webhook}, otherwise: start_agent}}`"
            yield RULE.at(flow.path, entry.span, message, hint)


def no_reply(flow: Flow) -> Iterator[Diagnostic]:
    """What is handed back to the agent is what webhooks have answered that the action has asked before."""
    if not answers_in_replies(flow):
        return
    ways = ways_through(flow)
    for place in ways.places:
        for entry in place.at.data if isinstance(place.at, Reply) and place.ways else ():
            for name in entry.text.references:
                webhook, _, field = name.partition(".")
                answer = AnswerValue(webhook, field)
                known = (dict(way.left).get(answer) for way in place.ways)
                if ways.field(answer) is None or any(values != frozenset((MISSING,)) for values in known):
                    continue
                message = f"nobody fills in `${{{name}}}` in `{entry.name}` of this reply: "
                message += f"on no way that leads here `{webhook}` has answered"
                hint = f"take it out, or ask before: `{{ask: {webhook}, otherwise: STEPS}}`"
                yield RULE.at(flow.path, entry.span, message, hint)


def no_language(flow: Flow) -> Iterator[Diagnostic]:
    """A step that would change the language, if anybody ever said to which."""
    if not any(step.parameter for step in steps_of(flow, ChangeLanguage)):
        return
    ways = ways_through(flow)
    for place in ways.places:
        step = place.at
        if type(step) is not ChangeLanguage or step.parameter is None or not place.ways:
            continue
        subject = ParameterValue(step.parameter)
        possible = (values for way in place.ways for values, _ in ways.values(subject, way))
        having = sum(bit for bit, _ in ways.declared(step.parameter))
        if all(values == {MISSING} for values in possible) or not any(way.origins & having for way in place.ways):
            message = f"nobody says which language `{step.parameter}` is: no way that leads here has such a parameter"
            yield RULE.at(flow.path, step.span, message, "name a language, or take the step out")


_CHECKS = (check, no_metadata, no_reply, no_language)
RULE = Rule("FLOW206", "reference that no way can fill in", __doc__, whole_flow_checks=_CHECKS)
