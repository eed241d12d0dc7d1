"""Prints the newest Python that pyproject.toml names, other than the one that runs this; nothing if there is none here.

It is looked for on the PATH, and among the versions of pyenv, whose commands on the PATH work only where one is chosen.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

PREFIX = "Programming Language :: Python :: 3."
PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
ASKED = "import sys; print(*sys.version_info[:2])"


def is_there(python: str, minor: int) -> bool:
    """Whether it runs, and is what its name says."""
    try:
        asked = subprocess.run([python, "-c", ASKED], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return asked.returncode == 0 and asked.stdout.split() == ["3", str(minor)]


project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
named = {int(each.removeprefix(PREFIX)) for each in project["classifiers"] if each.startswith(PREFIX)}
for minor in sorted(named - {sys.version_info.minor}, reverse=True):
    candidates = [f"python3.{minor}", *sorted(map(str, PYENV.glob(f"3.{minor}.*/bin/python")))]
    found = [python for python in candidates if is_there(python, minor)]
    if found:
        print(found[-1])
        break
