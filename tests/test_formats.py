"""The list of formats is all there is to a format: commands, help, documents and tests follow it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from flowc.cli.app import COMMANDS
from flowc.formats import FORMATS, FULL, OF_CALLS, OF_FINDINGS, OF_REVIEWS, OF_SEARCHES, Format, beside
from flowc.report import Report
from flowc.testing.result import Run
from tests.conftest import ROOT
from tests.shown import render, render_calls
from tests.test_cli import Command, command, project

__all__ = ["command", "project"]  # fixtures

REPORTS = {"build": OF_FINDINGS, "check": OF_FINDINGS, "init": OF_FINDINGS, "talk": OF_FINDINGS}
REPORTS["hours"] = REPORTS["graph"] = REPORTS["deploy"] = REPORTS["doctor"] = OF_FINDINGS
REPORTS["diff"] = (*OF_FINDINGS, *OF_REVIEWS)
REPORTS["test"] = OF_CALLS
REPORTS["verify"] = OF_SEARCHES
CLEAN = {
    "build": ("build",),
    "build --check": ("build", "--check"),
    "check": ("check",),
    "init": ("init", "--agent", "flows/function_calling.yaml"),
}


def test_all_have_names_of_their_own_and_something_to_show() -> None:
    names = [each.name for each in FORMATS]
    assert len(set(names)) == len(names)
    assert set(OF_FINDINGS) | set(OF_CALLS) | set(OF_REVIEWS) == set(FORMATS)
    assert all(each.purpose for each in FORMATS)


@pytest.mark.parametrize(("folder", "formats"), [("report", OF_FINDINGS), ("testing/report", OF_CALLS)])
def test_each_module_that_renders_is_in_the_list(folder: str, formats: tuple[Format, ...]) -> None:
    """A renderer that nothing offers would be found by nobody."""
    renders = {
        path.stem
        for path in (ROOT / "flowc" / folder).glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "render"
    }
    assert renders == {each.name for each in formats}


@pytest.mark.parametrize("name", [str(each.name) for each in COMMANDS.values()])
def test_a_command_that_reports_has_the_option_and_all_formats_of_its_kind(name: str, command: Command) -> None:
    [of_name] = [each for each in COMMANDS.values() if each.name == name]
    options = {one for parameter in of_name.params for one in parameter.opts}
    assert ("--output-format" in options) == (name in REPORTS)
    assert ("--format" in options) == (name == "test")  # as it was called there at first
    shown = " ".join(command(name, "--help").out.split())
    for each in REPORTS.get(name, ()):
        assert f"{each.name} ({each.purpose})" in shown


@pytest.mark.parametrize("style", OF_FINDINGS, ids=lambda each: each.name)
def test_of_findings_only_a_document_is_there_when_there_are_none(style: Format) -> None:
    assert bool(render(Report((), {}), style.name)) == style.is_document


@pytest.mark.parametrize("style", OF_CALLS, ids=lambda each: each.name)
def test_of_calls_there_is_always_something(style: Format) -> None:
    assert render_calls(Run(()), style.name, sources={})


@pytest.mark.parametrize("arguments", CLEAN.values(), ids=CLEAN)
@pytest.mark.parametrize("style", OF_FINDINGS, ids=lambda each: each.name)
def test_a_clean_run_prints_a_document_alone_or_nothing(
    project: Path, command: Command, style: Format, arguments: tuple[str, ...]
) -> None:
    command("build")
    code, out, err = command(*arguments, "--output-format", style.name)
    assert code == 0
    if style.is_document:
        told = {key: value for key, value in json.loads(out).items() if key != "hunts"}
        assert told == json.loads(render(Report((), {}), style.name))
    elif arguments[0] != "init":
        assert out == ""
    names = out + err if arguments[0] == "init" else "main.py"
    assert "main.py" in names


@pytest.mark.parametrize("style", OF_FINDINGS, ids=lambda each: each.name)
def test_a_patch_stays_alone_and_what_else_was_found_has_the_format(
    project: Path, command: Command, style: Format
) -> None:
    command("build")
    flow = project / "flows/front_desk.yaml"
    flow.write_text(flow.read_text().replace("ring: 20s", "ring: 90s"))
    code, out, err = command("diff", "-q", "--output-format", style.name)
    assert (code, out) == (1, "")
    assert err == command("check", "-q", "--output-format", style.name).out
    assert "FLOW401" in err


@pytest.mark.parametrize("style", OF_FINDINGS, ids=lambda each: each.name)
def test_a_flow_that_cannot_be_talked_to_has_the_format(project: Path, command: Command, style: Format) -> None:
    flow = project / "flows/front_desk.yaml"
    flow.write_text(flow.read_text().replace("ring: 20s", "ring: 90s"))
    told = command("check", "-q", str(flow), "--output-format", style.name).out
    assert command("talk", str(flow), "--output-format", style.name).out == told


@pytest.mark.parametrize("style", OF_CALLS, ids=lambda each: each.name)
def test_the_option_of_test_has_its_old_name_as_well(project: Path, command: Command, style: Format) -> None:
    """Where no call can be played, so that none needs to be."""
    script = project / "flows/front_desk.calls.yaml"
    script.write_text("flowc: 1\nflow: front_desk.yaml\ncalls:\n  one:\n    - caller: jumps\n")
    command("build")
    new = command("test", "-q", "--output-format", style.name)
    assert new == command("test", "-q", "--format", style.name)
    code, out, err = new
    assert code == 1
    assert "FLOW" in (err if style.is_document else out)
    if style.is_document:
        assert out == render_calls(Run((), is_whole=False), style.name, sources={})


def test_findings_beside_calls_are_never_in_a_document() -> None:
    for style in OF_CALLS:
        shown = beside(style)
        assert shown in OF_FINDINGS
        assert not shown.is_document
        assert shown is (style if style in OF_FINDINGS and not style.is_document else FULL)


def test_the_documents_name_all_formats() -> None:
    readme, calls = ((ROOT / name).read_text("utf-8") for name in ("README.md", "flows/CALLS.md"))
    [row] = re.findall(r"^\| `flowc test \[PATHS\]` .*$", readme, re.MULTILINE)
    listed = r"\|".join(each.name for each in OF_CALLS)
    assert f"`--output-format {listed}`" in row
    assert f"| `--output-format {listed}` |" in calls
    [sentence] = re.findall(r"^.* as `--output-format (.*)`\.", readme, re.MULTILINE)
    assert re.findall(r"\w+", sentence.replace(" or ", " ")) == [each.name for each in OF_FINDINGS]
