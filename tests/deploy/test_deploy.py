"""`flowc deploy`: what it would do, and doing it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deploy.conftest import PARTS, VALUES, Project, empty, ready
from tests.deploy.fake import FAULTS, Fake, having
from tests.test_cli import Finished

FLOW = "flows/hotline.yaml"
NEW = "no scenario of this flow is on the rule yet: have the agent there before calls come"


@pytest.fixture
def deploy(project: Project, fake: Fake) -> Callable[..., Finished]:
    return lambda *arguments: project("deploy", FLOW, "--endpoint", fake.endpoint, *arguments)


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all secrets, in the environment."""
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)


def nothing_but(fake: Fake, *gone: str) -> None:
    """An account that has all but these secrets, and no scenario."""
    fake.state = ready()
    for name in gone:
        del fake.state.secrets[name]


def test_a_dry_run_shows_all_and_changes_nothing(
    project: Project, fake: Fake, deploy: Callable[..., Finished], values: None
) -> None:
    nothing_but(fake, *VALUES)
    code, out, err = deploy()
    assert out == f"""\
hotline: application hotline.example.voximplant.com, rule incoming

to do
  1. add the secret CARTESIA_API_KEY, with its value from the environment
  2. add the secret CRM_URL, with its value from the environment
  3. add the scenario hotline, {len(project.scenario.splitlines())} lines
  4. bind the scenario hotline to the rule incoming

the order
  first the agent, then the scenario: {NEW}
"""
    assert (code, err) == (0, "hotline: nothing was changed; --yes carries it out\n")
    assert not fake.written


def test_it_is_carried_out_and_a_second_run_changes_nothing(
    project: Project, fake: Fake, deploy: Callable[..., Finished], values: None
) -> None:
    nothing_but(fake, *VALUES)
    code, _, err = deploy("--yes", "--agent-is-deployed")
    assert code == 0
    assert err.splitlines() == [
        "done: add the secret CARTESIA_API_KEY, with its value from the environment",
        "done: add the secret CRM_URL, with its value from the environment",
        f"done: add the scenario hotline, {len(project.scenario.splitlines())} lines",
        "done: bind the scenario hotline to the rule incoming",
        "hotline: deployed",
    ]
    assert fake.written == ["AddSecret", "AddSecret", "AddScenario", "BindScenario"]
    assert fake.state.secrets == VALUES
    [scenario] = fake.state.scenarios
    assert scenario["scenario_script"] == project.scenario
    assert scenario["application"] == 1
    assert fake.state.rules[0]["bound"] == [scenario["scenario_id"]]
    fake.calls.clear()
    for arguments in ((), ("--yes",)):
        code, out, err = deploy(*arguments)
        assert (code, err) == (0, "hotline: all is there; nothing to do\n")
        assert out == "hotline: application hotline.example.voximplant.com, rule incoming\n"
    assert project("doctor", FLOW, "--endpoint", fake.endpoint).code == 0
    assert not fake.written


def test_a_changed_scenario_is_changed_in_its_place(
    project: Project, fake: Fake, deploy: Callable[..., Finished]
) -> None:
    fake.state = ready(project.scenario)
    number = fake.state.scenarios[0]["scenario_id"]
    project.build("transfer: [desk, night]", "transfer: [night, desk]")
    code, out, err = deploy("--yes")
    assert "  1. change the scenario hotline, lines: 1 added, 1 removed; its runtime is the same\n" in out
    assert "\n  any: both scenarios have the same contract, so the agent can stay as it is\n" in out
    assert (code, fake.written) == (0, ["SetScenarioInfo"])
    assert "CALLER" not in err
    assert fake.state.scenarios[0] == {
        "scenario_id": number,
        "scenario_name": "hotline",
        "scenario_script": project.scenario,
        "application": 1,
    }


def test_one_of_the_shared_folder_is_changed_where_it_is_on_the_rule(
    project: Project, fake: Fake, deploy: Callable[..., Finished]
) -> None:
    fake.state = ready(project.scenario)
    fake.state.scenarios[0]["application"] = None
    project.build("transfer: [desk, night]", "transfer: [night, desk]")
    code, out, _ = deploy("--yes")
    assert (code, fake.written) == (0, ["SetScenarioInfo"])
    assert "rules of other applications may have it too" in out
    fake.state.rules[0]["bound"].clear()
    code, out, err = deploy("--yes")
    assert (code, err) == (1, "hotline: nothing was changed: something is in the way\n")
    assert "there is a scenario hotline in the Shared folder, or in another application" in out
    assert fake.written == ["SetScenarioInfo"]


