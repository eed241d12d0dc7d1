"""The language of call scripts, version 1, as literals: every key with its shape, its meaning and its default.

The one source for what is structurally valid and for the editors' schema; `flows/CALLS.md` says the same in prose, and
a test compares the two. What names of the flow exist, and what can be true at all, is not decided here.
"""

from __future__ import annotations

from flowc.language.shapes import (
    Anything,
    Boolean,
    ByKey,
    Duration,
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
    Written,
)
from flowc.language.values import PROMPT_NAME, SETTING_NAME, TARGET_NAME

ACTION_NAME = Text("the name of an action", shortest=1)
ANY_TEXT = Text()
NUMBER = Text("a number as the network shows it", shortest=1, longest=128, example='"+15550001111"')
DIGITS = Text("keys of a telephone, in quotes", "[0-9*#]{1,32}", example='"1"')
SHORTEST, LONGEST = "1ms", "24h"
LASTING = Variable(Duration(SHORTEST, LONGEST))
REFUSALS = (
    "bad_request",
    "unauthorized",
    "unknown_action",
    "invalid_parameters",
    "request_id_reused",
    "not_ready",
    "busy",
    "call_ended",
)
NOTHING = "nothing"

# What a target does -> the code of SIP that it is.
ANSWERS, RINGS, HANGS_UP = "answers", "rings", "hangs up"
FAILURES = {
    "is busy": 486,
    "declines": 603,
    "is unreachable": 480,
    "does not exist": 404,
    "is not allowed": 403,
}
_FAILS = Field("fails", Variable(Integer(300, 699)), "It fails with any code of SIP.", required=True)

# What happens

CALLER = Written(
    "what the caller does",
    scalar=Variable(Word(("calls", HANGS_UP))),
    mapping=ByKey(
        "what the caller does",
        (
            Record(
                "a call",
                (
                    Field(
                        "calls",
                        Record(
                            "the numbers of a call",
                            (
                                Field("from", Variable(NUMBER), "The caller's number.", default='"+15550000001"'),
                                Field("to", Variable(NUMBER), "The number that was dialled.", default='"+15550000002"'),
                            ),
                        ),
                        "The call comes in, and goes on until the agent is there or the flow does something else.",
                        required=True,
                    ),
                ),
            ),
            Record("pressed keys", (Field("presses", Variable(DIGITS), "The caller presses keys.", required=True),)),
        ),
    ),
)
AGENT = Written(
    "what the agent does",
    scalar=Variable(Word(("is interrupted", "is lost"))),
    mapping=ByKey(
        "what the agent does",
        (
            Record(
                "a request of the agent",
                (
                    Field(
                        "asks",
                        Variable(ACTION_NAME),
                        "Its tools post this action, and speak the phrase that the action has in the flow.",
                        required=True,
                    ),
                    Field("with", Names("values by parameter", ANY_TEXT, Anything()), "The action's parameters."),
                    Field(
                        "id",
                        Variable(Text("a request's id", shortest=1, longest=200)),
                        "The request's id: the same one again repeats a request.",
                        default="a new one",
                    ),
                ),
            ),
            Record(
                "words of the agent",
                (Field("says", Variable(Text("what the agent says", shortest=1)), "It speaks.", required=True),),
            ),
        ),
    ),
)
_THEN = Written(
    "`answers`, or how it fails",
    scalar=Variable(Word((ANSWERS, *FAILURES))),
    mapping=Record("`{fails: CODE}`", (_FAILS,)),
)
TARGET = Written(
    "what a target does",
    scalar=Variable(Word((RINGS, ANSWERS, *FAILURES, HANGS_UP))),
    mapping=ByKey(
        "what a target does",
        (
            Record("a failure", (_FAILS,)),
            Record(
                "ringing",
                (
                    Field("rings", LASTING, "It rings for so long.", required=True),
                    Field("then", _THEN, "What it does then.", required=True),
                ),
            ),
            Record("pressed keys", (Field("presses", Variable(DIGITS), "Keys are pressed there.", required=True),)),
        ),
    ),
)
REQUEST = Record(
    "a request to the control URL",
    (
        Field("body", Anything(), "What is posted: a text as it is, everything else as JSON.", required=True),
        Field(
            "method",
            Variable(Text("a method of HTTP", "[A-Z]{1,16}", example="POST")),
            "The method of HTTP.",
            default="POST",
        ),
        Field(
            "token",
            Variable(Word(("right", "wrong", "none"))),
            "Whether it has the session's token, another one, or none.",
            default="right",
        ),
        Field(
            "headers",
            Names(
                "headers",
                Text("a header that starts with `X-`", "[Xx]-[A-Za-z0-9-]{1,100}", example="X-Flowc-Request-Id"),
                Variable(ANY_TEXT),
            ),
            "More headers. Only those that start with `X-` reach the scenario.",
        ),
    ),
)

