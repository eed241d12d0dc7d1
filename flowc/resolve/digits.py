"""What is sent to whatever answers a target: keys, and pauses between them."""

from __future__ import annotations

from flowc.diagnostics import Problems
from flowc.ir import Digits
from flowc.language.durations import milliseconds
from flowc.language.located import Maybe
from flowc.nodes import Broken, Scalar

MOST = 50
"""Of keys, and of pauses."""
LEAST_MS, MOST_MS = 100, 10_000


def digits(written: Maybe[tuple[Scalar | Broken, ...]], problems: Problems) -> Digits:
    """Keys as they are written, pauses in milliseconds; what is wrong with them goes to `problems`."""
    if written is None or isinstance(written, Broken):
        return ()
    items = [each for each in written if isinstance(each, Scalar)]
    if not items:
        return ()
    found = tuple(_pause(each, problems) or each.text for each in items)
    keys = sum(len(each) for each in found if isinstance(each, str))
    pauses = sum(isinstance(each, int) for each in found)
    for what, count in (("keys", keys), ("pauses", pauses)):
        if count > MOST and not problems.full:
            message = f"`digits` has {count} {what}, at most {MOST} are possible"
            problems.add(items[0].span, "FLOW105", message, "shorten it: the caller waits until all is sent")
    if keys == 0 and len(items) == len(written) and not problems.full:
        message = "`digits` has no keys, and a pause alone is heard by nobody"
        problems.add(items[0].span, "FLOW105", message, 'add a key in quotes, as `"1"`, or remove `digits`')
    return found


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
