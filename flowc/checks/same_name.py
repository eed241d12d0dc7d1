"""FLOW203: two flows of one build with the same name.

Both would be written to the same folder, and one of them would be lost. Names differ only if they do without regard
to case, since the folder may be on a disk that has none.

    flow: front_desk        # in a.yaml
    flow: front_desk        # in b.yaml: rename one of them
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flowc.diagnostics import Diagnostic, quoted
from flowc.source import Span


@dataclass(frozen=True, slots=True)
class FlowName:
    """The name of a flow and where it is given."""

    name: str
    path: str
    span: Span


def same_name(names: Iterable[FlowName]) -> Iterator[Diagnostic]:
    """One error at each place, which says where the first other one is."""
    places: dict[str, list[FlowName]] = defaultdict(list)
    for each in sorted(names, key=lambda name: (name.path, name.span)):
        places[each.name.casefold()].append(each)
    for group in places.values():
        for each in group if len(group) > 1 else ():
            other = group[0] if each is not group[0] else group[1]
            message = f"flow name {quoted(each.name)} is also used in {other.path}, line {other.span.line}"
            yield Diagnostic(each.path, each.span, "FLOW203", message, "rename one of them")
