"""Which steps can stand at a place of a flow, as far as that is plain from where it is and from what the flow has: what
would be an error there is proposed to nobody. Loaded when something is wrong, and by the language server.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Sequence
from itertools import islice

from flowc import nodes
from flowc.language.flow.steps import STEP_WORDS
from flowc.nodes import Mapping, Node
from flowc.source import Span

_BEFORE_AN_AGENT = frozenset(("inbound", "outbound", "routes"))
_WITH_AN_AGENT = frozenset(("actions", "keys", "routes"))
_LEAVES_THE_AGENT = frozenset(("fallback", "afterwards", "keys"))
"""Behind these of an action the agent waits for no reply any more."""
_WITH_NOBODY = frozenset(("by", "notify", "hang_up", "retry"))
"""Steps for a call that nobody has taken."""
_ANSWERS = frozenset(("say", "transfer", "menu", "take_message"))
"""Steps of `inbound` by which the call is answered."""


def is_possible(step: str, path: tuple[str, ...], has: Container[str], *, has_value: bool) -> bool:
    """`step` is its first key, or its word; `has_value`: it is written as a mapping. `path` are the keys that it stands
    under, from the top of the file; `has` is what the flow has: sections of the top, `languages` and `recording`.
    """
    if not path:
        return True
    around, inner = path[0], path[1:]
    if path[:2] == ("outbound", "fallback"):
        return step in _WITH_NOBODY
    match step:
        case "retry":
            return around == "routes" and "outbound" in has
        case "start_agent":
            begins = not has_value and around in _BEFORE_AN_AGENT
            another = "agents" in has and (has_value or around != "agent")
            return "agent" in has and (begins or another)
        case "return_to_agent":
            returns = around in _WITH_AN_AGENT or (has_value and "agents" in has and around in ("agent", "agents"))
            return "agent" in has and returns
        case "language":
            return "languages" in has
        case "reply":
            return around == "actions" and not _LEAVES_THE_AGENT & {*inner[1:]}
        case "reject":
            return around in ("inbound", "routes") and not _LEAVES_THE_AGENT & {*inner}
        case "recording":
            return "recording" in has
        case _:
            return True


def possible_here(root: Mapping, at: Span, routes: Sequence[str]) -> list[str]:
    """What can stand in this place alone, as it is written: steps that are words, and routes, but not the one that this
    is in.
    """
    path, is_answered = _way_to(root, at)
    words = [word for word in STEP_WORDS if is_possible(word, path, root.entries, has_value=False)]
    if path[:1] == ("inbound",) and not is_answered:
        words = ["{reject: declined}" if word == "hang_up" else word for word in words]
    return [*words, *(route for route in routes if path[:2] != ("routes", route))]


def _way_to(root: Mapping, at: Span) -> tuple[tuple[str, ...], bool]:
    """The keys under which this place stands, and whether a step of `inbound` before it answers the call."""
    path: list[str] = []
    is_answered = False
    node: Node | None = root
    while isinstance(node, Mapping | nodes.Sequence):
        inside: Node | None = None
        if isinstance(node, Mapping):
            is_answered |= not _ANSWERS.isdisjoint(node.entries)
            entries = list(node.entries.values())
            before = bisect_right(entries, at[:2], key=lambda entry: entry[0].span[:2])
            if before:
                key, inside = entries[before - 1]
                path.append(key.text)
        else:
            before = bisect_right(node.items, at[:2], key=lambda item: item.span[:2])
            inside = node.items[before - 1] if before else None
            earlier = islice(node.items, max(before - 1, 0) if path[:1] == ["inbound"] else 0)
            is_answered |= any(isinstance(item, Mapping) and not _ANSWERS.isdisjoint(item.entries) for item in earlier)
        node = inside
    return tuple(path), is_answered
