"""Words for values that are not as the language's shapes demand: what is wrong, and what to write instead.

Every method adds its diagnostics and is False, or None where the decoder goes on. Nothing here decides whether a value
is right; a `Broken` node has been reported already and is passed over.
"""

from __future__ import annotations

import re

from flowc.diagnostics import Code, Problems, Related, quoted
from flowc.language.durations import milliseconds
from flowc.language.shapes import (
    ByKey,
    ByType,
    Duration,
    Field,
    Integer,
    Names,
    Number,
    OneKey,
    Record,
    Refused,
    Text,
    Word,
)
from flowc.parse import meant
from flowc.parse.nodes import Broken, Mapping, Node, Scalar, Sequence
from flowc.source import START, Span
from flowc.suggest import nearest

_SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|\$\{?[A-Z][A-Z0-9_]*\}?")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_PASSWORD = re.compile(r"sips?:[^@:\s]*:[^@\s]*@.*|https?://[^/@\s]*@.*")


class Misfits:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self._torn: set[int] = set()  # of the keys that are pieces of a text with commas

    # Values

    def wrong_type(self, what: str, node: Node, key: Scalar | None, hint: str = "") -> bool:
        if isinstance(node, Broken):
            return False
        if isinstance(node, Scalar) and node.value is None:
            return self._add(node, key, "FLOW103", f"{_name(key)} has no value", f"write {what}, or remove the key")
        if key is None:
            return self._add(node, key, "FLOW103", f"this is {_kind(node)}, not {what}", "write `name: value` lines")
        return self._add(node, key, "FLOW103", f"{_name(key)} must be {what}, not {_kind(node)}", hint)

    def no_record(self, shape: Record, node: Node, key: Scalar | None) -> bool:
        hint = ""
        item = node.items[0] if isinstance(node, Sequence) and node.items else None
        inside = next((name for name in item.entries if name in shape.by_key), "") if isinstance(item, Mapping) else ""
        if inside:
            hint = f"write it without dashes: `{inside}: …`, a line for each key"
        elif shape.short and isinstance(node, Sequence):
            hint = f"write `{{{shape.short}: […]}}`"
        elif shape.short and isinstance(node, Scalar) and node.is_text:
            hint = f"write {quoted(f'{{{shape.short}: {node.text}}}')}"
        if isinstance(node, Scalar):
            hint = meant.whole_colon(node.text) or hint
        return self.wrong_type(shape.what, node, key, hint)

    def no_names(self, shape: Names, node: Node, key: Scalar | None) -> bool:
        hint = "write a name and a colon instead of each `- `" if isinstance(node, Sequence) else ""
        if isinstance(node, Scalar):
            hint = meant.whole_colon(node.text)
        return self.wrong_type(shape.what, node, key, hint)

    def no_key_of_it(self, shape: Record, node: Mapping, key: Scalar | None) -> bool:
        """A mapping in which a single value was to be written, perhaps with other things in it."""
        inner = (value for name, (_, value) in node.entries.items() if f"`{name}`" not in shape.beside)
        value = next((value.text for value in inner if isinstance(value, Scalar)), "…")
        neither = " nor ".join(f"`{name}`" for name in shape.required)
        hint = f"write {quoted(f'{key.text}: {value}' if key is not None else value)}; {shape.beside}"
        return self._add(node, key, "FLOW103", f"{_name(key)} has neither {neither}", hint)

    def text(self, shape: Text, node: Node, key: Scalar | None) -> bool:
        if not isinstance(node, Scalar) or node.value is None:
            return self.wrong_type(shape.what, node, key)
        text = node.text
        if not node.is_text:
            message = f"{_name(key)} must be {shape.what}, but {quoted(text)} is {_kind(node)}"
            better = text if shape.fits(text) else meant.changed(shape, text)
            hint = f'put quotes around it: "{better}"' if better else meant.text(shape, text)
            return self._add(node, key, "FLOW103", message, hint)
        if len(text) < shape.shortest:
            return self._add(node, key, "FLOW105", f"{_name(key)} is empty", f"write {shape.what}")
        if shape.longest is not None and len(text) > shape.longest:
            message = f"{_name(key)} has {len(text)} characters, at most {shape.longest} are possible"
            return self._add(node, key, "FLOW105", message, shape.why)
        if _PASSWORD.fullmatch(text):
            message = f"{_name(key)} holds a password"
            return self._add(node, key, "FLOW108", message, "store the whole address, and write `{secret: NAME}`")
        from flowc.language.secrets import looks_secret

        if looks_secret(text):  # what follows would print it
            message = f"{_name(key)} looks like a secret, which must not stand in the file"
            return self._add(node, key, "FLOW108", message, "store it, and write `{secret: NAME}`")
        control = _CONTROL.search(text)
        if control is not None and text.strip() and shape.fits(_CONTROL.sub("", text)):
            message = f"{_name(key)} holds a control character: U+{ord(control[0]):04X}"
            return self._add(node, key, "FLOW104", message, r"remove it; in double quotes, write `\\` for a backslash")
        message = f"{quoted(text)} is not {shape.what}" if text.strip() else f"{_name(key)} is empty"
        return self._add(node, key, "FLOW104", message, meant.text(shape, text))

    def setting(self, shape: Text, node: Scalar, key: Scalar | None) -> bool:
        """A literal that is none; in upper-case words it is the name of a setting."""
        from flowc.language.secrets import looks_secret

        if not _SETTING.fullmatch(node.text) or not node.is_text or looks_secret(node.text):
            return self.text(shape, node, key)
        name = node.text.strip("${}")
        hint = f"write `{{secret: {name}}}`, or `{{storage: {name}}}`"
        return self._add(node, key, "FLOW104", f"{quoted(node.text)} is not {shape.what}", hint)

    def cut_off(self, node: Scalar, key: Scalar | None) -> bool:
        """A text without quotes that a `#` ends. That it is a secret is worse, and said where it is found."""
        from flowc.language.secrets import looks_secret, names_secret

        if looks_secret(node.text) or (key is not None and names_secret(key.text, node.text)):
            return True
        line, column = node.end.line + 1, node.comment + 1
        related = (Related(node.span, "the text, as far as it goes"),)
        message = f"` #` begins a comment, so the text of {_name(key)} ends here"
        hint = "put quotes around the whole text, or write the comment on a line of its own"
        self.problems.add(Span(line, column, line, column + 1), "FLOW104", message, hint, related)
        return False

    def duration(self, shape: Duration, node: Node, key: Scalar | None) -> bool:
        if not isinstance(node, Scalar) or node.value is None:
            return self.wrong_type("a duration", node, key)
        lasting = milliseconds(node.text)
        if lasting is not None:
            least, most = milliseconds(shape.least), milliseconds(shape.most)
            if shape.why and most is not None and lasting > most:
                message = f"{_name(key)} is {node.text}, but {shape.why}"
                return self._add(node, key, "FLOW401", message, f"at most `{shape.most}`")
            bound = f"at least `{shape.least}`" if least is not None and lasting < least else f"at most `{shape.most}`"
            return self._add(node, key, "FLOW105", f"{_name(key)} is {quoted(node.text)}, but must be {bound}")
        if not node.is_text:
            hint = meant.lasting(shape, node.text) or f"write `{shape.least}` to `{shape.most}`"
            return self._add(node, key, "FLOW103", f"{_name(key)} is a duration and needs a unit", hint)
        hint = meant.lasting(shape, node.text) or "write a whole number and a unit: `500ms`, `20s`, `2m`, `4h`"
        return self._add(node, key, "FLOW104", f"{quoted(node.text)} is not a duration", hint)

    def word(self, shape: Word, node: Node, key: Scalar | None) -> bool:
        what = " or ".join(f"`{word}`" for word in shape.words)
        if not isinstance(node, Scalar) or not node.is_text:
            return self.wrong_type(what, node, key)
        later = next((each.shape for each in shape.later if each.key == node.text), None)
        if isinstance(later, Refused):
            return self.refused(later, node)
        found = None if self.problems.full else nearest(node.text, shape.words)
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
        if isinstance(node, Scalar) and not node.plain and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", node.text):
            return self.wrong_type(what, node, key, f"write `{node.text}`, without quotes")
        if not isinstance(node, Scalar) or isinstance(node.value, str | bool) or node.value is None:
            return self.wrong_type(what, node, key)
        if shape.least == shape.most:
            return self._add(node, key, "FLOW105", f"{_name(key)} must be {shape.least}, the only one there is so far")
        if node.value < shape.least or node.value > shape.most:
            bound = f"at least {shape.least}" if node.value < shape.least else f"at most {shape.most}"
            return self._add(node, key, "FLOW105", f"{_name(key)} must be {bound}")
        return self._add(node, key, "FLOW103", f"{_name(key)} must be {what}, not {quoted(node.text)}")

    def no_secret(self, shape: Refused, node: Scalar) -> bool:
        """The name of a secret where a reference belongs, or a secret itself, which is not repeated."""
        from flowc.language.secrets import looks_secret

        name = re.fullmatch(r"\$?\{?\s*(?:env\.|secrets\.)?([A-Z][A-Z0-9_]{1,63})\s*\}?", node.text)
        if name is None or looks_secret(name[1]):
            return self.refused(shape, node)
        message = f"{quoted(node.text)} is not a reference to a secret"
        return self._add(node, None, shape.code, message, f"write `{{secret: {name[1]}}}`")

    def refused(self, shape: Refused, node: Node) -> bool:
        return False if isinstance(node, Broken) else self._add(node, None, shape.code, shape.message, shape.hint)

    def nothing(self, what: str, node: Node, key: Scalar | None) -> bool:
        return self._add(node, key, "FLOW105", f"{_name(key)} is empty", f"write {what} with at least one entry")

    def repeated(self, items: list[Node], key: Scalar | None) -> None:
        first: dict[str, Span] = {}
        for item in items:
            if isinstance(item, Scalar):
                if item.text in first and not self.problems.full:
                    related = (Related(first[item.text], "first listed here"),)
                    message = f"{quoted(item.text)} is listed twice in {_name(key)}"
                    self.problems.add(item.span, "FLOW109", message, "remove one of them", related)
                first.setdefault(item.text, item.span)

    # Keys

    def unknown_key(self, key: Scalar, node: Mapping, shape: Record, union: ByKey | ByType | None) -> str:
        """The key that was meant, empty if nobody knows."""
        name = key.text
        if self.problems.full or (name == "<<" and isinstance(node.entries[name][1], Broken)):
            return ""
        if self.torn_by_comma(key, node):
            return ""
        if name in ("then", "next") and union is not None:
            message = f"unknown key {quoted(name)} in {shape.what}"
            self._add(key, None, "FLOW101", message, "write a list, one step each: what follows stands next in it")
            return ""
        kinds = () if union is None else union.kinds if isinstance(union, ByKey) else tuple(union.kinds.values())
        elsewhere = [kind.what for kind in kinds if isinstance(kind, Record) and name in kind.by_key]
        if elsewhere:
            message = f"{quoted(name)} does not go with {shape.what}: it belongs to {' or '.join(elsewhere)}"
            self._add(key, None, "FLOW106", message, "remove it")
            return ""
        possible = [field.key for field in shape.fields if not isinstance(field.shape, Refused)]
        instead, hint = meant.key(name, possible)
        self._add(key, None, "FLOW101", f"unknown key {quoted(name)} in {shape.what}", hint)
        return instead

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

    def torn_by_comma(self, key: Scalar, node: Mapping) -> bool:
        """Whether a key is the rest of a text with a comma in it, in braces and without quotes; says so.

        It is said once of all the pieces, and the first of them, which is a value, is broken: it names nothing.
        """
        if id(key) in self._torn:
            return True
        entries = list(node.entries.values())
        index = next((index for index, (name, _) in enumerate(entries) if name is key), 0)
        if not node.flow_style or not index or not _is_piece(*entries[index]):
            return False
        name, before = entries[index - 1]
        if not isinstance(before, Scalar) or not before.plain or not before.text:
            return False
        pieces = [before.text]
        for piece, value in entries[index:]:
            if not _is_piece(piece, value):
                break
            pieces.append(piece.text)
            self._torn.add(id(piece))
        whole = ", ".join(pieces)
        if name.text in meant.LISTS:
            message = f"a `,` ends a value in braces: {quoted(whole)} is a list only in brackets"
            hint = f"write {quoted(f'[{whole}]')}"
        else:
            message = f"a `,` ends a text in braces: {quoted(whole)} is one without quotes"
            hint = f'put quotes around it: "{quoted(meant.without_quotes(whole))[1:-1]}"'
        self._add(key, None, "FLOW101", message, hint)
        node.entries[name.text] = (name, Broken(before.span))
        return True

    def without_space(self, key: Scalar, value: Node) -> bool:
        """Whether a key in braces is a key and its value with no space between them; says so."""
        hint = meant.whole_colon(key.text) if key.plain and isinstance(value, Scalar) and value.value is None else ""
        if hint:
            self._add(key, None, "FLOW101", f"{quoted(key.text)} is one word, not a name and its value", hint)
        return bool(hint)

    def missing_key(self, field: Field, shape: Record, node: Mapping, key: Scalar | None) -> None:
        owner = f"{_name(key)} has" if key is not None else f"{shape.what} needs"
        no = "no" if key is not None else "the key"
        span = key.span if key is not None else START
        doc = field.doc.rstrip(".")
        only = field.shape.least if isinstance(field.shape, Integer) and field.shape.least == field.shape.most else "…"
        hint = f"add `{field.key}: {only}`, {doc if doc[:2].isupper() else doc[0].lower() + doc[1:]}"
        self.problems.add(span, "FLOW102", f"{owner} {no} `{field.key}`", hint)

    def no_single_kind(self, shape: ByKey, node: Mapping, key: Scalar | None, found: list[Scalar]) -> None:
        """Not exactly one of the keys that tell the kinds apart."""
        possible = [name for name, kind in shape.by_key.items() if isinstance(kind, Record)]
        if len(found) > 1:
            self._exclude(shape, *found[:2])
            return
        known = {field.key for kind in shape.kinds if isinstance(kind, Record) for field in kind.fields}
        unknown = [name for text, (name, value) in node.entries.items() if text not in known and text != "<<"]
        for name in unknown:
            if self.problems.full:
                return
            inside = self._inside(shape, name.text)
            if name.text in shape.words:
                self._stands_alone(name)
            elif inside:
                hint = f"write `{inside}: {{{name.text}: …}}`"
                message = f"{quoted(name.text)} belongs under {quoted(inside)}, one level further in"
                self._add(name, None, "FLOW101", message, hint)
            else:
                _, hint = meant.key(name.text, [*possible, *shape.words])
                self._add(name, None, "FLOW101", f"unknown key {quoted(name.text)} in {shape.what}", hint)
        if not unknown and "<<" not in node.entries:
            one_of = ", ".join(f"`{name}`" for name in possible)
            message = f"{shape.what} needs one of these keys: {one_of}"
            self._add(node, key, "FLOW102", message, self._of_another_step(shape, node))

    def _of_another_step(self, shape: ByKey, node: Mapping) -> str:
        """A hint if these are keys that stand beside the one that is missing, behind a `- ` too many."""
        for name in node.entries if shape.words else ():
            owners = [kind for kind in shape.kinds if isinstance(kind, Record) and name in kind.by_key]
            if len(owners) == 1:
                first = owners[0].fields[0].key
                return f"`{name}` belongs to {owners[0].what}: write it beside `{first}`, without a `- ` of its own"
        return ""

    def _inside(self, shape: ByKey, name: str) -> str:
        """The key of one of the kinds under which a key of this name is possible; empty if there is none."""
        inner = (each for kind in shape.kinds if isinstance(kind, Record) for each in kind.inside)
        return next((key for key, record in inner if name in record.by_key), "")

    def misused_word(self, shape: ByKey, node: Mapping, kind: Scalar, value: Node) -> bool:
        """Whether a word that is no mapping has become the key of one, or has got into one."""
        if kind.text in shape.words and isinstance(value, Scalar) and not isinstance(value.value, str):
            self._stands_alone(kind)
            return True
        word = next((word for word in shape.words if word in node.entries and word != kind.text), None)
        if word is not None:
            self._exclude(shape, kind, node.entries[word][0])
        return word is not None

    def _stands_alone(self, word: Scalar) -> None:
        self._add(word, None, "FLOW103", f"{quoted(word.text)} stands alone, without a colon", f"write `{word.text}`")

    def _exclude(self, shape: ByKey, first: Scalar, second: Scalar) -> None:
        message = f"{quoted(second.text)} and {quoted(first.text)} exclude each other in {shape.what}"
        hint = "write a list, one step each" if shape.words else f"keep one of them: {shape.what} has one"
        self.problems.add(second.span, "FLOW106", message, hint, (Related(first.span, "the other one"),))

    def no_single_key(self, shape: OneKey, node: Mapping, key: Scalar | None) -> bool:
        names = [name for name, _ in node.entries.values()]
        if not names:
            return self._add(node, key, "FLOW105", f"{shape.what} is empty", f"write {shape.what}")
        first, second = names[:2]
        message = f"{quoted(second.text)} and {quoted(first.text)} exclude each other in {shape.what}"
        related = (Related(first.span, "the other one"),)
        self.problems.add(second.span, "FLOW106", message, "start a line of its own with `- `", related)
        return False

    def is_misspelt(self, name: Scalar, shape: OneKey) -> bool:
        """Whether a name was probably meant to be one of the fields; says so."""
        instead = nearest(name.text, shape.by_key)
        if instead is None or self.problems.full:
            return False
        message = f"unknown key {quoted(name.text)} in {shape.what}"
        self._add(name, None, "FLOW101", message, f"did you mean `{instead}`?")
        return True

    def no_type(self, shape: ByType, node: Mapping, key: Scalar | None) -> None:
        if "type" not in node.entries:
            field = next(iter(shape.kinds.values())).fields[0]
            self.missing_key(field, next(iter(shape.kinds.values())), node, key)
        else:
            kind_key, kind = node.entries["type"]
            self.word(Word(tuple(shape.kinds)), kind, kind_key)

    def _add(self, node: Node, key: Scalar | None, code: Code, message: str, hint: str = "") -> bool:
        """At the node; where nothing is written, at its key."""
        nowhere = isinstance(node, Scalar) and not node.text and node.plain
        self.problems.add(key.span if nowhere and key is not None else node.span, code, message, hint)
        return False


def _is_piece(key: Scalar, value: Node) -> bool:
    """Whether a key in braces has no colon, as the words behind a comma have none."""
    empty = isinstance(value, Scalar) and value.value is None and value.end.column == key.end.column
    return empty and key.plain and ":" not in key.text


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
