"""What a request is answered, where the call stands: the table of codes in `flows/README.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowc.ir import Action, Notify, Reply, Step
from flowc.ir.briefing import ACTIONS as OF_BRIEFINGS
from flowc.ir.introduction import ITS_OWN
from flowc.verify.oracle.answers import OK, Answer, Asked
from flowc.verify.oracle.asides import Asides
from flowc.verify.oracle.effects import Effects
from flowc.verify.oracle.introduction import answer, introduces
from flowc.verify.oracle.observation import Logged, canonical
from flowc.verify.oracle.reading import Reading, with_agent
from flowc.verify.oracle.stages import Answering, Ending, Idle, Leaving, Over, Started, Starting, Talking, Warned
from flowc.verify.oracle.standing import Known, Request, Standing
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.wording import Value, handed_over

LONGEST_REPLY = 16384
MOST_OF_BACKGROUND, MOST_TO_ONE = 13, 3
"""Webhooks of actions that leave the conversation alone: what three at a time, of 10 s each, can be told in the
minute by which a session may outlive its call, without what is kept for other actions.
"""


class Replies:
    """For one flow."""

    def __init__(self, reading: Reading, steps: Following) -> None:
        self.reading = reading
        self.asides = Asides(reading, steps, self.of_steps)

    def answers(self, standing: Standing, event: Mapping[str, Any]) -> list[Answer]:
        """What a request may be answered: several, where it is wrong in more than one way."""
        found, id_, stage = self.reading.asked[event["body"]], str(event["id"]), standing.stage
        if found.codes & {"unauthorized"} or event.get("former"):  # the token of an agent that has gone
            return [Answer("unauthorized")]
        earlier = next((known for known in standing.requests if id_ and known.id == id_), None)
        ended = [Answer("call_ended")] if isinstance(stage, Over | Ending) else []
        if event.get("cancel"):
            return [*self._taken_back(standing, event, found, earlier), *ended]
        if earlier is not None:
            return [earlier.answer if self._is_same(earlier, event) else Answer("request_id_reused")]
        if ended:
            return [*map(Answer, found.codes), *ended]
        action = found.action
        if (introduced := answer(self.reading, standing, found)) is not None:
            return introduced
        rung = None if introduces(self.reading, standing) else with_agent(standing)
        if rung is not None and (action is not None or found.gives_up or found.is_at_work):
            is_of_briefings = action in OF_BRIEFINGS or found.gives_up
            is_open = rung.person is not None and rung.person.decided is None
            return [Answer(OK if is_of_briefings and is_open else "busy")]
        if action in ITS_OWN:
            return [Answer("not_ready")]
        if isinstance(stage, Idle | Started | Starting) or (isinstance(stage, Answering) and stage.has_agent):
            return [Answer(code) for code in {*found.codes, "not_ready"}]
        if found.gives_up:
            return [Answer(OK if isinstance(stage, Talking | Warned) else "busy")]
        if found.is_at_work:
            return [Answer(OK if isinstance(stage, Talking) else "busy")]
        if action is None:
            return [Answer(code) for code in found.codes]
        if action.name not in self.reading.flow.agent_named(standing.who).actions:
            return [Answer("unknown_action")]
        return self._carried_out(action, event, standing)

    def _carried_out(self, action: Action, event: Mapping[str, Any], standing: Standing) -> list[Answer]:
        if not action.leaves_conversation_alone:
            if isinstance(standing.stage, Warned):
                return [Answer("not_ready")]
            return [Answer(OK if isinstance(standing.stage, Talking) else "busy")]
        request = Request(action.name, str(event["id"]), event["body"])
        if action.asks_for_ms:
            return [self.asides.begun(Effects(""), standing, request)[1]]
        return [self.of_steps(Effects(""), list(self.reading.background(request, standing)), standing, request)]

    def of_steps(
        self, effects: Effects, steps: Sequence[tuple[str, int, Step]], standing: Standing, request: Request
    ) -> Answer:
        """What is answered where these are carried out, or that they cannot be: then the log says which."""
        known = {**self.reading.parameters(request), **dict(standing.answers)}
        data = next((step.data for _, _, step in steps if isinstance(step, Reply)), None)
        hooks = [step.webhook for _, _, step in steps if isinstance(step, Notify)]
        texts: dict[str, Value] = {}
        if data is not None:
            texts = handed_over(data, self.reading.numbers(standing), known)
        if len(canonical(texts)) > LONGEST_REPLY:
            return Answer("invalid_parameters")
        waiting = [*(post.webhook for post in standing.posts), *hooks]
        are_too_many = len(waiting) > MOST_OF_BACKGROUND
        for way, index, step in steps:
            if not isinstance(step, Notify):
                continue
            webhook = self.reading.flow.webhook(step.webhook)
            is_full = are_too_many or waiting.count(step.webhook) > MOST_TO_ONE
            if is_full or not self.reading.address(webhook, standing):
                effects.at = step.span
                effects.steps.append(Logged(way, index, "cannot notify", step.webhook))
                return Answer("not_sent")
        return Answer(OK, canonical(texts) if data is not None else "")

    def _taken_back(
        self, standing: Standing, event: Mapping[str, Any], found: Asked, earlier: Known | None
    ) -> list[Answer]:
        if not event["id"] or found.action is None or not found.action.cancels:
            return [Answer("bad_request")]
        request = standing.request
        if earlier is None:
            return [Answer("cancelled")]
        if not self._is_same(earlier, event):
            return [Answer("request_id_reused")]
        waits = isinstance(standing.stage, Leaving) and request is not None and request.id == event["id"]
        return [Answer("cancelled") if waits else earlier.answer]

    def _is_same(self, earlier: Known, event: Mapping[str, Any]) -> bool:
        content: str = self.reading.bodies[event["body"]].content
        return self.reading.bodies[earlier.body].content == content
