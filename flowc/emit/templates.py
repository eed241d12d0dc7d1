"""The one Jinja environment: strict, without logic beyond loops and conditions, literals through `js` and `py`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from flowc.emit.literals import js, py

HERE = Path(__file__).parent
FOLDERS = (HERE, HERE.parent / "agent_app")


@cache
def environment() -> Environment:
    jinja = Environment(
        loader=FileSystemLoader(FOLDERS),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # what is printed is code; every value passes a literal filter
    )
    jinja.filters.update(js=js, py=py)
    return jinja


@cache
def template(name: str) -> Template:
    return environment().get_template(name)


@cache
def runtime(name: str) -> str:
    """A file of the fixed runtime, verbatim."""
    return (HERE / name).read_text(encoding="utf-8")
