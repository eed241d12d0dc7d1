"""The edge: Voximplant's Management API, by the vendor's own client. Nothing else of flowc talks to an account.

What is read of answers is looked at, whatever the client makes of them. Neither the credentials nor the value of a
secret is in anything that is raised here. The client waits for ever, so that each call gets a thread, and a limit.
"""

# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flowc.deploy.account import Account, CallerNumber, Entry, RentedNumber, RoutingRule, Scenario, scenario
from flowc.deploy.state import State, Step, StepKind
from flowc.disk import told

ENDPOINT = "api.voximplant.com"
LIMIT = 30.0  # seconds that a call may take
MOST = 10_000  # of one kind on an account: a list that has more has no end
PAGE = 100
PAGE_OF_KEYS = 50  # GetKeyValueKeys: "a maximum value of 50"
INSTALL = "`flowc deploy` and `flowc doctor` need Voximplant's client: python -m pip install 'flowc[deploy]'"
_NUMBER = re.compile(r"\+?\d{3,20}")
_REFUSED = {  # https://voximplant.com/docs/references/httpapi/errors, and what HTTP says
    100: "the credentials are not accepted: is the service account still there, and the clock of this machine right?",
    104: "the service account may not do this: give it the role Developer, or one above",
    401: "the credentials are not accepted: is the service account still there, and the clock of this machine right?",
    403: "the service account may not do this: give it the role Developer, or one above",
    429: "too many requests: try again later",
}


class ApiError(Exception):
    """The API cannot be used, or has refused. The message is a sentence without any secret."""


