"""Generated modules, loaded anew, just as they are."""

from __future__ import annotations

import linecache
import logging
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import lru_cache, wraps
from types import CodeType, ModuleType
from typing import Any


@dataclass(frozen=True, slots=True)
class ToolsText:
    """The tools of a flow and the module that they share. `call_class` is the name of the class that is a call."""

    path: str
    text: str
    call_class: str
    shared_path: str
    shared_text: str
    shared_module: str


@dataclass(frozen=True, slots=True)
class LoadedTools:
    call_class: Any
    logger: logging.Logger
    flow: str
    contract: str
    agent: str = ""  # which of several they are for


class CannotLoad(Exception):
    """The message is a sentence."""


class Planted(Exception):
    """Raised in place of what a tool does: so it would end, were there a mistake in it."""


def failing(call_class: Any, says: str) -> Any:
    """The class of a call of which each tool raises Planted as soon as it is used."""
    methods: dict[str, Any] = {}
    for name, method in vars(call_class).items():
        if "ctx" in getattr(getattr(method, "__code__", None), "co_varnames", ()):
            methods[name] = _failing(method, says)
    return type(call_class.__name__, (call_class,), methods)


def _failing(method: Any, says: str) -> Any:
    @wraps(method)
    async def fails(*given: Any, **named: Any) -> AsyncIterator[Any]:
        raise Planted(says)
        yield

    return fails


def load(tools: ToolsText, control_host: str = "127.0.0.1") -> LoadedTools:
    """Raises CannotLoad."""
    module = ModuleType(tools.path.rpartition("/")[2].removesuffix(".py"))
    common = ModuleType(tools.shared_module)
    before = sys.modules.get(tools.shared_module)
    sys.modules[tools.shared_module] = common
    try:
        _run(common, tools.shared_path, tools.shared_text)
        _run(module, tools.path, tools.text)
    except Exception as error:
        raise CannotLoad(f"they cannot be imported: {type(error).__name__}: {error}") from error
    finally:
        del sys.modules[tools.shared_module]
        if before is not None:
            sys.modules[tools.shared_module] = before
    call_class = getattr(module, tools.call_class, None)
    if not isinstance(call_class, type):
        raise CannotLoad(f"they have no class {tools.call_class}")
    vars_of_class: Any = call_class
    vars_of_class.control_hosts = (control_host,)  # where the model of the scenario is
    names = vars(module)
    logger = logging.getLogger(module.__name__)
    return LoadedTools(call_class, logger, str(names.get("FLOW", "")), str(names.get("CONTRACT", "")))


def _run(module: ModuleType, path: str, text: str) -> None:
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)  # for the lines of a traceback
    module.__file__ = path
    exec(_compiled(text, path), module.__dict__)


@lru_cache(maxsize=8)
def _compiled(text: str, path: str) -> CodeType:
    return compile(text, path, "exec", dont_inherit=True)
