"""What machine formats say of flows that were not searched: a document that is kept must not look like a proof."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import click
import pytest

from flowc.cli.app import run
from flowc.cli.verify import verify
from flowc.verify.documents import Unsearched, as_github
from flowc.verify.result import MOST_POSTS

FLOW = """flowc: 1
flow: NAME
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
actions:
  end_call: {description: End the call., do: hang_up}
"""
VERIFY = ["verify", "--only", "scenario", "--posts", "1", "--output-format"]


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A flow that is proved, one that was edited since it was built, and one with an error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.flowc]\n")
    (tmp_path / "flows").mkdir()
    for name in ("right", "stale"):
        (tmp_path / "flows" / f"{name}.yaml").write_text(FLOW.replace("NAME", name))
    assert run(["build", "-q"]) == 0
    (tmp_path / "flows" / "stale.yaml").write_text(FLOW.replace("NAME", "stale").replace("agent_1", "agent_2"))
    (tmp_path / "flows" / "wrong.yaml").write_text(FLOW.replace("NAME", "wrong").replace("do: hang_up", "do: hang_upp"))
    capsys.readouterr()
    return tmp_path


def test_json(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*VERIFY, "json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["proved"] is False
    assert [(each["path"], each["proved"]) for each in told["searches"]] == [("flows/right.yaml", True)]
    paths = {each["path"]: each["told"] for each in told["unsearched"]}
    assert paths.keys() == {"flows/stale.yaml", "flows/wrong.yaml"}
    assert "`flowc build`" in paths["flows/stale.yaml"]
    assert "`flowc check`" in paths["flows/wrong.yaml"]


def test_junit(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*VERIFY, "junit"]) == 2
    root = ET.fromstring(capsys.readouterr().out)
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "0", "2")
    assert {case.get("name") for case in root.iter("testcase") if case.find("error") is not None} == {
        "flows/stale.yaml",
        "flows/wrong.yaml",
    }


def test_github_has_an_annotation_for_what_has_none_of_its_own(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*VERIFY, "github"]) == 2
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("::error")]
    assert sum("flows/stale.yaml" in line and "not searched" in line for line in lines) == 1
    assert sum("flows/wrong.yaml" in line for line in lines) == 1


def test_what_was_interrupted_before_it_began_is_named(
    three: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped = property(lambda _: True, lambda *_: None)
    monkeypatch.setattr("flowc.cli.searching.SearchWatch.is_stopped", stopped, raising=False)
    assert run([*VERIFY, "json", "flows/right.yaml"]) == 130
    told = json.loads(capsys.readouterr().out)
    assert told["proved"] is False
    assert told["unsearched"] == [{"path": "flows/right.yaml", "told": "it was interrupted before it began"}]


def test_one_cause_is_told_once() -> None:
    """Also where it has kept a flow from being searched under several behaviours of the platform."""
    assert len(as_github([], [Unsearched("flows/a.yaml", "it is not there")] * 3, {}, "")) == 1


def test_what_is_assumed_is_told_once_and_of_what_flows_use_alone(
    three: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of an edited scenario everything: nobody knows what it has."""
    assert run([*VERIFY, "full", "--edited"]) == 1
    out = capsys.readouterr().out
    assert (out.count("verify flows/"), out.count("assumed:")) == (2, 1)
    told = [line.strip() for line in out.partition("assumed:\n")[2].splitlines()]
    assert "no more than 1 of the agent's requests are carried out in a call" in told
    assert [line for line in told if "queue" in line and not line.endswith(" (flows/stale.yaml)")] == []
    assert run([*VERIFY, "full", "flows/right.yaml"]) == 0
    assert not any(word in capsys.readouterr().out for word in ("queue", "briefing", "accept", "webhook", "storage"))
    assert run([*VERIFY, "full", "-q", "flows/right.yaml"]) == 0
    assert tuple(capsys.readouterr()) == ("verify flows/right.yaml  proved\n", "")


CHAIN = """flowc: 1
flow: chain
agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up, actions: [go]}
agents:
  second: {agent_id: agent_2, actions: [go_on]}
  third: {agent_id: agent_3, actions: [finish]}
actions:
  go: {description: Go to the second., do: {start_agent: second}}
  go_on: {description: Go to the third., do: {start_agent: third}}
  finish: {description: Finish., do: {reply: {status: done}}}
"""
MORE = "some of it may need more than {} of the agent's requests in a call: `--posts {}`"


def test_what_the_last_of_several_agents_does_may_need_more_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of whichever number; it is said to people and to programs. With as many as it takes it is reached."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chain.yaml").write_text(CHAIN)
    assert run(["build", "-q", "chain.yaml"]) == 0
    search = ["verify", "--only", "scenario", "chain.yaml", "--posts"]
    for posts in (1, 2):
        assert run([*search, str(posts)]) == 1
        assert MORE.format(posts, posts + 1) in capsys.readouterr().out
    assert run([*search, "2", "--output-format", "junit"]) == 1
    assert MORE.format(2, 3) in capsys.readouterr().out.replace("&apos;", "'")
    assert run([*search, "3"]) == 0
    assert "may need more" not in capsys.readouterr().out


def test_more_requests_than_can_be_had_are_not_proposed() -> None:
    [posts] = [each for each in verify.params if each.name == "posts"]
    assert isinstance(posts.type, click.IntRange)
    assert posts.type.max == MOST_POSTS
