"""The runtime by feature: a scenario has the parts that its flow uses, and no combination of them lacks anything.

A flow for each file of `features/`, none of them, all together, and many that have half of them: so many that every two
are together where any third is missing (a covering array). Each file of `features/without_agent/` is a whole call.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from flowc.checks.platform_limits import LARGEST_SCENARIO
from flowc.checks.walks.before_the_agent import QUIET
from flowc.compiler import compile_flows
from flowc.emit import templates, voxengine
from flowc.emit.voxengine.features import BACKGROUND, DIAL, FEATURES, STEPS, SUBJECTS, TABLES, always
from flowc.ir import CallersNumber, Data, Flow, Secret, Step, Storage, Subject, Target
from flowc.language.flow.steps import FALLBACK, STEP, STEP_WORDS
from flowc.language.flow.targets import TARGET
from flowc.language.shapes import ByKey, Refused
from flowc.simulator.engine import Engine
from flowc.simulator.options import Options
from flowc.simulator.trace import logged
from flowc.source import Source
from tests.scenario.phone import ACCOUNT, CALLER
from tests.scenario.test_control import error_of
from tests.test_house import type_checked
from tests.trace_events import wrong

RUNTIME = Path(voxengine.__file__).parent / "runtime"
HERE = Path(__file__).parent / "features"
FRAGMENTS: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(HERE.glob("*.yaml"))
}
ALONE: dict[str, dict[str, Any]] = {
    f"without an agent: {path.stem}": {"flowc": 1, "flow": "combined", **yaml.safe_load(path.read_text("utf-8"))}
    for path in sorted(HERE.glob("without_agent/*.yaml"))
}
"""Flows of their own: nothing can be put together with them."""
Combination = tuple[str, ...]


def half(number: int) -> Combination:
    """About half of the parts, by the digests of their names: a new one changes none of the others."""
    digests = {name: hashlib.sha512(name.encode()).digest() for name in FRAGMENTS}
    return tuple(name for name, digest in digests.items() if digest[number // 8] >> number % 8 & 1)


HALVES = {f"half {number}": half(number) for number in range(128)}
"""Every two together where any third is missing."""
PLAYED_HALVES = dict(itertools.islice(HALVES.items(), 40))
"""Every two together, each without the other, and neither."""
ENDS: dict[str, Combination] = {"none": (), **{name: (name,) for name in FRAGMENTS}}
COMBINATIONS = [*ENDS.values(), *HALVES.values(), *((name,) for name in ALONE)]
PLAYED = ENDS | PLAYED_HALVES
NONE: dict[str, Any] = {
    "flowc": 1,
    "flow": "combined",
    "agent": {"api_key": {"secret": "CARTESIA_API_KEY"}, "agent_id": "agent_1", "unavailable": "hang_up"},
    "actions": {"end_call": {"description": "End the call.", "do": "hang_up"}},
}
# By what the runtime calls a step in the log, reports and coverage find it; and what is said of a transfer besides.
STEP_WORDS_OF_THE_LOG = {kind.name for feature in FEATURES for kind in feature.kinds}
STEP_WORDS_OF_THE_LOG |= {"ring", "connected", "hand over", "handed over", "message", "no message"}
Scenarios = Mapping[Combination, str]
LONGEST = 4 * 3_600_000 + 60_000
AT_ONCE = 20  # calls: what they leave has to find room in V8


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = {**one, **other}
    for name in one.keys() & other.keys():
        if isinstance(one[name], dict) and name not in ("api_key", "agent_id"):
            both[name] = merged(one[name], other[name])
    return both


def flow_of(flow: Mapping[str, Any]) -> Flow:
    result = compile_flows([Source("flows/combined.yaml", json.dumps(flow).encode())])  # JSON is YAML
    assert not result.diagnostics, result.diagnostics
    return result.flows[0]


def scenario(flow: Mapping[str, Any]) -> str:
    result = compile_flows([Source("flows/combined.yaml", json.dumps(flow).encode())])  # JSON is YAML
    assert not result.diagnostics, result.diagnostics
    return next(text for path, text in result.artifacts.items() if path.endswith(".js"))


@pytest.fixture(scope="module")
def scenarios() -> Scenarios:
    """With their comments, also where there are more than the platform takes."""
    flows = {combination: flow_of(combined(combination)) for combination in COMBINATIONS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(voxengine, "LARGEST_SCENARIO", 2 * LARGEST_SCENARIO)
        return {combination: voxengine.emit(flow)[1] for combination, flow in flows.items()}


def taken(text: str) -> str:
    """As the platform takes it."""
    return text if len(text) <= LARGEST_SCENARIO else voxengine.without_comments(text)


def combined(combination: Iterable[str]) -> dict[str, Any]:
    flow = NONE
    for name in combination:
        if name in ALONE:
            return ALONE[name]
        flow = merged(flow, FRAGMENTS[name]["flow"])
    if "say" in flow.get("call", {}).get("recording", {}):
        flow = recorded_always(flow)
    return in_every_language(flow) if "languages" in flow.get("call", {}) else flow


def recorded_always(flow: Mapping[str, Any]) -> dict[str, Any]:
    """Where a call is recorded always no step starts that: those that do stop it."""
    recording = {**flow["call"]["recording"], "starts": "always"}
    steps = json.loads(json.dumps(flow["actions"]).replace('{"recording": "start"}', '{"recording": "stop"}'))
    return {**flow, "actions": steps, "call": {**flow["call"], "recording": recording}}


def in_every_language(flow: Mapping[str, Any]) -> dict[str, Any]:
    """What a flow with one language says, in each of one that has several."""
    languages = flow["call"]["languages"]
    prompts = {
        name: dict.fromkeys(languages, prompt) if isinstance(prompt, str) else prompt
        for name, prompt in flow.get("prompts", {}).items()
    }
    call = {key: value for key, value in flow["call"].items() if key != "voice"}
    return {**flow, "call": call, "prompts": prompts}


def logged_by(name: str, combination: Iterable[str]) -> list[str]:
    """What the log says of its action, where the call is recorded always or not."""
    logs: list[str] = FRAGMENTS[name]["logs"]
    always = "record_always" in combination
    return [line.replace("recording start", "recording stop") if always else line for line in logs]


def asked(combination: Iterable[str]) -> list[tuple[str, dict[str, Any], list[str]]]:
    """Each action with its parameters, and what the log says of it."""
    found = [
        (action, parameters, logged_by(name, combination))
        for name in combination
        for action, parameters in FRAGMENTS[name].get("asks", {}).items()
    ]
    return [*found, ("end_call", {}, ["end_call -> hang_up"])]


def source(file: str) -> str:
    return templates.text_of(f"emit/voxengine/runtime/{file}")


def code(text: str) -> str:
    """Without comments and strings, which may speak of anything."""
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"', "", text, flags=re.DOTALL)


DECLARED = {
    feature.file: set(re.findall(r"^(?:function|const) (\w+)", source(feature.file), re.MULTILINE))
    for feature in FEATURES
}


@cache
def parts(text: str) -> list[str]:
    return [feature.file for feature in FEATURES if source(feature.file) in text]


def hash_of(text: str) -> str:
    return re.findall(r"flowc runtime ([0-9a-f]{12}):", text)[0]


def test_every_part_is_in_one_combination_and_not_in_another(scenarios: Scenarios) -> None:
    """A new file of the runtime needs a file in `features/`, alone: then all the rest of this is about it, too."""
    alone = {file for combination in scenarios if len(combination) <= 1 for file in parts(scenarios[combination])}
    assert alone == set(DECLARED)
    assert {file.name for file in RUNTIME.iterdir()} == set(DECLARED)
    everywhere = set(DECLARED).intersection(*(parts(text) for text in scenarios.values()))
    assert everywhere == {feature.file for feature in FEATURES if feature.needs is always}


def test_parts_stand_once_in_their_order_and_as_they_are(scenarios: Scenarios) -> None:
    for combination, text in scenarios.items():
        places = [text.index(source(file)) for file in parts(text)]
        assert places == sorted(places), combination
        assert all(text.count(source(file)) == 1 for file in parts(text)), combination


def test_every_two_are_together_where_any_third_is_missing() -> None:
    """If not: more halves."""
    having = {name: {number for number, parts in HALVES.items() if name in parts} for name in FRAGMENTS}
    for one, other in itertools.combinations(FRAGMENTS, 2):
        both = having[one] & having[other]
        assert [third for third in FRAGMENTS if third not in (one, other) and both <= having[third]] == []
        kinds = {(one in parts, other in parts) for parts in PLAYED_HALVES.values()}
        assert len(kinds) == 4, (one, other)


def test_combinations_type_check(tsc: str, scenarios: Scenarios, tmp_path: Path) -> None:
    """That no name is undefined and none unused is looked at in all combinations, see below."""
    checked = PLAYED | {f"alone {number}": (name,) for number, name in enumerate(ALONE)}
    for name, combination in checked.items():
        (tmp_path / f"{name}.js").write_text(scenarios[combination], encoding="utf-8")
    assert type_checked(tsc, [f"{name}.js" for name in checked], tmp_path) == ""


def test_no_combination_names_what_it_lacks_or_has_what_it_does_not_name(scenarios: Scenarios) -> None:
    """The same, as far as it can be told without TypeScript."""
    for combination, text in scenarios.items():
        words = Counter(re.findall(r"(?<![\w.])[A-Za-z_]\w*", code(text).replace("...", "")))
        included = parts(text)
        for file, names in DECLARED.items():
            for name in names:
                if file in included:
                    assert words[name] > 1, (combination, file, name)
                elif not any(name in DECLARED[other] for other in included):  # in the place of this one
                    assert words[name] == 0, (combination, file, name)


def test_what_a_part_adds_to_is_used() -> None:
    """A list that nobody adds to, or that nobody goes through, is a part that was forgotten."""
    runtime = "".join(code(source(feature.file)) for feature in FEATURES)
    lists = set(re.findall(r"\bON_\w+", runtime))
    assert lists
    for name in lists:
        assert re.search(rf"\b{name}\.push\(", runtime), name
        assert re.search(rf"\b{name}\.(?:forEach|some|map|reduce)\(|\bfirstReply\({name},", runtime), name


@pytest.mark.parametrize("combination", PLAYED.values(), ids=PLAYED)
def test_every_combination_carries_out_a_call(
    engine: Engine, scenarios: Scenarios, combination: Combination
) -> None:
    carries_out(engine, taken(scenarios[combination]), combination)


def test_all_together_are_taken_without_their_comments(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """With them they are more than the platform takes of a scenario."""
    everything = tuple(FRAGMENTS)
    text = scenario(combined(everything))
    assert len(text) <= LARGEST_SCENARIO
    assert "// Its comments are left out" in text
    carries_out(engine, text, everything)
    flow = flow_of(combined(everything))
    monkeypatch.setattr(voxengine, "LARGEST_SCENARIO", 2 * LARGEST_SCENARIO)
    whole = voxengine.emit(flow)[1]
    assert len(whole) > LARGEST_SCENARIO
    written, bare = (code(each.split("of all that stands below")[1]).split() for each in (whole, text))
    assert bare == written


def carries_out(engine: Engine, text: str, combination: Combination) -> None:
    """Each of its actions, in a call of its own; then nobody does anything any more."""
    calls = asked(combination)
    answered = [ANSWERED] * (4 if "record_always" in combination else 1)  # the caller is told first
    played = play(
        engine,
        text,
        [([*answered, LOOK, asks(action, parameters), *UNKNOWN, *THE_END], {}) for action, parameters, _ in calls],
    )
    for (action, _, expected), result in zip(calls, played, strict=True):
        call = (combination, action)
        assert next(iter(result["looks"].values()))["heard_by_caller"] == "agent", call
        done, *refused = (json.loads(reply["body"]) for _, reply in sorted(result["replies"].items()))
        assert done["ok"], call
        assert [error_of(reply) for reply in refused] == ["unknown_action"] * 2, call
        assert_over(result, call)
        said = {entry["step"] for entry in result["trace"] if entry["event"] == "step"}
        assert {step for step in said if not step.startswith("cannot ")} <= STEP_WORDS_OF_THE_LOG, call
        assert [line for line in expected if line not in logs_of(result)] == [], call


@pytest.mark.parametrize("combination", PLAYED.values(), ids=PLAYED)
def test_every_combination_has_a_way_on_without_an_agent(
    engine: Engine, scenarios: Scenarios, combination: Combination
) -> None:
    throws = {"throws": {"Cartesia.createAgentsClient": 0}}
    unanswered = [{"type": "advance", "ms": 60_000}, *THE_END[1:]]
    [result] = play(engine, taken(scenarios[combination]), [(unanswered, throws)])
    assert_over(result, combination)
    assert any(line.endswith(" -> hang_up") for line in logs_of(result)), combination


@pytest.mark.parametrize("name", ALONE)
def test_a_call_without_an_agent_comes_to_its_end(engine: Engine, scenarios: Scenarios, name: str) -> None:
    """Also where the caller stays, and nobody does anything."""
    [result] = play(engine, scenarios[(name,)], [(THE_END, {})])
    assert_over(result, name)
    assert not any(entry["event"].startswith("agent") for entry in result["trace"])


def play(
    engine: Engine, text: str, calls: list[tuple[list[dict[str, Any]], Mapping[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Calls by their events and options, as one batch: a question for each event takes longer than the event."""
    incoming = {"type": "incoming", "from": CALLER, "to": "+15550100000", "headers": {}, "client": "pstn"}
    for begin in range(0, len(calls), AT_ONCE):
        some = calls[begin : begin + AT_ONCE]
        scripts = [
            {"scenario": 0, "options": Options(**ACCOUNT, **options).as_json(), "events": [incoming, *events]}
            for events, options in some
        ]
        batch = json.dumps({"scenarios": [text], "scripts": scripts})
        for result in json.loads(engine.call("playScripts", batch, extra_time=60)):
            assert not (bad := [told for entry in result["trace"] if (told := wrong(entry))]), bad
            yield result


