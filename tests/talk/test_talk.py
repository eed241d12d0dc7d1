"""`flowc talk`, with the generated tools in the real SDK and an echo for a model: what is typed is a file of lines."""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from flowc.discovery import SourceError
from tests.conftest import ROOT
from tests.test_cli import Command, Finished, command, project

__all__ = ["command", "project"]  # fixtures

LINES = sorted((ROOT / "tests" / "talk" / "lines").glob("*.txt"))
Talk = Callable[..., Finished]
FAILS = """
async def get_agent(env, call_request):
    raise RuntimeError("no such agent")
"""


class Shown(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def talk(command: Command, monkeypatch: pytest.MonkeyPatch) -> Talk:
    for name in ("MODEL", "MODEL_API_KEY", "MODEL_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    names = ["after_hours", "booking", "branch_office", "clinic", "front_door", "hotline", "on_duty", "payment"]
    for name in (*names, "survey", "appointment", "reminder", "warm_transfer"):
        shutil.copy(ROOT / "flows" / f"{name}.yaml", "flows")

    def talk(lines: str, *arguments: str) -> Finished:
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        return command("talk", *arguments)

    return talk


def talked(talk: Talk, path: Path) -> str:
    """What is shown. The first line of a file is what stands behind `flowc talk`."""
    arguments, _, lines = path.read_text().partition("\n")
    code, out, err = talk(lines, *shlex.split(arguments))
    assert (code, err) == (0, "")
    out = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "REQUEST-ID", out)
    return re.sub(r"That took \d+ seconds", "That took N seconds", out)  # on a machine that is busy it takes longer


@pytest.mark.parametrize("path", LINES, ids=lambda path: path.stem)
def test_a_call(talk: Talk, path: Path, snapshot: SnapshotAssertion) -> None:
    assert talked(talk, path) == snapshot(extension_class=Shown)
    assert "MODEL_API_BASE" not in os.environ  # nothing of it is left in this process
    assert "main" not in sys.modules


def test_a_tool_that_waits_for_a_webhook_has_the_time_for_it(talk: Talk) -> None:
    """Of the call: on the clock of a machine that is busy it may ask more often meanwhile."""
    lines = "/webhook bookings after 2s\n/ask book day=2026-03-08 time=09:00 name=Mia\n/ask find_slots day=2026-03-06\n"
    code, out, err = talk(lines, "flows/booking.yaml")
    assert (code, err) == (0, "")
    assert 'I am told: {"ok": true, "data": {"booked": "the desk calls back to confirm"}}' in out
    assert 'I am told: {"ok": true, "data": {"day": "2026-03-06", "slots": [' in out


@pytest.mark.parametrize(
    ("main", "code", "sentence"),
    [
        (FAILS, 0, "the agent's program has failed: RuntimeError: no such agent"),
        ("x = 1\nimport there_is_no_such\n", 2, "main.py:2: cannot be imported: ModuleNotFoundError"),
        ("raise SystemExit(3)", 2, "main.py:1: cannot be imported: SystemExit: 3"),
        ("x = 1\n", 2, "has no `get_agent`"),
        (None, 2, "no such file: an app has a main.py"),
    ],
)
def test_an_app_that_does_not_work(talk: Talk, project: Path, main: str | None, code: int, sentence: str) -> None:
    app = project / "app"
    app.mkdir()
    if main is not None:
        (app / "main.py").write_text(main)
    found = talk("/support answers\n", "flows/front_desk.yaml", "--app", "app")
    assert found.code == code
    assert sentence in found.out + found.err
    assert "Traceback" not in found.out + found.err
    assert ("reception rings" in found.out) == (code == 0)  # without its agent the flow goes on


EXITS = """
async def get_agent(env, call_request):
    async def agent(env, event):
        raise SystemExit(0)
        yield

    return agent
"""
HANGS = """
import threading

async def get_agent(env, call_request):
    threading.Event().wait()
"""
TELLS = """
from line.events import AgentSendText, UserCustomSent

async def get_agent(env, call_request):
    async def agent(env, event):
        start, told = (", ".join(sorted(each)) for each in (call_request.metadata, event.metadata))
        yield AgentSendText(text=f"I was started with {start or 'nothing'}, and told {told}.")

    return agent, (UserCustomSent,), ()
"""


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ("delivered", "caller, clinic, vox_contract, vox_control_token, vox_flow, vox_session_control_url"),
        ("lost", "nothing"),
    ],
)
def test_what_reaches_the_agent_of_the_session(talk: Talk, project: Path, start: str, told: str) -> None:
    (project / "main.py").write_text(TELLS)
    code, out, err = talk("", "flows/front_desk.yaml", "--app", ".", "--platform", f"start metadata={start}")
    session = "vox_contract, vox_control_token, vox_event, vox_flow, vox_session_control_url"
    assert (code, err) == (0, "")
    assert f"agent: I was started with {told}, and told {session}." in out
    assert "scenario tells agent" not in out  # that is no news for a person


