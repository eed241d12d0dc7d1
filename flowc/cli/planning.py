"""What `build`, `build --check` and `diff` share: compile the selected flows and compare with the output folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowc.artifacts import Plan
from flowc.cli.sources import Selection
from flowc.config import Config
from flowc.report import Change, Drift

if TYPE_CHECKING:
    from flowc.compiler import Result


@dataclass(frozen=True, slots=True)
class Planned:
    """A compilation, and what it means for the output folder."""

    config: Config
    selection: Selection
    result: Result
    plan: Plan

    @property
    def counts(self) -> str:
        return f"{count(len(self.selection.sources), 'flow')}, {count(len(self.result.artifacts), 'file')}"

    @property
    def broken(self) -> int:
        """How many flow files have errors."""
        return len({found.path for found in self.result.diagnostics})


def planned(config: Config, selection: Selection) -> Planned:
    """Compile, and plan; nothing is written. An artifact of a flow with errors is not part of the plan."""
    from flowc.artifacts import plan
    from flowc.compiler import compile_flows

    result = compile_flows(selection.sources)
    broken = {found.path for found in result.diagnostics}
    return Planned(
        config,
        selection,
        result,
        plan(
            result.artifacts,
            config.root / config.out,
            lambda source: selection.covers(source) and source not in broken,
        ),
    )


def drift(planned: Planned) -> tuple[Drift, ...]:
    """Every file of the output folder that is not what a build makes, by path."""
    from flowc.report.patch import unified

    found: list[Drift] = []
    for write in planned.plan.written:
        path = f"{planned.config.out}/{write.path}"
        change, message = Change.CHANGED, "is not what `flowc build` makes"
        if write.old is None:
            change, message = Change.MISSING, "does not exist, `flowc build` makes it"
        found.append(Drift(path, change, message, unified(path, _text(write.old), _text(write.new))))
    for removal in planned.plan.stale:
        path = f"{planned.config.out}/{removal.path}"
        message = "is no longer generated, `flowc build` removes it"
        found.append(Drift(path, Change.STALE, message, unified(path, _text(removal.old), None)))
    for foreign in planned.plan.foreign:
        found.append(Drift(f"{planned.config.out}/{foreign.path}", Change.FOREIGN, foreign.reason))
    return tuple(sorted(found, key=lambda one: one.path))


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", "replace").replace("\r\n", "\n")


def count(number: int, noun: str) -> str:
    """`1 flow`, `2 flows`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
