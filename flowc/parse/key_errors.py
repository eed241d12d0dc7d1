"""Words for keys that are not as the language's shapes demand: unknown, missing, excluded, on another level.

As in `value_errors.py`, which this adds to, every method adds its diagnostics; nothing here decides what is right.
"""

from __future__ import annotations

import json
import re
from functools import partial
from itertools import islice

from flowc.diagnostics import Diagnostic, Problems, Related, quoted
from flowc.language.flow.grammar import AGENT, FLOW
from flowc.language.flow.steps import BRANCH, FALLBACK, STEP, TRANSFER
from flowc.language.secrets import looks_secret, names_secret
from flowc.language.shapes import (
    Anything,
    ByForm,
    ByKey,
    ByType,
    Field,
    Integer,
    List,
    Named,
    Names,
    OneKey,
    Record,
    Refused,
    Shape,
    Variable,
    Word,
)
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence
from flowc.parse import commas, parentheses, placement
from flowc.parse import suggestions as meant
from flowc.parse.value_errors import ValueErrors, shown
from flowc.source import START, Span
from flowc.suggest import Instead, meant_word, misspelt, nearest, write

_DID_YOU_MEAN_TYPE = meant_word("type")
_KNOWN_HERE = "known here: "
_MOST_COMPARED = 12
_NAME = re.compile("[^A-Z .][^ .]*")  # as authors choose them, about
_DEEPEST = 3  # levels, and entries of each, of a value in a hint


