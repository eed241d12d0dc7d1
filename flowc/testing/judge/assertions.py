"""Expectations against what was seen: for each, None, or in a few words what was found instead.

One function for each class of `script/wanted.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from flowc.ir import Flow
from flowc.language.calls.events import NOTHING
from flowc.language.calls.expectations import CHOSEN, DATA, EXPECT
from flowc.language.shapes import ByForm, List, Record
from flowc.testing.judge.observation import Heard, Observation, body_of
from flowc.testing.script.wanted import (
    Accepted,
    AgentIs,
    AgentStartedWith,
    AgentTold,
    CallerHears,
    CallerWith,
    CallIs,
    CallListIs,
    Dialled,
    Logged,
    LongestSilence,
    Named,
    NothingDone,
    NothingUnheard,
    NotLogged,
    Pending,
    Posted,
    PromptHeard,
    RecordingIs,
    Refer,
    Refused,
    RejectedWith,
    Released,
    Reply,
    Ringing,
    SecretsKept,
    TargetHeard,
    TargetHears,
    Time,
    Wanted,
    WithData,
)
from flowc.testing.script.wording import as_shown, seconds

Verdict = str | None


def verdict_on(wanted: Wanted, seen: Observation, flow: Flow) -> Verdict:
    match wanted:
        case CallerHears():
            return _caller_hears(wanted, seen)
        case CallerWith():
            return _caller_with(wanted, seen)
        case Ringing():
            is_met = sorted(wanted.targets) == sorted(seen.ringing)
            return None if is_met else f"ringing: {_one_or_list(seen.ringing)}"
        case Refer():
            return None if wanted.target == seen.refer else f"refer: {seen.refer or 'nobody'}"
        case RejectedWith():
            return None if wanted.what == seen.rejected else f"rejected: {seen.rejected or NOTHING}"
        case CallListIs():
            return None if wanted.what == seen.call_list else f"call list: {seen.call_list or NOTHING}"
        case RecordingIs():
            return None if wanted.what == seen.recording else f"recording: {seen.recording or NOTHING}"
        case AgentIs():
            return None if wanted.what == seen.agent else f"the agent is {seen.agent}"
        case AgentTold():
            return _agent_told(wanted, seen, flow)
        case Reply():
            return _reply(wanted, seen)
        case Posted():
            return _posted(wanted, seen, flow)
        case LongestSilence():
            longest = seen.longest_silence
            return None if longest <= wanted.ms else f"the caller has heard nothing for {seconds(longest)}"
        case CallIs():
            return _call(wanted, seen)
        case Time():
            return None if wanted.ms == seen.now else f"{seconds(seen.now)} since the call came in"
        case Logged():
            return _logged(wanted, seen)
        case NotLogged():
            line = next((line for line in seen.logs if wanted.text in line), None)
            return None if line is None else f"the log has {line!r}"
        case SecretsKept():
            return seen.told_secrets
        case Released():
            left = seen.not_released
            return f"not released: {', '.join(left)}" if left else None
        case NothingUnheard():
            found = seen.unheard
            return f"nobody hears {' and '.join(found)}, which goes on" if found else None
        case NothingDone():
            return seen.done
        case Dialled():
            return _dialled(wanted, seen)
        case AgentStartedWith():
            return _agent_started_with(wanted, seen)
        case TargetHears():
            return _target_hears(wanted, seen)
        case _:
            assert_never(wanted)


def _one_or_list(targets: list[str]) -> str:
    return as_shown(targets) if len(targets) > 1 else "".join(targets) or "nobody"


def _caller_hears(wanted: CallerHears, seen: Observation) -> Verdict:
    heard = seen.heard
    match wanted.what:
        case PromptHeard():
            is_met = _is_heard(wanted.what, heard, seen)
        case TargetHeard(target=target):
            is_met = not isinstance(heard, str) and target == heard.get("target")
        case str():
            is_met = wanted.what == heard
        case _:
            assert_never(wanted.what)
    is_the_caller = isinstance(wanted.what, TargetHeard) and _is_the_caller(wanted.what.target, seen)
    return None if is_met else f"{is_the_caller or 'caller'} hears {_heard(seen)}"


def _heard(seen: Observation) -> str:
    heard = seen.heard
    return _of_agent(heard, seen) if isinstance(heard, str) else _sound(heard)


def _of_agent(heard: str, seen: Observation) -> str:
    """With what it says, where that is known."""
    said = seen.said_by(heard)
    return heard if isinstance(said, str) else f"{heard}, {_sound(said)}"


def _sound(heard: Mapping[str, Any]) -> str:
    [(kind, what)] = heard.items()
    if kind == "target":
        return str(what)
    if kind != "prompt":
        return f"the text {what!r}"
    name, languages = next(iter(what.items()))
    return f"prompt `{name}`" + "".join(f" in {language}" for language in languages[:1] if language)


def _is_prompt(wanted: PromptHeard, heard: Mapping[str, Any]) -> bool:
    """Whether it may be this prompt, in this language, if one is named."""
    languages = heard.get("prompt", {}).get(wanted.prompt)
    return languages is not None and (wanted.language is None or wanted.language in languages)


def _caller_with(wanted: CallerWith, seen: Observation) -> Verdict:
    other, wrong = seen.caller_with
    if wanted.who == other and not wrong:
        which = seen.which_agent
        return None if wanted.agent in (None, which) else f"caller with {{agent: {which}}}"
    found = wrong or f"caller with {other}" + (f", hears {_heard(seen)}" if other == "nobody" else "")
    is_the_caller = _is_the_caller(wanted.who, seen)
    return f"{is_the_caller[:-1]}: {found}" if is_the_caller else found


def _is_the_caller(target: str, seen: Observation) -> str:
    """Of a call that is placed, whoever has taken it: so is called what the script calls otherwise; else empty."""
    return f"{target}, who is the caller," if target == seen.taken_by else ""


def _agent_told(wanted: AgentTold, seen: Observation, flow: Flow) -> Verdict:
    told = readable(seen.told, flow)
    is_met = told is None if wanted.named is None else told is not None and _agrees(wanted.named, told)
    return None if is_met else f"agent told: {_as_named(wanted.named, told, _TOLD)}"


def _reply(wanted: Reply, seen: Observation) -> Verdict:
    found = seen.reply
    if isinstance(found, dict):
        code = found["error"].get("code") if isinstance(found.get("error"), dict) else None
        if _is_reply(wanted.what, found, code):
            return None
        if code is not None:
            return f"reply: {{refused: {code}}}: {found['error'].get('message')}"
        if "status" in found:
            return f"no reply, HTTP {found['status']}: the session is over" if found["status"] == 404 else "no reply"
    return f"reply: {as_shown(_as_reply(found))}" if found is not None else "there was no request"


def _as_reply(found: Any) -> Any:
    """As a script has it: one of the things that can be said of a reply."""
    if isinstance(found, dict) and found.get("ok") is True:
        return {key: each for key, each in found.items() if key in ("data", "pending")} or {"ok": True}
    return found


def _is_reply(wanted: Accepted | Refused | WithData | Pending, found: dict[str, Any], code: Any) -> bool:
    match wanted:
        case Accepted():
            return found.get("ok") is wanted.ok
        case Refused():
            return bool(code == wanted.code)
        case WithData():
            return found.get("ok") is True and _contains(wanted.data, found.get("data"))
        case Pending():
            return found.get("ok") is True and found.get("pending", False) is wanted.pending
        case _:
            assert_never(wanted)


def _posted(wanted: Posted, seen: Observation, flow: Flow) -> Verdict:
    posts = seen.posts(wanted.to or None)
    found = body_of(posts[-1]) if posts else None
    if wanted.count is not None and wanted.count != len(posts):
        return f"posted: {_times(len(posts))}" + (f" to {wanted.to}" if wanted.to else "")
    named = wanted.named
    if wanted.count is not None and wanted.headers is None and named is not None and not named.facts:
        return None
    if found is None or named is None:
        return None if named is None and found is None else f"posted: {_as_posted(wanted, found, flow)}"
    sent = {name.lower(): text for name, text in posts[-1]["headers"].items()}
    headers = {name: sent.get(name.lower(), NOTHING) for name in wanted.headers or {}}
    if headers != (wanted.headers or {}):
        shown = {name: None if text == NOTHING else text for name, text in headers.items()}
        return f"posted: {as_shown({'headers': shown})}"
    if not isinstance(found, dict):
        return f"posted: {as_shown(found)}"
    found = _in_words(found, flow)
    told = {**found, CHOSEN: found[CHOSEN] or None} if CHOSEN in found else found  # `{}` before the first choice
    return None if _agrees(named, found) or _agrees(named, told) else f"posted: {_as_posted(wanted, told, flow)}"


def _in_words(found: Mapping[str, Any], flow: Flow) -> dict[str, Any]:
    """The body of a request in the words of call scripts."""
    result = readable(found.get("result"), flow) if isinstance(found.get("result"), dict) else found.get("result")
    return {**(readable(found, flow) or {}), "result": result}


def _as_posted(wanted: Posted, found: Any, flow: Flow) -> str:
    if wanted.named is None and isinstance(found, dict):
        return _as_named(None, _in_words(found, flow), _POSTED)
    if wanted.to and wanted.named is not None and isinstance(found, dict):
        facts = {"to": wanted.to, **wanted.named.facts}
        return _as_named(Named(facts), {"to": wanted.to, **found}, _POSTED)
    return _as_named(wanted.named, found, _POSTED)


def _times(count: int) -> str:
    return "one request" if count == 1 else f"{count or 'no'} requests"


def _dialled(wanted: Dialled, seen: Observation) -> Verdict:
    for target, how in wanted.how.items():
        found = seen.dialled(target)
        if found["count"] == 0 and not how.never:
            return f"{target} has not been called"
        if not all(_is_same(value, found.get(key)) for key, value in how.named.facts.items()):
            return f"dialled: {{{target}: {_as_named(how.named, found)}}}"
    return None


def _target_hears(wanted: TargetHears, seen: Observation) -> Verdict:
    for target, what in wanted.what.items():
        heard = seen.heard_by(target)
        if not any(_is_heard(what, each, seen) for each in heard):
            told = (_of_agent(each, seen) if isinstance(each, str) else _sound(each) for each in heard)
            return f"{_is_the_caller(target, seen) or target} hears {' and '.join(told)}"
    return None


def _is_heard(what: str | PromptHeard, heard: Heard, seen: Observation) -> bool:
    if isinstance(what, PromptHeard):
        said = seen.said_by(heard)
        return not isinstance(said, str) and _is_prompt(what, said)
    return what == heard


def _agent_started_with(wanted: AgentStartedWith, seen: Observation) -> Verdict:
    found = seen.started
    if found is None or wanted.named is None:
        told = "no agent was started" if found is None else f"the agent was started: {found['agent_id']}"
        return None if wanted.named is None and found is None else told
    if _agrees(wanted.named, found):
        return None
    return f"agent started with: {as_shown(_part_of(wanted.named.facts, found))}"


def _part_of(wanted: Any, found: Any) -> Any:
    """What was found, as far as the script has named it."""
    if isinstance(wanted, Mapping) and isinstance(found, dict):
        return {key: _part_of(value, found.get(key)) for key, value in wanted.items()}
    return found


def _call(wanted: CallIs, seen: Observation) -> Verdict:
    if seen.end == "no_calls":
        return "the platform ended the session, 60 s after the last leg was gone"
    found = "ended" if seen.end else "goes on"
    return None if wanted.what == found else f"the call {'has ended' if seen.end else found}"


def _logged(wanted: Logged, seen: Observation) -> Verdict:
    logs = seen.logs
    if any(wanted.text in line for line in logs):
        return None
    return f"the log ends with {logs[-1]!r}" if logs else "nothing was logged"


def readable(result: Mapping[str, Any] | None, flow: Flow) -> dict[str, Any] | None:
    """An object of the control protocol in the words of call scripts: prompts by name, attempts by target."""
    if result is None:
        return None
    found = {**result, **({"event": result["vox_event"]} if "vox_event" in result else {})}
    if isinstance(found.get("tried"), list):
        own = [one for one in found["tried"] if isinstance(one, dict) and one.get("target") == found.get("target")]
        found |= next(({"reason": one["reason"]} for one in own if "reason" in one), {})
        found["tried"] = [{one.get("target"): one.get("outcome")} for one in found["tried"] if isinstance(one, dict)]
    if "vox_language" in found:
        found["language"] = found["vox_language"]
    spoken = [prompt for prompt in flow.prompts if not prompt.text.references]
    versions = ((prompt.name, each) for prompt in spoken for each in prompt.versions if each.sound is None)
    names = [name for name, version in versions if version.text.literal() == found.get("say")]
    return {**found, "say": names[0]} if names else found


def _agrees(wanted: Named, found: Any) -> bool:
    return isinstance(found, dict) and all(_matches(each, found.get(key)) for key, each in wanted.facts.items())


def _matches(wanted: Any, found: Any) -> bool:
    if wanted is None:
        return found is None
    return _agrees(wanted, found) if isinstance(wanted, Named) else _contains(wanted, found)


def _contains(wanted: Any, found: Any) -> bool:
    """Whether what is wanted is there; a mapping may have more."""
    if isinstance(wanted, Mapping) and isinstance(found, dict):
        return all(key in found and _contains(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, list | tuple) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_matches, wanted, found))
    return _is_same(wanted, found)


def _is_same(wanted: Any, found: Any) -> bool:
    return bool(wanted == found) and isinstance(wanted, bool) == isinstance(found, bool)


def _as_named(wanted: Named | None, found: Any, known: Record | None = None) -> str:
    """What was found, as far as the script has named it; all that it could have named, where it names nothing. Of what
    is not named, what says most of it: what was chosen, and what the call was started with.
    """
    if not isinstance(found, dict):
        return as_shown(found)
    if wanted is None:
        return as_shown(_nameable(found, known))
    told = {key: each for key in _TOLD_BESIDES if (each := found.get(key)) and key not in wanted.facts}
    return as_shown({key: _nameable_in(found.get(key), known, key) for key in wanted.facts} | told)


_TOLD_BESIDES = (CHOSEN, DATA)


def _nameable(found: Mapping[str, Any], known: Record | None) -> dict[str, Any]:
    """What is there of what a script can name, in the order of the language."""
    keys = found if known is None else known.by_key
    return {key: _nameable_in(each, known, key) for key in keys if (each := found.get(key)) not in (None, {}, [])}


def _nameable_in(found: Any, known: Record | None, key: str) -> Any:
    """A value, without what no script can name in it."""
    shape = known.by_key[key].shape if known is not None and key in known.by_key else None
    if isinstance(shape, List) and isinstance(shape.item, Record) and isinstance(found, list):
        return [_nameable(each, shape.item) if isinstance(each, dict) else each for each in found]
    shape = shape.mapping if isinstance(shape, ByForm) else shape
    return _nameable(found, shape) if isinstance(shape, Record) and isinstance(found, dict) else found


def _record_of(key: str) -> Record:
    """What a script can name under a key of `expect`."""
    shape = EXPECT.by_key[key].shape
    assert isinstance(shape, ByForm)
    assert isinstance(shape.mapping, Record)
    return shape.mapping


_POSTED, _TOLD = _record_of("posted"), _record_of("agent told")
