"""A target has `digits` and no `accept`. The exchange in front of it answers at once, and from then on the caller is
connected, for flowc and for the agent: whether the extension behind it rings, is busy or is answered is not seen, and
the `fallback` of the transfer never follows.

Why: a caller listens to the ringing of an exchange, or to its voicemail, and nobody else is tried.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      doctor: {pstn: "+15550100001", caller_id: "+15550100002", digits: [2s, "4711"]}
    actions:
      call_transfer: {description: Transfer the caller to the doctor., do: {transfer: doctor}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {who_calls: "A patient is on the line. Press 1 to take the call."}
    targets:
      doctor:
        pstn: "+15550100001"
        caller_id: "+15550100002"
        digits: [2s, "4711"]
        accept: {say: who_calls, key: "1"}
    actions:
      call_transfer: {description: Transfer the caller to the doctor., do: {transfer: doctor}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    for target in flow.targets:
        if target.digits and target.accept is None:
            message = f"the exchange of `{target.name}` answers at once, and whether the extension answers is not seen"
            hint = "add `accept`, so that whoever answers takes the call with a key"
            yield RULE.at(flow.path, target.span, message, hint)


RULE = Rule("FLOW602", "extension that may not answer", __doc__, warnings=(check,))
