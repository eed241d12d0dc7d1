"""Words for what people write in call scripts that is not there: which of the words that are there was meant.

The same reports as those of flows, with the names that a flow has: its targets, prompts and actions. Words of other
tools are in `synonyms.py`; a misspelling is found by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass

from msgspec.structs import replace

from flowc.diagnostics import Problems, Related, quoted
from flowc.ir import Flow, Secret, settings
from flowc.language.calls.events import AGENT, CALLER, DOES_NOT_ANSWER, FAILURES, HANGS_UP, NOTHING, TARGET, THEN
from flowc.language.calls.expectations import CALLER_HEARS, EXPECT, REFUSALS
from flowc.language.calls.grammar import ACCOUNT, STEP, STEPS, WAIT, WEBHOOK
from flowc.language.durations import milliseconds
from flowc.language.shapes import (
    ByForm,
    ByKey,
    ByType,
    Duration,
    Field,
    Integer,
    Number,
    OneKey,
    Record,
    Refused,
    Shape,
    Text,
    Variable,
    Word,
)
from flowc.nodes import Mapping, Node, Scalar, Sequence
from flowc.parse import suggestions
from flowc.parse.commas import Advice
from flowc.parse.key_errors import KeyErrors
from flowc.suggest import nearest
from flowc.testing.script.expectations import NOBODY, OUTCOMES
from flowc.testing.script.misplaced import fit, joined, of_list, within
from flowc.testing.script.synonyms import (
    FORMS,
    HEARD,
    KEYS,
    OF_A_CALL,
    OF_A_CONNECTION,
    OF_A_TARGET,
    OF_THE_AGENT,
    OF_THE_CALLER,
    STEPS_BY_OTHER_NAMES,
)
from flowc.testing.script.wording import shown

STEP_NAMES = tuple(field.key for field in STEP.fields if not field.planned)


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a flow has; parameters are those of all its actions, with the action that has each."""

    targets: tuple[str, ...]
    prompts: tuple[str, ...]
    actions: tuple[str, ...]
    parameters: ReadOnly[str, str]
    takes: ReadOnly[str, tuple[str, ...]]  # action -> its parameters
    settings: ReadOnly[str, str]  # -> `secrets` or `storage`


def known(flow: Flow) -> Known:
    return Known(
        tuple(target.name for target in flow.targets),
        tuple(prompt.name for prompt in flow.prompts),
        tuple(action.name for action in flow.actions),
        {parameter.name: action.name for action in flow.actions for parameter in action.parameters},
        {action.name: tuple(parameter.name for parameter in action.parameters) for action in flow.actions},
        {
            each.name: "secrets" if isinstance(each, Secret) else "storage"
            for each in settings(flow)
            if not isinstance(each, str)
        },
    )


_VALUES: tuple[tuple[Shape | None, ReadOnly[str, str]], ...] = (
    (TARGET, OF_A_TARGET),
    (CALLER, OF_THE_CALLER),
    (AGENT, OF_THE_AGENT),
    (WEBHOOK, {}),
    (CALLER_HEARS, HEARD),
    (EXPECT.by_key["call"].shape, OF_A_CALL),
    (EXPECT.by_key["agent"].shape, OF_A_CONNECTION),
)
_MANY = 4  # words, from which on they are not all in a message
_AFTER = re.compile(r"(.+?)(?: after|, after) (\S+)")
_FIRST_WORD = re.compile(r"(\w+)(?: (?:for )?(.*))?", re.DOTALL)


_KNOWN_HERE = "known here: "
_LONG = 60  # characters of a hint


