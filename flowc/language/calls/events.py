"""What happens in a call script: what the caller, the agent, the targets and others do, as shapes."""

from __future__ import annotations

from flowc.language.calls import syntax
from flowc.language.durations import PATTERN as DURATION
from flowc.language.flow.values import SETTING_NAME
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
    planned,
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
DIGITS = Text("keys of a telephone, in quotes", "[0-9*#]{1,32}", example='"1"')
SHORTEST, LONGEST = "1ms", "24h"
LASTING = Variable(Duration(SHORTEST, LONGEST))
NOTHING = "nothing"

WITHHELD = "withheld"


def later(key: str, doc: str, instead: str) -> Field:
    """A word, or a key, that is planned. `instead` is what to do today."""
    return Field(key, planned(f"`{key}`", instead), doc)


# What a target does -> the code of SIP that it is.
ANSWERS, RINGS, HANGS_UP, DOES_NOT_ANSWER = "answers", "rings", "hangs up", "does not answer"
ANSWERS_AS_A_MACHINE, AS_A_MACHINE, AS_A_PERSON = "answers as a machine", "as a machine", "as a person"
TELLS, IS_UNSURE, DETECTION_FAILS, SAYS_NOTHING = "tells", "is unsure", "fails", "says nothing"
FOUND_OUT_AFTER, BEEPS_AFTER = "1s", "2s"
EARLY, CUT_OFF = "sends early media", "is cut off"
FALLS_SILENT = "falls silent"
HOLDS, RESUMES, TRANSFERS_TO, PRESSES = "holds", "resumes", "transfers to", "presses"
HAS_ANSWERED = (HANGS_UP, CUT_OFF, HOLDS, RESUMES)
FAILURES = {
    "is busy": 486,
    "declines": 603,
    "is unreachable": 480,
    "does not exist": 404,
    "is not allowed": 403,
}
_NO_BRIEFING = "take it out: no agent has a call of its own with a target yet"
_FAILS = Field("fails", Variable(Integer(300, 699)), "It fails with any code of SIP.", required=True)

