"""The compiler, to be read first: from the sources of flows to the text of every artifact.

A pure function of its input: nothing here reads a file, a clock or the environment. Everything that is wrong is
reported in one run. A flow with errors yields no artifact and does not stand in the way of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from flowc.agents import DEFAULT_AGENTS, AgentBackEnd
from flowc.checks import CHECKS, WHOLE_FLOW_CHECKS
from flowc.checks.platform_limits import scenario_size
from flowc.checks.same_name import FlowName, same_name
from flowc.diagnostics import Diagnostic, Problems, in_order
from flowc.ir import Flow
from flowc.language.flow import syntax
from flowc.language.flow.grammar import FLOW
from flowc.parse.decode import Decoder
from flowc.parse.yaml_tree import parse
from flowc.resolve import Resolved, resolve
from flowc.source import Source


class Compiled(Struct, frozen=True):
    """Path below the output folder -> text; the flows without errors; every diagnostic, in order."""

    artifacts: dict[str, str]
    flows: tuple[Flow, ...]
    diagnostics: tuple[Diagnostic, ...]


def compile_flows(sources: Iterable[Source], agents: tuple[AgentBackEnd, ...] = DEFAULT_AGENTS) -> Compiled:
    """Compiles flows, the agent's side for each of the back ends chosen. What becomes of one flow depends on the others
    only in that two cannot have the same name.
    """
    read = [_read(source) for source in sources]
    diagnostics = in_order([*(found for problems, _ in read for found in problems.found), *same_name(_names(read))])
    broken = {diagnostic.path for diagnostic in diagnostics}
    flows = tuple(resolved.flow for problems, resolved in read if resolved is not None and problems.path not in broken)
    artifacts, too_large = _emit(flows, agents)
    return Compiled(artifacts, flows, in_order([*diagnostics, *too_large]))


_Read = tuple[Problems, Resolved | None]


def _read(source: Source) -> _Read:
    """One source through parse, decode, resolve and check; its tree is dropped."""
    problems = Problems(source.path)
    root = parse(source, problems)
    written = None if root is None else Decoder(problems).decode(FLOW, root, None)
    if not isinstance(written, syntax.Flow) or problems.full:
        return problems, None
    resolved = resolve(written, problems)
    assert problems.found or resolved.complete, "what stands in for something refused would be emitted"
    _check(resolved, problems, not problems.found)
    return problems, resolved


def _check(resolved: Resolved, problems: Problems, whole: bool) -> None:
    for check in (*CHECKS, *WHOLE_FLOW_CHECKS) if whole and not problems.full else CHECKS:
        for found in check(resolved.flow):
            if problems.full:
                return
            problems.take(found)


def _names(read: Iterable[_Read]) -> Iterator[FlowName]:
    for problems, resolved in read:
        if resolved is not None and resolved.flow.name:
            yield FlowName(resolved.flow.name, problems.path, resolved.name)


def _emit(flows: Iterable[Flow], agents: tuple[AgentBackEnd, ...]) -> tuple[dict[str, str], list[Diagnostic]]:
    """The artifacts of every flow, and what they share. Emitters are loaded only when there is something to emit."""
    artifacts: dict[str, str] = {}
    diagnostics: list[Diagnostic] = []
    for flow in flows:
        from flowc.emit import emitters

        emitted = dict(emit(flow) for emit in emitters(agents))
        if too_large := scenario_size(flow, emitted):
            diagnostics.append(too_large)
        else:
            artifacts.update(emitted)
    if artifacts:
        from flowc.emit import shared_by_all

        artifacts |= shared_by_all(agents)
    return artifacts, diagnostics
