"""Two flows of one build have the same name. Names differ only if they do without regard to case, since the folder
of what is generated may be on a disk that has none.

Why: both would be written to the same folder, and one of them would be lost: its callers would get the other one.

Example:

    $ cp flows/function_calling.yaml flows/copy.yaml
    $ flowc check

Instead:

    $ sed 's/^flow: .*/flow: copy/' flows/function_calling.yaml > flows/copy.yaml
    $ flowc check
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from flowc.diagnostics import Diagnostic, Related, quoted
from flowc.rule import Rule
from flowc.source import Span


class FlowName(Struct, frozen=True):
    """The name of a flow and where it is given."""

    name: str
    path: str
    span: Span


def same_name(names: Iterable[FlowName]) -> Iterator[Diagnostic]:
    """One error at each place but the first, which says where that is."""
    places: dict[str, list[FlowName]] = defaultdict(list)
    for each in sorted(names, key=lambda name: (name.path, name.span)):
        places[each.name.casefold()].append(each)
    for group in places.values():
        other = group[0]
        yield from (said_of(each, other) for each in group[1:])


def said_of(each: FlowName, other: FlowName) -> Diagnostic:
    message = f"flow name {quoted(each.name)} is also used in {other.path}, line {other.span.line}"
    related = (Related(other.span, "the other one", other.path),)
    return RULE.at(each.path, each.span, message, "rename one of them", related)


RULE = Rule("FLOW203", "flow name used twice", __doc__)
