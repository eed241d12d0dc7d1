"""The tables of a scenario: a flow in the words of the YAML, as plain values.

They carry no line numbers: a comment added to the YAML changes no byte of the scenario. The first key of a step, a
target or a setting is its kind: the runtime finds what carries it out by it.
"""

from __future__ import annotations

from typing import Any, assert_never

from flowc.emit.contract import parameter_schema
from flowc.ir import (
    WAY_OF_LOSS,
    Accept,
    Action,
    Agent,
    Announce,
    AnswerValue,
    Ask,
    Branch,
    CallerId,
    Callers,
    CallersNumber,
    CallingNumber,
    CallLanguage,
    CallRecording,
    ChangeLanguage,
    Data,
    DataValue,
    DialledNumber,
    Digits,
    Entry,
    Flow,
    GoTo,
    Group,
    HangUp,
    Hours,
    HoursState,
    Hunt,
    Idle,
    KeysOf,
    Machine,
    Menu,
    Notify,
    Parameter,
    ParameterValue,
    PstnTarget,
    QueueTarget,
    RecordCall,
    Reject,
    Reply,
    Retry,
    ReturnToAgent,
    Say,
    Secret,
    Setting,
    SipTarget,
    StartAgent,
    Step,
    Steps,
    Storage,
    Subject,
    TakeMessage,
    Target,
    Transfer,
    UserTarget,
    Version,
    Webhook,
    WhatsappTarget,
    numbers_of_otherwise,
)
from flowc.ir.subject import written
from flowc.machines import MODELS


def as_setting(setting: Setting) -> Any:
    match setting:
        case str():
            return setting
        case Secret(name):
            return {"secret": name}
        case Storage(name):
            return {"storage": name}
        case Data(name):
            return {"data": name}
        case _:
            assert_never(setting)


