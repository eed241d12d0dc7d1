"""Call scripts as they are written: what decoding makes of a file, and all that resolving reads of it.

As in `flow/syntax.py`, there is a class for every record of the grammar, with an attribute for every field. Where a
mapping has one key, or where each key says something of its own, as those of `expect` do, there is a class for the key:
a `Keyed`. `Step` and `Claim` are all of these, so that the type checker names the places that forget one. A test
compares it all with the grammar.

Nothing here is looked up in the flow yet, and nothing changes: the same text may stand in many rows.
"""

from __future__ import annotations

from typing import TypeAlias

from flowc.language.located import Keyed, Located, Maybe, Section, Written
from flowc.nodes import Broken, Node, Scalar

# What the caller, the agent and others do


class Numbers(Located, frozen=True):
    """Of a call."""

    over: Written[str]
    from_: Maybe[Scalar] = None
    to: Maybe[Scalar] = None


class Calls(Located, frozen=True):
    calls: Maybe[Numbers] = None


class Presses(Located, frozen=True):
    """Keys, by the caller or where a target has answered."""

    presses: Maybe[Scalar] = None


class Speaks(Located, frozen=True):
    """The caller, or whoever has answered, for so many milliseconds."""

    speaks: Written[int]


class NotHandedOver(Located, frozen=True):
    """The caller's trunk refuses, with a code of SIP."""

    is_not_handed_over: Written[int] | None = None


class Asks(Located, frozen=True):
    asks: Maybe[Scalar] = None
    values: Maybe[Section[Node]] = None
    id: Maybe[Scalar] = None


class Declines(Located, frozen=True):
    """The agent, for a person to whom it talks alone."""

    declines: Maybe[Scalar] = None


class Says(Located, frozen=True):
    says: Maybe[Scalar] = None


class Answer(Located, frozen=True):
    """Who answers, and what the platform says of that."""

    answers: Written[str]
    detection: Written[str]
    after: Written[int]
    beep: Maybe[Scalar] = None


class Fails(Located, frozen=True):
    fails: Written[int] | None = None


class PlaceInQueue(Located, frozen=True):
    place: Written[int] | None = None
    minutes: Written[int] | None = None


class Rings(Located, frozen=True):
    rings: Written[int]
    then: Maybe[Written[str] | Answer | Fails] = None


class TransfersTo(Located, frozen=True):
    transfers_to: Maybe[Scalar] = None


class Request(Located, frozen=True):
    token: Written[str]
    body: Maybe[Node] = None
    method: Maybe[Scalar] = None
    headers: Maybe[Section[Scalar]] = None


class Starts(Located, frozen=True):
    """A call is placed."""

    by: Written[str]
    starts: Maybe[Node] = None


# What the platform does or says by itself


class Repeats(Located, frozen=True):
    repeats: Written[str]
    of: Maybe[Scalar] = None


class Announces(Located, frozen=True):
    announces: Maybe[Scalar] = None


class LookUps(Located, frozen=True):
    storage: Maybe[Section[Written[str]]] = None


class AgentConnection(Located, frozen=True):
    agent: Written[str]


class CallerConnection(Located, frozen=True):
    caller: Written[str]


class WebhookAnswers(Located, frozen=True):
    webhook: Written[int] | None = None
    which: Written[int] | None = None
    answers: Maybe[Node] = None


class GivesUp(Located, frozen=True):
    gives_up: Written[str]
    which: Written[int] | None = None


class SoundFile(Located, frozen=True):
    sound_file: Written[str]


class Playback(Located, frozen=True):
    playback: Written[str]
    of: Maybe[Scalar] = None


class VoiceDetectionDoes(Located, frozen=True):
    voice_detection: Written[str]


class CallListDoes(Located, frozen=True):
    call_list: Written[str]


class SessionEnds(Located, frozen=True):
    session: Written[str]


class VoiceHeard(Located, frozen=True):
    voice: Written[str]
    of: Maybe[Scalar] = None


class RecordingOfMessage(Located, frozen=True):
    recording: Written[str]


class HangupOfOurs(Located, frozen=True):
    comes: Written[str]
    hangup: Maybe[Scalar] = None


class Detection(Located, frozen=True):
    detection: Written[str]
    of: Maybe[Scalar] = None


class Beep(Located, frozen=True):
    beep: Written[str]
    of: Maybe[Scalar] = None


class LateKey(Located, frozen=True):
    late_key: Maybe[Scalar] = None
    of: Maybe[Scalar] = None


