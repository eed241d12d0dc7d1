"""A flow as it is written: what decoding makes of a file, and all that resolving reads of it.

Values are what they mean: a duration is milliseconds, a default is filled in. Names are not looked up yet, so they are
still the `Scalar` that stands in the file. There is a class for every record of the grammar, which names it (`make`),
with an attribute for every field; a test compares the two. `node` and `key` say where it stands: the mapping, and the
key that tells what it is, or that it stands under.

`Maybe` is what may be left out (None), or has been refused and reported (`Broken`). Nobody says more about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeAlias, TypeVar, assert_never

from msgspec import Struct

from flowc.nodes import Broken, Mapping, Scalar
from flowc.source import Span

T = TypeVar("T")
Maybe: TypeAlias = T | Broken | None


class Section(Struct, Generic[T], eq=False):
    """Names, and what stands under them, in the order of the file. `open`: there may be more than could be read."""

    node: Mapping
    entries: tuple[tuple[Scalar, T | Broken], ...]

    @property
    def open(self) -> bool:
        return self.node.open


class Located(Struct, eq=False):
    """A mapping of the language."""

    node: Mapping
    key: Scalar | None

    @property
    def span(self) -> Span:
        return (self.key or self.node).span


# Settings


class SecretReference(Located):
    secret: Maybe[Scalar] = None


class StorageReference(Located):
    storage: Maybe[Scalar] = None


SettingReference = SecretReference | StorageReference
Setting = Scalar | SettingReference

# Targets

CallerIds = Setting | tuple[Setting | Broken, ...]


class Accept(Located):
    within: int
    say: Maybe[Scalar] = None
    accepting: Maybe[Scalar] = None
    decline: Maybe[Scalar] = None


class PstnTarget(Located):
    ring: int
    pstn: Maybe[Setting] = None
    like: Maybe[Scalar] = None
    caller_id: Maybe[CallerIds] = None
    hours: Maybe[Scalar] = None
    voicemail: str | None = None
    digits: Maybe[tuple[Scalar | Broken, ...]] = None
    accept: Maybe[Accept] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None


class Auth(Located):
    """Who calls, for a server that asks."""

    user: Maybe[Setting] = None
    password: Maybe[SettingReference] = None


class SipTarget(Located):
    ring: int
    sip: Maybe[Setting] = None
    like: Maybe[Scalar] = None
    caller_id: Maybe[CallerIds] = None
    hours: Maybe[Scalar] = None
    voicemail: str | None = None
    headers: Maybe[Section[Scalar]] = None
    digits: Maybe[tuple[Scalar | Broken, ...]] = None
    accept: Maybe[Accept] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None
    auth: Maybe[Auth] = None
    display_name: Maybe[Scalar] = None
    proxy: Maybe[Scalar] = None
    registration: Maybe[int | SettingReference] = None


class UserTarget(Located):
    ring: int
    user: Maybe[Setting] = None
    like: Maybe[Scalar] = None
    caller_id: Maybe[CallerIds] = None
    hours: Maybe[Scalar] = None
    voicemail: str | None = None
    push: int | None = None
    accept: Maybe[Accept] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None


class WhatsappTarget(Located):
    ring: int
    whatsapp: Maybe[Setting] = None
    like: Maybe[Scalar] = None
    caller_id: Maybe[Setting] = None
    hours: Maybe[Scalar] = None
    voicemail: str | None = None
    accept: Maybe[Accept] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None


class LikeTarget(Located):
    """It is called as another is, but for what it names itself."""

    like: Maybe[Scalar] = None
    ring: int | None = None
    caller_id: Maybe[CallerIds] = None
    hours: Maybe[Scalar] = None
    voicemail: str | None = None
    headers: Maybe[Section[Scalar]] = None
    digits: Maybe[tuple[Scalar | Broken, ...]] = None
    push: int | None = None
    accept: Maybe[Accept] = None
    whisper: Maybe[Scalar] = None
    language: Maybe[Scalar] = None
    auth: Maybe[Auth] = None
    display_name: Maybe[Scalar] = None
    proxy: Maybe[Scalar] = None
    registration: Maybe[int | SettingReference] = None


CalledTarget = PstnTarget | SipTarget | UserTarget | WhatsappTarget
Target = CalledTarget | LikeTarget

# Webhooks


class Webhook(Located):
    url: Maybe[Setting] = None
    headers: Maybe[Section[Setting]] = None


# Opening hours

Ranges = Scalar | tuple[Scalar | Broken, ...]


class Hours(Located):
    timezone: Maybe[Scalar] = None
    weekly: Maybe[Section[Ranges]] = None
    dates: Maybe[Section[Ranges]] = None


# Prompts


class Sound(Located):
    play: Maybe[Scalar] = None


InOneLanguage = Scalar | Sound
Prompt = InOneLanguage | Section[InOneLanguage]


# Steps


class Say(Located):
    say: Maybe[Scalar] = None


class Choice(Located):
    """Among targets."""

    by: Maybe[Scalar] = None
    among: Maybe[Section[Targets]] = None


class Repeated(Located):
    """A target that is rung several times."""

    pause: int
    target: Maybe[Scalar] = None
    attempts: int | None = None


class Together(Located):
    """Targets that ring together."""

    pause: int
    together: Maybe[tuple[Scalar | Broken, ...]] = None
    attempts: int | None = None


class Branch(Located):
    by: Maybe[Scalar] = None
    among: Maybe[Section[Steps]] = None


class TalkLimit(Located):
    """How long caller and person may talk, if both are warned."""

    limit: int
    warning: Maybe[Scalar] = None


class Transfer(Located):
    agent: str
    transfer: Maybe[Targets] = None
    within: int | None = None
    stop_on: Maybe[tuple[str | Broken, ...]] = None
    cancel: Maybe[Scalar] = None
    ringing: Maybe[Scalar | tuple[Scalar | Broken, ...]] = None
    talk_limit: Maybe[int | TalkLimit] = None
    fallback: Maybe[Section[Steps]] = None
    afterwards: Maybe[Steps] = None


class Opening(Located):
    """What the agent opens with when the caller is back with it, and what follows where there is no agent."""

    say: Maybe[Scalar] = None
    otherwise: Maybe[Steps] = None


class ReturnToAgent(Located):
    return_to_agent: Maybe[Opening] = None


class Notify(Located):
    notify: Maybe[Scalar] = None


class ChangeLanguage(Located):
    language: Maybe[Scalar] = None


class Reply(Located):
    reply: Maybe[Section[Scalar]] = None


Item = Scalar | Choice | Repeated | Together
Targets = Item | tuple[Item | Broken, ...]
StepMapping = Say | Transfer | Branch | ReturnToAgent | Notify | ChangeLanguage | Reply
Step = Scalar | StepMapping
Steps = Step | tuple[Step | Broken, ...]

# Actions


class Parameter(Located):
    type: str
    optional: bool
    description: Maybe[Scalar] = None
    enum: Maybe[tuple[Scalar | Broken, ...]] = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None


class Action(Located):
    interrupted: str
    description: Maybe[Scalar] = None
    parameters: Maybe[Section[Parameter]] = None
    say: Maybe[Scalar] = None
    do: Maybe[Steps] = None


# The whole


class Agent(Located):
    last_words: int
    api_key: Maybe[SettingReference] = None
    agent_id: Maybe[Setting] = None
    unavailable: Maybe[Steps] = None
    version: Maybe[Scalar] = None
    metadata: Maybe[Section[Scalar]] = None


class Skew(Located):
    notify: Maybe[Scalar] = None


class Call(Located):
    token: str
    max_duration: int
    silence_limit: int
    skew: Maybe[Skew] = None
    country: Maybe[Scalar] = None
    voice: Maybe[Scalar] = None
    languages: Maybe[Section[Scalar]] = None
    ringback: Maybe[Scalar] = None


class Flow(Located):
    flowc: int | None = None
    flow: Maybe[Scalar] = None
    agent: Maybe[Agent] = None
    actions: Maybe[Section[Action]] = None
    call: Maybe[Call] = None
    prompts: Maybe[Section[Prompt]] = None
    webhooks: Maybe[Section[Webhook]] = None
    targets: Maybe[Section[Target]] = None
    routes: Maybe[Section[Steps]] = None
    hours: Maybe[Section[Hours]] = None


def entries(section: Maybe[Section[T]]) -> tuple[tuple[Scalar, T | Broken], ...]:
    """What stands in a section; nothing if it is not there or could not be read."""
    return section.entries if type(section) is Section else ()


def given(value: Maybe[T]) -> T | None:
    """The value, if it is there and right."""
    return None if isinstance(value, Broken) else value


def is_open(section: Maybe[Section[T]]) -> bool:
    """Whether there may be more in it than could be read."""
    return isinstance(section, Broken) or (section is not None and section.open)


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
            case Say() | ReturnToAgent() | Notify() | ChangeLanguage() | Reply():
                pass
            case _:
                assert_never(step)


def every_step(flow: Flow) -> Iterator[Step]:
    agent = given(flow.agent)
    yield from steps_within(agent.unavailable if agent is not None else None)
    for _, action in entries(flow.actions):
        yield from steps_within(action.do if not isinstance(action, Broken) else None)
    for _, steps in entries(flow.routes):
        yield from steps_within(steps)
