"""Something stands where it can do nothing.

- `reply` hands data to the agent in the answer to its request, so the agent has to be there still: in `do` of an action
  whose other steps, if any, are `notify`, `language` and `ask`, behind all that is asked. One reply is all that a
  request gets.
- `pause` stands between two attempts: it needs `attempts`, and to be shorter than `within`.
- `talk_limit` is shorter than `max_duration` of `call`, after which the call is over.
- The `warning` of `max_duration` comes in the middle of whatever goes on: no action has led there, so it has no
  parameters, and `${call.from}` needs an `or` where it may be empty.
- `stop_on` says after what nobody else is rung: it needs a hunt in which somebody else, or the same one again, may be.
- `together` takes two targets or more. One on the telephone network needs `accept`, `machine`, or `voicemail: none`
  if its phone has none: a voicemail answers before anybody else does, and would take every call.
  A number or an address is called once in it: the second call would find the phone busy. One with `digits` needs
  `accept`: an exchange answers at once, too.
- Two targets in one hunt that differ in nothing but their name are one phone: a number was forgotten, or `attempts` is
  meant.
- `interrupted: cancel` of an action that only notifies or replies: it is done as soon as the agent asks for it, and
  the caller hears nothing of it, so there is nothing to cancel.
- `otherwise` of `return_to_agent` is for where there is no agent, in the steps of `unavailable` and the routes that
  they lead to, and in those of `inbound`. Where only actions lead there is one on every way; where only these two lead
  there is none on any.
- `language` of a target to whom nothing is said, and whom no agent briefs: what the caller hears is in the caller's
  language.
- A branch `by: call.language`, or a reply with `${call.language}`, behind a step `language` of an action that leaves
  the conversation alone: there everything is chosen before anything is done.
- `like` names a target that has keys of its own, and no `like`: what holds for a target stands in one place.
- `digits` beside `machine`: an exchange that takes digits is a machine itself.
- A target with `refer` is the last of its transfer, alone and once: whoever is handed over is not there for another
  one. And `accept`, `machine` and `digits` ask or tell somebody whom nobody here has on the line.
- A queue is waited in alone and once: it stands in no `together`, and has no `attempts`.
- `push` is how long a sleeping app may take to wake, and a part of `ring`: so it is shorter.
- `{recording: start}` begins what `call: {recording: …}` describes: it needs that, with `starts: asked`, and
  that needs a step by which it starts. With `starts: always` it has begun before. And a transfer with
  `recording: paused` needs a recording, and no `warning` or `refer`, which nobody would hear or pause. One with
  `stereo` can neither be paused nor stopped, and whoever has its address hears it: it needs `secure: false`.
- `quiet` of `take_message` ends a message before its `limit`: so it is shorter.
- `decline` of `accept` that is its `key` as well: who presses it takes the call.

Why: the agent waits for an answer that does not come, or believes that it has cancelled what has happened already, and
tells the caller something that is not so.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    actions:
      number: {description: Tell the number of the caller., do: [{reply: {number: "${call.from}"}}, hang_up]}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    actions:
      number: {description: Tell the number of the caller., do: {reply: {number: "${call.from}"}}}
      end_call: {description: End the call., do: hang_up}
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from flowc.checks.walks.before_the_agent import MOST_ASKED_MS, longest_asked
from flowc.diagnostics import Diagnostic, Related, quoted
from flowc.ir import (
    Action,
    Ask,
    Branch,
    CallLanguage,
    ChangeLanguage,
    Choice,
    Flow,
    Group,
    Hunt,
    PstnTarget,
    QueueTarget,
    RecordCall,
    Reference,
    Reply,
    ReturnToAgent,
    Setting,
    SipTarget,
    Steps,
    TakeMessage,
    Target,
    Transfer,
    UserTarget,
    prompts_of,
    step_lists,
    steps_of,
)
from flowc.ir.walk import HOURS, LANGUAGE
from flowc.ir.ways import ways_through
from flowc.language.durations import as_written
from flowc.machines import told_apart
from flowc.rule import Rule
from flowc.source import START


def misplaced_reply(flow: Flow) -> Iterator[Diagnostic]:
    for each in step_lists(flow) if steps_of(flow, Reply) else ():
        if type(each.owner) is Action and each.owner.leaves_conversation_alone:
            if each.top:
                yield from _second_replies(flow, each.steps, None)
            continue
        for step in each.steps if Reply in map(type, each.steps) else ():
            if type(step) is Reply:
                message = (
                    "`reply` is possible only in an action whose other steps, if any, are `notify`, `ask`, `language` "
                    "and `recording`"
                )
                hint = "make an action of its own for it"
                if any(type(other) is Ask for other in each.steps):
                    message = "`reply` goes with an `ask` whose `otherwise` leaves the conversation alone as well"
                    hint = (
                        "write `otherwise: {reply: {error: later}}`, and do nothing else than `notify` and `language`"
                    )
                yield RULE.at(flow.path, step.span, message, hint)


def _second_replies(flow: Flow, steps: Steps, first: Reply | None) -> Iterator[Diagnostic]:
    """Those behind another one, and what is asked there; each arm of a branch and each `otherwise` may have its own."""
    for step in steps:
        if type(step) is Branch:
            for arm in step.arms:
                yield from _second_replies(flow, arm.steps, first)
        elif type(step) is Ask:
            if first is not None:
                message = "what a `reply` hands to the agent stands behind all that is asked"
                related = (Related(first.span, "the reply"),)
                yield RULE.at(flow.path, step.span, message, "put the `reply` last", related)
            yield from _second_replies(flow, step.otherwise, None)
        elif type(step) is Reply:
            if first is not None:
                related = (Related(first.span, "the first reply"),)
                message = "a second `reply` in one action"
                yield RULE.at(flow.path, step.span, message, "put all data into one", related)
            first = first or step


def asked_twice(flow: Flow) -> Iterator[Diagnostic]:
    """A list that asks a webhook once more, which has answered: its `otherwise` has another end."""
    for each in step_lists(flow) if steps_of(flow, Ask) else ():
        first: dict[str, Ask] = {}
        for step in each.steps:
            if type(step) is Ask and first.setdefault(step.webhook, step) is not step:
                message = f"`{step.webhook}` is asked twice in one list, and has answered by then"
                related = (Related(first[step.webhook].span, "asked here first"),)
                yield RULE.at(flow.path, step.span, message, "take it out, or put it into a route", related)


def asked_for_long(flow: Flow) -> Iterator[Diagnostic]:
    """What is asked while it rings on the network, which gives a call up that nobody answers."""
    if not flow.inbound or not steps_of(flow, Ask):
        return
    asked = longest_asked(flow)
    together = sum(step.within_ms for step in asked)
    if together > MOST_ASKED_MS:
        message = f"before the call is answered, webhooks are asked for {as_written(together)} together: too long"
        related = tuple(Related(step.span, "asked before") for step in asked[:-1])
        hint = f"at most {as_written(MOST_ASKED_MS)}: write a shorter `within`, or answer the call first, with a `say`"
        yield RULE.at(flow.path, asked[-1].span, message, hint, related)


def never_rung_again(flow: Flow) -> Iterator[Diagnostic]:
    for step in steps_of(flow, Transfer):
        for group in step.groups():
            if len(group.targets) > 1:
                yield from _voicemails(flow, group)
                yield from _one_phone(flow, group)
            if group.pause_ms and group.attempts == 1:
                message = "`pause` stands between attempts, and there is one"
                yield RULE.at(flow.path, group.span, message, "add `attempts: 2`, or remove it")
            elif step.within_ms is not None and group.pause_ms >= step.within_ms:
                message = "nobody is rung a second time: the hunt is over before this `pause` is"
                yield RULE.at(flow.path, group.span, message, "write a shorter `pause`, or a longer `within`")
        if (step.talk_limit_ms or 0) >= flow.call.max_duration_ms:
            longest = as_written(flow.call.max_duration_ms)
            message = f"`talk_limit` never ends a talk: the call itself is over after {longest}, its `max_duration`"
            yield RULE.at(flow.path, step.span, message, "write a shorter one, or a longer `call: {max_duration: …}`")
        if step.stop_on and step.to and step.most_rung < 2:
            message = "`stop_on` stops nothing: nobody else is rung in this hunt"
            where = "call" if step.is_placed else "transfer"
            yield RULE.at(flow.path, step.span, message, f"name another target in `{where}`, or remove it")


def recording_that_never_starts(flow: Flow) -> Iterator[Diagnostic]:
    recording, steps = flow.call.recording, steps_of(flow, RecordCall)
    for transfer in steps_of(flow, Transfer) if recording is None else ():
        if transfer.pauses_recording:
            message = "there is no recording that could be paused: how the call is recorded is not described"
            hint = "take `recording` out, or describe it: `call: {recording: {starts: asked, notify: WEBHOOK}}`"
            yield RULE.at(flow.path, transfer.recording_at or transfer.span, message, hint)
    for step in steps:
        if recording is None:
            message = f"`{{recording: {step.word}}}` says nothing: how the call is recorded is not described"
            hint = "describe it: `call: {recording: {starts: asked, notify: WEBHOOK}}`"
            yield RULE.at(flow.path, step.span, message, hint)
        elif recording.is_always and step.starts:
            related = (Related(recording.span, "recorded always"),)
            message = "a call that is recorded always has begun to be recorded before this step"
            yield RULE.at(flow.path, step.span, message, "take it out, or write `starts: asked`", related)
    if recording is not None and not recording.is_always and not any(step.starts for step in steps):
        message = "nothing is ever recorded: no step starts it"
        hint = "write `{recording: start}` in an action for callers who agree, or `starts: always` with `say: PROMPT`"
        yield RULE.at(flow.path, recording.span, message, hint)


def paused_and_heard(flow: Flow) -> Iterator[Diagnostic]:
    handing = {target.name for target in flow.targets if type(target) is SipTarget and target.refers}
    for step in steps_of(flow, Transfer):
        if not step.pauses_recording:
            continue
        if step.warning is not None:
            message = "nobody hears a `warning` while the recording is paused"
            yield RULE.at(flow.path, step.span, message, "write `talk_limit` without it, or take `recording` out")
        for name in step.targets():
            if name in handing:
                message = f"{quoted(name)} is handed the caller, who is recorded no more then: nothing is to be paused"
                yield RULE.at(flow.path, step.span, message, f"take `recording` out, or `refer` of {quoted(name)}")


def stereo_that_is_stopped(flow: Flow) -> Iterator[Diagnostic]:
    """It is the caller's leg that is recorded then, until it ends."""
    recording = flow.call.recording
    if recording is None or not recording.is_stereo:
        return
    related = (Related(recording.span, "the call is recorded with `stereo`"),)
    if recording.is_secure:
        message = "a recording with `stereo` is handed out to whoever has its address: the platform cannot secure it"
        hint = "write `secure: false`, if that may be; or take `stereo` out"
        yield RULE.at(flow.path, recording.span, message, hint)
    for transfer in steps_of(flow, Transfer):
        if transfer.pauses_recording:
            message = "a recording with `stereo` cannot be paused"
            hint = "take `stereo` out of `call: {recording: …}`, or `recording` out here"
            yield RULE.at(flow.path, transfer.recording_at or transfer.span, message, hint, related)
    for step in steps_of(flow, RecordCall):
        if not step.starts:
            message = "a recording with `stereo` cannot be stopped: it ends with the call"
            hint = "take `stereo` out of `call: {recording: …}`, or take this step out"
            yield RULE.at(flow.path, step.span, message, hint, related)