def _texts(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {entry.name: entry.text.template for entry in entries}


def as_flow(flow: Flow, contract: str | None) -> dict[str, Any]:
    """`contract` is that with the agent's tools; None where there are none."""
    return {
        "name": flow.name,
        **({} if contract is None else {"contract": contract, "tokenRequired": flow.call.token_required}),
        "maxDurationMs": flow.call.max_duration_ms,
        **({} if flow.call.warning is None else {"warning": flow.call.warning}),
        **({} if flow.call.voice is None else {"voice": flow.call.voice}),
        **({} if flow.call.skew is None else {"skew": flow.call.skew}),
        **({} if flow.call.report is None else {"report": flow.call.report}),
        **({} if flow.call.country is None else {"country": flow.call.country}),
    }


_KEEP = {
    "3 months": "THREEMONTHS",
    "6 months": "SIXMONTHS",
    "1 year": "ONEYEAR",
    "2 years": "TWOYEARS",
    "3 years": "THREEYEARS",
}
"""What the platform calls them."""


def as_recording(recording: CallRecording) -> dict[str, Any]:
    return {
        **({} if recording.say is None else {"say": recording.say}),
        "webhook": recording.notify,
        "keep": _KEEP[recording.keep],
        "secure": recording.is_secure,
    }


def as_agent(agent: Agent) -> dict[str, Any]:
    return {
        "api_key": as_setting(agent.api_key),
        "agent_id": as_setting(agent.agent_id),
        "version": agent.version,
        **({"metadata": _texts(agent.metadata)} if agent.metadata else {}),
        "lastWordsMs": agent.last_words_ms,
        "unavailable": as_steps(agent.unavailable),
        **({} if agent.idle is None else {"idle": _idle(agent.idle)}),
    }


def _idle(idle: Idle) -> dict[str, Any]:
    return {"afterMs": idle.after_ms, "times": idle.times, "way": idle.way, "do": as_steps(idle.do)}


def as_one_of_agents(agent: Agent) -> dict[str, Any]:
    way = {} if agent.way == WAY_OF_LOSS else {"way": agent.way}
    return {**as_agent(agent), **way, "actions": list(agent.actions)}


def _announce(announce: Announce) -> dict[str, Any]:
    return {
        "say": announce.prompt,
        "everyMs": announce.every_ms,
        **({"needs": list(announce.needs)} if announce.needs else {}),
    }


def as_target(target: Target) -> dict[str, Any]:
    match target:
        case PstnTarget():
            return {
                "pstn": as_setting(target.number),
                **({} if target.hours is None else {"hours": target.hours}),
                **_caller_id(target),
                "ringMs": target.ring_ms,
                **_before_joined(target),
            }
        case UserTarget():
            return {
                "user": as_setting(target.user),
                **_caller_id(target),
                **({} if target.hours is None else {"hours": target.hours}),
                **({} if target.push_ms is None else {"pushMs": target.push_ms}),
                "ringMs": target.ring_ms,
                **_before_joined(target),
            }
        case WhatsappTarget():
            return {
                "whatsapp": as_setting(target.number),
                **_caller_id(target),
                **({} if target.hours is None else {"hours": target.hours}),
                "ringMs": target.ring_ms,
                **_before_joined(target),
            }
        case QueueTarget():
            return {
                "queue": as_setting(target.queue),
                **({} if target.hours is None else {"hours": target.hours}),
                **({"skills": list(target.skills)} if target.skills else {}),
                "priority": target.priority,
                **({} if target.announce is None else {"announce": _announce(target.announce)}),
                "ringMs": target.ring_ms,
                **_before_joined(target),
            }
        case SipTarget():
            return {
                "sip": as_setting(target.address),
                **_caller_id(target),
                **({} if target.hours is None else {"hours": target.hours}),
                **({"headers": _texts(target.headers)} if target.headers else {}),
                **_called_with(target),
                **({"refer": True} if target.refers else {}),
                "ringMs": target.ring_ms,
                **_before_joined(target),
            }
        case _:
            assert_never(target)


def _called_with(target: SipTarget) -> dict[str, Any]:
    auth, registration = target.auth, target.registration
    return {
        **({"auth": {"user": as_setting(auth.user), "password": as_setting(auth.password)}} if auth else {}),
        **({} if target.display_name is None else {"display_name": target.display_name}),
        **({} if target.proxy is None else {"proxy": target.proxy}),
        **({} if registration is None else {"registration": as_setting(registration)}),
    }


def _caller_id(target: Target) -> dict[str, Any]:
    """None where the flow says nothing: then the platform shows one."""
    shown = [as_caller_id(each) for each in target.caller_ids]
    return {"caller_id": shown if len(shown) > 1 else shown[0]} if shown else {}


def as_caller_id(caller_id: CallerId) -> Any:
    return {"caller": {}} if isinstance(caller_id, CallersNumber) else as_setting(caller_id)


def _before_joined(target: Target) -> dict[str, Any]:
    """What comes between the answer and the caller."""
    return {
        **({} if target.machine is None else {"machine": as_machine(target.machine, target.language)}),
        **({} if target.accept is None else {"accept": as_accept(target.accept, target.language)}),
        **({} if target.whisper is None else {"whisper": in_language(target.language, target.whisper)}),
    }


def in_language(language: str | None, prompt: str) -> str:
    """A prompt in one language, as the scenario calls it: no other name of a flow has a `$`."""
    return prompt if language is None else f"{language}${prompt}"


def as_versions(flow: Flow) -> dict[str, Version]:
    """Every prompt in every language, by what the scenario calls it."""
    return {
        in_language(version.language, prompt.name): version for prompt in flow.prompts for version in prompt.versions
    }


def as_prompts(flow: Flow) -> dict[str, str]:
    """The texts that are spoken."""
    return {name: each.text.template for name, each in as_versions(flow).items() if each.sound is None}


def as_sounds(flow: Flow) -> dict[str, str]:
    """The addresses of sound files."""
    return {name: each.sound for name, each in as_versions(flow).items() if each.sound is not None}


def as_accept(accept: Accept, language: str | None) -> dict[str, Any]:
    return {
        "say": in_language(language, accept.prompt),
        "key": accept.key,
        **({} if accept.decline is None else {"decline": accept.decline}),
        "withinMs": accept.within_ms,
    }


def as_machine(machine: Machine, language: str | None) -> dict[str, Any]:
    message = machine.message
    left = {} if message is None else {"message": in_language(language, message), "beepMs": machine.beep_ms}
    return {
        "unsure": "machine" if machine.unsure_is_machine else "person",
        "model": MODELS[machine.model],
        "withinMs": machine.within_ms,
        **left,
    }


def as_digits(digits: Digits) -> list[str | int]:
    """Keys, as texts where a parameter holds them, and pauses in milliseconds."""
    return [each.template if isinstance(each, KeysOf) else each for each in digits]


def as_webhook(webhook: Webhook) -> dict[str, Any]:
    headers = {header.name: as_setting(header.value) for header in webhook.headers}
    key = {} if webhook.sign is None else {"sign": as_setting(webhook.sign)}
    answer = {field.name: {**_described(field), **as_parameter(field)} for field in webhook.answer}
    own = {**({"headers": headers} if headers else {}), **key, **({"answer": answer} if answer else {})}
    return {"url": as_setting(webhook.url), **own}


def _described(field: Parameter) -> dict[str, str]:
    """For whoever makes the webhook: nobody else reads it."""
    return {"description": field.description} if field.description else {}


def as_callers(callers: Callers) -> Any:
    """Their numbers, or the setting that holds them."""
    return list(callers.numbers) if isinstance(callers.numbers, tuple) else as_setting(callers.numbers)


def as_hours(hours: Hours) -> dict[str, Any]:
    """In the flow's own words. What is open when is for the platform's clock to say, which knows the zone."""
    dates = hours.by_date.items()
    return {
        "timezone": hours.timezone,
        "weekly": {day: [each.text for each in ranges] for day, ranges in hours.by_day.items()},
        "dates": {date: [each.text for each in ranges] if ranges else "closed" for date, ranges in dates},
    }


def as_action(action: Action, first: int, asks: bool) -> dict[str, Any]:
    """`first` is how many of its steps do nothing but tell webhooks before anything else happens; `asks`: the next one
    asks one. Or the action leaves the conversation alone, and asks.
    """
    return {
        "parameters": {parameter.name: as_parameter(parameter) for parameter in action.parameters},
        **({"says": True} if action.say else {}),
        **({"cancels": True} if action.cancels else {}),
        **({"first": first} if first else {}),
        **({"asks": True} if asks or action.asks_for_ms else {}),
        "do": as_steps(action.do),
    }


def as_parameter(parameter: Parameter) -> dict[str, Any]:
    """Its JSON Schema, but for what its text looks like, which stands there in the words of the flow."""
    schema = parameter_schema(parameter, described=False)
    form = {"pattern": parameter.pattern, "format": parameter.format}
    inside = ("items", "properties", "required", "additionalProperties")
    return {
        **{key: value for key, value in schema.items() if key not in form and key not in inside},
        **{key: value for key, value in form.items() if value is not None},
        **({"optional": True} if parameter.optional else {}),
        **({"items": as_parameter(parameter.items)} if parameter.items is not None else {}),
        **(
            {"properties": {each.name: as_parameter(each) for each in parameter.properties}}
            if parameter.properties
            else {}
        ),
    }


def as_steps(steps: Steps) -> list[dict[str, Any]]:
    return [as_step(step, number) for step, number in zip(steps, numbers_of_otherwise(steps), strict=True)]


def _otherwise(steps: Steps, number: int) -> list[dict[str, Any]]:
    """From the second of a list on, the way there has its number."""
    return as_steps(steps) if number == 1 else [{"instead": number, "steps": as_steps(steps)}]


def as_step(step: Step, number: int = 1) -> dict[str, Any]:
    """`number` is that of its `otherwise` in the list around it."""
    match step:  # what there is most of stands first, since to ask for another kind takes long
        case ReturnToAgent():
            opening = {"say": step.prompt} if step.prompt else {}
            return {
                "return_to_agent": {
                    **opening,
                    **({"otherwise": _otherwise(step.otherwise, number)} if step.otherwise else {}),
                }
            }
        case Transfer():
            answered = as_steps(step.afterwards)
            return {
                "transfer": _hunt(step.to),
                **({} if step.agent_waits is None or step.introduction_ms else {"agent": step.agent_word}),
                **({} if step.briefing_ms is None else {"briefingMs": step.briefing_ms}),
                **({"introductionMs": step.introduction_ms} if step.agent_waits and step.introduction_ms else {}),
                **({} if step.briefing_silence_ms is None else {"briefingSilenceMs": step.briefing_silence_ms}),
                **({} if step.gone is None else {"gone": step.gone}),
                "ringing": list(step.ringing) or "ringback",
                **({} if step.within_ms is None else {"withinMs": step.within_ms}),
                **({"stop_on": list(map(str, step.stop_on))} if step.stop_on else {}),
                **({} if step.cancel is None else {"cancel": step.cancel}),
                **({"recording": "paused"} if step.pauses_recording else {}),
                **({} if step.talk_limit_ms is None else {"talkLimitMs": step.talk_limit_ms}),
                **({} if step.warning is None else {"warning": step.warning}),
                "fallback": {
                    str(fallback.outcome or "otherwise"): as_steps(fallback.steps) for fallback in step.fallback
                },
                **({"afterwards": [], "answered": answered} if step.is_placed else {"afterwards": answered}),
            }
        case Notify():
            return {"notify": step.webhook}
        case Say():
            return {"say": step.prompt}
        case GoTo():
            return {"route": step.route}
        case HangUp():
            return {"hang_up": {}}
        case StartAgent():
            return {"start_agent": step.agent or {}}
        case Reject():
            return {"reject": str(step.reason)}
        case Retry():
            return {"retry": {}}
        case Ask():
            return {"ask": step.webhook, "withinMs": step.within_ms, "otherwise": as_steps(step.otherwise)}
        case Reply():
            return {"reply": _texts(step.data)}
        case TakeMessage():
            return {
                "take_message": step.webhook,
                "limitMs": step.limit_ms,
                "key": step.key,
                **({} if step.quiet_ms is None else {"quietMs": step.quiet_ms}),
                "otherwise": _otherwise(step.otherwise, number),
            }
        case RecordCall():
            return {"recording": step.word}
        case Menu():
            none_chosen = _otherwise(step.otherwise, number)
            return {
                "menu": step.prompt,
                "keys": [{"key": each.key, "do": as_steps(each.steps)} for each in step.choices],
                "withinMs": step.within_ms,
                "times": step.times,
                "otherwise": none_chosen,
            }
        case ChangeLanguage():
            return {"language": step.language or {"parameter": step.parameter}}
        case Branch():
            return {"by": as_subject(step.subject), "among": {arm.value: as_steps(arm.steps) for arm in step.arms}}
        case _:
            assert_never(step)


def _hunt(hunt: Hunt) -> list[Any]:
    items: list[Any] = []
    for item in hunt:
        if isinstance(item, Group):
            items.append(_group(item))
        else:
            items.append(
                {"by": as_subject(item.subject), "among": {part.value: _hunt(part.hunt) for part in item.arms}}
            )
    return items


def _group(group: Group) -> Any:
    """A target alone is its name."""
    if len(group.targets) == 1 and group.attempts == 1 and not group.pause_ms:
        return group.targets[0]
    rung = {"target": group.targets[0]} if len(group.targets) == 1 else {"together": list(group.targets)}
    return {**rung, "attempts": group.attempts, "pauseMs": group.pause_ms}


def as_subject(subject: Subject) -> dict[str, Any]:
    match subject:
        case ParameterValue(name):
            return {"parameter": name}
        case DialledNumber():
            return {"call": "to"}
        case CallingNumber():
            return {"call": "from"}
        case CallLanguage():
            return {"call": "language"}
        case HoursState(hours):
            return {"hours": hours}
        case AnswerValue():
            return {"answer": written(subject)}
        case DataValue():
            return {"data": subject.name}
        case _:
            assert_never(subject)
