"""Tool definitions for any other agent framework: `agents = ["functions"]` of `[tool.flowc]`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from flowc.agents import AgentBackEnd
from flowc.compiler import compile_flows
from flowc.emit.contract import JSON_SCHEMA
from flowc.source import Source
from tests.conftest import ROOT
from tests.test_cli import Command, command, project

__all__ = ["command", "project"]  # fixtures

FOLDERS = (ROOT / "flows", ROOT / "tests" / "flows" / "ok")
FLOWS = sorted(
    path
    for folder in FOLDERS
    for path in folder.glob("*.yaml")
    if "." not in path.stem and "\nagent:" in path.read_text("utf-8")  # no call scripts, and what has tools
)


class Definitions(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "json"


def _compiled(path: Path, *agents: AgentBackEnd) -> dict[str, str]:
    result = compile_flows([Source(path.relative_to(ROOT).as_posix(), path.read_bytes())], agents)
    assert not result.diagnostics
    return result.artifacts


def _functions(path: Path) -> Any:
    return json.loads(_compiled(path, AgentBackEnd.FUNCTIONS)[f"{path.stem}/{path.stem}.functions.json"])


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_definitions(path: Path, snapshot: SnapshotAssertion) -> None:
    made = _compiled(path, AgentBackEnd.FUNCTIONS)[f"{path.stem}/{path.stem}.functions.json"]
    assert made == snapshot(extension_class=Definitions)


def parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema, and those of all that it holds."""
    yield schema
    for each in (*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else ())):
        yield from parts(each)


def asked_for(contract: dict[str, Any]) -> dict[str, Any]:
    """Actions, and what an agent may ask for while it talks to a person alone."""
    return {**contract["actions"], **contract.get("briefing", {}), **contract.get("introduction", {})}


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_they_load_where_function_calling_is_known(path: Path) -> None:
    from openai.types.chat import ChatCompletionToolParam
    from pydantic import TypeAdapter

    tool = TypeAdapter(ChatCompletionToolParam)
    for function in _functions(path)["functions"]:
        tool.validate_python({"type": "function", "function": function}, strict=True)
        for schema in parts(function["parameters"]):  # docs.cartesia.ai/agents/client-tools has the first four
            assert schema["type"] in ("string", "integer", "number", "boolean", "array", "object")


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_parameters_are_json_schema_in_both_documents(path: Path) -> None:
    """Of the dialect that the contract states; and each says for itself what it is about, so none refers elsewhere."""
    contract = json.loads(_compiled(path)[f"{path.stem}/{path.stem}.contract.json"])
    in_contract = [action["parameters"] for action in asked_for(contract).values()]
    in_functions = [function["parameters"] for function in _functions(path)["functions"]]
    assert len(in_contract) == len(in_functions) > 0
    for schema in in_contract:
        assert schema["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
        assert jsonschema.validators.validator_for(schema) is jsonschema.Draft202012Validator
    for schema in (*in_contract, *in_functions):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert "$ref" not in json.dumps(schema)
        known = {*jsonschema.Draft202012Validator.VALIDATORS, "$schema", "description"}
        for each in parts(schema):
            assert set(each) <= known, "a keyword that is misspelt is valid JSON Schema, and means nothing"


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_both_back_ends_and_the_contract_agree(path: Path) -> None:
    from tests.line.conftest import call_request, load

    made = _compiled(path, AgentBackEnd.LINE, AgentBackEnd.FUNCTIONS)
    module = load(next(text for name, text in made.items() if name.endswith("_tools.py")))
    call = next(value for name, value in vars(module).items() if name.endswith("Call"))
    tools = {tool.name: tool for tool in call(call_request(None)).tools()}
    functions = json.loads(made[f"{path.stem}/{path.stem}.functions.json"])
    contract = json.loads(made[f"{path.stem}/{path.stem}.contract.json"])
    assert functions["fingerprint"] == module.CONTRACT == contract["fingerprint"]
    assert [function["name"] for function in functions["functions"]] == list(tools) == list(asked_for(contract))
    for function in functions["functions"]:
        parameters = tools[function["name"]].parameters
        in_contract = asked_for(contract)[function["name"]]["parameters"]
        assert in_contract == {"$schema": JSON_SCHEMA, **function["parameters"]}
        assert list(parameters) == list(function["parameters"]["properties"])
        required = [name for name, parameter in parameters.items() if parameter.required]
        assert required == function["parameters"]["required"]
        head = asked_for(contract)[function["name"]]["description"].split("\n")[0].strip()
        assert function["description"].startswith(head)
        assert tools[function["name"]].description.startswith(head)


def test_a_phrase_is_the_models_to_speak() -> None:
    end_call, transfer = _functions(ROOT / "flows" / "function_calling.yaml")["functions"]
    assert 'tell the caller, in exactly these words: "One moment, I am connecting you."' in transfer["description"]
    assert "Say one short sentence to the caller first." in end_call["description"]


def test_it_is_switched_on_and_off(project: Path, command: Command) -> None:
    command("build")
    settings = project / "pyproject.toml"
    settings.write_text('[tool.flowc]\nagents = ["line", "functions"]\n')
    assert command("build").err == "2 flows, 9 files: 2 written, 7 unchanged\n"
    made = project / "generated/front_desk/front_desk.functions.json"
    header = "Code generated by flowc from flows/front_desk.yaml. DO NOT EDIT."
    assert next(iter(json.loads(made.read_text()).items())) == ("generated", header)
    settings.write_text("[tool.flowc]\nagents = []\n")
    assert command("build").err == "2 flows, 4 files: 0 written, 4 unchanged, 5 removed\n"
    assert not made.exists()
    settings.write_text('[tool.flowc]\nagents = ["function"]\n')
    code, _, err = command("build")
    assert code == 2
    assert "did you mean `functions`?" in err
