"""How often a webhook is told what it has not answered. A platform that never says what has become of a request, or
says it of an earlier time, is for an exact search; whatever else is wrong one that merges shows as well.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

import flowc.verify.search as search_module
from flowc.simulator.engine import Engine
from flowc.verify.agreement import AGREEMENT
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search

UNSAID = {
    "waited for without an end": ("if (post !== undefined) onWebhook", "if (post === undefined) onWebhook"),
    "what is said of an earlier time counts": (" || post.timer !== timer) return", ") return"),
}
ANYTHING = {
    "once more": ("[1000, 5000]", "[1000, 5000, 5000]"),
    "once less": ("[1000, 5000]", "[1000]"),
    "too late": ("[1000, 5000]", "[1000, 5001]"),
    "never": ("const again = isUnheard", "const again = false && isUnheard"),
    "also when it is refused": ("code >= 500", "code >= 400"),
    "under another id": ('"Idempotency-Key": post.id', '"Idempotency-Key": post.id + post.tries'),
    "nothing behind it": ("S.posts = S.posts.filter((each) => each !== post)", "S.posts = S.posts"),
    "the session is not ended": ("S.endTimer !== 0 && isAllTold()", "S.endTimer < 0 && isAllTold()"),
}


def found(searcher: Engine, subject: Subject, bounds: Bounds) -> set[str]:
    return {each.property for each in search(searcher, subject, bounds).violations}


@pytest.mark.parametrize("wrong", {**UNSAID, **ANYTHING}.items(), ids=lambda each: each[0])
def test_what_is_wrong_is_found_where_it_can_be(
    searcher: Engine,
    feature: Callable[[str], Subject],
    monkeypatch: pytest.MonkeyPatch,
    wrong: tuple[str, tuple[str, str]],
) -> None:
    name, (old, new) = wrong
    whole = feature("notify")
    assert whole.scenario.count(old) == 1
    broken = replace(whole, scenario=whole.scenario.replace(old, new))
    monkeypatch.setattr(search_module, "emit", lambda _: ("", broken.scenario))
    assert (found(searcher, broken, Bounds(posts=1)) != set()) == (name in ANYTHING)
    assert AGREEMENT in found(searcher, broken, Bounds(posts=1, exact=True, states=2000))


def test_what_is_generated_is_proved_either_way(searcher: Engine, feature: Callable[[str], Subject]) -> None:
    merged, exact = (search(searcher, feature("notify"), Bounds(posts=1, exact=each)) for each in (False, True))
    assert merged.proved
    assert exact.proved
    assert merged.reached == exact.reached
    assert merged.states < exact.states
