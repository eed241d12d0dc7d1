"""Opening hours, worked out twice: by the scenario's own code, on the emulated platform, and in Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from flowc.compiler import compile_flows
from flowc.emit import templates
from flowc.emit.literals import js
from flowc.emit.voxengine.view import as_hours
from flowc.ir import Hours
from flowc.opening_hours import changes, edges, is_open, milliseconds, moments, offsets, on_clocks
from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.zones import names, settings_of_clocks, zone
from tests.conftest import ROOT
from tests.test_cli import Command, command, project

__all__ = ["command", "project"]  # fixtures

FLOW = """
flowc: 1
flow: hours
agent: {{api_key: {{secret: KEY}}, agent_id: agent_1, metadata: {{state: "{texts}"}}, unavailable: hang_up}}
hours: {hours}
actions: {{end: {{description: End the call., do: hang_up}}}}
"""
MINUTE = timedelta(minutes=1)
TEN_YEARS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
AROUND = timedelta(hours=4)
ZONES = ("America/Chicago", "Europe/Dublin", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo")
"""With clocks that are set by half an hour, and at midnight; and one where winter is the other time."""
WEEKLY = {
    "mon-thu": ["00:00-01:15", "02:00-02:30", "23:45-24:00"],
    "fri": ["22:00-00:30"],
    "sat": ["01:59-02:01", "22:00-02:15"],
    "sun": ["00:00-00:45", "02:20-03:00", "03:01-03:02"],
}


def hours_of(**named: dict[str, Any]) -> tuple[Hours, ...]:
    texts = " ".join(f"${{hours.{name}}}" for name in named)
    text = FLOW.format(texts=texts, hours=json.dumps(named))
    result = compile_flows([Source("hours.yaml", text.encode())])
    assert not result.diagnostics, result.diagnostics
    return result.flows[0].hours


def of(zone_name: str, weekly: dict[str, Any], dates: dict[str, Any] | None = None) -> Hours:
    [found] = hours_of(office={"timezone": zone_name, "weekly": weekly, **({"dates": dates} if dates else {})})
    return found


PRELUDE = """
let AT = 0;
let answers = "";
function log() {{}}
function safely(_what, call) {{ call(); }}
const HOURS = {hours};
{runtime}
for (const start of {starts}) {{
  for (let minute = 0; minute < {minutes}; minute += 1) {{
    AT = start + minute * 60000;
    answers += hoursAre("office") === "open" ? "o" : "c";
  }}
}}
for (let from = 0; from < answers.length; from += 10000) Logger.write(answers.slice(from, from + 10000));
"""


def by_the_scenario(engine: Engine, hours: Hours, starts: Sequence[datetime], minutes: int) -> str:
    """Whether it is open, a letter for each minute, by the runtime's own code: in one call of the engine."""
    runtime = templates.text_of("emit/voxengine/runtime/hours.js").replace("new Date();", "new Date(AT);")
    assert "new Date(AT)" in runtime
    code = PRELUDE.format(
        hours=js({"office": as_hours(hours)}, 0),
        runtime=runtime,
        starts=json.dumps([milliseconds(start) for start in starts]),
        minutes=minutes,
    )
    known = offsets([hours], min(starts) - AROUND, max(starts) + timedelta(minutes=minutes))
    session = engine.session(code, zones=known)
    assert session.error is None
    answers = "".join(session.logs)  # the platform cuts a long one
    session.close()
    return answers


def by_us(hours: Hours, starts: Sequence[datetime], minutes: int) -> str:
    return "".join("o" if is_open(hours, start + each * MINUTE) else "c" for start in starts for each in range(minutes))


@pytest.mark.parametrize("name", ZONES)
def test_every_minute_around_every_setting_of_clocks_for_ten_years(engine: Engine, name: str) -> None:
    hours = of(name, WEEKLY)
    settings = settings_of_clocks(zone(name), *TEN_YEARS)
    assert len(settings) >= 18
    starts = [each - AROUND for each in settings]
    minutes = 2 * AROUND // MINUTE
    ours = by_us(hours, starts, minutes)
    assert by_the_scenario(engine, hours, starts, minutes) == ours
    assert {"o", "c"} == set(ours)
    for number, start in enumerate(starts):
        seen = ours[number * minutes : (number + 1) * minutes]
        scanned = [start + each * MINUTE for each in range(1, minutes) if seen[each] != seen[each - 1]]
        end = start + (minutes - 1) * MINUTE
        assert [at for at, _ in changes(hours, start, end)] == scanned, start


