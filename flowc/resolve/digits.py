"""What is sent to whatever answers a target: keys, and pauses between them."""

from __future__ import annotations

from flowc.diagnostics import Problems, quoted
from flowc.ir import Digits, KeysOf, Reference
from flowc.ir.flow import KEYS, MOST_KEYS
from flowc.language.durations import milliseconds
from flowc.language.located import Maybe
from flowc.nodes import Broken, Scalar
from flowc.resolve.names import Names
from flowc.resolve.texts import text

LEAST_MS, MOST_MS = 100, 10_000


def digits(written: Maybe[tuple[Scalar | Broken, ...]], names: Names | None, problems: Problems) -> Digits:
    """Keys as they are written, pauses in milliseconds, and parameters, of which `names` has the names."""
    if written is None or isinstance(written, Broken):
        return ()
    items = [each for each in written if isinstance(each, Scalar)]
    if not items:
        return ()
    found = tuple(_pause(each, problems) or _of_a_parameter(each, names, problems) or each.text for each in items)
    keys = sum(len(each) for each in found if isinstance(each, str))
    pauses = sum(isinstance(each, int) for each in found)
    for what, count in (("keys", keys), ("pauses", pauses)):
        if count > MOST_KEYS and not problems.full:
            message = f"`digits` has {count} {what}, at most {MOST_KEYS} are possible"
            problems.add(items[0].span, "FLOW105", message, "shorten it: the caller waits until all is sent")
    is_filled_in = any(isinstance(each, KeysOf) for each in found)
    if keys == 0 and not is_filled_in and len(items) == len(written) and not problems.full:
        message = "`digits` has no keys, and a pause alone is heard by nobody"
        problems.add(items[0].span, "FLOW105", message, 'add a key in quotes, as `"1"`, or remove `digits`')
    return found


def _of_a_parameter(node: Scalar, names: Names | None, problems: Problems) -> KeysOf | None:
    """None if these are keys."""
    if not node.text.startswith("${"):
        return None
    reported = len(problems)
    parts = text(node, names, problems).parts
    reference = parts[0] if len(parts) == 1 else None
    if not isinstance(reference, Reference):
        return KeysOf("", None, node.span)
    if len(problems) == reported and not problems.full:
        if "." in reference.name:
            message = f"{quoted(node.text)} is no parameter, and `digits` are keys that a parameter holds"
            problems.add(node.span, "FLOW204", message, "name a parameter whose `pattern` has keys alone")
        elif reference.fallback is not None and not (reference.fallback and KEYS.issuperset(reference.fallback)):
            message = f"what is sent in place of `{reference.name}` is keys of a telephone, `0` to `9`, `*` or `#`"
            hint = f"write `\"${{{reference.name} or '0'}}\"` with the keys to be sent"
            problems.add(node.span, "FLOW104", message, hint)
    return KeysOf(reference.name, reference.fallback, node.span)


def _pause(node: Scalar, problems: Problems) -> int | None:
    """None if these are keys."""
    lasting = milliseconds(node.text)
    if lasting is not None and not LEAST_MS <= lasting <= MOST_MS and not problems.full:
        bound, instead = ("least `100ms`", "write `100ms`")
        if lasting > MOST_MS:
            bound, instead = ("most `10s`", "write several pauses")
        problems.add(node.span, "FLOW105", f"a pause of `digits` is `{node.text}`, but must be at {bound}", instead)
        return MOST_MS
    return lasting
