"""Events of a trace: the types in `flowc/simulator/trace.py` are what the emulator's JavaScript writes. That values
have the types, too, is looked at in every trace of a session that any test makes, see tests/conftest.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import flowc.simulator
from tests.trace_events import KINDS, wrong

FILES = sorted((Path(flowc.simulator.__file__).parent / "vox").glob("*.js"))
WRITTEN = re.compile(r'event: "(\w+)"(.*) \}(?:\)|;)')
NOT_WRITTEN_OUT = {"storage_get", "storage_keys", "storage_put", "storage_remove"}  # `storage_${operation}`


def written() -> Iterator[tuple[str, str, set[str]]]:
    """Where, the event's name, and the keys that stand there with it."""
    for path in FILES:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            for found in WRITTEN.finditer(line if "t: sim.now" in line else ""):
                rest = re.sub(r"\.\.\.\(.*\)|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", "", found[2])
                rest = re.sub(r": [^,]*", "", rest)
                yield f"{path.name}:{number}", found[1], {each.strip() for each in rest.split(",")} - {""}


def test_what_is_written_is_what_is_read() -> None:
    found = list(written())
    assert {name for _, name, _ in found} | NOT_WRITTEN_OUT == KINDS.keys()
    for place, name, keys in found:
        kind = KINDS[name]
        assert kind.__required_keys__ - {"t", "event"} <= keys <= kind.__required_keys__ | kind.__optional_keys__, place


def test_what_is_wrong_with_an_event_is_seen() -> None:
    right = {"t": 1, "event": "media", "from": "a", "to": "b", "replaced": None}
    assert not wrong(right)
    assert wrong({**right, "event": "medium"})
    assert wrong({**right, "more": 1})
    assert wrong({**right, "t": "1"})
    assert wrong({**right, "t": True})
    assert wrong({**right, "replaced": 1})
    assert wrong({name: value for name, value in right.items() if name != "to"})
    request = {"t": 1, "event": "request", "method": "POST", "content": "", "headers": [{"key": "X-A", "value": "b"}]}
    assert not wrong(request)
    assert wrong({**request, "headers": [{"key": "X-A"}]})
