"""Writes violations as call scripts, which `flowc test` replays.

The events of a violation become steps as somebody would write them (`lowering.py`), if that shows it, or else each the
step that it is, in a call in which nothing happens by itself (`by_hand.py`). What is expected at the end is found out
in `saved_expectation.py`. A script that does not show the violation says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flowc.simulator.engine import Engine
from flowc.testing.play.switches import SWITCHES
from flowc.verify.alphabet import Alphabet, alphabet
from flowc.verify.by_hand import NOT_SAID, ByHand, NotSaid
from flowc.verify.lowering import Lowering
from flowc.verify.result import Result, Violation
from flowc.verify.saved_expectation import expectation
from flowc.verify.script_text import Words, flow_style, one_line, scalar, whole_file
from flowc.verify.search import Subject


@dataclass(frozen=True, slots=True)
class Saved:
    """A script of one violation. `replays`: played, it fails as it has to, after the same events."""

    name: str
    text: str
    replays: bool


def path_of(folder: str, flow: str) -> str:
    return f"{folder}/{flow}.verify.calls.yaml".removeprefix("./")


def save(engine: Engine, subject: Subject, results: Sequence[Result], path: str) -> tuple[str, tuple[Saved, ...]]:
    """The text of the file at `path`, and what is in it: a call for each violation in searches of one scenario."""
    names: dict[str, int] = {}
    calls = []
    for result in results:
        world = alphabet(subject.flow, result.bounds.posts)
        for violation in result.violations:
            name = f"{violation.property}, {violation.place}"
            if result.variant:
                name += f" ({', '.join(f'{key}: {value}' for key, value in result.variant)})"
            names[name] = names.get(name, 0) + 1
            if names[name] > 1:
                name += f" ({names[name]})"
            calls.append(_saved(engine, subject, world, result, violation, name, path))
    account = alphabet(subject.flow, 0)
    return whole_file(subject, account, path, [call.text for call in calls]), tuple(calls)


def _saved(
    engine: Engine, subject: Subject, world: Alphabet, result: Result, violation: Violation, name: str, path: str
) -> Saved:
    said = ""
    written, found = None, None
    for lowering in (Lowering, ByHand):
        try:
            tried = lowering(subject, world, violation).all()
        except NotSaid as error:
            said = NOT_SAID[str(error)]
            continue
        tried.platform = {**_platform(result.variant), **tried.platform}
        written = tried
        found = expectation(engine, subject, world, written, violation, path) if tried.is_whole else None
        if found is not None:
            break
    assert written is not None
    platform = written.platform
    rows = [f"# {line}" for line in _comment(violation, said, found is not None)]
    rows.append(f"{scalar(name)}:")
    if platform:
        rows.append(f"  platform: {flow_style(platform)}")
    if written.account:
        rows.append(f"  account: {flow_style(written.account)}")
    if written.webhooks:
        rows.append(f"  webhooks: {flow_style(written.webhooks)}")
    if written.clock:
        rows.append(f"  clock: {written.clock}")
    rows.append("  steps:")
    rows += [f"    {row}" for row in [*written.rows, *(found or ())]]
    return Saved(name, "".join(f"  {row}\n" for row in rows), found is not None)


def _comment(violation: Violation, said: str, shows: bool) -> Iterator[str]:
    promise = "" if violation.promise is None else f" (promise {violation.promise})"
    yield one_line(f"{violation.property}{promise}: {violation.told}")
    if said and not shows:
        yield one_line(f"NOT A REPLAY: {said}")
    elif not shows:
        yield "NOT A REPLAY: the events are these, but they do not show what is wrong, and neither do two more steps"


def _platform(variant: Sequence[tuple[str, str]]) -> Words:
    """The switches of a search, in the words of the language."""
    given = dict(variant)
    found: Words = {}
    for switch in SWITCHES:
        if switch.option in given:
            values = [*switch.varied, *switch.values]
            wanted = given[switch.option]
            found[switch.key] = next(
                (value for value in values if str(switch.values.get(value, value)) == wanted), wanted
            )
    return found
