"""A prompt holds a placeholder as other tools write them: `{{name}}`, with whatever is within, `{name}`, `{0}`,
`{0,number}`, `%s`, `%(name)s`, `#{name}`, `<%= name %>`. Only `${…}` is filled in, with a parameter, with what a call
is started with, `${data.name}`, or with `${call.from}`. One that names something that is known there is an error
(FLOW204).

Why: the platform speaks it to the caller, letter by letter: "hello open brace name".

Example:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {goodbye: "Goodbye, {{customer}}."}
    actions:
      end_call:
        description: End the call.
        parameters: {name: {type: string, description: the caller's name}}
        do: [{say: goodbye}, hang_up]

Instead:

    flowc: 1
    flow: desk
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: hang_up}
    prompts: {goodbye: "Goodbye, ${name or 'and thank you'}."}
    actions:
      end_call:
        description: End the call.
        parameters: {name: {type: string, description: the caller's name}}
        do: [{say: goodbye}, hang_up]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowc.diagnostics import Diagnostic, quoted
from flowc.ir import Flow, Prompt
from flowc.rule import Rule
from flowc.suggest import nearest

_NAME = r"[A-Za-z_]\w{0,63}(?:\.\w{1,64}){0,4}"
_FORMATTED = "number|date|time|plural|select|selectordinal|choice|spellout|ordinal|duration"
# Nobody says any of these. A `$` may be a price, a `%` a share, and what stands in `<>` a pause or an address.
_PLACEHOLDERS = (
    rf"\{{\{{(?:\s*(?P<a>{_NAME})\s*(?:\|[^{{}}]{{0,200}})?|[^{{}}]{{0,200}})\}}\}}"
    rf"|(?<![${{])[%#]?\{{\s*(?P<b>{_NAME}(?:\ {_NAME}){{0,2}}|[0-9]{{0,2}})\s*\}}(?!\}})"
    rf"|(?<![${{])\{{\s*(?P<e>{_NAME}|[0-9]{{1,2}})\s*,\s*(?:{_FORMATTED})\b(?:[^{{}}]{{0,200}}\}})?"
    rf"|<%=?\s*(?P<c>{_NAME})\s*%>|(?<![\w%])%(?:\((?P<d>{_NAME})\))?[sd]\b"
)
_KNOWN = ("call.from", "call.to", "call.id")


def check(flow: Flow) -> Iterator[Diagnostic]:
    for prompt in flow.prompts:
        found = _placeholder(prompt)
        if found is not None:
            message = f"`{prompt.name}` says {quoted(found[0])}, which nobody fills in: it is spoken as it stands"
            yield RULE.at(flow.path, prompt.span, message, _instead(found, flow))


def _placeholder(prompt: Prompt) -> re.Match[str] | None:
    parts = [part for version in prompt.versions for part in version.text.parts if isinstance(part, str)]
    texts = [part for part in parts if "{" in part or "%" in part]
    return next((found for text in texts if (found := re.search(_PLACEHOLDERS, text)) is not None), None)


def _instead(found: re.Match[str], flow: Flow) -> str:
    name = next((each for each in found.groups() if each), "")
    known = {parameter.name: parameter.name for action in flow.actions for parameter in action.parameters}
    if flow.outbound is not None:
        known |= {datum.name: f"data.{datum.name}" for datum in flow.outbound.data}
    known |= {each: each for each in (*known.values(), *_KNOWN)}
    meant = name if name in known else nearest(name, known) if name else None
    if meant is not None:
        return f"write `${{{known[meant]}}}`, if that is meant"
    return "write `${NAME}`, with a parameter, `data.NAME` or `call.from`, or take it out"


RULE = Rule("FLOW612", "placeholder that nobody fills in", __doc__, warnings=(check,))
