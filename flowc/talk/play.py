"""Playing a flow with a person: everything is brought up, and whoever types is listened to until the call is over."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict, replace

from flowc.discovery import SourceError
from flowc.disk import read, told
from flowc.emit.line.tools import class_name
from flowc.ir import Flow
from flowc.simulator.engine import Engine, ScenarioFailed
from flowc.talk.account import answers_of
from flowc.talk.app_thread import AppsSide, Stuck
from flowc.talk.commands import Commands
from flowc.talk.terminal import Lines
from flowc.testing.account import agents_of, value_of
from flowc.testing.play.switches import options
from flowc.testing.play.with_tools import sdk

if TYPE_CHECKING:
    from flowc.talk.call import TalkedCall
    from flowc.talk.echo import Echo
    from flowc.testing.play.with_tools.servers import GetAgent

TICK_S = 0.05
ENDING_S = 30.0


@dataclass(frozen=True, slots=True)
class Talk:
    """What is played. `app` is the folder of the agent's app; `echo`: also if there is a key for a model."""

    flow: Flow
    scenario: str
    commands: Commands
    app: Path
    echo: bool


def play(talk: Talk, lines: Lines, greeting: list[str]) -> bool:
    """Until the call is over; false if the scenario itself has failed. Raises SourceError."""
    if not sdk.is_installed():
        raise sdk.no_sdk()
    has_agent = talk.flow.agent is not None
    echoes = has_agent and (talk.echo or not os.environ.get("MODEL_API_KEY"))
    try:
        if has_agent:
            (sdk.load if echoes else sdk.load_with_models)()
    except ImportError as error:
        raise sdk.no_sdk(sdk.why_missing(error)) from error
    beside, stack = AppsSide(), contextlib.AsyncExitStack()
    with Engine() as engine, _as_before(), _echo(echoes) as echo:
        try:
            call = beside.run(_bring_up(talk, engine, beside, stack, echo, lines))
            about = (*_about_webhooks(talk), _about_model(talk, echoes))
            for line in (*greeting, *about, "Type what the caller says. /help shows what else."):
                lines.show(line)
            (_typed if lines.has_clock else _piped)(call, lines, beside)
            return call.session.error is None
        except ScenarioFailed as failed:
            lines.show(f"the scenario has failed: {failed}")
            return False
        except Stuck as stuck:
            lines.show(f"the agent's program keeps the event loop to itself: {stuck}")
            lines.show(stuck.where)
            return True
        finally:
            beside.end(stack.aclose)


def _about_webhooks(talk: Talk) -> Iterator[str]:
    """What those answer that are asked, which is made up."""
    account = talk.commands.call.account
    answers = answers_of(talk.flow, account)
    for webhook in talk.flow.webhooks:
        if webhook.answer:
            text = answers[value_of(webhook.url, account)].text
            yield f"  webhook: {webhook.name} answers {text}, which is made up; /webhook has it answer otherwise"


def _about_model(talk: Talk, echoes: bool) -> str:
    if talk.flow.agent is None:
        return "  agent: none, so nobody answers what the caller says"
    if not echoes:
        return f"  model: {os.environ.get('MODEL', 'that of main.py')}, with the key in MODEL_API_KEY"
    why = "" if talk.echo else "MODEL_API_KEY is not set: "
    return f"  model: {why}an echo, which calls a tool when you type /ask"


@contextlib.contextmanager
def _echo(echoes: bool) -> Iterator[Echo | None]:
    """In the place of every model that an agent of the app has meanwhile."""
    if not echoes:
        yield None
        return
    from flowc.talk.echo import Echo
    from flowc.testing.play.with_tools.model import provided

    echo = Echo()
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(provided(echo))
        except SourceError:  # another version of the SDK: its agents reach the echo by its address
            sdk.load_with_models()
        yield echo


async def _bring_up(
    talk: Talk, engine: Engine, beside: AppsSide, stack: contextlib.AsyncExitStack, echo: Echo | None, lines: Lines
) -> TalkedCall:
    """The servers, the app and the session. The app reads the environment when it is imported."""
    from flowc.talk.call import NAME, TalkedCall
    from flowc.talk.echo import MODEL, served
    from flowc.testing.play.with_tools.servers import Servers, serve_agent, serve_control

    found: list[TalkedCall] = []

    async def agent(env: Any, call_request: Any) -> Any:
        return await found[0].agent(env, call_request)

    async def control(request: Any) -> Any:
        return await found[0].answer(request)

    if echo is not None:
        await stack.enter_async_context(served(echo))
        os.environ.update(MODEL=MODEL, MODEL_API_KEY="none", MODEL_API_BASE=echo.url)
    get_agent = load(talk.app) if talk.flow.agent is not None else _nobody
    _allow_loopback(talk.flow)
    control_port = await stack.enter_async_context(serve_control(control))
    servers = Servers(await stack.enter_async_context(serve_agent(agent)), control_port)
    behaves = options(
        talk.commands.call.account,
        talk.commands.call.platform,
        talk.flow.hours,
        talk.commands.call.begins,
        answers_of(talk.flow, talk.commands.call.account),
        country=talk.flow.call.country,
        agents=agents_of(talk.flow, talk.commands.call.account),
    )
    session = engine.session(talk.scenario, **asdict(replace(behaves, access_url=servers.control_url(NAME))))
    call = TalkedCall(talk.flow, talk.commands, session, get_agent, servers.agent_url, echo, beside.clock, lines.show)
    found.append(call)
    return call


