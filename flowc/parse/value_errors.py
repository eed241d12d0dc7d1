"""Words for values that are not as the language's shapes demand: what is wrong, and what to write instead.

Every method adds its diagnostics and is False, or None where the decoder goes on. Nothing here decides whether a value
is right; a `Broken` node has been reported already and is passed over.
"""

from __future__ import annotations

import json
import re

from flowc.diagnostics import Code, Problems, Related, quoted
from flowc.language.durations import milliseconds
from flowc.language.flow.steps import STEP_WORD
from flowc.language.flow.values import DIGITS, PATTERN, TARGET_NAME, WEBHOOK_NAME, may_be_a_setting
from flowc.language.secrets import looks_secret, names_secret
from flowc.language.shapes import (
    ByForm,
    ByKey,
    ByType,
    Duration,
    Integer,
    List,
    Names,
    Number,
    OneKey,
    Record,
    Refused,
    Shape,
    Text,
    Word,
)
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence
from flowc.parse import other_values, placement, suggestions
from flowc.source import Span
from flowc.suggest import Instead, as_typed, meant_word, nearest, write

_SETTING = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|\$\{?[A-Z][A-Z0-9_]*\}?"
_OTHER_TYPES = {
    **dict.fromkeys(("int", "long", "int32", "int64", "whole"), "integer"),
    **dict.fromkeys(("float", "double", "decimal", "real", "numeric"), "number"),
    **dict.fromkeys(("str", "text", "char", "varchar", "time", "email"), "string"),
    **dict.fromkeys(("bool", "flag", "yes_no", "truth"), "boolean"),
    **dict.fromkeys(("list", "set", "tuple", "vector", "sequence", "strings"), "array"),
    **dict.fromkeys(("dict", "map", "mapping", "struct", "record", "hash", "json"), "object"),
}
_OTHER_FORMATS = {
    **dict.fromkeys(("e164", "E164", "e.164", "E.164", "tel", "telephone", "phone_number", "phone-number"), "phone"),
    **dict.fromkeys(("day", "full-date", "iso-date", "iso8601", "ISO8601", "yyyy-mm-dd", "YYYY-MM-DD"), "date"),
}
LONGEST_PAUSE_S = 10
"""Among digits: what is longer is none."""
_LEFT_OUT = {("attempts", "1"): "remove it: once is how often a target is rung without it"}
"""What a value says that is the same as nothing, where the key may not have it."""
_NAMES_END = range(30, 260)
"""Characters: the names of anything are at the most so long."""
_OR_REMOVE = ", or remove the key"
_CONTROL = r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
_REFERENCE = r"\{\s*(?:secret|storage):\s*([\w.:-]{1,200})\s*\}"
_LONGEST = 200  # characters of what is to be written
_PASSWORD = r"sips?:[^@:\s]*:[^@\s]*@.*|https?://[^/@\s]*@.*"


