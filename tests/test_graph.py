"""Pictures of flows: all of a flow is in its picture, nothing in it leads nowhere, and no text can break it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from flowc.compiler import compile_flows
from flowc.graph import Drawing, Shape, dot, drawing, mermaid
from flowc.ir import Flow
from flowc.ir.flow import QueueTarget
from flowc.ir.steps import GoTo, ReturnToAgent, StartAgent, Transfer
from flowc.ir.walk import every_step
from flowc.source import Source
from tests.conftest import ROOT
from tests.test_cli import Command, command, project

__all__ = ["command", "project"]  # fixtures

EXAMPLES = sorted(path for path in (ROOT / "flows").glob("*.yaml") if not path.name.endswith(".calls.yaml"))
ACCEPTED = EXAMPLES + sorted((ROOT / "tests" / "flows" / "ok").glob("*.yaml"))
LINE = re.compile(
    r'    (?:\w+(?:\(\["[^"]*"\]\)|\{\{"[^"]*"\}\}|\[/"[^"]*"/\]|\(\("[^"]*"\)\)|\["[^"]*"\]|\{"[^"]*"\}|\("[^"]*"\))'
    r'|\w+ -->(?:\|"[^"]+"\|)? \w+)'
)


def flow_at(path: Path) -> Flow:
    [flow] = compile_flows([Source(f"flows/{path.name}", path.read_bytes())]).flows
    return flow


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_all_of_a_flow_is_in_its_picture(path: Path) -> None:
    flow = flow_at(path)
    picture = drawing(flow)
    names = [node.name for node in picture.nodes]
    assert len(set(names)) == len(names)
    assert {end for edge in picture.edges for end in (edge.source, edge.target)} <= set(names)
    drawn = {node.span.line for node in picture.nodes} | lines_in(picture)
    leading = (GoTo, ReturnToAgent, StartAgent)  # which are edges
    assert [step for step in every_step(flow) if not isinstance(step, leading) and step.span.line not in drawn] == []
    for action in flow.actions:
        assert any(action.name in edge.label.split(", ") for edge in picture.edges), action.name
    for target in {node.name for node in flow.targets} - {each.model for each in flow.likes}:
        assert any(target in line for node in picture.nodes for line in node.lines), target
    lines = [line for node in picture.nodes for line in node.lines]
    assert sum(line.startswith("recorded,") for line in lines) == calls_recorded(flow)
    transfers = [step for step in every_step(flow) if isinstance(step, Transfer) and step.pauses_recording]
    assert sum(line.startswith("recording pauses") for line in lines) >= len(transfers)
    words = {word for node in picture.nodes for line in node.lines for word in re.findall(r"\w+", line)}
    assert set(heard_in_transfers(flow)) - words == set()


def calls_recorded(flow: Flow) -> int:
    """In how many ways a call can begin that is recorded always. (A step that begins a recording is drawn as one.)"""
    if flow.call.recording is None or not flow.call.recording.is_always:
        return 0
    return 1 if flow.outbound is None or flow.outbound.alone else 2


def heard_in_transfers(flow: Flow) -> Iterator[str]:
    """Prompts that somebody hears before, or while, caller and person talk."""
    for step in every_step(flow):
        if isinstance(step, Transfer):
            yield from step.heard
            yield from (step.gone,) if step.gone is not None else ()
            for target in map(flow.target, step.targets()):
                if isinstance(target, QueueTarget) and target.announce is not None:
                    yield target.announce.prompt


def lines_in(picture: Drawing) -> set[int]:
    """Of steps that stand behind the first one in their node: one line of the flow for each at the most."""
    return {node.span.line + more for node in picture.nodes for more in range(len(node.lines))}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_node_is_reached_and_leads_on(path: Path) -> None:
    picture = drawing(flow_at(path))
    reached = {node.name for node in picture.nodes if node.shape is Shape.CALL}
    assert reached
    while True:
        more = {edge.target for edge in picture.edges if edge.source in reached} - reached
        if not more:
            break
        reached |= more
    assert [node for node in picture.nodes if node.name not in reached] == []
    leading = {edge.source for edge in picture.edges}
    assert [node for node in picture.nodes if node.name not in leading and node.shape is not Shape.END] == []


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_each_line_of_mermaid_is_one_of_its_own(path: Path) -> None:
    first, *rest = mermaid(drawing(flow_at(path))).splitlines()
    assert first == "flowchart TD"
    assert [line for line in rest if not LINE.fullmatch(line)] == []


@pytest.mark.parametrize("name", ["clinic", "switchboard", "survey"])
def test_pictures(name: str, snapshot: SnapshotAssertion) -> None:
    picture = drawing(flow_at(ROOT / "flows" / f"{name}.yaml"))
    assert mermaid(picture) == snapshot(name="mermaid")
    assert dot(picture) == snapshot(name="dot")


def test_a_call_that_is_rejected_is_in_the_picture() -> None:
    picture = drawing(flow_at(ROOT / "flows" / "reminder.yaml"))
    ends = {node.name: node.lines for node in picture.nodes if node.shape is Shape.END}
    [comes_in] = [node.name for node in picture.nodes if node.lines == ("a call comes in",)]
    [leads_to] = [edge.target for edge in picture.edges if edge.source == comes_in]
    assert ends[leads_to] == ("reject: declined",)


SEVERAL_AGENTS = """\
flowc: 1
flow: several
agent: {api_key: {secret: K}, agent_id: {secret: A}, unavailable: apologise, actions: [german, call_desk, choose]}
agents:
  german: {agent_id: {secret: B}, unavailable: back, actions: [french, call_desk, choose]}
  french: {agent_id: {secret: C}, unavailable: apologise, actions: [call_shop, choose]}
