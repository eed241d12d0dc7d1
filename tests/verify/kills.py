"""Which search shows which error of the runtime: `runtime_mutants.tsv`, a line each, and how that is found out.

    python -m tests.verify.kills    looks for a search for each mutant that is not in the file, and writes it there

A line has the flow, how far it is searched, the property that does not hold, and the mutant's name. Mutants that no
search shows have `-` for the flow and a word of `UNSEEN` for the property, which is for a person to choose.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from flowc.simulator.engine import Engine, ScenarioFailed
from flowc.verify.result import Bounds
from flowc.verify.search import NotSearched, Subject, search
from tests.conftest import ROOT
from tests.scenario.test_features import FRAGMENTS, NONE, merged
from tests.verify.conftest import compiled_from
from tests.verify.runtime_mutants import RuntimeMutant, every_mutant

FILE = Path(__file__).with_name("runtime_mutants.tsv")
FLOWS = Path(__file__).with_name("flows")
BOUNDS = {
    "posts 1": Bounds(posts=1, states=300),
    "posts 2": Bounds(posts=2, states=500),
    "faults": Bounds(posts=1, states=250, faults=True),
}
SEARCHED_S = 15.0
"""For one mutant, when a search is looked for."""

UNSEEN = {
    "another guard": "equivalent: what the guard keeps out is kept out by another one as well, on every path",
    "type": "equivalent: it never happens, and is there because the type says that it might",
    "log": "equivalent: the log alone has less, or more, and it is for people",
    "reset": "equivalent: what is not reset is set again before it is read, or read no more",
    "limit": "a limit that takes more to reach than a search does: `tests/scenario` reaches it",
    "input": "it takes what the alphabet has not (numbers, headers, versions of tools): `tests/scenario` has it",
    "open": "nobody has shown a call in which it matters, and nobody has argued that there is none",
}
"""Why no search shows a mutant."""


class Line(NamedTuple):
    flow: str
    bounds: str
    property: str
    mutant: str


def lines() -> list[Line]:
    return [Line(*line.split("\t")) for line in FILE.read_text("utf-8").splitlines()]


def subject_of(name: str) -> Subject:
    """One of `flows/`, or a flow that uses one part of the runtime."""
    path = FLOWS / f"{name}.yaml"
    if path.exists():
        return compiled_from(path.relative_to(ROOT).as_posix(), path.read_bytes())
    return compiled_from(f"flows/{name}.yaml", json.dumps(merged(NONE, FRAGMENTS[name]["flow"])).encode())


def found_by(engine: Engine, whole: Subject, mutant: RuntimeMutant, bounds: Bounds) -> list[str]:
    """The properties that do not hold with this error, the one that is shown by the shortest path first."""
    broken = Subject(whole.flow, mutant.applied(whole.scenario), whole.scenario_path)
    assert broken.scenario != whole.scenario, mutant.name
    try:
        result = search(engine, broken, bounds, tell=lambda progress: progress.violations == 0)
    except (NotSearched, ScenarioFailed):
        return ["it does not run"]
    return [each.property for each in sorted(result.violations, key=lambda violation: len(violation.events))]


def record(engine: Engine, mutant: RuntimeMutant, flows: Iterable[tuple[str, Subject]]) -> Line:
    text = mutant.text
    until = time.monotonic() + SEARCHED_S
    for bounds in BOUNDS:
        for name, whole in flows:
            if text in whole.scenario and time.monotonic() < until:
                properties = found_by(engine, whole, mutant, BOUNDS[bounds])
                if properties:
                    return Line(name, bounds, properties[0], mutant.name)
    return Line("-", "-", "open", mutant.name)


def main() -> None:
    known = {line.mutant: line for line in lines()} if FILE.exists() else {}
    names = [*sorted(FRAGMENTS), *sorted(path.stem for path in FLOWS.glob("*.yaml"))]
    flows = sorted(((name, subject_of(name)) for name in names), key=lambda one: len(one[1].scenario))
    with Engine(memory=2 << 30) as engine:
        found = [known.get(mutant.name) or record(engine, mutant, flows) for mutant in every_mutant()]
    FILE.write_text("".join("\t".join(line) + "\n" for line in found), "utf-8")
    fresh = [line for line in found if line.mutant not in known]
    sys.stdout.write(f"{len(fresh)} new, of which nothing shows {sum(line.flow == '-' for line in fresh)}\n")


def words_of(name: str) -> str:
    """Where a mutant is: its file and function."""
    return re.split(r": ", name, maxsplit=1)[0]


if __name__ == "__main__":
    main()
