"""The generated module as its readers and their tools see it: any name, any text, ruff, a strict type checker."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from importlib.metadata import metadata
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from line.events import AgentSendText
from line.llm_agent.schema_converter import function_tool_to_litellm
from msgspec.structs import replace
from packaging.specifiers import SpecifierSet

import flowc.emit
from flowc.compiler import compile_flows
from flowc.emit.line import shared
from flowc.emit.line.shared import MINIMUM_PYTHON
from flowc.emit.line.tools import emit
from flowc.ir import Action, Flow, Parameter, Prompt, Text
from flowc.ir.flow import Version
from flowc.source import START, Source
from tests.conftest import ROOT
from tests.line.conftest import FLOW, Control, call_request, compile_tools, llm_agent, load, use

HOSTILE = (Path(__file__).parent / "flows" / "hostile_names.yaml").read_text(encoding="utf-8")
EXAMPLES = [
    path
    for path in sorted((Path(__file__).parents[2] / "flows").glob("*.yaml"))
    if "." not in path.stem and "\nagent:" in path.read_text("utf-8")
]

RULES = "E,W,F,I,UP,B,SIM,RUF,PT,C4,PIE,RET,N,ASYNC,S,C90,ARG,TID,T20,G,LOG,PGH,FA,ISC,PERF,FURB,TRY4,DTZ,ERA,INT,YTT"


def flow_of(text: str) -> Flow:
    result = compile_flows([Source("flows/under_test.yaml", text.encode())])
    assert not result.diagnostics, result.diagnostics
    return result.flows[0]


SHOP = flow_of(FLOW)


def named(name: str) -> Action:
    parameters = tuple(Parameter(each, "integer", "x", True, START, minimum=1) for each in BUILT_IN)
    return replace(SHOP.actions[0], name=name, parameters=parameters)


BUILT_IN = [
    "asyncio",
    "bool",
    "bytes",
    "dict",
    "exec",
    "float",
    "int",
    "isinstance",
    "json",
    "len",
    "line",
    "list",
    "object",
    "print",
    "set",
    "str",
    "super",
    "tuple",
    "type",
]
NAMES_OF_BUILT_INS = replace(SHOP, name="str", actions=tuple(map(named, BUILT_IN)))
RUFFS_OLDEST = f"py{MINIMUM_PYTHON.replace('.', '')}"
OLDEST = (int(MINIMUM_PYTHON.split(".")[0]), int(MINIMUM_PYTHON.split(".")[1]))
MODULES = {
    **{path.stem: compile_tools(path.read_text(encoding="utf-8")) for path in EXAMPLES},
    "shop": compile_tools(FLOW),
    "hostile_names": compile_tools(HOSTILE),
    "names_of_built_ins": emit(NAMES_OF_BUILT_INS)[1],
}
FILES = {**{f"{name}_tools.py": text for name, text in MODULES.items()}, shared.FILE: shared.text()}


@pytest.fixture(params=MODULES, ids=str)
def text(request: pytest.FixtureRequest) -> str:
    return MODULES[request.param]


@pytest.fixture(params=FILES, ids=str)
def file(request: pytest.FixtureRequest) -> str:
    """That of a flow, or what they share."""
    return FILES[request.param]


def tool(module: str) -> list[str]:
    if subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True).returncode:
        pytest.skip(f"{module} is not installed")
    return [sys.executable, "-m", module]


def test_ruff_has_nothing_to_say(file: str, tmp_path: Path) -> None:
    path = tmp_path / "front_desk_tools.py"
    path.write_text(file, encoding="utf-8")
    options = ["--isolated", "--no-cache", "--target-version", RUFFS_OLDEST, "--line-length", "120"]
    check = subprocess.run(
        [*tool("ruff"), "check", *options, "--select", RULES, str(path)], capture_output=True, text=True
    )
    assert check.returncode == 0, check.stdout


def test_the_examples_are_laid_out_as_ruff_would(tmp_path: Path) -> None:
    for name in (*(f"{example.stem}_tools.py" for example in EXAMPLES), shared.FILE):
        (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    options = ["--isolated", "--no-cache", "--target-version", RUFFS_OLDEST, "--line-length", "120", "--diff"]
    check = subprocess.run([*tool("ruff"), "format", *options, str(tmp_path)], capture_output=True, text=True)
    assert check.returncode == 0, check.stdout


def test_mypy_has_nothing_to_say(tmp_path: Path) -> None:
    """Beside each other, in a package, and where flowc writes them; what mypy knows of the SDK after the first of them
    it knows in the others.
    """
    for folder in ("app", "app/package", "generated"):
        root = tmp_path / folder.replace("/", "-")
        place = root / folder
        for name, text in FILES.items():
            own = place / name.removesuffix("_tools.py") if folder == "generated" and name != shared.FILE else place
            own.mkdir(parents=True, exist_ok=True)
            (own / name).write_text(text, encoding="utf-8")
        if folder == "app/package":
            (place / "__init__.py").touch()
        options = ["--strict", "--cache-dir", str(tmp_path), "--python-version", MINIMUM_PYTHON, "--config-file="]
        check = subprocess.run([*tool("mypy"), *options, str(root)], capture_output=True, text=True, cwd=root)
        assert check.returncode == 0, check.stdout


def test_nothing_is_imported_but_the_standard_library_the_sdk_and_aiohttp(text: str) -> None:
    assert _imported(text) - sys.stdlib_module_names == {"line", shared.MODULE}
    assert _imported(shared.text()) - sys.stdlib_module_names == {"line", "aiohttp"}


def _imported(text: str) -> set[str]:
    imported = set()
    for node in ast.walk(ast.parse(text, feature_version=OLDEST)):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module != "__future__"  # the SDK would take every parameter for a text
            imported.add((node.module or "").partition(".")[0])
    return imported


def test_the_oldest_python_is_that_of_the_sdk_and_is_stated(file: str) -> None:
    """It is also what ruff and mypy judge by, above."""
    admitted = SpecifierSet(metadata("cartesia-line")["Requires-Python"])
    assert admitted.contains(MINIMUM_PYTHON)
    assert not admitted.contains(f"{OLDEST[0]}.{OLDEST[1] - 1}")
    stated = f"Python {MINIMUM_PYTHON} or newer"
    assert stated in (ast.get_docstring(ast.parse(file)) or "")
    [row] = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if "_tools.py`](" in line]
    assert stated in row


def test_a_flows_module_is_what_its_reviewer_reads() -> None:
    """What is the same in every flow is not in it, but for the import of that."""
    assert all(text.startswith("# Code generated by flowc from flows/") for text in MODULES.values())
    line_counts = {name: len(text.splitlines()) for name, text in MODULES.items()}
    assert line_counts["front_desk"] < 140
    for first, second in combinations((MODULES[example.stem].splitlines() for example in EXAMPLES), 2):
        assert len([line for line in first if line.strip() and line in second]) < 80


def test_what_the_tools_send_is_not_too_large_for_the_scenario() -> None:
    control = (Path(flowc.emit.__file__).parent / "voxengine" / "runtime" / "control.js").read_text(encoding="utf-8")
    limit = re.search(r"MAX_BODY = (\d+)", control)
    assert limit
    assert int(limit[1]) >= load(MODULES["shop"])._flowc_line._MAX_BODY


def test_a_comment_in_the_flow_changes_no_byte() -> None:
    assert compile_tools("# a comment\n\n" + FLOW) == compile_tools(FLOW)


def test_a_new_action_is_a_small_diff() -> None:
    more = FLOW + "  later: {description: Call back., do: return_to_agent}\n"
    before, after = compile_tools(FLOW).splitlines(), compile_tools(more).splitlines()
    assert len(after) - len(before) == 9
    assert len([line for line in after if line not in before]) == 5  # and one of them is the fingerprint


async def test_hostile_names_work(control: Control) -> None:
    module = load(compile_tools(HOSTILE))
    call = module.AnyCall(call_request(control.metadata()))
    tools = {tool.name: tool for tool in call.tools()}
    flow = flow_of(HOSTILE)
    assert list(tools) == [action.name for action in flow.actions]
    for action in flow.actions:
        parameters = function_tool_to_litellm(tools[action.name])["function"]["parameters"]
        assert list(parameters["properties"]) == [parameter.name for parameter in action.parameters]
    agent, *_ = call.wrap(llm_agent(call)[0])
    assert agent is not None
    phrase = (await use(call, "tools", str="a", int=5))[0]
    assert phrase.text == 'A "quoted" word, a back\\slash, """three""" and a ${brace}. '
    arguments = {"list": 'a"b', "output": True, "call": 2, "say": "x", "arguments_": "1", "action_": "2"}
    (told,) = await use(call, "wrap", **arguments)
    assert told == {"ok": True}
    assert [request.body for request in control.received] == [
        {"action": "tools", "str": "a", "int": 5},
        {"action": "wrap", **arguments},
    ]


async def test_names_of_built_ins_work(control: Control) -> None:
    call = load(emit(NAMES_OF_BUILT_INS)[1]).StrCall(call_request(control.metadata()))
    arguments = dict.fromkeys(BUILT_IN, 5)
    for name in BUILT_IN:
        assert await use(call, name, **arguments) == []
    assert [request.body["action"] for request in control.received] == BUILT_IN


SPECIAL = (
    *('"', '"""', "'", "\\", "\\\\", "\n", "\r", "\t", "\x00", "\x1f", "\x85", "\u2028", "\u202e"),
    *("{{", "}}", "{%", "${", "#", "</script>", " ", "        ", "\\n", "\\N{BEL}", "\U0001f600", "x"),
)
ANY_TEXT = st.text() | st.lists(st.sampled_from(SPECIAL), max_size=12).map("".join)
"""Without half a surrogate pair, which no file of UTF-8 has, no escape of YAML, and no docstring of Python 3.13."""


