"""The SDK of Cartesia Line, in the process that imports it: loaded without a word, and watched at what it does."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable
from importlib.util import find_spec
from typing import Any

from flowc.discovery import SourceError
from flowc.testing.play.with_tools.still_clock import of_turn

NEEDED = ("line", "aiohttp", "websockets")
TURN_IS_OVER = "flowc turn is over"
TURN_GIVES = "flowc turn gives"


def is_installed() -> bool:
    return all(find_spec(name) is not None for name in NEEDED)


def no_sdk(why: str = "") -> SourceError:
    """`why` if it is there, but cannot be used."""
    told = f" ({why})" if why else ""
    return SourceError(f"playing with the generated tools needs their SDK: `pip install cartesia-line`{told}")


def why_missing(error: ImportError) -> str:
    """Empty if it simply is not installed; else it is there, but in the shadow of something, or broken."""
    is_there = not isinstance(error, ModuleNotFoundError) or "." in (error.name or "")
    return " ".join(str(error).split()) if is_there else ""


def load() -> None:
    """So that no call has to wait for it; without a look at the network and without a word. Raises ImportError."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else its model library fetches a price list
    import line.voice_agent_app
    from loguru import logger

    from flowc.testing.play.with_tools import model

    del line, model
    logger.disable("line")


def load_with_models() -> None:
    """The same with the library of models, for agents that have one of their own. Raises ImportError."""
    load()
    from flowc.testing.play.with_tools.model import load_model_library

    load_model_library()
    library = sys.modules.get("litellm")
    if library is not None:  # else it asks for feedback, in colours, when a model does not answer
        vars(library)["suppress_debug_info"] = True


def watched(spec: Any, connection: str, told: Callable[..., None]) -> Any:
    """The same agent, for the SDK: its events are told, and what its turns give; behind each output, and at the end of
    a turn, stands a mark on the connection as well.
    """
    from line.events import AgentSendCustom, CallEnded, CallStarted, UserTurnEnded, UserTurnStarted

    runs_on: Any = (CallStarted, UserTurnEnded, CallEnded)  # these and the next are the SDK's own defaults
    cancelled_by: Any = (UserTurnStarted,)
    agent = spec
    if isinstance(spec, (list, tuple)):
        agent, runs_on, cancelled_by = spec
    process: Callable[[Any, Any], Any] = agent.process if hasattr(agent, "process") else agent

    async def turn(env: Any, event: Any) -> AsyncIterator[Any]:
        of_turn(event.event_id)
        given = 0
        try:
            async for output in process(env, event):
                yield output
                given += 1
                told(note="gives", connection=connection, turn=event.event_id, outputs=given)
                yield AgentSendCustom(metadata={TURN_GIVES: [event.event_id, given]})
        except Exception:  # the SDK closes the connection: that comes later than what is told here
            told(note="fails", connection=connection)
            raise
        told(note="over", connection=connection, turn=event.event_id)
        yield AgentSendCustom(metadata={TURN_IS_OVER: event.event_id})

    def runs(event: Any) -> bool:
        found = _matches(runs_on, event)
        seen = "start" if isinstance(event, CallStarted) else event.event_id
        told(note="seen", connection=connection, event=seen, turn=event.event_id if found else None)
        return found

    def cancels(event: Any) -> bool:
        found = _matches(cancelled_by, event)
        if found:
            told(note="cancelled", connection=connection)
        return found

    return turn, runs, cancels


def _matches(event_filter: Any, event: Any) -> bool:
    return bool(event_filter(event)) if callable(event_filter) else isinstance(event, tuple(event_filter))
