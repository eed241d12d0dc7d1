"""What the emulator writes down of a call: every event of a trace, as Python reads it. What an observer knows of one
instant is in `observed.py`.

They are written by `note` and `observe` in the JavaScript beside this, as JSON, and read here as they are: a trace of
thousands of events costs no second copy. So these types are the one schema of both sides. A test holds every `note`
of the JavaScript against them, and every trace that the emulator's own tests make.

`t` is milliseconds since the session started. `leg` is the label of a leg (`caller`, `leg:+15550100001`), which two
attempts at the same number share; `call` is its own id. Events are told apart by `event`: compare it, or `match` it,
and the type checker knows which fields there are.
"""

import re
from collections.abc import Iterable
from typing import Any, Literal, NotRequired, TypedDict

# Legs


class Alerting(TypedDict("_From", {"from": str})):
    """Somebody calls."""

    t: int
    event: Literal["alerting"]
    leg: str
    to: str


class Parties(TypedDict("_From", {"from": str})):
    """Who calls and who was called, as the scenario has read it: only in what a search tells."""

    t: int
    event: Literal["parties"]
    to: str


class Dial(TypedDict):
    """The scenario places a call. `how`: with what besides its headers, over SIP the password included. `rings_late`:
    that it rings is to be told also once there was something to hear.
    """

    t: int
    event: Literal["dial"]
    leg: str
    call: str
    type: str
    number: str
    callerid: str
    headers: NotRequired[dict[str, str]]
    passed_on: NotRequired[bool]
    rings_late: NotRequired[bool]
    how: NotRequired[dict[str, str | int]]


class OfLeg(TypedDict):
    t: int
    event: Literal[
        "announced",
        "answer",
        "audio_started",
        "early_media",
        "holds",
        "record",
        "resumes",
        "ring",
        "ringing",
        "transfer_complete",
    ]
    leg: str


class OfCall(TypedDict):
    t: int
    event: Literal["caller_no_more", "caller_now", "connected", "dropped", "hangup"]
    leg: str
    call: str


EWT_UNKNOWN = 501
"""By which a queue says that it does not know for how long the caller will wait."""


class Place(TypedDict):
    """What a queue says, if it says it: `ewt` is in milliseconds, and not known with that code."""

    t: int
    event: Literal["place"]
    leg: str
    position: NotRequired[float | None]
    ewt: NotRequired[float | None]
    code: NotRequired[int]


class CallOver(TypedDict):
    """`code` is a SIP code for `failed`, the platform's own for `disconnected`."""

    t: int
    event: Literal["disconnected", "failed"]
    leg: str
    call: str
    code: int
    reason: str


class SaidAgain(TypedDict):
    """The platform says a second time what it has said already."""

    t: int
    event: Literal["said_again"]
    leg: str
    call: str
    what: str


class WithCode(TypedDict):
    t: int
    event: Literal["reject", "transfer_answered", "transfer_failed"]
    leg: str
    code: int


class TransferRequested(TypedDict):
    t: int
    event: Literal["transfer_requested"]
    leg: str
    to: str


class TransferTo(TypedDict):
    """The other end of a leg is asked to connect it to somebody else."""

    t: int
    event: Literal["transfer_to"]
    leg: str
    to: str
    headers: dict[str, str]


class Message(TypedDict):
    t: int
    event: Literal["message", "send_message"]
    leg: str
    text: str


class Info(TypedDict):
    t: int
    event: Literal["info", "send_info"]
    leg: str
    mime_type: str
    body: str


class Digit(TypedDict):
    """A key that is pressed."""

    t: int
    event: Literal["digit"]
    leg: str
    digit: str


class SendDigits(TypedDict):
    t: int
    event: Literal["send_digits"]
    leg: str
    digits: str


class Detection(TypedDict):
    t: int
    event: Literal["detection"]
    leg: str
    detector: str
    model: str | None
    timeout: int


class Detected(TypedDict):
    t: int
    event: Literal["detected"]
    leg: str
    detector: str
    result: str


class DetectionFailed(TypedDict):
    t: int
    event: Literal["detection_failed"]
    leg: str
    detector: str
    message: str


class BeepDetection(TypedDict):
    """A leg is listened to for a beep, for so many milliseconds; None is for ever."""

    t: int
    event: Literal["beep_detection"]
    leg: str
    call: str
    timeout: float | None


class Beep(TypedDict):
    """What came of that."""

    t: int
    event: Literal["beep"]
    leg: str
    call: str
    how: Literal["heard", "not in time", "error", "off"]


