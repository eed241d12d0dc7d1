"""A prompt that nobody speaks, a target that is never called, a webhook that is never told, hours that nothing asks
for, callers that no branch names, an agent that is never started, an action that no agent has, or a value in the rows
of a call script that no step uses. Probably another name stands where this one was meant.

Why: the file says something that no call shows: a caller hears another sentence, or reaches another person, than the
author believes.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {goodbye: Goodbye., sorry: "Sorry, nobody is there."}
    actions:
      end_call: {description: End the call., do: [{say: goodbye}, hang_up]}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {goodbye: Goodbye.}
    actions:
      end_call: {description: End the call., do: [{say: goodbye}, hang_up]}
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import (
    Ask,
    Branch,
    CallingNumber,
    ChangeLanguage,
    Flow,
    Menu,
    Notify,
    ReturnToAgent,
    Say,
    StartAgent,
    TakeMessage,
    Transfer,
    announced,
    hours_in_branches,
    hours_in_texts,
    prompts_of,
    steps_of,
    subjects,
)
from flowc.ir.subject import written
from flowc.ir.walk import texts
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    prompts = {action.say for action in flow.actions}
    prompts.update(name for target in flow.targets for name in (*prompts_of(target), *announced(target)))
    recording = flow.call.recording
    prompts.update((flow.call.warning, *(agent.meanwhile for agent in flow.every_agent)))
    prompts.update(() if recording is None else (recording.say,))
    prompts.update(step.prompt for step in steps_of(flow, Say))
    prompts.update(step.prompt for step in steps_of(flow, ReturnToAgent))
    prompts.update(step.prompt for step in steps_of(flow, Menu))
    targets: set[str] = set()
    for step in steps_of(flow, Transfer):
        prompts.update((*step.heard, step.gone))
        targets.update(step.targets())
    webhooks = {flow.call.skew, flow.call.report, *(step.webhook for step in steps_of(flow, Notify))}
    webhooks.update(step.webhook for step in steps_of(flow, TakeMessage))
    webhooks.update(() if recording is None else (recording.notify,))
    asked = {step.webhook for step in steps_of(flow, Ask)}
    webhooks.update(asked)
    for prompt in flow.prompts:
        if prompt.name not in prompts:
            yield RULE.at(flow.path, prompt.span, f"prompt `{prompt.name}` is never used", _HINT)
    for webhook in flow.webhooks:
        if webhook.name not in webhooks:
            yield RULE.at(flow.path, webhook.span, f"webhook `{webhook.name}` is never used", _HINT)
    models = {each.model for each in flow.likes}
    for target in flow.targets:
        if target.name not in targets:
            hint = _HINT if target.name not in models else _MODEL
            yield RULE.at(flow.path, target.span, f"target `{target.name}` is never used", hint)
    if flow.agents:
        yield from _agents(flow)
    if any(webhook.answer for webhook in flow.webhooks):
        yield from _answers(flow, asked, webhooks)
    if flow.call.languages:
        yield from _languages(flow)
    if flow.hours:
        yield from _hours(flow)
    if flow.callers:
        yield from _callers(flow)


def _agents(flow: Flow) -> Iterator[Diagnostic]:
    """Those who never have a caller, and the actions that none of them may ask for."""
    started = {step.agent for step in steps_of(flow, StartAgent)}
    if not flow.inbound:
        started.update(agent.name for agent in flow.every_agent[:1])
    for agent in flow.every_agent:
        if agent.name not in started:
            step = "start_agent" if agent is flow.agent else f"{{start_agent: {agent.name}}}"
            hint = f"`{step}` is the step by which it has the caller; or remove it"
            yield RULE.at(flow.path, agent.span, f"agent `{agent.name}` is never started", hint)
    asked = {name for agent in flow.every_agent for name in agent.actions}
    for action in flow.actions:
        if action.name not in asked:
            message = f"action `{action.name}` is among the `actions` of no agent"
            yield RULE.at(flow.path, action.span, message, "name it in the `actions` of an agent, or remove it")


def _answers(flow: Flow, asked: Container[str], told: Container[str | None]) -> Iterator[Diagnostic]:
    """What nobody asks for, and fields that nothing is done with."""
    used = {name for text in texts(flow) for name in text.references} | set(map(written, subjects(flow)))
    for webhook in flow.webhooks:
        if webhook.answer and webhook.name not in asked:
            if webhook.name not in told:
                continue  # it is never used
            message = f"nobody asks `{webhook.name}` for its `answer`"
            yield RULE.at(flow.path, webhook.answer[0].span, message, f"`{{ask: {webhook.name}, …}}`, or remove it")
            continue
        for field in webhook.answer:
            name = f"{webhook.name}.{field.name}"
            if name not in used:
                hint = (
                    f"name `${{{name}}}` in a text, or go `by: {name}`; or remove it: what else is answered is no error"
                )
                where = next((prompt for prompt in flow.prompts if f"{{{name}}}" in prompt.text.known()), None)
                if where is not None:
                    hint = f"a `$` belongs before `{{{name}}}` in prompt `{where.name}`: it is said as it stands there"
                yield RULE.at(flow.path, field.span, f"`{name}` is never used", hint)


def _hours(flow: Flow) -> Iterator[Diagnostic]:
    """Those that nothing asks for."""
    asked = {target.hours for target in flow.targets} | hours_in_texts(flow) | hours_in_branches(flow)
    for hours in flow.hours:
        if hours.name not in asked:
            name = f"hours.{hours.name}"
            hint = f"name them on a target, or `${{{name}}}` in a text, or go `by: {name}`; or remove them"
            yield RULE.at(flow.path, hours.span, f"hours `{hours.name}` are never used", hint)


def _callers(flow: Flow) -> Iterator[Diagnostic]:
    """Those that no branch names."""
    deciding = [step for step in steps_of(flow, Branch) if step.subject == CallingNumber()]
    named = {arm.value for step in deciding for arm in step.arms}
    choices = [choice for step in steps_of(flow, Transfer) for choice in step.choices()]
    named.update(arm.value for choice in choices if choice.subject == CallingNumber() for arm in choice.arms)
    for callers in flow.callers:
        if callers.name not in named:
            hint = f"go `by: call.from`, and name `{callers.name}` in `among`; or remove them"
            yield RULE.at(flow.path, callers.span, f"callers `{callers.name}` are never used", hint)


def _languages(flow: Flow) -> Iterator[Diagnostic]:
    """Those in which nobody ever hears anything."""
    heard = {flow.call.first_language, *(target.language for target in flow.targets)}
    steps = steps_of(flow, ChangeLanguage)
    heard.update(step.language for step in steps)
    held = {step.parameter for step in steps}
    for action in flow.actions:
        heard.update(value for each in action.parameters if each.name in held for value in each.enum)
    for language in flow.call.languages:
        if language.name not in heard:
            hint = f"`{{language: {language.name}}}` is the step by which a call goes on in it"
            yield RULE.at(flow.path, language.span, f"language `{language.name}` is never used", hint)


_HINT = "use it, or remove it"
_MODEL = "others are like it, but no step rings it: write its keys at one of those that are rung, and name that one"


RULE = Rule("FLOW310", "declared, but never used", __doc__, last_checks=(check,))
