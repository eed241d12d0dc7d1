"""What a process can still do after it has given up what it does not need, and what is said where V8 cannot start."""

from __future__ import annotations

import json
import os
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
import ctypes, fcntl, json, os, platform, resource, runpy, signal, socket, sys, threading
confine = runpy.run_path(sys.argv[1])
home = sys.argv[2]
server = socket.create_server(("127.0.0.1", 0))
other = socket.create_server(("127.0.0.1", 0))
other_host = socket.create_server(("127.0.0.2", server.getsockname()[1]))
to = lambda listener: socket.socket(socket.AF_INET).connect(listener.getsockname())
parent = os.getppid()
known = os.open(home + "/here", os.O_RDONLY)
library = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    calls = {**confine["OWN_PROCESS"], **confine["SHARED"], **confine["SENDS_MANY"]}
    number = calls[name][confine["MACHINES"][platform.machine()][0]]
    if library.syscall(*map(ctypes.c_long, (number, *arguments))) < 0:
        raise OSError(ctypes.get_errno(), name)
def prctl(*arguments):
    if library.prctl(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "prctl")
def madvise(advice):
    if library.madvise(ctypes.c_void_p(0), ctypes.c_size_t(0), advice) < 0:
        raise OSError(ctypes.get_errno(), "madvise")
def is_allowed(try_):
    try:
        try_()
    except PermissionError:
        raise
    except OSError:  # it was tried: there is nothing to reach, or the system has no such thing
        pass
def fast_open():
    with socket.socket(socket.AF_INET) as one:
        one.sendto(b"secret", 0x20000000, other.getsockname())
def fast_open_message():
    with socket.socket(socket.AF_INET) as one:
        one.sendmsg([b"secret"], [], 0x20000000, other.getsockname())
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
    "read given": lambda: open(home + "/given/file").read(),
    "list": lambda: os.listdir(home),
    "secrets of the parent": lambda: open(f"/proc/{parent}/environ").read(),
    "tcp of another host": lambda: to(other_host),
    "fast open": lambda: is_allowed(fast_open),
    "fast open, message": lambda: is_allowed(fast_open_message),
    "many messages": lambda: is_allowed(lambda: call("sendmmsg", -1, 0, 0, 0)),
    "another kind of tcp": lambda: is_allowed(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)),
    "listen": lambda: socket.create_server(("127.0.0.1", 0)),
    "listen again": lambda: server.listen(),
    "signal to a thread": lambda: call("tgkill", parent, parent, 0),
    "signal by a socket": lambda: fcntl.fcntl(server, fcntl.F_SETOWN, parent),
    "signal by a socket, otherwise": lambda: fcntl.ioctl(server, 0x8901, parent.to_bytes(4, sys.byteorder)),
    "limits": lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE),
    "processors": lambda: os.sched_setaffinity(parent, os.sched_getaffinity(parent)),
    "priority": lambda: os.setpriority(os.PRIO_PROCESS, parent, os.getpriority(os.PRIO_PROCESS, parent)),
    "memory": lambda: is_allowed(lambda: call("shmget", 0x666c6f77, 1, 0)),
    "root": lambda: is_allowed(lambda: os.chroot(home + "/nowhere")),
    "lock": lambda: fcntl.flock(known, fcntl.LOCK_SH),
    "lock, otherwise": lambda: fcntl.lockf(known, fcntl.LOCK_SH),
    "lease": lambda: is_allowed(lambda: fcntl.fcntl(known, 1024, fcntl.F_UNLCK)),
    "firewall": lambda: is_allowed(lambda: server.getsockopt(0, 64, 84)),
    "firewall, IPv6": lambda: is_allowed(lambda: server.getsockopt(41, 64, 84)),
    "bridges": lambda: is_allowed(lambda: server.setsockopt(0, 128, b"")),
    "other sockets": lambda: is_allowed(lambda: server.getsockopt(255, 0, 4)),
    "processor's order": lambda: is_allowed(lambda: prctl(62, 0, parent, 0, 0)),
    "memory of files": lambda: madvise(20),
    "own signal": lambda: signal.pthread_kill(threading.get_ident(), 0),
    "own limits": lambda: resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE),
    "ready": lambda: server.setblocking(True),
    "null": lambda: open(os.devnull).read(),
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
if sys.argv[3:]:
    confine["confine_root"]()
if "reach" in sys.argv[3:]:
    confine["confine_reach"](server.getsockname()[1], [home + "/given", home + "/nowhere"])
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


