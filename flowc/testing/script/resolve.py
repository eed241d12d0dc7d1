"""Makes scripts that can be played of the tree of a file and of its flow: every name is looked up.

A step that is broken has been reported and is left out; a file with problems is never played. What is expected is
looked at in `expected.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as ReadOnly
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, cast

from flowc.diagnostics import Diagnostic, Related, quoted
from flowc.ir import Action, Flow, Secret, Setting, SipTarget, Storage, UserTarget, settings, settings_of
from flowc.language.calls.events import (
    ANSWERS,
    ANSWERS_AS_A_MACHINE,
    AS_A_MACHINE,
    DOES_NOT_ANSWER,
    FAILURES,
    HOLDS,
    NOTHING,
    RESUMES,
    TRANSFERS_TO,
    WITHHELD,
)
from flowc.language.calls.grammar import ACCOUNT
from flowc.language.durations import milliseconds
from flowc.language.secrets import looks_secret
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence, pairs
from flowc.opening_hours import is_skipped, only_zone
from flowc.parse.commas import in_quotes, text_around
from flowc.simulator.options import HTTP_MS
from flowc.source import Span
from flowc.suggest import did_you_mean, nearest
from flowc.testing.account import described, is_given, needed, value_of
from flowc.testing.result import Place
from flowc.testing.script.arguments import complaints
from flowc.testing.script.errors import STEP_NAMES, known, listed_once
from flowc.testing.script.expectations import ExpectationReader
from flowc.testing.script.model import (
    Account,
    AgentDoes,
    Answers,
    Asks,
    AtOnce,
    Call,
    CallerHangsUp,
    Calls,
    DoesNotAnswer,
    Event,
    Expect,
    Fails,
    HangsUp,
    Holds,
    Presses,
    Request,
    Rings,
    Says,
    Single,
    Step,
    TransfersTo,
    Wait,
    WebhookDoes,
)
from flowc.testing.script.parse import CallRows, Outline, hold
from flowc.testing.script.wording import plain, shown, written

WORDS = (*STEP_NAMES, "outbound", "nobody", NOTHING)
FROM, TO = "+15550000001", "+15550000002"
ANONYMOUS = "anonymous"
"""What arrives from a caller whose number is withheld."""


def scripts(outline: Outline, flow: Flow) -> tuple[Call, ...]:
    """The calls of a file, a table's once a row, in the order of the file. It is held against the language first."""
    hold(outline, known(flow))
    calls = _Reader(outline, flow).calls()
    listed_once(outline.problems)
    return calls