class Hears(TypedDict):
    """What a leg or an agent hears from now on: the label of a leg, `agent`, `tts:…`, `tone:…`; None is nothing.
    `call`: the id of a leg that is left a message. `given_up`: of two legs to one number it is the one that was hung up
    on, is over, or is left a message.
    """

    t: int
    event: Literal["hears"]
    leg: str
    what: str | None
    call: NotRequired[str]
    given_up: NotRequired[bool]


# Media


class Media(TypedDict("_From", {"from": str})):
    t: int
    event: Literal["media"]
    to: str
    replaced: str | None


class MediaStopped(TypedDict("_From", {"from": str})):
    t: int
    event: Literal["media_stopped"]
    to: str


class Player(TypedDict):
    t: int
    event: Literal["player", "player_goes_on"]
    player: str
    voice: NotRequired[str]
    what: str


class OfPlayer(TypedDict):
    t: int
    event: Literal["player_paused", "player_resumed", "player_stopped"]
    player: str


class PlayerFinished(TypedDict):
    t: int
    event: Literal["player_finished"]
    player: str
    error: NotRequired[str]


class RecorderMade(TypedDict):
    t: int
    event: Literal["recorder"]
    recorder: str
    secure: bool
    keep: str | None
    stereo: NotRequired[bool]


class RecorderStarted(TypedDict):
    t: int
    event: Literal["recorder_started"]
    recorder: str
    url: str


class OfRecorder(TypedDict):
    t: int
    event: Literal["recorder_stopped", "recorder_ended", "recorder_failed"]
    recorder: str


class VoiceDetection(TypedDict):
    """What becomes of a voice detection."""

    t: int
    event: Literal["voice_detection"]
    detection: str
    does: Literal["is asked for", "works", "refuses", "fails", "is closed"]


class Voice(TypedDict):
    """Somebody begins to speak, or has spoken."""

    t: int
    event: Literal["voice"]
    leg: str
    speaks: bool


class RecorderMuted(TypedDict):
    t: int
    event: Literal["recorder_muted"]
    recorder: str
    muted: bool


class OfConference(TypedDict):
    t: int
    event: Literal["conference", "conference_stopped"]
    conference: str


# The agent


class AgentConnecting(TypedDict):
    t: int
    event: Literal["agent_connecting"]
    agent: str
    agent_id: str
    version: str | None


class OfAgent(TypedDict):
    t: int
    event: Literal[
        "agent_buffer_cleared",
        "agent_close",
        "agent_connected",
        "agent_dropped",
        "agent_says_nothing",
        "agent_silent",
    ]
    agent: str


class AgentStart(TypedDict):
    """`metadata` is `lost` if what it is started with does not reach the agent."""

    t: int
    event: Literal["agent_start"]
    agent: str
    parameters: dict[str, Any]
    metadata: NotRequired[Literal["lost"]]


class ToAgent(TypedDict):
    t: int
    event: Literal["agent_custom", "agent_dtmf"]
    agent: str
    parameters: dict[str, Any]


class AgentRefused(TypedDict):
    t: int
    event: Literal["agent_refused"]
    agent: str
    message: str


class AgentClosed(TypedDict):
    t: int
    event: Literal["agent_closed"]
    agent: str
    code: int
    reason: str


class AgentAudio(TypedDict):
    """`agent_stale_audio` is what the platform still plays of an agent that is gone. None: until it falls silent.
    `text`: what it says while its model does not answer.
    """

    t: int
    event: Literal["agent_speaks", "agent_stale_audio"]
    agent: str
    ms: int | None
    text: NotRequired[str]


# Requests, settings, log


class HttpRequest(TypedDict):
    """What the scenario posts. `timeout` is for how many seconds the platform waits for an answer."""

    t: int
    event: Literal["http_request"]
    request: str
    method: str
    url: str
    headers: dict[str, str]
    body: str | None
    timeout: float


class ToldAgain(TypedDict):
    """What a webhook has not answered is to be told again after so many milliseconds: only in what a search tells."""

    t: int
    event: Literal["told_again"]
    after: int


class HttpResponse(TypedDict):
    t: int
    event: Literal["http_response"]
    request: str
    code: int
    text: NotRequired[str]


class Header(TypedDict):
    key: str
    value: str


class Request(TypedDict):
    """What is asked of the scenario over the session's own address."""

    t: int
    event: Literal["request"]
    method: str
    content: str
    headers: list[Header]


class Reply(TypedDict):
    t: int
    event: Literal["reply"]
    status: int
    body: str


