"""What a flow declares by name, and looking such a name up."""

from __future__ import annotations

from functools import cached_property

from flowc.diagnostics import Problems, quoted
from flowc.language.words import why_reserved
from flowc.parse.meant import in_latin
from flowc.parse.nodes import Mapping, Scalar
from flowc.suggest import did_you_mean


class Declared:
    """The names of one section. An entry with a broken body is declared all the same.

    `known` is false where the section itself could not be read: then no name is called unknown.
    """

    def __init__(self, kind: str, section: Mapping | None, known: bool) -> None:
        self.kind = kind
        self.names: set[str] = set() if section is None else set(section.entries)
        self.known = known and "<<" not in self.names

    @cached_property
    def in_order(self) -> list[str]:
        """The names as hints list them."""
        return sorted(self.names)

    def look_up(self, name: Scalar, problems: Problems, hint: str = "") -> bool:
        """Whether there is such a name, or may be; reports it otherwise, with the hint if there is a better one."""
        text = name.text
        if text in self.names or not self.known:
            return True
        if not problems.full:
            problems.add(name.span, "FLOW201", f"there is no {self.kind} {quoted(text)}", hint or self._hint(text))
        return False

    def _hint(self, text: str) -> str:
        if " " in text.strip() and self.kind == "prompt":
            return "declare the sentence under `prompts`, and write its name here"
        if self.kind == "target" and "," in text and " " not in text.replace(", ", ",").strip():
            return f"write {quoted(f'[{text}]')}, a list of targets"
        latin, why = in_latin(text)
        if latin in self.names:
            return f"{why}: did you mean `{latin}`?"
        return did_you_mean(text, self.in_order) or f"declare it under `{self.kind}s`"


def refuse_reserved(kind: str, name: Scalar, problems: Problems) -> None:
    why = why_reserved(kind, name.text)
    if why:
        article = "an" if kind == "action" else "a"
        problems.add(
            name.span, "FLOW202", f"{quoted(name.text)} cannot be the name of {article} {kind}: {why}", "rename it"
        )
