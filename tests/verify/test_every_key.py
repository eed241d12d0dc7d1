"""The flows that have every key of the language are searched whole. In each, keys stand beside others and not above
them, so that its states are a sum: a key that joins is put where few others are.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.simulator.engine import Engine
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from tests.test_completeness import EVERY_KEY
from tests.verify.test_search import told

REQUESTS = {"every_key": (1, 23_000), "every_other_key": (2, 9_000)}
"""Of the agent, and how many states there are at most: more are a sign that a key is above others. The first flow is
proved with two requests as well, as `flowc verify` has it: with `FLOWC_POSTS=2`, in two minutes.
"""


@pytest.mark.parametrize("path", EVERY_KEY, ids=lambda path: path.stem)
def test_a_flow_with_every_key_is_proved(searcher: Engine, subject: Callable[[Path], Subject], path: Path) -> None:
    posts, states = REQUESTS[path.stem]
    asked = int(os.environ.get("FLOWC_POSTS", posts))
    result = search(searcher, subject(path), Bounds(posts=asked))
    assert told(result) == []
    assert [one.what for one in result.unreached] == []
    assert result.proved
    assert result.hidden is None
    assert asked > posts or result.states <= states
