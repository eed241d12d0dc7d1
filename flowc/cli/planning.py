"""What `build`, `build --check` and `diff` share: compile the selected flows and compare with what is on disk.

That is the output folder and, where `flowc init --agent` has made an app for a flow, the copy of the tools module in
it. A copy is kept up to date as long as it is there and carries flowc's header; it is never made here, or removed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flowc.artifacts import Plan
from flowc.config import Config
from flowc.discovery import Selection
from flowc.report import Change, Drift

if TYPE_CHECKING:
    from flowc.compiler import Result


@dataclass(frozen=True, slots=True)
class Planned:
    """A compilation, and what it means for the folders that hold what it generates: name below the root -> plan."""

    config: Config
    selection: Selection
    result: Result
    plans: dict[str, Plan]

    @property
    def counts(self) -> str:
        copies = self.plans[self.config.apps]
        files = len(self.result.artifacts) + len(copies.written) + len(copies.unchanged)
        return f"{count(len(self.selection.sources), 'flow')}, {count(files, 'file')}"

    @property
    def broken(self) -> int:
        """How many flow files have errors."""
        return len({found.path for found in self.result.diagnostics})


def planned(config: Config, selection: Selection) -> Planned:
    """Compile, and plan; nothing is written. An artifact of a flow with errors is not part of the plan."""
    from flowc.artifacts import plan
    from flowc.compiler import compile_flows

    result = compile_flows(selection.sources, config.agents)
    broken = {found.path for found in result.diagnostics}
    apps = config.root / config.apps
    copied = {path: text for path, text in result.artifacts.items() if _is_copied(apps, path)}

    def covers(source: str) -> bool:
        return selection.covers(source) and source not in broken

    plans = {
        config.out: plan(result.artifacts, config.root / config.out, covers),
        config.apps: replace(plan(copied, apps, covers), stale=()),
    }
    return Planned(config, selection, result, plans)


def _is_copied(apps: Path, path: str) -> bool:
    """Whether an app has a copy of this artifact, and has not made it its own by taking the header out."""
    from flowc.artifacts import generated_from

    if not path.endswith("_tools.py"):
        return False
    try:
        return generated_from((apps / path).read_bytes()) is not None
    except OSError:
        return False


def drift(planned: Planned) -> tuple[Drift, ...]:
    """Every file that is not what a build makes, by path."""
    from flowc.report.patch import unified

    found: list[Drift] = []
    for folder, plan in planned.plans.items():
        for write in plan.written:
            path = f"{folder}/{write.path}"
            change, message = Change.CHANGED, "is not what `flowc build` makes"
            if write.old is None:
                change, message = Change.MISSING, "does not exist, `flowc build` makes it"
            found.append(Drift(path, change, message, unified(path, _text(write.old), _text(write.new))))
        for removal in plan.stale:
            path = f"{folder}/{removal.path}"
            message = "is no longer generated, `flowc build` removes it"
            found.append(Drift(path, Change.STALE, message, unified(path, _text(removal.old), None)))
        for foreign in plan.foreign:
            found.append(Drift(f"{folder}/{foreign.path}", Change.FOREIGN, foreign.reason))
    return tuple(sorted(found, key=lambda one: one.path))


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", "replace").replace("\r\n", "\n")


def count(number: int, noun: str) -> str:
    """`1 flow`, `2 flows`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
