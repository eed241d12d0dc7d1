"""Errors for the compiler, one line each, as `test_oracle.py` seeds them, and which flow shows each.

`file` is a module of `flowc/emit/voxengine`. `about` is what the oracle says something about first.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    what: str
    file: str
    old: str
    new: str
    flow: str
    about: str


_OTHERS_STEPS = """str(fallback.outcome or "otherwise"): as_steps(other.steps)
                    for fallback, other in zip(step.fallback, reversed(step.fallback), strict=True)"""
_FALLBACK = """str(fallback.outcome or "otherwise"): as_steps(fallback.steps) for fallback in step.fallback"""

_SHORTER = "else each if isinstance(each, str) else each - 100 for each in digits]"

RUNG, HEARD, SENT, LEFT, RECORDED, HUNG_UP, AGENT, TOLD, POSTED, REPLY, SETTINGS, LOGGED, WHEN, END = (
    "who is rung",
    "what the caller hears",
    "which digits are sent",
    "who is left a message",
    "what is recorded",
    "who is hung up on",
    "whether the agent is connected",
    "what the agent is told",
    "what a webhook is told",
    "what a request is answered",
    "which settings are read",
    "which steps are carried out",
    "when something follows",
    "when the call ends",
)

MUTANTS = (
    # The agent
    Mutant(
        "a caller whose agent does not answer is hung up on",
        "view",
        '"unavailable": as_steps(agent.unavailable),',
        '"unavailable": [{"hang_up": {}}],',
        "unanswered",
        RUNG,
    ),
    # Several agents
    Mutant(
        "another agent is started",
        "view",
        '{"start_agent": step.agent or {}}',
        '{"start_agent": {"agent": "other", "other": "agent"}.get(step.agent or "") or {}}',
        "handing_over",
        AGENT,
    ),
    Mutant(
        "every agent may ask for everything",
        "view",
        '"actions": list(agent.actions)}',
        '"actions": ["hand_over", "back"]}',
        "handing_over",
        REPLY,
    ),
    Mutant(
        "what follows without an agent is that of the first",
        "view",
        'way = {} if agent.way == WAY_OF_LOSS else {"way": agent.way}',
        "way: dict[str, str] = {}",
        "handing_over",
        LOGGED,
    ),
    # Transfers
    Mutant("fallbacks are swapped", "view", _FALLBACK, _OTHERS_STEPS, "hunting", HEARD),
    Mutant(
        "`otherwise` is taken for a named outcome",
        "view",
        _FALLBACK,
        '"otherwise": as_steps(fallback.steps) for fallback in step.fallback',
        "hunting",
        HEARD,
    ),
    Mutant(
        "a named outcome is taken for `otherwise`",
        "view",
        _FALLBACK,
        '"otherwise": as_steps(fallback.steps) for fallback in step.fallback[:1]',
        "hunting",
        LOGGED,
    ),
    Mutant(
        "one outcome is taken for another",
        "view",
        'str(fallback.outcome or "otherwise")',
        '{"busy": "declined"}.get(str(fallback.outcome), str(fallback.outcome or "otherwise"))',
        "hunting",
        HEARD,
    ),
    Mutant(
        "targets are rung in the other order",
        "view",
        "    for item in hunt:",
        "    for item in reversed(hunt):",
        "hunting",
        RUNG,
    ),
    Mutant(
        "only the first target of a hunt is rung",
        "view",
        "    for item in hunt:",
        "    for item in hunt[:1]:",
        "hunting",
        RUNG,
    ),
    Mutant(
        "a parameter chooses the next one's targets",
        "view",
        "{part.value: _hunt(part.hunt) for part in item.arms}",
        "{part.value: _hunt(other.hunt) for part, other in zip(item.arms, reversed(item.arms), strict=True)}",
        "hunting",
        RUNG,
    ),
    Mutant(
        "what follows a talk is dropped", "view", "as_steps(step.afterwards)", '[{"hang_up": {}}]', "hunting", HEARD
    ),
    Mutant(
        "a prompt while it rings is dropped", "view", 'list(step.ringing) or "ringback"', '"ringback"', "hunting", HEARD
    ),
    Mutant(
        "another prompt is heard while it rings",
        "view",
        'list(step.ringing) or "ringback"',
        '["goodbye"]',
        "hunting",
        HEARD,
    ),
    Mutant(
        "only the first prompt is heard while it rings",
        "view",
        'list(step.ringing) or "ringback"',
        'list(step.ringing[:1]) or "ringback"',
        "sounding",
        HEARD,
    ),
    Mutant("the voice is dropped", "view", '{"voice": flow.call.voice}', "{}", "voiced", HEARD),
    Mutant("another voice speaks", "view", '{"voice": flow.call.voice}', '{"voice": "Amazon.Brian"}', "voiced", HEARD),
    Mutant("another country rings", "__init__", "RINGBACKS[flow.call.ringback]", 'RINGBACKS["us"]', "voiced", HEARD),
    Mutant(
        "another sound file is played",
        "__init__",
        "sounds.items())",
        "dict.fromkeys(sounds, flow.prompts[-1].sounds[0]).items())",
        "sounding",
        HEARD,
    ),
    Mutant(
        "an agent that waits leaves", "view", '"waits" if step.agent_waits else "leaves"', '"leaves"', "hunting", AGENT
    ),
    Mutant(
        "an agent that leaves waits", "view", '"waits" if step.agent_waits else "leaves"', '"waits"', "leaving", AGENT
    ),
    Mutant(
        "a hunt has another limit",
        "view",
        '{"withinMs": step.within_ms}',
        '{"withinMs": step.within_ms - 1000}',
        "stopping",
        HUNG_UP,
    ),
    Mutant(
        "a hunt has no limit",
        "view",
        "{} if step.within_ms is None else",
        "{} if True else",
        "stopping",
        WHEN,
    ),
    Mutant("nothing stops a hunt", "view", "if step.stop_on else {}", "if False else {}", "stopping", RUNG),
    Mutant(
        "another outcome stops a hunt",
        "view",
        '{"stop_on": list(map(str, step.stop_on))}',
        '{"stop_on": ["busy"]}',
        "stopping",
        RUNG,
    ),
    Mutant("no key stops the ringing", "view", '{"cancel": step.cancel}', "{}", "stopped", HUNG_UP),
    Mutant("another key stops the ringing", "view", '{"cancel": step.cancel}', '{"cancel": "1"}', "stopped", HUNG_UP),
    Mutant(
        "a target is rung once",
        "view",
        "if len(group.targets) == 1 and group.attempts == 1 and not group.pause_ms:",
        "if len(group.targets) == 1:",
        "repeating",
        HUNG_UP,
    ),
    Mutant(
        "a target is rung once more",
        "view",
        '"attempts": group.attempts,',
        '"attempts": group.attempts + 1,',
        "repeating",
        HUNG_UP,
    ),
    Mutant(
        "one of a group is not rung",
        "view",
        '{"together": list(group.targets)}',
        '{"together": list(group.targets[1:])}',
        "together",
        RUNG,
    ),
    Mutant(
        "a group is one target",
        "view",
        'if len(group.targets) == 1 else {"together"',
        'if True else {"together"',
        "together",
        RUNG,
    ),
    Mutant(
        "a pause is shorter",
        "view",
        '"pauseMs": group.pause_ms}',
        '"pauseMs": group.pause_ms // 2}',
        "repeating",
        RUNG,
    ),
    # Targets
    Mutant(
        "the caller ID is the number that is called",
        "view",
        "[as_caller_id(each) for each in target.caller_ids]",
        "[as_setting(target.dialled) for _ in target.caller_ids]",
        "hunting",
        RUNG,
    ),
    Mutant("only the first caller ID is shown", "view", "shown if len(shown) > 1", "shown[0] if True", "showing", RUNG),
    Mutant(
        "caller IDs are shown in the other order",
        "view",
        "for each in target.caller_ids]",
        "for each in reversed(target.caller_ids)]",
        "showing",
        RUNG,
    ),
    Mutant(
        "the last caller ID is dropped", "view", '{"caller_id": shown if', '{"caller_id": shown[:2] if', "showing", RUNG
    ),
    Mutant(
        "another number is shown in place of the caller's",
        "view",
        '{"caller": {}} if',
        '"+15550109998" if',
        "showing",
        RUNG,
    ),
    Mutant(
        "the caller ID of another target is shown",
        "view",
        '{"caller_id": shown if len(shown) > 1 else shown[0]}',
        '{"caller_id": "+15550109999"}',
        "hunting",
        RUNG,
    ),
    Mutant(
        "a caller ID over SIP is dropped",
        "view",
        '**_caller_id(target),\n                **({} if target.hours is None else {"hours": target.hours}),\n       '
        '         **({"headers"',
        '**({} if target.hours is None else {"hours": target.hours}),\n                **({"headers"',
        "hunting",
        RUNG,
    ),
    Mutant(
        "headers are not filled in",
        "view",
        '{"headers": _texts(target.headers)}',
        '{"headers": {entry.name: entry.text.known() for entry in target.headers}}',
        "hunting",
        RUNG,
    ),
    Mutant("the password is another's", "view", "as_setting(auth.password)", '{"secret": "KEY"}', "trunks", RUNG),
    Mutant(
        "who calls is dropped",
        "view",
        "auth, registration = target.auth, target.registration",
        "auth, registration = None, target.registration",
        "trunks",
        RUNG,
    ),
    Mutant(
        "a display name is dropped", "view", "if target.display_name is None", "if target.display_name", "trunks", RUNG
    ),
    Mutant("a proxy is dropped", "view", "{} if target.proxy is None", "{} if target.proxy", "trunks", RUNG),
    Mutant(
        "a registration is dropped",
        "view",
        "auth, registration = target.auth, target.registration",
        "auth, registration = target.auth, None",
        "trunks",
        RUNG,
    ),
    Mutant("headers are dropped", "view", "if target.headers else {}", "if False else {}", "hunting", RUNG),
    Mutant(
        "a target rings for as long as another",
        "view",
        '**_caller_id(target),\n                "ringMs": target.ring_ms,',
        '**_caller_id(target),\n                "ringMs": 7000,',
        "hunting",
        WHEN,
    ),
    Mutant(
        "a target rings shorter than it should",
        "view",
        '**_caller_id(target),\n                "ringMs": target.ring_ms,',
        '**_caller_id(target),\n                "ringMs": target.ring_ms - 1000,',
        "leaving",
        HUNG_UP,
    ),
    # How long people talk
    Mutant("nobody talks for too long", "view", '{"talkLimitMs": step.talk_limit_ms}', "{}", "limited", WHEN),
    Mutant(
        "people talk for a minute less",
        "view",
        '{"talkLimitMs": step.talk_limit_ms}',
        '{"talkLimitMs": step.talk_limit_ms - 1000}',
        "limited",
        HEARD,
    ),
    Mutant("nobody is warned", "view", '{"warning": step.warning}', "{}", "limited", WHEN),
    Mutant("another warning", "view", '{"warning": step.warning}', '{"warning": "nothing"}', "limited", HEARD),
    Mutant(
        "another warning before the end of the call",
        "view",
        '{"warning": flow.call.warning}',
        '{"warning": "sorry"}',
        "ending",
        HEARD,
    ),
    Mutant("a sleeping app is not woken", "view", '{"pushMs": target.push_ms}', "{}", "apps", RUNG),
    Mutant("another user is called", "view", '"user": as_setting(target.user)', '"user": "nobody"', "apps", RUNG),
    Mutant(
        "another number is called over WhatsApp",
        "view",
        '"whatsapp": as_setting(target.number)',
        '"whatsapp": "+15550000009"',
        "chatting",
        RUNG,
    ),
    # Between the answer and the caller
    Mutant(
        "everybody has accepted",
        "view",
        '{"accept": as_accept(target.accept, target.language)}',
        "{}",
        "meeting",
        HEARD,
    ),
    Mutant(
        "nobody is told anything alone",
        "view",
        '{"whisper": in_language(target.language, target.whisper)}',
        "{}",
        "meeting",
        HEARD,
    ),
    Mutant(
        "something else is told alone",
        "view",
        "in_language(target.language, target.whisper)",
        '"take_it"',
        "meeting",
        HEARD,
    ),
    Mutant(
        "something else is asked", "view", "in_language(language, accept.prompt)", '"about"', "meeting", HEARD
    ),
    # Machines
    Mutant(
        "a machine is a person if nobody can tell",
        "view",
        '"machine" if machine.unsure_is_machine else "person"',
        '"person"',
        "detecting",
        HUNG_UP,
    ),
    Mutant(
        "nobody is taken for a machine",
        "view",
        '{"machine": as_machine(target.machine, target.language)}',
        "{}",
        "leaving_word",
        LOGGED,
    ),
    Mutant(
        "nothing is left on a machine", "view", "if message is None else {", "if message else {", "leaving_word", LEFT
    ),
    Mutant(
        "something else is left on a machine",
        "view",
        '{"message": in_language(language, message)',
        '{"message": "other"',
        "leaving_word",
        HEARD,
    ),
    Mutant("another key takes the call", "view", '"key": accept.key', '"key": "9"', "meeting", LOGGED),
    Mutant("nobody can decline", "view", '{"decline": accept.decline}', "{}", "meeting", RUNG),
    Mutant(
        "a key is not waited for as long", "view", '"withinMs": accept.within_ms', '"withinMs": 1000', "meeting", RUNG
    ),
    Mutant("other digits are sent", "view", "for each in digits]", "for each in digits[::-1]]", "exchanging", SENT),
    Mutant("pauses are too short", "view", "else each for each in digits]", _SHORTER, "exchanging", SENT),
    Mutant("digits lack what is sent instead", "view", "each.template if", '"${extension}" if', "extending", SENT),
    Mutant("a phone number is any text", "view", '"format": parameter.format', '"format": None', "extending", REPLY),
    Mutant("another pattern", "view", '"pattern": parameter.pattern,', '"pattern": "0",', "extending", REPLY),
    # Steps
    Mutant(
        "another prompt is spoken",
        "view",
        '{"say": step.prompt}\n        case',
        '{"say": "goodbye"}\n        case',
        "hunting",
        HEARD,
    ),
    Mutant(
        "the first of several steps is dropped",
        "view",
        "for step in steps]",
        "for step in steps[1:] or steps]",
        "hunting",
        HEARD,
    ),
    Mutant(
        "webhooks are not told",
        "view",
        "for step in steps]",
        "for step in steps if not isinstance(step, Notify) or len(steps) == 1]",
        "talking",
        HEARD,
    ),
    Mutant(
        "a webhook is another's",
        "view",
        '{"notify": step.webhook}',
        '{"notify": "hook"}',
        "talking",
        POSTED,
    ),
    Mutant(
        "what the agent opens with is dropped", "view", "if step.prompt else {}", "if False else {}", "hunting", TOLD
    ),
    Mutant("a route is another step", "view", '{"route": step.route}', '{"return_to_agent": {}}', "talking", HEARD),
    Mutant(
        "the call goes on",
        "view",
        '{"hang_up": {}}\n        case',
        '{"say": "goodbye"}\n        case',
        "hunting",
        HEARD,
    ),
    Mutant(
        "the agent does not get the caller back",
        "view",
        """{
                "return_to_agent": {**opening, **({"otherwise": as_steps(step.otherwise)} if step.otherwise else {})}
            }""",
        '{"hang_up": {}}',
        "talking",
        HUNG_UP,
    ),
    Mutant(
        "what follows where there is no agent is dropped",
        "view",
        "if step.otherwise else {}",
        "if False else {}",
        "returning",
        HEARD,
    ),
    Mutant(
        "what follows where there is no agent is another's",
        "view",
        '{"otherwise": as_steps(step.otherwise)}',
        '{"otherwise": as_steps(step.otherwise[1:])}',
        "returning",
        HEARD,
    ),
    Mutant(
        "national numbers are read by another country",
        "view",
        '{"country": flow.call.country}',
        '{"country": "fr"}',
        "at_home",
        TOLD,
    ),
    Mutant(
        "national numbers are not read",
        "view",
        "{} if flow.call.country is None else",
        "{} if True else",
        "at_home",
        TOLD,
    ),
    Mutant(
        "data of a reply is another's",
        "view",
        '{"reply": _texts(step.data)}',
        '{"reply": {entry.name: step.data[0].text.template for entry in step.data}}',
        "talking",
        REPLY,
    ),
    Mutant(
        "what is handed over as it is becomes a text",
        "view",
        '{"reply": _texts(step.data)}',
        '{"reply": {entry.name: entry.text.template + " " for entry in step.data}}',
        "filling",
        REPLY,
    ),
    Mutant(
        "nothing is said of what is missing",
        "view",
        "name: each.text.template for",
        """name: each.text.template.replace(" or '", "").replace("'}", "}") for""",
        "filling",
        HEARD,
    ),
    Mutant(
        "what is there is taken for missing",
        "view",
        "name: each.text.template for",
        """name: each.text.template.replace("${name or 'my friend'}", "my friend") for""",
        "filling",
        HEARD,
    ),
    # Languages
    Mutant(
        "a person is told in the caller's language",
        "view",
        "in_language(target.language, target.whisper)",
        'in_language("en", target.whisper)',
        "speaking_to",
        HEARD,
    ),
    Mutant(
        "a person is asked in the caller's language",
        "view",
        "as_accept(target.accept, target.language)",
        'as_accept(target.accept, "en")',
        "speaking_to",
        HEARD,
    ),
    Mutant(
        "one version of a prompt is that of all languages",
        "view",
        "version for prompt in flow.prompts for version in prompt.versions",
        "prompt.versions[0] for prompt in flow.prompts for version in prompt.versions",
        "speaking",
        HEARD,
    ),
    Mutant(
        "one voice speaks all languages",
        "__init__",
        "(language.name, language.voice) for",
        "(language.name, flow.call.languages[0].voice) for",
        "speaking",
        HEARD,
    ),
    Mutant(
        "a call begins in another language",
        "__init__",
        "for language in flow.call.languages)",
        "for language in reversed(flow.call.languages))",
        "speaking",
        TOLD,
    ),
    Mutant(
        "a person is warned in the caller's language alone",
        "__init__",
        "(target.name, target.language) for",
        "(target.name, flow.call.first_language) for",
        "speaking_on",
        HEARD,
    ),
    Mutant(
        "the call goes on in another language",
        "view",
        'step.language or {"parameter"',
        '(step.language and "en") or {"parameter"',
        "speaking",
        LOGGED,
    ),
    Mutant(
        "another parameter holds the language",
        "view",
        '{"parameter": step.parameter}',
        '{"parameter": "spoken"}',
        "speaking",
        TOLD,
    ),
    Mutant("a branch goes by the number", "view", '{"call": "language"}', '{"call": "to"}', "speaking", RUNG),
    Mutant(
        "who talks to the caller is not warned in their language",
        "__init__",
        "(target.name, target.language) for",
        "(target.name, flow.call.first_language) for",
        "speaking_on",
        HEARD,
    ),
    # Actions
    Mutant(
        "the caller cannot stop an action", "view", "if action.cancels else {}", "if False else {}", "talking", REPLY
    ),
    Mutant(
        "a phrase before an action is not waited for",
        "view",
        "if action.say else {}",
        "if False else {}",
        "talking",
        HEARD,
    ),
    Mutant(
        "a parameter that may be left out may not",
        "view",
        "if parameter.optional else {}",
        "if False else {}",
        "talking",
        REPLY,
    ),
    Mutant(
        "a parameter must be there no more",
        "view",
        "if parameter.optional else {}",
        "if True else {}",
        "talking",
        REPLY,
    ),
    Mutant(
        "any length will do",
        "view",
        "schema = parameter_schema(parameter, described=False)",
        'schema = {"type": parameter.type}',
        "talking",
        REPLY,
    ),
    Mutant(
        "items may be anything",
        "view",
        "as_parameter(parameter.items)}",
        '{"type": "object", "properties": {}}}',
        "ordering",
        REPLY,
    ),
    Mutant(
        "the last property is not known",
        "view",
        "for each in parameter.properties}",
        "for each in parameter.properties[:1]}",
        "ordering",
        REPLY,
    ),
    # The agent
    Mutant(
        "key and id of the agent are swapped",
        "view",
        '"agent_id": as_setting(agent.agent_id)',
        '"agent_id": as_setting(agent.api_key)',
        "talking",
        AGENT,
    ),
    Mutant(
        "the agent's version is another",
        "view",
        '"version": agent.version',
        '"version": "2024-01-01"',
        "talking",
        AGENT,
    ),
    Mutant(
        "the agent is not told of the call", "view", "if agent.metadata else {}", "if False else {}", "talking", TOLD
    ),
    Mutant(
        "the agent is waited for longer", "view", "agent.last_words_ms", "agent.last_words_ms + 2500", "talking", WHEN
    ),
    Mutant(
        "the agent is not heard out", "view", "agent.last_words_ms", "agent.last_words_ms - 2500", "talking", HUNG_UP
    ),
    Mutant(
        "no agent is the end",
        "view",
        '"unavailable": as_steps(agent.unavailable)',
        '"unavailable": [{"hang_up": {}}]',
        "hunting",
        HEARD,
    ),
    # What belongs to whom
    Mutant(
        "the steps of an action are cut off",
        "view",
        '"do": as_steps(action.do)',
        '"do": as_steps(action.do[-1:])',
        "talking",
        POSTED,
    ),
    Mutant(
        "the last parameter is not known",
        "view",
        "for parameter in action.parameters",
        "for parameter in action.parameters[:1]",
        "hunting",
        REPLY,
    ),
    Mutant(
        "a parameter has another name", "view", "{parameter.name: as", "{parameter.name.upper(): as", "hunting", REPLY
    ),
    Mutant(
        "the agent's key is its id",
        "view",
        '"api_key": as_setting(agent.api_key)',
        '"api_key": as_setting(agent.agent_id)',
        "talking",
        SETTINGS,
    ),
    Mutant(
        "texts are not filled in",
        "view",
        "entry.name: entry.text.template for",
        "entry.name: entry.text.known() for",
        "talking",
        TOLD,
    ),
    Mutant(
        "what has a text has another name", "view", "{entry.name: entry", "{entry.name.lower(): entry", "hunting", RUNG
    ),
    Mutant("nobody chooses", "view", "_hunt(step.to)", "_hunt(tuple(step.groups()))", "hunting", LOGGED),
    Mutant(
        "another parameter chooses", "view", "as_subject(item.subject)", '{"parameter": "summary"}', "hunting", RUNG
    ),
    # Branches
    Mutant(
        "the steps for a value are another's",
        "view",
        "{arm.value: as_steps(arm.steps) for arm in step.arms}",
        "{arm.value: as_steps(other.steps) for arm, other in zip(step.arms, reversed(step.arms), strict=True)}",
        "branching",
        HEARD,
    ),
    Mutant(
        "a value is not named",
        "view",
        "as_steps(arm.steps) for arm in step.arms}",
        "as_steps(arm.steps) for arm in step.arms[1:] or step.arms}",
        "branching",
        HEARD,
    ),
    Mutant(
        "another parameter decides",
        "view",
        "as_subject(step.subject)",
        '{"parameter": "loud"} if len(step.arms) > 2 else as_subject(step.subject)',
        "branching",
        LOGGED,
    ),
    Mutant(
        "the number that was dialled decides nothing",
        "view",
        'return {"call": "to"}',
        'return {"parameter": "none"}',
        "branching",
        LOGGED,
    ),
    Mutant(
        "a branch goes by other hours",
        "view",
        'return {"hours": hours}',
        'return {"hours": "phone"}',
        "opening",
        LOGGED,
    ),
    Mutant("a branch goes by no hours", "view", 'return {"hours": hours}', 'return {"call": "to"}', "opening", HEARD),
    Mutant(
        "another address is called",
        "view",
        "as_setting(target.address)",
        '"sip:other@pbx.example.com"',
        "hunting",
        RUNG,
    ),
    Mutant(
        "the caller ID is called",
        "view",
        '"pstn": as_setting(target.number)',
        '"pstn": as_caller_id(target.caller_ids[0])',
        "hunting",
        RUNG,
    ),
    # Webhooks
    Mutant("headers are left out", "view", '{"headers": headers} if headers else {}', "{}", "headed", POSTED),
    Mutant(
        "a header has another value",
        "view",
        "header.name: as_setting(header.value)",
        "header.name: header.name",
        "headed",
        POSTED,
    ),
    Mutant(
        "another address is told",
        "view",
        '"url": as_setting(webhook.url)',
        '"url": "https://x.example.com/"',
        "headed",
        POSTED,
    ),
    Mutant("requests are not signed", "view", '"sign": as_setting(webhook.sign)', "", "headed", POSTED),
    Mutant(
        "requests are signed by the address",
        "view",
        '"sign": as_setting(webhook.sign)',
        '"sign": as_setting(webhook.url)',
        "headed",
        POSTED,
    ),
    Mutant("nobody is told of the call", "view", '{"report": flow.call.report}', "{}", "reporting", POSTED),
    Mutant("nobody is told first", "view", '{"first": first} if first else {}', "{}", "headed", POSTED),
    # Hours
    Mutant(
        "a target is called at any time",
        "view",
        """"pstn": as_setting(target.number),
                **({} if target.hours is None else {"hours": target.hours}),""",
        '"pstn": as_setting(target.number),',
        "closing",
        RUNG,
    ),
    Mutant(
        "a target over SIP is called at any time",
        "view",
        """**({} if target.hours is None else {"hours": target.hours}),
                **({"headers\"""",
        '**({"headers"',
        "closing",
        RUNG,
    ),
    Mutant(
        "a day of the week is forgotten",
        "view",
        "for day, ranges in hours.by_day.items()",
        'for day, ranges in hours.by_day.items() if day != "tue"',
        "closing",
        TOLD,
    ),
    Mutant(
        "a date is forgotten",
        "view",
        "for date, ranges in dates}",
        "for date, ranges in dates if ranges}",
        "closing",
        TOLD,
    ),
    Mutant(
        "the zone is another",
        "view",
        '"timezone": hours.timezone',
        '"timezone": hours.timezone[:-1]',
        "closing",
        TOLD,
    ),
    # Callers who are handed over
    Mutant("everybody is called", "view", '{"refer": True} if target.refers', "{} if target.refers", "handing", RUNG),
    # The flow
    Mutant("the flow has another name", "view", '"name": flow.name', '"name": "another"', "talking", TOLD),
    Mutant("the contract is another's", "view", '"contract": contract', '"contract": contract[::-1]', "talking", TOLD),
    # Messages
    Mutant("another key ends a message", "view", '"key": step.key', '"key": "1"', "recording", RECORDED),
    Mutant("a message may be longer", "view", "step.limit_ms", "step.limit_ms + 1000", "recording", WHEN),
    Mutant("a message may not be as long", "view", "step.limit_ms", "step.limit_ms - 1000", "recording", RECORDED),
    Mutant(
        "another webhook is told",
        "view",
        '"take_message": step.webhook',
        '"take_message": "notes"',
        "recording",
        LOGGED,
    ),
    Mutant(
        "something else follows where no message can be taken",
        "view",
        '"otherwise": as_steps(step.otherwise),',
        '"otherwise": as_steps(step.otherwise[1:]),',
        "recording",
        HEARD,
    ),
    Mutant(
        "a setting is never read",
        "__init__",
        "storage := sorted({",
        "storage := sorted(set() and {",
        "talking",
        SETTINGS,
    ),
    Mutant(
        "everybody may command the call",
        "view",
        '"tokenRequired": flow.call.token_required',
        '"tokenRequired": False',
        "talking",
        REPLY,
    ),
    Mutant(
        "an agent that knows no token is refused",
        "view",
        '"tokenRequired": flow.call.token_required',
        '"tokenRequired": True',
        "leaving",
        REPLY,
    ),
    Mutant("each call is rejected as busy", "view", '"reject": str(step.reason)', '"reject": "busy"', "arriving", END),
    Mutant(
        "nobody comes to the agent", "view", '{"start_agent": step.agent or {}}', '{"hang_up": {}}', "arriving", AGENT
    ),
    Mutant("a branch goes by what was dialled", "view", '{"call": "from"}', '{"call": "to"}', "arriving", END),
    Mutant("callers have no numbers", "view", "return list(callers.numbers) if", "return [] if", "arriving", LOGGED),
    Mutant(
        "a call begins with what stands for the loss of the agent",
        "__init__",
        "as_steps(flow.inbound)",
        "as_steps(flow.agent.unavailable)",
        "arriving",
        LOGGED,
    ),
    Mutant("callers are nobody", "__init__", "for callers in flow.callers", "for callers in ()", "arriving", LOGGED),
)

UNSEEN = {
    "flow.call.max_duration_ms": "a search lets the longest time be over at any instant, and counts none until then",
    "flow.call.skew": "every request of the alphabet comes from tools of the same version: `tests/skew` has others",
}
"""What the compiler reads of a flow and no search can show, and why."""
