"""Requests to webhooks that are signed: whoever has the key can tell, as `flows/README.md` shows it."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowc.simulator.options import PLATFORM_SWITCHES, Options
from tests.conftest import ROOT
from tests.scenario.phone import ACCOUNT, Phone

SIGNATURE = "X-Flowc-Signature"
SENT_AT = Options().start_time // 1000
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=80).filter(str.strip)
Dial = Callable[..., Phone]
IsSigned = Callable[[str, bytes, str], bool]


@pytest.fixture(scope="module")
def is_signed() -> IsSigned:
    """What the reference shows to those who write a webhook, on the day of the call."""
    text = (ROOT / "flows" / "README.md").read_text("utf-8")
    shown = re.search(r"```python\n(import hmac.*?)```", text, re.DOTALL)
    assert shown is not None
    names: dict[str, Any] = {}
    exec(shown[1], names)
    names["time"] = type("Then", (), {"time": staticmethod(lambda: SENT_AT + 1)})
    checked: IsSigned = names["is_signed"]
    return checked


def account(key: str) -> dict[str, Any]:
    return {**ACCOUNT, "secrets": {**ACCOUNT["secrets"], "CRM_KEY": key}}


def posts(phone: Phone) -> list[dict[str, Any]]:
    return [dict(entry) for entry in phone.session.events_of("http_request")]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=200), key=PRINTABLE, digests=st.sampled_from(PLATFORM_SWITCHES["digests"]))
def test_any_text_is_signed_with_any_key_whatever_a_digest_looks_like(
    call: Dial, is_signed: IsSigned, text: str, key: str, digests: str
) -> None:
    phone = call("signed", digests=digests, **account(f" {key} "))
    assert phone.asks("note", text=text) == {"ok": True}
    signed, plain = posts(phone)
    body = signed["body"].encode("ascii")
    assert is_signed(signed["headers"][SIGNATURE], body, key.strip())
    assert json.loads(signed["body"])["parameters"] == {"text": text}
    assert signed["headers"]["X-Clinic"] == "dental"
    assert SIGNATURE not in plain["headers"]


def test_what_was_changed_or_is_old_or_is_of_somebody_else_is_not_signed(call: Dial, is_signed: IsSigned) -> None:
    phone = call("signed", **account("a key"))
    phone.asks("note", text="é")
    header, body = posts(phone)[0]["headers"][SIGNATURE], posts(phone)[0]["body"].encode()
    assert is_signed(header, body, "a key")
    assert header.startswith(f"t={SENT_AT},v1=")
    assert not is_signed(header, body + b" ", "a key")
    assert not is_signed(header, body, "another key")
    assert not is_signed(header.replace(f"t={SENT_AT}", f"t={SENT_AT + 1}"), body, "a key")
    assert not is_signed(header.replace(f"t={SENT_AT}", f"t={SENT_AT - 300}"), body, "a key")
    assert not is_signed("", body, "a key")


@pytest.mark.parametrize("digests", PLATFORM_SWITCHES["digests"])
def test_each_form_of_a_digest_is_written_in_hexadecimal(call: Dial, digests: str) -> None:
    phone = call("signed", digests=digests, **account("a key"))
    phone.asks("note", text="é")
    body = posts(phone)[0]["body"]
    assert body.isascii()
    digest = hmac.new(b"a key", f"{SENT_AT}.{body}".encode(), "sha256").hexdigest()
    assert posts(phone)[0]["headers"][SIGNATURE] == f"t={SENT_AT},v1={digest}"


@pytest.mark.parametrize("key", ["", "  ", "ключ", "two\nlines"])
def test_without_a_key_it_is_told_without_a_signature(call: Dial, key: str) -> None:
    phone = call("signed", **account(key))
    assert phone.asks("note", text="é") == {"ok": True}
    assert SIGNATURE not in posts(phone)[0]["headers"]
    told = "signed: the webhook crm is told without a signature: its key is missing or cannot be used"
    assert told in [re.sub(r" #\S* [0-9.]+s:", ":", line) for line in phone.session.logs]


def test_without_a_digest_it_is_told_without_a_signature(call: Dial) -> None:
    phone = call("signed", throws={"Crypto.hmac_sha256": 1}, **account("a key"))
    assert phone.asks("note", text="x") == {"ok": True}
    assert [SIGNATURE in post["headers"] for post in posts(phone)] == [False, False]
