"""What a flow declares, and the flow as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from flowc.ir.hours import Hours
from flowc.ir.kept import kept
from flowc.ir.setting import CallerId, Setting
from flowc.ir.steps import Steps, Transfer, leave_conversation_alone, longest_asked_ms, reply
from flowc.ir.text import Entry, Reference, Text
from flowc.patterns import FORMATS, Pattern, read
from flowc.source import START, Span


class Version(Struct, frozen=True):
    """A prompt in one language (None: in all that there are): a text that is spoken, or the address of a sound file,
    and then the text is empty.
    """

    text: Text
    sound: str | None = None
    language: str | None = None


class Prompt(Struct, frozen=True, dict=True):
    """What is heard, in each language of the call."""

    name: str
    versions: tuple[Version, ...]
    span: Span

    @kept
    def text(self) -> Text:
        """All that is spoken, whatever the language: what it names may be missing, is a number, and so on."""
        if len(self.versions) == 1:
            return self.versions[0].text
        first, *others = (version.text.parts for version in self.versions)
        return Text((*first, *(part for each in others for part in ("\n", *each))))

    @property
    def sounds(self) -> tuple[str, ...]:
        """The addresses of its sound files."""
        return tuple(version.sound for version in self.versions if version.sound is not None)

    def version(self, language: str | None) -> Version:
        """As it is heard in a language; None where the call has only one."""
        return self._by_language.get(None) or self._by_language[language]

    @kept
    def _by_language(self) -> dict[str | None, Version]:
        return {each.language: each for each in self.versions}


class Accept(Struct, frozen=True):
    """How a person takes the call: the prompt that is heard, and the keys. `span` is that of the second key, if there
    is one.
    """

    prompt: str
    key: str  # or `any`
    decline: str | None
    within_ms: int
    span: Span


class Machine(Struct, frozen=True):
    """What follows where a machine may answer. `model` is the country by which the platform listens, and `within_ms`
    how long; what it cannot tell is a machine if `unsure_is_machine`. `message` is the prompt that is left on one,
    after a beep that is waited for so long.
    """

    unsure_is_machine: bool
    model: str
    within_ms: int
    message: str | None = None
    beep_ms: int = 0


class KeysOf(Struct, frozen=True):
    """Keys that a parameter of the action holds, or those to be sent where it is missing."""

    parameter: str
    instead: str | None
    span: Span

    @property
    def template(self) -> str:
        """As it is written in a flow."""
        return Text((Reference(self.parameter, True, self.instead),)).template


Digits = tuple[str | int | KeysOf, ...]
"""What is sent to whatever answers: keys, and pauses in milliseconds."""
DIGIT_MS = 400
"""Until a key has been sent: the platform does not say when, and the scenario waits for so long."""


class PstnTarget(Struct, frozen=True):
    name: str
    number: Setting
    caller_ids: tuple[CallerId, ...]  # of which the next is shown if one is refused
    ring_ms: int
    span: Span
    hours: str | None = None  # outside which it is not called
    has_voicemail: bool = True  # as far as anybody knows
    accept: Accept | None = None
    whisper: str | None = None  # a prompt's name, for the person alone
    language: str | None = None  # of what is said to the person; None where the call has only one
    digits: Digits = ()
    machine: Machine | None = None
    whisper_at: Span | None = None  # where that is written

    @property
    def dialled(self) -> Setting:
        return self.number

    @property
    def tells_of_its_keys(self) -> bool:
        """Whether the platform tells of hold and transfer there."""
        return False


class Auth(Struct, frozen=True):
    """Who calls over SIP, for a server that asks."""

    user: Setting
    password: Setting


class SipTarget(Struct, frozen=True):
    name: str
    address: Setting
    caller_ids: tuple[CallerId, ...]
    headers: tuple[Entry, ...]
    ring_ms: int
    span: Span
    hours: str | None = None
    has_voicemail: bool = True
    accept: Accept | None = None
    whisper: str | None = None
    language: str | None = None
    digits: Digits = ()
    machine: Machine | None = None
    auth: Auth | None = None
    display_name: str | None = None
    proxy: str | None = None
    registration: Setting | None = None
    refers: bool = False  # a caller who came over SIP is handed over
    whisper_at: Span | None = None
    refers_at: Span | None = None

    @property
    def dialled(self) -> Setting:
        return self.address

    @property
    def tells_of_its_keys(self) -> bool:
        """Whether the platform tells of hold and transfer there."""
        return True

    @property
    def account(self) -> tuple[Setting, ...]:
        """What it cannot be called without, besides its address."""
        auth = () if self.auth is None else (self.auth.user, self.auth.password)
        return auth if self.registration is None else (*auth, self.registration)


class UserTarget(Struct, frozen=True):
    """A user of an app of the account. `push_ms` is how long a sleeping app may take to wake."""

    name: str
    user: Setting
    caller_ids: tuple[CallerId, ...]
    ring_ms: int
    span: Span
    hours: str | None = None
    has_voicemail: bool = True
    accept: Accept | None = None
    whisper: str | None = None
    language: str | None = None
    push_ms: int | None = None
    machine: Machine | None = None
    whisper_at: Span | None = None

    @property
    def dialled(self) -> Setting:
        return self.user

    @property
    def tells_of_its_keys(self) -> bool:
        """Whether the platform tells of hold and transfer there."""
        return True

    @property
    def digits(self) -> Digits:
        return ()


class WhatsappTarget(Struct, frozen=True):
    """A number at WhatsApp."""

    name: str
    number: Setting
    caller_ids: tuple[CallerId, ...]  # one
    ring_ms: int
    span: Span
    hours: str | None = None
    has_voicemail: bool = True
    accept: Accept | None = None
    whisper: str | None = None
    language: str | None = None
    whisper_at: Span | None = None

    @property
    def dialled(self) -> Setting:
        return self.number

    @property
    def tells_of_its_keys(self) -> bool:
        """Whether the platform tells of hold and transfer there."""
        return False

    @property
    def machine(self) -> Machine | None:
        return None

    @property
    def digits(self) -> Digits:
        return ()


class Announce(Struct, frozen=True):
    """What the caller is told in a queue, `every_ms` after that has begun, or the last one is over. `needs`: what it
    says of the queue without a text for what is not known.
    """

    prompt: str
    every_ms: int
    needs: tuple[str, ...]
    span: Span


class QueueTarget(Struct, frozen=True):
    """A queue of the account. `ring_ms` is how long the caller waits in it at the most."""

    name: str
    queue: Setting
    ring_ms: int
    span: Span
    skills: tuple[str, ...]
    priority: int
    hours: str | None = None
    whisper: str | None = None
    language: str | None = None
    caller_ids: tuple[CallerId, ...] = ()
    has_voicemail: bool = False
    accept: Accept | None = None
    digits: Digits = ()
    machine: Machine | None = None
    announce: Announce | None = None
    whisper_at: Span | None = None

    @property
    def dialled(self) -> Setting:
        return self.queue

    @property
    def tells_of_its_keys(self) -> bool:
        """Whether the platform tells of hold and transfer there."""
        return True


Target = PstnTarget | SipTarget | UserTarget | WhatsappTarget | QueueTarget


class Header(Struct, frozen=True):
    """A header of the requests to a webhook."""

    name: str
    value: Setting
    span: Span


class Webhook(Struct, frozen=True):
    """Who is told of calls, over HTTP."""

    name: str
    url: Setting
    headers: tuple[Header, ...]
    span: Span
    sign: Setting | None = None  # the key by which requests to it are signed
    answer: tuple[Parameter, ...] = ()  # the fields of what it answers; none: it is not asked

    @property
    def settings(self) -> tuple[Setting, ...]:
        key = () if self.sign is None else (self.sign,)
        return (self.url, *(header.value for header in self.headers), *key)


KEYS = frozenset("0123456789*#")
"""Of a telephone."""
MOST_KEYS = 50
"""That are sent to a target, and as many pauses."""
TextFormat = Literal["phone", "date"]
ParameterType = Literal["string", "integer", "number", "boolean", "array", "object"]
LARGEST_NUMBER = 2**53 - 1
"""That JavaScript tells apart from its neighbours."""


class Parameter(Struct, frozen=True):
    """A parameter of an action, a property of an object, or what the items of a list are: a JSON Schema."""

    name: str
    type: ParameterType
    description: str
    optional: bool
    span: Span
    enum: tuple[str, ...] = ()
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    pattern: str | None = None
    format: TextFormat | None = None
    sensitive: bool = False  # in no log and in no report
    items: Parameter | None = None  # of a list
    min_items: int | None = None
    max_items: int | None = None  # a number, of a list
    properties: tuple[Parameter, ...] = ()  # of an object

    @property
    def holds_others(self) -> bool:
        """Whether it is a list or an object: what is no text, and cannot become one."""
        return self.type in ("array", "object")

    @property
    def inside(self) -> tuple[Parameter, ...]:
        """What it directly holds."""
        return self.properties if self.items is None else (self.items,)

    @property
    def whole(self) -> Iterator[Parameter]:
        """Itself, and all that is in it."""
        yield self
        for each in self.inside:
            yield from each.whole

    @property
    def shortest(self) -> int:
        """How many characters of JSON its shortest value has, about: never more than that."""
        match self.type:
            case "array":
                return 2 + (self.min_items or 0) * ((self.items.shortest if self.items is not None else 0) + 1)
            case "object":
                needed = (each for each in self.properties if not each.optional)
                return 2 + sum(len(each.name) + len('"":') + each.shortest for each in needed)
            case "string" if self.enum:
                return 2 + min(map(len, self.enum))
            case "string" if self.form is not None:
                return 2 + len(next(self.form.texts(self.min_length or 0, self.max_length), ""))
            case "string":
                return 2 + (self.min_length or 0)
            case _:
                return 1

    @property
    def form(self) -> Pattern | None:
        """What the whole value fits."""
        written = self.pattern if self.format is None else FORMATS[self.format]
        return None if written is None else read(written)

    @property
    def most_keys(self) -> int | None:
        """How many keys of a telephone it may hold; None if it may hold anything else, or nothing."""
        if self.enum:
            is_keys = all(set(value) <= KEYS for value in self.enum)
            return max(map(len, self.enum)) if is_keys else None
        form = self.form
        if form is None or not form.has_only("".join(KEYS)) or (form.fits("") and not self.min_length):
            return None
        lengths = [length for length in (form.longest, self.max_length) if length is not None]
        return min(lengths, default=None)


def of_kind(parameter: Parameter) -> str:
    """What one that holds others is, in words."""
    return "a list" if parameter.type == "array" else "an object"


class Action(Struct, frozen=True, dict=True):
    name: str
    description: str
    parameters: tuple[Parameter, ...]
    say: str | None  # a prompt's name, spoken by the agent
    do: Steps
    span: Span
    cancels: bool = False  # when the caller speaks before it has begun

    @kept
    def leaves_conversation_alone(self) -> bool:
        """Only notifies or replies: the agent goes on talking meanwhile."""
        return leave_conversation_alone(self.do)

    @kept
    def asks_for_ms(self) -> int:
        """How long an action that leaves the conversation alone waits for webhooks that it asks, before it is done;
        0 where it asks none.
        """
        return longest_asked_ms(self.do) if self.leaves_conversation_alone else 0

    @kept
    def replies(self) -> bool:
        """Whether the agent may be handed data in the reply to its request. Only such actions can do that."""
        return self.leaves_conversation_alone and reply(self.do)


class Route(Struct, frozen=True):
    name: str
    steps: Steps
    span: Span


FIRST_AGENT = "agent"
"""The name of `agent` where there are several."""
WAY_OF_LOSS = "agent unavailable"
WAY_OF_IDLE = "agent idle"
UNAVAILABLE, IDLE = "unavailable", "idle"


def way_of_key(number: int) -> str:
    """What the steps of this one of `keys` are called in the log, which has no key that somebody presses."""
    return f"keys: choice {number}"


class Key(Struct, frozen=True):
    """A key that the caller presses while with an agent, and the steps that follow. `way` is where they stand, as the
    log has it, which names no key.
    """

    key: str
    steps: Steps
    way: str
    span: Span


class Idle(Struct, frozen=True):
    """What happens when nobody says anything: after so long the agent is asked to speak up, so often, then steps."""

    after_ms: int
    times: int
    do: Steps
    span: Span
    way: str = WAY_OF_IDLE  # as that of `agent`, where it is the same


class Loss(Struct, frozen=True):
    """Steps that follow where an agent has the caller no more, and has asked for nothing. `key` is where they stand."""

    key: str
    agent: str
    way: str
    steps: Steps


class Agent(Struct, frozen=True):
    """The AI agent, reached through the platform's Cartesia connector."""

    api_key: Setting
    agent_id: Setting
    version: str
    metadata: tuple[Entry, ...]
    last_words_ms: int
    unavailable: Steps
    span: Span
    answers_within_ms: int | None = None  # None: nobody watches its model
    meanwhile: str | None = None  # a prompt that the agent speaks while its model is asked once more
    name: str = FIRST_AGENT
    actions: tuple[str, ...] = ()  # what it may ask for, in the order of the flow
    way: str = WAY_OF_LOSS  # what its `unavailable` is called in the log: as that of `agent`, where it is the same
    idle: Idle | None = None  # None: nobody watches

    @property
    def has_own_steps(self) -> bool:
        """Or its `unavailable` is that of `agent`."""
        return self.name == FIRST_AGENT or self.way != WAY_OF_LOSS

    @property
    def losses(self) -> tuple[Loss, ...]:
        """The steps that follow where it has the caller no more, also those that are as `agent` has them."""
        lost = Loss(UNAVAILABLE, self.name, self.way, self.unavailable)
        return (lost,) if self.idle is None else (lost, Loss(IDLE, self.name, self.idle.way, self.idle.do))


