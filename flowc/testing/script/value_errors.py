"""Words for values of call scripts that are not there: which of the words that are there was meant.

The same reports as those of flows, with the names that a flow has: its targets, prompts and actions. Words of other
tools are in `synonyms.py`; a misspelling is found by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as ReadOnly

from flowc.diagnostics import Problems, quoted
from flowc.language.calls.events import AGENT, CALLER, DECLINES, DOES_NOT_ANSWER, HANGS_UP, NOTHING, TARGET, THEN
from flowc.language.calls.expectations import CALLER_HEARS, CHOSEN, EXPECT, REFUSALS
from flowc.language.calls.grammar import PLATFORM, STEP, STEPS, WEBHOOK
from flowc.language.durations import milliseconds
from flowc.language.shapes import (
    ByForm,
    ByKey,
    Duration,
    Integer,
    Number,
    Shape,
    Text,
    Variable,
    Word,
)
from flowc.nodes import Mapping, Node, Scalar, Sequence
from flowc.parse import suggestions
from flowc.parse.key_errors import KeyErrors
from flowc.suggest import Instead, meant_word, nearest, write
from flowc.testing.script.known import NOBODY, OUTCOMES, RECORDER, STEP_NAMES, Known, known_here, listed
from flowc.testing.script.misplaced import of_list
from flowc.testing.script.synonyms import (
    AS_A_PERSON,
    FORMS,
    HEARD,
    OF_A_CALL,
    OF_A_CONNECTION,
    OF_A_TARGET,
    OF_EVENTS,
    OF_THE_AGENT,
    OF_THE_CALLER,
    STEPS_BY_OTHER_NAMES,
)
from flowc.testing.script.wording import shown

VALUES: tuple[tuple[Shape | None, ReadOnly[str, str]], ...] = (
    (TARGET, OF_A_TARGET),
    (CALLER, OF_THE_CALLER),
    (AGENT, OF_THE_AGENT),
    (WEBHOOK, {}),
    (CALLER_HEARS, HEARD),
    (EXPECT.by_key["call"].shape, OF_A_CALL),
    (EXPECT.by_key["agent"].shape, OF_A_CONNECTION),
)
"""What a value may be, with words of others for it -> what to write instead."""
_MANY = 4  # words, from which on they are not all in a message
_AFTER = re.compile(r"(.+?)(?: after|, after) (\S+)")
_FIRST_WORD = re.compile(r"(\w+)(?: (?:for )?(.*))?", re.DOTALL)


class ScriptValueErrors(KeyErrors):
    """`names` are those of the flow; None if it cannot be read."""

    a_step = "write a step, such as `- caller: calls`"

    def __init__(self, problems: Problems, names: Known | None) -> None:
        super().__init__(problems)
        self.names = names
        self.who = "TARGET"  # the target of the step that is being looked at

    def word(self, shape: Word, node: Node, key: Scalar | None) -> bool:
        if isinstance(node, Scalar) and node.value is None and len(shape.words) > _MANY and key is not None:
            return self.add(node, key, "FLOW103", f"{quoted(key.text)} has no value", known_here(shape.words))
        if not isinstance(node, Scalar) or node.value is None or (not node.is_text and isinstance(node.value, bool)):
            return self.wrong_type(listed(shape.words, " or "), node, key, self._meant(shape, node, key))
        hint = self._meant(shape, node, key)
        if not hint and not self.problems.full and (found := nearest(node.text, shape.words)) is not None:
            hint = meant_word(found)
        name = quoted(key.text) if key is not None else "this"
        if len(shape.words) > _MANY:
            message = f"{name} cannot be {quoted(node.text)}"
            return self.add(node, key, "FLOW104", message, hint or known_here(shape.words))
        message = f"{name} must be {listed(shape.words, ' or ')}, not {quoted(node.text)}"
        return self.add(node, key, "FLOW104", message, hint)

    def _meant(self, shape: Word, node: Node, key: Scalar | None) -> str:
        """A hint for one word in place of another."""
        if not isinstance(node, Scalar):
            inside = [*node.entries] if isinstance(node, Mapping) else []
            return write(inside[0], ", without braces") if len(inside) == 1 and inside[0] in shape.words else ""
        text = node.text
        whole, words = next(((whole, words) for whole, words in VALUES if words_of(whole) is shape), (None, {}))
        if shape is words_of(THEN):
            words = OF_A_TARGET
            if text == HANGS_UP:
                return f"write `answers`, and `{self.who}: {HANGS_UP}` as the next step"
            if text == DOES_NOT_ANSWER or DOES_NOT_ANSWER in words.get(text.lower(), ""):
                return self.rings_out()
        if (whole is TARGET or shape is words_of(THEN)) and text.lower() in AS_A_PERSON:
            is_asked = self.names is None or self.who == "TARGET" or self.who in self.names.machines
            return write("{answers: as a person}" if is_asked else "answers")
        if whole is CALLER_HEARS and (found := self.heard(text)):
            return found
        if (hint := (OF_EVENTS if key is not None and key.text == "event" else words).get(text.lower())) is not None:
            return hint
        if key is not None and text in _beside_steps(key.text):
            return beside_steps(f"{key.text}: {text}")
        if whole is WEBHOOK:
            return f"or write `{{fails: 503}}`, or `{{after: 3s}}`; `{DOES_NOT_ANSWER}` is without braces"
        if key is not None and key.text in ("agent told", "result"):
            return write(f"{{outcome: {text}}}") if text in OUTCOMES else "write `{outcome: busy}`, or `nothing`"
        if key is not None and key.text == "posted":
            return "write `{action: NAME}`, or `nothing`"
        if key is not None and key.text == CHOSEN:
            return f"write {quoted(f'{{PROMPT: {json.dumps(text)}}}')}, with the prompt of the menu, or `{NOTHING}`"
        if whole is AGENT and self.names is not None and text in self.names.actions:
            return write(f"{{asks: {text}}}")
        after = _AFTER.fullmatch(text)
        if whole is TARGET and after is not None and milliseconds(after[2]) is not None and after[1] in shape.words:
            return write(f"{{rings: {after[2]}, then: {after[1]}}}")
        if whole in (TARGET, CALLER, AGENT) and re.search(",| and | then ", text):
            return f"write a step for each: `- {self.who if whole is TARGET else key.text if key else ''}: …`"
        form = _FIRST_WORD.fullmatch(text)
        mapping = whole.mapping if isinstance(whole, ByForm) else None
        if form is not None and isinstance(mapping, ByKey) and form[1] in mapping.by_key and form[1] in FORMS:
            return f"write {quoted(self._form(form[1], form[2] or ''))}"
        return words.get(form[1], "") if form is not None else ""

    def _stands_alone(self, word: Scalar, value: Node | None = None) -> None:
        if word.text != DECLINES or not isinstance(value, Scalar) or value.value is None or self.who == "TARGET":
            super()._stands_alone(word, value)
            return
        hint = f"write `{self.who}: {DECLINES}`; why is for a briefing: `agent: {{declines: {value.text}}}`"
        self.add(word, None, "FLOW103", f"{quoted(word.text)} stands alone, without a reason", hint)

    def rings_out(self) -> str:
        return f"write `{self.who}: {DOES_NOT_ANSWER}`: it rings for all of its `ring` in the flow, and time goes by"

    def _form(self, key: str, value: str) -> str:
        """A mapping for a key and its value that were written as words, the value in quotes or not."""
        value = value.strip("\"'")
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

    def heard(self, text: str) -> str:
        if self.names is None:
            return ""
        for kind, names in (("target", self.names.targets), ("prompt", self.names.prompts)):
            if text in names:
                return write(f"{{{kind}: {text}}}")
        if text in HEARD or nearest(text, words_of(CALLER_HEARS).words):
            return ""
        found = nearest(text, (*self.names.targets, *self.names.prompts))
        kind = "target" if found in self.names.targets else "prompt"
        if not found:
            return "write `{target: NAME}`, or `{prompt: NAME}`"
        return Instead(f"did you mean `{{{kind}: {found}}}`?", f"{{{kind}: {found}}}")

    def wrong_type(self, what: str, node: Node, key: Scalar | None, hint: str = "") -> bool:
        if what == STEP.what and isinstance(node, Scalar) and node.is_text:
            message = f"a step of a call must be `WHO: WHAT`, not text: {quoted(node.text)}"
            better = suggestions.whole_colon(node.text) or self._step_of(node.text)
            return self.add(node, key, "FLOW103", message, better or "write for example `wait: 3s`")
        if what == STEP.what and isinstance(node, Sequence):
            return self.add(
                node, key, "FLOW103", "a step of a call is no list", "take one `- ` out, or write `at once: […]`"
            )
        if what.startswith(STEPS.what) and not isinstance(node, Sequence) and not (key and key.text == "at once"):
            hint = "begin each step with `- `: `- caller: calls`"
        better = self._instead(node, key) if key is not None and not (hint and isinstance(node, Sequence)) else ""
        return super().wrong_type(what, node, key, better or hint)

    def nothing(self, what: str, node: Node, key: Scalar | None) -> bool:
        if key is None or key.text != CHOSEN:
            return super().nothing(what, node, key)
        message = f"{quoted(CHOSEN)} is empty, and is so whatever the caller has chosen"
        return self.add(node, key, "FLOW105", message, write(NOTHING, ": none was chosen in any menu"))

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
            case who, Sequence() if who in (self.who, "caller", "agent") and node.items:
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
        names = self._names_of(key.text) if key is not None else ()
        is_name = shape.what.startswith(("the name of", "`agent`"))
        is_none = isinstance(node, Scalar) and node.value is not None and not node.is_text and node.text not in names
        if names and is_name and is_none and key is not None and isinstance(node, Scalar):
            message = f"{quoted(key.text)} must be {shape.what}, not {quoted(node.text)}"
            return self.add(node, key, "FLOW103", message, known_here(names))
        if key is not None and key.text == "method" and isinstance(node, Scalar) and shape.fits(node.text.upper()):
            return self.add(node, key, "FLOW104", f"{quoted(node.text)} is not {shape.what}", write(node.text.upper()))
        return super().text(shape, node, key)

    def _names_of(self, key: str) -> tuple[str, ...]:
        """What may be named under a key, as far as that is known."""
        if self.names is None:
            return ()
        names = self.names
        return {
            "ringing": (*names.targets, NOBODY),
            "caller with": ("agent", RECORDER, NOBODY, *names.targets),
            "target": names.targets,
            "prompt": names.prompts,
            "action": names.actions,
            "asks": names.actions,
        }.get(key, ())

    def duration(self, shape: Duration, node: Node, key: Scalar | None) -> bool:
        text = node.text if isinstance(node, Scalar) else ""
        hint = ""
        if text.startswith("for ") and milliseconds(text[4:]) is not None:
            hint = write(text[4:])
        elif text.startswith("until"):
            hint = "write `{until: {ringing: NAME}}`, with anything that `expect` takes"
        elif re.fullmatch(r"\$\w+", text):
            hint = write(f'"${{{text[1:]}}}"')
        if not hint:
            return super().duration(shape, node, key)
        return self.add(node, key, "FLOW104", f"{quoted(text)} is not a duration", hint)


def beside_steps(what: str) -> str:
    """A hint for how the platform behaves, written where something is that it does."""
    return f"how it behaves in a call stands beside the `steps` of that: `platform: {{{what}}}`"


def _beside_steps(key: str) -> tuple[str, ...]:
    """The words that may stand under a key beside the steps."""
    field = PLATFORM.by_key.get(key)
    shape = field.shape if field is not None else None
    shape = shape.shape if isinstance(shape, Variable) else shape
    return shape.words if isinstance(shape, Word) else ()


def words_of(shape: Shape | None) -> Word:
    """The words of a shape that has some."""
    while isinstance(shape, Variable | ByForm):
        shape = shape.shape if isinstance(shape, Variable) else shape.scalar
    assert isinstance(shape, Word)
    return shape
