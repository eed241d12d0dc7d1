"""Tools that do not want to be tested: whatever they do in their process, the run is not green because of it."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from flowc import confinement
from flowc.cli.app import run
from flowc.cli.output import tell
from flowc.simulator.engine import CannotPlay
from flowc.testing.play.with_tools import call, connection, inside, program
from flowc.testing.play.with_tools.program import Program
from flowc.testing.play.with_tools.tools import ToolsFailed
from tests.test_printable import harmless
from tests.testing.project import SHARED, TOOLS, Project, edit_tools

IMPORTS = "import asyncio\n"
WRAP = "return self._phone_call.wrap(agent)"
START = "        announced = False\n"  # of what every tool does
CALLS = """
it rings:
- caller: calls
- expect: {caller with: agent}
it ends:
- caller: calls
- agent: {asks: end_call}
- wait: 3s
- expect: {call: ended}
"""
ACCEPTS = """
import starlette.routing
async def handle(self, scope, receive, send):
    {}
starlette.routing.WebSocketRoute.handle = handle
"""  # what becomes of a connection that Cartesia opens
LINUX = sys.platform.startswith("linux")


def has_landlock() -> bool:
    return confinement._call(confinement.LANDLOCK_CALLS[0], None, 0, 1) >= 1


@pytest.fixture
def _in_project(project: Project) -> Iterator[None]:
    project.scripts(CALLS)
    before = Path.cwd()
    os.chdir(project.root)
    yield
    os.chdir(before)


def played(capsys: pytest.CaptureFixture[str], old: str, new: str) -> tuple[int, str, str]:
    """Exit code, standard output in one line, standard error."""
    edit_tools(old, new)
    code = run(["test", "--with-tools", "--edited"])
    told = capsys.readouterr()
    assert code == 0 or any(f"generated  {path}:" in told.out for path in (TOOLS, SHARED))
    return code, " ".join(told.out.split()), told.err


@pytest.mark.usefixtures("_in_project", "one_agents_side")
@pytest.mark.parametrize(
    ("old", "new", "told", "failed"),
    [
        pytest.param(
            IMPORTS,
            f"{IMPORTS}import os; print('2 calls passed', flush=True); os._exit(0)\n",
            "the process of the tools has ended (exit code 0)",
            "2 of 2 calls failed",
            id="ends as it is imported",
        ),
        pytest.param(
            START, "        __import__('os')._exit(0)\n", "(exit code 0)", "1 of 2 calls failed", id="ends in a tool"
        ),
        pytest.param(
            IMPORTS,
            f"{IMPORTS}import sys; sys.exit(0)\n",
            "they cannot be imported: SystemExit: 0",
            "2 of 2 calls failed",
            id="exits as it is imported",
        ),
        pytest.param(
            WRAP,
            "os = __import__('os'); os.closerange(0, 256); __import__('time').sleep(3600)",
            "the process of the tools has closed its pipe to flowc",
            "2 of 2 calls failed",
            id="closes everything",
        ),
        pytest.param(
            START,
            "        yield {'ok': True, 'result': 'done'}\n        return\n",
            "the tool `end_call` has neither asked for anything nor refused",
            "1 of 2 calls failed",
            id="does nothing",
        ),
    ],
)
def test_the_call_fails_and_says_why(
    capsys: pytest.CaptureFixture[str], old: str, new: str, told: str, failed: str
) -> None:
    code, out, err = played(capsys, old, new)
    assert code == 1
    assert told in out
    assert failed in out
    assert "2 calls passed" not in out
    assert all(line.startswith("tools: ") for line in err.splitlines())


@pytest.mark.usefixtures("_in_project")
@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(
            "import os, stat\n"
            "for number in range(3, 64):\n"
            "    try:\n"
            "        if stat.S_ISSOCK(os.fstat(number).st_mode): os.close(number)\n"
            "    except OSError: pass\n",
            "does not accept a connection: ",
            id="nobody listens",
        ),
        pytest.param(ACCEPTS.format("await send({'type': 'websocket.close', 'code': 1000})"), "HTTP 403", id="refused"),
        pytest.param(ACCEPTS.format("await asyncio.sleep(3600)"), "connection: not within 1 s", id="silent"),
        pytest.param(
            ACCEPTS.format("await send({'type': 'websocket.accept'}); await send({'type': 'websocket.close'})"),
            "the agent's program has closed the connection",
            id="closed at once",
        ),
    ],
)
def test_an_agents_server_that_accepts_no_connection_fails_the_call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, code: str, told: str
) -> None:
    if "1 s" in told:
        monkeypatch.setattr(connection, "OPEN_S", 1.0)
    exit_code, out, _ = played(capsys, IMPORTS, IMPORTS + code)
    assert exit_code == 1
    assert told in out
    assert "2 of 2 calls failed" in out


@pytest.mark.usefixtures("_in_project", "one_agents_side")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(IMPORTS, f"{IMPORTS}raise ValueError('Q' * 3_000_000)\n", id="as they are imported"),
        pytest.param(IMPORTS, f"{IMPORTS}raise ValueError('Q ' * 5_000_000)\n", id="more than a line may have"),
        pytest.param(START, "        raise ValueError('Q' * 3_000_000)\n", id="in a tool"),
        pytest.param(WRAP, "raise ValueError('Q' * 3_000_000)", id="in the app"),
    ],
)
def test_an_error_of_theirs_does_not_fill_the_log(capsys: pytest.CaptureFixture[str], old: str, new: str) -> None:
    code, out, err = played(capsys, old, new)
    assert code == 1
    assert "ValueError: Q" in out or "the agent's program has failed: " in out
    assert len(out) < 10_000
    assert len(err) < 100_000


SOCKET = "__import__('socket').create_connection(('127.0.0.1', int(__import__('sys').argv[2])))"
NESTED = "'[' * 100_000 + ']' * 100_000"


@pytest.mark.usefixtures("_in_project", "one_agents_side")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            START,
            "        gc = __import__('gc')\n"
            "        [told] = [each for each in gc.get_objects() if type(each).__name__ == '_Told']\n"
            "        told(connection='call-1 1', x='##[error]pwn')\n" + START,
            id="a note that is none",
        ),
        pytest.param(
            START,
            "        gc = __import__('gc')\n"
            "        [told] = [each for each in gc.get_objects() if type(each).__name__ == '_Told']\n"
            "        told(note='fails', connection='call-2 1')\n" + START,
            id="a turn that fails, although it does not",
        ),
        pytest.param(
            START,
            f"        {SOCKET}.sendall(b'GET /##[error]pwn HTTP/1.1\\r\\nX: ##[error]pwn\\0\\x80\\r\\n\\r\\n')\n"
            "        await asyncio.sleep(0.1)\n" + START,
            id="a request that is none",
        ),
        pytest.param(
            START,
            f"        await self._scenario.post('deep', {NESTED}.encode())\n"
            f"        yield {{'ok': False, 'error': {NESTED}, 'message': [{NESTED}]}}\n        return\n",
            id="nested",
        ),
        pytest.param(
            WRAP,
            "raise ValueError('##[error]pwn\\n::error::pwn')",
            id="an error in the app",
        ),
    ],
)
def test_nothing_that_they_send_is_printed_as_it_is(capsys: pytest.CaptureFixture[str], old: str, new: str) -> None:
    edit_tools(old, new)
    code = run(["test", "--with-tools", "--edited"])
    told = capsys.readouterr()
    assert code in (0, 1), told.err
    assert harmless(told.out)
    assert harmless(told.err)
    assert "Traceback" not in told.err
    assert all(line.startswith("tools: ") for line in told.err.splitlines())


@pytest.mark.usefixtures("_in_project", "one_agents_side")
@pytest.mark.parametrize("number", [1, 30])
def test_what_they_post_by_themselves_is_part_of_the_call(capsys: pytest.CaptureFixture[str], number: int) -> None:
    """At whatever step the script is, and after the end of the call."""
    posts = (
        "        async def posts():\n"
        "            for number in range(NUMBER): await self._scenario.post(f'late {number}', body)\n"
        "        asyncio.get_running_loop().call_later(2.5, lambda: asyncio.ensure_future(posts()))\n"
        "        asyncio.ensure_future(posts())\n"
    )
    code, out, err = played(capsys, START, START + posts.replace("NUMBER", str(number)))
    assert (code, err) == (0, "")
    assert out.endswith("2 calls passed")


@pytest.mark.usefixtures("_in_project")
@pytest.mark.skipif(not LINUX, reason="the filters are those of Linux")
def test_what_they_may_not_do(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor do they see our environment."""
    monkeypatch.setenv("CI_SECRET", "of CI")
    tries = (
        "lambda: open('flows/clinic.calls.yaml', 'a')",
        "lambda: os.fork()",
        "lambda: os.execv(sys.executable, [sys.executable, '-c', ''])",
        "lambda: os.kill(os.getppid(), 9)",
        "lambda: os.environ['CI_SECRET'] and print('seen')",
    )
    code = (
        "import os, sys\n"
        f"for number, try_ in enumerate([{', '.join(tries)}]):\n"
        "    try: try_(); print(number, 'done')\n"
        "    except (OSError, KeyError) as error: print(number, type(error).__name__)\n"
        "raise ImportError('enough')\n"
    )
    exit_code, _, err = played(capsys, IMPORTS, IMPORTS + code)
    assert exit_code == 1
    refused = [f"tools: {number} PermissionError" for number in range(4)]
    assert err.splitlines()[:5] == [*refused, "tools: 4 KeyError"]


