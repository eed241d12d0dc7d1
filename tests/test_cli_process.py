"""flowc as a process: what only shows from outside it. Starting one is slow, so these are few."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import flowc
from tests.signals import begin_with
from tests.test_printable import harmless

ROOT = Path(__file__).parents[1]
PACKAGE = Path(flowc.__file__).parents[1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path / "project")


def make(folder: Path) -> Path:
    (folder / "flows").mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[tool.flowc]\n")
    for name in ("front_desk", "function_calling"):
        shutil.copy(ROOT / f"flows/{name}.yaml", folder / "flows")
    return folder


def start(arguments: list[str], cwd: Path, stdout: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
        preexec_fn=begin_with(),
    )


def finish(
    arguments: list[str], cwd: Path, *, ignored: signal.Signals | None = None, **variables: str
) -> tuple[int, str, str]:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), **variables}
    command, begin = [sys.executable, *arguments], begin_with(ignored=ignored)
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, check=False, preexec_fn=begin)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def imported(importtime: str) -> set[str]:
    return {line.split("|")[-1].strip() for line in importtime.splitlines()}


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_version_is_printed_without_importing_anything(project: Path) -> None:
    code, out, err = finish(["-X", "importtime", "-m", "flowc", "--version"], project)
    assert (code, out) == (0, f"flowc {flowc.__version__}\n")
    _, _, nothing = finish(["-X", "importtime", "-m", "runpy"], project)
    assert {name for name in imported(err) - imported(nothing) if not name.startswith("encodings")} <= {
        "flowc",
        "flowc.cli",
    }


def test_a_build_imports_nothing_heavy_that_it_does_not_need(project: Path) -> None:
    code, _, err = finish(["-X", "importtime", "-m", "flowc", "build"], project)
    assert code == 0
    assert {"click", "yaml", "flowc.artifacts"} <= imported(err)
    assert not {"jsonschema", "importlib.metadata", "subprocess", "logging", "difflib", "py_mini_racer"} & imported(err)


def test_words_for_what_is_wrong_are_loaded_with_the_first_error(project: Path) -> None:
    """Of all flows that come with flowc none loads them."""
    flows = [str(path) for path in sorted((ROOT / "flows").glob("*.yaml")) if not path.name.endswith(".calls.yaml")]
    words = """
import sys
from pathlib import Path
from flowc.compiler import compile_flows
from flowc.source import Source
found = compile_flows([Source(name, Path(name).read_bytes()) for name in sys.argv[1:]])
assert not found.diagnostics
print(*sorted(name for name in sys.modules if name.startswith("flowc.")))
"""
    code, out, err = finish(["-c", words, *flows], project)
    assert (code, err) == (0, "")
    loaded = {*out.split()}
    assert {"flowc.parse.decode", "flowc.resolve.texts", "flowc.checks.no_agent"} <= loaded
    assert not {
        *("flowc.parse.key_errors", "flowc.parse.suggestions", "flowc.parse.placement", "flowc.parse.syntax_errors"),
        *("flowc.resolve.reference_errors", "flowc.resolve.possible_steps"),
    } & loaded


def test_json_schema_is_loaded_where_values_are_judged(project: Path) -> None:
    for command in ("check", "diff"):
        code, _, err = finish(["-X", "importtime", "-m", "flowc", command], project)
        assert "jsonschema" not in imported(err), (command, code)
    shutil.copy(ROOT / "flows/front_desk.calls.yaml", project / "flows")
    code, _, err = finish(["-X", "importtime", "-m", "flowc", "check"], project)
    assert (code, "jsonschema" in imported(err)) == (0, True)


def test_the_same_bytes_everywhere(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one"), make(tmp_path / "elsewhere/deeper/other")
    assert finish(["-m", "flowc", "build"], one, PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")[0] == 0
    below = other / "flows"
    reverse = ["-m", "flowc", "build", "function_calling.yaml", "front_desk.yaml"]
    assert finish(reverse, below, PYTHONHASHSEED="2", LC_ALL="C.UTF-8", TZ="Asia/Tokyo")[0] == 0
    assert len(content(one / "generated")) == 7
    assert content(one / "generated") == content(other / "generated")


def signalling(number: signal.Signals, call: str) -> str:
    """A build whose process signals itself from within its second call of a function, and when it cleans up, twice."""
    return f"""
import os, signal, sys
from flowc.cli import main

def signalling(real, at):
    calls = 0
    def call(*arguments, **options):
        nonlocal calls
        calls += 1
        if calls in at:
            os.kill(os.getpid(), {number.value})
        return real(*arguments, **options)
    return call

