"""A target is sent `digits` that a parameter holds, and the parameter may hold something else, or nothing. What is sent
to an exchange are keys of a telephone: `0` to `9`, `*` and `#`. So the parameter has a `pattern` that admits nothing
else and is not empty, or an `enum` of such values. All keys of a target are 50 at most, whatever it holds. Where it may
be missing, `${extension or "0"}` says what is sent then.

Why: what the agent passes is what it has understood. Sent to an exchange, a word is nothing, or another extension.

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {take_it: Press 1 to take the call.}
    targets:
      exchange:
        pstn: "+15550100001"
        caller_id: "+15550100002"
        digits: [2s, "${extension}"]
        accept: {say: take_it, key: "1"}
    actions:
      call:
        description: Call an extension.
        parameters: {extension: {type: string, description: whom to call}}
        do: {transfer: exchange, fallback: {otherwise: hang_up}}

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {take_it: Press 1 to take the call.}
    targets:
      exchange:
        pstn: "+15550100001"
        caller_id: "+15550100002"
        digits: [2s, "${extension}"]
        accept: {say: take_it, key: "1"}
    actions:
      call:
        description: Call an extension.
        parameters: {extension: {type: string, pattern: "[0-9]{2,4}", description: whom to call}}
        do: {transfer: exchange, fallback: {otherwise: hang_up}}
"""

from __future__ import annotations

from collections.abc import Iterator

from flowc.checks.walks.actions_on_the_way import Heard, Texts, texts_of
from flowc.diagnostics import Diagnostic, Related, quoted
from flowc.ir import Flow, KeysOf, Target
from flowc.ir.flow import KEYS, MOST_KEYS, Parameter, of_kind
from flowc.ir.ways import parameter_of
from flowc.rule import Rule

_INSTEAD = 'give it a `pattern` of keys, as `"[0-9]{2,4}"`'


def check(flow: Flow) -> Iterator[Diagnostic]:
    for target in flow.targets:
        if any(type(each) is KeysOf for each in target.digits):
            yield from _of(target, flow, texts_of(flow))


def _of(target: Target, flow: Flow, texts: Texts) -> Iterator[Diagnostic]:
    keys = sum(len(each) for each in target.digits if isinstance(each, str))
    for each in target.digits:
        heard = texts.digits.get(each.span) if type(each) is KeysOf else None
        if type(each) is not KeysOf or heard is None or not heard.origins:
            continue
        filling = texts.filling(each.parameter, heard)
        most = len(each.instead or "")
        for action in flow.actions:
            parameter = parameter_of(action, each.parameter) if texts.bit(action) & filling else None
            if parameter is None:
                continue
            related = (Related(parameter.span, "the parameter"), Related(heard.place_of(filling), "it is called here"))
            if parameter.most_keys is None:
                lead = f"`digits` of `{target.name}` has `${{{each.parameter}}}`, which in `{action.name}`"
                holds, hint = _other_than_keys(parameter)
                yield RULE.at(flow.path, each.span, f"{lead} {holds}", hint, related)
                return
            most = max(most, parameter.most_keys)
        keys += most
        yield from _missing(each, heard, target, flow, texts)
        if keys > MOST_KEYS:
            message = f"`digits` of `{target.name}` may become {keys} keys, at most {MOST_KEYS} are possible"
            hint = f"limit what `{each.parameter}` holds: a `pattern`, as `[0-9]{{2,4}}`, says how many keys it has"
            yield RULE.at(flow.path, each.span, message, hint)
            return


def _other_than_keys(parameter: Parameter) -> tuple[str, str]:
    """What it may hold that cannot be sent, and what to write instead."""
    if parameter.holds_others:
        return (
            f"is {of_kind(parameter)}",
            "add a parameter of type `string` with a `pattern` of keys, and write that here",
        )
    word = next((value for value in parameter.enum if not set(value) <= KEYS), None)
    if word is not None:
        return f"may be {quoted(word)}, which are no keys of a telephone", "take it out of the `enum`"
    form = parameter.form
    if form is None or not form.has_only("".join(KEYS)):
        instead = _INSTEAD if parameter.format is None else f"{_INSTEAD}, in place of the `format`"
        return "may hold something else than keys of a telephone", instead
    if form.fits("") and not parameter.min_length:
        return "may be empty", 'let its `pattern` have one key at least, as `"[0-9]{1,4}"`'
    return "may hold any number of keys", 'say in its `pattern` how many there are at most, as `"[0-9]{2,4}"`'


def _missing(keys: KeysOf, heard: Heard, target: Target, flow: Flow, texts: Texts) -> Iterator[Diagnostic]:
    missing = texts.lacking(keys.parameter, heard.ways)
    if not missing or keys.instead is not None or not texts.filling(keys.parameter, heard):
        return
    where = f"where {texts.named(missing)} leads here"
    message = f"`digits` of `{target.name}` has `${{{keys.parameter}}}`, which may be missing {where}"
    hint = f"write `\"${{{keys.parameter} or '0'}}\"` with the keys that are sent then"
    place = texts.place_lacking(keys.parameter, heard, missing)
    yield RULE.at(flow.path, keys.span, message, hint, (Related(place, "it is called here"),))


RULE = Rule("FLOW208", "digits that may be no keys", __doc__, whole_flow_checks=(check,))
