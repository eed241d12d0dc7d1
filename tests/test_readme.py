"""Every block of README.md, and of flows/VERIFY.md, does what stands there: commands are run as they are written, by a
shell, one after the other.

What a command prints stands in the block behind it: every line has to come, in that order, and nothing between two of
them unless there is a line with `…`. A change of a file is a block of its own, which says which file; it is made before
what follows it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flowc.cli.app import COMMANDS
from flowc.cli.lsp import lsp
from flowc.config import Config, load
from tests.conftest import ROOT

README = ROOT / "README.md"
PROOFS = ROOT / "flows" / "VERIFY.md"
A_PROJECT = "Ten minutes"
COMMANDS_OF_CI = 2
"""`.ci/run` runs these as they stand there, in a clone: what sets up takes the network."""
REST = "…"
FAILURE = re.compile(r"^error\[|calls failed$|^  behaviour changed$", re.MULTILINE)
"""What stands behind a command that exits with 1."""
COUNTS = re.compile(r"  [\d,]+ states, ")
"""How large a proof was, and how long it took, are any numbers."""
INSTALLS = "-m pip install"


@dataclass(frozen=True)
class Block:
    """One of README's: `language` of its fence, and in which section."""

    section: str
    language: str
    text: str
    of_ci: bool


def blocks(document: Path) -> Iterator[Block]:
    section = ""
    for found in re.finditer(
        r"^## (?P<section>[^\n]*)$"
        r"|(?P<ci>^<!-- command: \w+ -->\n)?^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^ *```$",
        document.read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    ):
        if found["section"]:
            section = found["section"]
        else:
            text = re.sub(f"^{found['indent']}", "", found["text"], flags=re.MULTILINE)
            yield Block(section, found["language"], text, found["ci"] is not None)


BLOCKS = list(blocks(README))


def of(section: str) -> list[Block]:
    return [block for block in BLOCKS if block.section == section]


