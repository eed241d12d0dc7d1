"""The VoxEngine scenario of a flow: its tables in the words of the YAML, then the fixed runtime.

Made from the IR alone. The tables carry no line numbers: a comment added to the YAML changes no byte here.
"""

from __future__ import annotations

from functools import cache
from typing import Any, assert_never

from flowc.emit.contract import fingerprint, header, parameter_schema
from flowc.emit.templates import runtime, template
from flowc.ir import (
    Action,
    Agent,
    Choice,
    Entry,
    Flow,
    GoTo,
    HangUp,
    Hunt,
    Notify,
    PstnTarget,
    Reply,
    ReturnToAgent,
    Say,
    Secret,
    Setting,
    SipTarget,
    Step,
    Steps,
    Storage,
    Target,
    Transfer,
    settings,
)

# In the order in which they are read: each file is one noun.
RUNTIME = ("state.js", "control.js", "agent.js", "steps.js", "transfer.js", "session.js")


def emit(flow: Flow) -> tuple[str, str]:
    """Path below the output folder, and text. voxengine-ci names a scenario after `<name>.voxengine.js`."""
    storage = sorted({setting.name for setting in settings(flow) if isinstance(setting, Storage)})
    text = template("voxengine/scenario.js.jinja").render(
        generated=header(flow),
        flow=flow,
        contract=fingerprint(flow),
        skew=None if flow.call.skew is None else _setting(flow.call.skew),
        modules=["Cartesia", "ApplicationStorage"] if storage else ["Cartesia"],
        agent=_agent(flow.agent),
        storage=storage,
        prompts=[(prompt.name, prompt.text.template) for prompt in flow.prompts],
        targets=[(target.name, _target(target)) for target in flow.targets],
        actions=[(action.name, _action(action)) for action in flow.actions],
        routes=[(route.name, _steps(route.steps)) for route in flow.routes],
        runtime=_runtime(),
    )
    return f"{flow.name}/{flow.name}.voxengine.js", text


@cache
def _runtime() -> str:
    return "\n".join(runtime(f"voxengine/runtime/{name}") for name in RUNTIME).rstrip("\n")


def _setting(setting: Setting) -> Any:
    match setting:
        case str():
            return setting
        case Secret(name):
            return {"secret": name}
        case Storage(name):
            return {"storage": name}
        case _:
            assert_never(setting)


def _texts(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {entry.name: entry.text.template for entry in entries}


def _agent(agent: Agent) -> dict[str, Any]:
    return {
        "api_key": _setting(agent.api_key),
        "agent_id": _setting(agent.agent_id),
        "version": agent.version,
        "metadata": _texts(agent.metadata),
        "lastWordsMs": agent.last_words_ms,
        "unavailable": _steps(agent.unavailable),
    }


def _target(target: Target) -> dict[str, Any]:
    match target:
        case PstnTarget():
            return {
                "pstn": _setting(target.number),
                "caller_id": _setting(target.caller_id),
                "ringMs": target.ring_ms,
            }
        case SipTarget():
            return {
                "sip": _setting(target.address),
                **({} if target.caller_id is None else {"caller_id": _setting(target.caller_id)}),
                **({"headers": _texts(target.headers)} if target.headers else {}),
                "ringMs": target.ring_ms,
            }
        case _:
            assert_never(target)


def _action(action: Action) -> dict[str, Any]:
    return {
        "parameters": {
            parameter.name: {
                **parameter_schema(parameter, described=False),
                **({"optional": True} if parameter.optional else {}),
            }
            for parameter in action.parameters
        },
        **({"says": True} if action.say else {}),
        **({"cancels": True} if action.cancels else {}),
        "do": _steps(action.do),
    }


def _steps(steps: Steps) -> list[dict[str, Any]]:
    return [_step(step) for step in steps]


def _step(step: Step) -> dict[str, Any]:
    match step:
        case Say():
            return {"say": step.prompt}
        case Notify():
            return {"notify": _setting(step.url)}
        case Reply():
            return {"reply": _texts(step.data)}
        case Transfer():
            return {
                "transfer": _destination(step.to),
                "agent": "stays" if step.agent_stays else "leaves",
                "ringing": step.ringing or "ringback",
                "fallback": {
                    str(fallback.outcome or "otherwise"): _steps(fallback.steps) for fallback in step.fallback
                },
                "afterwards": _steps(step.afterwards),
            }
        case GoTo():
            return {"route": step.route}
        case ReturnToAgent():
            return {"return_to_agent": {"say": step.prompt} if step.prompt else {}}
        case HangUp():
            return {"hang_up": {}}
        case _:
            assert_never(step)


def _destination(to: Hunt | Choice) -> Any:
    if isinstance(to, Choice):
        return {"by": to.parameter, "among": {value: _hunt(hunt) for value, hunt in to.hunts}}
    return _hunt(to)


def _hunt(hunt: Hunt) -> list[str]:
    # Groups of several targets are refused before this: ringing together is planned.
    return [target for group in hunt for target in group.targets]