class KeyErrors(ValueErrors):
    def __init__(self, problems: Problems) -> None:
        super().__init__(problems)
        self.root: Mapping | None = None  # the whole file
        self._asked: Mapping | None = None
        self._entries: list[tuple[Scalar, Node]] = []
        self._indices: dict[int, int] = {}
        self._torn: set[int] = set()  # of the keys that are pieces of a text with commas

    def unknown_key(self, key: Scalar, node: Mapping, shape: Record, union: ByKey | ByType | None) -> str:
        """The key that was meant, itself if it stands in the wrong place, empty if nobody knows."""
        name = key.text
        if self.problems.full or self.in_parentheses(key, node.entries[name][1]):
            return ""
        if instead := self.without_colon(key, node, shape):
            return instead
        if self.torn_by_comma(key, node, shape):
            return ""
        if shape is FALLBACK and self._steps_without_outcome(key, node):
            return "otherwise"
        if shape is FALLBACK and (outcomes := self._outcomes_in(key, node)):
            self._several_outcomes(key, outcomes)
            return name
        if name in ("then", "next") and union is not None:
            message = f"unknown key {quoted(name)} in {shape.what}"
            self.add(key, None, "FLOW101", message, placement.what_follows(shape, node.entries))
            return name
        kinds = () if union is None else union.kinds if isinstance(union, ByKey) else tuple(union.kinds.values())
        gives_way = union.gives_way if isinstance(union, ByKey) else ""
        others = [kind.what for kind in kinds if name in kind.by_key and kind.fields[0].key != gives_way]
        near = self._misspelt(name, node, shape)
        if others and not near:
            message = f"{quoted(name)} does not go with {shape.what}: it belongs to {' or '.join(others)}"
            self.add(key, None, "FLOW106", message, "take it out, or move it there")
            return name
        told, hint = placement.instead(name, node.entries[name][1], shape)
        if told and not (near and shape.by_key[near].required):
            self.add(key, None, "FLOW101", told, hint)
            return name
        possible = [field.key for field in shape.fields if not isinstance(field.shape, Refused)]
        where = placement.belongs(name, shape, node.entries[name][1])
        instead, hint = meant.key(name, possible)
        known_as_value = ("", "")
        if not meant.is_known(name, possible):
            known_as_value = placement.as_value(name, shape, node.entries, not where)
        if other := placement.meant(name, shape.by_key.keys() - node.entries.keys()):
            refused = shape.by_key[other].shape
            if isinstance(refused, Refused):
                message = refused.message.replace(quoted(other), quoted(name))
                self.add(key, None, refused.code, message, refused.hint)
                return name
            instead, hint = other, meant_word(other)
        elif where and near and not meant.is_known(name, possible):
            instead, hint = near, meant_word(near)
        elif shape is FALLBACK and (other := placement.meant(name, node.entries)):
            hint = f"`{other}` is given already: keep one of them"
        elif known_as_value[0]:
            value = node.entries[name][1]
            end = value.span[2:] if isinstance(value, Scalar) and value.span.line == key.span.line else None
            instead = known_as_value[0]
            hint = write(": ".join(known_as_value)).placed(None if end is None else Span(*key.span[:2], *end))
        elif where and not meant.is_known(name, possible):
            instead, hint = name, where
            if self.root is not None and name in FLOW.by_key:
                self.root.open = True  # the names in it may be those that are looked up there
        if not self.is_key(name, shape) and self.torn_by_comma(key, node, shape, with_colon=True):
            return ""
        self.add(key, None, "FLOW101", f"unknown key {quoted(name)} in {shape.what}", hint)
        return instead

    def in_parentheses(self, key: Scalar, value: Node) -> bool:
        """Whether parentheses stand around a key and its value; says so."""
        if key.text[:1] != "(" or not key.plain or not isinstance(value, Scalar) or not value.plain:
            return False
        hint = parentheses.of_a_pair(key.text, value.text, Span(*key.span[:2], *value.span[2:]))
        return bool(hint) and not self.add(key, None, "FLOW101", parentheses.MESSAGE, hint)

    def _misspelt(self, name: str, node: Mapping, shape: Record) -> str:
        """A key that is not there yet, and nearly what is written: it was meant, whatever there is elsewhere."""
        missing = [each.key for each in shape.fields if each.key not in node.entries and not _is_refused(each)]
        return misspelt(name, missing) or nearest(name, [key for key in missing if shape.by_key[key].required]) or ""

    def outcomes_together(self, key: Scalar, node: Mapping) -> bool:
        """Whether an outcome in braces has been written with the next one, before a `,`; says so."""
        if not node.flow_style:
            return False
        entries, index = self._place_among(key, node)
        if not commas.is_piece(*entries[index]) or index + 1 == len(entries):
            return False
        following = [key.text, *(piece.text for piece in commas.pieces(entries, index + 1))]
        last = index + len(following)
        if last < len(entries):
            following.append(entries[last][0].text)
        if id(key) not in self._torn:
            self._several_outcomes(key, following)
        for piece, _ in entries[index:last]:
            self._torn.add(id(piece))
        return True

    def _outcomes_in(self, key: Scalar, node: Mapping) -> list[str]:
        """The outcomes that stand in one key, whatever is between and around them; empty if that is none."""
        whole = key.text
        if whole[:1] == "(" and id(key) not in self._torn:
            entries, index = self._place_among(key, node)
            rest = [each for each, _ in entries[index + 1 : index + 1 + len(FALLBACK.by_key)]]
            last = next((each for each in rest if each.text[-1:] == ")"), None)
            following = rest[: rest.index(last) + 1] if last is not None else []
            whole = ", ".join((whole, *(each.text for each in following)))
            if all(each in FALLBACK.by_key for each in _outcomes(whole)):
                self._torn.update(map(id, following))
        found = _outcomes(whole)
        return found if len(found) > 1 and all(each in FALLBACK.by_key for each in found) else []

    def _several_outcomes(self, key: Scalar, outcomes: list[str]) -> None:
        message = f"{quoted(', '.join(outcomes))} stand together, but each outcome has steps of its own"
        hint = f"write {quoted(', '.join(f'{each}: …' for each in outcomes))}; a route is for steps that they share"
        self.add(key, None, "FLOW101", message, hint)

    def _steps_without_outcome(self, key: Scalar, node: Mapping) -> bool:
        """Whether a key of a `fallback` is a step, without the outcome that it is for; says so, once of all of them."""
        if key.text not in STEP.by_key and key.text not in STEP.words:
            return False
        if id(key) in self._torn:
            return True
        steps: list[str] = []
        for name, value in node.entries.values():
            if name.text in STEP.by_key or name.text in STEP.words:
                self._torn.add(id(name))
                steps.append(_step_in_braces(name.text, value))
        whole = steps[0] if len(steps) == 1 else f"[{', '.join(steps)}]"
        outcome = next(name for name in ("otherwise", *FALLBACK.by_key) if name not in node.entries)
        message = f"{quoted(key.text)} is a step: in {FALLBACK.what} it stands under the outcome that it is for"
        also = ", or name an outcome" if outcome == "otherwise" else ", or name another outcome"
        self.add(key, None, "FLOW101", message, f"write {quoted(f'{outcome}: {whole}')}{also}")
        return True

    def too_far_out(self, key: str, span: Span, into: str, owner: Scalar | None, node: Mapping) -> None:
        """A key that belongs under `owner`, or (None) under `into`, which is not there yet; empty: under any name."""
        if owner is not None:
            message = f"{quoted(key)} belongs under {quoted(owner.text)}, one level further in"
            hint = "put it into the braces" if node.flow_style else f"indent it further than {quoted(owner.text)}"
            self.problems.add(span, "FLOW101", message, hint, (Related(owner.span, "under this"),))
        elif into:
            message = f"{quoted(key)} belongs under {quoted(into)}, one level further in"
            self.problems.add(span, "FLOW101", message, f"write `{into}: {{{key}: …}}`")
        else:
            message = f"{quoted(key)} is not possible here, but one level further in"
            self.problems.add(span, "FLOW101", message, "write a name above it, and indent it further than that")

    def given_again(self, key: Scalar) -> list[Span]:
        """Where a key is given that has been given before. That it is given twice is no longer said."""
        again = [each for each in self.problems.found if any(other.span == key.span for other in each.related)]
        again = [each for each in again if each.code == "FLOW006"]
        self.problems.found = [each for each in self.problems.found if each not in again]
        return [each.span for each in again]

    def too_far_in(self, key: Scalar, beside: Scalar, node: Mapping) -> None:
        message = f"{quoted(key.text)} belongs beside {quoted(beside.text)}, one level further out"
        hint = "put it behind the brace" if node.flow_style else f"indent it as far as {quoted(beside.text)}"
        self.problems.add(key.span, "FLOW101", message, hint, (Related(beside.span, "beside this"),))

    def item_too_far_in(self, item: Mapping, beside: Scalar) -> None:
        """Keys in an item of a list that belong beside the list's own key."""
        for key, _ in item.entries.values():
            message = f"{quoted(key.text)} belongs beside {quoted(beside.text)}, and is no item of its list"
            hint = f"write it without the `- `, as far in as {quoted(beside.text)}"
            if item.flow_style:
                hint = "put it behind the bracket, without braces of its own"
            self.problems.add(key.span, "FLOW101", message, hint, (Related(beside.span, "beside this"),))

    def call_script(self, node: Mapping) -> None:
        message = "`calls` stands in a call script, and this file is read as a flow"
        hint = "give it a name that ends in `.calls.yaml`, for example `front_desk.calls.yaml`"
        self.add(node.entries["calls"][0], None, "FLOW101", message, hint)

    def json_schema(self, node: Mapping) -> None:
        """Parameters as JSON Schema has them, in an object's `properties`."""
        key = next(
            node.entries[name][0] for name in ("properties", "required", "additionalProperties") if name in node.entries
        )
        if key.text == "properties":
            message = "parameters stand by their names, without `type`, `properties` and `required` around them"
            hint = "write what is under `properties` here; a parameter that is not required has `optional: true`"
        else:
            message = f"{quoted(key.text)} is no parameter: here, every parameter is required, and there are no others"
            hint = "remove it; a parameter that is not required has `optional: true`"
        self.add(key, None, "FLOW101", message, hint)

    def torn_by_comma(
        self, key: Scalar, node: Mapping, record: Record | None, value: Shape | None = None, with_colon: bool = False
    ) -> bool:
        """Whether a key is the rest of a value with a comma in it, in braces and without quotes; says so.

        It is said once of all the pieces, and the first of them, which is a value, is broken: it names nothing. The
        mapping is a `record`, or one by names with a `value` under each. `with_colon`: what is behind the comma has a
        colon in it, and so has come to be a key and its value.
        """
        if id(key) in self._torn:
            return True
        if self.problems.full or not node.flow_style:
            return False
        entries, index = self._place_among(key, node)
        if not index or commas.is_piece(*entries[index]) == with_colon:
            return False
        name, before = entries[index - 1]
        if not isinstance(before, Scalar) or not before.text:
            return False
        if record is not None:
            field = record.by_key.get(name.text)
            value = field.shape if field is not None else None
            if not before.plain and self.is_key(key.text, record):
                return False
        if with_colon and (value is None or not commas.takes_text(value)):
            return False
        is_key = _NAME.fullmatch if record is None else partial(self.is_key, shape=record)
        following = commas.rest(entries, index, lambda each: bool(is_key(each)))
        parts = [before.text, *(each.text for each, _ in following)]
        whole = commas.as_written(before, following)
        values = ((name, before), *following)
        is_named = any(names_secret(each.text, one.text) for each, one in values if isinstance(one, Scalar))
        if not following:
            return False
        for piece, _ in following:
            self._torn.add(id(piece))
        self._given_again_as(following)
        if commas.is_secret(value):  # which is said where it begins
            return True
        if looks_secret(whole) or is_named:
            start, end = before.span, max(each.span[2:] for each in (key, *(one for _, one in following)))
            message = f"{shown(name)} looks like a secret, which must not stand in the file"
            self.problems.add(Span(*start[:2], *end), "FLOW108", message, "store it, and write `{secret: NAME}`")
            node.entries[name.text] = (name, Broken(before.span))
            return True
        message, hint = self.instead_of_pieces(name, value, whole, parts, before.plain)
        if isinstance(hint, Instead):  # in place of all pieces
            end = max(each.span[2:] for each in (key, *(each for pair in following for each in pair)))
            hint = hint.placed(Span(*before.span[:2], *end))
        self.add(key, None, "FLOW101", message, hint)
        node.entries[name.text] = (name, Broken(before.span))
        return True

    def torn_by_colon(self, key: Scalar, node: Mapping, shape: Names) -> bool:
        """Whether a name that is none is the rest of a text before it, with a comma and a colon in it; says so."""
        return _NAME.fullmatch(key.text) is None and self.torn_by_comma(key, node, None, shape.shape, with_colon=True)

    def instead_of_pieces(
        self, name: Scalar, value: Shape | None, whole: str, parts: list[str], is_plain: bool
    ) -> commas.Advice:
        """What to say of a value that commas have torn into parts."""
        return commas.advice(name.text, value, whole, parts, is_plain)

    def is_key(self, name: str, shape: Record) -> bool:
        """Whether a name is a key that somebody may mean in a record, or another word for one."""
        possible = [field.key for field in shape.fields if not isinstance(field.shape, Refused)]
        instead, hint = meant.key(name, possible)
        if instead and " " in name and instead.lower() != name.replace(" ", "").lower():
            instead, hint = "", ""  # words of a text, which resemble a key by chance
        return (
            name in shape.by_key
            or bool(instead)
            or hint[:12] not in ("", _KNOWN_HERE)
            or bool(placement.meant(name, shape.by_key))
            or bool(placement.belongs(name, shape))
        )

    def without_colon(self, key: Scalar, node: Mapping, shape: Record) -> str:
        """The key that a key without a colon begins with, whose value follows it at once; says so."""
        name, _, value = key.text.partition(" ")
        if not value or name not in shape.by_key or name in node.entries or id(key) in self._torn:
            return ""
        entries, index = self._place_among(key, node)
        if not node.flow_style or not index or not commas.is_piece(*entries[index]):
            return ""
        before = shape.by_key.get(entries[index - 1][0].text)
        if before is None or commas.takes_text(before.shape):
            return ""
        hint = Instead(f"write {quoted(f'{name}: {value}')}", f"{name}: {value}")
        self.add(key, None, "FLOW101", f"a colon is missing behind {quoted(name)}", hint)
        return name

    def without_space(self, key: Scalar, value: Node, node: Mapping) -> bool:
        """Whether a key in braces is a key and its value with no space between them; says so.

        Where the value is a text with commas, all pieces of it are told of here.
        """
        if not key.plain or not isinstance(value, Scalar) or value.value is not None:
            return False
        if not meant.whole_colon(key.text):
            return False
        written = whole = key.text
        message = f"{quoted(key.text)} is one word, not a name and its value"
        for piece in self._pieces_behind(key, node):
            whole = f"{whole}, {piece.text}"
            self._torn.add(id(piece))
        start, colon, rest = whole.partition(":")
        if whole != written:
            message = f"no space behind the colon of {quoted(whole)}"
        if whole != written and colon and rest.lstrip()[:1] not in ('"', "'"):
            whole = f'{start}: "{rest.strip()}"'
        hint = meant.whole_colon(whole)
        return not self.add(key, None, "FLOW101", message, hint)

    def _pieces_behind(self, key: Scalar, node: Mapping) -> list[Scalar]:
        """The keys behind this one that have no colon, and so are pieces of what begins there."""
        entries, index = self._place_among(key, node)
        return list(commas.pieces(entries, index + 1)) if node.flow_style else []

    def _place_among(self, key: Scalar, node: Mapping) -> tuple[list[tuple[Scalar, Node]], int]:
        """All entries of a mapping as they were when it was first asked for, and where in them a key is."""
        if self._asked is not node:
            self._asked = node
            self._entries = list(node.entries.values())
            self._indices = {id(name): index for index, (name, _) in enumerate(self._entries)}
        return self._entries, self._indices.get(id(key), 0)

    def _given_again_as(self, pieces: list[tuple[Scalar, Node]]) -> None:
        """That a key is given twice is not said of pieces of a text, which are none."""
        if self.problems.full:
            return
        spans = (
            {piece.span for piece, _ in pieces} if any(each.code == "FLOW006" for each in self.problems.found) else ()
        )
        self.problems.found = [
            each
            for each in self.problems.found
            if each.code != "FLOW006" or not any(other.span in spans for other in each.related)
        ]

    def stands_for(self, missing: list[Field], before: int, unknown: list[Node]) -> bool:
        """Whether the keys that nobody knows may be those that are missing; says so where they are told.

        Their diagnostics are among those from `before` on. One cause has one error: the key that is there, since the
        other is missing only because of it.
        """
        told = [index for index in range(before, len(self.problems)) if _is_unknown_key(self.problems.found[index])]
        if len(told) < len(missing) or len(told) != len(unknown):
            return False
        if not all(any(_may_hold(field.shape, value) for value in unknown) for field in missing):
            return False
        names = " and ".join(f"`{field.key}`" for field in missing)
        if len(missing) > 1:
            hint = f"{names} are missing here: did you mean one of them?"
        else:
            hint = meant_word(missing[0].key) if len(told) == 1 else f"{names} is missing here: did you mean that?"
        for index in told:
            self.problems.found[index] = self.problems.found[index].hinted(hint)
        return True

    def values_beside(self, node: Mapping) -> bool:
        """Whether the values of a branch stand beside its `by`, in place of under `among`; says so."""
        by, value = node.entries.get("by", (None, None))
        names = [name for name, _ in node.entries.values() if name.text not in BRANCH.by_key]
        if self.problems.full or by is None or not names or node.open:
            return False
        if any(nearest(name.text, ["among"]) or placement.meant(name.text, ["among"]) for name in names):
            return False
        inside = node.entries[names[0].text][1]
        if len(names) == 1 and isinstance(inside, Mapping) and STEP.by_key.keys().isdisjoint(inside.entries):
            message = f"unknown key {quoted(names[0].text)} in {BRANCH.what}"
            return not self.add(names[0], None, "FLOW101", message, meant_word("among"))
        goes_by = value.text if isinstance(value, Scalar) else "…"
        shown_names = ", ".join(f"{name.text}: …" for name in names[:_DEEPEST]) + (", …" if names[_DEEPEST:] else "")
        message = f"the values of {quoted(f'by: {goes_by}')} stand under `among`, one level further in"
        hint = f"write {quoted(f'among: {{{shown_names}}}')}"
        return not self.add(names[0], None, "FLOW101", message, hint)

    def missing_key(self, field: Field, shape: Record, node: Mapping, key: Scalar | None) -> None:
        if shape is FLOW and field.key == "agent" and "agents" in node.entries:
            self._agents_alone(*node.entries["agents"])
            return
        if any(shape is kind for kind in STEP.kinds) and shape.fields[0].key in node.entries:
            key = node.entries[shape.fields[0].key][0]  # the step itself, and not what it stands under
        owner = f"{shown(key)} has" if key is not None else f"{shape.what} needs"
        no = "no" if key is not None else "the key"
        span = key.span if key is not None else START
        doc = field.doc.partition(". ")[0].rstrip(".")
        only = field.shape.least if isinstance(field.shape, Integer) and field.shape.least == field.shape.most else "…"
        hint = f"add `{field.key}: {only}`, {doc if doc[:2].isupper() else doc[0].lower() + doc[1:]}"
        first = next(iter(node.entries.values()))[0] if node.entries and not node.flow_style else None
        if only != "…" and first is not None and first.span.column == 1:
            hint = Instead(hint, f"{field.key}: {only}\n", at=Span(*first.span[:2], *first.span[:2]))
        self.problems.add(span, "FLOW102", f"{owner} {no} `{field.key}`", hint)

    def _agents_alone(self, agents: Scalar, value: Node) -> None:
        """A flow has `agents`, and no `agent` beside which they are. If the keys of one stand there, that was meant,
        and nothing is wrong with these.
        """
        told = {f"{quoted(name)} is not possible here, but one level further in" for name in AGENT.by_key}
        below = [each for each in self.problems.found if each.span.line >= value.span.line]
        own = [each for each in below if each.message in told and value.span.column <= each.span.column]
        hint = "write `agent: …` for the first of them: `agents` are others beside it"
        if own:
            self.problems.found = [each for each in self.problems.found if each not in own]
            hint = "write `agent` in place of `agents`: there is one"
        self.problems.add(agents.span, "FLOW102", "a flow with `agents` needs the key `agent`", hint)

    def no_single_kind(self, shape: ByKey, node: Mapping, key: Scalar | None, found: list[Scalar]) -> bool:
        """Not exactly one of the keys that tell the kinds apart. False if there is no more to say of the mapping."""
        possible = list(shape.by_key)
        if len(found) > 1:
            if self._under_the_first(shape, node, found):
                return False
            self.exclude(shape, *found[:2])
            return True
        if any(self.in_parentheses(*each) for each in node.entries.values()):
            return True
        for word, done in node.entries.values() if shape is STEP else ():
            script = placement.of_a_script(word.text, done.text) if isinstance(done, Scalar) else ""
            if script and isinstance(done, Scalar):
                return self.add(word, None, "FLOW101", f"{quoted(f'{word.text}: {done.text}')} is no step", script)
        known = {field.key for kind in shape.kinds for field in kind.fields}
        unknown = [name for text, (name, value) in node.entries.items() if text not in known]
        for name in unknown:
            if self.problems.full:
                return True
            inside = self._inside(shape, name.text)
            if name.text in shape.words:
                self._stands_alone(name, node.entries[name.text][1])
            elif inside:
                hint = f"write `{inside}: {{{name.text}: …}}`"
                message = f"{quoted(name.text)} belongs under {quoted(inside)}, one level further in"
                self.add(name, None, "FLOW101", message, hint)
            else:
                _, hint = meant.key(name.text, [*possible, *shape.words])
                if other := placement.meant(name.text, possible) or placement.meant(name.text, known):
                    hint = meant_word(other)
                if shape is STEP:
                    told = placement.no_step(name.text, node.entries[name.text][1])
                    near = misspelt(name.text, (*possible, *shape.words))
                    hint = told or (meant_word(near) if near else placement.belongs(name.text, TRANSFER)) or hint
                    step, _, value = name.text.partition(" ")
                    if step in possible and value.isidentifier() and commas.is_piece(*node.entries[name.text]):
                        hint = write(f"{step}: {value}")
                self.add(name, None, "FLOW101", f"unknown key {quoted(name.text)} in {shape.what}", hint)
        if not unknown and not node.open:
            one_of = ", ".join(f"`{name}`" for name in possible)
            message = f"{shape.what} needs one of these keys: {one_of}"
            self.add(node, key, "FLOW102", message, self._of_another_step(shape, node))
        return True

    def _under_the_first(self, shape: ByKey, node: Mapping, found: list[Scalar]) -> bool:
        """Whether keys stand beside one that has no value, under which they belong; says so."""
        for first in found:
            if first.text in shape.words:  # it may stand alone
                continue
            field, value = shape.by_key[first.text].by_key[first.text], node.entries[first.text][1]
            if not isinstance(field.shape, Record) or not isinstance(value, Scalar) or value.text:
                continue
            inside = [name for name, _ in node.entries.values() if name.text in field.shape.by_key]
            for name in inside:
                self.too_far_out(name.text, name.span, first.text, first, node)
            if inside:
                return True
        return False

    def _of_another_step(self, shape: ByKey, node: Mapping) -> str:
        """A hint if these are keys that stand beside the one that is missing, behind a `- ` too many."""
        for name in node.entries if shape.words else ():
            owners = [kind for kind in shape.kinds if name in kind.by_key]
            if len(owners) == 1:
                first = owners[0].fields[0].key
                return f"`{name}` belongs to {owners[0].what}: write it beside `{first}`, without a `- ` of its own"
        return ""

    def _inside(self, shape: ByKey, name: str) -> str:
        """The key of one of the kinds under which a key of this name is possible; empty if there is none."""
        inner = (each for kind in shape.kinds for each in kind.inside)
        return next((key for key, record in inner if name in record.every), "")

    def misused_word(self, shape: ByKey, node: Mapping, kind: Scalar, value: Node) -> bool:
        """Whether a word that is no mapping has become the key of one, or has got into one."""
        if kind.text in shape.words and isinstance(value, Scalar) and not isinstance(value.value, str):
            self._stands_alone(kind)
            return True
        word = next((word for word in shape.words if word in node.entries and word != kind.text), None)
        if word is not None:
            self.exclude(shape, kind, node.entries[word][0])
        return word is not None

    def _stands_alone(self, word: Scalar, value: Node | None = None) -> None:
        steps = f"[{_in_braces(value)}, {word.text}]" if isinstance(value, Mapping) and value.entries else word.text
        hint = f"write {quoted(steps)}"
        self.add(word, None, "FLOW103", f"{quoted(word.text)} stands alone, without a colon", hint)

    def exclude(self, shape: ByKey, first: Scalar, second: Scalar) -> None:
        message = f"{quoted(second.text)} and {quoted(first.text)} exclude each other in {shape.what}"
        if shape is STEP and {first.text, second.text} == {"menu", "say"}:
            hint = "what is said is the menu's own prompt, `menu: PROMPT`; or write a list, one step each"
            self.problems.add(second.span, "FLOW106", message, hint, (Related(first.span, "the other one"),))
            return
        hint = "write a list, one step each" if shape.words else f"keep one of them: {shape.what} has one"
        self.problems.add(second.span, "FLOW106", message, hint, (Related(first.span, "the other one"),))

    def no_single_key(self, shape: OneKey, node: Mapping, key: Scalar | None) -> bool:
        names = [name for name, _ in node.entries.values()]
        if not names:
            return self.add(node, key, "FLOW105", f"{shape.what} is empty", f"write {shape.what}")
        first, second = names[:2]
        message = f"{quoted(second.text)} and {quoted(first.text)} exclude each other in {shape.what}"
        related = (Related(first.span, "the other one"),)
        self.problems.add(second.span, "FLOW106", message, "start a line of its own with `- `", related)
        return False

    def no_such_name(self, shape: OneKey, name: Scalar, value: Node) -> bool:
        """Whether there is no such name, where names are known that early; says so."""
        return self.in_parentheses(name, value)

    def is_misspelt(self, name: Scalar, shape: OneKey) -> bool:
        """Whether a name was probably meant to be one of the fields; says so."""
        instead = nearest(name.text, shape.by_key)
        if instead is None or self.problems.full:
            return False
        message = f"unknown key {quoted(name.text)} in {shape.what}"
        self.add(name, None, "FLOW101", message, meant_word(instead))
        return True

    def no_type(self, shape: ByType, node: Mapping, key: Scalar | None) -> None:
        if "type" not in node.entries and node.open:
            return
        if "type" not in node.entries:
            known = {field.key for kind in shape.kinds.values() for field in kind.fields}
            for name, (name_node, value) in islice(node.entries.items(), 0 if self.problems.full else _MOST_COMPARED):
                is_kind = isinstance(value, Scalar) and value.text in shape.kinds
                if name not in known and (is_kind or nearest(name, known) == "type"):
                    self.add(
                        name_node, None, "FLOW101", f"unknown key {quoted(name)} in {shape.what}", _DID_YOU_MEAN_TYPE
                    )
                    return
            field = next(iter(shape.kinds.values())).fields[0]
            self.missing_key(field, next(iter(shape.kinds.values())), node, key)
        else:
            kind_key, kind = node.entries["type"]
            self.word(Word(tuple(shape.kinds), shape.refused), kind, kind_key)


