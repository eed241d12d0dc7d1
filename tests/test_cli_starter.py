"""`flowc init` and `flowc docs`: from nothing to a flow that builds, passes and is proved; what there is to read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import yaml

from flowc.cli.app import flowc, run
from flowc.compiler import compile_flows
from flowc.references import DOCUMENTS, document, examples
from flowc.source import Source
from flowc.starter import first_flow
from tests.conftest import ROOT
from tests.test_cli import Finished, tree

FILES = [
    "flows/reception.yaml",
    "flows/reception.calls.yaml",
    "flows/flow.schema.json",
    "flows/calls.schema.json",
    "pyproject.toml",
    "AGENTS.md",
    ".gitattributes",
    ".pre-commit-config.yaml",
    ".github/workflows/flowc.yml",
]
Command = Callable[..., Finished]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def command(empty: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def finished(*arguments: str) -> Finished:
        code = run(list(arguments))
        return Finished(code, *capsys.readouterr())

    return finished


def test_what_it_writes_builds_passes_and_is_proved(empty: Path, command: Command) -> None:
    code, out, err = command("init")
    assert (code, out.splitlines()) == (0, FILES)
    assert "9 files written; next: flowc build" in err
    assert command("build", "-q").code == 0
    assert command("check").code == 0
    code, out, _ = command("test", "--coverage")
    assert code == 0
    assert "coverage of flows/reception.yaml: 100%" in out
    assert command("build", "--check").code == 0
    assert command("verify", "--only", "scenario", "flows/reception.yaml").code == 0


def test_nothing_that_exists_is_changed(empty: Path, command: Command) -> None:
    (empty / "AGENTS.md").write_text("Ours.\n")
    (empty / "flows").mkdir()
    (empty / "flows" / "reception.yaml").write_text("Ours, too.\n")
    code, out, err = command("init")
    assert (code, out.splitlines()) == (0, [name for name in FILES if not (name in err and "is there already" in err)])
    assert "AGENTS.md is there already, and is left as it is" in err
    assert (empty / "AGENTS.md").read_text() == "Ours.\n"
    assert (empty / "flows" / "reception.yaml").read_text() == "Ours, too.\n"
    before = tree(empty)
    code, out, err = command("init")
    assert (code, out) == (0, "")
    assert tree(empty) == before


def test_a_project_that_has_flows_gets_no_first_one(empty: Path, command: Command) -> None:
    """It would be built by nobody, and `flowc test` would stop at it; the rest is still written."""
    flow, _ = first_flow()
    (empty / "flows").mkdir()
    (empty / "flows" / "own.yaml").write_text(flow.replace("flow: reception", "flow: own"))
    code, out, err = command("init")
    assert code == 0
    assert "flows/reception" not in out
    assert {"AGENTS.md", "pyproject.toml", "flows/flow.schema.json"} <= {*out.splitlines()}
    assert "there are flows in flows already: no first one is written (flowc init --from EXAMPLE writes one)" in err
    assert sorted(each.name for each in (empty / "flows").glob("*.yaml")) == ["own.yaml"]
    assert command("build").code == 0
    assert command("init", "--from", "clinic").out.splitlines() == ["flows/clinic.yaml", "flows/clinic.calls.yaml"]


def test_the_settings_say_where_flows_go(empty: Path, command: Command) -> None:
    (empty / "pyproject.toml").write_text('[tool.flowc]\nflows = "calls/in"\nout = "made"\n')
    assert command("init", "-q").code == 0
    assert (empty / "calls" / "in" / "reception.yaml").is_file()
    assert "`made/<flow>/`" in (empty / "AGENTS.md").read_text()
    assert command("build", "-q").code == 0
    assert (empty / "made" / "reception").is_dir()


def test_any_example_is_a_beginning(empty: Path, command: Command) -> None:
    for name in examples():
        assert command("init", "-q", "--from", name).code == 0
        for path in (empty / "flows" / f"{name}.yaml", empty / "flows" / f"{name}.calls.yaml"):
            schema = re.match(r"# yaml-language-server: \$schema=(.*)\n", path.read_text("utf-8"))
            assert schema is not None
            assert (path.parent / schema[1]).is_file(), path
    assert command("check").code == 0


def test_an_example_that_is_not_there(command: Command) -> None:
    code, out, err = command("init", "--from", "clinik")
    assert (code, out) == (2, "")
    assert "there is no example `clinik`: did you mean clinic? `flowc docs` lists them" in err
    assert "take one at a time" in command("init", "--from", "clinic", "--agent", "flows/clinic.yaml").err


def test_a_folder_that_cannot_be_made_is_told(empty: Path, command: Command) -> None:
    (empty / ".github").write_text("")
    code, out, err = command("init")
    assert (code, out) == (2, "")
    assert err.startswith("error: cannot write ")
    assert not (empty / "flows").exists()


def test_no_link_is_followed(empty: Path, command: Command) -> None:
    outside = empty.parent / "outside"
    outside.mkdir()
    (empty / ".github").symlink_to(outside)
    code, _, err = command("init")
    assert code == 0
    assert ".github/workflows/flowc.yml cannot be there, and is left out" in err
    assert list(outside.iterdir()) == []


def commands_in(text: str) -> Iterator[list[str]]:
    """Whatever is to be typed or run: in code of Markdown, and in the commands of YAML."""
    for found in re.findall(r"`(flowc [^`]*)`|(?:entry|run): (flowc .*)", text):
        for each in "".join(found).split(" && "):
            yield shlex.split(each)[1:]


@pytest.mark.parametrize("name", ["AGENTS.md", ".pre-commit-config.yaml", ".github/workflows/flowc.yml"])
def test_what_it_tells_others_to_run_is_there(empty: Path, command: Command, name: str) -> None:
    command("init")
    written = (empty / name).read_text("utf-8")
    if not name.endswith(".md"):
        assert yaml.safe_load(written)
    told = list(commands_in(written))
    assert len(told) >= 2
    for first, *rest in told:
        known = flowc.commands[first]
        options = {each for parameter in known.params for each in parameter.opts + parameter.secondary_opts}
        assert {each for each in rest if each.startswith("-")} <= options, (first, rest)
        with click.Context(known, ignore_unknown_options=False) as context:
            known.make_parser(context).parse_args(rest)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_reference_is_printed(command: Command, name: str) -> None:
    code, out, err = command("docs", name)
    assert (code, err) == (0, "")
    assert out == document(name)
    assert out.startswith("#")


def test_the_protocol_is_what_the_language_ends_with() -> None:
    language = (ROOT / "flows" / "README.md").read_text("utf-8")
    assert document("language") == language
    assert language.endswith(document("protocol"))
    assert len(re.findall(r"(?m)^## ", document("protocol"))) == 1


def test_without_a_name_all_are_listed(command: Command) -> None:
    code, out, _ = command("docs")
    assert code == 0
    for name, about in {**{each: of.about for each, of in DOCUMENTS.items()}, **examples()}.items():
        assert about, name
        assert re.search(rf"(?m)^  {name} +{re.escape(about)}$", out), name


def test_a_reference_that_is_not_there(command: Command) -> None:
    code, out, err = command("docs", "langage")
    assert (code, out) == (2, "")
    assert "there is no reference `langage`; did you mean language?" in err


def test_alone_it_shows_what_there_is(command: Command) -> None:
    code, out, err = command()
    assert (code, err) == (0, "")
    assert "flowc init" in out
    for name in flowc.commands:
        assert re.search(rf"(?m)^  {name} ", out), name


def test_the_first_flow_has_nothing_to_warn_of() -> None:
    flow = (ROOT / "flowc" / "starter" / "reception.yaml").read_bytes()
    compiled = compile_flows([Source("flows/reception.yaml", flow)])
    assert (compiled.diagnostics, compiled.warnings) == ((), ())


def test_a_section_of_a_reference(command: Command) -> None:
    headings = command("docs", "language", "--sections").out.splitlines()
    assert {"Menus", "`transfer`", "The control protocol"} <= set(headings)
    for each in headings:
        code, out, err = command("docs", "language", each)
        assert (code, err) == (0, "")
        assert re.match(rf"##+ {re.escape(each)}\n", out)
    assert command("docs", "language", "menus").out.startswith("### Menus\n")
    assert "did you mean `Menus`?" in command("docs", "language", "menues").err
    code, out, err = command("docs", "calls", "nothing of the kind")
    assert (code, out) == (2, "")
    assert "`flowc docs calls --sections` lists them" in err
