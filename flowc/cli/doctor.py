"""`flowc doctor`: what a flow will miss on an account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowc.cli import deploying, options
from flowc.cli.exits import Exit
from flowc.formats import Format

if TYPE_CHECKING:
    from flowc.deploy import Account


@click.command(short_help="Say what a flow will miss on an account.")
@click.argument("paths", metavar="FLOW...", nargs=-1, type=options.TypedPath())
@click.option("--needs", is_flag=True, help="Say what flows need of an account, without one; of several, or of all.")
@click.option(
    "--from", "source", metavar="FILE", type=options.TypedPath(), help="Read this file instead of an account."
)
@click.option("--export", metavar="FILE", help="Write what was read of the account to a new file, without any secret.")
@deploying.account
@options.output_format
@options.color
@options.quiet
@options.debug
def doctor(
    paths: tuple[str, ...],
    needs: bool,
    source: str | None,
    export: str | None,
    credentials: str | None,
    endpoint: str | None,
    output_format: Format,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    """Say what a flow will miss on a Voximplant account: secrets, entries of ApplicationStorage, numbers that are
    shown as caller IDs and are neither rented nor verified, its scenario, and its rule, where another scenario may
    be.

    Nothing is changed there. Where the flow goes is in [tool.flowc.deploy] of pyproject.toml. It needs Voximplant's
    client: pip install 'flowc[deploy]'; with --from it needs neither that nor an account.

    With --needs it lists what has to be there, for all flows of the project or for those that are named, and looks at
    no account at all.

    \b
    Exit code: 0, nothing is missing; 1, something is; 2, the account cannot be read.
    Example:   flowc doctor flows/clinic.yaml --credentials service_account.json
               flowc doctor flows/clinic.yaml --export account.json
               flowc doctor flows/clinic.yaml --from account.json
               flowc doctor --needs
    """
    if needs:
        if source or export or credentials or endpoint:
            raise click.UsageError("--needs looks at no account: without --from, --export, --credentials, --endpoint")
        return _needs(paths, output_format, color, quiet)
    if len(paths) != 1:
        raise click.UsageError("name one flow; --needs is for several")
    [path] = paths
    if source is not None and (export or credentials or endpoint):
        raise click.UsageError("--from reads a file: without --export, --credentials and --endpoint")
    return deploying.without_trouble(
        lambda: _told(path, source, export, credentials, endpoint, output_format, color, quiet)
    )


def _told(
    path: str,
    source: str | None,
    export: str | None,
    credentials: str | None,
    endpoint: str | None,
    output_format: Format,
    color: options.ColorChoice,
    quiet: bool,
) -> int:
    from flowc.cli.output import put, summarise
    from flowc.cli.planning import count
    from flowc.deploy.report import findings_document, findings_text
    from flowc.report.printable import json_document, plain

    of = deploying.subject(path, output_format, color, "diagnosis")
    if of is None:
        return Exit.FAULTS
    if source is not None:
        account = _imported(source, of.flow)
    else:
        account = of.read(deploying.reached(credentials, endpoint))
        if export is not None:
            from flowc.deploy import exported

            _write(export, exported(account, of.flow))
    found = of.held_against(account)
    put(json_document(findings_document(found)) if output_format.is_document else plain(findings_text(found)))
    missing = sum(not each.is_note for each in found.findings)
    where = f"application {found.application}, rule {found.rule}"
    told = f"{count(missing, 'thing')} missing" if missing else "nothing is missing"
    summarise(f"{of.flow}: {where}: {told}", quiet)
    return Exit.FAULTS if missing else Exit.FINE


def _needs(paths: tuple[str, ...], output_format: Format, color: options.ColorChoice, quiet: bool) -> int:
    from flowc.cli.output import put, show, summarise
    from flowc.cli.planning import count, count_errors
    from flowc.compiler import compile_flows
    from flowc.config import load_for
    from flowc.deploy import OfFlow, ProjectNeeds
    from flowc.deploy import needs as needs_of
    from flowc.deploy.report import needs_document, needs_text
    from flowc.discovery import select
    from flowc.report.printable import json_document, plain

    config = load_for(paths, Path.cwd())
    selection = select(config, paths)
    result = compile_flows(selection.sources, ())
    if result.diagnostics:
        show(config, selection, result.diagnostics, output_format, color)
        summarise(f"{count_errors(result.diagnostics)}: what flows need is not known", quiet=False)
        return Exit.FAULTS
    rules = {} if config.deploy is None else config.deploy.rules
    flows = [OfFlow(each.name, each.path, rules.get(each.name, ""), needs_of(each)) for each in result.flows]
    found = ProjectNeeds("" if config.deploy is None else config.deploy.application, tuple(flows))
    put(json_document(needs_document(found)) if output_format.is_document else plain(needs_text(found)))
    ids = found.caller_ids
    shown = len(ids.numbers) + len(ids.in_storage) + len(ids.in_secrets)
    entries = f"{len(found.storage)} of ApplicationStorage"
    told = f"{count(len(found.secrets), 'secret')}, {entries}, {count(shown, 'caller ID')}"
    summarise(f"{count(len(flows), 'flow')}: {told}", quiet)
    return Exit.FINE


def _imported(source: str, flow: str) -> Account:
    from flowc.deploy import BadExport, imported
    from flowc.discovery import SourceError
    from flowc.disk import read, told

    place = Path(source).absolute()
    try:
        return imported(read(place.parent, place.name), flow)
    except OSError as error:
        raise SourceError(f"cannot read {source}: {told(error)}") from error
    except BadExport as error:
        raise SourceError(f"{source} {error}") from error


def _write(export: str, text: str) -> None:
    from flowc.discovery import SourceError
    from flowc.disk import told

    try:
        with Path(export).open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SourceError(f"cannot write {export}: {told(error)}") from error
