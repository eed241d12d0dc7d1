"""By what a file is known to be as it was: size, inode, and when its content and its inode were changed.

Nobody can set the last: a file that was edited and given its old date back, or renamed, or checked out, has another
one. But clocks of disks tick: who changes a file twice in a tick leaves the same stamp twice. So a stamp is believed if
the file was last changed well before anybody looked (`as_of`), by the clock of the same disk. Where clocks are set
back, files are changed in the future, and are read.
"""

from __future__ import annotations

import os
import stat

Stamp = tuple[int, int, int, int]
TICK_NS = 2_000_000_000
"""Of the slowest clock that a disk has."""


def stamp_of(path: str) -> Stamp | None:
    """None: no regular file, or none that can be looked at."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def of(found: os.stat_result) -> Stamp:
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def is_settled(stamp: Stamp, as_of: int) -> bool:
    """Whether a stamp that was taken after `as_of` says that a file with the same one is the same."""
    return stamp[2] < as_of - TICK_NS
