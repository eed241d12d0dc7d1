"""Words for values that are not as the language's shapes demand: what is wrong, and what to write instead.

Every method adds its diagnostics and is False, or None where the decoder goes on. Nothing here decides whether a value
is right; a `Broken` node has been reported already and is passed over.
"""

from __future__ import annotations

import re

from flowc.diagnostics import Problems, Related, quoted
from flowc.language.durations import PATTERN, milliseconds
from flowc.language.shapes import ByKey, ByType, Duration, Field, Integer, Number, Record, Refused, Text, Word
from flowc.parse.nodes import Broken, Mapping, Node, Scalar, Sequence
from flowc.source import START, Span
from flowc.suggest import did_you_mean, nearest

_PASSWORD = re.compile(r"sips?:[^@\s]*:[^@\s]*@.*|https?://[^/@\s]*@.*")


class Misfits:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    # Values

    def wrong_type(self, what: str, node: Node, key: Scalar | None) -> bool:
        if isinstance(node, Broken):
            return False
        if isinstance(node, Scalar) and node.value is None:
            return self._add(node, key, "FLOW103", f"{_name(key)} has no value", f"write {what}, or remove the key")
        if key is None:
            return self._add(node, key, "FLOW103", f"this is {_kind(node)}, not {what}", "write `name: value` lines")
        return self._add(node, key, "FLOW103", f"{_name(key)} must be {what}, not {_kind(node)}")

    def text(self, shape: Text, node: Node, key: Scalar | None) -> bool:
        if not isinstance(node, Scalar) or node.value is None:
            return self.wrong_type(shape.what, node, key)
        text = node.text
        if not node.is_text:
            message = f"{_name(key)} must be {shape.what}, but {quoted(text)} is {_kind(node)}"
            hint = f'put quotes around it: "{text}"' if shape.fits(text) else ""
            return self._add(node, key, "FLOW103", message, hint)
        if len(text) < shape.shortest:
            return self._add(node, key, "FLOW105", f"{_name(key)} is empty", f"write {shape.what}")
        if shape.longest is not None and len(text) > shape.longest:
            message = f"{_name(key)} has {len(text)} characters, at most {shape.longest} are possible"
            return self._add(node, key, "FLOW105", message, shape.why)
        if _PASSWORD.fullmatch(text):
            message = f"{_name(key)} holds a password"
            return self._add(node, key, "FLOW108", message, "store the whole address, and write `{secret: NAME}`")
        message = f"{quoted(text)} is not {shape.what}" if text.strip() else f"{_name(key)} is empty"
        return self._add(node, key, "FLOW104", message, _better(shape, text))

    def duration(self, shape: Duration, node: Node, key: Scalar | None) -> bool:
        if not isinstance(node, Scalar) or node.value is None:
            return self.wrong_type("a duration", node, key)
        lasting = milliseconds(node.text)
        if lasting is not None:
            least = milliseconds(shape.least)
            bound = f"at least `{shape.least}`" if least is not None and lasting < least else f"at most `{shape.most}`"
            return self._add(node, key, "FLOW105", f"{_name(key)} is {quoted(node.text)}, but must be {bound}")
        if not node.is_text:
            hint = f"write `{node.text}s`" if re.fullmatch(PATTERN, f"{node.text}s") else "write for example `20s`"
            return self._add(node, key, "FLOW103", f"{_name(key)} is a duration and needs a unit", hint)
        hint = "write a whole number and a unit: `500ms`, `20s`, `2m`, `4h`"
        return self._add(node, key, "FLOW104", f"{quoted(node.text)} is not a duration", hint)

    def word(self, shape: Word, node: Node, key: Scalar | None) -> bool:
        what = " or ".join(f"`{word}`" for word in shape.words)
        if not isinstance(node, Scalar) or not node.is_text:
            return self.wrong_type(what, node, key)
        found = nearest(node.text, shape.words)
        hint = f"did you mean `{found}`?" if found else ""
        return self._add(node, key, "FLOW104", f"{_name(key)} must be {what}, not {quoted(node.text)}", hint)

    def boolean(self, node: Node, key: Scalar | None) -> bool:
        hint = ""
        if isinstance(node, Scalar) and node.is_text:
            meant = {"yes": "true", "on": "true", "y": "true", "true": "true"}.get(node.text.lower(), "false")
            hint = f"write `{meant}`"
        if isinstance(node, Scalar) and node.value is not None:
            message = f"{_name(key)} must be `true` or `false`, not {quoted(node.text)}"
            return self._add(node, key, "FLOW103", message, hint)
        return self.wrong_type("`true` or `false`", node, key)

    def number(self, shape: Integer | Number, node: Node, key: Scalar | None) -> bool:
        what = "a whole number" if isinstance(shape, Integer) else "a number"
        if not isinstance(node, Scalar) or isinstance(node.value, str | bool) or node.value is None:
            return self.wrong_type(what, node, key)
        if shape.least == shape.most:
            return self._add(node, key, "FLOW105", f"{_name(key)} must be {shape.least}, the only one there is so far")
        if node.value < shape.least or node.value > shape.most:
            bound = f"at least {shape.least}" if node.value < shape.least else f"at most {shape.most}"
            return self._add(node, key, "FLOW105", f"{_name(key)} must be {bound}")
        return self._add(node, key, "FLOW103", f"{_name(key)} must be {what}, not {quoted(node.text)}")

    def refused(self, shape: Refused, node: Node) -> bool:
        return False if isinstance(node, Broken) else self._add(node, None, shape.code, shape.message, shape.hint)

    def nothing(self, what: str, node: Node, key: Scalar | None) -> bool:
        return self._add(node, key, "FLOW105", f"{_name(key)} is empty", f"write {what} with at least one entry")

    def repeated(self, items: list[Node], key: Scalar | None) -> None:
        first: dict[str, Span] = {}
        for item in items:
            if isinstance(item, Scalar):
                if item.text in first:
                    related = (Related(first[item.text], "first listed here"),)
                    message = f"{quoted(item.text)} is listed twice in {_name(key)}"
                    self.problems.add(item.span, "FLOW109", message, "remove one of them", related)
                first.setdefault(item.text, item.span)

    # Keys

    def unknown_key(self, key: Scalar, node: Mapping, shape: Record, union: ByKey | ByType | None) -> None:
        name = key.text
        if self.problems.full or (name == "<<" and isinstance(node.entries[name][1], Broken)):
            return
        kinds = () if union is None else union.kinds if isinstance(union, ByKey) else tuple(union.kinds.values())
        elsewhere = [kind.what for kind in kinds if isinstance(kind, Record) and name in kind.by_key]
        if elsewhere:
            message = f"{quoted(name)} does not go with {shape.what}: it belongs to {' or '.join(elsewhere)}"
            self._add(key, None, "FLOW106", message, "remove it")
            return
        possible = [field.key for field in shape.fields if not isinstance(field.shape, Refused)]
        hint = _right_key(name, possible)
        self._add(key, None, "FLOW101", f"unknown key {quoted(name)} in {shape.what}", hint)

    def missing_key(self, field: Field, shape: Record, node: Mapping, key: Scalar | None) -> None:
        owner = f"{_name(key)} has" if key is not None else f"{shape.what} needs"
        no = "no" if key is not None else "the key"
        span = key.span if key is not None else START
        doc = field.doc.rstrip(".")
        hint = f"add `{field.key}: …`, {doc if doc[:2].isupper() else doc[0].lower() + doc[1:]}"
        self.problems.add(span, "FLOW102", f"{owner} {no} `{field.key}`", hint)

    def no_single_kind(self, shape: ByKey, node: Mapping, key: Scalar | None, found: list[Scalar]) -> None:
        """Not exactly one of the keys that tell the kinds apart."""
        possible = [name for name, kind in shape.by_key.items() if isinstance(kind, Record)]
        if len(found) > 1:
            first, second = found[:2]
            message = f"{quoted(second.text)} and {quoted(first.text)} exclude each other in {shape.what}"
            hint = "write a list, one step each" if shape.words else f"keep one of them: {shape.what} has one"
            self.problems.add(second.span, "FLOW106", message, hint, (Related(first.span, "the other one"),))
            return
        known = {field.key for kind in shape.kinds if isinstance(kind, Record) for field in kind.fields}
        unknown = [name for text, (name, value) in node.entries.items() if text not in known and text != "<<"]
        for name in unknown:
            if name.text in shape.words:
                message = f"{quoted(name.text)} stands alone, without a colon"
                self._add(name, None, "FLOW103", message, f"write `{name.text}`")
            else:
                hint = _right_key(name.text, [*possible, *shape.words])
                self._add(name, None, "FLOW101", f"unknown key {quoted(name.text)} in {shape.what}", hint)
        if not unknown and "<<" not in node.entries:
            one_of = ", ".join(f"`{name}`" for name in possible)
            self._add(node, key, "FLOW102", f"{shape.what} needs one of these keys: {one_of}")

    def no_type(self, shape: ByType, node: Mapping, key: Scalar | None) -> None:
        if "type" not in node.entries:
            field = next(iter(shape.kinds.values())).fields[0]
            self.missing_key(field, next(iter(shape.kinds.values())), node, key)
        else:
            kind_key, kind = node.entries["type"]
            self.word(Word(tuple(shape.kinds)), kind, kind_key)

    def _add(self, node: Node, key: Scalar | None, code: str, message: str, hint: str = "") -> bool:
        """At the node; where nothing is written, at its key."""
        nowhere = isinstance(node, Scalar) and not node.text and node.plain
        self.problems.add(key.span if nowhere and key is not None else node.span, code, message, hint)
        return False


def _name(key: Scalar | None) -> str:
    return "this name" if key is None else quoted(key.text)


def _kind(node: Node) -> str:
    match node:
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
        case Broken():
            return "nothing"
        case Scalar():
            value = node.value
            if isinstance(value, bool):
                return "a truth value"
            return "a number" if isinstance(value, int | float) else "text"


def _right_key(wrong: str, possible: list[str]) -> str:
    start, colon, rest = wrong.partition(":")
    if colon and start in possible:
        return f"put a space behind the colon: {quoted(f'{start}: {rest}')}"
    return did_you_mean(wrong, possible)


def _better(shape: Text, text: str) -> str:
    """What was probably meant, if a small change makes it right; else an example."""
    stripped = text.strip()
    changes = (
        stripped,
        re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", stripped).lower()).strip("_"),
        re.sub(r"[\s().\-/]+", "", stripped),
        "+" + re.sub(r"[\s().\-/+]+", "", stripped).removeprefix("00"),
        f"sip:{stripped}",
        re.sub(r"^http:", "https:", stripped),
        f"X-{stripped}",
    )
    for change in changes if len(text) < 200 else ():
        if shape.fits(change):
            return f"did you mean `{change}`?"
    return f"write for example `{shape.example}`" if shape.example else ""
