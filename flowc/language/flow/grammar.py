"""The flow language, version 1, as literals: every key with its shape, its meaning and its default.

This is the one source for what is structurally valid and for the editors' schema; `flows/README.md` says the same in
prose, and a test compares the two. What a name refers to, and what steps mean together, is not decided here.
"""

from __future__ import annotations

from msgspec.structs import replace

from flowc.language.flow import syntax
from flowc.language.flow.steps import CALL_LIMIT, FALLBACK, RUNG, STEP, STEP_WORD, STEPS, STOPS, TARGETS
from flowc.language.flow.targets import TARGET
from flowc.language.flow.values import (
    ACTION_NAME,
    AGENT_ID,
    CHOICE,
    COUNTRY,
    DATE,
    DAY,
    DESCRIPTION,
    ENTRY,
    ENTRY_NAME,
    HEADER_NAME,
    HEADER_TEXT,
    KEY,
    LANGUAGE_NAME,
    LARGEST_NUMBER,
    NAME,
    OF_A_LANGUAGE,
    PATTERN,
    PHONE_NUMBER,
    PROMPT_NAME,
    RANGE,
    RANGE_OR_CLOSED,
    REFERENCE,
    SECRET,
    SENTENCE,
    SOUND_ADDRESS,
    VOICE,
    WEB_ADDRESS,
    WEBHOOK_TOLD,
    ZONE,
    setting,
    webhook_told,
)
from flowc.language.shapes import (
    Boolean,
    ByForm,
    ByKey,
    ByType,
    Duration,
    Field,
    Integer,
    List,
    Named,
    Names,
    Number,
    Record,
    Refused,
    Shape,
    Spared,
    Text,
    Word,
)

RINGBACK_OF = "us"
LAST_WORDS = "15s"
IDLE_TIMES = 2
MAX_DURATION = "4h"
SILENCE_LIMIT = "3s"
CARTESIA_VERSION = "2025-04-16"

# Who calls

CALLERS = ByForm(
    "a list of phone numbers, `{secret: …}` or `{storage: …}`",
    scalar=Refused("FLOW103", "callers are a list of numbers", 'write it in brackets: `["+15550100001"]`'),
    sequence=List("a list of phone numbers", PHONE_NUMBER, distinct=True),
    mapping=REFERENCE,
)

# Opening hours

_RANGES = List("a list of ranges", RANGE, distinct=True)
HOURS = Record(
    "opening hours",
    (
        Field("timezone", ZONE, "The time zone, by its name in the tz database: `America/Chicago`.", required=True),
        Field(
            "weekly",
            Names("hours by day", DAY, ByForm("a range of hours or a list of them", RANGE, _RANGES)),
            "When it is open, by day or by range of days. Days that are not named are closed.",
            required=True,
        ),
        Field(
            "dates",
            Names(
                "hours by date", DATE, ByForm("a range of hours, a list of them, or `closed`", RANGE_OR_CLOSED, _RANGES)
            ),
            "When it is open on single dates, in place of their day of the week; or `closed`.",
        ),
    ),
    make=syntax.Hours,
)

# What is declared by a type

