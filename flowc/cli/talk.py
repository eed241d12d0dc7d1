"""`flowc talk`: play a flow with a person, who is the caller and decides what the people called do."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowc.cli import options
from flowc.cli.exits import Exit
from flowc.formats import Format

if TYPE_CHECKING:
    from flowc.ir import Flow


def _pairs(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    for each in given:
        if "=" not in each:
            raise click.BadParameter(f"{each!r} is not NAME=VALUE")
    return {name.strip(): value.strip() for name, _, value in (each.partition("=") for each in given)}


@click.command(short_help="Try a flow by talking: you are the caller.")
@click.argument("path", metavar="FLOW", type=options.TypedPath())
@click.option(
    "--app",
    metavar="FOLDER",
    type=options.TypedPath(),
    help="Talk to the agent of this app; else to the one flowc init would write.",
)
@click.option("--echo", is_flag=True, help="No model even if MODEL_API_KEY is set: it says what it was told.")
@click.option(
    "--set", "values", metavar="NAME=VALUE", multiple=True, callback=_pairs, help="A setting; all others are made up."
)
@click.option(
    "--platform", metavar="KEY=VALUE", multiple=True, callback=_pairs, help="As in call scripts, e.g. agent=refuses."
)
@click.option("--from", "caller", metavar="NUMBER", help="The caller's number.")
@click.option("--to", "called", metavar="NUMBER", help="The number that is dialled.")
@click.option("--over", type=click.Choice(["telephone", "sip"]), help="How the call comes in.")
@click.option(
    "--clock",
    metavar="TIME",
    help="When the call comes in, for a flow with `hours`: 2026-12-25T08:59, in their zone, or with +01:00 or Z.",
)
@click.option("--places", is_flag=True, help="The flow places the call; so does one that takes none.")
@click.option(
    "--data",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_pairs,
    help="What a call is placed with; all else is made up.",
)
@options.output_format
@options.color
@options.debug
def talk(
    path: str,
    app: str | None,
    echo: bool,
    values: dict[str, str],
    platform: dict[str, str],
    caller: str | None,
    called: str | None,
    over: str | None,
    clock: str | None,
    places: bool,
    data: dict[str, str],
    output_format: Format,
    color: options.ColorChoice,
) -> int:
    """Try a flow by talking, in a terminal or from a pipe: no account is needed, and no key for a model.

    What the flow generates now runs in an emulated VoxEngine, with the generated tools in the real SDK. You type what
    the caller says and, after a /, what happens: /support answers, /caller hangs up, /wait 20s. /help shows what there
    is. A call that the flow places rings at its target, who is the caller once it is taken. With MODEL_API_KEY the
    agent has its model; without, an echo that calls a tool when you type /ask. At a terminal time passes by itself; in
    a pipe each line takes until the agent has spoken, and two seconds.

    \b
    Exit code: 1 if the scenario itself fails.
    Example:   flowc talk flows/front_desk.yaml
               flowc talk flows/front_desk.yaml --platform agent=refuses < lines.txt
               flowc talk flows/clinic.yaml --clock 2026-12-25T08:59
               flowc talk flows/reminder.yaml --data name="Ann Bell"
    """
    import gc
    import tempfile

    from flowc.agent_app import agent_app
    from flowc.cli.hooks import take_over_log
    from flowc.cli.output import show, summarise
    from flowc.cli.planning import count_errors
    from flowc.compiler import compile_flows
    from flowc.config import load_for
    from flowc.discovery import SourceError, select
    from flowc.talk.account import account_of
    from flowc.talk.commands import Commands
    from flowc.talk.data import data_of
    from flowc.talk.data import shown as shown_data
    from flowc.talk.play import Talk, play
    from flowc.talk.terminal import lines

    config = load_for((path,), Path.cwd())
    selection = select(config, (path,))
    if len(selection.sources) != 1:
        raise SourceError(f"{path}: one talks to one flow, name its file")
    result = compile_flows(selection.sources)
    if result.diagnostics:
        show(config, selection, result.diagnostics, output_format, color)
        summarise(f"{count_errors(result.diagnostics)}: nothing to talk to", quiet=False)
        return Exit.FAULTS
    [flow] = result.flows
    is_placed = places or bool(data) or (flow.outbound is not None and flow.outbound.alone)
    if is_placed and flow.outbound is None:
        raise SourceError(f"{path}: this flow places no calls: leave out `--places` and `--data`")
    account, made_up = account_of(flow, values)
    started_with = data_of(flow, data) if is_placed else None
    numbers = {key: number for key, number in (("from", caller), ("to", called), ("over", over)) if number is not None}
    if is_placed and numbers:
        raise SourceError(f"{path}: `--{next(iter(numbers))}` is of a call that comes in, and this one is placed")
    commands = Commands(flow, account, platform, numbers, clock, started_with)
    scenario = result.artifacts[f"{flow.name}/{flow.name}.voxengine.js"]
    greeting = [f"The flow {flow.name}, as {flow.path} generates it now. No call is placed, no webhook is sent."]
    if started_with is not None:
        greeting.append(f"  data: {shown_data(flow, started_with)}; --data NAME=VALUE sets one")
    if made_up:
        greeting.append(f"  settings: {', '.join(made_up)} are made up; --set NAME=VALUE sets one")
    if flow.hours:
        greeting.append(_when(flow, commands.call.begins))
    if flow.agent is None and app is not None:
        raise SourceError(f"{flow.path}: this flow has no agent, so no app is talked to: leave out `--app`")
    files = agent_app(flow) if flow.agent is not None else {}
    take_over_log()
    gc.enable()  # this may take as long as somebody likes to talk
    with tempfile.TemporaryDirectory() as made:
        folder = Path(app or made).absolute()
        if app is None:
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8")
        else:
            greeting += _stale(folder, files)
        fine = play(Talk(flow, scenario, commands, folder, echo), lines(), greeting)
    return Exit.FINE if fine else Exit.FAULTS


def _when(flow: Flow, begins: datetime | None) -> str:
    """When the call comes in, and what is open then."""
    from flowc.opening_hours import Moment, default_instant, is_open
    from flowc.zones import zone

    at = begins or default_instant(flow.hours)
    local = at.astimezone(zone(flow.hours[0].timezone))
    moment = Moment(at, frozenset(hours.name for hours in flow.hours if is_open(hours, at)))
    time = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    when = f"{local:%a %Y-%m-%d} {time} in {flow.hours[0].timezone}"
    return f"  clock: {when}, {moment.named(flow.hours)}" + ("" if begins else "; --clock TIME sets another")


def _stale(app: Path, files: dict[str, str]) -> list[str]:
    """That the app has other tools than the flow generates, or another version of what they share with other flows.

    Raises SourceError if they are no file.
    """
    from flowc import disk
    from flowc.agents import SHARED
    from flowc.discovery import SourceError

    stale = []
    for name in files:
        if name.endswith("_tools.py") or name in SHARED.values():
            try:
                found = disk.read(app, name).decode("utf-8", "replace").replace("\r\n", "\n")
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise SourceError(f"{app / name}: {disk.told(error)}") from error
            if found != files[name]:
                what = "is not what the flow generates now: edited by hand, or `flowc build` is due"
                stale.append(f"  tools: {name} of the app {what}")
    return stale
