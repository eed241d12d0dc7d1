"""What an emulated session starts with: settings of the account, automatic behaviour of the environment, and switches.

The switches stand for what is not known about the platform; a promise about generated code should hold under each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from msgspec import Struct, field
from msgspec.structs import asdict

HTTP_MS = 50
"""How long an answer of somebody else takes, if nothing is said of it."""


class Options(Struct, frozen=True, kw_only=True):
    """Everything about a session that is not the scenario or an event. Times are milliseconds of virtual time."""

    # The account and the session
    storage: Mapping[str, str] = field(default_factory=dict)
    """ApplicationStorage. A key that is missing here is answered with null."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """VoxEngine secrets. A name that is missing here is undefined."""
    access_url: str = "https://session.example/request/1"
    """`accessSecureURL` of `AppEvents.Started`; `accessURL` is the same with http."""
    session_id: int = 1
    account_id: int = 1
    application_id: int = 1
    custom_data: str = ""
    agents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """API keys by the IDs of the agents that they start. None given: any agent starts with any key."""
    verified_callerids: tuple[str, ...] = ()
    """Caller IDs that `callPSTN` may show. None given: any will do."""
    start_time: int = 1_767_600_000_000
    """The wall clock when the session starts: milliseconds since 1970, here 2026-01-05 08:00 UTC."""
    zones: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=lambda: {"UTC": ((0, 0),)})
    """Time zones that a scenario names: since when, and by how much, their clocks are ahead of UTC. Milliseconds."""
    numbering: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Countries that a scenario names, by their letters: calling code and national prefix."""
    seed: int = 1
    """Of `uuidgen` and `Math.random`."""
    trace: Literal["full", "none"] = "full"
    """What is recorded. Without a trace there are no logs and no misuses either, and a call costs less than half."""

    # Automatic behaviour
    by_itself: Literal["everything", "nothing"] = "everything"
    """`nothing`: no timer fires and no deadline is over but by an event `platform` that says so."""
    storage_answers: Literal["automatic", "manual"] = "automatic"
    storage_ms: int = 0
    storage_fails: tuple[str, ...] = ()
    """Keys whose look-up is rejected."""
    storage_hangs: tuple[str, ...] = ()
    """Keys whose look-up is never answered."""
    agent: Literal["connects", "connects_once", "refuses", "manual"] = "connects"
    agent_by_id: Mapping[str, str] = field(default_factory=dict)
    """The same of single agents, by their IDs; those that are not named are as `agent` says."""
    agent_ms: int = 200
    agent_ack: bool = True
    """The agent acknowledges `start` at once."""
    players: Literal["finish", "fail", "fail alone", "manual"] = "finish"
    """What becomes of what is played. `fail` is of speech; `fail alone`: and its end is not said."""
    tts_ms_per_char: int = 60
    url_player_ms: int = 10_000
    files: Literal["load", "fail", "never", "manual"] = "load"
    """What becomes of sound files that are to be loaded; `never`: the platform says nothing of them."""
    file_ms: int = 0
    """Until a file is loaded, or it is known that it cannot be."""
    voices: Literal["any", "none"] = "any"
    """Whether the platform has the voices that a scenario names. What it has not is undefined, and no error."""
    recorder: Literal["works", "throws", "fails", "never", "manual"] = "works"
    """What becomes of a recorder: it works, or cannot be created, or fails after a while, or says nothing at all."""
    vad: Literal["ok", "refuses", "silent", "error", "manual"] = "ok"
    """What becomes of a voice detection: it works, cannot be had, says nothing at all, or fails after a moment."""
    call_list: Literal["works", "refuses", "never", "unlisted", "missing"] = "works"
    """What becomes of what a call list is told: it answers, refuses, or says nothing. `unlisted`: its module is there
    without being asked for, and `Modules` has no name for it; `missing`: the account has no call lists."""
    call_list_answers: Literal["automatic", "manual"] = "automatic"
    http: Literal["answers", "manual"] = "answers"
    http_ms: int = HTTP_MS
    http_code: int = 200
    http_answers: Mapping[str, tuple[int | None, int, str]] = field(default_factory=dict)
    """Of single addresses: code, time and text. Without a code there is no answer."""
    answer_ms: int = 0
    """From `Call.answer` to `Connected`."""
    hangup: Literal["confirmed", "manual"] = "confirmed"
    hangup_ms: int = 0
    """From `Call.hangup` to `Disconnected` or `Failed`; events never come before the current callback has ended."""

    refer: Literal["works", "throws"] = "works"
    """Whether `transferTo` throws without a second call, which the typings demand and its text does not."""

    # Switches: what the platform does is not documented
    reply: Literal["delivered", "empty", "lost"] = "delivered"
    """The reply to a request: the handler's text, an empty body, or none (502). The handler runs anyway."""
    reply_on_terminate: Literal["delivered", "lost"] = "delivered"
    """The reply to a request whose handler calls `terminate`."""
    hangup_events: Literal["later", "at_once"] = "later"
    """`Call.hangup` emits `Disconnected` or `Failed` after the current callback, or before it returns."""
    late_connected: bool = False
    """A leg that is hung up while it rings is answered first: `Connected`, then `Disconnected`."""
    answer_wins: bool = False
    """A leg that is hung up while it rings is answered all the same, and stays: it is over when it is hung up again."""
    cancel_code: int = 487
    """Code of `Failed` after our own hang-up of a ringing leg."""
    close_callback: bool = True
    """`onWebSocketClose` is called after our own `close`."""
    agent_keepalive: bool = False
    """The connector keeps an agent's socket alive that hears nobody; else the service closes it after 180 s."""
    agent_buffer: Literal["drained", "kept"] = "drained"
    """What an agent says while nobody receives it: lost, or kept for whoever is connected next, unless cleared."""
    start_metadata: Literal["delivered", "lost"] = "delivered"
    """Whether an agent gets the metadata it is started with: reported to be missing where it runs on a server of its
    owner."""
    silence_after_clear: Literal["reported", "unreported"] = "reported"
    """Whether `WebSocketMediaEnded` comes for what was cleared away."""
    pstn_numbers: Literal["without_plus", "with_plus"] = "without_plus"
    """How E.164 numbers of an incoming call from the telephone network arrive."""
    automatic_clear: bool = False
    """The connector empties the agent's buffer by itself when the caller interrupts."""
    terminate_events: bool = False
    """`terminate` emits `Disconnected` or `Failed` for the legs it drops."""
    dead_unit: Literal["ignore", "throw"] = "ignore"
    """What a method does on a leg, player or agent that is over. It is noted as a misuse either way."""
    abandoned: Literal["Disconnected", "Failed"] = "Disconnected"
    """The event of an incoming call that ends before it was answered."""
    queue_tells: Literal["first", "after", "never"] = "first"
    """When a queue says that the caller is gone who waits in it: before the end of the leg, after it, or not at all."""
    reject_event: Literal["Disconnected", "Failed", "none"] = "Disconnected"
    """The event of a call that is rejected."""
    media_before_connected: Literal["kept", "lost"] = "kept"
    """Media sent to a leg that is not connected yet: heard once it is, or lost."""
    replaced_playback: Literal["silent", "finished"] = "silent"
    """Whether `PlaybackFinished` follows when another stream takes the place of what `say` or `startPlayback` plays."""
    loop_finished: bool = False
    """Whether `PlaybackFinished` comes at each end of a file that repeats."""
    unverified_callerid: Literal["fails", "throws"] = "fails"
    """What `callPSTN` does with a caller ID that is not among `verified_callerids`: `Failed` 403, or an exception."""
    local_time: Literal["shifted", "throws", "invalid", "same"] = "shifted"
    """What `getLocalTime` does: a date moved by the zone's offset, an exception, no valid date, or the date itself."""
    number_info: Literal["e164", "without_plus", "capitals", "small", "unknown", "throws"] = "e164"
    """What `PhoneNumber.getInfo` finds: numbers in E.164, without their plus, only where the country's letters are
    capitals, or only where they are small; nothing; or an exception."""
    digests: Literal["hex", "base64", "bytes"] = "hex"
    """How `Crypto` hands over a digest: in hexadecimal digits, in Base64, or as a character for each byte."""
    detection: Literal["works", "unlisted", "missing", "no models", "rejects"] = "works"
    """The module of answering machine detection: as documented; loaded by its name, since `Modules` does not have it;
    not there; or without the model of any country. `rejects`: the promise of `detect` alone tells that it fails."""
    refer_end: Literal["both", "complete", "disconnected"] = "both"
    """What comes of a leg that was handed over: `TransferComplete` and the end of the leg, or one of the two."""
    recorder_ends: Literal["later", "at_once", "twice", "never", "fails"] = "later"
    """Whether a recorder that is stopped says so after the current callback, before `stop` returns, twice, as it has
    said then that it has begun, or never; or fails before `stop` returns."""
    recorder_pauses: Literal["works", "once_begun", "throws"] = "works"
    """Whether a recorder can be muted: at any time; or it forgets that when it begins; or not at all."""
    timer_late_ms: int = 0
    """How much later than asked a timer fires."""
    exception: Literal["ends_session", "logged"] = "ends_session"
    """What an exception in a handler and an unhandled rejection do to the session."""

    # Faults
    throws: Mapping[str, int] = field(default_factory=dict)
    """Functions of the platform that throw, by their names, such as `Call.hangup` or `Call.addEventListener`: the n-th
    time that they are called, or 0 for every time."""

    def __post_init__(self) -> None:
        """Refuses a value that no setting has, which would otherwise silently mean another one."""
        for name, allowed in _words().items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is one of {', '.join(allowed)}, not {getattr(self, name)!r}")

    def as_json(self) -> dict[str, Any]:
        """The options as the emulator takes them."""
        return asdict(self)


