"""What a person types: words of the caller or, after a `/`, a step of a call script.

The language of the steps is that of call scripts, read by the same front end: nothing of it is listed here again. Only
its braces and quotes may be left out, `/support fails 503` for `support: {fails: 503}`.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from flowc.discovery import SourceError
from flowc.ir import FIRST_AGENT, Action, Flow, Parameter, QueueTarget, SipTarget, announced
from flowc.ir.briefing import is_listened_to
from flowc.language.calls.events import (
    AGENT,
    ANSWERS,
    CALLER,
    CUT_OFF,
    DOES_NOT_ANSWER,
    EARLY,
    HANGS,
    HANGS_UP,
    HAS_ANSWERED,
    HOLDS,
    IS_HANDED_OVER,
    IS_NOT_HANDED_OVER,
    PLACE,
    PRESSES,
    QUEUE_FAILURES,
    RESUMES,
    RINGS,
    SPEAKS,
    TARGET,
    TRANSFERS_TO,
)
from flowc.language.shapes import ByForm, ByKey, Field, Shape, Text, Variable, Word
from flowc.source import Source
from flowc.suggest import did_you_mean, nearest
from flowc.testing.play.lower import Lowered, lower
from flowc.testing.script.model import Account, Call, Starts, WebhookDoes
from flowc.testing.script.parse import outline
from flowc.testing.script.resolve import scripts
from flowc.testing.script.synonyms import STEPS_BY_OTHER_NAMES

OF_A_PHONE = (HOLDS, RESUMES)
FOR_SCRIPTS = ("expect", "request", "platform", "nobody")
WEBHOOK = "webhook"
WEBHOOK_DOES = "/webhook {} answers {{NAME: VALUE}}, fails 500, after 3s, does not answer"
PLAIN = re.compile(r"-?\d+(\.\d+)?|true|false")
RINGS_FOR = re.compile(r"rings\s+(?:for\s+)?(\S+?)(?:,?\s+then:?\s+(\S.*))?")
WRITE = re.compile(r"write `([^`]+)`")
WRITTEN = re.compile(r"type `/(\w+)`")
NOT_IN_YAML = re.compile("[\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff\\ufeff\\ufffe\\uffff]")
_QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*')"""
_HOLDING = rf"[\[{{](?:[^\[\]{{}}\"']|{_QUOTED})*[\]}}]"
for _ in range(3):  # lists and objects may stand in each other
    _HOLDING = rf"[\[{{](?:[^\[\]{{}}\"']|{_QUOTED}|{_HOLDING})*[\]}}]"
GIVEN = re.compile(rf"""\s*(\w+)=({_QUOTED}|{_HOLDING}|[^\s"']\S*)(?=\s|$)""")


class Said(Struct, frozen=True):
    """Words of the caller."""

    text: str


class Help(Struct, frozen=True):
    pass


class Does(Struct, frozen=True):
    """Somebody does something, or time passes: as the emulator knows it."""

    events: tuple[Lowered, ...]


class Wrong(Struct, frozen=True):
    """Nothing of the kind: what is wrong, and what to type instead."""

    message: str
    hint: str = ""


class Behaves(Struct, frozen=True):
    """What a webhook does from now on, in the words that were typed."""

    webhook: str
    words: str
    does: WebhookDoes


Command = Said | Help | Does | Behaves | Wrong


