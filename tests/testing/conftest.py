from collections.abc import Iterator
from pathlib import Path

import pytest

from flowc.cli.output import tell
from flowc.testing.play.with_tools import play
from flowc.testing.play.with_tools.play import AgentsSide
from tests.testing.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


class _Kept(AgentsSide):
    """One that is still there when a command has ended: loading the SDK takes seconds."""

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def _agents_side() -> Iterator[AgentsSide]:
    side = _Kept(tell)
    yield side
    side.close()


@pytest.fixture
def one_agents_side(_agents_side: AgentsSide, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of many tests share the process of the tools, as the files of one run do."""
    monkeypatch.setattr(play, "AgentsSide", lambda _: _agents_side)
