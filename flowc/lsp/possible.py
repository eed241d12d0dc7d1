"""What cannot be at a place of a flow, as far as its tree tells: outcomes that cannot occur, names that may not be read
there. What would be an error is offered to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.lsp.file import File
from flowc.lsp.names import Occurrence
from flowc.lsp.tree import Map, Node, Value, walk

_ASKED_FOR = {"closed": "hours", "not_accepted": "accept", "machine": "machine"}
"""Outcomes, and what a target has with which each can occur."""


def cannot_occur(flow: File, transfer: Map) -> frozenset[str]:
    """The outcomes of a `transfer` step that it cannot have, as it stands."""
    targets = list(_rung(flow, transfer.get("transfer")))
    if not targets:
        return frozenset()  # nobody knows yet
    agent = _text(transfer.get("agent"))
    found = {outcome for outcome, key in _ASKED_FOR.items() if not any(key in each for each in targets)}
    if transfer.get("cancel") is None and agent != "introduces":
        found.add("cancelled")
    is_limited = transfer.get("within") is not None
    if agent == "briefs" or (is_limited and any({"digits", "machine"} & each for each in targets)):
        found.discard("not_accepted")
    return frozenset(found)


def _rung(flow: File, written: Node | None) -> Iterator[set[str]]:
    """Of each target that is named there: its keys, and those of the one that it is like."""
    declared = flow.declared("target")
    for each in walk(written):
        if not isinstance(each, Value) or each.text not in declared:
            continue
        keys = _keys(flow.node("targets", each.text))
        yield keys | _keys(flow.node("targets", flow.text_at("targets", each.text, "like")))


def _keys(node: Node | None) -> set[str]:
    return {entry.key.text for entry in node.entries} if isinstance(node, Map) else set()


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Value) else ""


def has_queues(flow: File) -> bool:
    """Whether anybody waits in a queue, so that a text can name the place in it."""
    return any("queue" in _keys(flow.node("targets", name)) for name in flow.declared("target"))


def is_sensitive(flow: File, name: Occurrence) -> bool:
    """Whether what a name stands for is to be in no log."""
    match name.kind:
        case "parameter":
            return flow.text_at("actions", name.owner, "parameters", name.name, "sensitive") == "true"
        case "field":
            return flow.text_at("webhooks", name.owner, "answer", name.name, "sensitive") == "true"
        case "data":
            return flow.text_at("outbound", "data", name.name, "sensitive") == "true"
        case _:
            return False


def may_be_sensitive(flow: File, path: tuple[str, ...]) -> bool:
    """Whether a text may say what is sensitive: what an agent is told, or who hears it alone, and has pressed a key."""
    if path[:1] != ("prompts",) or len(path) < 2:
        return "metadata" in path
    for target in flow.declared("target"):
        for each in (target, flow.text_at("targets", target, "like")):
            if flow.text_at("targets", each, "whisper") == path[1]:
                return True
    return False
