"""Options that several commands share, each defined once, and what they mean."""

from __future__ import annotations

import os
import sys
from typing import Any, Literal, get_args

import click

from flowc.report import FORMATS

ColorChoice = Literal["auto", "always", "never"]


class TypedPath(click.Path):
    """A path as it was typed, completed by shells; what it leads to is for `flowc.discovery` to look at."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value


paths = click.argument("paths", nargs=-1, type=TypedPath(), metavar="[PATHS]...")
output_format = click.option(
    "--output-format", type=click.Choice(FORMATS), default="full", show_default=True, help="How findings are printed."
)
color = click.option(
    "--color",
    type=click.Choice(get_args(ColorChoice)),
    default="auto",
    show_default=True,
    help="Colour; auto respects NO_COLOR, FORCE_COLOR and TERM.",
)
quiet = click.option("-q", "--quiet", is_flag=True, help="No summary on standard error.")
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
