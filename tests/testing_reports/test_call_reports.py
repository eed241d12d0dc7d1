"""What a person, a program, CI and GitHub get to see of played calls. The snapshots are the pages."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
import time
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from flowc.compiler import compile_flows
from flowc.formats import OF_CALLS, named
from flowc.ir import Flow
from flowc.simulator.engine import Engine
from flowc.simulator.trace import StepTaken
from flowc.source import Source
from flowc.talk.display import happened
from flowc.testing.judge.observation import Names
from flowc.testing.play.batch import play
from flowc.testing.report.canvas import Row, cut, pieces, width_of, wrapped
from flowc.testing.report.happenings import Happening, happenings, parties
from flowc.testing.report.mermaid import diagram
from flowc.testing.report.timeline import NARROWEST, WIDEST, blocks, story, timeline
from flowc.testing.result import PlayedCall, Run
from flowc.testing.script.model import Account, Scenario, Scripts
from flowc.testing.script.parse import outline
from flowc.testing.script.resolve import scripts
from tests.conftest import ROOT
from tests.shown import render_calls as render
from tests.testing_reports import played
from tests.testing_reports.played import FLOW, FLOW_PATH, GENERATED


class Text(SingleFileSnapshotExtension):
    file_extension = "txt"
    _write_mode = WriteMode.TEXT


class Json(Text):
    file_extension = "json"


class Xml(Text):
    file_extension = "xml"


class Mermaid(Text):
    file_extension = "mmd"


RUNTIME = ROOT / "flowc" / "emit" / "voxengine" / "runtime"
FORMATS = [each.name for each in OF_CALLS]
PLAYED: dict[str, Callable[[Engine, str], PlayedCall]] = {
    "busy_then_answered": played.failing,
    "no_agent": played.refused,
    "odd_requests": played.refusals,
    "agent_lost": played.lost,
    "thrown": played.thrown,
    "many_targets": played.many_targets,
    "long": played.long,
}


@pytest.fixture(scope="session")
def scenario() -> str:
    result = compile_flows([Source(FLOW_PATH, FLOW.read_bytes())])
    assert not result.diagnostics
    return next(text for name, text in result.artifacts.items() if name.endswith(".js"))


@pytest.fixture(scope="session")
def sources() -> Mapping[str, str]:
    return {FLOW_PATH: FLOW.read_text("utf-8"), GENERATED: played.GENERATED_TEXT}


@pytest.fixture(scope="session")
def run(engine: Engine, scenario: str) -> Run:
    return played.whole_run(engine, scenario)


@pytest.mark.parametrize("name", PLAYED)
def test_a_timeline(
    engine: Engine, scenario: str, sources: Mapping[str, str], name: str, snapshot: SnapshotAssertion
) -> None:
    call = PLAYED[name](engine, scenario)
    assert render(Run((call,)), "full", sources=sources) == snapshot(extension_class=Text)


@pytest.mark.parametrize("name", PLAYED)
def test_a_diagram(engine: Engine, scenario: str, name: str, snapshot: SnapshotAssertion) -> None:
    call = PLAYED[name](engine, scenario)
    assert "".join(f"{line}\n" for line in diagram(call)) == snapshot(extension_class=Mermaid)


def test_a_whole_run(run: Run, sources: Mapping[str, str], snapshot: SnapshotAssertion) -> None:
    assert render(run, "full", sources=sources, coverage=True) == snapshot(extension_class=Text)


def test_a_trace(run: Run, sources: Mapping[str, str], snapshot: SnapshotAssertion) -> None:
    shown = render(run, "full", sources=sources, trace=True)
    assert re.sub(r'(vox_contract": )"\w+"', r'\1"…"', shown) == snapshot(extension_class=Text)


def test_json(run: Run, sources: Mapping[str, str], snapshot: SnapshotAssertion) -> None:
    assert render(run, "json", sources=sources, coverage=True) == snapshot(extension_class=Json)


def test_junit(run: Run, sources: Mapping[str, str], snapshot: SnapshotAssertion) -> None:
    assert render(run, "junit", sources=sources, coverage=True) == snapshot(extension_class=Xml)


def test_github(run: Run, sources: Mapping[str, str], snapshot: SnapshotAssertion) -> None:
    shown = render(run, "github", sources=sources, coverage=True, annotation_root="voice/")
    assert shown == snapshot(extension_class=Text)


def test_no_step_that_was_not_possible_is_left_out(engine: Engine, scenario: str) -> None:
    """Whatever the scenario says of one is shown, also of a step that is not there yet."""
    runtime = "".join(path.read_text("utf-8") for path in RUNTIME.glob("*.js"))
    kinds = {*re.findall(r'"(cannot \w+)"', runtime), "cannot frobnicate"}
    assert kinds >= {"cannot notify", "cannot ring", "cannot say"}
    call = played.passing(engine, scenario)
    for kind in kinds:
        step: StepTaken = {
            "t": 0,
            "event": "step",
            "way": "end_call",
            "index": 0,
            "step": kind,
            "which": "it, for a reason",
        }
        texts = [each.text for each in happenings(dataclasses.replace(call, trace=(step, *call.trace)))]
        assert f"{kind} it, for a reason" in texts


# What holds for every format


def test_every_format_is_rendered(run: Run, sources: Mapping[str, str]) -> None:
    for style in FORMATS:
        shown = render(run, style, sources=sources)
        assert "pbx rings" in shown
        assert shown.endswith("\n")


@pytest.mark.parametrize("style", FORMATS)
def test_calls_that_pass_are_not_told_one_by_one(engine: Engine, scenario: str, style: str) -> None:
    calls = tuple(played.passing(engine, scenario, f"call {number}") for number in range(3))
    shown = render(Run(calls), style, sources={})
    if not named(style).is_document:
        assert shown == "3 calls passed\n"
    elif style == "junit":
        assert [case.attrib["name"] for case in ET.fromstring(shown).iter("testcase")] == ["call 0", "call 1", "call 2"]
        assert list(ET.fromstring(shown).iter("failure")) == []
    else:
        assert [call["passed"] for call in json.loads(shown)["calls"]] == [True] * 3


def test_a_call_counts_once_in_all_its_variants(run: Run) -> None:
    one = next(call for call in run.calls if call.passed)
    other = dataclasses.replace(one, variant=(("late connected", "true"),))
    shown = render(Run((one, other, other, one)), "full", sources={})
    assert shown.endswith("2 calls passed, in 4 variants\n")
    failing = next(call for call in run.calls if not call.passed)
    broken = dataclasses.replace(other, failures=failing.failures)
    assert render(Run((one, broken, broken)), "full", sources={}).endswith("1 of 1 call failed, in 3 variants\n")


@pytest.mark.parametrize("style", FORMATS)
def test_nothing_was_played(style: str) -> None:
    shown = render(Run(()), style, sources={}, trace=True, mermaid=True, coverage=True)
    if style == "json":
        assert json.loads(shown) == {"version": 1, "passed": True, "calls": [], "coverage": []}
    elif style == "junit":
        assert ET.fromstring(shown).attrib["tests"] == "0"
    else:
        assert "no calls" in shown


def test_a_note_on_calls_that_passed_is_told_once(engine: Engine, scenario: str) -> None:
    call = dataclasses.replace(played.passing(engine, scenario), note=f"{GENERATED} differs from the flow")
    assert render(Run((call, call)), "full", sources={}) == f"note: {GENERATED} differs from the flow\n2 calls passed\n"


@pytest.mark.parametrize("style", FORMATS)
def test_everything_that_is_asked_for_is_there(run: Run, sources: Mapping[str, str], style: str) -> None:
    plain = render(run, style, sources=sources)
    with_all = render(run, style, sources=sources, trace=True, mermaid=True, coverage=True)
    for wanted in ("storage_answer", "sequenceDiagram", "fallback busy"):
        assert wanted in with_all
        assert wanted not in plain


def test_a_diagram_of_each_call_if_none_failed(engine: Engine, scenario: str) -> None:
    calls = (played.passing(engine, scenario, "one"), played.passing(engine, scenario, "two"))
    assert render(Run(calls), "full", sources={}, mermaid=True).count("sequenceDiagram") == 2
    failed = render(Run((*calls, played.lost(engine, scenario))), "full", sources={}, mermaid=True)
    assert failed.count("sequenceDiagram") == 1


def test_colour_adds_nothing_but_colour(run: Run, sources: Mapping[str, str]) -> None:
    for trace in (False, True):
        colored = render(run, "full", color=True, sources=sources, trace=trace, coverage=True)
        assert "\x1b[" in colored
        plain = render(run, "full", sources=sources, trace=trace, coverage=True)
        assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


@pytest.mark.parametrize("style", [each.name for each in OF_CALLS if not each.has_colors])
def test_only_people_see_colours(run: Run, sources: Mapping[str, str], style: str) -> None:
    assert "\x1b" not in render(run, style, color=True, sources=sources)


def test_the_command_for_more_can_be_typed(engine: Engine, scenario: str) -> None:
    call = dataclasses.replace(played.lost(engine, scenario), name="it's \x07 [a: b]")
    [line] = [row for row in render(Run((call,)), "full", sources={}).split("\n") if row.startswith("  more")]
    assert shlex.split(line)[1:] == ["flowc", "test", played.SCRIPT, "-k", "[a: b]", "--trace"]


@pytest.mark.parametrize("width", [0, NARROWEST, 100, WIDEST, 1000])
@pytest.mark.parametrize("name", PLAYED)
def test_a_timeline_keeps_to_the_width(engine: Engine, scenario: str, name: str, width: int) -> None:
    _columns_are_straight(PLAYED[name](engine, scenario), width)


# Whatever the texts are

NASTY = [
    "wide 你好 プロンプト", "cafe\u0301", "\u0301", "\x1b[31m\x07", "a\nb\r\n", "]]>&<", "::error::x", "##[error]x",
    "%%{init}%%", "\ud800",
]  # fmt: skip
MERMAID = r"    (participant p\d as|p\d->>p\d:|Note over p\d(,p\d)?:) (\w|[ .,()/=+'-]|#\d+;)+"
ANY_TEXT = st.text(max_size=40) | st.sampled_from(NASTY)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(ANY_TEXT, min_size=1, max_size=4), data=st.data())
def test_no_text_breaks_a_report(run: Run, texts: list[str], data: st.DataObject) -> None:
    odd = Run(tuple(_with_texts(call, texts) for call in run.calls), run.coverage)
    sources = {played.SCRIPT: "\n".join(texts) + "\n" * 100}
    for style in FORMATS:
        shown = render(odd, style, sources=sources, trace=True, mermaid=True, coverage=True)
        for row in shown.split("\n"):
            assert style == "json" or not _acts_on_a_terminal(row), ascii(row)
        if style == "json":
            assert json.loads(shown)["calls"][1]["name"] == odd.calls[1].name
        if style == "junit":
            assert len(list(ET.fromstring(shown.encode()).iter("testcase"))) == len(odd.calls)
        if style == "github":
            commands = [row for row in shown.split("\n") if row.lstrip().startswith("::")]
            assert all(re.match(r"::(error |group::|endgroup::$)", row) for row in commands)
            assert "##[" not in shown
    for call in odd.calls:
        _columns_are_straight(call, data.draw(st.integers(NARROWEST, WIDEST)))
        for line in list(diagram(call))[1:]:
            assert re.fullmatch(MERMAID, line)


def _acts_on_a_terminal(row: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp") for character in row)


def _with_texts(call: PlayedCall, texts: list[str]) -> PlayedCall:
    """The call with all that people and programs can choose replaced."""
    said = iter(texts * 1000)

    def odd(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: odd(each) for key, each in value.items()}
        return next(said) if isinstance(value, str) else value

    fixed = {"event", "leg", "call", "agent", "t"}
    trace = tuple({key: value if key in fixed else odd(value) for key, value in entry.items()} for entry in call.trace)
    names = [f"{name}{next(said)}" for name in call.parties[2:]]
    legs = tuple((leg, f"{name}{text}") for (leg, name), text in zip(call.legs, texts * 9, strict=False))
    return dataclasses.replace(
        call,
        name=next(said),
        flow=next(said),
        note=next(said),
        trace=trace,
        parties=(*call.parties[:2], *names),
        legs=legs,
        variant=((next(said), next(said)),),
        marks=tuple((index, next(said), place) for index, _, place in call.marks),
        failures=tuple(
            dataclasses.replace(failure, expected=next(said), found=next(said)) for failure in call.failures
        ),
    )


def _columns_are_straight(call: PlayedCall, width: int) -> None:
    """Every arrow to somebody ends in the same place, and the places are in the order of the columns."""
    rows = [_cells(row) for row in timeline(call, False, width)]
    assert max(len(row) for row in rows) <= min(max(width, NARROWEST), WIDEST)
    tips: dict[int, set[int]] = {}
    for item, block in zip(story(call), blocks(call, False, width)[1:], strict=True):
        row = _cells(block[0])
        if isinstance(item, Happening) and item.to is not None:
            pattern = r"(?<=[ -])>(?=[ :|]*$)" if item.to > item.who else r"(?<=[ :|])<-*(?= )"
            arrow = re.search(pattern, row[12:])
            assert arrow, row
            tips.setdefault(min(item.to, 6), set()).add(arrow.end() if item.to > item.who else arrow.start() - 1)
    assert all(len(places) == 1 for places in tips.values()), tips
    assert [tips[column] for column in sorted(tips)] == sorted(tips.values(), key=min)


def _cells(row: str) -> str:
    """One character a cell of the terminal."""
    return "".join("x" * width if width == 2 else shown[0] for shown, width in pieces(row))


@given(text=ANY_TEXT, most=st.integers(3, 30), at=st.integers(0, 20))
@settings(max_examples=200, deadline=None)
def test_a_text_keeps_to_its_place(text: str, most: int, at: int) -> None:
    assert width_of(cut(text, most)) <= most
    row = Row(60)
    after = row.write(at, text, most)
    row.write(59, "|")
    assert after <= at + most
    rows = wrapped(text, most, most + 3)
    assert width_of(rows[0]) <= max(most, 2)
    assert all(width_of(each) <= most + 3 for each in rows)
    shown = "".join(piece for piece, _ in pieces(text))
    assert "".join(rows).replace(" ", "") == shown.replace(" ", "")
    assert width_of(str(row)) == 60
    assert not _acts_on_a_terminal(str(row))


@pytest.mark.parametrize("style", FORMATS)
def test_many_calls_take_no_more_time_than_their_number_explains(
    run: Run, sources: Mapping[str, str], style: str
) -> None:
    """Their script grows with them: eight times the calls are eight times the lines that each is looked up in."""
    failed = next(call for call in run.calls if not call.passed)

    def spent(number: int) -> float:
        grown = dict(sources) | {failed.place.path: "# a line of it\n" * 3000 * number}
        start = time.process_time()
        render(Run((failed,) * number), style, sources=grown)
        return time.process_time() - start

    small = min(spent(20) for _ in range(2))
    assert any(spent(160) < 8 * 3 * max(small, 0.02) for _ in range(3))


TWICE = """flowc: 1
flow: twice
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
prompts: {word: Please call us back.}
targets:
  mobile: {pstn: "+15550100001", caller_id: "+15550100009", machine: {unsure: person, message: word}}
