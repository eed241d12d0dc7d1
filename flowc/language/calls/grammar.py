"""The language of call scripts, version 1, as literals: every key with its shape, its meaning and its default.

The one source for what is structurally valid and for the editors' schema; `flows/CALLS.md` says the same in prose, and
a test compares the two. What names of the flow exist, and what can be true at all, is not decided here.
"""

from __future__ import annotations

from flowc.language.calls import syntax
from flowc.language.calls.events import (
    AGENT,
    CALLER,
    DOES_NOT_ANSWER,
    HIDDEN,
    LASTING,
    NUMBER,
    OUTBOUND,
    PRINTED_LINE,
    PRINTED_TEXT,
    REQUEST,
    TARGET,
)
from flowc.language.calls.expectations import EXPECT
from flowc.language.calls.platform import A_DATE, PLATFORM_DOES, VOICE_DETECTION_DOES
from flowc.language.flow.values import SETTING_NAME
from flowc.language.located import Section
from flowc.language.shapes import (
    Anything,
    Boolean,
    ByForm,
    Field,
    Integer,
    List,
    Named,
    Names,
    OneKey,
    Record,
    Shape,
    Text,
    Variable,
    Word,
)

WAIT = ByForm(
    "a duration",
    scalar=LASTING,
    mapping=Record(
        "what is waited for",
        (Field("until", Named("expect"), "Time goes by until this is true, for an hour at most.", required=True),),
        make=syntax.Until,
    ),
)
WEBHOOK = ByForm(
    "what a webhook does",
    scalar=Variable(Word((DOES_NOT_ANSWER,))),
    mapping=Record(
        "what a webhook does",
        (
            Field("fails", Variable(Integer(300, 599)), "It answers with this code of HTTP.", default="200"),
            Field("after", LASTING, "It answers after so long.", default="50ms"),
            Field(
                "answers", Anything(), "What it answers: a text as it is, everything else as JSON.", left_out="nothing"
            ),
        ),
        make=syntax.WebhookDoes,
    ),
)
WEBHOOKS = Field(
    "webhooks",
    Names("webhooks by name", Text("the name of a webhook", shortest=1), WEBHOOK),
    "What each of the flow's webhooks does when it is told something.",
    default="they answer 200",
)
CLOCK = Field(
    "clock",
    Variable(
        Text(
            "a date and a time",
            A_DATE,
            example="2026-12-25T08:59:59",
        )
    ),
    "When it begins: in the time zone of the flow's `hours`, or with an offset, as `+01:00`, or `Z`.",
    left_out="in a call that of the file; in the file `2026-01-06T10:00`, a Tuesday, in the zone of the first hours",
)
STEP = OneKey(
    "a step of a call",
    (
        Field("caller", CALLER, "What the caller does.", make=syntax.CallerStep),
        Field("agent", AGENT, "What the agent does.", make=syntax.AgentStep),
        Field("request", REQUEST, "Somebody posts this to the control URL.", make=syntax.RequestStep),
        Field("platform", PLATFORM_DOES, "What the platform does or says by itself.", make=syntax.PlatformStep),
        Field(
            "at once",
            List("a list of steps", Named("step")),
            "All this happens in one instant, in this order.",
            make=syntax.AtOnce,
        ),
        Field("wait", WAIT, "Time goes by: for so long, or until something is true.", make=syntax.Wait),
        Field("expect", EXPECT, "What must be true now.", make=syntax.Expect),
        Field("outbound", OUTBOUND, "A call is started that is placed for somebody.", make=syntax.OutboundStep),
    ),
    Text("the name of a target", r"[a-z][a-z0-9_]{0,63}|[\s\S]*\$\{[\s\S]*", example="support"),
    TARGET,
    "What a target does, by its name in the flow.",
    make=syntax.TargetStep,
)
STEPS = List("a list of steps", Named("step"))

# Around the calls

