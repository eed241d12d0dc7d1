"""What can be said of a call at one instant, in the words of the flow, from what the emulator reported.

Legs are numbers to the platform; here they have the names of the flow's targets. Everything is a pure function of the
trace up to that instant and of what an observer saw then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flowc.ir import Data, Flow, Text
from flowc.ringback import BEEP
from flowc.simulator.observed import LegView, View, longest_silence
from flowc.simulator.trace import HttpRequest, TraceEvent, logged, metadata_of
from flowc.testing.account import number_of, value_of
from flowc.testing.judge.secrets import secrets_of, telling_a_secret
from flowc.testing.script.model import Account
from flowc.testing.script.wanted import with_both
from flowc.testing.script.wording import written
from flowc.testing.sensitive import sensitive_names

Told = Mapping[str, Any]
BOTH = " + "
"""Between those whom somebody hears in a conference."""
ONCE = "Idempotency-Key"
"""The header that is the same where a webhook is told something again."""
Heard = str | Mapping[str, str | Mapping[str, list[str | None]]]


DONE = {
    "dial": "calls",
    "answer": "answers the call",
    "reject": "rejects a call",
    "hangup": "hangs up on",
    "send_digits": "sends keys",
    "transfer_answered": "answers a transfer",
    "media": "connects somebody with somebody",
    "media_stopped": "lets somebody no longer hear somebody",
    "player": "plays something",
    "player_stopped": "stops what is played",
    "recorder": "records",
    "recorder_stopped": "stops recording",
    "agent_connecting": "starts an agent",
    "agent_start": "starts the agent",
    "agent_custom": "tells the agent something",
    "agent_close": "disconnects the agent",
    "agent_buffer_cleared": "takes from the agent what it was to say",
    "http_request": "posts something",
    "call_list": "tells a call list something",
    "storage_get": "reads the storage",
    "step": "carries out a step",
    "terminate": "ends the session",
}
"""What of a trace is a scenario's doing, in words. What it writes to the log is that as well."""

_TELLING = ("notify", "ask", "message")
"""Steps for which a webhook gets a request."""


class Names:
    """The flow's names for what the emulator calls by number and by text."""

    def __init__(self, flow: Flow, account: Account) -> None:
        self.targets: dict[str, list[str]] = {}
        for target in flow.targets:
            self.targets.setdefault(number_of(target, account), []).append(target.name)
        self.called = [target.name for target in flow.targets if isinstance(target.dialled, Data)]
        self.of_the_call = {"contract": flow.call.skew or "", "ended_by": flow.call.report or ""}
        if flow.call.recording is not None:
            self.of_the_call["recording"] = flow.call.recording.notify
        self.webhooks: dict[str, list[str]] = {}
        for webhook in flow.webhooks:
            self.webhooks.setdefault(value_of(webhook.url, account), []).append(webhook.name)
        versions = [(prompt.name, version) for prompt in flow.prompts for version in prompt.versions]
        self.prompts = [
            (name, version.language, _pattern(version.text)) for name, version in versions if version.sound is None
        ]
        self.sounds: dict[str, dict[str, str | None]] = {}
        for name, version in versions:
            if version.sound is not None:
                self.sounds.setdefault(version.sound, {})[name] = version.language
        self.secrets = secrets_of(flow, account)
        self.sensitive = sensitive_names(flow)

    def legs(self, trace: Sequence[TraceEvent]) -> dict[str, str]:
        """Id of every outgoing leg -> the target's name, or the number itself if no target has it; `caller` is whoever
        was called last as the caller, where nobody has called, or of several together has become it. Where several
        targets share a number, or have theirs from the data of the call, the scenario itself tells which one it rings.
        """
        found: dict[str, str] = {}
        for index, entry in enumerate(trace):
            if entry["event"] == "dial":
                named = self.targets.get(entry["number"], [])
                is_caller = entry["leg"] == "caller"
                is_placed = is_caller or "caller" in found
                names = [*named, *(self.called if is_placed else [])] or [entry["number"]]
                name = names[0] if len(names) == 1 else _rung(names, trace, index)
                if is_caller:
                    found["caller"] = name
                found[entry["call"]] = name
            elif entry["event"] == "caller_now":
                found["caller"] = found[entry["call"]]
        return found

    def told(self, trace: Sequence[TraceEvent], requests: Sequence[HttpRequest]) -> list[str]:
        """The webhook that each request went to. Where several have one address, the scenario itself says which one:
        requests are numbered in the order of the steps and of messages, but for what is not told by steps.
        """
        tellings = [
            entry for entry in trace if entry["event"] == "step" and entry["step"] in ("notify", "ask", "message")
        ]
        steps = [entry["which"] or "" for entry in tellings]
        numbers = [_number_of(request, turn) for turn, request in enumerate(requests, start=1)]
        others = {number: self._told_besides(request) for number, request in zip(numbers, requests, strict=True)}
        found: list[str] = []
        for number, request in zip(numbers, requests, strict=True):
            step = number - 1 - sum(other < number for other, name in others.items() if name is not None)
            said = others[number] if others[number] is not None else "".join(steps[step : step + 1])
            names = self.webhooks.get(request["url"], [])
            found.append(said if said is not None and (said in names or not names) else names[0])
        return found

    def _told_besides(self, request: HttpRequest) -> str | None:
        """The webhook of a request that no step has sent."""
        body = _json(request["body"], {})
        return next((name for key, name in self.of_the_call.items() if isinstance(body, dict) and key in body), None)

    def prompts_of(self, spoken: str) -> dict[str, list[str | None]]:
        """The prompts that may sound like this, each with the languages in which it does."""
        found: dict[str, list[str | None]] = {}
        for name, language, pattern in self.prompts:
            if pattern.fullmatch(spoken):
                found.setdefault(name, []).append(language)
        return found


