"""What Python prints by itself: an error in a thread or where nobody waits for it, a warning, a line of a log.

It would print them as they are, whatever they quote. So in flowc's own process they are a line like any other.
"""

from __future__ import annotations

import sys
import threading
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flowc.cli.output import Unwritable, tell
from flowc.diagnostics import cut

if TYPE_CHECKING:
    from logging import LogRecord


def take_over() -> None:
    threading.excepthook = lambda given: _say(given.exc_type, given.exc_value)
    sys.unraisablehook = lambda given: _say(given.exc_type, given.exc_value)
    warnings.showwarning = lambda message, category, *_, **__: _say(category, message)


def take_over_log() -> None:
    """Of libraries that log, and whose log nobody has asked for: before those are imported."""
    import logging

    class Told(logging.Handler):
        def emit(self, record: LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            with suppress(Exception):  # arguments that do not go with the message
                _tell(record.getMessage() + (f": {type(error).__name__}: {error}" if error is not None else ""))

    logging.lastResort = Told(logging.WARNING)


def _say(kind: Any, what: object) -> None:
    _tell(f"{kind.__name__}: {what}")


def _tell(text: str) -> None:
    with suppress(BrokenPipeError, Unwritable):
        tell(f"flowc: {cut(' '.join(text.split()))}")
