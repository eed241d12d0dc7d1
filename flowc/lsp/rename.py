"""Another name for something of a flow, in every place that means it: in the flow, in its texts, in call scripts.

What would not be the same flow afterwards is refused: the caller checks what comes out against what there was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flowc.diagnostics import Diagnostic, quoted
from flowc.language.flow.values import LANGUAGE_NAME, NAME
from flowc.language.words import why_reserved
from flowc.lsp.file import File
from flowc.lsp.names import Occurrence, languages_passed_on, speaking
from flowc.lsp.navigation import Found, declarations, name_at

Judge = Callable[[Mapping[str, str]], tuple[Diagnostic, ...]]
"""The errors of the files that are concerned, if these had other texts."""
_BEHIND_THE_YAML = 100
"""From this code on errors are about what was read."""
_NAMED = {"callers": "name of callers", "hours": "entry of `hours`", "field": "field", "data": "entry of `data`"}


class Refused(Exception):
    """Why something is not renamed. The message is a sentence for whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """In a file, from `start` to `end`."""

    file: File
    start: int
    end: int
    text: str


def renamable(file: File, offset: int, flow: File | None) -> Occurrence:
    """The name at a place, if it can have another. Raises Refused."""
    name = name_at(file, offset)
    if name is None:
        raise Refused("what stands here is no name that a flow declares")
    if flow is None:
        raise Refused("the flow that declares this name cannot be read")
    if not declarations(name, flow):
        raise Refused(f"nothing in {flow.path} declares {quoted(name.name)}")
    return name


def rename(file: File, offset: int, new: str, flow: File | None, scripts: Iterable[File], judge: Judge) -> list[Edit]:
    """All edits. Raises Refused."""
    name = renamable(file, offset, flow)
    assert flow is not None
    if new == name.name:
        return []
    _may_be(name, new, flow)
    files = dict.fromkeys([flow, *scripts, *([file] if file.is_calls else [])])
    meant = _all_of(name, [Found(each, found) for each in files for found in each.names])
    if name.kind == "language" and (parameters := speaking(flow.outline)):
        passed_on = [Found(each, one) for each in files for one in languages_passed_on(each.outline, parameters)]
        meant += [each for each in passed_on if each.file.is_calls and each.name.name == name.name]
    edits = [Edit(each.file, each.name.start, each.name.end, new) for each in meant]
    before = judge({})
    for each in before:
        if int(each.code.removeprefix("FLOW")) < _BEHIND_THE_YAML:
            raise Refused(f"{each.path}:{each.span.line}: {each.message}: correct that first")
    after = judge(applied(edits))
    if len(after) > len(before):
        known = {(each.code, each.path, each.span) for each in before}
        new_one = next((each for each in after if (each.code, each.path, each.span) not in known), after[0])
        raise Refused(f"as {quoted(new)}, {new_one.path}:{new_one.span.line} would be wrong: {new_one.message}")
    return edits


def applied(edits: Iterable[Edit]) -> dict[str, str]:
    """The texts of the files as they are afterwards, by path."""
    texts: dict[str, str] = {}
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = texts.get(edit.file.path, edit.file.text)
        texts[edit.file.path] = text[: edit.start] + edit.text + text[edit.end :]
    return texts


def _may_be(name: Occurrence, new: str, flow: File) -> None:
    shape = LANGUAGE_NAME if name.kind == "language" else NAME
    what = _NAMED.get(name.kind, name.kind)
    if not shape.fits(new):
        raise Refused(f"{quoted(new)} cannot be the name of something: it must be {shape.what}")
    why = why_reserved("parameter" if name.kind == "data" else name.kind, new)
    if why:
        raise Refused(f"{quoted(new)} cannot be the name of {_article(what)}: {why}")
    owners = {each.owner for each in declarations(name, flow)}
    for each in flow.names:
        if each.declares and each.kind == name.kind and each.name == new and each.owner in owners:
            raise Refused(f"there is {_article(what)} {quoted(new)} already")


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _all_of(name: Occurrence, found: list[Found]) -> list[Found]:
    """Those that mean the same. A parameter that several actions have is one name where a text, a route or a target
    means it, whichever action has led there: then it is renamed in all of them.
    """
    alike = [each for each in found if each.name.kind == name.kind and each.name.name == name.name]
    if name.kind == "field":
        return [each for each in alike if each.name.owner == name.owner]
    if name.owner and all(each.name.owner for each in alike):
        return [each for each in alike if each.name.owner == name.owner]
    return alike