async def _nobody(_env: Any, _call_request: Any) -> Any:
    raise AssertionError("a flow without an agent starts none")


def load(app: Path) -> GetAgent:
    """`get_agent` of the app's main.py. Raises SourceError."""
    main = app / "main.py"
    try:
        read(app, main.name)
    except (FileNotFoundError, NotADirectoryError) as error:
        hint = "an app has a main.py, which `flowc init --agent` writes"
        raise SourceError(f"{main}: no such file: {hint}") from error
    except OSError as error:
        raise SourceError(f"{main}: {told(error)}") from error
    sys.path.insert(0, str(app))
    spec = importlib.util.spec_from_file_location("main", main)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["main"] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(main)]
        where = f"{main}:{lines[-1]}" if lines else str(main)
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise SourceError(f"{where}: cannot be imported: {what}") from error
    if not hasattr(module, "get_agent"):
        raise SourceError(f"{main}: has no `get_agent`, which the agent of a call comes from")
    found: GetAgent = module.get_agent
    return found


def _allow_loopback(flow: Flow) -> None:
    """The tools post to Voximplant alone, unless they are told otherwise: here, where the scenario is played."""
    tools = sys.modules.get(f"{flow.name}_tools")
    call: Any = getattr(tools, class_name(flow.name), None)
    if call is not None:
        call.control_hosts = ("127.0.0.1",)


@contextlib.contextmanager
def _as_before() -> Iterator[None]:
    """Afterwards nothing in this process is of the app any more."""
    environment, path, modules = dict(os.environ), list(sys.path), set(sys.modules)
    try:
        yield
    finally:
        app = [place for place in sys.path if place not in path]
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if str(getattr(sys.modules[name], "__file__", None) or "").startswith(tuple(app)):
                del sys.modules[name]
        os.environ.clear()
        os.environ.update(environment)


# A pipe has no clock: every line is over before the next one is read


def _piped(call: TalkedCall, lines: Lines, beside: AppsSide) -> None:
    beside.run(call.begin(clock=False))
    while not call.is_over and (line := lines.read()) is not None:
        beside.run(call.line(line, clock=False))
    beside.run(call.end())


# At a terminal time passes while somebody thinks


class _Woken(BaseException):
    """Reading is over: Ctrl-C, or the end of the call."""


def _typed(call: TalkedCall, lines: Lines, beside: AppsSide) -> None:
    typed: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    with _reading() as wake:
        running = asyncio.run_coroutine_threadsafe(_live(call, typed), beside.clock)
        running.add_done_callback(lambda _: wake())
        line: str | None = ""
        while line is not None and not running.done():
            line = lines.read()
            typed.put(line)
    typed.put(None)
    with contextlib.suppress(TimeoutError):  # an agent's side that never comes back is left behind
        running.result(ENDING_S)


async def _live(call: TalkedCall, typed: queue.SimpleQueue[str | None]) -> None:
    await call.begin(clock=True)
    while not call.is_over:
        await asyncio.sleep(TICK_S)
        await call.catch_up()
        while not call.is_over and not typed.empty():
            line = typed.get_nowait()
            if line is None:
                await call.end()
            else:
                await call.line(line, clock=True)
    await call.end()


@contextlib.contextmanager
def _reading() -> Iterator[Any]:
    """While it lasts, Ctrl-C ends it, and so does the function that it gives, from another thread.

    Nothing else gets the main thread out of a line that is being typed, and one signal may not: between a key and
    waiting for the next one, readline does not notice it.
    """
    lock, reader, is_over = threading.Lock(), threading.get_ident(), threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise _Woken

    def wake() -> None:
        while hasattr(signal, "pthread_kill") and not is_over.is_set():
            with lock:
                if not is_over.is_set():
                    signal.pthread_kill(reader, signal.SIGINT)
            is_over.wait(TICK_S)

    before = signal.signal(signal.SIGINT, stop)
    try:
        with contextlib.suppress(_Woken):
            yield wake
            with lock:
                is_over.set()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with lock:
            is_over.set()
        signal.signal(signal.SIGINT, before)