@cache
def _words() -> dict[str, tuple[Any, ...]]:
    """The words that each setting has which is one of a few."""
    hints = get_type_hints(Options)
    return {name: get_args(hint) for name, hint in hints.items() if get_origin(hint) is Literal}


PLATFORM_SWITCHES: dict[str, tuple[Any, ...]] = {
    "reply": ("delivered", "empty", "lost"),
    "reply_on_terminate": ("delivered", "lost"),
    "hangup_events": ("later", "at_once"),
    "late_connected": (False, True),
    "answer_wins": (False, True),
    "cancel_code": (487, 480),
    "abandoned": ("Disconnected", "Failed"),
    "queue_tells": ("first", "after", "never"),
    "reject_event": ("Disconnected", "Failed", "none"),
    "media_before_connected": ("kept", "lost"),
    "close_callback": (True, False),
    "agent_keepalive": (False, True),
    "agent_buffer": ("drained", "kept"),
    "automatic_clear": (False, True),
    "start_metadata": ("delivered", "lost"),
    "silence_after_clear": ("reported", "unreported"),
    "replaced_playback": ("silent", "finished"),
    "loop_finished": (False, True),
    "unverified_callerid": ("fails", "throws"),
    "dead_unit": ("ignore", "throw"),
    "terminate_events": (False, True),
    "number_info": ("e164", "without_plus", "capitals", "small"),
    "digests": ("hex", "base64", "bytes"),
    "detection": ("works", "unlisted", "rejects"),
    "call_list": ("works", "unlisted"),
    "refer_end": ("both", "complete", "disconnected"),
    "recorder_ends": ("later", "at_once", "twice"),
    "recorder_pauses": ("works", "once_begun"),
    "timer_late_ms": (0, 20),
    "exception": ("ends_session", "logged"),
}
"""What is not documented about the platform, and the values that matter; the first is the default."""
