"""A Management API on 127.0.0.1, by HTTPS: an account in memory, which answers in the shapes of `contract/` alone.

It runs in a thread of its own. `calls` is what was asked of it; `faults` says what goes wrong, by method.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import trustme
from aiohttp import web
from msgspec import Struct, field

FILES = sorted((Path(__file__).parent / "contract").glob("*.json"))
CONTRACT = {file.stem: json.loads(file.read_text("utf-8")) for file in FILES}
WRITING = frozenset(name for name, of in CONTRACT.items() if of["writes"])
ACCOUNT_ID, KEY_ID = 1234567, "5f9a7b1e-0000-4000-8000-000000000000"
APPLICATION = "hotline.example.voximplant.com"
WHEN = "2026-11-01 09:30:00"
Row = dict[str, Any]


class State(Struct):
    """What is on the account. Scenarios and rules are those of `contract/`, with what else the server has to know."""

    applications: list[Row] = field(default_factory=list)
    scenarios: list[Row] = field(default_factory=list)  # with `application`, None: Shared
    rules: list[Row] = field(default_factory=list)  # with `bound`, ids
    secrets: dict[str, str] = field(default_factory=dict)
    storage: dict[str, tuple[str, int]] = field(default_factory=dict)
    caller_ids: list[Row] = field(default_factory=list)
    numbers: list[Row] = field(default_factory=list)
    last_id: int = 100

    def id(self) -> int:
        self.last_id += 1
        return self.last_id

    def scenario(self, name: str, script: str, application: int | None = 1) -> int:
        number = self.id()
        self.scenarios.append(
            {"scenario_id": number, "scenario_name": name, "scenario_script": script, "application": application}
        )
        return number

    def rule(self, name: str, *bound: int) -> int:
        number = self.id()
        self.rules.append({"rule_id": number, "rule_name": name, "rule_pattern": ".*", "bound": list(bound)})
        return number


class Refused(Exception):
    """An error object of the API."""

    def __init__(self, code: int, message: str) -> None:
        self.document = {"error": {"code": code, "msg": message}}


Fault = Callable[["Fake", str, Mapping[str, str]], web.Response]


class Fake:
    """The server. `endpoint` is for the client; `certificates` and `credentials` are files that it needs."""

    def __init__(self, folder: Path) -> None:
        self.state = State()
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.faults: dict[str, Fault] = {}
        self.released = threading.Event()  # what is slow goes on then
        authority = trustme.CA()
        self.certificates = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.certificates))
        key = authority.issue_cert("key.example", key_type=trustme.KeyType.RSA).private_key_pem.bytes().decode()
        self.private_key = key
        self.credentials = folder / "service_account.json"
        document = {"account_email": "x@example.com", "account_id": ACCOUNT_ID, "key_id": KEY_ID, "private_key": key}
        self.credentials.write_text(json.dumps(document))
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(self._tls)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(60)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application(client_max_size=2**22)
        app.router.add_post("/platform_api", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls)
        await site.start()
        self.endpoint = f"127.0.0.1:{self._runner.addresses[0][1]}"

    def stop(self) -> None:
        self.released.set()
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)

    @property
    def written(self) -> list[str]:
        """The writing calls."""
        return [name for name, _ in self.calls if name in WRITING]

    async def _answer(self, request: web.Request) -> web.Response:
        given = {key: str(value) for key, value in (await request.post()).items()}
        name = given.pop("cmd", "")
        self.calls.append((name, given))
        if name in self.faults:
            try:
                return await asyncio.to_thread(self.faults[name], self, name, given)
            except Cut:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
        try:
            self._know(request.headers.get("Authorization", ""))
            return web.json_response(self.right(name, given))
        except Refused as error:
            return web.json_response(error.document)

    def _know(self, header: str) -> None:
        kind, _, token = header.partition(" ")
        head, claims, signature = token.split(".")
        read = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, claims)]
        known = (read[0]["alg"], read[0]["kid"], read[1]["iss"]) == ("RS256", KEY_ID, str(ACCOUNT_ID))
        if kind != "Bearer" or not signature or not known or read[1]["exp"] - read[1]["iat"] > 60:
            raise Refused(100, "Authorization failed")

    # What is right

    def right(self, name: str, given: Mapping[str, str]) -> Row:
        """What it answers where nothing goes wrong."""
        of = CONTRACT[name]
        if unknown := set(given) - set(of["parameters"]):
            raise Refused(101, f"Unknown arguments: {sorted(unknown)}")
        choices = of.get("one_of")
        if not set(of["required"]) <= set(given) or (choices and not set(choices) & set(given)):
            raise Refused(101, "Invalid arguments")
        if name not in ("GetApplications",) and given.get("application_id", "1") != "1":
            raise Refused(101, "The application is not found")
        answer: Row = getattr(self, f"_{name}")(given)
        assert set(answer) <= set(of["answer"]), (name, answer)
        rows = answer["result"] if of["answer"]["result"] == "rows" else []
        for row in [answer["result"]] if of["answer"]["result"] == "row" else rows:
            assert set(of["always"]) <= set(row) <= set(of["row"]), (name, row)
        return answer

    def _page(self, name: str, rows: list[Row], given: Mapping[str, str]) -> Row:
        of = CONTRACT[name]
        size = min(int(given.get("count", of.get("default", 20))), of.get("most", 1000))
        start = int(given.get("offset", 0))
        shown = rows[start : start + size]
        if "total_count" not in of["answer"]:
            return {"result": shown}
        return {"result": shown, "total_count": len(rows), "count": len(shown)}

    def _GetApplications(self, given: Mapping[str, str]) -> Row:
        rows = [{**each, "modified": WHEN, "secure_record_storage": False} for each in self.state.applications]
        return self._page("GetApplications", rows, given)

    def _GetScenarios(self, given: Mapping[str, str]) -> Row:
        found = self.state.scenarios
        if "application_id" in given:
            found = [each for each in found if each["application"] == int(given["application_id"])]
        if "scenario_id" in given:
            found = [each for each in found if each["scenario_id"] == int(given["scenario_id"])]
        if "scenario_name" in given:
            found = [each for each in found if given["scenario_name"].lower() in each["scenario_name"].lower()]
        with_script = given.get("with_script") == "True" and "scenario_id" in given
        rows = [_scenario(each, with_script) for each in found]
        return self._page("GetScenarios", rows, given)

    def _GetRules(self, given: Mapping[str, str]) -> Row:
        by_id = {each["scenario_id"]: each for each in self.state.scenarios}
        rows = []
        for each in self.state.rules:
            row = {key: value for key, value in each.items() if key != "bound"}
            row |= {"application_id": 1, "video_conference": False, "modified": WHEN}
            if given.get("with_scenarios") == "True":
                row["scenarios"] = [_scenario(by_id[number], False) for number in each["bound"]]
            rows.append(row)
        return self._page("GetRules", rows, given)

    def _GetSecrets(self, given: Mapping[str, str]) -> Row:
        rows = [
            {"secret_id": number, "secret_name": name, "created": WHEN, "modified": WHEN}
            for number, name in enumerate(self.state.secrets, start=1)
        ]
        return self._page("GetSecrets", rows, given)

    def _GetKeyValueKeys(self, given: Mapping[str, str]) -> Row:
        rows = [{"key": key, "expires_at": ends} for key, (_, ends) in self.state.storage.items()]
        return self._page("GetKeyValueKeys", rows, given)

    def _GetKeyValueItem(self, given: Mapping[str, str]) -> Row:
        if given["key"] not in self.state.storage:
            raise Refused(101, "The key is not found")
        value, ends = self.state.storage[given["key"]]
        return {"result": {"key": given["key"], "value": value, "expires_at": ends}}

    def _GetCallerIDs(self, given: Mapping[str, str]) -> Row:
        rows = [{"callerid_id": number, **each} for number, each in enumerate(self.state.caller_ids, start=1)]
        return self._page("GetCallerIDs", rows, given)

    def _GetPhoneNumbers(self, given: Mapping[str, str]) -> Row:
        common = {"phone_price": 1, "phone_country_code": "US", "phone_next_renewal": "2026-12-20"}
        common |= {"phone_purchase_date": WHEN, "auto_charge": True, "category_name": "GEOGRAPHIC"}
        rows = [
            {"phone_id": number, "deactivated": False, "canceled": False, **common, **each}
            for number, each in enumerate(self.state.numbers, start=1)
        ]
        return self._page("GetPhoneNumbers", rows, given)

    def _AddScenario(self, given: Mapping[str, str]) -> Row:
        if any(each["scenario_name"].lower() == given["scenario_name"].lower() for each in self.state.scenarios):
            raise Refused(133, "The scenario name is not unique")
        application = int(given["application_id"]) if "application_id" in given else None
        number = self.state.scenario(given["scenario_name"], given.get("scenario_script", ""), application)
        return {"result": 1, "scenario_id": number}

    def _SetScenarioInfo(self, given: Mapping[str, str]) -> Row:
        [found] = [each for each in self.state.scenarios if each["scenario_id"] == int(given["scenario_id"])]
        found["scenario_script"] = given["scenario_script"]
        return {"result": 1}

    def _AddRule(self, given: Mapping[str, str]) -> Row:
        if any(each["rule_name"] == given["rule_name"] for each in self.state.rules):
            raise Refused(101, "The rule name is not unique")
        bound = [int(each) for each in given.get("scenario_id", "").split(";") if each]
        known = {each["scenario_id"] for each in self.state.scenarios if each["application"] in (1, None)}
        if not set(bound) <= known:
            raise Refused(101, "The scenario is not found")
        number = self.state.rule(given["rule_name"], *bound)
        self.state.rules[-1]["rule_pattern"] = given["rule_pattern"]
        return {"result": 1, "rule_id": number}

    def _BindScenario(self, given: Mapping[str, str]) -> Row:
        [rule] = [each for each in self.state.rules if each["rule_id"] == int(given["rule_id"])]
        [scenario] = [each for each in self.state.scenarios if each["scenario_id"] == int(given["scenario_id"])]
        if scenario["application"] not in (1, None):
            raise Refused(101, "The scenario and the rule are of different applications")
        if given.get("bind", "True") == "True":
            rule["bound"].append(scenario["scenario_id"])
        else:
            rule["bound"].remove(scenario["scenario_id"])
        return {"result": 1}

    def _AddSecret(self, given: Mapping[str, str]) -> Row:
        if given["secret_name"] in self.state.secrets:
            raise Refused(101, "The secret is there already")
        self.state.secrets[given["secret_name"]] = given["secret_value"]
        return {"result": [{"secret_id": len(self.state.secrets)}]}


def _scenario(each: Row, with_script: bool) -> Row:
    shown = ("scenario_id", "scenario_name", *(["scenario_script"] if with_script else []))
    return {**{key: each[key] for key in shown}, "modified": WHEN, "parent": False}


# What goes wrong


def answers(text: str, status: int = 200, kind: str = "application/json") -> Fault:
    return lambda fake, name, given: web.Response(text=text, status=status, content_type=kind)


def _slow(fake: Fake, name: str, given: Mapping[str, str]) -> web.Response:
    fake.released.wait(60)
    return web.json_response({"result": 1})


class Cut(Exception):
    """The connection ends instead of an answer."""


def _cut(fake: Fake, name: str, given: Mapping[str, str]) -> web.Response:
    raise Cut


def _echo(fake: Fake, name: str, given: Mapping[str, str]) -> web.Response:
    """An error that says what was sent."""
    return web.json_response({"error": {"code": 101, "msg": f"Invalid arguments: {json.dumps(dict(given))}"}})


USUAL = ("401", "500", "not JSON", "an error object", "no result", "entries without fields")
"""Faults that each method has; the others, which are looked at in one place for all of them, one has."""
FAULTS: dict[str, Fault] = {
    "401": answers('{"error": {"code": 401, "msg": "Unauthorized"}}', 401),
    "401 without JSON": answers("Unauthorized", 401, "text/plain"),
    "403": answers("Forbidden", 403, "text/html"),
    "429": answers("", 429, "text/plain"),
    "500": answers("<html>Internal Server Error</html>", 500, "text/html"),
    "502 that says it is JSON": answers("<html>Bad Gateway</html>", 502),
    "slow": _slow,
    "cut off": _cut,
    "not JSON": answers("<html>welcome</html>"),
    "a page": answers("<html>welcome</html>", 200, "text/html"),
    "nothing": answers(""),
    "an error object": answers('{"error": {"code": 100, "msg": "Authorization failed"}}'),
    "an error that says what was sent": _echo,
    "an error without fields": answers('{"error": {}}'),
    "an error that is a text": answers('{"error": "no"}'),
    "an error that acts on a terminal": answers(json.dumps({"error": {"code": 1, "msg": "\x1b[2J\n::error::x"}})),
    "null": answers("null"),
    "a list": answers("[]"),
    "a number": answers("1"),
    "no result": answers("{}"),
    "a result that is a text": answers('{"result": "yes"}'),
    "a result of numbers": answers('{"result": [1, 2], "total_count": 2}'),
    "a result of null": answers('{"result": null}'),
    "zero": answers('{"result": 0}'),
    "entries without fields": answers('{"result": [{}], "total_count": 1}'),
    "entries of nulls": answers(
        json.dumps({"result": [dict.fromkeys(("key", "value", "secret_name", "rule_id", "active"))], "total_count": 1})
    ),
}


def having(one: str, methods: Iterable[str]) -> list[tuple[str, str]]:
    """Each method with each fault that it has: `one` of them with all."""
    return [(name, fault) for name in methods for fault in (FAULTS if name == one else USUAL)]
