"""What is installed is all of flowc, and says what it is; the changelog follows the version."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from flowc import __version__, references
from flowc.catalogue import CATALOGUE
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CHANGES = (ROOT / "CHANGELOG.md").read_text("utf-8")
SHIPPED = ("flowc", "flows", "pyproject.toml", "README.md")
PYTHON = "Programming Language :: Python :: 3."


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built as pip does it, of what is tracked, but by the setuptools that is here: nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *SHIPPED],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((ROOT / name).read_bytes())
    build = "from setuptools.build_meta import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=tree, capture_output=True, check=True)
    [made] = folder.glob("*.whl")
    return zipfile.ZipFile(made)


def test_the_wheel_has_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    """A type of file that is forgotten in pyproject.toml is missed only where flowc is not installed from a clone."""
    source = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "flowc").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in wheel.namelist() if not name.startswith("flowc-")} == source - {"flowc/README.md"}
    assert "flowc/py.typed" in wheel.namelist()


def test_the_wheel_has_the_references_and_the_gallery(wheel: zipfile.ZipFile) -> None:
    flows = {path.name for pattern in ("*.md", "*.yaml") for path in (ROOT / "flows").glob(pattern)}
    shipped = {name.partition(f"/data/{references.SHIPPED}/")[2] for name in wheel.namelist()}
    assert shipped - {""} == flows
    assert flows >= {of.file for of in references.DOCUMENTS.values()}


@pytest.fixture(scope="module")
def described(wheel: zipfile.ZipFile) -> Message:
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return message_from_bytes(wheel.read(name))


def test_the_wheel_says_what_it_is_and_needs(described: Message) -> None:
    assert described["Version"] == __version__
    needed = {Requirement(text).name for text in described.get_all("Requires-Dist", []) if "extra ==" not in text}
    assert needed == {Requirement(text).name for text in PROJECT["dependencies"]}
    assert "jsonschema" in needed
    assert "Typing :: Typed" in described.get_all("Classifier", [])


def test_the_versions_of_python_begin_with_the_one_that_is_required() -> None:
    named = [int(each.removeprefix(PYTHON)) for each in PROJECT["classifiers"] if each.startswith(PYTHON)]
    assert named == list(range(named[0], named[-1] + 1))
    admitted = SpecifierSet(PROJECT["requires-python"])
    assert next(minor for minor in range(30) if admitted.contains(f"3.{minor}")) == named[0]
    assert sys.version_info.minor in named, "add it to the classifiers"


def test_another_python_is_one_that_is_named() -> None:
    asked = subprocess.run([sys.executable, ROOT / ".ci/other_python.py"], capture_output=True, text=True, check=True)
    if other := asked.stdout.strip():
        version = subprocess.run([other, "--version"], capture_output=True, text=True, check=True).stdout
        minor = version.split()[1].split(".")[1]
        assert f"{PYTHON}{minor}" in PROJECT["classifiers"]
        assert int(minor) != sys.version_info.minor


def test_the_changelog_has_this_version_and_what_is_not_released_on_top() -> None:
    headings = re.findall(r"^## (.*)$", CHANGES, re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert headings[1] == __version__
    assert len(set(headings)) == len(headings)


def test_what_the_changelog_names_is_there() -> None:
    assert set(re.findall(r"FLOW\d{3}", CHANGES)) <= set(CATALOGUE)
    unreleased = CHANGES.partition("## Unreleased")[2].partition("\n## ")[0]
    documents = "".join((ROOT / name).read_text("utf-8") for name in ("README.md", "flows/README.md", "flows/CALLS.md"))
    for option in re.findall(r"`(?:flowc \w+ )?(--[\w-]+)`", unreleased):
        assert option in documents, option


def test_no_licence_is_claimed() -> None:
    assert not {"license", "license-files"} & set(PROJECT)
    assert not [each for each in PROJECT["classifiers"] if each.startswith("License")]
    assert not [path.name for path in Path(ROOT).glob("LICEN*")]
