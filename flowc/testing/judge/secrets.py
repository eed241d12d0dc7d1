"""Whether a secret is told: the account's own, and the session's token and control URL.

What leaves the scenario is looked at as it was sent. Of the session itself the agent is told where and with what token
to post: that is no secret between the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from flowc.ir import Flow, Secret, never_told, shown_by_nature
from flowc.simulator.options import Options
from flowc.simulator.trace import TraceEvent, metadata_of
from flowc.testing.account import described, value_of
from flowc.testing.script.model import Account
from flowc.testing.sensitive import posted

SHORTEST = 6
"""A value with fewer characters may be in a text by chance."""
CONTROL_ADDRESS = Options().access_url.removeprefix("https:")
SENSITIVE = "what is `sensitive`"
TOKEN, CONTROL_URL = "vox_control_token", "vox_session_control_url"


def secrets_of(flow: Flow, account: Account) -> dict[str, str]:
    """What nobody may be told, by its value, and what it is. A secret of the account that the flow does not read is
    none that is shown; of a value that is shown anyway nobody can say what it is.
    """
    kept = never_told(flow)
    seen = shown_by_nature(flow)
    others = (each for each in map(Secret, account.secrets) if each not in seen and each not in kept)
    numbers = {value_of(setting, account) for setting in seen}
    values = [(value_of(each, account).strip(), each) for each in kept]
    values += [(value, each) for each in others if (value := value_of(each, account)) not in numbers]
    return {value: f"the {described(each)}" for value, each in values if len(value) >= SHORTEST}


def telling_a_secret(trace: Sequence[TraceEvent], secrets: Mapping[str, str], names: frozenset[str]) -> str | None:
    """The first thing that tells one, and which; None if nothing does. `names` are those of sensitive parameters, which
    webhooks are told, and somebody alone.
    """
    hidden = {**secrets, **dict.fromkeys(_tokens(trace), "the token"), CONTROL_ADDRESS: "the control URL"}
    sensitive = dict.fromkeys(_long(trace, names, "request"), SENSITIVE)
    answered = dict.fromkeys(_long(trace, names, "http_response") | _long(trace, names, "started"), SENSITIVE)
    for entry in trace:
        found = _told(entry)
        if found is None:
            continue
        is_told_apart = entry["event"] in ("http_request", "player", "platform_log")
        kept = hidden if is_told_apart else {**sensitive, **hidden}
        if not is_told_apart and not _is_start(entry):  # which may have what was answered, and the data of the call
            kept = {**answered, **kept}
        told = next((name for secret, name in kept.items() if secret in found[1]), None)
        if told is not None:
            return f"{found[0]} holds {told}"
    return None


def _long(trace: Sequence[TraceEvent], names: frozenset[str], event: str) -> set[str]:
    """Values that are sensitive, of requests or of answers."""
    values = (str(value) for entry in trace if entry["event"] == event for value in posted(entry, names))
    return {value for value in values if len(value) >= SHORTEST}


def _is_start(entry: TraceEvent) -> bool:
    """The agent is told what there is to know from its start on."""
    return entry["event"] == "agent_start" or metadata_of(entry).get("vox_event") == "session"


def _tokens(trace: Sequence[TraceEvent]) -> set[str]:
    told = (metadata_of(entry).get(TOKEN) for entry in trace)
    return {token for token in told if isinstance(token, str) and token}


def _told(entry: TraceEvent) -> tuple[str, str] | None:
    """What it is, and its text."""
    match entry["event"]:
        case "log":
            return "the log", entry["message"]
        case "platform_log":
            return "the platform's log", entry["message"]
        case "reply":
            return "a reply", entry["body"]
        case "player":
            return "an announcement", entry["what"]
        case "http_request":
            return "what a webhook is told", str(entry["body"])
        case "dial":
            return "a header of a call", json.dumps(entry.get("headers", {}), ensure_ascii=False)
        case "agent_start" | "agent_custom":
            rest = {key: value for key, value in metadata_of(entry).items() if key not in (TOKEN, CONTROL_URL)}
            return "what the agent is told", json.dumps(rest, ensure_ascii=False)
        case _:
            return None
