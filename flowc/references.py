"""What is shipped beside the package: the references, and the gallery of example flows with their call scripts.

In a clone they lie in `flows/`, where people read them; a wheel has them in the folder `share/flowc/flows` of the
environment that it is installed in (`data-files` of setuptools).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from msgspec import Struct

SHIPPED = "share/flowc/flows"
_HEADING = re.compile(r"^(#{2,4}) (.+)$", re.MULTILINE)
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_PROTOCOL = "\n## The control protocol\n"


class Document(Struct, frozen=True):
    """A reference: the file that it is in, and what it is about, in a few words."""

    file: str
    about: str


DOCUMENTS: Mapping[str, Document] = {
    "language": Document("README.md", "flows: every key and step, with its default and what it means to a caller"),
    "calls": Document("CALLS.md", "call scripts: what happens in a call, and what is expected of it"),
    "protocol": Document("README.md", "the control protocol between agent and scenario, for other agent frameworks"),
    "verify": Document("VERIFY.md", "`flowc verify`: what is proved of a flow, how, and what is assumed"),
    "errors": Document("ERRORS.md", "every error and warning, with an example and what to write instead"),
    "security": Document("SECURITY.md", "what flowc keeps apart when it runs what it reads, and what is no boundary"),
}


class NotShipped(Exception):
    """The references are not there: this installation is not whole. A sentence."""


def document(name: str) -> str:
    """One of `DOCUMENTS`, as Markdown. Raises NotShipped."""
    text = _text(DOCUMENTS[name].file)
    if name == "protocol":
        return text[text.index(_PROTOCOL) + 1 :]
    return text


def sections(text: str) -> dict[str, str]:
    """The parts of a document by their headings, without what stands before the first. A part has those below it."""
    heads = [(len(found[1]), found[2], found.start()) for found in _HEADING.finditer(_FENCED.sub(_blank, text))]
    parts: dict[str, str] = {}
    for number, (level, name, start) in enumerate(heads):
        ends = (later for depth, _, later in heads[number + 1 :] if depth <= level)
        parts.setdefault(name, text[start : next(ends, len(text))].rstrip("\n") + "\n")
    return parts


def _blank(fenced: re.Match[str]) -> str:
    """As long as it was: a comment of YAML is no heading."""
    return " " * len(fenced[0])


def examples() -> dict[str, str]:
    """The gallery: the names of its flows, and the first sentence of each. Raises NotShipped."""
    found = sorted(path for path in _folder().glob("*.yaml") if not path.name.endswith(".calls.yaml"))
    return {path.stem: _first_sentence(path.read_text("utf-8")) for path in found}


def example(name: str) -> tuple[str, str]:
    """A flow of the gallery, one of `examples()`, and its call scripts. Raises NotShipped."""
    return _text(f"{name}.yaml"), _text(f"{name}.calls.yaml")


def _first_sentence(flow: str) -> str:
    comments = re.findall(r"(?m)^# (?!yaml-language-server:)(.*)$", flow.partition("\nflowc:")[0])
    return re.split(r"(?<=\.) ", " ".join(comments))[0].rstrip(".")


def _text(name: str) -> str:
    try:
        return (_folder() / name).read_text("utf-8")
    except OSError as error:
        raise NotShipped(_missing(name)) from error


@cache
def _folder() -> Path:
    clone = Path(__file__).parents[1]
    if (clone / "flows" / "CALLS.md").is_file() and (clone / "pyproject.toml").is_file():
        return clone / "flows"
    try:
        files = distribution("flowc").files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.as_posix().endswith(f"{SHIPPED}/CALLS.md"):
            return Path(str(file.locate())).resolve().parent
    raise NotShipped(_missing("flows"))


def _missing(name: str) -> str:
    return f"{name} is not where flowc is installed: install it again"
