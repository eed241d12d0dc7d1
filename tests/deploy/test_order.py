"""Which half goes out first: what is refused meanwhile is what the sides refuse in fact, as `tests/skew` plays it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from flowc.compatibility import in_vain
from flowc.compiler import compile_flows
from flowc.deploy.order import First, contract_of, order, side_of
from flowc.review.change import Kind
from flowc.review.of_flow import changes
from flowc.review.side import side_of as side_of_flow
from flowc.source import Source
from tests.conftest import ROOT

CHANGES = sorted((ROOT / "tests/skew/flows").iterdir())
REVIEWED = sorted((ROOT / "tests/review/changes").iterdir())
ACCEPTED = sorted(
    path
    for folder in ("flows", "tests/flows/ok", "tests/verify/flows")
    for path in (ROOT / folder).glob("*.yaml")
    if "." not in path.stem
)
AGES = ("old", "new")
BREAKS = ("refused", "talks on", "silent", "briefs in vain", "rings in silence")
OLD_TOOLS, NEW_TOOLS = "old tools, new scenario", "new tools, old scenario"


def scenario(text: str) -> str:
    result = compile_flows([Source("flows/skew.yaml", text.encode())])
    assert not result.diagnostics, result.diagnostics
    return text_of(result.artifacts)


def text_of(artifacts: Mapping[str, str]) -> str:
    return next(text for path, text in artifacts.items() if path.endswith(".voxengine.js"))


def of(change: Path) -> tuple[str, str]:
    """The older and the newer scenario."""
    old, new = (scenario((change / f"{age}.yaml").read_text("utf-8")) for age in ("old", "new"))
    return old, new


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_the_half_goes_first_with_which_nothing_is_refused(change: Path) -> None:
    expected = yaml.safe_load((change / "expected.yaml").read_text("utf-8"))
    refused = {way: any(each["then"] in BREAKS for each in expected[way]) for way in (OLD_TOOLS, NEW_TOOLS)}
    old, new = of(change)
    found = order(new, old)
    if not refused[OLD_TOOLS]:
        assert found.first is (First.SCENARIO if refused[NEW_TOOLS] else First.EITHER)
        assert not found.refused
    elif not refused[NEW_TOOLS]:
        assert (found.first, found.refused) == (First.AGENT, ())
    else:
        assert found.first is First.SCENARIO
        assert found.refused


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_what_both_sides_know_is_not_said_to_be_refused(change: Path) -> None:
    """Where something is refused in either order, that is named, with its code and by the name of what is asked."""
    old, new = of(change)
    expected = yaml.safe_load((change / "expected.yaml").read_text("utf-8"))
    for line in order(new, old).refused:
        assert any(
            line.startswith(f"`{each['asks']}`: {each.get('error', '')}")
            for each in expected[OLD_TOOLS]
            if each["then"] in BREAKS
        )


@pytest.mark.parametrize("change", [*CHANGES, *REVIEWED], ids=lambda change: change.name)
def test_review_says_of_two_versions_what_deploy_says(change: Path) -> None:
    """There and back: one judgement, by facts that the one reads from flows, and the other from scenarios."""
    versions = [compile_flows([Source("flows/skew.yaml", (change / f"{age}.yaml").read_bytes())]) for age in AGES]
    if not all(each.flows and each.flows[0].agent is not None for each in versions):
        return  # there is one half
    for old, new in (versions, reversed(versions)):
        kinds = {each.kind for each in changes(old.flows[0], new.flows[0])}
        before, after = (side_of(text_of(each.artifacts)) for each in (old, new))
        assert before is not None
        assert after is not None
        assert bool([*in_vain(before, after)]) == (Kind.OLD_TOOLS in kinds)
        assert bool([*in_vain(after, before)]) == (Kind.OLD_SCENARIO in kinds)


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_a_scenario_tells_what_its_flow_does(path: Path) -> None:
    result = compile_flows([Source(f"flows/{path.name}", path.read_bytes())])
    if result.flows[0].agent is not None:
        assert side_of(text_of(result.artifacts)) == side_of_flow(result.flows[0])


FLOW = """\
flowc: 1
flow: skew
agent: {{api_key: {{secret: K}}, agent_id: a, unavailable: hang_up}}
webhooks: {{ops: {{url: "https://ops.example.com/skew"}}}}
actions:
  end_call: {{description: End the call., do: hang_up}}
  note:
    description: Note it.
    parameters: {{x: {{{0}, description: x}}}}
    do: [{{notify: ops}}]
