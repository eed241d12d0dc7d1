"""What the language leaves to others: who calls, the account, the platform."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from flowc.verify.oracle.wording import Value


class Given(Struct, frozen=True):
    """What the language leaves to others: who calls, which numbers may be dialled, the account, what the platform
    calls the session, and what can be posted. `contract` is the fingerprint; `late_ms` is by how much a timer may be
    late; not `timed`: whenever it likes, and so is what takes `far_ms` or longer. `over_trunk` are the numbers of
    somebody who calls over a trunk with national ones, and what was dialled, in E.164. `reports_refer`: whether the
    platform says that a caller was handed over, and not only that the leg is gone. `others` are those who may call
    besides, of whom the flow knows. `answers` are those of webhooks, which events name by their numbers.
    `stops_at_once`: a recording is complete as soon as it is stopped. `can_be_paused`: the recording of the call.
    `starts` are the data that calls are started with; None for what is not right, and (the last) where there are none.
    """

    caller: str
    dialled: tuple[str, ...]
    session: str
    control_url: str
    contract: str
    storage: Mapping[str, str]
    secrets: Mapping[str, str]
    late_ms: int = 0
    far_ms: int = 600_000
    timed: bool = True
    reports_silence: bool = True
    moments: tuple[frozenset[str], ...] = ()
    over_trunk: tuple[str, ...] = ()
    reports_refer: bool = True
    others: tuple[str, ...] = ()
    stops_at_once: bool = False
    can_be_paused: bool = True
    answers: tuple[str, ...] = ()
    starts: tuple[tuple[tuple[str, Value], ...] | None, ...] = ()