def test_an_app_that_ends_its_program(talk: Talk, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowc.talk.call.PATIENCE_S", 2.0)
    (project / "main.py").write_text(EXITS)
    code, out, err = talk("/reception answers\n", "flows/front_desk.yaml", "--app", ".")
    assert (code, err) == (0, "")
    assert "the agent's side has not come back within 2 s" in out
    assert "reception answers" in out  # without its agent the flow goes on


def test_an_app_that_never_comes_back(talk: Talk, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowc.talk.app_thread.STUCK_S", 5.0)
    monkeypatch.setattr("flowc.testing.play.with_tools.clock.ENDING_S", 1.0)
    (project / "main.py").write_text(HANGS)
    code, out, err = talk("Hello?\n", "flows/front_desk.yaml", "--app", ".")
    assert (code, err) == (0, "")
    assert "keeps the event loop to itself: nothing else on the event loop has run for 5 s" in out
    assert re.search(r'File ".*threading.py", line \d+, in wait', out)  # where it is


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("flows",), "one talks to one flow"),
        (("flows/none.yaml",), "no such file"),
        (("flows/front_desk.yaml", "--set", "CRM_WEBHOK=https://x.example"), "did you mean `CRM_WEBHOOK`"),
        (("flows/front_desk.yaml", "--set", "CRM_WEBHOOK"), "is not NAME=VALUE"),
        (("flows/front_desk.yaml", "--platform", "agnet=refuses"), "did you mean `agent`"),
        (("flows/front_desk.yaml", "--platform", "agent=sleeps"), "`connects`"),
        (("flows/front_desk.yaml", "--to", ""), "`to` is empty"),
        (("flows/front_desk.yaml", "--clock", "2026-12-25T08:59"), "this flow has no `hours`"),
        (("flows/clinic.yaml", "--clock", "noon"), "`noon` is not a date and a time"),
        (("flows/clinic.yaml", "--clock", ""), "`clock` is empty"),
        (("flows/clinic.yaml", "--clock", "2026-12-25"), "is not a date and a time"),
        (("flows/clinic.yaml", "--clock", "2026-02-30T08:59"), "there is no `2026-02-30T08:59`"),
        (("flows/clinic.yaml", "--clock", "2026-03-08T02:30"), "does not exist in America/Chicago"),
    ],
)
def test_usage(talk: Talk, arguments: tuple[str, ...], sentence: str) -> None:
    found = talk("", *arguments)
    assert found.code == 2
    assert sentence in found.err
    assert found.out == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("flows/reminder.yaml", "--from", "+15550001"), "`--from` is of a call that comes in, and this one is placed"),
        (("flows/reminder.yaml", "--data", "nam=Ann"), "`outbound` has no data `nam` (did you mean `name`?)"),
        (("flows/reminder.yaml", "--data", f"name={'x' * 300}"), "`name` has 300 characters, at most 60 are possible"),
        (("flows/reminder.yaml", "--data", f"name={chr(0x1F600) * 60}"), "the platform takes 200"),
        (("flows/clinic.yaml", "--places"), "this flow places no calls: leave out `--places` and `--data`"),
        (("flows/clinic.yaml", "--data", "name=Ann"), "this flow places no calls"),
    ],
)
def test_a_call_that_cannot_be_placed_so(talk: Talk, arguments: tuple[str, ...], sentence: str) -> None:
    found = talk("", *arguments)
    assert (found.code, found.out) == (2, "")
    assert sentence in found.err


def test_a_flow_with_errors_is_not_played(talk: Talk, project: Path) -> None:
    flow = project / "flows/front_desk.yaml"
    flow.write_text(flow.read_text().replace("ring: 20s", "ring: 90s"))
    found = talk("", "flows/front_desk.yaml")
    assert found.code == 1
    assert "FLOW401" in found.out
    assert "nothing to talk to" in found.err


def test_old_tools_of_an_app_are_named(talk: Talk, command: Command, project: Path) -> None:
    command("init", "--agent", "flows/front_desk.yaml")
    flow = project / "flows/front_desk.yaml"
    flow.write_text(flow.read_text().replace("One moment, I", "One second, I"))
    found = talk("/ask call_transfer department=billing\n", "flows/front_desk.yaml", "--app", "apps/front_desk")
    assert found.code == 0
    assert "front_desk_tools.py of the app is not what the flow generates now" in found.out
    assert "agent: One moment, I am connecting you." in found.out  # it is the app's that are played


