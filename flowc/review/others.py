"""Who outside hears the names of a flow: webhooks that are told or asked, and the one that gets the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowc.ir import Ask, Flow, GoTo, Notify, Steps, TakeMessage, every_step, steps_within
from flowc.review.words import code, codes


def told_targets(flow: Flow) -> str:
    """Where the name of a target stands, and at whom; empty where nobody is told."""
    return _everywhere(flow, f"{code('result.target')}, {code('result.tried')}", "tried[].target")


def told_menus(flow: Flow) -> str:
    """The same of a menu, by its prompt."""
    return _everywhere(flow, code("chosen"), "chosen")


def _everywhere(flow: Flow, field: str, of_report: str) -> str:
    told = [step.webhook for step in every_step(flow) if isinstance(step, Notify | Ask | TakeMessage)]
    where = _at(told, field)
    if flow.call.report is not None:
        where = [*where, f"the report at {code(flow.call.report)} ({code(of_report)})"]
    return " and ".join(where)


def told_actions(flow: Flow, name: str) -> str:
    """The same of an action: those whom its own steps tell or ask."""
    action = next(each for each in flow.actions if each.name == name)
    return " and ".join(_at(_told_by(flow, action.do, set()), code("action")))


def _at(webhooks: Iterable[str], field: str) -> list[str]:
    names = list(dict.fromkeys(webhooks))
    return [f"{'the webhook' if len(names) == 1 else 'the webhooks'} {codes(names)} ({field})"] if names else []


def _told_by(flow: Flow, steps: Steps, routes: set[str]) -> Iterator[str]:
    """Routes are followed, each once."""
    for step in steps_within(steps):
        if isinstance(step, Notify | Ask | TakeMessage):
            yield step.webhook
        elif isinstance(step, GoTo) and step.route not in routes:
            routes.add(step.route)
            yield from _told_by(flow, flow.route(step.route).steps, routes)