class _Reader:
    def __init__(self, outline: Outline, flow: Flow) -> None:
        self.outline = outline
        self.flow = flow
        self.problems = outline.problems
        self.targets = {target.name: target for target in flow.targets}
        self.actions = {action.name: action for action in flow.actions}
        self.expectations = ExpectationReader(flow, self.problems)
        self.empty: set[Setting] = set()  # of which it has been said that the account has them as an empty text
        self.lacking: dict[Setting, str] = {}  # what calls need and the account does not have, with an example
        self.said: set[Diagnostic] = set()  # of calls that have been looked at
        self.meant: set[str] = set()  # the names that were meant by others, of which that has been said
        self.is_account_whole = True  # whether all of what a call's account has could be read
        read = list(settings(flow))
        self.read: ReadOnly[str, ReadOnly[str, None]] = {  # the names of what the flow reads, by where it is kept
            "storage": dict.fromkeys(sorted(one.name for one in read if isinstance(one, Storage))),
            "secrets": dict.fromkeys(sorted(one.name for one in read if isinstance(one, Secret))),
        }
        for each in (*flow.targets, *(prompt for prompt in flow.prompts if prompt.name == NOTHING)):
            if each.name in WORDS:
                message = f"the flow has a target or a prompt `{each.name}`, which is a word of call scripts"
                related = (Related(each.span, "this one", flow.path),)
                self.problems.add(outline.flow_span, "FLOW505", message, "give it another name in the flow", related)

    def calls(self) -> tuple[Call, ...]:
        root = self.outline.root
        if root is None:
            return ()
        is_whole = _is_account_whole(root)
        account, platform = self._account(root.mapping("account")), self._platform(root.mapping("platform"))
        webhooks = self._webhooks(root.mapping("webhooks"))
        clock = root.scalar("clock")
        begins = None if clock is None else self._begins(clock)
        found: list[Call] = []
        for played in self.outline.calls:
            found += self._call(played, account, is_whole, platform, webhooks, begins)
        self._check_lacking(root)
        return tuple(found)

    def _check_lacking(self, root: Mapping) -> None:
        """What the account lacks, once for all calls: a call would fail with what follows from it."""
        lacking = {each: example for each, example in self.lacking.items() if _name(each) not in self.meant}
        if not lacking:
            return
        storage = {_name(each): value for each, value in lacking.items() if isinstance(each, Storage)}
        secrets = {_name(each): value for each, value in lacking.items() if isinstance(each, Secret)}
        parts = [f"{key}: {_typed(values)}" for key, values in (("storage", storage), ("secrets", secrets)) if values]
        key = root.key("account")
        message = f"the account lacks what these calls read: {', '.join(map(described, lacking))}"
        added = ", ".join(parts)
        how = f"write `account: {{{added}}}`" if key is None else f"add `{added}` here"
        hint = f'{how}; what is missing on purpose is `""`'
        self.problems.add(self.outline.flow_span if key is None else key.span, "FLOW504", message, hint)

    def _begins(self, node: Scalar) -> datetime | None:
        """When a call begins; None if that cannot be, which is said."""
        hours, written = self.flow.hours, node.text
        if not hours:
            message = "this flow has no `hours`, so it does not matter when a call begins"
            self.problems.add_once(node.span, "FLOW504", message, "take `clock` out")
            return None
        try:
            begins = datetime.fromisoformat(written)
        except ValueError:
            self.problems.add_once(node.span, "FLOW504", f"there is no {quoted(written)}: no such day", "correct it")
            return None
        if begins.tzinfo is not None:
            return begins
        zone = only_zone(hours)
        if zone is None:
            message = "the flow has hours in several time zones, and it is not known which of them this is in"
            self.problems.add_once(node.span, "FLOW504", message, f"write it with an offset: `{written}Z`")
            return None
        begins = begins.replace(tzinfo=zone)
        if is_skipped(begins):
            message = f"{quoted(written)} does not exist in {zone.key}: the clocks are put forward over it"
            self.problems.add_once(node.span, "FLOW504", message, "write a time before or after that")
            return None
        return begins

    def _call(
        self,
        played: CallRows,
        account: Account,
        is_whole: bool,
        platform: ReadOnly[str, Any],
        webhooks: ReadOnly[str, WebhookDoes],
        default: datetime | None,
    ) -> list[Call]:
        found: list[Call] = []
        for turn in played.turns:
            if self.problems.full:
                break
            name = f"{played.name.text} [{turn.label}]" if turn.label else played.name.text
            before = len(self.problems)
            own = account.with_(self._account(turn.mapping("account")))
            behaves = {**platform, **self._platform(turn.mapping("platform"))}
            answer = {**webhooks, **self._webhooks(turn.mapping("webhooks"))}
            self.is_account_whole = is_whole and _is_account_whole(turn.node)
            place = Place(self.outline.source.path, turn.span)
            steps = self._steps(turn.steps, own)
            for setting, example in needed(self.flow, self.targets, steps).items() if self.is_account_whole else ():
                if not is_given(setting, own):
                    self.lacking.setdefault(setting, example)
            clock = turn.node.scalar("clock") if isinstance(turn.node, Mapping) else None
            begins = default if clock is None else self._begins(clock)
            found.append(Call(name, place, steps, own, behaves, answer, begins))
            turn.origins.correct(self.problems, before)
            self._say_once(before)
        return found

    def _say_once(self, before: int) -> None:
        """Every row finds the same in the same steps, and there is a limit to what is said of a file."""
        found = [each for each in self.problems.found[before:] if each not in self.said]
        self.said.update(found)
        self.problems.found[before:] = found

    def _account(self, node: Mapping | None) -> Account:
        if node is None:
            return Account()
        return Account(
            self._entries(node, "storage", "secrets"),
            self._entries(node, "secrets", "storage"),
            tuple(plain(node.get("caller_ids")) or ()),
        )

    def _entries(self, node: Mapping | None, key: str, other: str) -> dict[str, str]:
        found: dict[str, str] = {}
        read = self.read[key]
        for name, value in pairs(node.mapping(key) if node is not None else None):
            if not isinstance(value, Scalar):
                continue
            if name.text not in read and not self.problems.full:
                what = "storage entry" if key == "storage" else "secret"
                hint = did_you_mean(name.text, read)
                if name.text in self.read[other]:
                    hint = f"the flow reads it from the {other}: write it under `{other}`"
                self.meant.update((name.text, nearest(name.text, read) or ""))
                self.problems.add(name.span, "FLOW201", f"the flow reads no {what} {quoted(name.text)}", hint)
            if looks_secret(value.text):
                message = f"{quoted(name.text)} looks like a real secret"
                self.problems.add(value.span, "FLOW108", message, "write any other text: nothing is called for real")
            found[name.text] = value.text
        return found

    def _platform(self, node: Mapping | None) -> dict[str, Any]:
        read = self.read["storage"]
        for name, _ in pairs(node.mapping("storage") if node is not None else None):
            if name.text not in read and not self.problems.full:
                message = f"the flow reads no storage entry {quoted(name.text)}"
                self.problems.add(name.span, "FLOW201", message, did_you_mean(name.text, read))
        return {name.text: plain(value) for name, value in pairs(node) if not isinstance(value, Broken)}

    def _webhooks(self, node: Mapping | None) -> dict[str, WebhookDoes]:
        found = {}
        for name, value in pairs(node):
            if not self.expectations.is_webhook(name) or isinstance(value, Broken):
                continue
            if isinstance(value, Mapping) and not value.entries:
                message = f"nothing is said of {quoted(name.text)}"
                self.problems.add(name.span, "FLOW105", message, "write `fails: 500`, or `after: 3s`")
            found[name.text] = _webhook(value)
        return found

    # Steps

    def _steps(self, node: Node | None, account: Account) -> tuple[Step, ...]:
        found: list[Step] = []
        has_called = False
        items = node.items if isinstance(node, Sequence) else []
        for index, item in enumerate(items):
            if self.problems.full:
                break
            if not isinstance(item, Mapping) or len(item.entries) != 1:
                continue
            [(key, value)] = item.entries.values()
            events = self._events(key, value, account)
            comes_in = any(isinstance(event, Calls) for event in events)
            if index == 0 and events and not comes_in:
                self.problems.add(key.span, "FLOW504", "nobody has called yet", "a call begins with `caller: calls`")
            elif has_called and comes_in:
                self.problems.add(key.span, "FLOW504", "the call has come in before", "write a call of its own")
            has_called |= comes_in
            span = Span(*key.span[:2], *(value.span[2:] if _ends_later(key, value) else key.span[2:]))
            found.append(Step(f"{key.text}: {shown(value)}", Place(self.outline.source.path, span), events))
        return tuple(found)

    def _events(self, key: Scalar, value: Node, account: Account) -> tuple[Event, ...]:
        if key.text == "at once":
            return self._at_once(key, value, account)
        return self._single(key, value, account)

    def _at_once(self, key: Scalar, value: Node, account: Account) -> tuple[Event, ...]:
        items = value.items if isinstance(value, Sequence) else []
        is_alone = isinstance(value, Sequence) and len(items) == 1
        found: list[Single] = []
        for item in items:
            if not isinstance(item, Mapping) or len(item.entries) != 1:
                continue
            [(name, what)] = item.entries.values()
            events = () if name.text == "at once" else self._single(name, what, account)
            takes_time = name.text == "at once" or any(_needs_time(event) for event in events)
            if is_alone:
                second = "" if takes_time else "a second step, or "
                message = "one step alone is at once by itself"
                self.problems.add(key.span, "FLOW105", message, f"write {second}the step without `at once`")
            elif takes_time:
                message = f"{quoted(f'{name.text}: {shown(what)}')} is not something that happens in an instant"
                self.problems.add(name.span, "FLOW504", message, "write it before or behind `at once`, as a step")
            found += events
        return (AtOnce(tuple(found)),) if found else ()

    def _single(self, key: Scalar, value: Node, account: Account) -> tuple[Single, ...]:
        if isinstance(value, Broken):
            return ()
        match key.text:
            case "caller":
                return self._caller(value)
            case "agent":
                return self._agent(value)
            case "request":
                return self._request(value)
            case "wait" if isinstance(value, Mapping):
                return self.expectations.until(key, value)
            case "wait":
                return (Wait(_milliseconds(value)),)
            case "expect":
                return self.expectations.read(key, value)
            case _:
                return self._target(key, value, account)

    def _caller(self, value: Node) -> tuple[Single, ...]:
        if isinstance(value, Scalar):
            return (Calls(FROM, TO),) if value.text == "calls" else (CallerHangsUp(),)
        if not isinstance(value, Mapping):
            return ()
        if digits := value.scalar("presses"):
            return (Presses(None, digits.text),)
        numbers = value.mapping("calls")
        if numbers is None:
            return ()
        caller, called = numbers.scalar("from"), numbers.scalar("to")
        number = caller.text if caller else FROM
        over = numbers.scalar("over")
        over_sip = over is not None and over.text == "sip"
        return (Calls(ANONYMOUS if number == WITHHELD else number, called.text if called else TO, over_sip),)

    def _agent(self, value: Node) -> tuple[Single, ...]:
        if isinstance(value, Scalar):
            return (AgentDoes("is lost" if value.text == "is lost" else "is interrupted"),)
        if not isinstance(value, Mapping):
            return ()
        if says := value.scalar("says"):
            return (Says(says.text),)
        asks = value.scalar("asks")
        if asks is None:
            return ()
        action = self.actions.get(asks.text)
        if action is None:
            hint = did_you_mean(asks.text, self.actions)
            self.problems.add(asks.span, "FLOW201", f"the flow has no action {quoted(asks.text)}", hint)
            return ()
        if not value.is_broken("with"):
            self._check_values(action, asks, value.mapping("with"))
        id = value.scalar("id")
        return (Asks(action.name, plain(value.mapping("with")) or {}, id.text if id else None),)

    def _check_values(self, action: Action, asks: Scalar, given: Mapping | None) -> None:
        """What the agent's tools would not let through themselves."""
        nodes = {name.text: (name, value) for name, value in pairs(given)}
        values = {name: plain(value) for name, (_, value) in nodes.items() if not isinstance(value, Broken)}
        types = {parameter.name: parameter.type for parameter in action.parameters}
        known = list(types)
        meant = {nearest(name, known) for name in nodes if name not in known}
        for complaint in complaints(action, values):
            if self.problems.full:
                return
            name = complaint.parameter
            match complaint.what:
                case "unknown":
                    hint = did_you_mean(name, known)
                    if given is not None and not name.isidentifier() and (text := text_around(given, name)):
                        hint = f"if it belongs to the text before it, {in_quotes(text)}"
                    message = f"action `{action.name}` has no parameter {quoted(name)}"
                    self.problems.add(nodes[name][0].span, "FLOW201", message, hint)
                case "value":
                    hint = "the agent's tools would not post it; what somebody else posts is a `request`"
                    given_as = nodes[name][1]
                    if types[name] == "string" and isinstance(given_as, Scalar) and not given_as.is_text:
                        hint = f'put quotes around it: "{given_as.text[:60]}"'
                    self.problems.add(nodes[name][1].span, "FLOW104", f"{quoted(name)} {complaint.told}", hint)
                case "missing" if name not in nodes and name not in meant:
                    span = asks.span if given is None else given.span
                    message = f"action `{action.name}` needs `{name}`"
                    self.problems.add(span, "FLOW102", message, f"add `with: {{{name}: …}}`")

    def _request(self, value: Node) -> tuple[Single, ...]:
        if not isinstance(value, Mapping):
            return ()
        body, method, token = value.get("body"), value.scalar("method"), value.scalar("token")
        text = body.text if isinstance(body, Scalar) else json.dumps(plain(body), ensure_ascii=False)
        headers = {name.text: each.text for name, each in pairs(value.mapping("headers")) if isinstance(each, Scalar)}
        sent = cast(Literal["right", "wrong", "none"], token.text if token else "right")
        return (Request(text, method.text if method else "POST", sent, headers),)

    # Targets

    def _target(self, key: Scalar, value: Node, account: Account) -> tuple[Single, ...]:
        name = key.text
        target = self.targets.get(name)
        if target is None:
            hint = did_you_mean(name, [*self.targets, *STEP_NAMES])
            self.problems.add(key.span, "FLOW201", f"the flow has no target {quoted(name)}", hint)
            return ()
        for setting in settings_of(target) if self.is_account_whole else ():
            if is_given(setting, account) and not value_of(setting, account) and setting not in self.empty:
                self.empty.add(setting)
                message = f"`{name}` cannot be called: the account has an empty {described(setting)}"
                self.problems.add(key.span, "FLOW504", message, "write a number under `account`, or take out this step")
        if not self._may_be_a_machine(key, value):
            return ()
        if isinstance(value, Scalar):
            if value.text in (HOLDS, RESUMES):
                return (Holds(name, value.text == RESUMES),) if self._has_keys(key, value.text) else ()
            return (_does(name, value.text),)
        if not isinstance(value, Mapping):
            return ()
        if digits := value.scalar("presses"):
            return (Presses(name, digits.text),)
        if to := value.scalar(TRANSFERS_TO):
            return (TransfersTo(name, to.text),) if self._has_keys(key, TRANSFERS_TO) else ()
        if ANSWERS in value.entries:
            return (_answers(name, value),)
        if "rings" not in value.entries:
            return (Fails(name, _code(value)),)
        then = value.get("then")
        rings = Rings(name, _milliseconds(value.get("rings")))
        given = value.scalar("rings")
        if given is not None and rings.ms > target.ring_ms:
            message = (
                f"`{name}` does not ring for {quoted(given.text)}: its `ring` in the flow is {written(target.ring_ms)}"
            )
            hint = f"write less, or `{name}: {DOES_NOT_ANSWER}`"
            related = (Related(target.span, "this target", self.flow.path),)
            self.problems.add(given.span, "FLOW504", message, hint, related)
        if isinstance(then, Scalar):
            return (rings, _does(name, then.text))
        return (rings, Fails(name, _code(then)))

    def _may_be_a_machine(self, key: Scalar, value: Node) -> bool:
        """Whether what is said of a machine can make a difference to the flow."""
        then = value.get("then") if isinstance(value, Mapping) else value
        answer = value if isinstance(value, Mapping) and ANSWERS in value.entries else None
        is_machine = isinstance(then, Scalar) and then.text == ANSWERS_AS_A_MACHINE
        machine = self.targets[key.text].machine
        if machine is None and (is_machine or answer is not None):
            message = f"the flow does not ask whether a machine answers at {quoted(key.text)}"
            hint = f"write `{key.text}: answers`: whoever does is taken for a person; or give the target `machine`"
            self.problems.add(key.span, "FLOW504", message, hint)
            return False
        if answer is not None and machine is not None and machine.message is None and "beep" in answer.entries:
            message = f"nobody waits for the beep of {quoted(key.text)}: it is left no message"
            self.problems.add(answer.entries["beep"][0].span, "FLOW504", message, "take it out")
            return False
        return True

    def _has_keys(self, key: Scalar, word: str) -> bool:
        """Whether the platform learns of such a key of the target's phone."""
        if isinstance(self.targets[key.text], SipTarget | UserTarget):
            return True
        message = f"{quoted(key.text)} is no SIP phone and no app: the platform learns nothing there of {quoted(word)}"
        self.problems.add(key.span, "FLOW504", message, "take it out: whoever has answered is on the line, and heard")
        return False