@pytest.mark.parametrize("name", ["main.py", "front_desk_tools.py"])
@pytest.mark.parametrize(
    ("put", "told"),
    [
        (lambda path, kept: path.symlink_to(kept), "a symbolic link, which flowc does not follow"),
        (lambda path, kept: os.mkfifo(path), "not a regular file"),
        (lambda path, kept: path.mkdir(), "a folder, not a file"),
    ],
    ids=["link", "pipe", "folder"],
)
def test_an_app_is_read_by_the_rule_of_everything_else(
    talk: Talk, command: Command, project: Path, name: str, put: Callable[[Path, Path], None], told: str
) -> None:
    command("init", "--agent", "flows/front_desk.yaml")
    path = project / "apps/front_desk" / name
    kept = path.rename(project / "kept.py")
    put(path, kept)
    found = talk("", "flows/front_desk.yaml", "--app", "apps/front_desk")
    assert found.code == 2
    assert f"{path}: {told}" in found.err


def test_an_app_whose_two_files_are_of_different_builds_is_told(talk: Talk, command: Command, project: Path) -> None:
    """By the tools themselves, before a call; that one is old is said as well, where they do start."""
    command("init", "--agent", "flows/front_desk.yaml")
    common = project / "apps/front_desk/_flowc_line.py"
    common.write_text(common.read_text() + "# edited\n")
    arguments = ("flows/front_desk.yaml", "--app", "apps/front_desk")
    found = talk("", *arguments)
    assert found.code == 0
    assert "tools: _flowc_line.py of the app is not what the flow generates now" in found.out
    common.write_text(common.read_text().replace('VERSION = "', 'VERSION = "0'))
    found = talk("", *arguments)
    assert found.code == 2
    told = "ImportError: front_desk_tools needs another version of"
    assert told in found.err
    assert "run `flowc build` and copy both files" in found.err
    common.unlink()
    found = talk("", *arguments)
    assert found.code == 2
    assert "front_desk_tools needs _flowc_line.py beside it" in found.err


def test_an_agent_that_names_its_own_model_has_the_echo_all_the_same(
    talk: Talk, command: Command, project: Path
) -> None:
    """Nothing leaves the machine."""
    command("init", "--agent", "flows/front_desk.yaml")
    main = project / "apps/front_desk/main.py"
    text, address = main.read_text(), 'extra={"api_base": MODEL_API_BASE} if MODEL_API_BASE else {}'
    assert address in text
    main.write_text(text.replace(address, "extra={}").replace("model=MODEL", 'model="anthropic/claude-haiku-4-5"'))
    code, out, err = talk("Hello?\n", "flows/front_desk.yaml", "--app", "apps/front_desk", "--echo")
    assert (code, err) == (0, "")
    assert "agent: You said: Hello?" in out


def test_an_agent_reaches_the_echo_by_its_address_too(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an agent that is no `LlmAgent`, or one of an SDK in which nothing stands in for a provider: the SDK's own way
    to a model.
    """

    def provided(_: object) -> None:
        raise SourceError("another SDK")

    def without_times() -> str:
        """A number of seconds that is longer to say by a digit is a matter of how busy the machine is."""
        return re.sub(r"\d:\d\d\.\d", "0:00.0", talked(talk, path))

    path = next(path for path in LINES if path.stem == "transfer_busy_and_back")
    shown = without_times()
    monkeypatch.setattr("flowc.testing.play.with_tools.model.provided", provided)
    monkeypatch.setattr("flowc.talk.echo.Echo.chat", None)
    assert without_times() == shown
    assert "litellm" in sys.modules


def test_a_line_that_is_no_text_is_refused(project: Path) -> None:
    """And what no call with the echo needs is not loaded."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "flowc", "talk", str(project / "flows/front_desk.yaml"), "--echo"],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        input=b"Hello\xff\n/caller hangs up\n",
        capture_output=True,
        timeout=600,
    )
    shown = done.stdout.decode("utf-8")
    assert done.returncode == 0, shown + done.stderr.decode()
    assert "> Hello\\udcff\n          not possible: the line holds a byte that is not UTF-8 text" in shown
    assert "surrogates" not in shown
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert "line.llm_agent" in imported
    assert "litellm" not in imported  # seconds, for an echo that asks no model


def test_the_model_library_asks_for_nothing() -> None:
    from flowc.testing.play.with_tools import sdk

    sdk.load_with_models()
    assert sys.modules["litellm"].suppress_debug_info is True


@pytest.mark.skipif(os.name == "nt", reason="no such shell")
@pytest.mark.parametrize("closed", [">&- </dev/null", "<&- >&- 2>&-"])
def test_what_is_closed_from_the_start_is_no_trouble(project: Path, closed: str) -> None:
    """As for every other command: whoever closes it does not want to read it."""
    command = f'"$0" -m flowc talk "$1" --echo {closed}'
    flow = str(project / "flows/front_desk.yaml")
    done = subprocess.run(["sh", "-c", command, sys.executable, flow], cwd=ROOT, capture_output=True, timeout=600)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


