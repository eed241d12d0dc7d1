"""The tools of a flow and what all flows share: found wherever users put the two files, and of one build or none."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flowc.compiler import compile_flows
from flowc.emit.line import shared
from flowc.source import Source
from tests.line.conftest import FLOW, Control, call_request, use

Import = Callable[[str], ModuleType]


def made(*names: str) -> dict[str, str]:
    """What is generated for flows of these names: path below the output folder -> text."""
    sources = [Source(f"flows/{name}.yaml", FLOW.replace("shop", name, 1).encode()) for name in names]
    result = compile_flows(sources)
    assert not result.diagnostics, result.diagnostics
    return {path: text for path, text in result.artifacts.items() if path.endswith(".py")}


def put(files: dict[str, str], folder: Path) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def side_by_side(files: dict[str, str]) -> dict[str, str]:
    """As a person, or `flowc init`, copies them."""
    return {path.rpartition("/")[2]: text for path, text in files.items()}


def other(text: str) -> str:
    """That of another flowc."""
    assert text.count(shared.version()) == 1
    return text.replace(shared.version(), "0123456789abcdef")


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Python's path, and afterwards nothing is loaded that was found there."""
    before, added = set(sys.modules), Added(monkeypatch)
    yield added
    for name in set(sys.modules) - before:
        del sys.modules[name]
    importlib.invalidate_caches()


class Added(list[Path]):
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self._monkeypatch = monkeypatch

    def append(self, folder: Path) -> None:
        super().append(folder)
        self._monkeypatch.syspath_prepend(str(folder))


async def work(module: ModuleType, control: Control) -> None:
    call_class = next(value for name, value in vars(module).items() if name.endswith("Call"))
    call_class.control_hosts = ("127.0.0.1",)
    assert await use(call_class(call_request(control.metadata())), "end_call") == []
    assert control.received.pop().headers["X-Flowc-Contract"] == module.CONTRACT


def below(folder: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda files: {f"{folder}/{path}": text for path, text in files.items()}


PLACES: dict[str, tuple[Callable[[dict[str, str]], dict[str, str]], str]] = {
    "side by side, as in an app": (side_by_side, "shop_tools"),
    "in a package": (lambda files: below("agent")(side_by_side(files)), "agent.shop_tools"),
    "in a package of a package": (lambda files: below("mine/agent")(side_by_side(files)), "mine.agent.shop_tools"),
    "as generated, from the folder above": (below("made"), "made.shop.shop_tools"),
    "as generated, from there": (lambda files: files, "shop.shop_tools"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("is_package", [True, False], ids=["__init__.py", "no __init__.py"])
async def test_they_are_found(tmp_path: Path, path: list[Path], control: Control, place: str, is_package: bool) -> None:
    arranged, name = PLACES[place]
    files = arranged(made("shop"))
    packages = {parent.as_posix() for file in files for parent in Path(file).parents} - {"."}
    put(files | {f"{package}/__init__.py": "" for package in packages if is_package}, tmp_path)
    path.append(tmp_path)
    await work(importlib.import_module(name), control)


@pytest.mark.parametrize("place", PLACES)
def test_of_two_builds_they_do_not_start(tmp_path: Path, path: list[Path], place: str) -> None:
    arranged, name = PLACES[place]
    files = made("shop")
    put(arranged(files | {shared.FILE: other(files[shared.FILE])}), tmp_path)
    path.append(tmp_path)
    with pytest.raises(ImportError) as raised:
        importlib.import_module(name)
    [copied] = tmp_path.rglob(shared.FILE)
    told = f"{name} needs another version of {copied}: run `flowc build` and copy both files"
    assert str(raised.value) == told


@pytest.mark.parametrize("place", PLACES)
def test_alone_the_tools_do_not_start(tmp_path: Path, path: list[Path], place: str) -> None:
    arranged, name = PLACES[place]
    put(arranged({file: text for file, text in made("shop").items() if file != shared.FILE}), tmp_path)
    path.append(tmp_path)
    with pytest.raises(ImportError) as raised:
        importlib.import_module(name)
    assert str(raised.value) == f"{name} needs _flowc_line.py beside it: run `flowc build` and copy both files"
    assert raised.value.__cause__ is raised.value.__context__ is None  # no line before it that says less


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "needs another version of"),  # somebody's own module, or one that was emptied
        ("VERSION = None", "needs another version of"),
        ("import a_module_that_is_missing", "No module named 'a_module_that_is_missing'"),
        ("1 / 0", "division by zero"),
    ],
)
def test_what_else_may_be_called_so(tmp_path: Path, path: list[Path], text: str, error: str) -> None:
    put(side_by_side(made("shop") | {shared.FILE: text}), tmp_path)
    path.append(tmp_path)
    with pytest.raises((ImportError, ZeroDivisionError), match=error):
        importlib.import_module("shop_tools")


