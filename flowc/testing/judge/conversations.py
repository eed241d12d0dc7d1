"""What comes of conversations without a step of the flow: somebody declines with a key, a warning is heard, the time is
over, a person who is briefed hears that the caller has gone, callers in a queue hear what is announced. Coverage counts
it beside the steps, and so do searches.

Of these the scenario writes to the log, which people read; of a key, the platform tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flowc.ir import Flow, QueueTarget, Target, Transfer
from flowc.simulator.trace import TraceEvent, logged
from flowc.testing.judge.source_map import Item, Path, items

DECLINE, WARNING, LIMIT, GONE, ANNOUNCE = "decline", "warning", "talk_limit", "gone", "announce"
BOTH_HEAR, CALLER_HEARS = "both hear ", "the caller hears "
TALKED = "they have talked for as long as they may"
CALLER_HAS_GONE = " hears that the caller has gone: "
WAITS_FOR, AND_HEARS = "the caller waits for ", ", and hears "
REMARKS = (BOTH_HEAR, CALLER_HEARS, TALKED, CALLER_HAS_GONE, WAITS_FOR)
"""Each is in a line of the log that tells of it, and in few others."""
OF_THE_CALL: Path = ("CALL", WARNING)


def conversations(flow: Flow, transfers: Mapping[Path, Transfer]) -> dict[Path, Item]:
    """All that there is of it in a flow, in its order."""
    found: dict[Path, Item] = {}
    if flow.call.warning is not None:
        found[OF_THE_CALL] = Item(f"call: warning {flow.call.warning}", flow.prompt(flow.call.warning).span, "")
    for target in flow.targets:
        if target.accept is not None and target.accept.decline is not None:
            found["TARGETS", target.name, DECLINE] = Item(f"{target.name}: {DECLINE}", target.accept.span, "")
        if isinstance(target, QueueTarget) and target.announce is not None:
            words = f"{target.name}: {ANNOUNCE} {target.announce.prompt}"
            found["TARGETS", target.name, ANNOUNCE] = Item(words, target.announce.span, "")
    known = items(flow) if any(each.talk_limit_ms is not None or each.gone for each in transfers.values()) else {}
    for path, transfer in transfers.items():
        if transfer.warning is not None:
            words = f"{known[path].way}: {WARNING} {transfer.warning}"
            found[*path, WARNING] = Item(words, transfer.span, "")
        if transfer.talk_limit_ms is not None:
            found[*path, LIMIT] = Item(f"{known[path].way}: {LIMIT} is over", transfer.span, "")
        if transfer.gone is not None:
            found[*path, GONE] = Item(f"{known[path].way}: {GONE} {transfer.gone}", transfer.span, "")
    return found


def came_of(
    flow: Flow, trace: Sequence[TraceEvent], done: Sequence[tuple[int, Path]], transfers: Mapping[Path, Transfer]
) -> Iterator[Path]:
    """What came of the conversations of one call. `done` is what it has carried out, with its numbers in the trace."""
    talks = [(number, path[:-1]) for number, path in done if path[-1] == "connected"]
    hunts = [(number, path) for number, path in done if path in transfers]
    dialled = ""  # the leg of which it is not known yet whose it is
    legs: dict[str, Target] = {}
    names = {target.name for target in flow.targets}
    for number, entry in enumerate(trace):
        match entry["event"]:
            case "dial":
                dialled = entry["leg"]
            case "step" if entry["step"] == "ring" and dialled and entry["which"] in names:
                legs[dialled] = flow.target(str(entry["which"]))
            case "digit" if declines(legs.get(entry["leg"]), entry["digit"]):
                if _is_hung_up_on(trace[number:], entry["leg"]):
                    yield "TARGETS", legs[entry["leg"]].name, DECLINE
            case "log":
                talk = next((path for before, path in reversed(talks) if before < number), None)
                hunt = next((path for before, path in hunts[-1:] if before < number), None)
                yield from remarked(flow, logged([entry])[0].partition(": ")[2], talk, hunt, transfers)
            case _:
                pass


def remarked(
    flow: Flow, line: str, talk: Path | None, hunt: Path | None, transfers: Mapping[Path, Transfer]
) -> Iterator[Path]:
    """By a line of the log, without its time: `talk` is the transfer that people talk in, `hunt` the latest one."""
    if line == TALKED and talk is not None:
        yield *talk, LIMIT
    if line.startswith(BOTH_HEAR) and talk is not None and transfers[talk].warning == line.removeprefix(BOTH_HEAR):
        yield *talk, WARNING
    if flow.call.warning is not None and line in (f"{BOTH_HEAR}{flow.call.warning}", CALLER_HEARS + flow.call.warning):
        yield OF_THE_CALL
    if CALLER_HAS_GONE in line and hunt is not None:
        yield *hunt, GONE
    if line.startswith(WAITS_FOR):
        waits_for, _, said = line.removeprefix(WAITS_FOR).partition(AND_HEARS)
        queues = (target.name for target in announcing(flow, said) if target.name in waits_for.split(", "))
        yield from (("TARGETS", name, ANNOUNCE) for name in queues)


def announcing(flow: Flow, prompt: str) -> Iterator[QueueTarget]:
    """The queues in which this is announced."""
    for target in flow.targets:
        if isinstance(target, QueueTarget) and target.announce is not None and target.announce.prompt == prompt:
            yield target


def declines(target: Target | None, key: str) -> bool:
    return target is not None and target.accept is not None and target.accept.decline == key


def _is_hung_up_on(trace: Sequence[TraceEvent], leg: str) -> bool:
    """In the instant in which this begins."""
    return any(each["event"] == "hangup" and each["leg"] == leg and each["t"] == trace[0]["t"] for each in trace)
