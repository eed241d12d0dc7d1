"""Values of a flow in words, as they stand in sentences: names in backticks, texts in quotation marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from flowc.ir import (
    Accept,
    Ask,
    Branch,
    CallerId,
    CallersNumber,
    ChangeLanguage,
    Choice,
    Data,
    Digits,
    Flow,
    GoTo,
    Group,
    HangUp,
    Hunt,
    KeysOf,
    Machine,
    Menu,
    Notify,
    Outcome,
    Range,
    RecordCall,
    Reject,
    Reply,
    Retry,
    ReturnToAgent,
    Say,
    Secret,
    Setting,
    StartAgent,
    Step,
    Steps,
    Storage,
    TakeMessage,
    Text,
    Transfer,
)
from flowc.ir.subject import written
from flowc.language.durations import as_written

LONGEST_TEXT = 160
NOTHING = "nothing"
MOST_NAMES = 4


def code(text: object) -> str:
    """As it is written in a flow."""
    return f"`{_one_line(str(text))}`"


def codes(names: Iterable[object]) -> str:
    """`a`, `b` and `c`; nobody where there are none."""
    return listed([code(name) for name in names]) or "nobody"


def listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def quoted(text: str) -> str:
    """What is said, or sent."""
    line = _one_line(text)
    return f"“{line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1] + '…'}”"


def _one_line(text: str) -> str:
    return " ".join(text.replace("`", "'").split())


def text_words(text: Text) -> str:
    return quoted(text.template)


def lasting(ms: int | None) -> str:
    return "no limit" if ms is None else as_written(ms)


def silence(ms: int | None) -> str:
    return "no silence" if ms is None else f"a silence of {as_written(ms)}"


def or_nothing(value: object | None) -> str:
    return NOTHING if value is None else code(value)


def setting_words(setting: Setting) -> str:
    match setting:
        case str():
            return code(setting)
        case Secret(name):
            return f"the secret {code(name)}"
        case Storage(name):
            return f"{code(name)} of the ApplicationStorage"
        case Data(name):
            return f"{code(f'data.{name}')}"
        case _:
            assert_never(setting)


def caller_id_words(ids: tuple[CallerId, ...]) -> str:
    words = ["the caller's number" if isinstance(each, CallersNumber) else setting_words(each) for each in ids]
    return ", else ".join(words) or "none"


def digits_words(digits: Digits) -> str:
    words = [
        as_written(each) if isinstance(each, int) else code(each.template if isinstance(each, KeysOf) else each)
        for each in digits
    ]
    return ", ".join(words) or NOTHING


def accept_words(accept: Accept | None) -> str:
    if accept is None:
        return "takes the call by answering"
    declining = "" if accept.decline is None else f", declines it with {code(accept.decline)}"
    return (
        f"takes the call with the key {code(accept.key)}{declining} within {as_written(accept.within_ms)} "
        f"(hears {code(accept.prompt)})"
    )


def machine_words(machine: Machine | None) -> str:
    if machine is None:
        return "not listened to for a machine"
    unsure = "a machine" if machine.unsure_is_machine else "a person"
    left = (
        ""
        if machine.message is None
        else f"; a machine is left {code(machine.message)}, after {as_written(machine.beep_ms)} at the most"
    )
    return (
        f"listened to for a machine (model {code(machine.model)}) for {as_written(machine.within_ms)}, "
        f"unsure is {unsure}{left}"
    )


def ranges_words(ranges: tuple[Range, ...] | None) -> str:
    return " and ".join([each.text for each in ranges]) if ranges else "closed"


def outcomes_words(outcomes: Sequence[Outcome | str]) -> str:
    return listed([code(str(each)) for each in outcomes])


# Who is rung


def group_words(group: Group) -> str:
    together = f"{codes(group.targets)}{' together' if len(group.targets) > 1 else ''}"
    if group.attempts == 1:
        return together
    return f"{together}, {group.attempts} times with {as_written(group.pause_ms)} between"


def hunt_words(hunt: Hunt) -> str:
    return ", then ".join([_item_words(item) for item in hunt]) or "nobody"


def _item_words(item: Group | Choice) -> str:
    if isinstance(item, Group):
        return group_words(item)
    arms = "; ".join([f"{code(arm.value)}: {hunt_words(arm.hunt)}" for arm in item.arms])
    return f"by {code(written(item.subject))} ({arms})"


def targets_words(transfer: Transfer) -> str:
    names = transfer.targets()
    if len(names) > MOST_NAMES:
        return f"{code(names[0])} and {len(names) - 1} others"
    return codes(names)


# Steps: what somebody or something does, in the third person


def steps_do(flow: Flow, steps: Steps) -> str:
    """`says “…”, then ends the call`; nothing."""
    return ", then ".join([step_does(flow, step) for step in steps]) or "does nothing"


def step_does(flow: Flow, step: Step) -> str:
    match step:
        case Say(prompt):
            return f"says {code(prompt)}"
        case Notify(webhook):
            return f"tells the webhook {code(webhook)}"
        case Ask(webhook, within, otherwise):
            return (
                f"asks the webhook {code(webhook)} for {as_written(within)} at the most "
                f"(without an answer: {steps_do(flow, otherwise)})"
            )
        case Reply(data):
            return f"hands the agent {codes([each.name for each in data]) if data else NOTHING}"
        case TakeMessage(webhook, limit, _, otherwise):
            return (
                f"takes a message of {as_written(limit)} for {code(webhook)} "
                f"(where that is not possible: {steps_do(flow, otherwise)})"
            )
        case RecordCall(starts):
            return "records the call from there on" if starts else "ends the recording of the call"
        case Menu(prompt, choices):
            return f"offers the menu {code(prompt)} with {codes([each.key for each in choices])}"
        case ChangeLanguage(language, parameter):
            return (
                f"goes on in {code(language)}" if language is not None else f"goes on in the language {code(parameter)}"
            )
        case Transfer():
            return f"calls {hunt_words(step.to)}"
        case Branch(subject):
            return f"goes by {code(written(subject))}"
        case GoTo(route):
            return f"goes on with the route {code(route)}"
        case ReturnToAgent(prompt):
            opening = "" if prompt is None else f", who opens with {code(prompt)}"
            return f"brings the caller back to the agent{opening}"
        case StartAgent(agent=name):
            return f"starts the agent{'' if name is None else f' {code(name)}'}"
        case Reject(reason):
            return f"rejects the call as {code(str(reason))}"
        case HangUp():
            return "ends the call"
        case Retry():
            return "asks the call list for another attempt"
        case _:
            assert_never(step)
