"""Holds the tree of a file against the language of call scripts: every structural error, and the values that are meant.

The words that it could be are those of the flow as well, whose names are given; none is looked up here. A table is
decoded once a row. What is wrong with a value is told where the row has it, and what all rows have only once.
"""

from __future__ import annotations

from dataclasses import dataclass

from flowc.diagnostics import Problems
from flowc.language.calls import syntax
from flowc.language.calls.grammar import CALL, SCRIPTS, SHAPES
from flowc.language.located import Maybe, entries
from flowc.nodes import Scalar
from flowc.parse.decode import Decoder
from flowc.testing.script.key_errors import ScriptErrors
from flowc.testing.script.known import Known
from flowc.testing.script.misplaced import beside
from flowc.testing.script.parse import Outline, Turn
from flowc.testing.script.rows import Origins


@dataclass(frozen=True, slots=True)
class WrittenCall:
    """A call with the values of one row, as it is written."""

    name: Scalar
    turn: Turn
    call: Maybe[syntax.Steps | syntax.Call]

    @property
    def steps(self) -> Maybe[syntax.Steps]:
        return self.call.steps if isinstance(self.call, syntax.Call) else self.call


@dataclass(frozen=True, slots=True)
class WrittenScripts:
    """A file as it is written. `calls` are once a row, in its order; those of `file` have the first row alone."""

    file: syntax.Scripts
    calls: tuple[WrittenCall, ...]


def decode(outline: Outline, names: Known | None) -> WrittenScripts | None:
    """The file that is written; None if it is none. `names` are those that its flow has; None if there is no such flow.
    What is wrong goes to the problems of the outline.
    """
    if outline.root is None:
        return None
    problems = outline.problems
    for call in outline.calls:
        _beside(call.turns[0], names, problems)
    file = Decoder(problems, SHAPES, ScriptErrors(problems, names)).decode(SCRIPTS, outline.root, None)
    assert isinstance(file, syntax.Scripts)
    Origins.all_of(call.turns[0].origins for call in outline.calls).correct(problems)
    said = set(problems.found)
    of_first_rows = {name.text: call for name, call in entries(file.calls)}
    calls: list[WrittenCall] = []
    for call in outline.calls:
        first, *others = call.turns
        calls.append(WrittenCall(call.name, first, of_first_rows.get(call.name.text)))
        for turn in others:
            if problems.full:
                break
            found = Problems(problems.path)
            _beside(turn, names, found)
            written = Decoder(found, SHAPES, ScriptErrors(found, names)).decode(CALL, turn.node, call.name)
            calls.append(WrittenCall(call.name, turn, written))
            turn.origins.correct(found)
            for each in found.found:
                if each not in said:
                    said.add(each)
                    problems.take(each)
    return WrittenScripts(file, tuple(calls))


def _beside(turn: Turn, names: Known | None, problems: Problems) -> None:
    """What stands beside a step and belongs inside it, which cannot be told without the names of the targets."""
    if names is not None:
        beside(turn.steps, frozenset(names.targets), problems)