def never_quiet(flow: Flow) -> Iterator[Diagnostic]:
    for step in steps_of(flow, TakeMessage):
        if (step.quiet_ms or 0) >= step.limit_ms:
            longest = as_written(step.limit_ms)
            message = f"`quiet` never ends a message: it is over after {longest}, its `limit`"
            yield RULE.at(flow.path, step.span, message, "write a shorter `quiet`, or a longer `limit`")


def filled_in_by_nobody(flow: Flow) -> Iterator[Diagnostic]:
    if flow.call.warning is not None:
        yield from _unfilled(flow, flow.call.warning, "the warning of `max_duration`", "the middle of the call")
    recording = flow.call.recording
    if recording is not None and recording.say is not None:
        yield from _unfilled(flow, recording.say, "`say` of `recording`", "the beginning of the call")


def _unfilled(flow: Flow, said: str, what: str, when: str) -> Iterator[Diagnostic]:
    """What is missing in a prompt that comes where no action has led to."""
    prompt = next((each for each in flow.prompts if each.name == said), None)
    if prompt is None:
        return
    for part in prompt.text.parts:
        if not isinstance(part, Reference) or (part.name.startswith("call.") and part.fallback is not None):
            continue
        name = quoted(f"${{{part.name}}}")
        if "." not in part.name or not part.name.startswith(("call.", HOURS)):
            message = f"nobody fills in {name} in {what}: it comes in {when}"
            yield RULE.at(flow.path, prompt.span, message, "take it out, or name another prompt there")
        elif part.name == "call.from" and (why := _numberless(flow)):
            message = f"{what} says {name}, which is empty {why}"
            yield RULE.at(flow.path, prompt.span, message, 'write `${call.from or "…"}` with what is said instead')


