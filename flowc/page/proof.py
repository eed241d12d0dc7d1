"""What of a flow is seen by call scripts, and what a search has proved of it: never more than was done."""

from __future__ import annotations

from collections.abc import Sequence

from flowc.page.declared import line_link
from flowc.page.markup import Html, element, together
from flowc.testing.result import Covered
from flowc.verify.assumptions import MODEL, assumptions
from flowc.verify.documents import summary
from flowc.verify.result import Result


def coverage(items: Sequence[Covered]) -> Html:
    """How much of the flow some call script has been through, and what not."""
    missing = [item for item in items if not item.covered]
    total, done = len(items), len(items) - len(missing)
    percent = 100 * done // total if total else 100
    meter = element(
        "svg",
        element("rect", class_="ground", x=0, y=0, width=max(total, 1), height=10),
        element("rect", class_="open", x=0, y=0, width=done, height=10),
        class_="bar",
        viewBox=f"0 0 {max(total, 1)} 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    told = element("p", element("b", f"{percent}%"), f": {done} of {total} steps, outcomes and fallbacks.")
    return together([told, meter, _list("No call script has been through:", missing, id_="uncovered")])


def _list(title: str, items: Sequence[Covered], id_: str) -> Html | None:
    if not items:
        return None
    lines = [
        element("li", line_link(f"line {item.place.span.line}", item.place.span), f" {item.what}") for item in items
    ]
    return element("div", element("p", title), element("ul", *lines, id=id_))


def search(result: Result | None, first_call: int, hint: str) -> Html:
    """`first_call` is the number of the first violation among the calls of the page. `hint` is a command."""
    if result is None:
        told = "No search was made for this page, so nothing is proved here. "
        return element("p", told, "To have one made: ", element("code", hint), ".")
    verdict = "proved" if result.proved else "not proved"
    head = element(
        "p", element("span", verdict, class_=f"badge {'passed' if result.proved else 'failed'}"), _why(result)
    )
    reached = len(result.reached) - len(result.unreached)
    facts = element(
        "p",
        f"{result.states:,} states, {result.transitions:,} transitions; {reached} of {len(result.reached)} steps,"
        " fallbacks, routes and targets of the flow were reached. ",
        MODEL,
    )
    violations = [
        element(
            "li", element("a", f"{each.property}: {each.told}", href=f"#call-{first_call + number}"), f" ({each.place})"
        )
        for number, each in enumerate(result.violations)
    ]
    assumed = element("ul", *(element("li", each) for each in assumptions(result)))
    return together(
        [
            head,
            facts,
            element("ol", *violations, id="violations") if violations else None,
            _list("Never reached, so nothing is proved of it:", result.unreached, id_="unreached"),
            element("details", element("summary", "What was assumed"), assumed),
        ]
    )


def _why(result: Result) -> str:
    if result.proved:
        return " The generated scenario keeps every promise in every order of events, and does what the flow says."
    return f" {summary(result)}."
