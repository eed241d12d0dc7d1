"""What is known of the last build never changes what a command says or writes.

Two projects are edited in the same way, at random: in one of them every command is told to compile everything. What is
printed, exit codes and all files must be the same. The clock of the disk is ours: it ticks by seconds, and is set back.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import flowc
import flowc.compiler
import flowc.config
import flowc.incremental.cores
import flowc.incremental.digest
import flowc.incremental.memory
import flowc.incremental.stamp
import flowc.incremental.state
from flowc.cli.app import run
from flowc.incremental.digest import encoded, hashed
from flowc.incremental.stamp import Stamp, is_settled
from flowc.incremental.state import FOLDER, Key, State, key_of, load
from tests.test_cli import Command, command, project

__all__ = ["command", "project"]  # fixtures

SECOND = 1_000_000_000
AGENT = "agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}\n"
ENDS = "actions: {end_call: {description: End the call A., do: hang_up}}\n"
TRANSFERS = """\
targets: {doctor: {pstn: "+15550100001", caller_id: "+15550100002", voicemail: none}}
actions: {usual: {description: U., do: {transfer: doctor, fallback: {otherwise: hang_up}}}}
"""
WARNS = """\
targets: {doctor: {pstn: "+15550100001", caller_id: "+15550100002", voicemail: none}}
actions: {short: {description: S., do: {transfer: doctor, agent: briefs, briefing: {silence: 5s}}}}
"""
FLOWS = 3
CONTENTS: tuple[Callable[[int], str], ...] = (
    lambda n: f"flowc: 1\nflow: flow_{n}\n{AGENT}{ENDS}",
    lambda n: f"flowc: 1\nflow: flow_{n}\n{AGENT}{ENDS}".replace("call A", "call B"),  # of the same size
    lambda n: f"flowc: 1\nflow: flow_{n}\n{AGENT}{ENDS}".replace("hang_up}}", "hang_ux}}"),  # an error
    lambda n: f"flowc: 1\nflow: flow_{(n + 1) % FLOWS}\n{AGENT}{ENDS}",  # of the same name as another one
    lambda n: f"flowc: 1\nflow: flow_{n}\n{AGENT}{TRANSFERS}",
    lambda n: f"flowc: 1\nflow: flow_{n}\n{AGENT}{WARNS}",
    lambda n: f"flowc: 1\nflow: flow_{n}\ntargets: [\n",
    lambda n: f"flowc: 1\nflow: flow_{n}\ninbound: [hang_up]\n",
)
COMMANDS = (
    ("build",),
    ("build",),
    ("build",),
    ("build", "--strict"),
    ("build", "flows/0.yaml"),
    ("build", "flows/0.yaml", "flows/2.yaml"),
    ("build", "--check"),
    ("build", "--check", "--output-format", "json"),
    ("check",),
    ("check", "--output-format", "json"),
    ("check", "flows/1.yaml", "--strict"),
    ("diff",),
)
ARTIFACTS = ("flow_{n}/flow_{n}.voxengine.js", "flow_{n}/flow_{n}_tools.py", "_flowc_line.py")


class Clock:
    """Of the disk. Every change gets the second in which it is seen first; a clock that was set has other ones."""

    def __init__(self) -> None:
        self.now = 1000 * SECOND
        self._seen: dict[Stamp, int] = {}

    def of(self, found: os.stat_result) -> Stamp:
        real = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        tick = self._seen.setdefault(real, self.now)
        return (found.st_size, found.st_mtime_ns if found.st_mtime_ns % SECOND == 0 else tick, tick, found.st_ino)

    def is_new(self, found: os.stat_result) -> bool:
        real = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        return real not in self._seen

    def set(self, seconds: int) -> None:
        self.now += seconds * SECOND + 1


class Twins:
    """The same project twice."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.roots = (folder / "one", folder / "two")
        self.clock = clock
        for root in self.roots:
            (root / "flows").mkdir(parents=True)
            (root / "pyproject.toml").write_text("[tool.flowc]\n")
            for number in range(FLOWS):
                (root / f"flows/{number}.yaml").write_text(CONTENTS[0](number))
        self.look()

    def look(self) -> None:
        """Whatever has changed, has changed now."""
        for root in self.roots:
            for path in root.rglob("*"):
                with contextlib.suppress(OSError):
                    self.clock.of(os.lstat(path))

    def write(self, name: str, text: str, *, date: int | None = None, in_place: bool = True) -> None:
        """`date`: the file says that it was changed then, as after a checkout or an archive."""
        for root in self.roots:
            path = root / name
            if path.is_symlink() or not in_place:
                path.unlink(missing_ok=True)
            if path.is_dir() or not path.parent.is_dir():
                continue
            path.write_text(text)
            if date is not None:
                os.utime(path, (date, date))
            while not self.clock.is_new(os.lstat(path)):  # the real clock has not ticked yet
                os.utime(path, (date, date) if date is not None else None)
        self.look()

    def each(self, change: Callable[[Path], None]) -> None:
        for root in self.roots:
            with contextlib.suppress(OSError):
                change(root)
        self.look()

    def run(self, arguments: tuple[str, ...]) -> None:
        said = [self._said(self.roots[0], arguments), self._said(self.roots[1], (*arguments, "--no-cache"))]
        self.look()
        assert said[0] == said[1], arguments
        assert _files(self.roots[0]) == _files(self.roots[1]), arguments

    def _said(self, root: Path, arguments: tuple[str, ...]) -> tuple[int, str, str]:
        os.chdir(root)
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(list(arguments))
        out.seek(0)
        return code, out.read().replace(str(root), "ROOT"), err.getvalue().replace(str(root), "ROOT")