def _is_refused(field: Field) -> bool:
    return isinstance(field.shape, Refused)


def _outcomes(written: str) -> list[str]:
    """Words between commas, bars, slashes, or the word that people say there."""
    return [each for each in re.split(r"\s*[,|/]\s*|\s+(?:or|and)\s+", parentheses.without(written).strip()) if each]


def _step_in_braces(word: str, value: Node) -> str:
    """A step as it is written in braces."""
    alone = word in STEP.words and isinstance(value, Scalar) and not isinstance(value.value, str)
    return word if alone else f"{{{word}: {_in_braces(value)}}}"


def _in_braces(value: Node, depth: int = 0) -> str:
    """A value as it is written in braces; what is deep inside it is left out."""
    match value:
        case Scalar() if value.text:
            return value.text if value.plain and "," not in value.text else json.dumps(value.text, ensure_ascii=False)
        case Mapping() if depth < _DEEPEST:
            pairs = (f"{name.text}: {_in_braces(inner, depth + 1)}" for name, inner in value.entries.values())
            return f"{{{', '.join(islice(pairs, _DEEPEST))}}}"
        case Sequence() if depth < _DEEPEST:
            return f"[{', '.join(_in_braces(each, depth + 1) for each in value.items[:_DEEPEST])}]"
        case _:
            return "…"


def _is_unknown_key(found: Diagnostic) -> bool:
    """Whether nobody knows what was meant by a key."""
    return found.code == "FLOW101" and found.message.startswith("unknown key") and found.hint[:12] in ("", _KNOWN_HERE)


def _may_hold(shape: Shape, value: Node) -> bool:
    """Whether a value has a form that the shape takes."""
    match shape:
        case Record() | ByKey() | ByType() | OneKey() | Names():
            return isinstance(value, Mapping)
        case List():
            return isinstance(value, Sequence)
        case ByForm() | Named() | Anything() | Variable() | Refused():
            return True
        case _:
            return isinstance(value, Scalar)
