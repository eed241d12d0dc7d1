"""What is the project's is neither imported for the tools nor read by them, wherever project and Python lie."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from importlib.machinery import BuiltinImporter, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path

import pytest

from flowc.confinement import _apart
from flowc.testing.play.with_tools import installed
from flowc.testing.play.with_tools.installed import Installed, absolute

PURE = sysconfig.get_path("purelib")


@pytest.mark.parametrize(
    ("folder", "stays"),
    [
        pytest.param(".", False, id="the project"),
        pytest.param("src", False, id="its packages"),
        pytest.param("vendor/site-packages", False, id="its copies of packages"),
        pytest.param("vendor.zip", False, id="a folder named as an archive"),
        pytest.param("../beside.zip", False, id="such a folder beside it"),
        pytest.param("../beside", False, id="a folder beside it"),
        pytest.param("../site-packages", True, id="packages beside it"),
        pytest.param("../target", True, id="where pip was told to install the SDK"),
        pytest.param("target", False, id="that in the project"),
        pytest.param("../sdk/src", True, id="an SDK that is installed to be edited"),
    ],
)
def test_pythons_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, stays: bool) -> None:
    project, place = tmp_path / "project", Path(os.path.normpath(tmp_path / "project" / folder))
    project.mkdir()
    place.mkdir(parents=True, exist_ok=True)
    about = tmp_path / "site-packages" / "cartesia_line-1.dist-info"
    if "target" in folder:
        about = place / about.name
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: cartesia-line\nVersion: 1\n")
    told = {"url": (tmp_path / "sdk").as_uri(), "dir_info": {"editable": True}}
    (about / "direct_url.json").write_text(json.dumps(told))
    monkeypatch.chdir(project)
    path = ["", ".", "src", str(place), str(tmp_path / "site-packages"), PURE]
    found = Installed([str(project)]).path(path)
    assert (str(place) in found) is stays
    assert PURE in found
    assert not {"", ".", "src"} & set(found)


def test_a_finder_finds_nothing_of_the_project(tmp_path: Path) -> None:
    """A project that is installed to be edited has one for its own modules; flowc may be such a project itself."""
    (tmp_path / "orjson.py").touch()

    class Edited:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
            return spec_from_file_location(name, tmp_path / "orjson.py")

    [own, finder] = Installed([str(tmp_path)]).finders([BuiltinImporter, Edited])
    [_, other] = Installed([str(tmp_path / "elsewhere")]).finders([BuiltinImporter, Edited])
    assert own is BuiltinImporter
    assert finder.find_spec("orjson") is None
    assert finder.find_spec("flowc.sources") is not None
    assert other.find_spec("orjson") is not None


def test_what_is_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, libraries = tmp_path / "project", tmp_path / "libraries"
    monkeypatch.setenv("LD_LIBRARY_PATH", os.pathsep.join([str(libraries), "", ".", "lib", str(project / "lib")]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [PURE])
    for prefix in (project, tmp_path):  # an environment that was made in the project's folder, or above it
        monkeypatch.setattr(sys, "prefix", str(prefix))
        python = prefix / "lib" / installed.VERSION
        python.mkdir(parents=True)
        found = Installed([str(project)]).readable(())
        assert {str(libraries), str(python), PURE, sys.base_prefix} <= found
        assert not {"", ".", "lib", str(project), str(tmp_path), str(project / "lib")} & found


def test_relative_parts_of_a_path_are_left_out() -> None:
    assert absolute(os.pathsep.join(["", os.path.abspath("x"), ".", "y"])) == [os.path.abspath("x")]


@pytest.mark.skipif(os.name == "nt", reason="no such paths")
def test_a_folder_is_readable_without_the_project_in_it(tmp_path: Path) -> None:
    for name in ("system/src/app/flows", "system/src/other", "system/lib"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to("system")
    projects = (str(tmp_path / "system" / "src" / "app"),)

    def parts(name: str) -> set[str]:
        return {os.path.relpath(part, tmp_path) for part in _apart(str(tmp_path / name), projects)}

    assert parts("system") == parts("link") == {"system/lib", "system/src/other"}
    assert parts("system/src/app") == set()
    assert parts("system/lib") == {"system/lib"}
    assert list(_apart(".", projects)) == list(_apart("", projects)) == []
    assert "/usr/src" not in _apart("/usr", ("/usr/src/app",))
    assert "/usr/lib" in _apart("/usr", ("/usr/src/app",))
