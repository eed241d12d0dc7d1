"""What the flow says has to be seen of a step, and how that differs from what was seen: a sentence in the flow's
words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from flowc.source import Span
from flowc.verify.oracle.answers import Answer, answer_in
from flowc.verify.oracle.observation import Dialled, Handed, Kept, Logged, Posted, Seen
from flowc.verify.oracle.standing import Standing


class Disagreement(NamedTuple):
    """`about` is what kind of thing it is, `occasion` when it happened; `span` is where the flow says otherwise."""

    about: str
    occasion: str
    told: str
    span: Span | None = None


class Words(NamedTuple):
    """What things are called in the flow: targets by what is dialled, prompts by what is spoken."""

    targets: Mapping[str, str]
    prompts: Mapping[str, str]

    def target(self, number: str) -> str:
        return f"`{self.targets[number]}`" if number in self.targets else number

    def prompt(self, text: str) -> str:
        return f"`{self.prompts[text]}`" if text in self.prompts else f"“{text}”"


class Effects(Struct):
    """What has to be seen. `occasion` is why, as the end of “the flow says that …”. `at` is the step of the flow
    that is carried out, and `spans` the steps for which something has to be seen, by what it is about. `machines` are
    the legs on which a message is spoken, by their ids. `given_up` are those of `hung_up` who did not take the call, in
    their order.
    """

    occasion: str
    at: Span | None = None
    rings: bool = False
    answers: bool = False
    rejects: str = ""
    dials: list[Dialled] = field(default_factory=list)
    hung_up: set[str] = field(default_factory=set)
    given_up: list[str] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    voices: set[str] = field(default_factory=set)
    sent: list[tuple[str, str]] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    left: list[tuple[str, float | None]] = field(default_factory=list)
    records: list[Kept] = field(default_factory=list)
    stops_recording: int = 0
    detections: list[str] = field(default_factory=list)
    connecting: list[tuple[str, str]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    started: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    told_again: list[int] = field(default_factory=list)
    listed: list[tuple[str, str]] = field(default_factory=list)
    reply: frozenset[Answer] | None = None
    looks_up: frozenset[str] | None = None
    may_look_up: frozenset[str] = frozenset()
    reads: set[str] = field(default_factory=set)
    steps: list[Logged] = field(default_factory=list)
    is_over: bool = False
    machines: list[str] = field(default_factory=list)
    spans: dict[str, Span | None] = field(default_factory=dict)

    def speak(self, heard: str, voice: str | None) -> None:
        """`heard` is a text, or the address of a sound file. `voice`: None where the call has one for all."""
        self.spoken.append(heard)
        self.voices.update((voice,) if voice is not None else ())

    def behind(self, first: Effects) -> Effects:
        """The same, where something else has come first at that instant."""
        self.posted[:0] = first.posted
        self.steps[:0] = first.steps
        self.told[:0] = first.told
        return self

    def before(self, last: Effects) -> Effects:
        """The same, where something comes last at that instant that has to do with machines alone, or ends the call."""
        self.posted += last.posted
        self.steps += last.steps
        self.told += last.told
        self.is_over = last.is_over
        return self.beside(last)

    def beside(self, other: Effects) -> Effects:
        """What is said to two machines, and who of them is hung up on, where it is the same instant for both."""
        self.spoken += other.spoken
        self.voices |= other.voices
        self.hung_up |= other.hung_up
        self.machines += other.machines
        return self

    def mark(self, about: str) -> None:
        """What follows is the step's at hand."""
        self.spans[about] = self.at


(
    RUNG,
    HANDED,
    HEARD,
    SENT,
    LEFT,
    RECORDED,
    LISTENED,
    HUNG_UP,
    AGENT,
    TOLD,
    POSTED,
    LISTED,
    REPLY,
    END,
    SETTINGS,
    LOGGED,
) = (
    "who is rung",
    "to whom the caller is handed over",
    "what the caller hears",
    "which digits are sent",
    "who is left a message",
    "what is recorded",
    "whether a voice is listened to",
    "who is hung up on",
    "whether the agent is connected",
    "what the agent is told",
    "what a webhook is told",
    "what the call list is told",
    "what a request is answered",
    "when the call ends",
    "which settings are read",
    "which steps are carried out",
)


def difference(effects: Effects, seen: Seen, words: Words) -> Disagreement | None:
    """The first thing that differs: what people notice comes before what only logs say."""
    if _same(effects, seen):
        return None
    for about, should, does in _differences(effects, seen, words):
        told = f"the flow says that {effects.occasion} {should}; the scenario {does}"
        return Disagreement(about, effects.occasion, told, effects.spans.get(about) or effects.at)
    return None


