"""Writes `voxengine.d.ts`: TypeScript declarations of the emulated part of the VoxEngine API, from `api.json`.

They are stricter than the vendor's: events by key, a handler of HttpRequest returns text, and the union of media units
is closed and has the Cartesia client. Run this module to write the file; a test proves that it is up to date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

Table = Mapping[str, Any]

HEADER = """\
// The part of the VoxEngine API that generated scenarios use, for `tsc --checkJs`.
// Generated from api.json by flowc/simulator/declarations.py. DO NOT EDIT.
"""


def declarations(api: Table) -> str:
    """The text of the declaration file for an API table."""
    lines = [HEADER, "declare function require(module: Modules): void;", ""]
    modules = {name: {"value": value} for name, value in api["modules"].items()}
    lines += _enum("Modules", modules, "Loaded by `require`.")
    lines += _scope(api, None)
    for namespace in api["namespaces"]:
        lines += _scope(api, namespace)
    lines += _voices(api["voices"])
    for name, function in api["functions"].items():
        lines.append(f"declare function {name}{_signature(function)};")
    units = [name for name, table in api["classes"].items() if table.get("mediaUnit")]
    lines += ["", "/** Everything that sends or receives media. */", f"type VoxMediaUnit = {' | '.join(units)};"]
    return "\n".join(lines) + "\n"


def _scope(api: Table, namespace: str | None) -> Iterator[str]:
    """The declarations of a namespace, or those outside of all."""
    inside = "" if namespace is None else "  "
    declare = "declare " if namespace is None else ""
    if namespace is not None:
        yield f"/** {api['namespaces'][namespace]['doc']} */"
        yield f"declare namespace {namespace} {{"
    for name, table in _of(api["enums"], namespace):
        yield from _indent(inside, _enum(name, table["members"], table["doc"], declare))
        yield from _indent(inside, _events(name, table))
    for name, fields in _of(api["interfaces"], namespace):
        yield from _indent(inside, [f"interface {name} {{", *_fields(fields), "}", ""])
    for name, table in _of(api["classes"], namespace):
        yield from _indent(inside, _class(name, table, declare))
    if namespace is not None:
        table = api["namespaces"][namespace]
        for name, function in table["functions"].items():
            yield f"  function {name}{_signature(function)};"
        yield from _indent("  ", _listeners(table.get("events", ()), "function "))
        yield from ("}", "")


def _of(tables: Table, namespace: str | None) -> Iterator[tuple[str, Any]]:
    for path, table in tables.items():
        owner, _, name = path.rpartition(".")
        if (owner or None) == namespace:
            yield name, table


def _enum(name: str, members: Table, doc: str, declare: str = "declare ") -> Iterator[str]:
    yield f"/** {doc} */"
    yield f"{declare}enum {name} {{"
    for key, member in members.items():
        if "doc" in member:
            yield f"  /** {member['doc']} */"
        yield f"  {key} = {json.dumps(member['value'])},"
    yield from ("}", "")


def _events(enum: str, table: Table) -> Iterator[str]:
    """An interface per event, or one for all of them, and the handlers by key of the enum."""
    if "event" not in table:
        return
    names: set[str] = set()
    for key, member in table["members"].items():
        name = _event_name(table, key)
        if name not in names:
            names.add(name)
            fields = {**table.get("common", {}), **member["payload"]}
            yield from (f"interface {name} {{", *_fields(fields), "}", "")
    yield f"interface {enum}Handlers {{"
    for key, member in table["members"].items():
        yield f"  [{enum}.{key}]: (event: {_event_name(table, key)}) => {member.get('returns', 'void')};"
    yield from ("}", "")


def _event_name(table: Table, key: str) -> str:
    """The vendor's name of an event's interface: by the enum's pattern, or the event's own."""
    return str(table["members"][key].get("event", table["event"].replace("*", key)))


def _fields(fields: Table) -> Iterator[str]:
    for name, kind in fields.items():
        yield f"  readonly {name}: {kind};"


def _class(name: str, table: Table, declare: str) -> Iterator[str]:
    yield f"/** {table['doc']} */"
    yield f"{declare}class {name} {{"
    yield "  private constructor();"
    for method, spec in table["methods"].items():
        yield f"  {method}{_signature(spec)};"
    yield from _indent("  ", _listeners(table["events"], ""))
    yield from ("}", "")


def _listeners(enums: tuple[str, ...], prefix: str) -> Iterator[str]:
    for enum in enums:
        handlers = f"{enum}Handlers"
        key = f"<T extends keyof {handlers}>(event: T, callback"
        yield f"{prefix}addEventListener{key}: {handlers}[T]): void;"
        yield f"{prefix}removeEventListener{key}?: {handlers}[T]): void;"


def _signature(spec: Table) -> str:
    params = ", ".join(f"{name}: {kind}" for name, kind in spec["params"].items())
    return f"({params}): {spec['returns']}"


def _voices(voices: Mapping[str, list[str]]) -> Iterator[str]:
    yield from ("/** A voice of VoiceList. */", "declare class Voice {", "  private constructor();", "}", "")
    yield "declare namespace VoiceList {"
    for provider, names in voices.items():
        yield f"  namespace {provider} {{"
        yield from (f"    const {name}: Voice;" for name in names)
        yield "  }"
    yield from ("}", "")


def _indent(space: str, lines: Iterator[str] | list[str]) -> Iterator[str]:
    return (space + line if line else line for line in lines)


def api_table() -> Table:
    """`api.json`, the one description of the API."""
    text = (resources.files("flowc.simulator") / "vox" / "api.json").read_text(encoding="utf-8")
    table: Table = json.loads(text)
    return table


if __name__ == "__main__":
    target = Path(__file__).parent / "vox" / "voxengine.d.ts"
    target.write_text(declarations(api_table()), encoding="utf-8", newline="\n")
