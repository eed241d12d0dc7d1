"""A file as its author has it so far: a tree of values with their places, for every text, also for one that is no YAML.

What is half typed is there as what it will most probably become: a key whose colon is missing is a key of the mapping
around it, a bracket that is not closed ends where a line begins as far out as what it belongs to. Of a text without
errors it is the tree that the compiler reads, without what the values mean; `tests/lsp/test_tree.py` compares the two,
and names what is read otherwise: a value no further in than its key, and a line with a dash in the middle of a text.
Places are offsets of characters in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

DEEPEST = 60
"""Collections inside one another. What is deeper is not looked at."""


@dataclass(slots=True, eq=False)
class Value:
    """A text as it is written, with its quotes from `start` to `end`."""

    start: int
    end: int
    text: str
    quote: str = ""  # `"`, `'`, `|`, or empty


@dataclass(slots=True, eq=False)
class Entry:
    """A key and what stands under it. `has_colon` is false for a key that is half typed."""

    key: Value
    value: Node | None = None
    has_colon: bool = True


@dataclass(slots=True, eq=False)
class Map:
    start: int
    end: int
    is_flow: bool
    entries: list[Entry] = field(default_factory=list)

    def entry(self, key: str) -> Entry | None:
        return next((each for each in self.entries if each.key.text == key), None)

    def get(self, key: str) -> Node | None:
        found = self.entry(key)
        return found.value if found is not None else None


@dataclass(slots=True, eq=False)
class Seq:
    start: int
    end: int
    is_flow: bool
    items: list[Node | None] = field(default_factory=list)


Node = Value | Map | Seq


@dataclass(slots=True)
class _Frame:
    """A block that may go on: its node, and how far in it stands."""

    node: Map | Seq
    column: int


_BLANK = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n|[\r\n\x85\u2028\u2029]|\Z)")
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_REST_OF_LINE = re.compile("[^\r\n\x85\u2028\u2029]*")
_INDENT = re.compile("[ \t]*")
_DASH = re.compile(r"-(?=[ \t\r\n\x85\u2028\u2029]|\Z)")
_PLAIN_KEY = re.compile(
    r"""(?![\[\]{}"'#|>%@`])(?:[^\s:#]|:(?=\S)|(?<=\S)#|[ \t]+(?![\s#]|:(?:\s|\Z)))+(?=[ \t]*:(?=\s|\Z))"""
)
_QUOTED = re.compile(r""""(?:[^"\\\r\n]|\\.)*"|'(?:[^'\r\n]|'')*'""")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SINGLE = re.compile(r"'(?:[^']|'')*'")
_BEHIND_IN_FLOW = re.compile(r"(?=[,\]}:\s]|\Z)")
_COLON = re.compile(r"[ \t]*:(?=\s|\Z)")
_PLAIN = re.compile(r"(?:[^\s#]|(?<=\S)#|[ \t]+(?!#|[ \t]|[\r\n\x85\u2028\u2029]|\Z))*")
_PLAIN_IN_FLOW = re.compile(
    r"(?:[^\s#,\[\]{}:]|(?<=\S)#|:(?![\s,\[\]{}]|\Z)|[ \t]+(?![#,\[\]{}:\s]|\Z)|[ \t]+(?=:[^\s,\[\]{}]))+"
)
_BLOCK_HEAD = re.compile(r"[|>][-+0-9]*[ \t]*(?:#[^\r\n]*)?(?=[\r\n\x85\u2028\u2029]|\Z)")
_SPACE_IN_FLOW = re.compile("[ \t]*(?:(?<=[ \t])#[^\r\n]*)?")
_DOCUMENT = re.compile(r"(?:---|\.\.\.)(?=\s|\Z)")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r\n|.))", re.DOTALL)
_ESCAPED = {
    **dict(zip("abtnvfre", "\a\b\t\n\v\f\r\x1b", strict=True)),
    **dict(zip("0\tN_LP", "\0\t\x85\xa0\u2028\u2029", strict=True)),
}
_FOLD = re.compile(r"[ \t]*(\r\n|[\r\n\x85\u2028\u2029])((?:[ \t]*(?:\r\n|[\r\n\x85\u2028\u2029]))*)[ \t]*")


def read(text: str) -> Node | None:
    """The tree of a text; None if there is nothing in it."""
    return _Reader(text).read()


