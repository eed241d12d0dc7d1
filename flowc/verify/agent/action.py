"""An action as the tools' environment knows it: plain data, made of the flow, that crosses to another process."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from flowc.ir import Action, Flow, HangUp, Parameter, Reply, steps_within
from flowc.ir.briefing import CONNECT, DECLINE
from flowc.ir.introduction import CANCEL, ITS_OWN, LEAVE
from flowc.testing.example import fewest
from flowc.tool_text import phrases
from flowc.verify.agent.arguments import Arguments, beyond, edges

BRIEFING, RINGS, INTRODUCTION = "briefing", "introducing", "introduction"
"""What an agent does whom the caller does not hear alone, in the words by which it is told."""
PARTS = {CONNECT: BRIEFING, DECLINE: BRIEFING, CANCEL: RINGS, LEAVE: INTRODUCTION}


@dataclass(frozen=True, slots=True)
class ToolAction:
    """`arguments` is what the model asks for, and `other` the same tool with others, if it takes any."""

    name: str
    takes_call: bool
    cancels: bool
    ends_call: bool  # whatever happens: nobody comes back from it
    replies: bool  # with data
    says: str  # what the tool speaks before; empty if nothing
    arguments: Arguments
    other: Arguments
    part: str = ""  # in which alone it is there, where it is flowc's own: a briefing, or a part of an introduction
    asks_for: float = 0.0  # seconds that webhooks may take, before it replies; 0: it replies at once
    edges: tuple[Arguments, ...] = ()  # more that is allowed, as far as it may go
    beyond: dict[str, str] = field(default_factory=dict)  # arguments that are not, as JSON; and the name that is wrong

    @property
    def decides(self) -> bool:
        """What becomes of a person, or of the ringing."""
        return self.part != ""

    @staticmethod
    def of(flow: Flow, action: Action) -> ToolAction:
        arguments = {each.name: _value(each, 0) for each in action.parameters if not each.optional}
        return ToolAction(
            name=action.name,
            takes_call=action in ITS_OWN or not action.leaves_conversation_alone,
            cancels=action.cancels,
            ends_call=isinstance(action.do[-1] if action.do else None, HangUp),
            replies=any(isinstance(step, Reply) for step in steps_within(action.do)),
            says=next(iter(phrases(flow, action).values()), ""),
            arguments=arguments,
            other=next(_others(action, arguments), arguments),
            part=PARTS.get(action.name, "") if action in ITS_OWN else "",
            asks_for=action.asks_for_ms / 1000,
            edges=tuple(edges(action, arguments)),
            beyond={_text(given): name for name, given in beyond(action, arguments)},
        )

    @staticmethod
    def read(written: dict[str, Any]) -> ToolAction:
        return ToolAction(**{each.name: written[each.name] for each in fields(ToolAction)})

    def written(self) -> dict[str, Any]:
        return asdict(self)

    def wrong_in(self, arguments: Arguments) -> str | None:
        """The name of what is not as declared in them; None if all is."""
        return self.beyond.get(_text(arguments))

    def body(self, arguments: Arguments) -> str:
        """What a request for it says: the same text for the same wish."""
        return meaning(json.dumps({"action": self.name, **arguments}))

    def data(self, body: str) -> dict[str, Any]:
        """What it replies with: another thing for every other wish, and of each kind that JSON has."""
        return {"about": meaning(body), "count": 7, "share": 0.5, "is_open": True, "more": [None, {"name": "Žofie"}]}


def meaning(body: str) -> str:
    """A body in one spelling."""
    try:
        return json.dumps(json.loads(body), sort_keys=True)
    except ValueError:
        return body


def _text(arguments: Arguments) -> str:
    return json.dumps(arguments, sort_keys=True)


def _others(action: Action, arguments: Arguments) -> Any:
    for parameter in action.parameters:
        for which in (0, 1):
            given = {**arguments, parameter.name: _value(parameter, which)}
            if given != arguments:
                yield given


def _value(parameter: Parameter, which: int) -> Any:
    """A value that is allowed; another one, if there is one."""
    if parameter.enum:
        return parameter.enum[which % len(parameter.enum)]
    if parameter.type == "boolean":
        return which == 0
    if parameter.items is not None:
        return [_value(parameter.items, which)] * fewest(parameter)
    if parameter.properties:
        return {each.name: _value(each, which) for each in parameter.properties}
    if parameter.form is not None:
        texts = list(parameter.form.texts(parameter.min_length or 0, parameter.max_length))
        return texts[which % len(texts)]
    if parameter.type == "string":
        least, most = parameter.min_length or 0, parameter.max_length
        text = ("one", "another")[which]
        return text.ljust(least, "x")[:most]
    return _number(parameter, which)


def _number(parameter: Parameter, which: int) -> int | float:
    least, most = parameter.minimum, parameter.maximum
    one = least if least is not None else most if most is not None else 1
    one = int(one) if parameter.type == "integer" else one
    if which == 0:
        return one
    if most is None or one + 1 <= most:
        return one + 1
    return one - 1 if least is None else one
