"""`flowc doctor`: what a flow would miss on an account."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from flowc.deploy.needs import Thing
from tests.conftest import ROOT
from tests.deploy.conftest import PARTS, VALUES, Project, in_days, ready
from tests.deploy.fake import FAULTS, WRITING, Fake, State, answers, having

READING = ("GetApplications", "GetScenarios", "GetRules", "GetSecrets", "GetKeyValueKeys", "GetKeyValueItem")
READING += ("GetCallerIDs", "GetPhoneNumbers")
FLOW = "flows/hotline.yaml"


def doctor(project: Project, fake: Fake, *arguments: str) -> tuple[int, list[str]]:
    """The exit code, and every finding."""
    code, out, _ = project("doctor", FLOW, "--endpoint", fake.endpoint, "--output-format", "json", *arguments)
    document = json.loads(out)
    assert bool(document["findings"]) == (code == 1)
    return code, [each["message"] for each in document["findings"]]


def notes(project: Project, fake: Fake) -> list[str]:
    document = json.loads(project("doctor", FLOW, "--endpoint", fake.endpoint, "--output-format", "json").out)
    return [each["message"] for each in document["notes"]]


def test_all_is_there(project: Project, fake: Fake) -> None:
    fake.state = ready(project.scenario)
    assert project("doctor", FLOW, "--endpoint", fake.endpoint) == (
        0,
        "",
        "hotline: application hotline.example.voximplant.com, rule incoming: nothing is missing\n",
    )
    assert not fake.written


def test_nothing_is_there(project: Project, fake: Fake) -> None:
    code, out, err = project("doctor", FLOW, "--endpoint", fake.endpoint)
    assert code == 1
    assert out.startswith(
        "the secret CARTESIA_API_KEY is missing (the key of the agent)\n"
        "  = help: add it in the control panel, or put its value into the environment as CARTESIA_API_KEY for"
        " `flowc deploy`\n"
    )
    for missing in (
        "the secret CRM_URL is missing (webhook `crm`)",
        "the entry CALLER_ID of ApplicationStorage is missing (target `desk`)",
        "the entry CARTESIA_AGENT_ID of ApplicationStorage is missing (the id of the agent)",
        "the caller ID +15550100009 (target `night`) is neither rented nor verified",
        "the scenario hotline is not there",
        "the scenario hotline is not on the rule incoming",
        "note: no number that the account rents leads to the application",
    ):
        assert f"\n{missing}" in out
    assert err.endswith("rule incoming: 7 things missing\n")


def _without(*path: str) -> Callable[[State], object]:
    def change(state: State) -> object:
        return getattr(state, path[0]).pop(path[1])

    return change


def _storage(key: str, value: str, days: int) -> Callable[[State], object]:
    return lambda state: state.storage.update({key: (value, in_days(days))})


def _verified(**row: object) -> Callable[[State], object]:
    return lambda state: state.caller_ids[0].update(row)


TODAY = datetime.now(UTC).date()
MISSING: dict[str, tuple[Callable[[State], object], str]] = {
    "secret": (_without("secrets", "CRM_URL"), "the secret CRM_URL is missing"),
    "entry": (_without("storage", "CARTESIA_AGENT_ID"), "the entry CARTESIA_AGENT_ID of ApplicationStorage is missing"),
    "entry that expires": (_storage("CARTESIA_AGENT_ID", "x", 3), "CARTESIA_AGENT_ID of ApplicationStorage expires"),
    "entry that has": (_storage("CARTESIA_AGENT_ID", "x", -3), "CARTESIA_AGENT_ID of ApplicationStorage has expired"),
    "no number": (_storage("CALLER_ID", "the desk", 60), "CALLER_ID of ApplicationStorage (target `desk`) is no"),
    "another number": (_storage("CALLER_ID", "+15550100007", 60), "+15550100007, is neither rented nor verified"),
    "not verified": (_verified(active=False), "the caller ID +15550100009 (target `night`) is not verified yet"),
    "over": (_verified(verified_until=str(TODAY - timedelta(1))), "(target `night`): its verification ended on"),
    "over soon": (_verified(verified_until=str(TODAY + timedelta(3))), "(target `night`): its verification ends on"),
    "another caller ID": (_verified(callerid_number="15550100099"), "+15550100009 (target `night`) is neither"),
    "frozen": (lambda state: state.numbers[0].update(deactivated=True), "15550100008, is rented, but frozen"),
    "cancelled": (lambda state: state.numbers[0].update(canceled=True), "15550100008, is rented, but frozen"),
    "no rule": (lambda state: state.rules[0].update(rule_name="other"), "has no rule incoming (there are: other)"),
    "not bound": (lambda state: state.rules[0].update(bound=[]), "the scenario hotline is not on the rule incoming"),
    "a second scenario": (
        lambda state: state.rules[0]["bound"].append(state.scenario("helpers", "//")),
        "the rule incoming has another scenario: 103 (helpers)",
    ),
    "out of date": (
        lambda state: state.scenarios[0].update(
            scenario_script=state.scenarios[0]["scenario_script"].replace("ringMs: 20000", "ringMs: 10000")
        ),
        "the scenario hotline is not what the flow says",
    ),
    "not ours": (
        lambda state: state.scenarios[0].update(scenario_script="// by hand"),
        "the scenario hotline on the account was not generated by flowc",
    ),
    "another case": (lambda state: state.scenario("Hotline", "//"), "there is a scenario Hotline"),
}


@pytest.mark.parametrize("case", MISSING)
def test_each_thing_that_is_missing_is_told_alone(project: Project, fake: Fake, case: str) -> None:
    change, told = MISSING[case]
    fake.state = ready(project.scenario)
    change(fake.state)
    code, [found] = doctor(project, fake)
    assert (code, told in found) == (1, True), found
    assert not fake.written


NOTED: dict[str, tuple[Callable[[State], object], str]] = {
    "no number leads there": (
        lambda state: state.numbers[0].update(application_id=2),
        "no number that the account rents leads to",
    ),
    "all lead to other rules": (
        lambda state: state.numbers[0].update(rule_id=9),
        "all numbers of the application are bound to other rules than incoming",
    ),
    "it lies in the Shared folder": (
        lambda state: state.scenarios[0].update(application=None),
        "the scenario hotline on the rule is not the application's",
    ),
}


@pytest.mark.parametrize("case", NOTED)
def test_what_is_worth_knowing_is_no_fault(project: Project, fake: Fake, case: str) -> None:
    change, told = NOTED[case]
    fake.state = ready(project.scenario)
    change(fake.state)
    assert doctor(project, fake) == (0, [])
    [note] = notes(project, fake)
    assert told in note


def test_a_scenario_that_may_be_too_large_to_be_uploaded(project: Project, fake: Fake) -> None:
    """Both commands say so before anything goes out."""
    says = "".join(f"{{say: long{number}}}, " for number in range(40))
    prompts = "".join(f"  long{number}: {'ä' * 1200}\n" for number in range(40))
    project.build("unavailable: hang_up}\n", f"unavailable: [{says}hang_up]}}\nprompts:\n{prompts}")
    fake.state = ready()
    size = len(project.scenario.encode()) // 1024
    told = f"the scenario has {size} KiB, and the Management API says that it takes less"
    assert size >= 128
    assert [told in note for note in notes(project, fake)] == [True]
    assert told in project("deploy", FLOW, "--endpoint", fake.endpoint).out
    assert not fake.written


def test_line_ends_of_a_control_panel_are_no_difference(project: Project, fake: Fake) -> None:
    fake.state = ready(project.scenario.replace("\n", "\r\n").rstrip())
    assert doctor(project, fake) == (0, [])


def test_lists_have_pages(project: Project, fake: Fake) -> None:
    fake.state = ready(project.scenario)
    state = fake.state
    others = {f"OTHER_{number}": ("x", in_days(60)) for number in range(230)}
    state.storage = {**others, **state.storage}
    state.secrets = {**dict.fromkeys(others, "x"), **state.secrets}
    state.caller_ids = [{"callerid_number": f"1555020{n:04}", "active": False} for n in range(230)] + state.caller_ids
    state.numbers = [{"phone_number": f"1555030{n:04}"} for n in range(230)] + state.numbers
    state.applications = [
        *({"application_id": 1000 + n, "application_name": f"app{n}.example.voximplant.com"} for n in range(230)),
        *state.applications,
    ]
    for number in range(230):
        state.scenario(f"other{number}", "//")
        state.rules.insert(0, {"rule_id": 5000 + number, "rule_name": f"r{number}", "rule_pattern": "x", "bound": []})
    assert doctor(project, fake) == (0, [])
    assert len([name for name, _ in fake.calls if name == "GetKeyValueKeys"]) == 5


def test_the_application_may_be_named_by_its_first_part(project: Project, fake: Fake) -> None:
    fake.state = ready(project.scenario)
    settings = project.folder / "pyproject.toml"
    settings.write_text(settings.read_text().replace(".example.voximplant.com", ""))
    assert doctor(project, fake) == (0, [])
    settings.write_text(settings.read_text().replace('"hotline"', '"hot"'))
    code, out, err = project("doctor", FLOW, "--endpoint", fake.endpoint)
    assert (code, out) == (2, "")
    assert err == "error: the account has no application hot (there are: hotline.example.voximplant.com)\n"


def test_an_account_as_a_file(project: Project, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says the same as the account, and no secret is in it."""
    for case in ("secret", "no number", "not verified", "out of date", "not ours", "not bound"):
        fake.state = ready(project.scenario)
        fake.state.secrets = {name: VALUES[name] for name in fake.state.secrets}
        fake.state.storage["CARTESIA_AGENT_ID"] = ("agent_Zq7", in_days(60))
        MISSING[case][0](fake.state)
        file = project.folder / f"{case}.json"
        found = doctor(project, fake, "--export", file.name)
        assert not any(part in file.read_text() for part in PARTS)
        assert "hangUpCaller" not in file.read_text()
        calls = len(fake.calls)
        code, out, _ = project("doctor", FLOW, "--from", file.name, "--output-format", "json")
        assert (code, [each["message"] for each in json.loads(out)["findings"]]) == found
        assert len(fake.calls) == calls
    code, _, err = project("doctor", FLOW, "--endpoint", fake.endpoint, "--export", "secret.json")
    assert (code, err) == (2, "error: cannot write secret.json: file exists\n")


