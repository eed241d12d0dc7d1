"""What is not as a script expects is found: where, when, what was expected, and what there was instead.

A comment `### expected -> found` names a failure of its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flowc.diagnostics import Problems
from flowc.language.calls.expectations import EXPECT
from flowc.language.shapes import (
    Anything,
    Boolean,
    ByForm,
    ByKey,
    Duration,
    Integer,
    List,
    Names,
    Record,
    Refused,
    Shape,
    Text,
    Variable,
    Word,
)
from flowc.parse.yaml_tree import parse
from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.testing.play.batch import play
from flowc.testing.project import Loaded
from flowc.testing.result import Failure, PlayedCall, Run
from flowc.testing.script.model import Expect
from flowc.testing.script.wording import as_shown, plain
from tests.shown import render_calls
from tests.testing.project import CLINIC, HERE, SCENARIO, Project

FILES = sorted((HERE / "failing").glob("*.yaml"))
PASSING = sorted((HERE / "passing").glob("*.yaml"))


def wanted(text: str) -> set[tuple[int, str, str]]:
    return {
        (number, *comment.strip().split(" -> "))
        for number, line in enumerate(text.splitlines(), start=1)
        for comment in line.split("###")[1:]
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_script_fails(engine: Engine, project: Project, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    run = play(engine, loaded(project, path).files)
    found = {(each.place.span.line, each.expected, each.found) for call in run.calls for each in call.failures}
    assert found == wanted(text)


@pytest.mark.parametrize("path", PASSING, ids=lambda path: path.stem)
def test_a_script_passes(engine: Engine, project: Project, path: Path) -> None:
    run = play(engine, loaded(project, path).files)
    assert [(call.name, call.failures) for call in run.calls if not call.passed] == []


def loaded(project: Project, path: Path) -> Loaded:
    """The scripts of a file, with the flow that it is about. A comment `# scenario: old ==> new` edits what that
    generates: for what no flow does.
    """
    text = path.read_text(encoding="utf-8")
    for name in re.findall("^flow: (.*)$", text, re.MULTILINE):
        if (flow := HERE / "flows" / name).exists():  # the clinic's is there
            project.write(f"flows/{name}", flow.read_text(encoding="utf-8"))
    project.build()
    for old, new in re.findall("^# scenario: (.*) ==> (.*)$", text, re.MULTILINE):
        scenario = "generated/told/told.voxengine.js"
        generated = (project.root / scenario).read_text(encoding="utf-8")
        assert old in generated
        project.write(scenario, generated.replace(old, new))
    project.write(f"flows/{path.stem}.calls.yaml", text)
    found = project.load(f"flows/{path.stem}.calls.yaml", edited="# scenario:" in text)
    assert found.diagnostics == ()
    return found


# Every word of `expect`: a wrong one fails, a right one passes

Way = tuple[str, ...]
NEVER_TRUE = {
    ("posted", "result", "outcome", "nothing"),  # a result has one
}
ANY = "*"  # what is no word of the language: a name, a number, a duration


def words_of(shape: Shape, doc: str = "") -> set[Way]:
    """All that can be expected, as the ways to it: `("agent told", "outcome", "nothing")`."""
    match shape:
        case Variable():
            return words_of(shape.shape, doc)
        case Word():
            return {(word,) for word in shape.words}
        case Boolean():
            return {("true",), ("false",)}
        case Text():
            return {(ANY,), *((word,) for word in _named_in(f"{shape.what} {doc}"))}
        case ByForm():
            ways = (shape.scalar, shape.sequence, shape.mapping)
            return {found for way in ways if way is not None for found in words_of(way, doc)}
        case ByKey():
            return {found for kind in shape.kinds for found in words_of(kind)}
        case Record():
            return {(field.key, *found) for field in shape.fields for found in words_of(field.shape, field.doc)}
        case List() | Names() | Anything() | Duration() | Integer():
            return {(ANY,)}
        case Refused():
            return set()
        case _:
            raise AssertionError(f"{shape}: a shape that `expect` has not had so far")


def _named_in(sentence: str) -> list[str]:
    return re.findall("`([a-z]+)`", sentence)


def said(shape: Shape, data: Any, alone: bool, doc: str = "") -> set[Way]:
    """Those of them that something expects. `alone`: none of a mapping in which several things are."""
    match shape:
        case Variable():
            return said(shape.shape, data, alone, doc)
        case Word():
            return {(data,)}
        case Boolean():
            return {(str(data).lower(),)}
        case Text():
            return {(data if data in _named_in(f"{shape.what} {doc}") else ANY,)}
        case ByForm():
            way = (
                shape.mapping if isinstance(data, dict) else shape.sequence if isinstance(data, list) else shape.scalar
            )
            assert way is not None
            return said(way, data, alone, doc)
        case ByKey():
            kind = next(shape.by_key[key] for key in data)
            assert isinstance(kind, Record)
            return said(kind, data, alone)
        case Record():
            fields = [(shape.by_key[key], value) for key, value in data.items()]
            if alone and len(data) > 1:  # what cannot be left out is there for the rest
                fields = [(one, value) for one, value in fields if not one.required]
                if len(fields) > 1:
                    return set()
            return {(one.key, *found) for one, value in fields for found in said(one.shape, value, alone, one.doc)}
        case _:
            return {(ANY,)}


def all_said(expected: Iterable[str], alone: bool) -> set[Way]:
    """Of expectations as they are written: `caller with: agent`."""
    return {found for each in expected for found in said(EXPECT, yaml.safe_load(f"{{{each}}}"), alone)}


def test_there_is_a_script_that_fails_for_every_word_of_expect() -> None:
    """A word that is missing here needs a line in `failing/` in which it alone is what is wrong."""
    events = ("briefing_events", "events", "handing_events", "hanging_events", "recording_events")
    of_events = (*events, "platform", "until")
    texts = [path.read_text(encoding="utf-8") for path in FILES if path.stem not in of_events]
    expected = [each for text in texts for _, each, _ in wanted(text)]
    assert words_of(EXPECT) - all_said(expected, alone=True) == set()


def test_there_is_a_script_that_passes_for_every_word_of_expect(tmp_path: Path) -> None:
    """A word that is missing here needs a line in `passing/`."""
    expected: list[str] = []
    for path in PASSING:
        for file in loaded(Project(tmp_path / path.stem), path).files:
            events = [event for call in file.calls for step in call.steps for event in step.events]
            expected += [each.written for event in events if isinstance(event, Expect) for each in event.all]
    assert words_of(EXPECT) - all_said(expected, alone=False) == NEVER_TRUE


def played(engine: Engine, project: Project, calls: str) -> PlayedCall:
    project.scripts(calls)
    found = project.load()
    assert found.diagnostics == ()
    [call] = play(engine, found.files).calls
    return call


def lines(project: Project, failure: Failure) -> tuple[str, str]:
    """The lines of the flow and of the scenario that a failure points at."""
    assert failure.flow is not None
    assert failure.generated is not None
    assert failure.generated.path == SCENARIO
    places = (failure.flow, failure.generated)
    texts = [(project.root / place.path).read_text("utf-8").splitlines()[place.span.line - 1] for place in places]
    return texts[0].strip(), texts[1].strip()


def test_a_failure_leads_to_the_fallback_that_decided(engine: Engine, project: Project) -> None:
    call = played(
        engine,
        project,
        """
