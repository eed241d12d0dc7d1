"""`flowc test`: which scripts it plays, what it prints where, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowc.cli.app import run
from tests.testing.project import ACCOUNT, CLINIC, HERE, SCENARIO, Project

PASSES = "it passes:\n- caller: calls\n- expect: {caller with: agent}"
FAILS = "it fails:\n- caller: calls\n- expect: {caller with: reception}"


@pytest.fixture(autouse=True)
def _in_project(project: Project) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(project.root)
    yield
    os.chdir(before)


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["test", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_all_is_well(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(PASSES)
    assert command(capsys) == (0, "1 call passed\n", "")


def test_a_call_fails(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(f"{PASSES}\n{FAILS}")
    code, out, err = command(capsys)
    assert (code, err) == (1, "")
    assert "caller with: reception" in out
    assert out.endswith("1 of 2 calls failed\n")


def test_a_file_with_errors_keeps_no_other_from_being_played(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.scripts(PASSES)
    project.scripts("it is broken:\n- caller: calls\n- expect: {caler with: agent}", name="broken")
    code, out, err = command(capsys)
    assert (code, err) == (1, "1 error in 1 file, not played\n")
    assert "error[FLOW101]" in out
    assert out.endswith("1 call passed\n")


def test_the_scenario_has_not_been_generated(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(PASSES)
    (project.root / SCENARIO).unlink()
    code, out, _ = command(capsys)
    assert code == 1
    assert f"{SCENARIO} has not been generated" in out
    assert "run `flowc build`" in out


def test_a_part_of_the_calls(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(f"{PASSES}\n{FAILS}")
    assert command(capsys, "-k", "IT PASSES")[:2] == (0, "1 call passed\n")
    code, out, err = command(capsys, "-k", "nothing of the kind")
    assert (code, out) == (2, "")
    assert err == "error: no call has 'nothing of the kind' in its name\n"
    assert command(capsys, "-k", "(it or not) and passes")[2].endswith(
        "in its name: `-k` knows `and`, `or` and `not`, but no parentheses\n"
    )


def test_a_row_that_fails_is_played_again_alone(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """By the command that stands below it, though its name has all sorts of characters."""
    project.scripts("""
nobody's (50 %) table:
  rows:
  - {reception: {fails: 503}, heard: "it's $HOME"}
  - {reception: {fails: 486}, heard: "it's $HOME"}
  steps:
  - caller: calls
  - agent: {asks: call_transfer, with: {department: front_desk, summary: "${heard}"}}
  - wait: 4s
  - reception: ${reception}
  - expect: {caller with: pbx}
""")
    code, out, _ = command(capsys, "--format", "full")
    assert code == 1
    for line in re.findall(r"^  more +flowc test (.+)$", out, re.MULTILINE):
        shown = command(capsys, *shlex.split(line))[1]
        assert shown.count("FAIL ") == 1, shown
        assert "1 of 1 call failed" in shown
    assert len(re.findall(r"^  more ", out, re.MULTILINE)) == 2


def test_a_caller_id_that_is_missing_is_told(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    project.scripts(
        """
