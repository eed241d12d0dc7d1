"""What a process can still do after it has given up what it does not need, and what is said where V8 cannot start."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowc import confinement
from flowc.cli.app import run
from flowc.simulator import context
from flowc.simulator.engine import CannotPlay, Engine
from tests.conftest import ROOT

LINUX = sys.platform.startswith("linux") and platform.machine() in confinement.MACHINES
linux = pytest.mark.skipif(not LINUX, reason="the filters are those of Linux, on two kinds of machine")
VALUE = "VoxEngine.addEventListener(AppEvents.Started, () => { Logger.write('played'); });"

TRIES = """
import json, os, runpy, socket, sys, threading
confine = runpy.run_path(sys.argv[1])
home = sys.argv[2]
server = socket.create_server(("127.0.0.1", 0))
other = socket.create_server(("127.0.0.1", 0))
to = lambda listener: socket.socket(socket.AF_INET).connect(listener.getsockname())
def fork():
    if os.fork() == 0:
        os._exit(0)
TRIES = {
    "read": lambda: open(home + "/here").read(),
    "write": lambda: open(home + "/new", "w"),
    "append": lambda: os.open(home + "/here", os.O_WRONLY | os.O_APPEND),
    "remove": lambda: os.unlink(home + "/old"),
    "rename": lambda: os.rename(home + "/remove", home + "/there"),
    "folder": lambda: os.mkdir(home + "/folder"),
    "mode": lambda: os.chmod(home + "/here", 0o777),
    "tcp": lambda: to(server),
    "tcp elsewhere": lambda: to(other),
    "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "unix": lambda: socket.socket(socket.AF_UNIX),
    "fork": fork,
    "run": lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
    "signal": lambda: os.kill(os.getppid(), 0),
    "thread": lambda: threading.Thread(target=int).start(),
}
def tried(found):
    for name, try_ in TRIES.items():
        try:
            try_()
            found[name] = "done"
        except OSError as error:
            found[name] = type(error).__name__
found, of_thread, go = {}, {}, threading.Event()
if "reach" in sys.argv[3:]:
    confine["confine_reach"](server.getsockname()[1])
started_before = threading.Thread(target=lambda: (go.wait(), tried(of_thread)))
started_before.start()
for what in ("engine", "tools"):
    if what in sys.argv[3:]:
        confine["confine_" + what]()
