"""Which behaviours of the platform make a difference to a call, found out by playing it.

From calls as they were played to the same calls under the combinations of switches that change what happens, found by
changing one more at a time: two that make a difference only together are not found. How a call is played is a player's
business: with an agent that is scripted, or with the generated tools.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from flowc.simulator.options import Options
from flowc.testing.account import agents_of, value_of
from flowc.testing.play.lower import Lowered
from flowc.testing.play.switches import Choice, open_switches, options
from flowc.testing.script.model import Call, ClockShows, Scripts

PlayResult = dict[str, Any]
"""What came of a turn, as a batch of the emulator has it; or `failed`, a sentence, if it did not come back."""
TOLD = ("trace", "looks", "impossible", "failed")
"""All that the emulator tells of what happened."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`switch` is the key of the one that is not as it was; `before` what came of the call then."""

    switch: str
    before: PlayResult


@dataclass(frozen=True, slots=True)
class Turn:
    """A call under one behaviour of the platform; `place` is the number of its file, and its own."""

    place: tuple[int, int]
    scripts: Scripts
    call: Call
    decided: Choice
    events: Sequence[Lowered]
    trial: Trial | None = None

    def with_(self, decided: Choice, trial: Trial | None = None) -> Turn:
        return replace(self, decided={**self.decided, **decided}, trial=trial)


def options_of(turn: Turn) -> Options:
    """What the emulator plays it with."""
    call, flow = turn.call, turn.scripts.flow
    webhooks = {
        value_of(each.url, call.account): call.webhooks[each.name]
        for each in flow.webhooks
        if each.name in call.webhooks
    }
    clocks = [event.at for step in call.steps for event in step.events if isinstance(event, ClockShows)]
    known = [at for at in clocks if at is not None]
    agents = agents_of(flow, call.account)
    ids = {agent.name: value_of(agent.agent_id, call.account) for agent in flow.every_agent}
    return options(call.account, turn.decided, flow.hours, call.begins, webhooks, flow.call.country, known, agents, ids)


Done = tuple[Turn, PlayResult]


class Player(Protocol):
    """Plays turns. A result may have `events`: what was played, where that is not what the turn says; and `trouble`."""

    def play(self, turns: Sequence[Turn]) -> list[PlayResult]: ...


def other_variants(player: Player, played: Sequence[Done]) -> list[Done]:
    """The same calls under all other behaviours of the platform that make a difference to them."""
    found: list[Done] = []
    following = _one_more_switch(player, played)
    while following:
        found += following
        following = _one_more_switch(player, following)
    return found


def _one_more_switch(player: Player, played: Sequence[Done]) -> list[Done]:
    """The same calls with one more switch changed, as far as that makes a difference.

    Every combination is come by once: of two switches that both make a difference, the second is changed with the
    first as it was, and with the first changed. One that makes no difference stays open: it may make one later.
    """
    trials = [
        (number, switch, turn.with_({switch.key: value}, Trial(switch.key, result)))
        for number, (turn, result) in enumerate(played)
        for switch in open_switches(turn.decided, result.get("consulted", ()))
        for value in switch.varied[1:]
    ]
    results = player.play([turn for _, _, turn in trials])
    found: list[Done] = []
    settled: dict[int, dict[str, Any]] = {}
    for (number, switch, turn), result in zip(trials, results, strict=True):
        before = settled.setdefault(number, {})
        if differ(result, played[number][1], (*TOLD, "replies")):
            earlier = {key: value for key, value in before.items() if key != switch.key}
            found.append((turn.with_(earlier), result))
            before[switch.key] = switch.varied[0]
    return found


def differ(one: PlayResult, other: PlayResult, told: Sequence[str] = TOLD) -> bool:
    return any(one.get(key) != other.get(key) for key in told)
