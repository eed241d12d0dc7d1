"""The tools of a flow: one Python module with a tool for each action, from the IR alone.

What it needs at run time stands in the module that all flows share (`shared.py`), of which it takes one version. What
the SDK's schemas cannot express, such as the length of a text, is told to the model in words and checked there. The
module carries no line numbers: a comment added to the YAML changes no byte here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from flowc.emit.contract import fingerprint, header, limits
from flowc.emit.line import shared
from flowc.emit.literals import py
from flowc.emit.templates import fill
from flowc.ir import Action, Flow, Parameter
from flowc.ir.briefing import ACTIONS as OF_BRIEFINGS
from flowc.ir.briefing import briefs
from flowc.ir.introduction import ITS_OWN, actions_of_its_own, introduces
from flowc.tool_text import description_lines, instructions, phrases, spoken

# What the generated class needs for itself, or would hide from its own annotations. A method of such a name gets
# a `_`; the model knows the tool by the action's name all the same.
_TAKEN = frozenset({"tools", "wrap", "control_hosts", "str", "int", "float", "bool", "list"})

# What is imported by these names, and would be hidden by a class for an object.
_OF_THE_MODULE = frozenset({"Annotated", "Any", "AgentSpec", "AsyncIterator", "CallRequest", "FunctionTool", "Literal"})
_OF_THE_MODULE |= {"Sequence", "ToolEnv", "TypedDict"}

_PYTHON_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}

# What the type cannot say, as the model reads it.
_LIMITS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "pattern": "as a whole in the form of the regular expression {}",
    "minItems": "items: at least {}",
    "maxItems": "items: at most {}",
}

_FORMATS = {
    "phone": "a phone number in E.164: +, country code and number without blanks; no emergency or other short number",
    "date": "a day that exists, as YYYY-MM-DD",
}

_WIDTH = 120

_LANGUAGE = '''\
    @property
    def language(self) -> str:
        """In which language the caller hears what is said, as far as the agent was told."""
        return self._phone_call.language'''
"""Of the class for a flow with several languages."""

_DATA = '''\
    @property
    def data(self) -> dict[str, {kinds}]:
        """What the call was started with, as far as the agent was told: nothing of one that came in."""
        return self._phone_call.data'''
"""Of the class for a flow that places calls with data."""

_AGENT = '''\
    @property
    def agent(self) -> str:
        """Which of AGENTS the caller talks to, for the prompt and the first words; empty where nobody has said it."""
        return self._phone_call.agent'''
_WHICH = ', agent: str = ""'
"""The same of one with several agents."""


class _Tool(Struct, frozen=True):
    """A method of the generated class: its parts are Python source, `name` is the action's."""

    name: str
    method: str
    signature: str
    docstring: str
    body: str

    @property
    def text(self) -> str:
        return f'''\
    {self.signature}
        """{self.docstring}
        """
        {self.body}'''


def emit(flow: Flow) -> tuple[str, str]:
    """Path below the output folder, and text."""
    module = f"{flow.name}_tools"
    objects = _Objects(flow)
    tools = _tools(flow, objects)
    text = fill(
        "emit/line/tools.py.jinja",
        generated=header(flow),
        flow=flow.name,
        flow_name=py(flow.name),
        module=module,
        call=class_name(flow.name),
        contract=py(fingerprint(flow)),
        python=shared.MINIMUM_PYTHON,
        shared=shared.MODULE,
        version=py(shared.version()),
        watched=_watched(flow),
        typing_names=", ".join(_typing_names(flow)),
        objects="".join([f"{each}\n\n\n" for each in objects.written]),
        names="\n".join([f"{' ' * 16}{py(tool.name)}: self.{tool.method}," for tool in tools]),
        agents=_agents(flow),
        which=_WHICH if flow.agents else "",
        methods="\n\n".join([*_properties(flow), *(tool.text for tool in tools)]),
    )
    return f"{flow.name}/{module}.py", text


def _properties(flow: Flow) -> list[str]:
    return [
        *([_AGENT] if flow.agents else []),
        *([_LANGUAGE] if flow.call.languages else []),
        *([_DATA.format(kinds=_kinds_of_data(flow))] if _has_data(flow) else []),
    ]


def _has_data(flow: Flow) -> bool:
    return flow.outbound is not None and bool(flow.outbound.data)


def _kinds_of_data(flow: Flow) -> str:
    """In Python, each once."""
    declared = flow.outbound.data if flow.outbound is not None else ()
    kinds = {_PYTHON_TYPES[each.type] for each in declared}
    return " | ".join([kind for kind in ("str", "int", "float", "bool") if kind in kinds])


