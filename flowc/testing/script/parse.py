"""Reads a file of call scripts: its tree, with its tables filled in.

That is done before anything is held against the language, since a row may give a whole step. So of the file, only the
flow and the tables are looked for here, by the keys that the grammar has for them; everything else is for `decode.py`.
What this needs of the flow is nothing but its name. Everything that is wrong goes to `Outline.problems`.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

from flowc.diagnostics import Problems, quoted
from flowc.language.calls.events import HIDDEN
from flowc.language.calls.grammar import (
    CALL,
    CALLS,
    COLUMN,
    FLOW,
    FLOWS_FILE,
    ROWS_OF_A_CALL,
    SCRIPTS,
    SHAPES,
    STEP,
    STEPS_OF_A_CALL,
)
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence, pairs
from flowc.parse.decode import Decoder
from flowc.parse.yaml_tree import INSTEAD, LARGEST_FILE, parse
from flowc.source import START, Source, Span
from flowc.suggest import nearest
from flowc.testing.script.key_errors import ScriptErrors
from flowc.testing.script.misplaced import in_braces
from flowc.testing.script.placeholders import as_meant
from flowc.testing.script.rows import Filling, Origins, Room, labels, names_in
from flowc.testing.script.synonyms import KEYS

STEPS, ROWS = STEPS_OF_A_CALL.key, ROWS_OF_A_CALL.key
_LETTER = re.compile(r"\(U\+([0-9A-F]{4})\)$")
_WRITTEN_OUT = "write it out; steps that are played with several values are a table: `rows`"


@dataclass(frozen=True, slots=True)
class Turn:
    """A call with the values of one row filled in. `label` names the row; it is empty without rows."""

    label: str
    span: Span
    node: Node  # a list of steps, or what `CALL` describes
    origins: Origins = field(default_factory=Origins)  # where in the row its values stand

    @property
    def steps(self) -> Node | None:
        return self.node.get(STEPS) if isinstance(self.node, Mapping) else self.node


@dataclass(frozen=True, slots=True)
class CallRows:
    """A call, as often as it is played."""

    name: Scalar
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A file as far as it can be understood without its flow. `flow` is the flow's path, empty if there is none;
    `named` is what is written there.
    """

    source: Source
    problems: Problems
    root: Mapping | None
    flow: str = ""
    flow_span: Span = START
    calls: tuple[CallRows, ...] = ()
    named: str = ""


def outline(source: Source) -> Outline:
    """Nothing is held against the language yet: what its words can be depends on the flow, which is named in it."""
    problems = Problems(source.path)
    root = parse(source, problems)
    _in_words_of_scripts(source, problems)
    if not isinstance(root, Mapping):
        if root is not None:
            Decoder(problems, SHAPES).decode(SCRIPTS, root, None)
        return Outline(source, problems, None)
    fills, room = b"${" in source.content, Room()
    named = root.mapping(CALLS.key)
    calls = tuple(_call(name, node, fills, room, problems) for name, node in pairs(named))
    if named is not None:  # what is wrong is said of the first row, then what is new of others
        named.entries.update({call.name.text: (call.name, call.turns[0].node) for call in calls})
    flow = root.scalar(FLOW.key)
    if flow is None or not flow.is_text or not FLOWS_FILE.fits(flow.text):
        written = flow.text if flow is not None and flow.is_text else ""
        return Outline(source, problems, root, "", START if flow is None else flow.span, calls, written)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), flow.text))
    return Outline(source, problems, root, path, flow.span, calls, flow.text)