class ValueErrors:
    a_step = "write a step, such as `{transfer: TARGET}` or `hang_up`, or a list of them"

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def wrong_type(self, what: str, node: Node, key: Scalar | None, hint: str = "") -> bool:
        if isinstance(node, Broken):
            return False
        if isinstance(node, Scalar) and node.value is None:
            if node.comment is not None and node.comment[0] == node.end.line and not node.text:
                message = f"{shown(key)} has no value, since ` #` begins a comment"
                return self.add(node, key, "FLOW103", message, f"write {what}; text that starts with `#` needs quotes")
            if key is None and node.text:
                return self.add(node, key, "FLOW103", f"{quoted(node.text)} stands for nothing", f"write {what}")
            return self.add(node, key, "FLOW103", f"{shown(key)} has no value", f"write {what}{_OR_REMOVE}")
        if key is None:
            return self.add(node, key, "FLOW103", f"this is {_kind(node)}, not {what}", "write `name: value` lines")
        return self.add(node, key, "FLOW103", f"{shown(key)} must be {what}, not {_kind(node)}", hint)

    def is_required(self, key: Scalar, before: int) -> None:
        """Nobody is told to remove a key that would be missing then. What is said of it is the first from `before`."""
        if before < len(self.problems) and self.problems.found[before].hint.endswith(_OR_REMOVE):
            found = self.problems.found[before]
            if found.span == key.span:
                self.problems.found[before] = found.hinted(found.hint.removesuffix(_OR_REMOVE))

    def no_such_form(self, shape: ByForm, node: Node, key: Scalar | None) -> bool:
        """Whether what stands there in place of a name is known; says so."""
        if self.problems.full or shape.mapping is None:
            return False
        from flowc.parse import named  # only an error needs it

        told = named.instead(shape, node, key)
        return told is not None and not self.add(node, None, "FLOW103", *told)

    def in_quotes(self, shape: Shape, node: Scalar) -> bool:
        """Whether braces or brackets have become a text by the quotes around them; says so. Nobody's secret is shown:
        where only a reference is right, it is one.
        """
        text = node.text.strip()
        if (text[:1], text[-1:]) not in (("{", "}"), ("[", "]")) or not _may_be(shape, text[0]) or looks_secret(text):
            return False
        if isinstance(shape, ByForm) and may_be_a_setting(shape):
            found = re.fullmatch(_REFERENCE, text)
            if found is None or (isinstance(shape.scalar, Refused) and not suggestions.name_of_a_setting(found[1])):
                return False
        elif isinstance(shape, ByForm) and isinstance(shape.mapping, ByKey) and _is_prose(shape.scalar):
            keys = "|".join(map(re.escape, shape.mapping.by_key))
            if re.match(rf"\{{\s*(?:{keys})\s*:", text) is None:
                return False  # a sentence, whatever it begins with
        message = f"{quoted(text)} is a text, because of its quotes"
        hint = Instead(f"write {quoted(text, _LONGEST)}, without quotes", text)
        return not self.add(node, None, "FLOW103", message, hint)

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
        elif isinstance(node, Scalar) and node.is_text and (example := _first_of(shape, node.text)):
            hint = f"write {quoted(example)}"
        elif isinstance(node, Scalar) and key is not None and node.text in _TAKEN_BACK:
            hint = f"leave {shown(key)} out; one that comes along with `like` can be replaced, and not taken back"
        elif isinstance(node, Scalar) and key is not None and shape.required:
            hint = f"write {quoted(_in_braces(shape))}"
        if isinstance(node, Scalar):
            hint = suggestions.whole_colon(node.text) or hint
        return self.wrong_type(shape.what, node, key, hint)

    def no_kind(self, shape: ByKey | ByType | OneKey, node: Node, key: Scalar | None) -> bool:
        """No mapping where one of several kinds belongs."""
        hint = ""
        if isinstance(node, Sequence) and node.items and isinstance(node.items[0], Mapping):
            hint = "write it without the `- `: `name: value` lines"
        elif isinstance(shape, ByKey) and isinstance(node, Scalar) and "pstn" in shape.by_key:
            hint = suggestions.target(node.text)
        elif isinstance(shape, ByType) and isinstance(node, Scalar) and node.text:
            kind, said = next(iter(shape.kinds)), as_typed(node.text)
            kind, said = (node.text, "…") if node.text in shape.kinds else (kind, said)
            hint = f"write {quoted(f'{{type: {kind}, description: {said}}}', 100)}"
        return self.wrong_type(shape.what, node, key, hint)

    def no_list(self, shape: List, node: Node, key: Scalar | None) -> bool:
        hint = f"write {quoted(suggestions.listed(node.text))}" if isinstance(node, Scalar) else ""
        if isinstance(node, Mapping) and node.entries:
            hint = f"write {quoted('[' + ', '.join(node.entries) + ']')}"
        if shape.item is DIGITS:
            hint = f"write {quoted(suggestions.keys_and_pauses(node.text if isinstance(node, Scalar) else ''))}"
        return self.wrong_type(shape.what, node, key, hint)

    def empty_item(self, shape: List, item: Scalar, node: Sequence, key: Scalar | None) -> Node:
        """An item of a list that is nothing."""
        line, column = item.start.line + 1, item.start.column + 1
        if item.text or node.flow_style:
            self.add(item, None, "FLOW103", f"an item of {shown(key)} has no value", "remove it, or write what it is")
            return Broken(item.span)
        if column > node.start.column + 1:  # else it is the end of the `- `
            column = node.start.column + 1
        span = Span(line, column, line, column + 1)
        message = "nothing stands behind this `- `"
        if item.comment is not None and item.comment[0] == item.end.line:
            message = f"{message} but a comment"
        self.problems.add(span, "FLOW103", message, f"remove it, or write an item of {shown(key)} behind it")
        return Broken(span)

    def no_names(self, shape: Names, node: Node, key: Scalar | None) -> bool:
        hint = "write a name and a colon instead of each `- `" if isinstance(node, Sequence) else ""
        if isinstance(node, Sequence) and node.flow_style:
            hint = "write a name and a colon for each, in braces: `{name: …}`"
        if isinstance(node, Scalar):
            hint = suggestions.whole_colon(node.text)
        hint = other_values.of_names(shape, node, "" if key is None else key.text) or hint
        return self.wrong_type(shape.what, node, key, hint)

    def no_key_of_it(self, shape: ByKey, node: Mapping, key: Scalar | None) -> bool:
        """A mapping in which a single value was to be written, perhaps with other things in it."""
        inner = {name: value for name, (_, value) in node.entries.items() if f"`{name}`" not in shape.beside}
        pieces = [name for name, (_, value) in node.entries.items() if isinstance(value, Scalar) and not value.text]
        value = next((value.text for value in inner.values() if isinstance(value, Scalar)), "…")
        neither = " nor ".join(f"`{name}`" for name in shape.by_key)
        hint = f"write {quoted(f'{key.text}: {value}' if key is not None else value)}; {shape.beside}"
        hint = suggestions.declared_target(value) or hint
        words = (placement.meant(name, shape.by_key) or nearest(name, shape.by_key) for name in inner)
        known = next(filter(None, words), None)
        hint = f"did you mean `{known}`?" if known else hint
        if pieces and node.flow_style and len(pieces) == len(node.entries):  # names without a colon
            hint = write(f"[{', '.join(map(as_typed, pieces))}]" if len(pieces) > 1 else as_typed(pieces[0]))
        return self.add(node, key, "FLOW103", f"{shown(key)} has neither {neither}", hint)

    def text(self, shape: Text, node: Node, key: Scalar | None) -> bool:
        if isinstance(node, Mapping) and len(node.entries) == 1 and key is not None:
            [(name, value)] = node.entries.values()
            meant = value if isinstance(value, Scalar) and value.is_text else name
            if isinstance(value, Scalar) and shape.fits(meant.text):
                known = Instead(f"write {quoted(meant.text)}", as_typed(meant.text))
                return self.wrong_type(shape.what, node, key, known)
        if shape is STEP_WORD and isinstance(node, Scalar) and node.value is None and node.comment is None:
            return self.add(node, key, "FLOW103", f"{shown(key)} has no value", self.a_step)
        if not isinstance(node, Scalar) or node.value is None:
            hint = ""
            if shape is PATTERN and isinstance(node, Sequence) and node.flow_style:
                items = [item.text for item in node.items if isinstance(item, Scalar)]
                hint = f"put quotes around it: {quoted(chr(34) + '[' + ', '.join(items) + ']' + chr(34))}"
            return self.wrong_type(shape.what, node, key, hint)
        text = node.text
        if not node.is_text:
            message = f"{shown(key)} must be {shape.what}, but {quoted(text)} is {_kind(node)}"
            better = text if shape.fits(text) else suggestions.changed(shape, text)
            hint = _in_quotes(better) if better else suggestions.text(shape, text)
            if shape is WEBHOOK_NAME:
                hint = "write the name of a webhook, as it is declared under `webhooks`"
            if shape is TARGET_NAME:
                hint = suggestions.declared_target(text) or hint
            if shape is DIGITS and isinstance(node.value, int) and 0 < node.value <= LONGEST_PAUSE_S:
                hint = f"{hint}; for a pause write `{text}s`"
            return self.add(node, key, "FLOW103", message, hint)
        if len(text) < shape.shortest:
            return self.add(node, key, "FLOW105", f"{shown(key)} is empty", f"write {shape.what}")
        if shape.longest is not None and len(text) > shape.longest:
            message = f"{shown(key)} has {len(text)} characters, at most {shape.longest} are possible"
            return self.add(node, key, "FLOW105", message, shape.why)
        if re.fullmatch(_PASSWORD, text):
            message = f"{shown(key)} holds a password"
            return self.add(node, key, "FLOW108", message, "store the whole address, and write `{secret: NAME}`")
        if looks_secret(text):  # what follows would print it
            message = f"{shown(key)} looks like a secret, which must not stand in the file"
            return self.add(node, key, "FLOW108", message, "store it, and write `{secret: NAME}`")
        control = re.search(_CONTROL, text)
        if control is not None and text.strip() and shape.fits(re.sub(_CONTROL, "", text)):
            if control[0] == "\t" and (not node.double_quoted or node.place_of("\t") is not None):  # as it is typed
                return self.add(node, key, "FLOW104", f"{shown(key)} holds a tab", "write a blank in its place")
            message = f"{shown(key)} holds a control character: U+{ord(control[0]):04X}"
            return self.add(node, key, "FLOW104", message, r"remove it; in double quotes, write `\\` for a backslash")
        if most := _longest_name(shape, text):
            message = f"{quoted(text)} has {len(text)} characters, and {most} are possible here at the most"
            return self.add(node, key, "FLOW105", message, "write a shorter name")
        message = f"{quoted(text)} is not {shape.what}" if text.strip() else f"{shown(key)} is empty"
        if over_tls := suggestions.sips_over_tls(shape, text):
            message = f"{quoted(text)} is SIP over TLS, which UDP does not carry"
            return self.add(node, key, "FLOW104", message, Instead(f"write {quoted(over_tls)}", as_typed(over_tls)))
        datum = other_values.of_data("" if key is None else key.text, text)
        return self.add(node, key, "FLOW104", message, datum or suggestions.text(shape, text))

    def setting(self, shape: Text, node: Scalar, key: Scalar | None) -> bool:
        """A literal that is none; in upper-case words it is the name of a setting."""
        if not re.fullmatch(_SETTING, node.text) or not node.is_text or looks_secret(node.text):
            return self.text(shape, node, key)
        name = node.text.strip("${}")
        secret, storage = f"{{secret: {name}}}", f"{{storage: {name}}}"
        hint = Instead(f"write `{secret}`, or `{storage}`", secret, storage)
        return self.add(node, key, "FLOW104", f"{quoted(node.text)} is not {shape.what}", hint)

    def cut_off(self, node: Scalar, key: Scalar | None) -> bool:
        """A text without quotes that a comment ends. That it is a secret is worse, and said where it is found."""
        if looks_secret(node.text) or (key is not None and names_secret(key.text, node.text)):
            return True
        line, column = node.comment or (node.end.line, node.end.column)
        related = (Related(node.span, "the text, as far as it goes"),)
        if node.plain and line == node.end.line:
            message = f"` #` begins a comment, so the text of {shown(key)} ends here"
            hint = "put quotes around the whole text, or write the comment on a line of its own"
        elif not node.plain and (line, column) == (node.end.line, node.end.column):
            message = f"a `#` right behind quotes begins a comment, so the text of {shown(key)} ends here"
            hint = "put the whole text into the quotes, or a space before the comment"
        else:
            message = f"a line that starts with `#` is a comment, so the text of {shown(key)} ends above it"
            whole = "put quotes around the whole text" if node.plain else "indent it as far as the text"
            hint = f"{whole}; a comment is indented no further than the key or the `- ` of the text"
        self.problems.add(Span(line + 1, column + 1, line + 1, column + 2), "FLOW104", message, hint, related)
        return False

    def duration(self, shape: Duration, node: Node, key: Scalar | None) -> bool:
        if not isinstance(node, Scalar) or node.value is None:
            return self.wrong_type("a duration", node, key)
        lasting = milliseconds(node.text)
        if lasting is not None:
            least, most = milliseconds(shape.least), milliseconds(shape.most)
            if shape.why and most is not None and lasting > most:
                message = f"{shown(key)} is {node.text}, but {shape.why}"
                return self.add(node, key, "FLOW401", message, f"at most `{shape.most}`")
            bound = f"at least `{shape.least}`" if least is not None and lasting < least else f"at most `{shape.most}`"
            message = f"{shown(key)} is {quoted(node.text)}, but must be {bound}"
            return self.add(node, key, "FLOW105", message, f"write `{shape.least}` to `{shape.most}`")
        if not node.is_text:
            hint = suggestions.lasting(shape, node.text) or f"write `{shape.least}` to `{shape.most}`"
            return self.add(node, key, "FLOW103", f"{shown(key)} is a duration and needs a unit", hint)
        hint = suggestions.lasting(shape, node.text) or "write a whole number and a unit: `500ms`, `20s`, `2m`, `4h`"
        return self.add(node, key, "FLOW104", f"{quoted(node.text)} is not a duration", hint)

    def word(self, shape: Word, node: Node, key: Scalar | None) -> bool:
        what = " or ".join(f"`{word}`" for word in shape.words)
        if not isinstance(node, Scalar) or not node.is_text:
            return self.wrong_type(what, node, key, _word_of(shape, node, key))
        names = (node.text, _OTHER_TYPES.get(node.text))
        refused = next((each.shape for each in shape.refused if each.key in names), None)
        if isinstance(refused, Refused):
            return self.refused(refused, node)
        found = None if self.problems.full else nearest(node.text, shape.words)
        hint: str = meant_word(found) if found else ""
        if joined := suggestions.joined(node):
            hint = joined
        elif other := placement.meant(node.text, shape.words):
            hint = meant_word(other)
        elif other := other_values.of_a_word("" if key is None else key.text, node.text, shape.words):
            hint = other
        elif not hint and len(shape.words) == 1:
            hint = write(shape.words[0])
        if _OTHER_TYPES.get(node.text) in shape.words:
            hint = write(_OTHER_TYPES[node.text])
        elif node.text in ("phone", "date") and "string" in shape.words and key is not None:
            hint = f"write `string`, and beside it `format: {node.text}`"
        elif "phone" in shape.words and node.text in _OTHER_FORMATS:
            hint = write(_OTHER_FORMATS[node.text])
        elif "phone" in shape.words and not hint:
            hint = "there are `phone` and `date`: of others say in a `pattern` what they look like"
        elif shape.words == ("start", "stop") or shape.words == ("paused",):
            hint = placement.of_recording(node.text, shape.words) or hint
        elif key is not None and key.text == "model" and "eu" in shape.words:
            from flowc.machines import model_for  # only an error needs it

            found = model_for(node.text)
            hint = write(found) if found else "take it out: it goes by the country of the number then"
        elif node.text in ("enum", "choice") and "string" in shape.words and key is not None:
            hint = "write `string`, and its values beside it: `enum: [a, b]`"
        return self.add(node, key, "FLOW104", f"{shown(key)} must be {what}, not {quoted(node.text)}", hint)

    def boolean(self, node: Node, key: Scalar | None) -> bool:
        if isinstance(node, Scalar) and node.value is not None:
            said = node.text.lower()
            truth = _TRUTHS.get(said, "")
            hint = write(truth, ", without quotes" if node.is_text and said == truth else "") if truth else _A_TRUTH
            message = f"{shown(key)} must be `true` or `false`, not {quoted(node.text)}"
            return self.add(node, key, "FLOW103", message, hint)
        return self.wrong_type("`true` or `false`", node, key)

    def number(self, shape: Integer | Number, node: Node, key: Scalar | None) -> bool:
        what = "a whole number" if isinstance(shape, Integer) else "a number"
        if isinstance(node, Scalar) and not node.plain and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", node.text):
            return self.wrong_type(what, node, key, write(node.text, ", without quotes"))
        if not isinstance(node, Scalar) or isinstance(node.value, str | bool) or node.value is None:
            number = suggestions.thousands([node.text]) if isinstance(node, Scalar) else ""
            bounds = f"write a number from `{shape.least}` to `{shape.most}`" if isinstance(node, Scalar) else ""
            if not number and isinstance(node, Scalar):
                number = _counted(shape, node.text)
            return self.wrong_type(what, node, key, write(number) if number else bounds)
        if shape.least == shape.most:
            message = f"{shown(key)} must be {shape.least}, the only one there is so far"
            return self.add(node, key, "FLOW105", message, write(str(shape.least)))
        if node.value < shape.least or node.value > shape.most:
            bound = f"at least {shape.least}" if node.value < shape.least else f"at most {shape.most}"
            hint = f"write a number from `{shape.least}` to `{shape.most}`"
            hint = _LEFT_OUT.get((key.text, node.text), hint) if key is not None else hint
            return self.add(node, key, "FLOW105", f"{shown(key)} must be {bound}", hint)
        return self.add(node, key, "FLOW103", f"{shown(key)} must be {what}, not {quoted(node.text)}")

    def no_secret(self, shape: Refused, node: Scalar) -> bool:
        """The name of a secret where a reference belongs, or a secret itself, which is not repeated."""
        if isinstance(node.value, bool):
            message = f"{quoted(node.text)} is no reference to a secret"
            return self.add(node, None, "FLOW103", message, "store what is secret, and write `{secret: NAME}`")
        name = suggestions.name_of_a_setting(node.text)
        if not name or looks_secret(name):
            return self.refused(shape, node)
        message = f"{quoted(node.text)} is not a reference to a secret"
        return self.add(node, None, shape.code, message, write(f"{{secret: {name}}}"))

    def refused(self, shape: Refused, node: Node) -> bool:
        return False if isinstance(node, Broken) else self.add(node, None, shape.code, shape.message, shape.hint)

    def nothing(self, what: str, node: Node, key: Scalar | None) -> bool:
        hint = self.a_step if what == "a list of steps" else f"write {what} with at least one entry"
        return self.add(node, key, "FLOW105", f"{shown(key)} is empty", hint)

    def repeated(self, items: list[Node], key: Scalar | None) -> None:
        first: dict[str, Scalar] = {}
        for item in items:
            if isinstance(item, Scalar):
                if item.text in first and not self.problems.full:
                    related = (Related(first[item.text].span, "first listed here"),)
                    message = f"{quoted(item.text)} is listed twice in {shown(key)}"
                    self.problems.add(item.span, "FLOW109", message, "remove one of them", related)
                first.setdefault(item.text, item)
        mappings = [item for item in items if type(item) is Mapping]
        for number, each in enumerate(mappings):
            other = next((other for other in mappings[:number] if _data(other) == _data(each)), None)
            if other is not None and not self.problems.full:
                related = (Related(other.span, "first listed here"),)
                message = f"the same is listed twice in {shown(key)}"
                self.problems.add(each.span, "FLOW109", message, "remove one of them", related)

    def add(self, node: Node, key: Scalar | None, code: Code, message: str, hint: str = "") -> bool:
        """At the node; where nothing is written, at its key, in place of which nothing is to be written."""
        if isinstance(node, Scalar) and not node.text and node.plain and key is not None:
            self.problems.add(key.span, code, message, str(hint))
        else:
            self.problems.add(node.span, code, message, hint)
        return False


