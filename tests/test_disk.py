"""Files as somebody who means harm leaves them: links, pipes, devices, names and sizes; and what parsers choke on.

Nothing may hang, nothing of a file outside the project may be shown, and whatever is wrong is a sentence.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import flowc
from flowc.artifacts import exclusive
from flowc.cli.app import run
from flowc.config import ConfigError, load
from flowc.disk import Kind, Refused, kind, read, remove, walk, write_new
from tests.test_cli import ROOT, Command, command, project, tree
from tests.test_cli_process import PACKAGE, finish, start

__all__ = ["command", "project"]  # fixtures

SECRET = "TOKEN_OF_THE_MACHINE"
SCRIPT = "flowc: 1\nflow: function_calling.yaml\ncalls:\n  it rings:\n    - caller: calls\n"


def pipe(path: Path, _outside: Path) -> None:
    os.mkfifo(path)


def link_to(target: str) -> Callable[[Path, Path], None]:
    def link(path: Path, outside: Path) -> None:
        path.symlink_to(target.format(outside=outside))

    return link


def folder(path: Path, _outside: Path) -> None:
    path.mkdir()


def huge(path: Path, _outside: Path) -> None:
    path.touch()
    os.truncate(path, 100 * 1024**2)


LEFT: dict[str, Callable[[Path, Path], None]] = {
    "pipe": pipe,
    "endless device": link_to("/dev/zero"),
    "environment": link_to("/proc/self/environ"),
    "file outside": link_to("{outside}"),
    "file inside": link_to("../.env"),
    "itself": link_to("it"),
    "huge": huge,
}
PLACES = {
    "a flow": "flows/it.yaml",
    "a script": "flows/it.calls.yaml",
    "the settings": "pyproject.toml",
    "a scenario": "generated/function_calling/function_calling.voxengine.js",
    "the tools": "generated/function_calling/function_calling_tools.py",
    "an app's tools": "apps/function_calling/function_calling_tools.py",
}
COMMANDS = {
    "check": ("check",),
    "build": ("build",),
    "build --check": ("build", "--check"),
    "diff": ("diff",),
    "test": ("test",),
}
HARMED = {
    "a flow": {"check", "build", "build --check", "diff"},
    "a script": {"check", "test"},
    "the settings": set(COMMANDS),
    "a scenario": {"build", "build --check", "diff", "test"},
    "the tools": {"build", "build --check", "diff"},
    "an app's tools": {"build", "build --check", "diff"},
}


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("place", PLACES)
def test_a_file_is_looked_at_before_it_is_read(project: Path, command: Command, left: str, place: str) -> None:
    (project / "flows/front_desk.yaml").unlink()
    (project / "flows/function_calling.calls.yaml").write_text(SCRIPT)
    (project / "apps/function_calling").mkdir(parents=True)
    assert command("build").code == 0
    outside = project.parent / "outside.yaml"
    for secret in (outside, project / ".env"):
        secret.write_text(f"key: {SECRET}\n")
    path = project / PLACES[place]
    path.unlink(missing_ok=True)
    LEFT[left](path, outside)
    before = {name: content for name, content in tree(project).items() if "/it." not in name}
    for name, arguments in COMMANDS.items():
        code, out, err = command(*arguments)
        if name in HARMED[place]:
            assert code in (1, 2), name
            assert os.path.basename(path) in out + err, name
        assert SECRET not in out + err
        assert "Traceback" not in err
        assert "bug" not in err
    assert {name: content for name, content in tree(project).items() if "/it." not in name} == before


@pytest.mark.parametrize(
    "flow", ["../../outside.yaml", "../.env", "it.yaml", "deep/it.yaml", "a\0b.yaml", "x" * 300, ".."]
)
def test_a_script_does_not_read_what_is_no_flow(project: Path, command: Command, flow: str) -> None:
    for secret in (project.parent / "outside.yaml", project / ".env"):
        secret.write_text(f"key: {SECRET}\n")
    (project / "flows/it.yaml").symlink_to("../../outside.yaml")
    (project.parent / "deep").mkdir()
    (project.parent / "deep/it.yaml").write_text(f"key: {SECRET}\n")
    (project / "flows/deep").symlink_to("../../deep")
    script = SCRIPT.replace("function_calling.yaml", '"' + flow.replace("\0", "\\0") + '"')
    (project / "flows/a.calls.yaml").write_text(script)
    for name in ("check", "test"):
        code, out, err = command(name, "flows/a.calls.yaml")
        assert code in (1, 2)
        assert "flows/a.calls.yaml:2" in out
        assert SECRET not in out + err
        assert "\0" not in out + err
        assert "bug" not in err


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        ("none.yaml", "there is no flow `flows/none.yaml`"),
        ("none/it.yaml", "there is no flow `flows/none/it.yaml`"),
        ("function_calling.yaml/it.yaml", "there is no flow `flows/function_calling.yaml/it.yaml`"),
        ("link.yaml", "`flows/link.yaml` cannot be read: a symbolic link, which flowc does not follow"),
        ("nowhere.yaml", "`flows/nowhere.yaml` cannot be read: a symbolic link, which flowc does not follow"),
        ("linked/it.yaml", "`flows/linked/it.yaml` cannot be read: flows/linked is a symbolic link, which flowc does"),
        ("pipe.yaml", "`flows/pipe.yaml` cannot be read: not a regular file but a pipe"),
        ("folder.yaml", "`flows/folder.yaml` cannot be read: a folder, not a file"),
        ("huge.yaml", "`flows/huge.yaml` cannot be read: larger than the 8192 KiB that flowc reads"),
        ("../../it.yaml", "`../it.yaml` is outside the project"),
        ("a.calls.yaml", "`flows/a.calls.yaml` is a call script, not a flow"),
        ("x" * 100_000 + ".yaml", "`flows/" + "x" * 193 + "…` cannot be read: file name too long"),
    ],
    ids=lambda value: value[:20],
)
def test_a_script_says_what_its_flow_is(project: Path, command: Command, flow: str, message: str) -> None:
    (project / "flows/link.yaml").symlink_to("function_calling.yaml")
    (project / "flows/nowhere.yaml").symlink_to("nothing.yaml")
    (project / "flows/linked").symlink_to("../flows")
    os.mkfifo(project / "flows/pipe.yaml")
    (project / "flows/folder.yaml").mkdir()
    huge(project / "flows/huge.yaml", project)
    (project / "flows/a.calls.yaml").write_text(SCRIPT.replace("function_calling.yaml", flow))
    for name in ("check", "test"):
        code, out, _ = command(name, "flows/a.calls.yaml")
        assert code in (1, 2)
        assert out.startswith(f"error[FLOW501]: {message}")
        assert "flows/a.calls.yaml:2:7" in out
        assert len(out) < 1000


def test_links_that_lead_to_the_project_are_followed_as_typed(project: Path, command: Command) -> None:
    (project.parent / "linked").symlink_to(project)
    (project.parent / "flows").symlink_to(project / "flows")
    for path in ("../linked/flows/front_desk.yaml", "../linked", "../flows", "../flows/front_desk.yaml"):
        assert command("check", path).code == 0, path
    assert command("build", "../flows").code == 0
    assert "from flows/front_desk.yaml." in (project / "generated/front_desk/front_desk_tools.py").read_text()


def test_what_tools_have_put_beside_flows_is_passed_over(project: Path) -> None:
    for name in ("node_modules", "venv", "__pycache__"):
        (project / "flows" / name / "lib").mkdir(parents=True)
        (project / "flows" / name / "lib64").symlink_to("lib")
        (project / "flows" / name / "not_a_flow.yaml").write_text("a: b\n")
    (project / "flows/venv/pyvenv.cfg").write_text("")
    assert [name for name in walk(project, "flows") if name.endswith("not_a_flow.yaml")] == []
    (project / "flows/venv/pyvenv.cfg").unlink()
    with pytest.raises(OSError, match="link"):
        list(walk(project, "flows"))


@pytest.mark.parametrize("settings", ["[tool.flowc]\n", None], ids=["settings", "no settings"])
@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("generated", "inner"),
        ("generated", "nowhere"),
        ("generated", "."),
        ("generated", "flows"),
        ("generated", ".git/hooks"),
        ("generated", "../beside"),
        ("apps", "generated"),
        ("apps", "inner"),
        ("flows", "inner"),
        ("flows", "../beside"),
    ],
)
def test_no_folder_of_a_project_is_a_link(
    project: Path, command: Command, name: str, target: str, settings: str | None
) -> None:
    if settings is None:
        (project / "pyproject.toml").unlink()
    for folder in ("inner", ".git/hooks", "../beside"):
        (project / folder).mkdir(parents=True)
        for flow in ("front_desk", "function_calling"):
            shutil.copy(ROOT / f"flows/{flow}.yaml", project / folder)
    if name == "flows":
        shutil.rmtree(project / "flows")
    (project / name).symlink_to(target)
    before = tree(project.parent)
    for arguments in (*COMMANDS.values(), ("init", "--agent", "inner/front_desk.yaml")):
        code, out, err = command(*arguments)
        assert (code, out) == (2, "")
        assert f"the folder `{name}` (`" in err
        assert "is a symbolic link, which flowc does not follow" in err
    assert tree(project.parent) == before
    assert not (project / "nowhere").exists()


@pytest.mark.parametrize("target", ["../../real", "../../../beside", ".", ".."])
def test_a_link_to_a_folder_of_flows_is_named(project: Path, command: Command, target: str) -> None:
    for folder in ("real", "../beside"):
        (project / folder).mkdir()
        shutil.copy(project / "flows/front_desk.yaml", project / folder / "z.yaml")
        (project / folder / "z.calls.yaml").write_text(SCRIPT.replace("function_calling.yaml", "z.yaml"))
    (project.parent / "beside/pyproject.toml").write_text("[tool.flowc]\n")
    (project / "flows/deep").mkdir()
    (project / "flows/deep/sub").symlink_to(target)
    for arguments in COMMANDS.values():
        code, out, err = command(*arguments)
        assert (code, out) == (2, ""), arguments
        assert err == "error: flows/deep/sub: a symbolic link, which flowc does not follow\n"
    link = "flows/deep/sub"
    for path in (link, f"{link}/", f"{link}/z.yaml", f"{link}/z.calls.yaml", f"{link}/none/z.yaml"):
        for name in ("check", "build", "test"):
            if name == "build" and path.endswith(".calls.yaml"):
                continue
            code, out, err = command(name, path)
            assert (code, out) == (2, ""), path
            assert err.startswith(f"error: {link}"), (name, path)
            assert "a symbolic link, which flowc does not follow" in err
    assert not (project.parent / "beside/generated").exists()


def test_a_link_to_the_project_itself_leads_nowhere_else(project: Path, command: Command) -> None:
    (project / "again").symlink_to(".")
    for path in ("again/flows", "again/flows/front_desk.yaml", "again/again/flows"):
        code, _, err = command("check", path)
        assert code == 2
        assert err == f"error: {path}: again is a symbolic link, which flowc does not follow\n"


def test_a_pipe_of_the_shell_is_no_flow_but_standard_input_is(project: Path) -> None:
    flow = project / "flows/front_desk.yaml"
    pipe = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m flowc check <(cat {flow}) < /dev/null"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(PACKAGE)},
        capture_output=True,
        text=True,
    )
    assert pipe.returncode == 2
    assert "outside the project's folder" in pipe.stderr
    with open(flow, "rb") as file:
        done = subprocess.run(
            [sys.executable, "-m", "flowc", "check", "-"],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(PACKAGE)},
            stdin=file,
            capture_output=True,
        )
    assert done.returncode == 0


# Reading and writing by the rule


def test_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "below").symlink_to(".")
    found = {
        name: kind(tmp_path, name) for name in ("file", "link", ".", "none", "file/x", "below/file", "../x", "a\0")
    }
    assert [name for name in found if found[name] is Kind.OTHER] == ["link", "below/file", "../x", "a\0"]
    assert [name for name in found if found[name] is Kind.NOTHING] == ["none", "file/x"]
    assert (found["file"], found["."]) == (Kind.FILE, Kind.FOLDER)


@pytest.mark.parametrize("descends", [True, False])
def test_no_link_is_followed_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, descends: bool) -> None:
    """Also on systems that cannot open a file from a folder."""
    monkeypatch.setattr("flowc.disk._DESCENDS", descends)
    (tmp_path / "a").mkdir()
    (tmp_path / "a/file").write_bytes(b"12345")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "a/link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    assert read(tmp_path, "a/file") == b"12345"
    assert read(tmp_path, "a/file", 2, start_only=True) == b"12"
    assert read(tmp_path, "a/file", 5) == b"12345"
    for name in (
        "b/file",
        "a/link",
        "a",
        "../" + tmp_path.name + "/a/file",
        "a/file\0",
        "pipe",
        str(tmp_path / "a/file"),
    ):
        with pytest.raises(Refused):
            read(tmp_path, name)
    with pytest.raises(Refused, match="larger than"):
        read(tmp_path, "a/file", 4)


def test_new_files_are_written_all_or_none(tmp_path: Path) -> None:
    write_new(tmp_path, "apps/one", {"a": "1", "deep/b": "2"})
    assert (tmp_path / "apps/one/deep/b").read_text() == "2"
    with pytest.raises(FileExistsError):
        write_new(tmp_path, "apps/one", {"new/c": "3", "a": "4"})
    assert sorted(tree(tmp_path)) == ["apps/one/a", "apps/one/deep/b"]
    assert not (tmp_path / "apps/one/new").exists()
    (tmp_path / "apps/two").symlink_to("one")
    with pytest.raises(Refused):
        write_new(tmp_path, "apps/two", {"c": "3"})
    assert sorted(os.listdir(tmp_path / "apps/one")) == ["a", "deep"]


OPENERS = {
    "disk.py": {"open", "stat", "lstat", "listdir", "scandir", "is_dir", "mkdir", "fdopen", "exists"},
    "incremental/state.py": {"open", "mkdir", "scandir", "stat", "is_dir"},  # its own folder, and flowc's own files
    "incremental/stamp.py": {"lstat"},
    "artifacts.py": {
        "open",
        "mkdir",
        "scandir",
        "listdir",
        "stat",
        "lstat",
        "exists",
        "makedirs",
        "is_dir",
    },  # writes, and looks without following
    "emit/templates.py": {"open"},  # flowc's own files, here and below
    "cli/again.py": {"walk", "lstat", "is_dir"},  # only when files have changed
    "references.py": {"glob", "is_file", "read_text"},  # what is installed with flowc
    "zones.py": {"open", "read_text"},  # of the package tzdata
    "simulator/engine.py": {"read_text"},
    "simulator/declarations.py": {"read_text", "write_text"},  # a program of flowc's developers
    "testing/play/with_tools/cartesia.py": {"open"},  # a connection
    "config.py": {"isdir"},
    "copies.py": {"scandir", "is_dir", "is_file"},  # looks without following
    "discovery.py": {"isdir", "isfile"},  # whether there is anything
    "cli/app.py": {"open"},  # the null device
    "cli/output.py": {"open"},  # the null device
    "cli/page.py": {"isdir"},  # whether the folder is there that somebody names
    "confinement.py": {"open", "listdir"},  # the null device; what a folder is made of that may be read in part
    "cli/__init__.py": {"open"},  # the null device
    "testing/play/with_tools/installed.py": {"glob", "isfile", "read_text"},  # what is installed
    "testing/play/with_tools/inside.py": {"open", "fdopen"},  # its pipes, and the null device
    "talk/call.py": {"open"},  # a connection
    "cli/talk.py": {"write_text"},  # an app in a temporary folder
    "lsp/project.py": {"lstat", "stat"},  # whether a file has changed since it was read
    "lsp/server.py": {"open", "fdopen"},  # standard output, and what an editor has open
    "deploy/api.py": {"read_bytes"},  # the credentials, which are no file of the project
    "cli/doctor.py": {"open"},  # what `--export` writes, where nothing is
}


def test_nothing_else_opens_files() -> None:
    watched = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "exists", "is_file", "is_dir", "isfile"}
    watched |= {
        "stat",
        "lstat",
        "listdir",
        "scandir",
        "walk",
        "iterdir",
        "glob",
        "rglob",
        "mkdir",
        "makedirs",
        "fdopen",
    }
    watched |= {"isdir", "touch"}
    found: dict[str, set[str]] = {}
    for path in Path(flowc.__file__).parent.rglob("*.py"):
        name = path.relative_to(Path(flowc.__file__).parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                owner = getattr(getattr(node.func, "value", None), "id", "")
                if called in watched and (called != "walk" or owner == "os"):
                    found.setdefault(name, set()).add(called)
    assert {name: called - OPENERS.get(name, set()) for name, called in found.items()} == {
        name: set() for name in found
    }


# Two builds at once, and one that was killed


def test_what_a_killed_build_left_is_removed_by_the_next(project: Path, command: Command) -> None:
    command("build")
    script = """
