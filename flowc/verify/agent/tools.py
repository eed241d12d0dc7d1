"""Generated modules, loaded anew, just as they are."""

from __future__ import annotations

import linecache
import logging
import sys
from dataclasses import dataclass
from functools import lru_cache
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