a call:
- caller: calls
- agent: {asks: call_transfer, with: {department: billing}}
- wait: 4s
- billing: {rings: 2s, then: is busy}
- expect: {caller with: billing}
""",
    )
    [failure] = call.failures
    assert failure.t == 6200
    assert lines(project, failure) == (
        "busy: {return_to_agent: {say: all_busy}}",
        'fallback: { busy: [{ return_to_agent: { say: "all_busy" } }], otherwise: [{ return_to_agent: {} }] },',
    )
    assert call.parties == ("caller", "agent", "billing")
    assert [text for _, text, _ in call.marks] == [
        "caller: calls",
        "agent: {asks: call_transfer, with: {department: billing}}",
        "wait: 4s",
        "billing: {rings: 2s, then: is busy}",
        "expect: {caller with: billing}",
    ]
    assert [call.trace[index]["event"] for index, _, _ in call.marks[1:4]] == ["request", "agent_speaks", "ringing"]


def test_a_target_that_rings_leads_to_its_transfer(engine: Engine, project: Project) -> None:
    steps = "[{caller: calls}, {agent: {asks: call_transfer, with: {department: billing}}}, {wait: 4s}"
    call = played(engine, project, f"a call: {steps}, {{expect: {{ringing: reception}}}}]")
    transfer = "transfer: {by: department, among: {front_desk: [reception, pbx], billing: billing}}"
    assert lines(project, call.failures[0]) == (
        f"- {transfer}",
        'among: { front_desk: ["reception", "pbx"], billing: ["billing"] },',
    )


def test_an_action_that_has_not_begun_is_what_decided(engine: Engine, project: Project) -> None:
    steps = "[{caller: calls}, {agent: {asks: call_transfer, with: {department: billing}}}, {wait: 1s}"
    call = played(engine, project, f"a call: {steps}, {{expect: {{ringing: billing}}}}]")
    assert lines(project, call.failures[0]) == ("call_transfer:", "call_transfer: {")


def test_a_wrong_reply_leads_to_the_action(engine: Engine, project: Project) -> None:
    call = played(
        engine,
        project,
        "a call: [{caller: calls}, {agent: {asks: note, with: {text: x}}}, {expect: {reply: {refused: busy}}}]",
    )
    flow, generated = lines(project, call.failures[0])
    assert flow == "note:"
    assert generated == "note: {"


@pytest.mark.parametrize(
    ("steps", "line", "through"),
    [
        (
            "{agent: {asks: put_through}}, {wait: 2s}, {expect: {posted: {action: note}}}",
            "- notify: hidden",
            (),
        ),
        ("{agent: {asks: note}}, {expect: {posted: {action: note}}}", "do: {notify: hidden}", ()),
        ("{agent: {asks: note}}, {expect: {reply: {ok: true}}}", "do: {notify: hidden}", ()),
        ("{agent: {asks: put_through}}, {wait: 1s}, {expect: {caller hears: {prompt: news}}}", "- transfer: desk", ()),
        (
            "{agent: {asks: put_through}}, {wait: 2s}, {desk: is busy}, {expect: {posted: {action: note}}}",
            "otherwise: [{notify: stored}, return_to_agent]",
            ("put_through: fallback otherwise",),
        ),
    ],
)
def test_what_is_not_possible_leads_to_its_step(
    engine: Engine, project: Project, steps: str, line: str, through: tuple[str, ...]
) -> None:
    """Although others have been carried out since then."""
    flow = (HERE / "flows" / "told_first.yaml").read_text(encoding="utf-8")
    project.write("flows/told_first.yaml", flow)
    project.build()
    account = 'account: {secrets: {KEY: k, HOOK: ""}, storage: {HOOK: "http://hook.example.com/"}}'
    calls = f"calls: {{a call: [{{caller: calls}}, {steps}]}}"
    project.write("flows/told_first.calls.yaml", f"flowc: 1\nflow: told_first.yaml\n{account}\n{calls}\n")
    found = project.load()
    assert found.diagnostics == ()
    [call] = play(engine, found.files).calls
    [failure] = call.failures
    assert failure.flow is not None
    assert failure.generated is not None
    assert flow.splitlines()[failure.flow.span.line - 1].strip() == line
    assert failure.through == through
    shown = render_calls(Run((call,)), "full", sources={})
    name = "stored" if "stored" in line else "hidden"
    is_spoken = "prompt" in steps
    why = "cannot say news, its text is empty" if is_spoken else f"cannot notify {name}, its address is missing"
    assert why in " ".join(shown.split())


@pytest.mark.parametrize(
    ("name", "steps", "line"),
    [
        (
            "told_first",
            "{agent: {asks: put_through}}, {wait: 2s}, {desk: is busy},"
            " {expect: {posted: {to: hidden, action: nothing}}}",
            "- notify: hidden",
        ),
        (
            "reporting",
            "{caller: hangs up}, {wait: 2s}, {expect: {posted: {ended_by: agent}}}",
            "hidden: {url: {secret: HOOK}}",
        ),
    ],
)
def test_what_a_webhook_is_told_leads_to_the_step_that_tells_it(
    engine: Engine, project: Project, name: str, steps: str, line: str
) -> None:
    """Although others have been carried out since then; a report, of which no step tells, to its webhook."""
    flow = (HERE / "flows" / f"{name}.yaml").read_text(encoding="utf-8")
    project.write(f"flows/{name}.yaml", flow)
    project.build()
    hook = '"https://hook.example.com/"'
    storage = f", storage: {{HOOK: {hook}}}" if name == "told_first" else ""
    account = f"account: {{secrets: {{KEY: k, HOOK: {hook}}}{storage}}}"
    calls = f"calls: {{a call: [{{caller: calls}}, {steps}]}}"
    project.write(f"flows/{name}.calls.yaml", f"flowc: 1\nflow: {name}.yaml\n{account}\n{calls}\n")
    found = project.load()
    assert found.diagnostics == ()
    [call] = play(engine, found.files).calls
    [failure] = call.failures
    assert failure.flow is not None
    assert flow.splitlines()[failure.flow.span.line - 1].strip() == line


def test_a_call_with_the_agent_alone_leads_to_the_agent(engine: Engine, project: Project) -> None:
    [failure] = played(engine, project, "a call: [{caller: calls}, {expect: {caller with: nobody}}]").failures
    assert failure.flow is not None
    assert (project.root / failure.flow.path).read_text("utf-8").splitlines()[failure.flow.span.line - 1] == "agent:"
    assert failure.generated is None


def test_what_one_step_fails_with_is_told_together(engine: Engine, project: Project) -> None:
    calls = "a call: [{caller: calls}, {expect: {caller with: nobody, agent: gone}}]"
    call = played(engine, project, calls)
    assert len(call.failures) == 2
    shown = render_calls(Run((call,)), "full", sources={})
    assert (shown.count("  script  "), shown.count("  flow  "), shown.count("found  ")) == (1, 1, 2)
    annotations = render_calls(Run((call,)), "github", sources={}).split("\n")
    [annotation] = [row for row in annotations if row.startswith("::error")]
    assert annotation.count("expected ") == 2


def test_what_the_agent_was_told_is_readable(engine: Engine, project: Project) -> None:
    sentence = " ".join(f"word{number}" for number in range(60))
    project.write("flows/clinic.yaml", CLINIC.replace("Everybody is on another call right now.", sentence))
    project.build()
    calls = """
