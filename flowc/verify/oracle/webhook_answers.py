"""What follows when webhooks answer, or do not: those that are told, and those that are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from flowc.verify.oracle.answers import answered
from flowc.verify.oracle.effects import Effects, Path
from flowc.verify.oracle.ending import over
from flowc.verify.oracle.observation import Seen
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.replies import Replies
from flowc.verify.oracle.stages import (
    Asking,
    Ending,
    Leaving,
    Over,
)
from flowc.verify.oracle.standing import ASIDE, ASKED, Post, Roles, Standing
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.webhooks import is_told, without_aside


class WebhookAnswers:
    """In one flow."""

    def __init__(self, reading: Reading, steps: Following, replies: Replies) -> None:
        self.reading = reading
        self.flow = reading.flow
        self.given = reading.given
        self.steps = steps
        self.replies = replies

    def webhook_answered(self, standing: Standing, event: Mapping[str, Any], seen: Seen, roles: Roles) -> Path:
        """The next one is sent, or the same again. A call that is over waits until all of that is done."""
        effects = Effects("when a webhook has answered")
        if isinstance(standing.stage, Over):
            return effects, standing
        code, which = event["code"], event.get("which", 0)
        if standing.sending[which].startswith(ASIDE):
            return self._answered_aside(effects, standing, event, seen)
        if standing.sending[which].startswith(ASKED):
            is_waited_for = standing.sending[which] != ASKED
            standing = self.steps.webhooks.settled(effects, standing, which)
            if is_waited_for:
                text = self.given.answers[event["answer"]] if "answer" in event else ""
                return self._asked(effects, standing, code, text, roles)
            return effects, standing
        does = self.steps.webhooks.answered_again if event.get("isAgain") else self.steps.webhooks.answered
        standing = does(effects, standing, code, which)
        if waits_for_nothing(standing):
            return effects, over(effects)
        return effects, standing

    def _answered_aside(self, effects: Effects, standing: Standing, event: Mapping[str, Any], seen: Seen) -> Path:
        """The reply to a request goes by the answer."""
        which = event.get("which", 0)
        number = sum(each.startswith(ASIDE) for each in standing.sending[:which])
        aside = standing.asides[number]
        standing = self.steps.webhooks.settled(effects, without_aside(standing, number), which)
        text = self.given.answers[event["answer"]] if "answer" in event else ""
        webhook = self.flow.webhook(self.replies.asides.step(aside).webhook)
        values = answered(webhook, text) if 200 <= event["code"] <= 299 else None
        return effects, self.replies.asides.answered(effects, standing, aside, values, seen)

    def list_answered(self, standing: Standing, occasion: str) -> Path:
        """Whether it takes it or not: nothing else is to be done about it."""
        effects = Effects(occasion)
        standing = replace(standing, listing=None)
        return effects, over(effects) if waits_for_nothing(standing) else standing

    def _asked(self, effects: Effects, standing: Standing, code: int, text: str, roles: Roles) -> Path:
        """What follows goes by the answer, or it is none that can be used."""
        stage = standing.stage.asking if isinstance(standing.stage, Leaving) else standing.stage
        assert isinstance(stage, Asking)
        step = self.steps.reading.question(stage)
        effects.at = step.span
        values = answered(self.flow.webhook(step.webhook), text) if 200 <= code <= 299 else None
        if values is None:
            return effects, self.steps.not_answered(effects, standing, stage, roles)
        named = tuple((f"{step.webhook}.{name}", value) for name, value in values.items())
        known = replace(standing, answers=(*standing.answers, *named))
        return effects, self.steps.goes_on(effects, known, stage.way, stage.index + 1, roles)

    def answered_by_nobody(self, standing: Standing, stage: Asking, roles: Roles) -> Path:
        effects = Effects("when a webhook has not answered in time", self.reading.question(stage).span)
        return effects, self.steps.not_answered(effects, standing, stage, roles)

    def told_again(self, standing: Standing, webhook: str | None) -> Iterator[Path]:
        """A webhook that has not answered, where that may be at any time; None: any of those."""
        for post in standing.posts:
            if post.waited is not None and not post.is_under_way and webhook in (None, post.webhook):
                effects = Effects(f"when `{post.webhook}` has not answered")
                yield effects, self.steps.webhooks.again(effects, standing, post.webhook)

    def unsaid(self, standing: Standing, which: int) -> Iterator[Path]:
        """The platform does not say what has become of what a webhook was told, of those that are waited for."""
        told = [webhook for webhook in standing.sending if webhook and not webhook.startswith(ASKED)]
        if which < len(told):
            effects = Effects(f"when nothing is said of what `{told[which]}` was told")
            standing = self.steps.webhooks.unsaid(effects, standing, told[which])
            is_over = waits_for_nothing(standing)
            yield effects, over(effects) if is_over else standing
        yield Effects("when no webhook is waited for"), standing

    def unsettled(self, standing: Standing) -> Iterator[Path]:
        """The platform does not say what has become of a question."""
        for which, asked in enumerate(standing.sending):
            if asked == ASKED:
                effects = Effects("when nothing is said of a question")
                yield effects, self.steps.webhooks.unsettled(effects, standing, which)
        yield Effects("when no question is unsettled"), standing

    def waited_out(self, effects: Effects, standing: Standing, post: Post) -> Standing:
        """It is told again, or it is not waited any more for what becomes of it; if it is still one of those."""
        if all(each.webhook != post.webhook for each in standing.posts):
            return standing
        does = self.steps.webhooks.unsaid if post.is_under_way else self.steps.webhooks.again
        return does(effects, standing, post.webhook)


def waits_for_nothing(standing: Standing) -> bool:
    """The call is over, and nothing outlives it any more: no webhook, and no message of either kind."""
    stage = standing.stage
    if not isinstance(stage, Ending) or stage.message is not None or standing.is_recorded:
        return False
    return is_told(standing) and not standing.messages