ACCOUNT = Record(
    "what the account has",
    (
        Field("storage", Names("values by name", SETTING_NAME, PRINTED_TEXT), "Entries of the ApplicationStorage."),
        Field("secrets", Names("values by name", SETTING_NAME, PRINTED_TEXT), "Secrets of VoxEngine."),
        Field(
            "caller_ids",
            List("a list of numbers", NUMBER, distinct=True),
            "The caller IDs that it may show.",
            default="any",
        ),
    ),
    make=syntax.Account,
)
AGENT_CONNECTS = ("connects", "connects once", "refuses", "hangs")
"""What becomes of an agent's connection."""
PLATFORM = Record(
    "how the platform behaves",
    (
        Field(
            "agent",
            Variable(Word(AGENT_CONNECTS)),
            "Whether its connection opens, opens once and no second time in a call, is refused, or never opens.",
            default="connects",
        ),
        Field(
            "by itself",
            Variable(Word(("everything", "nothing"))),
            "Whether timers fire and the platform goes on by itself, or only where a step `platform` says so.",
            default="everything",
        ),
        Field(
            "throws",
            Names(
                "functions of the platform",
                Text("a function of the platform", r"[A-Za-z]+(?:\.[A-Za-z]+)*", example="Call.hangup"),
                Variable(Integer(0, 9999)),
            ),
            "Functions that throw the n-th time that they are called; `0`: every time.",
            default="nothing throws",
        ),
        Field("webhook", Variable(Integer(100, 599)), "The code that webhooks answer.", default="200"),
        Field(
            "storage",
            Names("entries by name", SETTING_NAME, Variable(Word(("fails", "hangs")))),
            "Entries that cannot be read: the look-up fails, or is never answered.",
            default="all can be read",
        ),
        Field(
            "reply",
            Variable(Word(("delivered", "empty", "lost"))),
            "What arrives of the reply to the agent's tools. An empty one counts as accepted, a lost one as failed.",
            default="delivered",
        ),
        Field(
            "hangup events",
            Variable(Word(("later", "at once"))),
            "Our own hang-up is reported after the current callback, or before `hangup` returns.",
            default="later",
        ),
        Field(
            "late connected",
            Variable(Boolean()),
            "A leg that is hung up while it rings is answered first.",
            default="false",
        ),
        Field(
            "answer wins",
            Variable(Boolean()),
            "A leg that is hung up while it rings is answered all the same, and stays until it is hung up again.",
            default="false",
        ),
        Field(
            "cancel code", Variable(Integer(300, 699)), "The code of a ring that we gave up ourselves.", default="487"
        ),
        Field("close callback", Variable(Boolean()), "The agent's close is reported after our own.", default="true"),
        Field(
            "terminate events", Variable(Boolean()), "The end of the session is reported for each leg.", default="false"
        ),
        Field(
            "unverified caller id",
            Variable(Word(("fails", "throws"))),
            "What a caller ID does that is not among the account's.",
            default="fails",
        ),
        Field(
            "agent keepalive",
            Variable(Boolean()),
            "An agent that hears nobody stays connected; else it is lost after 180 s.",
            default="false",
        ),
        Field(
            "agent buffer",
            Variable(Word(("drained", "kept"))),
            "What an agent says while nobody hears it is lost, or heard afterwards.",
            default="drained",
        ),
        Field("automatic clear", Variable(Boolean()), "An interruption empties the agent's buffer.", default="false"),
        Field(
            "start metadata",
            Variable(Word(("delivered", "lost"))),
            "Whether the agent gets what it is started with. It is told of the session once more, after its start.",
            default="delivered",
        ),
        Field(
            "silence after clear",
            Variable(Word(("reported", "unreported"))),
            "Whether the platform says that the agent is silent when its audio was cleared away.",
            default="reported",
        ),
        Field(
            "pstn numbers",
            Variable(Word(("without plus", "with plus"))),
            "How telephone numbers of the call arrive.",
            default="without plus",
        ),
        Field(
            "national numbers",
            Variable(Word(("known", "without plus", "capitals", "small letters", "unknown", "fails"))),
            "What the platform makes of a number as people of a country dial it.",
            default="known",
        ),
        Field(
            "machine detection",
            Variable(Word(("works", "unlisted", "missing", "without models", "rejects"))),
            "Whether the platform tells machines from people: its module is there, or not in the list, or missing. "
            "Where it `rejects`, that it fails is told by the promise of the detection alone.",
            default="works",
        ),
        Field(
            "call list",
            Variable(Word(("works", "refuses", "hangs", "unlisted", "missing"))),
            "What becomes of what a call list is told: it answers, refuses or says nothing; its module is not in the "
            "list, or missing.",
            default="works",
        ),
        Field(
            "refer",
            Variable(Word(("works", "throws"))),
            "Whether the platform can have the caller handed over, or the call of it throws.",
            default="works",
        ),
        Field(
            "refer end",
            Variable(Word(("both", "complete", "disconnected"))),
            "What is reported of a caller who is handed over: that, and the end of the leg, or one of the two.",
            default="both",
        ),
        Field(
            "queue tells",
            Variable(Word(("first", "after", "never"))),
            "When a queue says that the caller is gone who waits in it: before the end of the leg, after it, or never.",
            default="first",
        ),
        Field(
            "digests",
            Variable(Word(("hex", "base64", "bytes"))),
            "How the platform hands over what signs a request.",
            default="hex",
        ),
        Field(
            "replaced playback",
            Variable(Word(("silent", "finished"))),
            "Whether the end of something is reported when something else takes its place.",
            default="silent",
        ),
        Field(
            "sound files",
            Variable(Word(("load", "fail", "hang"))),
            "Whether sound files can be loaded; `hang`: the platform never says.",
            default="load",
        ),
        Field(
            "playback",
            Variable(Word(("ends", "fails", "fails alone", "hangs"))),
            "Whether prompts are spoken; `fails alone`: without an end; `hangs`: nothing that is played ends.",
            default="ends",
        ),
        Field(
            "abandoned call",
            Variable(Word(("disconnected", "failed"))),
            "How a caller is reported who hangs up before the call is connected.",
            default="disconnected",
        ),
        Field(
            "rejected call",
            Variable(Word(("disconnected", "failed", "untold"))),
            "How a caller is reported who was rejected; `untold`: not at all.",
            default="disconnected",
        ),
        Field(
            "voices",
            Variable(Word(("any", "none"))),
            "Whether the platform has the voice of the flow.",
            default="any",
        ),
        Field(
            "loop finished",
            Variable(Boolean()),
            "The end of a sound file that repeats is reported each time.",
            default="false",
        ),
        Field(
            "early media",
            Variable(Word(("kept", "lost"))),
            "Audio that is sent to a leg before its answer is heard after it, or lost.",
            default="kept",
        ),
        Field(
            "dead units",
            Variable(Word(("ignored", "throw"))),
            "What a method of something that is over does.",
            default="ignored",
        ),
        Field(
            "agents",
            Names(
                "agents by name",
                Text("the name of an agent", shortest=1),
                Variable(Word(AGENT_CONNECTS)),
                at_least_one=True,
            ),
            "The same of one of several agents: whether its connection opens.",
            default="as `agent` says",
        ),
        Field(
            "recorder",
            Variable(Word(("works", "refuses", "fails", "hangs"))),
            "What becomes of recordings: each works, cannot begin, fails after 3 s, or the platform "
            "never says that it has begun.",
            default="works",
        ),
        Field(
            "recording end",
            Variable(Word(("later", "at once", "twice", "never", "fails"))),
            "When the platform says that a recording is complete: a moment after it was stopped, while "
            "it is being stopped, twice, or never; or it fails then.",
            default="later",
        ),
        Field(
            "recording pause",
            Variable(Word(("works", "works once begun", "refuses"))),
            "Whether a recording can be paused: that works, also before it has begun; only then; or not at all.",
            default="works",
        ),
        Field(
            "voice detection",
            Variable(Word(VOICE_DETECTION_DOES)),
            "What becomes of the detection of the caller's voice: it works, cannot be had, says nothing at all, or "
            "fails after a moment.",
            default="works",
        ),
        Field(
            "local time",
            Variable(Word(("known", "fails", "invalid", "not shifted"))),
            "Whether the platform can tell the time in a zone.",
            default="known",
        ),
    ),
    make=Section,
)
CALL_NAME = Text(
    "what the call is about, in one line", rf"{PRINTED_LINE}[^\x0a\x20{HIDDEN}]{PRINTED_LINE}", longest=200
)
_PART_OF_A_COLUMN = rf"[^\x0a{{}}${HIDDEN}]*"
COLUMN = Text(
    "the name of a value, in one line",
    rf"{_PART_OF_A_COLUMN}[^\x0a\x20{{}}${HIDDEN}]{_PART_OF_A_COLUMN}",
    longest=100,
)
ROWS = List("a list of rows", Names("values by name", COLUMN, Anything(), at_least_one=True))
STEPS_OF_A_CALL = Field("steps", STEPS, "What happens, and what must be true.", required=True)
ROWS_OF_A_CALL = Field(
    "rows", ROWS, "The call is played once a row; `${name}` is the row's value.", left_out="it is played once"
)
CALL = Record(
    "a call",
    (
        STEPS_OF_A_CALL,
        ROWS_OF_A_CALL,
        Field("account", ACCOUNT, "What the account has besides.", left_out="what the file says it has"),
        Field("platform", PLATFORM, "How the platform behaves in this call.", left_out="as the file says"),
        WEBHOOKS,
        CLOCK,
    ),
    make=syntax.Call,
)
FLOWS_FILE = Text("the flow's file", rf"{PRINTED_LINE}\.ya?ml", example="front_desk.yaml")
FLOW = Field("flow", FLOWS_FILE, "The flow's file, beside this one.", required=True)
CALLS = Field(
    "calls",
    Names(
        "calls by name",
        CALL_NAME,
        ByForm("a list of steps, or a call with rows", None, STEPS, CALL),
        at_least_one=True,
    ),
    "The scripts: a name in your own words, and what happens.",
    required=True,
)
SCRIPTS = Record(
    "a file of call scripts",
    (
        Field("flowc", Integer(1, 1), "Version of the language.", required=True),
        FLOW,
        CALLS,
        Field("account", ACCOUNT, "What the platform's account has.", left_out="nothing"),
        Field(
            "platform",
            PLATFORM,
            "How the platform behaves where its documents are silent.",
            left_out="each of its keys has its default",
        ),
        WEBHOOKS,
        CLOCK,
    ),
    make=syntax.Scripts,
)

SHAPES: dict[str, Shape] = {"step": STEP, "expect": EXPECT}
