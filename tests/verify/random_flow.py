"""Flows at random: small ones, in which any of the language may stand beside any other. Not all of them check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

Steps = list[dict[str, Any] | str]

TEXTS = ("Hello.", "Please wait a moment, this is a longer one.", "From ${call.from or 'somebody'}.")
SOUND = "https://sounds.example.com/{}.mp3"
HOOK = {"url": "https://hook.example.com/calls"}
ASKED = {"url": "https://asked.example.com/", "answer": {"open": {"type": "boolean"}}}
CRM = {"url": "https://crm.example.com/", "answer": {"tier": {"type": "string", "maxLength": 5}}}
TIER = "${crm.tier or 'none'}"
VOICES = {"en": "Amazon.Neural.en_GB_Emma", "fr": "Amazon.Neural.fr_FR_Lea"}
AGENT = {"api_key": {"secret": "KEY"}, "agent_id": "agent_1"}
DEEPEST = 2


class RandomFlow:
    """One flow, which is `written` as it is decided: what steps name is declared when they do."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.written: dict[str, Any] = {"flowc": 1, "flow": "random"}
        self.kind = random.choice(("inbound", "outbound", "agent"))
        self.returns = False
        self.languages = self.happens(0.15)
        self.call()
        begin: Mapping[str, Callable[[], None]] = {
            "inbound": self.inbound,
            "outbound": self.outbound,
            "agent": self.agent,
        }
        begin[self.kind]()

    def happens(self, chance: float) -> bool:
        return self.random.random() < chance

    def declared(self, where: str, name: str, what: Any) -> str:
        self.written.setdefault(where, {}).setdefault(name, what)
        return name

    def prompt(self, *, may_sound: bool = True) -> str:
        name = f"prompt_{len(self.written.get('prompts', {}))}"
        if may_sound and self.happens(0.2):
            return self.declared("prompts", name, {"play": SOUND.format(name)})
        text = self.random.choice(TEXTS)
        return self.declared("prompts", name, dict.fromkeys(VOICES, text) if self.languages else text)

    def hook(self) -> str:
        return self.declared("webhooks", "hook", HOOK)

    # What begins

    def call(self) -> None:
        call: dict[str, Any] = {}
        if self.happens(0.3):
            call["report"] = self.hook()
        if self.happens(0.15):
            call["recording"] = {"starts": "always", "say": self.prompt(may_sound=False), "notify": self.hook()}
        if self.happens(0.2):
            call["max_duration"] = self.random.choice(("1m", "5m", "20m"))
        if self.languages:
            call["languages"] = VOICES
        if call:
            self.written["call"] = call

    def inbound(self) -> None:
        self.written["inbound"] = self.steps(DEEPEST)

    def outbound(self) -> None:
        data = {name: {"type": "string", "format": "phone", "description": name} for name in ("one", "other")}
        numbers = [{"data": "one"}, {"data": "other"}]
        called = [self.target(number=number, is_placed=True) for number in numbers]
        hunt: Any = {"together": called} if self.happens(0.5) else {"target": called.pop()}
        if self.happens(0.5):
            hunt["attempts"] = 2
            if self.happens(0.5):
                hunt["pause"] = "20s"
        self.written["outbound"] = {
            "data": data,
            "call": [hunt, *called] if "target" in hunt else hunt,
            **({"within": self.random.choice(("10s", "1m"))} if self.happens(0.3) else {}),
            **({"stop_on": ["declined"]} if self.happens(0.3) else {}),
            "answered": self.steps(1),
            "fallback": {"otherwise": [{"notify": self.hook()}, "hang_up"] if self.happens(0.5) else "hang_up"},
        }

    def agent(self) -> None:
        """One, or two of them: what was asked before the first is told to the other as well, whatever leads there."""
        knows = {"metadata": {"tier": TIER}} if self.happens(0.4) else {}
        self.written["agent"] = {**AGENT, **knows}
        has_other = self.happens(0.4)
        if has_other:
            other = {"agent_id": "agent_2", "unavailable": "hang_up", "actions": ["act"], **knows}
            self.written["agents"] = {"other": other}
        self.written["agent"]["unavailable"] = self.to_other() if has_other and self.happens(0.6) else self.steps(0)
        self.returns = True
        if knows:
            self.written["inbound"] = [*self.asking("start_agent"), "start_agent"]
        if has_other and self.happens(0.6):
            self.written["keys"] = {"5": self.to_other()}
        self.written["actions"] = {"act": {"description": "Act.", "do": self.steps(DEEPEST)}}
        if self.happens(0.4):
            self.written["actions"]["put"] = {"description": "Through.", "do": self.introduced()}
        if has_other:
            self.written["actions"]["change"] = {"description": "To the other.", "do": {"start_agent": "other"}}

    def asking(self, otherwise: dict[str, Any] | str) -> Steps:
        self.declared("webhooks", "crm", CRM)
        return [{"ask": "crm", "within": "1s", "otherwise": otherwise}]

    def to_other(self) -> Steps:
        asks = "metadata" in self.written["agent"] and self.happens(0.7)
        starts: dict[str, Any] = {"start_agent": "other"}
        return [*(self.asking(starts) if asks else []), starts]

    # Steps

    def steps(self, deep: int) -> Steps:
        found: Steps = []
        if self.languages and self.happens(0.6):
            found.append({"language": "fr"})
        if self.happens(0.3):
            found.append({"say": self.prompt()})
        if self.happens(0.15):
            found.append({"notify": self.hook()})
        for _ in range(self.random.choice((0, 0, 0, 1, 2))):
            found.append({"take_message": self.message()})
        return [*found, self.last(deep)]

    def message(self) -> dict[str, Any]:
        quiet = {"quiet": "3s"} if self.happens(0.2) else {}
        return {"notify": self.hook(), "limit": "20s", **quiet, "otherwise": self.steps(0)}

    def last(self, deep: int) -> dict[str, Any] | str:
        if self.returns and self.happens(0.2):
            return "return_to_agent"
        if deep <= 0 or self.happens(0.1):
            return "hang_up"
        if self.happens(0.6):
            return self.transfer(deep)
        if self.happens(0.6):
            keys = {"1": self.steps(deep - 1), "2": "hang_up"}
            times = self.random.choice((1, 2))
            return {"menu": self.prompt(), "keys": keys, "times": times, "otherwise": self.steps(deep - 1)}
        self.declared("hours", "office", {"timezone": "UTC", "weekly": {"mon-fri": "08:00-17:00"}})
        return {"by": "hours.office", "among": {"open": self.steps(deep - 1), "closed": "hang_up"}}

    def transfer(self, deep: int) -> dict[str, Any]:
        step: dict[str, Any] = {"transfer": [self.item() for _ in range(self.random.choice((1, 1, 2)))]}
        fallback: dict[str, Any] = {}
        if self.happens(0.3):
            step["within"] = self.random.choice(("10s", "1m"))
        if self.happens(0.3):
            step["cancel"] = "3"
            fallback["cancelled"] = self.steps(deep - 1)
        if self.happens(0.2):
            step["stop_on"] = ["busy"]
        if self.happens(0.3):
            step["ringing"] = [self.prompt()]
        if self.happens(0.2):
            step["talk_limit"] = "1m"
        if self.happens(0.4):
            fallback["busy"] = self.steps(deep - 1)
        if self.happens(0.3):
            step["afterwards"] = self.steps(deep - 1)
        if self.returns and self.happens(0.3):
            step["agent"] = "leaves"
        return {**step, "fallback": {**fallback, "otherwise": self.steps(deep - 1)}}

    def introduced(self) -> dict[str, Any]:
        """The agent speaks to whoever answers: before the caller is there, or to both, who hear nothing else."""
        how = self.random.choice(("briefs", "introduces"))
        cancel = {"cancel": "3"} if self.happens(0.5) else {}
        limit = {"briefing": {"limit": "30s"}} if self.happens(0.5) else {}
        called = self.target(number="+15550100099", is_spoken_to=True)
        return {"transfer": called, "agent": how, **limit, **cancel, "fallback": {"otherwise": "return_to_agent"}}

    def item(self) -> dict[str, Any] | str:
        if self.happens(0.35):
            group: dict[str, Any] = {"together": [self.target(is_together=True) for _ in range(2)]}
            return {**group, **self.repeated()}
        if self.happens(0.3):
            return {"target": self.target(), **self.repeated()}
        return self.target(may_queue=True)

    def repeated(self) -> dict[str, Any]:
        if self.happens(0.6):
            return {"attempts": 2}
        return {"attempts": 2, "pause": "5s"}

    # Targets

    def target(
        self,
        *,
        number: Any = None,
        is_together: bool = False,
        is_placed: bool = False,
        is_spoken_to: bool = False,
        may_queue: bool = False,
    ) -> str:
        count = len(self.written.get("targets", {}))
        if may_queue and self.happens(0.15):
            return self.queue(count)
        kind = "pstn" if number is not None else self.random.choice(("pstn", "pstn", "sip", "user"))
        ours = ["+15550109998", "+15550109999"]
        target: dict[str, Any] = {}
        if kind == "pstn":
            shown = "+15550109999" if is_placed else self.random.choice(("+15550109999", ["caller", ours[1]], ours))
            target = {"pstn": number or f"+1555010000{count}", "caller_id": shown}
        elif kind == "sip":
            target = {"sip": f"sip:phone{count}@pbx.example.com"}
            if self.kind == "inbound" and not is_together and self.happens(0.5):
                return self.declared("targets", f"target_{count}", {**target, "ring": "10s", "refer": True})
        else:
            target = {"user": f"user_{count}", "caller_id": "office"}
        if is_spoken_to:
            target["voicemail"] = "none"
        elif not is_placed and self.happens(0.3):
            target["accept"] = {"say": self.prompt(may_sound=False), "key": "1"}
        elif self.happens(0.3):
            message = {"message": self.prompt(may_sound=False)} if self.happens(0.5) else {}
            target["machine"] = {"unsure": self.random.choice(("person", "machine")), "model": "us", **message}
        elif kind == "pstn" and (is_together or is_placed):
            target["voicemail"] = "none"
        if not (is_placed or is_spoken_to) and self.happens(0.2):
            target["whisper"] = self.prompt(may_sound=False)
        return self.declared("targets", f"target_{count}", target)

    def queue(self, count: int) -> str:
        announced = {"announce": {"say": self.prompt(may_sound=False), "every": "10s"}} if self.happens(0.3) else {}
        return self.declared("targets", f"target_{count}", {"queue": f"queue_{count}", "wait": "25s", **announced})
