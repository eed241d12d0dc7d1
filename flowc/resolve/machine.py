"""What follows where a machine may answer: the country by which the platform listens follows from a literal number."""

from __future__ import annotations

from collections.abc import Callable

from flowc.diagnostics import Problems, quoted
from flowc.ir import Machine
from flowc.language.durations import milliseconds
from flowc.language.flow import syntax
from flowc.language.flow.targets import DETECTED_WITHIN_BESIDE_A_PROMPT
from flowc.language.flow.values import PHONE_NUMBER
from flowc.language.located import Maybe
from flowc.machines import MODELS, country_of, likely_model, model_of
from flowc.nodes import Broken, Scalar
from flowc.resolve.caller_ids import caller_ids
from flowc.source import Span


def machine(
    name: Scalar, target: syntax.CalledTarget, message: Callable[[Maybe[Scalar]], str], problems: Problems
) -> Machine | None:
    """Of one target. `message` looks up the prompt that is left."""
    if (
        isinstance(target, syntax.WhatsappTarget | syntax.QueueTarget)
        or target.machine is None
        or isinstance(target.machine, Broken)
    ):
        return None
    written = target.machine
    own = target.node.entries.get("machine")
    keys = written.node.entries
    within = written.within
    if "within" not in keys and target.accept is not None:
        within = milliseconds(DETECTED_WITHIN_BESIDE_A_PROMPT) or within
    if "beep" in keys and "message" not in keys and own is not None and not written.node.open:
        hint = "add `message: PROMPT`, what is left on a machine, or take `beep` out"
        problems.add(keys["beep"][0].span, "FLOW102", "`beep` is waited for by nobody: no message is left", hint)
    return Machine(
        unsure_is_machine=written.unsure == "machine",
        model=_model(name, own[0].span if own is not None else name.span, target, written, problems),
        within_ms=within,
        message=None if written.message is None else message(written.message),
        beep_ms=0 if written.message is None else written.beep,
    )


def _model(name: Scalar, span: Span, target: syntax.CalledTarget, written: syntax.Machine, problems: Problems) -> str:
    """By which country the platform listens."""
    if "model" in written.node.entries or written.node.open:
        return written.model or next(iter(MODELS))
    number = target.pstn if isinstance(target, syntax.PstnTarget) else None
    if isinstance(number, Broken):
        return next(iter(MODELS))
    if isinstance(number, Scalar):
        if not PHONE_NUMBER.fits(number.text):
            return next(iter(MODELS))  # which has been said
        found = model_of(number.text)
        if found is None:
            country = country_of(number.text)
            of_it = f", of {country}," if country else ""
            message = f"the platform has no model of machines for the number of {quoted(name.text)}{of_it} to listen by"
            hint = f"add `model: eu`, or another country where they sound alike: {_LISTED}; or take `machine` out"
            problems.add(span, "FLOW102", message, hint)
        return found or next(iter(MODELS))
    message = f"`machine` of {quoted(name.text)} needs `model`: the flow has no number there that tells the country"
    to_one, to_each = (f"add `model: {_likely(target)}`{to}, {_WHOSE}: {_LISTED}" for to in ("", " to each"))
    problems.add_to(span, "FLOW102", message, to_one, f"and that of {quoted(name.text)}", to_each)
    return next(iter(MODELS))


def _likely(target: syntax.CalledTarget) -> str:
    return likely_model(caller_ids(target.caller_id, Problems("")) if isinstance(target, syntax.PstnTarget) else ())


_WHOSE = "the country whose machines may answer"
_LISTED = ", ".join(f"`{model}`" for model in MODELS)
