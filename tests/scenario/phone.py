"""A phone call to a generated scenario in the emulator, with the words of somebody who watches it."""

from __future__ import annotations

import itertools
import json
from typing import Any

from flowc.simulator.engine import Engine
from flowc.simulator.session import Session

RINGBACK = "tone:440@-19,480@-19;*(2/4/1+2)"
ACCOUNT = {
    "storage": {
        "CARTESIA_API_KEY": "sk_storage_key",
        "CARTESIA_AGENT_ID": "agent_1",
        "PSTN_CALLER_ID": "+15550009999",
        "BILLING_NUMBER": "+15550100002",
    },
    "secrets": {"CARTESIA_API_KEY": "sk_secret_key", "CRM_WEBHOOK": "https://crm.example.com/hook"},
}
SUPPORT = RECEPTION = "+15550100001"
BILLING = "+15550100002"
PBX = "sip:desk@pbx.example.com"
CALLER = "+15550123456"


class Phone:
    """A caller who has dialled the flow's number. By default the agent is on the line at once."""

    def __init__(
        self,
        engine: Engine,
        scenario: str,
        *,
        wait: int = 300,
        caller: str = CALLER,
        number: str = "+15550100000",
        headers: dict[str, str] | None = None,
        client: str = "pstn",
        data: str | None = None,
        by_list: bool = False,
        **options: Any,
    ) -> None:
        self.session: Session = engine.session(scenario, **{**ACCOUNT, **options})
        self._ids = itertools.count(1)
        if data is None:
            self.session.incoming_call(caller, number, headers=headers or {}, client=client)
        else:  # nobody calls
            self.session.event({"type": "start", "data": data, **({"by_list": True} if by_list else {})})
        self.session.advance(wait)

    def asks(self, action: str, *, id: str | None = None, token: str | None = None, **parameters: Any) -> Any:
        """The agent's tools post an action, as the generated ones do. The reply."""
        headers = {
            "X-Flowc-Token": token or self.token,
            "X-Flowc-Request-Id": id or f"request-{next(self._ids)}",
        }
        return self.session.post(json.dumps({"action": action, **parameters}), headers).json

    def asks_and_speaks(self, action: str, milliseconds: int = 1000, **parameters: Any) -> None:
        """The same, with words to the caller, until they have been heard and the action has begun."""
        assert self.asks(action, **parameters) == {"ok": True}
        self.session.advance(100)
        self.session.agent.speaks(milliseconds)
        self.session.advance(max(milliseconds + 1001, 2000))

    @property
    def token(self) -> str:
        """What the latest agent was given, at its start or right after it."""
        agents = self.session.agents
        given = [agents[-1]["metadata"] or {}, *(one["metadata"] for one in agents[-1]["customs"])] if agents else []
        return next((str(one["vox_control_token"]) for one in given if "vox_control_token" in one), "")

    @property
    def hears(self) -> str | None:
        return self.session.heard_by_caller

    @property
    def ringing(self) -> list[str]:
        """Numbers of the live outgoing legs."""
        return [
            leg["number"]
            for leg in self.session.legs
            if leg["direction"] == "outgoing" and leg["state"] != "TERMINATED" and not leg["hanging"]
        ]

    @property
    def dialled(self) -> list[str]:
        return [leg["number"] for leg in self.session.legs if leg["direction"] == "outgoing"]

    @property
    def told(self) -> list[dict[str, Any]]:
        """What the agent was told over its own connection, after it was told of the session."""
        told = [custom["metadata"] for custom in self.session.agent.customs]
        return [metadata for metadata in told if metadata.get("vox_event") != "session"]

    @property
    def tts(self) -> str:
        return (self.hears or "").removeprefix("tts:")

    def is_over(self) -> bool:
        """The session has ended, by the scenario's own will, and no leg is left."""
        self.session.advance(200)
        assert self.session.error is None, self.session.error
        ended = self.session.ended
        return ended is not None and ended.reason == "terminate" and not self.session.live_legs
