"""Expectations that no call of a flow can meet: what it has no step for, and what another webhook is told."""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import quoted
from flowc.ir import Ask, Flow, Notify, Reject, Retry, SipTarget, TakeMessage, every_step
from flowc.language.calls import syntax
from flowc.language.calls.events import NOTHING
from flowc.language.calls.expectations import OF_THE_REPORT
from flowc.language.located import Section, Written
from flowc.nodes import Node, Scalar, pairs
from flowc.testing.script.known import AGENT, NOBODY
from flowc.testing.script.names import Names

_OF_A_REPORT = tuple(field.key for field in OF_THE_REPORT)


class Impossible:
    """In one flow."""

    def __init__(self, flow: Flow, names: Names) -> None:
        steps = list(every_step(flow))
        self.problems = names.problems
        self.has_agent = flow.agent is not None
        self.rejects = dict.fromkeys(step.reason.value for step in steps if isinstance(step, Reject))
        self.retries = any(isinstance(step, Retry) for step in steps)
        self.referred = [each.name for each in flow.targets if isinstance(each, SipTarget) and each.refers]
        self.cancels = any(action.cancels for action in flow.actions) or bool(flow.keys)
        self.report = flow.call.report
        self.inboxes = dict.fromkeys(step.webhook for step in steps if isinstance(step, TakeMessage))
        self.notified = {step.webhook for step in steps if isinstance(step, Notify | Ask)} | self.inboxes.keys()

    def of_an_agent(self, claim: syntax.Claim) -> None:
        if not self.has_agent and _is_of_an_agent(claim):
            self._add(claim.node, "this flow has no agent", "take it out")

    def rejected(self, written: Written[str]) -> None:
        if written.node is None or written.value == NOTHING or written.value in self.rejects:
            return
        if self.rejects:
            others = " or ".join(f"`rejected: {reason}`" for reason in self.rejects)
            self._add(written.node, f"no step of this flow is `reject: {written.value}`", f"write {others}")
        else:
            hint = "a call that was answered ends with `call: ended`; that it was not rejected is `rejected: nothing`"
            self._add(written.node, "no step of this flow rejects a call", hint)

    def of_a_call_list(self, written: Written[str]) -> None:
        if written.node is not None and written.value != NOTHING and not self.retries:
            hint = "it has no `retry`; that it is told nothing is `call list: nothing`"
            self._add(written.node, "this flow tells a call list nothing", hint)

    def referred_to(self, target: Scalar) -> None:
        if target.text != NOBODY and target.text not in self.referred:
            hint = f"a target that is called is `ringing: {target.text}`"
            self._add(target, f"nobody is handed over to `{target.text}`: it has no `refer`", hint)

    def refused(self, code: Written[str]) -> None:
        if code.node is not None and code.value == "cancelled" and not self.cancels:
            self._add(code.node, "this flow has no action that an interruption cancels", "")

    def posted(self, written: syntax.Post, *, is_known: bool) -> None:
        """What no webhook is told, or another one than the one that is named, if the flow has that."""
        to = written.to if isinstance(written.to, Scalar) and is_known else None
        for key, _ in pairs(written.node):
            if key.text not in _OF_A_REPORT:
                continue
            if self.report is None:
                self._add(key, "this flow reports no call", f"take `{key.text}` out")
            elif to is not None and to.text != self.report:
                told = f"a call is reported to `{self.report}`, not to {quoted(to.text)}"
                self._add(key, told, f"write `to: {self.report}`")
        if to is None:
            return
        if isinstance(written.message, syntax.Message) and self.inboxes and to.text not in self.inboxes:
            others = " or ".join(f"`to: {name}`" for name in self.inboxes)
            self._add(written.message.node, f"no message is told to {quoted(to.text)}", f"write {others}")
        asked = next(_asked(written), None)
        if asked is not None and to.text not in self.notified:
            about = "the whole call: it has " + ", ".join(f"`{key}`" for key in _OF_A_REPORT)
            hint = f"it is told of {about if to.text == self.report else 'tools of another version'}"
            self._add(asked, f"no step of this flow tells {quoted(to.text)} anything", hint)

    def _add(self, node: Node, message: str, hint: str) -> None:
        if not self.problems.full:
            self.problems.add(node.span, "FLOW503", message, hint)


def _is_of_an_agent(claim: syntax.Claim) -> bool:
    match claim:
        case syntax.CallerHears(value=Written(value=heard)):
            return bool(heard == AGENT)
        case syntax.CallerWith(value=Scalar(text=who)):
            return bool(who == AGENT)
        case syntax.CallerWith(value=tuple()):
            return True
        case syntax.AgentTold(value=told) | syntax.AgentStartedWith(value=told):
            return not isinstance(told, Written)  # which is `nothing`
        case syntax.Agent() | syntax.Reply():
            return True
        case _:
            return False


def _asked(written: syntax.Post) -> Iterator[Node]:
    """What is named of a request of the agent."""
    yield from (
        each for each in (written.action, written.request_id) if isinstance(each, Scalar) and each.text != NOTHING
    )
    yield from (each.node for each in (written.parameters, written.result) if isinstance(each, Section | syntax.Result))
