"""What the caller hears of the platform: voices and countries are looked up among those that there are."""

from __future__ import annotations

from flowc.diagnostics import Problems, quoted
from flowc.language.flow.grammar import RINGBACK_OF
from flowc.language.flow.syntax import Maybe, given
from flowc.nodes import Scalar


def voice(node: Maybe[Scalar], problems: Problems) -> str | None:
    """On the platform a name that is not there is no error: another voice would speak."""
    name = given(node)
    if name is None:
        return None
    from flowc.voices import instead, is_voice

    if not is_voice(name.text) and not problems.full:
        message = f"the platform has no voice {quoted(name.text)}"
        problems.add(name.span, "FLOW201", message, instead(name.text))
    return name.text


def country(node: Maybe[Scalar], problems: Problems) -> str:
    """The country whose ringing is heard."""
    name = given(node)
    if name is None:
        return RINGBACK_OF
    from flowc.ringback import RINGBACKS, meant

    if name.text not in RINGBACKS and not problems.full:
        message = f"no ringing is known for {quoted(name.text)}"
        problems.add(name.span, "FLOW201", message, meant(name.text))
    return name.text
