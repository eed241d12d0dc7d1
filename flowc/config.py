"""The project's settings: `[tool.flowc]` in pyproject.toml, or the defaults.

From a folder, or the paths on the command line, to a frozen `Config`. Looks for the nearest pyproject.toml upwards that
has the table; if none has, the folder of the nearest pyproject.toml is the project's, else the current folder. Writes
nothing.

All folders lie inside the project, none is a link or lies behind one, and the output folder holds neither the project
nor what people write: what flowc writes and removes stays where nothing else is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from flowc.agents import DEFAULT_AGENTS, AgentBackEnd
from flowc.characters import INVISIBLE, belongs_to_an_emoji, unseen
from flowc.diagnostics import quoted
from flowc.disk import LINK, link, read, told
from flowc.here import seen_from
from flowc.toml import LARGEST_FILE, NotToml, read_toml

FOLDERS: dict[str, str] = {
    "flows": "flows",  # the folder of the flow files
    "out": "generated",  # the folder of what is generated
    "apps": "apps",  # the folder of the agents' apps, a folder for each flow (`flowc init --agent`)
}
KEYS = (*FOLDERS, "agents", "strict", "deploy", "voxengine_ci")
OF_DEPLOY = ("application", "rules", "patterns")
OF_VOXENGINE_CI = ("folder", "version")
_APPLICATION = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
_FLOW = r"[a-z][a-z0-9_]*"
FIRST_WITH_APPLICATIONS = 36  # the version of voxengine-ci in which everything moved below its application
_CONTROL = r"[\x00-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"  # U+0085 is called a line break
LONGEST_PATTERN = 1000  # characters of a rule's pattern; the platform takes 64 KB
LONGEST_FOLDER = 1000  # characters; looking at all parts of a path takes time with the square of its length


class ConfigError(Exception):
    """The settings cannot be used. The message says where, what and what to write instead."""


class Deploy(Struct, frozen=True):
    """`application` of a Voximplant account, by its name, whole or up to the first dot; `rules`: flow -> rule;
    `patterns`: flow -> what numbers that rule is for, where it has to be added.
    """

    application: str
    rules: Mapping[str, str]
    patterns: Mapping[str, str] = {}


class Config(Struct, frozen=True):
    """`root` is the project's folder, absolute and without links; the other folders are POSIX paths relative to it.
    `agents` says what the agent's side is generated as; empty: somebody writes it by hand. `strict`: warnings are
    errors. `voxengine_ci` is the folder of the scenarios that voxengine-ci uploads.
    """

    root: Path
    flows: str
    out: str
    apps: str = FOLDERS["apps"]
    agents: tuple[AgentBackEnd, ...] = DEFAULT_AGENTS
    strict: bool = False
    deploy: Deploy | None = None
    voxengine_ci: str | None = None


def load(folder: Path) -> Config:
    """The settings that apply in a folder. Raises ConfigError."""
    nearest: Path | None = None
    folder = folder.resolve()
    for parent in (folder, *folder.parents):
        file = parent / "pyproject.toml"
        if not os.path.lexists(file):
            continue
        nearest = nearest or parent
        text, table = _table(file)
        if table is not None:
            return _checked(file, text, table)
    root = nearest or folder
    flows, out, apps = (_inside(root, key, value, str(root)) for key, value in FOLDERS.items())
    _apart(str(root), str(root), flows, out, apps)
    return Config(root, flows, out, apps)


def load_for(paths: Iterable[str], here: Path) -> Config:
    """The settings of the project in which all of these files and folders lie; without any, those that apply `here`.

    A path belongs to the nearest pyproject.toml above it, wherever flowc is run. Where there is none, it can only be a
    path of a project without settings: that of the current folder. A link inside a project leads to no other one.
    Raises ConfigError.
    """
    found: dict[Path, Config] = {}
    for path in paths:
        place = Path(os.path.abspath(here / path))
        behind = _link_in_a_project(place)
        above = behind.parents if behind else (place, *place.parents) if os.path.isdir(place) else place.parents
        config = load(next((folder for folder in above if os.path.lexists(folder / "pyproject.toml")), here))
        found[config.root] = config
    if len(found) > 1:
        raise ConfigError(f"these paths lie in several projects: {', '.join(map(str, found))}: take one at a time")
    return next(iter(found.values())) if found else load(here)


def _link_in_a_project(place: Path) -> Path | None:
    """The first on the way to a path: what is behind it is not looked at."""
    is_project = False
    for way in (*reversed(place.parents), place):
        if is_project and os.path.islink(way):
            return way
        is_project = is_project or os.path.lexists(way / "pyproject.toml")
    return None


def _table(file: Path) -> tuple[str, Any]:
    """The file's text, and `[tool.flowc]` in it or None."""
    try:
        text, document = read_toml(read(file.parent, file.name, LARGEST_FILE))
    except OSError as error:
        raise ConfigError(f"cannot read {_seen(file)}: {told(error)}") from error
    except NotToml as error:
        raise ConfigError(f"{_seen(file)}{error.place}: {error}") from error
    tool = document.get("tool")
    return text, tool.get("flowc") if isinstance(tool, dict) else None


