"""The first files of a project with flows, which its user owns: a flow, its call scripts, and what is around them.

Pure: from names to {path: text}. The templates are beside this module. Nothing here is written again by flowc.
"""

from __future__ import annotations

from flowc.emit.templates import fill, text_of
from flowc.language.schema import calls_schema, flow_schema
from flowc.language.schema import text_of as schema_text

FIRST = "reception"
SCHEMAS = ("flow.schema.json", "calls.schema.json")
_MODELINE = "# yaml-language-server: $schema="
_IN_THE_GALLERY = f"{_MODELINE}../flowc/language/"


def first_flow() -> tuple[str, str]:
    """The flow that a project begins with where no example is named, and its call scripts."""
    return text_of(f"starter/{FIRST}.yaml"), text_of(f"starter/{FIRST}.calls.yaml")


def starter(name: str, flow: str, calls: str, flows: str, out: str) -> dict[str, str]:
    """Every file: path in the project -> text. `flow` and `calls` are the texts of a flow and its call scripts, `flows`
    and `out` the folders of the settings.
    """
    here = {"flows": flows, "out": out}
    return {
        f"{flows}/{name}.yaml": _of_the_project(flow),
        f"{flows}/{name}.calls.yaml": _of_the_project(calls),
        f"{flows}/{SCHEMAS[0]}": schema_text(flow_schema()),
        f"{flows}/{SCHEMAS[1]}": schema_text(calls_schema()),
        "pyproject.toml": fill("starter/pyproject.toml.jinja", **here),
        "AGENTS.md": fill("starter/AGENTS.md.jinja", **here),
        ".gitattributes": fill("starter/gitattributes.jinja", **here),
        ".pre-commit-config.yaml": text_of("starter/pre-commit-config.yaml"),
        ".github/workflows/flowc.yml": text_of("starter/workflow.yaml"),
    }


def _of_the_project(text: str) -> str:
    """An editor finds the schema beside the flow, and not where flowc's own examples have it."""
    if text.startswith(_IN_THE_GALLERY):
        return _MODELINE + text.removeprefix(_IN_THE_GALLERY)
    return text