it is missing:
- caller: calls
- agent: {asks: call_transfer, with: {department: billing}}
- wait: 5s
- expect: {agent told: {tried: [{billing: busy}]}}
""",
        account=ACCOUNT.replace('PSTN_CALLER_ID: "+15550009999"', 'PSTN_CALLER_ID: ""'),
    )
    code, out, _ = command(capsys)
    assert code == 1
    cause = "billing cannot be rung, its caller ID is missing: the account has an empty storage entry `PSTN_CALLER_ID`"
    assert cause in " ".join(out.split())
    assert "cannot ring billing, its caller ID is missing or malformed" in out


@pytest.mark.parametrize(
    ("wanted", "played"),
    [
        ("it", {"it passes", "it rings and is busy, or declines", "it does not ring"}),
        ("busy or passes", {"it passes", "it rings and is busy, or declines"}),
        ("it and ring", {"it rings and is busy, or declines", "it does not ring"}),
        ("not ring", {"it does not ring"}),  # as it stands in a name
        ("not passes", {"it rings and is busy, or declines", "it does not ring"}),
        ("ring and not busy or PASSES", {"it passes", "it does not ring"}),
        ("rings and is busy", {"it rings and is busy, or declines"}),
    ],
)
def test_calls_are_chosen_by_several_texts(
    project: Project, capsys: pytest.CaptureFixture[str], wanted: str, played: set[str]
) -> None:
    steps = "[{caller: calls}, {expect: {call: goes on}}]"
    names = ("it rings and is busy, or declines", "it does not ring")
    project.scripts("".join(f"{json.dumps(name)}: {steps}\n" for name in names) + PASSES)
    code, out, _ = command(capsys, "-k", wanted, "--format", "json")
    assert code == 0
    assert {call["name"] for call in json.loads(out)["calls"]} == played


def test_a_call_of_which_nothing_is_expected_is_noted(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(f"{PASSES}\na visit: [{{caller: calls}}]\nanother: [{{caller: calls}}]")
    note = "note: nothing is expected of `a visit` (flows/clinic.calls.yaml:10) and of 1 more\n"
    assert command(capsys) == (0, f"{note}3 calls passed\n", "")
    assert note not in command(capsys, "-k", "it passes")[1]


def test_both_endings_of_yaml_are_known(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(PASSES)
    (project.root / "flows/clinic.calls.yaml").rename(project.root / "flows/clinic.calls.yml")
    for paths in ((), ("flows",), ("flows/clinic.yaml",), ("flows/clinic.calls.yml",)):
        assert command(capsys, *paths) == (0, "1 call passed\n", "")
    assert run(["check"]) == 0
    assert capsys.readouterr().err.endswith("\n1 flow, 1 file of call scripts: no errors\n")


def test_paths_are_flows_scripts_and_folders(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(PASSES)
    project.scripts(FAILS, name="other")
    project.write("flows/unrelated.calls.yaml", "flowc: 1\nflow: gone.yaml\ncalls: {a: [{caller: calls}]}\n")
    assert command(capsys, "flows/clinic.yaml")[0] == 1
    assert command(capsys, "flows/clinic.calls.yaml")[:2] == (0, "1 call passed\n")
    assert command(capsys, "flows")[0] == 1
    for path in ("generated", "nowhere", "pyproject.toml", "/"):
        code, out, err = command(capsys, path)
        assert (code, out) == (2, ""), path
        assert err.startswith("error: ")


def test_json_is_one_document_whatever_happens(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts("it is broken:\n- caller: cals")
    code, out, err = command(capsys, "--format", "json")
    assert code == 1
    json.loads(out)
    assert "error[FLOW104]" in err
    project.scripts(FAILS)
    code, out, err = command(capsys, "--format", "json", "--coverage", "--trace")
    assert code == 1
    json.loads(out)
    assert err == "1 call, 1 failed\n"


def test_coverage_names_what_is_left(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(PASSES)
    code, out, _ = command(capsys, "--coverage")
    assert code == 0
    assert "coverage of flows/clinic.yaml: 0%" in out
    assert "fallback busy" in out


def test_check_checks_call_scripts(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(PASSES)
    (project.root / SCENARIO).unlink()  # what was generated does not matter
    assert run(["check"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("\n1 flow, 1 file of call scripts: no errors\n")
    project.scripts("it is broken:\n- caller: calls\n- expect: {caler with: agent}", name="broken")
    for arguments in ((), ("flows",), ("flows/broken.calls.yaml",)):
        assert run(["check", *arguments]) == 1
        told = capsys.readouterr()
        assert "error[FLOW101]" in told.out
        assert "flows/broken.calls.yaml:" in told.out
        assert told.err.startswith("1 error in 1 of ")
    assert run(["check", "flows/clinic.yaml"]) == 0
    assert run(["check", "flows/clinic.calls.yaml"]) == 0
    assert capsys.readouterr().err.endswith("1 file of call scripts: no errors\n")
    project.write("flows/clinic.yaml", CLINIC.replace("flowc: 1", "flowc: 7"))
    assert run(["check"]) == 1
    assert capsys.readouterr().out.count("error[") == 2  # the flow's own once, and the other script's
    assert run(["check", "flows/gone.calls.yaml"]) == 2
    assert run(["check", "-", "--stdin-filename", "flows/broken.calls.yaml"]) == 2


def test_coverage_of_a_flow_without_call_scripts(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.scripts(PASSES)
    project.write("flows/other.yaml", CLINIC)
    row = "coverage of flows/other.yaml: 0%, no call script\n"
    assert row in command(capsys, "--coverage")[1]
    assert "flows/other.yaml" not in command(capsys, "--coverage", "flows/clinic.yaml")[1]
    [_, other] = json.loads(command(capsys, "--coverage", "--format", "json")[1])["coverage"]
    assert (other["path"], other["percent"], other["scripted"]) == ("flows/other.yaml", 0, False)


def test_variants_play_a_call_in_every_way_that_makes_a_difference(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.scripts("""
nobody picks up:
- caller: calls
- agent: {asks: emergency}
- wait: 22s
- expect: {ringing: billing}
- caller: hangs up
""")
    code, out, _ = command(capsys, "--all-platform-variants", "--format", "json")
    assert code == 0
    variants = {json.dumps(call["variant"]) for call in json.loads(out)["calls"]}
    assert len(variants) == len(json.loads(out)["calls"])
    for switches in ({}, {"late connected": "true"}, {"late connected": "true", "terminate events": "true"}):
        assert json.dumps(switches) in variants
    assert not any("close callback" in each for each in variants)  # nothing in a scenario of ours depends on it


def test_variants_of_a_call_that_fails_by_default_are_counted(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.scripts("""
nobody picks up:
- caller: calls
- agent: {asks: emergency}
- wait: 22s
- expect: {ringing: reception}
""")
    code, out, _ = command(capsys, "--all-platform-variants", "--format", "json")
    assert code == 1
    [call] = json.loads(out)["calls"]
    assert call["variant"] == {}
    played = call["variants"]["played"]
    assert call["variants"] == {"failed": played, "played": played}
    _, out, _ = command(capsys, "--all-platform-variants")
    assert f"fails under {played} of {played} other behaviours of the platform as well" in out
    assert out.endswith("1 of 1 call failed\n")


LONG = "".join(f"call {number}:\n- caller: calls\n- expect: {{caller with: nobody}}\n" for number in range(1, 5))


def test_a_run_with_many_failures_ends_with_a_list_of_them(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.scripts(f"{PASSES}\n{LONG}")
    code, out, _ = command(capsys)
    assert code == 1
    assert out.endswith(
        "failed:\n"
        "  flows/clinic.calls.yaml:10  front_desk: call 1\n"
        "  flows/clinic.calls.yaml:13  front_desk: call 2\n"
        "  flows/clinic.calls.yaml:16  front_desk: call 3\n"
        "  flows/clinic.calls.yaml:19  front_desk: call 4\n"
        "4 of 5 calls failed\n"
    )
    assert out.count("FAIL ") == 4
    project.scripts(FAILS)
    assert "failed:\n" not in command(capsys)[1]


NOTES = """- caller: calls
- agent: {asks: note, with: {text: x}}
- wait: 1s
"""
WITHOUT_WEBHOOK = ACCOUNT.replace(', CRM_WEBHOOK: "https://crm.example.com/calls"', "")


@pytest.mark.parametrize("style", ["full", "github"])
def test_a_setting_that_no_call_has_is_said_once(
    project: Project, capsys: pytest.CaptureFixture[str], style: str
) -> None:
    calls = "".join(f"call {n}:\n{NOTES}- expect: {{posted: {{action: note}}}}\n" for n in range(1, 5))
    project.scripts(calls, account=WITHOUT_WEBHOOK)
    project.scripts(calls.replace("action: note", "action: emergency"), name="others")
    code, out, _ = command(capsys, "--format", style)
    assert code == 1
    told = "4 calls of flows/clinic.calls.yaml fail because its account has "
    assert told + "no secret `CRM_WEBHOOK`\n  write a value under `account`" in out
    shown = "FAIL front_desk:" if style == "full" else "::error "
    assert out.count(shown) == 1 + 4
    assert out.count("  front_desk: call 3\n") == 2
    assert out.count("account has no secret `CRM_WEBHOOK`\n") == 1


@pytest.mark.parametrize("style", ["full", "github"])
def test_only_a_call_that_fails_for_it_is_passed_over(
    project: Project, capsys: pytest.CaptureFixture[str], style: str
) -> None:
    """All of them ask for the webhook that the account does not have; what else is wrong with four is shown."""
    wrong = ["posted: {action: note}", "call: ended", "agent: gone", "posted: {action: note}, call: ended"]
    wrong += ["reply: {ok: true}", "reply: {refused: busy}"]
    calls = "".join(f"call {n}:\n{NOTES}- expect: {{{each}}}\n" for n, each in enumerate(wrong, start=1))
    project.scripts(calls, account=WITHOUT_WEBHOOK)
    code, out, _ = command(capsys, "--format", style)
    assert code == 1
    assert "2 calls of flows/clinic.calls.yaml fail because its account has no secret `CRM_WEBHOOK`\n" in out
    shown = "FAIL front_desk: call {}\n" if style == "full" else ",title=call {}::"
    assert [n for n in range(1, 7) if shown.format(n) in out] == [1, 2, 3, 4, 6]


ASKED = "- caller: calls\n- agent: {asks: call_transfer, with: {department: billing}}\n- wait: 4s\n"


@pytest.mark.parametrize(
    "line",
    [
        "- expect: {caller with: agent}",
        "- billing: answers",
        "- expect: {ringing: billing}",
        "- expect: {caller hears: {target: billing}}",
    ],
)
def test_a_setting_that_is_empty_is_the_cause_of_many_calls_and_said_once(
    project: Project, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """Without an agent nothing that it asks for is done."""
    project.scripts(
        "".join(f"call {n}:\n{ASKED}{line}\n" for n in range(1, 5)),
        account=ACCOUNT.replace("CARTESIA_API_KEY: test-key", 'CARTESIA_API_KEY: ""'),
    )
    out = command(capsys)[1]
    assert out.count("FAIL ") == 1
    assert "the agent could not be started: the account has an empty secret `CARTESIA_API_KEY` (" in " ".join(
        out.split()
    )
    assert "4 calls of flows/clinic.calls.yaml fail because its account has an empty secret `CARTESIA_API_KEY`\n" in out


def test_an_empty_caller_id_of_a_target_that_does_something_is_said_once(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.scripts(
        "".join(f"call {n}:\n{ASKED}- billing: answers\n" for n in range(1, 5)),
        account=ACCOUNT.replace('PSTN_CALLER_ID: "+15550009999"', 'PSTN_CALLER_ID: ""'),
    )
    code, out, _ = command(capsys)
    assert code == 1
    told = "`billing` cannot be called: the account has an empty storage entry `PSTN_CALLER_ID`"
    assert " ".join(out.split()).count(told) == 1


def test_all_that_starts_the_agent_and_is_missing_is_said_once(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.scripts(LONG, account="")
    code, out, _ = command(capsys)
    assert code == 1
    told = "the account lacks what these calls read: secret `CARTESIA_API_KEY`, storage entry `CARTESIA_AGENT_ID`"
    assert out.count("the account lacks") == 1
    assert told in " ".join(out.split())


def test_a_target_that_cannot_be_called_is_said_once(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    account = ACCOUNT.replace(', BILLING_NUMBER: "+15550100002"', "")
    project.scripts(
        "first:\n- caller: calls\n- billing: answers\nsecond:\n- caller: calls\n- billing: answers\n", account=account
    )
    code, out, err = command(capsys)
    assert (code, err) == (1, "1 error in 1 file, not played\n")
    assert out.count("the account lacks what these calls read: storage entry `BILLING_NUMBER`") == 1


def test_data_that_a_flow_ignores_are_noted(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A call list passes along all of its columns; whoever starts a call otherwise has misspelt something."""
    flow = (HERE / "flows" / "placing.yaml").read_text(encoding="utf-8")
    project.write("flows/placing.yaml", flow)
    project.build()
    started = 'outbound: {starts: {to: "+15550100201", colour: red}'
    steps = "{patient: is busy}, {expect: {call: ended}}"
    calls = "".join(
        f"  {name}: [{{{started}{by}}}}}, {steps}]\n"
        for name, by in (("one", ""), ("another", ""), ("of a list", ", by: call list"))
    )
    head = "flowc: 1\nflow: placing.yaml\naccount: {storage: {KEY: any text}}\ncalls:\n"
    project.write("flows/placing.calls.yaml", head + calls)
    where = "(`one`, flows/placing.calls.yaml:5 and 1 more)"
    note = f"note: the flow has no `colour` among its `data`, and ignores it {where}\n"
    assert command(capsys, "flows/placing.calls.yaml") == (0, f"{note}3 calls passed\n", "")
    assert note not in command(capsys, "flows/placing.calls.yaml", "-k", "of a list")[1]
