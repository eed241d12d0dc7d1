"""A flow as it is written: what decoding makes of a file, and all that resolving reads of it.

Values are what they mean: a duration is milliseconds, a default is filled in. Names are not looked up yet, so they are
still the `Scalar` that stands in the file. There is a class for every record of the grammar, which names it (`make`),
with an attribute for every field; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from flowc.language.located import Located, Maybe, Section, entries, given
from flowc.nodes import Broken, Scalar

# Settings


class SecretReference(Located, frozen=True):
    secret: Maybe[Scalar] = None


class StorageReference(Located, frozen=True):
    storage: Maybe[Scalar] = None


class DataReference(Located, frozen=True):
    """What a call that is placed for somebody was started with."""

    data: Maybe[Scalar] = None


SettingReference = SecretReference | StorageReference
Setting = Scalar | SettingReference

# Targets

CallerIds = Setting | tuple[Setting | Broken, ...]


class Accept(Located, frozen=True):
    within: int
    say: Maybe[Scalar] = None
    accepting: Maybe[Scalar] = None
    decline: Maybe[Scalar] = None


class Machine(Located, frozen=True):
    unsure: str
    beep: int
    within: int
    message: Maybe[Scalar] = None
    model: str | None = None


class PstnTarget(Located, frozen=True):
    ring: int
    pstn: Maybe[Setting | DataReference] = None
    like: Maybe[Scalar] = None
    caller_id: Maybe[CallerIds] = None
    hours: Maybe[Scalar] = None
    voicemail: str | None = None
    digits: Maybe[tuple[Scalar | Broken, ...]] = None
    machine: Maybe[Machine] = None
    accept: Maybe[Accept] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None


class Auth(Located, frozen=True):
    """Who calls, for a server that asks."""

    user: Maybe[Setting] = None
    password: Maybe[SettingReference] = None


class SipTarget(Located, frozen=True):
    ring: int
    refer: bool
    sip: Maybe[Setting] = None
    like: Maybe[Scalar] = None
    caller_id: Maybe[CallerIds] = None
    hours: Maybe[Scalar] = None
    voicemail: str | None = None
    headers: Maybe[Section[Scalar]] = None
    digits: Maybe[tuple[Scalar | Broken, ...]] = None
    machine: Maybe[Machine] = None
    accept: Maybe[Accept] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None
    auth: Maybe[Auth] = None
    display_name: Maybe[Scalar] = None
    proxy: Maybe[Scalar] = None
    registration: Maybe[int | SettingReference] = None


class UserTarget(Located, frozen=True):
    ring: int
    user: Maybe[Setting] = None
    like: Maybe[Scalar] = None
    caller_id: Maybe[CallerIds] = None
    hours: Maybe[Scalar] = None
    voicemail: str | None = None
    push: int | None = None
    machine: Maybe[Machine] = None
    accept: Maybe[Accept] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None


class WhatsappTarget(Located, frozen=True):
    ring: int
    whatsapp: Maybe[Setting] = None
    like: Maybe[Scalar] = None
    caller_id: Maybe[Setting] = None
    hours: Maybe[Scalar] = None
    voicemail: str | None = None
    accept: Maybe[Accept] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None


class Announce(Located, frozen=True):
    every: int = 0
    say: Maybe[Scalar] = None


class QueueTarget(Located, frozen=True):
    wait: int | None = None
    priority: int | None = None
    queue: Maybe[Setting] = None
    like: Maybe[Scalar] = None
    skills: Maybe[tuple[Scalar | Broken, ...]] = None
    announce: Maybe[Announce] = None
    hours: Maybe[Scalar] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None


class LikeTarget(Located, frozen=True):
    """It is called as another is, but for what it names itself."""

    like: Maybe[Scalar] = None
    ring: int | None = None
    caller_id: Maybe[CallerIds] = None
    hours: Maybe[Scalar] = None
    voicemail: str | None = None
    headers: Maybe[Section[Scalar]] = None
    digits: Maybe[tuple[Scalar | Broken, ...]] = None
    push: int | None = None
    wait: int | None = None
    skills: Maybe[tuple[Scalar | Broken, ...]] = None
    priority: int | None = None
    announce: Maybe[Announce] = None
    machine: Maybe[Machine] = None
    accept: Maybe[Accept] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None
    auth: Maybe[Auth] = None
    display_name: Maybe[Scalar] = None
    proxy: Maybe[Scalar] = None
    registration: Maybe[int | SettingReference] = None
    refer: bool | None = None


CalledTarget = PstnTarget | SipTarget | UserTarget | WhatsappTarget | QueueTarget
Target = CalledTarget | LikeTarget

# Webhooks


class Webhook(Located, frozen=True):
    url: Maybe[Setting] = None
    headers: Maybe[Section[Setting]] = None
    sign: Maybe[SettingReference] = None
    answer: Maybe[Section[Parameter]] = None


# Who calls

Callers = tuple[Scalar | Broken, ...] | SettingReference

# Opening hours

Ranges = Scalar | tuple[Scalar | Broken, ...]


class Hours(Located, frozen=True):
    timezone: Maybe[Scalar] = None
    weekly: Maybe[Section[Ranges]] = None
    dates: Maybe[Section[Ranges]] = None


# Prompts


class Sound(Located, frozen=True):
    play: Maybe[Scalar] = None


InOneLanguage = Scalar | Sound
Prompt = InOneLanguage | Section[InOneLanguage]


# Steps


class Say(Located, frozen=True):
    say: Maybe[Scalar] = None


class Choice(Located, frozen=True):
    """Among targets."""

    by: Maybe[Scalar] = None
    among: Maybe[Section[Targets]] = None


class Repeated(Located, frozen=True):
    """A target that is rung several times."""

    pause: int
    target: Maybe[Scalar] = None
    attempts: int | None = None


class Together(Located, frozen=True):
    """Targets that ring together."""

    pause: int
    together: Maybe[tuple[Scalar | Broken, ...]] = None
    attempts: int | None = None


class Branch(Located, frozen=True):
    by: Maybe[Scalar] = None
    among: Maybe[Section[Steps]] = None


class TalkLimit(Located, frozen=True):
    """How long caller and person may talk, or a call may last, if there is a warning."""

    limit: int
    warning: Maybe[Scalar] = None


class Briefing(Located, frozen=True):
    """The agent talks to the person alone before the caller is joined."""

    limit: int
    silence: int
    gone: Maybe[Scalar] = None


class Transfer(Located, frozen=True):
    agent: str
    briefing: Maybe[Briefing] = None
    transfer: Maybe[Targets] = None
    within: int | None = None
    stop_on: Maybe[tuple[str | Broken, ...]] = None
    cancel: Maybe[Scalar] = None
    ringing: Maybe[Scalar | tuple[Scalar | Broken, ...]] = None
    talk_limit: Maybe[int | TalkLimit] = None
    recording: str | None = None
    fallback: Maybe[Section[Steps]] = None
    afterwards: Maybe[Steps] = None


class Opening(Located, frozen=True):
    """What the agent opens with when the caller is back with it, and what follows where there is no agent."""

    say: Maybe[Scalar] = None
    otherwise: Maybe[Steps] = None


class ReturnToAgent(Located, frozen=True):
    return_to_agent: Maybe[Opening] = None


class Message(Located, frozen=True):
    """How a message is taken. `ending` is the key that ends it."""

    limit: int
    notify: Maybe[Scalar] = None
    otherwise: Maybe[Steps] = None
    ending: Maybe[Scalar] = None
    quiet: int | None = None


class TakeMessage(Located, frozen=True):
    take_message: Maybe[Message] = None


class Menu(Located, frozen=True):
    within: int
    times: int | None = None
    menu: Maybe[Scalar] = None
    keys: Maybe[Section[Steps]] = None
    otherwise: Maybe[Steps] = None


class Notify(Located, frozen=True):
    notify: Maybe[Scalar] = None


class StartAgent(Located, frozen=True):
    """One of several; the word alone starts `agent`."""

    start_agent: Maybe[Scalar] = None


class Ask(Located, frozen=True):
    within: int
    ask: Maybe[Scalar] = None
    otherwise: Maybe[Steps] = None


class Reject(Located, frozen=True):
    reject: str


class ChangeLanguage(Located, frozen=True):
    language: Maybe[Scalar] = None


class RecordCall(Located, frozen=True):
    recording: str


class Reply(Located, frozen=True):
    reply: Maybe[Section[Scalar]] = None


Item = Scalar | Choice | Repeated | Together
Targets = Item | tuple[Item | Broken, ...]
StepMapping = (
    Say
    | Transfer
    | Branch
    | ReturnToAgent
    | TakeMessage
    | Menu
    | Notify
    | Ask
    | ChangeLanguage
    | RecordCall
    | StartAgent
    | Reject
    | Reply
)
Step = Scalar | StepMapping
Steps = Step | tuple[Step | Broken, ...]

# Actions


class Parameter(Located, frozen=True):
    """A parameter of an action; a property of an object, or what the items of a list are."""

    type: str
    sensitive: bool = False
    optional: bool = False
    description: Maybe[Scalar] = None
    enum: Maybe[tuple[Scalar | Broken, ...]] = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    pattern: Maybe[Scalar] = None
    format: str | None = None
    items: Maybe[Parameter] = None
    min_items: int | None = None
    max_items: int | None = None
    properties: Maybe[Section[Parameter]] = None


class Action(Located, frozen=True):
    interrupted: str
    description: Maybe[Scalar] = None
    parameters: Maybe[Section[Parameter]] = None
    say: Maybe[Scalar] = None
    do: Maybe[Steps] = None


# The whole


class AnswerLimit(Located, frozen=True):
    """How long the agent's model may say nothing, if there is a sentence for the meantime."""

    limit: int
    say: Maybe[Scalar] = None


