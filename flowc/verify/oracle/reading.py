"""The flow as the oracle reads it: its lists of steps by the way there, its settings' values, its texts filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowc.ir import Choice, Flow, Secret, Setting, Step, Steps, Storage, Target, Transfer, inside, settings
from flowc.verify.oracle.answers import Body, asked
from flowc.verify.oracle.effects import Words
from flowc.verify.oracle.standing import Connected, Given, Request, Ringing, Standing
from flowc.verify.oracle.wording import Numbers, Value, spoken

UNAVAILABLE = "agent unavailable"
"""The way to the steps of `unavailable`."""


class Reading:
    """One flow, in what is given. `asked` is what each of the bodies that can be posted asks for."""

    def __init__(self, flow: Flow, given: Given, bodies: Sequence[Body]) -> None:
        self.flow = flow
        self.given = given
        self.numbers = Numbers(given.caller, given.dialled, given.session)
        self.look_at({})
        self.lists: dict[str, Steps] = {}
        self._list(UNAVAILABLE, flow.agent.unavailable)
        for action in flow.actions:
            self._list(action.name, action.do)
        for route in flow.routes:
            self._list(f"route {route.name}", route.steps)
        self.actions = {action.name: action for action in flow.actions}
        self.asked = [asked(flow, body) for body in bodies]
        self.bodies = bodies
        self.entries = frozenset(each.name for each in settings(flow) if isinstance(each, Storage))
        self.words = Words(
            {self.in_account(target.dialled): target.name for target in flow.targets},
            {spoken(prompt.text, self.numbers, {}): prompt.name for prompt in flow.prompts},
        )

    def look_at(self, event: Mapping[str, Any]) -> None:
        """The event that is read now: it happens at a moment, which the hours go by. At none of them nothing is known
        to be open.
        """
        moments, number = self.given.moments, event.get("moment", 0)
        self.numbers = self.numbers._replace(open=moments[number] if number < len(moments) else frozenset())

    def is_open(self, hours: str | None) -> bool:
        return hours is None or hours in self.numbers.open

    def _list(self, way: str, steps: Steps) -> None:
        """A list of steps, and those inside it, by the way there."""
        self.lists[way] = steps
        for step in steps:
            for inner in inside(step):
                self._list(f"{way}: {' '.join(inner.path)}", inner.steps)

    def in_account(self, setting: Setting) -> str:
        """The value of a setting in the account."""
        match setting:
            case str():
                return setting
            case Secret(name):
                return self.given.secrets.get(name, "")
            case Storage(name):
                return self.given.storage.get(name, "")

    def value(self, setting: Setting, standing: Standing) -> str:
        """The value of a setting now; empty if it is missing, or has not come."""
        if isinstance(setting, Storage) and setting.name not in standing.stored:
            return ""
        return self.in_account(setting)

    def parameters(self, request: Request | None) -> Mapping[str, Value]:
        return self.asked[request.body].parameters if request is not None else {}

    def spoken(self, prompt: str, standing: Standing) -> str:
        return spoken(self.flow.prompt(prompt).text, self.numbers, self.parameters(standing.request))

    def transfer(self, stage: Ringing) -> Transfer:
        step: Step = self.lists[stage.way][stage.index]
        assert isinstance(step, Transfer)
        return step

    def hunt(self, stage: Ringing, standing: Standing) -> list[str]:
        """The targets of a transfer, one after the other."""
        to = self.transfer(stage).to
        if isinstance(to, Choice):
            value = self.parameters(standing.request).get(to.parameter, "")
            groups = next((hunt for each, hunt in to.hunts if each == value), ())
        else:
            groups = to
        return [name for group in groups for name in group.targets]

    def rung(self, stage: Ringing, standing: Standing) -> Target:
        """The target that rings now."""
        return self.flow.target(self.hunt(stage, standing)[len(stage.tried)])

    def leg(self, standing: Standing) -> str | None:
        stage = standing.stage
        if not isinstance(stage, Connected):
            return None
        return f"leg:{self.in_account(self.flow.target(stage.target).dialled)}"
