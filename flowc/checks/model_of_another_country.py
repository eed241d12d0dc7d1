"""A target has a number of one country in the flow, and its `machine` the `model` of another. Without `model` the
platform listens for the machines of the number's own country.

Why: an answering machine is told by how it sounds. By the model of another country more machines pass for people, and
get the caller, and more people pass for machines, and are hung up on.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+33123456789", caller_id: "+15550100002", machine: {unsure: person, model: us}}
    actions:
      call_transfer: {description: Transfer the caller to the desk., do: {transfer: desk}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+33123456789", caller_id: "+15550100002", machine: {unsure: person}}
    actions:
      call_transfer: {description: Transfer the caller to the desk., do: {transfer: desk}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, PstnTarget
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    from flowc.machines import model_of

    for target in flow.targets:
        if type(target) is not PstnTarget or target.machine is None or not isinstance(target.number, str):
            continue
        of_number = model_of(target.number)
        if of_number is not None and of_number != target.machine.model:
            message = f"the number of `{target.name}` is one of `{of_number}`, its `model` is `{target.machine.model}`"
            hint = "take `model` out, or correct the number"
            yield RULE.at(flow.path, target.span, message, hint)


RULE = Rule("FLOW605", "model of another country", __doc__, warnings=(check,))
