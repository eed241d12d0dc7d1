"""Makes scripts that can be played of a file as it is written and of its flow: every name is looked up.

A step that is broken has been reported and is left out; a file with problems is never played. What stands around the
steps is looked at in `surroundings.py`, the steps in `steps.py`, what is expected in `expectations.py`.
"""

from __future__ import annotations

from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Flow
from flowc.language.calls import syntax
from flowc.language.calls.events import NOTHING
from flowc.testing.account import needed
from flowc.testing.result import Place
from flowc.testing.script.decode import WrittenCall, WrittenScripts, decode
from flowc.testing.script.known import NOBODY, STEP_NAMES, known, listed_once
from flowc.testing.script.model import Call
from flowc.testing.script.names import Names
from flowc.testing.script.parse import Outline
from flowc.testing.script.steps import StepReader
from flowc.testing.script.surroundings import Surroundings, SurroundingsReader

WORDS = (*STEP_NAMES, "outbound", NOBODY, NOTHING)


def scripts(outline: Outline, flow: Flow) -> tuple[Call, ...]:
    """The calls of a file, a table's once a row, in the order of the file. It is held against the language first."""
    written = decode(outline, known(flow))
    calls = resolve(outline, written, flow)
    listed_once(outline.problems)
    return calls


def resolve(outline: Outline, written: WrittenScripts | None, flow: Flow) -> tuple[Call, ...]:
    """The calls that are written; what is wrong goes to the problems of the outline."""
    reader = _Reader(outline, flow)
    return reader.calls(written) if written is not None else ()


class _Reader:
    def __init__(self, outline: Outline, flow: Flow) -> None:
        self.outline = outline
        self.flow = flow
        self.problems = outline.problems
        self.names = Names(flow, self.problems)
        self.surroundings = SurroundingsReader(flow, self.names)
        self.steps = StepReader(flow, self.names, self.surroundings)
        self.said: set[Diagnostic] = set()  # of calls that have been looked at
        for each in (*flow.targets, *(prompt for prompt in flow.prompts if prompt.name == NOTHING)):
            if each.name in WORDS:
                message = f"the flow has a target or a prompt `{each.name}`, which is a word of call scripts"
                related = (Related(each.span, "this one", flow.path),)
                self.problems.add(outline.flow_span, "FLOW505", message, "give it another name in the flow", related)

    def calls(self, written: WrittenScripts) -> tuple[Call, ...]:
        around = self.surroundings.of(written.file, Surroundings())
        found: list[Call] = []
        for each in written.calls:
            if self.problems.full:
                break
            found.append(self._call(each, around))
        self.surroundings.check_lacking(written.file.account, self.outline.flow_span)
        return tuple(found)

    def _call(self, written: WrittenCall, around: Surroundings) -> Call:
        turn = written.turn
        before = len(self.problems)
        if isinstance(written.call, syntax.Call):
            around = self.surroundings.of(written.call, around)
        happens = self.steps.steps(written.steps, around.account if around.is_account_whole else None)
        if around.is_account_whole:
            self.surroundings.needs(needed(self.flow, self.names.targets, happens), around.account)
        turn.origins.correct(self.problems, before)
        self._say_once(before)
        name = f"{written.name.text} [{turn.label}]" if turn.label else written.name.text
        place = Place(self.outline.source.path, turn.span)
        return Call(name, place, happens, around.account, around.platform, around.webhooks, around.begins)

    def _say_once(self, before: int) -> None:
        """Every row finds the same in the same steps, and there is a limit to what is said of a file."""
        found = [each for each in self.problems.found[before:] if each not in self.said]
        self.said.update(found)
        self.problems.found[before:] = found