# Both halves


NEW_ACTION = ("actions:\n", "actions:\n  more: {description: More., do: [{notify: crm}]}\n")
OLD_ACTION = (NEW_ACTION[1], NEW_ACTION[0])


def test_what_is_added_goes_to_the_scenario_first(
    project: Project, fake: Fake, deploy: Callable[..., Finished]
) -> None:
    fake.state = ready(project.scenario)
    project.build(*NEW_ACTION)
    code, out, err = deploy("--yes")
    assert "\n  first the scenario, then the agent: the new scenario takes all that the present tools ask for\n" in out
    assert (code, fake.written) == (0, ["SetScenarioInfo"])
    assert err.endswith("hotline: deployed; now the agent, if its tools have changed\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("pressed", "told", "expected"),
    [("\n", "deployed, both halves", 0), ("", "the scenario is there, and the agent is not yet", 1)],
)
def test_it_waits_for_the_agent_behind_the_scenario_too(
    project: Project,
    fake: Fake,
    deploy: Callable[..., Finished],
    monkeypatch: pytest.MonkeyPatch,
    pressed: str,
    told: str,
    expected: int,
) -> None:
    fake.state = ready(project.scenario)
    project.build(*NEW_ACTION)
    monkeypatch.setattr("sys.stdin", Terminal(pressed))
    assert deploy().code == 0  # a dry run asks nothing
    code, _, err = deploy("--yes")
    assert (code, fake.written) == (expected, ["SetScenarioInfo"])
    assert err.splitlines()[-2:] == [
        "The scenario is there. Deploy the agent now. Enter when it is there as well.",
        f"hotline: {told}",
    ]
    assert deploy("--yes").err == "hotline: all is there; nothing to do\n"


def test_it_does_not_wait_where_it_is_told_not_to_or_where_the_agent_stays(
    project: Project, fake: Fake, deploy: Callable[..., Finished], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(""))
    fake.state = ready(project.scenario)
    project.build(*NEW_ACTION)
    code, _, err = deploy("--yes", "--agent-is-deployed")
    assert code == 0
    assert "Enter" not in err
    project.build("transfer: [desk, night]", "transfer: [night, desk]")
    code, _, err = deploy("--yes")
    assert code == 0
    assert "Enter" not in err
    project.build(*OLD_ACTION)
    code, out, err = deploy("--yes", "--output-format", "json")
    assert (code, json.loads(out)["order"]["first"]) == (1, "agent")
    assert fake.written == ["SetScenarioInfo"] * 2


# A rule


RULES = 'rules = {hotline = "incoming"}'
PATTERN = (RULES, RULES + '\npatterns = {hotline = "1555010(0000|0001)"}')


def patterned(project: Project, fake: Fake) -> None:
    """The pattern of the rule is in the settings, and the rule is not there."""
    settings = project.folder / "pyproject.toml"
    settings.write_text(settings.read_text().replace(*PATTERN))
    fake.state.rules.clear()


def test_a_rule_is_added_where_its_pattern_is_known(
    project: Project, fake: Fake, deploy: Callable[..., Finished]
) -> None:
    nothing_but(fake)
    patterned(project, fake)
    about = "add the rule incoming for 1555010(0000|0001), with the scenario hotline"
    code, out, err = deploy()
    assert f"  2. {about}\n" in out
    assert f"\nthe order\n  first the agent, then the scenario: {NEW}\n" in out
    assert (code, fake.written) == (0, [])
    assert deploy("--yes").err == "hotline: nothing was changed: deploy the agent first, then say --agent-is-deployed\n"
    code, _, err = deploy("--yes", "--agent-is-deployed")
    assert (code, fake.written) == (0, ["AddScenario", "AddRule"])
    assert f"done: {about}\n" in err
    [scenario], [rule] = fake.state.scenarios, fake.state.rules
    assert (rule["rule_name"], rule["rule_pattern"]) == ("incoming", "1555010(0000|0001)")
    assert rule["bound"] == [scenario["scenario_id"]]
    assert deploy("--yes").err == "hotline: all is there; nothing to do\n"


