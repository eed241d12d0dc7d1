"""How the platform behaves in a call: the language's words for it, as options of the emulator.

`SWITCHES` is the list of everything that can be set. Where no document decides what the platform does, `varied` has the
values under which `--all-platform-variants` plays a script, the default first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flowc.simulator.options import Options
from flowc.testing.script import Account

Choice = Mapping[str, Any]
"""Key of the language -> value, as in a script."""


@dataclass(frozen=True, slots=True)
class Switch:
    """`option` is the emulator's name; `values` the emulator's words where they are others than the language's."""

    key: str
    option: str
    values: Mapping[Any, Any]
    varied: tuple[Any, ...] = ()


SAME: dict[Any, Any] = {}
SWITCHES = (
    Switch("agent", "agent", {"connects": "connects", "refuses": "refuses", "hangs": "manual"}),
    Switch("webhook", "http_code", SAME),
    Switch("reply", "reply", SAME, ("delivered", "empty", "lost")),
    Switch("late connected", "late_connected", SAME, (False, True)),
    Switch("cancel code", "cancel_code", SAME, (487, 480)),
    Switch("close callback", "close_callback", SAME, (True, False)),
    Switch("terminate events", "terminate_events", SAME, (False, True)),
    Switch("abandoned", "abandoned", {"disconnected": "Disconnected", "failed": "Failed"}, ("disconnected", "failed")),
    Switch("early media", "media_before_connected", SAME, ("kept", "lost")),
    Switch("dead units", "dead_unit", {"ignored": "ignore", "throw": "throw"}, ("ignored", "throw")),
)
DELIVERED = "delivered"


def options(account: Account, choice: Choice) -> Options:
    """The emulator's options. What arrives of a reply concerns the agent alone, and is no matter of the emulator."""
    chosen = {
        switch.option: switch.values.get(choice[switch.key], choice[switch.key])
        for switch in SWITCHES
        if switch.key in choice and switch.key != "reply"
    }
    return Options(storage=account.storage, secrets=account.secrets, **chosen)


def variants(decided: Choice, consulted: list[str]) -> Iterator[dict[str, Any]]:
    """Other behaviours under which the same script has to be played, after a run in which the platform was asked for
    these options. A switch that nobody asked for makes no difference, and each is varied where it is asked for.
    """
    settled = dict(decided)
    for switch in SWITCHES:
        if switch.option in consulted and switch.varied and switch.key not in settled:
            for value in switch.varied[1:]:
                yield {**settled, switch.key: value}
            settled[switch.key] = switch.varied[0]


def differences(choice: Choice) -> tuple[tuple[str, str], ...]:
    """What of a variant differs from the defaults, in the words of the language."""
    return tuple(
        (switch.key, _word(choice[switch.key]))
        for switch in SWITCHES
        if switch.key in choice and switch.varied and choice[switch.key] != switch.varied[0]
    )


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
