"""The table of countries is that of its sources, as far as they are installed."""

from __future__ import annotations

from importlib import resources

import phonenumbers
import pytest

from flowc.countries import countries, has_numbers, instead


def test_letters_are_those_of_iso_3166() -> None:
    text = (resources.files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    letters = [line[:2].lower() for line in text.splitlines() if line and not line.startswith("#")]
    assert list(countries()) == letters


def test_numbers_are_dialled_as_libphonenumber_says() -> None:
    for letters, country in countries().items():
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(letters.upper(), None)
        assert has_numbers(letters) == (metadata is not None), letters
        if metadata is not None:
            assert country.calling_code == str(metadata.country_code), letters
    prefixes = {letters: countries()[letters].national_prefix for letters in ("de", "us", "ru", "hu", "it", "dk")}
    assert prefixes == {"de": "0", "us": "1", "ru": "8", "hu": "06", "it": "", "dk": ""}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("uk", "gb"), ("DE", "de"), (" Germany ", "de"), ("United States", "us"), ("USA", "us"), ("Netherland", "nl")],
)
def test_what_is_meant_is_proposed(written: str, meant: str) -> None:
    assert instead(written) == f"did you mean `{meant}`?"


@pytest.mark.parametrize("written", ["", "en", "49", "+49", "xx", "`"])
def test_nothing_is_proposed_where_it_is_not_certain(written: str) -> None:
    assert instead(written) == "write the two letters of ISO 3166, for example `de`"
