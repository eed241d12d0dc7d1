"""What is wrong with a call script is an error at its line, all of it at once; what is right is accepted.

A comment `### CODE expression` names an error of its line; behind `; ` it names the hint as well.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flowc.diagnostics import Diagnostic
from tests.testing.project import CLINIC, HERE, SCENARIO, Project

FILES = sorted((HERE / "refused").glob("*.yaml"))


def wanted(text: str) -> list[tuple[int, str, str]]:
    return [
        (number, *comment.strip().split(" ", 1))
        for number, line in enumerate(text.splitlines(), start=1)
        for comment in line.split("###")[1:]
    ]


def matches(found: Diagnostic, line: int, code: str, told: str) -> bool:
    message, _, hint = told.partition("; ")
    sentences = re.search(message, found.message) is not None and re.search(hint, found.hint) is not None
    return sentences and (found.span.line, found.code) == (line, code)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_script_is_refused(project: Project, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    own = ("agents", "asking", "briefed", "detecting", "handing", "introduced", "limiting", "ordering", "placing")
    own = (*own, "neighbours", "queueing", "speaking", "telling", "telling_all")
    for flow in own:
        if path.stem.startswith(flow):
            project.write(f"flows/{flow}.yaml", (HERE / "flows" / f"{flow}.yaml").read_text(encoding="utf-8"))
            project.build()
    project.write(f"flows/{path.stem}.calls.yaml", text)
    loaded = project.load()
    assert not loaded.files
    found = list(loaded.diagnostics)
    for line, code, told in wanted(text):
        which = [each for each in found if matches(each, line, code, told)]
        assert which, (line, code, told, [each for each in found if each.span.line == line])
        found.remove(which[0])
    assert found == []


@pytest.mark.parametrize("name", ["agent", "caller", "wait", "expect", "request", "nobody", "nothing"])
def test_a_target_cannot_be_called_like_a_word_of_call_scripts(project: Project, name: str) -> None:
    project.write("flows/clinic.yaml", re.sub(r"\breception\b", name, CLINIC))
    project.build()
    project.scripts("a call: [{caller: calls}]")
    [found] = project.load().diagnostics
    assert (found.path, found.code) == ("flows/clinic.calls.yaml", "FLOW505")
    [related] = found.related
    line = (project.root / related.path).read_text(encoding="utf-8").splitlines()[related.span.line - 1]
    assert line.strip().startswith(f"{name}: ")


def test_a_target_that_was_renamed_fails_where_a_script_names_it(project: Project) -> None:
    project.scripts("a call:\n- caller: calls\n- agent: {asks: emergency}\n- reception: answers")
    assert not project.load().diagnostics
    project.write("flows/clinic.yaml", re.sub(r"\breception\b", "front_office", CLINIC))
    project.build()
    [found] = project.load().diagnostics
    assert (found.path, found.span.line, found.code) == ("flows/clinic.calls.yaml", 10, "FLOW201")


def test_a_mistake_in_the_steps_of_many_rows_leaves_room_for_others(project: Project) -> None:
    rows = "".join(f"  - {{after: {number}s}}\n" for number in range(1, 301))
    steps = '  - caller: calls\n  - wait: "${after}"\n  - agent: {asks: emergancy}\n'
    another = "another: [{caller: calls}, {agent: {asks: no_one}}]\n"
    project.scripts(f"a table:\n  rows:\n{rows}  steps:\n{steps}{another}")
    found = [each.message for each in project.load().diagnostics]
    assert found == ["the flow has no action `emergancy`", "the flow has no action `no_one`"]


def test_the_flow_is_missing(project: Project) -> None:
    project.write("flows/x.calls.yaml", "flowc: 1\nflow: clinik.yaml\ncalls: {a call: [{caller: calls}]}\n")
    [found] = project.load().diagnostics
    assert (found.span.line, found.code) == (2, "FLOW501")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("clinic", "clinic.yaml"),
        ("clinik", "clinic.yaml"),
        ("clinik.yaml", "clinic.yaml"),
        ("clinic.yml", "clinic.yaml"),
        ("flows/clinic.yaml", "clinic.yaml"),
        ("front_office", "deep/desk.yaml"),  # as the flow calls itself
        ("desk.yaml", "deep/desk.yaml"),
        ("payments", None),
        ("payments.yaml", None),
        ("/etc/hosts", None),
    ],
)
def test_a_hint_names_a_flow_that_is_there(project: Project, written: str, meant: str | None) -> None:
    project.write("flows/deep/desk.yaml", CLINIC.replace("flow: front_desk", "flow: front_office"))
    project.write("flows/x.calls.yaml", f"flowc: 1\nflow: {written}\ncalls: {{a call: [{{caller: calls}}]}}\n")
    [found] = project.load("flows/x.calls.yaml").diagnostics
    wanted = f"did you mean `{meant}`?" if meant else "name the flow's file, as seen from the folder of this one"
    assert (found.span.line, found.hint) == (2, wanted)
    assert [edit.text for edit in found.edits] == ([meant] if meant else [])


def test_a_flow_of_another_folder_is_named_as_it_is_written(project: Project) -> None:
    project.write("flows/x.calls.yaml", "flowc: 1\nflow: ../clinic.yaml\ncalls: {a call: [{caller: calls}]}\n")
    [found] = project.load("flows/x.calls.yaml").diagnostics
    assert found.message == "there is no flow `../clinic.yaml`"
    assert found.hint == "did you mean `clinic.yaml`?"


def test_the_flow_has_errors(project: Project) -> None:
    project.write("flows/clinic.yaml", CLINIC.replace("ring: 20s", "ring: 20"))
    project.scripts("a call: [{caller: calls}]")
    project.scripts("another: [{caller: calls}]", "other")
    [found] = project.load().diagnostics
    assert (found.path, found.code) == ("flows/clinic.yaml", "FLOW103")
    assert [(each.path, each.span.line, each.message) for each in found.related] == [
        (f"flows/{name}.calls.yaml", 2, "so this is not played") for name in ("clinic", "other")
    ]


def test_the_scenario_has_not_been_generated(project: Project) -> None:
    (project.root / SCENARIO).unlink()
    project.scripts("a call: [{caller: calls}]")
    [found] = project.load().diagnostics
    assert (found.code, found.hint) == ("FLOW502", "run `flowc build`")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"- a\n", b"a: *b\n", b"calls:\n", b"calls: [\n", b"calls: {a: }\n"]
)
def test_any_file_ends_in_errors_of_its_own(project: Project, content: bytes) -> None:
    (project.root / "flows/x.calls.yaml").write_bytes(content)
    loaded = project.load()
    assert loaded.diagnostics
    assert not loaded.files
