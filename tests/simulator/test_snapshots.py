"""A session's state is plain data: saved and restored, it goes on as if nothing had happened in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowc.simulator.engine import Engine, Session
from flowc.simulator.session import CannotSave

from .conftest import TARGET, Open, do
from .test_traces import SCRIPTS, script


def play(session: Session, events: list[dict[str, object]]) -> str:
    """Applies events, and returns everything there is to see afterwards."""
    for event in events:
        session.event(event)
    return json.dumps([session.trace, session.state, session.legs, session.agents, session.waiting])


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_moment_of_a_call_can_be_restored(engine: Engine, path: Path) -> None:
    text, entry = script(path)
    options = json.loads(path.read_text(encoding="utf-8"))["options"]
    events = entry["events"]
    session = engine.session(text, **options)
    moments = [session.save()]
    for event in events:
        session.event(event)
        moments.append(session.save())
    end = play(session, [])
    for number in range(len(moments)):
        session.restore(moments[number])
        assert play(session, events[number:]) == end


def test_a_moment_outlives_the_context_of_its_engine(open_session: Open) -> None:
    engine = Engine()
    session = engine.session(
        "const S = { calls: 0 };\nVoxEngine.addEventListener(AppEvents.CallAlerting, () => { S.calls += 1; });"
    )
    before = session.save()
    session.incoming_call()
    engine.discard()
    session.restore(before)
    assert session.state == {"calls": 0}
    session.incoming_call()
    assert session.state == {"calls": 1}


def test_different_futures_of_one_moment_do_not_mix(open_session: Open) -> None:
    session = open_session("commands.js")
    do(session, "dial", number=TARGET)
    fork = session.save()
    session.leg(TARGET).fail(486)
    session.restore(fork)
    session.leg(TARGET).answer()
    assert [log for log in session.logs if log.startswith("call-1")] == [
        "call-1 Call.AudioStarted",
        "call-1 Call.Connected",
    ]
    session.restore(fork)
    assert session.leg(TARGET).state == "PROGRESSING"


CLASSES = "class Queue { items = []; } class Kept extends Map {}"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("{ queue: new Queue() }", "S.queue is of the class Queue:"),
        ("{ legs: [{}, { bytes: new Uint8Array(4) }] }", "S.legs[1].bytes is of the class Uint8Array:"),
        ("{ legs: new Map([['one', new Set([new Queue()])]]) }", "a value of a value of S.legs is of the class Queue:"),
        ("{ legs: new Kept() }", "S.legs is of the class Kept:"),
        ("{ queue: Object.freeze(new Queue()) }", "S.queue is of the class Queue:"),
        ("new Queue()", "S is of the class Queue:"),
        ("{ bytes: new ArrayBuffer(8) }", "S.bytes is of the class ArrayBuffer:"),
    ],
)
def test_what_cannot_be_brought_back_is_not_saved(engine: Engine, value: str, told: str) -> None:
    session = engine.session(f"{CLASSES}\nconst S = {value};")
    with pytest.raises(CannotSave) as refused:
        session.save()
    assert str(refused.value).startswith(f"{told} only ")


def test_everything_else_is_brought_back(engine: Engine) -> None:
    code = """
const find = /a/g;
const S = {
  find, started: new Date(), names: new Set(["one"]), bare: Object.create(null), frozen: Object.freeze({ a: [1] }),
  engine: VoxEngine, later: Promise.resolve(1), error: new TypeError("no"), call: null, tell() {},
  voice: VoiceList.Amazon.en_US_Joanna,
};
VoxEngine.addEventListener(AppEvents.CallAlerting, (event) => {
  S.call = event.call;
  S.names.add("two");
  S.started.setTime(5);
  Logger.write(String(S.find.lastIndex) + S.find.test("aa") + S.names.size + S.started.getTime());
  VoxEngine.createTTSPlayer("Hello", { voice: S.voice });
});
"""
    session = engine.session(code, start_time=0)
    for _ in range(2):
        moment = session.save()
        session.incoming_call()
        assert (session.logs, session.error) == (["0true25"], None)
        session.restore(moment)
