"""What a model is told about an action, whatever the agent is built with: from the IR, plain text.

An action's description says what it does and when to use it. Its instructions say how to behave around it, so that the
caller hears neither silence nor the same sentence twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from flowc.ir import Action, Flow
from flowc.ir.briefing import ACTIONS as OF_BRIEFINGS
from flowc.ir.introduction import CANCEL, ITS_OWN
from flowc.ir.last import kept_for_the_last


def phrases(flow: Flow, action: Action) -> Mapping[str | None, str]:
    """What the caller is told before the action, word for word, by language; None is the only one. Empty if nothing."""
    return spoken(flow, action.say)


def spoken(flow: Flow, name: str | None) -> Mapping[str | None, str]:
    """A prompt that the agent speaks itself, in the same form."""
    if name is None:
        return {}
    known = _phrases(flow)
    if name not in known:
        prompt = flow.prompt(name)
        languages: list[str | None] = [each.name for each in flow.call.languages]
        known[name] = {language: prompt.version(language).text.literal() for language in languages or [None]}
    return known[name]


@kept_for_the_last
def _phrases(flow: Flow) -> dict[str, Mapping[str | None, str]]:
    """By prompt, as far as they have been asked for."""
    return {}


def description_lines(action: Action) -> list[str]:
    """The description without the white space around its lines, which belongs to the YAML."""
    return [" ".join(line.strip().split("\t")) for line in action.description.strip().split("\n")]


def instructions(flow: Flow, action: Action, *, tool_speaks: bool) -> list[str]:
    """One sentence a line. `tool_speaks`: the phrase is spoken by the tool itself; otherwise it is the model's part."""
    if action in OF_BRIEFINGS:
        return [
            "Only while you talk to such a person, never with the caller.",
            "Say one short sentence to the person first.",
            "Say nothing after it: the phone system goes on from there.",
        ]
    if action in ITS_OWN:
        where = "it rings and you talk with the caller" if action.name == CANCEL else "both hear you"
        return [f"Only while {where}.", "Say nothing after it: the phone system goes on from there."]
    lines = []
    said = {language: f'"{" ".join(words.split())}"' for language, words in phrases(flow, action).items()}
    if said:
        words = " or ".join(f"{words} ({language})" if language else words for language, words in said.items())
        in_which = ", in the language of the call," if len(said) > 1 else ""
        if tool_speaks:
            lines.append(f"Do not announce it: the tool itself tells the caller{in_which} {words}")
        else:
            in_which = " and in the language of the call" if in_which else ""
            lines.append(f"First tell the caller, in exactly these words{in_which}: {words}")
    elif not action.leaves_conversation_alone:
        lines.append("Say one short sentence to the caller first.")
    if action.replies:
        lines.append("The conversation goes on: use the result in what you say next.")
    elif action.leaves_conversation_alone:
        lines.append("The conversation goes on.")
    else:
        lines.append("Say nothing after it: the phone system goes on from there.")
    return lines
