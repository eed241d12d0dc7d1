"""What can stand where the cursor is: keys with what they mean, words, and the names that the flow declares.

A letter that is nowhere else in the text is put where the cursor is, and the tree is read: so there is something to
complete where nothing stands yet, and a file that is half typed has as much to offer as one that is whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from flowc.countries import countries
from flowc.language.flow.steps import FALLBACK, RINGBACK, STEP, STEP_WORD
from flowc.language.flow.subjects import CALLING, DIALLED, LANGUAGE
from flowc.language.flow.values import (
    CHOSEN_VALUE,
    COUNTRY,
    DAY,
    KEY,
    LANGUAGE_OR_PARAMETER,
    OF_A_LANGUAGE,
    SETTING_NAME,
    SUBJECT,
    VOICE,
    ZONE,
)
from flowc.language.help import WORDS, help_of, words_of
from flowc.language.shapes import (
    Anything,
    Boolean,
    Duration,
    Field,
    Integer,
    Names,
    Number,
    OneKey,
    Record,
    Refused,
    Shape,
    Text,
    Word,
)
from flowc.lsp.file import File
from flowc.lsp.names import Kind, Occurrence, is_filled_in, meant, text_shape
from flowc.lsp.places import Outline, Place
from flowc.lsp.possible import cannot_occur, has_queues, is_sensitive, may_be_sensitive
from flowc.lsp.tree import Map, Node, Seq, Value, walk
from flowc.resolve.possible_steps import is_possible
from flowc.testing.script.known import OUTCOMES
from flowc.voices import voices
from flowc.zones import names as zones

Sort = Literal["key", "name", "word", "value"]


@dataclass(frozen=True, slots=True)
class Item:
    """What may be put in place of the text from `start` to `end`. `is_declared`: the flow has this name."""

    label: str
    insert: str
    start: int
    end: int
    sort: Sort
    detail: str = ""
    help: str = ""


_OF_THE_CALL_IN_TEXTS = {
    "call.from": "the caller's number, or a name",
    "call.to": "the number that was dialled",
    "call.id": "the session",
}
_OF_A_QUEUE = {"queue.position": "the caller's place", "queue.minutes": "how long it will take"}
_SUBJECTS = {
    CALLING: "which of the `callers` it is",
    DIALLED: "the number that was dialled",
    LANGUAGE: "the language of the call",
}
_REST = {"otherwise": "every value that is not named", "missing": "what is not known on a way"}
_SETTINGS = ("secret", "storage")
_NO_TEXT = ("true", "false", "null")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "mon-fri", "sat-sun")
_KEYS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#")
_OUTCOME = "an outcome"
_OPEN = re.compile(r"\$\{[ \t]*([A-Za-z0-9_.]*)\Z")
_REST_OF_NAME = re.compile(r"[A-Za-z0-9_.]*")


def complete(file: File, offset: int, flow: File | None, beside: Iterable[str] = ()) -> list[Item]:
    """What can stand at a place of a file. `flow` is the file itself, or, of call scripts, the flow that they are
    about; `beside` are the names of flows that they could be about.
    """
    if not file.is_read:
        return []
    offset = min(max(offset, 0), len(file.text))
    mark = next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in file.text)
    marked = Outline(file.text[:offset] + mark + file.text[offset:], file.outline.grammar)
    for place in marked.places:
        if place.value.start <= offset < place.value.end and mark in marked.text[place.value.start : place.value.end]:
            return _Completion(file, flow, marked, place, offset, tuple(beside)).items()
    return []


class _Completion:
    def __init__(
        self, file: File, flow: File | None, marked: Outline, place: Place, offset: int, beside: tuple[str, ...]
    ) -> None:
        self.file = file
        self.flow = flow
        self.marked = marked
        self.grammar = marked.grammar
        self.place = place
        self.offset = offset
        self.beside = beside
        self.start = place.value.start + (1 if place.value.quote in ('"', "'") else 0)
        self.end = max(place.value.end - 1, offset)  # without the mark
        if place.value.quote in ('"', "'") and self.end > offset:
            self.end -= 1
        if "\n" in file.text[self.start : self.end] or "\r" in file.text[self.start : self.end]:
            self.start = self.end = offset  # an edit has to stay in its line
        self.is_quoted = bool(place.value.quote)

    def items(self) -> list[Item]:
        if self.place.value.quote == "|":
            return []
        found = self._keys() if self.place.is_key else self._values()
        return list(dict.fromkeys(found))

    def _item(self, label: str, sort: Sort, detail: str = "", help: str = "", insert: str = "") -> Item:
        return Item(label, insert or self._quoted(label), self.start, self.end, sort, detail, help)

    def _quoted(self, text: str) -> str:
        """A text as a plain one, or in quotes where it would be something else."""
        if self.is_quoted or (re.fullmatch(r"[A-Za-z_][A-Za-z0-9_./-]*", text) and text.lower() not in _NO_TEXT):
            return text
        return f'"{text}"'

    # Keys

    def _keys(self) -> Iterator[Item]:
        yield from self._keys_of(self.place.around, self.place.holder, self.place.has_colon)

    def _keys_of(
        self, kinds: Iterable[Shape], holder: Map | None, has_colon: bool, words: Collection[str] = ()
    ) -> Iterator[Item]:
        """Those of `words` stand there alone as well, and are told apart."""
        if self.place.is_key and not has_colon and ":" in self.file.text[self.start : self.offset]:
            return  # behind the colon of a key, where a blank comes first
        there = {entry.key.text for entry in holder.entries if entry.has_colon} if holder is not None else set()
        records = [kind for kind in kinds if isinstance(kind, Record)]
        firsts = {kind.fields[0].key for kind in records}
        for record in records:
            # Of several kinds that are told apart by their first key, that one alone.
            fields = record.fields if len(records) == 1 or len(firsts) == 1 else record.fields[:1]
            for field in fields:
                if field.key not in there and not isinstance(field.shape, Refused) and self._can_be(record, field):
                    yield self._key(field, record, has_colon, f"{field.key}: …" if field.key in words else "")
        for kind in kinds:
            if isinstance(kind, OneKey):
                yield from (self._key(each, kind, has_colon) for each in kind.fields)
                yield from self._names_as_keys(kind.name, kind.shape, kind.doc, has_colon, set())
            elif isinstance(kind, Names):
                yield from self._names_as_keys(kind.name, kind.shape, kind.what, has_colon, there)

    def _can_be(self, record: Record, field: Field) -> bool:
        """Whether a step that begins with this key can be one where it would stand, or such an outcome can occur."""
        if record is FALLBACK and self.flow is not None and not self.file.is_calls:
            transfer = self._transfer()
            return transfer is None or field.key not in cannot_occur(self.flow, transfer)
        if record not in STEP.kinds or field is not record.fields[0]:
            return True
        return self._is_possible(field.key, has_value=True)

    def _transfer(self) -> Map | None:
        """The step of whose `fallback` this is one of the keys; None for that of `outbound`."""
        if not self.place.is_key and self.place.holder is not None and self.place.holder.get("transfer") is not None:
            return self.place.holder
        above = _above(self.marked.root, self.place.holder)
        return above if above is not None and above.get("transfer") is not None else None

    def _is_possible(self, step: str, *, has_value: bool) -> bool:
        """Whether a step can stand here."""
        if self.flow is None or self.file.is_calls:
            return True
        root = self.flow.outline.root
        has = {entry.key.text for entry in root.entries} if isinstance(root, Map) else set()
        has |= {"languages"} if self.flow.declared("language") else set()
        has |= {"recording"} if self.flow.node("call", "recording") is not None else set()
        return is_possible(step, self.place.path, has, has_value=has_value)

    def _key(self, field: Field, around: Record | OneKey, has_colon: bool, label: str = "") -> Item:
        help = help_of(field, self.grammar.shapes, around)
        return self._item(
            label or field.key, "key", _short(field), help, self._with_colon(field.key, field.shape, has_colon)
        )

    def _with_colon(self, key: str, shape: Shape | None, has_colon: bool) -> str:
        written = key if self.is_quoted or re.fullmatch(r"[A-Za-z_][A-Za-z0-9_ -]*", key) else f'"{key}"'
        if has_colon or self.is_quoted:
            return written
        ways = self.grammar.ways(shape, None)
        is_block = bool(ways) and all(isinstance(way, Record | Names | OneKey) for way in ways)
        return f"{written}:" if is_block and not self._in_braces() else f"{written}: "

    def _in_braces(self) -> bool:
        return self.place.holder is not None and self.place.holder.is_flow

    def _names_as_keys(self, name: Text, shape: Shape, what: str, has_colon: bool, there: set[str]) -> Iterator[Item]:
        """Keys that the author of the flow has chosen, where they are known."""
        for label, detail, help in self._known_keys(name):
            if label not in there:
                yield self._item(label, "name", detail, help, self._with_colon(label, shape, has_colon))

    def _known_keys(self, name: Text) -> Iterator[tuple[str, str, str]]:
        kind = meant(name)
        if kind is not None:
            yield from self._declared(kind)
        elif name == CHOSEN_VALUE:
            yield from self._chosen()
        elif name == DAY:
            yield from ((day, "a day", "") for day in _DAYS)
        elif name == KEY:
            yield from ((key, "a key of a telephone", "") for key in _KEYS)
        elif name == OF_A_LANGUAGE:
            yield from self._declared("language")
        elif name == SETTING_NAME:
            yield from ((setting, "a setting of the flow", "") for setting in self._settings())
        elif self.file.is_calls and self._under() == "with":
            yield from self._declared("parameter", self._beside("asks"))
        elif self.file.is_calls and self._under() == "parameters":
            yield from self._declared("parameter", self._beside("action"))

    def _under(self) -> str:
        """The key of the mapping in which a key would stand."""
        path = self.place.path[:-1] if self.place.is_key else self.place.path
        return path[-1] if path else ""

    def _beside(self, key: str) -> str:
        """What stands under another key beside the mapping in which a key would stand."""
        place = self.place
        around = _above(self.marked.root, place.holder) if place.is_key else place.holder
        found = around.get(key) if around is not None else None
        return found.text if isinstance(found, Value) else ""

    def _chosen(self) -> Iterator[tuple[str, str, str]]:
        """The values of what a branch goes by."""
        subject = self._beside("by")
        for value in self._values_of(subject):
            yield value, f"a value of `{subject}`", ""
        for word, help in _REST.items():
            yield word, help, ""

    def _values_of(self, subject: str) -> Iterator[str]:
        if self.flow is None:
            return
        first, _, second = subject.partition(".")
        if subject == CALLING:
            yield from self.flow.declared("callers")
        elif subject == LANGUAGE:
            yield from self.flow.declared("language")
        elif first == "hours" and second:
            yield from ("open", "closed")
        elif first == "data" and second:
            yield from _values_of_type(self.flow.node("outbound", "data", second))
        elif second:
            yield from _values_of_type(self.flow.node("webhooks", first, "answer", second))
        else:
            yield from self._values_of_parameter(self._action(), subject)

    def _values_of_parameter(self, action: str, name: str) -> Iterator[str]:
        if self.flow is None:
            return
        for each in [action] if action else self.flow.declared("action"):
            yield from _values_of_type(self.flow.node("actions", each, "parameters", name))

    def _action(self) -> str:
        """The action in which the place is; empty outside of actions."""
        path = self.place.path
        return path[1] if path[:1] == ("actions",) and len(path) > 1 else ""

    # Values

    def _values(self) -> Iterator[Item]:
        shape = text_shape(self.marked, self.place)
        if shape is not None and is_filled_in(shape):
            opened = _OPEN.search(self.file.text, self.place.value.start, self.offset)
            if opened is not None:
                yield from self._in_text(opened)
                return
        if shape is not None and shape.prose and meant(shape) is None:
            return
        ways = self._ways()
        words = set()
        for way in ways:
            for item in () if isinstance(way, Record | Names | OneKey) else self._of(way):
                words.add(item.label)
                yield item
        mappings = [way for way in ways if isinstance(way, Record | Names | OneKey)]
        if self._is_alone():
            yield from self._keys_of(mappings, None, False, words)
        else:
            yield from self._in_new_braces(mappings)

    def _ways(self) -> list[Shape]:
        """What may stand there: under a key that several kinds of mapping have, what any of them has there."""
        place = self.place
        shapes = [place.shape]
        if place.field is not None and place.shape is place.field.shape:
            fields = [each.by_key.get(place.field.key) for each in place.around if isinstance(each, Record)]
            shapes = [field.shape for field in fields if field is not None] or shapes
        found: list[Shape] = []
        for way in (way for shape in shapes for way in self.grammar.ways(shape, None)):
            if way not in found:
                found.append(way)
        return found

    def _is_alone(self) -> bool:
        """Whether nothing but a dash stands before it in its line: so that a key may stand there."""
        begin = self.marked.text.rfind("\n", 0, self.place.value.start) + 1
        return re.fullmatch(r"[ \t]*(?:-[ \t]+)*", self.marked.text[begin : self.place.value.start]) is not None

    def _in_new_braces(self, ways: Iterable[Shape]) -> Iterator[Item]:
        """A mapping in braces, with the key that tells what it is."""
        records = [way for way in ways if isinstance(way, Record)]
        if self.is_quoted or {each.fields[0].key for each in records} == {"type"}:
            return
        for record in records:
            field = record.fields[0]
            if isinstance(field.shape, Refused) or not self._can_be(record, field):
                continue
            label, help = f"{{{field.key}: …}}", help_of(field, self.grammar.shapes, record)
            if field.key in _SETTINGS:
                for name in self._settings():
                    whole = f"{{{field.key}: {name}}}"
                    yield self._item(whole, "value", "a setting of the flow", help, whole)
            yield self._item(label, "key", record.what, help, f"{{{field.key}: }}")

    def _of(self, way: Shape) -> Iterator[Item]:
        match way:
            case Word():
                for word in way.words:
                    yield self._item(word, "word", "", self._help())
            case Boolean():
                for word in ("true", "false"):
                    yield self._item(word, "word", "", self._help(), word)
            case Duration() | Integer() | Number():
                default = self.place.field.default if self.place.field is not None else ""
                for value in words_of(way, self.grammar.shapes, default):
                    detail = "the default" if str(value) == default else "for example"
                    yield self._item(str(value), "value", detail, self._help(), str(value))
            case Text():
                yield from self._of_text(way)
            case Anything() if self.place.path[-2:-1] == ("with",):
                above = _above(self.marked.root, self.place.holder)
                asks = above.get("asks") if above is not None else None
                action = asks.text if isinstance(asks, Value) else ""
                for text in self._values_of_parameter(action, self.place.path[-1]):
                    yield self._item(text, "value", f"a value of `{self.place.path[-1]}`")
            case _:
                return

    def _help(self) -> str:
        field = self.place.field
        kinds = (kind for kind in self.place.around if isinstance(kind, Record | OneKey))
        around = next((kind for kind in kinds if field is not None and kind.by_key.get(field.key) is field), None)
        return help_of(field, self.grammar.shapes, around) if field is not None else ""

    def _of_text(self, shape: Text) -> Iterator[Item]:
        for word in WORDS.get(shape.what, ()):
            if shape == STEP_WORD and not self._is_possible(word, has_value=False):
                continue
            yield self._item(word, "word", "", _OF_STEP_WORDS.get(word, ""))
        kind = meant(shape)
        if kind is not None:
            for label, detail, help in self._declared(kind):
                yield self._item(label, "name", detail, help)
        elif shape == SUBJECT:
            yield from self._subjects()
        elif shape == LANGUAGE_OR_PARAMETER:
            for each in ("language", "parameter"):
                owner = self._action() if each == "parameter" else ""
                for label, detail, help in self._declared(each, owner):
                    yield self._item(label, "name", detail, help)
        elif shape == SETTING_NAME:
            for name in self._settings():
                yield self._item(name, "name", "a setting of the flow", "", name)
        elif shape.what.startswith(_OUTCOME):
            for outcome in OUTCOMES:
                yield self._item(outcome, "word", _OUTCOME)
        elif shape == VOICE:
            yield from (self._item(voice, "value", "a voice of the platform", "", voice) for voice in voices())
        elif shape == ZONE:
            yield from (self._item(zone, "value", "a time zone", "", zone) for zone in sorted(zones()))
        elif shape == COUNTRY:
            yield from (self._item(country, "value", "a country") for country in sorted(countries()))
        elif shape.what == "the flow's file":
            yield from (self._item(name, "name", "a flow beside this file", "", name) for name in self.beside)
        elif shape.example and not shape.example.startswith("{"):
            insert = shape.example.strip('"') if self.is_quoted else shape.example
            yield self._item(shape.example.strip('"'), "value", "for example", self._help(), insert)

    def _declared(self, kind: Kind, owner: str = "", told: bool = False) -> Iterator[tuple[str, str, str]]:
        """`told`: where nothing may stand that is sensitive."""
        if self.flow is None:
            return
        seen = set()
        for each in self.flow.names:
            if told and each.declares and is_sensitive(self.flow, each):
                continue
            if each.declares and each.kind == kind and owner in ("", each.owner) and each.name not in seen:
                seen.add(each.name)
                yield each.name, described(each), declaration(self.flow, each)

    def _subjects(self) -> Iterator[Item]:
        for label, detail, help in self._declared("parameter", self._action(), told=True):
            yield self._item(label, "name", detail, help)
        yield from self._dotted(told=True)
        for subject, help in _SUBJECTS.items():
            if subject != LANGUAGE or self.flow is None or self.flow.declared("language"):
                yield self._item(subject, "word", help)

    def _dotted(self, told: bool) -> Iterator[Item]:
        """Names of which a part is another's: `hours.office`, `roster.who`, `data.name`."""
        for each in self.flow.names if self.flow is not None else ():
            if told and self.flow is not None and is_sensitive(self.flow, each):
                continue
            if each.declares and each.kind in ("hours", "data"):
                yield self._item(f"{each.kind}.{each.name}", "name", described(each))
            elif each.declares and each.kind == "field":
                yield self._item(f"{each.owner}.{each.name}", "name", described(each))

    def _in_text(self, opened: re.Match[str]) -> Iterator[Item]:
        """Names that are filled in, behind `${`."""
        rest = _REST_OF_NAME.match(self.file.text, self.offset)
        assert rest is not None
        self.start, self.end = opened.start(1), rest.end()
        closes = "" if self.file.text[self.end : self.end + 1] in ("}", " ") else "}"
        owner = self._action() if "reply" in self.place.path else ""
        told = self.flow is None or not may_be_sensitive(self.flow, self.place.path)
        found = [(label, detail, "name") for label, detail, _ in self._declared("parameter", owner, told)]
        found += [(each.label, each.detail, "name") for each in self._dotted(told)]
        found += [(name, detail, "word") for name, detail in self._words_in_texts().items()]
        for label, detail, sort in found:
            yield self._item(label, "name" if sort == "name" else "word", detail, "", label + closes)

    def _words_in_texts(self) -> dict[str, str]:
        """What of the call a text can name, and in a prompt of the place in a queue."""
        waits = self.place.path[:1] == ("prompts",) and (self.flow is None or has_queues(self.flow))
        return {**_OF_THE_CALL_IN_TEXTS, **(_OF_A_QUEUE if waits else {})}

    def _settings(self) -> list[str]:
        """The names of settings that the flow reads."""
        root = self.flow.outline.root if self.flow is not None else None
        found = (
            entry.value.text
            for node in walk(root)
            if isinstance(node, Map)
            for entry in node.entries
            if entry.key.text in _SETTINGS and isinstance(entry.value, Value) and entry.value.text
        )
        return sorted(set(found))


