"""What was found, for people and for programs. No value of a secret gets here: findings and steps have names alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flowc.deploy.needs import TITLES, ProjectNeeds, Wanted
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
    if any(step.changes_calls for step in steps) and order.first is not First.NO_AGENT:
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


# What a project needs, without an account


def needs_document(found: ProjectNeeds) -> dict[str, Any]:
    """`rule` and `application` are null where the settings name none."""
    ids = found.caller_ids
    return {
        "application": found.application or None,
        "flows": [{"flow": each.flow, "path": each.path, "rule": each.rule or None} for each in found.flows],
        "secrets": _wanted(found.secrets),
        "storage": _wanted(found.storage),
        "caller_ids": {
            "numbers": _wanted(ids.numbers),
            "in_storage": _wanted(ids.in_storage),
            "in_secrets": _wanted(ids.in_secrets),
        },
        **{str(thing): _wanted(every) for thing, every in found.others.items()},
    }


def _wanted(every: Sequence[Wanted]) -> list[dict[str, Any]]:
    return [{"name": each.name, "uses": {flow: list(uses) for flow, uses in each.uses.items()}} for each in every]


def needs_text(found: ProjectNeeds) -> str:
    """A line for each thing, with what it is for in each flow behind it."""
    ids = found.caller_ids
    none = "none is named in [tool.flowc.deploy]"
    rules = [(each.rule or none, f"{each.flow}, {each.path}") for each in found.flows]
    parts = [
        ("application", [(found.application or none, "")]),
        ("routing rules", rules if any(each.rule for each in found.flows) else [(none, "")]),
        ("secrets", _lines(found.secrets)),
        ("entries of ApplicationStorage", _lines(found.storage)),
        (
            "caller IDs, rented or verified",
            [
                *_lines(ids.numbers),
                *_lines(ids.in_storage, "the number in the entry {} of ApplicationStorage"),
                *_lines(ids.in_secrets, "the number in the secret {}"),
            ],
        ),
        *((TITLES[thing], _lines(every)) for thing, every in found.others.items()),
    ]
    return "\n".join(_part(title, lines) for title, lines in parts if lines)


def _lines(every: Sequence[Wanted], name: str = "{}") -> list[tuple[str, str]]:
    return [(name.format(each.name), "; ".join(_uses(each))) for each in every]


def _uses(wanted: Wanted) -> Iterator[str]:
    """Flows that need it for the same stand together."""
    flows: dict[tuple[str, ...], list[str]] = {}
    for flow, uses in wanted.uses.items():
        flows.setdefault(uses, []).append(flow)
    for uses, each in flows.items():
        yield f"{', '.join(uses)} ({', '.join(each)})"


def _part(title: str, lines: Sequence[tuple[str, str]]) -> str:
    width = max(len(name) for name, _ in lines)
    rows = (f"  {name:<{width}}  {what}".rstrip() for name, what in lines)
    return "".join(f"{row}\n" for row in (title, *rows))