class Idle(Located, frozen=True):
    """What happens when nobody says anything."""

    after: int
    times: int | None = None
    do: Maybe[Steps] = None


class Agent(Located, frozen=True):
    last_words: int
    api_key: Maybe[SettingReference] = None
    agent_id: Maybe[Setting] = None
    unavailable: Maybe[Steps] = None
    version: Maybe[Scalar] = None
    metadata: Maybe[Section[Scalar]] = None
    answers_within: Maybe[int | AnswerLimit] = None
    idle: Maybe[Idle] = None
    actions: Maybe[tuple[Scalar | Broken, ...]] = None


class OtherAgent(Located, frozen=True):
    """What it does not say is as `agent` has it."""

    api_key: Maybe[SettingReference] = None
    agent_id: Maybe[Setting] = None
    unavailable: Maybe[Steps] = None
    version: Maybe[Scalar] = None
    metadata: Maybe[Section[Scalar]] = None
    last_words: int | None = None
    answers_within: Maybe[int | AnswerLimit] = None
    idle: Maybe[Idle] = None
    actions: Maybe[tuple[Scalar | Broken, ...]] = None


class Skew(Located, frozen=True):
    notify: Maybe[Scalar] = None


class CallRecording(Located, frozen=True):
    """How calls are recorded."""

    starts: str
    keep: str
    secure: bool
    stereo: bool
    say: Maybe[Scalar] = None
    notify: Maybe[Scalar] = None