def _is_account_whole(node: Node | None) -> bool:
    """Whether nothing of the `account` in it has been refused."""
    if not isinstance(node, Mapping):
        return True
    account = node.mapping("account")
    if account is None:
        return not node.is_broken("account")
    if account.entries.keys() - ACCOUNT.by_key.keys():
        return False
    values = [each for key in ("storage", "secrets") for _, each in pairs(account.mapping(key))]
    return not any(isinstance(each, Broken) for each in (*values, *(each for _, each in pairs(account))))


def _name(setting: Setting) -> str:
    return setting if isinstance(setting, str) else setting.name


def _typed(values: ReadOnly[str, str]) -> str:
    return f"{{{', '.join(f'{name}: {json.dumps(value)}' for name, value in values.items())}}}"


def _needs_time(event: Single) -> bool:
    """Whether time goes by, or the call is looked at as it is between two instants."""
    return isinstance(event, Calls | Wait | Expect | DoesNotAnswer) or (isinstance(event, Rings) and event.ms > 0)


def _does(target: str, word: str) -> Single:
    if word in FAILURES:
        return Fails(target, FAILURES[word])
    match word:
        case "rings":
            return Rings(target)
        case "answers":
            return Answers(target)
        case word if word == ANSWERS_AS_A_MACHINE:
            return Answers(target, is_machine=True)
        case word if word == DOES_NOT_ANSWER:
            return DoesNotAnswer(target)
        case _:
            return HangsUp(target)