def test_a_file_is_enough_without_the_client(
    project: Project, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.state = ready(project.scenario)
    doctor(project, fake, "--export", "account.json")
    monkeypatch.setitem(__import__("sys").modules, "voximplant.apiclient.client", None)
    assert project("doctor", FLOW, "--from", "account.json", "-q").code == 0
    code, out, err = project("doctor", FLOW, "--endpoint", fake.endpoint)
    assert (code, out) == (2, "")
    assert err == (
        "error: `flowc deploy` and `flowc doctor` need Voximplant's client: python -m pip install 'flowc[deploy]'\n"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not what `flowc doctor --export` writes"),
        (b"\xff", "is not what `flowc doctor --export` writes"),
        (b"[" * 100_000, "is not what `flowc doctor --export` writes"),
        (b"{}", "missing required field `flowc_account`"),
        (b'{"flowc_account": 1, "flow": "hotline", "account": {}}', "missing required field `application_id`"),
        (b'{"flowc_account": 1, "flow": "hotline", "more": 1}', "unknown field `more`"),
    ],
    ids=["empty", "no text", "deep", "nothing", "half", "more"],
)
def test_a_file_that_is_something_else(project: Project, content: bytes, told: str) -> None:
    (project.folder / "a.json").write_bytes(content)
    code, out, err = project("doctor", FLOW, "--from", "a.json")
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1


