"""From bytes to a tree of positioned nodes, in one pass over libyaml's events.

What is refused here is refused whatever the language says: text that is not UTF-8, what is not YAML, more YAML than
the language uses (anchors, aliases, merge keys, tags, a second document), a key given twice, and files too large or
nested too deeply. The loop keeps its own stack, so no input can exhaust Python's; libyaml itself goes on for a thousand
levels, or without end: that depends on its version. Nothing here knows a key of the language.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from itertools import islice
from typing import Any

from msgspec.structs import replace

from flowc.characters import other_encoding
from flowc.diagnostics import Code, Problems, Related, quoted
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence
from flowc.parse import comments, invisible
from flowc.parse.libyaml import (
    AliasEvent,
    CBaseLoader,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)
from flowc.source import START, Source, Span, place_of
from flowc.suggest import write

LARGEST_FILE = 1024 * 1024  # bytes
DEEPEST = 40  # collections inside one another


def parse(source: Source, problems: Problems) -> Node | None:
    """The root of the file's tree, or None where there is nothing to go on with; what is wrong goes to `problems`."""
    text = _decode(source.content, problems)
    if text is None:
        return None
    directives = (
        [found.end() - 1 for found in islice(re.finditer(_DIRECTIVE, text), _MOST_DIRECTIVES)] if "%" in text else []
    )
    if len(directives) == _MOST_DIRECTIVES:  # libyaml compares each of them with every other
        problems.add(place_of(text, directives[0], directives[0] + 1), "FLOW005", *_NO_DIRECTIVES)
        return None
    if invisible.refuse(text, problems):
        return _without_the_invisible(text, problems)
    return _read(text, problems)


def _read(text: str, problems: Problems) -> Node | None:
    comments.lost_keys(text, problems)
    try:
        return _Builder(problems).build(text)
    except YAMLError as error:
        from flowc.parse.syntax_errors import explain

        explain(error, text, problems)
        return None


def _without_the_invisible(text: str, problems: Problems) -> Node | None:
    """The tree as if the characters that were refused were not there; its places are those in the file."""
    said = len(problems)
    has_breaks = invisible.has_breaks(text)
    text, moved = invisible.taken_out(text)
    root = _read(text, problems)
    if has_breaks:  # after which everything is on another line than its author sees
        problems.found[said:] = [each for each in problems.found[said:] if each.code != "FLOW002"]
    for index, each in enumerate(problems.found[said:], start=said):
        related = tuple(replace(other, span=moved.span(other.span)) for other in each.related)
        problems.found[index] = replace(each, span=moved.span(each.span), related=related)
    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, Broken):
            node.span = moved.span(node.span)
            continue
        node.start, node.end = moved.mark(node.start), moved.mark(node.end)
        if isinstance(node, Scalar) and node.comment is not None:
            node.comment = moved.place(*node.comment)
        if isinstance(node, Sequence):
            waiting.extend(node.items)
        elif isinstance(node, Mapping):
            waiting.extend(each for entry in node.entries.values() for each in entry)
    return root


def _decode(content: bytes, problems: Problems) -> str | None:
    if len(content) > LARGEST_FILE:
        size = f"this file has {len(content) // 1024} KiB"
        problems.add(START, "FLOW007", f"a flow has at most {LARGEST_FILE // 1024} KiB, {size}")
        return None
    content = content.removeprefix(BOM_UTF8)
    encoding = other_encoding(content)
    if encoding:
        hint = f"save it as UTF-8, in your editor or with `iconv -f {encoding} -t UTF-8`"
        problems.add(START, "FLOW001", f"the file is {encoding}, not UTF-8", hint)
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        start = len(content[: error.start].decode("utf-8"))
        problems.add(
            place_of(content.decode("utf-8", "replace"), start, start + 1),
            "FLOW001",
            f"byte 0x{content[error.start]:02x} is not UTF-8 text",
            "save the file as UTF-8",
        )
        return None


