"""What every test may use: compiled flows and one engine for the emulated calls."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # no network, see README

from flowc.compiler import compile_flows
from flowc.simulator.engine import Engine, Session
from flowc.source import Source
from tests.shared_engine import SharedEngine
from tests.trace_events import wrong

# Compiling makes and drops many small objects: to look for circles among them after every 700 is a sixth of its time.
gc.set_threshold(50_000, 20, 50)

# A machine may be busy. In CI the examples are always the same ones: what fails there is what the change has broken.
# Whoever runs the tests by hand tries others each time.
hypothesis.settings.register_profile("flowc", deadline=None, derandomize=os.environ.get("FLOWC_EXAMPLES") == "same")
hypothesis.settings.load_profile("flowc")

ROOT = Path(__file__).parent.parent

collect_ignore_glob = ["*.calls.yaml"]  # fixtures: many are broken on purpose. Those of flows/ are played by a test.

Artifacts = dict[str, str]


@pytest.fixture(scope="session", autouse=True)
def traces_are_as_they_are_typed() -> Iterator[None]:
    """Every event that a session of any test writes down is held against the types that it is read by."""
    take = Session._take

    def take_and_look(session: Session, text: str) -> dict[str, Any]:
        answer = take(session, text)
        assert not (bad := [told for entry in answer["trace"] if (told := wrong(entry))]), bad
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "_take", take_and_look)
        yield


SLOW = (  # what takes seconds: processes, the SDK with its model library, time limits, many cases
    "deploy/test_deploy.py",
    "deploy/test_doctor.py",
    "line/",
    "loop/",
    "lsp/test_fuzz.py",
    "lsp/test_rename.py::test_every_name",
    "lsp/test_server.py",
    "lsp/test_tree.py::test_of_an_edited_file",
    "page/test_browser.py",
    "page/test_commands.py::test_how_far",
    "page/test_commands.py::test_the_page_of_a_search",
    "skew/",
    "review/test_against.py::test_what_is_proved",
    "review/test_fields.py::test_any_field_that_differs",
    "review/test_proof.py",
    "review/test_random_edits.py",
    "scenario/test_features.py",
    "scenario/test_platform_events.py::test_every_event",
    "scenario/test_platform_faults.py",
    "scenario/test_random_walks.py",
    "simulator/test_confinement.py",
    "simulator/test_declarations.py::test_typescript_agrees",
    "simulator/test_failures.py",
    "simulator/test_limits.py",
    "simulator/test_traces.py",
    "simulator/test_snapshots.py",
    "talk/",
    "testing/test_arguments.py::test_every_command_tells_it_at_the_value",
    "testing/test_blocking_tools.py",
    "testing/test_broken_scenarios.py",
    "testing/test_command.py",
    "testing/test_examples.py",
    "testing/test_hostile_tools.py",
    "testing/test_slow_scenarios.py",
    "testing/test_watch.py",
    "testing/test_sensitive.py",
    "testing/test_with_tools.py",
    "testing_reports/test_pytest_plugin.py",
    "verify/",
    "test_artifacts.py::test_a_fault_at_any_step",
    "test_bounds.py",
    "test_cli_again.py",
    "test_cli_process.py",
    "test_cli_starter.py::test_what_it_writes_builds_passes_and_is_proved",
    "test_disk.py",
    "test_hostile_projects.py",
    "test_explain.py::test_a_mended_call_script",
    "test_explain.py::test_commands",
    "test_house.py::test_types",
    "test_house.py::test_the_scenarios_type_check",
    "test_house.py::test_the_type_checker_sees_typos",
    "test_completeness.py::test_every_part_of_a_flow_reaches",
    "test_dependencies.py::test_what_is_imported_is_declared",
    "test_dependencies.py::test_the_oldest_of_all_are_what_ci_installs",
    "test_diagnostics.py::test_a_key_that_cannot_be_right",
    "test_diagnostics.py::test_one_broken_place_is_told",
    "test_frontend.py::test_a_file_full_of_errors_ends_soon",
    "test_frontend.py::test_mutated_flows",
    "test_readme.py",
    "test_schema.py::test_schema_and_decoder_agree_on_mutated_flows",
    "test_texts.py::test_any_text_arrives_exactly",
    "test_texts.py::test_what_the_agent_passes_along_is_spoken_exactly",
    "test_voice.py",
    "testing/test_language.py::test_any_file_is_played_or_refused",
    "testing/test_language.py::test_schema_and_decoder_agree_on_mutants",
    "testing_reports/test_call_reports.py::test_no_text_breaks_a_report",
)

LONGEST = (  # begun first, so that nobody waits for one of them alone at the end
    "verify/test_search.py::test_an_example_is_proved",
    "verify/test_every_key.py",
    "verify/test_agent.py::test_an_introduction_keeps_every_promise",
    "testing/test_with_tools.py::test_what_tools_do_passes",
    "testing/test_with_tools.py::test_all_calls_of_the_examples_are",
    "testing/test_examples.py::test_every_call_passes_whatever",
    "test_incremental.py::test_what_is_known_changes_nothing_however_often",
    "testing/test_blocking_tools.py::test_a_run_ends_soon",
    "testing_reports/test_pytest_plugin.py::test_calls_are_played_with_the_generated_tools",
    "test_house.py::test_types",
    "scenario/test_features.py::test_combinations_type_check",
)


WITH_DEPENDENCIES = ("line/", "loop/", "testing_reports/test_pytest_plugin.py", "test_cli_process.py")
"""What is slow and may depend on what is installed: the tools in the SDK, its server and its model path, and pytest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m "not slow"` is the quick selection, see README."""
    for item in items:
        place = item.nodeid.removeprefix("tests/")
        if place.startswith(SLOW):
            item.add_marker("slow")
        if place.startswith(WITH_DEPENDENCIES):
            item.add_marker("with_dependencies")
    items.sort(key=lambda item: not item.nodeid.removeprefix("tests/").startswith(LONGEST))


def pytest_collection_finish() -> None:
    """What stays to the end, which is all that is there now, is not looked through again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def engine() -> Engine:
    return SharedEngine()


@pytest.fixture(scope="session")
def compiled() -> Callable[[Path], Artifacts]:
    """Artifacts of a flow file by their kind: `js`, `py`, `json`; without what flows share."""
    cache: dict[Path, Artifacts] = {}

    def compile_file(path: Path) -> Artifacts:
        if path not in cache:
            result = compile_flows([Source(path.relative_to(ROOT).as_posix(), path.read_bytes())])
            assert not result.diagnostics, result.diagnostics
            own = {name: text for name, text in result.artifacts.items() if "/" in name}
            cache[path] = {name.rsplit(".", 1)[1]: text for name, text in own.items()}
        return cache[path]

    return compile_file


@pytest.fixture(scope="session")
def tsc() -> str:
    """The type checker of JavaScript."""
    found = os.environ.get("FLOWC_TSC") or shutil.which("tsc")
    if not found:
        pytest.skip("TypeScript is not installed: neither FLOWC_TSC nor tsc on the PATH")
    return found
