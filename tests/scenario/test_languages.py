"""Several languages: what the caller hears, what a person hears, in whose voice, and what the agent knows of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenario.phone import PBX, Phone

EN, FR = "Amazon.Neural.en_GB_Emma", "Amazon.Neural.fr_FR_Lea"
HOLD, TAKE_IT, PRESS = "tts:Please hold.", "tts:Appuyez sur un.", "tts:Press one."
DESK = "sip:front@pbx.example.com"
WARNING, AVERTISSEMENT = "tts:Your minute.", "tts:Votre minute."
JOINED = (f"leg:{PBX}", "caller")
SAID_MS = 60 * len("Your minute.")
Dial = Callable[..., Phone]


def asked(call: Dial, **options: object) -> Phone:
    """The person is asked for a key, while the caller hears a prompt."""
    phone = call("languages", **options)
    phone.asks_and_speaks("call")
    phone.session.leg(PBX).answer()
    phone.session.advance(0)
    return phone


def talking(call: Dial, **options: object) -> Phone:
    phone = asked(call, **options)
    phone.session.leg(PBX).press("1")
    phone.session.advance(0)
    assert both_hear(phone) == JOINED
    return phone


def both_hear(phone: Phone) -> tuple[str | None, str | None]:
    return phone.hears, phone.session.leg(PBX).hears


def spoken(phone: Phone) -> list[tuple[str, str]]:
    """What the platform has spoken, and in which voice."""
    players = [entry for entry in phone.session.trace if entry["event"] == "player"]
    return [(entry["what"], entry.get("voice", "")) for entry in players if entry["what"].startswith("tts:")]


def cannot(phone: Phone) -> list[str]:
    return [line for line in phone.session.logs if "cannot" in line or "could not" in line]


def test_caller_and_person_hear_their_own_languages_in_their_voices(call: Dial) -> None:
    phone = asked(call)
    assert both_hear(phone) == (HOLD, TAKE_IT)
    phone.session.advance(60 * len(HOLD))
    assert spoken(phone) == [(HOLD, EN), (TAKE_IT, FR), (HOLD, EN)]


def test_the_person_is_asked_again_in_the_same_voice(call: Dial) -> None:
    phone = asked(call)
    phone.session.advance(60 * len("Appuyez sur un.") + 2000)
    assert both_hear(phone)[1] == TAKE_IT
    assert [each for each in spoken(phone) if each[0] == TAKE_IT] == [(TAKE_IT, FR)] * 2


def test_people_who_are_asked_at_once_hear_their_own_languages(call: Dial) -> None:
    """Again and again, each in the voice of it."""
    phone = call("languages")
    phone.asks_and_speaks("both")
    for number in (PBX, DESK):
        phone.session.leg(number).answer()
        phone.session.advance(300)
    assert [phone.session.leg(number).hears for number in (PBX, DESK)] == [TAKE_IT, PRESS]
    phone.session.advance(9000)
    said = spoken(phone)
    assert said.count((TAKE_IT, FR)) == said.count((PRESS, EN)) == 4
    assert len(said) == 8


def test_a_person_hears_the_right_voice_without_a_player(call: Dial) -> None:
    """Where there are no players left, the leg says it."""
    phone = asked(call, throws={"VoxEngine.createTTSPlayer": 2})
    assert both_hear(phone) == (HOLD, TAKE_IT)
    assert spoken(phone) == [(HOLD, EN), (TAKE_IT, FR)]
    assert cannot(phone) == ["languages: could not speak to bureau: Error"]


def test_both_are_warned_in_both_languages(call: Dial) -> None:
    phone = talking(call)
    phone.session.advance(60_000)
    assert both_hear(phone) == (WARNING, WARNING)
    phone.session.advance(SAID_MS)
    assert both_hear(phone) == (AVERTISSEMENT, AVERTISSEMENT)
    assert spoken(phone)[-2:] == [(WARNING, EN), (AVERTISSEMENT, FR)]
    phone.session.advance(60 * len("Votre minute."))
    assert both_hear(phone) == JOINED


def test_a_warning_that_cannot_be_said_in_the_other_language_separates_nobody(call: Dial) -> None:
    phone = talking(call, throws={"VoxEngine.createTTSPlayer": 4})
    phone.session.advance(60_000)
    assert both_hear(phone) == (WARNING, WARNING)
    phone.session.advance(SAID_MS)
    assert both_hear(phone) == JOINED
    assert cannot(phone) == [
        "languages: could not speak: Error",
        "languages: call -> cannot say minute, the platform did not play it",
    ]


def test_a_caller_who_speaks_the_person_s_language_is_warned_once(call: Dial) -> None:
    phone = talking(call)
    assert phone.asks("choose", wanted="fr") == {"ok": True}
    phone.session.advance(60_000)
    assert both_hear(phone) == (AVERTISSEMENT, AVERTISSEMENT)
    phone.session.advance(60 * len("Votre minute."))
    assert both_hear(phone) == JOINED


def test_the_language_changes_where_no_agent_is_to_be_told(call: Dial) -> None:
    phone = talking(call)
    assert phone.asks("choose", wanted="fr") == {"ok": True}
    assert cannot(phone) == []
    assert "languages: choose -> language fr" in phone.session.logs


def test_a_language_that_is_not_named_stays(call: Dial) -> None:
    phone = call("languages")
    assert phone.asks("choose") == {"ok": True}
    assert phone.told == []
    assert phone.asks("choose", wanted="fr") == {"ok": True}
    assert phone.asks("choose") == {"ok": True}
    assert phone.told == [{"vox_event": "language", "vox_language": "fr"}]
    assert [line for line in phone.session.logs if "choose" in line] == [
        "languages: choose -> language en",
        "languages: choose -> language fr",
        "languages: choose -> language fr",
    ]


@pytest.mark.parametrize("wanted", ["en", "fr"])
def test_an_agent_that_has_the_caller_again_speaks_the_language(call: Dial, wanted: str) -> None:
    phone = call("languages")
    phone.asks("choose", wanted=wanted)
    phone.asks_and_speaks("call")
    phone.session.leg(PBX).fail(486)
    phone.session.advance(0)
    [*_, told] = phone.told
    assert (told["vox_language"], told["say"]) == (wanted, {"en": "Welcome back.", "fr": "Vous revoilà."}[wanted])


def test_a_voice_that_the_platform_has_not_is_told(call: Dial) -> None:
    phone = asked(call, voices="none")
    assert both_hear(phone) == (HOLD, TAKE_IT)
    assert [voice for _, voice in spoken(phone)] == ["", ""]
    assert [line for line in phone.session.logs if "voice" in line] == [
        f"languages: the platform has no voice {EN}: its own speaks",
        f"languages: the platform has no voice {FR}: its own speaks",
    ]


def test_a_call_without_an_agent_is_in_its_first_language(call: Dial) -> None:
    phone = call("languages", throws={"Cartesia.createAgentsClient": 0})
    assert (phone.hears, spoken(phone)) == ("tts:Sorry.", [("tts:Sorry.", EN)])


def test_what_is_heard_is_heard_to_its_end(call: Dial) -> None:
    """A prompt that has begun goes on in its language, and the next one is in the new."""
    phone = call("languages")
    phone.asks_and_speaks("call")
    assert phone.hears == HOLD
    assert phone.asks("choose", wanted="fr") == {"ok": True}
    assert phone.hears == HOLD
    phone.session.advance(60 * len("Please hold."))
    assert (phone.hears, spoken(phone)[-1]) == ("tts:Patientez.", ("tts:Patientez.", FR))


def test_where_the_language_has_changed_it_is_not_said_that_nothing_was_done(call: Dial) -> None:
    phone = call("languages", throws={"Net.httpRequestAsync": 0})
    assert phone.asks("choose_and_tell") == {"ok": True}
    assert phone.told[-1] == {"vox_event": "language", "vox_language": "fr"}
    assert "languages: choose_and_tell -> language fr" in phone.session.logs
    assert any("could not be reached, code -1, and is told again" in line for line in phone.session.logs)


def test_what_is_told_behind_a_language_is_not_told_before_the_words(call: Dial) -> None:
    """A step is another step, also one of which nobody hears anything."""
    phone = call("languages")
    assert phone.asks("leave_in_french") == {"ok": True}
    assert phone.session.events_of("http_request") == []
    phone.session.advance(1000)
    assert len(phone.session.events_of("http_request")) == 1
