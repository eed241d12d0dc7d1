"""What the flow says has to be seen of a step, and how that differs from what was seen: a sentence in the flow's
words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from flowc.source import Span
from flowc.verify.oracle.answers import Answer, answer_in
from flowc.verify.oracle.observation import Dialled, Logged, Posted, Seen


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


@dataclass(slots=True)
class Effects:
    """What has to be seen. `occasion` is why, as the end of “the flow says that …”. `at` is the step of the flow
    that is carried out, and `spans` the steps for which something has to be seen, by what it is about.
    """

    occasion: str
    at: Span | None = None
    rings: bool = False
    answers: bool = False
    dials: list[Dialled] = field(default_factory=list)
    hung_up: set[str] = field(default_factory=set)
    spoken: list[str] = field(default_factory=list)
    connecting: list[tuple[str, str]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    started: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    posted: list[Posted] = field(default_factory=list)
    reply: frozenset[Answer] | None = None
    looks_up: frozenset[str] | None = None
    may_look_up: frozenset[str] = frozenset()
    reads: set[str] = field(default_factory=set)
    steps: list[Logged] = field(default_factory=list)
    is_over: bool = False
    spans: dict[str, Span | None] = field(default_factory=dict)

    def mark(self, about: str) -> None:
        """What follows is the step's at hand."""
        self.spans[about] = self.at


RUNG, HEARD, HUNG_UP, AGENT, TOLD, POSTED, REPLY, END, SETTINGS, LOGGED = (
    "who is rung",
    "what the caller hears",
    "who is hung up on",
    "whether the agent is connected",
    "what the agent is told",
    "what a webhook is told",
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
        and effects.hung_up == set(seen.hung_up)
        and effects.closed == set(seen.closed)
        and effects.connecting == seen.connecting
        and effects.started == seen.started
        and effects.told == seen.told
        and effects.posted == seen.posted
        and effects.answers == seen.answers
        and effects.rings == seen.rings
        and effects.is_over == seen.is_over
        and effects.reads <= set(seen.secrets)
        and _as_logged(effects.steps) == _as_logged(seen.steps)
        and _is_answered(effects, seen)
        and _is_looked_up(effects, seen)
    )


def _differences(effects: Effects, seen: Seen, words: Words) -> list[tuple[str, str, str]]:
    """Each as what it is about, what should be, and what the scenario does."""
    found = []

    def add(about: str, should: str, does: str) -> None:
        found.append((about, should, does))

    if effects.dials != seen.dials:
        _add_dials(effects.dials, seen.dials, words, found)
    if effects.spoken != seen.spoken:
        add(HEARD, f"the caller hears {_spoken(effects.spoken, words)}", f"plays {_spoken(seen.spoken, words)}")
    if effects.posted != seen.posted:
        add(POSTED, f"{_posted(effects.posted)} is posted", f"posts {_posted(seen.posted)}")
    if effects.told != seen.told or effects.started != seen.started:
        should, does = _unlike([*effects.started, *effects.told], [*seen.started, *seen.told])
        add(TOLD, f"the agent is told {should}", f"tells it {does}")
    if not _is_answered(effects, seen):
        answers = " or ".join(sorted(map(_answer, effects.reply or ()))) or "nothing"
        add(REPLY, f"the request is answered {answers}", f"answers {', '.join(seen.replies) or 'nothing'}")
    if effects.hung_up != set(seen.hung_up):
        add(HUNG_UP, f"{_all(effects.hung_up)} is hung up on", f"hangs up on {_all(seen.hung_up)}")
    if effects.closed != set(seen.closed):
        add(AGENT, f"{_all(effects.closed)} is disconnected", f"disconnects {_all(seen.closed)}")
    if effects.connecting != seen.connecting:
        add(AGENT, f"{_connected(effects.connecting)} is called", f"calls {_connected(seen.connecting)}")
    if effects.answers != seen.answers or effects.rings != seen.rings:
        does = "answers the caller" if seen.answers else "lets it ring" if seen.rings else "does neither"
        should = "the caller is answered" if effects.answers else "it rings" if effects.rings else "nobody is answered"
        add(END, should, does)
    if effects.is_over != seen.is_over:
        add(END, f"the call {'ends' if effects.is_over else 'goes on'}", "goes on" if effects.is_over else "ends it")
    if not effects.reads <= set(seen.secrets) or not _is_looked_up(effects, seen):
        should = _all([*effects.reads, *(effects.looks_up or ())])
        add(SETTINGS, f"{should} is read", f"reads {_all([*seen.secrets, *seen.looked_up])}")
    if not found:
        add(LOGGED, f"{_steps(effects.steps)} is carried out", f"says {_steps(seen.steps)}")
    return found


def _is_answered(effects: Effects, seen: Seen) -> bool:
    if effects.reply is None:
        return not seen.replies
    return len(seen.replies) == 1 and answer_in(seen.replies[0]) in effects.reply


def _is_looked_up(effects: Effects, seen: Seen) -> bool:
    asked = frozenset(seen.looked_up)
    return asked == effects.looks_up if effects.looks_up is not None else asked <= effects.may_look_up


def _as_logged(steps: Sequence[Logged]) -> Sequence[Logged]:
    """Why a target could not be rung is for a person."""
    if not any(one.step == "cannot ring" for one in steps):
        return steps
    return [
        one._replace(which=(one.which or "").partition(",")[0]) if one.step == "cannot ring" else one for one in steps
    ]


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
        elif one != other:
            found.append((RUNG, f"{who} is called over {one.kind}", f"calls it over {other.kind}"))


def _targets(numbers: Sequence[str], words: Words) -> str:
    return " and ".join(words.target(number) for number in numbers) or "nobody"


def _spoken(texts: Sequence[str], words: Words) -> str:
    return " and ".join(words.prompt(text) for text in texts) or "no announcement"


def _posted(posts: Sequence[Posted]) -> str:
    return " and ".join(f"{body} to {url}" for url, body in posts) or "nothing"


def _unlike(should: Sequence[str], does: Sequence[str]) -> tuple[str, str]:
    """Without what is the same on both sides."""
    one = [text for text in should if text not in does]
    other = [text for text in does if text not in should]
    return " and ".join(one) or "nothing more", " and ".join(other) or "nothing more"


def _answer(answer: Answer) -> str:
    return f"`{answer.code}`" + (f" with {answer.data}" if answer.data else "")


def _connected(agents: Sequence[tuple[str, str]]) -> str:
    return " and ".join(f"agent {name} (version {version})" for name, version in agents) or "no agent"


def _steps(steps: Sequence[Logged]) -> str:
    return ", ".join(f"“{one.way} -> {one.step}{f' {one.which}' if one.which else ''}”" for one in steps) or "nothing"


def _all(names: set[str] | Sequence[str]) -> str:
    return " and ".join(sorted(names)) or "nobody"
