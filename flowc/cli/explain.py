"""`flowc explain`: what an error code means, why it matters, and what to write instead."""

from __future__ import annotations

import re

import click

from flowc.cli import completion, options
from flowc.cli.exits import Exit


@click.command(short_help="Explain an error code, or list all of them.")
@click.argument("code", required=False, metavar="[CODE]", shell_complete=completion.codes)
@click.option("--markdown", is_flag=True, help="All codes as one Markdown document (flows/ERRORS.md).")
@options.debug
def explain(code: str | None, markdown: bool) -> int:
    """Explain an error code: what it means, why it matters to a caller, an example, and what to write instead.

    Without a CODE, list all of them. The code may be written as FLOW401, flow401 or 401.

    \b
    Example:  flowc explain FLOW401
              flowc explain
    """
    from flowc.catalogue import CATALOGUE, page
    from flowc.cli.output import put, tell, trouble
    from flowc.diagnostics import quoted
    from flowc.report.printable import plain

    if markdown:
        if code is not None:
            raise click.UsageError("--markdown is about all codes: leave out the code")
        put(plain(page.markdown()))
        return Exit.FINE
    if code is None:
        put(plain(page.listing()))
        return Exit.FINE
    wanted = _meant(code)
    for rule in CATALOGUE.values():
        if rule.code == wanted:
            put(plain(page.text(rule)))
            return Exit.FINE
    trouble(f"there is no code {quoted(code)}{_instead(wanted, tuple(CATALOGUE))}")
    tell("All codes: flowc explain")
    return Exit.TROUBLE


def _meant(code: str) -> str:
    """The code as the catalogue has it: `flow401`, `401` and `error[FLOW401]` are FLOW401, `1` is FLOW001."""
    bare = code.strip().upper()
    bracketed = re.fullmatch(r"ERROR\[(.*)\]:?", bare)
    found = re.fullmatch(r"(?:FLOW)?[ _-]?([0-9]{1,3})", bracketed[1] if bracketed else bare)
    return f"FLOW{found[1]:0>3}" if found else bare


def _instead(wanted: str, codes: tuple[str, ...]) -> str:
    from flowc.suggest import is_near, nearest

    found = nearest(wanted, codes) if re.search("[0-9]", wanted) else None
    if found is not None and not is_near(wanted, found, most=1):
        found = None
    return f"; did you mean {found}?" if found else ""