class Call(Located, frozen=True):
    token: str
    silence_limit: int
    max_duration: Maybe[int | TalkLimit] = None
    skew: Maybe[Skew] = None
    report: Maybe[Scalar] = None
    recording: Maybe[CallRecording] = None
    country: Maybe[Scalar] = None
    voice: Maybe[Scalar] = None
    languages: Maybe[Section[Scalar]] = None
    ringback: Maybe[Scalar] = None


class Outbound(Located, frozen=True):
    data: Maybe[Section[Parameter]] = None
    call: Maybe[Targets] = None
    within: int | None = None
    stop_on: Maybe[tuple[str | Broken, ...]] = None
    answered: Maybe[Steps] = None
    fallback: Maybe[Section[Steps]] = None


class Flow(Located, frozen=True):
    flowc: int | None = None
    flow: Maybe[Scalar] = None
    agent: Maybe[Agent] = None
    actions: Maybe[Section[Action]] = None
    agents: Maybe[Section[OtherAgent]] = None
    call: Maybe[Call] = None
    prompts: Maybe[Section[Prompt]] = None
    webhooks: Maybe[Section[Webhook]] = None
    targets: Maybe[Section[Target]] = None
    routes: Maybe[Section[Steps]] = None
    hours: Maybe[Section[Hours]] = None
    inbound: Maybe[Steps] = None
    outbound: Maybe[Outbound] = None
    keys: Maybe[Section[Steps]] = None
    callers: Maybe[Section[Callers]] = None


def listed(steps: Steps) -> tuple[Step | Broken, ...]:
    return steps if isinstance(steps, tuple) else (steps,)


def steps_within(steps: Maybe[Steps]) -> Iterator[Step]:
    """Every step that could be read, those inside other steps included."""
    for step in () if steps is None or isinstance(steps, Broken) else listed(steps):
        if isinstance(step, Broken):
            continue
        yield step
        match step:
            case Scalar():
                pass
            case Transfer():
                for _, inner in entries(step.fallback):
                    yield from steps_within(inner)
                yield from steps_within(step.afterwards)
            case Branch():
                for _, inner in entries(step.among):
                    yield from steps_within(inner)
            case ReturnToAgent(return_to_agent=Opening() as opening):
                yield from steps_within(opening.otherwise)
            case TakeMessage(take_message=Message() as message):
                yield from steps_within(message.otherwise)
            case Menu():
                for _, inner in entries(step.keys):
                    yield from steps_within(inner)
                yield from steps_within(step.otherwise)
            case Ask():
                yield from steps_within(step.otherwise)
            case Say() | ReturnToAgent() | TakeMessage() | Notify() | ChangeLanguage():
                pass
            case RecordCall() | StartAgent() | Reject() | Reply():
                pass
            case _:
                assert_never(step)


def every_step(flow: Flow) -> Iterator[Step]:
    yield from steps_within(flow.inbound)
    outbound = given(flow.outbound)
    if outbound is not None:
        yield from steps_within(outbound.answered)
        for _, steps in entries(outbound.fallback):
            yield from steps_within(steps)
    for agent in (given(flow.agent), *(given(other) for _, other in entries(flow.agents))):
        if agent is not None:
            yield from steps_within(agent.unavailable)
            idle = given(agent.idle)
            yield from steps_within(idle.do if idle is not None else None)
    for _, steps in entries(flow.keys):
        yield from steps_within(steps)
    for _, action in entries(flow.actions):
        yield from steps_within(action.do if not isinstance(action, Broken) else None)
    for _, steps in entries(flow.routes):
        yield from steps_within(steps)
