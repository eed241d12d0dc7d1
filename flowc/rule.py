"""A rule: an error code, and all that is to be said about it in one place.

`doc` is written for whoever meets the code: what is wrong, why that hurts a caller, an example that has this error and
no other, and the same example mended. Where a check finds the error, it is the docstring of the check's module; its
form is the same everywhere:

    What is wrong, in a paragraph or several. Lists begin with `- `.

    Why: what becomes of a caller if nobody said so.

    Example:

        a flow, a call script, or commands

    Instead:

        the same, as it is right

A flow or a call script is a whole file, so that it can be tried as it stands. A call script stands beside
`flows/function_calling.yaml`. Commands, each after `$ `, are for errors that no text alone can show; they are run in a
project with the two example flows, and those under `Instead` go on where those under `Example` ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from textwrap import dedent

from msgspec import Struct

from flowc.diagnostics import Code, Diagnostic, Related, Severity, is_warning
from flowc.ir import Flow
from flowc.source import Span

Check = Callable[[Flow], Iterator[Diagnostic]]


class Explanation(Struct, frozen=True):
    """The parts of a rule's `doc`, without indentation."""

    what: str
    why: str
    example: str
    instead: str


class Rule(Struct, frozen=True):
    """`checks` look at one place at a time, `whole_flow_checks` at a flow that could be read as a whole, `last_checks`
    at one in which neither has found anything; `warnings` are looked for where nothing is wrong at all. Without any,
    the code is given elsewhere: where a file is read, or where several files are compared.
    """

    code: Code
    title: str
    doc: str | None  # None where Python runs without docstrings (-OO)
    checks: tuple[Check, ...] = ()
    whole_flow_checks: tuple[Check, ...] = ()
    last_checks: tuple[Check, ...] = ()
    warnings: tuple[Check, ...] = ()

    def at(self, path: str, span: Span, message: str, hint: str = "", related: tuple[Related, ...] = ()) -> Diagnostic:
        severity: Severity = "warning" if is_warning(self.code) else "error"
        return Diagnostic(path, span, self.code, message, hint, related, severity)

    @property
    def explanation(self) -> Explanation | None:
        """None where Python runs without docstrings. Raises ValueError if a part is missing."""
        if self.doc is None:
            return None
        found = re.fullmatch(_PARTS, self.doc, re.DOTALL)
        if found is None:
            raise ValueError(f"{self.code}: a rule is explained by a text, `Why: …`, `Example:` and `Instead:`")
        what, why, example, instead = found.groups()
        return Explanation(what.strip(), why.strip(), _block(example), _block(instead))


_PARTS = r"(?P<what>.*?\S)\n\nWhy: (?P<why>.*?\S)\n\nExample:\n\n(?P<example> .*?)\n\nInstead:\n\n(?P<instead> .*)"


def _block(text: str) -> str:
    return dedent(text).strip("\n") + "\n"
