"""Errors for the runtime of a scenario, `flowc/emit/voxengine/runtime/*.js`: one for each place where one is likely.

Nothing here is random. `every_mutant` reads the runtime line by line and makes of each line the errors that are made
when it is written: a guard is dropped, or holds always; a part of a condition is forgotten; a call is forgotten (to
clear, to stop, to release, to listen, to tell); something of `S` is not set; a row of a table is missing, or a part of
what is handed over; a limit is ten times as long. A mutant's name is the file, the function, and the line with what was
done to it, so that it stays the same when the file grows elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flowc.emit import voxengine

RUNTIME = Path(voxengine.__file__).parent / "runtime"


class RuntimeMutant(NamedTuple):
    """`start` and `end` are where `new` stands instead, in the text of the file."""

    file: str
    function: str
    line: str
    change: str
    start: int
    end: int
    new: str

    @property
    def name(self) -> str:
        return f"{self.file} {self.function}: {self.line}  // {self.change}"

    def applied(self, scenario: str) -> str:
        """The scenario with this error; the same scenario, if it has not this part of the runtime."""
        return scenario.replace(self.text, self.text[: self.start] + self.new + self.text[self.end :])

    @property
    def text(self) -> str:
        """Of the file, without the error."""
        return _text(self.file)


@cache
def _text(file: str) -> str:
    return (RUNTIME / file).read_text("utf-8")


def every_mutant() -> list[RuntimeMutant]:
    found: list[RuntimeMutant] = []
    names: set[str] = set()
    for path in sorted(RUNTIME.glob("*.js")):
        for mutant in _of_file(path.name, path.read_text("utf-8")):
            again = 2
            while mutant.name in names:
                mutant = mutant._replace(change=f"{mutant.change.partition(', the ')[0]}, the {again}. of its kind")
                again += 1
            names.add(mutant.name)
            found.append(mutant)
    return found


def _of_file(file: str, text: str) -> Iterator[RuntimeMutant]:
    function, start = "", 0
    for line in text.splitlines(keepends=True):
        began = re.match(r"function (\w+)", line)
        if began:
            function = began[1]
        elif re.match(r"\S", line) and not line.startswith("}"):
            function = ""
        code = line.rstrip("\n")
        if not re.match(r"\s*(//|/?\*|log\()", code):  # the log is for people: what is in it changes nothing
            for change, old, at, new in _of_line(code):
                if change == "the row is missing" and function.endswith("State"):
                    continue  # the type checker finds it: `S` has no such name then
                begin = start + at
                yield RuntimeMutant(file, function, code.strip(), change, begin, begin + len(old), new)
        start += len(line)


Change = tuple[str, str, int, str]
"""What is done, what was there, at which column, and what stands there instead."""


def _of_line(line: str) -> Iterator[Change]:
    guard = re.search(r"\b(?:if|while) \(", line)
    if guard:
        condition = _within(line, guard.end() - 1)
        yield "never", condition, guard.end(), "false"
        if not guard[0].startswith("while"):
            yield "always", condition, guard.end(), "true"
        yield from _without_parts(condition, guard.end())
    returned = re.match(r"\s*return (?P<value>.* (?:&&|\|\|) .*);$", line)
    if returned and " ? " not in line and "{" not in line:
        yield from _without_parts(returned["value"], returned.start("value"))
    called = re.match(r"\s*(?:[\w.]+\.)?(?:\w+)\(.*\);$", line) or re.match(r"\s*delete ", line)
    if called or re.match(r"\s*(?:S\.|(?:known|told|returned)\.|(?:headers|values|filled)\[)[^(=]* [+-]?= .*;$", line):
        yield "forgotten", line.strip(), len(line) - len(line.lstrip()), ";"
    inner = re.search(r"\) (?P<call>(?:\w+\.)?\w+\([^;]*\);)$", line)
    if inner and guard and not line[guard.end() :].startswith("return"):
        yield "what follows is forgotten", inner["call"], inner.start("call"), ";"
    row = re.match(r"\s{2,}(?P<row>\w+: (?!.*=>)[^{}]+,)$", line)
    if row:
        yield "the row is missing", row["row"], row.start("row"), ""
    handed = re.search(r"[(,] ?\{ (?P<parts>\w+: [^{}]*) \}", line)
    if handed:
        yield from _without_parts(handed["parts"], handed.start("parts"), (", ",))
    limit = re.match(r"const [A-Z_]+ = (?P<number>\d+);", line)
    if limit:
        yield "ten times as much", limit["number"], limit.start("number"), f"{limit['number']}0"
    code = re.match(r"\s+\d{3}: (?P<outcome>\"\w+\"),", line)
    if code:
        yield "another outcome", code["outcome"], code.start("outcome"), '"connected"'
    bound = re.search(r"\.then\((?P<both>.+), (?P<caught>on\w+(?:\.bind\([^()]*\))?)\)", line)
    if bound:
        yield "without catch", f", {bound['caught']}", bound.end("both"), ""


def _within(line: str, opening: int) -> str:
    depth = 0
    for at in range(opening, len(line)):
        depth += {"(": 1, ")": -1}.get(line[at], 0)
        if depth == 0:
            return line[opening + 1 : at]
    raise AssertionError(line)


def _without_parts(condition: str, at: int, joints: Sequence[str] = (" && ", " || ")) -> Iterator[Change]:
    """Each part of `a && b`, or of `a || b`, forgotten; or each of what is handed over as one thing."""
    for joint in joints:
        parts = _split(condition, joint)
        if len(parts) == 1 and joint != ", ":
            continue
        for number, part in enumerate(parts):
            others = joint.join(each for index, each in enumerate(parts) if index != number)
            yield f"without `{part.strip()}`", condition, at, others
        return


def _split(condition: str, joint: str) -> list[str]:
    parts, depth, last = [], 0, 0
    for at, character in enumerate(condition):
        depth += {"(": 1, ")": -1, "[": 1, "]": -1}.get(character, 0)
        if depth == 0 and condition.startswith(joint, at):
            parts.append(condition[last:at])
            last = at + len(joint)
    return [*parts, condition[last:]]
