"""Stands in for the model: in a turn it does what the script says next, in any other turn it says nothing."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import line.llm_agent.llm_agent as sdk_module
from line.llm_agent import LlmAgent, LlmConfig
from line.llm_agent.provider import StreamChunk, ToolCall

from flowc.agent_app import SDK
from flowc.discovery import SourceError
from flowc.testing.play.with_tools.connection import UNHEARD

_MODEL = {"model": "gpt-4o", "api_key": "none"}  # never asked


def sdk_agent(tools: list[Any], model: Any) -> LlmAgent:
    """The SDK's own agent with `model` in the place of its provider. A provider of its own is never made: that loads
    the model library, which takes seconds. The SDK has no public way for that. Raises SourceError if it is one that is
    made in another way.
    """
    with provided(model):
        agent = LlmAgent(**_MODEL, tools=tools, config=LlmConfig(introduction=""))
    give_model(agent, model)
    return agent


def load_model_library() -> None:
    """The first agent that has a provider of its own does that. It takes seconds."""
    LlmAgent(**_MODEL)


def give_model(agent: LlmAgent, model: Any) -> None:
    """Puts `model` in the place of the agent's provider. The SDK has no public name for it, so this one is looked at
    before it is used: an SDK that keeps its provider elsewhere would ask a real model. Raises SourceError.
    """
    if not hasattr(agent, "_llm"):
        raise _not_playable()
    agent._llm = model


@contextmanager
def provided(model: Any) -> Iterator[None]:
    """Every agent that is made meanwhile has `model` as its provider, whatever it asks for. Raises SourceError."""
    stands_in = {"LlmProvider": lambda **_: model, "_get_model_config": lambda *_, **__: _NOTHING_SPECIAL}
    names = vars(sdk_module)
    own = {name: names[name] for name in stands_in if name in names}
    if len(own) < len(stands_in):
        raise _not_playable()
    names.update(stands_in)
    try:
        yield
    finally:
        names.update(own)


_NOTHING_SPECIAL = SimpleNamespace(supports_reasoning_effort=False)


def _not_playable() -> SourceError:
    return SourceError(f"this version of the SDK cannot be played with: flowc is tested with `{SDK}`")


class ScriptedModel:
    """In the place of an `LlmAgent`'s provider. `on_asked` is called for each question that it does not answer."""

    def __init__(self, on_asked: Callable[[], object] = lambda: None) -> None:
        self._on_asked = on_asked
        self._answers: asyncio.Event | None = None  # there is one while it hangs
        self.must_answer = False  # where nothing else is to be said, then so that nobody hears it
        self._next: list[StreamChunk] = []
        self._more: _More | None = None  # its turns go on until it is said that they end
        self.lacks = ""  # the tool that it was to call, and has not at this moment
        self._asked = 0
        self._refusals = 0

    def says(self, text: str) -> None:
        """In its next turn it speaks; or in this one, which has not ended."""
        self._gives(StreamChunk(text=text))

    def asks(self, tool: str, arguments: Mapping[str, Any]) -> None:
        """In its next turn it calls a tool; or in this one."""
        self._asked += 1
        given = json.dumps(dict(arguments), ensure_ascii=False)
        self._gives(StreamChunk(tool_calls=[ToolCall(f"tool-{self._asked}", tool, given, is_complete=True)]))

    def _gives(self, chunk: StreamChunk) -> None:
        if self._more is not None and self._more.is_awaited:
            self._more.chunks.put_nowait(chunk)
        else:
            self._next = [chunk]

    def holds(self) -> None:
        """What it does from now on is one turn, as of a model that speaks, calls a tool and speaks on."""
        self._more = self._more or _More()

    def ends(self) -> None:
        """That turn is over with what it has done."""
        if self._more is not None:
            self._more.chunks.put_nowait(None)
        self._more = None

    @property
    def waits(self) -> bool:
        """Whether its turn goes on, with nothing to do until more is said."""
        return self._more is not None and self._more.is_awaited

    def refuses(self) -> None:
        """It gives no answer, and none when it is asked once more."""
        self._refusals = 2

    def hangs(self) -> None:
        """It gives no answer to what it is asked from now on."""
        self._answers = asyncio.Event()

    def answers(self) -> None:
        """It does again, also what it has been asked already: what nobody hears."""
        if self._answers is not None:
            self._answers.set()
        self._answers = None

    def chat(self, messages: Any, tools: Any = None, config: Any = None, **_: Any) -> Answer:
        if self._refusals:
            self._refusals -= 1
            raise ConnectionError("the model refuses")
        if self._answers is not None:
            return _Late(self._answers, self._on_asked)
        chunks, self._next = self._next, []
        names = [tool.name for tool in tools or []]
        self._look(chunks, names)
        nothing = [StreamChunk(text=UNHEARD)] if self.must_answer else []
        if self._more is not None:
            return _Held(chunks, nothing, self._more, lambda chunk: self._look([chunk], names))
        return Answer(chunks or nothing)

    def _look(self, chunks: Sequence[StreamChunk], names: Sequence[str]) -> None:
        calls = [call.name for chunk in chunks for call in chunk.tool_calls or []]
        self.lacks = next((name for name in calls if name not in names), "")

    async def warmup(self, config: Any = None, tools: Any = None) -> None: ...

    async def aclose(self) -> None: ...


class Answer:
    """A turn's answer, as the SDK reads it from a provider."""

    def __init__(self, chunks: list[StreamChunk]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[StreamChunk]:
        for chunk in self._chunks:
            yield chunk

    async def __aenter__(self) -> Answer:
        return self

    async def __aexit__(self, *_: object) -> None: ...


class _Late(Answer):
    """Of a model that hangs: nobody hears it, whenever it comes."""

    def __init__(self, comes: asyncio.Event, on_asked: Callable[[], object]) -> None:
        super().__init__([StreamChunk(text=UNHEARD)])
        self._comes = comes
        self._on_asked = on_asked

    async def __aiter__(self) -> AsyncIterator[StreamChunk]:
        self._on_asked()
        await self._comes.wait()
        async for chunk in super().__aiter__():
            yield chunk


class _More:
    """What follows in a turn that has not ended; None is its end."""

    def __init__(self) -> None:
        self.chunks: asyncio.Queue[StreamChunk | None] = asyncio.Queue()
        self.is_awaited = False

    async def next(self) -> StreamChunk | None:
        self.is_awaited = True
        try:
            return await self.chunks.get()
        finally:
            self.is_awaited = False


class _Held(Answer):
    """Of a turn that goes on. Behind a tool the SDK asks for the next part, if there is anything to answer. `nothing`
    is what it has in place of an answer.
    """

    def __init__(
        self,
        chunks: list[StreamChunk],
        nothing: list[StreamChunk],
        more: _More,
        look: Callable[[StreamChunk], object],
    ) -> None:
        super().__init__(chunks)
        self._nothing = nothing
        self._more = more
        self._look = look

    async def __aiter__(self) -> AsyncIterator[StreamChunk]:
        for chunk in self._chunks:
            yield chunk
        if any(chunk.tool_calls for chunk in self._chunks):
            return
        nothing = [] if self._chunks else self._nothing
        while (following := await self._more.next()) is not None:
            nothing = []
            self._look(following)
            yield following
            if following.tool_calls:
                return
        for chunk in nothing:
            yield chunk