def _numberless(flow: Flow) -> str:
    """When there is no `call.from`; empty if there is one in every call: in those that are placed it is our own."""
    if flow.outbound is None or not flow.outbound.alone:
        return "when the caller's number is withheld"
    called = flow.outbound.targets
    nameless = next((each.name for each in flow.targets if each.name in called and not each.caller_ids), "")
    return f"where `{nameless}` is called, which has no `caller_id`" if nameless else ""


def forgotten_numbers(flow: Flow) -> Iterator[Diagnostic]:
    if len({target.dialled for target in flow.targets}) == len(flow.targets):
        return
    for step in steps_of(flow, Transfer):
        yield from _forgotten_in(flow, step)


def _forgotten_in(flow: Flow, step: Transfer) -> Iterator[Diagnostic]:
    """Of targets that are rung one after the other, whatever is chosen, those that differ in nothing but their name."""
    known = {target.name: target for target in flow.targets}
    first: dict[Target, str] = {}
    for item in (each for each in step.to if type(each) is Group):
        for name in item.targets:
            if (target := known.get(name)) is None:
                continue
            other = first.setdefault(_as_called(target), name)
            if other != name and not (len(item.targets) > 1 and other in item.targets):  # which is said of the group
                message = f"`{other}` and `{name}` are one phone, called in one way: it would ring twice in this hunt"
                hint = f"correct what is called there, or write `{{target: {other}, attempts: 2}}`"
                related = (Related(target.span, f"{quoted(name)} is called here"),)
                yield RULE.at(flow.path, item.span, message, hint, related)