class _Builder:
    """Builds the tree of one file. One loop over all events: this is the hottest code of the compiler."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.anchors: dict[str, int] = {}  # -> which of the problems says so
        self.unknown = False  # an alias without an anchor under a merge key, which says so

    def build(self, text: str) -> Node | None:
        next_event: Any = CBaseLoader(text).get_event
        has_comments = "#" in text and (" #" in text or "\t#" in text or '"#' in text or "'#" in text)
        has_properties = "&" in text or "!" in text
        event: Any = None
        root: Node | None = None
        parent: Mapping | Sequence | None = None  # the open collection
        key: Node | None = None  # the key in it that waits for its value
        outer: list[tuple[Mapping | Sequence | None, Node | None]] = []
        documents = 0
        while True:
            try:
                event = next_event()
            except YAMLError as error:
                if self._is_too_deep_ahead(text, event, len(outer), error) or self._begins_with_a_star(event, error):
                    return None
                raise
            kind = event.__class__
            node: Node
            if kind is ScalarEvent:
                style = event.style
                node = scalar = Scalar(event.value, style == "", event.start_mark, event.end_mark, style == '"')
                if has_comments and event.tag is None:
                    scalar.comment = comments.behind(event, text, key, parent)
                if has_properties and (event.anchor is not None or event.tag is not None):
                    self._refuse_properties(event)
                    scalar.plain = scalar.plain and event.tag is None
                    if event.tag.startswith("!") if event.tag is not None else scalar.is_null:
                        node = Broken(_span(event))  # only its author knows what it stands for
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if has_properties and (event.anchor is not None or event.tag is not None):
                    self._refuse_properties(event)
                if len(outer) == DEEPEST:
                    self._problem(event, "FLOW007", _TOO_DEEP)
                    return None
                outer.append((parent, key))
                key = None
                start = event.start_mark
                parent = (Mapping if kind is MappingStartEvent else Sequence)(start, start, event.flow_style)
                if event.anchor is not None and isinstance(parent, Mapping):
                    parent.open = True  # what it lacks may be where it is used
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                assert parent is not None
                node = parent
                node.end = event.end_mark
                parent, key = outer.pop()
            elif kind is AliasEvent:
                merges = _is_merge(key) or (bool(outer) and _is_merge(outer[-1][1]) and isinstance(parent, Sequence))
                node = self._refused_alias(event, merges)
            elif kind is DocumentStartEvent:
                documents += 1
                if documents == 2:
                    self._problem(event, "FLOW004", "a second document starts here", "one flow a file: remove `---`")
                    return None
                if event.version is not None or event.tags:
                    self._problem(event, "FLOW005", *_NO_DIRECTIVES)
                continue
            elif kind is StreamEndEvent:
                if root is None or _is_empty(root):
                    self.problems.add(START, "FLOW003", "the file is empty", "a flow starts with `flowc: 1`")
                    return None
                return root
            else:
                continue

            # Put the finished node where it belongs.
            if parent.__class__ is Mapping:
                if key is None:
                    key = node
                    continue
                entries = parent.entries
                if key.__class__ is Scalar and (name := key.text) not in entries and name != "<<":
                    entries[name] = (key, node)
                else:
                    self._refuse_key(parent, key, node)
                key = None
            elif parent.__class__ is Sequence:
                parent.items.append(node)
            elif root is None:
                root = node

    def _is_too_deep_ahead(self, text: str, event: Any, depth: int, error: YAMLError) -> bool:
        """Whether the deepest level was passed between the last event and the place of an error; says so.

        A `[` or `{` may turn out to begin a key, so libyaml reads on from it, up to 1024 characters of its line, before
        it makes an event of it. An error there, such as its own limit of levels, would be told before ours.
        """
        mark = getattr(error, "problem_mark", None)
        if event is None or mark is None:
            return False
        start = event.end_mark.index
        for found in re.compile(_BRACKETS).finditer(text, start, min(mark.index, start + _LOOKED_AHEAD)):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
            if depth > DEEPEST:
                column = event.end_mark.column + found.start() - start + 1
                line = event.end_mark.line + 1
                self.problems.add(Span(line, column, line, column + 1), "FLOW007", _TOO_DEEP)
                return True
        return False

    def _begins_with_a_star(self, event: Any, error: YAMLError) -> bool:
        """Whether an alias is none, but the beginning of a text that goes on behind it; says so, and nothing else."""
        mark = getattr(error, "problem_mark", None)
        ends: Any = getattr(event, "end_mark", None)
        if mark is None or event.__class__ is not AliasEvent or mark.line != ends.line:
            return False
        if event.anchor not in self.anchors:
            span = _span(event)
            self.problems.found = [each for each in self.problems.found if each.span != span]
        self._problem(event, "FLOW002", "text cannot start with `*`", "put quotes around it")
        return True

    def _refused_alias(self, event: Any, merges: bool) -> Node:
        """One error for an anchor and all its aliases, where the anchor is; without one, at a merge key if there is."""
        known = self.anchors.get(event.anchor)
        if known is None and merges:
            self.unknown = True
        elif known is None:
            message = f"alias {quoted('*' + event.anchor)}: aliases are not part of the language"
            self._problem(event, "FLOW005", message, "text that starts with `*` needs quotes")
        elif known < len(self.problems.found) and len(self.problems.found[known].related) < _MOST_ALIASES:
            anchor = self.problems.found[known]
            related = (*anchor.related, Related(_span(event), "used here"))
            self.problems.found[known] = replace(anchor, related=related)
        return Broken(_span(event))

    def _refuse_key(self, parent: Mapping, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar):
            if not isinstance(key, Broken):
                from flowc.parse import key_lists  # only an error needs it

                self.problems.add(key.span, "FLOW103", *key_lists.advice(key, value, parent.flow_style))
            parent.open = True
        elif key.is_merge:
            merged = value.items if isinstance(value, Sequence) else [value]
            if self.unknown or not merged or not all(isinstance(each, Broken) for each in merged):
                self.problems.add(key.span, "FLOW005", "merge key `<<`: merging is not part of the language", INSTEAD)
            self.unknown = False
            parent.open = True
        elif key.text in parent.entries:
            first = parent.entries[key.text][1]
            if isinstance(first, Mapping):
                first.open = True
            if self.problems.full:
                return
            related = (Related(parent.entries[key.text][0].span, "first given here"),)
            message = f"key {quoted(key.text)} is given twice"
            self.problems.add(key.span, "FLOW006", message, "remove one of them", related)
        else:
            parent.entries[key.text] = (key, value)

    def _refuse_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self.anchors.setdefault(event.anchor, len(self.problems.found))
            message = f"anchor {quoted('&' + event.anchor)}: anchors are not part of the language"
            is_text = isinstance(event, ScalarEvent) and event.style == "" and event.tag is None
            hint = f"text that starts with `&` needs quotes; {INSTEAD}" if is_text else INSTEAD
            self._problem(event, "FLOW005", message, hint)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            message = f"tag {quoted(tag)}: tags are not part of the language"
            self._problem(event, "FLOW005", message, _instead_of_tag(event))

    def _problem(self, event: Any, code: Code, message: str, hint: str = "") -> None:
        self.problems.add(_span(event), code, message, hint)


_TAGS_OF_SETTINGS = {
    "!secret": "secret",
    "!env": "secret",
    "!env_var": "secret",
    "!ENV": "secret",
    "!storage": "storage",
}
_NAME_OF_A_SETTING = "[A-Z][A-Z0-9_]{1,63}"
_NO_DIRECTIVES = ("directives (`%…`) are not part of the language", "remove the line")
_MOST_DIRECTIVES = 100
_DIRECTIVE = "(?:^|[\r\n\x85\u2028\u2029])%"
_TOO_DEEP = f"nested more than {DEEPEST} levels deep"
_MOST_ALIASES = 5  # that are shown of one anchor
_LOOKED_AHEAD = 2048  # characters
_BRACKETS = r"""[\[\]{}]|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'"""
INSTEAD = "write it out; steps that are used in several places become a route"


def _instead_of_tag(event: Any) -> str:
    kind = _TAGS_OF_SETTINGS.get(event.tag, "")
    name = event.value if isinstance(event, ScalarEvent) else ""
    if kind and re.fullmatch(_NAME_OF_A_SETTING, name):
        return write(f"{{{kind}: {name}}}")
    return "remove it; quotes make a value text"


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    if (end.line, end.column) == (start.line, start.column):
        return Span(start.line + 1, start.column + 1, start.line + 1, start.column + 2)
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _is_merge(key: Node | None) -> bool:
    return isinstance(key, Scalar) and key.is_merge


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and not node.text