def walk(node: Node | None) -> Iterator[Node]:
    """A node and all that is in it, keys included, in the order of the text."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if found is None:
            continue
        yield found
        if isinstance(found, Map):
            for entry in reversed(found.entries):
                waiting += [entry.value, entry.key]
        elif isinstance(found, Seq):
            waiting += reversed(found.items)


class _Reader:
    """One pass over the text. `frames` are the blocks that may go on, the innermost last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 1 if text.startswith("\ufeff") else 0
        self.line = self.at  # where the line begins
        self.root: Node | None = None
        self.frames: list[_Frame] = []
        self.last: Value | None = None  # a plain text that may go on in the next line
        self.last_column = -1  # what it goes on further in than
        self.is_closed = True  # whether every bracket and quote so far is

    def read(self) -> Node | None:
        while self.at < len(self.text):
            blank = _BLANK.match(self.text, self.at)
            if blank is not None and blank.end() > self.at:
                if "#" in blank[0]:
                    self.last = None
                self._at_line(blank.end())
                continue
            self._line()
        self._close(-1)
        return self.root

    def _at_line(self, offset: int) -> None:
        self.at = self.line = offset

    def _line(self) -> None:
        """A line with something in it, and all that belongs to it."""
        indent = _INDENT.match(self.text, self.at)
        assert indent is not None
        column = indent.end() - self.line
        self.at = indent.end()
        if column == 0 and _DOCUMENT.match(self.text, self.at):
            self._skip_line()
            return
        if self.last is not None and column > self.last_column and not self._begins_something():
            self._goes_on(self.last)
            return
        self.last = None
        self._content(column)

    def _begins_something(self) -> bool:
        """Whether a line begins an item or has a key, so that it does not go on with the text above it."""
        return _DASH.match(self.text, self.at) is not None or self._key_at(self.at) is not None

    def _goes_on(self, value: Value) -> None:
        found = _PLAIN.match(self.text, self.at)
        assert found is not None
        breaks = len(_LINE_END.findall(self.text, value.end, self.at))
        value.text += ("\n" * (breaks - 1) or " ") + found[0]
        value.end = found.end()
        self.at = max(found.end(), self.at)
        self._rest()

    def _content(self, column: int) -> None:
        """What begins here, so far in: an item, a key, or a value alone."""
        while True:
            if _DASH.match(self.text, self.at):
                self._item(column)
                spaces = _INDENT.match(self.text, self.at + 1)
                assert spaces is not None
                self.at = spaces.end()
                column = self.at - self.line
                if _BLANK.match(self.text, self.at) or len(self.frames) > DEEPEST:
                    self._rest()
                    return
                continue
            found = self._key_at(self.at)
            if found is not None:
                key, behind = found
                self._entry(column, Entry(key))
                spaces = _INDENT.match(self.text, behind)
                assert spaces is not None
                self.at = spaces.end()
                if not _BLANK.match(self.text, self.at):
                    self._put(self._value(column), column)
                self._rest()
                return
            self._alone(column)
            self._rest()
            return

    def _rest(self) -> None:
        """To the next line, past whatever is left of this one."""
        rest = _REST_OF_LINE.match(self.text, self.at)
        assert rest is not None
        if self.last is not None and rest[0].strip():
            self.last = None  # a comment ends it
        self._skip_line()

    def _skip_line(self) -> None:
        found = _LINE_END.search(self.text, self.at)
        self._at_line(found.end() if found is not None else len(self.text))

    # Blocks

    def _close(self, column: int) -> None:
        """Ends the blocks that stand further in."""
        while self.frames and self.frames[-1].column > column:
            self.frames.pop()

    def _item(self, column: int) -> None:
        self._close(column)
        top = self.frames[-1] if self.frames else None
        if top is not None and top.column == column and isinstance(top.node, Seq):
            top.node.items.append(None)
            return
        sequence = Seq(self.at, self.at + 1, False, [None])
        self._hang(sequence, column)

    def _entry(self, column: int, entry: Entry) -> None:
        self._close(column)
        top = self.frames[-1] if self.frames else None
        if top is not None and top.column == column and isinstance(top.node, Seq) and len(self.frames) > 1:
            self.frames.pop()  # a list that stands as far in as its key
            top = self.frames[-1]
        if top is not None and top.column == column and isinstance(top.node, Map):
            top.node.entries.append(entry)
            return
        mapping = Map(entry.key.start, entry.key.end, False, [])
        before = self._slot()
        if isinstance(before, Value) and self._column_of(before) == column:
            mapping.entries.append(Entry(before, None, False))  # it was the first key, half typed
        mapping.entries.append(entry)
        self._hang(mapping, column)

    def _column_of(self, value: Value) -> int:
        before = max(self.text.rfind(end, 0, value.start) for end in "\r\n\x85\u2028\u2029")
        return value.start - before - 1 - (1 if before < 0 and self.text.startswith("\ufeff") else 0)

    def _hang(self, node: Map | Seq, column: int) -> None:
        """A block of its own, under what waits for its value."""
        if len(self.frames) > DEEPEST:
            return
        self._fill(node)
        self.frames.append(_Frame(node, column))

    def _slot(self) -> Node | None:
        """What stands where a value would go now."""
        if not self.frames:
            return self.root
        top = self.frames[-1].node
        if isinstance(top, Map):
            return top.entries[-1].value if top.entries else None
        return top.items[-1] if top.items else None

    def _fill(self, node: Node) -> None:
        if not self.frames:
            self.root = node
            return
        top = self.frames[-1].node
        if isinstance(top, Map):
            top.entries[-1].value = node
        elif top.items:
            top.items[-1] = node
        else:
            top.items.append(node)

    def _put(self, value: Node | None, column: int) -> None:
        if value is None:
            return
        self._fill(value)
        if isinstance(value, Value) and not value.quote:
            self.last, self.last_column = value, column

    def _alone(self, column: int) -> None:
        """A value on a line of its own: that of what waits for one, or a key that is half typed."""
        self._close(column)
        while (
            self.frames
            and self.frames[-1].column == column
            and isinstance(self.frames[-1].node, Seq)
            and len(self.frames) > 1
        ):
            self.frames.pop()
        top = self.frames[-1] if self.frames else None
        if top is not None and top.column == column and isinstance(top.node, Map):
            value = self._value(column - 1)
            if isinstance(value, Value):
                top.node.entries.append(Entry(value, None, False))
            return
        outer = top.column if top is not None else -1
        value = self._value(outer)
        if self._slot() is None:
            self._put(value, outer)

    # Values

    def _key_at(self, at: int) -> tuple[Value, int] | None:
        """A key that begins there, and the place behind its colon."""
        if at >= len(self.text):
            return None
        if self.text[at] in "\"'":
            found = _QUOTED.match(self.text, at)
            colon = found and _COLON.match(self.text, found.end())
            if found is None or not colon:
                return None
            return self._quoted(at, found.end()), colon.end()
        found = _PLAIN_KEY.match(self.text, at)
        if found is None:
            return None
        colon = _COLON.match(self.text, found.end())
        assert colon is not None
        return Value(at, found.end(), found[0]), colon.end()

    def _value(self, column: int) -> Node | None:
        """The value that begins here, of something that stands so far in."""
        letter = self.text[self.at]
        if letter in "[{":
            return self._flow(column, 0)
        if letter in "\"'":
            return self._quoted(self.at, self._end_of_quotes(column))
        if letter in "|>" and (head := _BLOCK_HEAD.match(self.text, self.at)):
            return self._block(head, column)
        found = _PLAIN.match(self.text, self.at)
        assert found is not None
        value = Value(self.at, found.end(), found[0])
        self.at = found.end()
        return value

    def _end_of_quotes(self, column: int) -> int:
        """Behind the closing quote, or where the text ends that is not closed; `at` is moved there."""
        whole = _DOUBLE if self.text[self.at] == '"' else _SINGLE
        limits = (len(self.text), self._end_of_block(self.at, column))
        for limit in limits if self.is_closed else limits[1:]:
            found = whole.match(self.text, self.at, limit)
            if found is not None and _BLANK.match(self.text, found.end()):
                self.at = found.end()
                return self.at
            self.is_closed = False
        rest = _REST_OF_LINE.match(self.text, self.at)
        assert rest is not None
        self.at = rest.end()
        return self.at

    def _end_of_block(self, at: int, column: int) -> int:
        """Where the first line begins, from a place on, that is no further in than `column`."""
        while (found := _LINE_END.search(self.text, at)) is not None:
            at = found.end()
            blank = _BLANK.match(self.text, at)
            if blank is not None and blank.end() > at:
                at = max(at, blank.end() - 1)
                continue
            indent = _INDENT.match(self.text, at)
            assert indent is not None
            if indent.end() - at <= column:
                return at
        return len(self.text)

    def _quoted(self, start: int, end: int) -> Value:
        quote, inside = self.text[start], self.text[start + 1 : end]
        if end - start > 1 and inside.endswith(quote):
            inside = inside[:-1]
        if quote == "'":
            inside = _folded(inside).replace("''", "'")
        elif "\\" in inside or _LINE_END.search(inside):
            inside = _unescaped(inside)
        return Value(start, end, inside, quote)

    def _block(self, head: re.Match[str], column: int) -> Value:
        """A text below `|` or `>`. What it says is not needed exactly."""
        start, behind = self.at, _LINE_END.search(self.text, head.end())
        first = behind.end() if behind is not None else len(self.text)
        end = self._end_of_text(first, column)
        self.at = max(head.end(), end - 1) if end > first else head.end()
        return Value(start, max(end, head.end()), self.text[first:end], "|")

    def _end_of_text(self, at: int, column: int) -> int:
        """Where a block of text ends: at the first line that is not blank and no further in."""
        while at < len(self.text):
            indent = _INDENT.match(self.text, at)
            assert indent is not None
            rest = _REST_OF_LINE.match(self.text, indent.end())
            assert rest is not None
            if rest[0] and indent.end() - at <= column:
                return at
            found = _LINE_END.match(self.text, rest.end())
            at = found.end() if found is not None else len(self.text)
        return at

    # In brackets

    def _flow(self, column: int, depth: int) -> Node | None:
        """A collection in brackets. It ends at its bracket; if that is missing, where a line is as far out as what it
        belongs to. Where one is missing, brackets far below may be those of others.
        """
        start, line = self.at, self.line
        if self.is_closed:
            found = self._collection(len(self.text), depth)
            if self.is_closed:
                return found
            self.at, self.line = start, line
        self.is_closed = False
        return self._collection(self._end_of_block(self.at, column) if column >= 0 else len(self.text), depth)

    def _collection(self, limit: int, depth: int) -> Map | Seq:
        start, is_map = self.at, self.text[self.at] == "{"
        self.at += 1
        collection: Map | Seq = Map(start, start, True) if is_map else Seq(start, start, True)
        while True:
            self._space(limit)
            if self.at >= limit:
                self.is_closed = False
                self.at = limit - 1 if limit < len(self.text) else limit  # the end of the line before
                break
            letter = self.text[self.at]
            if letter in "]}":
                self.is_closed = self.is_closed and letter == ("}" if is_map else "]")
                self.at += 1
                break
            if letter == ",":
                self.at += 1
                continue
            before = self.at
            node = self._in_flow(limit, depth)
            self._space(limit)
            colon = self.at < limit and self.text[self.at] == ":"
            if colon:
                self.at += 1
                self._space(limit)
            value: Node | None = None
            if colon and self.at < limit and self.text[self.at] not in ",]}":
                value = self._in_flow(limit, depth)
            if isinstance(collection, Map):
                if isinstance(node, Value):
                    collection.entries.append(Entry(node, value, colon))
            elif colon and isinstance(node, Value):
                collection.items.append(Map(node.start, self.at, True, [Entry(node, value)]))
            else:
                collection.items.append(node)
            if self.at == before:
                self.at += 1
        collection.end = self.at
        return collection

    def _in_flow(self, limit: int, depth: int) -> Node | None:
        letter = self.text[self.at]
        if letter in "[{" and depth < DEEPEST:
            return self._collection(limit, depth + 1)
        if letter in "\"'":
            found = (_DOUBLE if letter == '"' else _SINGLE).match(self.text, self.at, limit)
            start = self.at
            if found is None or not _BEHIND_IN_FLOW.match(self.text, found.end()):
                self.is_closed = False
                rest = _REST_OF_LINE.match(self.text, self.at, limit)
                assert rest is not None
                self.at = rest.end()
            else:
                self.at = found.end()
            return self._quoted(start, self.at)
        found = _PLAIN_IN_FLOW.match(self.text, self.at, limit)
        if found is None:
            return None
        value = Value(self.at, found.end(), found[0])
        self.at = found.end()
        while True:  # a text that goes on in the next line
            self._space(limit)
            behind = self.at
            found = None
            if behind < limit and _LINE_END.search(self.text, value.end, behind):
                found = _PLAIN_IN_FLOW.match(self.text, behind, limit)
            if found is None:
                self.at = value.end
                return value
            breaks = len(_LINE_END.findall(self.text, value.end, behind))
            value.text += ("\n" * (breaks - 1) or " ") + found[0]
            value.end = self.at = found.end()

    def _space(self, limit: int) -> None:
        """Past blanks, comments and line ends."""
        while self.at < limit:
            found = _SPACE_IN_FLOW.match(self.text, self.at, limit)
            end = _LINE_END.match(self.text, found.end() if found else self.at, limit)
            if end is not None:
                self._at_line(end.end())
                comment = re.compile(r"[ \t]*#[^\r\n]*").match(self.text, self.at, limit)
                self.at = comment.end() if comment is not None else self.at
            elif found is not None and found.end() > self.at:
                self.at = found.end()
            else:
                return


def _folded(text: str) -> str:
    """Of several lines one, as YAML has it."""
    if not _LINE_END.search(text):
        return text
    return _FOLD.sub(lambda found: "\n" * len(_LINE_END.findall(found[2])) or " ", text)


def _unescaped(text: str) -> str:
    """What stands in double quotes. A line end behind a backslash is none."""
    text = re.sub(r"((?<!\\)(?:\\\\)*)\\(?:\r\n|[\r\n\x85\u2028\u2029])[ \t]*", r"\1", text)

    def letter(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        if code:
            number = int(code, 16)
            return chr(number) if number < 0x110000 else ""
        return _ESCAPED.get(found[4], found[4])

    return _ESCAPE.sub(letter, _folded(text))
