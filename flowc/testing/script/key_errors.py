"""Words for keys of call scripts that are not there, or stand in the wrong place: which ones were meant, and where.

As `parse/key_errors.py` adds to `parse/value_errors.py`, this adds to `value_errors.py` beside it.
"""

from __future__ import annotations

from flowc.diagnostics import Related, quoted
from flowc.language.calls.events import AGENT, DOES_NOT_ANSWER, FAILURES, NOTHING, TARGET, THEN
from flowc.language.calls.expectations import CALLER_HEARS, EXPECT
from flowc.language.calls.grammar import ACCOUNT, PLATFORM, STEP, WAIT, WEBHOOK
from flowc.language.calls.platform import PLATFORM_DOES
from flowc.language.durations import milliseconds
from flowc.language.shapes import (
    ByForm,
    ByKey,
    ByType,
    Field,
    OneKey,
    Record,
    Shape,
)
from flowc.nodes import Mapping, Node, Scalar
from flowc.parse.commas import Advice
from flowc.suggest import meant_word, nearest, write
from flowc.testing.script.known import NOBODY, OUTCOMES, STEP_NAMES, agent_and_target, known_here, listed
from flowc.testing.script.misplaced import fit, joined, within
from flowc.testing.script.synonyms import (
    KEYS,
    STEPS_BY_OTHER_NAMES,
)
from flowc.testing.script.value_errors import VALUES, ScriptValueErrors, beside_steps, words_of

PLATFORM_STEP = "platform"


class ScriptErrors(ScriptValueErrors):
    def unknown_key(self, key: Scalar, node: Mapping, shape: Record, union: ByKey | ByType | None) -> str:
        name = key.text
        if name == "<<" or self.problems.full:
            return super().unknown_key(key, node, shape, union)
        if instead := self.without_colon(key, node, shape):
            return instead
        if self.torn_by_comma(key, node, shape):
            return ""
        message = f"unknown key {quoted(name)} in {shape.what}"
        if shape is WEBHOOK.mapping and (name == DOES_NOT_ANSWER or nearest(name, [DOES_NOT_ANSWER])):
            braces = node.span if node.flow_style and len(node.entries) == 1 else None
            hint = write(DOES_NOT_ANSWER, ", without braces").placed(braces)
            return "" if self.add(key, None, "FLOW101", f"{quoted(name)} stands alone, without braces", hint) else name
        if shape is WAIT.mapping:
            self.add(key, None, "FLOW101", message, "write how long, `wait: 3s`, or for what: `wait: {until: {…}}`")
            return "until"
        other = KEYS.get(shape.what, {}).get(name)
        if other is not None and other not in node.entries:
            self.add(key, None, "FLOW101", message, meant_word(other))
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
            self.problems.found[-1] = last.hinted(known_here(each.key for each in EXPECT.fields))
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
                return Advice(message, f"{alone}; without `fails`, there is {listed(FAILURES, ', ')}")
            case "outcome":
                return Advice(message, known_here((*OUTCOMES, NOTHING)))
            case "caller with" if self.names is not None:
                if both := agent_and_target([first, *others], self.names.targets):
                    return Advice(message, f"write `{both}`")
                if name.text in self.names.agents:
                    return Advice(message, f"write `{{agent: {name.text}}}`")
                return Advice(message, known_here(("agent", NOBODY, *self.names.targets)))
            case "target" if self.names is not None:
                return Advice(message, known_here(self.names.targets))
            case "prompt" | "say" if self.names is not None:
                return Advice(message, known_here(self.names.prompts))
            case "action" if self.names is not None:
                return Advice(message, known_here(self.names.actions))
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
        if shape is THEN.mapping and not found and node.entries and not self.problems.full:
            name = next(iter(node.entries.values()))[0]
            hint = "write `answers`, or how it fails; what follows is a step of its own"
            return self.add(name, None, "FLOW104", f"{quoted(name.text)} is nothing that a target does then", hint)
        if not found and not self.problems.full:
            for name, _ in node.entries.values():
                if self._is_a_word(shape, name):
                    return False
                if shape is PLATFORM_DOES and name.text in PLATFORM.by_key:
                    message = f"unknown key {quoted(name.text)} in {shape.what}"
                    self.add(name, None, "FLOW101", message, beside_steps(f"{name.text}: …"))
                    return False
        return super().no_single_kind(shape, node, key, found)

    def exclude(self, shape: ByKey, first: Scalar, second: Scalar) -> None:
        if shape is not TARGET.mapping:
            super().exclude(shape, first, second)
            return
        message = f"{quoted(second.text)} and {quoted(first.text)} exclude each other in {shape.what}"
        hint = f"write `- {self.who}: {second.text}` as a step of its own, or keep one of them"
        if {first.text, second.text} <= {"fails", *FAILURES}:
            hint = "keep one of them"
        elif first.text == "rings" and second.text in words_of(THEN).words:
            hint = f"write `then: {second.text}`, or a step of its own"
        self.problems.add(second.span, "FLOW106", message, hint, (Related(first.span, "the other one"),))

    def _is_a_word(self, shape: ByKey, name: Scalar) -> bool:
        """Whether the key of a mapping is another word for one that is there; says so."""
        whole, words = next(
            ((whole, words) for whole, words in VALUES if isinstance(whole, ByForm) and whole.mapping is shape),
            (None, {}),
        )
        if whole is None:
            return False
        hint = self.heard(name.text) if whole is CALLER_HEARS else words.get(name.text.lower(), "")
        if whole is AGENT and self.names is not None and name.text in self.names.actions:
            hint = f"write `{{asks: {name.text}, with: {{…}}}}`"
        if hint:
            self.add(name, None, "FLOW101", f"unknown key {quoted(name.text)} in {shape.what}", hint)
        return bool(hint)

    def missing_key(self, field: Field, shape: Record, node: Mapping, key: Scalar | None) -> None:
        if field.key == "then" and key is not None:
            message = f"{quoted(key.text)} has no `then`"
            hint = f"add `then: answers`, or how it fails; or {self.rings_out()}"
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

    def is_misspelt(self, name: Scalar, shape: OneKey) -> bool:
        """A target that the flow has is meant by its name, however near that is to a step."""
        if self.names is not None and name.text in self.names.targets:
            return False
        return super().is_misspelt(name, shape)

    def no_such_name(self, shape: OneKey, name: Scalar, value: Node) -> bool:
        text = self.who = name.text
        if super().no_such_name(shape, name, value):
            return True
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
            # An operator is somebody who is called, however near it is to the platform.
            found = nearest(text, tuple(each for each in names if each != PLATFORM_STEP or text[:1] == each[0]))
            hint = meant_word(found) if found else known_here(names)
        message = f"the flow has no target {quoted(text)}, and there is no such step"
        self.add(name, None, "FLOW201", message, hint)
        return True