def _files(root: Path) -> dict[str, str | bytes]:
    return {
        name: os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else "folder"
        for path in sorted(root.rglob("*"))
        if not (name := path.relative_to(root).as_posix()).startswith(FOLDER)
    }


def change(twins: Twins, what: int, number: int, other: int) -> None:
    flow = f"flows/{number}.yaml"
    artifact = "generated/" + ARTIFACTS[other % len(ARTIFACTS)].format(n=number)
    cache = twins.roots[0] / FOLDER
    text = CONTENTS[other](number)
    match what:
        case 0 | 1 | 2:
            twins.write(flow, text)
        case 3:
            twins.write(flow, text, date=500)
        case 4:
            twins.write(flow, text, in_place=False, date=500)
        case 5:
            twins.each(lambda root: (root / flow).unlink())
        case 6:
            twins.each(lambda root: (root / flow).rename(root / f"flows/{(number + 1) % FLOWS}.yaml"))
        case 7:
            twins.each(lambda root: (root / artifact).unlink())
        case 8:
            content = _text(twins.roots[0] / artifact)
            twins.write(artifact, content.replace("flow", "flaw", other), date=500 if other % 2 else None)
        case 9:
            content = _text(twins.roots[0] / artifact)
            twins.write(artifact, content.replace("\n", "\r\n"), date=500)
        case 10:
            twins.each(lambda root: _link(root / artifact))
        case 11:
            twins.each(lambda root: shutil.rmtree(root / "generated"))
        case 12:
            agents = ("[]", '["line"]', '["functions"]')[number]
            twins.write("pyproject.toml", f"[tool.flowc]\nagents = {agents}\n")
        case 13:
            twins.each(lambda root: _app(root, number))
        case 14:
            twins.clock.set((1, 3, 10, -1, -3, -10, -1000, 1000)[other])
        case 15:
            twins.clock.now += (1, 2, 3, 60)[other % 4] * SECOND
        case 16 if (cache / "state").is_file():
            content = bytearray((cache / "state").read_bytes())
            content[(number * 7919 + other * 104729) % len(content)] ^= 1 << other
            (cache / "state").write_bytes(content)
        case 17 if cache.is_dir():
            (cache / ("state", "seal", "state")[number]).unlink(missing_ok=True)
        case 18 if cache.is_dir():  # it comes back later
            aside = twins.folder / "aside"
            if aside.is_dir():
                shutil.rmtree(cache)
                aside.rename(cache)
            else:
                cache.rename(aside)
        case 19 if cache.is_dir():
            shutil.copytree(cache, twins.folder / "copied")
            shutil.rmtree(cache)
            (twins.folder / "copied").rename(cache)
        case _:
            pass
    twins.look()


def _text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_bytes().decode("utf-8", "replace")
    return ""


def _link(path: Path) -> None:
    content = path.read_bytes()
    beside = path.with_name("beside")
    beside.write_bytes(content)
    path.unlink()
    path.symlink_to("beside")


