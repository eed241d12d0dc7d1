"""Values that may stand on the platform instead of in the file."""

from __future__ import annotations

from msgspec import Struct


class Secret(Struct, frozen=True):
    """A VoxEngine secret, read when the call starts."""

    name: str


class Storage(Struct, frozen=True):
    """An ApplicationStorage entry, read when the call starts."""

    name: str


class Data(Struct, frozen=True):
    """What a call that is placed for somebody was started with, by its name."""

    name: str


Setting = str | Secret | Storage | Data


class CallersNumber(Struct, frozen=True):
    """The caller's own number, as a caller ID."""


CallerId = Setting | CallersNumber