def environment(folder: Path) -> Path:
    """Where packages are in an environment of Python that is made here, which has the SDK itself."""
    packages = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    packages.mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    (folder / "pyvenv.cfg").write_text(f"home = {os.path.dirname(os.path.realpath(sys.executable))}\n")
    others = sysconfig.get_path("purelib")
    (packages / "others.pth").write_text(f"import site; site.addsitedir({others!r})\n")
    for name in ("line", "litellm"):
        spec = find_spec(name)
        assert spec is not None
        [found] = spec.submodule_search_locations or []
        (packages / name).symlink_to(found, target_is_directory=True)
    return packages


@pytest.mark.usefixtures("_in_project")
@pytest.mark.skipif(os.name == "nt", reason="an environment is laid out otherwise")
@pytest.mark.parametrize("folder", [".venv", "."])
def test_an_environment_in_the_project_is_no_way_into_it(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """The SDK looks for a file of secrets in every folder above its own, and what Python is made of can be read."""
    (project.root / ".env").write_text("CI_SECRET=of-the-project\n", encoding="utf-8")
    packages = environment(project.root / folder)
    monkeypatch.setattr(sys, "executable", str(project.root / folder / "bin" / "python"))
    monkeypatch.syspath_prepend(packages)
    code = (
        "import line, os; print(line.__file__, os.environ.get('CI_SECRET'))\n"
        "for name in ('.env', 'flows/clinic.calls.yaml', 'generated', '.'):\n"
        "    try: os.close(os.open(name, 0)); print('read', name)\n"
        "    except OSError as error: print(type(error).__name__, name)\n"
    )
    exit_code, out, err = played(capsys, IMPORTS, IMPORTS + code)
    assert exit_code == 0, out + err
    told = {f"tools: {packages / 'line' / '__init__.py'} None"}
    comes = "PermissionError" if has_landlock() else "read"
    told |= {f"tools: {comes} {name}" for name in (".env", "flows/clinic.calls.yaml", "generated", ".")}
    assert set(err.splitlines()) == told


@pytest.mark.usefixtures("_in_project")
def test_what_stands_in_pythons_path_is_not_the_sdk_for_that(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would run before anything is taken from its process."""
    stolen = "import os; open(os.environ['HOME'] + '/stolen', 'w')\n"
    packages = ("src/line/__init__.py", "vendor/site-packages/orjson.py", "tests.zip/loguru.py", "tests/aiohttp.py")
    monkeypatch.setenv("HOME", str(project.root))
    importlib.import_module("aiohttp.web")  # flowc's own, before the others are in the path
    sdk = find_spec("line")
    assert sdk is not None
    for name in packages:
        project.write(name, stolen)
        monkeypatch.syspath_prepend(project.root / os.path.dirname(name.replace("/line/", "/")))
    code = "import line; print(line.__file__); import aiohttp, loguru\nimport orjson\n"
    _, out, err = played(capsys, IMPORTS, IMPORTS + code)
    assert not (project.root / "stolen").exists(), out
    assert err.splitlines()[0] == f"tools: {sdk.origin}"


@pytest.mark.usefixtures("_in_project", "one_agents_side")
@pytest.mark.skipif(not LINUX, reason="the filters are those of Linux")
def test_what_they_can_read(capsys: pytest.CaptureFixture[str]) -> None:
    """What is imported late as well, of Python and of the SDK; nothing of the project, of the user, of the system."""
    if not has_landlock():
        pytest.skip("this kernel has no Landlock")
    imports = ("zoneinfo, datetime; datetime.datetime.now(zoneinfo.ZoneInfo('Europe/Paris'))", "ssl, certifi")
    tries = (
        *(f"exec({f'import {each}'!r})" for each in (*imports, "sqlite3, decimal", "line.llm_agent", "litellm.utils")),
        "ssl.create_default_context(cafile=certifi.where())",
        "os.urandom(1), open(os.devnull).read()",
        "open('flows/clinic.calls.yaml')",
        "os.listdir('.')",
        "open(f'/proc/{os.getppid()}/environ')",
        "os.listdir(os.path.expanduser('~'))",
        "open('/etc/shadow')",
        "os.listdir('/')",
    )
    code = (
        "import os\n"
        f"for try_ in {tries!r}:\n"
        "    try: exec(try_); print('done', try_)\n"
        "    except OSError as error: print(type(error).__name__, try_)\n"
        "raise ImportError('enough')\n"
    )
    _, out, err = played(capsys, IMPORTS, IMPORTS + code)
    expected = [f"tools: {'done' if number < 7 else 'PermissionError'} {try_}" for number, try_ in enumerate(tries)]
    assert err.splitlines()[: len(tries)] == expected, out


@pytest.mark.usefixtures("_in_project")
@pytest.mark.skipif(not LINUX, reason="the filters are those of Linux")
def test_a_project_in_pythons_path_is_the_project_still(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands there where it is installed to be edited, or by `PYTHONPATH`, and flowc is started below it."""
    if not has_landlock():
        pytest.skip("this kernel has no Landlock")
    project = Path.cwd()
    for name in ("websockets/__init__.py", "loguru.py", ".env"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("of the project")
    monkeypatch.syspath_prepend(project)
    reads = f"open({str(project / '.env')!r})"
    tries = (reads, "import websockets; websockets.connect", "import loguru; loguru.logger")
    code = (
        f"for try_ in {tries!r}:\n"
        "    try: exec(try_); print('done', try_)\n"
        "    except OSError as error: print(type(error).__name__, try_)\n"
        "raise ImportError('enough')\n"
    )
    edit_tools(IMPORTS, IMPORTS + code)
    monkeypatch.chdir(project / "flows")
    assert run(["test", "--with-tools", "--edited"]) == 1
    expected = [f"tools: {'done' if number else 'PermissionError'} {try_}" for number, try_ in enumerate(tries)]
    assert capsys.readouterr().err.splitlines()[: len(tries)] == expected


# What they send to where they are judged


SENDS = """        async def sends(body, **headers):
            url = self._scenario._url
            async with __import__('aiohttp').ClientSession() as http, http.post(url, data=body, headers=headers) as got:
                return got.status
"""


@pytest.mark.usefixtures("_in_project", "one_agents_side")
@pytest.mark.parametrize("encoding", ["deflate", "gzip", "DEFLATE", "identity, gzip"])
def test_what_is_packed_is_not_unpacked(capsys: pytest.CaptureFixture[str], encoding: str) -> None:
    """It is a thousand times as long then, and nothing that flowc generates sends it."""
    packed = "__import__('zlib').compress(bytes(30_000_000))"
    sends = f"{SENDS}        print(await sends({packed}, **{{'Content-Encoding': {encoding!r}}}))\n"
    code, out, err = played(capsys, START, sends + START)
    assert code == 0, out
    assert err == "tools: 415\n"


@pytest.mark.usefixtures("_in_project", "one_agents_side")
def test_what_they_post_is_bounded_in_all(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "MOST_BYTES", 30_000)
    sends = f"{SENDS}        print([await sends(b'x' * 12_000) for _ in range(4)])\n"
    edit_tools(START, sends + START)
    run(["test", "--with-tools", "--edited"])
    statuses = capsys.readouterr().err.splitlines()[0].removeprefix("tools: ").strip("[]").split(", ")
    assert "413" not in statuses[:2]
    assert statuses[2:] == ["413", "413"]


@pytest.mark.usefixtures("_in_project")
def test_what_comes_on_their_connection_is_not_packed(capsys: pytest.CaptureFixture[str]) -> None:
    """Who does not offer to unpack need not."""
    code = (
        "import starlette.routing\n"
        "starts = starlette.routing.WebSocketRoute.handle\n"
        "async def handle(self, scope, receive, send):\n"
        "    print(dict(scope['headers']).get(b'sec-websocket-extensions'))\n"
        "    await starts(self, scope, receive, send)\n"
        "starlette.routing.WebSocketRoute.handle = handle\n"
    )
    edit_tools(IMPORTS, IMPORTS + code)
    assert run(["test", "--with-tools", "--edited"]) == 0
    assert set(capsys.readouterr().err.splitlines()) == {"tools: None"}


async def test_what_they_tell_is_bounded_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST_BYTES", 100)
    told = connection.Connection("call-1 1", MagicMock(), asyncio.Event())
    for letter in "xy":
        told.note({"note": "over", "turn": letter * 60})
    with pytest.raises(ToolsFailed, match="sends more than a call can need"):
        assert told.is_quiet
    await told._reader


def test_lines_that_wait_have_a_bound_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "MOST_BYTES", 100)
    room = program._Room()
    room.take(200)  # the first has room, however long
    waits = threading.Thread(target=room.take, args=(60,), daemon=True)
    waits.start()
    assert not room._has_room(60)
    room.give_back(200)
    waits.join(60)
    assert not waits.is_alive()
    assert room._has_room(40)
    assert not room._has_room(41)


# The pipe


READY = "import json, os, sys, time\nprint(json.dumps({'ready': 1}), flush=True)\n"


async def asked(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """A program that does this after its start is asked for something."""
    monkeypatch.setattr(program, "START", READY + code)
    started = Program(asyncio.get_running_loop(), 1, tell)
    try:
        await started.ready()
        await started.ask("turn")
    finally:
        started.close()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param("print('1 call passed', flush=True); time.sleep(3600)", "written into flowc's pipe", id="summary"),
        pytest.param("print('[]', flush=True); time.sleep(3600)", "written into flowc's pipe", id="a list"),
        pytest.param("print('[' * 100000, flush=True); time.sleep(3600)", "written into flowc's pipe", id="deep"),
        pytest.param("os.write(1, b'x' * 5000); time.sleep(3600)", "written into flowc's pipe", id="no end of a line"),
        pytest.param("os.close(1); os.close(2); time.sleep(3600)", "has closed its pipe to flowc", id="closed"),
        pytest.param("os._exit(0)", "the process of the tools has ended (exit code 0)", id="ends"),
        pytest.param("os.kill(os.getpid(), 9)", "the process of the tools has ended (signal SIGKILL)", id="killed"),
        pytest.param("time.sleep(3600)", "nothing else on it has run for 0.5 s", id="silent"),
        pytest.param("os.close(0); time.sleep(3600)", "nothing else on it has run for 0.5 s", id="does not read"),
        pytest.param(
            "while True: print(json.dumps({'note': 'cancelled', 'connection': 'x'}))",
            "nothing else on it has run for 0.5 s",
            id="flood",
        ),
        *(
            pytest.param(
                f"print(json.dumps({note}), flush=True); time.sleep(3600)", "written into flowc's pipe", id=f"{note}"
            )
            for note in (
                {"connection": "call-1 1", "x": "##[error]pwn"},
                {"note": "seen", "connection": "call-1 1", "event": "start"},
                {"note": "over", "connection": "call-1 1", "turn": None},
                {"note": "agent", "connection": "call-1 1", "tools": [[]]},
                {"note": "cancelled", "connection": "call-1 1", "x": "##[error]pwn"},
                {"note": "fails", "connection": "call-1 1", "x": "##[error]pwn"},
                {"note": "fails", "connection": None},
                {"note": "no such"},
                {"note": []},
                {"ready": 1, "connection": "call-1 1"},
                {"id": True},
                {"id": "1"},
                {"id": 1, "failed": 3},
                {},
            )
        ),
        pytest.param(
            "print(json.dumps({'id': 7}), flush=True); time.sleep(3600)",
            "nothing else on it has run for 0.5 s",
            id="answers what nobody asked",
        ),
    ],
)
async def test_a_program_that_does_not_answer_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, code: str, told: str
) -> None:
    monkeypatch.setattr(program, "WHERE_S", 0.2)
    monkeypatch.setattr(program, "MOST_BYTES", 4000)
    if "0.5 s" in told:
        monkeypatch.setattr(program, "STUCK_S", 0.5)
    with pytest.raises(ToolsFailed) as raised:
        await asked(monkeypatch, code)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param("import os; os._exit(3)", "the process of the tools has ended (exit code 3)", id="ends"),
        pytest.param("print('{}')", "the process of the tools has written into flowc's pipe", id="says nothing"),
        pytest.param('print(\'{"cannot": "MemoryError"}\')', "MemoryError", id="cannot"),
    ],
)
async def test_a_program_that_does_not_start(monkeypatch: pytest.MonkeyPatch, code: str, told: str) -> None:
    monkeypatch.setattr(program, "START", code)
    started = Program(asyncio.get_running_loop(), 1, tell)
    with pytest.raises(CannotPlay) as raised:
        await started.ready()
    started.close()
    assert str(raised.value) == f"the process for the tools cannot be started: {told}"


