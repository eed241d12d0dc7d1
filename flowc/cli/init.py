"""`flowc init`: write the first version of what a user of flowc owns: a project with a flow, or the app of an agent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowc.cli import completion, options
from flowc.cli.exits import Exit
from flowc.formats import Format

if TYPE_CHECKING:
    from flowc.config import Config


@click.command(short_help="Write a first flow, or the app of a flow's agent.")
@click.option(
    "--from",
    "example",
    metavar="EXAMPLE",
    shell_complete=completion.examples,
    help="Begin with this example; `flowc docs` lists them.",
)
@click.option(
    "--agent",
    "path",
    metavar="FLOW",
    type=options.TypedPath(),
    help="Write a self-hosted agent app for this flow file instead.",
)
@options.output_format
@options.color
@options.quiet
@options.debug
def init(example: str | None, path: str | None, output_format: Format, color: options.ColorChoice, quiet: bool) -> int:
    """Write the first files of a project: a flow that builds, call scripts that pass, the settings, a schema for
    editors, and what git, pre-commit, GitHub Actions and coding assistants need to know.

    What exists is left as it is, and named.

    With --agent, write the app of a flow's agent: main.py, what it needs to run, and a README. It is a folder to run
    and to deploy as it is, apps/NAME by default (`apps` in [tool.flowc]). The files are yours and never written again,
    except for the copies of the tools and of what they share with those of other flows: flowc build keeps them up to
    date. Nothing that exists is overwritten.

    \b
    Example:  flowc init
              flowc init --from clinic
              flowc init --agent flows/front_desk.yaml
    """
    from flowc.config import load_for

    if path is None:
        return _project(load_for((), Path.cwd()), example, quiet)
    if example is not None:
        raise click.UsageError("--from begins a flow, and --agent the app of one: take one at a time")
    return _app(load_for((path,), Path.cwd()), path, output_format, color, quiet)


def _project(config: Config, example: str | None, quiet: bool) -> int:
    from flowc.cli.output import from_here, put, summarise, tell
    from flowc.cli.planning import count
    from flowc.discovery import SourceError
    from flowc.disk import Kind, kind
    from flowc.references import NotShipped
    from flowc.report.printable import plain
    from flowc.starter import FIRST, first_flow, starter

    name = example or FIRST
    try:
        flow, calls = first_flow() if example is None else _of_the_gallery(example)
    except NotShipped as error:
        raise SourceError(str(error)) from error
    files = starter(name, flow, calls, config.flows, config.out)
    first = [path for path in files if path in (f"{config.flows}/{name}.yaml", f"{config.flows}/{name}.calls.yaml")]
    has_flows = example is None and kind(config.root, first[0]) is Kind.NOTHING and _has_flows(config)
    if has_flows:
        files = {path: text for path, text in files.items() if path not in first}
    new = {path: text for path, text in files.items() if kind(config.root, path) is Kind.NOTHING}
    _write(config.root, "", new)
    seen = from_here(config)
    put(plain("".join(f"{seen(path)}\n" for path in new)))
    if quiet:
        return Exit.FINE
    for path in files:
        if path not in new:
            is_file = kind(config.root, path) is Kind.FILE
            why = "is there already, and is left as it is" if is_file else "cannot be there, and is left out"
            tell(plain(f"{seen(path)} {why}"))
    if has_flows:
        more = "no first one is written (flowc init --from EXAMPLE writes one)"
        tell(plain(f"there are flows in {seen(config.flows)} already: {more}"))
    if config.root != Path.cwd():
        tell(f"the project is {config.root}")
    summarise(f"{count(len(new), 'file')} written; next: flowc build, flowc test, flowc verify --only scenario", quiet)
    return Exit.FINE


def _has_flows(config: Config) -> bool:
    from flowc.discovery import CALL_SCRIPTS, search
    from flowc.disk import Kind, kind

    if kind(config.root, config.flows) is not Kind.FOLDER:
        return False
    return any(not each.endswith(CALL_SCRIPTS) for each in search(config, config.flows))


def _of_the_gallery(name: str) -> tuple[str, str]:
    from flowc.diagnostics import quoted
    from flowc.discovery import SourceError
    from flowc.references import example, examples
    from flowc.suggest import nearest

    known = examples()
    if name not in known:
        meant = nearest(name, known)
        raise SourceError(
            f"there is no example {quoted(name)}: {f'did you mean {meant}? ' if meant else ''}`flowc docs` lists them"
        )
    return example(name)


def _app(config: Config, path: str, output_format: Format, color: options.ColorChoice, quiet: bool) -> int:
    from flowc.agent_app import agent_app
    from flowc.agents import AgentBackEnd
    from flowc.artifacts import Obstacle
    from flowc.cli.output import from_here, put, show, summarise, trouble
    from flowc.cli.planning import count, count_errors
    from flowc.compiler import compile_flows
    from flowc.discovery import SourceError, select
    from flowc.disk import Kind, kind
    from flowc.report.printable import plain

    if AgentBackEnd.LINE not in config.agents:
        raise SourceError("the app is for the Line SDK, and `agents` of [tool.flowc] does not name `line`")
    selection = select(config, (path,))
    if len(selection.sources) != 1:
        raise SourceError(f"{path}: an app is for one flow, name its file")
    result = compile_flows(selection.sources, config.agents)
    if result.diagnostics:
        show(config, selection, result.diagnostics, output_format, color)
        summarise(f"{count_errors(result.diagnostics)}: nothing written", quiet)
        return Exit.FAULTS
    [flow] = result.flows
    if flow.agent is None:
        raise SourceError(f"{path}: this flow has no agent, so there is no app for one")
    folder, seen = f"{config.apps}/{flow.name}", from_here(config)
    files = agent_app(flow, folder)
    if kind(config.root, folder) not in (Kind.NOTHING, Kind.FOLDER):
        raise SourceError(f"{seen(folder)} {Obstacle.NOT_A_FOLDER.value}")
    if taken := [name for name in sorted(files) if kind(config.root, f"{folder}/{name}") is not Kind.NOTHING]:
        for name in taken:
            trouble(f"{seen(folder)}/{name} exists already and is not overwritten")
        return Exit.TROUBLE
    _write(config.root, folder, files)
    show(config, selection, (), output_format, color)
    put(plain("".join(f"{seen(folder)}/{name}\n" for name in sorted(files))), error=output_format.is_document)
    summarise(f"{count(len(files), 'file')} written; how to go on is in {seen(folder)}/README.md", quiet)
    return Exit.FINE


def _write(root: Path, folder: str, files: Mapping[str, str]) -> None:
    from flowc.discovery import SourceError
    from flowc.disk import told, write_new

    try:
        write_new(root, folder, files)
    except OSError as error:
        raise SourceError(f"cannot write {error.filename or folder}: {told(error)}") from error
