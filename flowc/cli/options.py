"""Options that several commands share, each defined once, and what they mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import click

from flowc.formats import FORMATS, FULL, OF_CALLS, OF_FINDINGS, OF_REVIEWS, OF_SEARCHES, Format, named

ColorChoice = Literal["auto", "always", "never"]


class TypedPath(click.Path):
    """A path as it was typed, completed by shells; what it leads to is for `flowc.discovery` to look at."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value


paths = click.argument("paths", nargs=-1, type=TypedPath(), metavar="[PATHS]...")


def _output_format(
    formats: Sequence[Format],
    what: str,
    *aliases: str,
    callback: Callable[[click.Context, click.Parameter, str], Format] = lambda _context, _option, name: named(name),
) -> Callable[[Any], Any]:
    """The option of a command that reports, which gets a `Format`."""
    listed = ", ".join(f"{each.name} ({each.purpose})" for each in formats)
    return click.option(
        "--output-format",
        *aliases,
        "output_format",
        type=click.Choice([each.name for each in formats]),
        default=FULL.name,
        show_default=True,
        callback=callback,
        help=f"How {what} are printed: {listed}.",
    )


class Asked:
    """What is known of a command line beside its command: how its findings are to be told, as long as they are not, and
    whether it goes on until somebody ends it.
    """

    findings_as: Format | None = None
    has_no_end = False


def _remembered(context: click.Context, _option: click.Parameter, name: str) -> Format:
    if isinstance(context.obj, Asked):
        context.obj.findings_as = named(name)
    return named(name)


output_format = _output_format(OF_FINDINGS, "findings", callback=_remembered)
output_format_of_calls = _output_format(OF_CALLS, "results", "--format")
output_format_of_reviews = _output_format(
    [each for each in FORMATS if each in OF_FINDINGS or each in OF_REVIEWS],
    f"findings, or with `--against` ({', '.join(each.name for each in OF_REVIEWS)}) what changes,",
)
output_format_of_searches = _output_format(OF_SEARCHES, "results")
color = click.option(
    "--color",
    type=click.Choice(get_args(ColorChoice)),
    default="auto",
    show_default=True,
    help="Colour; auto respects NO_COLOR, FORCE_COLOR and TERM.",
)
strict = click.option("--strict", is_flag=True, help="Count warnings as errors, as `strict = true` in [tool.flowc].")
quiet = click.option("-q", "--quiet", is_flag=True, help="No summary on standard error.")
no_cache = click.option("--no-cache", is_flag=True, help="Compile everything, whatever is known of the last build.")
debug = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback if flowc itself fails.")


def wants_color(choice: ColorChoice, *, error: bool = False) -> bool:
    """Whether to colour standard output (or error): as chosen, else NO_COLOR, FORCE_COLOR, else whether it is a
    terminal that can (https://no-color.org, https://force-color.org: set and not empty).
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    stream = sys.stderr if error else sys.stdout
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