actions:
  find:
    description: Call.
    do: {transfer: {target: mobile, attempts: 2, pause: 1s}, fallback: {otherwise: return_to_agent}}
"""
CALLED_TWICE = """flowc: 1
flow: twice.yaml
account: {secrets: {KEY: any key}}
calls:
  twice:
    - caller: calls
    - agent: {asks: find}
    - wait: {until: {ringing: mobile}}
    - mobile: answers as a machine
    - wait: 1500ms
    - wait: {until: {ringing: mobile}}
    - wait: 10s
    - mobile: is busy
"""


def one_call(engine: Engine, flow: str, calls: str) -> tuple[Flow, PlayedCall]:
    """One call."""
    script = Source("twice.calls.yaml", calls.encode())
    compiled = compile_flows([Source("twice.yaml", flow.encode())])
    read = outline(script)
    found = tuple(scripts(read, compiled.flows[0]))
    assert not [*compiled.diagnostics, *read.problems.found]
    scenario = next(text for path, text in compiled.artifacts.items() if path.endswith(".js"))
    [call] = play(engine, [Scripts(script.path, compiled.flows[0], Scenario("twice.js", scenario), found)]).calls
    return compiled.flows[0], call


def test_two_calls_of_one_target_are_told_apart(engine: Engine) -> None:
    """While a machine is left a message it rings there once more. Both are in one column, whose words say which is
    meant, and whoever has answered is not given up.
    """
    flow, call = one_call(engine, TWICE, CALLED_TWICE)
    column = ("caller", "scenario", "agent", "mobile").index("mobile")
    seen = [each for each in happenings(call) if column in (each.who, each.to)]
    assert [each.text for each in seen] == [
        "calls",
        "answers",
        "sounds like a machine",
        "calls (call 2)",
        "beeps (call 1)",
        'hears "Please call us back." (call 1)',
        "hangs up (call 1)",
        "busy (486) (call 2)",
    ]
    assert [each.present[column] for each in seen] == [":", "|", "|", "|", "|", "|", "|", " "]
    talked = list(happened(flow, Names(flow, Account()), call.trace, 0))
    drawn = "\n".join(diagram(call))
    for each in seen:
        assert any(each.text in line for line in talked), each.text
        assert each.text.replace('"', "#34;") in drawn


PLACED_TWICE = """\
flowc: 1
flow: twice
prompts: {word: Please call us back.}
outbound: {call: {together: [mobile, home], attempts: 2}, answered: hang_up, fallback: {otherwise: hang_up}}
targets:
  mobile: {pstn: "+15550100001", caller_id: "+15550109999", machine: {unsure: person, message: word, model: us}}
  home: {pstn: "+15550100002", caller_id: "+15550109999", voicemail: none}
