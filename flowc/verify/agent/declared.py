"""Whether the tools take what is declared, and nothing else: the SDK passes on whatever a model sends."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flowc.verify.agent.known import Known, Wrongness, is_for
from flowc.verify.agent.record import Sent, Started


def arguments_are_as_declared(known: Known) -> Iterator[Wrongness]:
    """What is not asks for nothing, and the model is told which of it is wrong; all else is sent as it was given."""
    for number, _, start in known.all(Started):
        results = [value for _, value in known.results(start.use)]
        codes = [value.get("error") for value in results if isinstance(value, dict)]
        name = known.actions[start.action].wrong_in(start.arguments)
        if name is None:
            if "invalid_parameters" in codes:
                yield Wrongness("arguments", f"{_shown(start)} is as declared, and the tool refuses it: {results}")
            continue
        if any(number < at and is_for(each, start) for at, _, each in known.all(Sent)):
            yield Wrongness("arguments", f"{_shown(start)} is not as declared, and is asked for")
        elif results and "invalid_parameters" not in codes:
            yield Wrongness("arguments", f"{_shown(start)} is not as declared, and the model is told {results}")
        elif results and not any(name in str(value.get("message")) for value in results):
            yield Wrongness("arguments", f"{_shown(start)}: the model is not told that {name} is wrong: {results}")


def _shown(start: Started) -> str:
    return f"{start.action} {json.dumps(start.arguments, ensure_ascii=False)[:200]}"
