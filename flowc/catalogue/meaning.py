"""Errors of what a flow means, as far as they are found before the flow is whole."""

from flowc.rule import Rule

MEANING: tuple[Rule, ...] = (
    Rule(
        "FLOW308",
        "choice that does not match its parameter",
        """\
A parameter chooses the targets of a transfer (`by` and `among`), and not each of its values leads somewhere. The
parameter is one of the action, has an `enum`, and is not optional; each value of the `enum` has its targets, and
nothing else has.

Why: the agent chooses billing, and nobody is called.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        parameters:
          who: {type: string, enum: [sales, billing], description: who can help}
        do: {transfer: {by: who, among: {sales: desk}}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        parameters:
          who: {type: string, enum: [sales, billing], description: who can help}
        do: {transfer: {by: who, among: {sales: desk, billing: desk}}}
""",
    ),
)
