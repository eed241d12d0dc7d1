"""`flowc hours`: what is open at an instant, until when, and who is called then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowc.cli import completion, options
from flowc.cli.exits import Exit
from flowc.formats import Format

if TYPE_CHECKING:
    from flowc.ir import Flow, Hours

_SHOWN = 2
"""Changes of hours that are told."""


@click.command(short_help="Show what is open, until when, and who is called then.")
@click.argument("path", metavar="FLOW", type=options.TypedPath())
@click.argument("name", required=False, metavar="[NAME]", shell_complete=completion.hours)
@click.option(
    "--at",
    metavar="TIME",
    help="2026-12-25T09:00, in the zone of the hours; or with an offset, as +01:00, or Z. Left out: now.",
)
@options.output_format
@options.color
@options.debug
def hours(
    path: str,
    name: str | None,
    at: str | None,
    output_format: Format,
    color: options.ColorChoice,
) -> int:
    """Show whether the hours of a flow are open, until when, what follows, and which targets are called then.

    By the tz database that is installed with flowc (the package tzdata); on a call, it is the platform that tells the
    time. With --output-format json it is one document; the other formats differ in how errors of the flow are shown.

    \b
    Exit code: 0, open or closed.
    Example:   flowc hours flows/clinic.yaml
               flowc hours flows/clinic.yaml office --at 2026-12-25T09:00
    """
    from flowc.cli.output import put, show, summarise
    from flowc.cli.planning import count_errors
    from flowc.compiler import compile_flows
    from flowc.config import load_for
    from flowc.diagnostics import quoted
    from flowc.discovery import SourceError, select
    from flowc.report.printable import json_document, plain
    from flowc.suggest import did_you_mean

    config = load_for((path,), Path.cwd())
    selection = select(config, (path,))
    if len(selection.sources) != 1:
        raise SourceError(f"{path}: these are the hours of one flow, name its file")
    result = compile_flows(selection.sources)
    if result.diagnostics:
        show(config, selection, result.diagnostics, output_format, color)
        summarise(f"{count_errors(result.diagnostics)}: no hours", quiet=False)
        return Exit.FAULTS
    [flow] = result.flows
    if not flow.hours:
        raise SourceError(f"{path}: this flow has no `hours`, so whoever it calls is called at any time")
    chosen = [each for each in flow.hours if name is None or each.name == name]
    if not chosen:
        hint = did_you_mean(name or "", [each.name for each in flow.hours])
        raise SourceError(f"there are no hours {quoted(name or '')}" + (f" ({hint})" if hint else ""))
    found = [_state(each, flow, _instant(at, each)) for each in chosen]
    put(json_document(found) if output_format.is_document else plain("\n".join(map(_told, found))))
    return Exit.FINE


def _instant(written: str | None, hours: Hours) -> datetime:
    """Local time is that of the hours."""
    from flowc.diagnostics import quoted
    from flowc.opening_hours import is_skipped
    from flowc.zones import zone

    local = zone(hours.timezone)
    if written is None:
        return datetime.now(local)
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise click.UsageError(f"--at: {quoted(written)} is no time: write for example 2026-12-25T09:00") from None
    if at.tzinfo is not None:
        return at.astimezone(local)
    at = at.replace(tzinfo=local)
    if is_skipped(at):
        raise click.UsageError(f"--at: {quoted(written)} does not exist in {local.key}: the clocks are put over it")
    return at


def _state(hours: Hours, flow: Flow, at: datetime) -> dict[str, Any]:
    from itertools import islice

    from flowc.ir import Branch, HoursState, steps_of
    from flowc.opening_hours import changes, is_open
    from flowc.zones import zone

    is_now = is_open(hours, at)
    branches = steps_of(flow, Branch)
    following = islice(changes(hours, at), _SHOWN)
    local = zone(hours.timezone)
    return {
        "hours": hours.name,
        "timezone": hours.timezone,
        "at": at.isoformat(timespec="minutes"),
        "state": _word(is_now),
        "changes": [
            {"at": when.astimezone(local).isoformat(timespec="minutes"), "state": _word(opens)}
            for when, opens in following
        ],
        "targets": [target.name for target in flow.targets if target.hours == hours.name],
        "branches": sorted({each.span.line for each in branches if each.subject == HoursState(hours.name)}),
        "rings": is_now,
    }


def _word(is_open: bool) -> str:
    return "open" if is_open else "closed"


def _told(state: dict[str, Any]) -> str:
    at = datetime.fromisoformat(state["at"])
    lines = [f"{state['hours']}: {state['state']}, {_day(at)} in {state['timezone']}"]
    words = {"open": "opens", "closed": "closes"}
    before = at
    for change in state["changes"]:
        when = datetime.fromisoformat(change["at"])
        lines.append(f"  {words[change['state']]} {_day(when, before)}")
        before = when
    if not state["changes"]:
        lines.append(f"  stays {state['state']}")
    if state["targets"] or not state["branches"]:
        lines.append(f"  {_called(state['targets'], state['rings'])}")
    if state["branches"]:
        in_lines = ", ".join(map(str, state["branches"]))
        lines.append(f"  a branch goes on with `{state['state']}`: line {in_lines}")
    return "".join(f"{line}\n" for line in lines)


def _day(when: datetime, after: datetime | None = None) -> str:
    """The offset is told where the clocks have been set since."""
    offset = f" (UTC{when.isoformat()[-6:]})" if after is None or after.utcoffset() != when.utcoffset() else ""
    within = after is not None and when - after < timedelta(days=1) and when.date() == after.date()
    return f"at {when:%H:%M}{offset}" if within else f"{when:%a %Y-%m-%d %H:%M}{offset}"


def _called(targets: Sequence[str], rings: bool) -> str:
    names = ", ".join(targets)
    if not targets:
        return "no target has these hours"
    return (
        f"{names} {'is' if len(targets) == 1 else 'are'} {'called' if rings else 'not called: the outcome is `closed`'}"
    )