def _number_of(request: HttpRequest, otherwise: int) -> int:
    """What the scenario has numbered it with."""
    number = request["headers"].get(ONCE, "").rpartition("-")[2]
    return int(number) if number.isdecimal() else otherwise


ANY_LEVEL = "1,2,3,4,5"


def _skill(asked: str) -> str:
    """Its name, if any level of it will do."""
    name, _, levels = asked.rpartition(" ")
    return name if levels == ANY_LEVEL else asked


def _without_repetitions(requests: Sequence[HttpRequest]) -> list[HttpRequest]:
    """Each as it was sent first."""
    first = {request["headers"].get(ONCE, str(turn)): request for turn, request in reversed([*enumerate(requests)])}
    return [request for request in requests if any(request is each for each in first.values())]


def _pattern(text: Text) -> re.Pattern[str]:
    parts = [re.escape(_spoken(part)) if isinstance(part, str) else ".*" for part in text.parts]
    return re.compile("".join(parts), re.DOTALL)


def _spoken(written: str) -> str:
    """Telephone numbers are spoken digit by digit."""
    return re.sub(r"\+([1-9][0-9]{6,14})(?![0-9])", lambda found: " ".join(found[1]), written)


def _rung(names: list[str], trace: Sequence[TraceEvent], index: int) -> str:
    for entry in trace[index:]:
        if entry["t"] != trace[index]["t"]:
            break
        if entry["event"] == "step" and entry["step"] == "ring" and entry["which"] in names:
            return str(entry["which"])
    return names[0]


