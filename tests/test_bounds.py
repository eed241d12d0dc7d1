"""Time and memory do not grow faster than the input: every expression and every product of sizes in the front end.

Each case makes an input of about a given size. Eight times the size may take eight times as long, and with all the
noise of a busy machine not three times that; what grows with the square takes 64 times as long. Processor time counts.
"""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from flowc.compiler import compile_flows
from flowc.config import ConfigError, load
from flowc.diagnostics import Diagnostic
from flowc.parse.yaml_tree import LARGEST_FILE
from flowc.report import Report
from flowc.report.patch import unified
from flowc.review.pairs import Reviewed, State, reviewed
from flowc.review.report import as_full, as_markdown
from flowc.source import Source
from flowc.suggest import nearest
from flowc.testing.script.parse import outline
from flowc.testing.script.resolve import scripts
from flowc.toml import MOST_PARTS
from tests.conftest import ROOT
from tests.shown import render

SMALL, LARGE = 12_000, 96_000
HEAD = "flowc: 1\nflow: t\nagent: {api_key: {storage: K}, agent_id: {storage: A}, unavailable: hang_up}\n"
NO_AGENT = HEAD.replace("hang_up", "r0")
BYE = "actions: {bye: {description: End the call., do: hang_up}}\n"
DESK = "targets: {t: {sip: 'sip:a@b.example'}}\n"
CALLS = "flowc: 1\nflow: t.yaml\naccount: {storage: {K: k, A: a}}\ncalls:\n  x:\n"


@cache
def name(number: int) -> str:
    """A name that is much like all the others."""
    chosen = random.Random(number)
    return "a" + "".join(chosen.choice("ab") for _ in range(59))


