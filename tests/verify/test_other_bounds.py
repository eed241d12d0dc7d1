"""What the second reading says where any timer may be the first, and in an exact search: as much as elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flowc.simulator.engine import Engine
from flowc.verify.alphabet import alphabet
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, replayed, search
from tests.conftest import ROOT
from tests.verify.test_edited import edited
from tests.verify.test_oracle import FLOWS
from tests.verify.test_search import told

SILENT = {"do": "timer", "number": 0, "what": "onSpeechWaited"}
EXAMPLES = ROOT / "flows"
ANY_FIRST: tuple[tuple[Path, int], ...] = (
    (EXAMPLES / "two_languages.yaml", 300),  # somebody rings in vain while a sound file does not come
    (EXAMPLES / "payment.yaml", 400),  # the agent is silent while the recording is late
    (EXAMPLES / "reminder.yaml", 500),  # the session ends while the call list says nothing
    (FLOWS / "announced_in_queues.yaml", 200),  # the caller hears something again and again, until the waiting is over
    (FLOWS / "handing_twice.yaml", 700),  # a trunk is asked once more
)
EXACT: tuple[tuple[str, int], ...] = (
    ("placing_on", 500),  # a message ends at the same instant as what somebody hears, who is called meanwhile
    ("placing_together", 1200),  # of two who have answered at once nobody says whether they are machines
)


@pytest.mark.parametrize(("path", "states"), ANY_FIRST, ids=lambda each: getattr(each, "stem", ""))
def test_any_timer_first(searcher: Engine, subject: Callable[[Path], Subject], path: Path, states: int) -> None:
    assert told(search(searcher, subject(path), Bounds(posts=1, states=states, untimed=True))) == []


@pytest.mark.parametrize(("name", "states"), EXACT)
def test_exact(searcher: Engine, subject: Callable[[Path], Subject], name: str, states: int) -> None:
    result = search(searcher, subject(FLOWS / f"{name}.yaml"), Bounds(posts=1, states=states, exact=True))
    assert told(result) == []


AT_ONCE = ("const MAX_ACTIVE_HTTP = 3;", "const MAX_ACTIVE_HTTP = 30;")


def test_any_timer_first_leaves_requests_their_places(searcher: Engine, subject: Callable[[Path], Subject]) -> None:
    """Five webhooks are told at once, and one answers: then one of the two that wait on the platform is sent. Where a
    timer is over before that, the time of the others may be over as well, and both are.
    """
    found = edited(subject(FLOWS / "telling.yaml"), AT_ONCE)
    world = alphabet(found.flow, 1)
    body = world.world["actions"][0]
    begins = [{"do": "call"}, {"do": "agent", "unit": "agent-1", "does": "connects"}, {"do": "connect"}]
    asks = [*begins, {"do": "post", "body": body, "id": "r1"}]
    answered = {"do": "webhook", "code": 200}
    bounds = Bounds(posts=1, untimed=True)
    for path, sent in (([*asks, answered], 4), ([*asks, SILENT, answered], 5)):
        trace = replayed(searcher, found, bounds, path, world).trace
        assert [each["event"] for each in trace].count("http_request") == sent
