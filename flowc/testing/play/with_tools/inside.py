"""What runs in the process of the tools: the SDK's own server, the generated tools, and the model that is scripted.

Nothing in this process decides about a call: whatever is said here may have been said by the tools. It does what
`program.py` asks for, and tells what becomes of it, as lines of JSON. Requests come on what was standard input, answers
and notes leave on what was standard output; what the tools print goes to standard error.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
import json
import linecache
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from functools import cache, partial
from types import CodeType, ModuleType
from typing import Any, BinaryIO

from flowc.confinement import confine_reach, confine_root, confine_tools
from flowc.diagnostics import cut
from flowc.discovery import SourceError
from flowc.testing.play.with_tools import sdk
from flowc.testing.play.with_tools.installed import Installed
from flowc.testing.play.with_tools.still_clock import StillClock, of_call

_OF_TOOLS: set[str] = set()
"""The files of the tools' modules, as tracebacks name them."""


def main(control_port: int, projects: list[str]) -> None:
    """`control_port` is where the tools may connect to; nothing of `projects` is imported, nor read where the system
    offers that. Ends with its input, or by whatever the tools do.
    """
    requests, told = alone(control_port, projects)
    loop = StillClock()
    loop.set_exception_handler(_show_unless_hung_up)
    asyncio.set_event_loop(loop)
    try:
        inside = _Inside(loop, told)
        port = loop.run_until_complete(inside.serve())
    except ImportError as missing:
        told(missing=sdk.why_missing(missing))
        return
    except SourceError as refused:
        told(refused=str(refused))
        return
    except Exception as error:
        told(cannot=_words(error))
        return
    confine_tools()
    loop.stand_still()
    told(ready=port)
    threading.Thread(target=inside.listen, args=(requests,), daemon=True).start()
    while True:
        with contextlib.suppress(SystemExit, KeyboardInterrupt):  # of a tool, which ends itself alone
            loop.run_forever()


def alone(port: int, projects: list[str]) -> tuple[BinaryIO, Callable[..., None]]:
    """What was standard input, and a way to say something where standard output was. From here on nothing can be
    connected to but this port, and of the projects nothing is imported or read.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    os.dup2(2, 1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    installed = Installed(projects)
    sys.path[:] = installed.path(sys.path)
    sys.meta_path[:] = installed.finders(sys.meta_path)
    confine_root()
    confine_reach(port, installed.readable(("flowc", *sdk.NEEDED)), installed.projects)
    return requests, _Told(answers)


def _show_unless_hung_up(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The SDK leaves a task behind whose last words come after the connection has been closed: that is how calls end,
    and no error of the tools.
    """
    error = context.get("exception")
    if error is None or not _is_end_of_call(error):
        loop.default_exception_handler(context)


def _is_end_of_call(error: BaseException) -> bool:
    """One that the SDK has raised alone: nothing of the tools has run on the way to any of those that led to it."""
    from starlette.websockets import WebSocketDisconnect

    led_to_it: dict[int, BaseException] = {}  # by their ids: tools may make a circle of them
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in led_to_it:
            led_to_it[id(each)] = each
            waiting += (each.__cause__, each.__context__)
    ends = any(isinstance(each, WebSocketDisconnect) for each in led_to_it.values())
    return ends and not any(map(_has_run_tools, led_to_it.values()))


def _has_run_tools(error: BaseException) -> bool:
    return any(frame.f_code.co_filename in _OF_TOOLS for frame, _ in traceback.walk_tb(error.__traceback__))


def leave_secrets() -> None:
    """The SDK would take the first `.env` in a folder above its own, which are the secrets of the project if Python's
    environment is in it. Raises ImportError."""
    import dotenv

    vars(dotenv)["load_dotenv"] = lambda *_, **__: False