def test_a_file_of_another_flow_or_version(project: Project, fake: Fake) -> None:
    doctor(project, fake, "--export", "a.json")
    text = (project.folder / "a.json").read_text()
    (project.folder / "a.json").write_text(text.replace('"flow": "hotline"', '"flow": "coldline"'))
    assert "was written for the flow coldline, not for hotline" in project("doctor", FLOW, "--from", "a.json").err
    (project.folder / "a.json").write_text(text.replace('"flowc_account": 1', '"flowc_account": 2'))
    assert "is of another version of flowc (2)" in project("doctor", FLOW, "--from", "a.json").err
    gone = project("doctor", FLOW, "--from", "gone.json")
    assert gone.err == "error: cannot read gone.json: no such file or directory\n"
    code, _, err = project("doctor", FLOW, "--from", "a.json", "--export", "b.json")
    assert (code, "--from reads a file" in err) == (2, True)


@pytest.mark.parametrize(("name", "fault"), having("GetApplications", READING))
def test_whatever_goes_wrong_is_one_sentence(
    project: Project, fake: Fake, name: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import flowc.deploy.api

    fake.state = ready(project.scenario)
    fake.faults[name] = FAULTS[fault]
    if fault == "slow":
        monkeypatch.setattr(flowc.deploy.api, "LIMIT", 0.2)
    code, out, err = project("doctor", FLOW, "--endpoint", fake.endpoint)
    fake.released.set()
    assert (code, out) == (2, ""), err
    assert err.startswith(f"error: {name}: ")
    assert err.count("\n") == 1
    assert "\x1b" not in err
    assert "BEGIN" not in err
    assert "Traceback" not in err
    assert not fake.written


def test_a_list_without_an_end(project: Project, fake: Fake) -> None:
    fake.state = ready(project.scenario)
    many = json.dumps({"result": [{"secret_name": "A"}] * 5000, "total_count": 10**9})
    fake.faults["GetSecrets"] = answers(many)
    assert project("doctor", FLOW, "--endpoint", fake.endpoint).err.startswith("error: GetSecrets: the list has no end")
    fake.faults["GetSecrets"] = answers('{"result": [], "total_count": 3}')
    assert "the API speaks of 3, and answers with 0" in project("doctor", FLOW, "--endpoint", fake.endpoint).err


CREDENTIALS = {
    "none": (None, "cannot read the credentials"),
    "empty": ("", "are not JSON"),
    "a list": ("[]", "have no `account_id`"),
    "no key": ('{"account_id": 1, "key_id": "x"}', "have no `private_key`"),
    "no id": ('{"account_id": "", "key_id": "x", "private_key": "PRIVATE-Zq7"}', "have no `account_id`"),
    "no such key": ('{"account_id": 1, "key_id": "x", "private_key": "PRIVATE-Zq7"}', "of the credentials is no key"),
}


@pytest.mark.parametrize("case", CREDENTIALS)
def test_credentials_that_are_none(project: Project, fake: Fake, case: str) -> None:
    content, told = CREDENTIALS[case]
    if content is not None:
        (project.folder / "c.json").write_text(content)
    code, out, err = project("doctor", FLOW, "--endpoint", fake.endpoint, "--credentials", "c.json")
    assert (code, out, told in err, err.count("\n")) == (2, "", True, 1), err
    assert "Zq7" not in err
    assert not fake.calls


def test_credentials_of_somebody_else(project: Project, fake: Fake) -> None:
    document = json.loads(fake.credentials.read_text())
    (project.folder / "c.json").write_text(json.dumps({**document, "account_id": 5}))
    code, _, err = project("doctor", FLOW, "--endpoint", fake.endpoint, "--credentials", "c.json")
    assert code == 2
    assert err.startswith("error: GetApplications: the API refused, code 100: Authorization failed (")


def test_without_credentials_or_settings(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOXIMPLANT_CREDENTIALS")
    code, _, err = project("doctor", FLOW)
    assert (code, "by --credentials or as VOXIMPLANT_CREDENTIALS" in err) == (2, True)
    (project.folder / "pyproject.toml").write_text("[tool.flowc]\n")
    code, _, err = project("doctor", FLOW)
    assert (code, "does not say where the flow `hotline` goes" in err) == (2, True)
    assert '`rules = {hotline = "RULE"}` in [tool.flowc.deploy]' in err
    assert err.count("\n") == 1
    other = project.folder / "flows/other.yaml"
    other.write_text(project.flow.read_text().replace("flow: hotline", "flow: other"))
    assert project("doctor", "flows") == (2, "", "error: flows: a diagnosis is of one flow, name its file\n")
    assert project("deploy", "flows") == (2, "", "error: flows: a deployment is of one flow, name its file\n")


def test_nobody_listens(project: Project, fake: Fake) -> None:
    code, out, err = project("doctor", FLOW, "--endpoint", "127.0.0.1:1")
    assert (code, out) == (2, "")
    assert err.startswith("error: GetApplications: the API cannot be reached: ConnectError")


def test_it_reads_and_never_writes() -> None:
    assert not set(READING) & WRITING


# What a project needs, without an account


SECOND = """\
flowc: 1
flow: second
agent: {api_key: {secret: CARTESIA_API_KEY}, agent_id: agent_2, unavailable: hang_up}
targets: {desk: {pstn: "+15550100001", caller_id: {secret: SHOWN}}}
actions: {call_desk: {description: Transfer the caller., do: {transfer: desk}}}
"""


def test_what_all_flows_of_a_project_need_is_told_without_an_account(
    project: Project, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VOXIMPLANT_CREDENTIALS")
    (project.folder / "flows/second.yaml").write_text(SECOND)
    code, out, err = project("doctor", "--needs")
    assert out == """\
application
  hotline.example.voximplant.com

routing rules
  incoming                              hotline, flows/hotline.yaml
  none is named in [tool.flowc.deploy]  second, flows/second.yaml

secrets
  CARTESIA_API_KEY  the key of the agent (hotline, second)
  CRM_URL           webhook `crm` (hotline)
  SHOWN             target `desk` (second)

entries of ApplicationStorage
  CALLER_ID          target `desk` (hotline)
  CARTESIA_AGENT_ID  the id of the agent (hotline)

caller IDs, rented or verified
  +15550100009                                             target `night` (hotline)
  the number in the entry CALLER_ID of ApplicationStorage  target `desk` (hotline)
  the number in the secret SHOWN                           target `desk` (second)

rented numbers
  one that leads to the rule  calls that come in (hotline, second)
"""
    assert (code, err) == (0, "2 flows: 3 secrets, 2 of ApplicationStorage, 3 caller IDs\n")
    assert fake.calls == []
    document = json.loads(project("doctor", "--needs", "--output-format", "json").out)
    assert document["application"] == "hotline.example.voximplant.com"
    assert document["flows"] == [
        {"flow": "hotline", "path": "flows/hotline.yaml", "rule": "incoming"},
        {"flow": "second", "path": "flows/second.yaml", "rule": None},
    ]
    uses = {"hotline": ["the key of the agent"], "second": ["the key of the agent"]}
    assert document["secrets"][0] == {"name": "CARTESIA_API_KEY", "uses": uses}
    assert [each["name"] for each in document["storage"]] == ["CALLER_ID", "CARTESIA_AGENT_ID"]
    assert {key: [each["name"] for each in value] for key, value in document["caller_ids"].items()} == {
        "numbers": ["+15550100009"], "in_storage": ["CALLER_ID"], "in_secrets": ["SHOWN"],
    }  # fmt: skip
    one = project("doctor", "--needs", "flows/second.yaml")
    assert "CRM_URL" not in one.out
    assert one.err == "1 flow: 2 secrets, 0 of ApplicationStorage, 1 caller ID\n"
    (project.folder / "pyproject.toml").write_text("[tool.flowc]\n")
    bare = project("doctor", "--needs").out
    assert bare.count("none is named in [tool.flowc.deploy]") == 2
    assert bare.partition("\nsecrets\n")[2] == out.partition("\nsecrets\n")[2]


def test_what_is_needed_is_what_would_be_missed(project: Project, fake: Fake) -> None:
    """All that `--needs` names, and nothing else, is missing on an account that is empty."""
    document = json.loads(project("doctor", "--needs", "--output-format", "json").out)
    found = json.loads(project("doctor", FLOW, "--endpoint", fake.endpoint, "--output-format", "json").out)["findings"]
    for what in ("secrets", "storage"):
        missed = [each["message"] for each in found if each["code"] == what.removesuffix("s")]
        assert len(missed) == len(document[what])
        assert all(any(each["name"] in message for message in missed) for each in document[what])


ALL_ELSE = """\
flowc: 1
flow: hotline
prompts: {recorded: This call is recorded.}
webhooks: {archive: {url: "https://example.com/archive"}}
call: {recording: {starts: always, say: recorded, notify: archive, secure: true}}
outbound:
  data: {to: {type: string, format: phone, description: who is called}}
  call: patient
  answered: hang_up
  fallback: {otherwise: hang_up}
inbound:
  transfer: service
  fallback: {otherwise: {transfer: [technician, branch, chat, owner], fallback: {otherwise: hang_up}}}
targets:
  patient: {pstn: {data: to}, caller_id: "+15550100009"}
  service: {queue: {storage: QUEUE}, wait: 5m, skills: [billing]}
  technician: {user: on-duty, caller_id: hotline, push: 20s, ring: 40s}
  branch: {sip: "sip:desk@branch.example.com", registration: {secret: REGISTRATION}}
  chat: {whatsapp: "+15550100003", caller_id: {storage: CHAT}}
  owner: {pstn: "+15550100004", caller_id: [caller, "+15550100009"]}
"""


def test_what_settings_do_not_hold_is_told_as_well(project: Project, fake: Fake) -> None:
    """Queues, skills, users, registrations, rented numbers and keys: without them, calls fail as well."""
    project.flow.write_text(ALL_ELSE)
    _, out, err = project("doctor", "--needs")
    assert not err.startswith("error"), out
    assert out.partition("\nqueues")[2] == """\
 of SmartQueue
  the one in the entry QUEUE of ApplicationStorage  target `service` (hotline)

skills, of agents who are in the queues
  billing  target `service` (hotline)

users of the application
  on-duty  target `technician` (hotline)

certificates of the application to wake the apps of these users (push)
  on-duty  target `technician` (hotline)

SIP registrations, by their id
  the one in the secret REGISTRATION  target `branch` (hotline)

numbers of a WhatsApp Business account, with calls switched on
  the one in the entry CHAT of ApplicationStorage  target `chat` (hotline)

rented numbers
  one that leads to the rule  calls that come in, target `owner`, to which the caller's number is shown (hotline)

service accounts with a key
  one that may load recordings                  webhook `archive` (hotline)
  one that may start scenarios, or a call list  calls that are placed (hotline)
"""
    document = json.loads(project("doctor", "--needs", "--output-format", "json").out)
    assert document["skills"] == [{"name": "billing", "uses": {"hotline": ["target `service`"]}}]
    assert {str(each) for each in Thing} <= document.keys()
    project("build")
    noted = [each.partition(": ")[2] for each in notes(project, fake) if each.startswith("not looked at: ")]
    assert len(noted) == len(Thing) - 1
    assert "users of the application: on-duty (target `technician`)" in noted


DEPENDS_ON: dict[str, set[str] | str] = {
    "ApplicationStorage.get": "an entry, which is a setting",
    "CallList.reportErrorAsync": "nothing: it says so where no list has started the call",
    "CallList.reportResultAsync": "nothing: it says so where no list has started the call",
    "VoxEngine.callPSTN": "a caller ID",
    "VoxEngine.callSIP": {Thing.REGISTRATION},
    "VoxEngine.callUser": {Thing.USER, Thing.PUSH},
    "VoxEngine.callWhatsappUser": {Thing.WHATSAPP},
    "VoxEngine.createRecorder": {Thing.KEY},
    "VoxEngine.customData": {Thing.KEY},
    "VoxEngine.enqueueTask": {Thing.QUEUE, Thing.SKILL},
    "VoxEngine.getSecretValue": "a secret, which is a setting",
}
"""Of the platform's functions: what has to be there on the account. A rented number leads a call to the rule."""
OF_THE_SESSION = re.compile(
    r"Logger\.|Net\.|VoxEngine\.(addEventListener|terminate|(send|stop)MediaBetween|(create|destroy)Conference"
    r"|create(TTS|URL|ToneScript)Player)"
)


def test_what_is_called_of_the_platform_is_known_by_what_it_needs() -> None:
    runtime = "".join(path.read_text("utf-8") for path in (ROOT / "flowc/emit/voxengine/runtime").glob("*.js"))
    called = set(re.findall(r"\b(?:VoxEngine|CallList|Net|ApplicationStorage|Logger)\.\w+(?=\()", runtime))
    assert {each for each in called if not OF_THE_SESSION.match(each)} == set(DEPENDS_ON)
    things = {thing for each in DEPENDS_ON.values() if isinstance(each, set) for thing in each}
    assert things == set(Thing) - {Thing.NUMBER}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name one flow; --needs is for several"),
        (("flows/hotline.yaml", "flows/hotline.yaml"), "name one flow; --needs is for several"),
        (("--needs", "--from", "x.json"), "--needs looks at no account"),
        (("--needs", "--endpoint", "x"), "--needs looks at no account"),
    ],
)
def test_what_does_not_go_together_is_said(project: Project, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = project("doctor", *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_what_flows_with_errors_need_is_not_known(project: Project) -> None:
    project.flow.write_text(project.flow.read_text().replace("unavailable", "unavailble"))
    code, out, err = project("doctor", "--needs")
    assert code == 1
    assert "did you mean `unavailable`?" in out + err
    assert err.endswith("1 error: what flows need is not known\n")