os.{call} = signalling(os.{call}, (2,))
os.rmdir = signalling(os.rmdir, (1, 2))
sys.argv = ["flowc", "build"]
sys.exit(main())
"""


@pytest.fixture
def changed(project: Path) -> Path:
    """All of what has been generated is out of date."""
    assert finish(["-m", "flowc", "build"], project)[0] == 0
    for flow in (project / "flows").iterdir():
        flow.write_text(flow.read_text().replace("ring: 20s", "ring: 25s").replace("End the call.", "Close the call."))
    return project


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("call", ["mkdir", "replace"])
def test_a_signal_in_the_middle_of_writing_changes_nothing(changed: Path, number: signal.Signals, call: str) -> None:
    before = content(changed)
    code, out, err = finish(["-c", signalling(number, call)], changed)
    assert (code, out, err) == (128 + number.value, "", "flowc: interrupted\n")
    assert content(changed) == before
    assert finish(["-m", "flowc", "build"], changed)[0] == 0
    assert len(content(changed).items() - before.items()) == 6


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_was_ignored_from_outside_stays_ignored(changed: Path, number: signal.Signals) -> None:
    """In the background, and under nohup: the build goes on to its end."""
    before = content(changed)
    code, out, err = finish(["-c", signalling(number, "replace")], changed, ignored=number)
    assert (code, out, err.count("\n")) == (0, "", 1)
    assert "interrupted" not in err
    assert len(content(changed).items() - before.items()) == 6


def test_a_signal_while_the_command_is_being_loaded(project: Path) -> None:
    """As the first module of all is looked for, and once more when everything is done."""
    early = "import os, signal, sys; from flowc.cli import main; sys.argv = ['flowc', *{}]; "
    kill = f"os.kill(os.getpid(), {signal.SIGINT.value})"
    looked_for = f"sys.meta_path.insert(0, type('Finder', (), {{'find_spec': lambda *_: {kill}}})()); sys.exit(main())"
    at_end = f"import atexit; atexit.register(lambda: {kill}); sys.exit(main())"
    begun = finish(["-c", early.format(["check"]) + looked_for], project)
    assert begun == (128 + signal.SIGINT.value, "", "flowc: interrupted\n")
    code, _, err = finish(["-c", early.format(["check", "-q"]) + at_end], project)
    assert (code, err) == (-signal.SIGINT.value, "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["diff", "-q"], 1),  # nothing is built
        (["--version"], 0),
        (["check", "--help"], 0),
        (["check", "-q", "--output-format", "json"], 0),
        (["check", "-q", "--output-format", "json", "--watch"], 0),
    ],
)
def test_nobody_reads_the_output(project: Path, arguments: list[str], code: int) -> None:
    """It is what it is, and so is the exit code; what has no end of its own ends."""
    process = start(["-m", "flowc", *arguments], project)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read().decode()
    process.stderr.close()
    assert (process.wait(timeout=60), err) == (code, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["schema"], ["--version"], ["check", "--help"]])
def test_the_output_cannot_be_written(project: Path, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        process = start(["-m", "flowc", *arguments], project, stdout=full.fileno())
        _, err = process.communicate()
    assert process.returncode == 2
    assert err.decode() == "error: cannot write the output: no space left on device\n"


def test_a_terminal_that_cannot_show_a_character(project: Path) -> None:
    flow = project / "flows/front_desk.yaml"
    flow.write_text(flow.read_text().replace("- transfer:", "- ţransfer:"), encoding="utf-8")
    code, out, err = finish(["-m", "flowc", "check"], project, PYTHONIOENCODING="iso8859-1", PYTHONUTF8="0")
    assert code == 1
    assert "\\u0163ransfer" in out
    assert "Traceback" not in err


HOOKS = """
import logging, sys, threading, warnings
from flowc.cli import hooks
hooks.take_over()
hooks.take_over_log()
BAD = "##[error]pwn\\n::error::pwn \\x1b[2K" + "Q" * 1_000_000
class Bad:
    def __del__(self): raise ValueError(BAD)
def fail(): raise ValueError(BAD)
thread = threading.Thread(target=fail); thread.start(); thread.join()
Bad()
warnings.warn(BAD)
logging.getLogger("asyncio").error("%s", BAD, exc_info=ValueError(BAD))
logging.getLogger("asyncio").error("%d", BAD)
"""


def test_what_python_prints_by_itself_acts_on_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", HOOKS], cwd=ROOT, capture_output=True, text=True, timeout=60)
    lines = done.stderr.splitlines()
    assert len(lines) == 4, done.stderr[:3000]
    assert all(line.startswith("flowc: ") and "pwn" in line and len(line) < 1500 for line in lines)
    assert harmless(done.stderr)


@pytest.mark.skipif(os.name == "nt", reason="no such shell")
@pytest.mark.parametrize("command", ["--version", "--help", "schema"])
def test_output_that_is_closed_from_the_start_is_no_trouble(project: Path, command: str) -> None:
    shell = ["sh", "-c", f'"$0" -m flowc {command} <&- >&-', sys.executable]
    done = subprocess.run(shell, cwd=project, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