def test_every_minute_of_days_with_dates(engine: Engine) -> None:
    dates = {"2026-12-24": "08:00-11:00", "2026-12-25": "closed", "2026-12-26": ["22:00-03:00"], "2026-12-31": "closed"}
    hours = of("Asia/Kathmandu", {"mon-sun": ["09:00-12:00", "20:00-02:00"]}, dates)
    start = datetime(2026, 12, 22, 18, 15, tzinfo=UTC)
    minutes = 11 * 24 * 60
    assert by_the_scenario(engine, hours, [start], minutes) == by_us(hours, [start], minutes)


@pytest.mark.parametrize("ahead", [20 * 3_600_000, -16 * 3_600_000, 7 * 60_000, 1])
def test_what_is_no_offset_of_a_zone_is_no_time(engine: Engine, ahead: int) -> None:
    runtime = templates.text_of("emit/voxengine/runtime/hours.js").replace("new Date();", "new Date(AT);")
    hours = js({"office": as_hours(of("UTC", {"mon-sun": "00:00-24:00"}))}, 0)
    code = PRELUDE.format(hours=hours, runtime=runtime, starts="[0]", minutes=1)
    assert engine.session(code, zones={"UTC": [(0, 3_600_000)]}).logs == ["o"]
    assert engine.session(code, zones={"UTC": [(0, ahead)]}).logs == ["c"]


# What is said in flows/README.md, by hand


def at(name: str, local: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=zone(name), fold=fold)


NIGHT = {"fri": "22:00-06:00"}
SAID = [
    ({"mon": "08:00-12:00"}, {}, "2026-01-05T08:00", True),
    ({"mon": "08:00-12:00"}, {}, "2026-01-05T07:59:59", False),
    ({"mon": "08:00-12:00"}, {}, "2026-01-05T11:59:59", True),
    ({"mon": "08:00-12:00"}, {}, "2026-01-05T12:00", False),  # the end is no part of it
    ({"mon": "08:00-12:00"}, {}, "2026-01-06T08:00", False),  # not named: closed
    ({"sat-mon": "00:00-24:00"}, {}, "2026-01-04T23:59:59", True),
    ({"sat-mon": "00:00-24:00"}, {}, "2026-01-06T00:00", False),
    (NIGHT, {}, "2026-01-09T22:00", True),
    (NIGHT, {}, "2026-01-10T05:59", True),
    (NIGHT, {}, "2026-01-10T06:00", False),
    (NIGHT, {}, "2026-01-09T05:59", False),
    (NIGHT, {"2026-01-10": "closed"}, "2026-01-09T23:59", True),
    (NIGHT, {"2026-01-10": "closed"}, "2026-01-10T00:00", False),  # ends what the evening before began
    (NIGHT, {"2026-01-10": "10:00-11:00"}, "2026-01-10T05:00", True),  # only a closed day does
    (NIGHT, {"2026-01-09": "closed"}, "2026-01-10T05:00", False),  # what never began goes on nowhere
    ({"fri": "08:00-18:00"}, {"2026-12-25": "10:00-11:00"}, "2026-12-25T09:00", False),  # in place of its weekday
    ({"fri": "08:00-18:00"}, {"2026-12-27": "10:00-11:00"}, "2026-12-27T10:30", True),
]


@pytest.mark.parametrize(("weekly", "dates", "local", "expected"), SAID)
def test_what_the_reference_says(weekly: Any, dates: Any, local: str, expected: bool) -> None:
    assert is_open(of("America/Chicago", weekly, dates), at("America/Chicago", local)) is expected


