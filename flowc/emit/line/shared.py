"""What the tools of every flow share, as one module: `runtime/`, each of its files verbatim, below its imports.

It depends on no flow, so its text, and with that its version, is a constant of this version of flowc.
"""

from __future__ import annotations

from functools import cache

from flowc.agents import SHARED, SHARED_SOURCE, AgentBackEnd
from flowc.digests import sha256
from flowc.emit.contract import made_from
from flowc.emit.literals import py
from flowc.emit.templates import fill, text_of

FILE = SHARED[AgentBackEnd.LINE]
MODULE = FILE.removesuffix(".py")

# In the order in which they are read: each file is one noun.
RUNTIME = ("phone_call.py", "interruptions.py", "requests.py", "arguments.py", "outcomes.py", "turns.py")

_MARKER = "# ---- From here on a part of _flowc_line.py ----\n"

MINIMUM_PYTHON = "3.10"
"""Of what is generated and of an app: that of the SDK, without which neither runs. flowc itself needs a newer one."""


@cache
def text() -> str:
    return _render(version())


@cache
def version() -> str:
    """16 hexadecimal digits over the whole module. The tools of a flow need just this one."""
    return sha256(_render("").encode()).hexdigest()[:16]


def _render(version: str) -> str:
    return fill(
        "emit/line/shared.py.jinja",
        generated=made_from(SHARED_SOURCE),
        python=MINIMUM_PYTHON,
        version=py(version),
        runtime=_runtime(),
    )


@cache
def _runtime() -> str:
    """What follows the marker in each file of the runtime: two blank lines before it, none after."""
    parts = [text_of(f"emit/line/runtime/{name}").partition(_MARKER)[2].strip("\n") for name in RUNTIME]
    return "\n\n\n".join(parts)