def _watched(flow: Flow) -> str:
    """The statement by which the turns of the model are watched, if they are."""
    text = "\n        self._phone_call.choose(AGENTS, agent)" if flow.agents else ""
    if briefs(flow):
        briefing = ", ".join(py(action.name) for action in OF_BRIEFINGS)
        text += f"\n        self._phone_call.briefs([{briefing}])"
    if introduces(flow):
        alone = [py(action.name) for action in flow.actions if action.leaves_conversation_alone]
        text += "\n" + " " * 8 + _laid_out("self._phone_call.introduces([", alone, "])", indent=8)
    watched: dict[tuple[int, str | None], list[str]] = {}
    for agent in flow.every_agent:
        if agent.answers_within_ms is not None:
            watched.setdefault((agent.answers_within_ms, agent.meanwhile), []).append(agent.name)
    for (within, meanwhile), names in watched.items():
        arguments = [f"{within / 1000:g}", *_said(spoken(flow, meanwhile))]
        if flow.agents:
            arguments.append(f"agents=[{', '.join(map(py, names))}]")
        text += "\n" + " " * 8 + _laid_out("self._phone_call.watch(", arguments, ")", indent=8)
    return text


def _agents(flow: Flow) -> str:
    """The tools of each of several agents, as a constant of the module."""
    if not flow.agents:
        return ""
    lines = [
        _laid_out(f"{py(agent.name)}: [", [py(name) for name in agent.actions], "],", indent=4)
        for agent in flow.every_agent
    ]
    return "AGENTS = {\n" + "".join(f"    {line}\n" for line in lines) + "}  # the tools of each agent\n"


def _said(words: Mapping[str | None, str]) -> list[str]:
    """What is spoken, as an argument: none if it is nothing."""
    if None in words:
        return [f"say={py(words[None])}"]
    by_language = [f"{py(language)}: {py(each)}" for language, each in words.items() if language is not None]
    return [_laid_out("say={", by_language, "}", indent=12)] if by_language else []


def class_name(flow: str) -> str:
    return f"{_camel(flow)}Call"


def _camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def _typing_names(flow: Flow) -> list[str]:
    parameters = [parameter for action in (*flow.actions, *actions_of_its_own(flow)) for parameter in action.parameters]
    names = {"TYPE_CHECKING", "Any"}
    if parameters:
        names.add("Annotated")
    if any(each.enum for parameter in parameters for each in parameter.whole):
        names.add("Literal")
    if any(each.properties for parameter in parameters for each in parameter.whole):
        names.add("TypedDict")
    return sorted(names, key=lambda name: (not name.isupper(), name))


def _tools(flow: Flow, objects: _Objects) -> list[_Tool]:
    taken = _TAKEN | ({"language"} if flow.call.languages else set()) | ({"agent"} if flow.agents else set())
    taken |= {"data", "dict"} if _has_data(flow) else set()
    methods: set[str] = set(taken) | {action.name for action in flow.actions}
    tools = []
    for action in (*flow.actions, *actions_of_its_own(flow)):
        method = action.name
        if method in taken:
            while method in methods:
                method += "_"
            methods.add(method)
        tools.append(_tool(flow, action, method, objects))
    return tools


def _tool(flow: Flow, action: Action, method: str, objects: _Objects) -> _Tool:
    said = phrases(flow, action)
    given = [f"{py(parameter.name)}: {parameter.name}" for parameter in action.parameters]
    arguments = ["ctx", py(action.name), _laid_out("{", given, "}", indent=12), *_said(said)]
    if action.cancels:
        arguments.append("cancels=True")
    if action.asks_for_ms:
        arguments.append(f"within={action.asks_for_ms / 1000:g}")
    verb = "decide" if action in ITS_OWN else "ask" if action.leaves_conversation_alone else "hand_over"
    return _Tool(
        name=action.name,
        method=method,
        signature=_laid_out(f"def {method}(", _parameters(action, objects), ") -> AsyncIterator[Any]:", indent=4),
        docstring=_docstring(tuple(description_lines(action)), tuple(instructions(flow, action, tool_speaks=True))),
        body=_laid_out(f"return self._phone_call.{verb}(", arguments, ")", indent=8),
    )