def test_a_rule_beside_others_is_told_of_and_nothing_is_guessed(
    project: Project, fake: Fake, deploy: Callable[..., Finished]
) -> None:
    fake.state = ready(project.scenario)
    number = fake.state.scenarios[0]["scenario_id"]
    fake.state.rules[0].update(rule_name="other", bound=[])
    code, out, _ = deploy("--yes", "--anyway")
    assert (code, fake.written) == (1, [])
    assert "has no rule incoming (there are: other)" in out
    assert "`patterns = {hotline = \"15550100000\"}` in [tool.flowc.deploy]" in out
    settings = project.folder / "pyproject.toml"
    settings.write_text(settings.read_text().replace(*PATTERN))
    code, out, _ = deploy("--yes")
    assert "which of the rules other and incoming takes a call that several match is decided by their order" in out
    assert (code, fake.written) == (1, [])  # calls begin to reach it, so that the agent has to be there
    code, _, _ = deploy("--yes", "--agent-is-deployed")
    assert (code, fake.written) == (0, ["AddRule"])
    assert [(each["rule_name"], each["bound"]) for each in fake.state.rules] == [("other", []), ("incoming", [number])]
    fake.state.rules[1]["rule_pattern"] = "somebody has changed it"
    assert deploy("--yes").err == "hotline: all is there; nothing to do\n"


