"""What tools of one version of a flow ask in vain of a scenario of another: the one judgement of both.

The two sides are deployed one after the other, and calls go on meanwhile: "Deploying a change" in flows/README.md. What
each side knows are facts (`Side`), which are read elsewhere: from a flow, or from the tables of a generated scenario.
Parameters stand there as in these tables. `flowc diff --against` says it of a change, `flowc deploy` of two scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

Table = Mapping[str, Any]
BRIEFINGS, INTRODUCTIONS, IDLE = "briefings", "introductions", "`idle`"
"""What a scenario begins by itself, and tells the agent of."""
_WITHOUT_TOOLS = {
    BRIEFINGS: "the tools have no `connect`, so whoever is briefed never gets the caller",
    INTRODUCTIONS: "the tools say nothing while it rings, and nothing else does",
}
"""What becomes of it with tools that do not know it: of `idle`, no more than that nobody watches."""
GREATEST = ("maxLength", "maximum", "maxItems")
LEAST = ("minLength", "minimum", "minItems")


class Side(Struct, frozen=True):
    """Of one version of a flow. `actions` has the parameters of each by name, `take_the_call` those of them that do not
    leave the conversation alone; `agents` the actions of each, where there are several: else it is empty. `begins` is
    what the scenario tells the agent of by itself.
    """

    actions: Mapping[str, Table]
    take_the_call: frozenset[str]
    agents: Mapping[str, Sequence[str]]
    begins: frozenset[str]


def in_vain(tools: Side, scenario: Side) -> Iterator[str]:
    """A sentence for each thing that goes wrong between the tools of one version and the scenario of the other."""
    for name, parameters in tools.actions.items():
        if name not in scenario.actions:
            yield f"`{name}`: unknown_action"
            continue
        for reason in _of_properties(parameters, scenario.actions[name]):
            yield f"`{name}`: invalid_parameters {reason}"
        if name in scenario.take_the_call - tools.take_the_call:
            yield f"`{name}`: takes the call, and the agent talks on while it begins"
        if name in tools.take_the_call - scenario.take_the_call:
            yield f"`{name}`: leaves the caller with an agent that says nothing more"
    for agent, allowed in scenario.agents.items():
        # Tools take an agent that they do not know for the first.
        first = next(iter(tools.agents.values()), tuple(tools.actions))
        for name in tools.agents.get(agent, first):
            if name in scenario.actions and name not in allowed:
                yield f"`{name}` of agent `{agent}`: unknown_action"
    for what in unknown_to_tools(tools.begins, scenario.begins):
        yield f"{what}: {_WITHOUT_TOOLS[what]}"


def unknown_to_tools(tools: frozenset[str], scenario: frozenset[str]) -> list[str]:
    """What a scenario begins that cannot go well with tools of a version that does not."""
    return sorted(each for each in scenario - tools if each in _WITHOUT_TOOLS)


# Values


def other_type(asked: str | None, taken: str | None) -> bool:
    """Whether a value of one type may be none of the other."""
    return asked != taken and (asked, taken) != ("integer", "number")


def others_than(asked: Sequence[Any], taken: Sequence[Any]) -> list[Any] | None:
    """The values that may be asked and are not taken; None: any text that is not taken. Without values, any is."""
    if not taken:
        return []
    known = {repr(each) for each in taken}  # there may be thousands, and of an edited scenario they may be anything
    return [each for each in asked if repr(each) not in known] if asked else None


def is_beyond(limit: str, asked: float | None, taken: float | None) -> bool:
    """Whether a value may be asked that is beyond a limit (`maxLength`, `minimum`, …) of what is taken."""
    if taken is None:
        return False
    if limit in GREATEST:
        return asked is None or asked > taken
    lowest = float("-inf") if limit == "minimum" else 0
    return (lowest if asked is None else asked) < taken


def reach(limit: str, parameter: Table) -> float | None:
    """How far the values of a parameter go, as a `limit` of it; None: as far as one likes. Of a text that has to be one
    of several, these say so themselves.
    """
    if values := parameter.get("enum"):
        lengths = [len(each) for each in values if isinstance(each, str)]
        if lengths and limit in ("minLength", "maxLength"):
            return (min if limit in LEAST else max)(lengths)
    return parameter.get(limit)


def other_form(form: str, asked: Table, taken: Table) -> bool:
    """Whether a text may be asked that does not have the `pattern` or the `format` of what is taken. Of values that are
    listed each is looked at; whether one pattern holds all that fits another is not worked out: each may hold what the
    other does not.
    """
    wanted, values = taken.get(form), asked.get("enum")
    if wanted is None or wanted == asked.get(form):
        return False
    return not values or not all(_fits(each, form, wanted) for each in values)


def _fits(value: Any, form: str, wanted: Any) -> bool:
    """What stands in a scenario that was edited may be anything."""
    from flowc.patterns import FORMATS, PatternFault, read  # only where values are listed in place of a form

    pattern = FORMATS.get(wanted) if form == "format" else wanted
    if not isinstance(value, str) or not isinstance(pattern, str):
        return False
    try:
        return read(pattern).fits(value)
    except PatternFault:
        return False


def may_lack(asked: bool, taken: bool) -> bool:
    """Whether what may be left out, as far as the tools know, must be there for the scenario."""
    return asked and not taken


def _of_properties(asked: Table, taken: Table, within: str = "") -> Iterator[str]:
    for name, parameter in asked.items():
        shown = f"`{within}{name}`"
        if name not in taken:
            unknown = f"with {shown}, which it does not know"
            yield unknown if _optional(parameter) else f"always, it does not know {shown}"
            continue
        if may_lack(_optional(parameter), _optional(taken[name])):
            yield f"without {shown}"
        yield from _of_values(parameter, taken[name], f"{within}{name}")
    for name, parameter in taken.items():
        if name not in asked and not _optional(parameter):
            yield f"always, it wants `{within}{name}`"


def _optional(parameter: Any) -> bool:
    return isinstance(parameter, Mapping) and parameter.get("optional") is True


def _of_values(asked: Any, taken: Any, name: str) -> Iterator[str]:
    if not isinstance(asked, Mapping) or not isinstance(taken, Mapping):
        return
    if other_type(asked.get("type"), taken.get("type")):
        yield f"with `{name}`, which is a {taken.get('type')} there"
        return
    others = others_than(asked.get("enum", ()), taken.get("enum", ()))
    if others is None:
        yield f"where `{name}` is not one of {', '.join(map(str, taken['enum']))}"
    elif others:
        yield f"where `{name}` is {' or '.join(map(str, others))}"
    for limit in (*GREATEST, *LEAST):
        if is_beyond(limit, reach(limit, asked), taken.get(limit)):
            yield f"where `{name}` is {'beyond' if limit in GREATEST else 'below'} {limit} {taken[limit]}"
    for form in ("pattern", "format"):
        if other_form(form, asked, taken):
            yield f"where `{name}` does not have the {form} that it wants"
    if "items" in asked and "items" in taken:
        yield from _of_values(asked["items"], taken["items"], f"{name}[]")
    if "properties" in asked or "properties" in taken:
        yield from _of_properties(table(asked, "properties"), table(taken, "properties"), f"{name}.")


def table(value: Any, key: str) -> Table:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}
