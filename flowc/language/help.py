"""What an editor shows of a key: its meaning, what it takes and in which unit, and what holds without it.

From the grammars alone: the JSON Schemas and the language server say the same. Texts are Markdown without more of it
than backquotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as ReadOnly
from typing import Any, assert_never

from flowc.language.durations import as_written
from flowc.language.flow.values import (
    ACTION_NAME,
    AGENT_NAME,
    HOURS_NAME,
    PROMPT_NAME,
    SUBJECT,
    TARGET_NAME,
    WEBHOOK_NAME,
)
from flowc.language.shapes import (
    Anything,
    Boolean,
    ByForm,
    ByKey,
    ByType,
    Duration,
    Field,
    Integer,
    List,
    Named,
    Names,
    Number,
    OneKey,
    Record,
    Refused,
    Shape,
    Text,
    Variable,
    Word,
)

_NAMES = {
    TARGET_NAME.what: "support",
    PROMPT_NAME.what: "connecting",
    WEBHOOK_NAME.what: "crm",
    AGENT_NAME.what: "spanish",
    ACTION_NAME.what: "call_transfer",
    HOURS_NAME.what: "office",
    SUBJECT.what: "department",
}
"""Names as an author might choose them, for examples."""
UNITS = "`ms`, `s`, `m` or `h`"
_NOT_MORE = 8  # values that are listed in a sentence


def help_of(field: Field, shapes: ReadOnly[str, Shape]) -> str:
    """All that is said of a key."""
    return " ".join([field.doc, f"Value: {value_of(field.shape, shapes)}.", without(field)])


def without(field: Field) -> str:
    """What holds where a key is left out."""
    if field.required:
        return "Required."
    if field.left_out:
        return f"Left out: {field.left_out}."
    if field.default:
        return f"Default: `{field.default}`."
    return "Default: none."


def value_of(shape: Shape, shapes: ReadOnly[str, Shape]) -> str:
    """What a value is, to go on in a sentence."""
    match shape:
        case Duration():
            return f"a duration from `{shape.least}` to `{shape.most}`, a whole number and its unit ({UNITS})"
        case Word():
            return _listed(f"`{word}`" for word in shape.words)
        case Boolean():
            return "`true` or `false`"
        case Integer() | Number():
            what = "a whole number" if isinstance(shape, Integer) else "a number"
            unit = f" of {shape.unit}" if shape.unit else ""
            if shape.least == shape.most:
                return f"`{shape.least}`"
            return f"{what}{unit} from {shape.least} to {shape.most}"
        case Text():
            example = f", as `{shape.example}`" if shape.example else ""
            longest = "" if shape.longest is None else f" of at most {shape.longest} characters"
            return f"{shape.what}{longest}{example}"
        case Named():
            return value_of(shapes[shape.name], shapes)
        case Variable():
            return value_of(shape.shape, shapes)
        case Record():
            keys = [f"`{each.key}`" for each in shape.fields if not isinstance(each.shape, Refused)]
            return f"a mapping with {_listed(keys, 'and')}"
        case ByForm():
            ways = (shape.scalar, shape.sequence, shape.mapping)
            forms = [way for way in ways if way is not None and not isinstance(way, Refused)]
            if len(forms) == 1 and not isinstance(forms[0], Text):
                return value_of(forms[0], shapes)
            # What is said of such a form alone: how long, which words.
            told = [value_of(way, shapes) for way in forms if _is_measured(way)]
            return shape.what if not told else f"{shape.what}; {'; '.join(told)}"
        case List() | Names() | ByKey() | ByType() | OneKey():
            return shape.what
        case Anything():
            return "any data"
        case Refused():
            return "none"
        case _:
            assert_never(shape)


def _is_measured(shape: Shape) -> bool:
    if isinstance(shape, Variable):
        return _is_measured(shape.shape)
    return isinstance(shape, Duration | Word | Boolean | Integer | Number)


def _listed(texts: Iterable[str], last: str = "or") -> str:
    found = list(texts)
    if len(found) > _NOT_MORE:
        return f"{', '.join(found[:_NOT_MORE])} {last} others"
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}" if found else "nothing"


def examples_of(shape: Shape, shapes: ReadOnly[str, Shape], default: str = "") -> list[Any]:
    """Values that may stand there, as data, those that are a text first; of mappings the smallest ones."""
    found = words_of(shape, shapes, default)
    for way in _mappings(shape, shapes):
        made = _smallest(way, shapes)
        if made:
            found.append(made)
    return found


def words_of(shape: Shape | None, shapes: ReadOnly[str, Shape], default: str = "") -> list[Any]:
    """Values that are no collection: all of them, where there are a few, else one as it might be."""
    match shape:
        case Named():
            return words_of(shapes[shape.name], shapes, default)
        case Variable():
            return words_of(shape.shape, shapes, default)
        case ByForm():
            return words_of(shape.scalar, shapes, default)
        case Duration():
            least, most = shape.bounds
            return [default or as_written(min(max(20_000, least), most))]
        case Word():
            return list(shape.words)
        case Boolean():
            return [False, True]
        case Integer() | Number():
            return [int(default)] if default.isdecimal() else []
        case Text():
            example = _NAMES.get(shape.what, "") or shape.example.strip('"')
            return [example] if example and not example.startswith("{") else []
        case _:
            return []


def _mappings(shape: Shape | None, shapes: ReadOnly[str, Shape]) -> Iterator[Record]:
    match shape:
        case Named():
            yield from _mappings(shapes[shape.name], shapes)
        case ByForm():
            yield from _mappings(shape.mapping, shapes)
        case ByKey():
            yield from (kind for kind in shape.kinds if isinstance(kind, Record))
        case Record():
            yield shape
        case _:
            return


def _smallest(record: Record, shapes: ReadOnly[str, Shape]) -> dict[str, Any] | None:
    """A mapping with no more keys than it must have; None where one of them is no single word."""
    found: dict[str, Any] = {}
    for field in record.fields:
        if field.required:
            values = words_of(field.shape, shapes, field.default)
            if not values:
                return None
            found[field.key] = values[0]
    return found
