"""What happens in a call script: what the caller, the agent, the targets and others do, as shapes."""

from __future__ import annotations

from flowc.language.calls import syntax
from flowc.language.durations import PATTERN as DURATION
from flowc.language.shapes import (
    Anything,
    ByForm,
    ByKey,
    Duration,
    Field,
    Integer,
    Names,
    Record,
    Text,
    Variable,
    Word,
)

# No control character or break but the line feed, no mark of the direction of writing: a report would not show them.
HIDDEN = r"\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
PRINTED = f"[^{HIDDEN}]*"
PRINTED_LINE = rf"[^\x0a{HIDDEN}]*"

ACTION_NAME = Text("the name of an action", shortest=1)
ANY_TEXT = Text(prose=True)
"""What somebody outside sends, or what arrives of that: whatever it is."""
PRINTED_TEXT = Text("text", PRINTED, prose=True)
NUMBER = Text(
    "a number as the network shows it", PRINTED_LINE, shortest=1, longest=128, example='"+15550001111"', prose=True
)
CALLERS_NUMBER = Text(
    "a number as the network shows it, `withheld`, or empty",
    PRINTED_LINE,
    longest=128,
    example='"+15550001111"',
    prose=True,
)
REQUEST_ID = Text("a request's id", PRINTED_LINE, shortest=1, longest=200, prose=True)
DIGITS = Text("keys of a telephone, in quotes", "[0-9*#]{1,32}", example='"1"', bare_digit=True)
SHORTEST, LONGEST = "1ms", "24h"
LASTING = Variable(Duration(SHORTEST, LONGEST))
NOTHING = "nothing"

WITHHELD = "withheld"


# What a target does -> the code of SIP that it is.
ANSWERS, RINGS, HANGS_UP, DOES_NOT_ANSWER = "answers", "rings", "hangs up", "does not answer"
ANSWERS_AS_A_MACHINE, AS_A_MACHINE, AS_A_PERSON = "answers as a machine", "as a machine", "as a person"
TELLS, IS_UNSURE, DETECTION_FAILS, SAYS_NOTHING = "tells", "is unsure", "fails", "says nothing"
FOUND_OUT_AFTER, BEEPS_AFTER = "1s", "2s"
EARLY, CUT_OFF = "sends early media", "is cut off"
IS_AT_WORK, HANGS = "is at work", "hangs"
AGENT_DOES = ("is interrupted", "is lost", "falls silent", "does not answer", HANGS, IS_AT_WORK, "says nothing")
HOLDS, RESUMES, TRANSFERS_TO, PRESSES, SPEAKS = "holds", "resumes", "transfers to", "presses", "speaks"
PLACE = "place"
HAS_ANSWERED = (HANGS_UP, CUT_OFF, HOLDS, RESUMES)
FAILURES = {
    "is busy": 486,
    "declines": 603,
    "is unreachable": 480,
    "does not exist": 404,
    "is not allowed": 403,
}
QUEUE_FAILURES = {"is busy": 1005, "is unreachable": 1003}
"""What a queue says that is full, and in which nobody is there."""
CONNECTS, DECLINES = "connects", "declines"
"""What an agent does in a briefing."""
LEAVES, CANCELS = "leaves", "cancels"
"""What one does that introduces somebody."""
LARGEST_CODE = 699
_FAILS = Field("fails", Variable(Integer(300, LARGEST_CODE)), "It fails with any code of SIP.", required=True)
_FAILS_OR_IS_OVER = Field(
    "fails",
    Variable(Integer(300, 1299)),
    "It fails with any code of SIP; a queue with any of the platform's for queues.",
    required=True,
)


def _speech(help: str) -> Record:
    field = Field(SPEAKS, LASTING, help, required=True, broken=1)
    return Record("speech", (field,), make=syntax.Speaks)


