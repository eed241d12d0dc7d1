"""libyaml's syntax errors in plain words, at the place a person would look at. Loaded only when a file is not YAML.

No word of libyaml's reaches a user: they differ from version to version, and speak of scanners and tokens. What they
say chooses among sentences of ours, and what is not known here gets a sentence that is always true.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache

from flowc.diagnostics import Problems, Related, quoted
from flowc.language.calls.grammar import SCRIPTS, STEP
from flowc.language.flow.grammar import FLOW, SHAPES
from flowc.language.shapes import Text, Variable, fields_of
from flowc.parse import columns, parentheses, quotes, suggestions
from flowc.parse.libyaml import MarkedYAMLError, YAMLError
from flowc.source import START, Span, lines_of, place_of

_ESCAPES = (
    "found unknown escape character",
    "did not find expected hexdecimal number",
    "did not find expected hexadecimal number",
    "found invalid Unicode character escape code",
)
_DIRECTIVE = (
    "a line that starts with `%` is a directive, and directives are not part of the language",
    "remove the line, or put quotes around text that starts with `%`",
)
_NO_LEVEL = "this line fits none of the levels above it"
_NO_ITEM = "this line does not belong to the list above"
_NO_KEY = "a key is not possible here"
_MORE_TEXT = "more text after the end of a value"
_DASH_WITHOUT_SPACE = re.compile(r"[ \t]*+-([a-z_][\w]*+)(?=[ :]|$)")
_BULLET = re.compile(r"[ \t]*+(\+|[0-9]{1,3}[.)]) (?=[a-z])")
_KEY_OR_ITEM = re.compile(r"[ \t]*+(?:-(?: |$)|[\w-]++:(?: |$))")
_TEXT_BEFORE = re.compile(r"[^\s,{\[:|>]\s*$")
_NOT_YAML = ("this is not YAML", "check the quotes, the brackets and the indentation here and above")
_NOT_CLOSED = ("did not find expected ',' or ']'", "did not find expected ',' or '}'")
_NO_KEY_HERE = ("could not find expected ':'", "did not find expected key")
_CUT_OFF = ("` #` begins a comment, and cuts off the text before it", "put quotes around text that contains ` #`")
_COMMENT = re.compile(r"\s#")
_QUOTED = re.compile(r"""(?<![^\s\[{,])(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*+')""")
_NO_COLON = ("a key without `: `", "write `key: value`, or a list item with `- `")
_NOT_INDENTED = ("a text of several lines is indented further than its key", "put two more spaces before it")
_OPENS_TEXT = re.compile(r"([ \t]*+(?:- ++)*+)[\w-]++: ++[|>][-+0-9]*+ *+(?:#.*)?$")
_QUOTES = "put quotes around text that contains `: `"
_KEY = re.compile(r"([a-z][a-z0-9_]*): ?")
_INNER_KEY = re.compile(r": +([a-z][a-z0-9_]*)$")
_LAST_WORD = re.compile(r"([^,{\[:]*[^\s,{\[:]) +([a-z][a-z0-9_]*)$")
_KEY_OF_AN_ITEM = re.compile(r"[ \t]*+(?:- ++)++(?=[\w-]++: )")
_EQUALS = re.compile(r"([a-z][a-z0-9_]*+) *+= *+(\S.*)")
_FIRST_KEY = re.compile(r"[ \t]*+(?:- ++)*+([a-z][a-z0-9_]*+): ")
_KEY_BEFORE = re.compile(r"([a-z][a-z0-9_ ]*): [^:{\[]*$")
_PAIR = re.compile(r"[a-z][a-z0-9_]*+: +(\S.*)")
_LOOKED_BACK = 200  # characters
_OF_LINES = (*_NO_KEY_HERE, "mapping values are not allowed in this context", "did not find expected '-' indicator")
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |$)")
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def explain(error: YAMLError, text: str, problems: Problems) -> None:
    """Adds the one diagnostic that says what keeps `text` from being YAML."""
    if not isinstance(error, MarkedYAMLError):
        _unreadable_character(error, text, problems)
        return
    mark = error.problem_mark or error.context_mark
    if mark is None:
        problems.add(START, "FLOW002", *_NOT_YAML)
        return
    lines = lines_of(text)
    place = (mark.line, mark.column)
    began = (error.context_mark.line, error.context_mark.column) if error.context_mark else place
    known = _by_its_looks(lines, mark.line) or quotes.misplaced(text, lines, place)
    if known is None and error.problem in _ESCAPES and mark.line < len(lines):
        column, message, hint = _escape(lines[mark.line], mark.column)
        known = (mark.line, column), message, hint
    if known is None and error.problem == "found unexpected end of stream" and "quoted" in (error.context or ""):
        known = quotes.escaped_end(lines, began)
    if known is not None:
        problems.add(_at(*known[0]), "FLOW002", *known[1:])
        return
    held = parentheses.in_a_line(lines[mark.line], *place, _keys()) if mark.line < len(lines) else None
    if held is not None:
        problems.add(_at(*held[0]), "FLOW002", *held[1:])
        return
    opened = parentheses.over_lines(lines, mark.line - 1)
    if opened is not None:
        problems.add(_at(*opened), "FLOW002", parentheses.MESSAGE, parentheses.IN_LINES)
        return
    dash = _no_dash(error, lines, place, began)
    if dash is not None:
        line, column = dash
        problems.add(_at(*dash), "FLOW002", "a list item starts with `- `", suggestions.dash(lines[line][column:]))
        return
    bullet = _other_bullet(error, lines, place, began)
    if bullet is not None:
        number, sign = bullet
        hint = f"write `- ` instead of `{sign} `"
        problems.add(_at(number, _indentation(lines[number])), "FLOW002", "a list item starts with `- `", hint)
        return
    glued = _dash_without_space(error, lines, place, began)
    if glued is not None:
        number, word = glued
        hint = f"put a space behind the dash: {quoted(f'- {word}')}"
        problems.add(_at(number, _indentation(lines[number])), "FLOW002", "a list item starts with `- `", hint)
        return
    first = _text_not_indented(error, lines, place)
    if first is not None:
        problems.add(_at(*first), "FLOW002", *_NOT_INDENTED)
        return
    above = _key_without_colon(error, lines, place)
    if above is not None:
        problems.add(_at(*above), "FLOW002", _NO_COLON[0], _colon(lines[above[0]]) or _NO_COLON[1])
        return
    if error.problem == "could not find expected ':'" and began[0] < len(lines) and _colon(lines[began[0]]):
        problems.add(_at(*began), "FLOW002", _NO_COLON[0], _colon(lines[began[0]]))
        return
    cut = _comment_inside(error, lines, place, began)
    if cut is not None:
        problems.add(_at(*cut), "FLOW002", *_CUT_OFF)
        return
    message, hint, at_start = _in_words(error, lines, place, began)
    level = columns.other_level(lines, place[0]) if message == _NO_LEVEL else None
    if level is None and message in (_NO_LEVEL, _NO_KEY, _NO_ITEM) and place[0] < len(lines):
        level = columns.one_off(lines, place[0])
    if level is not None:
        at, message, hint, beside = level
        problems.add(_at(*at), "FLOW002", message, hint, (Related(_at(*beside), "beside this"),))
        return
    if message == _DIRECTIVE[0] and not lines[began[0]].startswith("%"):
        began = next(((index, 0) for index, line in enumerate(lines) if line.startswith("%")), began)
    if at_start:
        problems.add(_at(*began), "FLOW002", message, hint)
    else:
        told = began not in (place, (0, 0)) and message != _MORE_TEXT
        related = (Related(_at(*began), "it starts here"),) if told else ()
        problems.add(_at(*_inside(lines, place)), "FLOW002", message, hint, related)


def _by_its_looks(lines: list[str], number: int) -> tuple[tuple[int, int], str, str] | None:
    """What is wrong whatever libyaml says about it: place, message and hint."""
    for index, line in enumerate(lines[: number + 1]):
        if _CONFLICT.match(line):
            return (index, 0), f"a conflict marker of git: `{line[:7]}`", "keep one side, and remove the markers"
    tab = _indenting(lines, number, "\t")
    if tab is not None:
        return (number, tab), "a tab cannot indent a line", "indent with spaces"
    return None


def _in_words(
    error: MarkedYAMLError, lines: list[str], place: tuple[int, int], began: tuple[int, int]
) -> tuple[str, str, bool]:
    """Message, hint, and whether the place to look at is where the broken thing began."""
    problem, context = error.problem or "", error.context or ""
    line = lines[place[0]] if place[0] < len(lines) else ""
    at_end = place[0] >= len(lines) or not any(rest.strip() for rest in (line[place[1] :], *lines[place[0] + 1 :]))
    letter = line[place[1] : place[1] + 1]
    if "directive" in context or "%" in problem or "incompatible" in problem:
        return *_DIRECTIVE, True
    if "tag" in context or "tag" in problem:
        return f"text cannot start with `{line[began[1] : began[1] + 1]}`", "put quotes around it", True
    if line[began[1] : began[1] + 2] == "* " and not line[: began[1]].strip():
        return "a list item starts with `- `", "write `- ` instead of `* `", True
    match problem:
        case "found unexpected end of stream" if "quoted" in context:
            return "the quote that opens here is never closed", "close it", True
        case "did not find expected <document start>":
            message, hint = _after_the_end(lines, place)
            return message, hint, message == _DIRECTIVE[0]
        case "found unexpected document indicator":
            return f"`{line[:3]}` cannot start a line inside quotes", "indent the line", False
        case "mapping values are not allowed in this context" if _ends_in_colon(line, place[1]):
            return "a `:` at the end of a value", "remove it, or put quotes around a key that contains `: `", False
        case "mapping values are not allowed in this context" if ": " in line[: place[1]]:
            return "a second `: ` in one line", _in_braces(line, place[1]), False
        case "mapping values are not allowed in this context":
            return _NO_KEY, "check the indentation of this line and the one above", False
        case "found character that cannot start any token":
            sign = "a backquote" if letter == "`" else f"`{letter}`"
            return f"text cannot start with {sign}", "put quotes around it", False
        case "found unexpected ':'":
            return "a `:` inside a text in brackets", "put a space behind it, or quotes around the text", False
        case "could not find expected ':'":
            return *_NO_COLON, True
        case "did not find expected ',' or ']'" | "did not find expected ',' or '}'":
            bracket = "[" if "]" in problem else "{"
            if at_end or (began[0] < place[0] and _indentation(line) <= _level(lines[began[0]], began[1])):
                return f"the `{bracket}` that opens here is never closed", f"close it with `{problem[-2]}`", True
            if letter in ("]", "}") and letter != problem[-2]:
                return f"a `{bracket}` is closed with `{letter}`", f"write `{problem[-2]}` instead of `{letter}`", False
            if letter == "{" and line[place[1] - 1 : place[1]] == "$":
                return "`${` in braces needs quotes", "put quotes around the text; a secret is `{secret: NAME}`", False
            if letter == ":":
                return "a second `: ` in one value", _comma(line, place[1]), False
            if (key := _KEY.match(line[place[1] :])) is not None:
                return f"a `,` is missing before {quoted(key[1])}", f"write {quoted(f', {key[0]}')}", False
            return f"expected `,` or `{problem[-2]}`", "separate items with `,`; quote text with `,` `[` `{`", False
        case "did not find expected '-' indicator" if letter == "," and line.lstrip().startswith("- "):
            return "a `,` behind the end of a value", "start a line of its own with `- ` for what follows", False
        case "did not find expected '-' indicator":
            hint = columns.beside_its_list(lines, place[0], began[1]) if place[0] < len(lines) else ""
            return _NO_ITEM, hint or "start it with `- `, or indent it differently", False
        case "did not find expected key" | "did not find expected <document start>" if letter and letter in "]}":
            return f"a `{letter}` too many", f"remove the `{letter}`", False
        case "did not find expected key" if listed := _list_in_brackets(line, place[1]):
            return "a `,` behind the end of a value", f"write {quoted(listed)}, a list, in brackets", False
        case "did not find expected key" if names := _two_keys(line, place[1]):
            below = f"write it on a line of its own, below {quoted(names[0])}"
            return f"a second key in one line: {quoted(names[1])}", below, False
        case "did not find expected key" if began[0] == place[0] or line[: place[1]].strip():
            return _MORE_TEXT, f"put quotes around all of it{_in_one_pair(line, place[1])}", False
        case "did not find expected key":
            return _NO_LEVEL, "check its indentation", False
        case "did not find expected node content":
            return f"`{letter}` is not possible here" if letter else "a value is missing", "", False
        case "mapping keys are not allowed in this context":
            return f"text cannot start with `{letter}`", "put quotes around it", False
        case "block sequence entries are not allowed in this context":
            return "a list cannot start behind its key", "start it on the next line, or write `[…]`", False
        case "did not find expected alphabetic or numeric character":
            return f"text cannot start with `{line[began[1] : began[1] + 1]}`", "put quotes around it", True
        case "did not find expected comment or line break" if "block scalar" in context:
            return "text behind the `|` or `>` that starts a text of several lines", "start it on the next line", False
        case "found an indentation indicator equal to 0":
            return "`0` behind the `|` or `>` that starts a text of several lines", "write nothing there", False
        case problem if "tab character" in problem:
            return "a tab cannot indent a line", "indent with spaces", False
        case _:
            return *_NOT_YAML, False


def _comment_inside(
    error: MarkedYAMLError, lines: list[str], place: tuple[int, int], began: tuple[int, int]
) -> tuple[int, int] | None:
    """Where a `#` cuts off a closing bracket, or the next line of a text without quotes, and so causes the error."""
    problem = error.problem or ""
    if problem == "did not find expected node content" and 0 < place[0] <= len(lines):
        above = lines[place[0] - 1]
        column = _hash(above)
        if (
            column is not None
            and above[:column].rstrip()[-1:] in (":", ",", "[", "{")
            and re.search(r"[\]}]", above[column:])
        ):
            return place[0] - 1, column
    if problem in _NOT_CLOSED:
        for number in range(began[0], min(place[0] + 1, len(lines))):
            column = _hash(lines[number])
            if column is None or (number, column) >= place:
                continue
            goes_on = number == place[0] - 1 and _TEXT_BEFORE.search(lines[number][:column]) is not None
            if problem[-2] in lines[number][column:] or goes_on:
                return number, column
    if not 0 < place[0] < len(lines) or problem not in _NO_KEY_HERE:
        return None
    number = place[0] - 1
    while number and lines[number].strip()[:1] in ("", "#"):
        number -= 1
    before, here = lines[number], lines[place[0]]
    column = _hash(before)
    if column is None and number < place[0] - 1:
        return _comment_between(lines, number, place[0])
    behind_key = column is not None and ": " in before[:column]
    least = _indentation(before) if behind_key else began[1]
    if column is None or _indentation(here) <= least:
        return None
    return None if before[:column].rstrip()[-1:] in (":", "[", "{", ",", "|", ">", '"', "'") else (number, column)


def _comment_between(lines: list[str], above: int, below: int) -> tuple[int, int] | None:
    """Where a line of its own begins a comment between two lines of a text without quotes."""
    text = re.match(r"[ \t]*+(?:- ++)*+([\w-]++: ++)?+(?=[^\s\"'|>\[{#])[^#]*[^\s:#]\s*$", lines[above])
    first = next((number for number in range(above + 1, below) if lines[number].strip()), below)
    if first == below:
        return None
    comment = _indentation(lines[first])
    if text is not None and not _KEY_OR_ITEM.match(lines[below]):
        # What is no key and no item goes on with the text, however far in it and the comment are.
        least = _indentation(lines[above]) - (0 if text[1] else 1)
        return (first, comment) if _indentation(lines[below]) > least else None
    if comment < _indentation(lines[above]) and _is_in_block(lines, above):
        return first, comment
    if text is None or min(comment, _indentation(lines[below])) <= _indentation(lines[above]):
        return None
    return first, comment


def _text_not_indented(error: MarkedYAMLError, lines: list[str], place: tuple[int, int]) -> tuple[int, int] | None:
    """The line behind a `|` or `>` in which its text begins, if that is not further in than its key. YAML complains of
    it, or of the key that follows.
    """
    if error.problem not in (*_OF_LINES, "did not find expected <document start>"):
        return None
    number = min(place[0], len(lines) - 1)
    if number and _KEY_OR_ITEM.match(lines[number]):
        number -= 1
    while number and not _KEY_OR_ITEM.match(lines[number]):
        number -= 1
    first = next((below for below in range(number + 1, len(lines)) if lines[below].strip()), None)
    opened = _OPENS_TEXT.match(lines[number])
    if opened is None or first is None or _KEY_OR_ITEM.match(lines[first]):
        return None
    return (first, _indentation(lines[first])) if _indentation(lines[first]) <= len(opened[1]) else None


def _key_without_colon(error: MarkedYAMLError, lines: list[str], place: tuple[int, int]) -> tuple[int, int] | None:
    """The line above, if it looks like a key that lacks its colon: YAML complains of the key that follows it."""
    if not 0 < place[0] < len(lines):
        return None
    if error.problem == "did not find expected key" and not _colon(lines[place[0] - 1]):
        return None
    if error.problem not in ("mapping values are not allowed in this context", "did not find expected key"):
        return None
    before, here = lines[place[0] - 1], lines[place[0]]
    text = before[: _hash(before)].strip()
    if (
        not re.match(r"[\w-]+(?: |$|[:=]\S|[\uff1a\ufe55\ua789])", text)
        or ": " in text
        or text.endswith(":")
        or ": " in here[: place[1]]
    ):
        return None
    level = _indentation(before) - _indentation(here)
    return (place[0] - 1, _indentation(before)) if level == 0 or (level < 0 and " " not in text) else None


def _colon(line: str) -> str:
    """A hint for a line that is a key and its value, but for the colon between them; or empty."""
    text = line[: _hash(line)].strip()
    equals = _EQUALS.fullmatch(text)
    if equals is not None and equals[1] in _keys():
        return f"write {quoted(f'{equals[1]}: {equals[2]}')}, with a colon"
    return suggestions.whole_colon(text)


def _no_dash(
    error: MarkedYAMLError, lines: list[str], place: tuple[int, int], began: tuple[int, int]
) -> tuple[int, int] | None:
    """The first of the lines around the error that start with a sign that only looks like the `-` of a list."""
    if error.problem not in _OF_LINES:
        return None
    for number in (began[0], place[0] - 1, place[0]):
        line = lines[number] if 0 <= number < len(lines) else ""
        if not suggestions.dash(line.lstrip()) or _is_in_block(lines, number):
            continue
        while (
            number
            and _indentation(lines[number - 1]) == _indentation(line)
            and suggestions.dash(lines[number - 1].lstrip())
        ):
            number -= 1
        return number, _indentation(lines[number])
    return None


def _dash_without_space(
    error: MarkedYAMLError, lines: list[str], place: tuple[int, int], began: tuple[int, int]
) -> tuple[int, str] | None:
    """The first of the lines around the error that start with a `-` that a word is glued to, and the word."""
    if error.problem not in _OF_LINES:
        return None
    for number in (place[0] - 1, place[0], began[0]):
        found = _DASH_WITHOUT_SPACE.match(lines[number]) if 0 <= number < len(lines) else None
        if found is None or _is_in_block(lines, number):
            continue
        while number and _indentation(lines[number - 1]) == _indentation(lines[number]):
            above = _DASH_WITHOUT_SPACE.match(lines[number - 1])
            if above is None:
                break
            number, found = number - 1, above
        return number, found[1]
    return None


def _other_bullet(
    error: MarkedYAMLError, lines: list[str], place: tuple[int, int], began: tuple[int, int]
) -> tuple[int, str] | None:
    """The first of the lines at the error that start with a sign or a number for a list, and that sign."""
    if error.problem not in _OF_LINES:
        return None
    at = [each[0] for each in (place, began) if each[0] < len(lines) and _BULLET.match(lines[each[0]])]
    number = at[0] if at else 0
    found = _BULLET.match(lines[number]) if at else None
    if found is None or _is_in_block(lines, number):
        return None
    while number and (above := _BULLET.match(lines[number - 1])) and above.start(1) == found.start(1):
        number, found = number - 1, above
    return number, found[1]


def _list_in_brackets(line: str, column: int) -> str:
    """A value in brackets and what follows it behind a `,`, as the list that they are meant to be; or empty."""
    found = re.match(r"[ \t]*+(?:- ++)*+[\w-]++: ++(?=[\[{])", line)
    if found is None or line[column : column + 1] != "," or found.end() >= column:
        return ""
    return f"[{line[found.end() : _hash(line)].strip()}]"


def _is_in_block(lines: list[str], number: int) -> bool:
    """Whether a line belongs to a text that `|` or `>` starts."""
    level = _indentation(lines[number])
    outer = next((line for line in reversed(lines[:number]) if line.strip() and _indentation(line) < level), "")
    return re.search(r"[|>][-+0-9]*\s*(?:#.*)?$", outer) is not None


def _in_braces(line: str, column: int) -> str:
    """A hint for a second colon in a line: what follows the first may be a mapping, or a text."""
    found, first = _INNER_KEY.search(line[:column]), _FIRST_KEY.match(line)
    keys = _keys()
    is_prose = first is not None and keys.get(first[1], False)
    if found is None:
        second = _LAST_WORD.search(line[max(column - _LOOKED_BACK, 0) : column])
        if second is None or first is None or (is_prose and second[2] not in keys):
            return _QUOTES
        below = f"write {quoted(second[2])} on a line of its own, below {quoted(first[1])}"
        is_text = " " in second[1].strip() or second[2] not in keys
        return f"{_QUOTES}, or {below}" if is_text else f"{below}, or {_QUOTES}"
    if is_prose:
        return _QUOTES
    value = line[column + 1 :].partition(" #")[0].strip()
    inner = _PAIR.fullmatch(value)
    one = re.fullmatch(r"[\w-]+|[\[{\"'].*", inner[1] if inner is not None else value) is not None
    value = f"{{{value}}}" if inner is not None else value
    braces = f"write {quoted(f'{{{found[1]}: {value}}}')}"
    return f"{braces}, in braces" if one else f"{braces}, or {_QUOTES}"


@cache
def _keys() -> dict[str, bool]:
    """The keys of flows and of call scripts, and whether each of them always has any text under it."""
    found: dict[str, bool] = {}
    for field in fields_of((FLOW, *SHAPES.values(), SCRIPTS, STEP)):
        shape = field.shape.shape if isinstance(field.shape, Variable) else field.shape
        found[field.key] = isinstance(shape, Text) and shape.prose and found.get(field.key, True)
    return found


def _two_keys(line: str, column: int) -> tuple[str, str] | None:
    """The key that begins a line and the one in this column, where its value has ended."""
    first, second = _FIRST_KEY.match(line, 0, column), _KEY.match(line, column)
    if first is None or second is None or (_keys().get(first[1], False) and second[1] not in _keys()):
        return None
    return first[1], second[1]


def _in_one_pair(line: str, column: int) -> str:
    """What is in quotes and what follows them up to the end of the line, as one text in quotes; or empty."""
    found = [each for each in _QUOTED.finditer(line[: column + 1]) if not line[each.end() : column].strip()]
    if not found:
        return ""
    written, rest = found[-1][0], line[found[-1].end() : _hash(line)].rstrip()
    try:
        text = json.loads(written) if written[0] == '"' else written[1:-1].replace("''", "'")
    except ValueError:
        return ""
    whole = json.dumps(text + rest, ensure_ascii=False)
    return f": {whole}" if len(whole) <= _LOOKED_BACK else ""


def _comma(line: str, column: int) -> str:
    """A hint for a second colon in a value in braces: a comma is missing before its key, or it is a text."""
    found = _LAST_WORD.search(line[max(column - _LOOKED_BACK, 0) : column])
    before = _KEY_BEFORE.search(line[max(column - _LOOKED_BACK, 0) : column])
    keys = _keys()
    if braces := _one_pair(line, column, keys):
        return braces
    if found is None or (before is not None and keys.get(before[1], False) and found[2] not in keys):
        return _QUOTES
    comma = f"put a `,` before {quoted(found[2])}"
    if found[1].endswith(";"):
        return f"write `,` instead of `;` before {quoted(found[2])}"
    if re.match(r": *[\[{]", line[column:]):
        return comma
    return f"{_QUOTES}, or {comma}" if " " in found[1].strip() else f"{comma}, or {_QUOTES.removeprefix('put ')}"


def _one_pair(line: str, column: int, keys: Mapping[str, bool]) -> str:
    """A hint for a word behind a key, with a colon of its own and one word behind that; or empty."""
    before = line[max(column - _LOOKED_BACK, 0) : column]
    found = re.search(r"(?:[{,] *|^[ \t]*+(?:- ++)*+)([a-z][a-z0-9_ ]*): +([a-z][a-z0-9_]*)$", before)
    value = re.match(r": +([\w-]+)(?= *[,}\]])", line[column:])
    if found is None or value is None or keys.get(found[1], False) or found[2] not in keys:
        return ""
    return f"write {quoted(f'{{{found[2]}: {value[1]}}}')}, in braces"


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _level(line: str, column: int) -> int:
    """How far in the key is behind which something in this column begins: behind the `- ` of its item."""
    found = _KEY_OF_AN_ITEM.match(line)
    return found.end() if found is not None and found.end() < column else _indentation(line)


def _hash(line: str) -> int | None:
    """The column of the `#` that begins a comment behind something; None if there is none."""
    found = _COMMENT.search(_QUOTED.sub(lambda found: "x" * len(found[0]), line))
    return found.end() - 1 if found and line[: found.start()].strip() else None


def _escape(line: str, column: int) -> tuple[int, str, str]:
    """A backslash that begins no escape: its column, what is wrong, and what to write instead."""
    start = max(line.rfind("\\", 0, column + 1), 0)
    found = re.match(r"\\(?:\w{1,12}|.?)", line[start:])
    written = found[0] if found else "\\"
    hint = r"write `\\` for a backslash, or put single quotes around the text"
    if len(written) == 2 and not written[1].isalnum():
        hint = rf"write {quoted(written[1])} alone, or `\\` for a backslash"
    return start, f"a backslash begins an escape in double quotes, and {quoted(written)} is none", hint


def _after_the_end(lines: list[str], place: tuple[int, int]) -> tuple[str, str]:
    """Of text that stands where the document is over."""
    before = lines[: place[0] + 1]
    first = next((line for line in before if line.strip() and not line.startswith(("#", "%"))), "")
    if any(line.startswith("...") for line in before):
        return "more text behind the `...` that ends the flow", "remove the `...`"
    if first[:1] == " " and not place[1]:
        hint = "start all keys of the top in the same column"
        if (key := _KEY.match(first.lstrip())) is not None:
            hint = f"indent {quoted(key[1])} by {_indentation(first)} less, to the beginning of its line"
        return "this line is indented less than the first one", hint
    if any(line.startswith("%") for line in before):
        return _DIRECTIVE
    return "more text after the end of the flow", "check the closing brackets above"


def _unreadable_character(error: YAMLError, text: str, problems: Problems) -> None:
    found = _NOT_ALLOWED.search(text)
    if found is None:
        problems.add(START, "FLOW002", *_NOT_YAML)
        return
    message = f"control character U+{ord(found.group()):04X} is not allowed"
    problems.add(place_of(text, *found.span()), "FLOW002", message, "remove it")


def _indenting(lines: list[str], number: int, blank: str) -> int | None:
    """The column of a tab or the like in the indentation of this line."""
    line = lines[number] if 0 <= number < len(lines) else ""
    column = line[: len(line) - len(line.lstrip())].find(blank)
    return column if column >= 0 and line.strip() else None


def _ends_in_colon(line: str, column: int) -> bool:
    """Whether the colon in this column ends the line, though something stands behind a key already."""
    if not re.fullmatch(r":\s*(?:#.*)?", line[column:]):
        return False
    start = re.search(r"[^\s-]", line)
    return start is not None and re.search(r": +\S", line[start.end() :]) is not None


def _inside(lines: list[str], place: tuple[int, int]) -> tuple[int, int]:
    """At the end of the file there is nothing to point at: the end of the last line that has text instead."""
    if place[0] < len(lines):
        return place
    last = max((index for index, line in enumerate(lines) if line.strip()), default=0)
    return (last, len(lines[last])) if lines else (0, 0)


def _at(line: int, column: int) -> Span:
    return Span(line + 1, column + 1, line + 1, column + 2)