class Callers(Struct, frozen=True):
    """Numbers that call, under a name by which a branch goes. A setting holds them between commas."""

    name: str
    numbers: tuple[str, ...] | Setting
    span: Span


MOST_DATA = 200
"""Bytes of what a call is started with: the platform takes no more."""


class Outbound(Struct, frozen=True):
    """A call that is placed for somebody. `data` is what it is started with, and `call` rings its targets: what follows
    when one has taken it stands under `afterwards`.
    """

    data: tuple[Parameter, ...]
    call: Transfer
    span: Span
    alone: bool = False  # a call that comes in is rejected

    def datum(self, name: str) -> Parameter | None:
        return next((each for each in self.data if each.name == name), None)

    @property
    def targets(self) -> tuple[str, ...]:
        """Who may be called; nobody where that is broken."""
        return self.call.targets()


class Language(Struct, frozen=True):
    """A language of the call, and the platform's voice that speaks it."""

    name: str
    voice: str
    span: Span


class CallRecording(Struct, frozen=True):
    """How the call is recorded: always, once the caller has heard `say` (a prompt), or (None) where a step
    says so. `keep` is in the words of the flow. `is_stereo`: in two channels, of which one is
    the caller's.
    """

    say: str | None
    notify: str  # a webhook
    keep: str
    is_secure: bool
    span: Span
    is_stereo: bool = False

    @property
    def is_always(self) -> bool:
        return self.say is not None


