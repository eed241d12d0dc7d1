"""Level 0: one tool alone against a real server. What the scenario and the wire can do, and what the model is told."""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import asyncio
import json
import socket
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web
from line.events import AgentSendText

from flowc.emit.line import shared
from tests.line.conftest import FLOW, PATIENCE_S, Answer, Control, call_request, compile_tools, refuses, replies, use


async def test_an_accepted_action_that_takes_the_call_ends_the_turn(tools_module: ModuleType, control: Control) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    outputs = await use(call, "transfer", summary="billing")
    assert outputs == [AgentSendText(text="One moment, I am connecting you. ", interruptible=False)]
    (request,) = control.received
    assert request.body == {"action": "transfer", "summary": "billing"}
    assert request.headers["X-Flowc-Token"] == "secret-token"
    assert request.headers["X-Flowc-Contract"] == tools_module.CONTRACT
    assert len(request.headers["X-Flowc-Request-Id"]) == 36
    assert request.headers["Content-Type"] == "application/json"


async def test_parameters_left_out_are_not_sent(tools_module: ModuleType, control: Control) -> None:
    call = tools_module.ShopCall(call_request(control.metadata()))
    await use(call, "transfer", summary=None)
    assert control.received[0].body == {"action": "transfer"}


async def test_without_a_phrase_the_tool_says_nothing(tools_module: ModuleType, control: Control) -> None:
    assert await use(tools_module.ShopCall(call_request(control.metadata())), "end_call") == []


async def test_a_phrase_is_spoken_as_it_is_meant(tools_module: ModuleType, control: Control) -> None:
    outputs = await use(tools_module.ShopCall(call_request(control.metadata())), "spell_number")
    assert [output.text for output in outputs] == ["We know your number, and ${this} is no reference. "]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        pytest.param(replies({"ok": True, "data": {"price": "5"}}), {"ok": True, "data": {"price": "5"}}, id="data"),
        pytest.param(replies({"ok": True}), {"ok": True}, id="no data"),
        pytest.param(replies({"ok": True, "data": [1]}), {"ok": True}, id="data that is no object"),
    ],
)
async def test_data_reaches_the_model(
    tools_module: ModuleType, control: Control, answer: Answer, result: dict[str, Any]
) -> None:
    control.answers = [answer]
    call = tools_module.ShopCall(call_request(control.metadata()))
    phrase, told = await use(call, "lookup", key="price", item=7)
    assert phrase == AgentSendText(text="Let me look that up. ", interruptible=True)
    assert told == result


async def half(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"ok": ')
    assert request.transport is not None
    request.transport.close()
    return response


def reset(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def redirects(request: web.Request) -> web.Response:
    return web.Response(status=307, headers={"Location": "/elsewhere"})


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(replies(""), id="empty"),
        pytest.param(replies("OK"), id="no JSON"),
        pytest.param(replies("[" * 20_000), id="nested without end"),
        pytest.param(replies([1, 2]), id="no object"),
        pytest.param(replies({"ok": "yes"}), id="ok is no truth value"),
        pytest.param(replies({"ok": True, "data": {"x": "y" * 1_000_000}}), id="1 MB"),
        pytest.param(replies("\xff", 204), id="204"),
    ],
)
async def test_a_2xx_without_a_usable_body_means_accepted(
    tools_module: ModuleType, control: Control, answer: Answer
) -> None:
    control.answers = [answer, answer]
    call = tools_module.ShopCall(call_request(control.metadata()))
    assert await use(call, "end_call") == []
    (told,) = await use(call, "note", text="x")
    assert told["ok"] is True
    assert "no details" in told["note"]
    assert len(control.received) == 2


async def test_half_an_answer_is_asked_for_again(tools_module: ModuleType, control: Control) -> None:
    control.answers = [half]
    call = tools_module.ShopCall(call_request(control.metadata()))
    assert await use(call, "note", text="x") == [{"ok": True}]
    first, second = control.received
    assert first.headers["X-Flowc-Request-Id"] == second.headers["X-Flowc-Request-Id"]


