"""The compiler, to be read first: from the sources of flows to the text of every artifact.

A pure function of its input: nothing here reads a file, a clock or the environment. Everything that is wrong is
reported in one run. A flow with errors yields no artifact and does not stand in the way of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from flowc.agents import DEFAULT_AGENTS, AgentBackEnd
from flowc.checks import CHECKS, LAST_CHECKS, WARNINGS, WHOLE_FLOW_CHECKS
from flowc.checks.platform_limits import scenario_size
from flowc.checks.same_name import FlowName, same_name
from flowc.diagnostics import Diagnostic, Problems
from flowc.ir import Flow
from flowc.language.flow import syntax
from flowc.language.flow.grammar import FLOW
from flowc.parse import ignores
from flowc.parse.decode import Decoder
from flowc.parse.yaml_tree import parse
from flowc.resolve import Resolved, resolve
from flowc.rule import Check
from flowc.source import Source
from flowc.unit import joined

if TYPE_CHECKING:
    from flowc.emit.artifact import Artifact


class Compiled(Struct, frozen=True):
    """Path below the output folder -> text; the flows without errors; every error, and every warning, in order."""

    artifacts: dict[str, str]
    flows: tuple[Flow, ...]
    diagnostics: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...] = ()


def compile_flows(
    sources: Iterable[Source], agents: tuple[AgentBackEnd, ...] = DEFAULT_AGENTS, strict: bool = False
) -> Compiled:
    """Compiles flows, the agent's side for each of the back ends chosen. What becomes of one flow depends on the others
    only in that two cannot have the same name. `strict`: a warning is an error.
    """
    read = [compile_one(source, agents, strict) for source in sources]
    verdict = joined(read, same_name(_names(read)))
    artifacts = {made.path: made.text for each in verdict.whole for made in each.artifacts}
    flows = tuple(each.resolved.flow for each in verdict.whole if each.resolved is not None)
    if artifacts and any(flow.agent is not None for flow in flows):
        from flowc.emit import shared_by_all

        artifacts |= shared_by_all(agents)
    return Compiled(artifacts, flows, verdict.errors, verdict.warnings)


class OfOne(Struct, frozen=True):
    """What became of one source. Its artifacts are made while what checks have found out of the flow is at hand."""

    problems: Problems
    resolved: Resolved | None = None
    artifacts: tuple[Artifact, ...] = ()
    too_large: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def path(self) -> str:
        return self.problems.path

    @property
    def errors(self) -> list[Diagnostic]:
        return self.problems.found


def compile_one(source: Source, agents: tuple[AgentBackEnd, ...], strict: bool) -> OfOne:
    """One source through parse, decode, resolve, check and emit; its tree is dropped."""
    problems = Problems(source.path)
    root = parse(source, problems)
    written = None if root is None else Decoder(problems).decode(FLOW, root, None)
    if not isinstance(written, syntax.Flow) or problems.full:
        return OfOne(problems)
    resolved = resolve(written, problems)
    assert problems.found or resolved.complete, "what stands in for something refused would be emitted"
    _check(resolved, problems, not problems.found)
    if problems.found:
        return OfOne(problems, resolved)
    warnings = ignores.heeded(source, [found for check in WARNINGS for found in check(resolved.flow)])
    if strict and warnings:
        problems.found.extend(replace(found, severity="error") for found in warnings)
        return OfOne(problems, resolved)
    artifacts = _emit(resolved.flow, agents)
    too_large = scenario_size(resolved.flow, {each.path: each.size for each in artifacts})
    if too_large is not None:
        return OfOne(problems, resolved, (), (too_large,))
    return OfOne(problems, resolved, artifacts, (), warnings)


def _check(resolved: Resolved, problems: Problems, whole: bool) -> None:
    """The last ones only where nothing is wrong: what they find may follow from that, or be what corrects it."""
    _take(problems, resolved.flow, (*CHECKS, *WHOLE_FLOW_CHECKS) if whole and not problems.full else CHECKS)
    if not problems.found:
        _take(problems, resolved.flow, LAST_CHECKS)


def _take(problems: Problems, flow: Flow, checks: Iterable[Check]) -> None:
    for check in checks:
        for found in check(flow):
            if problems.full:
                return
            problems.take(found)


def _names(read: Iterable[OfOne]) -> Iterator[FlowName]:
    for each in read:
        if each.resolved is not None and each.resolved.flow.name:
            yield FlowName(each.resolved.flow.name, each.path, each.resolved.name)


def _emit(flow: Flow, agents: tuple[AgentBackEnd, ...]) -> tuple[Artifact, ...]:
    """The artifacts of a flow. Emitters are loaded only when there is something to emit."""
    from flowc.emit import emitters

    return tuple(emit(flow) for emit in emitters(agents, flow.agent is not None))
