"""The VoxEngine scenario of a flow: its tables in the words of the YAML, then as much of the runtime as it uses.

Made from the IR alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from msgspec import Struct

from flowc.checks.platform_limits import LARGEST_SCENARIO
from flowc.digests import sha256
from flowc.emit.artifact import Artifact
from flowc.emit.contract import fingerprint, header
from flowc.emit.literals import js
from flowc.emit.templates import fill, text_of
from flowc.emit.voxengine.features import SETTINGS, TABLES, Feature, Kind, Table, features
from flowc.emit.voxengine.uses import Uses
from flowc.emit.voxengine.view import (
    as_action,
    as_agent,
    as_callers,
    as_digits,
    as_flow,
    as_hours,
    as_one_of_agents,
    as_parameter,
    as_prompts,
    as_recording,
    as_sounds,
    as_steps,
    as_target,
    as_webhook,
)
from flowc.ir import Flow, Storage, asks_first, settings, told_first
from flowc.ringback import RINGBACKS


def emit(flow: Flow) -> tuple[str, str]:
    """Path below the output folder, and text."""
    made = scenario(flow)
    return made.path, made.text


def scenario(flow: Flow) -> Artifact:
    """voxengine-ci names a scenario after `<name>.voxengine.js`."""
    uses = Uses(flow)
    runtime = runtime_of(features(uses))
    tables = fill(
        "emit/voxengine/scenario.js.jinja",
        generated=header(flow),
        flow=flow.name,
        modules=runtime.modules,
        tables="\n".join(_tables(flow, uses)),
    )
    below = runtime.below
    if len(tables) + len(below) > LARGEST_SCENARIO:
        below = runtime.without_comments().below
    return Artifact(f"{flow.name}/{flow.name}.voxengine.js", tables, below)


def _tables(flow: Flow, uses: Uses) -> Iterator[str]:
    """What the flow says, a constant each; none for what it does not have."""
    yield _constant("FLOW", "Flow", as_flow(flow, None if flow.agent is None else fingerprint(flow)).items())
    if flow.agents:
        agents = ((agent.name, as_one_of_agents(agent)) for agent in flow.every_agent)
        comment = "// Every agent, with what it takes over from the first.\n"
        yield f"{comment}{_constant('AGENTS', 'Record<string, OneOfAgents>', agents)}"
    elif flow.agent is not None:
        yield _constant("AGENT", "Agent", as_agent(flow.agent).items())
    if flow.inbound:
        yield _constant("ENTRY", "Entry", [("inbound", as_steps(flow.inbound))])
    if flow.keys:
        keys = [{"key": each.key, "way": each.way, "do": as_steps(each.steps)} for each in flow.keys]
        comment = "// Keys of the caller, while with an agent.\n/** @type {OwnKey[]} */\n"
        yield f"{comment}const KEYS = {js(keys, 0, 2)};\n"
    if flow.call.recording is not None:
        yield _constant("RECORDING", "CallRecording", as_recording(flow.call.recording).items())
    if flow.outbound is not None:
        data = {each.name: as_parameter(each) for each in flow.outbound.data}
        connects = [("connects", uses.connects_meanwhile)] if flow.agent is not None else []
        yield _constant("OUTBOUND", "Outbound", [("data", data), *connects, ("steps", as_steps(flow.placed))])
        if uses.data and uses.report:
            reported = [each.name for each in flow.outbound.data if not each.sensitive]
            comment = "// Data that the report has: all but what is sensitive.\n/** @type {string[]} */\n"
            yield f"{comment}const REPORTED_DATA = {js(reported, 22)};\n"
    if flow.callers:
        callers = ((callers.name, as_callers(callers)) for callers in flow.callers)
        comment = "// Who calls: the first with the number.\n"
        yield f"{comment}{_constant('CALLERS', 'Record<string, Callers>', callers)}"
    if storage := sorted({setting.name for setting in settings(flow) if type(setting) is Storage}):
        comment = "// Read from ApplicationStorage when the call starts.\n/** @type {string[]} */\n"
        yield f"{comment}const STORAGE = {js(storage, 16)};\n"
    if uses.prompts and flow.prompts:
        yield _constant("PROMPTS", "Record<string, string>", as_prompts(flow).items())
    if uses.sounds:
        sounds = as_sounds(flow)
        yield f"// Sound files: prompts, too.\n{_constant('SOUNDS', 'Record<string, string>', sounds.items())}"
    if flow.call.languages:
        voices = ((language.name, language.voice) for language in flow.call.languages)
        comment = "// Each with the voice that speaks it. A call begins in the first.\n"
        yield f"{comment}{_constant('LANGUAGES', 'Record<string, string>', voices)}"
    if uses.languages_of_people:
        languages = ((target.name, target.language) for target in flow.targets)
        comment = "// In which language something is said to a person.\n"
        yield f"{comment}{_constant('SPOKEN_TO', 'Record<string, string>', languages)}"
    if uses.ringback:
        tone = RINGBACKS[flow.call.ringback]
        yield f"// What the caller hears while it rings, as in {tone.country}.\nconst RINGBACK = {js(tone.script)};\n"
    if flow.hours:
        yield _constant("HOURS", "Record<string, Hours>", ((hours.name, as_hours(hours)) for hours in flow.hours))
    if flow.targets:
        targets = ((target.name, as_target(target)) for target in flow.targets)
        yield _constant("TARGETS", "Record<string, Target>", targets)
    if digits := [(target.name, as_digits(target.digits)) for target in flow.targets if target.digits]:
        comment = "// What is sent to what answers there: keys, and pauses in milliseconds."
        yield f"{comment}\n{_constant('DIGITS', 'Record<string, (string | number)[]>', digits)}"
    if flow.webhooks:
        webhooks = ((webhook.name, as_webhook(webhook)) for webhook in flow.webhooks)
        yield _constant("WEBHOOKS", "Record<string, Webhook>", webhooks)
    actions = (
        (action.name, as_action(action, told_first(flow, action), asks_first(flow, action))) for action in flow.actions
    )
    if flow.agent is not None:
        yield _constant("ACTIONS", "Record<string, Action>", actions)
    if flow.routes:
        yield _constant(
            "ROUTES", "Record<string, Step[]>", ((route.name, as_steps(route.steps)) for route in flow.routes)
        )


def _constant(name: str, kind: str, rows: Iterable[tuple[str, Any]]) -> str:
    lines = "".join([f"  {key}: {js(value, 2, 2)},\n" for key, value in rows])
    return f"/** @type {{{kind}}} */\nconst {name} = {{\n{lines}}};\n"


class Runtime(Struct, frozen=True):
    """As much of the runtime as a flow uses, and a hash of it: what tells a reviewer that nothing of it has changed.
    `modules` are what it needs of the platform; `below` is what stands below the tables of the flow: the same, with a
    heading.
    """

    text: str
    hash: str
    modules: str
    below: str

    def without_comments(self) -> Runtime:
        """The same code, shorter by more than a third: for a flow of which the platform would else not take all."""
        text = without_comments(self.text)
        remark = "\n// Its comments are left out: with them the scenario would be larger than the platform takes."
        return _runtime(text, self.modules, remark)


def _runtime(text: str, modules: str, remark: str = "") -> Runtime:
    """`remark` is what a reader has to know besides."""
    number = _hash_of(text)
    below = fill("emit/voxengine/below.js.jinja", hash=number, remark=remark, runtime=text)
    return Runtime(text, number, modules, below)


_COMMENT_LINES = r"(?ms)^ *(?:/\*\*?.*?\*/|//[^\n]*) *\n"


def without_comments(text: str) -> str:
    """Source of the runtime without the comments that have lines of their own. No text in it looks like one."""
    return re.sub(r"\n{2,}", "\n", re.sub(_COMMENT_LINES, "", text))


def _hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


@cache
def runtime_of(parts: tuple[Feature, ...]) -> Runtime:
    """The same for all flows that use the same parts."""
    kinds = list({(kind.table, kind.name): kind for part in parts for kind in part.kinds}.values())
    tables = [(table, [kind for kind in kinds if kind.table is table]) for table in TABLES]
    needed = [SETTINGS] if any(part.file == "settings.js" for part in parts) else []  # where all are in the file
    text = fill(
        "emit/voxengine/runtime.js.jinja",
        phases=_union(part.phases for part in parts if part.phases is not None),
        steps=_union(dict.fromkeys(kind.type for kind in kinds if kind.table.of_steps)),
        tables="\n".join(_handlers(table, kinds) for table, kinds in tables if kinds or table in needed),
        states="\n".join(f"  ...{part.state}()," for part in parts if part.state is not None),
        files="\n".join(text_of(f"emit/voxengine/runtime/{part.file}") for part in parts),
    )
    modules = "\n".join(f"require(Modules.{each});" for each in dict.fromkeys(part.module for part in parts) if each)
    return _runtime(text, modules)


def _union(types: Iterable[str]) -> str:
    return f"{{{' | '.join(types)}}}"


def _handlers(table: Table, kinds: list[Kind]) -> str:
    """A table of functions, and the type of what they are for."""
    types = "".join(f" * @property {{{kind.type}}} {kind.name}\n" for kind in kinds)
    functions = "".join(f"  {kind.name}: {kind.function},\n" for kind in kinds)
    return f"""\
/**
 * @typedef {{object}} {table.types}
{types} */

/** {table.use} @type {{{table.handlers}}} */
const {table.name} = {{
{functions}}};
"""