tried(found)
go.set()
started_before.join()
print(json.dumps([found, of_thread]))
"""


def tries(tmp_path: Path, *what: str) -> dict[str, str]:
    """What comes of trying things, in a process that is confined so; in a thread that was there before as well."""
    for name in ("here", "remove", "old"):
        (tmp_path / name).touch()
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", TRIES, confinement.__file__, str(tmp_path), *what],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    found, of_thread = json.loads(ran.stdout)
    if what:  # else there is nothing left for the second
        assert found == of_thread
    return dict(found)


@linux
def test_without_it_everything_is_possible(tmp_path: Path) -> None:
    assert set(tries(tmp_path).values()) == {"done"}


@linux
def test_what_v8_runs_in_can_do_nothing(tmp_path: Path) -> None:
    found = tries(tmp_path, "engine")
    assert found.pop("thread") == "done"
    assert set(found.values()) == {"PermissionError"}
    assert (tmp_path / "old").exists()


@linux
def test_what_tools_run_in_can_read_and_connect(tmp_path: Path) -> None:
    found = tries(tmp_path, "tools")
    assert {name for name, came in found.items() if came == "done"} == {"read", "tcp", "tcp elsewhere", "thread"}
    assert (tmp_path / "old").exists()


@linux
def test_what_tools_reach(tmp_path: Path) -> None:
    version = confinement._call(confinement.LANDLOCK_CALLS[0], None, 0, 1)
    if version < confinement.LANDLOCK_SCOPE_SINCE:
        pytest.skip("this kernel has no Landlock, or an earlier one")
    found = tries(tmp_path, "reach")
    refused = {"write", "append", "folder", "tcp elsewhere", "run", "signal", "rename", "remove"}
    assert {name for name, came in found.items() if came != "done"} == refused
    assert (tmp_path / "old").exists()


@linux
def test_the_process_of_an_engine_is_confined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "of CI")
    with Engine() as engine:
        engine.session(VALUE).start()
        assert engine._context is not None
        process = Path(f"/proc/{engine._context._process.pid}")
        for task in (process / "task").iterdir():
            status = dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)
            assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1")
        limits = (process / "limits").read_text().splitlines()
        assert next(line.split()[3:5] for line in limits if line.startswith("Max open files")) == ["0", "0"]
        assert "SECRET" not in (process / "environ").read_text()
        assert (process / "cwd").resolve() == Path("/")


@linux
def test_v8_compiles_after_it(engine: Engine) -> None:
    """A scenario that is hot enough to become machine code, for which memory is made executable."""
    text = "let sum = 0; for (let i = 0; i < 3e6; i++) sum = (sum + i * i) % 1000003; Logger.write(String(sum));"
    assert engine.session(text).logs == [str(sum(i * i for i in range(3_000_000)) % 1000003)]


# Where V8 cannot start


def flowc_test(limit: str, root: Path) -> subprocess.CompletedProcess[str]:
    code = textwrap.dedent(
        f"""
        import resource, sys
        resource.setrlimit(resource.{limit}, (500_000 * 1024,) * 2)
        sys.argv = ["flowc", "test"]
        from flowc.cli import main
        sys.exit(main())
        """
    )
    return subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
    )


@linux
def test_little_address_space_is_said(tmp_path: Path) -> None:
    from tests.testing.project import Project

    Project(tmp_path).scripts("it rings:\n- caller: calls\n- expect: {caller with: agent}\n")
    ran = flowc_test("RLIMIT_AS", tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: V8, in which scenarios are played, cannot be started: ")
    assert "`ulimit -v` is 500000 here" in ran.stderr
    assert ran.stderr.count("\n") == 1


def _raises(error: BaseException) -> Callable[..., Any]:
    def raise_it(*_: object, **__: object) -> Any:
        raise error

    return raise_it


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        pytest.param(
            "subprocess.Popen",
            _raises(BlockingIOError(11, "Resource temporarily unavailable")),
            "temporarily",
            id="fork",
        ),
        pytest.param("threading.Thread", _raises(RuntimeError("can't start new thread")), "new thread", id="thread"),
        pytest.param("find_spec", lambda _: None, "pip install --force-reinstall mini-racer", id="not installed"),
        pytest.param("_packages", lambda: "/nowhere", "No module named 'py_mini_racer'; install it", id="incomplete"),
    ],
)
def test_why_v8_cannot_start(monkeypatch: pytest.MonkeyPatch, name: str, value: Any, told: str) -> None:
    monkeypatch.setattr(f"{context.__name__}.{name}", value)
    with pytest.raises(CannotPlay) as raised, Engine() as engine:
        engine.session(VALUE)
    assert str(raised.value).startswith("V8, in which scenarios are played, cannot be started: ")
    assert told in str(raised.value)


def test_a_library_that_cannot_be_loaded_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "py_mini_racer"
    package.mkdir()
    (package / "__init__.py").write_text("raise OSError('libmini_racer.so: cannot open shared object file')\n")
    monkeypatch.setattr(context, "_packages", lambda: str(tmp_path))
    with pytest.raises(CannotPlay, match=r"OSError: libmini_racer\.so: cannot open shared object file; install it"):
        Engine().session(VALUE)


def test_the_command_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.testing.project import Project

    Project(tmp_path).scripts("it rings:\n- caller: calls\n- expect: {caller with: agent}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(context, "find_spec", lambda _: None)
    assert run(["test"]) == 2
    assert capsys.readouterr().err.startswith("error: V8, in which scenarios are played, cannot be started: ")
