"""What is told of an error that nobody has thought of: a sentence, with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from flowc import __version__
from flowc.diagnostics import cut

MEMORY = "flowc has not enough memory: allow it more, see `ulimit -v` and `ulimit -d`, or free some"


def wants_traceback(arguments: Sequence[str]) -> bool:
    """Whether a person has asked for more than a sentence."""
    return "--debug" in arguments or bool(os.environ.get("FLOWC_DEBUG"))


def told(error: Exception, advice: str) -> str:
    """`advice` is how its place in flowc's code can be seen."""
    if isinstance(error, MemoryError):
        return MEMORY
    if isinstance(error, OSError):
        return f"{error.filename or 'the disk'}: {(error.strerror or str(error)).lower()}"
    what = cut(" ".join(f"{type(error).__name__}: {error}".split()))
    return f"flowc {__version__} has failed, which is a bug: {what} (please report it with the flow and {advice})"
