"""What answering machines sound like: the platform has a model of that for some countries.

Source: `AMD.Model` in Voximplant's reference, of which the guide on voicemail detection documents those for Brazil,
Colombia, Kazakhstan, Mexico and Russia; for other countries it asks people to turn to its support (read on 2026-11-26).
"""

from __future__ import annotations

from collections.abc import Iterable

MODELS = {
    "us": "US",
    "br": "BR",
    "cl": "CL",
    "co": "CO",
    "es": "ES",
    "eu": "EU_GENERAL",
    "kz": "KZ",
    "mx": "MX",
    "pe": "PE",
    "ph": "PH",
    "ru": "RU",
}
"""Each with the name that it has in `AMD.Model`."""
DOCUMENTED = ("br", "co", "kz", "mx", "ru")
_EUROPEAN = (
    *("at", "be", "bg", "cy", "cz", "de", "dk", "ee", "fi", "fr", "gr", "hr", "hu", "ie", "it", "lt", "lu", "lv", "mt"),
    *("nl", "pl", "pt", "ro", "se", "si", "sk"),
)
"""The European Union, but for Spain, which has a model of its own."""
_MODEL_OF = {**{model: model for model in MODELS if model != "eu"}, **dict.fromkeys(_EUROPEAN, "eu")}
_KAZAKH = ("76", "77")
"""Numbers in the country code that Kazakhstan shares with Russia."""
_LONGEST_CODE = 4


def model_of(number: str) -> str | None:
    """The model for a number in E.164; None if the platform has none for its country. North America is one."""
    digits = number.removeprefix("+")
    if digits.startswith("7"):
        return "kz" if digits.startswith(_KAZAKH) else "ru"
    countries = _of_code(digits)
    return next((model for each in countries if (model := _MODEL_OF.get(each)) is not None), None)


def likely_model(shown: Iterable[object]) -> str:
    """Whoever is called is probably at home where a number is that they are shown: the caller IDs, as far as those are
    texts.
    """
    numbers = (number for number in shown if isinstance(number, str))
    return next((found for number in numbers if (found := model_of(number)) is not None), next(iter(MODELS)))


def told_apart(number: object, shown: Iterable[object]) -> str:
    """What is to be written of a target for a machine to be told from a person. Where `number` is no text, the flow has
    none that tells the country.
    """
    model = "" if isinstance(number, str) else f", model: {likely_model(shown)}"
    return f"`machine: {{unsure: machine{model}}}`"


def model_for(country: str) -> str | None:
    """The model for a country, by its two letters or its name; None if the platform has none, or there is none."""
    from flowc.countries import countries

    letters = country.strip().lower()
    letters = "us" if letters in ("usa", "america", "u.s.") else letters
    named = (each for each, known in countries().items() if known.name.lower() == letters)
    return _MODEL_OF.get(letters) or _MODEL_OF.get(next(named, ""))


def country_of(number: str) -> str:
    """What a number's country is called, for a message; empty if there is none."""
    from flowc.countries import countries

    found = _of_code(number.removeprefix("+"))
    return countries()[found[0]].name if found else ""


def _of_code(digits: str) -> list[str]:
    """The countries that share the longest code with which a number begins."""
    from flowc.countries import countries

    for length in range(_LONGEST_CODE, 0, -1):
        found = [letters for letters, each in countries().items() if each.calling_code == digits[:length]]
        if found:
            return found
    return []


def support(model: str) -> str:
    """What the platform's documents say of a model."""
    if model in DOCUMENTED:
        return f"listens for machines by the model `{model}`, which the platform's guide names as supported"
    named = ", ".join(f"`{each}`" for each in DOCUMENTED)
    return (
        f"listens for machines by the model `{model}`, which the platform has, and does not name as supported:"
        f" its guide names {named}. Ask its support before you rely on it"
    )
