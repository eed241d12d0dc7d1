"""Which steps can stand at a place of a flow, as far as that is plain from where it is and from what the flow has: what
would be an error there is not offered.
"""

from __future__ import annotations

from flowc.lsp.file import File

_BEFORE_AN_AGENT = frozenset(("inbound", "outbound", "routes"))
_WITH_AN_AGENT = frozenset(("actions", "keys", "routes"))
_LEAVES_THE_AGENT = frozenset(("fallback", "afterwards", "keys"))
"""Behind these of an action the agent waits for no reply any more."""


def is_possible(step: str, path: tuple[str, ...], flow: File | None, *, has_value: bool) -> bool:
    """`step` is its first key, or its word; `has_value`: it is written as a mapping."""
    if flow is None or not path:
        return True
    around, inner = path[0], path[1:]
    has_agent = flow.node("agent") is not None
    has_several = flow.node("agents") is not None
    match step:
        case "retry":
            where = around == "routes" or (around == "outbound" and "fallback" in inner)
            return where and flow.node("outbound") is not None
        case "start_agent":
            return has_agent and (has_several or (not has_value and around in _BEFORE_AN_AGENT))
        case "return_to_agent":
            returns = around in _WITH_AN_AGENT or (has_value and has_several and around in ("agent", "agents"))
            return has_agent and returns
        case "language":
            return bool(flow.declared("language"))
        case "reply":
            return around == "actions" and not _LEAVES_THE_AGENT & {*inner[1:]}
        case "reject":
            return around in ("inbound", "routes") and not _LEAVES_THE_AGENT & {*inner}
        case "recording":
            return flow.node("call", "recording") is not None
        case _:
            return True
