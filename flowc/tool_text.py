"""What a model is told about an action, whatever the agent is built with: from the IR, plain text.

An action's description says what it does and when to use it. Its instructions say how to behave around it, so that the
caller hears neither silence nor the same sentence twice.
"""

from __future__ import annotations

from flowc.ir import Action, Flow


def phrase(flow: Flow, action: Action) -> str | None:
    """What the caller is told before the action, word for word."""
    return flow.prompt(action.say).text.literal() if action.say else None


def description_lines(action: Action) -> list[str]:
    """The description without the white space around its lines, which belongs to the YAML."""
    return [" ".join(line.strip().split("\t")) for line in action.description.strip().split("\n")]


def instructions(flow: Flow, action: Action, *, tool_speaks: bool) -> list[str]:
    """One sentence a line. `tool_speaks`: the phrase is spoken by the tool itself; otherwise it is the model's part."""
    lines = []
    words = phrase(flow, action)
    if words is not None:
        words = " ".join(words.split())
        if tool_speaks:
            lines.append(f'Do not announce it: the tool itself tells the caller "{words}"')
        else:
            lines.append(f'First tell the caller, in exactly these words: "{words}"')
    elif not action.leaves_conversation_alone:
        lines.append("Say one short sentence to the caller first.")
    if action.replies:
        lines.append("The conversation goes on: use the result in what you say next.")
    elif action.leaves_conversation_alone:
        lines.append("The conversation goes on.")
    else:
        lines.append("Say nothing after it: the phone system goes on from there.")
    return lines
