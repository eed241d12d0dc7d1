"""What searches take for granted is told, all of it, and of what a flow uses alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flowc.compiler import compile_flows
from flowc.emit.voxengine.uses import Uses
from flowc.ir import Flow, QueueTarget, Secret, Storage
from flowc.source import Source
from flowc.verify.alphabet import alphabet
from flowc.verify.assumptions import (
    DISTANT_TIMERS,
    NEVER_OVER,
    NUMBERS,
    REDUCTIONS,
    TIMERS,
    TOLD_OTHERWISE,
    assumptions,
)
from flowc.verify.parties import told_alone
from flowc.verify.passive import passive
from flowc.verify.result import EVERYTHING, Bounds, Result, Used
from flowc.verify.used import used
from tests.conftest import ROOT

FLOWS = sorted(
    path
    for folder in ("flows", "tests/flows/ok", "tests/verify/flows", "tests/scenario/flows")
    for path in (ROOT / folder).glob("*.yaml")
    if not path.name.endswith((".calls.yaml", ".shared.yaml"))
)
ALPHABET = ("alphabet.js", "time_events.js", "once.js", "probes.js")


def flow_of(path: Path) -> Flow:
    compiled = compile_flows([Source(f"flows/{path.name}", path.read_bytes())])
    assert not [each for each in compiled.diagnostics if each.severity == "error"], compiled.diagnostics
    return compiled.flows[0]


def result_of(uses: Used, bounds: Bounds, *, merged: bool, numbers: str = "", unfelt: bool = False) -> Result:
    never = (0, 0, 0, True, None, merged, True, (), (), ())
    return Result("a", "a.yaml", (), bounds, *never, None, 2, uses, numbers, unfelt)


def test_every_timer_that_may_be_over_at_any_instant_is_told() -> None:
    told = passive(flow_of(ROOT / "flows/clinic.yaml"), 2)
    assert sorted(told["at_any_time"]) == sorted({*TIMERS, *NEVER_OVER})
    assert not set(TIMERS) & set(NEVER_OVER)
    assert tuple(told["distant"]) == DISTANT_TIMERS


def test_every_function_that_goes_by_how_a_search_is_done_is_told() -> None:
    """One that joins them in the alphabet needs a sentence in `REDUCTIONS`, or is about timers or troubles."""
    text = "\n".join((ROOT / "flowc/simulator/vox" / name).read_text("utf-8") for name in ALPHABET)
    parts = re.split(r"(?m)^((?:/\*\*(?:(?!\*/)[\s\S])*?\*/\n)?function (\w+)\()", text)
    functions = {name: head + body for head, name, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)}
    by_mode = r"mode\.(?:exact|passive|alike|unfelt)|search\.passive|[Uu]nless the search\s+(?:\* )?is exact"
    going = {name for name, body in functions.items() if re.search(by_mode, body)}
    named = {name for each in REDUCTIONS for name in each.functions} | set(TOLD_OTHERWISE)
    assert going - named == set()
    assert named - set(functions) == set(), "it is not there any more"


def test_what_is_told_of_numbers_is_what_may_be_said_of_them() -> None:
    said = {told_alone(flow, alphabet(flow, 1)) for flow in map(flow_of, FLOWS[:60])}
    assert said - {""} <= set(NUMBERS)
    assert len(NUMBERS) == 2
    for numbers, words in NUMBERS.items():
        assert words in assumptions(result_of(EVERYTHING, Bounds(), merged=True, numbers=numbers))


@pytest.mark.parametrize("field", Used._fields)
def test_what_a_flow_does_not_use_is_not_told(field: str) -> None:
    nothing = Used(*(False for _ in Used._fields))
    pairs = ((EVERYTHING, EVERYTHING._replace(**{field: False})), (nothing, nothing._replace(**{field: True})))
    assert any(
        assumptions(result_of(one, Bounds(), merged=merged)) != assumptions(result_of(other, Bounds(), merged=merged))
        for merged in (True, False)
        for one, other in pairs
    )


def test_an_exact_search_assumes_none_of_it() -> None:
    exact = assumptions(result_of(EVERYTHING, Bounds(exact=True), merged=False))
    assert not {each.words for each in REDUCTIONS if not each.exact} & set(exact)
    assert {each.words for each in REDUCTIONS if each.exact} <= set(exact)
    merging = assumptions(result_of(EVERYTHING, Bounds(), merged=True))
    assert {each.words for each in REDUCTIONS if each.merged is not False} <= set(merging)
    pressed = result_of(EVERYTHING, Bounds(exact=True), merged=False, unfelt=True)
    assert any("reported once more" in each for each in assumptions(pressed))


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_the_flow_uses_is_what_its_scenario_has(path: Path) -> None:
    """Read from the flow alone; the compiler's own reading, by which the scenario is made, agrees."""
    flow = flow_of(path)
    uses = Uses(flow)
    assert used(flow) == Used(
        accept=uses.accept,
        agent=uses.agent,
        briefing_silence=uses.briefing_silence,
        briefs=uses.briefs,
        hears_keys=uses.listens,
        hold=uses.hold,
        idle=uses.idle,
        introduces=uses.introduces,
        keys=uses.keys,
        legs=uses.transfers or uses.outbound,
        listens=uses.quiet or uses.idle or uses.briefing_silence,
        machine=uses.machine,
        message=uses.message,
        messages=uses.takes_messages,
        parameters=uses.parameters,
        plays=uses.plays,
        queues=QueueTarget in uses.targets,
        quiet=uses.quiet,
        recording=uses.recording,
        secrets=Secret in uses.settings,
        speaks=uses.agent or uses.spoken or uses.opening_words,
        storage=Storage in uses.settings,
        talk_limit=uses.talk_limit,
        together=uses.most_together > 1,
        webhooks=uses.webhooks,
    )
