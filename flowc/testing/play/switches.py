"""How the platform behaves in a call: the language's words for it, as options of the emulator.

`SWITCHES` is the list of everything that a script can set but for single entries of the storage and functions that
throw, `LEFT_OUT` of what it cannot. Where no document decides what the platform does, `varied` has the values under
which `--all-platform-variants` plays a script, the default first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flowc.ir import Hours
from flowc.opening_hours import ONE_DAY, default_instant, milliseconds, offsets
from flowc.simulator.options import Options
from flowc.testing.script.model import Account, WebhookDoes

Choice = Mapping[str, Any]
"""Key of the language -> value, as in a script."""


@dataclass(frozen=True, slots=True)
class Switch:
    """`option` is the emulator's name; `values` the emulator's words where they are others than the language's."""

    key: str
    option: str
    values: Mapping[Any, Any]
    varied: tuple[Any, ...] = ()


LONGEST_CALL = 3 * ONE_DAY
"""Of a script: `max_duration` is a day at the most."""
SAME: dict[Any, Any] = {}
STORAGE, THROWS, AGENTS = "storage", "throws", "agents"
"""What is said of single entries, of single functions, and of single agents."""
BY_ITSELF, NOTHING = "by itself", "nothing"
KEPT_BACK: dict[str, Any] = {
    "storage_answers": "manual",
    "agent": "manual",
    "agent_ack": False,
    "players": "manual",
    "files": "manual",
    "recorder": "manual",
    "vad": "manual",
    "call_list_answers": "manual",
    "http": "manual",
    "answer_ms": 1,
    "hangup": "manual",
}
"""Where nothing happens by itself: the options that keep it back. What has a time of its own, the emulator holds."""
AT_ONCE = "at once"
REPLY, DELIVERY = "reply", "delivery"
"""What arrives of a reply: the emulator knows nothing of it, and only generated tools care."""
_CONNECTS = {"connects": "connects", "connects once": "connects_once", "refuses": "refuses", "hangs": "manual"}
SWITCHES = (
    Switch("agent", "agent", _CONNECTS),
    Switch("by itself", "by_itself", SAME),
    Switch("webhook", "http_code", SAME),
    Switch("playback", "players", {"ends": "finish", "fails": "fail", "fails alone": "fail alone", "hangs": "manual"}),
    Switch(
        "abandoned call",
        "abandoned",
        {"disconnected": "Disconnected", "failed": "Failed"},
        ("disconnected", "failed"),
    ),
    Switch(
        "rejected call",
        "reject_event",
        {"disconnected": "Disconnected", "failed": "Failed", "untold": "none"},
        ("disconnected", "failed", "untold"),
    ),
    Switch("sound files", "files", {"load": "load", "fail": "fail", "hang": "never"}),
    Switch("recorder", "recorder", {"works": "works", "refuses": "throws", "fails": "fails", "hangs": "never"}),
    Switch(
        "recording end",
        "recorder_ends",
        {"later": "later", "at once": "at_once", "twice": "twice", "never": "never", "fails": "fails"},
        ("later", "at once", "twice"),
    ),
    Switch(
        "recording pause",
        "recorder_pauses",
        {"works": "works", "works once begun": "once_begun", "refuses": "throws"},
        ("works", "works once begun"),
    ),
    Switch("voice detection", "vad", {"works": "ok", "refuses": "refuses", "says nothing": "silent", "fails": "error"}),
    Switch("voices", "voices", {"any": "any", "none": "none"}),
    Switch("loop finished", "loop_finished", SAME, (False, True)),
    Switch(
        "local time",
        "local_time",
        {"known": "shifted", "fails": "throws", "invalid": "invalid", "not shifted": "same"},
    ),
    Switch(REPLY, DELIVERY, SAME, ("delivered", "empty", "lost")),
    Switch("hangup events", "hangup_events", {"later": "later", "at once": "at_once"}, ("later", "at once")),
    Switch("late connected", "late_connected", SAME, (False, True)),
    Switch("answer wins", "answer_wins", SAME, (False, True)),
    Switch("cancel code", "cancel_code", SAME, (487, 480)),
    Switch("unverified caller id", "unverified_callerid", SAME, ("fails", "throws")),
    Switch("close callback", "close_callback", SAME, (True, False)),
    Switch("terminate events", "terminate_events", SAME, (False, True)),
    Switch("agent keepalive", "agent_keepalive", SAME, (False, True)),
    Switch("agent buffer", "agent_buffer", SAME, ("drained", "kept")),
    Switch("automatic clear", "automatic_clear", SAME, (False, True)),
    Switch("start metadata", "start_metadata", SAME, ("delivered", "lost")),
    Switch("silence after clear", "silence_after_clear", SAME, ("reported", "unreported")),
    Switch("pstn numbers", "pstn_numbers", {"without plus": "without_plus", "with plus": "with_plus"}),
    Switch(
        "national numbers",
        "number_info",
        {
            "known": "e164",
            "without plus": "without_plus",
            "capitals": "capitals",
            "small letters": "small",
            "unknown": "unknown",
            "fails": "throws",
        },
        ("known", "without plus", "capitals", "small letters"),
    ),
    Switch(
        "machine detection",
        "detection",
        {
            "works": "works",
            "unlisted": "unlisted",
            "missing": "missing",
            "without models": "no models",
            "rejects": "rejects",
        },
        ("works", "unlisted", "rejects"),
    ),
    Switch(
        "call list",
        "call_list",
        {"works": "works", "refuses": "refuses", "hangs": "never", "unlisted": "unlisted", "missing": "missing"},
        ("works", "unlisted"),
    ),
    Switch("refer", "refer", {"works": "works", "throws": "throws"}),
    Switch("refer end", "refer_end", SAME, ("both", "complete", "disconnected")),
    Switch("queue tells", "queue_tells", SAME, ("first", "after", "never")),
    Switch("digests", "digests", SAME, ("hex", "base64", "bytes")),
    Switch("replaced playback", "replaced_playback", SAME, ("silent", "finished")),
    Switch("early media", "media_before_connected", SAME, ("kept", "lost")),
    Switch("dead units", "dead_unit", {"ignored": "ignore", "throw": "throw"}, ("ignored", "throw")),
)
LEFT_OUT = {
    "reply": "what arrives of a reply concerns the agent alone: `delivery`",
    "reply_on_terminate": "the same",
    "timer_late_ms": "times in scripts are exact",
    "exception": "an error in the scenario fails a call either way",
}
"""Switches of the emulator that call scripts do not have, and why."""