def _counted(shape: Integer | Number, text: str) -> str:
    """A number with a word or a sign of how often or how much behind it: `3x`, `3 times`; empty if that is none."""
    found = re.fullmatch(r"x?([0-9]{1,9})\s*(?:x|times|%|[a-z]{1,12})?", text.strip().lower())
    return found[1] if found is not None and shape.least <= int(found[1]) <= shape.most else ""


def _longest_name(shape: Text, text: str) -> int:
    """How long a name may be that has nothing wrong with it but its length; 0 if it has."""
    most = next((each for each in _NAMES_END if shape.fits("a" * each) and not shape.fits("a" * (each + 1))), 0)
    if not most or len(text) <= most or not shape.fits(text[:most]):
        return 0
    return most if all(shape.fits(text[0] + letter) for letter in {*text[most:]}) else 0


def _word_of(shape: Word, node: Node, key: Scalar | None) -> str:
    """A hint for a mapping or a list in which a word has been written that was to stand alone, or for a number; or
    empty.
    """
    if isinstance(node, Scalar):
        return other_values.of_a_word("" if key is None else key.text, node.text, shape.words)
    inside = list(node.entries) if isinstance(node, Mapping) else []
    if isinstance(node, Sequence):
        inside = [each.text for each in node.items if isinstance(each, Scalar)]
    if len(inside) != 1:
        return ""
    found = inside[0] if inside[0] in shape.words else nearest(inside[0], shape.words)
    return write(found) if found else ""