def _same(effects: Effects, seen: Seen) -> bool:
    """The usual case, without looking for words."""
    return (
        effects.dials == seen.dials
        and effects.spoken == seen.spoken
        and _is_spoken_there(effects, seen)
        and effects.sent == seen.sent
        and effects.handed == seen.handed
        and effects.left == seen.left_on
        and _is_recorded(effects, seen)
        and effects.detections == seen.detections
        and effects.hung_up == set(seen.hung_up)
        and _are_given_up(effects, seen)
        and effects.closed == set(seen.closed)
        and effects.connecting == seen.connecting
        and effects.started == seen.started
        and effects.told == seen.told
        and effects.posted == seen.posted
        and effects.told_again == seen.told_again
        and effects.listed == seen.listed
        and effects.answers == seen.answers
        and effects.rings == seen.rings
        and effects.rejects == seen.rejects
        and effects.is_over == seen.is_over
        and effects.reads <= set(seen.secrets)
        and _as_logged(effects.steps) == _as_logged(seen.steps)
        and _is_answered(effects, seen)
        and _is_looked_up(effects, seen)
    )


def _are_given_up(effects: Effects, seen: Seen) -> bool:
    """In this order, where it is the same instant for several: what became of each is told in it."""
    given_up = effects.given_up
    return len(given_up) < 2 or [leg for leg in seen.hung_up if leg in given_up] == given_up


def _differences(effects: Effects, seen: Seen, words: Words) -> list[tuple[str, str, str]]:
    """Each as what it is about, what should be, and what the scenario does."""
    found = []

    def add(about: str, should: str, does: str) -> None:
        found.append((about, should, does))

    if effects.dials != seen.dials:
        _add_dials(effects.dials, seen.dials, words, found)
    if effects.spoken != seen.spoken:
        add(HEARD, f"the caller hears {_spoken(effects.spoken, words)}", f"plays {_spoken(seen.spoken, words)}")
    elif not _is_spoken_there(effects, seen):
        add(HEARD, f"{_all(effects.machines)} hears its message", "speaks to another")
    if effects.handed != seen.handed:
        should, does = (_handed(each, words) for each in (effects.handed, seen.handed))
        add(HANDED, f"the caller is handed over to {should}", f"asks for {does}")
    if effects.sent != seen.sent:
        add(SENT, f"{_digits(effects.sent, words)} is sent", f"sends {_digits(seen.sent, words)}")
    if effects.left != seen.left_on:
        should, does = (_left(each, words) for each in (effects.left, seen.left_on))
        add(LEFT, f"{should} is left a message", f"waits for the beep of {does}")
    if not _is_recorded(effects, seen):
        add(RECORDED, _recording(effects.records, effects.stops_recording), _records(seen))
    if effects.detections != seen.detections:
        should, does = (" and ".join(each) or "is as it was" for each in (effects.detections, seen.detections))
        add(LISTENED, f"a voice detection {should}", f"has it that it {does}")
    if effects.posted != seen.posted:
        should, does = _unlike(_posts(effects.posted), _posts(seen.posted))
        add(POSTED, f"a webhook is told {should}", f"tells it {does}")
    if effects.told_again != seen.told_again:
        should, does = map(_pauses, (effects.told_again, seen.told_again))
        add(POSTED, f"a webhook is told again after {should}", f"tells it again after {does}")
    if effects.listed != seen.listed:
        should, does = (" and ".join(map(": ".join, each)) or "nothing" for each in (effects.listed, seen.listed))
        add(LISTED, f"the call list is told {should}", f"tells it {does}")
    if effects.told != seen.told or effects.started != seen.started:
        should, does = _unlike(_told([*effects.started, *effects.told]), _told([*seen.started, *seen.told]))
        add(TOLD, f"the agent is told {should}", f"tells it {does}")
    if not _is_answered(effects, seen):
        answers = " or ".join(sorted(map(_answer, effects.reply or ()))) or "nothing"
        add(REPLY, f"the request is answered {answers}", f"answers {', '.join(map(_cut, seen.replies)) or 'nothing'}")
    if effects.hung_up != set(seen.hung_up):
        add(HUNG_UP, f"{_all(effects.hung_up)} is hung up on", f"hangs up on {_all(seen.hung_up)}")
    elif not _are_given_up(effects, seen):
        add(HUNG_UP, f"{' and then '.join(effects.given_up)} is given up", f"gives up {_all(seen.hung_up)}")
    if effects.closed != set(seen.closed):
        add(AGENT, f"{_all(effects.closed)} is disconnected", f"disconnects {_all(seen.closed)}")
    if effects.connecting != seen.connecting:
        add(AGENT, f"{_connected(effects.connecting)} is called", f"calls {_connected(seen.connecting)}")
    if effects.answers != seen.answers or effects.rings != seen.rings:
        does = "answers the caller" if seen.answers else "lets it ring" if seen.rings else "does neither"
        should = "the caller is answered" if effects.answers else "it rings" if effects.rings else "nobody is answered"
        add(END, should, does)
    if effects.rejects != seen.rejects:
        should, does = (f"with {each}" if each else "not" for each in (effects.rejects, seen.rejects))
        add(END, f"the call is rejected {should}", f"rejects it {does}")
    if effects.is_over != seen.is_over:
        add(END, f"the call {'ends' if effects.is_over else 'goes on'}", "goes on" if effects.is_over else "ends it")
    if not effects.reads <= set(seen.secrets) or not _is_looked_up(effects, seen):
        should = _all([*effects.reads, *(effects.looks_up or ())])
        add(SETTINGS, f"{should} is read", f"reads {_all([*seen.secrets, *seen.looked_up])}")
    if not found:
        add(LOGGED, f"{_steps(effects.steps)} is carried out", f"says {_steps(seen.steps)}")
    return found


