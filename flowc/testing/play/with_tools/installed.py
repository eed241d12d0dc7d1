"""What is installed, and what is the project's: of Python's path, of the finders of modules, of folders to be read.

The project may stand in Python's path for many reasons: started there, installed to be edited, `PYTHONPATH`, pytest.
A `redis.py` of the project is not the SDK's, and a `line` of the project is not the SDK.
"""

from __future__ import annotations

import json
import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from glob import escape, glob
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder
from importlib.metadata import Distribution
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

SDK = "cartesia-line"
OWN_FINDERS = (BuiltinImporter, FrozenImporter, PathFinder)
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
PREFIX = (f"lib/{VERSION}", f"lib64/{VERSION}", "bin", "pyvenv.cfg", "ssl", "lib/*.so*", "lib/*.dylib")
"""Of where a Python is installed, what it is made of."""


class Installed:
    """`projects` are folders in which nothing is installed but what is in an environment of Python there."""

    def __init__(self, projects: Iterable[str]) -> None:
        self.projects = tuple(sorted({os.path.realpath(each) for each in projects} - {os.path.realpath(os.sep)}))
        self._prefixes = tuple(
            sorted({sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}),
        )
        names = ("stdlib", "platstdlib", "purelib", "platlib")
        places = {*map(sysconfig.get_path, names), *site.getsitepackages(list(self._prefixes))}
        places |= {site.getusersitepackages()} if site.ENABLE_USER_SITE else set()
        self._places = tuple(map(os.path.realpath, sorted(places)))

    def path(self, path: Iterable[str]) -> list[str]:
        """Of Python's path: the standard library, and where packages are installed."""
        path = list(path)
        places = [folder for folder in path if self._is_place(folder)]
        edited = self._edited(places)
        return [folder for folder in path if folder in places or self._is_of_sdk(folder, edited)]

    def finders(self, finders: Iterable[Any]) -> list[Any]:
        """Those of packages that are installed to be edited find what is not the project's."""
        return [each if each in OWN_FINDERS else _Finder(each, self) for each in finders]

    def readable(self, packages: Iterable[str]) -> set[str]:
        """What this Python and these packages are made of; and libraries for all programs, where the user says so."""
        specs = [find_spec(name) for name in packages]
        found = {folder for spec in specs if spec is not None for folder in spec.submodule_search_locations or ()}
        for prefix in self._prefixes:
            if any(_is_below(project, [os.path.realpath(prefix)]) for project in self.projects):
                found.update(*(glob(os.path.join(escape(prefix), part)) for part in PREFIX))
            else:
                found.add(prefix)
        libraries = absolute(os.environ.get("LD_LIBRARY_PATH", ""))
        return found | {*sys.path} | {each for each in libraries if not self.is_of_project(each)}

    def is_of_project(self, place: str) -> bool:
        """Whether it lies there, and is not installed."""
        real = os.path.realpath(place)
        return _is_below(real, self.projects) and not self._is_installed(real)

    def _is_installed(self, real: str) -> bool:
        prefixes = [os.path.realpath(prefix) for prefix in self._prefixes]
        apart = [each for each in prefixes if not any(_is_below(project, [each]) for project in self.projects)]
        return _is_below(real, [*self._places, *apart])

    def _is_place(self, folder: str) -> bool:
        if not os.path.isabs(folder):
            return False
        if folder.endswith(".zip") and not os.path.isfile(folder):
            return False
        real = os.path.realpath(folder)
        if self._is_installed(real):
            return True
        is_usual = not {"site-packages", "dist-packages"}.isdisjoint(folder.split(os.sep)) or folder.endswith(".zip")
        return is_usual and not _is_below(real, self.projects)

    def _is_of_sdk(self, folder: str, edited: list[str]) -> bool:
        """Where it is installed by its own word: to be edited, or into a folder of any name."""
        if not os.path.isabs(folder) or self.is_of_project(folder):
            return False
        return _is_below(folder, edited) or any(True for _ in Distribution.discover(name=SDK, path=[folder]))

    def _edited(self, places: list[str]) -> list[str]:
        """The folder of an SDK that is installed to be edited, by its own word."""
        found: list[str] = []
        for each in Distribution.discover(name=SDK, path=places):
            try:
                said = json.loads(each.read_text("direct_url.json") or "{}")
                url = urlsplit(said["url"]) if said["dir_info"]["editable"] is True else urlsplit("")
            except (ValueError, KeyError, TypeError, OSError, RecursionError):
                continue
            if url.scheme == "file":
                found.append(os.path.realpath(url2pathname(url.path)))
        return found


class _Finder:
    """Another finder, with what it finds in the project left out. flowc itself may be what is edited."""

    def __init__(self, finder: Any, installed: Installed) -> None:
        self._finder = finder
        self._installed = installed

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        find = getattr(self._finder, "find_spec", None)
        spec: ModuleSpec | None = find(name, path, target) if find is not None else None
        if spec is None or name.partition(".")[0] == "flowc":
            return spec
        places = list(spec.submodule_search_locations or ())
        places += [spec.origin] if spec.has_location and spec.origin else []
        return None if any(map(self._installed.is_of_project, places)) else spec


def absolute(path: str) -> list[str]:
    """The parts of a path as the environment has them that say the same wherever one is."""
    return [part for part in path.split(os.pathsep) if os.path.isabs(part)]


def _is_below(place: str, folders: Iterable[str]) -> bool:
    """Or the same."""
    real = os.path.realpath(place)
    return any(real == each or real.startswith(each.rstrip(os.sep) + os.sep) for each in folders)