class ScriptErrors(KeyErrors):
    """`names` are those of the flow; None if it cannot be read."""

    def __init__(self, problems: Problems, names: Known | None) -> None:
        super().__init__(problems)
        self.names = names
        self._who = "TARGET"  # the target of the step that is being looked at

    # Values

    def word(self, shape: Word, node: Node, key: Scalar | None) -> bool:
        if isinstance(node, Scalar) and node.value is None and len(shape.words) > _MANY and key is not None:
            return self.add(node, key, "FLOW103", f"{quoted(key.text)} has no value", _known(shape.words))
        if not isinstance(node, Scalar) or node.value is None or (not node.is_text and isinstance(node.value, bool)):
            return self.wrong_type(_listed(shape.words, " or "), node, key, self._meant(shape, node, key))
        if (later := _planned(shape, node.text, whole=True)) is not None:
            return self.refused(later, node)
        hint = self._meant(shape, node, key)
        if not hint and (later := _planned(shape, node.text)) is not None:
            return self.refused(later, node)
        if not hint and not self.problems.full and (found := nearest(node.text, shape.words)) is not None:
            hint = f"did you mean `{found}`?"
        name = quoted(key.text) if key is not None else "this"
        if len(shape.words) > _MANY:
            message = f"{name} cannot be {quoted(node.text)}"
            return self.add(node, key, "FLOW104", message, hint or _known(shape.words))
        message = f"{name} must be {_listed(shape.words, ' or ')}, not {quoted(node.text)}"
        return self.add(node, key, "FLOW104", message, hint)

    def _meant(self, shape: Word, node: Node, key: Scalar | None) -> str:
        """A hint for one word in place of another."""
        if not isinstance(node, Scalar):
            return ""
        text = node.text
        whole, words = next(((whole, words) for whole, words in _VALUES if _words(whole) is shape), (None, {}))
        if shape is _words(THEN):
            words = OF_A_TARGET
            if text == HANGS_UP:
                return f"write `answers`, and `{self._who}: {HANGS_UP}` as the next step"
            if text == DOES_NOT_ANSWER or DOES_NOT_ANSWER in words.get(text.lower(), ""):
                return self._rings_out()
        if whole is CALLER_HEARS and (found := self._heard(text)):
            return found
        if (hint := words.get(text.lower())) is not None:
            return hint
        if whole is WEBHOOK:
            return f"or write `{{fails: 503}}`, or `{{after: 3s}}`; `{DOES_NOT_ANSWER}` is without braces"
        if key is not None and key.text in ("agent told", "result"):
            return f"write `{{outcome: {text}}}`" if text in OUTCOMES else "write `{outcome: busy}`, or `nothing`"
        if key is not None and key.text == "posted":
            return "write `{action: NAME}`, or `nothing`"
        if whole is AGENT and self.names is not None and text in self.names.actions:
            return f"write `{{asks: {text}}}`"
        after = _AFTER.fullmatch(text)
        if whole is TARGET and after is not None and milliseconds(after[2]) is not None and after[1] in shape.words:
            return f"write `{{rings: {after[2]}, then: {after[1]}}}`"
        if whole in (TARGET, CALLER, AGENT) and re.search(",| and | then ", text):
            return f"write a step for each: `- {self._who if whole is TARGET else key.text if key else ''}: …`"
        form = _FIRST_WORD.fullmatch(text)
        mapping = whole.mapping if isinstance(whole, ByForm) else None
        if form is not None and isinstance(mapping, ByKey) and form[1] in mapping.by_key and form[1] in FORMS:
            return f"write {quoted(self._form(form[1], form[2] or ''))}"
        return words.get(form[1], "") if form is not None else ""

    def _rings_out(self) -> str:
        return f"write `{self._who}: {DOES_NOT_ANSWER}`: it rings for all of its `ring` in the flow, and time goes by"

    def _form(self, key: str, value: str) -> str:
        """A mapping for a key and its value that were written as words."""
        if not value:
            return FORMS[key]
        match key:
            case "rings":
                return f"{{rings: {value if milliseconds(value) is not None else '3s'}, then: answers}}"
            case "presses":
                return f'{{presses: "{value}"}}'
            case "calls":
                return f'{{calls: {{from: "{value.removeprefix("from ")}"}}}}' if value[:1] in "+f" else "calls"
            case "fails":
                return f"{{fails: {value}}}" if value.isdigit() else FORMS[key]
            case _:
                return f'{{{key}: "{value}"}}' if re.search("[^\\w ]", value) else f"{{{key}: {value}}}"

    def _heard(self, text: str) -> str:
        if self.names is None:
            return ""
        for kind, names in (("target", self.names.targets), ("prompt", self.names.prompts)):
            if text in names:
                return f"write {quoted(f'{{{kind}: {text}}}')}"
        if text in HEARD or nearest(text, _words(CALLER_HEARS).words):
            return ""
        found = nearest(text, (*self.names.targets, *self.names.prompts))
        kind = "target" if found in self.names.targets else "prompt"
        return f"did you mean `{{{kind}: {found}}}`?" if found else "write `{target: NAME}`, or `{prompt: NAME}`"

    def wrong_type(self, what: str, node: Node, key: Scalar | None, hint: str = "") -> bool:
        if what == STEP.what and isinstance(node, Scalar) and node.is_text:
            message = f"a step of a call must be `WHO: WHAT`, not text: {quoted(node.text)}"
            better = suggestions.whole_colon(node.text) or self._step_of(node.text)
            return self.add(node, key, "FLOW103", message, better or "write for example `wait: 3s`")
        if what == STEP.what and isinstance(node, Sequence):
            return self.add(
                node, key, "FLOW103", "a step of a call is no list", "take one `- ` out, or write `at once: […]`"
            )
        if key is not None and key.text == "expect" and isinstance(node, Scalar) and node.is_text:
            words = (field for field in EXPECT.fields if field.planned)
            later = next((each.shape for each in words if f"{node.text} ".startswith(f"{each.key} ")), None)
            if isinstance(later, Refused):
                return self.refused(later, node)
        if what.startswith(STEPS.what) and not isinstance(node, Sequence) and not (key and key.text == "at once"):
            hint = "begin each step with `- `: `- caller: calls`"
        better = self._instead(node, key) if key is not None and not (hint and isinstance(node, Sequence)) else ""
        return super().wrong_type(what, node, key, better or hint)

    def _instead(self, node: Node, key: Scalar) -> str:
        """A hint for a value that is a text in place of a mapping, or the like."""
        text = node.text if isinstance(node, Scalar) else ""
        if key.text.startswith("-"):
            return f"put a space behind the `-`: {quoted(f'- {key.text[1:]}: {text or chr(0x2026)}')}"
        match key.text, node:
            case "reply", Scalar():
                if text == NOTHING:
                    return "write `{ok: true}` or `{refused: CODE}`: there is a reply to every request"
                if text in REFUSALS:
                    return f"write `{{refused: {text}}}`"
                is_refusal = text in ("refused", "error", "false", "failed", "rejected", "denied")
                return "write `{refused: CODE}`" if is_refusal else "write `{ok: true}`"
            case "asks", Mapping() if len(node.entries) == 1:
                [(action, (_, given))] = node.entries.items()
                return f"write {quoted(f'{{asks: {action}, with: {shown(given)}}}')}"
            case "with", Scalar():
                return "write the parameters by their names: `{NAME: value}`"
            case "calls", Scalar() if text and not text[:1].isspace():
                number = quoted(f'{{calls: {{from: "{text}"}}}}')
                return f"write {number}" if text[0] in "+0123456789" else ""
            case "request", Scalar():
                return f"write {quoted(f'{{body: {shown(node)}}}')}"
            case "expect", Scalar():
                words = next((each for each in EXPECT.by_key if text.startswith(f"{each} ")), "")
                return f"write {quoted(f'{{{words}: {text[len(words) + 1 :]}}}')}" if words else "write `{call: ended}`"
            case "wait", Sequence():
                return (
                    f"write {quoted(f'wait: {shown(node.items[0])}')}" if len(node.items) == 1 else "write `wait: 3s`"
                )
            case "at once", Scalar():
                return self._step_of(text)
            case "at once", Mapping():
                steps = ", ".join(f"{name}: {shown(value)}" for name, (_, value) in node.entries.items())
                return f"write {quoted(f'[{steps}]')}"
            case "storage" | "secrets", Scalar() if text:
                return f"write {quoted(f'{{{text}: any text}}')}"
            case "account", Scalar():
                return "write `{storage: {NAME: any text}, secrets: {NAME: any text}}`"
            case "platform", Scalar():
                return "write `{agent: connects}`, or another of its keys"
            case "agent" | "request", Sequence() if whole := of_list(key, node):
                return f"write {quoted(whole, len(whole))}, without a list"
            case who, Sequence() if who in (self._who, "caller", "agent") and node.items:
                return f"write a step for each: {quoted(f'- {who}: {shown(node.items[0])}')}"
            case "says", Sequence() if node.items:
                return f"write a step for each: {quoted(f'- agent: {{says: {shown(node.items[0])}}}')}"
            case _, Sequence() if len(node.items) == 1 and isinstance(node.items[0], Scalar):
                return f"write {quoted(shown(node.items[0]))}, without a list"
            case "rows", Mapping():
                return "write a list, a row behind each `- `: `- {name: value}`"
            case "rows", Scalar():
                return f"write a name with it: {quoted(f'{{name: {text}}}')}"
            case "caller_ids", Scalar():
                return f"write {quoted(f'[{shown(node)}]')}"
        return ""

    def _step_of(self, text: str) -> str:
        """A hint for a step that lacks its colon."""
        names = (*STEP_NAMES, *(self.names.targets if self.names is not None else ()))
        who = next((each for each in names if text.startswith(f"{each} ")), "")
        if who:
            return f"put a colon behind {quoted(who)}: {quoted(f'{who}: {text[len(who) + 1 :]}')}"
        return STEPS_BY_OTHER_NAMES.get(text, "")

    def number(self, shape: Integer | Number, node: Node, key: Scalar | None) -> bool:
        if key is None or not isinstance(node, Scalar) or not node.is_text or re.fullmatch("-?[0-9.]+", node.text):
            return super().number(shape, node, key)
        hint = ""
        if key.text == "fails":
            word = OF_A_TARGET.get(node.text.lower(), "")
            hint = f"{word}, without `fails`" if word.startswith("write `") else "write a code: `503`"
        elif key.text == "webhook":
            hint = "write the code that webhooks answer: `500`"
        return super().wrong_type("a whole number", node, key, hint)

    def text(self, shape: Text, node: Node, key: Scalar | None) -> bool:
        if key is not None and key.text == "presses" and isinstance(node, Scalar) and node.value is None:
            return self.add(node, key, "FLOW103", "`presses` has no value", 'write keys in quotes: `"1"`, `"#"`')
        if key is not None and key.text == "method" and isinstance(node, Scalar) and shape.fits(node.text.upper()):
            return self.add(
                node, key, "FLOW104", f"{quoted(node.text)} is not {shape.what}", f"write `{node.text.upper()}`"
            )
        return super().text(shape, node, key)

    def duration(self, shape: Duration, node: Node, key: Scalar | None) -> bool:
        text = node.text if isinstance(node, Scalar) else ""
        hint = ""
        if text.startswith("for ") and milliseconds(text[4:]) is not None:
            hint = f"write `{text[4:]}`"
        elif text.startswith("until"):
            hint = "write `{until: {ringing: NAME}}`, with anything that `expect` takes"
        elif re.fullmatch(r"\$\w+", text):
            hint = f'write `"${{{text[1:]}}}"`'
        if not hint:
            return super().duration(shape, node, key)
        return self.add(node, key, "FLOW104", f"{quoted(text)} is not a duration", hint)

    # Keys

    def unknown_key(self, key: Scalar, node: Mapping, shape: Record, union: ByKey | ByType | None) -> str:
        name = key.text
        if name == "<<" or self.problems.full:
            return super().unknown_key(key, node, shape, union)
        if instead := self.without_colon(key, node, shape):
            return instead
        if self.torn_by_comma(key, node, shape):
            return ""
        message = f"unknown key {quoted(name)} in {shape.what}"
        if shape is WAIT.mapping:
            self.add(key, None, "FLOW101", message, "write how long, `wait: 3s`, or for what: `wait: {until: {…}}`")
            return "until"
        if shape is THEN.mapping:
            hint = "write `answers`, or how it fails; what follows is a step of its own"
            self.add(key, None, "FLOW104", f"{quoted(name)} is nothing that a target does then", hint)
            return "fails"
        other = KEYS.get(shape.what, {}).get(name)
        if other is not None and other not in node.entries:
            self.add(key, None, "FLOW101", message, f"did you mean `{other}`?")
            return other
        if name.startswith("not ") and shape is EXPECT and name[4:] in shape.by_key:
            self.add(key, None, "FLOW101", message, f"write what is there instead: `{name[4:]}: …`")
            return ""
        if shape is ACCOUNT and self.names is not None and name in self.names.settings:
            where = self.names.settings[name]
            said = f"{quoted(name)} belongs under `{where}`, one level further in"
            self.add(key, None, "FLOW101", said, f"write `{where}: {{{name}: …}}`")
            return ""
        if shape.what == "what was posted" and self.names is not None and name in self.names.parameters:
            said = f"{quoted(name)} belongs under `parameters`, one level further in"
            self.add(key, None, "FLOW101", said, f"write `parameters: {{{name}: …}}`")
            return ""
        if shape.what == "a request of the agent" and self.names is not None and name in self.names.parameters:
            said = f"{quoted(name)} belongs under `with`, one level further in"
            self.add(key, None, "FLOW101", said, f"write `with: {{{name}: …}}`")
            return "with"
        meant = super().unknown_key(key, node, shape, union)
        last = self.problems.found[-1] if self.problems.found else None
        if shape is EXPECT and last is not None and last.message == message and not last.hint:
            # They are too many to be listed otherwise, and there is no shorter way to say what can be expected.
            self.problems.found[-1] = replace(last, hint=_known(each.key for each in EXPECT.fields if not each.planned))
        return meant

    def is_key(self, name: str, shape: Record) -> bool:
        names = self.names
        return (
            super().is_key(name, shape)
            or name in KEYS.get(shape.what, {})
            or (name.startswith("not ") and shape is EXPECT)
            or (names is not None and (name in names.parameters or name in names.settings))
        )

    def instead_of_pieces(
        self, name: Scalar, value: Shape | None, whole: str, parts: list[str], is_plain: bool
    ) -> Advice:
        """Names of a flow have no commas, and what is asked for is asked with values."""
        message = f"a `,` ends a value in braces: {quoted(name.text)} has one value, and {quoted(whole)} is none"
        first, *others = parts
        match name.text:
            case "asks":
                return self._asked_with(first, others)
            case "fails":
                alone = f"write `{first}` alone" if first.isdecimal() else "write a code of SIP alone: `503`"
                return Advice(message, f"{alone}; without `fails`, there is {_listed(FAILURES, ', ')}")
            case "outcome":
                return Advice(message, _known((*OUTCOMES, NOTHING)))
            case "caller with" if self.names is not None:
                return Advice(message, _known(("agent", NOBODY, *self.names.targets)))
            case "target" if self.names is not None:
                return Advice(message, _known(self.names.targets))
            case "prompt" | "say" if self.names is not None:
                return Advice(message, _known(self.names.prompts))
            case "action" if self.names is not None:
                return Advice(message, _known(self.names.actions))
        return super().instead_of_pieces(name, value, whole, parts, is_plain)

    def _asked_with(self, action: str, others: list[str]) -> Advice:
        takes = self.names.takes.get(action, ()) if self.names is not None else ()
        values = ", ".join(f"{each}: …" for each in others if each in takes) or ", ".join(
            f"{each}: …" for each in takes
        )
        message = f"{quoted(others[0])} has no place here: what an action is asked with stands under `with`"
        if self.names is not None and action in self.names.actions and not takes:
            return Advice(
                f"{quoted(others[0])} has no place here: action {quoted(action)} has no parameters", "remove it"
            )
        return Advice(message, f"write {quoted(f'with: {{{values or chr(0x2026)}}}', 200)}")

    def no_single_kind(self, shape: ByKey, node: Mapping, key: Scalar | None, found: list[Scalar]) -> bool:
        if not found and not self.problems.full:
            for name, _ in node.entries.values():
                if self._is_a_word(shape, name):
                    return False
        return super().no_single_kind(shape, node, key, found)

    def exclude(self, shape: ByKey, first: Scalar, second: Scalar) -> None:
        if shape is not TARGET.mapping:
            super().exclude(shape, first, second)
            return
        message = f"{quoted(second.text)} and {quoted(first.text)} exclude each other in {shape.what}"
        hint = f"write `- {self._who}: {second.text}` as a step of its own, or keep one of them"
        if {first.text, second.text} <= {"fails", *FAILURES}:
            hint = "keep one of them"
        elif first.text == "rings" and second.text in _words(THEN).words:
            hint = f"write `then: {second.text}`, or a step of its own"
        self.problems.add(second.span, "FLOW106", message, hint, (Related(first.span, "the other one"),))

    def _is_a_word(self, shape: ByKey, name: Scalar) -> bool:
        """Whether the key of a mapping is a word that is planned, or another word for one that is there; says so."""
        whole, words = next(
            ((whole, words) for whole, words in _VALUES if isinstance(whole, ByForm) and whole.mapping is shape),
            (None, {}),
        )
        if whole is None:
            return False
        later = next((each.shape for each in _words(whole).later if each.key == name.text), None)
        if isinstance(later, Refused):
            self.refused(later, name)
            return True
        hint = self._heard(name.text) if whole is CALLER_HEARS else words.get(name.text.lower(), "")
        if whole is AGENT and self.names is not None and name.text in self.names.actions:
            hint = f"write `{{asks: {name.text}, with: {{…}}}}`"
        if hint:
            self.add(name, None, "FLOW101", f"unknown key {quoted(name.text)} in {shape.what}", hint)
        return bool(hint)

    def missing_key(self, field: Field, shape: Record, node: Mapping, key: Scalar | None) -> None:
        if field.key == "then" and key is not None:
            message = f"{quoted(key.text)} has no `then`"
            hint = f"add `then: answers`, or how it fails; or {self._rings_out()}"
            self.problems.add(key.span, "FLOW102", message, hint)
            return
        super().missing_key(field, shape, node, key)

    def no_single_key(self, shape: OneKey, node: Mapping, key: Scalar | None) -> bool:
        names = list(node.entries.values())
        if len(names) > 1:
            (first, inside), (second, _) = names[:2]
            is_empty = isinstance(inside, Scalar) and inside.value is None
            is_step = second.text in STEP.by_key or (self.names is not None and second.text in self.names.targets)
            parts = [entry for entry in names[1:] if entry[0].text in within(first.text)]
            if second.text in within(first.text) and (is_empty or (not is_step and fit(first, inside, parts))):
                self._outside(first, inside, parts)
                return False
        return super().no_single_key(shape, node, key)

    def _outside(self, step: Scalar, inside: Node, others: list[tuple[Scalar, Node]]) -> None:
        """Keys beside a step that belong inside it."""
        key = others[0][0]
        hint = f"indent it further than {quoted(step.text)}"
        if isinstance(inside, Mapping) and not inside.flow_style and inside.entries:
            hint = f"indent it as far as {quoted(next(iter(inside.entries)))}"
        elif not isinstance(inside, Scalar) or inside.value is not None:
            whole = joined(step, inside, others)
            hint = f"write {quoted(whole, len(whole))}" if whole else "put it into the braces"
        message = f"{quoted(key.text)} belongs under {quoted(step.text)}, one level further in"
        self.problems.add(key.span, "FLOW101", message, hint, (Related(step.span, "under this"),))

    def no_such_name(self, shape: OneKey, name: Scalar, value: Node) -> bool:
        text = self._who = name.text
        if "${" in text or (self.names is not None and text in self.names.targets):
            return False
        hint = STEPS_BY_OTHER_NAMES.get(text, "")
        if self.names is None and not hint:
            return False
        if self.problems.full:
            return True
        if hint == STEPS_BY_OTHER_NAMES["sleep"] and isinstance(value, Scalar) and milliseconds(value.text) is not None:
            hint = f"write `wait: {value.text}`"
        names = (*(self.names.targets if self.names is not None else ()), *STEP_NAMES)
        if not hint:
            found = nearest(text, names)
            hint = f"did you mean `{found}`?" if found else _known(names)
        message = f"the flow has no target {quoted(text)}, and there is no such step"
        self.add(name, None, "FLOW201", message, hint)
        return True