class _Told:
    """Says one thing after the other, whichever thread says it."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._lock = threading.Lock()

    def __call__(self, **what: Any) -> None:
        line = memoryview(json.dumps(what).encode("ascii") + b"\n")
        with self._lock:
            while line:
                line = line[os.write(self._to, line) :]


class _Inside:
    def __init__(self, loop: StillClock, told: Callable[..., None]) -> None:
        """Raises ImportError, SourceError."""
        leave_secrets()
        sdk.load()
        from flowc.testing.play.with_tools.model import ScriptedModel, sdk_agent

        sdk_agent([], ScriptedModel())
        self._new_model = partial(ScriptedModel, partial(told, note="asked"))
        self._sdk_agent = sdk_agent
        self._model = ScriptedModel()
        self._call_class: Any = None
        self._caught: tuple[logging.Logger, logging.Handler] | None = None
        self._loop = loop
        self._call = 0
        self._told = told
        self._thread = threading.get_ident()

    async def serve(self) -> int:
        from flowc.testing.play.with_tools.servers import serve_agent

        self._server = serve_agent(self._agent)
        return await self._server.__aenter__()

    def listen(self, requests: BinaryIO) -> None:
        """In a thread of its own: it can still say where the loop is, if that does not turn."""
        for line in requests:
            request = json.loads(line)
            if request["do"] == "where":
                frame = sys._current_frames().get(self._thread)
                stack = "".join(traceback.format_stack(frame)) if frame is not None else ""
                self._told(id=request["id"], traceback=stack)
            else:
                self._loop.call_soon_threadsafe(self._answer, request)
        os._exit(0)

    def _answer(self, request: dict[str, Any]) -> None:
        match request:
            case {"do": "load", "path": path, "text": text, "call_class": name, "shared": shared, **more}:
                self._told(id=request["id"], **self._load(path, text, name, shared))
                self._model.must_answer = more.get("must_answer") is True
                return
            case {"do": "says", "text": text}:
                self._model.says(text)
            case {"do": "asks", "tool": tool, "values": values}:
                self._model.asks(tool, values)
            case {"do": "holds"}:
                self._model.holds()
            case {"do": "ends"}:
                self._model.ends()
            case {"do": "waits"}:
                self._told(id=request["id"], found="yes" if self._model.waits else "")
                return
            case {"do": "lacks"}:
                self._told(id=request["id"], tool=self._model.lacks)
                return
            case {"do": "refuses"}:
                self._model.refuses()
            case {"do": "hangs"}:
                self._model.hangs()
            case {"do": "answers"}:
                self._model.answers()
            case {"do": "time passes", "ms": milliseconds}:
                self._loop.pass_time(milliseconds)
            case {"do": "rests"}:
                self._loop.when_it_rests(partial(self._rests, request["id"]))
                return
            case {"do": "hurries", "turn": turn}:
                self._told(id=request["id"], found="yes" if self._loop.hurry(turn) else "")
                return
        self._told(id=request["id"])

    def _rests(self, id: int) -> None:
        due = self._loop.due_ms
        self._told(id=id, due="" if due is None else str(due))

    def _load(self, path: str, text: str, call_class: str, shared: dict[str, str]) -> dict[str, str]:
        """For a call: the modules anew, of which neither can be read from here, and a model that has nothing to do."""
        self._call = self._loop.begin_call()
        self._model = self._new_model()
        module = ModuleType(path.rpartition("/")[2].removesuffix(".py"))
        logger = logging.getLogger(module.__name__)
        logger.handlers[:] = [_Caught(self._told)]  # and what they log is not our output
        sys.modules[shared["module"]] = common = ModuleType(shared["module"])
        try:
            _run(common, shared["path"], shared["text"])
            _run(module, path, text)
        except BaseException as error:
            return {"failed": f"they cannot be imported: {_words(error)}", "traceback": _traceback(error)}
        self._call_class = getattr(module, call_class, None)
        if not isinstance(self._call_class, type):
            return {"failed": f"they have no class {call_class}"}
        self._call_class.control_hosts = ("127.0.0.1",)  # type: ignore[attr-defined]  # where the scenario is played
        return {}

    async def _agent(self, env: Any, call_request: Any) -> Any:
        """The agent of a connection that has been opened: the SDK's own, with the generated tools."""
        of_call(self._call)
        call = self._call_class(call_request)
        tools = call.tools()
        self._told(note="agent", connection=call_request.call_id, tools=[tool.name for tool in tools])
        with_tools = self._sdk_agent(tools, self._model)
        return sdk.watched(call.wrap(with_tools), call_request.call_id, self._told)


class _Caught(logging.Handler):
    """What the tools log: of the exceptions in it, which they keep from the model, and from whoever plays them."""

    def __init__(self, told: Callable[..., None]) -> None:
        super().__init__(logging.ERROR)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            name = record.args[0] if isinstance(record.args, tuple) and record.args else ""
            message = f"the tool `{name}` failed: {_words(error)}"
            self._told(note="caught", message=message, traceback=_traceback(error))


def _run(module: ModuleType, path: str, text: str) -> None:
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)  # for the lines of a traceback
    module.__file__ = path
    _OF_TOOLS.add(path)
    exec(_compiled(text, path), module.__dict__)


@cache
def _compiled(text: str, path: str) -> CodeType:
    """Every call has the modules anew; to compile them takes as long as the call."""
    return compile(text, path, "exec", dont_inherit=True)


def _words(error: BaseException) -> str:
    return cut(" ".join(f"{type(error).__name__}: {error}".split()).rstrip(":"))


def _traceback(error: BaseException) -> str:
    """Its lines are there whatever the error says; of that, no more than can be told."""
    return "".join(cut(part) for part in traceback.format_exception(error))