def test_in_a_gap_a_range_begins_with_the_next_minute_that_exists() -> None:
    hours = of("America/Chicago", {"sun": "02:30-04:00"})
    night = datetime(2026, 3, 8, 6, 0, tzinfo=UTC)
    found = list(changes(hours, night, night + timedelta(hours=6)))
    assert found == [(datetime(2026, 3, 8, 8, 0, tzinfo=UTC), True), (datetime(2026, 3, 8, 9, 0, tzinfo=UTC), False)]


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    hours = of("America/Chicago", {"sun": "01:15-01:45"})
    night = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)
    found = [when for when, _ in changes(hours, night, night + timedelta(hours=6))]
    assert found == [night + timedelta(minutes=each) for each in (75, 105, 135, 165)]


def test_an_instant_is_told_as_clocks_show_it_where_the_hours_are() -> None:
    """For each zone once, with the date if a date can matter."""
    shop = {"timezone": "Europe/Berlin", "weekly": {"tue": "09:00-12:00"}}
    abroad = {"timezone": "America/Los_Angeles", "weekly": {"tue": "03:00-06:00"}}
    early = at("Europe/Berlin", "2026-01-05T09:02")
    assert on_clocks(hours_of(shop=shop), early) == "Mon 09:02 Europe/Berlin"
    assert on_clocks(hours_of(shop=shop, again=shop), early + timedelta(seconds=7)) == "Mon 09:02:07 Europe/Berlin"
    both = on_clocks(hours_of(shop=shop, abroad=abroad), early)
    assert both == "Mon 09:02 Europe/Berlin, Mon 00:02 America/Los_Angeles"
    dated = hours_of(shop={**shop, "dates": {"2026-12-25": "closed"}}, abroad=abroad)
    night = at("Europe/Berlin", "2026-12-25T00:30")
    assert on_clocks(dated, night) == "Fri 2026-12-25 00:30 Europe/Berlin, Thu 2026-12-24 15:30 America/Los_Angeles"
    assert on_clocks(hours_of(shop=shop), at("Europe/Berlin", "2026-10-25T02:30", fold=1)) == "Sun 02:30 Europe/Berlin"
    assert on_clocks((), early) == ""


def test_what_is_always_open_never_changes() -> None:
    assert list(changes(of("UTC", {"mon-sun": "00:00-24:00"}), at("UTC", "2026-01-01"))) == []


def test_there_is_a_moment_for_each_way_in_which_hours_can_be_together() -> None:
    """Only a date tells the two apart, and only in summer time's own weeks do zones."""
    both = hours_of(
        shop={"timezone": "Europe/Berlin", "weekly": {"tue": "09:00-12:00"}, "dates": {"2027-02-02": "closed"}},
        phone={"timezone": "Europe/Berlin", "weekly": {"tue": "09:00-12:00"}},
        abroad={"timezone": "America/New_York", "weekly": {"tue": "03:00-06:00"}},
    )
    found = {"".join(sorted(name[0] for name in moment.open)) for moment in moments(both)}
    assert found == {"", "aps", "ap", "ps", "a"}


def test_both_sides_of_each_edge_are_there() -> None:
    """Of a week, of a day in summer, and of dates; a night is over with a date on which it is closed."""
    (night,) = hours_of(
        night={"timezone": "Europe/Berlin", "weekly": {"fri": "22:00-06:00"}, "dates": {"2026-02-07": "closed"}}
    )
    found = {edge.named([night]): edge.of for edge in edges([night])}
    assert set(found.values()) == {frozenset(["night"])}
    of_friday = [name for name in found if any(date in name for date in ("-01-09", "-01-10 0", "-02-07"))]
    assert of_friday == [
        "night is closed (Fri 2026-01-09 21:59 Europe/Berlin)",
        "night is open (Fri 2026-01-09 22:00 Europe/Berlin)",
        "night is open (Fri 2026-01-09 23:59 Europe/Berlin)",
        "night is open (Sat 2026-01-10 00:00 Europe/Berlin)",
        "night is open (Sat 2026-01-10 05:59 Europe/Berlin)",
        "night is closed (Sat 2026-01-10 06:00 Europe/Berlin)",
        "night is closed (Sat 2026-02-07 00:00 Europe/Berlin)",
        "night is closed (Sat 2026-02-07 11:59 Europe/Berlin)",
        "night is closed (Sat 2026-02-07 12:00 Europe/Berlin)",
    ]
    assert any("2026-07-10 22:00" in name for name in found)


