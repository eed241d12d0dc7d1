"""What `build`, `build --check` and `diff` share: compile the selected flows and compare with what is on disk.

That is the output folder and, where `flowc init --agent` has made an app for a flow, the copy of the tools module in
it, and beside that a copy of what the tools of all flows share; and, where `[tool.flowc.voxengine_ci]` says so, a
copy of each scenario where voxengine-ci finds it. They are kept up to date, and made again if they are gone and a
program in the app's folder imports the tools. Whatever else has such a name (a file without flowc's header on top, a
link, a folder) is in the way, as in the output folder. They are never removed: the tools of a flow that is gone are
an orphan, which only its user can do something about, and so is a copy that lies elsewhere (`flowc.copies`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from flowc.agents import SHARED, SHARED_SOURCE, AgentBackEnd
from flowc.artifacts import Plan
from flowc.config import Config
from flowc.copies import MOST_ENTRIES, SCENARIO, TOOLS, Copies, old_copies
from flowc.diagnostics import MOST_PER_FILE, Diagnostic, in_order, unfinished
from flowc.discovery import Found, Selection
from flowc.disk import Kind, kind, names, read
from flowc.report import Change, Drift

if TYPE_CHECKING:
    from flowc.incremental.make import Made
    from flowc.incremental.memory import Memory


NOT_ALL = f"; the project is large, and copies were looked for among its first {MOST_ENTRIES} files and folders alone"


class Planned(Struct, frozen=True):
    """A compilation, and what it means for the folders that hold what it generates: name below the root -> plan.

    `copies` are those that lie elsewhere and are not what the flows say.
    """

    config: Config
    selection: Selection
    result: Made
    plans: dict[str, Plan]
    copies: Copies

    @property
    def told(self) -> tuple[Diagnostic, ...]:
        """Errors and warnings."""
        return in_order([*self.errors, *self.result.verdict.warnings])

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return self.result.verdict.errors

    @property
    def counts(self) -> str:
        copies = [plan for folder, plan in self.plans.items() if folder != self.config.out]
        files = len(self.result.artifacts) + sum(len(each.written) + len(each.unchanged) for each in copies)
        return f"{count(self.result.count, 'flow')}, {count(files, 'file')}"

    @property
    def leaves_tools_behind(self) -> bool:
        """Whether what all tools share gets another version, and some of them stay as they are: they are of flows that
        have errors, or are not part of this build.
        """
        plan = self.plans[self.config.out]
        built = {*self.result.artifacts, *(removal.path for removal in plan.stale)}
        if not any(write.path in SHARED.values() and write.exists for write in plan.written):
            return False
        tools = (f"{folder}/{folder}{TOOLS}" for folder in names(self.config.root, self.config.out))
        return any(
            path not in built and kind(self.config.root, f"{self.config.out}/{path}") is Kind.FILE for path in tools
        )

    def remember(self, memory: Memory) -> None:
        """What is known now that everything is in place."""
        for write in self.plans[self.config.out].written:
            memory.wrote(f"{self.config.out}/{write.path}", self.result.artifacts.digest_of(write.path))
        memory.save(self.selection.covers, all_of_them=not self.selection.given)

    @property
    def broken(self) -> int:
        """How many flow files have errors."""
        return len({found.path for found in self.errors})


def planned(config: Config, found: Found, strict: bool, memory: Memory) -> Planned:
    """Compile, and plan; nothing is written. An artifact of a flow with errors is not part of the plan. `strict`, as in
    the project's settings: nor is one of a flow with warnings.
    """
    from flowc.incremental.make import make

    result = make(config, found, strict or config.strict, memory, compares=True)
    selection = result.selection
    broken = {error.path for error in result.verdict.errors}
    apps = kind(config.root, config.apps) is not Kind.NOTHING
    copied = {path: path for path in result.artifacts if _is_copied(config, path)} if apps else {}
    copied |= _shared_with(copied)

    def covers(source: str) -> bool:
        if source == SHARED_SOURCE:  # of every flow: tools that stay as they are need the version that they have
            return not broken and selection.covers(f"{config.flows}/")
        return selection.covers(source) and source not in broken

    everything = {path: path for path in result.artifacts}
    plans = {
        config.out: _plan(result, config.out, everything, covers),
        config.apps: _without_leftovers(_plan(result, config.apps, copied, covers), copied),
    }
    if config.voxengine_ci is not None:
        folder, _, source = config.voxengine_ci.rpartition("/")
        plans[folder] = _uploaded(result, folder, source, covers)
    return Planned(config, selection, result, plans, old_copies(config, result.artifacts, covers))


def _plan(result: Made, folder: str, places: Mapping[str, str], covers: Callable[[str], bool]) -> Plan:
    """Of a folder of the project: path in it -> path of the artifact that it is to hold."""
    from flowc.artifacts import plan

    return plan(
        places,
        result.root / folder,
        covers,
        lambda path: result.artifacts.content(places[path]),
        lambda paths: result.right(folder, {path: places[path] for path in paths}),
    )


def _without_leftovers(plan: Plan, copied: Collection[str]) -> Plan:
    """A plan that neither removes nor names what is no longer generated: in apps, those are orphans."""
    folders = {path.partition("/")[0] for path in copied}
    in_the_way = [one for one in plan.foreign if one.path in copied or one.path in folders]
    return replace(plan, stale=(), foreign=tuple(in_the_way))


def _uploaded(result: Made, folder: str, source: str, covers: Callable[[str], bool]) -> Plan:
    """The scenarios, once more, where voxengine-ci finds them: `source` below the folder. What is in the way of one of
    them keeps no other from being written.
    """
    found = [
        _without_leftovers(_plan(result, folder, one, covers), one)
        for path in result.artifacts
        if path.endswith(SCENARIO)
        for one in [{f"{source}/{path.rpartition('/')[2]}": path}]
    ]
    return Plan(
        written=tuple(write for each in found for write in each.written),
        unchanged=tuple(path for each in found for path in each.unchanged),
        stale=(),
        foreign=tuple({one.path: one for each in found for one in each.foreign}.values()),
    )


def _is_copied(config: Config, path: str) -> bool:
    """Whether an app has a copy of this artifact, or something by its name; or has none, and needs one."""
    if not path.endswith(TOOLS):
        return False
    folder, _, name = path.partition("/")
    found = kind(config.root, f"{config.apps}/{folder}")
    if found is Kind.FOLDER and kind(config.root, f"{config.apps}/{path}") is Kind.NOTHING:
        return _is_imported(config, f"{config.apps}/{folder}", name.removesuffix(".py"))
    return found is not Kind.NOTHING


def _shared_with(copied: Iterable[str]) -> dict[str, str]:
    """For each app that has a copy of the tools, one of what they share with those of other flows."""
    name = SHARED[AgentBackEnd.LINE]
    return {f"{path.partition('/')[0]}/{name}": name for path in copied}


def _is_imported(config: Config, folder: str, module: str) -> bool:
    """Whether a program in the folder imports it, as the main.py does that `flowc init --agent` writes."""
    wanted = re.compile(rb"^[ \t]*(?:from|import)[ \t]+" + module.encode() + rb"\b", re.MULTILINE)
    for program in names(config.root, folder):
        if program.endswith(".py"):
            with suppress(OSError):
                if wanted.search(read(config.root, f"{folder}/{program}")):
                    return True
    return False


def drift(planned: Planned) -> tuple[Drift, ...]:
    """Every file that is not what a build makes, by path."""
    found: list[Drift] = []
    for folder, plan in planned.plans.items():
        for write in plan.written:
            change, message = Change.CHANGED, "is not what `flowc build` makes"
            if write.old is None:
                change, message = Change.MISSING, "does not exist, `flowc build` makes it"
            found.append(_differing(f"{folder}/{write.path}", change, message, write.old, write.new))
        for removal in plan.stale:
            message = "is no longer generated, `flowc build` removes it"
            found.append(_differing(f"{folder}/{removal.path}", Change.STALE, message, removal.old, None))
        for foreign in plan.foreign:
            found.append(Drift(f"{folder}/{foreign.path}", Change.FOREIGN, foreign.reason))
    found += [Drift(copy.path, Change.STALE, copy.message) for copy in planned.copies.found]
    return tuple(sorted(found, key=lambda one: one.path))


def _differing(path: str, change: Change, message: str, old: bytes | None, new: bytes | None) -> Drift:
    from flowc.report.patch import is_too_large, unified

    before, after = _text(old), _text(new)
    if before is not None and is_too_large(before, after):
        size = f"{len(before) // 1024} KiB, {count(before.count(chr(10)), 'line')}"
        return Drift(path, change, f"{message}; it has more in it than flowc generates, so there is no patch: {size}")
    return Drift(path, change, message, unified(path, before, after))


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", "surrogateescape").replace("\r\n", "\n")


def warned(warnings: int) -> str:
    """`, 2 warnings`; empty without any."""
    return f", {count(warnings, 'warning')}" if warnings else ""


def count_errors(found: Collection[Diagnostic]) -> str:
    """`3 errors`; or that there may be more, where flowc has stopped looking."""
    more = f" or more (flowc stops where a file has more than {MOST_PER_FILE})" if unfinished(found) else ""
    return f"{count(len(found), 'error')}{more}"


def count(number: int, noun: str) -> str:
    """`1 flow`, `2 flows`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
