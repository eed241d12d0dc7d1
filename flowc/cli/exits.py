"""The exit codes of every command."""

from enum import IntEnum


class Exit(IntEnum):
    """A command that is stopped by a signal exits with 128 and the signal's number, as shells count it."""

    FINE = 0
    FAULTS = 1  # the flows have errors, what is generated is not what they say, or more has changed than may
    TROUBLE = 2  # usage, configuration, a file that cannot be read or written, or a bug in flowc
