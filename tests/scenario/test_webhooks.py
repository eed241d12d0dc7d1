"""What becomes of requests to webhooks, at a real HTTP server: told in their order, and again if nobody answers.

The scenario runs in the emulator; what it sends is posted to the server as it is, and the answer is handed back.
"""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from flowc.simulator.engine import Engine
from tests.conftest import ROOT, Artifacts
from tests.scenario.phone import ACCOUNT, Phone
from tests.scenario.test_signatures import SIGNATURE, IsSigned, is_signed

__all__ = ["is_signed"]
Dial = Callable[..., Phone]
NO_ANSWER, TOO_LATE = -4, -7  # typings: HttpRequestResult.code
SLOW = ("/slow", "/answers-late")
PATIENCE_S = 0.3
"""In place of the 10 s for which the platform waits for an answer."""


ANSWERS = {
    "/large": b"x" * 1_000_000,
    "/answers": b'{"who": "desk", "name": "Ren\xc3\xa9", "floor": 3, "more": [1]}',
    "/answers-late": b'{"who": "desk", "floor": 3}',
    "/answers-wrongly": b'{"who": "boss", "floor": 3}',
    "/answers-too-much": b'{"who": "desk", "floor": 3, "more": "' + b"x" * 65_536 + b'"}',
}
"""By path; anything else is answered with what is no JSON."""