SPEAKS = later("speaks", "It is heard for so long.", "write `wait: 12s`: what somebody says is not listened to yet")
IS_HANDED_OVER, IS_NOT_HANDED_OVER = "is handed over", "is not handed over"
CALLER = ByForm(
    "what the caller does",
    scalar=Variable(Word(("calls", HANGS_UP, IS_HANDED_OVER), (SPEAKS,))),
    mapping=ByKey(
        "what the caller does",
        words=(HANGS_UP, IS_HANDED_OVER),
        kinds=(
            SPEAKS,
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
    scalar=Variable(
        Word(
            ("is interrupted", "is lost", FALLS_SILENT),
            (
                later("connects", "A tool of a briefing.", _NO_BRIEFING),
                later("declines", "A tool of a briefing.", _NO_BRIEFING),
                later("leaves", "A tool of an introduction.", _NO_BRIEFING),
                later("cancels", "A tool of an introduction.", _NO_BRIEFING),
                later(
                    "says nothing", "A turn without a word.", "write `wait: 3s`: it says nothing unless it `says` so"
                ),
            ),
        )
    ),
    mapping=ByKey(
        "what the agent does",
        words=("is interrupted", "is lost", FALLS_SILENT),
        kinds=(
            later("declines", "A tool of a briefing.", _NO_BRIEFING),
            later("cancels", "A tool of an introduction.", _NO_BRIEFING),
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
            (SPEAKS,),
        )
    ),
    mapping=ByKey(
        "what a target does",
        words=(ANSWERS_AS_A_MACHINE, DOES_NOT_ANSWER, *FAILURES, *HAS_ANSWERED),
        kinds=(
            AN_ANSWER,
            SPEAKS,
            later("place", "The place in a queue.", "take it out: nobody waits in a queue yet"),
            Record("a failure", (_FAILS,), make=syntax.Fails),
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
    make=syntax.Request,
)

# What the platform does or says by itself

REPEATED = {
    "connected": "Connected",
    "failed": "Failed",
    "disconnected": "Disconnected",
    "on hold": "OnHold",
    "off hold": "OffHold",
    "incoming call": "incoming call",
    "start": "start",
}
"""What the platform may say once more, and the emulator's word for it."""
OF_THE_SESSION = ("incoming call", "start")
"""What of that is about nobody on the call."""
A_WEBHOOK = "webhook"
LOOK_UP = ("answers", "fails", "has nothing")
CONNECTS, REFUSES, IS_CONNECTED = "connects", "refuses", "is connected"
LOADS, BEGINS_AGAIN = "loads", "begins again"
ENDS, FAILS, FAILS_ALONE = "ends", "fails", "fails alone"
REPORTED, TOO_LATE = "reported", "too late"
FOUND = ("finds a person", "finds a machine", "is unsure", "fails", "ends")
BEEPS = {"heard": "heard", "does not come": "not in time", "fails": "error"}
UNKNOWN_TIME = "unknown"

WHO = Variable(Text("`caller` or the name of a target", shortest=1, example="caller"))
"""Who is meant, on the call."""
A_DATE = (
    r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
    r"(?:Z|[+-](?:0[0-9]|1[0-5]):[0-5][0-9])?"
)
_WHICH = Field("which", Variable(Integer(1, 10)), "Which of the requests that wait, by their order.", default="1")
_WHOSE = Field("of", WHO, "Whose it is: that of the caller, or of a target.", default="caller")


def _of_a_leg(what: str, field: Field, make: type) -> Record:
    return Record(what, (field, _WHOSE), make=make)


PLATFORM_DOES = ByKey(
    "what the platform does by itself",
    kinds=(
        Record(
            "something that is said once more",
            (
                Field("repeats", Variable(Word(tuple(REPEATED))), "The platform says this once more.", required=True),
                Field(
                    "of",
                    Variable(Text("`caller`, `agent` or the name of a target", shortest=1, example="caller")),
                    "Of whom it says so.",
                    default="caller",
                ),
            ),
            make=syntax.Repeats,
        ),
        Record(
            "another call in the same session",
            (Field("announces", Variable(NUMBER), "Another call comes in, from this number.", required=True),),
            make=syntax.Announces,
        ),
        Record(
            "answers of the storage",
            (
                Field(
                    "storage",
                    Names("entries by name", SETTING_NAME, Variable(Word(LOOK_UP)), at_least_one=True),
                    "Look-ups that `hang` come to an end now.",
                    required=True,
                ),
            ),
            make=syntax.LookUps,
        ),
        Record(
            "the agent's connection",
            (
                Field(
                    "agent",
                    Variable(Word((CONNECTS, REFUSES))),
                    "The agent's connection, which `hangs`, opens now, or is refused.",
                    required=True,
                ),
            ),
            make=syntax.AgentConnection,
        ),
        Record(
            "the caller's connection",
            (Field("caller", Variable(Word((IS_CONNECTED,))), "The answered call is connected.", required=True),),
            make=syntax.CallerConnection,
        ),
        Record(
            "the answer of a webhook",
            (
                Field(
                    "webhook",
                    Variable(Integer(100, 599)),
                    "The webhook that was told something, and `does not answer`, answers with this code.",
                    required=True,
                ),
                _WHICH,
            ),
            make=syntax.WebhookAnswers,
        ),
        Record(
            "the end of the time for a webhook",
            (
                Field(
                    "gives up",
                    Variable(Word((A_WEBHOOK,))),
                    "The platform waits for the answer of a webhook no longer.",
                    required=True,
                ),
                _WHICH,
            ),
            make=syntax.GivesUp,
        ),
        Record(
            "a sound file",
            (
                Field(
                    "sound file",
                    Variable(Word((LOADS, BEGINS_AGAIN))),
                    "A sound file has been loaded, or one that repeats begins again.",
                    required=True,
                ),
            ),
            make=syntax.SoundFile,
        ),
        _of_a_leg(
            "something that is played",
            Field(
                "playback",
                Variable(Word((ENDS, FAILS, FAILS_ALONE))),
                "What is played ends, or fails; `fails alone`: and its end is not reported.",
                required=True,
            ),
            syntax.Playback,
        ),
        Record(
            "a hang-up of ours",
            (
                Field("hangup", WHO, "The hang-up by the scenario of whom is meant.", required=True),
                Field(
                    "comes",
                    Variable(Word((REPORTED, TOO_LATE))),
                    "It is reported, or it came too late: the phone was answered before.",
                    default=REPORTED,
                ),
            ),
            make=syntax.HangupOfOurs,
        ),
        _of_a_leg(
            "what is found out of whoever has answered",
            Field(
                "detection",
                Variable(Word(FOUND)),
                "What the platform says of whoever has answered, now or once more.",
                required=True,
            ),
            syntax.Detection,
        ),
        _of_a_leg(
            "a beep",
            Field("beep", Variable(Word(tuple(BEEPS))), "What becomes of the beep that is waited for.", required=True),
            syntax.Beep,
        ),
        _of_a_leg(
            "a key that comes late",
            Field(
                "late key",
                Variable(Text("a key of a telephone, in quotes", "[0-9*#]", example='"1"')),
                "A key arrives that was pressed before the scenario had stopped listening.",
                required=True,
            ),
            syntax.LateKey,
        ),
        Record(
            "a timer of the scenario",
            (
                Field(
                    "timer",
                    Variable(Text("a function of the scenario", PRINTED_LINE, 1, 200, example="onLongestTime")),
                    "The timer of this function fires now, whenever it is due.",
                    required=True,
                ),
            ),
            make=syntax.TimerFires,
        ),
        Record(
            "the clock",
            (
                Field(
                    "clock",
                    Variable(
                        Text(
                            f"a date and a time, or `{UNKNOWN_TIME}`", f"{A_DATE}|{UNKNOWN_TIME}", example=UNKNOWN_TIME
                        )
                    ),
                    "What the platform's clock shows from now on.",
                    required=True,
                ),
            ),
            make=syntax.ClockShows,
        ),
    ),
)
