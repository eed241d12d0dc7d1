"""`flowc init`: write the first version of what a flow's user owns. Today that is the agent's app."""

from __future__ import annotations

from pathlib import Path

import click

from flowc.cli import options
from flowc.cli.exits import Exit
from flowc.formats import Format


@click.command(short_help="Write a self-hosted agent app for a flow.")
@click.option("--agent", "path", metavar="FLOW", required=True, help="The flow file that the agent app is for.")
@options.output_format
@options.color
@options.quiet
@options.debug
def init(path: str, output_format: Format, color: options.ColorChoice, quiet: bool) -> int:
    """Write a self-hosted agent app for a flow: main.py, what it needs to run, and a README.

    It is a folder to run and to deploy as it is, apps/NAME by default (`apps` in [tool.flowc]). The files are yours
    and never written again, except for the copies of the tools and of what they share with those of other flows:
    flowc build keeps them up to date. Nothing that exists is overwritten.

    \b
    Example:  flowc init --agent flows/front_desk.yaml
    """
    from flowc.agent_app import agent_app
    from flowc.agents import AgentBackEnd
    from flowc.artifacts import Obstacle
    from flowc.cli.output import put, show, summarise, trouble
    from flowc.cli.planning import count
    from flowc.compiler import compile_flows
    from flowc.config import load_for
    from flowc.discovery import SourceError, select
    from flowc.disk import Kind, kind, told, write_new
    from flowc.report.printable import plain

    config = load_for((path,), Path.cwd())
    if AgentBackEnd.LINE not in config.agents:
        raise SourceError("the app is for the Line SDK, and `agents` of [tool.flowc] does not name `line`")
    selection = select(config, (path,))
    if len(selection.sources) != 1:
        raise SourceError(f"{path}: an app is for one flow, name its file")
    result = compile_flows(selection.sources, config.agents)
    if result.diagnostics:
        show(config, selection, result.diagnostics, output_format, color)
        summarise(f"{count(len(result.diagnostics), 'error')}: nothing written", quiet)
        return Exit.FAULTS
    [flow] = result.flows
    if flow.agent is None:
        raise SourceError(f"{flow.path}: this flow has no agent, so there is no app for one")
    folder = f"{config.apps}/{flow.name}"
    files = agent_app(flow, folder)
    if kind(config.root, folder) not in (Kind.NOTHING, Kind.FOLDER):
        raise SourceError(f"{folder} {Obstacle.NOT_A_FOLDER.value}")
    if taken := [name for name in sorted(files) if kind(config.root, f"{folder}/{name}") is not Kind.NOTHING]:
        for name in taken:
            trouble(f"{folder}/{name} exists already and is not overwritten")
        return Exit.TROUBLE
    try:
        write_new(config.root, folder, files)
    except OSError as error:
        raise SourceError(f"cannot write {error.filename or folder}: {told(error)}") from error
    show(config, selection, (), output_format, color)
    put(plain("".join(f"{folder}/{name}\n" for name in sorted(files))), error=output_format.is_document)
    summarise(f"{count(len(files), 'file')} written; how to go on is in {folder}/README.md", quiet)
    return Exit.FINE