OF_A_MESSAGE = Kept(is_secure=True, is_stereo=False, keep=None)
"""How the recording of a message is kept."""


def _is_spoken_there(effects: Effects, seen: Seen) -> bool:
    """A message is spoken to its machine, of several with the same words."""
    return all((seen.machines.get(each) or "").startswith("tts:") for each in effects.machines)


def _is_recorded(effects: Effects, seen: Seen) -> bool:
    """The caller is sent to it, and nobody else has what it records."""
    if effects.records == [OF_A_MESSAGE] and seen.hears.get("recorder", "caller") != "caller":
        return False
    return [kept for _, kept in seen.recorders] == effects.records and seen.recorded == effects.stops_recording


def _recording(begun: Sequence[Kept], stopped: int) -> str:
    begins = "begins in stereo" if any(each.is_stereo for each in begun) else "begins"
    told = [
        f"{count} recording{'s' if count > 1 else ''} {what}"
        for count, what in ((len(begun), begins), (stopped, "is stopped"))
        if count
    ]
    return " and ".join(told) or "nothing is recorded, and no recording is stopped"


def _records(seen: Seen) -> str:
    begun = [
        ("" if kept.is_secure else "not secure, ")
        + ("in stereo, " if kept.is_stereo else "")
        + str(seen.hears.get("recorder", "caller"))
        for _, kept in seen.recorders
    ]
    return f"records {' and '.join(begun) or 'nothing'}, and stops {seen.recorded or 'no'} recordings"


def _is_answered(effects: Effects, seen: Seen) -> bool:
    if effects.reply is None:
        return not seen.replies
    return len(seen.replies) == 1 and answer_in(seen.replies[0]) in effects.reply


def _is_looked_up(effects: Effects, seen: Seen) -> bool:
    asked = frozenset(seen.looked_up)
    return asked == effects.looks_up if effects.looks_up is not None else asked <= effects.may_look_up


def _as_logged(steps: Sequence[Logged]) -> Sequence[Logged]:
    """Why something could not be done is for a person."""
    if not any(one.step.startswith("cannot ") for one in steps):
        return steps
    return [one._replace(which=_without_reason(one)) if one.step.startswith("cannot ") else one for one in steps]


def _without_reason(step: Logged) -> str | None:
    return (step.which or "").partition(",")[0]


# Words


