"""What a flow declares by name, and looking such a name up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from flowc.diagnostics import Problems, quoted
from flowc.ir.kept import kept
from flowc.ir.walk import HOURS
from flowc.language.flow.values import NAME
from flowc.language.located import Maybe, Section, entries, is_open
from flowc.language.words import why_reserved
from flowc.nodes import Broken, Scalar
from flowc.suggest import Instead, as_typed, did_you_mean, nearest

# Of names that are looked up where others cannot be names. Beyond it, any of them may be one of those.
_MOST_COMPARED = 200


class Names:
    """Names that are declared somewhere, and those of them that cannot be names of that kind.

    The latter has been said where they are declared. Whoever uses such a name, or what may become of it, has done
    nothing wrong; nobody is led to it either.
    """

    def __init__(
        self, kind: str, names: Iterable[str], hours: Names | None = None, answers: Answers | None = None
    ) -> None:
        """`hours` may stand in their place, as `hours.office`, and what webhooks answer, as `roster.who`."""
        self.kind = kind
        self.names = set(names)
        self.hours = hours
        self.answers = answers
        self._compared = 0

    @kept
    def in_order(self) -> list[str]:
        """The names as hints list them."""
        return sorted(self.names - self._misnamed)

    def may_be(self, name: str) -> bool:
        """Whether there is such a name, or may be, for all that could be read."""
        if name in self.names or self.may_be_hours(name) or self.may_be_answered(name):
            return True
        return bool(self._misnamed) and self._is_misnamed(name)

    def may_be_hours(self, name: str) -> bool:
        return self.hours is not None and name.startswith(HOURS) and self.hours.may_be(name.removeprefix(HOURS))

    def may_be_answered(self, name: str) -> bool:
        return self.answers is not None and self.answers.may_be(name)

    @property
    def answers_in_order(self) -> list[str]:
        return [] if self.answers is None else self.answers.in_order

    @property
    def hours_in_order(self) -> list[str]:
        return [] if self.hours is None else [f"{HOURS}{name}" for name in self.hours.in_order]

    def _is_misnamed(self, name: str) -> bool:
        if not {_alike(name), ""}.isdisjoint(self._alike):
            return True
        self._compared += 1
        return self._compared > _MOST_COMPARED or nearest(name, self._misnamed) is not None

    @kept
    def _misnamed(self) -> set[str]:
        dotted = (name for name in self.names if "." not in name)
        return {name for name in dotted if not NAME.fits(name) or why_reserved(self.kind, name)}

    @kept
    def _alike(self) -> set[str]:
        return set(map(_alike, self._misnamed))


def _alike(name: str) -> str:
    """The same for all spellings of a name: upper and lower case, letters that look like Latin ones, what is between
    its words or around it. Empty where that is all there is of it: then any name may have been meant.
    """
    from flowc.parse.suggestions import in_latin  # only an error needs it

    return "".join(filter(str.isalnum, (in_latin(name)[0] or name).lower()))


class Declared(Names):
    """The names of one section. An entry with a broken body is declared all the same.

    `known` is false where the section itself could not be read: then no name is called unknown. `elsewhere` are names
    under keys that are no section, and may have been meant for this one.
    """

    def __init__(self, kind: str, section: Maybe[Section[Any]], elsewhere: Collection[str] = ()) -> None:
        self.listed = tuple(name.text for name, _ in entries(section))
        """In the order of the file."""
        super().__init__(kind, self.listed)
        self.known = not is_open(section)
        self._elsewhere = elsewhere

    def may_be(self, name: str) -> bool:
        return name in self.names or not self.known or name in self._elsewhere or super().may_be(name)

    def look_up(self, name: Scalar, problems: Problems, hint: str = "") -> bool:
        """Whether there is such a name, or may be; reports it otherwise, with the hint if there is a better one."""
        text = name.text
        if self.may_be(text):
            return True
        if not problems.full:
            from flowc.parse.suggestions import joined  # only an error needs it

            hint = joined(name) or hint or self._hint(text)
            problems.add(name.span, "FLOW201", f"there is no {self.kind} {quoted(text)}", hint)
        return False

    def several(self, text: str) -> str:
        """A hint for names that stand in one text, in parentheses or with blanks between them; empty if one is none."""
        found = text.strip("()").replace(",", " ").split()
        if len(found) < 2 or not self.names.issuperset(found):
            return ""
        listed = f"[{', '.join(found)}]"
        if "," in text:
            return Instead(f"write {quoted(listed)}, a list of targets", listed)
        return f"put a `,` between them: {quoted(listed)}"

    def _hint(self, text: str) -> str:
        from flowc.parse.suggestions import declared_target, in_latin  # only an error needs it

        if " " in text.strip() and self.kind == "prompt":
            return "declare the sentence under `prompts`, and write its name here"
        if self.kind == "target" and (several := self.several(text)):
            return several
        if self.kind == "target" and "," in text and " " not in text.replace(", ", ",").strip():
            return Instead(f"write {quoted(f'[{text}]')}, a list of targets", f"[{text}]")
        if self.kind == "target" and (declared := declared_target(text)):
            return declared
        latin, why = in_latin(text)
        if latin in self.names:
            return Instead(f"{why}: did you mean `{latin}`?", as_typed(latin))
        return did_you_mean(text, self.in_order) or f"declare it under `{self.kind}s`"


_NO_WEBHOOKS = ("call", "hours", "data", "queue")
"""What stands before the dot in other names."""


class Answers:
    """What webhooks answer, as it is named elsewhere: `roster.who`. What could not be read may be anything."""

    def __init__(self, section: Maybe[Section[Any]], webhooks: Declared) -> None:
        self._webhooks = webhooks
        self._open: set[str] = set()
        self._fields: dict[str, Names] = {}
        for name, webhook in entries(section):
            answer: Maybe[Section[Any]] = webhook if isinstance(webhook, Broken) else webhook.answer
            self._fields[name.text] = Names("field", (field.text for field, _ in entries(answer)))
            if is_open(answer) or (not isinstance(webhook, Broken) and answer is None and webhook.node.open):
                self._open.add(name.text)

    @kept
    def in_order(self) -> list[str]:
        return [f"{webhook}.{field}" for webhook in self._webhooks.in_order for field in self._fields[webhook].in_order]

    def may_be(self, name: str) -> bool:
        """Whether there is such a field, or may be."""
        webhook, dot, field = name.partition(".")
        if not dot or webhook in _NO_WEBHOOKS:
            return False
        if webhook not in self._fields:
            return self._webhooks.may_be(webhook)
        return webhook in self._open or self._fields[webhook].may_be(field)

    def lacking(self, name: str) -> tuple[str, str] | None:
        """What is wrong with the name of a field of a webhook that there is, and a hint."""
        webhook, dot, field = name.partition(".")
        if not dot or webhook not in self._fields:
            return None
        hint = did_you_mean(name, self.in_order) or f"declare it under `answer` of `{webhook}`: `{{type: string}}`"
        return f"nothing says that {quoted(webhook)} answers {quoted(field)}", hint

    def may_answer(self, webhook: str) -> bool:
        """Whether something says what it answers."""
        return webhook in self._open or bool(self._fields[webhook].names)


def refuse_reserved(kind: str, name: Scalar, problems: Problems) -> None:
    why = why_reserved(kind, name.text)
    if why:
        what = {"action": "an action", "hours": "hours", "callers": "callers", "agent": "another agent"}.get(
            kind, f"a {kind}"
        )
        problems.add(name.span, "FLOW202", f"{quoted(name.text)} cannot be the name of {what}: {why}", "rename it")