def listed_once(problems: Problems) -> None:
    """Of hints that list what is known, the same list only once."""
    first: dict[str, int] = {}
    for number in sorted(range(len(problems.found)), key=lambda each: problems.found[each].span):
        found = problems.found[number]
        if found.hint in first:
            hint = f"what is known here is listed at line {first[found.hint]}"
            problems.found[number] = replace(found, hint=hint)
        elif found.hint.startswith(_KNOWN_HERE) and len(found.hint) > _LONG:
            first[found.hint] = found.span.line


def _planned(shape: Word, text: str, whole: bool = False) -> Refused | None:
    """What is planned that a text asks for, by its name or, unless that has to be the whole, by what it begins with."""
    way = TARGET if shape is _words(THEN) else next((each for each, _ in _VALUES if _words(each) is shape), None)
    kinds = way.mapping.kinds if isinstance(way, ByForm) and isinstance(way.mapping, ByKey) else ()
    fields = [*shape.later, *(_words(way).later if way is not None else ())]
    fields += [kind for kind in kinds if isinstance(kind, Field)]
    for field in fields:
        is_meant = text == field.key or (not whole and text.startswith(f"{field.key} "))
        if is_meant and isinstance(field.shape, Refused) and field.planned:
            return field.shape
    return None


def _words(shape: Shape | None) -> Word:
    """The words of a shape that has some."""
    while isinstance(shape, Variable | ByForm):
        shape = shape.shape if isinstance(shape, Variable) else shape.scalar
    assert isinstance(shape, Word)
    return shape


def _listed(words: Iterable[str], between: str) -> str:
    return between.join(f"`{word}`" for word in words)


def _known(words: Iterable[str]) -> str:
    return _KNOWN_HERE + _listed(words, ", ")
