"""What exploring the tools has come to, for a person: the sum, and of each violation the run in which it is seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from flowc.ir import Flow
from flowc.report.terminal import BLUE, BOLD, GREEN, RED, paint, visible
from flowc.verify.agent.result import AgentResult, AgentViolation

WHO = 10
ASSUMED = (
    "the platform delivers what the scenario says over the agent's connection, in its order, while that is open",
    "no two requests have one id; the tools take no time but by waiting",
    "the scenario answers as flows/README.md says: that it does is the other half's to prove",
)
REDUCED = "fewer fates of requests together with interruptions, and some only while everything waits: --thorough is all"


def render(
    result: AgentResult,
    flow: Flow,
    sources: Mapping[str, str],
    tools_path: str,
    seconds: float,
    color: bool,
    seen: Callable[[str], str] = str,
    *,
    is_stopped: bool = False,
) -> str:
    """`sources` are texts by path, of the flow and of what was explored; `seen` makes of a path what somebody at a
    terminal opens.
    """
    verdict, style = ("proved", GREEN) if result.proved and not is_stopped else ("NOT PROVED", RED)
    lines = [f"verify {visible(seen(tools_path))}  {paint(verdict, style, color)}"]
    lines.append(
        f"  {result.runs:,} runs in {result.situations:,} situations, {result.choices:,} choices, {seconds:.1f} s"
    )
    if is_stopped:
        lines.append("  NOT EXHAUSTED: it was interrupted")
    elif result.limit is not None:
        lines.append(f"  NOT EXHAUSTED: a situation has more than {result.limit:,} runs, and the others were not made")
    else:
        lines.append("  exhausted")
    if result.note:
        lines.append(f"  {result.note}")
    for violation in sorted(result.violations, key=lambda each: len(each.choices)):
        lines += ["", *_violation(violation, flow, sources, tools_path, color, seen)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def assumed(thorough: bool, color: bool) -> str:
    """What was taken for granted of all tools, to be told once, below them."""
    lines = [*ASSUMED, *(() if thorough else (REDUCED,))]
    return "\n".join(["", paint("assumed of the tools:", BOLD, color), *(f"  {line}" for line in lines)]) + "\n"


def not_looked_at(tools_path: str, why: str, color: bool) -> str:
    """In the place of a result, where there is no SDK."""
    return (
        f"verify {visible(tools_path)}  {paint('NOT PROVED', RED, color)}\n"
        f"  the tools were not looked at: {visible(why)}, or leave them out with `--only scenario`\n"
    )


def _violation(
    found: AgentViolation,
    flow: Flow,
    sources: Mapping[str, str],
    tools_path: str,
    color: bool,
    seen: Callable[[str], str],
) -> Iterator[str]:
    yield f"{paint('VIOLATED', RED, color)}  {paint(found.property, BOLD, color)}: {visible(found.sentence)}"
    yield f"  situation: {visible(found.situation)}"
    for number, choice in enumerate(found.choices):
        yield f"  {'it takes: ' if not number else ' ' * 10} {visible(choice)}"
    yield ""
    before = -1.0
    for at, who, what in found.timeline:
        yield f"  {f'{at:8.1f}s' if at != before else ' ' * 9}  {visible(who):<{WHO}}{visible(what)}"
        before = at
    if found.traceback:
        yield ""
        yield from (f"    {visible(line)}" for line in found.traceback.rstrip().split("\n")[-12:])
    for word, path, line in _places(found, flow, sources, tools_path):
        yield ""
        yield f"  {word:<9}  {paint(visible(f'{seen(path)}:{line}'), BLUE, color)}"
        text = sources.get(path, "").split("\n")
        if 1 <= line <= len(text):
            yield f"{' ' * 13}{visible(text[line - 1].strip())}"


def _places(
    found: AgentViolation, flow: Flow, sources: Mapping[str, str], tools_path: str
) -> Iterator[tuple[str, str, int]]:
    """Where to look: the action in the flow, its method, and the innermost line of a traceback."""
    lines = {action.name: action.span.line for action in flow.actions}
    for name in found.tools:
        if name in lines:
            yield "flow", flow.path, lines[name]
            text = sources.get(tools_path, "").split("\n")
            method = next((i for i, line in enumerate(text, 1) if f'(ctx, "{name}"' in line), None)
            if method is not None:
                yield "generated", tools_path, method
    frames = [each for each in re.findall(r'File "(.+?)", line (\d+)', found.traceback) if each[0] in sources]
    if frames:
        yield "fails at", frames[-1][0], int(frames[-1][1])
