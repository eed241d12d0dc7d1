"""What holds for a whole call: how long it lasts, in which voices it is heard, and how it is recorded."""

from __future__ import annotations

from flowc.diagnostics import Problems, quoted
from flowc.ir import Call, CallRecording
from flowc.language.durations import milliseconds
from flowc.language.flow import syntax
from flowc.language.flow.grammar import CALL, MAX_DURATION, RINGBACK_OF
from flowc.language.located import Maybe, given
from flowc.nodes import Broken, Scalar
from flowc.resolve import heard
from flowc.resolve.steps import StepResolver


class CallResolver:
    def __init__(self, written: syntax.Flow, steps: StepResolver, problems: Problems, *, has_agent: bool) -> None:
        self._written = written
        self._steps = steps
        self._problems = problems
        self._has_agent = has_agent

    def call(self) -> Call:
        written = given(self._written.call)
        if written is None:
            lasting = self._written.call if isinstance(self._written.call, Broken) else None
            return Call(True, self._longest(lasting)[0], CALL.by_key["silence_limit"].absent, RINGBACK_OF)
        skew = given(written.skew)
        for key in ("token", "skew") if not self._has_agent else ():
            if key in written.node.entries:
                message = f"`{key}` is about what an agent asks for, and this flow has no agent"
                self._problems.add(written.node.entries[key][0].span, "FLOW307", message, "take it out")
        longest, warning = self._longest(written.max_duration)
        return Call(
            token_required=written.token == "required",
            max_duration_ms=longest,
            warning=warning,
            silence_limit_ms=written.silence_limit,
            ringback=heard.country(written.ringback, self._problems),
            voice=heard.voice(written.voice, self._problems),
            languages=heard.languages(written, self._problems),
            skew=self._steps.webhook(skew.notify) if skew is not None else None,
            report=None if written.report is None else self._steps.webhook(written.report, "report"),
            recording=self._recording(given(written.recording)),
            country=self._country(given(written.country)),
        )

    def _longest(self, written: Maybe[int | syntax.TalkLimit]) -> tuple[int, str | None]:
        """How long the call may last, and what is heard a minute before. What cannot be read is longer than all."""
        limit, warning = self._steps.limit(written, "max_duration", "to caller and person")
        lasting = "24h" if isinstance(written, Broken) else MAX_DURATION
        return (milliseconds(lasting) or 0) if limit is None else limit, warning

    def _recording(self, written: syntax.CallRecording | None) -> CallRecording | None:
        """How the call is recorded. Who is recorded always is told so first; where a step begins it, the agent asks."""
        if written is None:
            return None
        say = None if written.say is None else self._steps.told_alone(written.say, "before a recording")
        is_always = written.starts == "always"
        if is_always and written.say is None:
            message = "a call that is recorded always needs `say`: the caller is told so before anything is recorded"
            self._problems.add(written.span, "FLOW102", message, "add `say: PROMPT`")
        elif not is_always and isinstance(written.say, Scalar):
            message = "`say` is for calls that are recorded always: here an action starts the recording"
            hint = "take it out: the agent asks"
            self._problems.add(written.say.span, "FLOW309", message, hint)
        return CallRecording(
            say=say or "" if is_always else None,
            notify=self._steps.webhook(written.notify),
            keep=written.keep,
            is_secure=written.secure,
            span=written.span,
            is_stereo=written.stereo,
        )

    def _country(self, node: Scalar | None) -> str | None:
        """The country whose national numbers are read."""
        if node is None:
            return None
        from flowc.countries import has_numbers, instead

        if not has_numbers(node.text) and not self._problems.full:
            message = f"there is no country {quoted(node.text)} whose numbers could be read"
            self._problems.add(node.span, "FLOW201", message, instead(node.text))
        return node.text