def _checked(file: Path, text: str, table: Any) -> Config:
    if not isinstance(table, Mapping):
        raise ConfigError(f"{_place(file, text)}: `tool.flowc` must be a table")
    for key, value in table.items():
        where = _place(file, text, key)
        _all_seen(where, key, value)
        if key not in KEYS:
            raise ConfigError(f"{where}: unknown key {quoted(key)} in [tool.flowc] ({_advice(key, KEYS, 'keys')})")
    values = {}
    for key, default in FOLDERS.items():
        value = table.get(key, default)
        where = _place(file, text, key)
        if not isinstance(value, str):
            raise ConfigError(f'{where}: `{key}` must be the name of a folder in quotes, like {key} = "{default}"')
        values[key] = _inside(file.parent, key, value, where)
    _apart(_place(file, text, "out"), _place(file, text, "apps"), **values)
    agents = _agents(table.get("agents"), _place(file, text, "agents"))
    strict = table.get("strict", False)
    if not isinstance(strict, bool):
        raise ConfigError(f"{_place(file, text, 'strict')}: `strict` must be true or false, without quotes")
    deploy = _deploy(file, text, table.get("deploy"))
    scenarios = _voxengine_ci(file, text, table.get("voxengine_ci"), deploy, values)
    return Config(file.parent, values["flows"], values["out"], values["apps"], agents, strict, deploy, scenarios)


def _deploy(file: Path, text: str, table: Any) -> Deploy | None:
    """`[tool.flowc.deploy]`."""
    if table is None:
        return None
    place = _keys(file, text, "deploy", table, OF_DEPLOY)
    application = table.get("application")
    if not isinstance(application, str) or re.fullmatch(_APPLICATION, application) is None or len(application) > 253:
        raise ConfigError(f'{place}: `application` must be the name of one, like application = "hotline"')
    rules = table.get("rules", {})
    if not isinstance(rules, dict):
        raise ConfigError(f'{place}: `rules` must name the rule of each flow, like rules = {{hotline = "incoming"}}')
    for flow, rule in rules.items():
        _all_seen(place, flow, rule)
        if re.fullmatch(_FLOW, flow) is None:
            raise ConfigError(f"{place}: {quoted(flow)} in `rules` is not the name of a flow")
        if not isinstance(rule, str) or not rule.strip() or len(rule) > 100:
            raise ConfigError(f'{place}: the rule of {quoted(flow)} must be its name in quotes, like "incoming"')
    return Deploy(application, dict(rules), _patterns(place, table.get("patterns", {}), rules))


def _patterns(place: str, patterns: Any, rules: Mapping[str, str]) -> dict[str, str]:
    """Regular expressions of the platform, which Python reads alike as far as anybody writes them."""
    if not isinstance(patterns, dict):
        example = 'patterns = {hotline = "15550100000"}'
        raise ConfigError(f"{place}: `patterns` must give the pattern of each flow's rule, like {example}")
    for flow, pattern in patterns.items():
        _all_seen(place, flow, pattern)
        if flow not in rules:
            raise ConfigError(f"{place}: {quoted(flow)} in `patterns` has no rule in `rules`")
        if not isinstance(pattern, str) or not pattern.strip() or len(pattern) > LONGEST_PATTERN:
            raise ConfigError(f"{place}: the pattern of {quoted(flow)} must be a regular expression in quotes")
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise ConfigError(f"{place}: the pattern of {quoted(flow)} is no regular expression: {error}") from error
    return dict(patterns)


def _voxengine_ci(file: Path, text: str, table: Any, deploy: Deploy | None, folders: Mapping[str, str]) -> str | None:
    """`[tool.flowc.voxengine_ci]`: the folder of the scenarios, by the version of voxengine-ci."""
    if table is None:
        return None
    place = _keys(file, text, "voxengine_ci", table, OF_VOXENGINE_CI)
    folder, version = table.get("folder", "voxfiles"), table.get("version")
    if not isinstance(folder, str):
        raise ConfigError(f'{place}: `folder` must be the name of a folder in quotes, like folder = "voxfiles"')
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ConfigError(f"{place}: `version` must be the one of voxengine-ci that is used, like version = 36")
    below = "scenarios/src"
    if version >= FIRST_WITH_APPLICATIONS:
        if deploy is None or not deploy.application.endswith(".voximplant.com"):
            whole = 'application = "hotline.example.voximplant.com"'
            raise ConfigError(f"{place}: version {version} wants the whole name in [tool.flowc.deploy], like {whole}")
        below = f"applications/{deploy.application}/scenarios/src"
    found = _inside(file.parent, "folder", folder, place)
    if found == ".":
        raise ConfigError(f"{place}: `folder` must not be the project's folder itself")
    for name, other in folders.items():
        if found == other or found.startswith(f"{other}/") or other.startswith(f"{found}/"):
            raise ConfigError(f"{place}: `folder` must lie beside `{name}`, {other}, not in it or around it")
    return _inside(file.parent, "folder", f"{found}/{below}", place)


