"""Files of the package that become part of what is generated: the runtime as it stands, templates with values in them.

A template has names in it, `{{ name }}`, and nothing else of what Jinja can do: what is a list, or may be absent, is
put together by whoever fills it in, where the type checker looks on. Every value is source text already: literals come
from `js` and `py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

PACKAGE = Path(__file__).parent.parent


@cache
def text_of(name: str) -> str:
    """A file, by its path in the package, verbatim."""
    return (PACKAGE / name).read_text(encoding="utf-8")


def fill(name: str, **values: str) -> str:
    """A template with its values; each of its names must have one."""
    return _template(name).render(values)


@cache
def _template(name: str) -> Template:
    return _environment().from_string(text_of(name))


@cache
def _environment() -> Environment:
    return Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)  # it is code
