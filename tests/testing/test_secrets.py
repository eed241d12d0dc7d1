"""Which settings are told nobody: call scripts and searches ask the same, and say which was told."""

from __future__ import annotations

import pytest

from flowc.compiler import compile_flows
from flowc.ir import never_told
from flowc.source import Source
from flowc.testing.account import described
from flowc.testing.judge.secrets import secrets_of, telling_a_secret
from flowc.testing.script.model import Account
from flowc.verify.alphabet import alphabet

FLOW = """flowc: 1
flow: t
agent: {api_key: {storage: KEY}, agent_id: {secret: AGENT}, unavailable: desk}
webhooks:
  crm: {url: {secret: CRM}, headers: {X-Token: {storage: TOKEN}, X-Both: {secret: BOTH}}, sign: {secret: SIGN}}
targets:
  desk: {pstn: {secret: DESK}, caller_id: [{secret: SHOWN}, {secret: BOTH}]}
  trunk: {sip: {secret: TRUNK}, auth: {user: {secret: USER}, password: {storage: PASSWORD}}}
callers: {vip: {secret: VIP}}
inbound: {by: call.from, among: {vip: desk, otherwise: start_agent}}
routes:
  desk: [{notify: crm}, {transfer: [desk, trunk], fallback: {otherwise: hang_up}}]
actions:
  end_call: {description: End the call., do: hang_up}
"""
[RESULT] = compile_flows([Source("flows/t.yaml", FLOW.encode())]).flows
SECRETS = ("AGENT", "BOTH", "CRM", "DESK", "OTHER", "SHOWN", "SIGN", "TRUNK", "USER", "VIP")
STORED = ("KEY", "PASSWORD", "TOKEN")
KEPT = {
    *(f"the secret `{name}`" for name in ("AGENT", "BOTH", "CRM", "SIGN", "USER")),
    *(f"the storage entry `{name}`" for name in STORED),
}


def test_what_is_dialled_or_shown_is_none() -> None:
    """One that opens a door as well is one, and so is any that the flow does not read."""
    account = Account({name: f"stored {name}" for name in STORED}, {name: f"secret {name}" for name in SECRETS})
    assert set(secrets_of(RESULT, account).values()) == {*KEPT, "the secret `OTHER`"}
    assert {name.partition(", ")[0] for _, name in alphabet(RESULT, 0).world["secrets"]} == KEPT
    assert {f"the {described(each)}" for each in never_told(RESULT)} == KEPT


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"call": {"from": "+15550100000"}}', None),
        ('{"call": {"from": "+15550100007"}}', None),
        ('{"at": "https://crm.example.com/1"}', "what a webhook is told holds the secret `CRM`"),
        ('{"at": "a-password"}', "what a webhook is told holds the storage entry `PASSWORD`"),
    ],
)
def test_it_is_said_which_is_told(body: str, told: str | None) -> None:
    account = Account(
        {"PASSWORD": "a-password"}, {"SHOWN": "+15550100000", "CRM": "https://crm.example.com/1", "VIP": "+15550100007"}
    )
    trace = [{"t": 0, "event": "http_request", "body": body}]
    assert telling_a_secret(trace, secrets_of(RESULT, account), frozenset()) == told  # type: ignore[arg-type]