keys: {"0": {transfer: desk, afterwards: return_to_agent, fallback: {otherwise: return_to_agent}}}
prompts: {which: Which one., sorry: Sorry.}
targets:
  desk: {pstn: "+15550100001", caller_id: {secret: N}}
  shop: {pstn: "+15550100002", caller_id: {secret: N}}
actions:
  german: {description: German., do: {start_agent: german}}
  french: {description: French., do: {start_agent: french}}
  call_desk: {description: Desk., do: ring_desk}
  call_shop: {description: Shop., do: {transfer: shop, afterwards: back}}
  choose: {description: Choose., do: {menu: which, keys: {"1": return_to_agent}, otherwise: return_to_agent}}
routes:
  ring_desk: {transfer: desk, afterwards: hang_up, fallback: {otherwise: return_to_agent}}
  back: {return_to_agent: {otherwise: apologise}}
  apologise: [{say: sorry}, hang_up]
"""


def test_a_return_leads_to_the_agent_that_the_caller_was_with_last() -> None:
    """Never to the first of several because it is the first: the edges are all that there are, each with its label."""
    [flow] = compile_flows([Source("flows/several.yaml", SEVERAL_AGENTS.encode())]).flows
    picture = drawing(flow)
    back = [edge for edge in picture.edges if edge.target.startswith("agent_")]
    edges = {f"{edge.source} --{edge.label}--> {edge.target}" for edge in back}
    assert {edge for edge in edges if "does_choose" in edge or "key_1" in edge} == {
        "does_choose_1 --key 1, no key--> agent_agent",
        "does_choose_2 --key 1, no key--> agent_german",
        "does_choose_3 --key 1, no key--> agent_french",
        "key_1_agent_1 --otherwise--> agent_agent",
        "key_1_agent_2 --the person hangs up--> agent_agent",
        "key_1_german_1 --otherwise--> agent_german",
        "key_1_german_2 --the person hangs up--> agent_german",
        "key_1_french_1 --otherwise--> agent_french",
        "key_1_french_2 --the person hangs up--> agent_french",
    }
    assert {edge for edge in edges if edge.startswith("route_ring_desk")} == {  # which the french one cannot ask for
        "route_ring_desk_1 --otherwise, the caller was with agent--> agent_agent",
        "route_ring_desk_1 --otherwise, the caller was with german--> agent_german",
    }
    assert {edge for edge in edges if edge.startswith("route_back")} == {  # the german one is never there before itself
        "route_back --the caller was with agent--> agent_agent",
        "route_back --the caller was with french--> agent_french",
    }
    [without] = [edge.label for edge in picture.edges if edge.source == "route_back" and "agent" not in edge.target]
    assert without == "no agent"


def test_a_change_of_one_action_leaves_the_others_alone() -> None:
    path = ROOT / "flows" / "front_desk.yaml"
    text = path.read_text("utf-8")
    action = flow_at(path).actions[-1]
    lines = text.splitlines(keepends=True)
    lines.insert(action.span.line - 1, "  one_more: {description: End the call at once., do: hang_up}\n")
    [changed] = compile_flows([Source("flows/front_desk.yaml", "".join(lines).encode())]).flows
    before, after = (set(mermaid(drawing(each)).splitlines()) for each in (flow_at(path), changed))
    assert before <= after
    assert len(after - before) == 2


def test_the_command(project: Path, command: Command) -> None:
    code, out, err = command("graph", "flows/front_desk.yaml")
    assert (code, err) == (0, "")
    assert out.startswith("flowchart TD\n")
    assert command("graph", "flows/front_desk.yaml", "--as", "dot").out.startswith('digraph "front_desk" {\n')
    assert "a picture is of one flow" in command("graph", "flows").err
    flow = project / "flows" / "front_desk.yaml"
    flow.write_text(flow.read_text().replace("transfer: ", "transfre: "))
    code, out, err = command("graph", "flows/front_desk.yaml")
    assert code == 1
    assert "1 error" in err or "errors: no picture" in err
