"""What could be seen of one step of a search, put in order: who was rung, told, posted to, and what everybody hears.

Read from the emulator's trace alone. Nothing here knows what a flow or a scenario is.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from msgspec import Struct, field

from flowc.simulator.trace import BeepDetection, CallOver, Dial, OfCall, StepTaken, TraceEvent, metadata_of


class Dialled(NamedTuple):
    """A call that was placed. `headers` are name and text, in the order of their names. `is_passed_on`: as one of the
    caller's, whose number is shown. `how`: with what else, in the order of the names. `rings_late`: a phone that rings
    late is heard to ring.
    """

    kind: str
    number: str
    caller_id: str
    headers: tuple[tuple[str, str], ...]
    is_passed_on: bool = False
    how: tuple[tuple[str, str | int], ...] = ()
    rings_late: bool = False


class Handed(NamedTuple):
    """To whom the caller's trunk is asked to hand the caller over. `headers` are in the order of their names."""

    address: str
    headers: tuple[tuple[str, str], ...]


class Kept(NamedTuple):
    """How something is recorded, and for how long that is kept; None: as long as the platform has it."""

    is_secure: bool
    is_stereo: bool
    keep: str | None


class Posted(NamedTuple):
    """What was posted. `headers` are in the order of their names; `body` is canonical, see `canonical`; so many
    `seconds` an answer is waited for.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    seconds: float


SIGNATURE = "X-Flowc-Signature"
OF_THE_DATA = "what is wrong with the data"
A_TIME = "a time"
"""What stands for when something was."""
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


def proved(signature: str, body: str, keys: Iterable[str]) -> str:
    """By which of these keys a body was signed: what can be said of a signature, whenever it was made. A signature that
    is none stays as it is.
    """
    found = re.fullmatch("t=([0-9]{10}),v1=([0-9a-f]{64})", signature)  # in seconds
    if found is None:
        return signature
    if not body.isascii():
        return signature  # whoever reads it has other bytes, unless that is UTF-8 as well
    content = f"{found[1]}.{body}".encode()
    signed = (key for key in keys if hmac.new(key.encode(), content, "sha256").hexdigest() == found[2])
    return next((f"by {key}" for key in signed), signature)


class Logged(NamedTuple):
    """A step of the flow, as it was logged."""

    way: str
    number: int
    step: str
    which: str | None


class Seen(Struct):
    """`parties`: who calls whom, as a scenario has read it. `hears` is what each leg and the agent hears at the end, as
    far as that has changed; `given_up` the same of legs that are over, or left a message, while the same number is
    called again. `machines` is what those hear that are left a message, by their ids. `legs` and `agents` are those
    that came to be, by their ids; `gone` are legs that are over. `former` is the id from here on of a leg that was the
    caller before: somebody else has been called in its place, or (`now`, by its id until here) is the next of those who
    were called together. `sent` are the digits that each leg was sent. `left` are the legs where a beep is waited for,
    by their ids, and `left_on` what they are called, with for how long. `recorders` are those that were made, each with
    how what it records is kept; `recorded` how many were stopped, `stopped_first` those that were before any step was
    carried out, and `url` where the one is that has begun. `listened` are the legs where a machine is told from a
    person: by which model, and for how long at most.
    """

    parties: tuple[str, str] | None = None
    rings: bool = False
    answers: bool = False
    rejects: str = ""
    dials: list[Dialled] = field(default_factory=list)
    legs: list[str] = field(default_factory=list)
    hung_up: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    former: str = ""
    now: str = ""
    spoken: list[str] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    left_on: list[tuple[str, float | None]] = field(default_factory=list)
    tones: int = 0
    recorders: list[tuple[str, Kept]] = field(default_factory=list)
    recorded: int = 0
    stopped_first: set[str] = field(default_factory=set)
    detections: list[str] = field(default_factory=list)
    listened: list[tuple[str, str, int]] = field(default_factory=list)
    url: str = ""
    agents: list[str] = field(default_factory=list)
    connecting: list[tuple[str, str]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    voices: set[str] = field(default_factory=set)
    posted: list[Posted] = field(default_factory=list)
    told_again: list[int] = field(default_factory=list)
    listed: list[tuple[str, str]] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    found: dict[str, bool] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    steps: list[Logged] = field(default_factory=list)
    hears: dict[str, str | None] = field(default_factory=dict)
    given_up: dict[str, str | None] = field(default_factory=dict)
    machines: dict[str, str | None] = field(default_factory=dict)
    token: str = ""
    is_over: bool = False
    ended: str | None = None

    def before(self, entry: OfCall | CallOver | BeepDetection) -> str:
        """The id of a leg, as the event has it: who was to be the caller then is called so."""
        if entry["leg"] == "caller":
            return self.now or "caller"
        return "caller" if self.now and entry["call"] == self.former else entry["call"]

    def renamed(self, leg: str) -> str:
        """How a leg is called once the step is over."""
        if self.now and leg == self.now:
            return "caller"
        return self.former if self.former and leg == "caller" else leg


def canonical(value: Any) -> str:
    """A value of JSON as a text that is the same for the same value."""
    return json.dumps(_numbers(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _numbers(value: Any) -> Any:
    """JavaScript has one kind of number: 20.0 is 20."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    return [_numbers(item) for item in value] if isinstance(value, list | tuple) else value


