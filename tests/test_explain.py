"""One code, one rule: each has its explanation, whose examples have that error and no other, and every rule is used."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from flowc.catalogue import CATALOGUE, CHAPTERS, page
from flowc.catalogue.call_scripts import CALL_SCRIPTS
from flowc.catalogue.ignores import IGNORES
from flowc.catalogue.names import NAMES
from flowc.catalogue.reading import READING
from flowc.catalogue.structure import STRUCTURE
from flowc.checks import RULES
from flowc.cli.app import run
from flowc.cli.exits import Exit
from flowc.compiler import compile_flows
from flowc.config import load
from flowc.diagnostics import Code, Diagnostic
from flowc.rule import Explanation, Rule
from flowc.source import Source
from flowc.testing.project import load as load_scripts
from tests.conftest import ROOT

FLOWC = ROOT / "flowc"
WRITTEN = (*READING, *STRUCTURE, *NAMES, *IGNORES, *CALL_SCRIPTS, *RULES)


def explained(rule: Rule) -> Explanation:
    assert rule.explanation is not None
    return rule.explanation


# Every code has one rule, and every rule is used


def given(path: Path) -> Iterator[str]:
    """The codes that a file gives to errors: not those that it asks for, nor those that its rule has."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed_over: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Rule" and node.args:
            passed_over.add(node.args[0])
        if isinstance(node, ast.Compare):
            passed_over.update(ast.walk(node))
        if isinstance(node, ast.Constant) and re.fullmatch(r"FLOW\d+", str(node.value)) and node not in passed_over:
            yield str(node.value)
    if any(isinstance(node, ast.Attribute) and ast.unparse(node) == "RULE.at" for node in ast.walk(tree)):
        yield from re.findall(r'^RULE = Rule\(\s*"(\w+)"', path.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_code_that_is_used_has_a_rule_and_every_rule_is_used() -> None:
    silent = {FLOWC / "diagnostics.py", *(FLOWC / "catalogue").glob("*.py")}
    used = {code for path in FLOWC.rglob("*.py") if path not in silent for code in given(path)}
    assert sorted(used - CATALOGUE.keys()) == [], "used, but nothing explains it"
    assert sorted(CATALOGUE.keys() - used) == [], "explained, but nothing uses it"


def test_the_codes_of_the_type_are_those_of_the_rules() -> None:
    assert list(get_args(Code)) == list(CATALOGUE)


def test_a_code_has_one_rule_and_a_title_of_its_own() -> None:
    codes = [rule.code for rule in WRITTEN]
    assert sorted(codes) == sorted(set(codes))
    titles = [rule.title for rule in WRITTEN]
    assert sorted(titles) == sorted(set(titles))


def test_every_check_belongs_to_a_rule_and_every_rule_has_a_chapter() -> None:
    asked = [(*rule.checks, *rule.whole_flow_checks, *rule.last_checks, *rule.warnings) for rule in RULES]
    listed = {check for checks in asked for check in checks}
    for path in (FLOWC / "checks").glob("[!_]*.py"):
        module = importlib.import_module(f"flowc.checks.{path.stem}")
        assert getattr(module, "RULE", None) in (None, *RULES), path.stem
        for name, each in vars(module).items():
            if name[0] != "_" and getattr(each, "__annotations__", None) == {
                "flow": "Flow",
                "return": "Iterator[Diagnostic]",
            }:
                assert each in listed, f"{path.stem}.{name} is never asked"
    assert {code[:5] for code in CATALOGUE} == set(CHAPTERS)


# What a rule says


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_rule_says_all_that_belongs_to_it(code: Code) -> None:
    rule = CATALOGUE[code]
    said = explained(rule)
    assert said.what.endswith((".", "`.")), said.what
    assert re.match(r"[a-z0-9`].*\.$", said.why, re.DOTALL), said.why
    assert said.example != said.instead
    assert not rule.title.endswith(".")
    assert all(len(line) <= 120 for line in page.text(rule).splitlines())


@pytest.mark.parametrize(
    "doc",
    [
        "What.",
        "What.\n\nWhy: so.\n\nExample:\n\n    a\n",
        "What.\n\nExample:\n\n    a\n\nInstead:\n\n    b\n",
        "Why: so.\n\nExample:\n\n    a\n\nInstead:\n\n    b\n",
        "What.\n\nWhy: so.\n\nInstead:\n\n    b\n",
    ],
)
def test_a_rule_that_lacks_a_part_is_refused(doc: str) -> None:
    with pytest.raises(ValueError, match="FLOW303: a rule is explained by"):
        _ = Rule("FLOW303", "steps that run out", doc).explanation


# The examples


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the two example flows, built; not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT / "flows", folder / "flows")
    (folder / "pyproject.toml").write_text("[tool.flowc]\n", encoding="utf-8")
    flows = [path for path in sorted((folder / "flows").glob("*.yaml")) if "." not in path.stem]
    sources = [Source(f"flows/{path.name}", path.read_bytes()) for path in flows]
    for name, text in compile_flows(sources).artifacts.items():
        path = folder / "generated" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "project"))


