"""What joins the language, the runtime or the emulator has to join the alphabet, the oracle and the mutants: else these
tests name it, and `flowc/README.md` says where it belongs.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

import flowc
from flowc.ir import Outcome, Secret, Setting, Step, Storage, Target
from flowc.ir.steps import Transfer
from flowc.ir.subject import Subject as BranchSubject
from flowc.simulator.may_fail import MAY_FAIL
from flowc.verify import alphabet as alphabet_module
from flowc.verify import requests as requests_module
from flowc.verify.alphabet import CODES_OF, CODES_OF_QUEUES
from flowc.verify.oracle import Oracle, Roles, Seen
from flowc.verify.oracle.hunts import OUTCOMES, OUTCOMES_OF_QUEUES
from flowc.verify.result import Bounds
from flowc.verify.search import Subject, oracle_for
from tests.scenario.test_features import FRAGMENTS, RUNTIME, code
from tests.verify.runtime_mutants import every_mutant
from tests.verify.test_oracle import FLOWS, SMALL

PACKAGE = Path(flowc.__file__).parent
VOX = PACKAGE / "simulator" / "vox"
OF_ALPHABET = "\n".join(
    (VOX / name).read_text("utf-8") for name in ("acts.js", "alphabet.js", "time_events.js", "probes.js")
)
ALL_OF_RUNTIME = "".join(code(path.read_text("utf-8")) for path in sorted(RUNTIME.glob("*.js")))
IN_NO_ORACLE = {
    "Step": set[str](),
    "Target": set[str](),
    "Setting": set[str](),
    "Subject": set[str](),
}


OF_NO_LEG = {
    Outcome.CONNECTED: "it has no fallback",
    Outcome.CLOSED: "nobody is called: a moment of the clock",
    Outcome.MACHINE: "the platform finds out who has answered: an event of its own",
    Outcome.NOT_ACCEPTED: "whoever answers has pressed no key: a matter of time",
    Outcome.CANCELLED: "the caller's own key",
}
NOTHING_TO_BREAK = {
    "heard.js": "it has nothing but lists, which others add to and go through",
    "first_reply.js": "one expression: what is asked with it shows it",
    "settings_loaded.js": "one expression: who waits for settings shows it",
    "led_by_action.js": "one expression: the errors of `no_agent.js` and `former_agent.js`, which ask it, show it",
    "outcome.js": "it has nothing but the type of a result",
    "webhook_settings.js": "it is one expression, and decides nothing: what reads it does",
    "data_number.js": "one expression, which the errors of a call that is placed show: `verify/mutants.py`",
    "answers_alone.js": "one expression: what hands an answer over shows it",
    "by_parameter.js": "one expression, which the errors of a branch show: `verify/mutants.py`",
    "values.js": "one expression in a try: `scenario/test_control.py` and `test_ask.py` show what is no JSON object",
    "webhook_requests.js": "one expression, of what other parts make: the errors of `webhook_content.js` show it",
    "by_data.js": "one expression, which the errors of a branch show: `verify/mutants.py`",
    "by_answer.js": "one expression, which the errors of a branch show: `verify/mutants.py`",
    "by_hours.js": "one expression, which the errors of a branch show: `verify/mutants.py`",
    "by_call.js": "one expression, which the errors of a branch show: `verify/mutants.py`",
    "by_number_dialled.js": "one expression, which the errors of a branch show: `verify/mutants.py`",
    "by_language.js": "one expression, which the errors of a branch show: `verify/mutants.py`",
}
VARIED_BY = {"CallLanguage": "ChangeLanguage"}
"""What a branch goes by that is as a step has made it: the step whose values are varied."""


WRITTEN = {
    "instead": r"take_message: .*\botherwise: .*\n.*\botherwise: ",  # the second of a list
    "parameter": r"\bby: [a-z_]+\b",
    "call": r"\bcall\.(?:to|from)\b",
    "hours": r"\bby: hours\.|\"by\": \"hours\.",
}
"""What is written in another way than the runtime has it: what a branch goes by."""


def names_in(*paths: Path) -> set[str]:
    return {
        node.id for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)
    }


def kinds(union: Any) -> set[str]:
    return {each.__name__ for each in get_args(union) if each is not str}


ORACLE = names_in(*(PACKAGE / "verify" / "oracle").glob("*.py"))
ALPHABET = names_in(Path(str(alphabet_module.__file__))) | names_in(Path(str(requests_module.__file__)))


@pytest.mark.parametrize("name", ["Step", "Target", "Setting", "Subject"])
def test_every_kind_is_read_by_the_oracle(name: str) -> None:
    union = {"Step": Step, "Target": Target, "Setting": Setting, "Subject": BranchSubject}[name]
    assert kinds(union) - ORACLE == IN_NO_ORACLE[name]


def test_every_kind_of_target_and_setting_has_an_account_to_be_in() -> None:
    varied = {VARIED_BY.get(name, name) for name in kinds(BranchSubject)}
    assert kinds(Target) | varied | {Secret.__name__, Storage.__name__, Transfer.__name__} <= ALPHABET


def test_every_outcome_is_one_that_a_leg_can_have() -> None:
    assert set(Outcome) - CODES_OF.keys() == OF_NO_LEG.keys()
    known = {code: str(outcome) for outcome, codes in CODES_OF.items() for code in codes}
    assert {code: OUTCOMES.get(code, "failed") for code in known} == known
    assert OUTCOMES.keys() <= known.keys()
    table = re.search(r"OUTCOME_OF_CODE = \{\n(.*?)\};", (RUNTIME / "transfer.js").read_text("utf-8"), re.DOTALL)
    assert table is not None
    assert {int(code) for code in re.findall(r"^  (\d+):", table[1], re.MULTILINE)} == OUTCOMES.keys()


def test_every_outcome_of_queues_is_known() -> None:
    known = {code: str(outcome) for outcome, codes in CODES_OF_QUEUES.items() for code in codes}
    assert {code: OUTCOMES_OF_QUEUES.get(code, "failed") for code in known} == known
    table = re.search(r"OUTCOME_OF_QUEUE = \{\n(.*?)\};", (RUNTIME / "queue.js").read_text("utf-8"), re.DOTALL)
    assert table is not None
    rows = re.findall(r'^  (\d+): "(\w+)"', table[1], re.MULTILINE)
    assert {int(code): told for code, told in rows} == OUTCOMES_OF_QUEUES


def test_every_step_is_in_a_flow_that_is_compared() -> None:
    """In the flows of `verify/flows`, for the mutants of the compiler, or in one of `scenario/features`."""
    from flowc.emit.voxengine.features import FEATURES, TABLES

    texts = "".join(path.read_text("utf-8") for path in SMALL) + json.dumps(
        [each["flow"] for each in FRAGMENTS.values()]
    )
    for feature in FEATURES:
        for kind in feature.kinds:
            assert kind.table in TABLES
            assert re.search(WRITTEN.get(kind.name, rf"\b{kind.name}\b"), texts), kind.name


# What the world does


def acts(table: str) -> set[str]:
    """The names of what the alphabet can do."""
    text = OF_ALPHABET
    body = re.search(rf"^const {table} = \{{\n(.*?)^\}};", text, re.MULTILINE | re.DOTALL)
    assert body is not None
    return {quoted or plain for quoted, plain in re.findall(r'^  (?:"([\w ]+)"|(\w+))[(:]', body[1], re.MULTILINE)}


def test_every_act_is_known_to_the_oracle(subject: Callable[[Path], Subject]) -> None:
    plain = oracle_for(subject(FLOWS / "leaving.yaml").flow, Bounds(), {})
    event: dict[str, Any] = {
        "found": "value",
        "keys": [],
        "unit": "agent-1",
        "does": "closes",
        "how": "ends",
        "as": "Disconnected",
    }
    event |= {"what": "", "body": 0, "id": "", "code": 200}
    assert len(acts("ACTS")) > 10
    told = {act: how_it_is_taken(plain, {**event, "do": act}) for act in acts("ACTS")}
    assert {act for act, words in told.items() if "does not know" in words} == set()


def how_it_is_taken(oracle: Oracle, event: dict[str, Any]) -> str:
    """Most events cannot happen at the beginning, and are refused for that."""
    try:
        oracle.step(oracle.begin(), event, Seen(), 0, Roles())
    except (ValueError, AssertionError, LookupError) as error:
        return str(error)
    return ""


HAPPENS: dict[str, str] = {
    "AMD.Events.DetectionComplete": "leg",
    "AMD.Events.DetectionError": "leg",
    "AppEvents.CallAlerting": "call",
    "AppEvents.HttpRequest": "post",
    "AppEvents.Started": "started again",
    "AppEvents.Terminating": "leave",
    "CallEvents.AudioStarted": "leg",
    "CallEvents.BeepDetectionComplete": "leg",
    "CallEvents.BeepDetectionError": "leg",
    "CallEvents.BlindTransferRequested": "leg",
    "CallEvents.Connected": "leg",
    "CallEvents.RecordError": "recorder",
    "CallEvents.RecordStarted": "recorder",
    "CallEvents.RecordStopped": "recorder",
    "CallEvents.Disconnected": "leave",
    "CallEvents.Failed": "leg",
    "CallEvents.OffHold": "leg",
    "CallEvents.OnHold": "leg",
    "CallEvents.PlaybackFinished": "player",
    "CallEvents.Ringing": "leg",
    "CallEvents.ToneReceived": "leg",
    "CallEvents.TransferComplete": "leg",
    "CallEvents.TransferFailed": "leg",
    "Cartesia.AgentsEvents.Clear": "agent",
    "Cartesia.Events.WebSocketMediaEnded": "agent",
    "Cartesia.Events.WebSocketMediaStarted": "agent",
    "PlayerEvents.Error": "player",
    "PlayerEvents.PlaybackFinished": "player",
    "PlayerEvents.PlaybackReady": "player",
    "RecorderEvents.RecorderError": "recorder",
    "RecorderEvents.Started": "recorder",
    "RecorderEvents.Stopped": "recorder",
    "Silero.VADEvents.Error": "voice",
    "Silero.VADEvents.Reset": "voice",
    "Silero.VADEvents.Result": "voice",
    "SmartQueueEvents.ClientDisconnected": "leave",
    "SmartQueueEvents.Error": "leg",
    "SmartQueueEvents.OperatorReached": "leg",
    "SmartQueueEvents.TaskCanceled": "leg",
    "SmartQueueEvents.Waiting": "leg",
}
"""What a scenario listens to, and what of the alphabet brings it about."""


NO_EVENTS = ("AMD.Model", "AMD.ResultClass", "DTMFType")


def test_whatever_a_scenario_listens_to_happens() -> None:
    enums = json.loads((VOX / "api.json").read_text("utf-8"))["enums"]
    listened = {
        f"{enum}.{member}"
        for enum, details in enums.items()
        for member in details["members"]
        if enum not in NO_EVENTS and re.search(rf"(?<![\w.]){re.escape(enum)}\.{member}\b", ALL_OF_RUNTIME)
    }
    assert listened == HAPPENS.keys()
    assert set(HAPPENS.values()) <= acts("ACTS") | acts("PROBES")


HAS_TO_WORK = {
    "Logger.write",
    "VoxEngine.addEventListener",
    "VoxEngine.terminate",
    "clearTimeout",
    "setTimeout",
}
CALLED_BY_OTHERS = {"SequencePlayer"}
"""Classes of which no scenario has an object: functions of the same name are another's."""


