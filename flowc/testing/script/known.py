"""The names that a flow has, for whoever has to say which of them was meant, and how they are listed in a hint."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass

from flowc.diagnostics import Problems
from flowc.ir import Data, Flow, Outcome, Secret, settings
from flowc.language.calls.grammar import STEP

STEP_NAMES = tuple(field.key for field in STEP.fields)
OUTCOMES = [outcome.value for outcome in Outcome]
AGENT, NOBODY, RECORDER = "agent", "nobody", "recorder"
_KNOWN_HERE = "known here: "
_LONG = 60  # characters of a hint


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a flow has; parameters are those of all its actions, with the action that has each."""

    targets: tuple[str, ...]
    prompts: tuple[str, ...]
    actions: tuple[str, ...]
    parameters: ReadOnly[str, str]
    takes: ReadOnly[str, tuple[str, ...]]  # action -> its parameters
    settings: ReadOnly[str, str]  # -> `secrets` or `storage`
    agents: tuple[str, ...]
    machines: tuple[str, ...]  # targets of which it is found out whether a machine answers


def agent_and_target(names: Sequence[str], targets: Collection[str]) -> str:
    """How two names are written of whom the caller talks with at once, if they are the agent's and a target's."""
    persons = [name for name in names if name != AGENT]
    return f"[{AGENT}, {persons[0]}]" if len(names) == 2 and len(persons) == 1 and persons[0] in targets else ""


def known(flow: Flow) -> Known:
    return Known(
        tuple(target.name for target in flow.targets),
        tuple(prompt.name for prompt in flow.prompts),
        tuple(action.name for action in flow.actions),
        {parameter.name: action.name for action in flow.actions for parameter in action.parameters},
        {action.name: tuple(parameter.name for parameter in action.parameters) for action in flow.actions},
        {
            each.name: "secrets" if isinstance(each, Secret) else "storage"
            for each in settings(flow)
            if not isinstance(each, str | Data)
        },
        tuple(agent.name for agent in flow.every_agent),
        tuple(target.name for target in flow.targets if target.machine is not None),
    )


def listed(words: Iterable[str], between: str) -> str:
    return between.join(f"`{word}`" for word in words)


def known_here(words: Iterable[str]) -> str:
    return _KNOWN_HERE + listed(words, ", ")


def listed_once(problems: Problems) -> None:
    """Of hints that list what is known, the same list only once."""
    first: dict[str, int] = {}
    for number in sorted(range(len(problems.found)), key=lambda each: problems.found[each].span):
        found = problems.found[number]
        if found.hint in first:
            hint = f"what is known here is listed at line {first[found.hint]}"
            problems.found[number] = found.hinted(hint)
        elif found.hint.startswith(_KNOWN_HERE) and len(found.hint) > _LONG:
            first[found.hint] = found.span.line
