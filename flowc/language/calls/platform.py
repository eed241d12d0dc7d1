"""What the platform does or says by itself in a call script, as shapes."""

from __future__ import annotations

from flowc.language.calls import syntax
from flowc.language.calls.events import NUMBER, PRINTED_LINE
from flowc.language.flow.values import SETTING_NAME
from flowc.language.shapes import Anything, ByKey, Field, Integer, Names, Record, Text, Variable, Word

REPEATED = {
    "connected": "Connected",
    "failed": "Failed",
    "disconnected": "Disconnected",
    "on hold": "OnHold",
    "off hold": "OffHold",
    "not handed over": "TransferFailed",
    "key": "ToneReceived",
    "key in SIP INFO": "ToneReceived sip_info",
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
RECORDINGS = {"begins": "starts", "ends": "stops", "fails": "fails"}
"""What becomes of the recording of a message, and the emulator's word for it."""
VOICE_DETECTION_DOES = ("works", "refuses", "says nothing", "fails")
"""What becomes of the detection of a voice."""
CALL_LIST_DOES = {"answers": True, "refuses": False}
"""What a call list does that was told something, and whether it has taken it."""
SPEECH = ("begins", "ends")
"""What it says of that."""
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
                Field(
                    "answers",
                    Anything(),
                    "What it answers: a text as it is, everything else as JSON.",
                    left_out="nothing",
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
            "a recording",
            (
                Field(
                    "recording",
                    Variable(Word(tuple(RECORDINGS))),
                    "A recording has begun, has ended, or has failed: of several the first that can.",
                    required=True,
                ),
            ),
            make=syntax.RecordingOfMessage,
        ),
        Record(
            "the voice detection",
            (
                Field(
                    "voice detection",
                    Variable(Word(VOICE_DETECTION_DOES)),
                    "The detection of a voice, which was asked for, works now, cannot be had, says nothing "
                    "from now on, or fails.",
                    required=True,
                ),
            ),
            make=syntax.VoiceDetectionDoes,
        ),
        Record(
            "the answer of a call list",
            (
                Field(
                    "call list",
                    Variable(Word(tuple(CALL_LIST_DOES))),
                    "The call list, which was told what became of the call, and `hangs`, answers now, or refuses it.",
                    required=True,
                ),
            ),
            make=syntax.CallListDoes,
        ),
        _of_a_leg(
            "a voice",
            Field("voice", Variable(Word(SPEECH)), "The platform hears speech begin, or end.", required=True),
            syntax.VoiceHeard,
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
                Variable(Text("a key of a telephone", "[0-9*#]", example='"1"', bare_digit=True)),
                "A key arrives that was pressed before the scenario had stopped listening.",
                required=True,
            ),
            syntax.LateKey,
        ),
        Record(
            "the end of the session",
            (
                Field(
                    "session",
                    Variable(Word((ENDS,))),
                    "The platform ends the session, with everybody in it: the scenario can still send one request.",
                    required=True,
                ),
            ),
            make=syntax.SessionEnds,
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