def _as_called(target: Target) -> Target:
    """What is called, and how, whatever it is named and wherever that is written."""
    accept = None if target.accept is None else structs.replace(target.accept, span=START)
    plain = structs.replace(target, name="", span=START, accept=accept, whisper_at=None)
    return structs.replace(plain, refers_at=None) if isinstance(plain, SipTarget) else plain


def _voicemails(flow: Flow, group: Group) -> Iterator[Diagnostic]:
    """Of targets that ring together."""
    known = {target.name: target for target in flow.targets}
    is_placed = flow.outbound is not None and group in flow.outbound.call.groups()  # there nobody is asked yet
    for name in group.targets:
        target = known.get(name)
        if target is not None and target.digits and target.accept is None and not is_placed:
            message = f"the exchange of `{name}`, which takes its `digits`, would take the call before anybody answers"
            hint = "ask for a key with `accept` at the target, or ring it after the others"
            yield RULE.at(flow.path, group.span, message, hint, (Related(target.span, "the target"),))
        elif type(target) is PstnTarget and target.has_voicemail and not (target.accept or target.machine):
            message = f"a voicemail of `{name}` would take the call before anybody else answers"
            hint = "" if is_placed else "ask for a key with `accept` at the target, or "
            hint += "write `voicemail: none` if its phone has none; "
            apart = told_apart(target.number, target.caller_ids)
            hint += f"{apart} gives the call to whoever sounds like a person"
            yield RULE.at(flow.path, group.span, message, hint, (Related(target.span, "the target"),))


