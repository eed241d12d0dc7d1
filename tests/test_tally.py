"""Many errors end with a summary: which they are, how many, and where to begin."""

from __future__ import annotations

import pytest

from flowc.report.tally import MANY
from tests.test_cli import Command, command, project

__all__ = ["command", "project"]  # fixtures

FLOW = """flowc: 1
flow: flow_{number}
agent: {{api_key: {{secret: KEY}}, agent_id: agent_1, unavailable: hang_up}}
targets: {{desk: {{pstn: "+15550100001", ring: {ring}, caller_id: "+15550100000"}}}}
actions: {{call_desk: {{description: Call the desk., do: {{transfer: {target}}}}}}}
"""


def write(flows: int, wrong: int) -> None:
    for number in range(flows):
        target = "dsk" if number < wrong else "desk"
        text = FLOW.format(number=number, ring="90s", target=target)
        with open(f"flows/flow_{number:03}.yaml", "w", encoding="utf-8") as file:
            file.write(text)


@pytest.mark.parametrize("name", ["check", "build"])
def test_many_errors_are_counted(command: Command, name: str) -> None:
    write(flows=1000, wrong=7)
    found = command(name)
    assert found.code == 1
    *first, last = found.err.splitlines()
    assert first == [
        "1000 FLOW401 platform limit exceeded, first in flows/flow_000.yaml:4:46",
        "   7 FLOW201 unknown name, first in flows/flow_000.yaml:5:67",
    ]
    assert "1007 errors in 1000" in last
    assert found.out.count("\nerror[") + found.out.startswith("error[") == 1007


def test_a_few_errors_are_not(command: Command) -> None:
    write(flows=MANY - 1, wrong=1)
    assert command("check").err.count("\n") == 1


@pytest.mark.parametrize("style", ["concise", "json", "github", "sarif"])
def test_programs_are_told_each_alone(command: Command, style: str) -> None:
    write(flows=MANY + 1, wrong=0)
    assert "first in" not in command("check", "--output-format", style).err