class Observation:
    """One instant: `view` is what an observer sees, `trace` everything up to then, `since` where in it the last step
    begins.
    """

    def __init__(
        self, names: Names, view: View, trace: Sequence[TraceEvent], reply: Told | None, since: int = 0
    ) -> None:
        self.names = names
        self.view = view
        self.trace = trace
        self.legs = names.legs(trace)
        self.last_reply = reply
        self.since = since

    @property
    def now(self) -> int:
        """Milliseconds since the call came in."""
        return int(self.view["now"]) - next((entry["t"] for entry in self.trace if entry["event"] == "alerting"), 0)

    @property
    def done(self) -> str | None:
        """The first that the scenario has done in the last step, if it has done anything that can be seen."""
        for entry in self.trace[self.since :]:
            if entry["event"] == "log":
                return f"the log has {logged([entry])[0]!r}"
            if entry["event"] in DONE:
                leg = str(entry.get("call", ""))
                whom = f" {self.legs.get(leg, leg)}" if leg else ""
                return f"the scenario {DONE[entry['event']]}{whom}"
        return None

    @property
    def heard(self) -> Heard:
        """What the caller hears: a word of the language, or `{target: name}`, `{text: …}`, or `{prompt: …}` with the
        names of those that it may be, each with the languages in which it sounds like this.
        """
        heard = self.view["heard_by_caller"]
        if heard is None:
            return "nothing"
        if len(together := heard.split(BOTH)) > 1:
            return " and ".join(
                self._leg_named(each) if each.startswith("leg:") else f"the {each}" for each in together
            )
        kind, _, what = heard.partition(":")
        match kind:
            case "leg":
                return {"target": self._leg_named(heard)}
            case "tts":
                prompts = self.names.prompts_of(what)
                return {"prompt": prompts} if prompts else {"text": what}
            case "url":
                sounds = {name: [language] for name, language in self.names.sounds.get(what, {}).items()}
                return {"prompt": sounds} if sounds else {"text": what}
            case "tone":
                return "beep" if what == BEEP else "ringback"
            case "unanswered" | "recorder":
                return "silence"
            case _:
                return str(kind)

    def said_by(self, heard: Heard) -> Heard:
        """The same, or of an agent the prompts that it may be speaking, where that is known."""
        says = [agent["says"] for agent in self.view["agents"] if agent["state"] == "open"][-1:]
        prompts = self.names.prompts_of(says[0]) if heard == "agent" and says and says[0] is not None else {}
        return {"prompt": prompts} if prompts else heard

    def heard_by(self, target: str) -> list[Heard]:
        """What a target hears: `caller`, `silence`, `nothing` if it is not on the line, or as what the caller hears.
        Where it is on the line more than once, as while a message is left there, all of that, of the latest call first.
        """
        legs = [leg for leg in self.view["legs"] if self.legs.get(leg["id"]) == target]
        heard = [leg["hears"] for leg in reversed(legs) if leg["hears"] is not None]
        return [self._heard_there(each) for each in heard] or ["nothing"]

    def _heard_there(self, heard: str) -> Heard:
        kind, _, what = heard.partition(":")
        if kind != "tts":
            return heard.replace(BOTH, " and the ")
        prompts = self.names.prompts_of(what)
        return {"prompt": prompts} if prompts else {"text": what}

    @property
    def caller_with(self) -> tuple[str, str]:
        """Who the caller talks to, `nobody` if that is nobody; and what is wrong, if it goes one way only."""
        heard = self.view["heard_by_caller"] or ""
        if heard == "recorder":
            return "recorder", ""
        if BOTH in heard:
            return self._with_both(heard.split(BOTH))
        hearing = [agent for agent in self.view["agents"] if agent["state"] == "open" and agent["hears"] == "caller"]
        is_silent = heard == "silence" and any(agent["speaks_to_caller"] for agent in hearing)  # it says nothing
        if heard == "agent" or is_silent:
            wrong = "" if hearing else "the caller hears the agent, which does not hear the caller"
            return ("nobody" if wrong else "agent", wrong)
        listeners = [leg for leg in self.view["legs"] if leg["direction"] == "outgoing" and leg["hears"] == "caller"]
        for leg in listeners:
            if leg["label"] == heard:
                return self.legs[leg["id"]], ""
        if heard.startswith("leg:"):
            name = self._leg_named(heard)
            return "nobody", f"the caller hears {name}, who does not hear the caller"
        for name in [*("the agent" for _ in hearing), *(self.legs[leg["id"]] for leg in listeners)]:
            return "nobody", f"{name} hears the caller, who does not hear {name}"
        return "nobody", ""

    def _with_both(self, heard: list[str]) -> tuple[str, str]:
        """In a conference: each of them hears the two others. A target may have been called before, which is over."""
        open_ = [agent["hears"] for agent in self.view["agents"] if agent["state"] == "open"]
        legs = [leg for leg in self.view["legs"] if leg["direction"] == "outgoing" and _is_live(leg)]
        for leg in legs:
            if heard == [leg["label"], "agent"]:
                name = self.legs[leg["id"]]
                if leg["hears"] == f"caller{BOTH}agent" and f"caller{BOTH}{leg['label']}" in open_:
                    return with_both(name), ""
                return "nobody", f"the caller hears {name} and the agent, and not all of them hear each other"
        return "nobody", ""

    @property
    def which_agent(self) -> str:
        """Which of several agents hears the caller, as it was told; empty if it was not."""
        hearing = [agent for agent in self.view["agents"] if agent["state"] == "open" and agent["hears"] == "caller"]
        if not hearing:
            return ""
        told = [hearing[-1]["metadata"], *(one.get("metadata") for one in hearing[-1]["customs"])]
        named = [one["vox_agent"] for one in told if isinstance(one, dict) and "vox_agent" in one]
        return str(named[0]) if named else ""

    def _leg_named(self, label: str) -> str:
        legs = [leg for leg in self.view["legs"] if leg["label"] == label and leg["direction"] == "outgoing"]
        live = [leg for leg in legs if leg["state"] != "TERMINATED"] or legs
        return self.legs.get(live[-1]["id"], label) if live else label

    @property
    def taken_by(self) -> str:
        """Of a call that is placed: the target that has taken it, and is the caller; empty if none has."""
        called = self.legs.get("caller", "")
        connected = {entry["call"] for entry in self.trace if entry["event"] == "connected"}
        return called if any(self.legs.get(call) == called for call in connected) else ""

    @property
    def ringing(self) -> list[str]:
        return [
            self.legs[leg["id"]]
            for leg in self.view["legs"]
            if leg["direction"] == "outgoing" and leg["state"] == "PROGRESSING" and not leg["hanging"]
        ]

    @property
    def recording(self) -> str | None:
        """What becomes of the call's recording now, in the language's word."""
        kept = [each for each in self.view["recorders"] if each["kept"] and each["state"] == "open"]
        if not kept:
            return None
        return "paused" if kept[0]["muted"] else "runs"

    @property
    def rejected(self) -> str | None:
        """What the network was told of the call, in the words of the flow, or as a code."""
        codes = [entry["code"] for entry in self.trace if entry["event"] == "reject" and entry["leg"] == "caller"]
        return {603: "declined", 486: "busy"}.get(codes[0], str(codes[0])) if codes else None

    @property
    def call_list(self) -> str | None:
        """What the call list has heard of the call, in the language's word."""
        heard = [entry for entry in self.trace if entry["event"] == "call_list" and entry["heard"]]
        if not heard:
            return None
        if heard[-1]["what"] == "result":
            return "done"
        said = json.loads(heard[-1]["said"])
        return "error" if isinstance(said, dict) and "error" in said else "retry"

    @property
    def refer(self) -> str | None:
        """To whom the caller was to be handed over, the last time: a target, or the address of nobody of the flow's."""
        asked = [entry["to"] for entry in self.trace if entry["event"] == "transfer_to"]
        if not asked:
            return None
        named = [
            str(entry["which"]) for entry in self.trace if entry["event"] == "step" and entry["step"] == "hand over"
        ]
        known = self.names.targets.get(asked[-1], [asked[-1]])
        return named[-1] if named and named[-1] in known else known[0]

    @property
    def agent(self) -> str:
        return "connected" if any(one["state"] == "open" and one["started"] for one in self.view["agents"]) else "gone"

    @property
    def told(self) -> Told | None:
        """The last thing the agent was told of the call, over its connection or when it was started again."""
        told = tellings(self.trace)
        return told[-1][1] if told else None

    @property
    def reply(self) -> Any:
        """The reply to the last request of the script: its JSON, or its status and text. None if there was no request.
        Once webhooks have answered that were asked for it, what the agent was told then.
        """
        if self.last_reply is None:
            return None
        later = self._reply_later(self.last_reply) if self.last_reply["body"] == PENDING else None
        if later is not None:
            return later
        return replied_in(self.last_reply)

    def _reply_later(self, reply: Told) -> Told | None:
        asked = next((entry for entry in reversed(self.trace) if entry["event"] == "request"), None)
        headers = asked["headers"] if asked is not None else []
        id_ = reply.get("id") or next((each["value"] for each in headers if each["key"].lower() == REQUEST_ID), "")
        for entry in reversed(self.trace):
            parameters = entry.get("parameters") if entry["event"] == "agent_custom" else None
            told = parameters.get("metadata") if isinstance(parameters, dict) else None
            if isinstance(told, dict) and told.get("vox_event") == "reply" and told.get("request_id") == id_:
                told_then: Told = told["reply"]
                return None if told_then.get("pending") else told_then
        return None

    @property
    def refused(self) -> str:
        """The code of the refusal that the reply is; empty if it is none."""
        error = self.reply.get("error") if isinstance(self.reply, dict) else None
        return str(error.get("code", "")) if isinstance(error, dict) else ""

    def posts(self, webhook: str | None = None) -> list[HttpRequest]:
        """The requests to a webhook, or to any, in their order; what was sent again is one."""
        requests = _without_repetitions([entry for entry in self.trace if entry["event"] == "http_request"])
        if webhook is None:
            return requests
        names = self.names.told(self.trace, requests)
        return [request for request, name in zip(requests, names, strict=True) if name == webhook]

    @property
    def posted(self) -> Any:
        """The body of the last request to a webhook; None if there was none."""
        posts = self.posts()
        return body_of(posts[-1]) if posts else None

    def dialled(self, target: str) -> dict[str, Any]:
        """How a target was called the last time, and how often: with the flow's own headers; into which queue."""
        calls = [each for each in self.trace if each["event"] == "dial" and self.legs[each["call"]] == target]
        if not calls:
            return {"count": 0}
        last = calls[-1]
        assert last["event"] == "dial"
        if last["type"] == "queue":
            asked = last.get("how", {})
            skills = [_skill(each) for each in str(asked.get("skills") or "").split("; ") if each]
            found = {"queue": last["number"], "skills": skills, "priority": asked.get("priority")}
            return {**found, "count": len(calls)}
        sent = last.get("headers", {}).items()
        headers = {name: text for name, text in sent if not name.startswith(("X-Flowc-", "VI-"))}
        how = {name: value for name, value in last.get("how", {}).items() if name != "password"}
        if isinstance(push := how.get("push"), int):
            how["push"] = written(push)
        since = self.trace[self.trace.index(last) :]
        digits = [each["digits"] for each in since if each["event"] == "send_digits" and each["leg"] == last["leg"]]
        return {
            "number": last["number"],
            "caller_id": last["callerid"] or None,
            "headers": headers,
            "count": len(calls),
            "digits": "".join(digits) or None,
            **how,
        }

    @property
    def started(self) -> dict[str, Any] | None:
        """What the agent was started with the last time; None if none was."""
        found: dict[str, Any] | None = None
        connecting: dict[str, dict[str, Any]] = {}
        for entry in self.trace:
            if entry["event"] == "agent_connecting":
                connecting[entry["agent"]] = {"agent_id": entry["agent_id"], "version": entry["version"]}
            elif entry["event"] == "agent_start":
                found = {
                    "agent_id": "",
                    "version": None,
                    **connecting.get(entry["agent"], {}),
                    "metadata": metadata_of(entry),
                }
                found["language"] = found["metadata"].get("vox_language")
        return found

    @property
    def told_secrets(self) -> str | None:
        """What of all that leaves the scenario holds a secret, and which; None if nothing does."""
        return telling_a_secret(self.trace, self.names.secrets, self.names.sensitive)

    @property
    def not_released(self) -> list[str]:
        """Who is on the call and was not hung up on, or was left to the end of the session to be dropped."""
        hung_up = {entry["call"] for entry in self.trace if entry["event"] == "hangup"}
        left = [entry["call"] for entry in self.trace if entry["event"] == "dropped"]
        left += [leg["id"] for leg in self.view["legs"] if leg["state"] != "TERMINATED"]
        found = [self.legs.get(call, call) for call in left if call not in hung_up]
        is_dropped = any(entry["event"] == "agent_dropped" for entry in self.trace)
        return [
            *found,
            *(["agent"] if is_dropped or any(one["state"] == "open" for one in self.view["agents"]) else []),
        ]

    @property
    def unheard(self) -> list[str]:
        """What is played and nobody hears, in the words of a timeline."""
        sounds = [one["what"] for one in self.view["players"] if one["state"] == "playing" and not one["heard"]]
        tones = {f"tone:{BEEP}": "a beep"}
        return [
            tones.get(one, "ringback") if one.startswith("tone:") else f'"{one.partition(":")[2]}"' for one in sounds
        ]

    @property
    def longest_silence(self) -> int:
        return longest_silence(self.view)

    @property
    def end(self) -> str:
        """Why the call has ended: `terminate` by the scenario, else the platform's reason; empty while it goes on. A
        session that only tells webhooks still is none.
        """
        if self.view["ended"]:
            return str(self.view["ended"]["reason"])
        if self.view["waiting"]["requests"] and not any(_is_live(leg) for leg in self.view["legs"]):
            return "terminate"
        return "terminate" if any(entry["event"] == "terminate" for entry in self.trace) else ""

    @property
    def logs(self) -> list[str]:
        return logged(self.trace)