def options(
    account: Account,
    choice: Choice,
    hours: Sequence[Hours],
    begins: datetime | None,
    webhooks: Mapping[str, WebhookDoes] = SAME,
    country: str | None = None,
    clocks: Sequence[datetime] = (),
    agents: Mapping[str, Sequence[str]] = SAME,
    agent_ids: Mapping[str, str] = SAME,
) -> Options:
    """The emulator's options. `hours` and `country` are those of the flow; one that says nothing begins at the usual
    time. `webhooks` are by their address; `clocks` are what the clock is put to in the call; `agents` are the keys that
    start each, `agent_ids` their IDs by name.
    """
    chosen = {
        switch.option: switch.values.get(choice[switch.key], choice[switch.key])
        for switch in SWITCHES
        if switch.key in choice and switch.key != REPLY
    }
    verified = account.caller_ids
    if begins is None and hours:
        begins = default_instant(hours)
    if begins is not None:
        chosen["start_time"] = milliseconds(begins)
        all_of_them = (begins, *clocks)
        chosen["zones"] = offsets(hours, min(all_of_them) - ONE_DAY, max(all_of_them) + LONGEST_CALL)
    chosen["numbering"] = numbering(country)
    for what in ("fails", "hangs"):
        chosen[f"storage_{what}"] = tuple(key for key, does in choice.get(STORAGE, SAME).items() if does == what)
    of_agents = {agent_ids[name]: _CONNECTS[how] for name, how in choice.get(AGENTS, SAME).items()}
    chosen["agent_by_id"] = {id: how for id, how in of_agents.items() if id}
    chosen["throws"] = dict(choice.get(THROWS, SAME))
    if choice.get(BY_ITSELF) == NOTHING:
        chosen |= KEPT_BACK
        if choice.get("hangup events") == AT_ONCE:
            del chosen["hangup"]
    chosen["http_answers"] = {url: (each.code, each.after_ms, each.text) for url, each in webhooks.items()}
    return Options(
        storage=dict(account.storage),
        secrets=dict(account.secrets),
        agents=agents,
        verified_callerids=verified,
        **chosen,
    )


def numbering(country: str | None) -> dict[str, tuple[str, str]]:
    """How numbers are dialled in the country of a flow."""
    if country is None:
        return {}
    from flowc.countries import countries

    return {country: countries()[country][1:]}


def arriving(status: int, body: str, choice: Choice) -> tuple[int, str]:
    """What arrives of a reply, as status and body."""
    match choice.get(REPLY):
        case "empty":
            return status, ""
        case "lost":
            return 502, ""
    return status, body


def open_switches(decided: Choice, consulted: Collection[str]) -> list[Switch]:
    """Those that are varied, are not decided yet, and were asked for in a run: no other could have changed it."""
    return [one for one in SWITCHES if one.varied and one.option in consulted and one.key not in decided]


def differences(choice: Choice) -> tuple[tuple[str, str], ...]:
    """What of a variant differs from the defaults, in the words of the language."""
    return tuple(
        (switch.key, _word(choice[switch.key]))
        for switch in SWITCHES
        if switch.key in choice and switch.varied and choice[switch.key] != switch.varied[0]
    )


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
