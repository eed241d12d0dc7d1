"""From the names of flow files to what `build` and `check` say, and to the artifacts."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from flowc.agents import SHARED, SHARED_SOURCE, AgentBackEnd
from flowc.config import Config
from flowc.diagnostics import Diagnostic
from flowc.discovery import Found, Selection, SourceError, read_source
from flowc.incremental.digest import hashed
from flowc.incremental.memory import Memory
from flowc.incremental.texts import Texts
from flowc.source import Source
from flowc.unit import Unit, Verdict, joined


class Made(Struct, frozen=True):
    """`selection` has those sources of which there is something to tell; `count` is how many there are."""

    root: Path
    selection: Selection
    count: int
    verdict: Verdict[Unit]
    artifacts: Artifacts
    right: Callable[[str, Mapping[str, str]], Container[str]]


class Artifacts(Mapping[str, str]):
    """Path below the output folder -> text, which is compiled again where it has been dropped."""

    def __init__(self, units: Iterable[Unit], agents: tuple[AgentBackEnd, ...], config: Config, strict: bool) -> None:
        self._of: dict[str, tuple[str, bytes]] = {
            path: (unit.path, digest) for unit in units for path, digest in unit.artifacts
        }
        self._config = config
        self._strict = strict
        self._waiting: list[Texts] = []
        self._last: tuple[str, dict[str, bytes]] = ("", {})

    def add_shared(self, path: str, digest: bytes) -> None:
        self._of[path] = (SHARED_SOURCE, digest)

    def wait_in(self, texts: list[Texts]) -> None:
        self._waiting = texts

    def digest_of(self, path: str) -> bytes:
        return self._of[path][1]

    def source_of(self, path: str) -> str:
        return self._of[path][0]

    def content(self, path: str) -> bytes:
        for texts in self._waiting:
            if (found := texts.get(path)) is not None:
                return found
        source, digest = self._of[path]
        if source == SHARED_SOURCE:
            return shared_text(path, self._config.agents)
        if self._last[0] != source:
            from flowc.incremental.work import Job, unit_of

            _, made = unit_of(read_source(self._config, source), Job(self._config, self._strict, False))
            self._last = (source, dict(made))
        content = self._last[1].get(path)
        if content is None or hashed(content) != digest:
            raise SourceError(f"{source}: has changed while it was being read, run flowc again")
        return content

    def __getitem__(self, path: str) -> str:
        return self.content(path).decode()

    def __contains__(self, path: object) -> bool:
        return path in self._of

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)


def make(config: Config, found: Found, strict: bool, memory: Memory, *, compares: bool) -> Made:
    """Raises SourceError, naming every file that cannot be read. `compares`: artifacts are wanted, not only errors."""
    units: dict[str, Unit] = {}
    contents: dict[str, Source] = {}
    troubles = dict.fromkeys(found.names, "")
    todo: list[str] = []
    for name in found.names:
        try:
            known = memory.unit_of(name)
        except SourceError as trouble:
            troubles[name] = str(trouble)
            continue
        if known is None:
            todo.append(name)
            continue
        units[name], content = known
        if content is not None:
            contents[name] = Source(name, content)
    waiting = _compile(config, strict, todo, memory, units, contents, troubles, compares=compares) if todo else []
    told = [*found.troubles, *filter(None, troubles.values())]
    if told:
        raise SourceError("\n".join(told))
    verdict = joined((units[name] for name in found.names), _same_names(units.values()))
    artifacts = Artifacts(verdict.whole, config.agents, config, strict)
    artifacts.wait_in(waiting)
    if len(artifacts) and AgentBackEnd.LINE in config.agents and any(unit.has_agent for unit in verdict.whole):
        path = SHARED[AgentBackEnd.LINE]
        artifacts.add_shared(path, memory.shared(path, lambda: hashed(shared_text(path, config.agents))))
    _add_others(config, (*verdict.errors, *verdict.warnings), contents)
    selection = Selection(tuple(contents[name] for name in sorted(contents)), found.given)

    def right(folder: str, places: Mapping[str, str]) -> Container[str]:
        """Of paths in a folder of the project, and the artifacts that they are to hold: those that are files that hold
        them. Nobody needs the texts for that.
        """
        return memory.right(folder, places, lambda path: artifacts.digest_of(places[path]))

    return Made(config.root, selection, len(found.names), verdict, artifacts, right)


def read_so_far(config: Config, selection: Selection, strict: bool) -> Made:
    """Of sources that are no files."""
    from flowc.incremental.work import Job, unit_of

    units = [unit_of(source, Job(config, strict, False))[0] for source in selection.sources]
    verdict = joined(units, _same_names(units))
    artifacts = Artifacts((), config.agents, config, strict)
    return Made(config.root, selection, len(units), verdict, artifacts, lambda *_: ())


def _compile(
    config: Config,
    strict: bool,
    todo: list[str],
    memory: Memory,
    units: dict[str, Unit],
    contents: dict[str, Source],
    troubles: dict[str, str],
    *,
    compares: bool,
) -> list[Texts]:
    """What is not known. Loaded only here: most of flowc."""
    from flowc.incremental.cores import elsewhere, shares
    from flowc.incremental.work import Job, Share, packed, share_of, unpacked

    job = Job(config, strict, compares, remarks=not compares or memory.keeps)
    parts = shares(todo)
    try:
        texts = [Texts(apart=number > 0) for number in range(len(parts))]
    except OSError:  # no place for a temporary file
        parts, texts = [todo], [Texts()]
    made: list[Share] = []
    if len(parts) > 1:
        work = lambda number: packed(share_of(parts[number], job, texts[number]))  # noqa: E731
        others = elsewhere(range(1, len(parts)), work, lambda: made.append(share_of(parts[0], job, texts[0])))
        for number, other in others.items():
            if other is not None:
                made.append(unpacked(other))
                texts[number].filled(made[-1].places)
            else:
                texts[number] = Texts()
                made.append(share_of(parts[number], job, texts[number]))
    else:
        made.append(share_of(parts[0], job, texts[0]))
    for done in (each for share in made for each in share.done):
        if done.unit is None or done.stamp is None:
            troubles[done.name] = done.trouble or f"{done.name}: has gone while it was being read"
            continue
        units[done.name] = done.unit
        if done.content is not None:
            contents[done.name] = Source(done.name, done.content)
        memory.learn(done.name, done.stamp, done.digest, done.unit)
        for (path, digest), there in zip(done.unit.artifacts, done.on_disk, strict=False):
            memory.learn_output(f"{config.out}/{path}", digest, there)
    return texts


def shared_text(path: str, agents: tuple[AgentBackEnd, ...]) -> bytes:
    from flowc.emit import shared_by_all

    return shared_by_all(agents)[path].encode()


def _same_names(units: Iterable[Unit]) -> list[Diagnostic]:
    named = [unit for unit in units if unit.name and unit.named is not None]
    if len({unit.name.casefold() for unit in named}) == len(named):
        return []
    from flowc.checks.same_name import FlowName, same_name

    return list(same_name(FlowName(unit.name, unit.path, unit.named) for unit in named if unit.named is not None))


def _add_others(config: Config, told: Iterable[Diagnostic], contents: dict[str, Source]) -> None:
    """Sources that are shown only because of another one."""
    for path in {path for each in told for path in (each.path, *(other.path for other in each.related)) if path}:
        if path not in contents:
            with suppress(SourceError):
                contents[path] = read_source(config, path)