_LARGEST_LENGTH = 4000  # what the control URL takes in one request is 8192 characters
MOST_ITEMS = 50
_DESCRIPTION = Field("description", DESCRIPTION, "For the model.", required=True)
_SENSITIVE = Field("sensitive", Boolean(), "`true` for what is in no log and in no report.", default="false")
_OF_A_PARAMETER = (
    _DESCRIPTION,
    Field("optional", Boolean(), "`true` if the agent may leave it out.", default="false"),
    _SENSITIVE,
)
_OF_AN_ITEM = (
    replace(_DESCRIPTION, required=False),
    Field(
        "optional",
        Refused(
            "FLOW106",
            "`optional` does not go with `items`",
            "take it out: how few there may be is said by `minItems` of the list",
        ),
        "What is left out of a list is not in it.",
    ),
    _SENSITIVE,
)
_OF_A_FIELD = (
    replace(_DESCRIPTION, required=False),
    Field("optional", Boolean(), "`true` if the webhook may leave it out.", default="false"),
    _SENSITIVE,
)
_WHOLE = Integer(-LARGEST_NUMBER, LARGEST_NUMBER)
_ANY_NUMBER = Number(-LARGEST_NUMBER, LARGEST_NUMBER)
_KINDS: dict[str, tuple[Field, ...]] = {
    "string": (
        Field("enum", List("a list of values", CHOICE, distinct=True), "The values allowed.", left_out="any"),
        Field("minLength", Integer(0, _LARGEST_LENGTH, "characters"), "The least number of characters."),
        Field("maxLength", Integer(1, _LARGEST_LENGTH, "characters"), "The greatest number of characters."),
        Field("pattern", PATTERN, "A regular expression that the whole value fits.", left_out="any text"),
        Field(
            "format",
            Word(("phone", "date")),
            "What the text is: a phone number in E.164, or a day.",
            left_out="any text",
        ),
    ),
    "integer": (
        Field("minimum", _WHOLE, "The least value.", left_out=f"-{LARGEST_NUMBER}"),
        Field("maximum", _WHOLE, "The greatest value.", left_out=str(LARGEST_NUMBER)),
    ),
    "number": (
        Field("minimum", _ANY_NUMBER, "The least value.", left_out=f"-{LARGEST_NUMBER}"),
        Field("maximum", _ANY_NUMBER, "The greatest value.", left_out=str(LARGEST_NUMBER)),
    ),
    "boolean": (),
    "array": (
        Field("items", Named("item"), "What each item of the list is, with its `type`.", required=True),
        Field("minItems", Integer(0, MOST_ITEMS, "items"), "The least number of items."),
        Field("maxItems", Integer(1, MOST_ITEMS, "items"), "The greatest number of items.", default=str(MOST_ITEMS)),
    ),
    "object": (
        Field(
            "properties",
            Names("properties by name", NAME, Named("property"), at_least_one=True),
            "What it holds, by name, each with its `type`. Others are refused.",
            required=True,
        ),
    ),
}


_IN_AN_ANSWER: dict[str, tuple[Field, ...]] = {
    **_KINDS,
    "array": (replace(_KINDS["array"][0], shape=Named("answered item")), *_KINDS["array"][1:]),
    "object": (
        replace(
            _KINDS["object"][0], shape=Names("properties by name", NAME, Named("answered property"), at_least_one=True)
        ),
    ),
}


def _by_type(
    what: str, every: tuple[Field, ...], kinds: dict[str, tuple[Field, ...]] = _KINDS, made: type = syntax.Parameter
) -> ByType:
    """`what` follows the type: a `string` parameter."""
    *others, last = (f"`{name}`" for name in kinds)

    def kind(name: str, fields: tuple[Field, ...]) -> Record:
        doc = f"{', '.join(others)} or {last}."
        article = "an" if name[0] in "aio" else "a"
        first = Field("type", Word((name,)), doc, required=True)
        return Record(f"{article} `{name}` {what}", (first, *fields, *every), make=made)

    whole = "an item" if what == "item" else f"a {what}"
    return ByType(whole, {name: kind(name, fields) for name, fields in kinds.items()})


