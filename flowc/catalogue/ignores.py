"""What is said of comments that silence warnings."""

from flowc.rule import Rule

IGNORES: tuple[Rule, ...] = (
    Rule(
        "FLOW601",
        "comment that ignores nothing",
        """\
`# flowc: ignore[CODE]` silences a warning on its line. This one silences none: the line has no such warning, what it
has is an error, or the comment does not say which code it means.

Why: what was accepted once stays accepted when nobody looks any more. The next warning on this line would be missed.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}  # flowc: ignore[FLOW602]
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}
""",
    ),
)