async def test_half_an_answer_twice_still_means_accepted(tools_module: ModuleType, control: Control) -> None:
    control.answers = [half, half]
    (told,) = await use(tools_module.ShopCall(call_request(control.metadata())), "note", text="x")
    assert told["ok"] is True
    assert "note" in told


@pytest.mark.parametrize(
    ("answer", "error", "requests"),
    [
        pytest.param(reset, "unreachable", 2, id="reset"),
        pytest.param(replies("oops", 500), "failed", 1, id="500"),
        pytest.param(replies({"ok": True}, 404), "failed", 1, id="404"),
        pytest.param(redirects, "failed", 1, id="redirect"),
        pytest.param(refuses("busy"), "busy", 1, id="busy"),
        pytest.param(refuses("not_ready"), "not_ready", 1, id="not ready"),
        pytest.param(refuses("call_ended"), "call_ended", 1, id="call ended"),
        pytest.param(refuses("unknown_action"), "unknown_action", 1, id="unknown action"),
        pytest.param(refuses("invented_later"), "invented_later", 1, id="a code of a later version"),
        pytest.param(replies({"ok": False}), "failed", 1, id="refusal without a reason"),
        pytest.param(replies({"ok": False, "error": {"code": 5}}), "failed", 1, id="refusal with a wrong reason"),
    ],
)
async def test_what_was_not_done_is_said_honestly(
    tools_module: ModuleType, control: Control, log: Any, answer: Answer, error: str, requests: int
) -> None:
    control.answers = [answer, answer]
    phrase, told = await use(tools_module.ShopCall(call_request(control.metadata())), "transfer")
    assert isinstance(phrase, AgentSendText)
    assert told["ok"] is False
    assert told["error"] == error
    assert 20 < len(told["message"]) < 200
    assert set(told) == {"ok", "error", "message"}
    assert "secret" not in json.dumps(told)
    assert len(control.received) == requests
    assert len({request.headers["X-Flowc-Request-Id"] for request in control.received}) == 1


async def test_what_the_scenario_misses_in_the_parameters_is_passed_on(
    tools_module: ModuleType, control: Control
) -> None:
    control.answers = [refuses("invalid_parameters", "summary must be one of a, b")]
    _, told = await use(tools_module.ShopCall(call_request(control.metadata())), "transfer")
    assert "summary must be one of a, b" in told["message"]


async def test_a_reset_is_followed_by_one_more_attempt(tools_module: ModuleType, control: Control) -> None:
    control.answers = [reset]
    assert await use(tools_module.ShopCall(call_request(control.metadata())), "end_call") == []
    assert len(control.received) == 2


async def test_nobody_listens(tools_module: ModuleType, log: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/secret"
        (told,) = await use(tools_module.ShopCall(call_request({"vox_session_control_url": url})), "end_call")
    assert told["error"] == "unreachable"
    assert "ClientConnectorError" in log.text


async def test_a_scenario_that_never_answers_costs_a_bounded_time(
    tools_module: ModuleType, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("_TIMEOUT_S", 3.0), ("_FIRST_ATTEMPT_S", 1.5), ("_SECOND_ATTEMPT_S", 0.05)):
        monkeypatch.setattr(tools_module._flowc_line, name, seconds)
    control.answers = [control.held({"ok": True}), control.held({"ok": True})]
    async with asyncio.timeout(PATIENCE_S):
        (told,) = await use(tools_module.ShopCall(call_request(control.metadata())), "end_call")
    assert told["error"] == "unreachable"
    assert len(control.received) == 2


def test_the_limits_are_as_documented(tools_module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert tools_module._flowc_line._TIMEOUT_S == 5.0
    limits = tools_module._flowc_line
    assert limits._FIRST_ATTEMPT_S < limits._TIMEOUT_S - limits._SECOND_ATTEMPT_S


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"vox_session_control_url": None},
        {"vox_session_control_url": 5},
        {"vox_session_control_url": ""},
        {"vox_session_control_url": "session/secret"},
    ],
    ids=str,
)
async def test_without_a_phone_call_behind_it_every_tool_says_so(
    tools_module: ModuleType, log: Any, metadata: dict[str, Any] | None
) -> None:
    call = tools_module.ShopCall(call_request(metadata))
    (told,) = await use(call, "transfer")  # and nothing is announced
    assert told["ok"] is False
    assert told["error"] == "not_connected"


