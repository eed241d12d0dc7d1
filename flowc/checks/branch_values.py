"""A branch does not say what follows for each value that it can meet, and for no other. Every value is named under
`among`, or there is `otherwise` for the rest. A parameter has the values of its `enum`, or `true` and `false`; where it
may not be known it is `missing` as well: the agent may leave it out, the action at hand does not have it, or no action
led there, as in `unavailable`. What follows inside a branch meets only the values that led there. Hours are `open` or
`closed`, also inside a branch that has gone by them: meanwhile they may have opened. So may the language of the call
have changed.

Why: the agent chooses billing, and nobody is called.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        parameters:
          who: {type: string, enum: [sales, billing], description: who can help}
        do: {transfer: {by: who, among: {sales: desk}}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    targets:
      desk: {pstn: "+15550100001", caller_id: "+15550100002"}
    actions:
      call_transfer:
        description: Transfer the caller to a person.
        parameters:
          who: {type: string, enum: [sales, billing], description: who can help}
        do: {transfer: {by: who, among: {sales: desk, billing: desk}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.diagnostics import Diagnostic, Related, quoted
from flowc.ir import (
    MISSING,
    OTHERWISE,
    AnswerValue,
    CallingNumber,
    CallLanguage,
    DataValue,
    Flow,
    HoursState,
    Parameter,
    ParameterValue,
    Subject,
    Transfer,
    steps_of,
)
from flowc.ir.flow import of_kind
from flowc.ir.subject import written
from flowc.ir.ways import OTHER_NUMBERS, Decision, Values, Ways, choosable, parameter_of, ways_through
from flowc.language.flow.subjects import THE_REST
from flowc.rule import Rule
from flowc.source import Span
from flowc.suggest import meant_word, nearest, write

_MOST_LISTED = 12


def check(flow: Flow) -> Iterator[Diagnostic]:
    ways = ways_through(flow)
    for decision in ways.decisions:
        cannot_choose = _cannot_choose(flow, ways, decision)
        if cannot_choose is not None:
            yield cannot_choose
        elif decision.ways:  # else no way leads here, which is said of the arm or the route
            yield from _unlike(flow, ways, decision)


def nobody_is_rung(flow: Flow) -> Iterator[Diagnostic]:
    for step in steps_of(flow, Transfer):
        if step.to and not step.targets():
            message = "this transfer rings nobody, whatever is chosen"
            yield RULE.at(flow.path, step.span, message, "name a target, or go on with other steps instead of it")


def _cannot_choose(flow: Flow, ways: Ways, decision: Decision) -> Diagnostic | None:
    """A parameter that is no `enum`, or whose values are words of the language."""
    by = decision.by
    if isinstance(by.subject, AnswerValue):
        return _answer_cannot_choose(flow, ways, by.subject, by.span)
    if isinstance(by.subject, DataValue):
        datum = None if flow.outbound is None else flow.outbound.datum(by.subject.name)
        return None if datum is None else _cannot_be(flow, written(by.subject), datum, "the data", by.span)
    if not isinstance(by.subject, ParameterValue):
        return None
    origins = 0
    for way in decision.ways:
        origins |= way.origins
    for bit, parameter in ways.unfit(by.subject.name):
        if not bit & origins:
            continue
        related = (Related(parameter.span, "the parameter"),)
        values = choosable(parameter)
        if parameter.holds_others:
            message = f"{quoted(by.subject.name)} cannot choose: it is {of_kind(parameter)}"
            hint = "add a parameter with an `enum`, and go by that"
            return RULE.at(flow.path, by.span, message, hint, related)
        if not values:
            message = f"{quoted(by.subject.name)} cannot choose: it has no `enum`"
            return RULE.at(flow.path, by.span, message, _LIST, related)
        if (taken := _word_of_the_language(by.subject.name, values)) is not None:
            return RULE.at(flow.path, by.span, *taken, related)
    return None


def _word_of_the_language(name: str, values: Values) -> tuple[str, str] | None:
    for word, meaning in ((OTHERWISE, "all values that are not named"), (MISSING, "what is not known")):
        if word in values:
            message = f"{quoted(name)} cannot choose: here `{word}`, one of its values, is {meaning}"
            return message, "rename that value in its `enum`"
    return None


def _answer_cannot_choose(flow: Flow, ways: Ways, subject: AnswerValue, span: Span) -> Diagnostic | None:
    field = ways.field(subject)
    return None if field is None else _cannot_be(flow, written(subject), field, "the answer", span)


def _cannot_be(flow: Flow, name: str, declared: Parameter, what: str, span: Span) -> Diagnostic | None:
    """What is declared and has no values to choose by, or one that is a word of the language."""
    related = (Related(declared.span, what),)
    values = choosable(declared)
    if declared.holds_others:
        message, hint = (
            f"{quoted(name)} cannot choose: it is {of_kind(declared)}",
            "add one with an `enum`, and go by that",
        )
        return RULE.at(flow.path, span, message, hint, related)
    if not values:
        return RULE.at(flow.path, span, f"{quoted(name)} cannot choose: it has no `enum`", _LIST, related)
    taken = _word_of_the_language(name, values)
    return None if taken is None else RULE.at(flow.path, span, *taken, related)


_LIST = "list its values: `enum: [sales, billing]`"


def _unlike(flow: Flow, ways: Ways, decision: Decision) -> Iterator[Diagnostic]:
    """What is said of values that cannot occur, and of which of those that can nothing is said."""
    by = decision.by
    possible: dict[str, int] = {}  # each with where the ways began
    declared: set[str] = set()
    for way in decision.ways:
        for values, origins in ways.values(by.subject, way):
            for value in values:
                possible[value] = possible.get(value, 0) | origins
        for values, _ in ways.domains(by.subject, way.origins):
            declared |= values
    named = {arm.value for arm in by.arms}
    if set(possible) == {MISSING} and named - {MISSING, OTHERWISE}:
        where = ways.named(possible[MISSING])
        if isinstance(by.subject, AnswerValue):
            message = (
                f"{quoted(written(by.subject))} is always `missing` here: nobody has asked, or nothing was answered"
            )
            hint = (
                f"ask before: `{{ask: {by.subject.webhook}, otherwise: STEPS}}`; or write the steps for `missing` alone"
            )
            yield RULE.at(flow.path, by.span, message, hint)
            return
        if isinstance(by.subject, DataValue):
            message = f"{quoted(written(by.subject))} is always `missing` here: a call that comes in has no data"
            yield RULE.at(flow.path, by.span, message, "write the steps for `missing` alone")
            return
        message = f"{quoted(written(by.subject))} is always `missing` here: {where} does not have it"
        hint = "write the steps for `missing` alone; only what an action with this parameter leads to can go by it"
        yield RULE.at(flow.path, by.span, message, hint)
        return
    forgotten = [value for value in _in_order(flow, decision, set(possible)) if value not in named]
    wrong = 0  # names that may have been meant for one of those that are forgotten
    for arm in by.arms:
        if arm.value == OTHERWISE:
            if not forgotten:
                message = "`otherwise` is never taken: every value that can occur here is named"
                yield RULE.at(flow.path, arm.span, message, "remove it")
        elif arm.value not in possible:
            wrong += arm.value not in declared and arm.value != MISSING
            message, hint = _impossible(by.subject, arm.value, declared, forgotten)
            yield RULE.at(flow.path, arm.span, message, hint)
    if len(forgotten) > wrong and OTHERWISE not in named and not any(_is_the_rest(value) for value in named):
        yield RULE.at(flow.path, by.span, *_forgotten(ways, decision, forgotten, possible))


def _impossible(subject: Subject, value: str, declared: set[str], forgotten: list[str]) -> tuple[str, str]:
    name = written(subject)
    if value == MISSING and isinstance(subject, HoursState):
        return (
            f"`missing` cannot occur here: `{name}` is `open` or `closed`",
            "remove it: what is not known is `closed`",
        )
    if value == MISSING:
        return f"`missing` cannot occur here: `{name}` is there on every way", "remove it"
    if value in declared:
        message = f"{quoted(value)} cannot occur here: on every way that leads here `{name}` is something else"
        return message, "remove it"
    others = [each for each in forgotten if each not in (MISSING, OTHER_NUMBERS)]
    known = others or sorted(declared - {MISSING, OTHER_NUMBERS})
    found = others[0] if len(others) == 1 else nearest(value, known)
    hint: str = meant_word(found) if found else f"its values are {_listed(known)}"
    if _is_the_rest(value):
        hint = write(OTHERWISE, " for all values that are not named") if forgotten else "remove it"
    return f"{quoted(value)} is not a value of `{name}`", hint


def _is_the_rest(value: str) -> bool:
    """Whether a value that there is not was probably meant as `otherwise`."""
    return value.lower() in THE_REST or nearest(value, (OTHERWISE,)) is not None


def _forgotten(ways: Ways, decision: Decision, forgotten: list[str], possible: dict[str, int]) -> tuple[str, str]:
    if OTHER_NUMBERS in forgotten and isinstance(decision.by.subject, CallingNumber):
        return "nothing is said about a call from anybody else", "add `otherwise: …`"
    if OTHER_NUMBERS in forgotten:
        return "nothing is said about a call to any other number", "add `otherwise: …`"
    message = f"nothing is said about {_listed(forgotten)}"
    if isinstance(decision.by.subject, HoursState):
        return message, f"add `{forgotten[0]}: …`, or `otherwise: …`; each branch reads the hours anew"
    if isinstance(decision.by.subject, CallLanguage):
        return message, f"add `{forgotten[0]}: …`, or `otherwise: …`; each branch reads the language anew"
    if forgotten == [MISSING] and isinstance(decision.by.subject, AnswerValue):
        field = ways.field(decision.by.subject)
        why = "a way leads here on which there is no answer"
        if field is not None and field.optional:
            why = "the webhook may leave it out of its answer"
        return f"{message}: {why}", "add `missing: …`, or `otherwise: …`"
    if forgotten == [MISSING] and isinstance(decision.by.subject, DataValue):
        outbound = ways.flow.outbound
        datum = None if outbound is None else outbound.datum(decision.by.subject.name)
        why = "a call that comes in leads here, and has no data"
        if datum is not None and datum.optional:
            why = "a call may be started without it"
        return f"{message}: {why}", "add `missing: …`, or `otherwise: …`"
    if forgotten == [MISSING]:
        name, origins = written(decision.by.subject), possible[MISSING]
        without = origins & ~sum(bit for bit, _ in ways.declared(name))
        where = ways.named(without or origins)
        has_it = not without
        why = f"the agent may leave `{name}` out" if has_it else f"{where}, which leads here, does not have it"
        return f"{message}: {why}", "add `missing: …`, or `otherwise: …`"
    return message, "every value needs its line; `otherwise: …` is for all that are not named"


def _in_order(flow: Flow, decision: Decision, values: set[str]) -> list[str]:
    """Values as the flow lists them; `missing` and other numbers come last."""
    order: list[str] = []
    if isinstance(decision.by.subject, ParameterValue):
        for action in flow.actions:
            parameter = parameter_of(action, decision.by.subject.name)
            order += ("true", "false") if parameter is not None and parameter.type == "boolean" else ()
            order += parameter.enum if parameter is not None else ()
    if isinstance(decision.by.subject, AnswerValue):
        field = ways_through(flow).field(decision.by.subject)
        order += ("true", "false") if field is not None and field.type == "boolean" else ()
        order += field.enum if field is not None else ()
    if isinstance(decision.by.subject, DataValue) and flow.outbound is not None:
        datum = flow.outbound.datum(decision.by.subject.name)
        order += datum.enum if datum is not None else ()
    order += [*sorted(values - {MISSING, OTHER_NUMBERS} - set(order)), MISSING, OTHER_NUMBERS]
    return [value for value in dict.fromkeys(order) if value in values]


def _listed(values: list[str]) -> str:
    return ", ".join(quoted(value) for value in values[:_MOST_LISTED])


RULE = Rule(
    "FLOW308",
    "branch that does not match what it goes by",
    __doc__,
    whole_flow_checks=(check, nobody_is_rung),
)