def asks(action: str, parameters: Mapping[str, Any], number: int = 1) -> dict[str, Any]:
    headers = {"X-Flowc-Request-Id": f"request-{number}"}
    body = json.dumps({"action": action, **parameters})
    return {"type": "ask", "method": "POST", "body": body, "headers": headers, "token": "right", "words_ms": 0}


ANSWERED = {"type": "advance", "ms": 1300}
LOOK = {"type": "look"}
UNKNOWN = [asks("unknown", {}, 2), asks("constructor", {}, 3)]
THE_END = [{"type": "advance", "ms": LONGEST}, {"type": "advance", "ms": 200}]


def assert_over(result: Mapping[str, Any], call: object) -> None:
    """The session has ended, by the scenario's own will, and no leg is left."""
    view = result["view"]
    assert (result["impossible"], view["error"]) == (None, None), call
    assert view["ended"]["reason"] == "terminate", call
    assert {leg["state"] for leg in view["legs"]} == {"TERMINATED"}, call


def logs_of(result: Mapping[str, Any]) -> list[str]:
    """Without which attempt it is, and what code the platform has told."""
    return [re.sub(", (attempt|code) .*", "", line.removeprefix("combined: ")) for line in logged(result["trace"])]


def test_the_hash_is_that_of_the_runtime_and_not_of_the_flow(scenarios: Scenarios) -> None:
    flow = merged(NONE, FRAGMENTS["pstn"]["flow"])
    text = scenario(flow)
    other_desk = {"targets": {"other": {**flow["targets"]["desk"], "pstn": "+15550100002"}}}
    for change in (
        {"targets": {"desk": {"ring": "60s"}}},
        {"actions": {"pstn": {"description": "Put the caller through."}}},
        {"actions": {"another": flow["actions"]["pstn"]}},
        {**other_desk, "actions": {"pstn": {"do": {"transfer": ["desk", "other"]}}}},
    ):
        other = scenario(merged(flow, change))
        assert hash_of(other) == hash_of(text)
        assert other.split("flowc runtime")[1] == text.split("flowc runtime")[1]
    different: dict[str, set[Combination]] = {}
    for text in scenarios.values():
        different.setdefault(hash_of(text), set()).add(tuple(parts(text)))
    assert all(len(made_of) == 1 for made_of in different.values())
    assert len(different) == len({tuple(parts(text)) for text in scenarios.values()})


