"""The tools' half of `flowc verify`: reads what was generated, has it explored, and shows what has come of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from flowc.cli.watch import Watch
    from flowc.config import Config
    from flowc.ir import Flow
    from flowc.verify.agent.result import AgentResult


def verify_tools(
    config: Config,
    flows: Iterable[Flow],
    sources: Mapping[str, str],
    *,
    edited: bool,
    thorough: bool,
    most_runs: int | None,
    needed: bool,
    colored: bool,
    quiet: bool,
) -> tuple[int | None, bool]:
    """With what to exit, if a person has stopped it, and whether all were proved. `needed`: without the SDK there is
    nothing to do. `most_runs` is of one situation; None: the usual.

    Raises SourceError for tools that are not there, or that are not what the flow says; ToolsFailed, CannotPlay.
    """
    from flowc.cli.output import from_here, put, tell
    from flowc.cli.watch import Watch
    from flowc.report.printable import plain
    from flowc.verify.agent.report import assumed

    code: int | None = None
    found: list[Explored] = []
    for flow in flows:
        if flow.agent is not None:
            watch = Watch(quiet, interrupts=True)
            found.append(_explored(config, flow, sources, watch, edited, thorough, most_runs, needed, colored, quiet))
            if watch.is_stopped:
                code = watch.code
                break
        elif needed:
            tell(f"{from_here(config)(flow.path)}: the flow has no agent, and so no tools")
    if any(each.is_looked_at for each in found) and not quiet:
        put(plain(assumed(thorough, colored), colored), color=colored)
    return code, all(each.proved for each in found)


class Explored(NamedTuple):
    """What has come of the tools of one flow."""

    is_looked_at: bool
    proved: bool


def _explored(
    config: Config,
    flow: Flow,
    sources: Mapping[str, str],
    watch: Watch,
    edited: bool,
    thorough: bool,
    most_runs: int | None,
    needed: bool,
    colored: bool,
    quiet: bool,
) -> Explored:
    import os
    import time

    from flowc.cli.output import from_here, put
    from flowc.discovery import SourceError
    from flowc.emit.line import shared, tools
    from flowc.report.printable import plain
    from flowc.testing.play.with_tools.sdk import is_installed, no_sdk
    from flowc.verify.agent.program import NOTHING, explore_tools
    from flowc.verify.agent.report import not_looked_at, render

    seen = from_here(config)
    name, wanted = tools.emit(flow)
    path, shared_path = f"{config.out}/{name}", f"{config.out}/{shared.FILE}"
    text = generated(config, path, wanted, flow.path, edited)
    common = generated(config, shared_path, shared.text(), "flowc", edited)
    if not is_installed():
        if needed:
            raise no_sdk()
        put(plain(not_looked_at(seen(path), str(no_sdk()), colored), colored), color=colored)
        return Explored(False, False)
    shown = {**sources, path: text, shared_path: common}
    so_far = NOTHING

    def further(known: AgentResult) -> None:
        nonlocal so_far
        so_far = known
        watch.show(f"{seen(path)}: {known.runs:,} runs, {known.situations:,} situations")

    began = time.monotonic()
    try:
        with watch:
            result = explore_tools(
                flow,
                text,
                common,
                tools_path=path,
                shared_path=shared_path,
                thorough=thorough,
                most_runs=most_runs,
                progress=further,
                show=watch.aside,
                projects=(config.root,),
                processes=min(os.cpu_count() or 1, 4),
            )
    except KeyboardInterrupt:
        result = so_far
    except SourceError as trouble:
        if needed:
            raise
        put(plain(not_looked_at(seen(path), str(trouble), colored), colored), color=colored)
        return Explored(False, False)
    seconds = time.monotonic() - began
    report = render(result, flow, shown, path, seconds, colored, seen, is_stopped=watch.is_stopped)
    if quiet and result.proved and not watch.is_stopped:
        report = f"{report.partition(chr(10))[0]}\n"
    put(plain(report, colored), color=colored)
    return Explored(True, result.proved)


def generated(config: Config, path: str, wanted: str, made_of: str, edited: bool) -> str:
    """A generated file. Raises SourceError if that is not there, or is not what it is made of says."""
    from flowc.discovery import SourceError
    from flowc.disk import read, told

    try:
        text = read(config.root, path).decode("utf-8", "replace").replace("\r\n", "\n")
    except FileNotFoundError:
        raise SourceError(f"{path} has not been generated: run `flowc build`") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {told(error)}") from error
    if text != wanted and not edited:
        hint = "run `flowc build`, or search it as it is with `--edited`"
        raise SourceError(f"{path} is not what {made_of} says: {hint}")
    return text
