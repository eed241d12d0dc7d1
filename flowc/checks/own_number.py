"""A target is rung at the very number that it is shown as its caller ID. Callers dial the number that they know, and
that is often this one: a target is not rung at the number that was dialled, which would come back to the flow, and the
outcome is `invalid`. A network may refuse a call from a number to itself as well.

Why: in call scripts all is well, as long as they dial another number; on the real number nobody is ever rung.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100001"}
    actions:
      call_desk: {description: Put the caller through to the desk., do: {transfer: desk}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100002", caller_id: "+15550100001"}
    actions:
      call_desk: {description: Put the caller through to the desk., do: {transfer: desk}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, PstnTarget, shown
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    for target in flow.targets:
        if type(target) is PstnTarget and isinstance(target.number, str) and target.number in shown(target):
            message = f"`{target.name}` is rung at the number that it is shown as its caller ID"
            hint = "give another number of theirs: whoever has dialled this one, which leads here, does not reach them"
            yield RULE.at(flow.path, target.span, message, hint)


RULE = Rule("FLOW610", "target at the caller ID", __doc__, warnings=(check,))