def _one_phone(flow: Flow, group: Group) -> Iterator[Diagnostic]:
    """Of targets that ring together, those that are one: the second call of it would find it busy."""
    known = {target.name: target for target in flow.targets}
    first: dict[Setting, str] = {}
    for name in group.targets:
        target = known.get(name)
        if target is None:
            continue
        other = first.setdefault(target.dialled, name)
        if other != name:
            related = (Related(target.span, f"{quoted(name)} is called here"),)
            if isinstance(target, type(known[other])):
                message = f"`{other}` and `{name}` are one phone, which is busy with the first call of it"
                yield RULE.at(flow.path, group.span, message, f"take `{name}` out, or correct its number", related)
            else:
                message = f"`{other}` and `{name}` have one number, and would ring the same person twice at once"
                yield RULE.at(flow.path, group.span, message, f"ring `{name}` after the group", related)


def language_of_nobody(flow: Flow) -> Iterator[Diagnostic]:
    if not flow.call.languages:
        return
    transfers = steps_of(flow, Transfer)
    is_warned = flow.call.warning is not None
    told = {name for step in transfers if is_warned or step.warning or step.briefing_ms for name in step.targets()}
    for target in flow.targets:
        if target.language != flow.call.first_language and not prompts_of(target) and target.name not in told:
            message = f"`language` of `{target.name}` changes nothing: nothing is said to this person"
            hint = "add `accept` or `whisper`, or remove it; what the caller hears is in the caller's language"
            yield RULE.at(flow.path, target.span, message, hint)


def language_before(flow: Flow) -> Iterator[Diagnostic]:
    """Of an action that leaves the conversation alone everything is chosen before anything is done."""
    for action in flow.actions:
        if action.leaves_conversation_alone:
            yield from _behind_a_change(flow, action.do, None)


def _behind_a_change(flow: Flow, steps: Steps, changed: ChangeLanguage | None) -> Iterator[Diagnostic]:
    for step in steps:
        if type(step) is ChangeLanguage:
            changed = step
        elif type(step) is Reply:
            if changed is not None and any(LANGUAGE in entry.text.references for entry in step.data):
                message = f"this reply would say the language that the call had before: `${{{LANGUAGE}}}`"
                hint = f"say `${{{changed.parameter}}}`" if changed.parameter else "write the language itself"
                yield RULE.at(flow.path, step.span, message, hint, (Related(changed.span, "the step"),))
        elif type(step) is Branch:
            if changed is not None and step.subject == CallLanguage():
                message = "this branch would go by the language that the call had before"
                hint = f"put it before the step, or go by `{changed.parameter}`" if changed.parameter else "take it out"
                yield RULE.at(flow.path, step.span, message, hint, (Related(changed.span, "the step"),))
            for arm in step.arms:
                yield from _behind_a_change(flow, arm.steps, changed)


def nothing_to_decline(flow: Flow) -> Iterator[Diagnostic]:
    for target in flow.targets:
        if target.accept is not None and target.accept.decline == target.accept.key:
            message = f"`{target.name}` cannot be declined: this key takes the call"
            yield RULE.at(flow.path, target.accept.span, message, "write another key, or take it out")


def exchange_that_is_a_machine(flow: Flow) -> Iterator[Diagnostic]:
    for target in flow.targets:
        if target.digits and target.machine is not None:
            message = f"`{target.name}` has `digits` and `machine`: an exchange that takes digits is a machine itself"
            hint = "take `machine` out; `accept` asks whoever answers behind it for a key"
            yield RULE.at(flow.path, target.span, message, hint)


def handed_over_and_here(flow: Flow) -> Iterator[Diagnostic]:
    for target in flow.targets:
        if type(target) is not SipTarget or not target.refers:
            continue
        asked = (("accept", target.accept), ("machine", target.machine), ("digits", target.digits))
        for key in (key for key, value in asked if value):
            message = f"`{target.name}` has `refer` and `{key}`: a caller who is handed over is not here any more"
            hint = f"take one of them out; with `{key}` the target is called, and the call stays here"
            yield RULE.at(flow.path, target.span, message, hint)


def rung_after_a_hand_over(flow: Flow) -> Iterator[Diagnostic]:
    handing = {target.name for target in flow.targets if type(target) is SipTarget and target.refers}
    for step in steps_of(flow, Transfer) if handing else ():
        if step.is_placed:  # nobody is handed over there, which is said of the target
            continue
        yield from _after_a_hand_over(flow, step.to, handing, is_last=True)