def test_the_hash_is_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    before = voxengine.runtime_of((FEATURES[0],))
    assert before == voxengine.runtime_of((FEATURES[0],))
    voxengine.runtime_of.cache_clear()
    monkeypatch.setattr(voxengine, "text_of", lambda name: "// changed\n")
    after = voxengine.runtime_of((FEATURES[0],))
    voxengine.runtime_of.cache_clear()
    assert after.hash != before.hash


def keys(shape: ByKey) -> set[str]:
    """By which kinds are told apart."""
    return {kind.fields[0].key for kind in shape.kinds}


def test_every_kind_has_what_carries_it_out() -> None:
    """What is in the language and not here would end a call, by name."""
    kinds = [kind for feature in FEATURES for kind in feature.kinds]
    names = {table: {kind.name for kind in kinds if kind.table is table} for table in TABLES}
    steps = (names[STEPS] | names[BACKGROUND]) - {"instead"}  # which is on the way to other steps
    assert steps == {*keys(STEP), *STEP_WORDS, "route"}
    assert names[DIAL] == keys(TARGET) - {TARGET.gives_way}  # which is called as another one is
    subjects = {kind.type for kind in kinds if kind.table is SUBJECTS}
    written = "\n".join(source(feature.file) for feature in FEATURES)
    of_the_call = set(re.findall(r"^OF_CALL\.(\w+) =", written, re.MULTILINE))
    assert len(subjects - {"CallSubject"}) + len(of_the_call) == len(get_args(Subject))
    types = {kind.type.removesuffix("Setting") for kind in kinds} - subjects
    types -= {"Introduction", "Instead"}  # a transfer, and other steps
    assert types == {
        each.__name__ for union in (Step, Target, Secret | Storage | Data | CallersNumber) for each in get_args(union)
    }


def test_the_scenario_answers_at_the_steps_that_the_compiler_thinks() -> None:
    """A step that answers no call has a rule of its own, and a place in a list of the runtime."""
    [written] = re.findall(r"const UNANSWERED = \[(.*?)\]", source("inbound.js"))
    quiet = {kind.__name__ for kind in QUIET}
    kinds = [kind for feature in FEATURES for kind in feature.kinds if kind.table is STEPS]
    assert set(re.findall(r'"(\w+)"', written)) == {kind.name for kind in kinds if kind.type in quiet}


def test_outcomes_are_those_of_the_language() -> None:
    [written] = re.findall(r"@typedef \{(.*?)\} Outcome\n", source("outcome.js"), re.DOTALL)
    outcomes = {field.key for field in FALLBACK.fields if not isinstance(field.shape, Refused)} - {"otherwise"}
    assert set(re.findall(r'"(\w+)"', written)) == outcomes | {"connected"}