class CallListTold(TypedDict):
    """The call list that has started the session, if one has, is told what became of the call. `heard`: it takes it."""

    t: int
    event: Literal["call_list"]
    what: Literal["error", "result"]
    said: str
    heard: bool


class StorageLookUp(TypedDict):
    t: int
    event: Literal["storage_get", "storage_keys", "storage_put", "storage_remove"]
    key: str


class StorageAnswer(TypedDict):
    t: int
    event: Literal["storage_answer"]
    key: str
    found: bool


class StorageError(TypedDict):
    t: int
    event: Literal["storage_error"]
    key: str
    message: str


class SecretRead(TypedDict):
    t: int
    event: Literal["secret"]
    name: str
    found: bool


class Said(TypedDict):
    """`log` is the scenario's, `platform_log` what the platform itself logs, `misuse` a call that it would refuse."""

    t: int
    event: Literal["log", "misuse", "platform_log"]
    message: str


# The session


class StepTaken(TypedDict):
    """A step of the flow is carried out. `way` is the list that it stands in (`call_transfer: fallback busy`), `index`
    its number there, `which` what it is about. Of a transfer also `ring`, with the number of the target, and
    `connected`. A `step` that begins with `cannot` is one that was not possible: `which` then also says why, behind a
    comma.
    """

    t: int
    event: Literal["step"]
    way: str
    index: int
    step: str
    which: str | None


class Timer(TypedDict):
    t: int
    event: Literal["timer"]
    handler: str


class SessionStarted(TypedDict):
    """`data` is what it was started with, if there is any."""

    t: int
    event: Literal["started"]
    data: NotRequired[str]


class OfSession(TypedDict):
    t: int
    event: Literal["terminate", "terminating"]


class Ended(TypedDict):
    """`reason`: `terminate`, `no_calls`, `platform`, `error`."""

    t: int
    event: Literal["ended"]
    reason: str


class PlatformLimit(TypedDict):
    t: int
    event: Literal["platform_limit"]
    limit: str


class Throws(TypedDict):
    """A function of the platform fails, as the environment has ordered."""

    t: int
    event: Literal["throws"]
    what: str


class Error(TypedDict):
    t: int
    event: Literal["error"]
    kind: str
    message: str
    where: str | None
    line: int | None


TraceEvent = (
    Alerting
    | Parties
    | ToldAgain
    | Dial
    | OfLeg
    | OfCall
    | CallOver
    | Place
    | SaidAgain
    | WithCode
    | TransferRequested
    | TransferTo
    | Message
    | Info
    | Digit
    | SendDigits
    | Detection
    | Detected
    | DetectionFailed
    | BeepDetection
    | Beep
    | Hears
    | Media
    | MediaStopped
    | Player
    | OfPlayer
    | PlayerFinished
    | RecorderMade
    | RecorderStarted
    | OfRecorder
    | RecorderMuted
    | VoiceDetection
    | Voice
    | OfConference
    | AgentConnecting
    | OfAgent
    | AgentStart
    | ToAgent
    | AgentRefused
    | AgentClosed
    | AgentAudio
    | HttpRequest
    | HttpResponse
    | Request
    | Reply
    | CallListTold
    | StorageLookUp
    | StorageAnswer
    | StorageError
    | SecretRead
    | Said
    | StepTaken
    | Timer
    | SessionStarted
    | OfSession
    | Ended
    | PlatformLimit
    | Throws
    | Error
)


_SESSION_AND_TIME = re.compile(r"^(\S+) #\S* \d+\.\ds: ")


def logged(trace: Iterable[TraceEvent]) -> list[str]:
    """What the scenario logged, without its session and how long that has lasted: `front_desk: reception: busy`. These
    are others in each call, and a trace has the time of everything.
    """
    return [_SESSION_AND_TIME.sub(r"\1: ", entry["message"]) for entry in trace if entry["event"] == "log"]


def metadata_of(event: TraceEvent) -> dict[str, Any]:
    """What an agent is started with, or told; a scenario that was edited by hand may hand over whatever it likes."""
    given: Any = event["parameters"] if event["event"] in ("agent_start", "agent_custom") else None
    metadata = given.get("metadata") if isinstance(given, dict) else None
    return metadata if isinstance(metadata, dict) else {}


def not_possible(event: StepTaken) -> bool:
    """Whether the step could not be carried out."""
    return event["step"].startswith("cannot ")


def is_closed(which: str | None) -> bool:
    """Whether that is why a target could not be rung: `which` is of a step, `reception, outside its hours`."""
    return which is not None and which.endswith(", outside its hours")
