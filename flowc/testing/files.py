"""Where call scripts are: the names of files, found in folders. Nothing is read."""

from __future__ import annotations

import os
from collections.abc import Iterator

from flowc.config import Config
from flowc.discovery import CALL_SCRIPTS


def search(config: Config, folder: str) -> Iterator[str]:
    """The call scripts in a folder of the project and below it, relative to the project."""
    for where, folders, files in os.walk(config.root / folder):
        folders[:] = sorted(below for below in folders if not below.startswith("."))
        for file in sorted(files):
            if file.endswith(CALL_SCRIPTS) and not file.startswith("."):
                yield os.path.relpath(os.path.join(where, file), config.root).replace(os.sep, "/")