class TimerFires(Located, frozen=True):
    timer: Maybe[Scalar] = None


class ClockShows(Located, frozen=True):
    clock: Maybe[Scalar] = None


PlatformDoes = (
    Repeats
    | Announces
    | LookUps
    | AgentConnection
    | CallerConnection
    | WebhookAnswers
    | GivesUp
    | SoundFile
    | RecordingOfMessage
    | VoiceDetectionDoes
    | VoiceHeard
    | SessionEnds
    | CallListDoes
    | Playback
    | HangupOfOurs
    | Detection
    | Beep
    | LateKey
    | TimerFires
    | ClockShows
)


# What must be true


class HeardPrompt(Located, frozen=True):
    prompt: Maybe[Scalar] = None
    language: Maybe[Scalar] = None


class HeardTarget(Located, frozen=True):
    target: Maybe[Scalar] = None


class WhichAgent(Located, frozen=True):
    """One of several."""

    agent: Maybe[Scalar] = None


Attempts: TypeAlias = tuple[Section[Scalar] | Broken, ...]


class Told(Located, frozen=True):
    """To the agent."""

    outcome: Maybe[Scalar] = None
    target: Maybe[Scalar] = None
    tried: Maybe[Attempts] = None
    talk_seconds: Written[int] | None = None
    say: Maybe[Scalar] = None
    language: Maybe[Scalar] = None
    action: Maybe[Scalar] = None
    request_id: Maybe[Scalar] = None
    reason: Maybe[Scalar] = None
    event: Written[str] | None = None
    by: Written[str] | None = None
    keys: Maybe[Scalar] = None
    pressed: Maybe[Scalar] = None
    count: Written[int] | None = None


class Result(Located, frozen=True):
    outcome: Maybe[Scalar] = None
    target: Maybe[Scalar] = None
    tried: Maybe[Attempts] = None
    talk_seconds: Written[int] | None = None


class Accepted(Located, frozen=True):
    ok: Written[bool]


class Refused(Located, frozen=True):
    refused: Written[str]


class WithData(Located, frozen=True):
    data: Maybe[Section[Node]] = None


class Pending(Located, frozen=True):
    pending: Written[bool]


class Message(Located, frozen=True):
    seconds: Written[int] | None = None
    url: Maybe[Scalar] = None


class OfRecording(Located, frozen=True):
    seconds: Written[int] | None = None
    url: Maybe[Scalar] = None
    failed: Maybe[Scalar] = None


class Post(Located, frozen=True):
    call: Maybe[Section[Node]] = None
    action: Maybe[Scalar] = None
    request_id: Maybe[Scalar] = None
    to: Maybe[Scalar] = None
    count: Written[int] | None = None
    headers: Maybe[Section[Scalar]] = None
    message: Maybe[Message] = None
    messages: Maybe[tuple[Message | Broken, ...]] = None
    recording: Maybe[Written[str] | OfRecording] = None
    ended_by: Written[str] | None = None
    tried: Maybe[Attempts] = None
    parameters: Maybe[Section[Node]] = None
    pressed: Maybe[Scalar] = None
    chosen: Maybe[Written[str] | Section[Scalar]] = None
    data: Maybe[Written[str] | Section[Node]] = None
    result: Maybe[Written[str] | Result] = None


class HowDialled(Located, frozen=True):
    number: Maybe[Scalar] = None
    caller_id: Maybe[Scalar] = None
    headers: Maybe[Section[Scalar]] = None
    user: Maybe[Scalar] = None
    display_name: Maybe[Scalar] = None
    proxy: Maybe[Scalar] = None
    registration: Written[int] | None = None
    push: Written[int] | None = None
    queue: Maybe[Scalar] = None
    skills: Maybe[tuple[Scalar | Broken, ...]] = None
    priority: Written[int] | None = None
    digits: Maybe[Scalar] = None
    count: Written[int] | None = None


class Start(Located, frozen=True):
    """Of the agent."""

    agent_id: Maybe[Scalar] = None
    version: Maybe[Scalar] = None
    metadata: Maybe[Section[Node]] = None
    language: Maybe[Scalar] = None


class CallerHears(Keyed[Written[str] | HeardPrompt | HeardTarget], frozen=True):
    pass


class CallerWith(Keyed[Scalar | WhichAgent | tuple[Scalar | Broken, ...]], frozen=True):
    pass


class Ringing(Keyed[Scalar | tuple[Scalar | Broken, ...]], frozen=True):
    pass


