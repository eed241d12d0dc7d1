"""What of a flow its scripts have gone through.

The emulator tells which items of the scenario's own tables were carried out, so this is about the code that ran, not
about what the flow says should have run. What a hand-edited scenario has besides the flow is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flowc.ir import Flow
from flowc.testing.result import Covered, Place
from flowc.testing.tables import Path, items


def passed_through(covered: Sequence[Mapping[str, Any]], trace: Sequence[Mapping[str, Any]]) -> set[Path]:
    """The paths that one call has gone through."""
    found: set[Path] = set()
    for entry in covered:
        path = path_of(entry)
        found.add(path)
        if path[0] == "ROUTES" or "fallback" in path:
            found.update(path[:length] for length in range(2, len(path)))
    for index, event in enumerate(trace):
        if event["event"] == "agent_custom":
            match event["parameters"]:
                case {"metadata": {"vox_event": "cancelled", "action": action}}:
                    found.add(("ACTIONS", str(action), "cancelled"))
        if event["event"] == "media" and event["to"] == "caller" and event["from"].startswith("leg:"):
            ringing = [path_of(entry) for entry in covered if entry["at"] <= index and "transfer" in entry["path"]]
            if ringing:
                found.add((*ringing[-1][: ringing[-1].index("transfer", 3)], "connected"))
    return found


def path_of(entry: Mapping[str, Any]) -> Path:
    return tuple(str(part) for part in entry["path"])


def coverage(flow: Flow, paths: Iterable[Path]) -> tuple[Covered, ...]:
    seen = set(paths)
    return tuple(Covered(item.what, Place(flow.path, item.span), path in seen) for path, item in items(flow).items())