async def test_what_it_prints_is_shown_as_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "MOST_PRINTED", 2)
    code = "sys.stderr.write('\\x1b[2K1 call passed\\n::error::no\\nmore\\nmore\\n'); os._exit(0)"
    with pytest.raises(ToolsFailed):
        await asked(monkeypatch, code)
    first, *others = capsys.readouterr().err.splitlines()
    assert first.startswith("tools: ")
    assert "\x1b" not in first
    assert others == ["tools: ::error::no", "tools: (what else they print is not shown)"]


def test_fewer_calls_than_were_asked_for_are_no_success(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    from flowc.testing.play import batch as playing

    project.scripts(CALLS)
    monkeypatch.chdir(project.root)
    play = playing.play

    def forgetful(*given: object, **options: object) -> object:
        played = play(*given, **options)  # type: ignore[arg-type]
        return replace(played, calls=played.calls[1:])

    monkeypatch.setattr(playing, "play", forgetful)
    assert run(["test"]) == 2
    assert "2 calls asked for, and 1 judged" in capsys.readouterr().err


# What a loop tells of an exception that nobody has fetched


def raised(path: str, code: str, **names: object) -> BaseException:
    """What a module of this path raises."""
    try:
        exec(compile(code, path, "exec"), dict(names))
    except BaseException as error:
        return error
    raise AssertionError("it raises nothing")


def circle() -> BaseException:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    return one


SEND = "from starlette.websockets import WebSocketDisconnect\nraise WebSocketDisconnect(1000)\n"
CLEAN_UP = "try:\n    call()\nfinally:\n    {}['order']\n"
AND_ANOTHER = "try:\n    call()\nexcept Exception as error:\n    raise RuntimeError('not sent') from error\n"


@pytest.mark.parametrize(
    ("files", "is_shown"),
    [
        pytest.param([("sdk.py", SEND)], False, id="the call has ended"),
        pytest.param([("sdk.py", SEND), ("sdk.py", AND_ANOTHER)], False, id="the SDK says so in its words"),
        pytest.param([("sdk.py", SEND), (TOOLS, CLEAN_UP)], True, id="as tools clean up"),
        pytest.param([("sdk.py", SEND), (TOOLS, CLEAN_UP), ("sdk.py", AND_ANOTHER)], True, id="behind that the SDK"),
        pytest.param([(SHARED, SEND)], True, id="of the tools"),
        pytest.param([("sdk.py", "raise KeyError('order')")], True, id="another"),
        pytest.param([("sdk.py", "raise made")], True, id="a circle"),
    ],
)
def test_of_what_nobody_has_fetched_the_end_of_a_call_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, files: list[tuple[str, str]], is_shown: bool
) -> None:
    """What the SDK leaves behind when a connection is closed; nothing of what the tools have had a part in."""
    error = circle()
    for path, code in files:
        before = error

        def call(before: BaseException = before) -> None:
            raise before

        error = raised(path, code, call=call, made=before)
    monkeypatch.setattr(inside, "_OF_TOOLS", {TOOLS, SHARED})
    loop, context = MagicMock(), {"message": "never retrieved", "exception": error}
    inside._show_unless_hung_up(loop, context)
    assert loop.default_exception_handler.call_args_list == ([((context,),)] if is_shown else [])


def test_what_is_no_exception_is_shown() -> None:
    loop = MagicMock()
    inside._show_unless_hung_up(loop, {"message": "a task was destroyed"})
    loop.default_exception_handler.assert_called_once()


@pytest.mark.usefixtures("_in_project", "one_agents_side")
def test_the_loop_of_the_tools_shows_no_end_of_a_call(capsys: pytest.CaptureFixture[str]) -> None:
    """It asks for that; what a task of the tools has left behind it shows."""
    code = (
        "        def fails(message, error):\n"
        "            asyncio.get_running_loop().call_exception_handler({'message': message, 'exception': error})\n"
        "        from starlette.websockets import WebSocketDisconnect\n"
        "        fails('hung up', WebSocketDisconnect(1000))\n"
        "        fails('their own', KeyError('order'))\n"
    )
    _, _, err = played(capsys, START, code + START)
    assert "tools: their own" in err.splitlines()
    assert "hung up" not in err
