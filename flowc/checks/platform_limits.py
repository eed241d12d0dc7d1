"""More than Voximplant or a model takes, where that can be known beforehand. The platform's limits are those of
docs.voximplant.ai/platform/voxengine/limits.

- A call that nobody answers ends after 60 s, so `ring` is at most `60s`.
- A SIP header has at most 200 bytes, its name included, and all headers of a call 4095. What parameters make of a
  header is known only in the call, where the scenario cuts it.
- A session has 50 call attempts, the caller's own included. Each number of a list of caller IDs may take one.
- Ten calls at once that nobody has answered yet; nine, if a person may hear something there: the caller hears
  something, too, and a session has ten players.
- A reply has at most 16384 characters: the scenario remembers 200 of them in the 16 MB of a session. What parameters
  make of it is known only in the call, where a longer one is refused.
- A model takes 1024 characters for the description of a tool. To the description of the flow comes how to behave
  around the tool, with the phrase that is spoken.
- A scenario has at most 262144 characters. The reference of the Management API says that it takes less than 128 KB;
  whether it refuses more is not known, so `flowc check` says of a scenario that is larger how large it is.

Why: the platform cuts, refuses or ends what is too much, in the middle of a call.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002", ring: 90s}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002", ring: 60s}
    actions:
      call_transfer: {description: Transfer the caller to a person., do: {transfer: desk}}
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from flowc.diagnostics import Diagnostic
from flowc.ir import Entry, Flow, Reply, SipTarget, Transfer, prompts_of, steps_of
from flowc.ir.ring_times import Rung, most
from flowc.rule import Rule
from flowc.source import START
from flowc.tool_text import description_lines, instructions, phrases

HEADER_BYTES = 200
ALL_HEADER_BYTES = 4095
CALL_ATTEMPTS = 50
AT_ONCE = 10
PLAYERS = 10
"""One of them is what the caller hears."""
REPLY_CHARACTERS = 16384
"""`MAX_REPLY` of the scenario."""
LONGEST_DESCRIPTION = 1024  # characters, of OpenAI and those who follow its API
ROOM_OF_INSTRUCTIONS, ROOM_BESIDE_WORDS = 300, 20
"""More characters than instructions have beside the words that are spoken, and than there are beside those of each
language.
"""
LARGEST_SCENARIO = 256 * 1024  # characters
LARGEST_UPLOAD = 128 * 1024
"""Bytes: the Management API's reference of `AddScenario` says "less than 128 KB". Whether a longer one is refused no
document says, so it is no limit here, but is told.
"""


def sizes(flow: Flow) -> Iterator[Diagnostic]:
    for target in flow.targets:
        if type(target) is SipTarget:
            yield from _headers(flow, target)
    for reply in steps_of(flow, Reply):
        if (size := _characters(reply)) > REPLY_CHARACTERS:
            message = f"the reply has {size} characters, of which the scenario sends at most {REPLY_CHARACTERS}"
            yield RULE.at(flow.path, reply.span, message, "shorten it")
    calls_of = {target.name: max(len(target.caller_ids), 1) for target in flow.targets}
    for transfer in steps_of(flow, Transfer):
        for group in transfer.groups():
            if len(group.targets) > AT_ONCE:
                message = f"{len(group.targets)} targets together, but the platform calls {AT_ONCE} at once"
                yield RULE.at(flow.path, group.span, message, "ring some of them after the others")
            elif len(group.targets) == PLAYERS and any(_is_told_alone(flow, name) for name in group.targets):
                message = f"{PLAYERS} people may hear something at once, but a session has {PLAYERS} players"
                hint = "ring one of them after the others: what the caller hears is played, too"
                yield RULE.at(flow.path, group.span, message, hint)
        if not calls_of.keys() >= set(transfer.targets()):
            continue  # a name is wrong, which is said elsewhere
        every = (group.attempts * calls_of[name] for group in transfer.groups() for name in group.targets)
        if sum(every) < CALL_ATTEMPTS:
            continue  # whatever is chosen
        attempts = most(flow, transfer.to, lambda rung: rung.attempts * len(rung.targets))
        calls = most(flow, transfer.to, _calls)
        if attempts >= CALL_ATTEMPTS:
            message = f"{attempts} attempts in one hunt, but a session has {CALL_ATTEMPTS} call attempts"
            yield RULE.at(flow.path, transfer.span, message, "the caller's own call is one of them")
        elif calls >= CALL_ATTEMPTS:
            message = f"{calls} calls if caller IDs are refused, but a session has {CALL_ATTEMPTS} call attempts"
            yield RULE.at(flow.path, transfer.span, message, "the caller's own call is one of them")


def _is_told_alone(flow: Flow, name: str) -> bool:
    """Whether whoever answers there is asked or told something before the caller is joined, or left a message."""
    return any(target.name == name and prompts_of(target) for target in flow.targets)


def _calls(rung: Rung) -> int:
    """If every caller ID is refused."""
    return rung.attempts * sum(max(len(target.caller_ids), 1) for target in rung.targets)


def _characters(reply: Reply) -> int:
    """Of its JSON, as far as it is known: without its references. Where that cannot be too many, about."""
    data = {entry.name: entry.text.known() for entry in reply.data}
    most = sum([6 * (len(name) + len(text)) + len('"":"",') for name, text in data.items()])  # six: `\u0000`
    if most < REPLY_CHARACTERS // 2:
        return most
    return len(_json({"ok": True, "data": data}))


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _headers(flow: Flow, target: SipTarget) -> Iterator[Diagnostic]:
    for header in target.headers:
        size = _bytes(header)
        if size > HEADER_BYTES:
            message = f"header `{header.name}` has {size} bytes, the platform sends at most {HEADER_BYTES}"
            yield RULE.at(flow.path, header.span, message, "shorten it")
    total = sum(_most_bytes(header) + len("\r\n") for header in target.headers) + len("X-Flowc-Hops: 4\r\n")
    if total > ALL_HEADER_BYTES:
        message = f"the headers have up to {total} bytes, the platform sends at most {ALL_HEADER_BYTES}"
        yield RULE.at(flow.path, target.span, message, "remove some")


def _bytes(header: Entry) -> int:
    """Of `Name: value`, as far as it is known."""
    return len(f"{header.name}: {header.text.known()}".encode())


def _most_bytes(header: Entry) -> int:
    """What the scenario sends of it at the most."""
    return HEADER_BYTES if header.text.references else _bytes(header)


def tool_description(flow: Flow) -> Iterator[Diagnostic]:
    """To the description of the flow comes how to behave around the tool, with the phrase that is spoken."""
    spoken_as_it_is = {None, *(prompt.name for prompt in flow.prompts if not prompt.text.references)}
    for action in flow.actions:
        if action.say not in spoken_as_it_is:
            continue  # reported already
        spoken_most = sum(len(words) + ROOM_BESIDE_WORDS for words in phrases(flow, action).values())
        if len(action.description) + spoken_most + ROOM_OF_INSTRUCTIONS <= LONGEST_DESCRIPTION:
            continue  # the usual case, in which nobody has to know what is told exactly
        description = description_lines(action)
        told = max(
            len("\n".join([*description, "", *instructions(flow, action, tool_speaks=spoken)]))
            for spoken in ((True, False) if action.say is not None else (True,))
        )
        if told > LONGEST_DESCRIPTION:
            message = f"the model is told {told} characters about `{action.name}`, but takes {LONGEST_DESCRIPTION}"
            hint = "shorten the description, or the prompt of `say`: both are part of it"
            yield RULE.at(flow.path, action.span, message, hint)


def scenario_size(flow: Flow, sizes: Mapping[str, int]) -> Diagnostic | None:
    """How large it becomes is known only when it has been generated: path of each artifact -> characters."""
    largest = max(size for path, size in sizes.items() if path.endswith(".voxengine.js"))
    if largest <= LARGEST_SCENARIO:
        return None
    message = f"the scenario has {largest} characters, the platform takes {LARGEST_SCENARIO}"
    return RULE.at(flow.path, START, message, "make several flows of it")


def large_upload(size: int) -> str:
    """What is to be said of a scenario with so many bytes; empty if nothing is."""
    if size < LARGEST_UPLOAD:
        return ""
    return (
        f"the scenario has {size // 1024} KiB: VoxEngine takes 256, but whether one of 128 or more can be uploaded is"
        " not known (README.md, What is generated)"
    )


RULE = Rule("FLOW401", "platform limit exceeded", __doc__, checks=(sizes, tool_description))