def test_what_is_taken_away_waits_for_the_agent(
    project: Project, fake: Fake, deploy: Callable[..., Finished], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.state = ready(project.build(*NEW_ACTION))
    project.build(*OLD_ACTION)
    code, out, err = deploy("--yes")
    assert "\n  first the agent, then the scenario: the scenario on the account takes all that the new tools ask" in out
    assert (code, fake.written) == (1, [])
    assert err == "hotline: nothing was changed: deploy the agent first, then say --agent-is-deployed\n"
    monkeypatch.setattr("sys.stdin", Terminal(""))
    code, _, err = deploy("--yes")
    assert (code, fake.written) == (1, [])
    assert err.splitlines() == [
        "Deploy the agent now. Enter when it is there, Ctrl-C to leave all as it is.",
        "hotline: nothing was changed: the agent is not deployed",
    ]
    monkeypatch.setattr("sys.stdin", Terminal("\n"))
    code, _, err = deploy("--yes")
    assert (code, fake.written) == (0, ["SetScenarioInfo"])
    assert err.endswith("hotline: deployed\n")


def test_what_is_refused_in_either_order_is_named(
    project: Project, fake: Fake, deploy: Callable[..., Finished]
) -> None:
    fake.state = ready(project.scenario)
    required = "description: t}, who: {type: boolean, description: w}"
    project.build("optional: true, description: what it is about}", required)
    out = deploy().out
    assert "To avoid it, add in one deployment and remove in the next\n" in out
    assert "\n    refused meanwhile: `call_desk`: invalid_parameters without `topic`\n" in out
    assert "\n    refused meanwhile: `call_desk`: invalid_parameters always, it wants `who`\n" in out


# What is in the way


def test_what_is_missing_and_cannot_be_added_stops_it(
    project: Project, fake: Fake, deploy: Callable[..., Finished]
) -> None:
    nothing_but(fake, "CRM_URL")
    code, out, err = deploy("--yes", "--agent-is-deployed")
    assert (code, fake.written) == (1, [])
    assert "\nthe flow would miss\n  the secret CRM_URL is missing (webhook `crm`)\n    = help: add it" in out
    assert "--anyway carries it out nevertheless" in err
    code, _, _ = deploy("--yes", "--agent-is-deployed", "--anyway")
    assert (code, fake.written) == (0, ["AddScenario", "BindScenario"])


STOPS: dict[str, Callable[[Fake], object]] = {
    "no rule": lambda fake: fake.state.rules[0].update(rule_name="other"),
    "a second scenario": lambda fake: fake.state.rules[0]["bound"].append(fake.state.scenario("helpers", "//")),
    "another case": lambda fake: fake.state.scenario("HotLine", "//"),
    "not ours": lambda fake: fake.state.scenario("hotline", "// by hand"),
    "elsewhere": lambda fake: fake.state.scenario("hotline", "//", 2),
}


@pytest.mark.parametrize("case", STOPS)
def test_nothing_is_done_where_something_is_in_the_way(
    fake: Fake, deploy: Callable[..., Finished], values: None, case: str
) -> None:
    nothing_but(fake, *VALUES)
    STOPS[case](fake)
    code, _, err = deploy("--yes", "--anyway", "--agent-is-deployed")
    assert (code, fake.written) == (1, [])
    assert err == "hotline: nothing was changed: something is in the way\n"


@pytest.mark.parametrize("value", ["", "x" * 8193])
def test_a_value_that_cannot_be_one(
    fake: Fake, deploy: Callable[..., Finished], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    nothing_but(fake, "CRM_URL")
    monkeypatch.setenv("CRM_URL", value)
    code, _, _ = deploy("--yes", "--agent-is-deployed")
    assert (code, fake.written) == (1, [])


def test_a_name_that_no_secret_can_have(
    project: Project, fake: Fake, deploy: Callable[..., Finished], monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_but(fake)
    project.build("secret: CRM_URL", 'secret: "crm.url"')
    monkeypatch.setenv("crm.url", "x")
    assert "rename it in the flow: a letter first" in deploy("--yes", "--anyway").out
    assert not fake.written


def test_a_name_that_no_scenario_can_have(project: Project, fake: Fake, deploy: Callable[..., Finished]) -> None:
    name = "h" * 30
    for file in (project.folder / FLOW, project.folder / "pyproject.toml"):
        file.write_text(file.read_text().replace("flow: hotline", f"flow: {name}").replace("{hotline", f"{{{name}"))
    project("build")
    fake.state = ready()
    assert f"the name {name} is too long for a scenario: at most 29 characters" in deploy("--yes").out
    assert not fake.written


@pytest.mark.parametrize("change", ["edited", "gone"])
def test_what_goes_out_is_what_was_built(
    project: Project, fake: Fake, deploy: Callable[..., Finished], change: str
) -> None:
    path = project.folder / "generated/hotline/hotline.voxengine.js"
    path.unlink() if change == "gone" else path.write_text(project.scenario + "//")
    code, out, err = deploy("--yes")
    assert (code, out, fake.calls) == (1, "", [])
    assert err == (
        "error: generated/hotline/hotline.voxengine.js is not what the flow says:"
        " run `flowc build`, and look at what has changed\n"
    )


def test_a_flow_with_errors(project: Project, fake: Fake, deploy: Callable[..., Finished]) -> None:
    project.flow.write_text(project.flow.read_text().replace("unavailable", "unavailble"))
    code, out, err = deploy("--yes")
    assert (code, fake.calls) == (1, [])
    assert "did you mean" in out + err


def test_what_somebody_has_edited_on_the_account_is_not_lost_unasked(
    project: Project, fake: Fake, deploy: Callable[..., Finished]
) -> None:
    edited = project.scenario.replace("function hangUpCaller", "// a remedy of the night\nfunction hangUpCaller")
    assert edited != project.scenario
    fake.state = ready(edited)
    code, out, _ = deploy("--yes")
    assert (code, fake.written) == (1, [])
    assert "the runtime of the scenario hotline was edited on the account, and that would be lost" in out
    assert (deploy("--yes", "--anyway").code, fake.written) == (0, ["SetScenarioInfo"])
    assert deploy().err == "hotline: all is there; nothing to do\n"


# What goes wrong


WRITES = ("AddSecret", "AddScenario", "BindScenario")


@pytest.mark.parametrize(("name", "fault"), having("AddSecret", [*WRITES, "SetScenarioInfo", "AddRule"]))
def test_it_stops_at_the_first_step_that_fails(
    project: Project,
    fake: Fake,
    deploy: Callable[..., Finished],
    values: None,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    fault: str,
) -> None:
    import flowc.deploy.api

    nothing_but(fake, *VALUES)
    if name == "SetScenarioInfo":
        fake.state.scenario("hotline", project.scenario)
        project.build("transfer: [desk, night]", "transfer: [night, desk]")
    if name == "AddRule":
        patterned(project, fake)
    fake.faults[name] = FAULTS[fault]
    if fault == "slow":
        monkeypatch.setattr(flowc.deploy.api, "LIMIT", 1.0)
    code, out, err = deploy("--yes", "--agent-is-deployed", "--output-format", "json")
    fake.released.set()
    assert code == 2, err
    document = json.loads(out)
    done = [step["done"] for step in document["steps"]]
    assert done == sorted(done, reverse=True)  # those before it, and none after
    assert not all(done)
    assert f"{name}: " in document["error"]
    assert err.splitlines()[-1] == f"{sum(done)} of {len(done)} steps done; the same command goes on from there"
    assert fake.written.count(name) == 1
    assert fake.written[-1] == name
    assert not any(part in out + err for part in PARTS)
    assert "\x1b" not in out + err


@pytest.mark.parametrize("name", WRITES)
def test_the_same_command_goes_on_from_where_it_has_stopped(
    fake: Fake, deploy: Callable[..., Finished], values: None, name: str
) -> None:
    nothing_but(fake, *VALUES)
    fake.faults[name] = FAULTS["500"]
    assert deploy("--yes", "--agent-is-deployed").code == 2
    fake.faults.clear()
    assert deploy("--yes", "--agent-is-deployed").code == 0
    assert fake.state.secrets == VALUES
    assert len(fake.state.scenarios) == 1


@pytest.mark.parametrize("name", [*WRITES, "AddRule"])
def test_what_was_done_although_no_answer_came_is_not_done_again(
    project: Project, fake: Fake, deploy: Callable[..., Finished], values: None, name: str
) -> None:
    nothing_but(fake, *VALUES)
    if name == "AddRule":
        patterned(project, fake)

    def lost(server: Fake, called: str, given: Mapping[str, str]) -> web.Response:
        server.right(called, given)
        return FAULTS["500"](server, called, given)

    fake.faults[name] = lost
    assert deploy("--yes", "--agent-is-deployed").code == 2
    fake.faults.clear()
    assert deploy("--yes", "--agent-is-deployed").code == 0
    bound = fake.written.count("BindScenario") + fake.written.count("AddRule")
    assert fake.written.count("AddScenario") == bound == 1
    assert fake.state.secrets == VALUES
    assert len(fake.state.rules[0]["bound"]) == len(fake.state.scenarios) == 1


@pytest.mark.parametrize("way", [(), ("--yes", "--agent-is-deployed"), ("--output-format", "json"), ("--debug",)])
def test_no_secret_is_told(
    project: Project, fake: Fake, deploy: Callable[..., Finished], values: None, way: tuple[str, ...]
) -> None:
    nothing_but(fake, *VALUES)
    key = json.loads(fake.credentials.read_text())["private_key"]
    deploy(*way)
    fake.faults["AddSecret"] = FAULTS["an error that says what was sent"]
    nothing_but(fake, *VALUES)
    deploy(*way, "--yes", "--agent-is-deployed")
    assert not any(part in project.said for part in PARTS)
    assert not any(line in project.said for line in key.splitlines())
    written = [path for path in project.folder.rglob("*") if path.is_file()]
    assert not any(part in path.read_text("utf-8") for part in PARTS for path in written)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    there=st.sets(st.sampled_from(list(VALUES))),
    script=st.sampled_from(["none", "same", "older", "shared"]),
    bound=st.booleans(),
    yes=st.booleans(),
)
def test_after_it_is_carried_out_nothing_is_left(
    project: Project, fake: Fake, there: set[str], script: str, bound: bool, yes: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in VALUES.items():
            patch.setenv(name, value)
        fake.state = ready()
        fake.calls.clear()
        fake.state.secrets = dict.fromkeys(there, "kept")
        if script != "none":
            text = project.scenario if script == "same" else project.scenario.replace("ringMs: 20000", "ringMs: 10000")
            number = fake.state.scenario("hotline", text, None if script == "shared" else 1)
            if bound or script == "shared":
                fake.state.rules[0]["bound"].append(number)
        arguments = ("deploy", FLOW, "--endpoint", fake.endpoint, "--agent-is-deployed")
        assert project(*arguments).code == 0
        assert not fake.written
        before = json.loads(project(*arguments, "--output-format", "json").out)["steps"]
        assert project(*arguments, "--yes").code == 0
        assert len(fake.written) == len(before)
        assert json.loads(project(*arguments, "--output-format", "json").out)["steps"] == []
        assert all(fake.state.secrets[name] == "kept" for name in there)
        assert [each["scenario_script"] for each in fake.state.scenarios] == [project.scenario]


def test_an_empty_account_of_a_flow_is_told_as_a_whole(fake: Fake, deploy: Callable[..., Finished]) -> None:
    fake.state = empty()
    document: dict[str, Any] = json.loads(deploy("--output-format", "json").out)
    assert [each["step"] for each in document["steps"]] == ["add_scenario", "bind_scenario"]
    assert {each["code"] for each in document["missed"]} == {"secret", "storage", "caller_id"}
    assert document["order"]["first"] == "agent"
    assert document["error"] is None
    assert not fake.written