class Call(Struct, frozen=True):
    token_required: bool
    max_duration_ms: int
    silence_limit_ms: int  # of the caller who waits
    ringback: str  # a country
    warning: str | None = None  # a prompt that is heard a minute before the end
    skew: str | None = None  # the webhook that is told when the agent's tools are of another version
    report: str | None = None  # the webhook that is told when the call is over
    country: str | None = None  # how national numbers are read: its two letters
    voice: str | None = None  # of the platform; None: its own
    recording: CallRecording | None = None
    languages: tuple[Language, ...] = ()  # the first is where a call begins; none: there is only one

    @property
    def first_language(self) -> str | None:
        """None where there is only one."""
        return self.languages[0].name if self.languages else None

    def voice_of(self, language: str | None) -> str | None:
        """The voice that speaks a language; that of the call where there is only one."""
        return next((each.voice for each in self.languages if each.name == language), self.voice)


class Likeness(Struct, frozen=True):
    """A target, and the one that it is like: what came along stands in the target already."""

    name: str
    model: str
    span: Span


class Flow(Struct, frozen=True, dict=True):
    """One flow. `path` is the source's path, for headers. `inbound` are the steps with which a call begins; none: the
    agent is started. `agent` is None where nobody is to talk to callers.
    """

    name: str
    path: str
    agent: Agent | None
    call: Call
    prompts: tuple[Prompt, ...]
    webhooks: tuple[Webhook, ...]
    targets: tuple[Target, ...]
    actions: tuple[Action, ...]
    routes: tuple[Route, ...]
    hours: tuple[Hours, ...] = ()
    likes: tuple[Likeness, ...] = ()  # which target is like which
    inbound: Steps = ()
    callers: tuple[Callers, ...] = ()
    agents: tuple[Agent, ...] = ()  # the others, where there are several
    outbound: Outbound | None = None
    keys: tuple[Key, ...] = ()

    @property
    def placed(self) -> Steps:
        """The steps with which a call begins that is placed for somebody; none, where no call is."""
        return () if self.outbound is None else (self.outbound.call,)

    @property
    def every_agent(self) -> tuple[Agent, ...]:
        """The first is `agent`. None where nobody is to talk to callers."""
        return () if self.agent is None else (self.agent, *self.agents)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What follows where an agent has the caller no more: each list of such steps once."""
        found: dict[str, Loss] = {}
        for each in self.every_agent:
            for loss in each.losses:
                found.setdefault(loss.way, loss)
        return tuple(found.values())

    def agent_named(self, name: str) -> Agent:
        return next(each for each in self.every_agent if each.name == name)

    @property
    def begins_at(self) -> Span:
        """What is written of how a call begins."""
        if self.agent is not None:
            return self.agent.span
        return self.inbound[0].span if self.inbound else START

    @kept
    def _prompts(self) -> dict[str, Prompt]:
        return {prompt.name: prompt for prompt in self.prompts}

    @kept
    def _webhooks(self) -> dict[str, Webhook]:
        return {webhook.name: webhook for webhook in self.webhooks}

    @kept
    def _targets(self) -> dict[str, Target]:
        return {target.name: target for target in self.targets}

    @kept
    def _routes(self) -> dict[str, Route]:
        return {route.name: route for route in self.routes}

    @kept
    def _hours(self) -> dict[str, Hours]:
        return {hours.name: hours for hours in self.hours}

    def prompt(self, name: str) -> Prompt:
        return self._prompts[name]

    def webhook(self, name: str) -> Webhook:
        return self._webhooks[name]

    def target(self, name: str) -> Target:
        return self._targets[name]

    def route(self, name: str) -> Route:
        return self._routes[name]

    def hours_named(self, name: str) -> Hours:
        return self._hours[name]