# Zones


def test_every_zone_that_may_stand_in_a_flow_is_there() -> None:
    assert len(names()) > 400
    assert all(zone(name).key == name for name in names())


def test_the_tz_database_changes_no_byte_of_an_artifact(tmp_path: Path) -> None:
    """Another one, in which every zone is that of Kathmandu."""
    other = tmp_path / "other" / "tzdata"
    shutil.copytree(Path(str(resources.files("tzdata"))), other)
    for name in names() - {"Asia/Kathmandu"}:
        shutil.copyfile(other / "zoneinfo" / "Asia" / "Kathmandu", other.joinpath("zoneinfo", *name.split("/")))
    flow = ROOT / "flows" / "clinic.yaml"
    code = (
        "import sys; from flowc.compiler import compile_flows; from flowc.source import Source\n"
        "from flowc.zones import offset, zone; from datetime import datetime, UTC\n"
        "print(offset(zone('America/Chicago'), datetime(2026, 1, 1, tzinfo=UTC)))\n"
        f"print(compile_flows([Source('clinic.yaml', open({str(flow)!r}, 'rb').read())]).artifacts)"
    )
    found = []
    for path in ("", str(other.parent)):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (path, str(ROOT))))}
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        found.append(run.stdout.split("\n", 1))
    (ahead, artifacts), (ahead_there, artifacts_there) = found
    assert (ahead, ahead_there) == ("-1 day, 18:00:00", "5:45:00")
    assert artifacts == artifacts_there


# The command

CLOSED = """\
office: closed, Fri 2026-12-25 09:00 (UTC-06:00) in America/Chicago
  opens Sat 2026-12-26 09:00
  closes at 12:00
  reception is not called: the outcome is `closed`
  a branch goes on with `closed`: line 44
"""


@pytest.fixture
def clinic(project: Path) -> Path:
    shutil.copy(ROOT / "flows" / "clinic.yaml", project / "flows" / "clinic.yaml")
    return project


def test_hours_tells_until_when_and_who_is_called(clinic: Path, command: Command) -> None:
    assert command("hours", "flows/clinic.yaml", "office", "--at", "2026-12-25T09:00") == (0, CLOSED, "")
    assert command("hours", "flows/clinic.yaml", "office", "--at", "2026-12-25T16:00+01:00") == (0, CLOSED, "")
    both = command("hours", "flows/clinic.yaml", "--at", "2026-03-07T23:00Z").out
    assert "night: open, Sat 2026-03-07 17:00 (UTC-06:00)" in both
    assert "closes Mon 2026-03-09 00:00 (UTC-05:00)" in both
    assert "nurse is called" in both
    now = command("hours", "flows/clinic.yaml", "night")
    assert now.code == 0
    assert now.out.startswith("night: ")


def test_hours_as_a_document(clinic: Path, command: Command) -> None:
    told = command("hours", "flows/clinic.yaml", "office", "--at", "2026-12-24T10:30", "--output-format", "json")
    [found] = json.loads(told.out)
    assert (found["state"], found["changes"][0]) == ("open", {"at": "2026-12-24T11:00-06:00", "state": "closed"})
    assert (found["targets"], found["rings"]) == (["reception"], True)
    assert found["branches"] == [44]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("flows/clinic.yaml", "ofice"), "there are no hours `ofice` (did you mean `office`?)"),
        (("flows/clinic.yaml", "--at", "noon"), "`noon` is no time: write for example 2026-12-25T09:00"),
        (("flows/clinic.yaml", "--at", "2026-03-08T02:30"), "does not exist in America/Chicago"),
        (("flows/function_calling.yaml",), "this flow has no `hours`"),
        (("flows",), "these are the hours of one flow, name its file"),
    ],
)
def test_hours_that_cannot_be_told(clinic: Path, command: Command, arguments: tuple[str, ...], told: str) -> None:
    finished = command("hours", *arguments)
    assert finished.code == 2
    assert told in finished.err
