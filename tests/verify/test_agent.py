"""The generated tools, whatever happens around them; and that what explores them would see it if they were wrong."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest

from flowc.cli.app import run
from flowc.compiler import compile_flows
from flowc.emit.line import shared, tools
from flowc.ir import Flow, Step
from flowc.ir.briefing import actions_of_briefings
from flowc.ir.introduction import actions_of_introductions
from flowc.source import Source
from flowc.testing.play.with_tools import sdk
from flowc.testing.play.with_tools.tools import ToolsFailed
from flowc.verify.agent.action import ToolAction
from flowc.verify.agent.choices import Choices, NotRepeatable
from flowc.verify.agent.explore import explore
from flowc.verify.agent.loop import VirtualLoop
from flowc.verify.agent.network import EVERY_FATE
from flowc.verify.agent.program import EDITED, explore_tools
from flowc.verify.agent.result import AgentResult
from flowc.verify.agent.scenario import TOKEN, Accepted, Scenario, refusal
from flowc.verify.agent.situation import SMOOTH, SOME, STANDS_FOR, Situation, situations
from flowc.verify.agent.tools import ToolsText, load
from flowc.verify.agent.watching import Watching
from flowc.verify.agent.wire import Posted
from tests.conftest import ROOT
from tests.verify.agent_mutants import (
    EQUIVALENT,
    MUTANTS,
    OF_BRIEFINGS,
    OF_IDLE,
    OF_INTRODUCTIONS,
    OF_KEYS,
    OF_TURNS,
    Mutant,
)

sdk.load()

SOURCE = Path(__file__).with_name("agent.yaml")
[FLOW] = compile_flows([Source("tests/verify/agent.yaml", SOURCE.read_bytes())]).flows
ACTIONS = [ToolAction.of(FLOW, action) for action in FLOW.actions]
EVERYTHING = list(situations(ACTIONS))
ENOUGH = 100_000  # never reached


def generated(flow: Flow = FLOW) -> ToolsText:
    path, text = tools.emit(flow)
    return ToolsText(path, text, tools.class_name(flow.name), shared.FILE, shared.text(), shared.MODULE)


def named(of: str, part: str) -> list[Situation]:
    found = [each for each in EVERYTHING if each.name.startswith(of) and part in each.name]
    assert found
    return found


def test_a_thorough_exploration_has_an_end() -> None:
    """Whatever may happen at every turn of the loop is not multiplied with what becomes of several requests: that would
    be some ten thousand runs of each situation.
    """
    briefed = [ToolAction.of(FLOW, action) for action in actions_of_briefings(FLOW)]
    tried = list(situations([*ACTIONS, *briefed], thorough=True, is_watched=True, has_idle=True, has_keys=True))
    assert len({each.name for each in tried}) == len(tried)
    assert len(tried) > len(EVERYTHING)
    for each in tried:
        if each.moves and each.at_every_turn:
            assert math.prod(map(len, each.fates)) <= len(EVERY_FATE), each.name


@pytest.mark.parametrize(
    ("tried", "least"),
    [
        (named("lookup, ", "whatever becomes of its requests")[:1], 120),
        (named("goodbye, ", "interrupted anywhere")[:1], 150),
        (named("slots, ", "interrupted anywhere, whenever"), 100),
        (named("slots, ", "whenever its webhook answers, and whatever"), 200),
        (named("lookup, ", "wherever the control data"), 60),
        (named("transfer, ", "though its end was not told"), 24),
        (named("transfer, ", "whatever it comes to"), 12),
        (named("lookup, ", "told of another"), 13),
        (named("lookup, ", "not as declared"), 1),
        (named("lookup, ", "raises an exception"), 1),
        (named("transfer and lookup", "in one turn"), 60),
        (named("transfer while goodbye runs", ""), 100),
    ],
    ids=lambda value: value[0].name if isinstance(value, list) else "",
)
def test_every_run_keeps_every_promise(tried: list[Situation], least: int) -> None:
    result = explore(load(generated()), ACTIONS, tried, most_runs=ENOUGH)
    assert result.violations == ()
    assert result.is_exhausted
    assert result.runs >= least  # a space that has become small proves little


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_bug_is_found(mutant: Mutant) -> None:
    tried = named(f"{mutant.of}, ", mutant.tried)
    if mutant.smooth:
        tried = [replace(each, fates=()) for each in tried]
    if not mutant.anywhere:
        tried = [replace(each, at_every_turn=False) for each in tried]
    result = explore(load(broken(mutant)), ACTIONS, tried, most_runs=ENOUGH, is_enough=lambda so_far: True)
    assert result.violations


@pytest.mark.parametrize("mutant", EQUIVALENT, ids=lambda mutant: mutant.name)
def test_a_bug_that_cannot_be_found_is_argued_for(mutant: Mutant) -> None:
    assert mutant.of.endswith(".")
    tried = [
        replace(named("note, ", "whatever becomes")[0], fates=(EVERY_FATE,)),
        replace(named("note, ", "interrupted anywhere")[0], at_every_turn=False),
    ]
    result = explore(load(broken(mutant)), ACTIONS, tried, most_runs=ENOUGH)
    assert result.violations == ()


def broken(mutant: Mutant) -> ToolsText:
    text = generated()
    assert text.shared_text.count(mutant.old) == 1
    return replace(text, shared_text=text.shared_text.replace(mutant.old, mutant.new))


[WATCHED] = compile_flows(
    [Source("tests/verify/watched.yaml", Path(__file__).with_name("watched.yaml").read_bytes())]
).flows
OF_WATCHED = [ToolAction.of(WATCHED, action) for action in WATCHED.actions]


def unanswered(part: str) -> list[Situation]:
    """In which the model goes wrong."""
    found = [each for each in situations(OF_WATCHED, is_watched=True) if each.answers and part in each.name]
    assert found
    return found


@pytest.mark.parametrize(
    ("part", "least"), [("whatever the network does", 20), ("a caller who speaks", 100), ("transfer, with", 20)]
)
def test_a_model_that_does_not_answer_is_made_up_for(part: str, least: int) -> None:
    tried = [replace(each, answers=each.answers[:2]) for each in unanswered(part)]
    text = load(generated(WATCHED))
    result = explore(text, OF_WATCHED, tried, most_runs=ENOUGH, watching=Watching.of(WATCHED, WATCHED.agent))
    assert result.violations == ()
    assert result.is_exhausted
    assert result.runs >= least


def test_tools_that_are_watched_are_interrupted_like_any() -> None:
    name = "transfer, interrupted anywhere, whatever becomes of its first request"
    [tried] = [replace(each, fates=(SOME[:2],)) for each in situations(OF_WATCHED) if each.name == name]
    watching = Watching.of(WATCHED, WATCHED.agent)
    result = explore(load(generated(WATCHED)), OF_WATCHED, [tried], most_runs=ENOUGH, watching=watching)
    assert result.violations == ()


@pytest.mark.parametrize(
    ("part", "least"), [("again and again", 40), ("transfer, when", 50), ("lookup, when", 80), ("goodbye, when", 50)]
)
def test_an_agent_is_asked_to_speak_up_whatever_else_happens(part: str, least: int) -> None:
    """A request that is under way is neither lost nor doubled by that."""
    tried = [each for each in situations(ACTIONS, has_idle=True) if "nobody says anything" in each.name]
    tried = [replace(each, follows=each.follows[:1]) for each in tried if part in each.name]
    result = explore(load(generated()), ACTIONS, tried, most_runs=ENOUGH)
    assert result.violations == ()
    assert result.is_exhausted
    assert result.runs >= least


@pytest.mark.parametrize("mutant", OF_IDLE, ids=lambda mutant: mutant.name)
def test_a_bug_in_speaking_up_is_found(mutant: Mutant) -> None:
    tried = [each for each in situations(ACTIONS, has_idle=True) if "nobody says anything" in each.name]
    tried = [each for each in tried if mutant.tried in each.name]
    result = explore(load(broken(mutant)), ACTIONS, tried, most_runs=ENOUGH, is_enough=lambda so_far: True)
    assert result.violations


@pytest.mark.parametrize("mutant", OF_TURNS, ids=lambda mutant: mutant.name)
def test_a_bug_in_watching_the_model_is_found(mutant: Mutant) -> None:
    text, watching = generated(WATCHED), Watching.of(WATCHED, WATCHED.agent)
    assert text.shared_text.count(mutant.old) == 1
    wrong = replace(text, shared_text=text.shared_text.replace(mutant.old, mutant.new))
    tried = [replace(each, answers=each.answers[:3]) for each in unanswered(mutant.tried)]
    result = explore(
        load(wrong), OF_WATCHED, tried, most_runs=ENOUGH, is_enough=lambda so_far: True, watching=watching
    )
    assert result.violations


[KEYED] = compile_flows(
    [Source("tests/verify/keyed.yaml", Path(__file__).with_name("keyed.yaml").read_bytes())]
).flows
OF_KEYED = [ToolAction.of(KEYED, action) for action in KEYED.actions]
LED_ON = [each for each in situations(OF_KEYED, has_keys=True) if "leaves with a key" in each.name]
LED_ON = [replace(each, fates=((SMOOTH,),)) for each in LED_ON]


def test_a_caller_who_leaves_with_a_key_is_left_alone() -> None:
    result = explore(load(generated(KEYED)), OF_KEYED, LED_ON, most_runs=ENOUGH)
    assert result.violations == ()
    assert result.is_exhausted
    assert result.runs >= 60


@pytest.mark.parametrize("mutant", OF_KEYS, ids=lambda mutant: mutant.name)
def test_a_bug_with_a_key_is_found(mutant: Mutant) -> None:
    text = generated(KEYED)
    assert text.shared_text.count(mutant.old) == 1
    wrong = replace(text, shared_text=text.shared_text.replace(mutant.old, mutant.new))
    assert explore(load(wrong), OF_KEYED, LED_ON, most_runs=ENOUGH, is_enough=lambda so_far: True).violations


[BRIEFED] = compile_flows(
    [Source("tests/verify/briefed.yaml", Path(__file__).with_name("briefed.yaml").read_bytes())]
).flows
OF_BRIEFED = [ToolAction.of(BRIEFED, action) for action in (*BRIEFED.actions, *actions_of_briefings(BRIEFED))]
WHILE_BRIEFED = [each for each in situations(OF_BRIEFED, is_watched=True) if ", then " in each.name]
WHILE_BRIEFED += [each for each in situations(OF_BRIEFED, is_watched=True) if "in the briefing" in each.name]
WHILE_BRIEFED += [each for each in situations(OF_BRIEFED) if "then a briefing" in each.name]


@pytest.mark.parametrize(
    ("part", "least"),
    [
        ("connect, whatever becomes of its requests", 30),
        ("decline, interrupted at every instant", 120),
        ("connect, asked for twice", 60),
        ("decline, and what is for the caller", 15),
        ("goes wrong in the briefing", 20),
        ("slots runs, then a briefing", 40),
    ],
)
def test_a_briefing_keeps_every_promise(part: str, least: int) -> None:
    tried = [each for each in WHILE_BRIEFED if part in each.name]
    watching = Watching.of(BRIEFED, BRIEFED.agent)
    result = explore(load(generated(BRIEFED)), OF_BRIEFED, tried, most_runs=ENOUGH, watching=watching)
    assert result.violations == ()
    assert result.is_exhausted
    assert result.runs >= least


@pytest.mark.parametrize("mutant", OF_BRIEFINGS, ids=lambda mutant: mutant.name)
def test_a_bug_in_a_briefing_is_found(mutant: Mutant) -> None:
    text, watching = generated(BRIEFED), Watching.of(BRIEFED, BRIEFED.agent)
    assert text.shared_text.count(mutant.old) == 1
    wrong = replace(text, shared_text=text.shared_text.replace(mutant.old, mutant.new))
    tried = [each for each in WHILE_BRIEFED if mutant.tried in each.name]
    result = explore(
        load(wrong), OF_BRIEFED, tried, most_runs=ENOUGH, is_enough=lambda so_far: True, watching=watching
    )
    assert result.violations


[INTRODUCED] = compile_flows(
    [Source("tests/verify/introduced.yaml", Path(__file__).with_name("introduced.yaml").read_bytes())]
).flows
OF_INTRODUCED = [
    ToolAction.of(INTRODUCED, action) for action in (*INTRODUCED.actions, *actions_of_introductions(INTRODUCED))
]
WHILE_INTRODUCED = [
    each
    for each in situations(OF_INTRODUCED, is_watched=True, is_stopped=True)
    if ", then " in each.name or "while it rings" in each.name
]


@pytest.mark.parametrize(
    ("part", "least"),
    [
        ("leave, whatever becomes of its requests", 60),
        ("cancel, interrupted at every instant", 100),
        ("cancel, and what takes the call meanwhile", 10),
        ("cancel, and a caller who stops the ringing with a key", 150),
        ("note while it rings", 10),
        ("slots while it rings, and after that", 40),
        ("cancel, asked for twice", 100),
        ("leave, when it rings for the second time", 9),
        ("goes wrong while it rings", 20),
    ],
)
def test_an_introduction_keeps_every_promise(part: str, least: int) -> None:
    tried = [each for each in WHILE_INTRODUCED if part in each.name]
    watching = Watching.of(INTRODUCED, INTRODUCED.agent)
    result = explore(load(generated(INTRODUCED)), OF_INTRODUCED, tried, most_runs=ENOUGH, watching=watching)
    assert result.violations == ()
    assert result.is_exhausted
    assert result.runs >= least


@pytest.mark.parametrize("mutant", OF_INTRODUCTIONS, ids=lambda mutant: mutant.name)
def test_a_bug_in_an_introduction_is_found(mutant: Mutant) -> None:
    text, watching = generated(INTRODUCED), Watching.of(INTRODUCED, INTRODUCED.agent)
    assert text.shared_text.count(mutant.old) == 1
    wrong = replace(text, shared_text=text.shared_text.replace(mutant.old, mutant.new))
    tried = [each for each in WHILE_INTRODUCED if mutant.tried in each.name]
    result = explore(
        load(wrong), OF_INTRODUCED, tried, most_runs=ENOUGH, is_enough=lambda so_far: True, watching=watching
    )
    assert result.violations


def test_what_is_found_says_how_it_comes_to_it() -> None:
    [mutant] = [each for each in MUTANTS if each.name == "the second attempt has another id"]
    tried = named("note, ", mutant.tried)[:1]
    result = explore(load(broken(mutant)), ACTIONS, tried, most_runs=ENOUGH)
    [found] = [each for each in result.violations if each.property == "done once"]
    assert found.sentence == '{"action": "note", "text": "one"} is done twice, but was not asked for again'
    assert found.situation == "note, whatever becomes of its requests"
    assert found.choices == ("connection 1: the reply comes after 4 s",)
    assert AgentResult.read(result.written()) == result


def test_a_limit_is_told() -> None:
    result = explore(load(generated()), ACTIONS, named("note, ", "interrupted anywhere")[:1], most_runs=3)
    assert (result.runs, result.limit, result.is_exhausted) == (3, 3, False)


def test_an_exception_in_a_tool_is_no_answer() -> None:
    """The model would get one: `failed`. It is a bug all the same."""
    text = generated()
    at = 'return self._phone_call.ask(ctx, "note"'
    wrong = replace(text, text=text.text.replace(at, f"assert text != 'one', 'no'\n        {at}"))
    result = explore(load(wrong), ACTIONS, named("note, ", "whatever becomes"), most_runs=1)
    assert "a tool fails: AssertionError: no" in [each.sentence for each in result.violations]
    assert text.path in result.violations[0].traceback


def test_every_step_of_the_language_has_its_situations() -> None:
    """A new kind of step has to say what it is to the tools, and a new kind of action has to be tried."""
    assert set(STANDS_FOR) == set(get_args(Step))
    flags = {field.name for field in fields(ToolAction) if field.type == "bool"}
    assert {flag for kinds in STANDS_FOR.values() for flag in kinds} | {"cancels"} == flags
    asked = {ask.action for each in EVERYTHING for turn in each.turns for ask in turn}
    assert asked == {action.name for action in ACTIONS}


@pytest.mark.parametrize("name", ["front_desk", "function_calling"])
def test_the_tools_of_an_example_keep_their_promises(name: str) -> None:
    """All requests of each action; of the rest, what follows."""
    path = ROOT / "flows" / f"{name}.yaml"
    [flow] = compile_flows([Source(f"flows/{name}.yaml", path.read_bytes())]).flows
    actions = [ToolAction.of(flow, action) for action in flow.actions]
    parts = ("whatever becomes of its requests", "whatever follows")
    tried = [
        replace(each, fates=tuple(fates[:3] for fates in each.fates))
        for each in situations(actions)
        if each.name.endswith(parts)
    ]
    assert {ask.action for each in tried for turn in each.turns for ask in turn} == {each.name for each in actions}
    result = explore(load(generated(flow)), actions, tried, most_runs=ENOUGH)
    assert result.violations == ()
    assert result.is_exhausted


# The command


def test_the_command_explores_the_tools(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With few runs: what all of them come to is said above."""
    (project / "generated" / "_flowc_line.py").write_text(broken_shared(), "utf-8")
    assert run(["verify", "--only", "tools"]) == 2
    assert "generated/_flowc_line.py is not what flowc says" in capsys.readouterr().err
    assert run(["verify", "--only", "tools", "--edited", "--limit", "1"]) == 1
    shown = capsys.readouterr().out
    for part in ("NOT PROVED", "NOT EXHAUSTED", EDITED, "VIOLATED", "situation: ", "scenario  answers", "flow       "):
        assert part in shown, shown