"""
SMALLER_FIRST = {  # the second takes all of the first, and more
    "length": ("type: string, maxLength: 10", "type: string, maxLength: 20"),
    "shortest": ("type: string, minLength: 2, maxLength: 9", "type: string, maxLength: 9"),
    "range": ("type: integer, minimum: 2, maximum: 5", "type: integer, minimum: 1, maximum: 5"),
    "highest": ("type: integer, minimum: 1, maximum: 5", "type: integer, minimum: 1, maximum: 9"),
    "integer": ("type: integer, minimum: 1, maximum: 5", "type: number, minimum: 1, maximum: 5"),
    "value": ("type: string, enum: [a, b]", "type: string, enum: [a, b, c]"),
    "any value": ("type: string, enum: [a, b]", "type: string, maxLength: 5"),
    "pattern": ('type: string, maxLength: 9, pattern: "[a-z]+"', "type: string, maxLength: 9"),
    "required": ("type: string, maxLength: 9", "type: string, maxLength: 9, optional: true"),
    "items": ("type: array, maxItems: 2, items: {type: boolean}", "type: array, maxItems: 3, items: {type: boolean}"),
    "within": (
        "type: object, properties: {y: {type: string, enum: [a], description: y}}",
        "type: object, properties: {y: {type: string, enum: [a, b], description: y}}",
    ),
}


@pytest.mark.parametrize("case", SMALLER_FIRST)
def test_more_of_a_value_goes_to_the_scenario_first_and_less_to_the_agent(case: str) -> None:
    small, large = (scenario(FLOW.format(each)) for each in SMALLER_FIRST[case])
    assert order(large, small).first is First.SCENARIO
    assert order(small, large).first is First.AGENT
    assert order(small, small).first is First.EITHER


VALUES = {  # an older and a newer declaration: whether old tools may ask in vain, and whether new tools may
    "a value that is too long": ("type: string, enum: [no, maybe_later]", "type: string, maxLength: 5", True, True),
    "a value that is too short": ("type: string, enum: [no, b]", "type: string, minLength: 2", True, True),
    "values that fit": ("type: string, enum: [no, b]", "type: string, maxLength: 5", False, True),
    "fewer numbers of a wider type": (
        "type: integer, minimum: 1, maximum: 5",
        "type: number, minimum: 2, maximum: 5",
        True,
        True,
    ),
    "a wider type": ("type: integer, minimum: 1, maximum: 5", "type: number, minimum: 1, maximum: 5", False, True),
}


@pytest.mark.parametrize("case", VALUES)
def test_review_says_of_values_what_deploy_says(case: str) -> None:
    *declared, by_old, by_new = VALUES[case]
    versions = [compile_flows([Source("flows/skew.yaml", FLOW.format(each).encode())]) for each in declared]
    old, new = (each.flows[0] for each in versions)
    before, after = side_of_flow(old), side_of_flow(new)
    assert (bool([*in_vain(before, after)]), bool([*in_vain(after, before)])) == (by_old, by_new)
    kinds = {each.kind for each in changes(old, new)}
    assert (Kind.OLD_TOOLS in kinds, Kind.OLD_SCENARIO in kinds) == (by_old, by_new)


IDLE = ("unavailable: hang_up}", "unavailable: hang_up, idle: {after: 10s, times: 1, do: hang_up}}")


def test_an_agent_that_is_to_be_told_something_new_goes_first() -> None:
    plain = FLOW.format("type: string, maxLength: 10, optional: true")
    without, told = scenario(plain), scenario(plain.replace(*IDLE))
    assert (order(told, without).first, "`idle`" in order(told, without).why) == (First.AGENT, True)
    assert order(without, told).first is First.EITHER
    assert order(told, told).first is First.EITHER
    longer = scenario(plain.replace(*IDLE).replace("10,", "20,"))
    found = order(longer, without)
    assert found.first is First.SCENARIO
    assert any(each.startswith("`idle`: ") for each in found.refused)


def test_an_agent_that_is_to_brief_goes_first() -> None:
    plain = (ROOT / "flows/warm_transfer.yaml").read_text("utf-8")
    briefs = scenario(plain)
    assert "briefingMs" in briefs.partition("// flowc runtime")[0]
    assert order(briefs, briefs.replace("briefingMs: ", "no: ", 1)).first is First.AGENT


AGENTS = """\
flowc: 1
flow: skew
agent: {{api_key: {{secret: K}}, agent_id: a, unavailable: hang_up{0}}}
{1}actions:
  end_call: {{description: End the call., do: hang_up}}
  other: {{description: Hand over., do: {2}}}