PLACED = """\
flowc: 1
flow: placed
outbound:
  data:
    to: {type: string, format: phone, description: whom}
    visits: {type: integer, minimum: 1, maximum: 9, optional: true, description: how often}
    owed: {type: number, description: how much}
    again: {type: boolean, description: whether}
    kind: {type: string, enum: [visit, call], description: which}
    note: {type: string, maxLength: 20, description: what}
    code: {type: string, minLength: 4, maxLength: 8, sensitive: true, description: the code}
  call: mobile
  answered: [{say: hello}, hang_up]
  fallback: {otherwise: hang_up}
prompts: {hello: "Hello ${data.note}, ${data.visits or 'never'}, ${data.owed}."}
targets:
  mobile: {pstn: {data: to}, caller_id: "+15550100000"}
"""


def talk_to_placed(talk: Talk, project: Path, *data: str) -> Finished:
    (project / "flows" / "placed.yaml").write_text(PLACED)
    given = [each for one in data for each in ("--data", one)]
    return talk("/mobile answers\n", "flows/placed.yaml", "--places", *given)


def test_a_call_is_placed_with_what_is_made_up(talk: Talk, project: Path) -> None:
    code, out, _ = talk_to_placed(talk, project)
    assert code == 0
    data = "data: to=+15550300001, visits=1, owed=1, again=true, kind=visit, note=x, code=(sensitive); "
    assert data in out
    assert 'caller hears "Hello x, 1, 1."' in out


def test_a_call_is_placed_with_values_of_every_type(talk: Talk, project: Path) -> None:
    """Texts are taken as they are typed: nothing in them is filled in, and every letter may stand there."""
    given = ("visits=7", "owed=2.5", "again=false", "kind=call", "note=${call.from} \U0001f600", "code=abcd1234")
    code, out, _ = talk_to_placed(talk, project, *given)
    assert code == 0
    assert "visits=7, owed=2.5, again=false, kind=call, note=${call.from} \U0001f600, code=(sensitive); " in out
    assert 'caller hears "Hello ${call.from} \U0001f600, 7, 2.5."' in out
    assert "abcd1234" not in out
    code, out, _ = talk_to_placed(talk, project, "visits=")
    assert code == 0
    assert 'caller hears "Hello x, never, 1."' in out


@pytest.mark.parametrize(
    ("given", "told", "possible"),
    [
        ("visits=often", "must be a whole number, as the flow declares it (`type: integer, ", "visits=1"),
        ("visits=2.5", "must be a whole number", "visits=1"),
        ("visits=10", "must be at most 9", "visits=1"),
        ("owed=much", "must be a number", "owed=1"),
        ("owed=99999999999999999999", "must be between -9007199254740991 and 9007199254740991", "owed=1"),
        ("again=yes", "must be `true` or `false`, as the flow declares it (`type: boolean`)", "again=true"),
        ("kind=letter", "must be `visit` or `call`", "kind=visit"),
        ("to=5550100", "must be a phone number in E.164", "to=+15550300001"),
        (f"note={'x' * 21}", "has 21 characters, at most 20 are possible", "note=x"),
    ],
)
def test_what_is_not_as_declared_is_refused_before_the_call(
    talk: Talk, project: Path, given: str, told: str, possible: str
) -> None:
    name = given.partition("=")[0]
    code, out, err = talk_to_placed(talk, project, given)
    assert (code, out) == (2, "")
    assert f"`--data` `{given}`: `{name}` {told}" in err
    assert f"type for example `--data {possible}`" in err
    assert talk_to_placed(talk, project, possible).code == 0


def test_a_sensitive_value_that_is_refused_is_not_told(talk: Talk, project: Path) -> None:
    code, _, err = talk_to_placed(talk, project, "code=abc")
    assert code == 2
    assert "`--data` `code=(sensitive)`: `code` must have at least 4 characters" in err
    assert "abc" not in err


def test_a_call_that_the_scenario_refuses_says_why(
    talk: Talk, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowc.talk.data.data_of", lambda _flow, _given: {"to": "+15550300001", "visits": "3"})
    code, out, _ = talk_to_placed(talk, project)
    assert code == 0
    assert "nobody is called, for what is wrong with the data: visits must be integer" in out


def test_what_is_typed_is_taken_as_it_is(talk: Talk) -> None:
    """No row of a call script fills anything in here, and a letter beyond the first 65,536 is one, too."""
    odd = "${x}$${y}\U0001f600"
    values = ("--set", f"CRM_WEBHOOK=https://made-up.example/{odd}")
    lines = f'/ask note text="Ann {odd}"\n'
    code, out, err = talk(lines, "flows/front_desk.yaml", *values)
    assert (code, err) == (0, "")
    assert f"scenario posts to https://made-up.example/{odd}" in out
    assert f'"text":"Ann {odd}"' in out
