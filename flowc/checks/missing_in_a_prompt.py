"""A prompt says what may be missing, and nothing instead of it. Missing may be: a parameter that the agent may leave
out, or that an action on the way does not have; every parameter in `unavailable`, to which no action leads; and
`${call.from}`, when the number is withheld, or in a call that is placed to a target without a `caller_id`, whose number
it is there; and the data of `outbound` where a call may come in as well, or be started
without them. `${summary or "no details"}` says what is spoken then, in either kind of
quotes. Elsewhere, in `metadata`, headers and replies, what is missing is empty.

Why: the caller would hear a sentence with a hole in it.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {goodbye: "Goodbye, ${name}."}
    actions:
      end_call:
        description: End the call.
        parameters: {name: {type: string, optional: true, description: the caller's name}}
        do: [{say: goodbye}, hang_up]

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {goodbye: "Goodbye, ${name or 'and thank you'}."}
    actions:
      end_call:
        description: End the call.
        parameters: {name: {type: string, optional: true, description: the caller's name}}
        do: [{say: goodbye}, hang_up]
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.walks.actions_on_the_way import Heard, Texts, texts_of
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Flow, Reference
from flowc.ir.walk import DATA
from flowc.rule import Rule


def check(flow: Flow) -> Iterator[Diagnostic]:
    texts = texts_of(flow)
    for each in texts.all:
        if not each.is_spoken or not each.origins:
            continue
        bare = dict.fromkeys(
            part.name for part in each.text.parts if isinstance(part, Reference) and part.fallback is None
        )
        for name in bare:
            found = _missing(name, each, texts)
            if found is not None:
                why, missing = found
                message = f"{each.what} says `${{{name}}}`, which {why}"
                hint = f'write `${{{name} or "…"}}` with what is said instead, in either kind of quotes'
                place = texts.place_lacking(name, each, missing)
                yield RULE.at(flow.path, each.span, message, hint, (Related(place, "it is spoken here"),))


def _missing(name: str, heard: Heard, texts: Texts) -> tuple[str, int] | None:
    """Why it may be missing, and on which ways; None if it is always there, or never: that is another rule's."""
    if name == "call.from":
        return _missing_number(heard, texts)
    if name.startswith(DATA):
        return _missing_data(name, heard, texts)
    field = texts.field(name)
    if ("." in name and field is None) or not texts.filling(name, heard):
        return None
    missing = texts.lacking(name, heard.ways)
    if not missing:
        return None
    if field is not None and field.optional:
        return "a webhook may leave out of its answer", missing
    if field is not None:
        return "is missing where the webhook has not answered", missing
    without = missing & ~texts.having(name)
    action = texts.first(without or missing)
    if action is None:
        return f"is missing where {texts.named(without)} leads here", without
    if without:
        return f"is missing where `{action.name}` leads here", without
    return f"the agent may leave out in `{action.name}`", missing


def _missing_number(heard: Heard, texts: Texts) -> tuple[str, int] | None:
    """A caller may withhold a number. In a call that is placed it is the one that we show, if we show one."""
    if withheld := heard.origins & ~texts.placed:
        return "is empty when the caller's number is withheld", withheld
    called = () if texts.flow.outbound is None else texts.flow.outbound.targets
    for target in texts.flow.targets:
        origins = heard.by_target.get(target.name, 0) | (heard.others if target.name in called else 0)
        if origins and not target.caller_ids:
            return f"is empty where `{target.name}` is called, which has no `caller_id`", origins
    return None


def _missing_data(name: str, heard: Heard, texts: Texts) -> tuple[str, int] | None:
    """What a call is started with is there in such a call, unless it is optional."""
    outbound = texts.flow.outbound
    datum = None if outbound is None else outbound.datum(name.removeprefix(DATA))
    if outbound is None or datum is None:
        return None
    if datum.optional:
        return "a call may be started without", heard.origins
    came_in = heard.origins & ~texts.placed
    return ("is missing in a call that comes in", came_in) if came_in and not outbound.alone else None


RULE = Rule("FLOW205", "prompt in which something may be missing", __doc__, whole_flow_checks=(check,))