def _keys(file: Path, text: str, name: str, table: Any, keys: Sequence[str]) -> str:
    """Where a table in ours stands. Refuses what is none, and a key that it does not have."""
    place = _place(file, text, table=name)
    if not isinstance(table, dict):
        raise ConfigError(f"{place}: `{name}` must be a table, [tool.flowc.{name}]")
    for key, value in table.items():
        where = _place(file, text, key, name)
        _all_seen(where, key, value)
        if key not in keys:
            known = _advice(key, keys, "keys")
            raise ConfigError(f"{where}: unknown key {quoted(key)} in [tool.flowc.{name}] ({known})")
    return place


def _all_seen(where: str, key: str, value: Any) -> None:
    """Refuses what nobody can see, in a key and in its value: a folder of that name would not be found."""
    for text in (key, *(value if isinstance(value, list) else [value])):
        if not isinstance(text, str) or (text.isascii() and text.isprintable()):
            continue
        if (control := re.search(_CONTROL, text)) is not None:
            what = f"a control character (U+{ord(control[0]):04X})"
            raise ConfigError(f"{where}: {quoted(text)} holds {what}: remove it")
        for found in re.finditer(INVISIBLE, text):
            if belongs_to_an_emoji(text, found):
                continue
            told, instead = unseen(found[0])
            raise ConfigError(f"{where}: {quoted(text)} holds {told}: {instead}")


def _agents(value: Any, where: str) -> tuple[AgentBackEnd, ...]:
    if value is None:
        return DEFAULT_AGENTS
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError(f'{where}: `agents` must be a list of names in quotes, like agents = ["line"]')
    for each in value:
        if each not in tuple(AgentBackEnd):
            raise ConfigError(f"{where}: unknown agent {quoted(each)} ({_advice(each, tuple(AgentBackEnd), 'agents')})")
        if value.count(each) > 1:
            raise ConfigError(f"{where}: `agents` names `{each}` twice")
    return tuple(AgentBackEnd(each) for each in value)


def _advice(wrong: str, right: Sequence[str], noun: str) -> str:
    from flowc.suggest import nearest

    if wrong in ("both", "all"):
        listed = ", ".join(f'"{each}"' for each in right)
        return f"write each in the list: {noun} = [{listed}]"
    close = nearest(wrong, right)
    if close is not None:
        return f"did you mean `{close}`?"
    return f"the {noun} are {', '.join(f'`{name}`' for name in right[:-1])} and `{right[-1]}`"


def _inside(root: Path, key: str, value: str, where: str) -> str:
    """The folder as a POSIX path relative to the project's. It must not lead out of the project, nor through a link."""
    if not value or "\0" in value:
        raise ConfigError(f"{where}: `{key}` must name a folder")
    if len(value) > LONGEST_FOLDER:
        raise ConfigError(f"{where}: `{key}` has {len(value)} characters, at most {LONGEST_FOLDER} are possible")
    folder = Path(os.path.normpath(root / value))
    if not folder.is_relative_to(root):
        raise ConfigError(f"{where}: `{key}` must be a folder inside the project's folder {root}, not {quoted(value)}")
    name = folder.relative_to(root).as_posix()
    if any(part.lower() == ".git" for part in folder.relative_to(root).parts):
        raise ConfigError(f"{where}: `{key}` must not be a folder of git's own, {quoted(name)}")
    found = link(root, name)
    if found is not None:
        reached = "is" if found == name else f"is reached through {quoted(found)},"
        raise ConfigError(f"{where}: the folder {quoted(name)} (`{key}`) {reached} {LINK}: put a folder there")
    return name


def _apart(where: str, where_apps: str, flows: str, out: str, apps: str) -> None:
    """Refuses an output folder that holds what people write."""
    if out == ".":
        raise ConfigError(f"{where}: `out` must not be the project's folder itself: name a folder for generated files")
    if flows == out or flows.startswith(f"{out}/"):
        raise ConfigError(f"{where}: `out` must not be, or contain, the folder of the flows, {flows}")
    if apps == out or apps.startswith(f"{out}/"):
        raise ConfigError(f"{where_apps}: `apps` must not be, or lie in, the folder of what is generated, {out}")


def _seen(file: Path) -> Path:
    """As somebody opens it who is in the project."""
    here = Path.cwd().resolve()
    return Path(seen_from(file.parent, here)(file.name)) if here.is_relative_to(file.parent) else file


def _place(file: Path, text: str, key: str | None = None, table: str | None = None) -> str:
    """`file:line` of a key of the table, or of one in it, as far as it can be found without positions from the TOML
    reader.
    """
    file = _seen(file)
    if key is not None and key not in text:  # what holds is a default
        return str(file)
    inside = False
    below = "" if table is None else rf"\.\s*\"?{table}\"?\s*"
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("["):
            inside = re.fullmatch(rf"\s*\[\s*tool\s*\.\s*\"?flowc\"?\s*{below}\]\s*(#.*)?", line) is not None
            if inside and key is None:
                return f"{file}:{number}"
        elif inside and key is not None and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return f"{file}:{number}"
    return str(file)