import os, signal, sys
from flowc.cli import main
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
sys.argv = ["flowc", "build"]
main()
"""
    flow = project / "flows/front_desk.yaml"
    flow.write_text(flow.read_text().replace("One moment", "One second"))
    assert finish(["-c", script], project)[0] == -9
    assert [name for name in os.listdir(project / "generated") if name.startswith(".flowc-")]
    (project / "generated/.flowc-mine").mkdir()
    (project / "generated/.flowc-0123456789abcdef").symlink_to(project / "flows")
    assert command("build").code == 0
    left = [name for name in os.listdir(project / "generated") if name.startswith(".")]
    assert sorted(left) == [".flowc-0123456789abcdef", ".flowc-mine"]
    assert sorted(os.listdir(project / "flows")) == ["front_desk.yaml", "function_calling.yaml"]
    assert command("build", "--check").code == 0


def test_builds_at_once_all_end_well(project: Path) -> None:
    builds = [start(["-m", "flowc", "build"], project) for _ in range(4)]
    for build in builds:
        _, err = build.communicate()
        assert (build.returncode, err.decode().partition(":")[0]) == (0, "2 flows, 7 files")
    assert finish(["-m", "flowc", "build", "--check"], project)[0] == 0
    assert sorted(os.listdir(project / "generated")) == ["_flowc_line.py", "front_desk", "function_calling"]


def test_the_second_build_waits_for_the_first(project: Path) -> None:
    """And does not take its work in progress for that of a killed one."""
    generated = project / "generated"
    with exclusive(generated):
        working = generated / ".flowc-0123456789abcdef"
        working.mkdir()
        second = start(["-m", "flowc", "build"], project)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(3)
        assert os.listdir(generated) == [working.name]
        working.rmdir()
    _, err = second.communicate()
    assert (second.returncode, err.decode()) == (0, "2 flows, 7 files: 7 written, 0 unchanged\n")


def test_a_folder_that_stays_empty_is_not_left(tmp_path: Path) -> None:
    with exclusive(tmp_path / "a/b"):
        assert (tmp_path / "a/b").is_dir()
    assert os.listdir(tmp_path) == []


# What parsers choke on


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = " + "[" * 900 + "]" * 900, "pyproject.toml: nested too deeply"),
        ("x = " + "{a=" * 900 + "1" + "}" * 900, "pyproject.toml: nested too deeply"),
        ("x = " + "9" * 5000, "pyproject.toml: a number with thousands of digits"),
        ("x = " + "a" * 2_000_000, "cannot read .*pyproject.toml: larger than the 256 KiB that flowc reads"),
        ("x = 2024-13-45", "not TOML"),
        ('[tool.flowc]\nflows = "' + "a" * 5000 + '"', "`flows` has 5000 characters, at most 1000 are possible"),
        ('[tool.flowc]\nflows = "' + "a" * 900 + '"', "no folder aaa|aaa: neither"),
        ('[tool.flowc]\nflows = "a\\u0000"', r"`a\\x00` holds a control character \(U\+0000\): remove it"),
        ('[tool.flowc]\n"' + "k" * 100_000 + '" = 1', "unknown key"),
    ],
    ids=["arrays", "tables", "digits", "size", "date", "longer folder", "long folder", "NUL", "long key"],
)
def test_settings_that_cannot_be_read(project: Path, command: Command, text: str, message: str) -> None:
    (project / "pyproject.toml").write_text(text)
    for arguments in (("check",), ("build",), ("test",), ("diff",)):
        code, _, err = command(*arguments)
        assert code == 2
        assert err.startswith("error: ")
        assert "bug" not in err
        assert re.search(message, err), err[:300]


PIECES = st.sampled_from(
    [*"[]{}=\"'.\n#\\ ", "tool", "flowc", "[tool.flowc]\n", "flows", "out", "apps", "agents", "\0", "\x1b"]
)
TEXT = st.lists(PIECES | st.text(max_size=3) | st.integers().map(str), max_size=30).map("".join)
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(text=TEXT | TEXT.map(lambda text: f"[tool.flowc]\n{text}"))
def test_any_settings_are_settings_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    place = tmp_path_factory.mktemp("any")
    (place / "pyproject.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(ConfigError):
        load(place)
    shutil.rmtree(place)


def spoken(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", out)
        patched.setattr(sys, "stderr", err)
        patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"flowc: 1\n")))
        code = run(arguments)
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return code, *texts


NAMES = st.text(max_size=12) | st.sampled_from(
    ["a\0b", "x" * 300, "\udcff.yaml", "-", "--", "..", "/", ".", "", "flows"]
)
OPTIONS = st.sampled_from(
    ["--check", "-k", "--format", "--output-format", "json", "github", "--color", "always", "--stdin-filename", "-q"]
)


@quick
@given(
    name=st.sampled_from(["build", "check", "diff", "init", "schema", "test", "x\x1b"]),
    rest=st.lists(NAMES | OPTIONS | NAMES.map(lambda name: f"{name}.calls.yaml"), max_size=4),
)
def test_any_arguments_end_in_a_sentence(
    project: Path, monkeypatch: pytest.MonkeyPatch, name: str, rest: list[str]
) -> None:
    code, out, err = spoken([name, *rest], monkeypatch)
    assert code in (0, 1, 2)
    assert "which is a bug" not in err, err
    assert "Traceback" not in err
    assert code == 0 or out or err
    assert "\x1b" not in err


@quick
@given(flow=st.text(max_size=20) | NAMES, rest=TEXT)
def test_any_head_of_a_script_ends_in_a_diagnostic(
    project: Path, monkeypatch: pytest.MonkeyPatch, flow: str, rest: str
) -> None:
    import json

    script = f"flowc: 1\nflow: {json.dumps(flow)}\n{rest}"
    (project / "flows/a.calls.yaml").write_text(script, encoding="utf-8", newline="")
    code, out, err = spoken(["check", "flows/a.calls.yaml"], monkeypatch)
    assert code in (1, 2)
    assert out
    assert "which is a bug" not in err, err


def test_arguments_that_no_file_can_have(project: Path, command: Command) -> None:
    for path in ("a\0b.yaml", "a\0b", "x" * 300 + ".yaml", "x/" * 3000 + "a.yaml", "\udcff.yaml", "\ud800.yaml"):
        for name in ("build", "check", "diff", "test"):
            code, _, err = command(name, path)
            assert code == 2
            assert "bug" not in err, err
    assert ROOT.exists()


def test_standard_input_is_proposed_where_a_flow_is_a_pipe(project: Path, command: Command) -> None:
    """And for nothing else, as nothing else is read from there."""
    proposed = "`flowc check -`"
    for name in ("flows/it.yaml", "flows/it.calls.yaml", "pyproject.toml"):
        (project / name).unlink(missing_ok=True)
        os.mkfifo(project / name)
        code, _, err = command("check", *([name] if name.startswith("flows") else []))
        assert code == 2
        assert "not a regular file but a pipe" in err
        assert (proposed in err) == (name == "flows/it.yaml"), err
        (project / name).unlink()


DEEP = 1500  # folders in each other: as many as git stores, and more than Python can call itself


def deep(folder: Path) -> Path:
    """Folders in each other, from the innermost out: a path may have 4,096 bytes, and each part is made in the last."""
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    for _ in range(DEEP):
        os.mkdir("a", dir_fd=here)
        inner = os.open("a", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    return folder


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_folders_may_be_deep(project: Path, command: Command, arguments: tuple[str, ...]) -> None:
    expected = command(*arguments)
    command("build")
    made = deep(project / "flows" / "deep")
    try:
        assert command(*arguments).code == (0 if arguments[0] != "test" else expected.code)
        assert "bug" not in command(*arguments).err
    finally:
        remove(str(made))


def test_what_an_interrupted_build_left_is_removed_however_deep(project: Path, command: Command) -> None:
    command("build")
    left = deep(project / "generated" / ".flowc-0123456789abcdef")
    assert command("build").code == 0
    assert not left.exists()
