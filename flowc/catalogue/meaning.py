"""Errors of what a flow means, as far as they are found before the flow is whole."""

from flowc.rule import Rule

MEANING: tuple[Rule, ...] = (
    Rule(
        "FLOW302",
        "outcome that cannot occur",
        """\
`fallback` is for a transfer that did not come about, and `connected` is no failure. What follows when the person has
hung up stands under `afterwards`.

Why: the steps would never be taken, and what the caller should get after the talk would not be there.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        do: {transfer: desk, fallback: {connected: return_to_agent, otherwise: hang_up}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        do: {transfer: desk, fallback: {otherwise: hang_up}, afterwards: return_to_agent}
""",
    ),
)
