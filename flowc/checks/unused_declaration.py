"""FLOW310: a prompt that nobody speaks, or a target that is never called.

Probably another name stands where this one was meant. Either way the file says something that no call shows.

    prompts: {all_busy: …, all_bussy: …}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow, ReturnToAgent, Say, Transfer, every_step


def check(flow: Flow) -> Iterator[Diagnostic]:
    prompts = {action.say for action in flow.actions}
    targets: set[str] = set()
    for step in every_step(flow):
        match step:
            case Say() | ReturnToAgent():
                prompts.add(step.prompt)
            case Transfer():
                prompts.add(step.ringing)
                targets.update(name for hunt in step.hunts() for group in hunt for name in group.targets)
            case _:
                pass
    for prompt in flow.prompts:
        if prompt.name not in prompts:
            yield Diagnostic(flow.path, prompt.span, "FLOW310", f"prompt `{prompt.name}` is never used", _HINT)
    for target in flow.targets:
        if target.name not in targets:
            yield Diagnostic(flow.path, target.span, "FLOW310", f"target `{target.name}` is never used", _HINT)


_HINT = "use it, or remove it"
