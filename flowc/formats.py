"""The output formats: one list for every command that reports something, and all that a command asks about a format.

`FORMATS` is the place for a new one. A format with a renderer of findings is offered by the commands that report those
(`build`, `check`, `diff`, `graph`, `hours`, `init`, `talk`), one with a renderer of played calls by `flowc test`,
one with a renderer of searches by `flowc verify`, one with a renderer of reviews by `flowc diff --against`; options,
help and tests are made of this list. A renderer is imported when it is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from flowc.report import Report
    from flowc.report.printable import Printable
    from flowc.review.pairs import Reviewed
    from flowc.testing.report import View
    from flowc.testing.result import Run
    from flowc.verify.documents import Timed, Unsearched


class Format(Struct, frozen=True, kw_only=True):
    """No field has a default: whoever adds a format says what it does on a clean run.

    `purpose` is for the help of commands. `is_document`: standard output is one document for a program. It is printed
    also when nothing was found or played, and nothing else beside it; other formats print nothing on a clean run.
    `has_colors`: it is for people, and a terminal may colour it. `counts_calls`: its text on played calls ends with how
    many failed, so that a summary would say it twice.
    """

    name: str
    purpose: str
    is_document: bool
    has_colors: bool
    counts_calls: bool
    findings: Callable[[Report, bool], Printable] | None  # and whether it is in colours
    calls: Callable[[Run, View], Printable] | None
    searches: Callable[[Sequence[Timed], Sequence[Unsearched], View], Printable] | None
    reviews: Callable[[Reviewed, bool], Printable] | None


def _full(report: Report, color: bool) -> Printable:
    from flowc.report import full
    from flowc.report.printable import plain

    return plain(full.render(report.at_a_terminal(), color), color)


def _full_calls(run: Run, view: View) -> Printable:
    from flowc.report.printable import plain
    from flowc.testing.report import full

    run, sources = run.moved(view.seen), view.seen_sources
    shown = full.render(run, view.color, sources, view.trace, view.mermaid, view.coverage, view.width)
    return plain(shown, view.color)


def _concise(report: Report, color: bool) -> Printable:
    from flowc.report import concise
    from flowc.report.printable import plain

    return plain(concise.render(report.at_a_terminal(), color), color)


def _json(report: Report, color: bool) -> Printable:
    from flowc.report import json

    return json.render(report)


def _json_calls(run: Run, view: View) -> Printable:
    from flowc.testing.report import json

    return json.render(run, view.trace, view.mermaid, view.coverage)


def _junit_calls(run: Run, view: View) -> Printable:
    from flowc.testing.report import junit

    return junit.render(run, view.sources, view.trace, view.mermaid, view.coverage)


def _sarif(report: Report, color: bool) -> Printable:
    from flowc.report import sarif

    return sarif.render(report)


def _github(report: Report, color: bool) -> Printable:
    from flowc.report import github
    from flowc.report.printable import log

    return log(github.render(report))


def _github_calls(run: Run, view: View) -> Printable:
    from flowc.report.printable import log
    from flowc.testing.report import github

    return log(github.render(run, view.sources, view.trace, view.mermaid, view.coverage, view.annotation_root))


def _full_searches(searches: Sequence[Timed], unsearched: Sequence[Unsearched], view: View) -> Printable:
    from flowc.report.printable import plain
    from flowc.verify.report import render

    moved = [(result.moved(view.seen), seconds) for result, seconds in searches]
    shown = [render(result, view.seen_sources, seconds, view.color, view.width) for result, seconds in moved]
    return plain("".join(shown), view.color)


def _json_searches(searches: Sequence[Timed], unsearched: Sequence[Unsearched], view: View) -> Printable:
    from flowc.verify.documents import as_json

    return as_json(searches, unsearched)


def _junit_searches(searches: Sequence[Timed], unsearched: Sequence[Unsearched], view: View) -> Printable:
    from flowc.verify.documents import as_junit

    return as_junit(searches, unsearched, view.sources)


def _full_reviews(reviewed: Reviewed, color: bool) -> Printable:
    from flowc.review.report import as_full

    return as_full(reviewed, color)


def _json_reviews(reviewed: Reviewed, color: bool) -> Printable:
    from flowc.review.report import as_json

    return as_json(reviewed)


def _markdown_reviews(reviewed: Reviewed, color: bool) -> Printable:
    from flowc.review.report import as_markdown

    return as_markdown(reviewed)


def _github_searches(searches: Sequence[Timed], unsearched: Sequence[Unsearched], view: View) -> Printable:
    from flowc.report.printable import log
    from flowc.verify.documents import as_github

    return log(as_github(searches, unsearched, view.sources, view.annotation_root))


FULL = Format(
    name="full",
    purpose="for people",
    is_document=False,
    has_colors=True,
    counts_calls=True,
    findings=_full,
    calls=_full_calls,
    searches=_full_searches,
    reviews=_full_reviews,
)
FORMATS = (
    FULL,
    Format(
        name="concise",
        purpose="a line each, for editors and grep",
        is_document=False,
        has_colors=True,
        counts_calls=False,
        findings=_concise,
        calls=None,
        searches=None,
        reviews=None,
    ),
    Format(
        name="json",
        purpose="one document, for programs",
        is_document=True,
        has_colors=False,
        counts_calls=False,
        findings=_json,
        calls=_json_calls,
        searches=_json_searches,
        reviews=_json_reviews,
    ),
    Format(
        name="markdown",
        purpose="for the comment of a pull request",
        is_document=True,
        has_colors=False,
        counts_calls=False,
        findings=None,
        calls=None,
        searches=None,
        reviews=_markdown_reviews,
    ),
    Format(
        name="sarif",
        purpose="one document, for code scanning",
        is_document=True,
        has_colors=False,
        counts_calls=False,
        findings=_sarif,
        calls=None,
        searches=None,
        reviews=None,
    ),
    Format(
        name="junit",
        purpose="one document of XML, for CI",
        is_document=True,
        has_colors=False,
        counts_calls=False,
        findings=None,
        calls=_junit_calls,
        searches=_junit_searches,
        reviews=None,
    ),
    Format(
        name="github",
        purpose="annotations of a pull request",
        is_document=False,
        has_colors=False,
        counts_calls=False,
        findings=_github,
        calls=_github_calls,
        searches=_github_searches,
        reviews=None,
    ),
)
OF_FINDINGS = tuple(each for each in FORMATS if each.findings is not None)
OF_CALLS = tuple(each for each in FORMATS if each.calls is not None)

OF_SEARCHES = tuple(each for each in FORMATS if each.searches is not None)
OF_REVIEWS = tuple(each for each in FORMATS if each.reviews is not None)


def named(name: str) -> Format:
    """The format of a name that is in the list."""
    [found] = [each for each in FORMATS if each.name == name]
    return found


def render(report: Report, style: Format, color: bool = False) -> Printable:
    """Findings as text, each line ended, and empty if there are none (but for a document). `color` means those of
    terminals, for formats that have any.
    """
    assert style.findings is not None, f"{style.name} shows no findings"
    return style.findings(report, color and style.has_colors)


def render_calls(run: Run, style: Format, view: View) -> Printable:
    """What came of playing call scripts, each line ended."""
    assert style.calls is not None, f"{style.name} shows no calls"
    return style.calls(run, view)


def render_searches(
    searches: Sequence[Timed], unsearched: Sequence[Unsearched], style: Format, view: View
) -> Printable:
    """What searches have come to, each line ended, and what could not be searched."""
    assert style.searches is not None, f"{style.name} shows no searches"
    return style.searches(searches, unsearched, view)


def render_reviews(reviewed: Reviewed, style: Format, color: bool = False) -> Printable:
    """What has changed since another version, each line ended."""
    assert style.reviews is not None, f"{style.name} shows no reviews"
    return style.reviews(reviewed, color and style.has_colors)


def beside(style: Format) -> Format:
    """In which format findings are shown where `style` is that of played calls: a document has no room for them."""
    return FULL if style.is_document or style.findings is None else style
