"""Templates of what is built are Jinja's, and have names in them alone: so they can be filled in without it."""

from __future__ import annotations

import pytest
from jinja2 import Environment, StrictUndefined, meta

from flowc.emit.templates import PACKAGE, fill, text_of

JINJA = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
TEMPLATES = sorted(path.relative_to(PACKAGE).as_posix() for path in (PACKAGE / "emit").rglob("*.jinja"))


@pytest.mark.parametrize("value", ["text", "", "{{ flow }}", "{% raw %}", "a\\1 $1 \\g<0>", "<&>\n\n"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_jinja_fills_in_the_same(name: str, value: str) -> None:
    text = text_of(name)
    values = {each: f"{number}{value}" for number, each in enumerate(meta.find_undeclared_variables(JINJA.parse(text)))}
    assert len(values) >= 3
    assert fill(name, **values) == JINJA.from_string(text).render(values)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_name_needs_a_value(name: str) -> None:
    names = meta.find_undeclared_variables(JINJA.parse(text_of(name)))
    for missing in names:
        with pytest.raises(KeyError, match=missing):
            fill(name, **dict.fromkeys(names - {missing}, ""))
