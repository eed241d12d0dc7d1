"""What a flow declares, as tables: its actions, targets and prompts; and its own text, to which everything leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from flowc.ir import Flow
from flowc.ir.flow import (
    Accept,
    Action,
    Parameter,
    PstnTarget,
    QueueTarget,
    SipTarget,
    Target,
    UserTarget,
    WhatsappTarget,
)
from flowc.ir.setting import CallerId, CallersNumber, Data, Secret, Setting, Storage
from flowc.ir.steps import GoTo, Transfer, inside
from flowc.ir.walk import every_step
from flowc.page.markup import Child, Html, element, together
from flowc.source import Span


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Child]]) -> Html:
    """The first cell of a row says what the row is about."""
    head = element("tr", *(element("th", each, scope="col") for each in heads))
    whole = element(
        "table",
        element("caption", caption),
        element("thead", head),
        element("tbody", *(_row(heads, cells) for cells in rows)),
    )
    return element("div", whole, class_="wide", role="region", aria_label=caption, tabindex=0)


def _row(heads: Sequence[str], cells: Sequence[Child]) -> Html:
    named = zip(heads[1:], cells[1:], strict=True)
    others = (element("td", cell, data_head=name) for name, cell in named)
    return element("tr", element("th", cells[0], scope="row"), *others)


def line_link(words: str, span: Span) -> Html:
    """A name that leads to its line of the flow."""
    return element("a", words, href=f"#L{span.line}", title=f"line {span.line} of the flow")


def actions(flow: Flow) -> Html:
    """What the agent may ask for."""
    rows = [
        (
            together([line_link(action.name, action.span), _agents(flow, action)]),
            action.description,
            _parameters(action),
            together(_said(flow, action)),
        )
        for action in flow.actions
    ]
    return table("What the agent may ask for", ("action", "what the model is told", "parameters", "then"), rows)


def _agents(flow: Flow, action: Action) -> Html | None:
    if not flow.agents:
        return None
    names = [agent.name for agent in flow.every_agent if action.name in agent.actions]
    return element("span", f"of {', '.join(names) or 'nobody'}", class_="note")


def _said(flow: Flow, action: Action) -> list[Child]:
    rung = [name for step in _transfers(flow, action) for name in step.targets()]
    parts: list[Child] = []
    if action.say is not None:
        parts.append(element("span", f"the agent says {action.say}", class_="line"))
    if rung:
        parts.append(element("span", f"may ring {', '.join(dict.fromkeys(rung))}", class_="line"))
    if action.leaves_conversation_alone:
        parts.append(element("span", "the conversation goes on", class_="line"))
    if action.cancels:
        parts.append(element("span", "not if the caller speaks first", class_="line"))
    return parts


def _transfers(flow: Flow, action: Action) -> Iterator[Transfer]:
    """Those of the action, and of the routes that it leads to."""
    followed: set[str] = set()
    waiting = [action.do]
    while waiting:
        for step in waiting.pop(0):
            if isinstance(step, Transfer):
                yield step
            if isinstance(step, GoTo) and step.route not in followed:
                followed.add(step.route)
                waiting.append(flow.route(step.route).steps)
            waiting += [inner.steps for inner in inside(step)]


def _parameters(action: Action) -> Child:
    if not action.parameters:
        return "none"
    items = []
    for each in action.parameters:
        words = [_type(each)]
        words += ["optional"] if each.optional else []
        words += ["sensitive"] if each.sensitive else []
        items.append(element("li", element("code", each.name), f" ({', '.join(words)}): {each.description}"))
    return element("ul", *items, class_="plain")


def _type(parameter: Parameter) -> str:
    if parameter.enum:
        return " or ".join(parameter.enum)
    limit = f" of at most {parameter.max_length} characters" if parameter.max_length is not None else ""
    return f"{parameter.format or parameter.type}{limit}"


def targets(flow: Flow) -> Html:
    """Who may be rung."""
    rung = {name for step in every_step(flow) if isinstance(step, Transfer) for name in step.targets()}
    rows = [
        (
            line_link(target.name, target.span),
            together([_kind(target), " ", element("code", setting(target.dialled))]),
            f"{target.ring_ms / 1000:g} s",
            _hours(target),
            together(_around(target)),
        )
        for target in flow.targets
        if target.name in rung
    ]
    return table("Who may be rung", ("target", "where", "rings for", "hours", "when somebody answers"), rows)


def _hours(target: Target) -> Child:
    return "any time" if target.hours is None else element("a", target.hours, href=f"#hours-{target.hours}")


def _kind(target: Target) -> str:
    match target:
        case PstnTarget():
            return "phone"
        case SipTarget():
            return "SIP"
        case UserTarget():
            return "user of an app"
        case WhatsappTarget():
            return "WhatsApp"
        case QueueTarget():
            return "queue"
        case _:
            assert_never(target)


def setting(value: Setting | CallerId) -> str:
    """As it is written in a flow."""
    match value:
        case str():
            return value
        case Secret(name):
            return f"{{secret: {name}}}"
        case Storage(name):
            return f"{{storage: {name}}}"
        case Data(name):
            return f"${{data.{name}}}"
        case CallersNumber():
            return "caller"
        case _:
            assert_never(value)


def _around(target: Target) -> list[Html]:
    found = []
    if target.digits:
        found.append("digits are sent")
    if target.machine is not None:
        left = f", and is left {target.machine.message}" if target.machine.message is not None else ""
        found.append(f"a machine is told from a person{left}")
    if isinstance(target.accept, Accept):
        key = "any key" if target.accept.key == "any" else f"key {target.accept.key}"
        found.append(f"hears {target.accept.prompt}, accepts with {key}")
    if target.whisper is not None:
        found.append(f"hears {target.whisper}")
    if isinstance(target, SipTarget) and target.refers:
        found.append("the caller is handed over there")
    return [element("span", each, class_="line") for each in found or ["nothing"]]


def prompts(flow: Flow) -> Html:
    """What is heard, in each language."""
    rows: list[tuple[Child, ...]] = []
    for prompt in flow.prompts:
        versions = [
            element(
                "span",
                element("b", f"{each.language} ") if each.language is not None else None,
                each.sound if each.sound is not None else each.text.template,
                class_="line",
                lang=each.language,
            )
            for each in prompt.versions
        ]
        rows.append((line_link(prompt.name, prompt.span), together(versions)))
    return table("What is said", ("prompt", "text or sound file"), rows)


def source(text: str) -> Html:
    """The flow as it is written, each line a place to lead to."""
    lines = text.removesuffix("\n").replace("\r\n", "\n").split("\n")
    rows = [
        element("li", element("code", line), id=f"L{number}", tabindex=-1) for number, line in enumerate(lines, start=1)
    ]
    listing = element("ol", *rows, class_="source")
    return element("div", listing, class_="listing", role="region", aria_label="The text of the flow", tabindex=0)