_OF_STEP_WORDS = {
    "hang_up": "The call is over.",
    "return_to_agent": "The caller is connected to the agent again.",
    "start_agent": "The agent talks to the caller from here on.",
    "retry": "A call that was placed is over, and its call list is asked for another attempt.",
    RINGBACK: "The caller hears it ring.",
}
_KIND = {
    "callers": "callers",
    "hours": "opening hours",
    "field": "a field of an answer",
    "data": "data of a placed call",
    "agent": "an agent",
    "action": "an action",
}


def described(name: Occurrence) -> str:
    """What a name is, in a few words."""
    if name.kind == "parameter" and name.owner:
        return f"a parameter of `{name.owner}`"
    if name.kind == "field":
        return f"a field of what `{name.owner}` answers"
    return _KIND.get(name.kind, f"a {name.kind}")


_MOST_SHOWN = 12  # lines


def declaration(flow: File, name: Occurrence) -> str:
    """The lines of the flow that declare a name, as Markdown."""
    text, lines = flow.text, []
    begin = max(text.rfind("\n", 0, name.start), text.rfind("\r", 0, name.start)) + 1
    first, *others = re.split("\r\n|[\r\n]", text[begin:])
    own = len(first) - len(first.lstrip(" "))
    lines.append(first)
    for line in others:
        if line.strip() and len(line) - len(line.lstrip(" ")) <= own:
            break
        lines.append(line)
        if len(lines) > _MOST_SHOWN:
            lines.append(" " * own + "  …")
            break
    while not lines[-1].strip():
        lines.pop()
    fence = "```"
    return "\n".join([f"{fence}yaml", *(line[own:] for line in lines), fence])


def _short(field: Field) -> str:
    return "required" if field.required else f"default: {field.default}" if field.default else ""


def _above(root: Node | None, below: Map | None) -> Map | None:
    """The mapping that has another one as a value."""
    if below is None:
        return None
    for node in walk(root):
        if isinstance(node, Map) and any(entry.value is below for entry in node.entries):
            return node
    return None


def _values_of_type(declared: Node | None) -> Iterator[str]:
    """The values of a parameter, a field or data, as it is declared."""
    if not isinstance(declared, Map):
        return
    kind, values = declared.get("type"), declared.get("enum")
    if isinstance(kind, Value) and kind.text == "boolean":
        yield from ("true", "false")
    for each in values.items if isinstance(values, Seq) else ():
        if isinstance(each, Value):
            yield each.text