def found_in(text: str, project: Path) -> list[Diagnostic]:
    """What is wrong with the text of a flow or of a call script."""
    if "\ncalls:" not in text:
        result = compile_flows([Source("flows/example.yaml", text.encode())])
        return [*result.diagnostics, *result.warnings]
    (project / "flows" / "example.calls.yaml").write_text(text, encoding="utf-8")
    return list(load_scripts(load(project), [str(project / "flows" / "example.calls.yaml")]).diagnostics)


Ran = Callable[[str], tuple[int, set[str]]]


@pytest.fixture
def ran(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ran:
    """Types in commands, up to the first that fails: its exit code, and the codes of the errors that were told of.

    What is not flowc's goes to the shell.
    """
    monkeypatch.chdir(project)

    def typed(commands: str) -> tuple[int, set[str]]:
        lines = commands.splitlines()
        assert all(line.startswith("$ ") for line in lines), commands
        assert lines[-1].startswith("$ flowc "), "the last command shows the error"
        for line in lines:
            name, *arguments = shlex.split(line[2:])
            code = run(arguments) if name == "flowc" else subprocess.run(["sh", "-c", line[2:]]).returncode
            if code:
                break
        return code, set(re.findall(r"error\[(\w+)\]", capsys.readouterr().out))

    return typed


OF_TEXTS = [code for code, rule in CATALOGUE.items() if not explained(rule).example.startswith("$ ")]
OF_COMMANDS = [code for code in CATALOGUE if code not in OF_TEXTS]


@pytest.mark.parametrize("code", OF_TEXTS)
def test_an_example_has_this_error_and_no_other_and_mended_none(code: Code, project: Path) -> None:
    said = explained(CATALOGUE[code])
    assert [each.code for each in found_in(said.example, project)] == [code]
    assert found_in(said.instead, project) == []


@pytest.mark.parametrize("code", OF_COMMANDS)
def test_commands_lead_to_this_error_and_no_other_and_mend_it(code: Code, ran: Ran) -> None:
    said = explained(CATALOGUE[code])
    assert ran(said.example) == (Exit.FAULTS, {code})
    assert ran(said.instead) == (0, set())


@pytest.mark.parametrize("rule", CALL_SCRIPTS, ids=lambda rule: rule.code)
def test_a_mended_call_script_can_be_played(rule: Rule, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = explained(rule)
    if rule.code in OF_TEXTS:
        path = project / "flows" / "example.calls.yaml"
        path.write_text(said.instead, encoding="utf-8")
        assert run(["test", str(path)]) == 0, capsys.readouterr().out


# Where they are shown


def test_the_document_is_what_the_rules_say(capsys: pytest.CaptureFixture[str]) -> None:
    """If it is not: `flowc explain --markdown > flows/ERRORS.md`."""
    assert run(["explain", "--markdown"]) == 0
    assert capsys.readouterr().out == (ROOT / "flows" / "ERRORS.md").read_text(encoding="utf-8")


def test_the_documents_blocks_are_the_examples_and_its_links_lead_somewhere() -> None:
    text = (ROOT / "flows" / "ERRORS.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:yaml|sh)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    said = [explained(rule) for rule in CATALOGUE.values()]
    examples = [part for each in said for part in (each.example, each.instead)]
    assert blocks == [re.sub(r"^\$ ", "", part, flags=re.MULTILINE) for part in examples]
    headings = {
        re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE), re.M)
    }
    links = re.findall(r"\]\(#(.*?)\)", text)
    assert len(links) == len(CATALOGUE)
    assert set(links) <= headings


@pytest.mark.parametrize("written", ["FLOW303", "flow303", "303", " Flow303 ", "error[FLOW303]", "flow-303"])
def test_a_code_is_explained_however_it_is_written(written: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", written]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == (page.text(CATALOGUE["FLOW303"]), "")
    assert out.startswith("FLOW303: steps that run out\n\n")
    assert all(max(map(len, lines.splitlines())) <= 80 for lines in out.split("\n\nExample:")[:1])


def test_a_number_needs_no_zeros(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "8"]) == 0
    assert capsys.readouterr().out.startswith("FLOW008: invisible character\n")


def test_without_a_code_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [f"{rule.code}  {rule.title}" for rule in CATALOGUE.values()]
    assert err == ""


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("FLOW4O1", "there is no code `FLOW4O1`; did you mean FLOW401?"),
        ("FLOW999", "there is no code `FLOW999`\n"),  # of which no code is near
        ("402", "there is no code `402`; did you mean FLOW40"),
        ("FLOW", "there is no code `FLOW`"),
        ("ring\n::error::x", r"there is no code `ring\n::error::x`"),
        ("", "there is no code ``"),
        ("\u0663\u0660\u0663", "there is no code `\u0663\u0660\u0663`"),
    ],
)
def test_a_code_that_is_not_there_is_told_with_those_that_are(
    written: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", written]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error: {told}")
    assert err.endswith("\nAll codes: flowc explain\n")


def test_the_document_is_about_all_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "--markdown", "FLOW303"]) == 2
    assert "leave out the code" in capsys.readouterr().err


def test_without_docstrings_a_code_has_its_title_still() -> None:
    command = [sys.executable, "-OO", "-m", "flowc", "explain", "FLOW303"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("FLOW303: steps that run out\n\nNo more is known")
