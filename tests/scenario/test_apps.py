"""Users of an app, and numbers at WhatsApp."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenario.phone import RINGBACK, Phone

APP, CHAT = "anna", "+15550100003"
Dial = Callable[..., Phone]


def rung(call: Dial, action: str = "find", **options: object) -> Phone:
    phone = call("apps", **options)
    phone.asks_and_speaks(action)
    return phone


def dials(phone: Phone) -> list[tuple[str, str, str]]:
    return [(entry["type"], entry["number"], entry["callerid"]) for entry in phone.session.events_of("dial")]


def tried(phone: Phone) -> list[tuple[str, str]]:
    return [(one["target"], one["outcome"]) for one in phone.told[-1]["tried"]]


def test_an_app_is_woken_and_shown_who_calls(call: Dial) -> None:
    phone = rung(call)
    [entry] = phone.session.events_of("dial")
    assert (entry["type"], entry["callerid"]) == ("user", "+15550123456")
    assert (entry["headers"], entry["how"]) == ({"VI-CallTimeout": "31"}, {"push": 20_000})
    phone.session.advance(25_000)
    assert phone.hears == RINGBACK
    phone.session.leg(APP).answer()
    phone.session.advance(0)
    assert phone.hears == f"leg:{APP}"


@pytest.mark.parametrize(("action", "seconds"), [("find_quickly", "10"), ("find_slowly", "14")])
def test_the_platform_rings_for_no_less_than_ten_seconds(call: Dial, action: str, seconds: str) -> None:
    phone = rung(call, action)
    [entry] = phone.session.events_of("dial")
    assert entry["headers"] == {"VI-CallTimeout": seconds}
    assert "how" not in entry, "an app that is not to be woken is not"


def test_what_is_refused_gives_way(call: Dial) -> None:
    phone = rung(call)
    phone.session.leg(APP).fail(403)
    assert dials(phone) == [("user", APP, "+15550123456"), ("user", APP, "front-desk")]
    phone.session.leg(APP).fail(403)
    assert phone.ringing == [CHAT]


@pytest.mark.parametrize("caller", ["anonymous", ""])
def test_a_caller_who_is_withheld_is_not_shown(call: Dial, caller: str) -> None:
    phone = rung(call, caller=caller)
    assert dials(phone) == [("user", APP, "front-desk")]


def test_an_app_that_sleeps_on_and_rings_after_all(call: Dial) -> None:
    """The platform may say so before the push has come to something: then it is over for us, and hung up."""
    phone = rung(call)
    phone.session.leg(APP).fail(480)
    assert [entry["message"] for entry in phone.session.events_of("misuse")] == [f"Call.hangup: leg:{APP} is over"]
    assert phone.ringing == [CHAT]
    phone.session.leg(CHAT).answer()
    phone.session.advance(0)
    assert phone.hears == f"leg:{CHAT}"
    phone.session.leg(CHAT).hang_up()
    phone.session.advance(1000)
    told = (phone.session.agent.started or {})["vox_outcome"]
    assert [(one["target"], one["outcome"]) for one in told["tried"]] == [("app", "unreachable"), ("chat", "connected")]


def test_an_app_gives_no_sign_of_ringing_and_is_not_answered(call: Dial) -> None:
    """Which is a matter of trunks alone."""
    phone = rung(call)
    phone.session.advance(30_000)
    phone.session.advance(8000)
    assert tried(phone) == [("app", "no_answer"), ("chat", "no_answer")]
    assert [one["rang_seconds"] for one in phone.told[-1]["tried"]] == [30, 8]


def test_somebody_at_an_app_holds_the_caller(call: Dial) -> None:
    phone = rung(call)
    app = phone.session.leg(APP)
    app.answer()
    phone.session.advance(0)
    app.hold()
    assert phone.hears == RINGBACK
    app.resume()
    assert phone.hears == f"leg:{APP}"
    app.asks_transfer("sip:elsewhere@example.com")
    [answered] = phone.session.events_of("transfer_answered")
    assert answered["code"] == 603


def test_whatsapp_has_no_limit_but_ours(call: Dial) -> None:
    phone = rung(call)
    phone.session.leg(APP).fail(486)
    assert dials(phone)[-1] == ("wab", CHAT, "+15550009998")
    phone.session.advance(7999)
    assert phone.ringing == [CHAT]
    phone.session.advance(1)
    assert phone.ringing == []
    assert tried(phone) == [("app", "busy"), ("chat", "no_answer")]


@pytest.mark.parametrize("caller", ["+15550100003", "15550100003"])
@pytest.mark.parametrize("client", ["pstn", "sip"])
def test_a_caller_is_not_called_over_whatsapp(call: Dial, caller: str, client: str) -> None:
    phone = rung(call, caller=caller, client=client)
    phone.session.leg(APP).fail(500)
    assert tried(phone) == [("app", "failed"), ("chat", "busy")]


def test_the_number_that_was_dialled_is_not_called_over_whatsapp(call: Dial) -> None:
    phone = rung(call, number=CHAT)
    phone.session.leg(APP).fail(500)
    assert tried(phone) == [("app", "failed"), ("chat", "invalid")]


def test_an_app_that_was_there_is_not_hung_up(call: Dial) -> None:
    phone = rung(call)
    phone.session.leg(APP).fail(486)
    assert phone.session.events_of("misuse") == []


def test_an_app_that_is_not_to_be_woken_is_not_hung_up(call: Dial) -> None:
    phone = rung(call, "find_quickly")
    phone.session.leg(APP).fail(480)
    assert phone.session.events_of("misuse") == []


def test_a_user_whose_name_was_dialled_is_called(call: Dial) -> None:
    """An app calls by names, and a rule leads here. The call of the app leads nowhere else."""
    phone = rung(call, number=APP, caller="ben", client="user")
    assert phone.ringing == [APP]


def test_a_user_who_calls_is_not_called(call: Dial) -> None:
    phone = rung(call, "find_quickly", caller=APP, client="user")
    assert phone.dialled == []
    assert tried(phone) == [("quick", "busy")]


@pytest.mark.parametrize(("name", "target", "other"), [("callUser", "app", CHAT), ("callWhatsappUser", "chat", APP)])
def test_the_platform_does_not_take_the_call(call: Dial, name: str, target: str, other: str) -> None:
    phone = rung(call, throws={f"VoxEngine.{name}": 0})
    phone.session.leg(other).fail(404)
    assert dict(tried(phone)) == {"app": "invalid", "chat": "invalid"} | {target: "failed"}