def _answers(target: str, node: Mapping) -> Answers:
    who, detection, after, beep = (node.scalar(key) for key in (ANSWERS, "detection", "after", "beep"))
    found = Answers(target, is_machine=who is not None and who.text == AS_A_MACHINE)
    if detection is not None:
        found = replace(found, detection=detection.text)
    if after is not None:
        found = replace(found, found_ms=_milliseconds(after))
    if beep is None:
        return found
    return replace(found, beep="fails" if beep.text == "fails" else milliseconds(beep.text))


def _code(node: Node | None) -> int:
    code = plain(node.get("fails")) if isinstance(node, Mapping) else None
    return int(code) if isinstance(code, int | float) else 0


def _milliseconds(node: Node | None) -> int:
    return (milliseconds(node.text) if isinstance(node, Scalar) else None) or 0


def _ends_later(key: Scalar, value: Node) -> bool:
    return value.span.end_line == key.span.line and value.span[2:] > key.span[2:]


def _webhook(node: Node) -> WebhookDoes:
    if not isinstance(node, Mapping):
        return WebhookDoes(None)
    code, after = plain(node.get("fails")), node.scalar("after")
    lasting = None if after is None else milliseconds(after.text)
    return WebhookDoes(200 if code is None else code, HTTP_MS if lasting is None else lasting)