def _after_a_hand_over(flow: Flow, hunt: Hunt, handing: set[str], *, is_last: bool) -> Iterator[Diagnostic]:
    for number, item in enumerate(hunt, start=1):
        ends = is_last and number == len(hunt)
        if isinstance(item, Choice):
            for arm in item.arms:
                yield from _after_a_hand_over(flow, arm.hunt, handing, is_last=ends)
            continue
        for name in (name for name in item.targets if name in handing):
            message, hint = "", ""
            if len(item.targets) > 1:
                message = f"`{name}` hands callers over with `refer`, and cannot ring together with others"
                hint = "ring it after the group, or take `refer` out"
            elif item.attempts > 1:
                message = f"`{name}` hands callers over with `refer`, which is asked once: there are no `attempts`"
                hint = "take `attempts` out, or `refer` at the target"
            elif not ends:
                message = f"`{name}` hands callers over with `refer`, and is not the last of this transfer"
                hint = "put it behind the others: whoever is handed over is not there for them; or take `refer` out"
            if message:
                yield RULE.at(flow.path, item.span, message, hint)


def waited_in_alone(flow: Flow) -> Iterator[Diagnostic]:
    queues = {target.name for target in flow.targets if type(target) is QueueTarget}
    for step in steps_of(flow, Transfer) if queues else ():
        if step.is_placed:  # nobody waits in a queue there, which is said of the target
            continue
        for group in step.groups():
            for name in (name for name in group.targets if name in queues):
                if len(group.targets) > 1:
                    message = f"`{name}` is a queue, and cannot ring together with others: the caller waits there alone"
                    yield RULE.at(flow.path, group.span, message, f"put `{name}` before the group, or behind it")
                elif group.attempts > 1:
                    message = f"`{name}` is a queue, in which the caller waits once: there are no `attempts`"
                    yield RULE.at(flow.path, group.span, message, "take `attempts` out, and write a longer `wait`")


def never_awake(flow: Flow) -> Iterator[Diagnostic]:
    for target in flow.targets:
        if type(target) is UserTarget and target.push_ms is not None and target.push_ms >= target.ring_ms:
            message = f"`{target.name}` rings for no longer than its app may take to wake: `push` is a part of `ring`"
            yield RULE.at(flow.path, target.span, message, "write a longer `ring`, or a shorter `push`")


def nothing_to_cancel(flow: Flow) -> Iterator[Diagnostic]:
    for action in flow.actions:
        if action.cancels and action.leaves_conversation_alone and action.do:
            message = f"`{action.name}` cannot be cancelled: it is done as soon as the agent asks for it"
            yield RULE.at(flow.path, action.span, message, "remove `interrupted`")


def one_of_two_ways(flow: Flow) -> Iterator[Diagnostic]:
    """Of a return and its `otherwise`, the one that no way leads to."""
    if not any(step.otherwise for step in steps_of(flow, ReturnToAgent)):
        return
    ways = ways_through(flow)
    for place in ways.places:
        step = place.at
        if type(step) is not ReturnToAgent or not step.otherwise or not place.ways:
            continue
        if all(way.origins & ways.agentless == 0 for way in place.ways):
            message = "`otherwise` is never used: on every way that leads here there is an agent to return to"
            related = (Related(flow.begins_at, "`unavailable` of this agent does not lead here"),)
            yield RULE.at(flow.path, step.otherwise[0].span, message, "remove `otherwise`", related)
        elif all(way.origins & ~ways.never == 0 for way in place.ways):
            leading = " and ".join(dict.fromkeys(ways.named(way.origins) for way in place.ways))
            message = f"there is never an agent to return to: only {leading} leads here"
            yield RULE.at(flow.path, step.span, message, "write the steps of `otherwise` in its place")


RULE = Rule(
    "FLOW309",
    "not possible here",
    __doc__,
    checks=(
        misplaced_reply,
        asked_twice,
        stereo_that_is_stopped,
        never_rung_again,
        never_quiet,
        filled_in_by_nobody,
        language_before,
        nothing_to_decline,
        exchange_that_is_a_machine,
        handed_over_and_here,
        rung_after_a_hand_over,
        waited_in_alone,
        never_awake,
        nothing_to_cancel,
    ),
    whole_flow_checks=(
        recording_that_never_starts,
        paused_and_heard,
        one_of_two_ways,
        language_of_nobody,
        forgotten_numbers,
        asked_for_long,
    ),
)
