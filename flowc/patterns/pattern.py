"""Patterns of parameters: the part of regular expressions that Python and JavaScript (ES2018, with the flag `u`) read
alike, and that no text keeps busy for long. What is no part of it is refused, with what to write in its place.

A pattern is judged on a call, on whatever a model passes. An engine that goes back and tries again takes as long as
there are ways to read a text so far: `read` counts them, and refuses a pattern for which they grow with the text. They
are the paths through the pattern's automaton by its characters (V. M. Glushkov, 1961), in which each way to skip what
may be empty is one, since what is repeated never is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from flowc.patterns.automaton import MOST_POSITIONS, Automaton
from flowc.patterns.characters import few, one_of, others, single
from flowc.patterns.fault import PatternFault
from flowc.patterns.syntax import Characters, Either, Node, Repeated, Sequence, longest_of, may_be_empty

MOST_TIMES = 200
"""How often something may be repeated where there is a limit."""

FORMATS: Mapping[str, str] = {
    "phone": r"\+[1-9][0-9]{6,14}",
    "date": "[1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    "|02-(0[1-9]|1[0-9]|2[0-8]))"
    "|([1-9][0-9](0[48]|[2468][048]|[13579][26])|(1[26]|[2468][048]|[3579][26])00)-02-29",
}
"""What a `format` of the language admits, as a pattern: a number in E.164, and a day of the Gregorian calendar."""


class Pattern:
    """A pattern that is right. What it fits is a whole text."""

    def __init__(self, text: str, node: Node) -> None:
        self.text = text
        self.node = node
        self._automaton = Automaton(node)
        self._automaton.refuse_many_readings()
        self._expression = re.compile(text)

    def fits(self, text: str) -> bool:
        return self._expression.fullmatch(text) is not None

    @property
    def anchored(self) -> str:
        """For JSON Schema, which looks for a pattern anywhere in a text. `$` alone leaves room for a line break."""
        return f"^(?:{self.text})(?!\\n)$" if isinstance(self.node, Either) else f"^{self.text}(?!\\n)$"

    @property
    def longest(self) -> int | None:
        """The most characters of a text that it fits; None if there is no limit."""
        return longest_of(self.node)

    def has_only(self, characters: str) -> bool:
        """Whether nothing else can be in a text that it fits."""
        allowed = {ord(each) for each in characters}
        within = (code for ranges in self._automaton.characters for low, high in ranges for code in few(low, high))
        return all(code in allowed for code in within)

    def texts(self, least: int = 0, most: int | None = None) -> Iterator[str]:
        """Some that it fits with so many characters: none if there is none, two if there are two."""
        found: list[str] = []
        for length in self._lengths(least, most):
            for preferred in ("1aAx", "2bBy", "0"):
                text = self._of_length(length, preferred)
                if text not in found:
                    found.append(text)
                    yield text
            if len(found) > 1:
                return

    def _lengths(self, least: int, most: int | None) -> Iterator[int]:
        """Those that a text may have. Where there is no limit, what repeats has come by once all positions have."""
        positions, last = self._automaton.whole.first, set(self._automaton.whole.last)
        end = least + MOST_POSITIONS if most is None else most
        if self._automaton.whole.is_empty and least == 0:
            yield 0
        reached = set(positions)
        for length in range(1, end + 1):
            if not reached:
                return
            if length >= least and reached & last:
                yield length
            reached = {following for position in reached for following in self._automaton.follow[position]}

    def _of_length(self, length: int, preferred: str) -> str:
        layers = [set(self._automaton.whole.first)]
        while len(layers) < length:
            layers.append({after for position in layers[-1] for after in self._automaton.follow[position]})
        found: list[str] = []
        goal = set(self._automaton.whole.last)
        for layer in reversed(layers[:length]):
            position = min(layer & goal)
            found.append(one_of(self._automaton.characters[position], preferred))
            goal = {each for each in range(len(self._automaton.follow)) if position in self._automaton.follow[each]}
        return "".join(reversed(found))


@lru_cache(maxsize=64)
def read(text: str) -> Pattern:
    """PatternFault if it is none."""
    slashes = re.fullmatch(r"/(.*[^\\])/[a-z]*", text)
    if slashes is not None:
        hint = f"write {_typed(slashes[1])}; a slash that is meant is `[/]`"
        raise PatternFault("a pattern has no slashes around it", hint)
    reader = _Reader(text)
    try:
        node = reader.either()
        if reader.next:
            reader.begin = reader.at
            raise PatternFault("a `)` closes nothing", "the sign itself is `\\)`")
    except PatternFault as fault:
        if not fault.of_all:
            fault.place = reader.begin, max(reader.begin + 1, reader.at)
        raise
    if isinstance(node, Sequence) and not node.parts:
        raise PatternFault("a pattern of nothing fits nothing", "say what the value looks like, as `[0-9]{4}`")
    return Pattern(text, node)


_SIGNS = r"\.*+?()[]{}|^$/"
"""What has a meaning of its own, and stands for itself behind a `\\`."""
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": " ", "D": "^0-9", "W": "^A-Za-z0-9_", "S": "^ "}
_WRITTEN = {"n": "\n", "t": "\t", "r": "\r"}
_WHOLE = "a pattern fits the whole value"


class _Reader:
    """From its text to its parts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.begin = 0  # of what is read now

    @property
    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def either(self) -> Node:
        ways = [self._sequence()]
        while self.next == "|":
            self.at += 1
            ways.append(self._sequence())
        if len(ways) == 1:
            return ways[0]
        if sum(may_be_empty(way) for way in ways) > 0:
            self.begin = self.at - 1
            raise PatternFault("on one side of a `|` there may be nothing", "write `(…)?` for what may be left out")
        return Either(tuple(ways))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self.next not in ("", "|", ")"):
            parts.append(self._repeated(self._part()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _part(self) -> Node:
        sign = self.next
        self.begin = self.at
        self.at += 1
        match sign:
            case "(":
                return self._group()
            case "[":
                return self._class()
            case "\\":
                return Characters(single(self._escaped(in_class=False)))
            case ".":
                raise PatternFault(
                    "`.` is every character but the ends of lines, which Python and JavaScript do not know the same of",
                    r"a dot is `\.`; else name what is possible, as `[A-Za-z ]`, or what is not, as `[^,]`",
                )
            case "^" | "$":
                inner = self.text.removeprefix("^").removesuffix("$")
                message = f"`{sign}` stands for nothing here: {_WHOLE}, from its beginning to its end"
                also = _fault_of(inner) if inner != self.text else message
                if not also:
                    raise PatternFault(message, f"write {_typed(inner)}", of_all=True)
                hint = rf"take it out; the sign itself is `\{sign}`"
                if also != message:
                    hint = f"take it out; then there is still this: {also}"
                raise PatternFault(message, hint)
            case "*" | "+" | "?" | "{":
                hint = rf"the sign itself is `\{sign}`"
                raise PatternFault(f"there is nothing that `{sign}` could repeat", hint)
            case "]" | "}":
                raise PatternFault(f"a `{sign}` closes nothing", rf"the sign itself is `\{sign}`")
            case _:
                return Characters(single(sign))

    def _group(self) -> Node:
        begin = self.begin
        if self.next == "?":
            if self.text[self.at + 1 : self.at + 2] != ":":
                self._refuse_group()
            self.at += 2
        inner = self.either()
        if self.next != ")":
            self.begin, self.at = begin, begin + 1
            raise PatternFault("a `(` is never closed", r"close it with `)`; the sign itself is `\(`")
        self.at += 1
        if isinstance(inner, Sequence) and not inner.parts:
            self.begin = begin
            hint = r"take them out; the signs themselves are `\(\)`"
            raise PatternFault("there is nothing between `(` and `)`", hint)
        return inner

    def _refuse_group(self) -> None:
        rest = self.text[self.at :]
        if re.match(r"\?[a-zA-Z-]+[:)]", rest):
            raise PatternFault("there are no flags in a pattern", "name both letters where both are right, as `[Aa]`")
        if re.match(r"\?P?<[^=!]|\?P=", rest):
            raise PatternFault("no part of a pattern has a name: nobody would ask for it", "write `(…)`")
        raise PatternFault(
            f"a pattern looks neither ahead nor back: {_WHOLE}",
            "write what the value consists of, from its first character to its last",
        )

    def _repeated(self, part: Node) -> Node:
        begin = self.at
        counts = self._counts()
        if counts is None:
            return part
        least, most = counts
        self.begin = begin
        if self.next in ("?", "+"):
            self.begin = self.at
            message = f"a `{self.next}` behind a repetition changes nothing: {_WHOLE}"
            raise PatternFault(message, "take it out")
        if self.next in ("*", "{"):
            self.begin = self.at
            raise PatternFault("a repetition is repeated at once", "say once how often it comes, as `{2,4}`")
        if most == 0 or (most is not None and most < least):
            raise PatternFault(f"`{{{least},{most}}}` fits nothing", "write the smaller number first, as `{2,4}`")
        if max(least, most or 0) > MOST_TIMES:
            hint = "take `*` or `+`, and limit the whole with `maxLength`"
            raise PatternFault(f"what is counted comes {MOST_TIMES} times at most", hint)
        if may_be_empty(part):
            hint = "let the part in the brackets have one character at least"
            raise PatternFault("what may be empty is repeated, so that nobody can tell how often", hint)
        return Repeated(part, least, most)

    def _counts(self) -> tuple[int, int | None] | None:
        if self.next and self.next in "*+?":
            found: tuple[int, int | None] = {"*": (0, None), "+": (1, None), "?": (0, 1)}[self.next]
            self.at += 1
            return found
        if self.next != "{":
            return None
        self.begin = self.at
        counted = re.match(r"\{([0-9]{1,5})(,([0-9]{1,5})?)?\}", self.text[self.at :], re.ASCII)
        if counted is None:
            upto = re.match(r"\{,([0-9]+)\}", self.text[self.at :], re.ASCII)
            hint = r"say it as `{4}` or `{2,4}`; the sign itself is `\{`"
            if upto:
                hint = f"write `{{0,{upto[1]}}}` instead of `{upto[0]}`"
            raise PatternFault("`{` begins with how often something comes", hint)
        self.at += counted.end()
        least = int(counted[1])
        return least, least if counted[2] is None else None if counted[3] is None else int(counted[3])

    def _escaped(self, *, in_class: bool) -> str:
        sign = self.next
        self.at += 1
        if sign in _WRITTEN:
            return _WRITTEN[sign]
        if sign and sign in (_SIGNS + "-" if in_class else _SIGNS):
            return sign
        written = f"`\\{sign}`"
        if sign in _CLASSES:
            if in_class and sign.isupper():
                hint = "name the characters that are possible"
            else:
                instead = _CLASSES[sign] if in_class else f"[{_CLASSES[sign]}]"
                hint = f"write `{instead}` instead of {written}"
            raise PatternFault(f"{written} is more to Python than to JavaScript", hint)
        if sign == "":
            raise PatternFault("a `\\` stands last", r"the sign itself is `\\`")
        if sign.isdigit():
            raise PatternFault(f"{written} would be what has come before", "write what it is, once more")
        if sign in "bBAZz":
            hint = "take it out" if sign not in "bB" else "write which characters are possible between words"
            raise PatternFault(f"{written} stands for no character, and {_WHOLE}", hint)
        if sign in "pPuxUN":
            hint = "write the characters themselves, or a range of them, as `[A-Za-zÀ-ÿ]`"
            raise PatternFault(f"{written} is not read alike by Python and JavaScript", hint)
        hint = f"write `{sign}` instead of {written}"
        raise PatternFault(f"{written} is not read alike by Python and JavaScript", hint)

    def _class(self) -> Node:
        """What stands in brackets, behind the first of them."""
        is_other = self.next == "^"
        self.at += is_other
        ranges: list[tuple[int, int]] = []
        opened, begin = self.begin, self.at
        while self.next != "]":
            if self.next == "":
                self.begin, self.at = opened, opened + 1
                raise PatternFault("a `[` is never closed", r"close it with `]`; the sign itself is `\[`")
            self.begin = self.at
            is_dash = self.next == "-"
            low = self._in_class(begin)
            high = low
            if self.next == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                if is_dash or self.next == "-":
                    raise PatternFault("a range begins or ends with a `-`", r"the sign itself is `\-`")
                high = self._in_class(begin)
            if high < low:
                shown = f"`{chr(low)}-{chr(high)}`"
                hint = f"write `{chr(high)}-{chr(low)}` instead of {shown}"
                raise PatternFault(f"{shown} is no range: its end stands first", hint)
            ranges.append((low, high))
        self.at += 1
        self.begin = opened
        if not ranges:
            raise PatternFault("there is nothing between `[` and `]`", r"name characters, as `[0-9]`")
        ranges.sort()
        for (_, end), (start, _) in pairwise(ranges):
            if start <= end:
                raise PatternFault(f"`{chr(start)}` is named twice in one pair of brackets", "name it once")
        return Characters(others(ranges) if is_other else tuple(ranges))

    def _in_class(self, begin: int) -> int:
        sign = self.next
        if sign == "[":
            posix = re.match(r"\[:(\w+):\]", self.text[self.at :])
            known = {"digit": "0-9", "alpha": "A-Za-z", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z"}
            instead = known.get(posix[1]) if posix else None
            hint = f"write `{instead}` instead of `{posix[0]}`" if posix and instead else r"the sign itself is `\[`"
            raise PatternFault("a `[` stands in brackets", hint)
        is_last = self.text[self.at + 1 : self.at + 2] == "]"
        if sign == "-" and self.at != begin and not is_last:
            raise PatternFault("a `-` stands between others", r"let it be the last in the brackets, or `\-`")
        self.at += 1
        return ord(self._escaped(in_class=True) if sign == "\\" else sign)


def _fault_of(text: str) -> str:
    """What is wrong with it; empty if nothing is."""
    try:
        read(text)
    except PatternFault as fault:
        return fault.message
    return ""


def _typed(text: str) -> str:
    """As it is typed in a file: a `\\` is one only in single quotes."""
    quote = "'" if "\\" in text and "'" not in text else '"'
    return f"`{quote}{text}{quote}`"
