"""One source, from its file to its unit; and whether its artifacts are on disk already."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.msgpack import decode, encode

from flowc import compiler
from flowc.checks.platform_limits import large_upload
from flowc.config import Config
from flowc.discovery import SourceError, read_source
from flowc.disk import read
from flowc.incremental.digest import Content, encoded, hashed
from flowc.incremental.stamp import Stamp, stamp_of
from flowc.incremental.texts import Place, Texts
from flowc.ir import Flow, Storage
from flowc.ir.ring_times import Hunt, hunts
from flowc.machines import support
from flowc.source import Source
from flowc.unit import Remarks, Ring, Unit


class Job(Struct, frozen=True):
    """What is asked of every source. `compares`: artifacts are looked for in the output folder, and kept if they are
    not there. `remarks`: somebody may ask what `check` says, now or later. `keeps`: what is found out is for other
    commands, too.
    """

    config: Config
    strict: bool
    compares: bool
    remarks: bool = True
    keeps: bool = True


class Done(Struct, frozen=True, array_like=True):
    """`trouble`: it cannot be read. `on_disk`: a stamp for each artifact that is there. `content` is that of a source
    of which there is something to tell.
    """

    name: str
    trouble: str = ""
    stamp: Stamp | None = None
    digest: bytes = b""
    unit: Unit | None = None
    on_disk: tuple[Stamp | None, ...] = ()
    content: bytes | None = None


class Share(Struct, frozen=True, array_like=True):
    """What was done, and where in its file the texts are that wait."""

    done: tuple[Done, ...]
    places: dict[str, Place]


def done(name: str, job: Job, texts: Texts) -> Done:
    stamp = stamp_of(f"{job.config.root}/{name}")  # before it is read: a change while it is read gives another one
    try:
        source = read_source(job.config, name)
    except SourceError as trouble:
        return Done(name, str(trouble))
    unit, made = unit_of(source, job)
    on_disk: list[Stamp | None] = []
    for path, wanted in made if job.compares else ():
        there = _on_disk(job.config, path, wanted)
        on_disk.append(there)
        if there is None:
            texts.put(path, wanted.whole)
    content = source.content if unit.has_findings else None
    digest = hashed(source.content) if job.keeps else b""
    return Done(name, "", stamp, digest, unit, tuple(on_disk), content)


def unit_of(source: Source, job: Job) -> tuple[Unit, list[tuple[str, Content]]]:
    """And the contents of the artifacts, by path."""
    one = compiler.compile_one(source, job.config.agents, job.strict)
    made = [(each.path, *encoded(each.own, each.runtime)) for each in one.artifacts]
    scenario = sum(content.size for path, content, _ in made if path.endswith(".voxengine.js"))
    unit = _unit(one, tuple((path, digest) for path, _, digest in made), job.remarks, scenario)
    return unit, [(path, content) for path, content, _ in made]


def _unit(
    one: compiler.OfOne, artifacts: tuple[tuple[str, bytes], ...], has_remarks: bool, scenario_bytes: int
) -> Unit:
    problems, resolved = one.problems, one.resolved
    if resolved is None:
        return Unit(problems.path, errors=tuple(problems.found))
    flow = resolved.flow
    named = resolved.name if flow.name else None
    if problems.found:
        return Unit(problems.path, flow.name, named, errors=tuple(problems.found))
    others = (*_others(flow), *_of_size(resolved.name.line, scenario_bytes)) if has_remarks else ()
    remarks = encode(Remarks(tuple(map(_ring, hunts(flow))), others)) if has_remarks else b""
    has_agent = flow.agent is not None
    return Unit(problems.path, flow.name, named, has_agent, (), one.too_large, one.warnings, artifacts, remarks)


def _ring(found: Hunt) -> Ring:
    targets = tuple(
        (each.name, each.ring_ms, rung.attempts, rung.pause_ms) for rung in found.rung for each in rung.targets
    )
    return Ring(found.path, found.span, found.way, found.value, found.rings_ms, found.sentence, targets)


def _others(flow: Flow) -> tuple[tuple[int, str], ...]:
    found = [
        (target.span.line, f"{target.name}: {support(target.machine.model)}")
        for target in flow.targets
        if target.machine is not None
    ]
    for callers in flow.callers:
        if isinstance(callers.numbers, Storage):
            lasts = "expires in ApplicationStorage after 90 days at the most, and is an empty list then"
            found.append((callers.span.line, f"{callers.name}: `{callers.numbers.name}` {lasts}"))
    return tuple(found)


def _of_size(line: int, scenario_bytes: int) -> tuple[tuple[int, str], ...]:
    told = large_upload(scenario_bytes)
    return ((line, told),) if told else ()


def _on_disk(config: Config, path: str, wanted: Content) -> Stamp | None:
    """The stamp of the file that holds it, if there is one."""
    stamp = stamp_of(f"{config.root}/{config.out}/{path}")
    if stamp is None:
        return None
    try:
        content = read(config.root, f"{config.out}/{path}")
    except OSError:
        return None
    if wanted.is_all_of(content) or (b"\r" in content and wanted.is_all_of(content.replace(b"\r\n", b"\n"))):
        return stamp
    return None


def share_of(names: Sequence[str], job: Job, texts: Texts) -> Share:
    return Share(tuple(done(name, job, texts) for name in names), dict(texts.places))


def packed(share: Share) -> bytes:
    return encode(share)


def unpacked(packed: bytes) -> Share:
    return decode(packed, type=Share)
