"""`[tool.flowc]`: where it is found, what it may say, and how a mistake in it is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowc.config import Config, ConfigError, load, load_for
from flowc.toml import MOST_PARTS


def test_without_settings_the_current_folder_and_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == Config(tmp_path.resolve(), "flows", "generated")


def test_the_nearest_table_upwards(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.flowc]\nflows = "far"\n')
    project = tmp_path / "project"
    deep = project / "package" / "deep"
    deep.mkdir(parents=True)
    (project / "pyproject.toml").write_text('[tool.flowc]\nflows = "calls/flows"\nout = "./calls/../made"\n')
    (project / "package" / "pyproject.toml").write_text('[project]\nname = "package"\n')
    assert load(deep) == Config(project.resolve(), "calls/flows", "made")


@pytest.mark.parametrize(
    ("text", "agents"),
    [
        ("", ("line",)),
        ('agents = ["functions", "line"]\n', ("functions", "line")),
        ("agents = []\n", ()),
    ],
    ids=["default", "both", "none"],
)
def test_agents(tmp_path: Path, text: str, agents: tuple[str, ...]) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.flowc]\n{text}")
    assert load(tmp_path).agents == agents


def test_a_project_without_the_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "package"\n')
    (tmp_path / "deep").mkdir()
    assert load(tmp_path / "deep") == Config(tmp_path.resolve(), "flows", "generated")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[tool.flowc]\nflwos = "flows"\n', ":2: unknown key `flwos` in [tool.flowc] (did you mean `flows`?)"),
        ('[tool.flowc]\n\nzone = "x"\n', ":3: unknown key `zone` in [tool.flowc] (the keys are `flows`, `out`, `apps`"),
        ("[tool.flowc]\nflows = 1\n", ':2: `flows` must be the name of a folder in quotes, like flows = "flows"'),
        ("[tool.flowc]\nout = []\n", ':2: `out` must be the name of a folder in quotes, like out = "generated"'),
        ('[tool.flowc]\nout = ""\n', ":2: `out` must name a folder"),
        ("[tool]\nflowc = 1\n", ": `tool.flowc` must be a table"),
        ('[tool.flowc]\nflows = "flows\n', ":2:15: not TOML: illegal character '\\n'"),
        ('tool.flowc.out = "generated"\ntool.flowc.outt = "generated"\n', ": unknown key `outt`"),
        ('[tool.flowc]\nout = "."\n', ":2: `out` must not be the project's folder itself"),
        ('[tool.flowc]\nout = "x/.."\n', ":2: `out` must not be the project's folder itself"),
        ('[tool.flowc]\nout = "flows"\n', ":2: `out` must not be, or contain, the folder of the flows, flows"),
        ('[tool.flowc]\nflows = "a/b"\nout = "a"\n', ":3: `out` must not be, or contain, the folder of the flows, a/b"),
        ('[tool.flowc]\nout = "../elsewhere"\n', ":2: `out` must be a folder inside the project's folder"),
        ('[tool.flowc]\nout = "/etc"\n', ":2: `out` must be a folder inside the project's folder"),
        ('[tool.flowc]\nflows = ".."\n', ":2: `flows` must be a folder inside the project's folder"),
        ('[tool.flowc]\nout = "link"\n', ":2: the folder `link` (`out`) is a symbolic link, which flowc does not"),
        ('[tool.flowc]\napps = "generated/x"\n', ":2: `apps` must not be, or lie in, the folder of what is generated"),
        ('[tool.flowc]\nagents = "line"\n', ':2: `agents` must be a list of names in quotes, like agents = ["line"]'),
        ("[tool.flowc]\nagents = [1]\n", ":2: `agents` must be a list of names in quotes"),
        ('[tool.flowc]\nagents = ["lines"]\n', ":2: unknown agent `lines` (did you mean `line`?)"),
        ('[tool.flowc]\nagents = ["both"]\n', ":2: unknown agent `both` (write each in the list: agents = ["),
        ('[tool.flowc]\nagents = ["x"]\n', ":2: unknown agent `x` (the agents are `line` and `functions`)"),
        ('[tool.flowc]\nstrict = "true"\n', ":2: `strict` must be true or false, without quotes"),
        ('[tool.flowc]\nagents = ["line", "line"]\n', ":2: `agents` names `line` twice"),
        ('[tool.flowc]\nout = "to_flows"\n', ":2: the folder `to_flows` (`out`) is a symbolic link, which flowc does"),
        ('[tool.flowc]\nout = "to_flows/x"\n', ":2: the folder `to_flows/x` (`out`) is reached through `to_flows`, a"),
        ('[tool.flowc]\nflows = "to_flows"\n', ":2: the folder `to_flows` (`flows`) is a symbolic link, which flowc"),
        ('[tool.flowc]\napps = "link/etc"\n', ":2: the folder `link/etc` (`apps`) is reached through `link`, a"),
        ('[tool.flowc]\nout = ".git/hooks"\n', ":2: `out` must not be a folder of git's own, `.git/hooks`"),
        ('[tool.flowc]\napps = "x/.GIT"\n', ":2: `apps` must not be a folder of git's own, `x/.GIT`"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(text)
    (tmp_path / "flows").mkdir()
    (tmp_path / "link").symlink_to("/")
    (tmp_path / "to_flows").symlink_to("flows")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(f"{file.resolve()}{message}")


SETTINGS = '[tool.flowc]\nout = "made"\n'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'[tool.flowc]\nout = "\xff"\n', ":2:8: not UTF-8 text: byte 0xff: save the file as UTF-8"),
        (SETTINGS.encode("utf-16"), ": the file is UTF-16, not UTF-8: save it as UTF-8"),
        (SETTINGS.encode("utf-16-le"), ": the file is UTF-16LE, not UTF-8: save it as UTF-8"),
        (SETTINGS.encode("utf-16-be"), ": the file is UTF-16BE, not UTF-8: save it as UTF-8"),
        (SETTINGS.encode("utf-32"), ": the file is UTF-32, not UTF-8: save it as UTF-8"),
    ],
    ids=["a byte", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"],
)
def test_not_utf8(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert str(caught.value) == f"{tmp_path.resolve()}/pyproject.toml{message}"


def test_a_mark_at_the_start_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(SETTINGS.encode("utf-8-sig"))
    assert load(tmp_path).out == "made"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('flows\u00a0= "flows"', ":2:6: an invisible character: no-break space (U+00A0): write a space"),
        ('flows =\u3000"flows"', ":2:8: an invisible character: ideographic space (U+3000): write a space"),
        ('\u200bflows = "flows"', ":2:1: an invisible character: zero width space (U+200B): remove it"),
        ('flows = "flows"\u2060\u2060', ":2:16: 2 invisible characters: word joiner (U+2060): remove it"),
        (
            'flows = "flows\u200b"',
            ":2: `flows\\u200b` holds an invisible character: zero width space (U+200B): remove it",
        ),
        ('out = "a\u00a0b"', ":2: `a\\xa0b` holds an invisible character: no-break space (U+00A0): write a space"),
        (
            r'apps = "ap\nps\n::error::pwn"',
            r":2: `ap\nps\n::error::pwn` holds a control character (U+000A): remove it",
        ),
        (r'out = "a\u001b[2Kb"', r":2: `a\x1b[2Kb` holds a control character (U+001B): remove it"),
        (r'flows = "a\u0090b"', r":2: `a\x90b` holds a control character (U+0090): remove it"),
        (r'flows = "\u0000"', r":2: `\x00` holds a control character (U+0000): remove it"),
        ('apps = "\\u202e"', ":2: `\\u202e` holds an invisible character: right-to-left override (U+202E): remove it"),
        ('agents = ["line\ufeff"]', ":2: `line\\ufeff` holds an invisible character: zero width no-break space"),
        (
            '"flows\u200b" = "a"',
            ":2: `flows\\u200b` holds an invisible character: zero width space (U+200B): remove it",
        ),
    ],
)
def test_what_nobody_sees_is_named(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text(f"[tool.flowc]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(f"{file.resolve()}{message}")


LONG = ".".join("a" for _ in range(MOST_PARTS + 1))


@pytest.mark.parametrize(
    "line",
    [
        f"{LONG} = 1",
        f"[{LONG}]",
        f"[[{LONG}]]",
        f"x = [1, {{ {LONG} = 1 }}]",
        " . ".join(['"a.\\""', "'b.#'"] * MOST_PARTS) + " = 1",
        'x = """ \\""" """\n' + f"{LONG} = 1",
        'x = "#" # "\n' + f"{LONG} = 1",
    ],
    ids=["key", "table", "array of tables", "inline", "quoted", "after a text", "after a comment"],
)
def test_a_key_has_a_length_that_can_be_read(tmp_path: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads it would take time and memory with the square of the length: it never sees it."""
    (tmp_path / "pyproject.toml").write_text(f"\n{line}\n")
    monkeypatch.setattr("tomllib.loads", lambda _: pytest.fail("read"))
    with pytest.raises(ConfigError, match=rf":\d:\d+: a key of more than {MOST_PARTS} parts"):
        load(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        f'x = "{LONG}"',
        f"x = '{LONG}'",
        f'x = """\n"{LONG}""""',
        f"x = '''\n{LONG}'''",
        f"x = 1 # {LONG}",
        ".".join("a" for _ in range(MOST_PARTS)) + " = 1",
        "x = [" + "1.0, " * 100 + "]",
        f'"{LONG}" = 1',
    ],
    ids=["text", "literal", "lines", "literal lines", "comment", "shorter", "numbers", "one part"],
)
def test_what_only_looks_like_a_long_key(tmp_path: Path, line: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"{line}\n{SETTINGS}")
    assert load(tmp_path).out == "made"


def test_paths_in_no_project_belong_to_the_current_folder(tmp_path: Path) -> None:
    assert load_for(["flows/a.yaml", str(tmp_path / "b.yaml")], tmp_path) == load(tmp_path)


def test_each_path_belongs_to_the_project_above_it(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "flows").mkdir(parents=True)
        (tmp_path / name / "pyproject.toml").write_text(f'[tool.flowc]\nout = "{name}"\n')
    one = [str(tmp_path / "one"), str(tmp_path / "one/flows"), str(tmp_path / "one/flows/nowhere.yaml")]
    assert load_for(one, tmp_path / "two") == Config((tmp_path / "one").resolve(), "flows", "one")
    with pytest.raises(ConfigError, match=r"these paths lie in several projects: .*one, .*two: take one at a time"):
        load_for([*one, str(tmp_path / "two")], tmp_path)
