"""A parameter is `sensitive`, or what a webhook answers or a call is started with (`data`), and would be told to those
who may read it later: dialled; spoken by the platform, whose own log holds what it speaks; in a header or in `digits`,
which networks write down; in a `reply`; to another agent, which is told what the action was asked with; or in what a
branch or a language goes by, which is in the log. A webhook of `notify` gets a parameter, `metadata` may have what was
answered, and the agent is told the data of the call. Of what the platform speaks only `whisper` may say it, of a target
with `accept`: somebody hears it then who has pressed a key.

Why: a number of a card that is in a log once is there for good.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {noted: "Your number is ${number}."}
    actions:
      note:
        description: Note the number of a card.
        parameters: {number: {type: string, sensitive: true, description: the number}}
        do: [{say: noted}, hang_up]

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {noted: Your number is noted.}
    webhooks: {crm: {url: {secret: CRM_URL}}}
    actions:
      note:
        description: Note the number of a card.
        parameters: {number: {type: string, sensitive: true, description: the number}}
        do: [{notify: crm}, {say: noted}, hang_up]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowc.diagnostics import Diagnostic, Related
from flowc.ir import (
    AnswerValue,
    ChangeLanguage,
    Data,
    DataValue,
    Flow,
    Group,
    KeysOf,
    Menu,
    ParameterValue,
    Reply,
    Say,
    SipTarget,
    StartAgent,
    Target,
    Transfer,
    announced,
)
from flowc.ir.subject import written
from flowc.ir.walk import DATA
from flowc.ir.ways import Place, Ways, parameter_of, ways_through
from flowc.rule import Rule
from flowc.source import Span

_NO_OTHER = "take it out: of what is spoken only `whisper` may say it, of a target with `accept`"
_NO_AGENT = "return to the agent that has it already, or ask for it in an action that leads to no other agent"
_TAKE_OUT = "take it out: a webhook of `notify` gets it"
_OF_A_CALL = "take it out, or start the call with a number of yours by which it is looked up"
_ANSWERED = "take it out, or have the webhook answer with a field that everybody may read"


def check(flow: Flow) -> Iterator[Diagnostic]:
    declared = [parameter for action in flow.actions for parameter in action.parameters]
    declared += [field for webhook in flow.webhooks for field in webhook.answer]
    declared += flow.outbound.data if flow.outbound is not None else ()
    if not any(parameter.sensitive for parameter in declared):
        return
    ways = ways_through(flow)
    told: set[tuple[Span, str, str]] = set()
    for place in ways.places:
        for name, span, words, hint in _uses(place, flow):
            if (span, name, words) in told:
                continue
            where = _sensitive(name, place, ways)
            if where is not None:
                told.add((span, name, words))
                what = "declared here" if "." in name else "the parameter"
                related = (Related(where, what), Related(place.step.span, "used here"))
                if hint == _TAKE_OUT and "." in name:
                    hint = _OF_A_CALL if name.startswith(DATA) else _ANSWERED
                yield RULE.at(flow.path, span, f"`{name}` is sensitive, and {words}", hint, related)


def _sensitive(name: str, place: Place, ways: Ways) -> Span | None:
    """Where it is declared, in an action from which a way leads there, by a webhook, or of a call."""
    if name.startswith(DATA):
        outbound = ways.flow.outbound
        datum = None if outbound is None else outbound.datum(name.removeprefix(DATA))
        return datum.span if datum is not None and datum.sensitive and place.ways else None
    webhook, _, field = name.partition(".")
    answer = ways.field(AnswerValue(webhook, field))
    if answer is not None:
        return answer.span if answer.sensitive and place.ways else None
    for action in ways.flow.actions:
        parameter = parameter_of(action, name)
        if parameter is not None and parameter.sensitive and any(way.origins & ways.bit(action) for way in place.ways):
            return parameter.span
    return None


def _uses(place: Place, flow: Flow) -> Iterator[tuple[str, Span, str, str]]:
    """The names by which a place tells something, where that is written, and in words how."""
    at = place.at
    if place.by is not None and isinstance(place.by.subject, ParameterValue):
        yield place.by.subject.name, place.by.span, "what a branch goes by is in the log", _TAKE_OUT
    if place.by is not None and isinstance(place.by.subject, AnswerValue):
        yield written(place.by.subject), place.by.span, "what a branch goes by is in the log", _TAKE_OUT
    if place.by is not None and isinstance(place.by.subject, DataValue):
        yield f"{DATA}{place.by.subject.name}", place.by.span, "what a branch goes by is in the log", _TAKE_OUT
    match at:
        case ChangeLanguage(parameter=str() as name):
            yield name, at.span, "the language that it holds is in the log", _TAKE_OUT
        case Reply():
            for entry in at.data:
                for name in entry.text.references:
                    yield name, entry.span, "a `reply` hands it back to whoever posted it", _TAKE_OUT
        case Say():
            yield from _spoken((at.prompt,), "the platform's log holds what `say` speaks", flow)
        case Menu():
            yield from _spoken((at.prompt,), "the platform's log holds what `menu` speaks", flow)
        case StartAgent() if flow.agents:
            for name in sorted({each.name for action in flow.actions for each in action.parameters if each.sensitive}):
                yield name, at.span, f"agent `{at.agent}` is told what the action was asked with", _NO_AGENT
        case Transfer():
            yield from _spoken(at.heard, "the platform's log holds what the caller hears meanwhile", flow)
            if at.gone is not None:
                yield from _spoken((at.gone,), "the platform's log holds what `gone` says to the person", flow)
        case Group():
            for target in map(flow.target, at.targets):
                yield from _of_target(target, flow)
        case _:
            pass


def _of_target(target: Target, flow: Flow) -> Iterator[tuple[str, Span, str, str]]:
    yield from _spoken(announced(target), "the platform's log holds what the caller hears meanwhile", flow)
    if isinstance(target.dialled, Data):
        yield f"{DATA}{target.dialled.name}", target.span, "networks write down whom they call", _OF_A_CALL
    if type(target) is SipTarget:
        for entry in target.headers:
            for name in entry.text.references:
                yield (
                    name,
                    entry.span,
                    f"a header of `{target.name}` is in the logs of every server on its way",
                    _TAKE_OUT,
                )
    for keys in target.digits:
        if isinstance(keys, KeysOf):
            yield keys.parameter, keys.span, f"the `digits` of `{target.name}` are written down by networks", _TAKE_OUT
    if target.accept is not None:
        yield from _spoken((target.accept.prompt,), f"whoever answers at `{target.name}` hears `accept`", flow)
    if target.machine is not None and target.machine.message is not None:
        yield from _spoken((target.machine.message,), f"a machine of `{target.name}` records its `message`", flow)
    if target.whisper is not None and target.accept is None:
        words = f"whoever answers at `{target.name}` hears its `whisper`, which has no `accept` before it"
        yield from _spoken((target.whisper,), words, flow)


def _spoken(prompts: Iterable[str], words: str, flow: Flow) -> Iterator[tuple[str, Span, str, str]]:
    for prompt in map(flow.prompt, prompts):
        for name in prompt.text.references:
            yield name, prompt.span, f"in `{prompt.name}` {words}", _NO_OTHER


RULE = Rule("FLOW209", "sensitive value that would be told", __doc__, whole_flow_checks=(check,))