PARAMETER = _by_type("parameter", _OF_A_PARAMETER)
PROPERTY = _by_type("property", _OF_A_PARAMETER)
ITEM = _by_type("item", _OF_AN_ITEM)
_OF_DATA = (
    _DESCRIPTION,
    Field("optional", Boolean(), "`true` if a call may be started without it.", default="false"),
    _SENSITIVE,
)
_NO_LIST = Refused(
    "FLOW104",
    "`data` holds no lists and no objects: 200 bytes of all of it arrive",
    "pass a number of yours, as `type: string`, by which a webhook finds the rest: `{ask: WEBHOOK, otherwise: STEPS}`",
)
DATA = replace(
    _by_type("value of `data`", _OF_DATA, {name: _KINDS[name] for name in ("string", "integer", "number", "boolean")}),
    what="what a call is started with",
    refused=tuple(Field(name, _NO_LIST, "Data that holds others.") for name in ("array", "object")),
)
OUTBOUND = Record(
    "calls that are placed",
    (
        Field(
            "call",
            TARGETS,
            "Whom to call: a target, a list of targets that are called one after the other, several together, or a "
            "choice. Whoever takes the call is the caller from there on.",
            required=True,
        ),
        Field(
            "fallback",
            FALLBACK,
            "Steps by outcome, when nobody took the call. Every outcome has some, and nobody is there to hear them.",
            required=True,
        ),
        Field(
            "answered",
            Named("steps"),
            "Steps when the call was taken; required where there is no agent.",
            default="start_agent",
        ),
        Field(
            "data",
            Names("data by name", NAME, DATA),
            "What a call is started with, by name: texts, numbers, `true` or `false`.",
        ),
        Field(
            "within",
            Duration("5s", "30m"),
            "For all that it calls, pauses included: then nobody has taken the call, and nobody else is called.",
            broken=1_800_000,
        ),
        Field(
            "stop_on",
            List("a list of outcomes", STOPS, distinct=True),
            "Outcomes of a target after which nobody else is called.",
        ),
    ),
    make=syntax.Outbound,
)
ANSWER_FIELD = _by_type("field", _OF_A_FIELD, _IN_AN_ANSWER)
ANSWERED_PROPERTY = _by_type("property", _OF_A_FIELD, _IN_AN_ANSWER)
ANSWERED_ITEM = _by_type("item", _OF_AN_ITEM, _IN_AN_ANSWER)

# Webhooks

WEBHOOK = Record(
    "a webhook",
    (
        Field("url", setting(WEB_ADDRESS), "Its https address.", required=True),
        Field(
            "headers",
            Names("headers", HEADER_NAME, setting(HEADER_TEXT)),
            "Headers of every request to it: texts, or settings, as for `Authorization`.",
        ),
        Field("sign", SECRET, "Key by which every request to it is signed: `{secret: …}` or `{storage: …}`."),
        Field(
            "answer",
            Names("fields by name", NAME, ANSWER_FIELD, at_least_one=True),
            "What it answers when it is asked: fields by name, each declared like a parameter.",
            left_out="it cannot be asked",
        ),
    ),
    make=syntax.Webhook,
)

# What the agent asks for

ACTION = Record(
    "an action",
    (
        Field("description", DESCRIPTION, "For the model: what it does, when to use it.", required=True),
        Field("parameters", Names("parameters by name", NAME, PARAMETER), "What the agent passes along, by name."),
        Field(
            "say",
            PROMPT_NAME,
            "A prompt that the agent speaks, in its own voice, before the action.",
            left_out="the model is told to speak first, if the action takes the call from it",
        ),
        Field("do", Named("steps"), "What happens: a step, or a list of steps.", required=True),
        Field(
            "interrupted",
            Word(("continue", "cancel")),
            "What becomes of the action when the caller speaks before it has begun.",
            default="continue",
        ),
    ),
    make=syntax.Action,
)

# The whole