def test_whatever_a_scenario_calls_may_fail() -> None:
    """By the emulator's own table of the platform's functions."""
    api = json.loads((VOX / "api.json").read_text("utf-8"))
    called = {name for name in api["functions"] if re.search(rf"(?<![\w.]){name}\(", ALL_OF_RUNTIME)}
    for space, details in api["namespaces"].items():
        found = details.get("functions", {})
        called |= {f"{space}.{name}" for name in found if re.search(rf"\b{re.escape(space)}\.{name}\(", ALL_OF_RUNTIME)}
    for owner, details in api["classes"].items():
        if owner in CALLED_BY_OTHERS:
            continue
        if details.get("events"):
            called.add(f"{owner}.addEventListener")
        called |= {f"{owner}.{name}" for name in details["methods"] if re.search(rf"\.{name}\(", ALL_OF_RUNTIME)}
    assert called - HAS_TO_WORK - IS_NOT_MEANT.keys() == set(MAY_FAIL)


IS_NOT_MEANT = {
    "Call.customData": "the session's",
    "Conference.addEventListener": "a leg's",
    "Conference.stop": "a player's",
    "Conference.stopMediaTo": "the caller's",
}
"""Functions that have the name of one that a scenario calls of something else, and of what."""


# Mutants


def test_every_part_of_the_runtime_has_errors_to_be_found() -> None:
    mutants = every_mutant()
    assert {path.name for path in RUNTIME.glob("*.js")} - {mutant.file for mutant in mutants} == NOTHING_TO_BREAK.keys()
    assert len({mutant.name for mutant in mutants}) == len(mutants)


def test_whatever_happens_can_be_saved() -> None:
    """What joins the alphabet joins `verify/by_hand.py`: a script that is saved has a step for it."""
    happens = set(re.findall(r'\b(?:do|does): "([^"]+)"', OF_ALPHABET))
    of_legs = OF_ALPHABET.partition("LEG_DOES = {")[2].partition("}")[0]
    happens |= set(re.findall(r'(?:"([^"]+)"|\b(\w+)): "\w+"', of_legs))
    words = {word for each in happens for word in ((each,) if isinstance(each, str) else each) if word}
    assert len(words) > 25
    saved = (PACKAGE / "verify" / "by_hand.py").read_text("utf-8")
    assert {word for word in words if f'"{word}"' not in saved} == set()
