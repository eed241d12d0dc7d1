"""What of the language a flow uses, as far as something is assumed of it: by the flow alone, not by what is emitted."""

from __future__ import annotations

from flowc.ir import (
    Action,
    Ask,
    Flow,
    Menu,
    Notify,
    QueueTarget,
    ReturnToAgent,
    Say,
    Secret,
    StartAgent,
    Storage,
    TakeMessage,
    Transfer,
    announced,
    settings,
    step_lists,
    steps_of,
)
from flowc.ir.briefing import briefs
from flowc.ir.introduction import introduces
from flowc.verify.result import Used

_WITH_RINGBACK = {Transfer, ReturnToAgent, StartAgent, Ask}


def used(flow: Flow) -> Used:
    transfers = steps_of(flow, Transfer)
    messages = steps_of(flow, TakeMessage)
    says, is_told_alone = _says(flow), _is_told_alone(flow)
    briefing_silence = any(step.briefing_silence_ms for step in transfers)
    idle = any(agent.idle for agent in flow.every_agent)
    quiet = any(step.quiet_ms is not None for step in messages)
    return Used(
        accept=any(target.accept for target in flow.targets),
        agent=flow.agent is not None,
        briefing_silence=briefing_silence,
        briefs=briefs(flow),
        hears_keys=flow.agent is not None
        or bool(messages or steps_of(flow, Menu))
        or any(step.cancel is not None for step in transfers),
        hold=any(target.tells_of_its_keys for target in flow.targets),
        idle=idle,
        introduces=introduces(flow),
        keys=bool(flow.keys),
        legs=bool(transfers) or flow.outbound is not None,
        listens=briefing_silence or idle or quiet,
        machine=any(target.machine for target in flow.targets),
        message=any(target.machine and target.machine.message for target in flow.targets),
        messages=bool(messages),
        parameters=_has_parameters(flow),
        plays=says or bool(messages) or _has_ringback(flow),
        queues=any(type(target) is QueueTarget for target in flow.targets),
        quiet=quiet,
        recording=flow.call.recording is not None,
        speaks=flow.agent is not None or says or is_told_alone,
        secrets=any(type(setting) is Secret for setting in settings(flow)),
        storage=any(type(setting) is Storage for setting in settings(flow)),
        talk_limit=any(step.talk_limit_ms is not None for step in transfers),
        together=any(len(group.targets) > 1 for step in transfers for group in step.groups()),
        webhooks=_has_webhooks(flow),
    )


def _says(flow: Flow) -> bool:
    """Something is said to the caller, or to both who talk."""
    call = flow.call
    is_said = bool(steps_of(flow, Say) or steps_of(flow, Menu)) or call.warning is not None
    is_said |= call.recording is not None and call.recording.say is not None
    is_said |= any(step.ringing or step.warning for step in steps_of(flow, Transfer))
    return is_said or any(announced(target) for target in flow.targets)


def _is_told_alone(flow: Flow) -> bool:
    """Something is said to people before the caller is joined, or to a machine."""
    is_told = any(target.accept or target.whisper for target in flow.targets)
    is_told |= any(target.machine and target.machine.message for target in flow.targets)
    return is_told or any(step.gone for step in steps_of(flow, Transfer))


def _has_ringback(flow: Flow) -> bool:
    """Where the caller waits: not for a webhook that is asked while the conversation goes on."""
    lists = step_lists(flow)
    waits = (steps for steps, owner, _ in lists if not (type(owner) is Action and owner.leaves_conversation_alone))
    return any(type(step) in _WITH_RINGBACK for steps in waits for step in steps) or any(
        prompt.sounds for prompt in flow.prompts
    )


def _has_parameters(flow: Flow) -> bool:
    """Values come from outside that are checked: of actions, of calls that are placed, of what webhooks answer."""
    declared = any(action.parameters for action in flow.actions) or any(webhook.answer for webhook in flow.webhooks)
    return declared or flow.outbound is not None or briefs(flow) or introduces(flow)


def _has_webhooks(flow: Flow) -> bool:
    call = flow.call
    is_told = any(steps_of(flow, kind) for kind in (Notify, Ask, TakeMessage))
    return is_told or call.skew is not None or call.report is not None or call.recording is not None
