"""Whatever kind of step or target the language has, every part of flowc has it too. What the type checker does not see
is here: that the grammar, the IR and the runtime have the same kinds, and that the example flows use them all, so that
call scripts carry out each of them (`testing/test_examples.py`: all that is in the examples is covered).
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from flowc.compiler import compile_flows
from flowc.emit.voxengine.features import FEATURES, STEPS
from flowc.emit.voxengine.view import as_step, as_target
from flowc.ir import Flow, Step, Target, every_step
from flowc.language.flow import syntax
from flowc.language.flow.grammar import TARGET
from flowc.language.flow.steps import STEP, STEP_WORDS
from flowc.language.shapes import ByKey, Record
from flowc.source import Source
from flowc.testing.judge.source_map import items
from tests.conftest import ROOT


def kinds(shape: ByKey) -> dict[str, type]:
    """What is not planned: the key that tells the kind, and what it is decoded to."""
    return {kind.fields[0].key: kind.make for kind in shape.kinds if isinstance(kind, Record) and kind.make}


STEP_KINDS = {*kinds(STEP), *STEP_WORDS, "route"}
TARGET_KINDS = kinds(TARGET).keys()


def flow(path: Path) -> Flow:
    result = compile_flows([Source(path.relative_to(ROOT).as_posix(), path.read_bytes())])
    [compiled] = result.flows
    return compiled


EXAMPLES = [flow(path) for path in sorted((ROOT / "flows").glob("*.yaml")) if "." not in path.stem]


def test_the_grammar_is_decoded_to_the_kinds_that_are_resolved() -> None:
    assert set(kinds(STEP).values()) == set(get_args(syntax.StepMapping))
    assert set(kinds(TARGET).values()) == set(get_args(syntax.Target))


def test_every_kind_of_the_language_has_one_of_the_ir() -> None:
    steps = {type(step): next(iter(as_step(step))) for each in EXAMPLES for step in every_step(each)}
    assert steps.keys() == set(get_args(Step))
    assert set(steps.values()) == STEP_KINDS
    targets = {type(target): next(iter(as_target(target))) for each in EXAMPLES for target in each.targets}
    assert targets.keys() == set(get_args(Target))
    assert set(targets.values()) == TARGET_KINDS


def test_reports_and_coverage_call_a_step_as_the_runtime_does() -> None:
    keywords = {item.keyword for each in EXAMPLES for item in items(each).values()} - {""}
    assert keywords == STEP_KINDS
    assert {kind.name for feature in FEATURES for kind in feature.kinds if kind.table is STEPS} <= STEP_KINDS
