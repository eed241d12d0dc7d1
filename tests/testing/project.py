"""A project in a temporary folder: the clinic's flow, built, and call scripts beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flowc.compiler import compile_flows
from flowc.config import Config, load
from flowc.source import Source
from flowc.testing.project import Loaded
from flowc.testing.project import load as load_scripts
from tests.conftest import ROOT

HERE = Path(__file__).parent
CLINIC = (ROOT / "flows" / "front_desk.yaml").read_text(encoding="utf-8")
SCENARIO = "generated/front_desk/front_desk.voxengine.js"
TOOLS = "generated/front_desk/front_desk_tools.py"
SHARED = "generated/_flowc_line.py"
ACCOUNT = """account:
  storage: {CARTESIA_AGENT_ID: agent_1, PSTN_CALLER_ID: "+15550009999", BILLING_NUMBER: "+15550100002"}
  secrets: {CARTESIA_API_KEY: test-key, CRM_WEBHOOK: "https://crm.example.com/calls"}
"""


def edit_tools(old: str, new: str) -> str:
    """In the tools of the current folder or in what they share, wherever it stands: the path of that."""
    texts = {path: Path(path).read_text(encoding="utf-8") for path in (TOOLS, SHARED)}
    [found] = [path for path, text in texts.items() if old in text]
    Path(found).write_text(texts[found].replace(old, new), encoding="utf-8")
    return found


@cache
def built(flows: tuple[tuple[str, bytes], ...]) -> Mapping[str, str]:
    """What these flows are compiled to. Hundreds of tests have the same."""
    return compile_flows([Source(*flow) for flow in flows]).artifacts


class Project:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("pyproject.toml", "[tool.flowc]\n")
        self.write("flows/clinic.yaml", CLINIC)
        self.build()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def build(self) -> None:
        flows = sorted(path for path in (self.root / "flows").glob("*.yaml") if not path.name.endswith(".calls.yaml"))
        for path, text in built(tuple((f"flows/{path.name}", path.read_bytes()) for path in flows)).items():
            self.write(f"generated/{path}", text)

    def scripts(self, calls: str, name: str = "clinic", account: str = ACCOUNT) -> None:
        """Call scripts beside the flow; `calls` is what stands under `calls:`."""
        indented = "".join(f"  {line}\n" for line in calls.strip("\n").splitlines())
        self.write(f"flows/{name}.calls.yaml", f"flowc: 1\nflow: clinic.yaml\n{account}calls:\n{indented}")

    @property
    def config(self) -> Config:
        return load(self.root)

    def load(self, *paths: str, edited: bool = False) -> Loaded:
        return load_scripts(self.config, [str(self.root / path) for path in paths], edited=edited)