def many(one: Callable[[int], str], size: int, between: str = "") -> str:
    """So many that they have about this size together."""
    return between.join(one(number) for number in range(size // len(one(100) + between)))


def metadata(entry: str, size: int) -> str:
    entries = many(lambda i: f"m{i}: '{entry}'", size, ", ")
    return HEAD.replace("hang_up}", f"hang_up, metadata: {{{entries}}}}}") + BYE


# fmt: off
FLOWS: dict[str, Callable[[int], str]] = {
    "a long key": lambda n: f"a: b\n  {'a' * n}:\n",
    "colons in an address": lambda n: HEAD + BYE + f'targets: {{t: {{sip: "sip:{":" * n}"}}}}\n',
    "tokens that are none": lambda n: HEAD + BYE + f'targets: {{t: {{sip: "{"eyJ-" * (n // 4)}"}}}}\n',
    "addresses in a setting": lambda n: HEAD + BYE
        + f'targets: {{t: {{sip: "{("a.a.a.a.a://" + ":" * 60) * (n // 72)}"}}}}\n',
    "addresses in entries": lambda n: metadata(("a.a.a.a.a.a.a.a://" + ":" * 60) * 50, n),
    "unknown references": lambda n: metadata("".join(f"${{{name(i)}}}" for i in range(40)), n),
    "unknown names": lambda n: HEAD + "prompts:\n" + "".join(f"  {name(i)}: x\n" for i in range(80))
        + "actions:\n  b:\n    description: x\n    do: ["
        + many(lambda i: f"{{say: {name(1000 + i)}}}, ", n) + "hang_up]\n",
    "unknown words": lambda n: HEAD + "actions:\n"
        + many(lambda i: f"  b{i}: {{description: x, interrupted: {name(i)}, do: hang_up}}\n", n),
    "unknown keys": lambda n: HEAD + BYE + many(lambda i: f"{name(i)}: x\n", n),
    "unknown steps": lambda n: HEAD + BYE + "routes:\n  r:\n" + many(lambda i: f"   - {{{name(i)}: x}}\n", n),
    "a prompt with references, said often": lambda n: HEAD + "prompts: {p: '" + "${call.to}" * 100 + "'}\nactions:\n"
        + many(lambda i: f"  b{i}: {{description: x, say: p, do: hang_up}}\n", n),
    "actions and prompts": lambda n: HEAD + "prompts:\n" + many(lambda i: f"  p{i}: x\n", n // 6) + "actions:\n"
        + many(lambda i: f"  b{i}: {{description: x, say: p{i}, do: hang_up}}\n", n),
    "targets that are not there": lambda n: HEAD + "targets:\n"
        + many(lambda i: f"  t{i}: {{sip: 'sip:a@b.c'}}\n", n // 4) + "actions:\n"
        + many(lambda i: f"  b{i}: {{description: x, do: {{transfer: zz{i}}}}}\n", n),
    "patterns": lambda n: HEAD + "actions:\n  b:\n    description: x\n    parameters:\n"
        + many(lambda i: f"      p{i}: {{type: string, pattern: 'a{{1,20}}b{i}', description: x}}\n", n)
        + "    do: hang_up\n",
    "branches over hours": lambda n: HEAD + "hours:\n"
        + many(lambda i: f"  h{i}: {{timezone: UTC, weekly: {{mon: '08:00-12:00'}}}}\n", n // 4)
        + "targets:\n" + many(lambda i: f"  t{i}: {{sip: 'sip:a@b.example', hours: h{i}}}\n", n // 4) + "actions:\n"
        + many(lambda i: f"  b{i}: {{description: x, do: {{by: hours.h{i}, among: {{open: {{transfer: t{i}}},"
            f" closed: {{transfer: [t{i}, t{i + 1}]}}}}}}}}\n", n // 2),
    "routes one after the other": lambda n: NO_AGENT + DESK + BYE + "routes:\n"
        + many(lambda i: f"  r{i}: {{transfer: t, fallback: {{otherwise: r{i + 1}}}}}\n", n)
        + "  last: return_to_agent\n",
    "transfers without a fallback": lambda n: NO_AGENT + DESK + BYE + "routes:\n"
        + many(lambda i: f"  r{i}: {{transfer: t, afterwards: r{i + 1}}}\n", n),
    "references in a header": lambda n: HEAD + "targets: {t: {sip: 'sip:a@b.example', headers: {X-A: '"
        + many(lambda i: f"${{p{i}}}", n // 4) + "'}}}\nactions:\n  b:\n    description: x\n    parameters: {"
        + many(lambda i: f"p{i}: {{type: string, description: x}}, ", n) + "}\n    do: {transfer: t}\n",
    "references with a text": lambda n: HEAD + BYE + "prompts: {p: '" + '${x or "' * (n // 8) + "'}",
    "routes that lead to a prompt": lambda n: NO_AGENT + DESK + "prompts: {p: '${a}'}\nroutes:\n"
        + many(lambda i: f"  r{i}: [{{say: p}}, {{transfer: t, fallback: {{otherwise: r{max(i - 1, 0)}}}}}]\n", n // 3)
        + "actions:\n" + many(
            lambda i: f"  b{i}: {{description: x, do: r{i // 2}, parameters: {{a: {{type: string, description: x}}}}"
            "}\n", n // 2),
    "prompts that are never used": lambda n: HEAD + BYE + "prompts:\n" + many(lambda i: f"  p{i}: x\n", n),
    "errors in one line": lambda n: HEAD + BYE + "prompts: {" + many(lambda i: f"p{i}: x, ", n) + "}",
    "names without a colon": lambda n: HEAD + BYE + "prompts: {" + many(lambda i: f"p{i}, ", n) + "}",
    "texts with commas": lambda n: HEAD + BYE + "prompts: {" + many(lambda i: f"p{i}: x, q{i}, ", n) + "}",
    "colons behind commas": lambda n: HEAD + "actions: {b: {do: hang_up, description: x, "
        + many(lambda i: f"{name(i)}: y, ", n) + "}}",
    "colons and commas": lambda n: HEAD + "actions: {b: {do: hang_up, description: x, "
        + many(lambda i: f"{name(i)}: y, {name(i + 9)}z, ", n) + "}}",
    "commas behind quotes": lambda n: HEAD + BYE + "prompts: {" + many(lambda i: f"p{i}: 'x', q{i}, ", n) + "}",
    "words with a colon in prompts": lambda n: HEAD + BYE + "prompts: {p: x, " + many(lambda i: f"Q.{i}: y, ", n) + "}",
    "quotes around braces": lambda n: HEAD + BYE + f"call: '{{{'a' * n}}}'\n"
        + many(lambda i: f"a{i}: '[{{{i}}}]'\n", n),
    "colons without a space": lambda n: HEAD + BYE + "prompts: {" + many(lambda i: f"p{i}:x, q{i}, ", n) + "}",
    "empty items": lambda n: HEAD + "actions:\n  b:\n    description: x\n    do:\n" + "    -\n" * (n // 6),
    "keys in a list": lambda n: HEAD + "actions:\n  b:\n    description: x\n    parameters:\n      p:\n"
        + "        type: string\n        enum:\n" + "        - optional: true\n" * (n // 25),
    "dashes without a space": lambda n: HEAD + "actions:\n  b:\n    description: x\n    do:\n"
        + "      -say: p\n" * (n // 14),
    "steps without an outcome": lambda n: HEAD + DESK + "actions:\n  b:\n    description: x\n    do:\n"
        + many(lambda i: "    - {transfer: t, fallback: {say: p, hang_up, notify: x}}\n", n),
    "parameters without a type": lambda n: HEAD + "actions:\n  b:\n    description: x\n    parameters: {p: {"
        + many(lambda i: f"{name(i)}: x, ", n) + "}}\n    do: hang_up\n",
    "comments in braces": lambda n: HEAD + BYE + "prompts: {p: a # b\n" + "  c # d\n" * (n // 8) + "}\n",
    "references of templates": lambda n: metadata("<% a." * 40 + "<%" + " " * 99, n),
    "secrets in one line": lambda n: HEAD + BYE + "targets: {"
        + many(lambda i: f"t{i}: {{sip: sk_car_0123456789abcdef{i}}}, ", n) + "}",
    "keys given twice": lambda n: HEAD + BYE + "a: b\n" * (n // 5),
    "keys of another level": lambda n: HEAD + "actions:\n  do: x\n"
        + many(lambda i: f"  b{i}: {{description: x, do: hang_up}}\n", n) + "  do: x\n" * 200,
    "directives": lambda n: many(lambda i: f"%TAG !a{i}! x\n", n) + "---\n" + HEAD,
    "directives of a second document": lambda n: HEAD + "...\n" + many(lambda i: f"%TAG !a{i}! x\n", n) + "---\na: b",
    "anchors": lambda n: HEAD + many(lambda i: f"a{i}: &a{i} b\n", n),
    "aliases": lambda n: HEAD + many(lambda i: f"a{i}: *a{i}\n", n),
    "digits": lambda n: HEAD + BYE + f"call: {{max_duration: {'9' * n}}}",
    "digits and spaces": lambda n: HEAD + BYE + f"call: {{max_duration: '{'9' * n}{' ' * n}m'}}",
    "a hexadecimal number": lambda n: HEAD + "actions: {b: {description: x, do: hang_up, parameters: {p: "
        f"{{type: number, description: x, maximum: 0x{'f' * n}}}}}}}}}",
    "spaces": lambda n: HEAD + BYE + f"prompts: {{p: '{' ' * n}'}}",
    "a name of spaces": lambda n: HEAD + BYE + f"prompts:\n ? '{' ' * n}'\n : x",
    "an open quote": lambda n: HEAD + BYE + 'prompts:\n  p: "x\n' + '  q: "x"\n' * (n // 9),
    "quotes before an error": lambda n: HEAD + BYE + "prompts:\n" + '  q: "x"\n' * (n // 9) + " x: [",
    "commas in quotes": lambda n: HEAD + BYE + f'prompts:\n  q: "{", :" * (n // 3)}" x',
    "brackets that are not closed": lambda n: HEAD + BYE + "a: [" + "'[', " * (n // 5),
    "hashes in texts": lambda n: HEAD + BYE + "prompts:\n" + many(lambda i: f"  p{i}: a # b\n", n),
    "hashes in a text": lambda n: HEAD + BYE + "prompts:\n  p: a " + "# b " * (n // 4),
    "comments below a text": lambda n: HEAD + BYE + "prompts:\n  p: a\n" + "    # b\n" * (n // 8) + "  q: a # b\n",
    "empty lines below texts": lambda n: HEAD + BYE + "prompts: # b\n" + "  p: a\n\n \n" * (n // 10) + " \n" * (n // 4),
    "comments between the lines of a text": lambda n: HEAD + BYE + "prompts:\n  p: a\n"
        + "    # b\n" * (n // 8) + "    c\n",
    "escaped quotes": lambda n: HEAD + BYE + 'prompts:\n  p: "' + '\\\\\\", ' * (n // 6) + "\n  q: x\n",
    "dashes before an error": lambda n: HEAD + BYE + "- " * (n // 4) + "# \n  # b\n  c: d: e",
    "names that cannot be": lambda n: HEAD + "prompts: {A: x, " + many(lambda i: f"p{i}: x, ", n) + "}\nactions:\n"
        + many(lambda i: f"  b{i}: {{description: x, say: a, do: hang_up}}\n", n),
    "references to names that cannot be": lambda n: HEAD + "actions:\n  b:\n    description: x\n    parameters: {A: "
        "{type: string, description: x}, " + many(lambda i: f"p{i}: {{type: string, description: x}}, ", n)
        + "}\n    do: {reply: {" + many(lambda i: f"r{i}: 'x${{a}}', ", n) + "}}\n",
    "names of another kind": lambda n: HEAD + "targets:\n"
        + many(lambda i: f"  {name(i)}: {{sip: 'sip:a@b.c'}}\n", 8000)
        + "routes:\n  r: [" + many(lambda i: f"{{say: {name(i + 9000)}}}, ", n) + "hang_up]\n" + BYE,
    "characters without width": lambda n: HEAD + BYE + "prompts: {" + many(lambda i: f"p{i}: a\u200bb, ", n) + "}",
    "lines with a character without width": lambda n: HEAD + BYE + "prompts:\n" + "  # \u200b\n" * (n // 7),
    "signs of emoji": lambda n: HEAD + BYE + "prompts: {p: '" + "\u2764\ufe0f" * (n // 2) + "'}",
    "merge keys": lambda n: HEAD + BYE + "prompts: {" + "<<: *a, " * (n // 8) + "}",
    "no-break spaces": lambda n: HEAD + BYE + "prompts:\n" + "  # \u00a0\n" * (n // 7),
    "no-break spaces in a line": lambda n: HEAD + BYE + "prompts: {p: '" + "\u00a0 " * (n // 3) + "'}",
    "values of an enum": lambda n: HEAD + DESK + "actions:\n  b:\n    description: x\n    parameters: {p: "
        "{type: string, description: x, enum: [" + many(lambda i: f"v{i}, ", n // 2)
        + "]}}\n    do: {transfer: {by: p, among: {"
        + many(lambda i: f"w{i}: t, ", n // 2) + "}}}\n",
    "a target again and again": lambda n: HEAD + DESK
        + f"actions:\n  b:\n    description: x\n    do: {{transfer: [{'t, ' * (n // 3)}]}}\n",
    "nested braces": lambda n: HEAD + BYE + ("x: " + "{a: " * 30 + "b" + "}" * 30 + "\n") * (n // 150),
}
SCRIPTS: dict[str, Callable[[int], str]] = {
    "many rows": lambda n: CALLS + "    rows:\n" + "      - {a: 1s}\n" * (n // 18)
        + '    steps: [{caller: calls}, {wait: "${a}"}]\n',
    "rows of other accounts": lambda n: CALLS.replace("A: a", "A: a, " + many(lambda i: f"s{i}: x", n, ", "))
        + "    account: {storage: {K: b}}\n    rows:\n" + "      - {a: 1s}\n" * (n // 36)
        + '    steps: [{caller: calls}, {wait: "${a}"}]\n',
    "wide rows": lambda n: CALLS + "    rows:\n" + ("     - {" + many(lambda i: f"k{i}: x, ", n // 2) + "}\n") * 2
        + "    steps: [{caller: calls}]\n",
    "wrong rows": lambda n: CALLS + "    rows:\n" + f"      - {{a: {name(1)}}}\n" * (n // 80)
        + '    steps: [{caller: calls}, {wait: "${a}"}, {t: "${a}"}, {expect: {caller with: "${a}"}}]\n',
    "unknown values": lambda n: CALLS + "    rows:\n" + "      - {a: x}\n" * (n // 16)
        + '    steps: [{caller: calls}, {wait: "${ab}"}]\n',
    "tables": lambda n: CALLS + "    - caller: calls\n" + many(
        lambda i: f"  c{i}: {{rows: [{{a: 1s}}, {{a: 2s}}], steps: [{{caller: calls}}, {{wait: '${{a}}'}}]}}\n", n),
    "unknown targets": lambda n: CALLS + "    - caller: calls\n" + many(lambda i: f"    - {name(i)}: answers\n", n),
    "unknown parameters": lambda n: CALLS + "    - caller: calls\n    - agent: {asks: bye, with: {"
        + many(lambda i: f"{name(i)}: x, ", n) + "}}\n",
    "unknown settings": lambda n: CALLS.replace("A: a", "A: a, " + many(lambda i: f"{name(i)}: x", n, ", "))
        + "    - caller: calls\n",
    "unknown names": lambda n: CALLS + "    - caller: calls\n    - expect: {ringing: ["
        + many(lambda i: f"{name(i)}, ", n) + "]}\n",
    "words of data without a colon": lambda n: CALLS + "    - caller: calls\n    - request: {body: {"
        + many(lambda i: f"a{i}: {{x: 1}}, b{i}, c{i}: y, d{i}, ", n) + "}}\n",
    "texts in parameters": lambda n: CALLS + "    - caller: calls\n    - agent: {asks: bye, with: {text: x, "
        + many(lambda i: f"e.{name(i)}: y, ", n) + "}}\n",
    "words of the agent with colons": lambda n: CALLS + "    - caller: calls\n    - agent: {says: x, "
        + many(lambda i: f"{name(i)}: y, ", n) + "}\n",
    "a hexadecimal number": lambda n: CALLS + f"    - caller: calls\n    - request: {{body: [0x{'f' * n}]}}\n",
    "mistakes in many calls": lambda n: CALLS + "    - caller: calls\n"
        + many(lambda i: f"  c{i}:\n    - caller: calls\n    - wait: 3\n", n),
    "mistakes in many tables": lambda n: CALLS + "    - caller: calls\n" + many(
        lambda i: f"  c{i}: {{rows: [{{a: 1}}, {{a: 2}}], steps: [{{caller: calls}}, {{wait: '${{a}}'}}]}}\n", n),
    "mistakes in the steps of many rows": lambda n: CALLS + "    rows:\n" + "      - {a: 1s}\n" * (n // 36)
        + "    steps: [{caller: calls}, {wait: '${a}'}" + ", {t: '${b}'}" * 20 + ", {agent: {says: '${c'}}]\n",
    "values that are empty": lambda n: CALLS + "    rows: [{" + many(lambda i: f"a{i}: , b{i}, ", n)
        + "}]\n    steps: [{caller: calls}]\n",
    "references that are not closed": lambda n: CALLS + "    rows: [{a: b}]\n    steps:\n    - caller: calls\n"
        + f"    - agent: {{says: '{'${' * (n // 2)}'}}\n",
}
# fmt: on

ACTION = "actions: {bye: {description: x, do: {transfer: t}}}"
[FLOW] = compile_flows([Source("t.yaml", (HEAD + DESK + ACTION).encode())]).flows


def as_flow(text: str) -> list[Diagnostic]:
    return list(compile_flows([Source("t.yaml", text.encode())]).diagnostics)


def as_scripts(text: str) -> list[Diagnostic]:
    read = outline(Source("t.calls.yaml", text.encode()))
    scripts(read, FLOW)
    return read.problems.found


def seconds(look: Callable[[str], list[Diagnostic]], text: str) -> float:
    """Of the processor: looking at it, and showing what is wrong. Without the collector of garbage, as in the command:
    it would look at all that other tests have left.
    """
    gc.disable()
    try:
        start = time.process_time()
        found = look(text)
        render(Report(tuple(found), {each.path: Source(each.path, text.encode()) for each in found[:1]}), "full")
        return time.process_time() - start
    finally:
        gc.enable()


MEASURED = 3
"""So often at the most: a busy machine makes a single measurement longer, and what is quadratic is so every time."""


GROWTH = 8 * 3
LEAST = 0.02
"""Seconds. What takes less for the small input is counted as if it took this long: what is measured then is noise."""


def assert_grows_evenly(look: Callable[[str], list[Diagnostic]], make: Callable[[int], str]) -> None:
    seconds(look, make(100))
    large = make(LARGE)
    if seconds(look, large) < GROWTH * LEAST:
        return  # however short the small one takes
    small = min(seconds(look, make(SMALL)) for _ in range(2))
    assert any(seconds(look, large) < GROWTH * max(small, LEAST) for _ in range(MEASURED))


@pytest.mark.parametrize("kind", FLOWS)
def test_a_flow_takes_no_more_time_than_its_size_explains(kind: str) -> None:
    assert_grows_evenly(as_flow, FLOWS[kind])


@pytest.mark.parametrize("kind", SCRIPTS)
def test_call_scripts_take_no_more_time_than_their_size_explains(kind: str) -> None:
    assert_grows_evenly(as_scripts, SCRIPTS[kind])


ONE_LESS = ".".join("a" * (MOST_PARTS - 1))
# fmt: off
SETTINGS: dict[str, Callable[[int], str]] = {
    "a key of many parts": lambda n: "a" + ".a" * (n // 2) + " = 1",
    "a table of many parts": lambda n: "[a" + ".a" * (n // 2) + "]",
    "keys": lambda n: many(lambda i: f"{ONE_LESS}.b{i} = 1\n", n),
    "keys of a table": lambda n: f"[{ONE_LESS}]\n" + many(lambda i: f"{ONE_LESS}.b{i} = 1\n", n),
    "tables": lambda n: many(lambda i: f"[{ONE_LESS}.b{i}]\n", n),
    "tables of a table": lambda n: "[[a]]\n[a.b]\n" * (n // 12),
    "tables in tables": lambda n: f"[{ONE_LESS}]\nx = [" + "{a = " * 99 + "1" + "}" * 99 + (", {a.b = 1}") * (n // 11),
    "lists": lambda n: "a = [" + "[], " * (n // 4),
    "a key in quotes": lambda n: '"' + r"\"" * (n // 2),
    "quotes": lambda n: '"' * n,
    "quotes and dots": lambda n: ('a.' * 31 + '"') * (n // 63),
    "dots": lambda n: "a.a " * (n // 4),
    "three quotes": lambda n: 'a = """' + '"" ' * (n // 3),
    "escapes": lambda n: 'a = """' + "\\\n" * (n // 2),
    "keys given twice": lambda n: f'[a]\n"{"b" * (n // 2)}" = 1\n"{"b" * (n // 2)}" = 1\n',
    "keys that are unknown": lambda n: "[tool.flowc]\n" + many(lambda i: f"flows{i} = 1\n", n),
    "names of agents": lambda n: "[tool.flowc]\nagents = [" + many(lambda i: f"'line{i}', ", n) + "]",
    "a folder": lambda n: f"[tool.flowc]\nflows = '{'a/' * (n // 2)}'",
    "folders above": lambda n: f"[tool.flowc]\nflows = '{'../' * (n // 3)}'",
}
# fmt: on


@pytest.mark.parametrize("kind", SETTINGS)
def test_settings_take_no_more_time_than_their_size_explains(kind: str, tmp_path: Path) -> None:
    def look(text: str) -> list[Diagnostic]:
        (tmp_path / "pyproject.toml").write_text(text)
        with suppress(ConfigError):
            load(tmp_path)
        return []

    assert_grows_evenly(look, SETTINGS[kind])


SCENARIO = (ROOT / "generated/front_desk/front_desk.voxengine.js").read_text("utf-8")


def letters(which: str, size: int, seed: int) -> str:
    return "\n".join(random.Random(seed).choices(which, k=size // 2))


# fmt: off
PATCHES: dict[str, Callable[[int], tuple[str, str]]] = {
    "lines added at the end": lambda n: (SCENARIO + many(lambda i: f"x{i}\n", n), SCENARIO),
    "braces added everywhere": lambda n: (SCENARIO.replace("\n", "\n}\n", n // 2) + "}\n" * (n // 2), SCENARIO),
    "each line again and again": lambda n: ("\n".join(line + f"\n{line}" * (n // 50_000)
        for line in SCENARIO.split("\n")), SCENARIO),
    "empty lines": lambda n: ("\n" * n, SCENARIO),
    "of two letters": lambda n: (letters("ab", n, 1), letters("ab", n, 2)),
    "of ten letters": lambda n: (letters("abcdefghij", n, 1), letters("abcdefghij", n, 2)),
    "turned round": lambda n: (many(lambda i: f"{i}\n", n), "\n".join(many(lambda i: f"{i}\n", n).split("\n")[::-1])),
    "each second one": lambda n: (many(lambda i: f"{i}\n", n), many(lambda i: f"{2 * i}\n", n)),
    "pairs": lambda n: (many(lambda i: f"{i}\n", n), many(lambda i: f"{i ^ 1}\n", n)),
    "letters between names": lambda n: (many(lambda i: f"name{i}\n{letters('ab', 200, i)}\n", n),
        many(lambda i: f"name{i}\n{letters('ab', 200, -i)}\n", n)),
}
# fmt: on


@pytest.mark.parametrize("kind", PATCHES)
def test_a_patch_takes_no_more_time_than_its_size_explains(kind: str) -> None:
    def compare(text: str) -> list[Diagnostic]:
        unified("x", *PATCHES[kind](int(text)))
        return []

    seconds(compare, "100")
    small = min(seconds(compare, str(SMALL * 2)) for _ in range(2))
    assert seconds(compare, str(LARGE * 2)) < 8 * 3 * max(small, 0.05)


def says(n: int, text: str, turned: bool = False) -> str:
    """A route that says the same few prompts again and again."""
    steps = many(lambda i: f"{{say: p{i % 7}}}, ", n // 2).split(", ")[:-1]
    listed = ", ".join(steps[::-1] if turned else steps)
    prompts = "".join(f"  p{i}: {text}\n" for i in range(7))
    return f"{NO_AGENT}prompts:\n{prompts}{BYE}routes:\n  r0: [{listed}, hang_up]\n"


def named(n: int, letter: str) -> str:
    """Prompts that are all the same, each said once."""
    names = range(n // 40)
    prompts = "".join(f"  {letter}{i}: x\n" for i in names)
    listed = ", ".join(f"{{say: {letter}{i}}}" for i in names)
    return f"{NO_AGENT}prompts:\n{prompts}{BYE}routes:\n  r0: [{listed}, hang_up]\n"


def called(n: int, letter: str) -> str:
    """Targets, each with a setting of its own, that are called one after the other."""
    names = range(min(n // 300, 45))
    targets = "".join(f"  t{i}: {{pstn: {{storage: {letter}{i}}}, caller_id: {{secret: {letter}}}}}\n" for i in names)
    actions = many(lambda i: f"  a{i}: {{description: x, do: {{transfer: t{i % len(names)}}}}}\n", n // 4)
    everybody = ", ".join(f"t{i}" for i in names)
    return f"{HEAD}targets:\n{targets}actions:\n  bye: {{description: x, do: {{transfer: [{everybody}]}}}}\n{actions}"


def chosen(n: int, letter: str) -> str:
    values = ", ".join(f"{letter}{i}" for i in range(n // 8))
    given = f"parameters: {{p: {{type: string, enum: [{values}], description: x}}}}"
    return f"{HEAD}actions: {{b: {{description: x, {given}, do: hang_up}}}}\n"


# fmt: off
REVIEWS: dict[str, Callable[[int], tuple[str, str]]] = {
    "steps that are turned round": lambda n: (says(n, "x"), says(n, "y", turned=True)),
    "prompts with other names": lambda n: (named(n, "a"), named(n, "b")),
    "targets with other settings": lambda n: (called(n, "A"), called(n, "B")),
    "other values": lambda n: (chosen(n, "a"), chosen(n, "b")),
    "nothing in common": lambda n: (says(n, "x"), called(n, "A")),
}
# fmt: on


@pytest.mark.parametrize("kind", REVIEWS)
def test_a_review_takes_no_more_time_than_its_size_explains(kind: str) -> None:
    def compare(text: str) -> list[Diagnostic]:
        pair = REVIEWS[kind](int(text))
        before, after = (compile_flows([Source("flows/t.yaml", each.encode())], ()) for each in pair)
        found = Reviewed("main", "0" * 40, reviewed(before, after, {}, "main", {}))
        assert found.reviews[0].state is State.COMPARED, (before.diagnostics[:2], after.diagnostics[:2])
        assert len(as_markdown(found)) < 65_536
        as_full(found, False)
        return []

    seconds(compare, "1000")
    small = min(seconds(compare, str(SMALL)) for _ in range(2))
    assert any(seconds(compare, str(LARGE)) < GROWTH * max(small, LEAST) for _ in range(MEASURED))


@pytest.mark.parametrize("style", ["full", "concise", "github", "json"])
def test_many_files_take_no_more_time_than_their_number_explains(style: str) -> None:
    def spent(number: int) -> float:
        text = HEAD.replace("flow: t", "flow: t{}") + BYE + "a: b\n" * 20
        sources = [Source(f"{each}.yaml", text.replace("{}", str(each)).encode()) for each in range(number)]
        start = time.process_time()
        found = compile_flows(sources).diagnostics
        render(Report(found, {source.path: source for source in sources}), style)
        return time.process_time() - start

    small = min(spent(60) for _ in range(2))
    assert any(spent(480) < 8 * 3 * max(small, 0.02) for _ in range(MEASURED))


FILLED = {
    "rows times steps": CALLS + "    rows:\n" + "      - {a: 1s}\n" * 1000
    + "    steps:\n      - caller: calls\n" + '      - wait: "${a}"\n' * 1000,
    "a text, many times": CALLS + f'    rows: [{{a: "{"x" * 100_000}"}}]\n'
    + f'    steps: [{{caller: calls}}, {{agent: {{says: "{"${a}" * 2000}"}}}}]\n',
    "a list, many times": CALLS + f"    rows: [{{a: [{'x, ' * 10_000}]}}]\n    steps:\n      - caller: calls\n"
    + '      - request: {body: "${a}"}\n' * 1000,
    "tables, one after the other": CALLS + "    - caller: calls\n" + "".join(
        f"  {i}: {{rows: [{{a: {'x' * 1000}}}], steps: [{{caller: calls}}, {{agent: {{says: '{'${a}' * 100}'}}}}]}}\n"
        for i in range(100)
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILLED)
def test_a_file_with_its_rows_filled_in_has_the_size_of_a_file(kind: str) -> None:
    tracemalloc.start()
    found = as_scripts(FILLED[kind])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(each.code, each.message) for each in found] == [
        ("FLOW007", "with its rows filled in, this file has more than 1024 KiB")
    ]
    assert most < 64 * LARGEST_FILE


def test_a_name_is_compared_with_few() -> None:
    """The nearest of many is found, and soon if they are all alike."""
    assert nearest("front_desk_30", [f"back_office_{number}" for number in range(400)] + ["front_desk_33"])
    names = [name(number) for number in range(500)]
    start = time.process_time()
    for number in range(1000, 1100):
        nearest(name(number), names)
    assert time.process_time() - start < 20
