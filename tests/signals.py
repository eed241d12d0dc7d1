"""Children of the tests begin with the signals as a terminal would leave them, or as a test says.

Background jobs and many CI runners start everything with SIGINT ignored, `nohup` with SIGHUP, and a child inherits it.
"""

from __future__ import annotations

import signal
from collections.abc import Callable

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE)


def begin_with(*, ignored: signal.Signals | None = None) -> Callable[[], None]:
    """For `preexec_fn`: everything has its effect, but for the one signal that is ignored."""

    def set_all() -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN if number == ignored else signal.SIG_DFL)

    return set_all
