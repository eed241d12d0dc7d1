"""Expectations against what was seen: for each, None, or in a few words what was found instead.

One function a key, in the table `JUDGES`. `wanted` is the plain data of `expected.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flowc.ir import Flow
from flowc.language.calls.events import NOTHING
from flowc.language.durations import milliseconds
from flowc.testing.judge.observation import Observation, body_of
from flowc.testing.script.wording import as_shown, seconds

Verdict = str | None


def caller_hears(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    heard = seen.heard
    if isinstance(wanted, dict) and not isinstance(heard, str):
        if "prompt" in wanted and _is_prompt(wanted, heard):
            return None
        if "target" in wanted and wanted["target"] == heard.get("target"):
            return None
    elif wanted == heard:
        return None
    return f"caller hears {_heard(seen)}"


def _heard(seen: Observation) -> str:
    heard = seen.heard
    return heard if isinstance(heard, str) else _sound(heard)


def _sound(heard: Mapping[str, Any]) -> str:
    [(kind, what)] = heard.items()
    if kind == "target":
        return str(what)
    if kind != "prompt":
        return f"the text {what!r}"
    name, languages = next(iter(what.items()))
    return f"prompt `{name}`" + "".join(f" in {language}" for language in languages[:1] if language)


def _is_prompt(wanted: Mapping[str, Any], heard: Mapping[str, Any]) -> bool:
    """Whether it may be this prompt, in this language, if one is named."""
    languages = heard.get("prompt", {}).get(wanted["prompt"])
    return languages is not None and wanted.get("language", languages[0]) in languages


def caller_with(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    other, wrong = seen.caller_with
    if wanted == other and not wrong:
        return None
    return wrong or f"caller with {other}" + (f", hears {_heard(seen)}" if other == "nobody" else "")


def ringing(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    return None if sorted(wanted) == sorted(seen.ringing) else f"ringing: {', '.join(seen.ringing) or 'nobody'}"


def agent(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    return None if wanted == seen.agent else f"the agent is {seen.agent}"


def agent_told(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    told = readable(seen.told, flow)
    if told is None or wanted == NOTHING:
        return None if wanted == NOTHING and told is None else f"agent told: {_as_named(wanted, told)}"
    return None if _agrees(wanted, told) else f"agent told: {_as_named(wanted, told)}"


def reply(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    found = seen.reply
    if isinstance(found, dict):
        code = found["error"].get("code") if isinstance(found.get("error"), dict) else None
        if "ok" in wanted and found.get("ok") is wanted["ok"]:
            return None
        if "refused" in wanted and code == wanted["refused"]:
            return None
        if "data" in wanted and found.get("ok") is True and _contains(wanted["data"], found.get("data")):
            return None
        if code is not None:
            return f"reply: {{refused: {code}}}: {found['error'].get('message')}"
        if "status" in found:
            return f"no reply, HTTP {found['status']}: the session is over" if found["status"] == 404 else "no reply"
    return f"reply: {as_shown(found)}" if found is not None else "there was no request"


def posted(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    to = wanted.get("to") if isinstance(wanted, dict) else None
    posts = seen.posts(to)
    found = body_of(posts[-1]) if posts else None
    if isinstance(wanted, dict) and wanted.get("count", len(posts)) != len(posts):
        return f"posted: {_times(len(posts))}" + (f" to {to}" if to else "")
    if isinstance(wanted, dict) and wanted.keys() <= {"to", "count"} and "count" in wanted:
        return None
    if found is None or wanted == NOTHING:
        return None if wanted == NOTHING and found is None else f"posted: {_as_named(wanted, found)}"
    if isinstance(wanted, dict):
        sent = {name.lower(): text for name, text in posts[-1]["headers"].items()}
        headers = {name: sent.get(name.lower(), NOTHING) for name in wanted.get("headers", {})}
        if headers != wanted.get("headers", {}):
            return f"posted: {as_shown({'headers': headers})}"
        wanted = {key: value for key, value in wanted.items() if key not in ("to", "count", "headers")}
    if not isinstance(found, dict):
        return f"posted: {as_shown(found)}"
    result = readable(found.get("result"), flow) if isinstance(found.get("result"), dict) else found.get("result")
    found = {**found, "result": result}
    return None if _agrees(wanted, found) else f"posted: {_as_named(wanted, found)}"


def dialled(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    for target, how in wanted.items():
        found = seen.dialled(target)
        if found["count"] == 0 and how.get("count") != 0:
            return f"{target} has not been called"
        if not all(_is_dialled(key, value, found.get(key)) for key, value in how.items()):
            return f"dialled: {{{target}: {_as_named(how, found)}}}"
    return None


def target_hears(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    for target, what in wanted.items():
        heard = seen.heard_by(target)
        if isinstance(what, dict) and not isinstance(heard, str) and _is_prompt(what, heard):
            continue
        if what != heard:
            told = heard if isinstance(heard, str) else _sound(heard)
            return f"{target} hears {told}"
    return None


def _is_dialled(key: str, wanted: Any, found: Any) -> bool:
    if wanted == NOTHING:
        return found is None
    if key == "push" and found is not None:
        return milliseconds(str(wanted)) == milliseconds(str(found))
    return bool(found == wanted) if key == "headers" else _contains(wanted, found)


def agent_started_with(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    found = seen.started
    if found is None or wanted == NOTHING:
        told = "no agent was started" if found is None else f"the agent was started: {found['agent_id']}"
        return None if wanted == NOTHING and found is None else told
    return None if _agrees(wanted, found) else f"agent started with: {as_shown(_part_of(wanted, found))}"


def _part_of(wanted: Any, found: Any) -> Any:
    """What was found, as far as the script has named it."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return {key: _part_of(value, found.get(key)) for key, value in wanted.items()}
    return found


