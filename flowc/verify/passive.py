"""What of a generated scenario's state decides nothing, so that states which differ in nothing else are one.

The runtime hands some of its data on and does nothing else with it: what came of an earlier transfer is told to
webhooks and to the agent, what an earlier request was answered is answered again. Whether the second transfer of a call
rings is not a matter of who was busy in the first. The search takes states for one that differ in such data alone, and
goes on from the one that it came to first: with the data of that one, which are real, so whatever is told is compared
with what the flow says. What a state cannot use any more, it takes for nothing: who was rung, once the caller is back.

Who was given up is known to the runtime no more, and of events of a leg that it does not know it makes nothing but to
hang up. So it is all one when such a leg says its last: it does so at once, and no state has it besides everything else
that can happen. That nothing comes of it is no assumption: in every state after that, each of what such a leg could
still say is tried (`mayAnswerLate` and `probesOf` in `simulator/vox/probes.js`), and changes nothing, or is a
violation: then the search begins anew with states apart in which somebody was given up, and tells it of the call in
which that leg is alive. Legs that something refers to (`S`, a timer, a
player), those with a detector, and those of which the platform reports keys, are states as before; and so are all
where so many are called at once that the platform would call no more beside those that are still to go.

All this is about flowc's own runtime. A scenario that is not what flowc generates is searched without it, and so is
every scenario with `exact`. `tests/verify/test_digest.py` tries it: random pairs of states that are taken for one, and
random events after both. `tests/verify/test_said_at_once.py` is about what is said at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowc.ir import (
    Ask,
    Branch,
    ChangeLanguage,
    Flow,
    GoTo,
    KeysOf,
    Menu,
    Outcome,
    ParameterValue,
    ReturnToAgent,
    Step,
    Steps,
    TakeMessage,
    Transfer,
    answers_in_metadata,
    every_step,
    steps_within,
)
from flowc.ir.briefing import briefs
from flowc.ir.introduction import introduces
from flowc.ir.steps import inside
from flowc.verify.oracle.timers import (
    ASKED_AGAIN,
    BRIEFING_OVER,
    BRIEFING_SILENT,
    CALL_WARNING,
    IDLE_OVER,
    INTRODUCTION_OVER,
    KEYS_OVER,
    LATEST_WARNING,
    NO_BEEP,
    NOT_ACCEPTED,
    QUIET_OVER,
    SPEECH_LATE,
    TALK_LIMIT,
    TALK_WARNING,
    TOLD_AGAIN,
    TOLD_LATE,
    UNSAID,
    UNSETTLED,
    VERDICT,
)
from flowc.verify.requests import matters_if_empty

HANDED_ON: Mapping[str, str] = {
    "request": "request",
    "result": "identity",
    "resultBefore": "identity",
    "returned": "presence",
    "calledOff": "nothing",
    "undelivered": "presence",
    "tried": "nothing",
    "hopeful": "fallback",
    "hopefulTarget": "nothing",
    "stoppingTarget": "nothing",
    "replies": "keys",
    "joinedAt": "nothing",
    "messageUrl": "presence",
    "messageAt": "nothing",
    "messageSeconds": "nothing",
    "messagesTold": "nothing",
    "recordingUrl": "presence",
    "recordingAt": "nothing",
    "recordingSeconds": "nothing",
    "recorded": "nothing",
    "keys": "keyed",
    "ledBy": "presence",
    "chosen": "nothing",
    "posts": "posts",
    "posted": "nothing",
    "answeredAt": "nothing",
    "report": "presence",
    "reported": "nothing",
    "reportedBefore": "nothing",
    "answersBefore": "presence",
    "menuTries": "of_menu",
    "voiceMissed": "nothing",
}
"""Fields of `S` that are only handed on, and what of each counts all the same. identity: whether it is there, and the
same as another; presence: whether it is there; keyed: whether there is one key, or are more, and the same of those
behind `#`, with which the others are told where they were kept; keys: the names of its entries; nothing: it does not.
request: which it is, the parameters that `deciding` names, and of those in `missed` whether they are there and not
empty. at_entry (`parties.py`): until the first steps of `inbound` have gone by it; of_menu: as long as a menu waits for
a key. fallback: where it stands among the outcomes that the latest transfer's
fallback names: whatever comes of the targets that are still to be rung, what is equally hopeful beside all of those
leads to the same steps. Which it was of these, they only tell. posts: of each which webhook it is for, whether it was
sent, and what it waits for; neither what it says, nor how often it was sent. How often decides whether a webhook that
does not answer is told again or given up, and to be given up leads to the same state as to be refused: so in a search
that merges, it is told again without an end, and every state is come to with fewer repetitions. That there are two, and
when, is tried once of each webhook, at a stroke (`answerAgain` in `simulator/vox/acts.js`).
"""

WITH_AGENT = ("new", "starting", "talking", "leaving")
"""Phases in which no steps of the flow are carried out: whatever carries some out says first which."""
_STALE: Mapping[str, Sequence[str]] = {
    "afterSpeech": WITH_AGENT,
    **dict.fromkeys(("transfer", "hunt"), (*WITH_AGENT, "warned")),
    **dict.fromkeys(("steps", "position", "way"), ("new", "starting", "talking", "warned")),
    **dict.fromkeys(("turn", "hopeful", "again"), (*WITH_AGENT, "warned", "steps", "connected")),
    "leftTo": (*WITH_AGENT, "warned", "steps", "connected", "ended"),
    "ringingPrompt": (*WITH_AGENT, "warned", "steps"),
    "soundRepeats": WITH_AGENT,
    "place": ("connected",),
    "untold": ("new", "starting", "talking", "warned", "steps"),
    "answers": ("new", "starting", "talking", "warned", "ended"),
    "question": ("new", "starting", "talking", "warned", "ringing", "connected", "referring", "ended"),
    "ledBy": (*WITH_AGENT, "warned"),
    "timesAsked": ("new", "starting", "leaving", "warned", "steps", "ringing", "connected", "referring", "ended"),
}
_OF_THE_CALL = (
    *(
        "answering",
        "answered",
        "request",
        "keys",
        "ledBy",
        "steps",
        "position",
        "way",
        "afterSpeech",
        "menu",
        "menuTries",
        "ringbackAgain",
    ),
    *("agentRequested", "agentSpeaking", "agentCleared", "wordsAwaited", "speechExpected", "listensToCaller"),
    *("result", "resultBefore", "returned", "transfer", "hunt", "turn", "hopeful", "hopefulTarget", "stoppingTarget"),
    *("agentName", "lastAgent", "unreached", "undelivered"),
    *("attempts", "tried", "round", "again", "untold", "ringingPrompt", "soundRepeats", "joinedAt", "language"),
)
STALE: Mapping[str, Sequence[str]] = {
    **_STALE,
    **{name: (*_STALE.get(name, ()), "ended") for name in _OF_THE_CALL},
}
"""Fields of `S` that are set before they are read again, by the phases in which that is so. When the call is over,
nothing reads what became of it: what outlives it are webhooks and messages, and requests that are refused. With a
message that the caller has left it is told, and decides nothing.
"""

STARTED = ("talking", "warned", "ended")
"""The same of what webhooks have answered, where an agent is told of it when it starts."""

COUNTER = "agentAttempt"
"""A field of `S` that counts up, and whose numbers are compared with it, for being the same, and with nothing else."""
COUNTED = ("onAgentReady", "onAgentRefused", "onAgentClosed")
"""Functions that such a number is bound to, as the first argument."""


DEADLINES = (NOT_ACCEPTED, BRIEFING_OVER, INTRODUCTION_OVER, TALK_WARNING, TALK_LIMIT)
"""Timers that may be over at any instant: nothing counts how much is left of them. While people talk, the caller may be
on hold again and again, for however long; while a person is asked for a key, the prompt comes again and again. Whatever
goes round until then, one of these ends it.
"""
WAITS = (
    *(TOLD_AGAIN, UNSAID, UNSETTLED, ASKED_AGAIN, TOLD_LATE, SPEECH_LATE, KEYS_OVER, VERDICT, NO_BEEP),
    *(QUIET_OVER, IDLE_OVER, BRIEFING_SILENT),
)
"""The same of what the platform may say at any instant as well (whether it is a machine, and when that beeps), and of
what begins anew in each round, and so ends none: the pause before a webhook is told or somebody asked again, the time
after which a sentence counts as over that does not end, the pause after a key, and the silence of a caller, or of an
agent and whoever it talks to, who may say something else. For how long others have rung meanwhile would else be another
state each time. That the platform never says what has become of a request leads where no answer leads: it is an event
only of searches without this. That all of these are as long as the flow says is looked at where they are set
(`lengths`).
"""

SOON = ("onRingbackPaused",)
"""Timers that may be over at any instant, and are before time goes on: the second before a ringback that has ended is
begun anew. What comes then is what comes where none of it was left: so how much of everything else was left, when a
tone ended, makes no states, and a tone that ends again and again comes back to the same one. Nothing but a deadline of
the flow within that very second is left out: that the caller hears it whenever somebody is rung is a matter of each
instant, and that there is such a pause is for tests of the scenario, and for searches without this.
"""

LONGEST_TIME = "onLongestTime"
"""The timer of the longest time of a call. It is far away however short that is: what else takes as long is counted."""
DISTANT = (CALL_WARNING, LATEST_WARNING)
"""Timers that are as far away as the longest time of a call, and count as little: also where a warning is put off until
the caller talks with somebody.
"""

ATTEMPTS = "attempts"
"""A field of `S` that counts calls, and is compared with what the platform allows and with nothing else."""
MOST_ATTEMPTS = 49
REFERS = "refers"
"""The same of how often the caller's trunk was asked to hand the caller over. Where the agent can be lost again and
again, a search does not count that far.
"""
MOST_REFERS = 10
OTHER_CONTRACT = "otherContract"
"""A field of `S` that is only logged where no webhook is told of it."""


TOKEN = "token"
"""The same of the token, of which each start of an agent makes another where there are several: whether it is the one
that the agent was told last.
"""


def passive(flow: Flow, posts: int) -> dict[str, Any]:
    """As the search takes it. Calls are not counted where they cannot become as many as the platform allows."""
    most = most_dialled(flow, posts)
    is_counted = most is None or most >= MOST_ATTEMPTS
    handed = dict(HANDED_ON)
    if not is_counted:
        handed[ATTEMPTS] = "nothing"
    if most is None or most < MOST_REFERS:
        handed[REFERS] = "nothing"
    if flow.call.skew is None:
        handed[OTHER_CONTRACT] = "nothing"
    if flow.agents:
        handed[TOKEN] = "token"
    return {
        "handed": handed,
        "stale": {**STALE, "answers": STARTED} if answers_in_metadata(flow) else STALE,
        "counter": COUNTER,
        "counted": COUNTED,
        "counts_calls": is_counted,
        "makes_tokens": bool(flow.agents),
        "deciding": sorted(_deciding(flow)),
        "missed": sorted(matters_if_empty(flow) - _deciding(flow)),
        "outcomes": [str(outcome) for outcome in Outcome],
        "at_any_time": (*DEADLINES, *WAITS, *SOON),
        "deadlines": DEADLINES,
        "soon": SOON,
        "distant": DISTANT,
        "counts_durations": not _talks_by_clock(flow),
    }


def _deciding(flow: Flow) -> set[str]:
    """Parameters by which a branch goes, in whose language the caller goes on, or that are spoken or sent as keys:
    what is empty then is not. Webhooks and headers only have the others, and go by whether they are empty.
    """
    transfers = [step for step in every_step(flow) if isinstance(step, Transfer)]
    subjects = [choice.subject for transfer in transfers for choice in transfer.choices()]
    subjects += [step.subject for step in every_step(flow) if isinstance(step, Branch)]
    names = {subject.name for subject in subjects if isinstance(subject, ParameterValue)}
    names |= {step.parameter for step in every_step(flow) if isinstance(step, ChangeLanguage) and step.parameter}
    names |= {each.parameter for target in flow.targets for each in target.digits if isinstance(each, KeysOf)}
    return names.union(*(prompt.text.references for prompt in flow.prompts))


def _talks_by_clock(flow: Flow) -> bool:
    """Whether the runtime itself knows since when somebody talks with the caller: then nothing comes of how long a leg
    has been connected.
    """
    is_limited = any(isinstance(step, Transfer) and step.talk_limit_ms is not None for step in every_step(flow))
    met = (target.accept or target.whisper or target.digits or target.machine for target in flow.targets)
    return is_limited or any(met) or briefs(flow) or introduces(flow) or flow.call.report is not None


def most_dialled(flow: Flow, posts: int) -> int | None:
    """How many people are called in a call with so many requests at most; None if only the platform ends that."""
    losses = [loss.steps for loss in flow.losses]
    if any(
        isinstance(step, ReturnToAgent) and not step.otherwise for lost in losses for step in _all_steps(flow, lost, ())
    ):
        return None  # the agent can be lost again
    if flow.agents and any(isinstance(step, Transfer) for lost in losses for step in _all_steps(flow, lost, ())):
        return None  # so can each of several, after another one
    try:
        lost = max((_most(flow, lost, ()) for lost in losses), default=0)
        first = max(_most(flow, flow.inbound, ()), _most(flow, flow.placed, ())) + lost
        begun = (*(action.do for action in flow.actions), *(key.steps for key in flow.keys))
        posts += bool(flow.keys and flow.call.warning)  # a key that is pressed in the warning
        return first + posts * max((_most(flow, steps, ()) for steps in begun), default=0)
    except RecursionError:
        return None


def _most(flow: Flow, steps: Steps, routes: tuple[str, ...]) -> int:
    """Raises RecursionError if a route leads to itself."""
    most = 0
    for step in steps:
        if isinstance(step, Transfer):
            within = (_most(flow, inner.steps, routes) for inner in inside(step))
            called = max((len(flow.target(name).caller_ids) for name in step.targets()), default=1)
            most += step.most_rung * max(called, 1) + max(within, default=0)
        elif isinstance(step, Branch):
            most += max((_most(flow, arm.steps, routes) for arm in step.arms), default=0)
        elif isinstance(step, ReturnToAgent | TakeMessage | Ask):
            most += _most(flow, step.otherwise, routes)
        elif isinstance(step, Menu):
            most += max((_most(flow, inner.steps, routes) for inner in inside(step)), default=0)
        elif isinstance(step, GoTo):
            if step.route in routes:
                raise RecursionError
            most += _most(flow, flow.route(step.route).steps, (*routes, step.route))
    return most


def _all_steps(flow: Flow, steps: Steps, routes: tuple[str, ...]) -> Iterator[Step]:
    """Routes are followed, each once."""
    for step in steps_within(steps):
        yield step
        if isinstance(step, GoTo) and step.route not in routes:
            yield from _all_steps(flow, flow.route(step.route).steps, (*routes, step.route))