# What must be true

_RESULT = (
    Field("outcome", Variable(Text("an outcome, or `nothing`", shortest=1)), "The outcome of the transfer."),
    Field("target", Variable(TARGET_NAME), "The target it is the outcome of, or `nothing`."),
    Field(
        "tried",
        Names("outcomes by target", Text("the name of a target", shortest=1), Variable(Text("an outcome", shortest=1))),
        "All targets that were tried, in order, and what became of each.",
    ),
)
_ACTION = Field("action", Variable(ACTION_NAME), "The action that it was, or `nothing`.")
_ID = Field("request_id", Variable(Text("a request's id", shortest=1)), "The id of the request.")
EXPECT = Record(
    "what must be true",
    (
        Field(
            "caller hears",
            Written(
                "what the caller hears",
                scalar=Variable(Word(("agent", "ringback", "ringing", "silence", NOTHING))),
                mapping=ByKey(
                    "what the caller hears",
                    (
                        Record("a prompt", (Field("prompt", Variable(PROMPT_NAME), "A prompt.", required=True),)),
                        Record("a target", (Field("target", Variable(TARGET_NAME), "A target.", required=True),)),
                    ),
                ),
            ),
            "`agent`, `ringback`, `ringing` (not answered yet), `silence`, `nothing` (hung up), a prompt or a target.",
        ),
        Field(
            "caller with",
            Variable(Text("`agent`, `nobody` or the name of a target", shortest=1)),
            "Who the caller talks to, in both directions: `agent`, `nobody` or a target.",
        ),
        Field(
            "ringing",
            Written(
                "a target, a list of targets, or `nobody`",
                scalar=Variable(Text("the name of a target, or `nobody`", shortest=1)),
                sequence=List("a list of targets", Variable(TARGET_NAME), distinct=True),
            ),
            "The target that is being called, a list of them, or `nobody`.",
        ),
        Field("agent", Variable(Word(("connected", "gone"))), "Whether the agent is connected."),
        Field(
            "agent told",
            Written(
                "what the agent was told",
                scalar=Variable(Word((NOTHING,))),
                mapping=Record(
                    "what the agent was told",
                    (
                        *_RESULT,
                        Field("say", Variable(PROMPT_NAME), "The prompt it opens with, or `nothing`."),
                        _ACTION,
                        _ID,
                        Field(
                            "event",
                            Variable(Word(("returned", "cancelled"))),
                            "Whether the call is back with it, or an action was cancelled by an interruption.",
                        ),
                    ),
                ),
            ),
            "The last thing the agent was told of the call. Only what is named here is compared.",
        ),
        Field(
            "reply",
            ByKey(
                "a reply",
                (
                    Record("a reply", (Field("ok", Variable(Boolean()), "Whether it was accepted.", required=True),)),
                    Record("a refusal", (Field("refused", Variable(Word(REFUSALS)), "Its code.", required=True),)),
                    Record(
                        "a reply with data",
                        (Field("data", Names("names and values", ANY_TEXT, Anything()), "The data.", required=True),),
                    ),
                ),
            ),
            "The reply to the last request.",
        ),
        Field(
            "posted",
            Written(
                "what was posted",
                scalar=Variable(Word((NOTHING,))),
                mapping=Record(
                    "what was posted",
                    (
                        Field("call", Names("names and values", ANY_TEXT, Anything()), "The call: id, from, to."),
                        _ACTION,
                        _ID,
                        Field("parameters", Names("names and values", ANY_TEXT, Anything()), "The parameters."),
                        Field(
                            "result",
                            Written(
                                "the result of a transfer",
                                scalar=Variable(Word((NOTHING,))),
                                mapping=Record("the result of a transfer", _RESULT),
                            ),
                            "The result of the last transfer.",
                        ),
                    ),
                ),
            ),
            "The last request to a webhook. Only what is named here is compared.",
        ),
        Field("longest silence", Variable(Duration("0s", LONGEST)), "The caller has heard nothing for no longer."),
        Field("call", Variable(Word(("goes on", "ended"))), "Whether the call goes on."),
        Field("time", Variable(Duration("0s", LONGEST)), "How long ago the call came in."),
        Field("logged", Variable(Text("a text", shortest=1)), "A text that is in the log."),
    ),
)
STEP = OneKey(
    "a step of a call",
    (
        Field("caller", CALLER, "What the caller does."),
        Field("agent", AGENT, "What the agent does."),
        Field("request", REQUEST, "Somebody posts this to the control URL."),
        Field("wait", LASTING, "Time goes by."),
        Field("expect", EXPECT, "What must be true now."),
    ),
    Text("the name of a target", r"[a-z][a-z0-9_]{0,63}|[\s\S]*\$\{[\s\S]*", example="support"),
    TARGET,
    "What a target does, by its name in the flow.",
)
STEPS = List("a list of steps", Named("step"))