PLATFORM = [
    "https://www-us-01-223.voximplant.com:12093/request/abc/secret",
    "https://voximplant.com/x",
    "https://a.b.voximplant.com",
    "HTTPS://WWW.VOXIMPLANT.COM/X?y=z",
    "https://x.voximplant.com:443/a@b:c\\d#e",  # behind the host anything may stand
]
NOT_THE_PLATFORM = [
    "https://example.com/secret",
    "https://example.com/.voximplant.com",
    "https://example.com#.voximplant.com",
    "https://example.com?.voximplant.com",
    "https://voximplant.com.example.com/secret",
    "https://evilvoximplant.com/secret",
    "https://voximplant.com@example.com/secret",
    "https://voximplant.com:12093@example.com/secret",
    "https://user:password@voximplant.com/secret",
    "https://example.com\\.voximplant.com/secret",
    "https://example.com\\@voximplant.com/secret",
    "https://voximplant.com./secret",
    "https://.voximplant.com/secret",
    "https://x..voximplant.com/secret",
    "https://voximplant.com:0/secret",
    "https://voximplant.com:65536/secret",
    "https://voximplant.com:/secret",
    "https://voximplant.com:4\u0664/secret",  # a digit, but no port
    "https://voximplant\u3002com/secret",  # a full stop, once a library has looked at it
    "https://\uff56oximplant.com/secret",
    "https://xn--voximplant-.com/secret",
    "https://x.vo\u0131mplant.com/secret",
    "https://x.voximplant.com\n/secret",
    "https://x.voximplant.com/secret\n",
    " https://x.voximplant.com/secret",
    "https://x.voximplant.com/a b",
    "https://x.voximplant.com/\u00e9",
    "https://x.voximplant%2ecom/secret",
    "https:/x.voximplant.com/secret",
    "https:x.voximplant.com",
    "//x.voximplant.com/secret",
    "http://x.voximplant.com/secret",
    "wss://x.voximplant.com/secret",
    "https://x.voximplant.com/" + "a" * 3000,
    "https://127.0.0.1/secret",
    "https://2130706433/secret",
    "https://[::1]/secret",
    "https://[::ffff:127.0.0.1]/secret",
    "https://10.0.0.1/secret",
    "https://169.254.169.254/latest",
    "https://localhost/secret",
    "http://127.0.0.1:1/secret",
    "http://localhost:1/secret",
    "",
    b"https://voximplant.com/secret",
    ["https://voximplant.com/secret"],
]


@pytest.mark.parametrize("url", PLATFORM)
def test_a_control_url_leads_to_the_platform(tools_module: ModuleType, url: str) -> None:
    assert tools_module._flowc_line._is_control_url(url, ())
    assert tools_module._flowc_line._is_control_url(url, ("127.0.0.1",))


@pytest.mark.parametrize("url", NOT_THE_PLATFORM, ids=lambda url: ascii(url)[:60])
async def test_a_control_url_leads_nowhere_else(tools_module: ModuleType, log: Any, url: Any) -> None:
    """By whatever way it comes, and without its appearing in the log."""
    tools_module.ShopCall.control_hosts = ()
    assert not tools_module._flowc_line._is_control_url(url, ())
    call = tools_module.ShopCall(call_request({"vox_session_control_url": url}))
    (told,) = await use(call, "end_call")
    assert told["error"] == "not_connected"


