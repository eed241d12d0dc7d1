"""`flowc deploy`: the scenario of a flow, to an account; what would be done, or doing it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from flowc.cli import deploying, options
from flowc.cli.exits import Exit
from flowc.formats import Format

if TYPE_CHECKING:
    from flowc.deploy import Order, State, Step
    from flowc.deploy.api import Api


@click.command(short_help="Upload a flow's scenario to an account.")
@click.argument("path", metavar="FLOW", type=options.TypedPath())
@click.option("--yes", is_flag=True, help="Carry it out. Without it, nothing is changed.")
@click.option("--agent-is-deployed", is_flag=True, help="Do not ask whether the agent is, before or after.")
@click.option("--anyway", is_flag=True, help="Carry it out although the flow would miss something.")
@deploying.account
@options.output_format
@options.color
@options.quiet
@options.debug
def deploy(
    path: str,
    yes: bool,
    agent_is_deployed: bool,
    anyway: bool,
    credentials: str | None,
    endpoint: str | None,
    output_format: Format,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    """Show what a flow's scenario would change on a Voximplant account; with --yes, change it.

    That is: add secrets that are missing, with values from environment variables of their names; add or change the
    scenario; bind it to its rule, which is added if its pattern is in the settings. Where the flow goes is in
    [tool.flowc.deploy] of pyproject.toml. What is uploaded is what `flowc build` has written. A scenario that flowc did
    not generate is not overwritten, no other one is taken off a rule, and nothing is ever deleted.

    It says which half goes out first, the scenario or the agent, and waits for Enter until the agent is deployed:
    before it uploads anything that calls can meet, or after. It stops at the first step that fails, and says what is
    done; the same command goes on from there. It needs Voximplant's client: pip install 'flowc[deploy]'.

    \b
    Exit code: 0, fine; 1, something is in the way, or missing; 2, the account cannot be read, or a step has failed.
    Example:   flowc deploy flows/clinic.yaml --credentials service_account.json
               flowc deploy flows/clinic.yaml --yes
    """
    return deploying.without_trouble(
        lambda: _run(path, yes, agent_is_deployed, anyway, credentials, endpoint, output_format, color, quiet)
    )


def _run(
    path: str,
    yes: bool,
    agent_is_deployed: bool,
    anyway: bool,
    credentials: str | None,
    endpoint: str | None,
    output_format: Format,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    from flowc.cli.output import put, summarise
    from flowc.deploy import order
    from flowc.deploy.report import plan_document, plan_text
    from flowc.report.printable import json_document, plain

    of = deploying.subject(path, output_format, color, "deployment")
    if of is None or not _is_built(of):
        return Exit.FAULTS
    api = deploying.reached(credentials, endpoint)
    found = of.held_against(of.read(api))
    text = None if found.scenario is None or not found.is_reached else found.scenario.text
    first = order(of.text, text)
    is_document = output_format.is_document
    if not is_document:
        put(plain(plan_text(found, first)))
    stays = _why_not(found, anyway) or ("" if yes else _DRY)
    if not stays and found.steps:
        stays = _agent_is_there(found, first, agent_is_deployed)
    done: list[Step] = []
    failed = None if stays else _carried_out(api, found, of.text, done, quiet or is_document)
    if is_document:
        put(json_document(plan_document(found, first, done, failed)))
    if failed is not None:
        from flowc.cli.output import trouble
        from flowc.report.terminal import visible

        trouble(visible(failed))
        summarise(f"{len(done)} of {len(found.steps)} steps done; the same command goes on from there", quiet)
        return Exit.TROUBLE
    agent = None if agent_is_deployed else _agent_follows(first, done)
    summarise(_summary(found, first, stays, agent), quiet)
    is_whole = not found.stops and not (found.missed and not anyway) and stays in ("", _DRY) and agent is not False
    return Exit.FINE if is_whole else Exit.FAULTS


_DRY = "nothing was changed; --yes carries it out"


def _is_built(of: deploying.Subject) -> bool:
    """What goes out is what was built, and so what was reviewed."""
    from flowc.cli.output import trouble
    from flowc.disk import read

    path = f"{of.config.out}/{of.flow}/{of.flow}.voxengine.js"
    try:
        is_built = read(of.config.root, path).replace(b"\r\n", b"\n") == of.text.encode("utf-8", "surrogatepass")
    except OSError:
        is_built = False
    if not is_built:
        trouble(f"{path} is not what the flow says: run `flowc build`, and look at what has changed")
    return is_built


def _why_not(found: State, anyway: bool) -> str:
    if found.stops:
        return "nothing was changed: something is in the way"
    if found.missed and not anyway:
        return "nothing was changed: the flow would miss something there; --anyway carries it out nevertheless"
    return ""


def _agent_is_there(found: State, first: Order, agent_is_deployed: bool) -> str:
    """Empty, or why the scenario does not go out."""
    if not first.waits or agent_is_deployed or not any(step.changes_calls for step in found.steps):
        return ""
    if not _somebody_is_there():
        return "nothing was changed: deploy the agent first, then say --agent-is-deployed"
    is_there = _asked("Deploy the agent now. Enter when it is there, Ctrl-C to leave all as it is.")
    return "" if is_there else "nothing was changed: the agent is not deployed"


def _agent_follows(first: Order, done: list[Step]) -> bool | None:
    """Whether the agent is deployed as well, where it comes after the scenario; None: nobody was asked."""
    from flowc.deploy.order import First

    if first.first is not First.SCENARIO or not any(step.changes_calls for step in done) or not _somebody_is_there():
        return None
    return _asked("The scenario is there. Deploy the agent now. Enter when it is there as well.")


def _somebody_is_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _asked(what: str) -> bool:
    """Whether Enter was pressed."""
    from flowc.cli.output import tell

    tell(what)
    return bool(sys.stdin.readline())


def _carried_out(api: Api, found: State, text: str, done: list[Step], quiet: bool) -> str | None:
    """What has failed, or None. `done` gets each step that has not."""
    from flowc.cli.output import tell
    from flowc.deploy.api import ApiError

    for step in found.steps:
        try:
            api.carry_out(step, text, found, os.environ)
        except ApiError as error:
            return f"{step.about}: {error}"
        done.append(step)
        if not quiet:
            tell(f"done: {step.about}")
    return None


def _summary(found: State, first: Order, stays: str, agent: bool | None) -> str:
    from flowc.deploy.order import First

    if not found.steps and stays in ("", _DRY):
        return f"{found.flow}: all is there; nothing to do"
    if stays:
        return f"{found.flow}: {stays}"
    if agent is not None:
        both = "deployed, both halves" if agent else "the scenario is there, and the agent is not yet"
        return f"{found.flow}: {both}"
    is_next = first.first is First.SCENARIO or first.first is First.EITHER
    return f"{found.flow}: deployed{'; now the agent, if its tools have changed' if is_next else ''}"
