"""Pages as text: all of a flow is in its page, nothing is claimed that was not done, and no text becomes markup."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from flowc.compiler import compile_flows
from flowc.emit.templates import PACKAGE, text_of
from flowc.graph import drawing
from flowc.ir.ring_times import hunts
from flowc.page import MARK, Checked, of_calls, of_flow
from flowc.page.markup import data, element, text
from flowc.page.script import PARTS, script
from flowc.report.terminal import visible
from flowc.simulator.engine import Engine
from flowc.source import Source
from flowc.testing.play.batch import play
from flowc.testing.report.happenings import SOUNDS, happenings, heard, parties
from flowc.testing.report.timeline import timeline
from flowc.testing.result import Run
from flowc.testing.script.model import Scenario, Scripts
from flowc.testing.script.parse import outline
from flowc.testing.script.resolve import scripts
from flowc.verify.result import Bounds, Result, Violation
from tests.conftest import ROOT
from tests.page.made import failing, hostile_page, page, played
from tests.test_graph import ACCEPTED, flow_at
from tests.test_printable import HOSTILE as UNPRINTABLE
from tests.test_texts import HOSTILE as TEXTS

MARKUP = (
    "<img src=x onerror='broken()'>",
    "\"'><script>broken()</script>",
    "</script><script>broken()</script>",
    "</style><script>broken()</script>",
    "</title></textarea></noscript></template><svg onload=broken()>",
    "<!--<script>",
    "-->]]>",
    "javascript:broken()",
    "' onmouseover='broken()' x='",
    "&lt;script&gt;&#60;b&#62;&quot;",
    "{{ sections }}",
    "<base href=//example.com><link rel=stylesheet href=//example.com/x.css>",
)
HOSTILE = (*MARKUP, *TEXTS, *UNPRINTABLE)


class Reader(HTMLParser):
    """The elements of a page, with their attributes and their text. Raises if they do not close as they open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs)
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts[self._open[-1] if self._open else ""] = data
        if self._open and self._open[-1] not in ("script", "style"):
            self.text += data

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]

    @property
    def shape(self) -> list[str]:
        return [tag for tag, _ in self.elements]


def calls_in(page: str) -> list[dict[str, Any]]:
    """As the page's script has them."""
    found = re.findall(r'<script type="application/json" id="call-data">(.*?)</script>', page, re.DOTALL)
    assert len(found) <= 1
    return [call for text in found for call in json.loads(text)]


