"""The agent's model may say nothing for as long as `answers_within` says, and the `silence` of a `briefing` is not
longer: the briefing is over while the model still thinks.

Why: that silence is the agent's own. Whoever has taken the call is let go as if nobody had wanted to talk, and not
joined, as they are where a model does not answer.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, answers_within: 20s, unavailable: hang_up}
    targets: {doctor: {pstn: "+15550100001", caller_id: "+15550100002", voicemail: none}}
    actions:
      ask: {description: Ask the doctor., do: {transfer: doctor, agent: briefs, briefing: {silence: 10s}}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, answers_within: 20s, unavailable: hang_up}
    targets: {doctor: {pstn: "+15550100001", caller_id: "+15550100002", voicemail: none}}
    actions:
      ask: {description: Ask the doctor., do: {transfer: doctor, agent: briefs, briefing: {silence: 25s}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.idle_while_thinking import MORE_MS
from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, Transfer, steps_of
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    within = max((agent.answers_within_ms or 0 for agent in flow.every_agent), default=0)
    for step in steps_of(flow, Transfer):
        silence, limit = step.briefing_silence_ms, step.briefing_ms
        if silence is None or limit is None or silence > within:
            continue
        silent = f"a briefing is over when nobody says anything for {silence / 1000:g}s"
        message = f"{silent}, while the model may still think: it has {within / 1000:g}s to answer"
        longer = f"`silence: {(within + MORE_MS) / 1000:g}s`"
        longer += ", a longer `limit`" if limit <= within + MORE_MS else ""
        yield RULE.at(flow.path, step.span, message, f"write {longer}, or a shorter `answers_within`")


RULE = Rule("FLOW611", "briefing over while the model thinks", __doc__, warnings=(check,))
