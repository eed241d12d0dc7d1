"""What must be true in a call script, as shapes: every key of `expect`."""

from __future__ import annotations

from flowc.language.calls import syntax
from flowc.language.calls.events import ACTION_NAME, DIGITS, LONGEST, NOTHING, PRINTED, REQUEST_ID
from flowc.language.flow.values import HEADER_NAME, LANGUAGE, PROMPT_NAME, TARGET_NAME, WEBHOOK_NAME
from flowc.language.located import Section
from flowc.language.shapes import (
    Anything,
    Boolean,
    ByForm,
    ByKey,
    Duration,
    Field,
    Integer,
    List,
    Names,
    Record,
    Refused,
    Text,
    Variable,
    Word,
)

REFUSALS = (
    "bad_request",
    "unauthorized",
    "unknown_action",
    "invalid_parameters",
    "cancelled",
    "request_id_reused",
    "not_ready",
    "busy",
    "not_sent",
    "call_ended",
)

NOT_COMPARED = "it is not compared"


OUTCOME = Text("an outcome, or `nothing`", shortest=1)
_ATTEMPT = Names(
    "a target and its outcome",
    Text("the name of a target", shortest=1),
    Variable(Text("an outcome", shortest=1)),
    at_least_one=True,
)
_ATTEMPTS = ByForm(
    "a list of attempts",
    scalar=Refused("FLOW103", "`tried` is a list of attempts", "that nobody was tried is an empty one: write `[]`"),
    sequence=List("a list of attempts", _ATTEMPT, may_be_empty=True),
    mapping=Refused("FLOW103", "`tried` is a list: a target may be tried twice", "write `[{TARGET: OUTCOME}, …]`"),
)
_RESULT = (
    Field("outcome", Variable(OUTCOME), "The outcome of the transfer."),
    Field("target", Variable(TARGET_NAME), "The target it is the outcome of, or `nothing`."),
    Field(
        "tried",
        _ATTEMPTS,
        "All attempts since what began them, in order, and what became of each.",
    ),
    Field(
        "talk_seconds",
        Variable(Integer(0, 86_400, "seconds")),
        "How long the caller and the target have talked, in whole seconds.",
    ),
)
ACTION_CANCELLED, OTHER_LANGUAGE, IDLE = "cancelled", "language", "idle"
BRIEFING, BRIEFING_OVER = "briefing", "briefing_over"
INTRODUCING, INTRODUCTION, INTRODUCTION_OVER = "introducing", "introduction", "introduction_over"
"""What the agent is told as events, besides that the call is back with it."""
BY_KEY, BY_AGENT = "key", "agent"
"""Who has stopped the ringing."""
_ACTION = Field("action", Variable(ACTION_NAME), "The action that it was, or `nothing`.")
_ID = Field("request_id", Variable(REQUEST_ID), "The id of the request.")
_LANGUAGE = Field("language", Variable(LANGUAGE), "The language in which it is heard.")
_CALLS_LANGUAGE = Field("language", Variable(LANGUAGE), "The language of the call, as it was told.")
_A_KEY = Variable(Text("a key, or `nothing`", "[0-9*#]|nothing", bare_digit=True))
_KEY = Field(
    "key",
    _A_KEY,
    "The key of the flow by which the caller had left the agent, or `nothing`.",
    attribute="pressed",
)
ABANDONED = "abandoned"
"""What a report says of whoever rang when the call ended."""
MESSAGES, PARAMETERS, CHOSEN, DATA = "messages", "parameters", "chosen", "data"
_MESSAGE = Record(
    "the message that was taken",
    (
        Field("seconds", Variable(Integer(0, 600, "seconds")), "How long it is, in whole seconds."),
        Field("url", Variable(Text("an address", PRINTED, shortest=1)), "Where it is."),
    ),
    make=syntax.Message,
    left_out=NOT_COMPARED,
    at_least_one=True,
)
_RECORDING = Record(
    "the recording of the call",
    (
        Field("seconds", Variable(Integer(0, 86_400, "seconds")), "How long it is, in whole seconds."),
        Field("url", Variable(Text("an address", PRINTED, shortest=1)), "Where it is."),
        Field(
            "failed",
            Variable(Text("a text", PRINTED, shortest=1, prose=True)),
            "In the report: why there is none, as the log says it.",
        ),
    ),
    make=syntax.OfRecording,
    left_out=NOT_COMPARED,
    at_least_one=True,
)
OF_THE_REPORT = (
    Field(
        "ended_by",
        Variable(Word(("caller", "person", "agent", "flow", "limit"))),
        "Who has ended the call, as its report says.",
    ),
    Field(
        "tried",
        _ATTEMPTS,
        "All attempts of the call, in order, and what became of each: an outcome, or `abandoned`.",
    ),
    Field(
        MESSAGES,
        List("a list of messages", _MESSAGE, may_be_empty=True),
        "The messages that the caller has left, in order, as the report of the call has them.",
    ),
)
OF_THE_REQUEST = (
    Field("to", Variable(WEBHOOK_NAME), "The webhook; left out, any of them."),
    Field("count", Variable(Integer(0, 100, "requests")), "How many requests it has got in all."),
    Field(
        "headers",
        Names("headers", HEADER_NAME, Variable(Text("a text, or `nothing`", PRINTED, shortest=1)), at_least_one=True),
        "Headers of the request, as the account has their values; `nothing`: not sent.",
    ),
)
"""Of what was posted; everything else is of its body."""
BEEP = "beep"
"""What the caller hears before a message is recorded."""
CALLER_HEARS = ByForm(
    "what the caller hears",
    scalar=Variable(Word(("agent", "ringback", BEEP, "silence", NOTHING))),
    mapping=ByKey(
        "what the caller hears",
        (
            Record(
                "a prompt",
                (Field("prompt", Variable(PROMPT_NAME), "A prompt.", required=True), _LANGUAGE),
                make=syntax.HeardPrompt,
                left_out=NOT_COMPARED,
            ),
            Record(
                "a target",
                (Field("target", Variable(TARGET_NAME), "A target.", required=True),),
                make=syntax.HeardTarget,
            ),
        ),
    ),
)
CALLER_WITH = ByForm(
    "`agent`, `recorder`, `nobody`, the name of a target, or `[agent, TARGET]`",
    scalar=Variable(Text("`agent`, `recorder`, `nobody` or the name of a target", shortest=1)),
    sequence=List("`[agent, TARGET]`", Variable(Text("`agent` or the name of a target", shortest=1)), distinct=True),
    mapping=Record(
        "one of several agents",
        (
            Field(
                "agent",
                Variable(Text("the name of an agent", shortest=1)),
                "Which of them it is.",
                required=True,
            ),
        ),
        make=syntax.WhichAgent,
    ),
)
TARGET_HEARS = ByForm(
    "what a target hears",
    scalar=Variable(Word(("caller", "agent", "silence", NOTHING))),
    mapping=Record(
        "what a target hears",
        (Field("prompt", Variable(PROMPT_NAME), "A prompt of `accept` or `whisper`.", required=True), _LANGUAGE),
        make=syntax.HeardPrompt,
        left_out=NOT_COMPARED,
    ),
)
OF_NUMBERS = (
    Field("number", Variable(Text("a number or a SIP address", PRINTED, shortest=1)), "What was dialled."),
    Field("caller_id", Variable(Text("a caller ID, or `nothing`", PRINTED, shortest=1)), "What was shown."),
    Field("headers", Names("headers", Text(), Variable(Text())), "The headers that the flow sends, all of them."),
    Field("user", Variable(Text("a user's name, or `nothing`", PRINTED, shortest=1)), "Who called, over SIP."),
    Field("display_name", Variable(Text("a name, or `nothing`", PRINTED, shortest=1)), "The name that was shown."),
    Field("proxy", Variable(Text("a host, or `nothing`", PRINTED, shortest=1)), "By which host."),
    Field("registration", Variable(Integer(1, 2**53 - 1)), "By which registration of the account."),
    Field("push", Variable(Duration("10s", "60s")), "How long a sleeping app may take to wake."),
    Field("digits", Variable(Text("keys, or `nothing`", PRINTED, shortest=1)), "Which it was sent so far."),
)
OF_QUEUES = (
    Field("queue", Variable(Text("the name of a queue", PRINTED, shortest=1)), "Which queue the caller waits in."),
    Field(
        "skills",
        List("a list of skills", Variable(Text("the name of a skill", PRINTED, shortest=1)), may_be_empty=True),
        "What whoever takes the call there has to know, all of it.",
    ),
    Field("priority", Variable(Integer(1, 100)), "The higher, the earlier among all who wait there."),
)
DIALLED = Record(
    "how a target was called",
    (*OF_NUMBERS, *OF_QUEUES, Field("count", Variable(Integer(0, 50, "times")), "How often in this call.")),
    make=syntax.HowDialled,
    left_out=NOT_COMPARED,
)
STARTED = ByForm(
    "what the agent was started with",
    scalar=Variable(Word((NOTHING,))),
    mapping=Record(
        "what the agent was started with",
        (
            Field("agent_id", Variable(Text("text", PRINTED, shortest=1)), "Which agent it was."),
            Field("version", Variable(Text("text", PRINTED, shortest=1)), "The version of its interface."),
            Field("metadata", Names("names and values", Text(), Anything()), "What it was told of the call."),
            _CALLS_LANGUAGE,
        ),
        make=syntax.Start,
        left_out=NOT_COMPARED,
    ),
)
EXPECT = Record(
    "what must be true",
    (
        Field(
            "caller hears",
            CALLER_HEARS,
            "`agent`, `ringback`, `beep`, `silence`, `nothing` (hung up), a prompt or a target.",
            make=syntax.CallerHears,
        ),
        Field(
            "caller with",
            CALLER_WITH,
            "Who the caller talks to, in both directions: `agent`, `nobody` or a target; `recorder` takes a message. "
            "`{agent: NAME}` is one of several agents, `[agent, TARGET]` that the agent introduces the two.",
            make=syntax.CallerWith,
        ),
        Field(
            "ringing",
            ByForm(
                "a target, a list of targets, or `nobody`",
                scalar=Variable(Text("the name of a target, or `nobody`", shortest=1)),
                sequence=List("a list of targets", Variable(TARGET_NAME), distinct=True),
            ),
            "The target that is being called, a list of them, or `nobody`.",
            make=syntax.Ringing,
        ),
        Field(
            "refer",
            Variable(Text("the name of a target, or `nobody`", shortest=1)),
            "The target to which the caller's trunk was asked to hand the caller over, the last time, or `nobody`.",
            make=syntax.Refer,
        ),
        Field("agent", Variable(Word(("connected", "gone"))), "Whether the agent is connected.", make=syntax.Agent),
        Field(
            "agent told",
            ByForm(
                "what the agent was told",
                scalar=Variable(Word((NOTHING,))),
                mapping=Record(
                    "what the agent was told",
                    (
                        *_RESULT,
                        Field("say", Variable(PROMPT_NAME), "The prompt it opens with, or `nothing`."),
                        _CALLS_LANGUAGE,
                        _ACTION,
                        _ID,
                        _KEY,
                        Field(
                            "reason",
                            Variable(Text("why, or `nothing`", prose=True)),
                            "Why the target has declined in a briefing, or `nothing`.",
                        ),
                        Field(
                            "event",
                            Variable(
                                Word(
                                    (
                                        "returned",
                                        ACTION_CANCELLED,
                                        OTHER_LANGUAGE,
                                        "keys",
                                        IDLE,
                                        BRIEFING,
                                        BRIEFING_OVER,
                                        INTRODUCING,
                                        INTRODUCTION,
                                        INTRODUCTION_OVER,
                                    ),
                                )
                            ),
                            "The call is back with it, an interruption has cancelled an action, the language is "
                            "another, the caller has keyed something in, nobody says anything, or it talks to a person "
                            "alone, or not any more; or it rings while it talks on with the caller, and then both "
                            "hear it, or the caller alone again.",
                        ),
                        Field(
                            "by",
                            Variable(Word((BY_KEY, BY_AGENT, NOTHING))),
                            "Who has stopped the ringing: the caller with a key, the agent, or `nothing`.",
                        ),
                        Field("keys", Variable(DIGITS), "What the caller has keyed in."),
                        Field(
                            "count",
                            Variable(Integer(1, 5, "times")),
                            "How often it was asked to speak up (`event: idle`).",
                        ),
                    ),
                    make=syntax.Told,
                    left_out=NOT_COMPARED,
                ),
            ),
            "The last thing the agent was told of the call. Only what is named here is compared.",
            make=syntax.AgentTold,
        ),
        Field(
            "reply",
            ByKey(
                "a reply",
                (
                    Record(
                        "a reply",
                        (Field("ok", Variable(Boolean()), "Whether it was accepted.", required=True),),
                        make=syntax.Accepted,
                    ),
                    Record(
                        "a refusal",
                        (Field("refused", Variable(Word(REFUSALS)), "Its code.", required=True),),
                        make=syntax.Refused,
                    ),
                    Record(
                        "a reply with data",
                        (Field("data", Names("names and values", Text(), Anything()), "The data.", required=True),),
                        make=syntax.WithData,
                    ),
                    Record(
                        "a reply that is to come",
                        (
                            Field(
                                "pending",
                                Variable(Boolean()),
                                "Whether a webhook is asked, and the reply comes when that has answered.",
                                required=True,
                            ),
                        ),
                        make=syntax.Pending,
                    ),
                ),
            ),
            "The reply to the last request; once webhooks have answered that are asked for it, the reply then.",
            make=syntax.Reply,
        ),
        Field(
            "posted",
            ByForm(
                "what was posted",
                scalar=Variable(Word((NOTHING,))),
                mapping=Record(
                    "what was posted",
                    (
                        Field(
                            "call",
                            Names("names and values", Text(), Anything(), at_least_one=True),
                            "The call: id, from, to.",
                        ),
                        _ACTION,
                        _ID,
                        *OF_THE_REQUEST,
                        Field(
                            "message",
                            _MESSAGE,
                            "The message that was taken.",
                        ),
                        Field(
                            "recording",
                            ByForm(
                                "the recording of the call",
                                scalar=Variable(Word((NOTHING,))),
                                mapping=_RECORDING,
                            ),
                            "The recording of the call, also as the report has it, or `nothing`.",
                        ),
                        *OF_THE_REPORT,
                        Field(
                            PARAMETERS,
                            Names("names and values", Text(), Anything(), at_least_one=True),
                            "The parameters; `nothing`: it was left out.",
                        ),
                        _KEY,
                        Field(
                            CHOSEN,
                            ByForm(
                                "the choices",
                                scalar=Variable(Word((NOTHING,))),
                                mapping=Names("menus, each with its key,", PROMPT_NAME, _A_KEY, at_least_one=True),
                            ),
                            "By the prompt of a menu, the key that was chosen in it last, or `nothing`. `nothing` in "
                            "place of all of them: none was chosen in any menu.",
                        ),
                        Field(
                            DATA,
                            ByForm(
                                "the data of the call",
                                scalar=Variable(Word((NOTHING,))),
                                mapping=Names("names and values", Text(), Anything()),
                            ),
                            "The data that the call was started with; `nothing`: it came in, or a value was left out.",
                        ),
                        Field(
                            "result",
                            ByForm(
                                "the result of a transfer",
                                scalar=Variable(Word((NOTHING,))),
                                mapping=Record(
                                    "the result of a transfer", _RESULT, make=syntax.Result, left_out=NOT_COMPARED
                                ),
                            ),
                            "The result of the last transfer.",
                        ),
                    ),
                    make=syntax.Post,
                    left_out=NOT_COMPARED,
                ),
            ),
            "The last request to a webhook. Only what is named here is compared.",
            make=syntax.Posted,
        ),
        Field(
            "longest silence",
            Variable(Duration("0s", LONGEST)),
            "The caller has heard nothing for no longer.",
            make=syntax.LongestSilence,
        ),
        Field("call", Variable(Word(("goes on", "ended"))), "Whether the call goes on.", make=syntax.CallIs),
        Field("time", Variable(Duration("0s", LONGEST)), "How long ago the call came in.", make=syntax.Time),
        Field(
            "logged",
            Variable(Text("a text", PRINTED, shortest=1, prose=True)),
            "A text that is in the log.",
            make=syntax.Logged,
        ),
        Field(
            "not logged",
            Variable(Text("a text", PRINTED, shortest=1, prose=True)),
            "A text that is in no line of the log.",
            make=syntax.NotLogged,
        ),
        Field(
            "secrets",
            Variable(Word(("kept",))),
            "None is told anybody: in the log, a reply, a webhook, an announcement, a call or to the agent.",
            make=syntax.Secrets,
        ),
        Field(
            "released",
            Variable(Word(("everybody",))),
            "Whoever was on the call has left it or was hung up on, and nobody is left to the end of the session.",
            make=syntax.Released,
        ),
        Field("unheard", Variable(Word((NOTHING,))), "Nothing is played that nobody hears.", make=syntax.Unheard),
        Field(
            "done",
            Variable(Word((NOTHING,))),
            "In the step before the scenario has done nothing that could be seen.",
            make=syntax.Done,
        ),
        Field(
            "dialled",
            Names("how targets were called", TARGET_NAME, DIALLED, at_least_one=True),
            "How each of these targets was called the last time. Only what is named here is compared.",
            make=syntax.Dialled,
        ),
        Field(
            "agent started with",
            STARTED,
            "The last start of the agent. Only what is named here is compared.",
            make=syntax.AgentStartedWith,
        ),
        Field(
            "target hears",
            Names("what targets hear", TARGET_NAME, TARGET_HEARS, at_least_one=True),
            "What each of these targets hears: `caller`, `silence`, `nothing` (not on the line) or a prompt.",
            make=syntax.TargetHears,
        ),
        Field(
            "recording",
            Variable(Word(("runs", "paused", NOTHING))),
            "Whether the call is recorded now: that `runs`, or is `paused`, or `nothing` is. A message is another one.",
            make=syntax.Recording,
        ),
        Field(
            "rejected",
            Variable(Word(("declined", "busy", NOTHING))),
            "What the network was told of a call that was rejected; `nothing`: it was not.",
            make=syntax.Rejected,
        ),
        Field(
            "call list",
            Variable(Word(("retry", "done", "error", NOTHING))),
            "What the call list that has placed the call has heard of it: `retry`, it is to be tried again; `done`; "
            "`error`, the data are not as they have to be. `nothing`: it was told nothing, or has refused it.",
            make=syntax.CallList,
        ),
    ),
    make=Section,
    left_out=NOT_COMPARED,
)
