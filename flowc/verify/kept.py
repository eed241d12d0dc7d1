"""What no line of the log may have, of all that a search tries: secrets, in whatever encoding, who calls, what a
parameter of text holds, and what webhooks have answered.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from flowc.ir import Flow, Parameter
from flowc.ir.introduction import actions_of_its_own
from flowc.verify.requests import SHORTEST_KNOWN, known_again

Named = tuple[str, str]
"""A text, and what it is."""
OF_A_URL = "!'()*~"
"""What `encodeURIComponent` leaves as it is, beside letters and digits."""
IN_BASE64 = 3
"""So many bytes are four characters; where a text begins among them makes three texts of it."""


def encoded(named: Iterable[Named]) -> list[Named]:
    """What is found again where it stands in a URL, in JSON, or in base64."""
    return list(dict.fromkeys((text, f"{what}, {how}") for value, what in named for text, how in _encodings(value)))


def _encodings(value: str) -> Iterator[Named]:
    texts = [(quote(value, safe=OF_A_URL), "URL-encoded")]
    texts += [(json.dumps(value, ensure_ascii=each)[1:-1], "as JSON") for each in (True, False)]
    texts += [(_in_base64(value.encode(), before), "in base64") for before in range(IN_BASE64)]
    yield from ((text, how) for text, how in texts if text != value and len(text) >= SHORTEST_KNOWN)


def _in_base64(content: bytes, before: int) -> str:
    """As far as it depends on this alone, behind so many other bytes."""
    whole = (len(content) + before) // IN_BASE64 * 4
    return b64encode(bytes(before) + content).decode()[4 if before else 0 : whole]


def of_the_log(
    flow: Flow, secrets: Sequence[Named], sensitive: Sequence[str], callers: Iterable[str], answers: Iterable[str]
) -> list[Named]:
    """Of each, no part of `SHORTEST_KNOWN` characters. `secrets` with their encodings; `callers` are numbers, `answers`
    what webhooks answer.
    """
    known: list[Named] = [*secrets, *((text, "what is sensitive") for text in sensitive)]
    known += [(number, "the caller's number") for number in callers]
    for action in (*flow.actions, *actions_of_its_own(flow)):
        known += [(known_again(each), f"the parameter `{each.name}`") for each in action.parameters if _is_text(each)]
    known += [(text, "what a webhook has answered") for text in answers]
    return [(text, what) for text, what in dict.fromkeys(known) if len(text) >= SHORTEST_KNOWN]


def _is_text(parameter: Parameter) -> bool:
    """What is chosen is none: branches name it."""
    return parameter.type == "string" and not parameter.enum
