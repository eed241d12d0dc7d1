"""What is wrong with files that are being edited: the same as `flowc check` says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from msgspec.structs import replace

from flowc.agents import DEFAULT_AGENTS, AgentBackEnd
from flowc.compiler import compile_flows
from flowc.diagnostics import Diagnostic, in_order
from flowc.ir.ring_times import Hunt, hunts
from flowc.source import Source


@dataclass(frozen=True, slots=True)
class Checked:
    """Errors and warnings, those of a flow that call scripts are about included; and the hunts of a flow that has no
    errors.
    """

    diagnostics: tuple[Diagnostic, ...]
    hunts: tuple[Hunt, ...] = ()

    @classmethod
    def of_scripts(cls, errors: Iterable[Diagnostic], warnings: Iterable[Diagnostic], strict: bool) -> Checked:
        told = [replace(each, severity="error") if strict else each for each in warnings]
        return cls(in_order([*errors, *told]))

    def and_also(self, found: Iterable[Diagnostic]) -> Checked:
        return Checked(in_order([*self.diagnostics, *found]), self.hunts)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(each for each in self.diagnostics if each.severity == "error")


@lru_cache(maxsize=8)  # another name is judged by what is wrong without it, which is known
def check_flow(source: Source, agents: tuple[AgentBackEnd, ...] = DEFAULT_AGENTS, strict: bool = False) -> Checked:
    compiled = compile_flows((source,), agents, strict)
    told = in_order([*compiled.diagnostics, *compiled.warnings])
    return Checked(told, tuple(hunt for flow in compiled.flows for hunt in hunts(flow)))