class Refer(Keyed[Scalar], frozen=True):
    pass


class Rejected(Keyed[Written[str]], frozen=True):
    pass


class CallList(Keyed[Written[str]], frozen=True):
    pass


class Recording(Keyed[Written[str]], frozen=True):
    pass


class Agent(Keyed[Written[str]], frozen=True):
    pass


class AgentTold(Keyed[Written[str] | Told], frozen=True):
    pass


class Reply(Keyed[Accepted | Refused | WithData | Pending], frozen=True):
    pass


class Posted(Keyed[Written[str] | Post], frozen=True):
    pass


class LongestSilence(Keyed[Written[int]], frozen=True):
    pass


class CallIs(Keyed[Written[str]], frozen=True):
    pass


class Time(Keyed[Written[int]], frozen=True):
    pass


class Logged(Keyed[Scalar], frozen=True):
    pass


class NotLogged(Keyed[Scalar], frozen=True):
    pass


class Secrets(Keyed[Written[str]], frozen=True):
    pass


class Released(Keyed[Written[str]], frozen=True):
    pass


class Unheard(Keyed[Written[str]], frozen=True):
    pass


class Done(Keyed[Written[str]], frozen=True):
    pass


class Dialled(Keyed[Section[HowDialled]], frozen=True):
    pass


class AgentStartedWith(Keyed[Written[str] | Start], frozen=True):
    pass


class TargetHears(Keyed[Section[Written[str] | HeardPrompt]], frozen=True):
    pass


Claim = (
    CallerHears
    | CallerWith
    | Ringing
    | Refer
    | Rejected
    | CallList
    | Recording
    | Agent
    | AgentTold
    | Reply
    | Posted
    | LongestSilence
    | CallIs
    | Time
    | Logged
    | NotLogged
    | Secrets
    | Released
    | Unheard
    | Done
    | Dialled
    | AgentStartedWith
    | TargetHears
)


class Until(Located, frozen=True):
    until: Maybe[Section[Claim]] = None


# Steps


class CallerStep(Keyed[Written[str] | Calls | Presses | Speaks | NotHandedOver], frozen=True):
    pass


class AgentStep(Keyed[Written[str] | Asks | Declines | Says], frozen=True):
    pass


class RequestStep(Keyed[Request], frozen=True):
    pass


class OutboundStep(Keyed[Starts], frozen=True):
    pass


class PlatformStep(Keyed[PlatformDoes], frozen=True):
    pass


class AtOnce(Keyed["Steps"], frozen=True):
    pass


class Wait(Keyed[Written[int] | Until], frozen=True):
    pass


class Expect(Keyed[Section[Claim]], frozen=True):
    pass


TargetDoes = Answer | Fails | PlaceInQueue | Rings | Presses | Speaks | TransfersTo


class TargetStep(Keyed[Written[str] | TargetDoes], frozen=True):
    """`key` is the name of the target."""


Single = CallerStep | AgentStep | RequestStep | OutboundStep | PlatformStep | Wait | Expect | TargetStep
Step = Single | AtOnce
Steps: TypeAlias = tuple[Step | Broken, ...]

# Around them


class Account(Located, frozen=True):
    storage: Maybe[Section[Scalar]] = None
    secrets: Maybe[Section[Scalar]] = None
    caller_ids: Maybe[tuple[Scalar | Broken, ...]] = None


class WebhookDoes(Located, frozen=True):
    after: Written[int]
    fails: Written[int] | None = None
    answers: Maybe[Node] = None


OfNames: TypeAlias = Section[Written[str]] | Section[Written[int]]
"""What is said of entries of the storage, and of functions."""
Platform: TypeAlias = Section[Written[str] | Written[int] | Written[bool] | OfNames]
Webhooks: TypeAlias = Section[Written[str] | WebhookDoes]
Row: TypeAlias = Section[Node]


class Call(Located, frozen=True):
    steps: Maybe[Steps] = None
    rows: Maybe[tuple[Row | Broken, ...]] = None
    account: Maybe[Account] = None
    platform: Maybe[Platform] = None
    webhooks: Maybe[Webhooks] = None
    clock: Maybe[Scalar] = None


class Scripts(Located, frozen=True):
    flowc: int | None = None
    flow: Maybe[Scalar] = None
    calls: Maybe[Section[Steps | Call]] = None
    account: Maybe[Account] = None
    platform: Maybe[Platform] = None
    webhooks: Maybe[Webhooks] = None
    clock: Maybe[Scalar] = None