IS_HANDED_OVER, IS_NOT_HANDED_OVER = "is handed over", "is not handed over"
CALLER = ByForm(
    "what the caller does",
    scalar=Variable(Word(("calls", HANGS_UP, IS_HANDED_OVER))),
    mapping=ByKey(
        "what the caller does",
        words=(HANGS_UP, IS_HANDED_OVER),
        kinds=(
            _speech(
                "The caller speaks for so long, as the platform's voice detection hears it. Time goes by; otherwise "
                "the caller says nothing."
            ),
            Record(
                "a refusal of the caller's trunk",
                (
                    Field(
                        IS_NOT_HANDED_OVER,
                        Variable(Integer(300, 699)),
                        "The trunk does not connect the caller to whom it was asked to: any code of SIP.",
                        required=True,
                    ),
                ),
                make=syntax.NotHandedOver,
            ),
            Record(
                "a call",
                (
                    Field(
                        "calls",
                        Record(
                            "the numbers of a call",
                            (
                                Field(
                                    "from",
                                    Variable(CALLERS_NUMBER),
                                    "The caller's number, or a name; `withheld`, or empty.",
                                    default='"+15550000001"',
                                    attribute="from_",
                                ),
                                Field("to", Variable(NUMBER), "The number that was dialled.", default='"+15550000002"'),
                                Field(
                                    "over",
                                    Variable(Word(("telephone", "sip"))),
                                    "The telephone network, or a SIP trunk.",
                                    default="telephone",
                                ),
                            ),
                            make=syntax.Numbers,
                        ),
                        "The call comes in, and goes on until the agent is there or the flow does something else.",
                        required=True,
                    ),
                ),
                make=syntax.Calls,
            ),
            Record(
                "pressed keys",
                (Field(PRESSES, Variable(DIGITS), "The caller presses keys.", required=True),),
                make=syntax.Presses,
            ),
        ),
    ),
)
AGENT = ByForm(
    "what the agent does",
    scalar=Variable(Word((*AGENT_DOES, CONNECTS, DECLINES, LEAVES, CANCELS))),
    mapping=ByKey(
        "what the agent does",
        words=(*AGENT_DOES, CONNECTS, LEAVES, CANCELS),
        kinds=(
            Record(
                "a refusal in a briefing",
                (
                    Field(
                        DECLINES,
                        Variable(Text("why", PRINTED, shortest=1, longest=200, prose=True)),
                        "The person to whom it talks alone does not take the call, for this reason.",
                        required=True,
                    ),
                ),
                make=syntax.Declines,
            ),
            Record(
                "a request of the agent",
                (
                    Field(
                        "asks",
                        Variable(ACTION_NAME),
                        "Its tools post this action, and speak the phrase that the action has in the flow.",
                        required=True,
                    ),
                    Field(
                        "with",
                        Names("values by parameter", Text(), Anything()),
                        "The action's parameters.",
                        attribute="values",
                    ),
                    Field(
                        "id",
                        Variable(REQUEST_ID),
                        "The request's id: the same one again repeats a request.",
                        default="a new one",
                    ),
                ),
                make=syntax.Asks,
            ),
            Record(
                "words of the agent",
                (
                    Field(
                        "says",
                        Variable(Text("what the agent says", PRINTED, shortest=1, prose=True)),
                        "It speaks.",
                        required=True,
                    ),
                ),
                make=syntax.Says,
            ),
        ),
    ),
)
AN_ANSWER = Record(
    "an answer",
    (
        Field(ANSWERS, Variable(Word((AS_A_PERSON, AS_A_MACHINE))), "Who answers.", required=True),
        Field(
            "detection",
            Variable(Word((TELLS, IS_UNSURE, DETECTION_FAILS, SAYS_NOTHING))),
            "What the platform says of that, where the flow has it listen.",
            default=TELLS,
        ),
        Field("after", LASTING, "How long after the answer it says so.", default=FOUND_OUT_AFTER),
        Field(
            "beep",
            Variable(Text("a duration, `never` or `fails`", rf"{DURATION}|never|fails", example="3s")),
            "When the machine beeps, from when the flow waits for it.",
            default=BEEPS_AFTER,
        ),
    ),
    make=syntax.Answer,
)
THEN = ByForm(
    "`answers`, or how it fails",
    scalar=Variable(Word((ANSWERS, ANSWERS_AS_A_MACHINE, *FAILURES))),
    mapping=ByKey(
        "`{fails: CODE}`, or an answer",
        words=(ANSWERS_AS_A_MACHINE, *FAILURES),
        kinds=(AN_ANSWER, Record("`{fails: CODE}`", (_FAILS,), make=syntax.Fails)),
    ),
)
TARGET = ByForm(
    "what a target does",
    scalar=Variable(
        Word(
            (RINGS, EARLY, ANSWERS, ANSWERS_AS_A_MACHINE, DOES_NOT_ANSWER, *FAILURES, *HAS_ANSWERED),
        )
    ),
    mapping=ByKey(
        "what a target does",
        words=(ANSWERS_AS_A_MACHINE, DOES_NOT_ANSWER, *FAILURES, *HAS_ANSWERED),
        kinds=(
            AN_ANSWER,
            _speech(
                "Whoever has answered there speaks for so long in a briefing, as the platform's voice detection hears "
                "it. Time goes by; otherwise nobody says anything there."
            ),
            Record(
                "a place in a queue",
                (
                    Field(
                        PLACE,
                        Variable(Integer(0, 9999)),
                        "The caller's place, as the queue says it.",
                        required=True,
                    ),
                    Field(
                        "minutes",
                        Variable(Integer(0, 9999, "minutes")),
                        "How long it will take, as the queue says it. Left out: the queue does not know.",
                    ),
                ),
                make=syntax.PlaceInQueue,
            ),
            Record("a failure", (_FAILS_OR_IS_OVER,), make=syntax.Fails),
            Record(
                "ringing",
                (
                    Field("rings", LASTING, "It rings for so long.", required=True, broken=0),
                    Field("then", THEN, "What it does then.", required=True),
                ),
                make=syntax.Rings,
            ),
            Record(
                "pressed keys",
                (Field(PRESSES, Variable(DIGITS), "Keys are pressed there.", required=True),),
                make=syntax.Presses,
            ),
            Record(
                "a transfer by the person",
                (
                    Field(
                        TRANSFERS_TO,
                        Variable(NUMBER),
                        "The person wants to send the caller there, with a key of a SIP phone.",
                        required=True,
                    ),
                ),
                make=syntax.TransfersTo,
            ),
        ),
    ),
)
API, BY_CALL_LIST = "api", "call list"
"""Who starts a call that is placed."""
OUTBOUND = Record(
    "how a call is started",
    (
        Field(
            "starts",
            Anything(),
            "The data of the call, by name; a text as it is, everything else as JSON.",
            required=True,
        ),
        Field(
            "by",
            Variable(Word((API, BY_CALL_LIST))),
            f"Who starts it: the account's API, or a `{BY_CALL_LIST}`, which hears what becomes of it, and may have "
            "more data.",
            default=API,
        ),
    ),
    make=syntax.Starts,
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
            Variable(Word(("right", "wrong", "none", "former"))),
            "Whether it has the session's token, another one, or none; `former`: that of an agent before, where a flow "
            "has several.",
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
    make=syntax.Request,
)