def _call(name: Scalar, node: Node, fills: bool, room: Room, problems: Problems) -> CallRows:
    """`fills` is false if there is nothing to fill in anywhere in the file."""
    if isinstance(node, Mapping) and STEPS not in node.entries and node.entries.keys() & STEP.by_key.keys():
        message = f"{quoted(name.text)} is a list of steps, and each of them begins with `- `"
        steps = [key for key, _ in node.entries.values() if key.text in STEP.by_key]
        first = next((key for key in steps if key.text not in CALL.by_key), steps[0])
        help = f"write {quoted(f'- {first.text}: …')}"
        if first.text in CALL.by_key:  # what holds for the whole call stands beside them
            message = f"{quoted(name.text)} has no `steps`"
            help = (
                f"write `steps:` below {quoted(f'{first.text}: …')}, and below that the list of them, in by two blanks"
            )
        problems.add(first.span, "FLOW103", message, help)
        return CallRows(name, (Turn("", name.span, Broken(node.span)),))
    if isinstance(node, Mapping):
        _out_of_rows(node, problems)
    rows = _rows(node, problems)
    if not isinstance(node, Mapping) or not rows:
        names: dict[str, Scalar] | None = {} if rows is not None else None
        filled = Filling(None, names, set(), Room(), problems).fill(node) if fills else node
        return CallRows(name, (Turn("", name.span, filled),))
    names = {key.text: key for row in reversed(rows) for key, _ in row.entries.values()}
    used, is_known = _used(node)
    if unused := names.keys() - used:
        for key, (key_node, value) in node.entries.items():
            if key != ROWS:
                node.entries[key] = (key_node, as_meant(value, unused, problems))
        used, _ = _used(node)
    turns: list[Mapping] = []
    fillings: list[Filling] = []
    for row in rows:
        if not room.is_used_up:
            fillings.append(Filling(row, names, used, room, problems))
            turns.append(_turn(node, fillings[-1]))
            if room.is_used_up:
                message = f"with its rows filled in, this file has more than {LARGEST_FILE // 1024} KiB"
                problems.add(node.entries[ROWS][0].span, "FLOW007", message, "take fewer rows, or fewer steps")
    if room.is_used_up:
        return CallRows(
            name, tuple(Turn("", name.span, turn) for turn in turns[:1]) or (Turn("", name.span, Broken(name.span)),)
        )
    # Of which it has been said that they are misspelt.
    meant = {nearest(name, names) for name in used - names.keys()} | {each for one in fillings for each in one.misspelt}
    # Of which nobody knows whether one that is not there was meant to be it, which has been said.
    is_known = is_known and STEPS in node.entries and None not in meant
    for each in filter(COLUMN.fits, names.keys() - used - meant if is_known else ()):
        message = f"nothing uses {quoted(each)}"
        problems.add(names[each].span, "FLOW310", message, f"write `${{{each[:60]}}}` in a step, or remove it")
    origins = [filling.origins for filling in fillings]
    parts = zip(labels(rows), [row.span for row in rows], turns, origins, strict=True)
    return CallRows(name, tuple(Turn(*turn) for turn in parts))


def _out_of_rows(call: Mapping, problems: Problems) -> None:
    """Steps that stand in the list of rows, one level too far in, where the call has none of its own."""
    rows = call.get(ROWS)
    if STEPS in call.entries or not isinstance(rows, Sequence):
        return
    for number, row in enumerate(rows.items):
        steps = row.entries.get(STEPS) if isinstance(row, Mapping) else None
        if steps is not None and isinstance(steps[1], Sequence):
            message = "`steps` belongs beside `rows`, one level further out"
            problems.add(steps[0].span, "FLOW101", message, "take out its `- `, and indent it as far as `rows`")
            rows.items[number] = Broken(steps[0].span)
            call.entries[STEPS] = (steps[0], Broken(steps[1].span))
            return


def _rows(call: Node, problems: Problems) -> list[Mapping] | None:
    """The rows of a call, as they should be, none if it has none. None: what was meant by them is not known."""
    if not isinstance(call, Mapping):
        return []
    if ROWS not in call.entries:
        return None if any(map(_may_be_rows, call.entries.keys() - CALL.by_key)) else []
    key, node = call.entries[ROWS]
    decoder = Decoder(problems, SHAPES, ScriptErrors(problems, None))
    if isinstance(decoder.decode(ROWS_OF_A_CALL.shape, node, key), Broken):
        call.entries[ROWS] = (key, Broken(node.span))
    rows = [row for row in node.items if isinstance(row, Mapping)] if isinstance(node, Sequence) else []
    return rows or None


def _used(call: Mapping) -> tuple[set[str], bool]:
    """The names that a call uses, and whether that is all of it: nobody knows what stands where something is broken."""
    return names_in(value for key, (_, value) in call.entries.items() if key != ROWS)


def _may_be_rows(key: str) -> bool:
    """Whether a key that a call does not have is not known to be meant for another one."""
    return KEYS[CALL.what].get(key, nearest(key, CALL.by_key) or ROWS) == ROWS


def _turn(call: Mapping, filling: Filling) -> Mapping:
    """Without the rows themselves, which have been looked at."""
    filled = Mapping(call.start, call.end, call.flow_style)
    for key, (name, value) in call.entries.items():
        if key != ROWS:
            filled.entries[key] = (name, filling.fill(value))
    return filled


def _in_words_of_scripts(source: Source, problems: Problems) -> None:
    """What a reader of flows says of YAML, where that is something else for call scripts."""
    for number, found in enumerate(problems.found):
        if found.code == "FLOW005" and found.message.startswith(("anchor", "alias", "merge")):
            problems.found[number] = found.hinted(found.hint.replace(INSTEAD, _WRITTEN_OUT))
        if found.message == "a second `: ` in one line" and (step := in_braces(source.line(found.span.line))):
            problems.found[number] = found.hinted(f"write {quoted(step, len(step))}")
        letter = _LETTER.search(found.message) if found.code == "FLOW008" else None
        if letter is not None and re.match(f"[{HIDDEN}]", chr(int(letter[1], 16))):
            hint = f"remove it; what is sent from outside may have it, as `\\u{letter[1]}` in double quotes"
            problems.found[number] = found.hinted(hint)
        if found.code == "FLOW003":
            problems.found[number] = found.hinted("a file of call scripts starts with `flowc: 1`")
        if found.message == "a key must be text":
            problems.found[number] = found.hinted('write `name: value`; the value of a row is `"${name}"`')