def _app(root: Path, number: int) -> None:
    folder = root / f"apps/flow_{number}"
    folder.mkdir(parents=True)
    (folder / "main.py").write_text(f"import flow_{number}_tools\n")


BUILD = ("build",)
SEQUENCES: dict[str, list[tuple[int, int, int, tuple[str, ...]]]] = {
    "twice in a tick": [(3, 1, 0, BUILD), (3, 1, 1, BUILD)],
    "twice in a tick, and another one is built": [
        (3, 1, 0, BUILD),
        (3, 1, 1, ("check",)),
        (15, 0, 3, ("check",)),
        (0, 0, 1, ("build", "flows/0.yaml")),
        (15, 0, 3, BUILD),
    ],
    "a copy in an app": [(13, 0, 0, BUILD), (15, 0, 3, BUILD), (0, 0, 1, ("check",)), (15, 0, 3, BUILD)],
    "a checkout of what was": [(0, 2, 1, BUILD), (15, 0, 3, BUILD), (3, 2, 0, BUILD), (15, 0, 3, BUILD)],
    "a clock that is set back": [(15, 0, 3, BUILD), (14, 0, 6, ("check",)), (3, 1, 1, BUILD), (3, 1, 0, BUILD)],
    "a generated file of the same size and date": [(8, 0, 0, BUILD), (8, 0, 3, BUILD), (15, 0, 3, BUILD)],
    "two names that become one": [(0, 1, 3, BUILD), (15, 0, 3, BUILD), (0, 1, 0, BUILD), (15, 0, 3, BUILD)],
    "a warning again and again": [(0, 1, 5, BUILD), (15, 0, 3, BUILD), (15, 0, 3, ("build", "--strict"))],
    "a cache from elsewhere": [(18, 0, 0, BUILD), (0, 1, 1, BUILD), (18, 0, 0, BUILD), (19, 0, 0, BUILD)],
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_what_it_takes_a_clock_and_digests_for(name: str) -> None:
    play(SEQUENCES[name])


STEPS = st.lists(
    st.tuples(
        st.integers(0, 19), st.integers(0, FLOWS - 1), st.integers(0, len(CONTENTS) - 1), st.sampled_from(COMMANDS)
    ),
    min_size=1,
    max_size=12,
)


@contextlib.contextmanager
def small() -> Iterator[Clock]:
    """As with thousands of flows, with a few: known of the last build, on several cores, texts in a file."""
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path.cwd())
        for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_WORKSPACE", "FLOWC_DEBUG"):
            patch.delenv(name, raising=False)
        patch.setattr(flowc.incremental.memory, "LEAST_FLOWS", 1)
        patch.setattr(flowc.incremental.stamp, "of", clock.of)
        patch.setattr(flowc.incremental.state, "of", clock.of)
        patch.setattr(
            flowc.incremental.memory, "key_of", lambda agents, strict: Key(repr((agents, strict)).encode(), 0)
        )
        yield clock


def play(steps: list[tuple[int, int, int, tuple[str, ...]]]) -> None:
    with small() as clock, tempfile.TemporaryDirectory() as folder:
        twins = Twins(Path(folder), clock)
        twins.run(("build",))
        clock.now += 10 * SECOND
        twins.run(("build",))
        for what, number, other, arguments in steps:
            change(twins, what, number, other)
            twins.run(arguments)


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_what_is_known_changes_nothing(steps: list[tuple[int, int, int, tuple[str, ...]]]) -> None:
    play(steps)


@pytest.mark.slow
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_what_is_known_changes_nothing_however_often(steps: list[tuple[int, int, int, tuple[str, ...]]]) -> None:
    play(steps)


# A whole project, by processes


@pytest.fixture
def large(project: Path) -> Path:
    for path in (project / "flows").iterdir():
        path.unlink()
    for number in range(20):
        (project / f"flows/{number}.yaml").write_text(CONTENTS[0](number))
    return project