def seen_in(trace: Iterable[TraceEvent], keys: Collection[str] = ()) -> Seen:
    """The trace of one step. With these keys requests may be signed."""
    seen = Seen()
    for entry in trace:
        _take(seen, entry, keys)
    return seen


def _take(seen: Seen, entry: TraceEvent, keys: Collection[str]) -> None:
    match entry["event"]:
        case "parties":
            seen.parties = entry["from"], entry["to"]
        case "ring":
            seen.rings = True
        case "answer":
            seen.answers = True
        case "reject":
            seen.rejects = str(entry["code"])
        case "dial":
            seen.dials.append(_dialled(entry))
            seen.legs.append("caller" if entry["leg"] == "caller" else entry["call"])
        case "caller_no_more":
            seen.former = seen.former or entry["call"]
            seen.now = ""
        case "caller_now":
            seen.now = entry["call"]
        case "hangup":
            seen.hung_up.append(seen.before(entry))
        case "failed" | "disconnected":
            seen.gone.append(seen.before(entry))
        case "player":
            if entry["what"].startswith("tts:"):
                seen.spoken.append(entry["what"].removeprefix("tts:"))
                seen.voices.add(entry.get("voice", ""))
            elif entry["what"].startswith("url:"):
                seen.spoken.append(entry["what"])
            else:
                seen.tones += 1
        case "recorder":
            kept = Kept(entry["secure"], entry.get("stereo", False), entry["keep"])
            seen.recorders.append((entry["recorder"], kept))
        case "recorder_started":
            seen.url = entry["url"]
        case "recorder_stopped":
            seen.recorded += 1
            if not seen.steps:
                seen.stopped_first.add(entry["recorder"])
        case "voice_detection" if entry["does"] in ("is asked for", "is closed"):
            seen.detections.append(entry["does"])
        case "detection":
            seen.listened.append((entry["leg"], entry["model"] or "", entry["timeout"]))
        case "send_digits":
            seen.sent.append((entry["leg"], entry["digits"]))
        case "transfer_to":
            seen.handed.append(Handed(entry["to"], tuple(sorted(entry["headers"].items()))))
        case "beep_detection":
            seen.left.append(seen.before(entry))
            seen.left_on.append((entry["leg"], entry["timeout"]))
        case "agent_connecting":
            seen.connecting.append((entry["agent_id"], entry["version"] or ""))
            seen.agents.append(entry["agent"])
        case "agent_close":
            seen.closed.append(entry["agent"])
        case "agent_start":
            seen.started.append(canonical(entry["parameters"]))
            seen.token = str(metadata_of(entry).get("vox_control_token") or "")
        case "agent_custom":
            seen.told.append(canonical(entry["parameters"]))
        case "http_request":
            headers = dict(entry["headers"])
            if SIGNATURE in headers:
                headers[SIGNATURE] = proved(headers[SIGNATURE], entry["body"] or "", keys)
            in_order = tuple(sorted(headers.items()))
            body, seconds = _body(entry["body"]), entry["timeout"]
            seen.posted.append(Posted(entry["method"], entry["url"], in_order, body, seconds))
        case "told_again":
            seen.told_again.append(entry["after"])
        case "call_list":
            seen.listed.append((entry["what"], _of_data(_body(entry["said"]))))
        case "reply":
            seen.replies.append(entry["body"])
        case "storage_get":
            seen.looked_up.append(entry["key"])
        case "storage_answer":
            seen.found[entry["key"]] = entry["found"]
        case "storage_error":
            seen.found[entry["key"]] = False
        case "secret":
            seen.secrets.append(entry["name"])
        case "step":
            seen.steps.append(_logged(entry))
        case "hears":
            (seen.given_up if entry.get("given_up") else seen.hears)[entry["leg"]] = entry["what"]
            if (call := entry.get("call")) is not None:
                seen.machines["caller" if entry["leg"] == "caller" else call] = entry["what"]
        case "terminate":
            seen.is_over = True
        case "ended":
            seen.ended = entry["reason"]


def _dialled(entry: Dial) -> Dialled:
    headers = tuple(sorted((entry.get("headers") or {}).items()))
    how = tuple(sorted(entry.get("how", {}).items()))
    passed_on, rings_late = entry.get("passed_on", False), entry.get("rings_late", False)
    return Dialled(entry["type"], entry["number"], entry["callerid"], headers, passed_on, how, rings_late)


def _logged(entry: StepTaken) -> Logged:
    return Logged(entry["way"], entry["index"], entry["step"], entry["which"])


def _body(text: str | None) -> str:
    try:
        found = json.loads(text or "")
    except ValueError:
        return text or ""
    return canonical(_without_times(found) if isinstance(found, dict) and "ended_by" in found else found)


def _of_data(said: str) -> str:
    """What is wrong with data is for a person."""
    return OF_THE_DATA if said.startswith('{"error":') else said


def _without_times(report: dict[str, Any]) -> dict[str, Any]:
    """When a call was depends on the day: that its times are some, one after the other, does not."""
    named = {name: report.get(name) for name in ("began", "answered", "ended") if report.get(name) is not None}
    times = [str(time) for time in named.values()]
    is_right = times == sorted(times) and all(map(_TIME.fullmatch, times))
    return {**report, **dict.fromkeys(named, A_TIME)} if is_right else report