PENDING = '{"ok":true,"pending":true}'
REQUEST_ID = "x-flowc-request-id"


def replied_in(reply: Told) -> Any:
    """The JSON of a reply, or its status and text."""
    return _json(reply["body"], {"status": reply["status"], "text": reply["body"]})


def _is_live(leg: LegView) -> bool:
    return leg["state"] != "TERMINATED"


def body_of(request: HttpRequest) -> Any:
    return _json(request["body"], {"text": request["body"]})


def told_of_session(trace: Sequence[TraceEvent], key: str) -> str:
    """What the agent that was started last knows of the session: what it was told of this last, empty if nothing."""
    found = ""
    for entry in trace:
        if entry["event"] not in ("agent_custom", "agent_start"):
            continue
        told = metadata_of(entry).get(key)
        found = told if isinstance(told, str) else "" if entry["event"] == "agent_start" else found
    return found


def tellings(trace: Sequence[TraceEvent]) -> list[tuple[int, Told]]:
    """All that the agent is told of the call, and when, in milliseconds: once, although what it is told at its start is
    repeated right after it. A reply that is repeated, because it may not have arrived, is a reply.
    """
    found: list[tuple[int, Told]] = []
    started: set[str] = set()  # agents that got what they were started with
    for entry in trace:
        if entry["event"] not in ("agent_custom", "agent_start"):
            continue
        parameters = entry.get("parameters")
        metadata = parameters.get("metadata") if isinstance(parameters, dict) else None
        if not isinstance(metadata, dict):
            continue
        told: Any = metadata
        if entry["event"] == "agent_start":
            if entry.get("metadata") == "lost":
                continue
            started.add(entry["agent"])
            told = metadata.get("vox_outcome")
        elif metadata.get("vox_event") == "session":
            told = None if entry["agent"] in started else metadata.get("vox_outcome")
        if isinstance(told, dict) and told.get("vox_event") != "reply":
            found.append((entry["t"], told))
    return found


def _json(text: Any, otherwise: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return otherwise
