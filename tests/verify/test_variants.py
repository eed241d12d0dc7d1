"""No switch of the platform is forgotten, and a proof holds under each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator.engine import Engine
from flowc.simulator.options import PLATFORM_SWITCHES
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, search
from flowc.verify.variants import EVENTS, SWITCHES, WITHOUT_EFFECT
from tests.conftest import ROOT
from tests.verify.test_search import EXAMPLE, told


def test_every_switch_has_its_place() -> None:
    named = [*dict.fromkeys(switch for switch, _ in SWITCHES), *EVENTS, *WITHOUT_EFFECT]  # one may have several values
    assert sorted(named) == sorted(PLATFORM_SWITCHES)
    assert [(switch, value) for switch, value in SWITCHES if value not in PLATFORM_SWITCHES[switch][1:]] == []


@pytest.mark.parametrize(("switch", "value"), SWITCHES)
def test_a_call_without_requests_is_sound_under_each(
    searcher: Engine, subject: Callable[[Path], Subject], switch: str, value: Any
) -> None:
    result = search(searcher, subject(EXAMPLE), Bounds(posts=0), switches={switch: value})
    assert told(result) == []
    assert result.exhausted


def test_who_was_given_up_answers_where_a_hang_up_is_over_at_once(
    searcher: Engine, subject: Callable[[Path], Subject]
) -> None:
    """Then the last leg ends twice, and no session lives longer for that."""
    found = subject(ROOT / "tests/verify/flows/telling_on.yaml")
    assert search(searcher, found, Bounds(), switches={"hangup_events": "at_once"}).proved
