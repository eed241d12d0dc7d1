"""The commands that make pages: what they play, search and write, and what they refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flowc.page import MARK
from tests.conftest import ROOT
from tests.test_cli import Command, command, project

SEARCHED = re.compile(r"([\d,]+) states")
__all__ = ["command", "project"]  # fixtures


def test_the_page(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of a flow without call scripts, which needs nothing that is generated."""
    code, out, err = command("graph", "flows/front_desk.yaml", "--html")
    assert (code, err) == (0, "")
    assert out.startswith(MARK)
    assert "No call script is about flows/front_desk.yaml." in out
    script = project / "flows" / "front_desk.calls.yaml"
    script.write_text((ROOT / "flows" / "front_desk.calls.yaml").read_text("utf-8"), "utf-8")
    code, out, err = command("graph", "flows/front_desk.yaml", "--html")
    assert (code, err) == (1, "1 error: no page\n")
    assert "FLOW502" in out
    command("build")
    code, out, err = command("graph", "flows/front_desk.yaml", "--html")
    assert (code, err) == (0, "")
    assert "100% seen by call scripts" in out
    assert "not searched" in out
    (project / "elsewhere").mkdir()
    monkeypatch.chdir(project / "elsewhere")
    assert command("graph", str(project / "flows/front_desk.yaml"), "--html").out == out
    monkeypatch.chdir(project)
    generated = project / "generated/front_desk/front_desk.voxengine.js"
    generated.write_text(generated.read_text("utf-8").replace('486: "busy"', '486: "declined"'), "utf-8")
    assert command("graph", "flows/front_desk.yaml", "--html").code == 1
    edited = command("graph", "flows/front_desk.yaml", "--html", "--edited")
    assert edited.code == 0
    assert re.search(r"\d+ of 32 calls failed", edited.out)


def test_the_page_of_a_search(project: Path, command: Command) -> None:
    asked = ("graph", "flows/function_calling.yaml", "--html", "--verify")
    told = command(*asked)
    assert told.code == 2
    assert "run `flowc build`" in told.err
    command("build")
    code, out, _ = command(*asked)
    assert code == 0
    assert "keeps every promise" in out
    assert "not searched" not in out


def test_how_far_the_page_is_searched(project: Path, command: Command) -> None:
    """As `flowc verify` does it, and what was covered is said."""
    command("build")
    asked = ("graph", "flows/function_calling.yaml", "--html", "--verify")
    none, one, stopped = (command(*asked, *each) for each in (("--posts", "0"), ("--posts", "1"), ("--limit", "100")))
    assert (none.code, one.code, stopped.code) == (0, 0, 0)
    states = [int(found[1].replace(",", "")) for each in (none, one) if (found := SEARCHED.search(each.out))]
    assert states[0] < states[1]
    for count, each in ((0, none), (1, one), (2, stopped)):  # 2 if nothing is said
        assert f"no more than {count} of the agent&#x27;s requests" in each.out
    assert "not proved" in stopped.out
    assert "keeps every promise" not in stopped.out
    for arguments in (("--posts", "1"), ("--limit", "100")):
        code, _, err = command("graph", "flows/function_calling.yaml", "--html", *arguments)
        assert code == 2
        assert "add `--verify`" in err


def test_what_is_for_the_page_alone(project: Path, command: Command) -> None:
    for arguments in (("--verify",), ("--edited",)):
        code, _, err = command("graph", "flows/front_desk.yaml", *arguments)
        assert code == 2
        assert "add `--html`" in err
    assert "leave one of them out" in command("graph", "flows/front_desk.yaml", "--html", "--as", "dot").err


def test_the_page_of_what_was_played(project: Path, command: Command) -> None:
    script = project / "flows" / "function_calling.calls.yaml"
    text = (ROOT / "flows" / "function_calling.calls.yaml").read_text("utf-8")
    script.write_text(text, "utf-8")
    command("build")
    code, _, err = command("test", "-q", "--html", "out/calls.html")
    assert code == 0
    assert "out/calls.html: open it in a browser" in err
    page = project / "out" / "calls.html"
    assert "calls passed" in page.read_text("utf-8")
    script.write_text(text.replace("{call: ended}", "{call: goes on}", 1), "utf-8")
    assert command("test", "-q", "--html", "out/calls.html").code == 1
    assert re.search(r"1 of \d+ calls failed", page.read_text("utf-8"))
    mine = project / "mine.html"
    mine.write_text("<p>mine", "utf-8")
    code, out, err = command("test", "--html", "mine.html")
    assert (code, out) == (2, "")
    assert "was not written by flowc" in err
    assert mine.read_text("utf-8") == "<p>mine"
    elsewhere = project.parent / "calls.html"
    for _ in range(2):  # also over what flowc has written there
        assert "open it in a browser" in command("test", "--html", "../calls.html").err
    assert elsewhere.read_text("utf-8").startswith(page.read_text("utf-8")[:20])
    elsewhere.write_text("<p>mine", "utf-8")
    assert "was not written by flowc" in command("test", "--html", "../calls.html").err
    assert elsewhere.read_text("utf-8") == "<p>mine"
    assert "there is no folder" in command("test", "--html", "../nowhere/calls.html").err
    assert "name a folder in it" in command("verify", "--save", "../found").err
    (project / "link.html").symlink_to(page)
    assert command("test", "--html", "link.html").code == 2
