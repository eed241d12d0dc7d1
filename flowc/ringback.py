"""The tone that a caller hears while it rings, country by country.

Source: the tones by country that come with Asterisk (`indications.conf.sample`, commit 0a7fe3097f1e, read on
2026-11-27), which names ITU-T E.180 Supplement 2 for most of them; Canada's is that of the North American network.
Tones that are modulated in a country are plain here: ToneScript has none.
"""

from __future__ import annotations

from msgspec import Struct

from flowc.suggest import Instead, did_you_mean, write


class Ringback(Struct, frozen=True):
    """Frequencies in Hz that sound together, and for how many seconds they are on and off, one after the other."""

    country: str
    hertz: tuple[int, ...]
    cadence: tuple[tuple[float, float], ...]

    @property
    def script(self) -> str:
        """As ToneScript, which repeats without an end."""
        tones = ",".join(f"{hertz}@-19" for hertz in self.hertz)
        sounding = "+".join(str(number) for number in range(1, len(self.hertz) + 1))
        return f"{tones};*({','.join(f'{on:g}/{off:g}/{sounding}' for on, off in self.cadence)})"


DEFAULT = "us"
BEEP = "1000@-16;0.5(0.4/0.1/1)"
"""As ToneScript: what a caller hears before a message is recorded, which no country has another one for."""
RINGBACKS = {
    "at": Ringback("Austria", (420,), ((1, 5),)),
    "au": Ringback("Australia", (413, 438), ((0.4, 0.2), (0.4, 2))),
    "be": Ringback("Belgium", (425,), ((1, 3),)),
    "bg": Ringback("Bulgaria", (425,), ((1, 4),)),
    "br": Ringback("Brazil", (425,), ((1, 4),)),
    "ca": Ringback("Canada", (440, 480), ((2, 4),)),
    "ch": Ringback("Switzerland", (425,), ((1, 4),)),
    "cl": Ringback("Chile", (400,), ((1, 3),)),
    "cn": Ringback("China", (450,), ((1, 4),)),
    "cz": Ringback("Czechia", (425,), ((1, 4),)),
    "de": Ringback("Germany", (425,), ((1, 4),)),
    "dk": Ringback("Denmark", (425,), ((1, 4),)),
    "ee": Ringback("Estonia", (425,), ((1, 4),)),
    "es": Ringback("Spain", (425,), ((1.5, 3),)),
    "fi": Ringback("Finland", (425,), ((1, 4),)),
    "fr": Ringback("France", (440,), ((1.5, 3.5),)),
    "gb": Ringback("the United Kingdom", (400, 450), ((0.4, 0.2), (0.4, 2))),
    "gr": Ringback("Greece", (425,), ((1, 4),)),
    "hu": Ringback("Hungary", (425,), ((1.25, 3.75),)),
    "id": Ringback("Indonesia", (425,), ((1, 4),)),
    "il": Ringback("Israel", (414,), ((1, 3),)),
    "in": Ringback("India", (400,), ((0.4, 0.2), (0.4, 2))),
    "it": Ringback("Italy", (425,), ((1, 4),)),
    "jp": Ringback("Japan", (400,), ((1, 2),)),
    "lt": Ringback("Lithuania", (425,), ((1, 4),)),
    "mx": Ringback("Mexico", (425,), ((1, 4),)),
    "my": Ringback("Malaysia", (425,), ((0.4, 0.2), (0.4, 2))),
    "nl": Ringback("the Netherlands", (425,), ((1, 4),)),
    "no": Ringback("Norway", (425,), ((1, 4),)),
    "nz": Ringback("New Zealand", (400, 450), ((0.4, 0.2), (0.4, 2))),
    "ph": Ringback("the Philippines", (425, 480), ((1, 4),)),
    "pl": Ringback("Poland", (425,), ((1, 4),)),
    "pt": Ringback("Portugal", (425,), ((1, 5),)),
    "ru": Ringback("Russia", (425,), ((1, 4),)),
    "se": Ringback("Sweden", (425,), ((1, 5),)),
    "sg": Ringback("Singapore", (425,), ((0.4, 0.2), (0.4, 2))),
    "th": Ringback("Thailand", (420,), ((1, 5),)),
    "tw": Ringback("Taiwan", (440, 480), ((1, 2),)),
    "us": Ringback("the United States", (440, 480), ((2, 4),)),
    "ve": Ringback("Venezuela", (425,), ((1, 4),)),
    "za": Ringback("South Africa", (400,), ((0.4, 0.2), (0.4, 2))),
}
_OTHER_WORDS = {
    **dict.fromkeys(("uk", "england", "britain", "great_britain", "scotland", "wales"), "gb"),
    **dict.fromkeys(("usa", "america", "en", "united_states"), "us"),
    **dict.fromkeys(("swe", "sv"), "se"),
    **dict.fromkeys(("dnk", "da"), "dk"),
    "ja": "jp",
    "cs": "cz",
    "el": "gr",
    "zh": "cn",
}


def meant(country: str) -> str:
    """A hint for a country that is not known; empty if nobody knows which one is meant."""
    word = country.strip().lower().replace(" ", "_")
    names = {each.country.removeprefix("the ").lower().replace(" ", "_"): code for code, each in RINGBACKS.items()}
    found = word if word in RINGBACKS else _OTHER_WORDS.get(word) or names.get(word)
    if found is not None:
        return write(found, f", which is {RINGBACKS[found].country}")
    if len(word) > 3:
        hint = did_you_mean(word, names)
        near = next((code for name, code in names.items() if f"`{name}`" in hint), None)
        return Instead(f"did you mean `{near}`, which is {RINGBACKS[near].country}?", near) if near else ""
    return f"known are {', '.join(RINGBACKS)}: choose one that sounds alike"