def _add_dials(
    should: Sequence[Dialled], does: Sequence[Dialled], words: Words, found: list[tuple[str, str, str]]
) -> None:
    wanted, rung = [one.number for one in should], [one.number for one in does]
    if wanted != rung:
        found.append((RUNG, f"{_targets(wanted, words)} is rung", f"rings {_targets(rung, words)}"))
        return
    for one, other in zip(should, does, strict=True):
        who = words.target(one.number)
        if one.caller_id != other.caller_id:
            shown = f"{who} is shown the caller ID {one.caller_id or 'of the platform'}"
            found.append((RUNG, shown, f"shows {other.caller_id or 'that of the platform'}"))
        elif one.headers != other.headers:
            found.append((RUNG, f"{who} gets the headers {dict(one.headers)}", f"sends {dict(other.headers)}"))
        elif one.how != other.how:
            unlike = sorted({name for name, _ in {*one.how} ^ {*other.how}})
            found.append(
                (RUNG, f"{who} is called with its {' and '.join(unlike)}", "calls it with another, or without")
            )
        elif one.is_passed_on != other.is_passed_on:
            told = "calls it otherwise" if one.is_passed_on else "calls it as one"
            passed_on = "a call that is passed on" if one.is_passed_on else "no call that is passed on"
            found.append((RUNG, f"{who} is called as {passed_on}", told))
        elif one.rings_late != other.rings_late:
            found.append((RUNG, f"{who} is heard to ring, however late", "hears it ring only at once"))
        elif one != other:
            found.append((RUNG, f"{who} is called over {one.kind}", f"calls it over {other.kind}"))


def _pauses(told_again: Sequence[int]) -> str:
    return " and then ".join(f"{each} ms" for each in told_again) or "never"


def _targets(numbers: Sequence[str], words: Words) -> str:
    return " and ".join(words.target(number) for number in numbers) or "nobody"


def _spoken(texts: Sequence[str], words: Words) -> str:
    return " and ".join(words.prompt(text) for text in texts) or "no announcement"


def _digits(sent: Sequence[tuple[str, str]], words: Words) -> str:
    named = (f"{digits} to {words.target(leg.removeprefix('leg:'))}" for leg, digits in sent)
    return " and ".join(named) or "nothing"


def _handed(handed: Sequence[Handed], words: Words) -> str:
    return " and ".join(f"{words.target(each.address)}, {dict(each.headers)}" for each in handed) or "nobody"


def _left(legs: Sequence[tuple[str, float | None]], words: Words) -> str:
    """On whom, and for how long a beep is waited for."""
    told = (f"{words.target(leg.removeprefix('leg:'))} (beep within {for_ms} ms)" for leg, for_ms in legs)
    return " and ".join(told) or "nobody"


def _posts(posts: Sequence[Posted]) -> list[Any]:
    return [
        {
            "method": post.method,
            "to": post.url,
            "headers": dict(post.headers),
            **_value_of(post.body),
            "timeout": f"{post.seconds:g} s",
        }
        for post in posts
    ]


def _told(texts: Sequence[str]) -> list[Any]:
    return [_value_of(text).get("metadata", {}) for text in texts]


def _value_of(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    return value if isinstance(value, dict) else {"body": value}


def _unlike(should: Sequence[Any], does: Sequence[Any]) -> tuple[str, str]:
    """What is not the same on both sides: of values that correspond, the parts that do not."""
    if len(should) != len(does):
        return _whole(should), _whole(does)
    parts = [part for one, other in zip(should, does, strict=True) for part in _parts_unlike("", one, other)]
    told = list(dict.fromkeys(parts))
    return _list(f"{name}: {one}" for name, one, _ in told), _list(f"{name}: {other}" for name, _, other in told)


def _whole(values: Sequence[Any]) -> str:
    return _list(_short(value) for value in values) or "nothing"


def _list(parts: Iterable[str]) -> str:
    return " and ".join(parts)


def _parts_unlike(name: str, one: Any, other: Any) -> Iterator[tuple[str, str, str]]:
    if one == other and isinstance(one, bool) == isinstance(other, bool):
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            yield from _parts_unlike(f"{name}.{key}" if name else key, one.get(key, _MISSING), other.get(key, _MISSING))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (item, its_other) in enumerate(zip(one, other, strict=True), start=1):
            yield from _parts_unlike(f"{name} {number}", item, its_other)
    else:
        yield name, _short(one), _short(other)


_MISSING = object()
_LONGEST = 200


def _short(value: Any) -> str:
    if value is _MISSING:
        return "nothing"
    return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _answer(answer: Answer) -> str:
    later = ", and that the reply is to come" if answer.is_pending else ""
    return f"`{answer.code}`{later}" + (f" with {_cut(answer.data)}" if answer.data else "")


def _connected(agents: Sequence[tuple[str, str]]) -> str:
    return " and ".join(f"agent {name} (version {version})" for name, version in agents) or "no agent"


def _steps(steps: Sequence[Logged]) -> str:
    return ", ".join(f"“{one.way} -> {one.step}{f' {one.which}' if one.which else ''}”" for one in steps) or "nothing"


def _all(names: set[str] | Sequence[str]) -> str:
    return " and ".join(sorted(names)) or "nobody"


Path = tuple[Effects, Standing]
"""What may be seen, and where the call then stands."""
