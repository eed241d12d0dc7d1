"""Paths as somebody at a terminal opens them: from the folder they are in, not from the project's.

Everything inside flowc, and every document, has paths of the project. They become these where a format for people is
rendered (`flowc.formats`), and where a path is proposed to be typed.
"""

from __future__ import annotations

import os.path
from collections.abc import Callable
from pathlib import Path

STDIN = "<stdin>"
"""What is read from standard input has this in the place of a path."""


def seen_from(root: Path, here: Path) -> Callable[[str], str]:
    """From a path of the project in `root` to the one that leads there from the folder `here`. Both have no links.

    Below that folder, or in the project if the folder is as well, it is a relative one; else it is absolute.
    """
    is_near = here.is_relative_to(root) or root.is_relative_to(here)

    def seen(path: str) -> str:
        if path in ("", STDIN):
            return path
        if not is_near:
            return (root / path).as_posix()
        way = Path(os.path.relpath(root / path, here)).as_posix()
        return f"./{way}" if way.startswith("-") else way  # or a command would take it for an option

    return seen