a call:
- caller: calls
- agent: {asks: call_transfer, with: {department: billing}}
- wait: 4s
- billing: {rings: 2s, then: is busy}
- expect: {caller with: billing}
"""
    shown = render_calls(Run((played(engine, project, calls),)), "full", sources={})
    assert all(f"word{number}" in shown for number in range(60))


def test_a_step_in_a_route_is_found_there(engine: Engine, project: Project) -> None:
    call = played(
        engine,
        project,
        """
a call:
  platform: {agent: refuses}
  steps:
  - caller: calls
  - reception: is busy
  - expect: {caller with: agent}
""",
    )
    assert lines(project, call.failures[0]) == (
        "apologise: [{say: sorry}, hang_up]",
        'apologise: [{ say: "sorry" }, { hang_up: {} }],',
    )


@pytest.mark.parametrize(
    ("platform", "steps", "through"),
    [
        (
            "{agent: connects}",
            "[{caller: calls}, {agent: {asks: emergency}}, {wait: 1s}, {reception: is unreachable},"
            " {billing: is busy}, {reception: is busy}, {expect: {ringing: reception}}]",
            ("emergency: fallback otherwise", "route ring_front_desk: fallback otherwise", "route apologise"),
        ),
        (
            "{agent: refuses}",
            "[{caller: calls}, {expect: {caller hears: agent}}]",
            ("unavailable", "route ring_front_desk"),
        ),
        (
            "{agent: connects}",
            "[{caller: calls}, {agent: {asks: emergency}}, {wait: 1s}, {expect: {ringing: billing}}]",
            (),
        ),
    ],
    ids=["fallbacks", "unavailable", "its own step"],
)
def test_a_failure_tells_which_fallbacks_and_routes_led_there(
    engine: Engine, project: Project, platform: str, steps: str, through: tuple[str, ...]
) -> None:
    call = played(engine, project, f"a call: {{platform: {platform}, steps: {steps}}}")
    assert [failure.through for failure in call.failures] == [through]
    shown = render_calls(Run((call,)), "full", sources={})
    assert (f"through {', '.join(through)}" in " ".join(shown.split())) == bool(through)


_ODD = ("nothing", "yes", "0x1", "12:30", "1e3")
_TEXTS = st.one_of(st.text("ab1 .:-#{}[],\"'*&!|>%@`+?~\\\n", max_size=12), st.sampled_from(_ODD))
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXTS.filter(bool), inner, max_size=3)),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["chosen", "data", "parameters"]), _VALUES, min_size=1))
def test_what_was_found_can_be_pasted_into_a_script(found: dict[str, Any]) -> None:
    """A text is the same text there, a key in quotes, and what is not there `nothing`."""
    node = parse(Source("x.calls.yaml", as_shown(found).encode()), Problems("x.calls.yaml"))
    assert plain(node) == _with_nothing(found)


def _with_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_nothing(each) for name, each in value.items()}
    return [_with_nothing(each) for each in value] if isinstance(value, list) else "nothing" if value is None else value


def test_what_was_found_has_the_keys_of_the_language() -> None:
    told = {found for path in FILES for _, _, found in wanted(path.read_text(encoding="utf-8"))}
    parts = [found.partition(": ") for found in told]
    pasted = [(key, rest) for key, _, rest in parts if rest[:1] == "{" and rest[-1:] == "}"]
    assert {key for key, _ in pasted} >= {"posted", "agent told", "reply", "dialled"}
    for key, rest in pasted:
        shape = EXPECT.by_key[key].shape
        known = shape.mapping if isinstance(shape, ByForm) else shape
        of_one = yaml.safe_load(rest).keys() if isinstance(known, Record | ByKey) else set()
        names = known.every if isinstance(known, ByKey) else known.by_key if isinstance(known, Record) else {}
        assert set(of_one) <= set(names), rest
