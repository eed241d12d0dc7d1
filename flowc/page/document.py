"""Whole pages: of a flow with all that is known of it, and of what `flowc test` has played."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from flowc import __version__
from flowc.emit.templates import fill, text_of
from flowc.graph import drawing
from flowc.ir import Flow
from flowc.ir.steps import Transfer
from flowc.ir.walk import every_step
from flowc.page.calls import calls
from flowc.page.declared import actions, prompts, source, targets
from flowc.page.hours import weeks
from flowc.page.markup import NOTHING, Html, element, text, together
from flowc.page.proof import coverage, search
from flowc.page.script import script
from flowc.page.tree import GOES_TO, kinds, trees
from flowc.page.waiting import times
from flowc.report.printable import Printable, html_document
from flowc.testing.result import Covered, PlayedCall, Run
from flowc.verify.result import Result

MARK = "<!doctype html>\n<!-- Written by flowc: "
"""How each page begins, so that a file can be told that flowc may overwrite."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a flow besides its text. Without a `result` no search was made; without `coverage` there is no
    call script.
    """

    calls: tuple[PlayedCall, ...] = ()
    coverage: tuple[Covered, ...] = ()
    result: Result | None = None


def of_flow(flow: Flow, checked: Checked, sources: Mapping[str, str]) -> Printable:
    """`sources` are texts by path, in which lines are shown."""
    violations = () if checked.result is None else tuple(each.call for each in checked.result.violations)
    played = (*checked.calls, *violations)
    uncovered = [item for item in checked.coverage if not item.covered]
    picture = drawing(flow)
    drawn = kinds(picture)
    legend = element("p", *(_sample(each) for each in _LEGEND if each[0] in drawn), class_="legend")
    waits = "How long callers wait" if flow.outbound is None else "How long it rings"  # whom it calls does not wait
    parts = [
        ("graph", "What can happen", together([legend, trees(picture, uncovered)])),
        ("actions", "Actions", actions(flow) if flow.actions else None),
        ("targets", "Targets", targets(flow) if _rings(flow) else None),
        ("hours", "Hours", weeks(flow) if flow.hours else None),
        ("waiting", waits, times(flow, checked.calls, checked.result)),
        ("coverage", "Seen by call scripts", _coverage(flow, checked)),
        ("proof", "What is proved", _proof(flow, checked)),
        ("calls", "Calls", calls(played, sources, text_of(_PLAYER)) if played else None),
        ("prompts", "Prompts", prompts(flow) if flow.prompts else None),
        ("source", "The flow", source(sources.get(flow.path, ""))),
    ]
    return _page(flow.name, flow.path, _facts(flow, checked), parts)


def _coverage(flow: Flow, checked: Checked) -> Html:
    return coverage(checked.coverage) if checked.coverage else element("p", f"No call script is about {flow.path}.")


def _proof(flow: Flow, checked: Checked) -> Html:
    found = search(checked.result, len(checked.calls), f"flowc graph {flow.path} --html --verify")
    if flow.agent is None or checked.result is None:
        return found
    words = "Of the agent's tools nothing is proved here: that is for "
    return together([found, element("p", words, element("code", f"flowc verify {flow.path}"), ".")])


def _rings(flow: Flow) -> bool:
    return any(isinstance(step, Transfer) for step in every_step(flow))


_LEGEND = (
    ("begins", "a call begins"),
    ("agent", "with an agent"),
    ("steps", "what is done"),
    ("choice", "depends on a value"),
    ("rings", "somebody is rung"),
    ("person", "with a person"),
    ("ends", "the call is over"),
    (GOES_TO, "goes on there"),
)


def _sample(sample: tuple[str, str]) -> Html:
    kind, words = sample
    return element("span", words, class_=f"node {kind}")


def of_calls(run: Run, sources: Mapping[str, str]) -> Printable:
    """The calls that failed; if none did, all, as the platform behaves by default."""
    failed = [call for call in run.calls if not call.passed]
    shown = failed or [call for call in run.calls if not call.variant]
    heading = "Calls that failed" if failed else "Calls"
    content = calls(shown, sources, text_of(_PLAYER)) if shown else element("p", "No call was played.")
    return _page("flowc test", "", [_sum(run.calls, None)], [("calls", heading, content)])


def _sum(played: Sequence[PlayedCall], href: str | None) -> Html:
    """A call counts once, under however many behaviours of the platform it was played."""
    every = {(call.place, call.name) for call in played}
    failed = {(call.place, call.name) for call in played if not call.passed}
    if failed:
        return _fact("failed", f"{len(failed)} of {_count(len(every), 'call')} failed", href)
    return _fact("passed" if every else "open", f"{_count(len(every), 'call')} passed", href)


def _facts(flow: Flow, checked: Checked) -> Sequence[Html]:
    found = []
    if checked.calls:
        found.append(_sum(checked.calls, "#calls"))
    if checked.coverage:
        done = sum(item.covered for item in checked.coverage)
        word = "passed" if done == len(checked.coverage) else "open"
        found.append(_fact(word, f"{100 * done // len(checked.coverage)}% seen by call scripts", "#coverage"))
    if checked.result is None:
        found.append(_fact("open", "not searched", "#proof"))
    else:
        proved = checked.result.proved
        found.append(_fact("passed" if proved else "failed", "scenario proved" if proved else "not proved", "#proof"))
    return found


def _fact(word: str, told: str, href: str | None = None) -> Html:
    return element("li", element("a" if href else "span", told, class_=f"badge {word}", href=href))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


_PLAYER = "page/player.html"


def _page(title: str, path: str, facts: Sequence[Html], parts: Sequence[tuple[str, str, Html | None]]) -> Printable:
    shown = [(name, heading, content) for name, heading, content in parts if content is not None]
    links = [element("li", element("a", heading, href=f"#{name}")) for name, heading, _ in shown]
    sections = [
        element(
            "section", element("h2", heading, id=f"{name}-title"), content, id=name, aria_labelledby=f"{name}-title"
        )
        for name, heading, content in shown
    ]
    css, plays = text_of("page/page.css"), script()
    return html_document(
        fill(
            "page/page.html",
            mark=MARK,
            version=__version__,
            policy=text(_policy(css, plays)),
            css=css,
            script=plays,
            title=text(title),
            path=element("p", element("code", path)) if path else NOTHING,
            facts=together(facts),
            links=together(links),
            sections=together(sections),
        )
    )


def _policy(css: str, script: str) -> str:
    """Nothing is loaded, and nothing runs, but what stands here by its hash."""
    return (
        f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(script)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
