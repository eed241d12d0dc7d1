"""The shapes in `contract/`, the vendor's client and what flowc calls: the three agree."""

from __future__ import annotations

import ast
import inspect

import pytest

from flowc.deploy.api import Api
from tests.conftest import ROOT
from tests.deploy.fake import CONTRACT, WRITING


@pytest.mark.parametrize("name", CONTRACT)
def test_the_client_has_the_parameters_of_the_reference(api: Api, name: str) -> None:
    method = getattr(api._client, CONTRACT[name]["method"])
    assert set(inspect.signature(method).parameters) == set(CONTRACT[name]["parameters"])


def test_no_other_method_of_the_client_is_called() -> None:
    """Whoever calls another one writes down its contract first."""
    tree = ast.parse((ROOT / "flowc/deploy/api.py").read_text("utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "_client"
    }
    assert used == {of["method"] for of in CONTRACT.values()}


def test_nothing_that_deletes_is_among_them() -> None:
    assert set(WRITING) == {"AddScenario", "SetScenarioInfo", "BindScenario", "AddRule", "AddSecret"}
    assert "GetSecretValue" not in CONTRACT
