"""A review as text for people, as Markdown for the comment of a pull request, and as a document for programs.

The document's shape is stable: keys may be added, none is renamed or removed.

{
  "version": 1,
  "against": "main", "commit": "…",
  "verdict": "breaking",                            or "behaviour", "harmless"
  "notes": ["…"],
  "flows": [
    {
      "flow": "front_desk",                         empty if it does not compile
      "path": "flows/front_desk.yaml",
      "old_path": "flows/front_desk.yaml",          empty if it is new
      "state": "compared",                          or "new", "gone", "not compared"
      "note": "",                                   a sentence, of all states but "compared"
      "behaviour": {"alike": "same text", "told": "…"},     or "same graph", "different", "not compared"; null if none
      "changes": [
        {
          "kind": "old tools",                      or "old scenario", "others", "behaviour", "harmless"
          "sentence": "…",
          "version": "new",                         or "old": which one the place is in
          "path": "flows/front_desk.yaml",
          "start": {"line": 41, "column": 17}
        }
      ]
    }
  ]
}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flowc.report.printable import Printable, json_document, plain
from flowc.report.terminal import BOLD, CYAN, GREEN, RED, YELLOW, paint, visible
from flowc.review.change import Change, Kind
from flowc.review.pairs import Alike, Review, Reviewed, State

TITLES: Mapping[Kind, str] = {
    Kind.OLD_TOOLS: "breaking for old tools (with the new scenario)",
    Kind.OLD_SCENARIO: "breaking for the old scenario (with new tools)",
    Kind.OTHERS: "to be ready first (settings, webhooks, whoever starts calls)",
    Kind.BEHAVIOUR: "behaviour changed",
    Kind.HARMLESS: "harmless",
}
STYLES: Mapping[Kind, str] = {
    Kind.OLD_TOOLS: RED,
    Kind.OLD_SCENARIO: RED,
    Kind.OTHERS: RED,
    Kind.BEHAVIOUR: YELLOW,
    Kind.HARMLESS: GREEN,
}
NOTHING_CHANGES = "nothing changes"
FEW = 3
"""So many flows in which nothing changes are named; more are counted."""
LONGEST_COMMENT = 60_000
"""Characters: GitHub takes 65,536."""


def verdict(reviewed: Reviewed) -> str:
    if reviewed.is_breaking:
        return "breaking"
    return "harmless" if reviewed.is_harmless else "behaviour"


def _groups(review: Review) -> Iterator[tuple[Kind, list[Change]]]:
    for kind in Kind:
        found = [each for each in review.changes if each.kind is kind]
        if found:
            yield kind, found


def _place(reviewed: Reviewed, review: Review, change: Change, seen: Callable[[str], str] = str) -> str:
    """`flows/x.yaml:12`, or `main:flows/x.yaml:12` of the old version, which no editor opens."""
    if change.in_old:
        return f"{reviewed.against}:{review.old_path}:{change.span.line}"
    return f"{seen(review.path)}:{change.span.line}"


def _told(reviewed: Reviewed) -> tuple[list[Review], str]:
    """The flows of which something is to be told, and a sentence for the others, if they are more than a few."""
    same = [each for each in reviewed.reviews if _is_the_same(each)]
    if len(same) <= FEW:
        return list(reviewed.reviews), ""
    known = all(each.behaviour is not None for each in same)
    how = "; the texts of their scenarios are the same to the byte" if known else ""
    return [each for each in reviewed.reviews if not _is_the_same(each)], f"{len(same)} flows: {NOTHING_CHANGES}{how}"


def _is_the_same(review: Review) -> bool:
    behaves = review.behaviour is None or review.behaviour.alike is Alike.SAME_TEXT
    return behaves and not review.note and not review.changes and review.path == review.old_path


# Text


def as_full(reviewed: Reviewed, color: bool) -> Printable:
    lines = [visible(note) for note in reviewed.notes]
    reviews, others = _told(reviewed)
    for review in reviews:
        lines += ["", *_review(reviewed, review, color)] if lines else [*_review(reviewed, review, color)]
    if others:
        lines += ["", others] if lines else [others]
    return plain("".join(f"{line}\n" for line in lines), color)


def _review(reviewed: Reviewed, review: Review, color: bool) -> Iterator[str]:
    head = paint(visible(reviewed.seen(review.path)), BOLD, color)
    if review.note:
        yield f"{head}  {visible(review.note)}"
    elif not review.changes:
        yield f"{head}  {NOTHING_CHANGES}"
    else:
        yield head
    for kind, found in _groups(review):
        yield f"  {paint(TITLES[kind], STYLES[kind], color)}"
        for each in found:
            place = paint(visible(_place(reviewed, review, each, reviewed.seen)), CYAN, color)
            yield f"    {place}: {visible(each.sentence)}"
    if review.behaviour is not None:
        yield f"  {visible(review.behaviour.told)}"


# Markdown

_CODE = re.compile(r"`[^`]*`")
_ACTIVE = re.compile(r"[^\w \t.,;:()/=+'“”…-]|(?<!\w)_|_(?!\w)|^\s*[-+](?=\s)|://")


def as_markdown(reviewed: Reviewed) -> Printable:
    """A list a flow. Whatever a name or a text holds, it is no markup, mentions nobody and links to nothing."""
    lines = [f"### flowc: what changes against {_markdown(_as_code(reviewed.against))}", ""]
    lines += [each for note in reviewed.notes for each in (_markdown(note), "")]
    reviews, others = _told(reviewed)
    for review in reviews:
        lines += [*_markdown_review(reviewed, review), ""]
    lines += [others, ""] if others else []
    return plain("".join(f"{line}\n" for line in _fitting(lines[:-1])))


def _fitting(lines: list[str]) -> list[str]:
    """As many as a comment takes."""
    length = 0
    for number, line in enumerate(lines):
        length += len(line) + 1
        if length > LONGEST_COMMENT:
            return [*lines[:number], "", f"… and {len(lines) - number} more lines, for which a comment has no room"]
    return lines


def _markdown_review(reviewed: Reviewed, review: Review) -> Iterator[str]:
    head = f"**{_markdown(_as_code(review.path))}**"
    if review.note:
        yield f"{head} {_markdown(review.note)}"
    elif not review.changes:
        yield f"{head} {NOTHING_CHANGES}"
    else:
        yield head
    for kind, found in _groups(review):
        yield ""
        yield f"*{TITLES[kind]}*"
        yield ""
        for each in found:
            place = _markdown(_as_code(_place(reviewed, review, each)))
            yield f"- {_markdown(each.sentence)} ({place})"
    if review.behaviour is not None:
        yield ""
        yield _markdown(review.behaviour.told)


def _as_code(text: str) -> str:
    shown = visible(text).replace("`", "'")
    return f"`{shown}`"


def _markdown(text: str) -> str:
    """What stands in backticks stays; outside of them nothing is markup."""
    pieces: list[str] = []
    end = 0
    for found in _CODE.finditer(text := visible(text)):
        pieces += [_inert(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*pieces, _inert(text[end:])])


def _inert(text: str) -> str:
    return _ACTIVE.sub(lambda found: "".join(f"&#{ord(each)};" for each in found[0]), text)


# JSON


def as_json(reviewed: Reviewed) -> Printable:
    document = {
        "version": 1,
        "against": reviewed.against,
        "commit": reviewed.commit,
        "verdict": verdict(reviewed),
        "notes": list(reviewed.notes),
        "flows": [_flow(each) for each in reviewed.reviews],
    }
    return json_document(document)


def _flow(review: Review) -> dict[str, Any]:
    told = review.behaviour
    return {
        "flow": review.name,
        "path": review.path,
        "old_path": review.old_path,
        "state": review.state.value,
        "note": review.note,
        "behaviour": None if told is None else {"alike": told.alike.value, "told": told.told},
        "changes": [
            {
                "kind": each.kind.value,
                "sentence": each.sentence,
                "version": "old" if each.in_old else "new",
                "path": review.old_path if each.in_old else review.path,
                "start": {"line": each.span.line, "column": each.span.column},
            }
            for each in review.changes
        ],
    }


def summary(reviewed: Reviewed) -> str:
    """`2 flows against main (0123…): 1 breaking, 3 of behaviour, 2 harmless`."""
    changes = [each for review in reviewed.reviews for each in review.changes]
    breaking = sum(each.kind not in (Kind.BEHAVIOUR, Kind.HARMLESS) for each in changes)
    behaviour = sum(each.kind is Kind.BEHAVIOUR for each in changes)
    harmless = len(changes) - breaking - behaviour
    counts = [
        f"{number} {word}"
        for number, word in ((breaking, "breaking"), (behaviour, "of behaviour"), (harmless, "harmless"))
        if number
    ]
    for state in (State.NEW, State.GONE, State.NOT_COMPARED):
        number = sum(each.state is state for each in reviewed.reviews)
        counts += [f"{number} flow{'' if number == 1 else 's'} {state.value}"] if number else []
    flows = f"{len(reviewed.reviews)} flow{'' if len(reviewed.reviews) == 1 else 's'}"
    return f"{flows} against {reviewed.against} ({reviewed.commit[:12]}): {', '.join(counts) or NOTHING_CHANGES}"