# Around the calls

ACCOUNT = Record(
    "what the account has",
    (
        Field("storage", Names("values by name", SETTING_NAME, ANY_TEXT), "Entries of the ApplicationStorage."),
        Field("secrets", Names("values by name", SETTING_NAME, ANY_TEXT), "Secrets of VoxEngine."),
    ),
)
PLATFORM = Record(
    "how the platform behaves",
    (
        Field(
            "agent",
            Variable(Word(("connects", "refuses", "hangs"))),
            "Whether its connection opens, is refused, or never opens.",
            default="connects",
        ),
        Field("webhook", Variable(Integer(100, 599)), "The code that webhooks answer.", default="200"),
        Field(
            "reply",
            Variable(Word(("delivered", "empty", "lost"))),
            "What arrives of the reply to the agent's tools. An empty one counts as accepted, a lost one as failed.",
            default="delivered",
        ),
        Field(
            "late connected",
            Variable(Boolean()),
            "A leg that is hung up while it rings is answered first.",
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
            "abandoned",
            Variable(Word(("disconnected", "failed"))),
            "How a caller is reported who hangs up before the answer.",
            default="disconnected",
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
    ),
)
CALL_NAME = Text(
    "what the call is about, in one line", r"[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*", longest=200
)
COLUMN = Text(
    "the name of a value, in one line", r"[^\x00-\x1f\x7f{}$]*[^\x00-\x20\x7f{}$][^\x00-\x1f\x7f{}$]*", longest=100
)
CALL = Record(
    "a call",
    (
        Field("steps", STEPS, "What happens, and what must be true.", required=True),
        Field(
            "rows",
            List("a list of rows", Names("values by name", COLUMN, Anything(), at_least_one=True)),
            "The call is played once a row; `${name}` is the row's value.",
        ),
        Field("account", ACCOUNT, "What the account has besides."),
        Field("platform", PLATFORM, "How the platform behaves in this call."),
    ),
)
SCRIPTS = Record(
    "a file of call scripts",
    (
        Field("flowc", Integer(1, 1), "Version of the language.", required=True),
        Field(
            "flow",
            Text("the flow's file", r"[\s\S]*\.ya?ml", example="front_desk.yaml"),
            "The flow's file, beside this one.",
            required=True,
        ),
        Field(
            "calls",
            Names(
                "calls by name",
                CALL_NAME,
                Written("a list of steps, or a call with rows", None, STEPS, CALL),
                at_least_one=True,
            ),
            "The scripts: a name in your own words, and what happens.",
            required=True,
        ),
        Field("account", ACCOUNT, "What the platform's account has."),
        Field("platform", PLATFORM, "How the platform behaves where its documents are silent."),
    ),
)

SHAPES: dict[str, Shape] = {"step": STEP}