REFUSED = """
import ctypes, errno, json, os, platform, runpy, sys
confine = runpy.run_path(sys.argv[1])
which = confine["MACHINES"][platform.machine()][0]
library = ctypes.CDLL(None, use_errno=True)
calls = {name: numbers[which] for name, numbers in confine["REFUSED"].items() if numbers[which]}
confine["confine_" + sys.argv[2]]()
def came(number):
    library.syscall(*map(ctypes.c_long, (number, -1, -1, -1, -1, -1, -1)))
    return errno.errorcode[ctypes.get_errno()]
found = {name: came(number) for name, number in calls.items()}
print(json.dumps([found, came(confine["LATEST"] + 1)]))
"""


OWN = {"thread", "own signal", "own limits", "ready", "null"}
REACHED = {"read given", "tcp", "tcp of another host"}
LANDLOCKS = {"read", "list", "secrets of the parent", "tcp elsewhere"}  # what it alone can refuse


def done(found: dict[str, str]) -> set[str]:
    return {name for name, came in found.items() if came == "done"}


def tries(tmp_path: Path, *what: str) -> dict[str, str]:
    """What comes of trying things, in a process that is confined so; in a thread that was there before as well."""
    tmp_path.mkdir(exist_ok=True)
    for name in ("here", "remove", "old"):
        (tmp_path / name).touch()
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "file").touch()
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
    for own in OWN - {"null"}:
        assert found.pop(own) == "done"
    assert set(found.values()) == {"PermissionError"}
    assert (tmp_path / "old").exists()


@linux
def test_what_tools_run_in_can_read_and_connect(tmp_path: Path) -> None:
    of_root = set() if os.geteuid() else {"secrets of the parent"}  # who has more capabilities now
    assert done(tries(tmp_path, "tools")) == (OWN | REACHED | LANDLOCKS) - of_root
    assert (tmp_path / "old").exists()


@linux
@pytest.mark.parametrize("what", ["engine", "tools"])
def test_what_concerns_others_is_refused_by_its_number(what: str) -> None:
    """With a number that can be guessed, or as root, one of these is enough to change or stop other processes."""
    others = "shmat shmctl shmdt semop semtimedop semctl msgsnd msgrcv msgctl mq_timedreceive flock inotify_add_watch"
    of_root = {"fanotify_init", "fanotify_mark", "vhangup", "open_tree_attr"}
    assert {*others.split(), *of_root} <= confinement.REFUSED.keys()
    command = [sys.executable, "-I", "-S", "-c", REFUSED, confinement.__file__, what]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    found, later = json.loads(ran.stdout)
    assert set(found.values()) == {"EPERM"}, found
    assert later == "ENOSYS"


@linux
@pytest.mark.parametrize("what", ["engine", "tools"])
def test_root_is_a_user_like_any_other(what: str) -> None:
    """In threads that were there before, too, if they were started after `confine_root`."""
    code = (
        "import runpy, sys, threading\n"
        "confine, go = runpy.run_path(sys.argv[1]), threading.Event()\n"
        "files = [open('/proc/self/status')]\n"
        "confine['confine_root']()\n"
        "thread = threading.Thread(target=go.wait); thread.start()\n"
        "files.append(open(f'/proc/self/task/{thread.native_id}/status'))\n"
        "confine['confine_' + sys.argv[2]]()\n"
        "for file in files: print(*(line.split()[1] for line in file if line.startswith(('CapP', 'CapE', 'CapA'))))\n"
        "go.set()\n"
    )
    command = [sys.executable, "-I", "-S", "-c", code, confinement.__file__, what]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    own, of_thread = ({int(value, 16) for value in line.split()} for line in ran.stdout.splitlines())
    assert own == {0}
    assert of_thread <= {0, confinement.CAP_DAC_READ_SEARCH}


@linux
def test_what_tools_reach(tmp_path: Path) -> None:
    """The port alone decides, not the host: see the README."""
    version = confinement._call(confinement.LANDLOCK_CALLS[0], None, 0, 1)
    if version < confinement.LANDLOCK_SCOPE_SINCE:
        pytest.skip("this kernel has no Landlock, or an earlier one")
    alone = done(tries(tmp_path, "reach"))
    assert alone >= OWN | REACHED
    assert not alone & {*LANDLOCKS, "write", "append", "folder", "run", "signal", "rename", "remove"}
    assert (tmp_path / "old").exists()
    assert done(tries(tmp_path / "both", "reach", "tools")) == OWN | REACHED


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
