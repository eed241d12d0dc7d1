"""Files of the package that become part of what is generated: the runtime as it stands, templates with values in them.

A template is a text with `{{ name }}` in it, and nothing else: what is a list, or may be absent, is put together by
whoever fills it in, where the type checker looks on. Every value is source text already: literals come from `js` and
`py`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
_PLACE = re.compile(r"\{\{ (\w+) \}\}")


@cache
def text_of(name: str) -> str:
    """A file, by its path in the package, verbatim."""
    return (PACKAGE / name).read_text(encoding="utf-8")


@cache
def _pieces(name: str) -> list[str]:
    """What stands in a template, and between that the names."""
    return _PLACE.split(text_of(name))


def fill(name: str, **values: str) -> str:
    """A template with its values; each of its names must have one."""
    return "".join([values[piece] if number % 2 else piece for number, piece in enumerate(_pieces(name))])
