"""Keys of a step that stand beside it, or behind a `- ` of their own, although they belong inside.

Looked for in a list of steps before it is decoded. What is found is told once and stands as `Broken`, and so does the
step that lacks it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from flowc.diagnostics import Problems, Related, quoted
from flowc.language.calls.grammar import CALL, STEP
from flowc.language.shapes import ByForm, ByKey, Record, Shape
from flowc.nodes import Broken, Mapping, Node, Scalar, Sequence
from flowc.testing.script.wording import shown

_LONGEST = 100  # characters of what is to be written instead
Entry = tuple[Scalar, Node]


def _kinds(shape: Shape) -> tuple[Record, ...]:
    """The mappings that it may be."""
    way = shape.mapping if isinstance(shape, ByForm) else shape
    kinds = way.kinds if isinstance(way, ByKey) else (way,)
    return tuple(kind for kind in kinds if isinstance(kind, Record))


def _within(shape: Shape) -> dict[str, str]:
    kinds = _kinds(shape)
    found = {key: "" for kind in kinds for key in kind.by_key}
    for field in (field for kind in kinds if len(kinds) > 1 for field in kind.fields):
        if isinstance(field.shape, Record):
            found |= dict.fromkeys(field.shape.by_key, field.key)
    return found


_OF_A_TARGET = _within(STEP.shape)
_OF_STEPS = {field.key: _within(field.shape) for field in STEP.fields}


def within(step: str) -> dict[str, str]:
    """The keys that may stand in the mapping of a step -> the key under which they stand there, empty if under none."""
    return _OF_STEPS.get(step, _OF_A_TARGET)


def joined(step: Scalar, value: Node, others: Iterable[Entry]) -> str:
    """The step as it is meant, in one line; empty if that is not certain, or long."""
    places = within(step.text)
    entries = {name: shown(each) for name, (_, each) in value.entries.items()} if isinstance(value, Mapping) else {}
    if isinstance(value, Scalar) and value.value is not None and value.text in places:
        entries[value.text] = "…"
    for key, each in others:
        outer = places.get(key.text, "")
        if outer and entries.get(outer, "…") != "…":
            return ""
        entries[outer or key.text] = f"{{{key.text}: {shown(each)}}}" if outer else shown(each)
    whole = f"{step.text}: {{{', '.join(f'{name}: {each}' for name, each in entries.items())}}}"
    return whole if len(whole) <= _LONGEST and "?" not in whole else ""


def fit(step: Scalar, value: Node, others: Iterable[Entry]) -> bool:
    """Whether these keys can all be meant to stand together in the mapping of a step, with what is there."""
    places = within(step.text)
    keys = {places.get(key.text, "") or key.text for key, _ in others}
    if isinstance(value, Mapping):
        keys |= value.entries.keys()
    elif isinstance(value, Scalar) and value.value is not None:
        if value.text not in places:
            return False
        keys.add(value.text)
    elif not isinstance(value, Scalar):
        return False
    shape = STEP.by_key[step.text].shape if step.text in STEP.by_key else STEP.shape
    return any(keys <= kind.by_key.keys() for kind in _kinds(shape))


def of_list(step: Scalar, items: Sequence) -> str:
    """A list of what should be the keys of one step, such as what the agent asks for and with which values."""
    parts = [each for item in items.items if isinstance(item, Mapping) for each in item.entries.values()]
    empty = Scalar("", True, step.end, step.end)
    is_one = len({key.text for key, _ in parts}) == len(parts) > 1 and fit(step, empty, parts)
    return joined(step, empty, parts) if is_one else ""


def in_braces(line: str) -> str:
    """A step with a second colon in its line as it is meant; empty if that is not certain."""
    parts = line.partition(" #")[0].strip().removeprefix("- ").split(": ", 2)
    if len(parts) != 3 or within(parts[0]).get(parts[1]) != "" or re.search(r"[\[\]{},#]|: ", parts[2]):
        return ""
    then = ", then: answers" if parts[1] == "rings" else ""
    whole = f"{parts[0]}: {{{parts[1]}: {parts[2].strip()}{then}}}"
    return whole if len(whole) <= _LONGEST else ""


def beside(steps: Node | None, targets: Collection[str], problems: Problems) -> None:
    """Of a list of steps: items that are no step, but a part of the one before, or of the whole call."""
    if not isinstance(steps, Sequence):
        return
    before: tuple[int, Scalar, Node] | None = None  # the last one that is a step
    parts: dict[int, list[Entry]] = {}  # of that step, by its number
    is_told_of_call = False
    for number, item in enumerate(steps.items):
        if not isinstance(item, Mapping) or not item.entries:
            continue
        key, value = next(iter(item.entries.values()))
        if key.text in STEP.by_key or key.text in targets:
            _tell(before, parts, problems)
            before = (number, key, value)
            if key.text == "at once":
                beside(value, targets, problems)
        elif key.text in CALL.by_key:
            if not is_told_of_call:
                message = f"{quoted(key.text)} is no step: it belongs beside the list of steps"
                hint = "write the list below `steps:`, and this below it, as far in as `steps` and without a `- `"
                problems.add(key.span, "FLOW101", message, hint)
            is_told_of_call = True
            steps.items[number] = Broken(key.span)
        elif before is not None and key.text in within(before[1].text):
            together = list(
                ({one.text: (one, other) for one, other in parts.get(before[0], ())} | item.entries).values()
            )
            if fit(*before[1:], together):
                parts[before[0]] = together
                steps.items[before[0]] = Broken(before[1].span)
                steps.items[number] = Broken(key.span)
    _tell(before, parts, problems)


def _tell(before: tuple[int, Scalar, Node] | None, parts: dict[int, list[Entry]], problems: Problems) -> None:
    """Once of all that belongs to a step."""
    if before is None or before[0] not in parts:
        return
    _, step, inside = before
    others = parts[before[0]]
    key = others[0][0]
    message = f"{quoted(key.text)} is no step: it belongs to {quoted(step.text)}, the step above"
    whole = joined(step, inside, others)
    hint = f"write {quoted(f'- {whole}', _LONGEST + 2)}" if whole else "take out the `- `, and indent it further"
    problems.add(key.span, "FLOW101", message, hint, (Related(step.span, "to this step"),))