def _laid_out(head: str, items: Sequence[str], tail: str, *, indent: int) -> str:
    """Source for a call or a signature: on one line if it fits, otherwise one item a line."""
    line = head + ", ".join(items) + tail
    if indent + len(line) <= _WIDTH and "\n" not in line:
        return line
    return head + "".join([f"\n{' ' * indent}    {item}," for item in items]) + "\n" + " " * indent + tail


class _Objects:
    """The classes of a module for what parameters hold: each is written before the one that it stands in."""

    def __init__(self, flow: Flow) -> None:
        self.written: list[str] = []
        self._taken = {*_OF_THE_MODULE, class_name(flow.name)}

    def kind(self, parameter: Parameter, named: str) -> str:
        """A type's source; `named` is what an object in it is called."""
        if parameter.enum:
            return f"Literal[{', '.join(map(py, parameter.enum))}]"
        if parameter.items is not None:
            item = self.kind(parameter.items, f"{named}_{parameter.items.name}")
            metadata = _metadata(parameter.items, nested=True)
            return f"list[{item}]" if metadata == [py("")] else f"list[Annotated[{', '.join([item, *metadata])}]]"
        return self._object(parameter, named) if parameter.properties else _PYTHON_TYPES[parameter.type]

    def _object(self, parameter: Parameter, named: str) -> str:
        name = "".join(f"{word[:1].upper()}{word[1:]}" or "_" for word in named.split("_"))
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        lines = {
            each.name: _laid_out(
                f"{each.name}: Annotated[",
                [self.kind(each, f"{named}_{each.name}"), *_metadata(each, nested=True)],
                "]",
                indent=4,
            )
            for each in parameter.properties
        }
        base = "TypedDict"
        needed = [lines[each.name] for each in parameter.properties if not each.optional]
        others = [lines[each.name] for each in parameter.properties if each.optional]
        if needed and others:
            base = f"_{name}"
            self._class(f"{base}(TypedDict)", needed)
        total = ", total=False" if others else ""
        self._class(f"{name}({base}{total})", others or needed)
        return name

    def _class(self, head: str, lines: Sequence[str]) -> None:
        self.written.append(f"class {head}:\n" + "\n".join(f"    {line}" for line in lines))


def _parameters(action: Action, objects: _Objects) -> list[str]:
    """The method's parameters in the order of the YAML; keywords only where Python would refuse that order."""
    optional = [parameter.optional for parameter in action.parameters]
    keywords = ["*"] if optional != sorted(optional) else []
    written = [_parameter(each, objects.kind(each, f"{action.name}_{each.name}")) for each in action.parameters]
    return ["self", "ctx: ToolEnv", *keywords, *written]


def _parameter(parameter: Parameter, kind: str) -> str:
    """A parameter's source: type, description with what the type cannot say, and that again for the check."""
    default = " = None" if parameter.optional else ""
    metadata = [f"{kind} | None" if parameter.optional else kind, *_metadata(parameter)]
    return _laid_out(f"{parameter.name}: Annotated[", metadata, f"]{default}", indent=8)


def _metadata(parameter: Parameter, nested: bool = False) -> list[str]:
    """What stands behind its type: a description, and limits, if there are any. `nested`: the SDK looks
    such a type up in a table, so there is nothing in it that cannot be hashed.
    """
    bounds = limits(parameter)
    if parameter.pattern is not None:
        bounds["pattern"] = parameter.pattern
    words = ", ".join([_LIMITS[name].format(bound) for name, bound in bounds.items()])
    if parameter.format is not None:
        bounds["format"] = parameter.format
        words = _FORMATS[parameter.format]
    described = parameter.description or (words if nested else "")
    if words and described != words:
        described = f"{described} ({words})"
    checked = (
        [f"({py(name)}, {py(bound)})" for name, bound in bounds.items()] if nested else [py(bounds)] if bounds else []
    )
    return [py(described), *checked]


@lru_cache(maxsize=500)
def _docstring(description: tuple[str, ...], instructions: tuple[str, ...]) -> str:
    """The inside of a docstring, whose first line follows the quotes. Flows of one project have many in common.

    Python and the SDK strip indentation, each in its own way and depending on the version: the lines have none of
    their own, so the model reads them as they are written.
    """
    lines = [_in_quotes(line) if line else "" for line in (*description, "", *instructions)]
    return "\n".join([f"{' ' * 8}{line}" if number and line else line for number, line in enumerate(lines)])


def _in_quotes(line: str) -> str:
    """Text within triple quotes: escaped like any literal, but plain quotation marks stay as they are."""
    return py(line)[1:-1].replace('\\"', '"').replace('"""', '\\"\\"\\"')
