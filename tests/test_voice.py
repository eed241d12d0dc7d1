"""Every error and warning as a person sees it: a page for each code, to be read as a set, in one voice.

Each page has what the files of `flows/errors`, `flows/warnings` and `testing/refused` bring about, and the sentences of
`test_syntax_errors.py`: one of each wording, since what differs in names and numbers alone reads the same.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from flowc.catalogue import CATALOGUE
from flowc.cli.app import run
from flowc.compiler import compile_flows
from flowc.diagnostics import Code, Diagnostic
from flowc.report import Report
from flowc.source import Source
from tests.shown import render
from tests.test_diagnostics import REFUSED, WARNED, sources
from tests.test_explain import OF_COMMANDS, OF_TEXTS, built, explained, found_in, project
from tests.test_syntax_errors import CASES
from tests.testing.project import HERE, Project

OF_NAMES = re.compile(r"`[^`]*`|\d+(?:\.\d+)?")
FIRST_LINE = re.compile(r"^(?:error|warning)\[\w+\]: ")
LONGEST_SENTENCE = 400
PROPER = re.compile(r"(?:FLOW\d+|[A-Z]+|VoxEngine|Python|JavaScript|Voximplant|Node)\b")

__all__ = ["built", "project"]  # fixtures

Found = tuple[Diagnostic, Mapping[str, Source]]


class Page(SingleFileSnapshotExtension):
    file_extension = "txt"
    _write_mode = WriteMode.TEXT


def of_flows() -> Iterator[Found]:
    for path in (*REFUSED, *WARNED):
        files = sources(path)
        compiled = compile_flows(files)
        for diagnostic in (*compiled.diagnostics, *compiled.warnings):
            yield diagnostic, {file.path: file for file in files}
    for number, (text, *_) in enumerate(CASES):
        file = Source(f"syntax_{number}.yaml", text.encode("utf-8", "surrogatepass"))
        for diagnostic in compile_flows([file]).diagnostics:
            yield diagnostic, {file.path: file}


def of_call_scripts(root: Path) -> Iterator[Found]:
    project = Project(root)
    for path in sorted((HERE / "flows").glob("*.yaml")):
        project.write(f"flows/{path.name}", path.read_text("utf-8"))
    project.build()
    for path in sorted((HERE / "refused").glob("*.yaml")):
        scripts = root / "flows" / f"{path.stem}.calls.yaml"
        scripts.write_text(path.read_text("utf-8"), "utf-8")
        loaded = project.load()
        for diagnostic in loaded.diagnostics:
            yield diagnostic, loaded.sources
        scripts.unlink()


def wording(found: Diagnostic) -> str:
    """What is said, whatever it is said of."""
    return OF_NAMES.sub("`…`", " ".join([found.message, found.hint, *(each.message for each in found.related)]))


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Found]]:
    """By code and wording."""
    pages: dict[str, dict[str, Found]] = defaultdict(dict)
    for found, files in (*of_flows(), *of_call_scripts(tmp_path_factory.mktemp("calls"))):
        pages[found.code].setdefault(wording(found), (found, files))
    return pages


@pytest.fixture(scope="module")
def one_project(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For texts, which change nothing in it but the one file that is theirs."""
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("one") / "project"))


@pytest.mark.parametrize("code", OF_TEXTS)
def test_a_code_says(
    code: Code, voice: Mapping[str, Mapping[str, Found]], one_project: Path, snapshot: SnapshotAssertion
) -> None:
    """Its own example comes first."""
    example = explained(CATALOGUE[code]).example
    kind = "calls.yaml" if "\ncalls:" in example else "yaml"
    files = {f"flows/example.{kind}": Source(f"flows/example.{kind}", example.encode())}
    [first] = found_in(example, one_project)
    pages = {wording(first): (first, files), **voice[code]}
    shown = [render(Report((found,), sources), "full") for found, sources in pages.values()]
    assert "\n".join(FIRST_LINE.sub("", page) for page in shown) == snapshot(extension_class=Page)


@pytest.mark.parametrize("code", OF_COMMANDS)
def test_a_command_says(
    code: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    snapshot: SnapshotAssertion,
) -> None:
    """What is not of one file, but of what is beside it: as the last command of the code's own example shows it."""
    monkeypatch.chdir(project)
    for line in explained(CATALOGUE[code]).example.splitlines():
        name, *arguments = shlex.split(line[2:])
        capsys.readouterr()
        _ = run(arguments) if name == "flowc" else subprocess.run(["sh", "-c", line[2:]], check=True)
    shown = capsys.readouterr().out
    assert f"error[{code}]" in shown
    assert shown == snapshot(extension_class=Page)


# What holds for all of them


def test_each_sentence_is_one_and_begins_as_the_others_do(voice: Mapping[str, Mapping[str, Found]]) -> None:
    for page in voice.values():
        for found, _ in page.values():
            sentences = [found.message, *filter(None, [found.hint]), *(each.message for each in found.related)]
            for sentence in sentences:
                assert not sentence.endswith((".", "!", " ")), sentence
                assert "\n" not in sentence, sentence
                assert len(sentence) <= LONGEST_SENTENCE, sentence
                assert not sentence[0].isupper() or PROPER.match(sentence), sentence
