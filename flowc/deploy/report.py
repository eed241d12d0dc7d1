"""What was found, for people and for programs. No value of a secret gets here: findings and steps have names alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flowc.deploy.order import First, Order
from flowc.deploy.state import Finding, State, Step


def findings_document(state: State) -> dict[str, Any]:
    return {
        "flow": state.flow,
        "application": state.application,
        "rule": state.rule,
        "findings": [_finding(each) for each in state.findings if not each.is_note],
        "notes": [_finding(each) for each in state.findings if each.is_note],
    }


def plan_document(state: State, order: Order, done: Sequence[Step] = (), failed: str | None = None) -> dict[str, Any]:
    """`done` are steps that were carried out, `failed` says why the next one was not."""
    return {
        "flow": state.flow,
        "application": state.application,
        "rule": state.rule,
        "steps": [
            {"step": str(each.kind), "name": each.name, "message": each.about, "done": each in done}
            for each in state.steps
        ],
        "missed": [_finding(each) for each in state.missed],
        "notes": [_finding(each) for each in state.findings if each.is_note],
        "order": {"first": str(order.first), "why": order.why, "refused": list(order.refused)},
        "error": failed,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "message": finding.message, "help": finding.help}


def findings_text(state: State) -> str:
    """A line each, and what to do below it."""
    found = [each for each in state.findings if not each.is_note]
    notes = [each for each in state.findings if each.is_note]
    return "".join([*_told("", found), *_told("note: ", notes)])


def plan_text(state: State, order: Order) -> str:
    steps = state.steps
    lines = [f"{state.flow}: application {state.application}, rule {state.rule}\n"]
    if steps:
        lines += ["\nto do\n", *(f"  {number}. {step.about}\n" for number, step in enumerate(steps, start=1))]
    if state.missed:
        lines += ["\nthe flow would miss\n", *_told("  ", state.missed)]
    if notes := [each for each in state.findings if each.is_note]:
        lines += ["\nto know\n", *_told("  ", notes)]
    if any("scenario" in step.kind for step in steps) and order.first is not First.NO_AGENT:
        lines += ["\nthe order\n", *_order(order)]
    return "".join(lines)


def _order(order: Order) -> Iterator[str]:
    first = {First.AGENT: "first the agent, then the scenario", First.SCENARIO: "first the scenario, then the agent"}
    yield f"  {first.get(order.first, 'any')}: {order.why}\n"
    for each in order.refused:
        yield f"    refused meanwhile: {each}\n"


def _told(before: str, findings: Sequence[Finding]) -> Iterator[str]:
    for each in findings:
        yield f"{before}{each.message}\n"
        yield f"{' ' * len(before)}  = help: {each.help}\n"
