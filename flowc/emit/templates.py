"""Files of the package that become part of what is generated: the runtime as it stands, templates with values in them.

A template has names in it, `{{ name }}`, and nothing else: what is a list, or may be absent, is put together by whoever
fills it in, where the type checker looks on. Every value is source text already: literals come from `js` and `py`.
So much of Jinja is filled in here, since to load Jinja and to have it compile four templates is a quarter of what a
build of one flow takes. A test has Jinja fill in the same.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
_PACKAGE = str(PACKAGE)

_NAME = re.compile(r"\{\{ (\w+) \}\}")


@cache
def text_of(name: str) -> str:
    """A file, by its path in the package, verbatim."""
    with open(f"{_PACKAGE}/{name}", encoding="utf-8") as file:  # a scenario takes some eighty
        return file.read()


def fill(name: str, **values: str) -> str:
    """A template with its values; each of its names must have one."""
    parts = list(_parts(name))
    parts[1::2] = [values[each] for each in parts[1::2]]
    return "".join(parts)


@cache
def _parts(name: str) -> tuple[str, ...]:
    """Of a template, in turns: text, a name, text."""
    return tuple(_NAME.split(text_of(name)))
