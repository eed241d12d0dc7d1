"""Did you mean …? The nearest of the names that would have been right. Called only when something is wrong."""

from __future__ import annotations

from collections.abc import Iterable

# Comparing is slow, and nobody means one of thousands.
_LONGEST = 80
_MOST = 500


def nearest(wrong: str, right: Iterable[str]) -> str | None:
    """The candidate that was probably meant, or None. Case, `-` and spaces do not count as differences."""
    candidates = list(right)
    if len(wrong) > _LONGEST or len(candidates) > _MOST:
        return None
    from difflib import get_close_matches

    plain = {_plain(candidate): candidate for candidate in candidates}
    found = get_close_matches(_plain(wrong), plain, n=1, cutoff=0.6)
    return plain[found[0]] if found else None


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """A hint: the nearest name, or all of them while they are few."""
    candidates = list(right)
    found = nearest(wrong, candidates)
    if found is not None:
        return f"did you mean `{found}`?"
    if 0 < len(candidates) <= 12:
        return "known here: " + ", ".join(f"`{candidate}`" for candidate in candidates)
    return ""


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")
