"""The contract of a flow: what the scenario and the agent's tools must agree on, as JSON.

It is made from the IR alone, for people, for reviews and for other agent frameworks. Its fingerprint travels with
every session, so that two sides that were deployed from different flows notice it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from flowc.digests import sha256
from flowc.emit.literals import json_document, json_line
from flowc.ir import Action, Flow, Outcome, Parameter
from flowc.ir.briefing import actions_of_briefings
from flowc.ir.flow import LARGEST_NUMBER
from flowc.ir.introduction import actions_of_introductions
from flowc.ir.last import kept_for_the_last

JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
"""The dialect of what is generated for parameters. Stated in the contract; in what is loaded into a model's tools not,
since some of those refuse a key that they do not know."""
PROTOCOL = 1  # version of the control protocol, see flows/README.md
NO_ANSWER = "agent unavailable"
"""In place of the name of an action: the tools say that the agent's model does not answer."""
AT_WORK = "agent at work"
"""Likewise: that nobody says anything is the agent's own matter, whose turn or tool is under way."""


def parameter_schema(parameter: Parameter, *, described: bool = True, nested: bool = False) -> dict[str, Any]:
    """JSON Schema of one parameter; without its description where only the meaning for a checker counts. `nested`: it
    is in another, and is judged by what stands here alone.
    """
    schema: dict[str, Any] = {"type": parameter.type}
    if described and parameter.description:
        schema["description"] = parameter.description
    if parameter.enum:
        schema["enum"] = list(parameter.enum)
    if parameter.format == "date":
        schema["format"] = "date"
    if (form := parameter.form) is not None:
        schema["pattern"] = form.anchored
    if parameter.items is not None:
        schema["items"] = parameter_schema(parameter.items, described=described, nested=True)
    if parameter.properties:
        schema |= object_schema(parameter.properties, described=described, nested=True)
    if nested and parameter.type in ("integer", "number"):  # beyond it, JavaScript has another number
        schema |= {"minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
    return schema | limits(parameter)


def limits(parameter: Parameter) -> dict[str, Any]:
    """As much of it as says which values are too short, too long, too small or too large. Every list has an end."""
    found: dict[str, Any] = {}
    if parameter.min_length is not None:
        found["minLength"] = parameter.min_length
    if parameter.max_length is not None:
        found["maxLength"] = parameter.max_length
    if parameter.minimum is not None:
        found["minimum"] = parameter.minimum
    if parameter.maximum is not None:
        found["maximum"] = parameter.maximum
    if parameter.min_items is not None:
        found["minItems"] = parameter.min_items
    if parameter.max_items is not None:
        found["maxItems"] = parameter.max_items
    return found


def parameters_schema(action: Action, *, described: bool = True) -> dict[str, Any]:
    """JSON Schema of everything an action takes."""
    return {"type": "object", **object_schema(action.parameters, described=described)}


def object_schema(properties: Sequence[Parameter], *, described: bool = True, nested: bool = False) -> dict[str, Any]:
    """Of something with these properties, and with no others."""
    return {
        "properties": {each.name: parameter_schema(each, described=described, nested=nested) for each in properties},
        "required": [each.name for each in properties if not each.optional],
        "additionalProperties": False,
    }


@kept_for_the_last
def fingerprint(flow: Flow) -> str:
    """16 hexadecimal digits over what both sides must agree on. Words for people and models do not count."""
    agreed = {
        "protocol": PROTOCOL,
        "flow": flow.name,
        "token": flow.call.token_required,
        **_languages(flow),
        **_agents(flow),
        "actions": {
            action.name: {
                "takes_call": not action.leaves_conversation_alone,
                "says": action.say is not None,
                "replies": action.replies,
                **({"asks": True} if action.asks_for_ms else {}),
                "parameters": parameters_schema(action, described=False),
            }
            for action in flow.actions
        },
        **_of_its_own(flow, described=False),
    }
    canonical = json_line(agreed, sorts=True)
    if not canonical.isascii() or "\x7f" in canonical:
        canonical = _canonical(agreed)
    return sha256(canonical.encode()).hexdigest()[:16]


def _languages(flow: Flow) -> dict[str, Any]:
    """Of a call with several."""
    return {"languages": [each.name for each in flow.call.languages]} if flow.call.languages else {}


def _of_its_own(flow: Flow, *, described: bool) -> dict[str, Any]:
    """What the agent may ask for while it talks to a person alone, or introduces somebody."""
    found = {"briefing": actions_of_briefings(flow), "introduction": actions_of_introductions(flow)}
    return {
        what: {
            action.name: (
                {
                    "description": action.description,
                    "parameters": {"$schema": JSON_SCHEMA, **parameters_schema(action)},
                }
                if described
                else parameters_schema(action, described=False)
            )
            for action in actions
        }
        for what, actions in found.items()
        if actions
    }


def _data(flow: Flow) -> dict[str, Any]:
    """What a call is started with that is placed: for whoever starts it. Others are ignored."""
    if flow.outbound is None:
        return {}
    data = {"type": "object", **object_schema(flow.outbound.data), "additionalProperties": True}
    return {"data": {"$schema": JSON_SCHEMA, **data, **_sensitive(flow.outbound.data)}}


def _agents(flow: Flow) -> dict[str, Any]:
    """Where there are several, what each may ask for."""
    return {"agents": {agent.name: list(agent.actions) for agent in flow.every_agent}} if flow.agents else {}


_OUTCOMES = [outcome.value for outcome in Outcome]
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def header(flow: Flow) -> str:
    """The first line of every artifact of a flow. A path with a line break in it must not become a second line."""
    path = flow.path
    return made_from(path if path.isprintable() else "".join(each if each.isprintable() else "?" for each in path))


def made_from(source: str) -> str:
    """The sentence by which flowc knows what it has generated, and from what."""
    return f"Code generated by flowc from {source}. DO NOT EDIT."


def contract(flow: Flow) -> dict[str, Any]:
    return {
        "generated": header(flow),
        "protocol": PROTOCOL,
        "flow": flow.name,
        "fingerprint": fingerprint(flow),
        "token": "required" if flow.call.token_required else "optional",
        **_languages(flow),
        **_agents(flow),
        **_data(flow),
        "actions": {
            action.name: {
                "description": action.description,
                "takes_call": not action.leaves_conversation_alone,
                **({"asks_for_ms": action.asks_for_ms} if action.asks_for_ms else {}),
                **_sensitive(action.parameters),
                "parameters": {"$schema": JSON_SCHEMA, **parameters_schema(action)},
            }
            for action in flow.actions
        },
        **_of_its_own(flow, described=True),
        "outcomes": _OUTCOMES,
    }


def _sensitive(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """What whoever carries out the call writes down nowhere."""
    names = [name for parameter in parameters for name in _sensitive_in(parameter, parameter.name)]
    return {"sensitive": names} if names else {}


def _sensitive_in(parameter: Parameter, name: str) -> Iterator[str]:
    """A value, and the parts of it that make it one: `pickup`, `pickup.phone`, `numbers[]`."""
    if parameter.sensitive:
        yield name
    for each in parameter.inside:
        yield from _sensitive_in(each, f"{name}.{each.name}" if parameter.items is None else f"{name}[]")


def emit(flow: Flow) -> tuple[str, str]:
    """Path below the output folder, and text."""
    return f"{flow.name}/{flow.name}.contract.json", json_document(contract(flow))
