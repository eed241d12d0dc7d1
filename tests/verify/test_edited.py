"""What a scenario may not have if copies of its state are to be complete: said of a file, and explored by replay."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from flowc.simulator.engine import Engine
from flowc.verify.report import render
from flowc.verify.result import Bounds, Hidden
from flowc.verify.search import Subject, search
from tests.conftest import ROOT
from tests.scenario.test_features import FRAGMENTS, combined, scenario
from tests.verify.test_oracle import FLOWS
from tests.verify.test_search import EXAMPLE, told

STATES = 60
HANG_UP = "function hangUp(leg) {"


def edited(subject: Subject, *changes: tuple[str, str]) -> Subject:
    text = subject.scenario
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return Subject(subject.flow, text, subject.scenario_path)


# What is added by hand, and what of it a copy would not have.
HIDING: tuple[tuple[str, tuple[str, str], str], ...] = (
    (
        "an arrow function in a callback",
        ("onAgentClosed.bind(null, number)", "() => onAgentClosed(number)"),
        "the function `() => onAgentClosed(number)` is made on the way",
    ),
    (
        "an arrow function that waits",
        ("S[name] = setTimeout(callback, milliseconds);", "S[name] = setTimeout(() => callback(), milliseconds);"),
        "the function `() => callback()` is made on the way",
    ),
    (
        "a variable that a callback counts",
        (
            "  S[name] = setTimeout(callback, milliseconds);",
            "  let n = 0;\n  S[name] = setTimeout(() => { n += 1; callback(); }, milliseconds);",
        ),
        "the function `() => { n += 1; callback(); }` is made on the way",
    ),
    ("a variable", (HANG_UP, f"let n = 0;\n{HANG_UP}\n  n += 1;"), "`n` is a variable of the top level"),
    ("an old variable", (HANG_UP, f"var n = 0;\n{HANG_UP}\n  n += 1;"), "`n` is a variable of the top level"),
    (
        "an object of a class",
        (HANG_UP, f"class Count {{ hit() {{ this.n = 1; }} }}\nconst count = new Count();\n{HANG_UP}\n  count.hit();"),
        "`Count` is a class",
    ),
    (
        "an object of a class in `S`",
        ("S.caller = call;", "S.caller = call;\n  S.asked = new URIError();"),
        "an object of the class URIError",
    ),
    ("a map", (HANG_UP, f"const legs = new Map();\n{HANG_UP}\n  legs.set(leg, 1);"), "`legs` is no plain object"),
    (
        "a table",
        (HANG_UP, f"const counts = {{ n: 0 }};\n{HANG_UP}\n  counts.n += 1;"),
        "`counts` is changed during the call",
    ),
    (
        "a table of a table",
        (HANG_UP, f"const counts = {{ of: [] }};\n{HANG_UP}\n  counts.of.push(1);"),
        "`counts` is changed during the call",
    ),
    (
        "a table where errors are caught",
        ('safely("ring", () => call.ring());', 'safely("ring", () => { FLOW.rings = true; call.ring(); });'),
        "`FLOW` is changed during the call",
    ),
    (
        "a function in a function",
        (HANG_UP, f"const count = (() => {{ let n = 0; return () => (n += 1); }})();\n{HANG_UP}\n  count();"),
        "the function `() => (n += 1)` is made within another function",
    ),
    (
        "a listener in a function",
        (
            "VoxEngine.addEventListener(AppEvents.Started, onStarted);",
            "(function () {\n  let n = 0;\n  VoxEngine.addEventListener(AppEvents.Started, function begins(event) {\n"
            "    n += 1;\n    onStarted(event);\n  });\n})();",
        ),
        "`begins` is made within another function",
    ),
    ("a function's property", (HANG_UP, f"{HANG_UP}\n  hangUp.n = 1;"), "`hangUp` keeps something in `n`"),
    (
        "a generator",
        (HANG_UP, f"const ids = (function* () {{ yield 1; }})();\n{HANG_UP}\n  ids.next();"),
        "a generator stops in the middle, and remembers where",
    ),
)


@pytest.mark.parametrize(("change", "what"), [one[1:] for one in HIDING], ids=[one[0] for one in HIDING])
def test_what_copies_have_not_is_explored_by_replay(
    searcher: Engine, subject: Callable[[Path], Subject], change: tuple[str, str], what: str
) -> None:
    """It is slower, and it is said why, by a name and a line."""
    found = edited(subject(EXAMPLE), change)
    result = search(searcher, found, Bounds(posts=1, states=STATES), oracle=False)
    assert result.hidden is not None
    assert result.hidden.what == what
    assert told(result) == []
    assert not result.exhausted
    if result.hidden.line is not None:
        words = what.split("`")[1].split(" ")[0] if "`" in what else "function*"
        assert words in "\n".join(found.scenario.splitlines()[result.hidden.line - 1 :][:2])
    shown = render(result, {}, 1.0, color=False)
    assert "explored by replay" in shown
    assert what in shown


def test_a_replayed_call_has_its_own_past_and_no_other(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    """In one call two people are rung at most, so that three legs are hung up. Were this counted over all calls that
    are explored, as it is where a variable is not copied, more would be.
    """
    count = f"let hungUp = 0;\n{HANG_UP}\n  hungUp += 1;\n  if (hungUp > 3) S.phase = null.phase;"
    result = search(searcher, edited(subject(EXAMPLE), (HANG_UP, count)), Bounds(posts=1, states=400), oracle=False)
    assert told(result) == []


def test_a_replayed_call_remembers_what_it_should(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    """A fault that shows when something happens a second time in a call is found, by a shortest path."""
    count = "let rung = 0;\nfunction beginRingback() {\n  rung += 1;\n  if (rung > 1) S.phase = null.phase;"
    found = edited(subject(FLOWS / "returning.yaml"), ("function beginRingback() {", count))
    result = search(searcher, found, Bounds(posts=1, states=6000), oracle=False)
    first = result.violations[0]
    assert first.property == "no exception"
    assert [entry["event"] for entry in first.call.trace].count("player") == 1
    assert [entry["event"] for entry in first.call.trace].count("error") == 1  # the path is that of one call
    shown = render(replace(result, violations=(first,) * 5), {}, 1.0, color=False)
    assert "5 kinds of violation, the shortest first" in shown
    assert shown.count("VIOLATED  no exception") == 5
    assert shown.count("the caller calls") == 3  # in which each of them begins
    assert "shown whole: the 3 shortest" in shown


def test_what_is_generated_hides_nothing(searcher: Engine, feature: Callable[[str], Subject]) -> None:
    for name in ("return_to_agent", "sip_headers", "background_notify"):
        result = search(searcher, feature(name), Bounds(posts=1), oracle=False)
        assert result.hidden is None, result.hidden


def test_a_place_that_is_not_known_is_not_made_up(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    found = edited(subject(EXAMPLE), ("S.caller = call;", "S.caller = call;\n  S.asked = new URIError();"))
    result = search(searcher, found, Bounds(posts=0, states=STATES), oracle=False)
    assert result.hidden == Hidden(None, "an object of the class URIError")


# A file in which nothing but its letters is another

UNTOUCHED: tuple[tuple[str, int], ...] = (
    ("call_warning", 1),  # the warning comes again and again while an agent speaks for ever: that ends with the call
    ("no_answer_warned", 1),
    ("call_warning_of_both", 1),
    ("warning_in_a_pause", 1),
    ("message_once", 2),  # two legs to one number: a machine that records, and whoever answers then
    ("unavailable", 1),  # keys that are pressed once an action has left the caller with the agent
    ("taken_once", 1),  # what is said to somebody who has taken the call does not end
    ("together_taken", 1),
)
"""Flows in which a search without merging has found what is not wrong, and how many requests it took."""


@pytest.mark.parametrize(("name", "posts"), UNTOUCHED)
def test_nothing_is_found_where_nothing_is_wrong(
    searcher: Engine, feature: Callable[[str], Subject], name: str, posts: int
) -> None:
    whole = feature(name)
    found = Subject(whole.flow, f"{whole.scenario}\n", whole.scenario_path)
    result = search(searcher, found, Bounds(posts=posts, states=1500))
    assert not result.merged
    assert told(result) == []


KNOWN_PRESS = ("if (number >= 0) S.presses[number]", "if (number > -1) S.presses[number]")


@pytest.mark.parametrize(("name", "states"), [("pressed", 900), ("talking_on", 2200)])
def test_a_press_is_told_apart_in_a_way_of_its_own(
    searcher: Engine, subject: Callable[[Path], Subject], name: str, states: int
) -> None:
    """It is written in another way: nobody knows any more that what the scenario knows of presses decides nothing else.
    A report that comes late leaves nothing else, and that not for long.
    """
    found = edited(subject(FLOWS / f"{name}.yaml"), KNOWN_PRESS)
    result = search(searcher, found, Bounds(posts=1, states=states))
    assert not result.merged
    assert told(result) == []


# What a scenario hands over that was edited may be anything

CUSTOM, START = "client.custom({ metadata: metadata })", "client.start({ metadata: metadata })"
ODD: tuple[tuple[str, str], ...] = (
    *itertools.product((CUSTOM,), ("client.custom([1])", "client.custom({ metadata: [1] })", "client.custom({})")),
    *itertools.product((START,), ("client.start([1])", "client.start({ metadata: 'text' })", "client.start({})")),
    ("  if (done !== null) return done;", "  return done;"),  # which replies with no JSON
)


@pytest.mark.parametrize(("old", "new"), ODD, ids=[one[1].strip() for one in ODD])
def test_whatever_is_handed_over_is_said_to_be_wrong(
    searcher: Engine, feature: Callable[[str], Subject], old: str, new: str
) -> None:
    result = search(searcher, edited(feature("metadata"), (old, new)), Bounds(posts=1, states=STATES))
    assert "does what the flow says" in "\n".join(told(result))
    assert "VIOLATED" in render(result, {}, 1.0, color=False)


# The rules, said of a file


def lint(engine: Engine, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(engine.call("lint", text))
    return found


@pytest.mark.parametrize("names", [*((name,) for name in FRAGMENTS), *itertools.pairwise(FRAGMENTS), tuple(FRAGMENTS)])
def test_what_is_generated_keeps_the_rules(searcher: Engine, names: Sequence[str]) -> None:
    assert lint(searcher, scenario(combined(names))) == []


@pytest.mark.parametrize(
    "path",
    [*(ROOT / "generated").rglob("*.voxengine.js"), *(ROOT / "tests" / "__snapshots__").rglob("*.js")],
    ids=lambda path: path.name,
)
def test_what_was_generated_keeps_the_rules(searcher: Engine, path: Path) -> None:
    assert lint(searcher, path.read_text("utf-8")) == []


AGENT_SILENT = "  if (event.client !== S.agent) return;\n  setAgentSpeaking(false);"
BREAKING: tuple[tuple[str, str, str, str], ...] = (
    (HANG_UP, f"let n = 0;\n{HANG_UP}", "let n", "`n` is a variable of the top level"),
    (HANG_UP, f"class Leg {{}}\n{HANG_UP}", "class Leg", "`Leg` is a class"),
    (HANG_UP, f"async function waits() {{}}\n{HANG_UP}", "async function", "`async` makes a promise that nobody sees"),
    (HANG_UP, f"{HANG_UP}\n  hangUp.n = 1;", "hangUp.n", "`hangUp` keeps something in `n`"),
    (
        "setTimeout(callback, milliseconds)",
        "setTimeout(() => callback(), milliseconds)",
        "setTimeout(",
        "a function without a name is given to `setTimeout`",
    ),
    (
        "onAgentRefused.bind(null, number));",
        "function () {\n  onAgentRefused(number);\n});",
        "connected.then",
        "a function without a name is given to `then`",
    ),
    (
        "call.addEventListener(CallEvents.Failed, onCallerGone);",
        "call.addEventListener(CallEvents.Failed, (event) => onCallerGone(event));",
        "CallEvents.Failed, (",
        "a function without a name is given to `addEventListener`",
    ),
    (
        AGENT_SILENT,
        "\n".join(reversed(AGENT_SILENT.splitlines())),
        "function onAgentSilent",
        "`onAgentSilent` does not begin with whose event it is",
    ),
    (
        "  const attempt = S.live.find((each) => each.leg === event.call);\n"
        '  if (attempt !== undefined) legGone(attempt, attempt.state === "ringing" ? "failed" : "declined", '
        "event.duration);",
        '  legGone(S.live[0], "failed", event.call.duration);',
        "function onLegDisconnected",
        "`onLegDisconnected` does not begin with whose event it is",
    ),
)


@pytest.mark.parametrize(("old", "new", "line", "what"), BREAKING, ids=[one[3] for one in BREAKING])
def test_a_rule_that_is_broken_is_named_with_its_line(
    searcher: Engine, subject: Callable[[Path], Subject], old: str, new: str, line: str, what: str
) -> None:
    text = edited(subject(EXAMPLE), (old, new)).scenario
    (found,) = lint(searcher, text)
    assert found["what"] == what
    assert line in text.splitlines()[found["line"] - 1]
    assert found["instead"]


def test_words_in_texts_are_no_code(searcher: Engine) -> None:
    text = (
        'const S = {};\nconst WORDS = ["let it be", `class ${"async"} and`, /let x = () => 1/];\n// var x; class Y {}\n'
    )
    assert lint(searcher, text) == []