class Shell:
    """A shell with flowc and Python as in a clone that was set up. `folder` is where the last command was."""

    def __init__(self, clone: Path) -> None:
        self.folder = clone
        bin_folder = clone / ".venv" / "bin"
        bin_folder.mkdir(parents=True)
        for name, command in {"python": "", "flowc": "-m flowc"}.items():
            (bin_folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -P {command} "$@"\n')
            (bin_folder / name).chmod(0o755)
        (bin_folder / "activate").write_text(f'export PATH="{bin_folder}:$PATH"\n')
        self.path = os.environ["PATH"]
        who = {f"GIT_{role}_{what}": "a@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.environment = {
            **os.environ,
            **who,
            "PYTEST_ADDOPTS": "",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "110",
        }

    def run(self, commands: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """`typed` is what comes from a pipe."""
        kept = self.folder.parent / "where"
        script = f"set -u\n{commands}\nended=$?\n{{ pwd; printf '%s' \"$PATH\"; }} > '{kept}'\nexit $ended\n"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env={**self.environment, "PATH": self.path},
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        folder, _, self.path = kept.read_text("utf-8").partition("\n")
        self.folder = Path(folder)
        return done


@pytest.fixture
def clone(tmp_path: Path) -> Shell:
    """What of a clone the commands of README work with."""
    here = tmp_path / "flowc"
    here.mkdir()
    for name in ("flows", "generated"):
        shutil.copytree(ROOT / name, here / name)
    shutil.copy(ROOT / "pyproject.toml", here)
    return Shell(here)


def edit(folder: Path, change: str) -> None:
    """A block of changes: below the file's name, lines to find, lines to write, parts between empty lines."""
    first, _, rest = change.partition("\n")
    path = folder / first.removeprefix("--- ")
    text = path.read_text("utf-8")
    for part in rest.strip("\n").split("\n\n"):
        old, new = ("".join(f"{line[1:]}\n" for line in part.split("\n") if line[0] in signs) for signs in (" -", " +"))
        assert text.count(old) == 1, f"{path.name} has this {text.count(old)} times:\n{old}"
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def as_pattern(shown: str) -> re.Pattern[str]:
    """What a block says is printed; `…` is anything."""
    parts = []
    for line in shown.rstrip("\n").split("\n"):
        if line == REST:
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(re.sub(r"[\d,]+", "[0-9,]+", re.escape(line)) if COUNTS.match(line) else re.escape(line))
            parts.append(r"\n")
    return re.compile("".join(parts))


def shows(printed: str, shown: str) -> bool:
    return as_pattern(shown).search(printed) is not None


def play(shell: Shell, section: list[Block]) -> None:
    printed = ""
    for block in section:
        if block.language == "sh" and not block.of_ci:
            done = shell.run(block.text)
            printed = done.stdout
            [behind] = section[section.index(block) + 1 :][:1] or [block]
            is_to_fail = behind.language == "text" and FAILURE.search(behind.text)
            assert (done.returncode != 0) == bool(is_to_fail), f"{block.text}\n{printed}"
        elif block.language == "diff":
            edit(shell.folder, block.text)
        elif block.language in ("text", "mermaid"):
            if block.language == "mermaid":
                printed = shell.run("flowc graph flows/reception.yaml").stdout
            assert shows(printed, block.text), f"README shows\n{block.text}\nand this is printed\n{printed}"


def test_ten_minutes_are_as_they_are_told(clone: Shell) -> None:
    told = of(A_PROJECT)
    assert {block.language for block in told} == {"sh", "text", "diff", "mermaid"}
    play(clone, told)
    assert clone.run("git status --porcelain").stdout == ""
    assert clone.run("flowc build --check").returncode == 0


def test_what_is_said_to_an_agent_is_answered_as_it_is_told(clone: Shell) -> None:
    commands, talk = of("Talk to it, without an account")
    install, start = commands.text.splitlines()
    assert INSTALLS in install  # it is what the tests are installed with
    typed = "".join(f"{line[2:]}\n" for line in talk.text.splitlines() if line.startswith("> "))
    printed = clone.run(start, typed).stdout
    assert shows(printed, talk.text), printed


def test_the_proof_that_is_shown_is_one(clone: Shell) -> None:
    play(clone, list(blocks(PROOFS)))


def test_the_page_is_written(clone: Shell) -> None:
    [command] = of("See it in a browser")
    done = clone.run(command.text)
    assert (done.returncode, done.stdout) == (0, "")
    assert (clone.folder / "front_desk.html").read_text("utf-8").startswith("<!doctype html>\n")


def test_the_agents_server_is_written_as_it_is_told(clone: Shell) -> None:
    [command] = of("Put it on a phone number")
    done = clone.run(f". .venv/bin/activate\n{command.text}")
    assert done.returncode == 0, done.stdout
    assert {"main.py", "talk.py", "Dockerfile", "Caddyfile", "README.md"} <= {
        path.name for path in (clone.folder / "apps" / "function_calling").iterdir()
    }


def test_the_settings_of_editors_start_the_server() -> None:
    """Editors are not among what is tested with: that they would start the command that there is."""
    json_, lua, toml = (block.text for block in of("In your editor"))
    code = json.loads(json_)
    assert [code["glspc.server.command"], *code["glspc.server.commandArguments"]] == ["flowc", "lsp"]
    assert re.search(r'cmd = \{ "flowc", "lsp" \}', lua)
    server = tomllib.loads(toml)["language-server"]["flowc"]
    assert [server["command"], *server["args"]] == ["flowc", "lsp"]
    assert lsp in COMMANDS.values()


def test_settings_are_the_defaults_that_are_told(tmp_path: Path) -> None:
    [shown] = [block.text for block in of("Settings") if "[tool.flowc]" in block.text]
    without_defaults = {"root", "deploy", "voxengine_ci"}
    assert set(tomllib.loads(shown)["tool"]["flowc"]) == set(Config.__struct_fields__) - without_defaults
    (tmp_path / "flows").mkdir()
    (tmp_path / "pyproject.toml").write_text(shown, "utf-8")
    written = load(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.flowc]\n", "utf-8")
    assert written == load(tmp_path)


def test_the_settings_for_pytest_are_taken(clone: Shell) -> None:
    [shown] = [block.text for block in of("Settings") if "[tool.pytest" in block.text]
    clone.run(". .venv/bin/activate; mkdir ../own; cd ../own; flowc init -q; flowc build -q; mkdir tests")
    settings = clone.folder / "pyproject.toml"
    settings.write_text(f"{settings.read_text('utf-8')}\n{shown}", "utf-8")
    run = "python -m pytest -q --strict-config -p no:cacheprovider"
    assert "verify" in clone.run(f"{run} --collect-only").stdout
    done = clone.run(f"{run} -k 'office and busy and not verify'")
    assert done.returncode == 0, done.stdout
    assert re.search(r"^\d+ passed", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_line_for_a_shell_completes_in_it(clone: Shell, shell: str) -> None:
    [lines] = of("Commands")
    [line] = [line for line in lines.text.splitlines() if f"{shell}_source" in line]
    if shell == "bash":
        done = clone.run(f". .venv/bin/activate\n{line}\ncomplete -p flowc")
        assert (done.returncode, "flowc" in done.stdout) == (0, True)
    else:
        variable = re.search(r"_FLOWC_COMPLETE=\w+ flowc", line)
        assert variable is not None
        assert "complete" in clone.run(f". .venv/bin/activate\n{variable[0]}").stdout


def test_no_block_is_left_out() -> None:
    """Each is in a section of the tests here, is run by CI, or is an example that `test_documents.py` compares."""
    here = {"See it in a browser", "Ten minutes"}
    here |= {"Talk to it, without an account", "Put it on a phone number", "Settings", "Commands"}
    here.add("In your editor")
    here.add("Deploy")  # deploy/test_told.py
    left = [block for block in BLOCKS if block.section not in here and not block.of_ci]
    assert [block.text for block in left if block.language != "yaml"] == []
    assert len([block for block in BLOCKS if block.of_ci]) == COMMANDS_OF_CI
