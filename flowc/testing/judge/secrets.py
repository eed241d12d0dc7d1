"""Whether a secret is told: the account's own, and the session's token and control URL.

What leaves the scenario is looked at as it was sent. Of the session itself the agent is told where and with what token
to post: that is no secret between the two.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from flowc.ir import Flow, SipTarget
from flowc.simulator.options import Options
from flowc.simulator.trace import TraceEvent, metadata_of
from flowc.testing.account import number_of, value_of
from flowc.testing.script.model import Account
from flowc.testing.sensitive import posted

SHORTEST = 6
"""A value with fewer characters may be in a text by chance."""
CONTROL_ADDRESS = Options().access_url.removeprefix("https:")
TOKEN, CONTROL_URL = "vox_control_token", "vox_session_control_url"


def secrets_of(flow: Flow, account: Account) -> frozenset[str]:
    """All secrets of the account; the agent's key, passwords and what signs requests, wherever they are kept; and
    addresses of webhooks that stand in no flow.
    Numbers are no secrets: they are dialled.
    """
    values = [*account.secrets.values(), *(value_of(agent.api_key, account) for agent in flow.every_agent)]
    values += [value_of(each.url, account) for each in flow.webhooks if not isinstance(each.url, str)]
    values += [value_of(each.sign, account).strip() for each in flow.webhooks if each.sign is not None]
    accounts = (target.auth for target in flow.targets if isinstance(target, SipTarget) and target.auth is not None)
    values += [value_of(auth.password, account) for auth in accounts]
    numbers = {number_of(target, account) for target in flow.targets}
    return frozenset(value for value in values if len(value) >= SHORTEST and value not in numbers)


def telling_a_secret(trace: Sequence[TraceEvent], secrets: Collection[str], names: frozenset[str]) -> str | None:
    """The first thing that tells one; None if nothing does. `names` are those of sensitive parameters, which webhooks
    are told, and somebody alone.
    """
    hidden = {*secrets, *_tokens(trace), CONTROL_ADDRESS}
    sensitive = _long(trace, names, "request")
    answered = _long(trace, names, "http_response") | _long(trace, names, "started")
    for entry in trace:
        found = _told(entry)
        if found is None:
            continue
        is_told_apart = entry["event"] in ("http_request", "player", "platform_log")
        kept = hidden if is_told_apart else hidden | sensitive
        if not is_told_apart and not _is_start(entry):  # which may have what was answered, and the data of the call
            kept = kept | answered
        if any(secret in found[1] for secret in kept):
            return found[0]
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