def test_a_missing_sdk_is_named_as_what_it_is(
    tmp_path: Path, path: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(side_by_side(made("shop")), tmp_path)
    path.append(tmp_path)
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(ModuleNotFoundError, match="aiohttp"):
        importlib.import_module("shop_tools")


def test_tools_of_before_bring_all_of_it_themselves_and_the_new_ones_none(tmp_path: Path) -> None:
    """The names that the tools use of what is shared: two, and one of them is the version."""
    text = made("shop")["shop/shop_tools.py"]
    used = {word.partition("(")[0] for word in text.split() if word.startswith("_flowc_line.")}
    assert used - {"_flowc_line.py"} == {"_flowc_line.PhoneCall"}
    assert f'SHARED = "{shared.version()}"' in text
    assert f'VERSION = "{shared.version()}"' in shared.text()


async def test_two_flows_in_one_process(tmp_path: Path, path: list[Path], control: Control) -> None:
    """From one folder, and from two apps: which of the two files is taken does not matter."""
    put(side_by_side(made("shop")), tmp_path / "apps/shop")
    put(side_by_side(made("clinic")), tmp_path / "apps/clinic")
    path.append(tmp_path / "apps/shop")
    path.append(tmp_path / "apps/clinic")
    shop, clinic = importlib.import_module("shop_tools"), importlib.import_module("clinic_tools")
    assert shop._flowc_line is clinic._flowc_line
    for module in (shop, clinic, shop):
        await work(module, control)
    assert shop.CONTRACT != clinic.CONTRACT


def test_of_two_apps_of_different_builds_the_second_does_not_start(tmp_path: Path, path: list[Path]) -> None:
    put(side_by_side(made("shop")), tmp_path / "apps/shop")
    put({name: other(text) for name, text in side_by_side(made("clinic")).items()}, tmp_path / "apps/clinic")
    path.append(tmp_path / "apps/clinic")
    path.append(tmp_path / "apps/shop")
    importlib.import_module("shop_tools")
    with pytest.raises(ImportError, match=f"clinic_tools needs another version of {tmp_path}/apps/shop/_flowc_line.py"):
        importlib.import_module("clinic_tools")


async def test_each_flow_has_its_own_log(
    tmp_path: Path, path: list[Path], caplog: pytest.LogCaptureFixture, control: Control
) -> None:
    put(side_by_side(made("shop", "clinic")), tmp_path)
    path.append(tmp_path)
    for name, call in (("shop_tools", "ShopCall"), ("clinic_tools", "ClinicCall")):
        call_class: Any = getattr(importlib.import_module(name), call)
        call_class(call_request({"vox_contract": "0123456789abcdef"}))
        call_class(call_request({"vox_session_control_url": "https://example.com/"}))
        call_class.control_hosts = ("127.0.0.1",)
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(sys.modules["_flowc_line"].PhoneCall, "_request", None)
            await use(call_class(call_request(control.metadata())), "end_call")
    assert [record.name for record in caplog.records] == ["shop_tools"] * 3 + ["clinic_tools"] * 3


def test_no_flow_has_its_name() -> None:
    """A folder of that name would be in its way where it is imported from, and it in that of the folder."""
    source = Source("flows/a.yaml", FLOW.replace("shop", shared.MODULE, 1).encode())
    assert [each.code for each in compile_flows([source]).diagnostics] == ["FLOW104"]


@pytest.mark.parametrize("name", ["flowc_line", "flowc", "line", "shared", "flowc_line_tools"])
async def test_a_flow_may_be_called_like_it(tmp_path: Path, path: list[Path], control: Control, name: str) -> None:
    files = made(name)
    assert len({file.casefold() for file in files}) == 2
    put({f"made/{file}": text for file, text in files.items()}, tmp_path)
    put(side_by_side(files), tmp_path / "app")
    path.append(tmp_path)
    path.append(tmp_path / "app")
    await work(importlib.import_module(f"made.{name}.{name}_tools"), control)
    await work(importlib.import_module(f"{name}_tools"), control)


def test_its_version_is_that_of_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any change to it makes another one, and nothing else does: not a flow, not what it is called."""
    before = shared.version()
    assert made("shop")[shared.FILE] == made("clinic", "desk")[shared.FILE] == shared.text()
    caches = (shared.version, shared.text)
    try:
        for cached in caches:
            cached.cache_clear()
        monkeypatch.setattr(shared, "_runtime", lambda: "_MAX_BODY = 1\n")
        assert shared.version() != before
    finally:
        for cached in caches:
            cached.cache_clear()