@settings(max_examples=100, deadline=None)
@given(
    description=ANY_TEXT, phrase=ANY_TEXT, explanation=ANY_TEXT, path=ANY_TEXT, choices=st.sets(ANY_TEXT, min_size=1)
)
def test_any_text_in_any_position_is_carried_exactly(
    description: str, phrase: str, explanation: str, path: str, choices: set[str]
) -> None:
    parameters = (
        Parameter("choice", "string", explanation, False, START, enum=tuple(sorted(choices))),
        Parameter("text", "string", explanation, True, START, max_length=5),
    )
    action = Action("act", description, parameters, "phrase", SHOP.actions[0].do, START)
    flow = replace(SHOP, path=path, actions=(action,), prompts=(Prompt("phrase", (Version(Text((phrase,))),), START),))
    text = emit(flow)[1]
    assert text.isprintable() or all(line.isprintable() for line in text.split("\n"))
    ast.parse(text, feature_version=OLDEST)

    module = load(text)
    call = module.ShopCall(call_request({}))
    (generated,) = call.tools()
    shown = function_tool_to_litellm(generated)["function"]
    properties = shown["parameters"]["properties"]
    assert shown["description"].startswith(as_the_model_reads(description))
    assert shown["description"].endswith("\nSay nothing after it: the phone system goes on from there.")
    assert properties["choice"]["enum"] == sorted(choices)
    assert properties["choice"].get("description", "") == explanation
    assert properties["text"]["description"] == f"{explanation} (at most 5 characters)"
    assert say_of(text) == phrase
    speech = module._flowc_line._speech(phrase)
    spoken = AgentSendText(text=speech).text  # text that cannot be encoded would end the call
    assert spoken == phrase.encode("utf-8", "replace").decode().rstrip() + " "


def as_the_model_reads(description: str) -> str:
    """White space at the ends of lines belongs to the layout of the YAML, and of the docstring."""
    return "\n".join(line.strip().replace("\t", " ") for line in description.strip().split("\n"))


def say_of(text: str) -> Any:
    (call,) = (
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "hand_over"
    )
    return ast.literal_eval(next(keyword.value for keyword in call.keywords if keyword.arg == "say"))


def test_descriptions_do_not_depend_on_how_python_treats_indentation() -> None:
    """The docstring as Python 3.13 compiles it gives the model the same text."""
    description = "First.\n\n  Second.\n\tThird."
    action = replace(SHOP.actions[0], description=description)
    method = load(emit(replace(SHOP, actions=(action,)))[1]).ShopCall.end_call
    assert inspect.cleandoc(inspect.cleandoc(method.__doc__)) == inspect.getdoc(method)
    assert (inspect.getdoc(method) or "").startswith("First.\n\nSecond.\nThird.\n\n")