def is_safe(page: str) -> Reader:
    """What holds of every page."""
    assert page.isascii()
    assert page.startswith(MARK)
    read = Reader(page)
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    leads_to = {*ids, *(f"call-{number}" for number in range(len(calls_in(page))))}  # to these the script listens
    assert len(set(ids)) == len(ids)
    for tag, attributes in read.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "srcdoc")], tag
        href = attributes.get("href")
        assert href is None or href == "data:," or (href.startswith("#") and href[1:] in leads_to), href
    assert not {"img", "iframe", "object", "embed", "form", "base", "foreignobject"} & set(read.shape)
    policies = [each["content"] for each in read.named("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    assert policies[0] is not None
    assert policies[0].startswith("default-src 'none'; ")
    for content in (text_of("page/page.css"), script()):
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert f"-src 'sha256-{digest}'" in policies[0]
        assert page.count(content) == 1
    return read


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_all_of_a_flow_is_in_its_page(path: Path) -> None:
    """As far as its text says it, without calls: each node once, each action, target, hour, hunt and line."""
    flow, source = flow_at(path), path.read_text("utf-8")
    read = is_safe(of_flow(flow, Checked(), {flow.path: source}))
    ids = {attributes.get("id") for _, attributes in read.elements}
    assert {f"node-{node.name}" for node in drawing(flow).nodes} <= ids
    assert {f"L{number}" for number in range(1, source.count("\n") + 1)} <= ids
    assert {f"hours-{hours.name}" for hours in flow.hours} <= ids
    for action in flow.actions:
        assert action.name in read.text
        assert action.description.split("\n")[0] in read.text
    for prompt in flow.prompts:
        assert prompt.name in read.text
    for hunt in hunts(flow):
        assert f"{hunt.rings_ms / 1000:g} s" in read.text
        assert hunt.details in read.text
    assert "nothing is proved here" in read.text
    assert f"No call script is about {flow.path}." in read.text
    assert "no silence was measured" in read.text
    assert "Proved" not in read.text


def test_the_calls_are_in_the_page() -> None:
    run = played("clinic").run
    read = is_safe(page("clinic"))
    told = calls_in(page("clinic"))
    assert [each["name"] for each in told] == [call.name for call in run.calls]
    assert f"{len(run.calls)} calls passed" in read.text
    assert "100%" in read.text
    assert all(each["rows"] and each["end"] >= max(row[1] for row in each["rows"]) for each in told)
    sounds = {row[7] for each in told for row in each["rows"] if row[0] == "act"}
    assert {"nothing", "ringing", "agent", "ringback", "person", "prompt"} <= sounds <= set(SOUNDS)


def test_when_a_call_begins_is_told_where_the_flow_has_hours() -> None:
    """In the page and in the terminal: by the clock of the script, or the one that it begins by when it has none."""
    clinic = {call.name: call for call in played("clinic").run.calls}
    usual = clinic["reception is open, and rings"]
    holiday = clinic["reception is not rung outside its hours [clock: 2026-12-25T10:00]"]
    assert usual.begins == "Tue 2026-01-06 10:00 America/Chicago"
    assert holiday.begins == "Fri 2026-12-25 10:00 America/Chicago"
    for call in (usual, holiday):
        assert timeline(call, color=False)[0].strip() == call.begins
        assert sum(call.begins in row for row in timeline(call, color=False)) == 1
    begins = {call["about"].partition(". ")[0] for call in calls_in(page("clinic"))}
    assert {"Begins Tue 2026-01-06 10:00 America/Chicago", "Begins Fri 2026-12-25 10:00 America/Chicago"} <= begins
    without = played("front_desk").run.calls[0]
    assert without.begins == ""
    assert timeline(without, color=False)[0].split()[0] == "caller"
    assert "Begins" not in page("front_desk")


def test_what_no_script_has_been_through_is_marked() -> None:
    flow, run, sources = played("clinic")
    missing = {"emergency: among closed: transfer rings nurse", "emergency: among closed: fallback otherwise"}
    coverage = tuple(replace(item, covered=item.what not in missing) for item in run.coverage)
    read = is_safe(of_flow(flow, Checked(run.calls, coverage), sources))
    assert all(what in read.text for what in missing)
    assert f"{len(coverage) - 2} of {len(coverage)} steps" in read.text
    marked = [attributes["id"] for attributes in read.named("a") if "uncovered" in (attributes.get("class") or "")]
    [nurse] = [node for node in drawing(flow).nodes if node.lines[0].startswith("ring nurse")]
    assert marked == [f"node-{nurse.name}"]
    assert read.text.count("in no call script: transfer rings nurse") == 1


def search_of(name: str, **others: object) -> Result:
    flow, run, _ = played(name)
    found = Result(flow.name, flow.path, (), Bounds(), 10, 20, 3, True, None, True, True, (), run.coverage, ())
    return structs.replace(found, **others)  # type: ignore[arg-type]


def test_what_is_proved_is_told_of_a_search_that_was_made() -> None:
    proved = is_safe(page("clinic", result=search_of("clinic"))).text
    assert "keeps every promise" in proved
    assert "Of the agent's tools nothing is proved here" in proved
    assert "Proved: whoever waits hears nothing for" in proved
    not_exhausted = is_safe(page("clinic", result=search_of("clinic", exhausted=False))).text
    assert "not proved" in not_exhausted
    assert "not exhausted" in not_exhausted
    assert "Proved: " not in not_exhausted
    call = failing("clinic").calls[-1]
    violation = Violation("no exception", 1, "time: x", "it throws", (), call, (), (), None)
    shown = page("clinic", result=search_of("clinic", violations=(violation,)))
    read = is_safe(shown)
    number = len(played("clinic").run.calls)
    assert {"href": f"#call-{number}"} in read.named("a")
    assert "no exception: it throws" in read.text
    assert calls_in(shown)[number]["passed"] is False
    assert f"{number} calls passed" in read.text


def test_a_page_of_calls_has_those_that_failed_or_all() -> None:
    _, run, sources = played("clinic")
    everything = calls_in(of_calls(run, sources))
    assert [each["name"] for each in everything] == [call.name for call in run.calls]
    broken = failing("clinic")
    shown = of_calls(broken, sources)
    read = is_safe(shown)
    assert f"1 of {len(run.calls)} calls failed" in read.text
    [told] = calls_in(shown)
    assert [row[2] for row in told["rows"] if row[0] == "fail"] == ["caller with: nobody"]
    [origin] = told["origins"]
    assert origin[0] == "script"
    line = broken.calls[-1].failures[0].place.span.line
    assert origin[2] == sources["flows/clinic.calls.yaml"].splitlines()[line - 1].strip()
    assert "No call was played." in is_safe(of_calls(Run(()), {})).text
    varied = tuple(replace(call, variant=(("late connected", "true"),)) for call in run.calls)
    both = of_calls(replace(run, calls=run.calls + varied), sources)
    assert len(calls_in(both)) == len(run.calls)
    assert f"{len(run.calls)} calls passed" in is_safe(both).text


@pytest.mark.parametrize("more", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_becomes_markup(more: str) -> None:
    """Every page of a flow has the same elements, whatever its texts hold."""
    hostile, harmless = (hostile_page("clinic", each) for each in (more, re.sub(r"[^\n]", "x", more)))
    assert is_safe(hostile).shape == is_safe(harmless).shape
    assert all(call["name"].endswith(visible(more)) for call in calls_in(hostile))


def test_the_one_filter() -> None:
    assert text("<a href='x'>&\u202e\n\x1b") == "&lt;a href=&#x27;x&#x27;&gt;&amp;\\u202e\n\\x1b"
    assert element("b", "<i>", element("i", "&"), class_='"') == '<b class="&quot;">&lt;i&gt;<i>&amp;</i></b>'
    assert "<" not in data("d", ["</script><!--"])[len('<script type="application/json" id="d">') : -len("</script>")]
    for name, value in (("onclick", "x"), ("style", "x"), ("src", "x"), ("href", "javascript:x"), ("href", "//x")):
        with pytest.raises(AssertionError):
            element("a", **{name: value})


def test_scripts_and_styles_stay_as_they_are() -> None:
    """What printing does to lines that a log obeys, and to characters, would break the hashes of the page's policy."""
    texts = {name: text_of(name) for name in ("page/page.css", "page/player.html", "page/page.html")}
    for name, written in (*texts.items(), ("the script", script())):
        assert written.isascii()
        assert not re.search(r"^\s*::|##\w*\[", written, re.MULTILINE)
        assert "</script" not in written or name == "page/page.html"
        assert not re.search(r"https?://|@import|url\(", written)


def test_the_script_has_every_file_of_it_once() -> None:
    files = {path.stem: path.read_text("utf-8") for path in (PACKAGE / "page" / "player").iterdir()}
    assert sorted(PARTS) == sorted(files)
    assert all(script().count(written) == 1 for written in files.values())
    assert all(len(written.splitlines()) < 150 for written in files.values())


def test_a_flow_without_an_agent_has_no_actions() -> None:
    text = (ROOT / "flows" / "switchboard.yaml").read_text("utf-8")
    [flow] = compile_flows([Source("flows/switchboard.yaml", text.encode())]).flows
    assert "Actions" not in is_safe(of_flow(flow, Checked(), {flow.path: text})).text


PLACED = ("alarm", "appointment", "reminder")


@pytest.mark.parametrize("name", PLACED)
def test_who_has_taken_a_call_that_is_placed_is_the_caller(name: str) -> None:
    """Where a call script that passes expects that the caller hears a prompt, the page says so."""
    _, run, sources = played(name)
    expected = 0
    for call in calls_in(of_calls(run, sources)):
        heard_as = {row[7] for row in call["rows"] if row[0] == "act" and row[6][0] == "|"}
        if any("caller hears: {prompt:" in row[3] for row in call["rows"] if row[0] == "step"):
            assert "prompt" in heard_as, call["name"]
            expected += 1
        if any("caller with: agent" in row[3] for row in call["rows"] if row[0] == "step"):
            assert "agent" in heard_as, call["name"]
    assert expected


def test_the_caller_is_whoever_takes_it_at_last() -> None:
    _, run, _ = played("appointment")
    wanted = "the mailbox of the mobile is left word while it rings at home"
    call = next(each for each in run.calls if each.name == wanted)
    names = parties(call)
    answers = [(names[each.who], "".join(each.present)) for each in happenings(call) if each.text == "answers"]
    assert names == ("caller", "scenario", "home", "mobile")
    assert answers == [("mobile", " | |"), ("home", " |||")]  # where each rings
    sounds = [each.kind for each in heard(call)]
    assert sounds == ["silence", "nothing", "prompt", "prompt", "nothing"]


def test_who_is_called_once_more_is_no_caller_until_then() -> None:
    """While the machine that answered first is left its message."""
    flow = Source(
        "again.yaml",
        b"""flowc: 1
flow: again
prompts: {word: Please call us back.}
targets: {mobile: {pstn: "+15550100201", caller_id: "+15550100200", machine: {unsure: person, message: word}}}
outbound: {call: {target: mobile, attempts: 2}, answered: [{say: word}, hang_up], fallback: {otherwise: hang_up}}
""",
    )
    script = Source(
        "again.calls.yaml",
        b"""flowc: 1
flow: again.yaml
calls:
  a machine, and once more:
    - outbound: {starts: {}}
    - mobile: {answers: as a machine}
    - wait: 6s
    - mobile: {rings: 3s, then: answers}
    - wait: 6s
""",
    )
    compiled = compile_flows([flow])
    read = outline(script)
    calls = tuple(scripts(read, compiled.flows[0]))
    assert not [*compiled.diagnostics, *read.problems.found]
    scenario = next(text for path, text in compiled.artifacts.items() if path.endswith(".js"))
    with Engine() as engine:
        [call] = play(engine, [Scripts(script.path, compiled.flows[0], Scenario("again.js", scenario), calls)]).calls
    names = parties(call)
    told = [(names[each.who], each.text, names[each.to] if each.to is not None else "") for each in happenings(call)]
    assert [each for each in told if each[1].startswith(("calls", "rings", "answers"))] == [
        ("scenario", "calls", "mobile"),
        ("mobile", "answers", "scenario"),
        ("scenario", "calls (call 2)", "mobile"),
        ("mobile", "rings (call 2)", ""),
        ("mobile", "answers (call 2)", "scenario"),
    ]


@pytest.mark.parametrize(("name", "has_agent"), [("alarm", False), ("switchboard", False), ("reminder", True)])
def test_who_is_on_no_call_has_no_column(name: str, has_agent: bool) -> None:
    _, run, _ = played(name)
    for call in run.calls:
        assert ("agent" in parties(call)) is has_agent
        for each in happenings(call):
            assert len(each.present) == len(parties(call))
            assert max(each.who, each.to or 0) < len(parties(call))


@pytest.mark.parametrize("name", ["appointment", "alarm", "reminder"])
def test_a_flow_that_only_places_calls_has_nobody_who_calls_and_waits(name: str) -> None:
    read = Reader(str(of_flow(flow_at(ROOT / "flows" / f"{name}.yaml"), Checked(), {})))
    drawn = read.text.partition("What can happen")[2]
    assert drawn.index("a call is placed") < drawn.index("a call comes in")
    assert "callers wait" not in read.text
    assert "caller is joined" not in read.text
    assert "How long it rings" in read.text


@pytest.mark.parametrize("path", ["flows/appointment.yaml", "flows/front_desk.yaml", "tests/verify/flows/placing.yaml"])
def test_what_is_not_drawn_is_not_explained(path: str) -> None:
    text = str(of_flow(flow_at(ROOT / path), Checked(), {}))
    legend, drawn = re.findall(r'<p class="legend">.*?</p>', text)[0], text.partition('<div class="trees">')[2]
    for kind in re.findall(r'class="node ([a-z-]+)', legend):
        assert re.search(rf'class="node {kind}[ "]', drawn), kind
    assert ('class="node agent"' in legend) == (flow_at(ROOT / path).agent is not None)