@pytest.mark.parametrize(
    ("hosts", "url", "is_good"),
    [
        (("127.0.0.1",), "http://127.0.0.1:1/x", True),
        (("127.0.0.1",), "https://127.0.0.1/x", True),
        (("localhost", "::1"), "http://LOCALHOST:1/x", True),
        (("localhost", "::1"), "http://[::1]:1/x", True),
        (("127.0.0.1",), "http://localhost:1/x", False),
        (("127.0.0.1",), "http://127.0.0.1@example.com/x", False),
        (("127.0.0.1",), "http://127.0.0.1.example.com/x", False),
        (("127.0.0.1",), "https://example.com/x", False),
        (("pbx.example.com",), "https://pbx.example.com/x", True),
        (("pbx.example.com",), "https://x.pbx.example.com/x", False),
        (("pbx.example.com",), "http://pbx.example.com/x", False),
        ("127.0.0.1", "http://127.0.0.1:1/x", True),
        ("127.0.0.1", "https://1/x", False),  # one host, not its letters
    ],
)
def test_tests_may_lead_it_elsewhere(tools_module: ModuleType, hosts: Any, url: str, is_good: bool) -> None:
    tools_module.ShopCall.control_hosts = hosts
    call = tools_module.ShopCall(call_request({"vox_session_control_url": url}))
    assert call._phone_call._scenario.is_known is is_good


def test_no_environment_leads_it_elsewhere() -> None:
    """Production could have it by accident."""
    for text in (compile_tools(FLOW), shared.text()):
        assert "environ" not in text
        assert "import os" not in text


@pytest.mark.parametrize("token", ["line\r\nbreak: x", "caf\xe9 secret", 5, None])
async def test_a_token_that_is_no_header_is_left_out(tools_module: ModuleType, control: Control, token: Any) -> None:
    call = tools_module.ShopCall(call_request(control.metadata() | {"vox_control_token": token}))
    assert await use(call, "end_call") == []
    assert "X-Flowc-Token" not in control.received[0].headers


async def test_another_contract_is_logged_once_and_does_no_harm(
    tools_module: ModuleType, control: Control, log: Any
) -> None:
    metadata = control.metadata() | {"vox_contract": "0123456789abcdef", "vox_flow": "shop"}
    call = tools_module.ShopCall(call_request(metadata))
    assert await use(call, "end_call") == []
    assert log.text.count("0123456789abcdef") == 1
    assert "flow" not in log.records[0].getMessage().split("contract")[0]


async def test_the_same_contract_is_not_mentioned(tools_module: ModuleType, control: Control, log: Any) -> None:
    same = {"vox_contract": tools_module.CONTRACT, "vox_flow": tools_module.FLOW}
    tools_module.ShopCall(call_request(control.metadata() | same))
    tools_module.ShopCall(call_request(control.metadata()))  # a scenario written by hand
    assert log.text == ""


async def test_proxies_of_the_machine_are_not_asked(
    tools_module: ModuleType, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert await use(tools_module.ShopCall(call_request(control.metadata())), "end_call") == []


async def test_an_error_of_the_tools_own_does_not_end_the_call(
    tools_module: ModuleType, control: Control, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(tools_module._flowc_line.PhoneCall, "_request", fails)
    (told,) = await use(tools_module.ShopCall(call_request(control.metadata())), "end_call")
    assert told["error"] == "failed"
    assert "RuntimeError" in log.text


async def test_two_calls_at_once_keep_apart(tools_module: ModuleType, control: Control, other_control: Control) -> None:
    sessions = [control, other_control]
    await asyncio.gather(
        *(
            use(tools_module.ShopCall(call_request(session.metadata())), "transfer", summary=f"call {number}")
            for number, session in enumerate(sessions)
        )
    )
    assert [[request.body["summary"] for request in session.received] for session in sessions] == [
        ["call 0"],
        ["call 1"],
    ]