def _times(count: int) -> str:
    return "one request" if count == 1 else f"{count or 'no'} requests"


def longest_silence(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    longest = seen.longest_silence
    return None if longest <= wanted else f"the caller has heard nothing for {seconds(longest)}"


def call(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    if seen.end == "no_calls":
        return "the platform ended the session, 60 s after the last leg was gone"
    found = "ended" if seen.end else "goes on"
    return None if wanted == found else f"the call {'has ended' if seen.end else found}"


def time(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    return None if wanted == seen.now else f"{seconds(seen.now)} since the call came in"


def logged(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    logs = seen.logs
    if any(str(wanted) in line for line in logs):
        return None
    return f"the log ends with {logs[-1]!r}" if logs else "nothing was logged"


def not_logged(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    line = next((line for line in seen.logs if str(wanted) in line), None)
    return None if line is None else f"the log has {line!r}"


def secrets(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    where = seen.told_secrets
    return None if where is None else f"{where} holds a secret, the token or the control URL"


def released(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    left = seen.not_released
    return f"not released: {', '.join(left)}" if left else None


def unheard(wanted: Any, seen: Observation, flow: Flow) -> Verdict:
    found = seen.unheard
    return f"nobody hears {' and '.join(found)}, which goes on" if found else None


JUDGES: Mapping[str, Callable[[Any, Observation, Flow], Verdict]] = {
    "caller hears": caller_hears,
    "caller with": caller_with,
    "ringing": ringing,
    "agent": agent,
    "agent told": agent_told,
    "reply": reply,
    "posted": posted,
    "longest silence": longest_silence,
    "call": call,
    "time": time,
    "logged": logged,
    "not logged": not_logged,
    "secrets": secrets,
    "released": released,
    "unheard": unheard,
    "dialled": dialled,
    "target hears": target_hears,
    "agent started with": agent_started_with,
}


def readable(result: Mapping[str, Any] | None, flow: Flow) -> dict[str, Any] | None:
    """An object of the control protocol in the words of call scripts: prompts by name, attempts by target."""
    if result is None:
        return None
    found = {**result, **({"event": result["vox_event"]} if "vox_event" in result else {})}
    if isinstance(found.get("tried"), list):
        found["tried"] = [{one.get("target"): one.get("outcome")} for one in found["tried"] if isinstance(one, dict)]
    if "vox_language" in found:
        found["language"] = found["vox_language"]
    spoken = [prompt for prompt in flow.prompts if not prompt.text.references]
    versions = ((prompt.name, each) for prompt in spoken for each in prompt.versions if each.sound is None)
    names = [name for name, version in versions if version.text.literal() == found.get("say")]
    return {**found, "say": names[0]} if names else found


def _agrees(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(_matches(key, value, found.get(key)) for key, value in wanted.items())


def _matches(key: str, wanted: Any, found: Any) -> bool:
    if wanted == NOTHING:
        return found is None
    if key == "tried":
        return bool(wanted == found)
    if key == "result":
        return isinstance(found, dict) and _agrees(wanted, found)
    return _contains(wanted, found)


def _contains(wanted: Any, found: Any) -> bool:
    """Whether what is wanted is there; a mapping may have more."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(key in found and _contains(value, found[key]) for key, value in wanted.items())
    return bool(wanted == found) and isinstance(wanted, bool) == isinstance(found, bool)


def _as_named(wanted: Any, found: Any) -> str:
    """What was found, as far as the script has named it; else what matters most."""
    if isinstance(found, dict):
        return as_shown(
            {key: found.get(key) for key in (wanted if isinstance(wanted, dict) else ("action", "outcome"))}
        )
    return as_shown(found)
