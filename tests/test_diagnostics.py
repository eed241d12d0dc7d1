"""Refused flows: each fixture in flows/errors says which errors it has, on the line where they are.

    ring: 90s   ### FLOW105 at most `60s`

Behind `###` stand a code and a regular expression for message and hint; several can stand on a line. Where a comment is
not possible, `<name>.expected` beside the fixture has lines `line:column CODE expression`. A folder is one build.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from flowc.catalogue import CATALOGUE
from flowc.compiler import compile_flows
from flowc.diagnostics import Diagnostic
from flowc.source import Source

FLOWS = Path(__file__).parent / "flows"
EXAMPLES = Path(__file__).parent.parent / "flows"
REFUSED = sorted(path for path in (FLOWS / "errors").iterdir() if path.suffix != ".expected")
WARNED = sorted((FLOWS / "warnings").iterdir())
ACCEPTED = sorted(path for folder in (FLOWS / "ok", EXAMPLES) for path in folder.glob("*.yaml") if "." not in path.stem)

Expected = tuple[str, int, str, str]  # path, line, code, expression


def sources(path: Path) -> list[Source]:
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return [Source(file.relative_to(FLOWS).as_posix(), file.read_bytes()) for file in files]


def expected(source: Source) -> Iterator[Expected]:
    beside = (FLOWS / source.path).with_suffix(".expected")
    if beside.exists():
        for line in beside.read_text().splitlines():
            place, code, expression = line.split(" ", 2)
            yield source.path, int(place.split(":")[0]), code, expression
        return
    for number, line in enumerate(source.content.decode().splitlines(), start=1):
        found = re.findall(r"### (FLOW\d+) (.*?)(?= ###|$)", line)
        assert len(found) == line.count("###"), f"{source.path}:{number}: a code and an expression"
        for code, expression in found:
            yield source.path, number, code, expression


def matches(diagnostic: Diagnostic, wanted: Expected) -> bool:
    path, line, code, expression = wanted
    said = f"{diagnostic.message}; {diagnostic.hint}"
    return (diagnostic.path, diagnostic.span.line, diagnostic.code) == (path, line, code) and bool(
        re.search(expression, said)
    )


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_refused_flow(path: Path) -> None:
    build = sources(path)
    result = compile_flows(build)
    wanted = [each for source in build for each in expected(source)]
    assert wanted, "a fixture without an expected error proves nothing"
    surprising = [each for each in result.diagnostics if not any(matches(each, one) for one in wanted)]
    missing = [one for one in wanted if not any(matches(each, one) for each in result.diagnostics)]
    assert (surprising, missing) == ([], [])
    assert len(result.diagnostics) == len(wanted)
    assert result.artifacts == {}
    assert result.flows == ()


@pytest.mark.parametrize("path", WARNED, ids=lambda path: path.stem)
def test_warned_flow(path: Path) -> None:
    """It is built all the same, unless the project is strict: then each warning is an error."""
    [source] = sources(path)
    result = compile_flows([source])
    wanted = list(expected(source))
    surprising = [each for each in result.warnings if not any(matches(each, one) for one in wanted)]
    missing = [one for one in wanted if not any(matches(each, one) for each in result.warnings)]
    assert (surprising, missing) == ([], [])
    assert len(result.warnings) == len(wanted)
    assert {each.severity for each in result.warnings} == {"warning"}
    assert (result.diagnostics, len(result.flows), bool(result.artifacts)) == ((), 1, True)
    strict = compile_flows([source], strict=True)
    assert strict.diagnostics == tuple(replace(each, severity="error") for each in result.warnings)
    assert (strict.warnings, strict.flows, strict.artifacts) == ((), (), {})


def test_where_there_are_errors_nothing_is_said_of_warnings() -> None:
    """What is wrong comes first; what is mended of it may change the rest."""
    text = (FLOWS / "warnings" / "extensions.yaml").read_bytes().replace(b"{say: later}", b"{say: latter}")
    result = compile_flows([Source("extensions.yaml", text)], strict=True)
    assert ([each.code for each in result.diagnostics], result.warnings) == (["FLOW201"], ())


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_columns_of_fixtures_without_comments(path: Path) -> None:
    beside = path.with_suffix(".expected")
    if beside.exists():
        found = {
            f"{each.span.line}:{each.span.column} {each.code}" for each in compile_flows(sources(path)).diagnostics
        }
        assert found == {" ".join(line.split(" ")[:2]) for line in beside.read_text().splitlines()}


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_accepted_flow_is_silent(path: Path) -> None:
    result = compile_flows([Source(path.name, path.read_bytes())])
    assert (result.diagnostics, result.warnings) == ((), ())


def test_every_code_has_a_fixture() -> None:
    proven = {code for path in (*REFUSED, *WARNED) for source in sources(path) for _, _, code, _ in expected(source)}
    assert proven == {code for code in CATALOGUE if not code.startswith("FLOW5")}  # call scripts: testing/


def test_a_broken_flow_does_not_block_its_neighbours() -> None:
    good = EXAMPLES / "function_calling.yaml"
    alone = compile_flows([Source("good.yaml", good.read_bytes())])
    together = compile_flows([Source("bad.yaml", b"flowc: [1"), Source("good.yaml", good.read_bytes())])
    assert together.artifacts == alone.artifacts
    assert {each.path for each in together.diagnostics} == {"bad.yaml"}


def test_messages_keep_the_house_style() -> None:
    for path in (*REFUSED, *WARNED):
        for each in compile_flows(sources(path), strict=True).diagnostics:
            assert "\n" not in each.message + each.hint, each
            assert not each.message.endswith("."), each
            assert len(each.message) < 200, each


def broken_in_one_place(text: str) -> Iterator[tuple[int, str]]:
    """The flow with one place made wrong, and the number of its line: in every way where a key stands for the first
    time, and in one where it stands again.
    """
    lines = text.split("\n")
    seen: Counter[str] = Counter()
    for number, line in enumerate(lines, start=1):
        found = re.match(r"( *(?:- )?)([a-z_]+)(:)( .*)?$", line)
        if found is None or line.lstrip().startswith("#"):
            continue
        start, key, colon, rest = found.groups(default="")
        changed = [f"{start}{key}q{colon}{rest}", f"{start}{key}{rest}", f"{start}{key}{colon}"]
        changed += [f"{start}{key}{colon} [[1]]"] if rest else []
        changed += [line.replace('"', "", 1)] if '"' in rest else []
        changed += [line.replace("}", "", 1)] if "}" in rest else []
        for other in all_or_one(changed, seen[key]):
            yield number, "\n".join((*lines[: number - 1], other, *lines[number:]))
        seen[key] += 1


def all_or_one(ways: Sequence[str], times: int) -> Sequence[str]:
    """All of them for the first time, then one after the other."""
    return ways if times == 0 else [ways[times % len(ways)]]


LATER = {"FLOW303", "FLOW304", "FLOW305", "FLOW310"}


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_one_broken_place_is_told_without_what_follows_from_it(path: Path) -> None:
    """Never used, never reached, runs out: nobody says so while something else is wrong.

    And the place is the broken one, or where a name is used that is declared under another one now; few are elsewhere.
    """
    elsewhere = 0
    for number, text in broken_in_one_place(path.read_text(encoding="utf-8")):
        found = compile_flows([Source("flow.yaml", text.encode())]).diagnostics
        told = {each.code for each in found}
        assert not told & LATER or told <= LATER, (number, found)
        assert len(found) <= 12, (number, found)
        elsewhere += bool(told - {"FLOW201", "FLOW204"}) and all(each.span.line != number for each in found)
    assert elsewhere <= 5


def wrong_keys(text: str) -> Iterator[tuple[str, str]]:
    """The flow with one key that cannot be right, however it is meant, and that key: in every way where it stands for
    the first time, and in one where it stands again.
    """
    seen: Counter[str] = Counter()
    for found in re.finditer(r"(?m)^(?! *#).*?(?<![\w$\"'.])([A-Za-z_][\w-]*):(?=[ \n])", text):
        key = found[1]
        looks_alike = key.replace("e", "\u0435") if "e" in key else f"\u2013 {key}"
        ways = (key.title(), f"Q{key}", f"{key}\u00a0x", f"{key[:1]}\u200b{key[1:]}", "<<", "~", looks_alike)
        for wrong in all_or_one(ways, seen[key]):
            yield text[: found.start(1)] + wrong + text[found.end(1) :], wrong
        seen[key] += 1


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_a_key_that_cannot_be_right_is_one_error_wherever_it_is_used(path: Path) -> None:
    for text, wrong in wrong_keys(path.read_text(encoding="utf-8")):
        found = compile_flows([Source("flow.yaml", text.encode())]).diagnostics
        missing = [each for each in found if each.code == "FLOW102"]  # the key itself, where it is required
        assert len(found) - len(missing) <= 1, (wrong, found)
        assert len(missing) <= 1, (wrong, found)
        if "\u00a0" in wrong or "\u200b" in wrong:
            assert [each.code for each in found if each not in missing] == ["FLOW008"], (wrong, found)
