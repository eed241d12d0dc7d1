"""The tools of a flow: one Python module with a tool for each action, from the IR alone.

What it needs at run time stands in the module that all flows share (`shared.py`), of which it takes one version. What
the SDK's schemas cannot express, such as the length of a text, is told to the model in words and checked there. The
module carries no line numbers: a comment added to the YAML changes no byte here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from flowc.emit.contract import fingerprint, header, limits
from flowc.emit.line import shared
from flowc.emit.literals import py
from flowc.emit.templates import fill
from flowc.ir import Action, Flow, Parameter
from flowc.tool_text import description_lines, instructions, phrases, spoken

# What the generated class needs for itself, or would hide from its own annotations. A method of such a name gets
# a `_`; the model knows the tool by the action's name all the same.
_TAKEN = frozenset({"tools", "wrap", "control_hosts", "str", "int", "float", "bool", "list"})

_PYTHON_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}

# What the type cannot say, as the model reads it.
_LIMITS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "pattern": "as a whole in the form of the regular expression {}",
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
    tools = _tools(flow)
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
        names="\n".join([f"{' ' * 16}{py(tool.name)}: self.{tool.method}," for tool in tools]),
        methods="\n\n".join([*([_LANGUAGE] if flow.call.languages else []), *(tool.text for tool in tools)]),
    )
    return f"{flow.name}/{module}.py", text


def _watched(flow: Flow) -> str:
    """The statement by which the turns of the model are watched, if they are."""
    if flow.agent.answers_within_ms is None:
        return ""
    arguments = [f"{flow.agent.answers_within_ms / 1000:g}", *_said(spoken(flow, flow.agent.meanwhile))]
    return "\n" + " " * 8 + _laid_out("self._phone_call.watch(", arguments, ")", indent=8)


def _said(words: Mapping[str | None, str]) -> list[str]:
    """What is spoken, as an argument: none if it is nothing."""
    if None in words:
        return [f"say={py(words[None])}"]
    by_language = [f"{py(language)}: {py(each)}" for language, each in words.items() if language is not None]
    return [_laid_out("say={", by_language, "}", indent=12)] if by_language else []


def class_name(flow: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in flow.split("_")) + "Call"


def _typing_names(flow: Flow) -> list[str]:
    parameters = [parameter for action in flow.actions for parameter in action.parameters]
    names = {"TYPE_CHECKING", "Any"}
    if parameters:
        names.add("Annotated")
    if any(parameter.enum for parameter in parameters):
        names.add("Literal")
    return sorted(names, key=lambda name: (not name.isupper(), name))


def _tools(flow: Flow) -> list[_Tool]:
    taken = _TAKEN | {"language"} if flow.call.languages else _TAKEN
    methods: set[str] = set(taken) | {action.name for action in flow.actions}
    tools = []
    for action in flow.actions:
        method = action.name
        if method in taken:
            while method in methods:
                method += "_"
            methods.add(method)
        tools.append(_tool(flow, action, method))
    return tools


def _tool(flow: Flow, action: Action, method: str) -> _Tool:
    said = phrases(flow, action)
    given = [f"{py(parameter.name)}: {parameter.name}" for parameter in action.parameters]
    arguments = ["ctx", py(action.name), _laid_out("{", given, "}", indent=12), *_said(said)]
    if action.cancels:
        arguments.append("cancels=True")
    verb = "ask" if action.leaves_conversation_alone else "hand_over"
    return _Tool(
        name=action.name,
        method=method,
        signature=_laid_out(f"def {method}(", _parameters(action), ") -> AsyncIterator[Any]:", indent=4),
        docstring=_docstring(description_lines(action), instructions(flow, action, tool_speaks=True)),
        body=_laid_out(f"return self._phone_call.{verb}(", arguments, ")", indent=8),
    )


def _laid_out(head: str, items: Sequence[str], tail: str, *, indent: int) -> str:
    """Source for a call or a signature: on one line if it fits, otherwise one item a line."""
    line = head + ", ".join(items) + tail
    if indent + len(line) <= _WIDTH and "\n" not in line:
        return line
    return head + "".join([f"\n{' ' * indent}    {item}," for item in items]) + "\n" + " " * indent + tail


def _parameters(action: Action) -> list[str]:
    """The method's parameters in the order of the YAML; keywords only where Python would refuse that order."""
    optional = [parameter.optional for parameter in action.parameters]
    keywords = ["*"] if optional != sorted(optional) else []
    return ["self", "ctx: ToolEnv", *keywords, *map(_parameter, action.parameters)]


def _parameter(parameter: Parameter) -> str:
    """A parameter's source: type, description with what the type cannot say, and that again for the check."""
    kind = f"Literal[{', '.join(map(py, parameter.enum))}]" if parameter.enum else _PYTHON_TYPES[parameter.type]
    if parameter.optional:
        kind += " | None"
    bounds = limits(parameter)
    if parameter.pattern is not None:
        bounds["pattern"] = parameter.pattern
    words = ", ".join([_LIMITS[name].format(bound) for name, bound in bounds.items()])
    if parameter.format is not None:
        bounds["format"] = parameter.format
        words = _FORMATS[parameter.format]
    metadata = [kind, py(f"{parameter.description} ({words})" if words else parameter.description)]
    if bounds:
        metadata.append(py(bounds))
    default = " = None" if parameter.optional else ""
    return _laid_out(f"{parameter.name}: Annotated[", metadata, f"]{default}", indent=8)


def _docstring(description: Sequence[str], instructions: Sequence[str]) -> str:
    """The inside of a docstring, whose first line follows the quotes.

    Python and the SDK strip indentation, each in its own way and depending on the version: the lines have none of
    their own, so the model reads them as they are written.
    """
    lines = [_in_quotes(line) if line else "" for line in (*description, "", *instructions)]
    return "\n".join([f"{' ' * 8}{line}" if number and line else line for number, line in enumerate(lines)])


def _in_quotes(line: str) -> str:
    """Text within triple quotes: escaped like any literal, but plain quotation marks stay as they are."""
    return py(line)[1:-1].replace('\\"', '"').replace('"""', '\\"\\"\\"')
