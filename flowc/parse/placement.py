"""Where in a flow a key belongs that stands in a mapping which does not know it; and words that are no steps.

Keys and their places come from the grammar. The words are those that people write who know other languages for calls,
or the call scripts of this one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flowc.language.durations import milliseconds
from flowc.language.flow.grammar import ACTION, AGENT, CALL, FLOW, HOURS, OUTBOUND, PARAMETER, WEBHOOK
from flowc.language.flow.steps import (
    BRANCH,
    CHOSEN_TARGETS,
    FALLBACK,
    MENU,
    MESSAGE,
    REPEATED,
    STEP,
    TOGETHER,
    TRANSFER,
)
from flowc.language.flow.targets import QUEUE_TARGET, TARGET
from flowc.language.shapes import (
    Boolean,
    ByForm,
    ByKey,
    ByType,
    Duration,
    Field,
    Integer,
    List,
    Names,
    Number,
    OneKey,
    Record,
    Refused,
    Shape,
    Variable,
    Word,
)
from flowc.nodes import Mapping, Node, Scalar, Sequence
from flowc.suggest import meant_word, nearest, write

_OF_TRANSFERS = "in a `transfer` step"


def _places() -> Iterator[tuple[Record, str]]:
    yield FLOW, "at the top of the file"
    yield AGENT, "in `agent`"
    yield CALL, "in `call`"
    yield ACTION, "in an action"
    yield TRANSFER, _OF_TRANSFERS
    yield CHOSEN_TARGETS, "in a choice: `transfer: {by: …, among: …}`"
    yield REPEATED, "beside a target: `transfer: {target: …, attempts: …}`"
    yield TOGETHER, "in a transfer: `transfer: {together: […], attempts: …}`"
    yield BRANCH, "in a branch: `{by: …, among: …}`"
    yield FALLBACK, "in the `fallback` of a `transfer` step"
    yield HOURS, "in opening hours, under `hours`"
    for parameter in PARAMETER.kinds.values():
        yield parameter, "in a parameter of an action"
    yield OUTBOUND, "in `outbound`"
    yield MESSAGE, "in a `take_message` step"
    yield MENU, "in a `menu` step"
    yield WEBHOOK, "in a webhook, under `webhooks`"
    for target in TARGET.kinds:
        if isinstance(target, Record):
            yield target, "in a target, under `targets`"


def _inside(record: Record, place: str) -> Iterator[tuple[Record, str]]:
    """What stands under the keys of a record, with its own keys."""
    for field in record.fields:
        shape = field.shape.mapping if isinstance(field.shape, ByForm) else field.shape
        if isinstance(shape, Record):
            yield shape, f"under `{field.key}`, {place}"


def _every_place() -> Iterator[tuple[Record, str]]:
    named = tuple(_places())
    known = list(_NAMED)
    yield from named
    for record, place in named:
        for each, where in _inside(record, place):
            if not any(each is other for other in known):
                known.append(each)
                yield each, where


_NAMED = [record for record, _ in _places()]
_PLACES = tuple(_every_place())
_FIELDS: dict[str, dict[str, Field]] = {}  # key -> place -> what it is there
for _record, _place in _PLACES:
    for _field in _record.fields[1:] if _record is REPEATED else _record.fields:  # a target's name is anywhere
        _FIELDS.setdefault(_field.key, {}).setdefault(_place, _field)

_OTHER_WORDS = {
    "prompts": ("texts", "messages", "sentences", "phrases", "says", "announcements"),
    "targets": ("people", "persons", "contacts", "numbers", "phones", "destinations", "extensions"),
    "routes": ("steps", "flows", "menus", "branches", "subroutines", "procedures"),
    "actions": ("tools", "functions", "intents"),
    "inbound": ("incoming", "on_call", "answer", "start", "entry", "before"),
    "outbound": ("outgoing", "dial_out", "outcall", "callout", "campaign"),
    "callers": ("contacts", "allowlist", "blocklist", "whitelist", "blacklist", "lists"),
    "call": ("settings", "config", "options"),
    "flowc": ("version", "flowc_version", "language_version", "schema_version", "apiVersion"),
    "flow": ("name", "id", "title"),
    "agent": ("bot", "assistant"),
    "agent_id": ("id", "agent"),
    "api_key": ("key", "secret", "credentials"),
    "unavailable": ("on_failure", "on_error", "on_unavailable", "fallback", "otherwise", "failed", "offline"),
    "parameters": ("params", "args", "arguments", "inputs", "input", "input_schema", "properties"),
    "description": ("desc", "descr", "summary", "doc", "help", "about", "purpose"),
    "do": ("steps", "run", "then", "script", "execute", "perform", "action", "actions", "body"),
    "secret": ("env", "environment", "env_var", "envvar", "variable", "vault", "from_secret", "secret_name"),
    "pstn": ("phone", "tel", "mobile", "number", "phone_number", "telephone"),
    "sip": ("uri", "sip_uri", "address", "sip_address"),
    "queue": ("acd", "queue_name", "smart_queue", "enqueue", "group", "hunt_group"),
    "wait": ("max_wait", "max_wait_time", "timeout", "queue_timeout", "wait_time"),
    "skills": ("skill", "tags", "competences"),
    "priority": ("prio", "urgency", "weight"),
    "announce": (
        *("announcement", "announcements", "announce_position", "position_announcement", "periodic_announce"),
        *("comfort_message", "queue_position", "position", "say", "tell", "tells"),
    ),
    "every": ("interval", "frequency", "period", "each", "repeat", "announce_frequency", "after", "seconds"),
    "transfer": ("to", "target", "dial_to"),
    "fallback": ("on_failure", "on_error", "else", "failed", "failure", "unanswered", "on_busy", "on_no_answer"),
    "afterwards": ("answered", "connected", "after", "finally", "on_hangup", "on_success", "success"),
    "caller_id": ("from", "callerid", "callerId", "caller", "number", "caller_number"),
    "recording": ("record", "recordings", "call_recording", "record_call", "recorded"),
    "starts": ("start", "when", "begins", "mode", "enabled"),
    "keep": ("retention", "expire", "expires", "ttl", "keep_for", "store"),
    "stereo": ("channels", "dual", "dual_channel", "two_channels"),
    "refer": ("refer_to", "sip_refer", "blind", "blind_transfer", "hand_over", "handover", "transfer_type", "sip_verb"),
    "like": ("extends", "inherits", "same_as", "template", "based_on"),
    "ring": ("timeout", "ring_timeout", "ring_time", "rings"),
    "notify": ("webhook", "url", "to", "send_to", "deliver_to"),
    "within": ("timeout", "wait", "time_limit", "max_wait", "deadline"),
    "limit": ("max", "max_length", "max_seconds", "max_duration", "within", "duration", "length"),
    "quiet": ("silence", "silence_timeout", "max_silence", "pause", "end_silence", "trim"),
    "webhooks": ("hooks", "webhook", "endpoints", "callbacks", "integrations"),
    "url": ("uri", "address", "endpoint", "href", "link", "notify", "target"),
    "headers": ("header", "http_headers"),
    "sign": ("hmac", "signature", "signing_key", "signing_secret", "signing", "hmac_key", "hmac_secret"),
    "together": ("parallel", "simultaneous", "simultaneously", "ring_all", "at_once", "all", "fork"),
    "say": ("text", "prompt", "message", "speak", "sentence"),
    "menu": ("gather", "ivr", "dtmf"),
    "keys": ("hotkeys", "shortcuts", "dtmf", "digits", "keypad", "on_key", "on_dtmf", "escape", "operator"),
    "times": ("retries", "tries", "repeat", "attempts", "reprompts"),
    "attempts": ("retries", "tries", "times", "repeat", "repeats", "max_attempts", "attempt", "retry"),
    "pause": ("wait", "delay", "interval", "between", "backoff", "retry_after", "retry_delay"),
    "idle": ("inactivity", "inactivity_timeout", "idle_timeout", "silence", "silence_timeout", "no_input", "noinput"),
    "after": ("timeout", "limit", "within", "seconds", "silence", "wait"),
    "briefing": ("introduction", "intro", "briefings", "introducing"),
    "language": ("lang", "locale"),
    "languages": ("langs", "locales", "translations", "voices"),
    "by": ("on", "parameter", "switch", "key"),
    "among": ("cases", "choices", "options", "targets", "map", "values"),
    "enum": ("values", "choices", "one_of", "oneOf"),
    "optional": ("nullable",),
    "hours": ("open", "opening_hours", "office_hours", "business_hours", "schedule", "schedules", "availability"),
    "weekly": ("open", "week", "days", "weekdays", "regular", "opening_hours", "hours", "schedule"),
    "dates": ("closed", "holidays", "exceptions", "special", "also_open", "special_days", "overrides", "days_off"),
    "timezone": ("tz", "zone", "time_zone", "timeZone", "location"),
    "busy": ("486", "600", "user_busy", "line_busy", "engaged", "full", "is_full", "queue_full", "is_busy"),
    "no_answer": ("timeout", "timed_out", "480", "408", "no_reply", "not_answered", "unanswered", "ring_timeout"),
    "declined": ("rejected", "refused", "denied", "603", "call_rejected"),
    "unreachable": ("offline", "switched_off", "unavailable", "not_reachable"),
    "invalid": ("404", "484", "wrong_number", "not_found", "unknown_number", "invalid_number"),
    "not_allowed": ("forbidden", "blocked", "402", "403"),
    "cancelled": ("canceled",),
    "failed": ("error", "errors", "failure", "487", "500", "503"),
    "otherwise": (
        "failed",
        "on_failure",
        "on_error",
        "fallback",
        "else",
        "default",
        "any",
        "other",
        "others",
        "_",
        "*",
        "all",
        "rest",
    ),
    "connected": (
        "answered",
        "answer",
        "success",
        "succeeded",
        "ok",
        "200",
        "accepted",
        "picked_up",
        "done",
        "completed",
    ),
}
_MEANT: dict[str, list[str]] = {}
for _key, _words in _OTHER_WORDS.items():
    for _word in _words:
        _MEANT.setdefault(_word, []).append(_key)

_WAIT = (
    "no step waits: how long a target rings is its `ring`, how long the agent may finish its sentence is `last_words` "
    "of `agent`"
)
_TRANSFER = "write `{transfer: TARGET}`"
_QUEUE = "write `{transfer: TARGET}`, with a target that is a queue: `TARGET: {queue: NAME, wait: 10m}`"
_SAY = "write `{say: PROMPT}`"
_SOUND = 'write `{say: PROMPT}`, with a prompt that is a sound file: `prompts: {PROMPT: {play: "https://…"}}`'
_DIGITS = 'digits belong to the target that is sent them: `TARGET: {pstn: …, digits: [2s, "4711"]}`'
_HANG_UP = "write `hang_up`"
_SCRIPT = "what the caller and the agent do stands in a call script; what a flow does is `{say: PROMPT}`, `hang_up`, …"
_MESSAGE = "write `{take_message: {notify: WEBHOOK, otherwise: STEPS}}`"
_RECORDING = "write `{recording: start}`, and `call: {recording: {starts: asked, notify: WEBHOOK}}`"
_PAUSED = "write `{transfer: TARGET, recording: paused}`: it is paused while somebody has the caller"
_CONNECT = "write `{transfer: TARGET}`; whom the agent briefs (`agent: briefs`) it puts through by its tool `connect`"
_REFUSE = "write `hang_up`; a call that nobody has answered is refused in `inbound`, by `{reject: declined}`"
_DECLINE = f"{_REFUSE}; whom the agent briefs (`agent: briefs`) it lets go by its tool `decline`"
_RECORDINGS = {
    **dict.fromkeys(("start", "starts", "on", "begin", "begins", "true", "call", "asked", "always"), _RECORDING),
    **dict.fromkeys(("stop", "stops", "off", "end", "ends", "false", "none"), "write `{recording: stop}`"),
    **dict.fromkeys(("pause", "paused", "pauses"), _PAUSED),
}
"""What `record` says of the recording of a call, and not of a message."""
_RETRY = (
    "ring somebody again with `attempts`: `{transfer: {target: TARGET, attempts: 2, pause: 30s}}`; in `fallback` of "
    "`outbound` a call list is asked for another call by `retry`"
)
_HANDOFF = "write `{transfer: TARGET}` for a person, and `{start_agent: AGENT}` for another agent"
_TO_THE_AGENT = "write `return_to_agent`; where a call begins, in `inbound`, write `start_agent`"
_BRANCH = "write `{by: PARAMETER, among: {VALUE: STEPS, …}}`"
_NO_STEPS = {
    **dict.fromkeys(("wait", "pause", "sleep", "delay"), _WAIT),
    **dict.fromkeys(("call", "dial", "forward", "bridge"), _TRANSFER),
    **dict.fromkeys(("connect", "connects", "put_through"), _CONNECT),
    **dict.fromkeys(("decline", "declines"), _DECLINE),
    **dict.fromkeys(("queue", "enqueue", "enqueue_call", "enter_queue", "acd"), _QUEUE),
    **dict.fromkeys(("handoff", "hand_off", "handover", "hand_over", "escalate", "delegate", "switch_agent"), _HANDOFF),
    **dict.fromkeys(("speak", "tell", "announce", "prompt", "message"), _SAY),
    **dict.fromkeys(("record", "voicemail", "leave_message", "record_message", "mailbox"), _MESSAGE),
    **dict.fromkeys(("start_recording", "record_call", "consent"), _RECORDING),
    **dict.fromkeys(("stop_recording", "no_recording"), "write `{recording: stop}`"),
    **dict.fromkeys(("end", "end_call", "stop", "disconnect", "exit", "terminate"), _HANG_UP),
    **dict.fromkeys(("pause_recording", "recording_paused"), _PAUSED),
    **dict.fromkeys(("block", "refuse", "deny"), _REFUSE),
    **dict.fromkeys(("connect_agent", "begin_agent", "talk_to_agent", "return", "resume"), _TO_THE_AGENT),
    **dict.fromkeys(("try_again", "redial", "call_again", "call_back", "reschedule", "next_attempt", "again"), _RETRY),
    **dict.fromkeys(("goto", "go_to", "jump", "route"), "write the name of the route alone"),
    **dict.fromkeys(("lang", "locale", "set_language", "switch_language"), "write `{language: LANGUAGE}`"),
    **dict.fromkeys(("webhook", "post", "http"), "write `{notify: WEBHOOK}`"),
    **dict.fromkeys(("if", "when", "switch", "case", "branch", "choose", "condition", "decide"), _BRANCH),
    **dict.fromkeys(("caller", "expect"), _SCRIPT),
    **dict.fromkeys(("play", "playback", "play_audio", "play_file", "play_sound", "sound", "audio"), _SOUND),
    **dict.fromkeys(("send_digits", "send_dtmf", "send_keys", "play_dtmf"), _DIGITS),
}


_NEXT = "write a list, one step each: what follows stands next in it"


_NOTHING_NEXT = ("return_to_agent", "start_agent", "reject")


def what_follows(step: Record, there: Collection[str]) -> str:
    """A hint for `then` beside a step: the next one in a list, unless nothing can follow this one there."""
    if step is TRANSFER:
        return "`afterwards` is given already: write it there" if "afterwards" in there else meant_word("afterwards")
    if step is MENU or step is BRANCH:
        return f"each of its `{'keys' if step is MENU else 'among'}` has steps of its own: write it there"
    return "take it out: nothing follows this step" if step.fields[0].key in _NOTHING_NEXT else _NEXT


def belongs(key: str, record: Record, value: Node | None = None) -> str:
    """A hint for a key that a record does not have: where it is possible, or the key that it is another word for.

    Nothing where the record is not one of a flow, or the places are too many to be of help. Of several, those count
    that take such a value.
    """
    if not any(record is each for each in _NAMED):
        return ""
    places = _FIELDS.get(key, {})
    if key in STEP.words or (key in STEP.by_key and places.keys() <= {f"in a `{key}` step"}):
        step = key if key in STEP.words else f"{{{key}: …}}"
        return f"it is a step: `{step}` stands where steps stand, under `do` of an action for example"
    if places:
        return _elsewhere("", places, value)
    others = [each for each in _MEANT.get(key, ()) if each in TRANSFER.by_key]
    if len(others) == 1 and len(_MEANT[key]) == 1:
        return _elsewhere(f"`{others[0]}: …`, ", _FIELDS[others[0]], value)
    if key in _WORDS_OF_TRANSFERS:
        return f"it belongs elsewhere: `{_WORDS_OF_TRANSFERS[key]}: {key}`, {_OF_TRANSFERS}"
    return ""


def may_stand_together(one: str, other: str) -> bool:
    """Whether two keys belong to one mapping somewhere in a flow."""
    return not _FIELDS.get(one, {}).keys().isdisjoint(_FIELDS.get(other, {}))


_MOST_PLACES = 2


def _elsewhere(what: str, places: dict[str, Field], value: Node | None) -> str:
    if len(places) > 1 and value is not None:
        places = {place: field for place, field in places.items() if takes(field.shape, value)} or places
    return f"it belongs elsewhere: {what}{', or '.join(places)}" if len(places) <= _MOST_PLACES else ""


def takes(shape: Shape, value: Node) -> bool:
    """Whether a value is about such as the shape takes: of its form, and of several words one of them."""
    match shape:
        case Variable():
            return takes(shape.shape, value)
        case ByForm():
            forms = ((Scalar, shape.scalar), (Sequence, shape.sequence), (Mapping, shape.mapping))
            return any(form is not None and isinstance(value, kind) and takes(form, value) for kind, form in forms)
        case Record() | ByKey() | ByType() | OneKey() | Names():
            return isinstance(value, Mapping)
        case List():
            return isinstance(value, Sequence)
        case Word():
            return isinstance(value, Scalar) and value.text in shape.words
        case Boolean():
            return isinstance(value, Scalar) and isinstance(value.value, bool)
        case Integer() | Number():
            return isinstance(value, Scalar) and isinstance(value.value, int | float)
        case Duration():
            return isinstance(value, Scalar) and milliseconds(value.text) is not None
        case Refused():
            return False
        case _:
            return True


def _words_of(shape: Shape) -> tuple[str, ...]:
    match shape:
        case Variable():
            return _words_of(shape.shape)
        case ByForm(scalar=scalar) if scalar is not None:
            return _words_of(scalar)
        case Word():
            return shape.words
        case _:
            return ()


_WORDS_OF_TRANSFERS = {word: field.key for field in TRANSFER.fields for word in _words_of(field.shape)}
"""What is written as a key there is hardly anything else anywhere."""


def as_value(name: str, record: Record, there: Collection[str], may_be_misspelt: bool) -> tuple[str, str]:
    """Of a key that is a word which another key of the record, one that is not there, may have as its value: that key
    and the word; or empty.
    """
    keys = {word: field.key for field in record.fields if field.key not in there for word in _words_of(field.shape)}
    misspelt = nearest(name, [*keys, *record.by_key]) if may_be_misspelt and name.isidentifier() else None
    word = name if name in keys else misspelt or ""
    return (keys[word], word) if word in keys and word not in record.by_key else ("", "")


def instead(key: str, value: Node, record: Record) -> tuple[str, str]:
    """What to say, and a hint, of a key that people write with another meaning than the language has; or empty."""
    if (record is TRANSFER or record is OUTBOUND) and key == "machine" and not _are_steps(value):
        what = "a transfer" if record is TRANSFER else "`outbound`"
        return f"`machine` does not belong to {what}: it is a matter of each target", _MACHINE
    if record is OUTBOUND and key in _OF_OUTBOUND:
        return f"unknown key `{key}` in {record.what}", _OF_OUTBOUND[key]
    if record is ACTION and key == "required":
        hint = "every parameter is required, unless it has `optional: true`"
        return f"unknown key `{key}` in {record.what}", hint
    if record is CALL and key in ("language", "lang", "locale"):
        hint = "the language is that of its voice: `voice: NAME`; several are `languages: {en: VOICE, fr: VOICE}`"
        return f"unknown key `{key}` in {record.what}", hint
    if record is TRANSFER and key in _TOGETHER:
        return f"unknown key `{key}` in {record.what}", "write `transfer: {together: [TARGET, TARGET]}`"
    if record is TRANSFER and key in _MUSIC:
        hint = "write `ringing: PROMPT`: that is heard while it rings, and on hold; a sound file is a prompt as well"
        return f"unknown key `{key}` in {record.what}", hint
    if key in _RECORDED and any(record is each for each in TARGET.kinds):
        hint = "it belongs to the transfer that puts the caller through: `{transfer: TARGET, recording: paused}`"
        return f"unknown key `{key}` in {record.what}", hint
    if key == "within" and any(record is each for each in TARGET.kinds):
        hint = "how long it rings is its `ring`; `within` belongs to `accept`, `machine` or a `transfer` step"
        if record is QUEUE_TARGET:
            hint = "how long the caller waits is its `wait`; `within` belongs to a `transfer` step"
        return "a target has no `within`", hint
    return "", ""


def _are_steps(value: Node) -> bool:
    """What follows an outcome, and not what is to be done with a machine."""
    if isinstance(value, Scalar):
        return value.is_text and value.text not in ("none", "off", "person", "machine")
    return not isinstance(value, Mapping) or any(key in STEP.by_key for key in value.entries)


_MACHINE = "it stands there: `TARGET: {…, machine: {unsure: person}}`; the steps that follow stand under `fallback`"
_RECORDED = ("recording", "record", "recorded", "recordings", "call_recording", "record_call")
_DATA = "what a call is started with is its `data`: texts by name, each with `type: string` and a `description`"
_CALLED = "whom it calls is `call: TARGET`, or a list of targets"
_ANSWERED = "what follows where somebody has taken the call stands under `answered`"
_OF_OUTBOUND = {
    **dict.fromkeys(("parameters", "params", "variables", "inputs", "custom_data", "payload", "with"), _DATA),
    **dict.fromkeys(("transfer", "target", "targets", "to", "dial", "numbers", "whom"), _CALLED),
    **dict.fromkeys(("afterwards", "do", "then", "steps", "connected", "on_answer"), _ANSWERED),
    **dict.fromkeys(("retry", "retries"), "write `fallback: {busy: retry, no_answer: retry, otherwise: …}`"),
}
_TOGETHER = ("parallel", "simultaneous", "simultaneously", "at_once", "ring_all", "ringall", "fork", "strategy")
_MUSIC = (
    "music",
    "hold",
    "hold_music",
    "on_hold",
    "music_on_hold",
    "moh",
    "waiting_music",
    "ringback",
    "play",
    "hears",
)


def meant(key: str, possible: Collection[str]) -> str:
    """The key of the language that another word for it stands for; empty if there is none that is possible."""
    return next((found for found in _MEANT.get(key, ()) if found in possible), "")


def no_step(word: str, value: Node | None = None) -> str:
    """A hint for a word, or a few of them, that other languages have for a step, maybe with a value; or empty."""
    if word in ("record", "record_call") and isinstance(value, Scalar) and value.text.lower() in _RECORDINGS:
        return _RECORDINGS[value.text.lower()]
    first = word.strip().partition(" ")[0].lower().replace("-", "_")
    return _NO_STEPS.get(first) or _NO_STEPS.get(first.removesuffix("s"), "")


def of_recording(word: str, possible: Collection[str]) -> str:
    """A hint for a word in place of what is possible with `recording`, in a step or in a transfer; or empty."""
    meant = _RECORDINGS.get(word.lower(), "")
    if "paused" in possible:
        return write("paused") if meant in (_PAUSED, _RECORDINGS["off"]) else ""
    return write("start") if meant == _RECORDING else write("stop") if meant == _RECORDINGS["off"] else meant


def of_a_script(key: str, value: str) -> str:
    """A hint for what the agent does in a call script, or for one that is named as if that were a step; or empty."""
    if key != "agent" or value.strip() in ("", "waits", "stays", "leaves", "briefs", "introduces"):
        return ""
    return _SCRIPT if " " in value.strip() else f"write `{{start_agent: {value.strip()}}}`"
