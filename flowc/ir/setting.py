"""Values that may stand on the platform instead of in the file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Secret:
    """A VoxEngine secret, read when the call starts."""

    name: str


@dataclass(frozen=True, slots=True)
class Storage:
    """An ApplicationStorage entry, read when the call starts."""

    name: str


Setting = str | Secret | Storage
