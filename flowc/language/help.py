"""What an editor shows of a key: its meaning, what it takes and in which unit, and what holds without it.

From the grammars alone: the JSON Schemas and the language server say the same. Texts are Markdown without more of it
than backquotes.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as ReadOnly
from typing import Any, assert_never

from flowc.language.durations import as_written
from flowc.language.flow.steps import RINGBACK, STEP_WORD, STEP_WORDS
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

WORDS = {
    STEP_WORD.what: STEP_WORDS,
    "`ringback` or the name of a prompt": (RINGBACK,),
    "the name of a target, or `nobody`": ("nobody",),
    "`agent`, `recorder`, `nobody` or the name of a target": ("agent", "recorder", "nobody"),
    "`caller` or the name of a target": ("caller",),
    "`caller`, `agent` or the name of a target": ("caller", "agent"),
}
"""Words of the language that may stand where a name does, by what the grammar says of the place."""
UNITS = "`ms`, `s`, `m` or `h`"
_LEFT_OUT = "eft out"
_NOT_MORE = 8  # values that are listed in a sentence


def help_of(field: Field, shapes: ReadOnly[str, Shape], around: Shape | None) -> str:
    """All that is said of a key of a mapping."""
    told = (field.doc, f"Value: {value_of(field.shape, shapes)}.", without(field, around))
    return " ".join(part for part in told if part)


def without(field: Field, around: Shape | None) -> str:
    """What holds where a key is left out; empty for one that stands alone, and where its meaning says so already."""
    if isinstance(around, OneKey):
        return ""
    spared = around.spared if isinstance(around, Record) else None
    if field.required and spared is not None and field.key in spared.keys:
        by, keys = _listed(f"`{key}`" for key in spared.by), _listed(f"`{key}`" for key in spared.keys)
        return f"Required, unless {by} is there and neither {keys.replace(' or ', ' nor ')}."
    if field.required:
        return "Required."
    if field.default:
        is_typed = " " not in field.default or ":" in field.default or field.default in words_of(field.shape, {})
        return f"Default: `{field.default}`." if is_typed else f"Default: {field.default}."
    if _LEFT_OUT in field.doc:
        return ""
    left_out = field.left_out or (around.left_out if isinstance(around, Record) else "")
    return f"Left out: {left_out}." if left_out else "Default: none."


def value_of(shape: Shape, shapes: ReadOnly[str, Shape]) -> str:
    """What a value is, to go on in a sentence."""
    match shape:
        case Duration():
            return f"a duration with its unit ({UNITS}), from `{shape.least}` to `{shape.most}`"
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
            longest = "" if shape.longest is None else f" (at most {shape.longest} characters)"
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
            return [int(default)] if default.isdecimal() and shape.least <= int(default) <= shape.most else []
        case Text():
            example = shape.example.strip('"')
            return [*WORDS.get(shape.what, ()), *([example] if example and not example.startswith("{") else [])]
        case _:
            return []
