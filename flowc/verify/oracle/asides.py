"""Actions that leave the conversation alone and ask webhooks: their reply comes when those have answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from flowc.ir import Ask, Step
from flowc.verify.oracle.answers import OK, PENDING, Answer, answer_in
from flowc.verify.oracle.effects import LOGGED, TOLD, Effects
from flowc.verify.oracle.observation import Logged, Seen, canonical
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.stages import Answering, Starting
from flowc.verify.oracle.standing import Aside, Request, Standing
from flowc.verify.oracle.steps import Following, otherwise_of
from flowc.verify.oracle.webhooks import without_aside
from flowc.verify.oracle.wording import Value


class Asides:
    """Of one flow. `of_steps` says what a request is answered where these steps are carried out."""

    def __init__(
        self,
        reading: Reading,
        steps: Following,
        of_steps: Callable[[Effects, Sequence[tuple[str, int, Step]], Standing, Request], Answer],
    ) -> None:
        self.reading = reading
        self.steps = steps
        self._of_steps = of_steps

    def begun(self, effects: Effects, standing: Standing, request: Request) -> tuple[Standing, Answer]:
        """The agent has asked for it: what it is answered now."""
        return self._carried_out(effects, standing, Aside(request, request.action, 0))

    def step(self, aside: Aside) -> Ask:
        step = self.reading.lists[aside.way][aside.number]
        assert isinstance(step, Ask)
        return step

    def _carried_out(self, effects: Effects, standing: Standing, aside: Aside) -> tuple[Standing, Answer]:
        """What stands before the next question, which is asked, or all that is left. It is done whole or not at all."""
        request = aside.request
        known = replace(standing, answers=aside.answers)
        steps = list(self.reading.background(request, known, aside.way, aside.number))
        asks = steps.pop() if steps and isinstance(steps[-1][2], Ask) else None
        answer = self._of_steps(effects, steps, known, request)
        if answer.code != OK:
            return standing, answer
        standing = self.steps.in_background(effects, standing, request, steps, dict(aside.answers))
        if asks is None:
            return standing, answer
        way, index, step = asks
        assert isinstance(step, Ask)
        kept = tuple(each for each in aside.answers if not each[0].startswith(f"{step.webhook}."))
        effects.at = step.span
        asked = self.steps.webhooks.ask(effects, standing, step, request)
        effects.steps.append(Logged(way, index, "cannot ask" if asked is None else "ask", step.webhook))
        if asked is None:
            return self._carried_out(
                effects, standing, aside._replace(way=otherwise_of(way, step), number=0, answers=kept)
            )
        waits = aside._replace(way=way, number=index, answers=kept, waited=0)
        return replace(asked, asides=(*asked.asides, waits)), PENDING

    def answered(
        self, effects: Effects, standing: Standing, aside: Aside, values: Mapping[str, Value] | None, seen: Seen
    ) -> Standing:
        """Its webhook has answered, or (None) with nothing that can be used: what follows, and the reply."""
        step = self.step(aside)
        effects.at = step.span
        if values is None:
            effects.steps.append(Logged(aside.way, aside.number, "cannot ask", step.webhook))
            effects.mark(LOGGED)
            after = aside._replace(way=otherwise_of(aside.way, step), number=0)
        else:
            named = tuple((f"{step.webhook}.{name}", value) for name, value in values.items())
            after = aside._replace(number=aside.number + 1, answers=(*aside.answers, *named))
        standing, answer = self._carried_out(effects, standing, after)
        return standing if answer.is_pending else self._replied(effects, standing, aside, answer, seen)

    def late(self, effects: Effects, standing: Standing, number: int, seen: Seen) -> Standing:
        """Its webhook has not answered in time."""
        aside = standing.asides[number]
        return self.answered(effects, without_aside(standing, number), aside, None, seen)

    def _replied(self, effects: Effects, standing: Standing, aside: Aside, answer: Answer, seen: Seen) -> Standing:
        """The agent is told that has asked for it, if it is still there; and so is whoever asks under the same id."""
        id_ = aside.request.id
        requests = tuple(each._replace(answer=answer) if id_ and each.id == id_ else each for each in standing.requests)
        standing = replace(standing, requests=requests)
        is_there = aside.hears and standing.agent is not None and standing.agent.is_open
        if is_there and not isinstance(standing.stage, Starting | Answering):
            effects.mark(TOLD)
            told = {"vox_event": "reply", "request_id": id_, "reply": _reply(answer, id_, seen)}
            effects.told.append(canonical({"metadata": told}))
        return standing


def _reply(answer: Answer, id_: str, seen: Seen) -> dict[str, Any]:
    """What the agent is told; of a refusal, in the scenario's own words."""
    if answer.code == OK:
        return {"ok": True, **({"data": json.loads(answer.data)} if answer.data else {})}
    for told in seen.told:
        match json.loads(told):
            case {"metadata": {"request_id": str() as of, "reply": dict() as reply}} if of == id_:
                if answer_in(json.dumps(reply)) == answer:
                    return reply
    return {"ok": False, "error": {"code": answer.code}}