class Server(ThreadingHTTPServer):
    """Answers by path; keeps what it got."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.released = threading.Event()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        times = sum(path == self.path for path, *_ in self.server.got)
        if self.path in SLOW:
            self.server.released.wait(60)
        code = {"/fails": 500, "/fails-once": 500 if times == 1 else 200, "/refuses": 404, "/moved": 303}.get(self.path)
        self._answer(code or 200)

    def do_GET(self) -> None:  # where it was redirected to
        self._answer(200)

    def _answer(self, code: int) -> None:
        large = ANSWERS.get(self.path, b"<html>")
        try:
            self.send_response(code)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(large)))
            if code == 303:
                self.send_header("Location", "/there")
            self.end_headers()
            self.wfile.write(large)
        except OSError:
            pass  # nobody waits for it any more

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join(60)


@pytest.fixture
def server(running: Server) -> Server:
    running.got.clear()
    return running


def nobody() -> int:
    """A port at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Network:
    """Between a call and the server."""

    def __init__(
        self, call: Dial, server: Server, path: str, port: int | None = None, flow: str = "signed"
    ) -> None:
        secrets = {**ACCOUNT["secrets"], "CRM_WEBHOOK": f"https://crm.example.com{path}", "CRM_KEY": "a key"}
        self.phone = call(flow, http="manual", **{**ACCOUNT, "secrets": secrets})
        self.port = server.server_port if port is None else port
        self.handled = 0
        self.sent: list[tuple[int, str]] = []

    def carry(self) -> None:
        """Whatever was sent is answered."""
        session = self.phone.session
        while len(requests := session.events_of("http_request")) > self.handled:
            request = requests[self.handled]
            self.handled += 1
            if "plain" in request["url"]:
                session.answer_http(200, url=request["url"])
                continue
            self.sent.append((request["t"], request["headers"]["Idempotency-Key"]))
            code, text = self._posted(request)
            session.answer_http(code, text, url=request["url"])

    def _posted(self, request: Any) -> tuple[int, str]:
        url = request["url"].replace("https://crm.example.com", f"http://127.0.0.1:{self.port}")
        posted = urllib.request.Request(url, request["body"].encode(), request["headers"], method="POST")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(posted, timeout=PATIENCE_S if request["url"].endswith(SLOW) else 60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except TimeoutError:
            return TOO_LATE, ""
        except (urllib.error.URLError, http.client.HTTPException):
            return NO_ANSWER, ""

    def wait(self, milliseconds: int) -> None:
        for _ in range(milliseconds // 500):
            self.carry()
            self.phone.session.advance(500)
        self.carry()


@pytest.mark.parametrize(
    ("path", "times"),
    [("/", 1), ("/large", 1), ("/moved", 1), ("/refuses", 1), ("/fails-once", 2), ("/fails", 3), ("/slow", 3)],
)
def test_a_webhook_that_does_not_answer_is_told_again(
    call: Dial, server: Server, is_signed: IsSigned, path: str, times: int
) -> None:
    network = Network(call, server, path)
    assert network.phone.asks("note", text="é") == {"ok": True}
    network.wait(10_000)
    began = network.sent[0][0]
    assert [(at - began, key) for at, key in network.sent] == [
        (at, "signed-1-1") for at in (0, 1000, 6000)[:times]
    ]
    assert len(server.got) == times
    assert len({body for _, _, body in server.got}) == 1
    for _, headers, body in server.got:
        assert is_signed(headers[SIGNATURE], body, "a key")
        assert json.loads(body)["parameters"] == {"text": "é"}
    assert network.phone.session.state["posts"] == []


def test_nobody_at_the_address_is_told_three_times(call: Dial, server: Server) -> None:
    network = Network(call, server, "/", nobody())
    network.phone.asks("note", text="x")
    network.wait(10_000)
    assert [at - network.sent[0][0] for at, _ in network.sent] == [0, 1000, 6000]
    assert server.got == []
    told = [line for line in network.phone.session.logs if "the webhook crm" in line]
    assert [line.partition("crm ")[2] for line in told] == [
        "could not be reached, code -4, and is told again in 1 s",
        "could not be reached, code -4, and is told again in 5 s",
        "could not be reached, code -4",
    ]


def test_one_webhook_is_told_in_order_and_another_does_not_wait_for_it(call: Dial, server: Server) -> None:
    network = Network(call, server, "/fails-once")
    for text in ("one", "two", "three"):
        assert network.phone.asks("note", text=text) == {"ok": True}
    network.wait(3000)
    texts = [json.loads(body)["parameters"]["text"] for _, _, body in server.got]
    assert texts == ["one", "one", "two", "three"]
    plain = [entry for entry in network.phone.session.events_of("http_request") if "plain" in entry["url"]]
    assert [entry["t"] for entry in plain] == [network.sent[0][0]] * 3
    keys = [entry["headers"]["Idempotency-Key"] for entry in network.phone.session.events_of("http_request")]
    assert len(set(keys)) == 6


def test_a_call_that_is_over_is_waited_for_until_its_webhook_has_answered(call: Dial, server: Server) -> None:
    network = Network(call, server, "/fails-once")
    network.phone.asks("note", text="x")
    network.phone.session.caller.hang_up()
    network.carry()
    assert network.phone.session.ended is None
    network.wait(1000)
    assert network.phone.is_over()
    assert len(server.got) == 2


def test_a_session_does_not_outlive_its_call_by_a_minute(call: Dial, server: Server) -> None:
    network = Network(call, server, "/")
    for text in ("one", "two"):
        network.phone.asks("note", text=text)
    began = time.monotonic()
    network.phone.session.caller.hang_up()
    network.phone.session.advance(58_000)  # nobody answers
    requests = [entry for entry in network.phone.session.events_of("http_request") if "crm" in entry["url"]]
    # What was never sent comes first: of the other there is no time for a third time.
    assert [entry["headers"]["Idempotency-Key"][-1] for entry in requests] == ["1", "3", "3", "3"]
    assert network.phone.is_over()
    assert time.monotonic() - began < 60


def test_what_waits_behind_it_takes_nothing_from_what_is_told_again(call: Dial) -> None:
    """Also when the call is over: one answer that is no success loses no note."""
    phone = call("front_desk", http="manual")
    for text in ("one", "two"):
        phone.asks("note", text=text)
    phone.session.caller.hang_up()
    for code in (503, 200, 200):
        phone.session.answer_http(code)
        phone.session.advance(1000)
    sent = [entry["headers"]["Idempotency-Key"][-1] for entry in phone.session.events_of("http_request")]
    assert sent == ["1", "1", "2"]
    assert phone.is_over()


def test_what_waits_for_another_webhook_takes_nothing_either(call: Dial) -> None:
    """A note that waits until its own webhook is told again could not be sent meanwhile."""
    report = "https://crm.example.com/report"
    given = {**ACCOUNT, "storage": {**ACCOUNT["storage"], "CRM": report}}
    phone = call("reporting", http="manual", **given)
    for _ in range(2):
        phone.asks("note")
    phone.session.caller.hang_up()
    phone.session.answer_http(503, url="https://ops.example.com/")
    phone.session.answer_http(-1, url=report)
    phone.session.advance(1000)
    sent = [entry["url"] for entry in phone.session.events_of("http_request")]
    assert sent.count(report) == 2


@pytest.mark.parametrize("code", [-2, -5, -9, 302, 400, 422, 499])
def test_what_another_time_would_not_change_is_not_told_again(call: Dial, code: int) -> None:
    phone = call("front_desk", http="manual")
    phone.asks("note", text="x")
    phone.session.answer_http(code)
    phone.session.advance(10_000)
    assert len(phone.session.events_of("http_request")) == 1


@pytest.mark.parametrize("code", [0, -1, -3, -4, -6, -7, -8, 408, 425, 429, 500, 503, 599])
def test_what_may_not_have_arrived_is_told_again(call: Dial, code: int) -> None:
    phone = call("front_desk", http="manual")
    phone.asks("note", text="x")
    phone.session.answer_http(code)
    phone.session.advance(1000)
    assert len(phone.session.events_of("http_request")) == 2


@pytest.fixture
def silent(engine: Engine, compiled: Callable[[Path], Artifacts]) -> Phone:
    """On a platform that says nothing when `timeout` is over."""
    scenario = compiled(ROOT / "flows" / "front_desk.yaml")["js"]
    assert scenario.count("timeout: NOTIFY_MS / 1000,") == 1
    return Phone(engine, scenario.replace("timeout: NOTIFY_MS / 1000,", ""), http="manual")


def test_of_what_the_platform_says_nothing_is_told_again(silent: Phone) -> None:
    """It takes nothing from what waits behind it, and from the session nothing but its time."""
    for text in ("one", "two"):
        silent.asks("note", text=text)
    silent.session.advance(43_000)  # 12 s, 1 s, 12 s, 5 s, 12 s
    sent = silent.session.events_of("http_request")
    assert [(entry["t"] - sent[0]["t"], entry["headers"]["Idempotency-Key"][-1]) for entry in sent] == [
        (0, "1"),
        (13_000, "1"),
        (30_000, "1"),
    ]  # the platform has three under way by then, and the next one waits there
    assert [(post["id"][-1], post["tries"]) for post in silent.session.state["posts"]] == [("2", 1)]
    told = [line.partition("could")[1:] for line in silent.session.logs if "could not be reached" in line]
    assert ["".join(line) for line in told] == [
        "could not be reached, code -7, and is told again in 1 s",
        "could not be reached, code -7, and is told again in 5 s",
        "could not be reached, code -7",
    ]
    silent.session.caller.hang_up()
    silent.session.advance(55_000)
    assert "terminate" in [entry["event"] for entry in silent.session.trace]
    silent.session.advance(90_000)  # the platform's own time for what it has not delivered
    assert silent.is_over()


def test_what_is_said_of_it_too_late_is_said_of_nothing_else(silent: Phone) -> None:
    for text in ("one", "two"):
        silent.asks("note", text=text)
    silent.session.advance(13_000)
    assert len(silent.session.events_of("http_request")) == 2
    silent.session.answer_http(200)  # of the first time
    assert len(silent.session.events_of("http_request")) == 2
    silent.session.answer_http(200)
    assert [entry["headers"]["Idempotency-Key"][-1] for entry in silent.session.events_of("http_request")] == [
        "1",
        "1",
        "2",
    ]