def _data(node: Node) -> object:
    """What stands there, to be compared."""
    match node:
        case Mapping():
            return {name: _data(value) for name, (_, value) in node.entries.items()}
        case Sequence():
            return [_data(item) for item in node.items]
        case Scalar():
            return node.value
        case Broken():
            return node  # which is like nothing else


_TRUTHS = {
    **dict.fromkeys(("true", "yes", "on", "y", "1"), "true"),
    **dict.fromkeys(("false", "no", "off", "n", "0", "never", "none", "refused"), "false"),
}
"""What is written for them."""
_A_TRUTH = "write `true` or `false`"
_TAKEN_BACK = ("none", "false", "off", "no", "never")


def _in_quotes(text: str) -> str:
    """A hint for a text that would be something else without them."""
    return Instead(f'put quotes around it: "{text}"', json.dumps(text, ensure_ascii=False))


def _in_braces(shape: Record) -> str:
    """What a record needs, each key with one of its words, or an example."""
    needed = (shape.by_key[key] for key in shape.required)
    return "{" + ", ".join(f"{field.key}: {_example_of(field.shape)}" for field in needed) + "}"


def _example_of(shape: Shape) -> str:
    if isinstance(shape, Word):
        return shape.words[0]
    return (shape.example if isinstance(shape, Text) else "") or "…"


