"""What the documents show works: every example in them is compiled or run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from flowc.agent_app import agent_app
from flowc.compiler import compile_flows
from flowc.source import Source
from tests.conftest import ROOT

LANGUAGE = ROOT / "flows" / "README.md"

# What an excerpt needs around it to be a flow.
AROUND = {
    "flowc": "flowc: 1\nflow: example\n",
    "agent": "agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}\n",
    "actions": "actions:\n  end_call: {description: End the call., do: hang_up}\n",
}
ELSEWHERE = re.compile("FLOW201|FLOW204|FLOW30[57]|FLOW310")  # names that other excerpts declare, or use


def excerpts() -> Iterator[str]:
    for block in re.findall(r"^```yaml\n(.*?)^```", LANGUAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        if not block.startswith("#"):
            yield block


@pytest.mark.parametrize("excerpt", list(excerpts()), ids=lambda excerpt: excerpt.split(":")[0])
def test_an_excerpt_of_the_language_reference_compiles(excerpt: str) -> None:
    if excerpt.startswith(("transfer:", "by:")):
        steps = "".join(f"      {line}\n" for line in excerpt.splitlines())
        excerpt = f"actions:\n  call_transfer:\n    description: Transfer.\n    do:\n{steps}"
    if excerpt.startswith("parameters:"):
        indented = "".join(f"    {line}\n" for line in excerpt.splitlines())
        excerpt = f"actions:\n  note:\n    description: Note it.\n{indented}    do: hang_up\n"
    is_alone = excerpt.startswith("flowc:") and "start_agent" not in excerpt  # a whole call, in which there is no agent
    left_out = ("agent", "actions") if is_alone and "\ninbound:" in excerpt else ()
    missing = (key for key in AROUND if key not in left_out and not re.search(rf"^{key}:", excerpt, re.MULTILINE))
    around = "".join(AROUND[key] for key in missing)
    result = compile_flows([Source("flows/example.yaml", (around + excerpt).encode())])
    assert [found for found in result.diagnostics if not ELSEWHERE.match(found.code)] == []


def test_the_flows_in_the_readme_are_the_examples() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    flow, *excerpts = re.findall(r"^```yaml\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    example = (ROOT / "flows" / "function_calling.yaml").read_text("utf-8")
    assert flow == re.sub(r"^#.*\n", "", example, flags=re.MULTILINE)
    named = ["appointment.yaml", "warm_transfer.yaml", "function_calling.calls.yaml"]
    for excerpt, name in zip(excerpts, named, strict=True):
        assert f"]({'flows/' + name})" in readme
        assert excerpt in (ROOT / "flows" / name).read_text("utf-8")


PLATFORM = {
    "the uploader's old layout": r"35.{0,80}`voxfiles/scenarios/src/`",
    "the uploader's new layout": r"36 on.{0,80}`voxfiles/applications/<application>/scenarios/src/`",
    "what the server must reach": r"TCP port 12093",
    "how Cartesia is told": r"cartesia connect --agent-id \S+ --url",
    "how Cartesia is told, by hand": r"self_hosted_deployment_url",
    "a prompt in the console": r"prompt and an introduction.{0,200}empty|Empty the prompt and the introduction",
    "a guard": r"`/chats`.{0,1200}guard|guard.{0,80}`/chats`",
    "definitions alone": r"Managed Agent.{0,300}connector has no way",
    "the end of Cartesia's hosting": r"until \*{0,2}2026-12-01\*{0,2} and not after",
}


@pytest.mark.parametrize("fact", PLATFORM)
def test_both_readmes_say_what_the_platforms_are_like(fact: str) -> None:
    [flow] = compile_flows([Source("t.yaml", (ROOT / "flows/front_desk.yaml").read_bytes())]).flows
    for text in ((ROOT / "README.md").read_text("utf-8"), agent_app(flow)["README.md"]):
        assert re.search(PLATFORM[fact], " ".join(text.split()))


def test_every_place_of_the_architecture_exists() -> None:
    """What to change to add something: a path, and after a colon the names in it."""
    lists = (ROOT / "flowc" / "README.md").read_text("utf-8").split("## How to add something")[1]
    places = re.findall(r"`((?:flowc|flows|tests)/[\w./]*)`(?:: ([^.;]*))?", " ".join(lists.split()))
    assert len(places) > 40
    for path, told in places:
        assert (ROOT / path).exists(), path
        names = re.findall(r"`([A-Za-z_]\w*)`", told) if path.endswith(".py") else []
        text = (ROOT / path).read_text("utf-8") if names else ""
        assert [name for name in names if not re.search(rf"\b{name}\b", text)] == [], path


def test_every_room_of_the_architecture_exists() -> None:
    page = (ROOT / "flowc" / "README.md").read_text("utf-8")
    cells = re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)
    named = {each for cell in cells for each in re.findall(r"`([^`]+)`", cell)}
    rooms = {path.name + "/" * path.is_dir() for path in (ROOT / "flowc").iterdir() if path.name != "__pycache__"}
    assert [each for each in named if not (ROOT / "flowc" / each).exists()] == []
    small = {"__init__.py", "__main__.py", "README.md", "py.typed"}
    assert {room for room in rooms - small if room.endswith("/")} <= {f"{each.split('/')[0]}/" for each in named}
