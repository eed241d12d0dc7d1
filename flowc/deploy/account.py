"""An application of a Voximplant account, as far as a flow goes by it; and the same as a file, without any secret.

No value of a secret is here, and none of ApplicationStorage but numbers that are shown as caller IDs. What a scenario
of somebody else says is not written to a file: it may hold keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flowc.artifacts import generated_from

VERSION = 1


class BadExport(Exception):
    """A file is not what `flowc doctor --export` writes. The message is one sentence."""


class Scenario(Struct, frozen=True, forbid_unknown_fields=True):
    """`is_elsewhere`: it is none of the application's, but of the account's Shared folder, or perhaps of another
    application. What follows is of scenarios with the flow's name alone; where a file was read, `text` is None.
    """

    id: int
    name: str
    is_elsewhere: bool = False
    text: str | None = None
    digest: str | None = None  # of the text, as `digest` below
    is_generated: bool = False  # by flowc
    is_edited: bool = False  # what stands below the line of the runtime is not what the hash in that line is of


class RoutingRule(Struct, frozen=True, forbid_unknown_fields=True):
    """`scenarios` are those that run in a call, in this order and in one context: the ids."""

    id: int
    name: str
    pattern: str
    scenarios: tuple[int, ...]
    names: tuple[str, ...]  # of the same scenarios


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """Of ApplicationStorage. `expires_at` are seconds since 1970; None: it was not told."""

    key: str
    expires_at: int | None = None


class CallerNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """A number that was to be verified. `verified_until` is a date, as 2026-12-31."""

    number: str
    is_active: bool
    verified_until: str | None = None


class RentedNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """`works`: it is neither cancelled nor frozen. `application` is where calls to it go, by its id, and `rule` too."""

    number: str
    works: bool
    application: int | None = None
    rule: int | None = None


class Account(Struct, frozen=True, forbid_unknown_fields=True):
    """`shown` are the numbers that stand in ApplicationStorage and are shown as caller IDs: key -> number, or None
    where it is none.
    """

    application_id: int
    application: str
    scenarios: tuple[Scenario, ...]
    rules: tuple[RoutingRule, ...]
    secrets: tuple[str, ...]
    storage: tuple[Entry, ...]
    caller_ids: tuple[CallerNumber, ...]
    rented: tuple[RentedNumber, ...]
    shown: Mapping[str, str | None] = {}


class _Export(Struct, frozen=True, forbid_unknown_fields=True):
    flowc_account: int
    flow: str  # for which it was read: of other flows it may lack what they need
    account: Account


def scenario(number: int, name: str, is_elsewhere: bool, text: str) -> Scenario:
    """One whose text was read."""
    is_generated = generated_from(text.encode("utf-8", "replace")) is not None
    return Scenario(number, name, is_elsewhere, text, digest(text), is_generated, is_generated and _is_edited(text))


RUNTIME = re.compile(r"^// flowc runtime ([0-9a-f]+)", re.MULTILINE)


def _is_edited(text: str) -> bool:
    lines = text.replace("\r\n", "\n").rstrip()
    found = RUNTIME.search(lines)
    below = lines[found.end() :].partition("\n// ---")[2].partition("\n\n")[2] if found else ""
    return found is None or sha256(f"{below}\n".encode("utf-8", "replace")).hexdigest()[: len(found[1])] != found[1]


def digest(text: str) -> str:
    """By which a text is known on the account: neither the kind of its line ends nor what follows the last line counts,
    since a control panel may have changed those.
    """
    return sha256(text.replace("\r\n", "\n").rstrip().encode("utf-8", "surrogatepass")).hexdigest()


def exported(account: Account, flow: str) -> str:
    """A file for `flowc doctor --from`."""
    bare = replace(account, scenarios=tuple(replace(each, text=None) for each in account.scenarios))
    return msgspec.json.format(msgspec.json.encode(_Export(VERSION, flow, bare)), indent=2).decode() + "\n"


def imported(content: bytes, flow: str) -> Account:
    """The account of such a file. Raises BadExport."""
    try:
        found = msgspec.json.decode(content, type=_Export)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadExport(f"is not what `flowc doctor --export` writes: {error}") from error
    if found.flowc_account != VERSION:
        raise BadExport(f"is of another version of flowc ({found.flowc_account}): write it again")
    if found.flow != flow:
        raise BadExport(f"was written for the flow {found.flow}, not for {flow}: write one for this")
    return found.account
