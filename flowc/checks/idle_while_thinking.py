"""The agent's model may say nothing for as long as `answers_within` says, and `after` of `idle` is not longer: nobody
says anything while the model still thinks.

Why: that silence is the agent's own. The tools leave the model alone and say so to the scenario, so `idle` is asked for
in vain; where its tools cannot be reached, a caller who waits for an answer is asked whether they are still there.

Example:

    flowc: 1
    flow: desk
    agent:
      api_key: {secret: KEY}
      agent_id: agent_1
      answers_within: 20s
      idle: {after: 10s, do: hang_up}
      unavailable: hang_up
    actions:
      end_call: {description: End the call., do: hang_up}

Instead:

    flowc: 1
    flow: desk
    agent:
      api_key: {secret: KEY}
      agent_id: agent_1
      answers_within: 20s
      idle: {after: 25s, do: hang_up}
      unavailable: hang_up
    actions:
      end_call: {description: End the call., do: hang_up}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow
from flowc.rule import Rule

MORE_MS = 5000
"""What is advised is so much longer."""


def check(flow: Flow) -> Iterator[Diagnostic]:
    for agent in flow.every_agent:
        idle, within = agent.idle, agent.answers_within_ms
        if idle is None or within is None or idle.after_ms > within:
            continue
        silent = f"nobody says anything for {idle.after_ms / 1000:g}s"
        message = f"{silent} while the model may still think: it has {within / 1000:g}s to answer"
        hint = f"write `after: {(within + MORE_MS) / 1000:g}s`, or a shorter `answers_within`"
        yield RULE.at(flow.path, idle.span, message, hint)


RULE = Rule("FLOW607", "idle while the model thinks", __doc__, warnings=(check,))