"""
ANSWERED_MEANWHILE = """\
flowc: 1
flow: twice.yaml
calls:
  home answers while a message is left:
    - outbound: {starts: {}}
    - wait: 1s
    - mobile: answers as a machine
    - wait: 1s
    - home: is busy
    - wait: 1s
    - home: answers
    - wait: 10s
"""


def test_who_is_left_a_message_hears_it_also_where_the_other_call_is_given_up(engine: Engine) -> None:
    _, call = one_call(engine, PLACED_TWICE, ANSWERED_MEANWHILE)
    mobile = [each.text for each in happenings(call) if each.text.endswith(")") and "(call " in each.text]
    assert mobile == [
        "calls (call 2)",
        "gives up (call 2)",
        "beeps (call 1)",
        'hears "Please call us back." (call 1)',
        "hangs up (call 1)",
    ]


LISTENED_TO = """\
flowc: 1
flow: twice.yaml
calls:
  mobile is listened to, and takes it:
    - outbound: {starts: {}}
    - mobile: answers
    - wait: 2s
    - expect: {call: ended}
"""


def test_whoever_has_not_taken_a_placed_call_is_not_the_caller(engine: Engine) -> None:
    """The first of a group answers, and stands in its own column until it is known that nothing of it is a machine."""
    _, call = one_call(engine, PLACED_TWICE, LISTENED_TO)
    names = parties(call)
    told = [(names[each.who], each.text, "".join(each.present)) for each in happenings(call)]
    assert names == ("caller", "scenario", "mobile", "home")
    assert told[2:6] == [
        ("mobile", "answers", " ||:"),
        ("mobile", "sounds like a person", " ||:"),
        ("scenario", "gives up", " ||:"),
        ("scenario", "hangs up", "|| :"),
    ]
