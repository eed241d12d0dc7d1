"""The caller IDs of a target."""

from __future__ import annotations

from flowc.diagnostics import Problems
from flowc.ir import CallerId, CallersNumber
from flowc.language.flow import syntax
from flowc.language.located import Maybe
from flowc.nodes import Broken, Scalar
from flowc.resolve.texts import setting

CALLER = "caller"


def caller_ids(written: Maybe[syntax.CallerIds], problems: Problems) -> tuple[CallerId, ...]:
    """In the order in which they are shown; none where the flow says nothing, or what it says is broken."""
    if written is None or type(written) is Broken:
        return ()
    listed = written if isinstance(written, tuple) else (written,)
    return tuple(_caller_id(each, problems) for each in listed if type(each) is not Broken)


def _caller_id(written: syntax.Setting, problems: Problems) -> CallerId:
    return CallersNumber() if isinstance(written, Scalar) and written.text == CALLER else setting(written, problems)