def test_without_the_sdk_the_command_says_what_was_not_looked_at(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sdk, "is_installed", lambda: False)
    assert run(["verify", "--posts", "0"]) == 1
    shown = capsys.readouterr().out
    assert "the tools were not looked at" in shown
    assert "pip install cartesia-line" in shown
    assert run(["verify", "--only", "tools"]) == 2


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "agent.yaml").write_bytes(SOURCE.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert run(["build"]) == 0
    return tmp_path


def broken_shared() -> str:
    return broken(next(each for each in MUTANTS if each.name == "the token is not shown")).shared_text


# In a process of its own


def test_the_tools_of_a_stranger_have_a_process_of_their_own() -> None:
    [mutant] = [each for each in MUTANTS if each.name == "the token is not shown"]
    told: list[str] = []
    text = broken(mutant)
    prints = text.text + "\nprint('Hello.')\n"
    result = explore_tools(FLOW, prints, text.shared_text, most_runs=1, show=told.append, processes=2)
    assert {each.property for each in result.violations} >= {"requests are in order"}
    assert result.situations == len(EVERYTHING)
    assert result.note == EDITED
    assert told == ["tools: Hello."] * 2


def test_tools_that_end_their_process_are_no_proof() -> None:
    with pytest.raises(ToolsFailed, match=r"the process of the tools has ended \(exit code 3\)"):
        explore_tools(FLOW, generated().text + "\nimport os\nos._exit(3)\n", shared.text())


# What it is made of


def test_all_choices_are_made_once() -> None:
    def run(choices: Choices) -> tuple[int, ...]:
        first = choices.choose(["a", "b", "c"])
        return (first, *(choices.choose(["", "x"]) for _ in range(first)))

    made = []
    given: list[int] | None = []
    while given is not None:
        choices = Choices(given)
        made.append(run(choices))
        given = choices.following()
    wanted = [(first, *rest) for first in range(3) for rest in itertools.product((0, 1), repeat=first)]
    assert made == wanted


def test_a_run_that_is_not_repeated_is_noticed() -> None:
    with pytest.raises(NotRepeatable):
        Choices([2]).choose(["a", "b"])


def test_time_is_virtual() -> None:
    class Nothing:
        def turn(self, seconds: float | None) -> bool:
            return False

        def looks_up(self, host: str) -> None: ...

        async def connect(self) -> None: ...

        def connected(self, wire: object) -> None: ...

    loop = VirtualLoop()
    loop.outside = Nothing()
    loop.run_until_complete(asyncio.sleep(86400))
    assert loop.time() == 86400
    loop.close()


NOTE, LOOKUP, TRANSFER, _, GOODBYE = (each.body(each.arguments) for each in ACTIONS)
BUSY, CANCELLED, REUSED = refusal("busy"), refusal("cancelled"), refusal("request_id_reused")
OK = {"ok": True}


@pytest.mark.parametrize(
    ("requests", "replies", "done"),
    [
        ([("1", NOTE)] * 2, [OK, OK], [NOTE]),
        ([("1", NOTE), ("2", NOTE)], [OK, OK], [NOTE, NOTE]),
        ([("1", NOTE), ("1", LOOKUP)], [OK, REUSED], [NOTE]),
        ([("1", TRANSFER), ("2", TRANSFER), ("1", TRANSFER), ("3", NOTE)], [OK, BUSY, OK, OK], [NOTE, TRANSFER]),
        ([("1", GOODBYE), ("1 back", GOODBYE), ("1", GOODBYE)], [OK, CANCELLED, CANCELLED], []),
        ([("1 back", GOODBYE), ("1", GOODBYE), ("2", GOODBYE)], [CANCELLED, CANCELLED, OK], [GOODBYE]),
        ([("1", TRANSFER), ("1 back", TRANSFER)], [OK, refusal("bad_request")], [TRANSFER]),
        ([("1", '{"action": "dance"}'), ("2", "[]")], [refusal("unknown_action")] * 2, []),
    ],
)
def test_the_scenario_of_these_runs_keeps_the_control_protocol(
    requests: list[tuple[str, str]], replies: list[object], done: list[str]
) -> None:
    accepted: list[Accepted] = []
    carried_out: list[str] = []
    names = {action.name: action for action in ACTIONS}
    scenario = Scenario(names, accepted.append, lambda id, body: carried_out.append(body), lambda told: None)

    def answers() -> Iterator[object]:
        for named_id, body in requests:
            id, _, takes_back = named_id.partition(" ")
            headers = {"x-flowc-request-id": id, "x-flowc-token": TOKEN}
            headers |= {"x-flowc-cancel": "yes"} if takes_back else {}
            yield scenario.answer(Posted("POST", "/", headers, body))

    assert list(answers()) == replies
    for request in accepted:
        scenario.begins(request)
    assert carried_out == done
