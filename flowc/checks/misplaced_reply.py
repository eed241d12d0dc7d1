"""FLOW309: `reply` where the agent is not listening for it.

Data goes back in the reply to the agent's request, so it has to be known at once and the agent has to be there still:
in `do` of an action whose other steps, if any, are `notify`. One reply is all that a request gets.

    do: [{reply: {number: "${call.from}"}}, hang_up]
    do: {reply: {number: "${call.from}"}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.step_lists import step_lists
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Action, Flow, Reply


def check(flow: Flow) -> Iterator[Diagnostic]:
    for each in step_lists(flow):
        replies = [step for step in each.steps if isinstance(step, Reply)]
        if each.top and isinstance(each.owner, Action) and each.owner.leaves_conversation_alone:
            for again in replies[1:]:
                related = (Related(replies[0].span, "the first reply"),)
                message = "a second `reply` in one action"
                yield Diagnostic(flow.path, again.span, "FLOW309", message, "put all data into one", related)
            continue
        for step in replies:
            message = "`reply` is possible only in an action whose steps are `notify` and `reply` alone"
            yield Diagnostic(flow.path, step.span, "FLOW309", message, "make an action of its own for it")