class Api:
    """An account. `endpoint` is a host, with a port if need be; the client talks to it by HTTPS alone."""

    def __init__(self, credentials: Path, endpoint: str = ENDPOINT, limit: float | None = None) -> None:
        try:
            from voximplant.apiclient.client import VoximplantAPI, VoximplantException
        except ImportError as error:
            raise ApiError(INSTALL) from error
        _look_at(credentials)
        self._refusal = VoximplantException
        self._client = VoximplantAPI(str(credentials), endpoint)
        self._limit = LIMIT if limit is None else limit
        self._application_id = 0
        self._full_name = ""
        self._added: int | None = None  # the scenario

    # Reading

    def read(self, application: str, flow: str, readable: Iterable[str], storage: Iterable[str]) -> Account:
        """The application, and of the account what it goes by. `readable` are entries of ApplicationStorage whose
        values are looked at, `storage` those that matter at all.
        """
        found = self._application_id = self._application(application)
        scenarios = self._scenarios(flow)
        rules = self._all("GetRules", self._client.get_rules, application_id=found, with_scenarios=True)
        wanted = set(storage)
        entries = tuple(each for each in map(_entry, self._keys()) if each.key in wanted) if wanted else ()
        there = {entry.key for entry in entries}
        return Account(
            application_id=found,
            application=self._full_name,
            scenarios=scenarios,
            rules=tuple(map(_rule, rules)),
            secrets=tuple(
                sorted(
                    _text(each, "secret_name", "GetSecrets")
                    for each in self._all("GetSecrets", self._client.get_secrets, application_id=found)
                )
            ),
            storage=entries,
            caller_ids=tuple(map(_caller_id, self._all("GetCallerIDs", self._client.get_caller_ids))),
            rented=tuple(map(_rented, self._all("GetPhoneNumbers", self._client.get_phone_numbers))),
            shown={name: self._number(name) for name in readable if name in there},
        )

    def _application(self, name: str) -> int:
        every = self._all("GetApplications", self._client.get_applications)
        names = {_text(each, "application_name", "GetApplications"): each for each in every}
        for full, each in names.items():
            if full == name or ("." not in name and full.partition(".")[0] == name):
                self._full_name = full
                return _whole(each, "application_id", "GetApplications")
        raise ApiError(f"the account has no application {name} (there are: {', '.join(sorted(names)) or 'none'})")

    def _scenarios(self, flow: str) -> tuple[Scenario, ...]:
        """Those of the application, and others with such a name, each of the flow's own name with its text."""
        method = self._client.get_scenarios
        own = self._all("GetScenarios", method, application_id=self._application_id)
        elsewhere = self._all("GetScenarios", method, scenario_name=flow)  # whose name contains that, in any case
        found: dict[int, Scenario] = {}
        for is_elsewhere, each in [*((False, each) for each in own), *((True, each) for each in elsewhere)]:
            number = _whole(each, "scenario_id", "GetScenarios")
            if number in found:
                continue
            name = _text(each, "scenario_name", "GetScenarios")
            if name == flow:
                found[number] = scenario(number, name, is_elsewhere, self._script(number, is_elsewhere))
            else:
                found[number] = Scenario(number, name, is_elsewhere)
        return tuple(found.values())

    def _script(self, number: int, is_elsewhere: bool) -> str:
        of = {} if is_elsewhere else {"application_id": self._application_id}
        answers = self._all("GetScenarios", self._client.get_scenarios, scenario_id=number, with_script=True, **of)
        if len(answers) != 1 or answers[0].get("scenario_id") != number:
            raise ApiError(f"GetScenarios: the API did not answer with the scenario {number} that it was asked for")
        return _text(answers[0], "scenario_script", "GetScenarios")

    def _keys(self) -> list[dict[str, Any]]:
        method = self._client.get_key_value_keys
        return self._all("GetKeyValueKeys", method, PAGE_OF_KEYS, application_id=self._application_id)

    def _number(self, key: str) -> str | None:
        """What stands there, if that is a telephone number."""
        method = self._client.get_key_value_item
        answer = self._call("GetKeyValueItem", method, key=key, application_id=self._application_id)
        for each in _rows(answer, "GetKeyValueItem"):
            value = each.get("value")
            if each.get("key") == key and isinstance(value, str):
                return value if _NUMBER.fullmatch(value) else None
        raise ApiError(f"GetKeyValueItem: the API did not answer with the entry {key} that it was asked for")

    def _all(self, name: str, method: Callable[..., Any], page: int = PAGE, **arguments: Any) -> list[dict[str, Any]]:
        """Every row of a list, however many pages it has."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self._call(name, method, count=page, offset=len(found), **arguments)
            rows = _rows(answer, name)
            found += rows
            total = _perhaps(answer, "total_count")
            if total is not None and not rows and len(found) < total:
                raise ApiError(f"{name}: the API speaks of {total}, and answers with {len(found)}")
            if not rows or (len(rows) < page if total is None else len(found) >= total):
                return found
            if len(found) > MOST:
                raise ApiError(f"{name}: the list has no end; {len(found)} were read")

    # Writing

    def carry_out(self, step: Step, text: str, found: State, environment: Mapping[str, str]) -> None:
        """One step of what was found, for the application that was read. Raises ApiError."""
        match step.kind:
            case StepKind.ADD_SECRET:
                self._add_secret(step.name, environment[step.name])
            case StepKind.ADD_SCENARIO:
                new = {"scenario_name": found.flow, "scenario_script": text, "application_id": self._application_id}
                answer = self._write("AddScenario", self._client.add_scenario, **new)
                self._added = _whole(answer, "scenario_id", "AddScenario")
            case StepKind.CHANGE_SCENARIO:
                changed = {"scenario_id": step.id, "scenario_script": text}
                self._write("SetScenarioInfo", self._client.set_scenario_info, **changed)
            case StepKind.ADD_RULE:
                number = self._added if found.scenario is None else found.scenario.id
                new = {"rule_name": step.name, "rule_pattern": step.pattern, "scenario_id": number}
                answer = self._write("AddRule", self._client.add_rule, application_id=self._application_id, **new)
                _whole(answer, "rule_id", "AddRule")
            case StepKind.BIND_SCENARIO:
                number = self._added if found.scenario is None else found.scenario.id
                pair = {"scenario_id": number, "rule_id": step.id, "application_id": self._application_id}
                self._write("BindScenario", self._client.bind_scenario, bind=True, **pair)

    def _add_secret(self, name: str, value: str) -> None:
        new = {"secret_name": name, "secret_value": value, "application_id": self._application_id}
        rows = _rows(self._call("AddSecret", self._client.add_secret, is_told=False, **new), "AddSecret")
        if not rows or any(_perhaps(each, "secret_id") is None for each in rows):
            raise ApiError(f"AddSecret: {_UNKNOWN}; whether it was done is not known")

    def _write(self, name: str, method: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
        answer = self._call(name, method, **arguments)
        if answer.get("result") != 1:
            raise ApiError(f"{name}: {_UNKNOWN}; whether it was done is not known")
        return answer

    # One call

    def _call(self, name: str, method: Callable[..., Any], *, is_told: bool = True, **arguments: Any) -> dict[str, Any]:
        """`is_told`: what the platform says of an error is passed on. Where a secret was sent, it might hold that."""
        outcome: list[Any] = []

        def ask() -> None:
            try:
                outcome.append(method(**arguments))
            except Exception as error:
                outcome.append(error)

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(self._limit)
        if not outcome:
            raise ApiError(f"{name}: no answer within {self._limit:g} s; whether it was done is not known")
        answer = outcome[0]
        if isinstance(answer, Exception):
            raise ApiError(f"{name}: {self._told(answer, is_told)}") from None
        if not isinstance(answer, dict):
            raise ApiError(f"{name}: {_UNKNOWN}")
        return answer

    def _told(self, error: Exception, is_told: bool) -> str:
        if isinstance(error, self._refusal):
            code = error.code
            said = f": {' '.join(str(error.message).split())[:200]}" if is_told else ""
            meant = f" ({_REFUSED[code]})" if code in _REFUSED else ""
            return f"the API refused, code {code}{said}{meant}"
        if isinstance(error, KeyError | TypeError | ValueError | AttributeError):
            key = "private key" in str(error).lower() or "pem" in type(error).__name__.lower()
            return "`private_key` of the credentials is no key" if key else _UNKNOWN
        if type(error).__module__.startswith("jwt"):
            return "`private_key` of the credentials is no key"
        return f"the API cannot be reached: {type(error).__name__}{f': {error}' if is_told else ''}"


_AS_IT_IS = "take the file of the service account as it is"
_UNKNOWN = "the API answered in a form that is not known"


def _look_at(credentials: Path) -> None:
    """The file of a service account, as the control panel gives it."""
    try:
        found = json.loads(credentials.read_bytes())
    except OSError as error:
        raise ApiError(f"cannot read the credentials {credentials}: {told(error)}") from None
    except (ValueError, RecursionError):
        raise ApiError(f"the credentials {credentials} are not JSON: {_AS_IT_IS}") from None
    for key, kinds in (("account_id", (int, str)), ("key_id", (str,)), ("private_key", (str,))):
        if not isinstance(found, dict) or not isinstance(found.get(key), kinds) or not found[key]:
            raise ApiError(f"the credentials {credentials} have no `{key}`: {_AS_IT_IS}")


def _rows(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """What a list answers. Where the documents leave open whether it is one, a single object is one of them."""
    rows = answer.get("result")
    rows = [rows] if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise ApiError(f"{name}: {_UNKNOWN}")
    return rows


def _text(row: Mapping[str, Any], key: str, name: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise ApiError(f"{name}: {_UNKNOWN}: no `{key}`")
    return value


def _whole(row: Mapping[str, Any], key: str, name: str) -> int:
    value = row.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ApiError(f"{name}: {_UNKNOWN}: no `{key}`")
    return value


def _perhaps(row: Mapping[str, Any], key: str) -> int | None:
    value = row.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _flag(row: Mapping[str, Any], key: str, name: str) -> bool:
    value = row.get(key)
    if not isinstance(value, bool):
        raise ApiError(f"{name}: {_UNKNOWN}: no `{key}`")
    return value


def _rule(row: Mapping[str, Any]) -> RoutingRule:
    bound = row.get("scenarios", [])
    if not isinstance(bound, list) or not all(isinstance(each, dict) for each in bound):
        raise ApiError(f"GetRules: {_UNKNOWN}: no `scenarios`")
    return RoutingRule(
        id=_whole(row, "rule_id", "GetRules"),
        name=_text(row, "rule_name", "GetRules"),
        pattern=_text(row, "rule_pattern", "GetRules"),
        scenarios=tuple(_whole(each, "scenario_id", "GetRules") for each in bound),
        names=tuple(_text(each, "scenario_name", "GetRules") for each in bound),
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(_text(row, "key", "GetKeyValueKeys"), _perhaps(row, "expires_at"))


def _caller_id(row: Mapping[str, Any]) -> CallerNumber:
    until: Any = row.get("verified_until")  # the client makes a date of it
    if isinstance(until, date):
        until = until.isoformat()
    return CallerNumber(
        number=_text(row, "callerid_number", "GetCallerIDs"),
        is_active=_flag(row, "active", "GetCallerIDs"),
        verified_until=until[:10] if isinstance(until, str) and until else None,
    )


def _rented(row: Mapping[str, Any]) -> RentedNumber:
    return RentedNumber(
        number=_text(row, "phone_number", "GetPhoneNumbers"),
        works=not row.get("deactivated") and not row.get("canceled"),
        application=_perhaps(row, "application_id"),
        rule=_perhaps(row, "rule_id"),
    )
