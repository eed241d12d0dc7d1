"""Which calls `-k` means, by their names. Upper and lower case are the same."""

from __future__ import annotations

import re
from collections.abc import Iterable


def chosen(names: Iterable[str], wanted: str) -> set[str]:
    """The names with this text in them. If there is none, it is taken for several texts with `and`, `or` and `not`
    between them, of which `and` binds more tightly; there are no parentheses. Names are sentences, and may have these
    words themselves.
    """
    known = {name: name.casefold() for name in names}
    text = wanted.casefold().strip()
    return {name for name, folded in known.items() if text in folded} or {
        name for name, folded in known.items() if _is_meant(folded, text)
    }


def _is_meant(name: str, text: str) -> bool:
    return any(all(_has(name, term) for term in re.split(r"\s+and\s+", terms)) for terms in re.split(r"\s+or\s+", text))


def _has(name: str, term: str) -> bool:
    without = re.fullmatch(r"not\s+(.+)", term)
    return without[1] not in name if without else term in name
