"""Which steps, outcomes and fallbacks of the flows no call script has been through, as text and as numbers."""

from __future__ import annotations

from dataclasses import dataclass

from flowc.report.terminal import BLUE, BOLD, GREEN, paint, visible
from flowc.testing.report.timeline import where
from flowc.testing.result import Covered, Run


@dataclass(frozen=True, slots=True)
class FlowCoverage:
    """One flow's file: how many items it has, how many of them some script went through, and the others."""

    path: str
    total: int
    covered: int
    uncovered: tuple[Covered, ...]
    scripted: bool = True

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 100 is everything. A flow in which there is nothing to cover has 100, one
        without a call script 0.
        """
        if not self.scripted:
            return 0
        return 100 * self.covered // self.total if self.total else 100


def by_flow(run: Run) -> list[FlowCoverage]:
    """The coverage of each flow, by path; uncovered items in the order of their lines. Of a flow without a call script
    no items are known.
    """
    flows: dict[str, list[Covered]] = {}
    for item in run.coverage:
        flows.setdefault(item.place.path, []).append(item)
    found = [_flow(path, items) for path, items in flows.items()]
    found += [FlowCoverage(path, 0, 0, (), scripted=False) for path in run.unscripted]
    return sorted(found, key=lambda flow: flow.path)


def _flow(path: str, items: list[Covered]) -> FlowCoverage:
    uncovered = sorted((item for item in items if not item.covered), key=lambda item: (item.place.span, item.what))
    return FlowCoverage(path, len(items), len(items) - len(uncovered), tuple(uncovered))


def lines(run: Run, color: bool) -> list[str]:
    """A line a flow, and below it what is uncovered, grouped by what it belongs to: `call_transfer: fallback busy`."""
    rows: list[str] = []
    for flow in by_flow(run):
        share = paint(f"{flow.percent}%", GREEN if flow.scripted and not flow.uncovered else BOLD, color)
        sum_of = f"{flow.covered} of {flow.total}" if flow.scripted else "no call script"
        rows.append(f"coverage of {visible(flow.path)}: {share}, {sum_of}")
        groups: dict[str, list[tuple[str, str]]] = {}
        for item in flow.uncovered:
            group, colon, rest = item.what.partition(": ")
            groups.setdefault(group if colon else "", []).append((where(item.place), rest if colon else item.what))
        for group, members in groups.items():
            rows += [f"  {visible(group)}"] if group else []
            rows += [f"    {paint(visible(place), BLUE, color)}  {visible(what)}" for place, what in members]
    return rows or ["coverage: nothing was played"]
