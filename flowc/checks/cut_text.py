"""A parameter, or what a webhook answers, may be longer than there is room for it where it is said or sent: by its own
`maxLength`, or by a value of its `enum`. The scenario cuts it there.

- A SIP header has 200 bytes at most, its name included.
- A prompt that is spoken has 1500 characters at most.
- A text of a `reply` has 4096.

Why: whoever reads or hears the end of it does not know that there was more.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {sip: "sip:desk@pbx.example.com", headers: {X-Summary: "${summary}"}}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        parameters: {summary: {type: string, maxLength: 800, description: why the caller is calling}}
        do: {transfer: desk}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {sip: "sip:desk@pbx.example.com", headers: {X-Summary: "${summary}"}}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        parameters: {summary: {type: string, maxLength: 180, description: why the caller is calling}}
        do: {transfer: desk}
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from flowc.checks.platform_limits import HEADER_BYTES
from flowc.checks.walks.actions_on_the_way import texts_of
from flowc.diagnostics import Diagnostic, Related
from flowc.ir import Flow, Parameter, Reply, SipTarget, Text, steps_within
from flowc.ir.ways import ways_through
from flowc.rule import Rule
from flowc.source import Span

SPOKEN_CHARACTERS = 1500
"""`MAX_SPOKEN` of the scenario."""
TEXT_CHARACTERS = 4096
"""`MAX_FILLED` of the scenario."""


class _Place(Struct, frozen=True):
    """Where something is filled in: how much room there is for that, and the actions that lead there, as bits."""

    what: str
    text: Text
    span: Span
    room: int
    unit: str
    origins: int


def check(flow: Flow) -> Iterator[Diagnostic]:
    texts, ways = texts_of(flow), ways_through(flow)
    for place in (*_heard_and_sent(flow), *_replied(flow)):
        for name in place.text.references:
            field = texts.field(name)
            possible = (
                [field] if field is not None else [each for bit, each in ways.declared(name) if bit & place.origins]
            )
            longest = max(possible, key=longest_of, default=None)
            if longest is None or longest_of(longest) <= place.room:
                continue
            message = f"`{name}` may have {longest_of(longest)} characters, of which {place.what} has room for "
            message += f"{max(place.room, 0)} {place.unit}: the rest is cut"
            hint = f"write `maxLength: {place.room}` there" if place.room > 0 else "shorten the text around it"
            yield RULE.at(flow.path, place.span, message, hint, (Related(longest.span, "declared here"),))


def longest_of(parameter: Parameter) -> int:
    """How many characters it may have, as far as its author has said so."""
    return max((len(value) for value in parameter.enum), default=parameter.max_length or 0)


def _heard_and_sent(flow: Flow) -> Iterator[_Place]:
    used = {each.span: each for each in texts_of(flow).all}
    for prompt in flow.prompts:
        heard = used.get(prompt.span)
        if heard is not None:
            room = SPOKEN_CHARACTERS - len(prompt.text.known())
            yield _Place(heard.what, prompt.text, prompt.span, room, "of them", heard.origins)
    for target in flow.targets:
        for header in target.headers if type(target) is SipTarget else ():
            sent = used.get(header.span)
            if sent is not None:
                room = HEADER_BYTES - len(f"{header.name}: {header.text.known()}".encode())
                yield _Place(sent.what, header.text, header.span, room, "bytes", sent.origins)


def _replied(flow: Flow) -> Iterator[_Place]:
    ways = ways_through(flow)
    for action in flow.actions:
        for step in steps_within(action.do) if action.replies else ():
            if type(step) is Reply:
                for entry in step.data:
                    room = TEXT_CHARACTERS - len(entry.text.known())
                    what = f"`{entry.name}` of a `reply`"
                    yield _Place(what, entry.text, entry.span, room, "of them", ways.bit(action))


RULE = Rule("FLOW608", "text that may be cut", __doc__, warnings=(check,))