def _first_of(shape: Record, text: str) -> str:
    """A mapping with a text that has been written in its place, if the first key that it needs takes that; or empty."""
    needed = [shape.by_key[key] for key in shape.required] or list(shape.fields[:1])
    taking = [field for field in needed if _takes(field.shape, text)]
    exact = [field for field in taking if isinstance(field.shape, Text) and field.shape.pattern]
    if not needed or (needed[0] not in taking and not exact):
        return ""
    own = (exact or needed)[0]
    values = [as_typed(text) if field is own and exact else text if field is own else "…" for field in needed]
    return "{" + ", ".join(f"{field.key}: {value}" for field, value in zip(needed, values, strict=True)) + "}"


def _takes(shape: Shape, text: str) -> bool:
    """Whether a text is a value of this shape."""
    match shape:
        case Text():
            return bool(shape.fits(text))
        case Duration():
            lasting = [milliseconds(each) for each in (shape.least, text, shape.most)]
            return None not in lasting and lasting == sorted(each for each in lasting if each is not None)
        case Word():
            return text in shape.words
        case _:
            return False


def _may_be(shape: Shape, opening: str) -> bool:
    """Whether a value is possible that is no text, and begins with this."""
    match shape:
        case Record() | ByKey() | ByType() | OneKey() | Names():
            return opening == "{"
        case List():
            return opening == "["
        case ByForm():
            way = shape.mapping if opening == "{" else shape.sequence
            return way is not None and not isinstance(way, Refused)
        case _:
            return False


def shown(key: Scalar | None) -> str:
    """A key in a message."""
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


def _is_prose(scalar: Shape | None) -> bool:
    return isinstance(scalar, Text) and scalar.prose