def test_nothing_is_compiled_when_nothing_has_changed(
    large: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = command("build")
    os.utime(large / "flows/3.yaml")  # another date, the same content
    compiled: list[str] = []
    real = flowc.compiler.compile_one
    monkeypatch.setattr(
        flowc.compiler, "compile_one", lambda source, *rest: compiled.append(source.path) or real(source, *rest)
    )
    assert first.err == "20 flows, 61 files: 61 written, 0 unchanged\n"
    assert command("build").err == "20 flows, 61 files: 0 written, 61 unchanged\n"
    assert command("check").err == "20 flows: no errors\n"
    assert not compiled
    (large / "flows/3.yaml").write_text(CONTENTS[1](3))
    assert command("build").err == "20 flows, 61 files: 2 written, 59 unchanged\n"
    assert compiled == ["flows/3.yaml"]
    (large / "generated/flow_5/flow_5_tools.py").unlink()
    assert command("build").err == "20 flows, 61 files: 1 written, 60 unchanged\n"
    assert compiled[1:] == ["flows/5.yaml"]
    assert command("build", "--no-cache").err == "20 flows, 61 files: 0 written, 61 unchanged\n"
    assert len(compiled) == 22


def test_only_a_build_writes_it_and_only_for_many(large: Path, command: Command) -> None:
    for arguments in (("check",), ("build", "--check"), ("diff",), ("build", "--no-cache")):
        command(*arguments)
        assert not (large / FOLDER).exists()
    for number in range(flowc.incremental.memory.LEAST_FLOWS - 1, 20):
        (large / f"flows/{number}.yaml").rename(large / f"{number}.kept")
    command("build")
    assert not (large / FOLDER).exists()
    for path in large.glob("*.kept"):
        path.rename(large / f"flows/{path.stem}.yaml")
    command("build")
    assert sorted(path.name for path in (large / FOLDER).iterdir()) == [".gitignore", "seal", "state"]
    assert (large / FOLDER / ".gitignore").read_text().endswith("*\n")
    before = {path.name: path.read_bytes() for path in (large / FOLDER).iterdir()}
    (large / "flows/3.yaml").write_text(CONTENTS[1](3))
    for arguments in (("check",), ("build", "--check"), ("diff",), ("build", "--no-cache")):
        command(*arguments)
        assert {path.name: path.read_bytes() for path in (large / FOLDER).iterdir()} == before


@pytest.mark.parametrize("what", ["link", "pipe", "file", "link in it", "folder in it", "read-only"])
def test_a_cache_that_cannot_be_is_none(large: Path, command: Command, what: str) -> None:
    outside = large.parent / "outside"
    outside.mkdir()
    (outside / "state.new").write_text("not ours")
    cache = large / FOLDER
    if what == "link":
        cache.symlink_to(outside)
    elif what == "pipe":
        os.mkfifo(cache)
    elif what == "file":
        cache.write_text("")
    else:
        cache.mkdir()
    if what == "link in it":
        for name in ("state", "seal", "state.new", ".gitignore"):
            (cache / name).symlink_to(outside / "state.new")
    elif what == "folder in it":
        for name in ("state", "seal", "state.new"):
            (cache / name).mkdir()
    elif what == "read-only":
        cache.chmod(0o500)
    assert command("build").err == "20 flows, 61 files: 61 written, 0 unchanged\n"
    assert command("build").err == "20 flows, 61 files: 0 written, 61 unchanged\n"
    assert {path.name: path.read_text() for path in outside.iterdir()} == {"state.new": "not ours"}


def known(large: Path) -> State | None:
    key = key_of(flowc.config.load(large).agents, False)
    assert key is not None
    return load(large, key)


def test_what_came_with_a_checkout_is_not_believed(large: Path, command: Command) -> None:
    """Somebody has made a state for these very files, and a scenario that is not theirs."""
    command("build")
    scenario = large / "generated/flow_0/flow_0.voxengine.js"
    key = key_of(flowc.config.load(large).agents, False)
    assert key is not None
    state = load(large, key)
    assert state is not None
    copied = large.parent / "copied"
    shutil.copytree(large, copied)
    for file in (scenario, copied / scenario.relative_to(large)):
        file.write_text(file.read_text() + "// evil\n")
    shutil.rmtree(large)
    copied.rename(large)
    assert load(large, key) is None
    os.chdir(large)
    assert command("build", "--check").code == 1


def installed(folder: Path) -> Path:
    package = folder / "installed/flowc"
    shutil.copytree(Path(flowc.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    return package


def run_installed(package: Path, project: Path, command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    arguments = ("-c", "import sys; from flowc.cli import main; sys.exit(main())", command)
    finished = subprocess.run(
        (sys.executable, *arguments), cwd=project, env=environment, capture_output=True, text=True, check=True
    )
    return finished.stderr


def test_a_flowc_that_was_changed_knows_nothing(large: Path, tmp_path: Path) -> None:
    package = installed(tmp_path)
    _age(package)

    def build() -> str:
        return run_installed(package, large, "build")

    assert "61 written" in build()
    assert "0 written" in build()
    assert known(large) is None  # of another flowc
    runtime = package / "emit/line/runtime/turns.py"
    date = runtime.stat().st_mtime_ns
    runtime.write_text(runtime.read_text() + "\n# another version\n")
    os.utime(runtime, ns=(date, date))
    assert "0 written" not in build()


def test_a_flowc_that_cannot_be_looked_at_keeps_nothing(large: Path, tmp_path: Path) -> None:
    """An editor locks a file by a link that leads nowhere."""
    package = installed(tmp_path)
    (package / ".#app.py").symlink_to("somebody@somewhere.4711:1700000000")
    _age(package)
    assert "61 written" in run_installed(package, large, "build")
    assert "0 written" in run_installed(package, large, "build")
    assert "no errors" in run_installed(package, large, "check")
    assert not (large / FOLDER).exists()


def _age(package: Path) -> None:
    """What was installed just now is not kept anything of."""
    newest = max(path.lstat().st_ctime_ns for path in package.rglob("*"))
    while not is_settled((0, 0, newest, 0), time.time_ns()):
        time.sleep(0.2)


def test_builds_at_once_do_not_spoil_it(large: Path, command: Command) -> None:
    builds = [
        subprocess.Popen((sys.executable, "-m", "flowc", "build", "-q"), cwd=large, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [build.communicate()[1] for build in builds] == [b""] * 4
    assert [build.returncode for build in builds] == [0] * 4
    assert known(large) is not None
    assert command("build").err == command("build", "--no-cache").err


def test_many_are_compiled_on_all_cores_with_the_same_result(
    large: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (large / "flows/4.yaml").write_text(CONTENTS[2](4))
    (large / "flows/5.yaml").write_text(CONTENTS[5](5))
    one = [command("build", "--no-cache"), _files(large)]
    shutil.rmtree(large / "generated")
    monkeypatch.setattr(flowc.incremental.cores, "LEAST", 4)
    monkeypatch.setattr(flowc.incremental.cores, "_cores", lambda: 3)
    assert [command("build", "--no-cache"), _files(large)] == one
    shutil.rmtree(large / "generated")
    parent, real = os.getpid(), flowc.compiler.compile_one
    monkeypatch.setattr(  # whatever becomes of the others
        flowc.compiler, "compile_one", lambda *given: real(*given) if os.getpid() == parent else os._exit(3)
    )
    assert [command("build", "--no-cache"), _files(large)] == one
    (large / "flows/6.yaml").unlink()
    (large / "flows/6.yaml").symlink_to("5.yaml")
    (large / "flows/7.yaml").unlink()
    (large / "flows/7.yaml").mkdir()
    os.mkfifo(large / "flows/8x.yaml")
    told = command("build", "--no-cache")
    assert told.code == 2
    assert [line.split(":")[1] for line in told.err.splitlines()] == [" flows/6.yaml", " flows/8x.yaml"]


RUNTIME = "// flowc runtime 0123456789ab: …\n"
TEXTS = ("", "a", RUNTIME, f"a{RUNTIME}b", f"a{RUNTIME}c", f"b{RUNTIME}b", f"a\n{RUNTIME}é", f"a{RUNTIME}{RUNTIME}b")


def test_a_digest_is_of_the_whole_content(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the content came here, and whatever was seen before."""
    known: dict[str, bytes] = {}
    monkeypatch.setattr(flowc.incremental.digest, "_MOST_KEPT", 2)
    for text in (*TEXTS, *reversed(TEXTS), *TEXTS[::2], *TEXTS):
        own, mark, rest = text.partition(RUNTIME)
        for parts in ((text,), (own, mark + rest)):
            content, digest = encoded(*parts)
            assert content.whole == text.encode()
            assert [other for other in TEXTS if content.is_all_of(other.encode())] == [text]
            assert digest == hashed(content.whole) == known.setdefault(text, digest)
    assert len(set(known.values())) == len(TEXTS)