class Commands:
    """Of one flow. `call` is how the call comes in, with the account and the platform behind it."""

    def __init__(
        self,
        flow: Flow,
        account: Account,
        platform: Mapping[str, str],
        numbers: Mapping[str, str],
        clock: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """`platform`, `numbers` (`from`, `to`) and `clock` are in the words of call scripts. With `data` the call
        is one that is placed. Raises SourceError.
        """
        self.flow = flow
        self._path = posixpath.join(posixpath.dirname(flow.path), "talk.calls.yaml")
        self._around = "\n".join(
            [
                "flowc: 1",
                f"flow: {_as_yaml(posixpath.basename(flow.path))}",
                f"account: {_as_yaml({'storage': dict(account.storage), 'secrets': dict(account.secrets)})}",
                *(["platform:"] if platform else []),
                *(f"  {key}: {value}" for key, value in platform.items()),
            ]
        )
        self._begins = "\n".join(
            [
                "calls:",
                "  talk:",
                *([] if clock is None else [f"    clock: {_as_yaml(clock)}"]),
                "    steps:",
                f"    - caller: {_as_yaml({'calls': dict(numbers)}) if numbers else 'calls'}"
                if data is None
                else "    - outbound: {starts: {}}",
            ]
        )
        read = self._read("")
        if isinstance(read, Wrong):
            raise SourceError(read.message + (f" ({read.hint})" if read.hint else ""))
        self.call: Call = read if data is None else _started(read, data)

    def parse(self, line: str) -> Command:
        text = line.strip()
        if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
            return Wrong("the line holds a byte that is not UTF-8 text", "type it again")
        if not text.startswith("/") or text.startswith("//"):
            return Said(text.removeprefix("/"))
        who, _, rest = text[1:].partition(" ")
        who, rest = who.rstrip(":"), rest.strip()
        targets = [target.name for target in self.flow.targets]
        if who == "help":
            return Help()
        if who in FOR_SCRIPTS:
            return Wrong(f"`{who}` is for call scripts, which `flowc test` plays")
        if who == "at" and rest.startswith("once"):
            message = "`at once` is for call scripts, which `flowc test` plays"
            return Wrong(message, "type one step after the other, each with its own `/`")
        if who == "agent" and rest == HANGS:
            message = "an agent whose model `hangs` is for call scripts, which `flowc test` plays"
            return Wrong(message, "type `/agent does not answer`")
        if who == "clock" and who not in targets:
            return Wrong("the clock is set when the call begins", "call again with `--clock 2026-12-25T08:59`")
        if who == "wait" and rest.lstrip("{").startswith("until"):
            return Wrong("`wait: {until: …}` is for call scripts, which `flowc test` plays", "type `/wait 3s`")
        if who == WEBHOOK and who not in targets and self.flow.webhooks:
            return self._webhook(rest)
        webhook = [WEBHOOK] if self.flow.webhooks else []
        known = [*targets, "ask", "caller", "agent", "wait", *webhook, "help"]
        if who not in known:
            return self._no_command(who, rest, known)
        if who == "ask" or (who == "agent" and rest.split(" ")[0] == "asks"):
            return self._ask(rest.removeprefix("asks ").strip())
        if not rest:
            others = [line for line in self.of_others(can_ask=False) if line.startswith(f"/{who} ")]
            [possible] = others or [self.of_target(who, has_answered=False)]
            return Wrong(f"`/{who}` alone says nothing", possible)
        if who == "caller" and re.match("(?:says|talks|speaks)\\b", rest):
            return Wrong("what the caller says is typed as it is, without a `/`")
        rings = RINGS_FOR.fullmatch(rest) if who in targets else None
        if rings is not None and rings[2] is None:
            waits = self._does(f"wait: {rings[1]}")
            if isinstance(waits, Wrong):
                return waits
            return Wrong(f"{who} rings until you say what becomes of it", f"type `/wait {rings[1]}`, then `/{who} …`")
        read = self._does(f"{who}: {{rings: {rings[1]}, then: {rings[2]}}}" if rings else _step(who, rest))
        return replace(read, hint=_typed(read.hint, who, known)) if isinstance(read, Wrong) else read

    def _webhook(self, rest: str) -> Command:
        """What one of them does from now on: as under `webhooks` of call scripts, without braces."""
        name, _, words = rest.partition(" ")
        names = [webhook.name for webhook in self.flow.webhooks]
        asked = [webhook.name for webhook in self.flow.webhooks if webhook.answer]
        hint = WEBHOOK_DOES.format((asked or names)[0])
        if name not in names:
            return Wrong(
                f"the flow has no webhook `{name}`" if name else "which webhook?", did_you_mean(name, names) or hint
            )
        key, _, value = words.strip().partition(" ")
        does = f"{{{key}: {value.strip()}}}" if key in ("fails", "answers", "after") else words.strip()
        read = self._read("", f"\nwebhooks: {{{name}: {does or '{}'}}}")
        if isinstance(read, Wrong):
            return replace(read, hint=read.hint or f"type `{hint}`")
        return Behaves(name, words.strip(), read.webhooks[name])

    def _no_command(self, who: str, rest: str, known: list[str]) -> Wrong:
        hint = _typed(STEPS_BY_OTHER_NAMES.get(who, ""), "", known)
        if hint == "type `/caller calls`":
            hint = "the call has come in already"
        if hint:
            name = WRITTEN.fullmatch(hint)
            if name and rest and not isinstance(self.parse(f"/{name[1]} {rest}"), Wrong):
                hint = f"type `/{name[1]} {rest}`"
            return Wrong(f"there is no command `/{who}`", hint)
        if rest.split(" ")[0] in {word.split(" ")[0] for word in (*_words(TARGET), *_fields(TARGET))}:
            near = nearest(who, known)
            names = [target.name for target in self.flow.targets]
            can_be = near is not None and not isinstance(self.parse(f"/{near} {rest}"), Wrong)
            hint = f"did you mean `/{near} {rest}`?" if can_be else did_you_mean(who, names)
            return Wrong(f"the flow has no target `{who}`", hint)
        message = f"there is no command `/{who}`" if who else "nothing follows the `/`"
        return Wrong(message, did_you_mean(who, known))

    def _ask(self, rest: str) -> Command:
        name, _, given = rest.partition(" ")
        action = next((action for action in self.flow.actions if action.name == name), None)
        if action is None:
            names = [action.name for action in self.flow.actions]
            return Wrong(f"the flow has no action `{name}`" if name else "which action?", did_you_mean(name, names))
        types = {parameter.name: parameter.type for parameter in action.parameters}
        values = []
        while given.strip():
            found = GIVEN.match(given)
            if found is None:
                return Wrong(f"not a parameter with its value: {given.strip()}", f"write `{usage(action)}`")
            value, given = found[2], given[found.end() :]
            if value[0] in "[{" and types.get(found[1]) in ("array", "object"):
                values.append(f"{found[1]}: {value}")
                continue
            if value[0] not in "\"'" and (types.get(found[1]) == "string" or not PLAIN.fullmatch(value)):
                value = _as_yaml(value)
            values.append(f"{found[1]}: {value}")
        read = self._does(f"agent: {{asks: {name}, with: {{{', '.join(values)}}}}}")
        return replace(read, hint=f"write `{usage(action)}`") if isinstance(read, Wrong) else read

    def _does(self, step: str) -> Command:
        read = self._read(f"\n    - {step}\n")
        if isinstance(read, Wrong):
            return read
        if len(read.steps) != 2 or not read.steps[1].events:
            return Wrong(f"not something that happens on a call: {step}")
        return Does(tuple(lower(replace(read, steps=read.steps[1:]), self.flow)))

    def _read(self, more: str, around: str = "") -> Call | Wrong:
        """The call with one more step, and more around it; or what is wrong with it."""
        steps = f"{self._begins}{more}".replace("${", "$${")  # no row fills anything in
        text = f"{self._around}{around}\n{steps}"
        read = outline(Source(self._path, text.encode("utf-8", "replace")))
        calls = scripts(read, self.flow)
        if read.problems.found:
            first = min(read.problems.found, key=lambda problem: problem.sort_key)
            return Wrong(first.message, first.hint)
        return calls[0]

    # What there is to type

    def of_target(self, name: str, *, has_answered: bool) -> str:
        """What somebody can do who is being called, or who has answered."""
        keys = [key for key in _fields(TARGET) if key != RINGS]
        if not has_answered:
            if isinstance(self.flow.target(name), QueueTarget):
                place = [f"{PLACE} …"] if announced(self.flow.target(name)) else []
                return ", ".join([f"/{name} {ANSWERS}", DOES_NOT_ANSWER, *QUEUE_FAILURES, "fails …", *place])
            words = [word for word in _words(TARGET) if word not in (RINGS, EARLY, ANSWERS, *HAS_ANSWERED)]
            words = [word for word in words if not isinstance(self._does(f"{name}: {word}"), Wrong)]
            keys = [key for key in keys if key not in (PRESSES, SPEAKS, TRANSFERS_TO, PLACE)]
            return ", ".join([f"/{name} {ANSWERS}", *words, *(f"{key} …" for key in keys)])
        has_keys = self.flow.target(name).tells_of_its_keys
        words = [CUT_OFF, *(OF_A_PHONE if has_keys else ())]
        possible = {PRESSES: True, SPEAKS: is_listened_to(self.flow, name), TRANSFERS_TO: has_keys}
        keys = [key for key in keys if possible.get(key)]
        return ", ".join([f"/{name} {HANGS_UP}", *words, *(f"{key} …" for key in keys)])

    def of_others(self, *, can_ask: bool, agent: str = FIRST_AGENT) -> list[str]:
        """`can_ask`: whether the model does what it is told. `agent`: of several the one that has the caller."""
        its_own = (
            self.flow.agent_named(agent).actions if self.flow.agents else [action.name for action in self.flow.actions]
        )
        asks = [usage(action) for action in self.flow.actions if action.name in its_own] if can_ask else []
        words = [word for word in _words(AGENT) if word != HANGS]
        of_agent = [word for word in words if not isinstance(self._does(f"agent: {word}"), Wrong)]
        of_agent += ["says …"] if can_ask else []
        hands_over = any(isinstance(target, SipTarget) and target.refers for target in self.flow.targets)
        handed = [IS_HANDED_OVER] if hands_over else []
        keys = [key for key in _fields(CALLER) if key != "calls" and (hands_over or key != IS_NOT_HANDED_OVER)]
        return [
            *asks,
            ", ".join([f"/caller {HANGS_UP}", *handed, *(f"{key} …" for key in keys)]),
            *(["/agent " + ", ".join(of_agent)] if self.flow.agent is not None else []),
            *(WEBHOOK_DOES.format(webhook.name) for webhook in self.flow.webhooks if webhook.answer),
            "/wait 20s: as much time goes by at once",
        ]


def _started(call: Call, data: Mapping[str, Any]) -> Call:
    """With these data, which no text of a call script has to hold."""
    [first] = call.steps
    return replace(call, steps=(replace(first, events=(Starts(json.dumps(data, ensure_ascii=False)),)),))


def _as_yaml(value: Any) -> str:
    """In JSON that YAML reads in the same way: without pairs of surrogates, and without control characters."""
    text = json.dumps(value, ensure_ascii=False)
    return NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def usage(action: Action) -> str:
    """How one has the model ask for an action."""
    given = [
        f"[{parameter.name}=…]" if parameter.optional else f"{parameter.name}={_example(parameter)}"
        for parameter in action.parameters
    ]
    return " ".join(["/ask", action.name, *given])


def _example(parameter: Parameter) -> str:
    if parameter.holds_others:
        return "[…]" if parameter.type == "array" else "{…}"
    return "|".join(parameter.enum) if parameter.enum else "…"


def _step(who: str, rest: str) -> str:
    """A line as a step of a call script."""
    key, _, value = rest.partition(" ")
    field = _fields({"caller": CALLER, "agent": AGENT}.get(who, TARGET)).get(key)
    if who == "wait" or field is None or not value.strip():
        return f"{who}: {rest}"
    value = value.strip()
    if value.startswith("# "):
        return f"{who}: {key}"
    shape = field.shape.shape if isinstance(field.shape, Variable) else field.shape
    if isinstance(shape, Text) and value[0] not in "\"'":
        value = _as_yaml(value)
    return f"{who}: {{{key}: {value}}}"


def _typed(hint: str, who: str, known: list[str]) -> str:
    """A hint of call scripts in the form of commands: without its braces, and with its `/`."""
    found = WRITE.match(hint)
    if found is None:
        return hint
    text = found[1]
    name, colon, rest = text.partition(": ")
    if colon and name in known:
        who, text = name, rest
    elif text in known:
        who, text = text, ""
    elif name == "TARGET":
        who, text = name, rest
    elif not who or (colon and not text.startswith("{")):
        return hint
    if text.startswith("{") and ", " not in text:
        key, _, value = text[1:-1].partition(": ")
        text = f"{key} {value.strip(chr(34))}"
    command = "/ask " + text.removeprefix("asks ") if text.startswith("asks ") else f"/{who} {text}".rstrip()
    return f"type `{command}`{hint[found.end() :]}"


def _words(written: Shape) -> tuple[str, ...]:
    """What may be said of somebody in one or two words."""
    scalar = written.scalar if isinstance(written, ByForm) else None
    shape = scalar.shape if isinstance(scalar, Variable) else scalar
    return tuple(word for word in shape.words if word != "calls") if isinstance(shape, Word) else ()


def _fields(written: Shape) -> dict[str, Field]:
    """What is said of somebody with a value: the first field of each form that it may have."""
    mapping = written.mapping if isinstance(written, ByForm) else None
    kinds = mapping.kinds if isinstance(mapping, ByKey) else ()
    return {kind.fields[0].key: kind.fields[0] for kind in kinds}
