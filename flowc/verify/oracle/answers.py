"""Which requests are valid, and what they ask for: the control protocol of `flows/README.md`, from the flow alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from msgspec import Struct, field

from flowc.ir import Action, Flow, Parameter, Webhook
from flowc.ir.introduction import actions_of_its_own
from flowc.verify.oracle.observation import canonical
from flowc.verify.oracle.wording import Held, Value, whole

LONGEST_BODY = 8192
LONGEST_ANSWER = 65_536
"""Characters."""
LONGEST_ID = 100
LARGEST_NUMBER = 9007199254740991
REQUEST_ID = "X-Flowc-Request-Id"
NO_TOKEN = ("none", "empty")


class Body(Protocol):
    """A request as the alphabet has it. `token` is right, none, empty, or says what is wrong with it."""

    @property
    def content(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


class Answer(NamedTuple):
    """What a request is answered: `ok` and the data, as canonical JSON or empty, or the code of a refusal; or that the
    answer is still to come.
    """

    code: str
    data: str = ""
    is_pending: bool = False


OK = "ok"
PENDING = Answer(OK, is_pending=True)
NO_ANSWER, AT_WORK = "agent unavailable", "agent at work"
"""In place of an action."""


class Asked(Struct, frozen=True):
    """What a request asks for, if it is a request at all: else the codes with which it may be refused."""

    codes: frozenset[str]
    action: Action | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)
    gives_up: bool = False  # it asks for nothing: the agent's model does not answer
    is_at_work: bool = False  # nor does it here: the agent itself is why nobody says anything


def asked(flow: Flow, body: Body) -> Asked:
    """Whoever has not the token is told nothing else."""
    if body.method != "POST":
        return Asked(frozenset({"bad_request"}))
    if body.token != "right" and (body.token not in NO_TOKEN or flow.call.token_required):
        return Asked(frozenset({"unauthorized"}))
    if len(body.content) > LONGEST_BODY or len(body.headers.get(REQUEST_ID, "")) > LONGEST_ID:
        return Asked(frozenset({"bad_request"}))
    written = _object(body.content)
    name = written.pop("action", None) if written is not None else None
    if written is None or not isinstance(name, str) or not name:
        return Asked(frozenset({"bad_request"}))
    if name == NO_ANSWER and any(agent.answers_within_ms is not None for agent in flow.every_agent):
        return Asked(frozenset({"invalid_parameters"})) if written else Asked(frozenset(), gives_up=True)
    if name == AT_WORK and any(agent.idle for agent in flow.every_agent):
        return Asked(frozenset({"invalid_parameters"})) if written else Asked(frozenset(), is_at_work=True)
    actions = (*flow.actions, *actions_of_its_own(flow))
    action = next((each for each in actions if each.name == name), None)
    if action is None:
        return Asked(frozenset({"unknown_action"}))
    if written.keys() - {parameter.name for parameter in action.parameters}:
        return Asked(frozenset({"invalid_parameters"}))
    parameters = _parameters(action.parameters, written)
    return Asked(frozenset({"invalid_parameters"})) if parameters is None else Asked(frozenset(), action, parameters)


def _object(content: str) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return {name: whole(value) for name, value in found.items()} if isinstance(found, dict) else None


def answered(webhook: Webhook, text: str) -> dict[str, Value] | None:
    """What a webhook has answered, as far as it is declared; None if it is not as declared."""
    written = _object(text) if len(text) <= LONGEST_ANSWER else None
    values = None if written is None else _parameters(webhook.answer, written)
    if values is None or any(len(_as_json(each)) > LONGEST_BODY for each in values.values()):
        return None
    return {name: Held(canonical(each)) if isinstance(each, list | dict) else each for name, each in values.items()}


def _as_json(value: Value) -> str:
    """Of a text, itself."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parameters(declared: Sequence[Parameter], written: Mapping[str, Any]) -> dict[str, Value] | None:
    """Those that were given, in the order of the flow; None if one is not as declared, or is missing."""
    found: dict[str, Value] = {}
    for parameter in declared:
        value = written.get(parameter.name)
        if value is None or (value == "" and parameter.optional):
            if not parameter.optional:
                return None
        elif not _is_as_declared(parameter, value):
            return None
        else:
            found[parameter.name] = value
    return found


def _is_as_declared(parameter: Parameter, value: Any) -> bool:
    match parameter.type:
        case "string":
            most = parameter.max_length if parameter.max_length is not None else LONGEST_BODY
            fits = isinstance(value, str) and (parameter.min_length or 0) <= len(value) <= most
            return fits and _has_its_form(parameter, value) and (not parameter.enum or value in parameter.enum)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "number":
            if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST_NUMBER:
                return False
            if parameter.type == "integer" and value != int(value):
                return False
            least, most_of_all = parameter.minimum, parameter.maximum
            return (least is None or value >= least) and (most_of_all is None or value <= most_of_all)
        case "array":
            if not isinstance(value, list) or not (parameter.min_items or 0) <= len(value) <= (
                parameter.max_items or 0
            ):
                return False
            return all(_is_as_declared(item, each) for each in value for item in parameter.inside)
        case "object":
            if not isinstance(value, dict) or value.keys() - {each.name for each in parameter.properties}:
                return False
            return all(
                _is_as_declared(each, value[each.name]) if each.name in value else each.optional
                for each in parameter.properties
            )


def _has_its_form(parameter: Parameter, value: str) -> bool:
    match parameter.format:
        case "phone":
            return re.fullmatch(r"\+[1-9][0-9]{6,14}", value) is not None
        case "date":
            try:
                return date.fromisoformat(value).isoformat() == value and value >= "1000"
            except ValueError:
                return False
        case None:
            return parameter.pattern is None or re.fullmatch(parameter.pattern, value) is not None


@lru_cache(maxsize=1000)
def answer_in(reply: str) -> Answer | None:
    """What a reply says; None if it is none of the protocol's."""
    found = _object(reply)
    if found is None or not isinstance(found.get("ok"), bool):
        return None
    if found == {"ok": True, "pending": True}:
        return PENDING
    if found["ok"]:
        if found.keys() - {"ok", "data"}:
            return None
        return Answer(OK, canonical(found["data"]) if "data" in found else "")
    error = found.get("error")
    if found.keys() != {"ok", "error"} or not isinstance(error, dict) or error.keys() != {"code", "message"}:
        return None
    return Answer(str(error["code"])) if isinstance(error["message"], str) and error["message"] else None
