"""Where call scripts are: the names of files, found in folders. Nothing is read."""

from __future__ import annotations

from collections.abc import Iterator

from flowc import discovery
from flowc.config import Config
from flowc.disk import Kind, kind


def search(config: Config, folder: str) -> Iterator[str]:
    """The call scripts in a folder of the project and below it, relative to the project."""
    if kind(config.root, folder) is Kind.FOLDER:
        yield from (name for name in discovery.search(config, folder) if name.endswith(discovery.CALL_SCRIPTS))