_ANSWERS_WITHIN = ByForm(
    "a duration, or `{limit: …, say: PROMPT}`",
    scalar=Duration("5s", "60s"),
    mapping=Record(
        "a limit of the model's answer with a sentence",
        (
            Field(
                "limit",
                Duration("5s", "60s"),
                "How long the model may say nothing in its turn.",
                required=True,
                broken=60_000,
            ),
            Field("say", PROMPT_NAME, "A prompt that the agent speaks, in its own voice, while it is asked once more."),
        ),
        make=syntax.AnswerLimit,
    ),
)
_IDLE = Record(
    "what happens when nobody says anything",
    (
        Field("after", Duration("5s", "5m"), "How long neither side says anything.", required=True, broken=300_000),
        Field(
            "times",
            Integer(1, 5, "times"),
            "How often the agent is asked to speak up, each time after `after`.",
            default=str(IDLE_TIMES),
        ),
        Field("do", Named("steps"), "Steps when nobody has said anything after that either.", required=True),
    ),
    make=syntax.Idle,
)
AGENT = Record(
    "the agent",
    (
        Field("api_key", SECRET, "Key of Cartesia's API: `{secret: …}` or `{storage: …}`.", required=True),
        Field("agent_id", setting(AGENT_ID), "The agent's id at Cartesia.", required=True),
        Field(
            "unavailable",
            Named("steps"),
            "Steps when the agent cannot be started, or is lost while it talks to the caller.",
            required=True,
        ),
        Field(
            "version",
            Text("a version of Cartesia's API", "[0-9]{4}-[0-9]{2}-[0-9]{2}", example='"2025-04-16"'),
            "Version of Cartesia's API.",
            default=f'"{CARTESIA_VERSION}"',
        ),
        Field("metadata", Names("names and texts", ENTRY_NAME, ENTRY), "What the agent is told when it starts."),
        Field(
            "last_words",
            Duration("1s", "60s"),
            "How long an action waits at the most for the agent to finish its sentence.",
            default=LAST_WORDS,
        ),
        Field(
            "answers_within",
            _ANSWERS_WITHIN,
            "How long the model may say nothing in its turn: then it is asked once more, then `unavailable` follows. "
            "Or `{limit, say}`, with a prompt that is spoken while it is asked again. Left out, nobody watches it.",
        ),
        Field(
            "idle",
            _IDLE,
            "When neither the caller nor the agent says anything: after how long, how often the agent is then asked to "
            "speak up, and the steps that follow. Left out, nobody watches.",
        ),
        Field(
            "actions",
            List("a list of actions", ACTION_NAME, distinct=True),
            "What this agent may ask for, where a flow has several agents; left out: every action.",
        ),
    ),
    make=syntax.Agent,
)
KEEP = "3 months"
RECORDING = Record(
    "how the call is recorded",
    (
        Field(
            "starts",
            Word(("asked", "always")),
            "`asked`: by a step `{recording: start}`. `always`: when the caller has heard `say`, before anything else.",
            required=True,
        ),
        Field("say", PROMPT_NAME, "With `always`: a prompt that tells the caller so, before anything is recorded."),
        Field(
            "stereo",
            Boolean(),
            "The caller in the left channel, what the caller hears in the right one. It cannot be paused, stopped or "
            "secured.",
            default="false",
        ),
        Field("notify", WEBHOOK_TOLD, "The webhook that is told, once, where the recording is.", required=True),
        Field(
            "keep",
            Word(("3 months", "6 months", "1 year", "2 years", "3 years")),
            "For how long the platform keeps the recording.",
            default=KEEP,
        ),
        Field(
            "secure",
            Boolean(),
            "Whether a key of the platform's account is needed to load the recording.",
            default="true",
        ),
    ),
    make=syntax.CallRecording,
)
OTHER_AGENT = Record(
    "one of several agents",
    tuple(replace(each, required=False, default="") for each in AGENT.fields),
    make=syntax.OtherAgent,
    at_least_one=True,
    left_out="as that of `agent`",
)
CALL = Record(
    "settings of the call",
    (
        Field(
            "token",
            Word(("required", "optional")),
            "Whether a request without the session's token is refused. `optional` lets in agents written by hand.",
            default="required",
        ),
        Field(
            "skew",
            Record(
                "who is told",
                (Field("notify", WEBHOOK_TOLD, "The webhook that is told.", required=True),),
                make=syntax.Skew,
            ),
            "Who is told, once a call, that the agent's tools were generated from another version of this flow.",
            left_out="nobody is told",
        ),
        Field(
            "max_duration",
            CALL_LIMIT,
            "The call is ended after this time; or `{limit, warning}`, with a prompt a minute before.",
            default=MAX_DURATION,
        ),
        Field(
            "country",
            COUNTRY,
            "The country of national numbers that come over a SIP trunk, by its two letters in ISO 3166.",
            left_out="national numbers stay as they came",
        ),
        Field(
            "silence_limit",
            Duration("0s", "30s"),
            "The longest silence that the caller may hear while waiting. `flowc verify` proves it.",
            default=SILENCE_LIMIT,
        ),
        Field("voice", VOICE, "The platform's voice that speaks prompts; left out: its own."),
        Field(
            "languages",
            Names("voices by language", LANGUAGE_NAME, VOICE),
            "The languages of the prompts, two at least, each with its voice; the first is where a call begins.",
            left_out="one language, that of the prompts",
        ),
        Field("ringback", COUNTRY, "The country whose ringing the caller hears.", default=RINGBACK_OF),
        Field(
            "recording",
            RECORDING,
            "How the call is recorded, and who is told where the recording is; left out, it is not.",
        ),
        Field(
            "report",
            webhook_told("report"),
            "The webhook that is told when the call is over, however it ended.",
            left_out="nobody is told",
        ),
    ),
    make=syntax.Call,
)
_SOUND = Record(
    "a sound file",
    (
        Field(
            "play",
            SOUND_ADDRESS,
            "The https address of a sound file: MP3, OGG, FLAC or WAV, 10 MB at the most.",
            required=True,
        ),
    ),
    make=syntax.Sound,
)
_IN_ONE_LANGUAGE = ByForm("a sentence, or `{play: …}`", SENTENCE, mapping=_SOUND)
PROMPT = ByForm(
    "a sentence, or `{play: …}`",
    SENTENCE,
    mapping=ByKey(
        "a prompt in braces",
        (_SOUND,),
        others=Names("a prompt by language", OF_A_LANGUAGE, _IN_ONE_LANGUAGE, at_least_one=True),
    ),
)
FLOW = Record(
    "a flow",
    (
        Field("flowc", Integer(1, 1), "Version of the language.", required=True),
        Field("flow", NAME, "The flow's name; it names the folder and the files that are generated.", required=True),
        Field(
            "agent",
            AGENT,
            "The AI agent that talks to the caller; without it and `actions`, `inbound` or `outbound` is all of it.",
            required=True,
        ),
        Field(
            "actions",
            Names("actions by name", NAME, ACTION, at_least_one=True),
            "What the agent may ask for.",
            required=True,
        ),
        Field("call", CALL, "Settings of the call as a whole.", left_out="each setting has its default"),
        Field(
            "agents",
            Names("agents by name", NAME, OTHER_AGENT),
            "Other agents, by name, to whom `start_agent` hands the caller over. A key that one does not name is as "
            "that of `agent`.",
        ),
        Field("prompts", Names("prompts by name", NAME, PROMPT), "Sentences, by name."),
        Field("webhooks", Names("webhooks by name", NAME, WEBHOOK), "Who is told of calls, by name."),
        Field("targets", Names("targets by name", NAME, TARGET), "Where the call can go, by name."),
        Field(
            "routes", Names("routes by name", NAME, Named("steps")), "Steps with a name, to be used in several places."
        ),
        Field("hours", Names("hours by name", NAME, HOURS), "Opening hours, by name."),
        Field(
            "inbound",
            Named("steps"),
            "Steps with which a call begins that comes in, before the agent; left out, it is started at once.",
            default="start_agent",
        ),
        Field(
            "outbound",
            OUTBOUND,
            "Calls that are placed, by the account's API or a call list: with which data, who is called, what follows.",
        ),
        Field(
            "keys",
            Names("steps by key", KEY, Named("steps"), at_least_one=True),
            "Keys that the caller presses while with an agent, each with the steps that follow: a person without the "
            "model.",
        ),
        Field(
            "callers",
            Names("numbers by name", NAME, CALLERS),
            "Numbers that call, by a name for `by: call.from`: a list, or a setting that holds them between commas.",
        ),
    ),
    make=syntax.Flow,
    spared=Spared(("inbound", "outbound"), ("agent", "actions")),
)

SHAPES: dict[str, Shape] = {
    "step": ByForm("a step", scalar=STEP_WORD, mapping=STEP),
    "steps": STEPS,
    "rung": RUNG,
    "property": PROPERTY,
    "item": ITEM,
    "answered property": ANSWERED_PROPERTY,
    "answered item": ANSWERED_ITEM,
}