"""


def test_an_agent_of_several_is_refused_what_is_anothers() -> None:
    """As the control protocol has it: tools that know of one agent alone have all tools for each."""
    one = scenario(AGENTS.format("", "", "hang_up"))
    listed = "agents:\n  clerk: {agent_id: b, actions: [end_call]}\n"
    several = scenario(AGENTS.format(", actions: [end_call, other]", listed, "{start_agent: clerk}"))
    assert order(several, one).first is First.AGENT
    assert order(one, several).first is First.SCENARIO
    assert order(several, several).first is First.EITHER


def test_another_kind_of_value_is_refused_either_way() -> None:
    number, text = scenario(FLOW.format("type: number")), scenario(FLOW.format("type: string, maxLength: 5"))
    found = order(number, text)
    assert (found.first, found.refused) == (
        First.SCENARIO,
        ("`note`: invalid_parameters with `x`, which is a number there",),
    )


@pytest.mark.parametrize("path", sorted(ROOT.glob("flows/*.yaml")), ids=lambda path: path.stem)
def test_the_contract_of_every_example_is_read(path: Path) -> None:
    if path.name.endswith(".calls.yaml"):
        return
    [flow] = (result := compile_flows([Source(f"flows/{path.name}", path.read_bytes())])).flows
    text = result.artifacts[f"{flow.name}/{flow.name}.voxengine.js"]
    if flow.agent is None:
        assert contract_of(text) is None
        assert order(text, text).first is First.NO_AGENT
        return
    assert f'"fingerprint": "{contract_of(text)}"' in result.artifacts[f"{flow.name}/{flow.name}.contract.json"]
    assert order(text, text).first is First.EITHER
    assert order(text, None).first is First.AGENT
    without = text.replace(f'contract: "{contract_of(text)}"', 'contract: "0"')
    assert order(text, without).first is First.EITHER  # and so all of its actions were read
    fewer = without.replace("const ACTIONS", "const NOTHING")
    assert order(text, fewer).first is (First.SCENARIO if flow.actions else First.EITHER)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "const FLOW = 1;",
        "const FLOW = {",
        "const FLOW = " + "{a: " * 10_000,
        "const FLOW = " + "[" * 100_000,
        "const FLOW = {contract: f()};",
        'const FLOW = {contract: "a"};\nconst ACTIONS = {a: {parameters: {b: {enum: 1}}}, b: [1, {}]};',
        'const FLOW = {contract: "a"};\nconst ACTIONS = [];',
        'const FLOW = {contract: "a"};\nconst ACTIONS = {"\\x": 1};',
    ],
)
def test_a_scenario_that_cannot_be_read_stops_nothing(text: str) -> None:
    new = scenario(FLOW.format("type: string, enum: [a]"))
    assert order(new, text).first in (First.AGENT, First.SCENARIO, First.EITHER)
