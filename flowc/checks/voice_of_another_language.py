"""A language of the call is called like one, `fr`, and its voice speaks another one. Languages may have any names
(`formal`, `simple_english`); where a name is the code of a language in ISO 639, the voice is expected to speak that.

Why: a voice reads every word as in its own language. French in the mouth of an American voice is not understood.

Example:

    flowc: 1
    flow: desk
    call: {languages: {en: Amazon.Neural.en_US_Joanna, fr: Amazon.Neural.en_US_Matthew}}
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: [{say: sorry}, hang_up]}
    prompts: {sorry: {en: "Please call again later.", fr: "Veuillez rappeler plus tard."}}
    actions:
      speak_french: {description: Go on in French., do: {language: fr}}

Instead:

    flowc: 1
    flow: desk
    call: {languages: {en: Amazon.Neural.en_US_Joanna, fr: Amazon.Neural.fr_FR_Lea}}
    agent: {api_key: {secret: KEY}, agent_id: agent_1, unavailable: [{say: sorry}, hang_up]}
    prompts: {sorry: {en: "Please call again later.", fr: "Veuillez rappeler plus tard."}}
    actions:
      speak_french: {description: Go on in French., do: {language: fr}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flowc.diagnostics import Diagnostic
from flowc.ir import Flow
from flowc.rule import Rule

_OF_A_VOICE = r"\.([a-z]{2,3})_[A-Z][A-Za-z]"
_A_CODE = r"([a-z]{2,3})(?:_[a-z]{2})?"
# Codes of a language and of those that it is made of, or that it is written as: voices have either.
_ALIKE = (
    frozenset({"zh", "cmn", "yue", "wuu"}),
    frozenset({"no", "nb", "nn"}),
    frozenset({"ar", "arb"}),
    frozenset({"tl", "fil"}),
    frozenset({"iw", "he"}),
    frozenset({"in", "id"}),
    frozenset({"sr", "hr", "bs"}),
)


def check(flow: Flow) -> Iterator[Diagnostic]:
    for language in flow.call.languages:
        spoken = re.search(_OF_A_VOICE, language.voice)
        code = re.fullmatch(_A_CODE, language.name)
        if spoken is None or code is None:
            continue  # a voice of many languages, or a name
        name = code[1]
        if name != spoken[1] and _is_code(name) and not any({name, spoken[1]} <= alike for alike in _ALIKE):
            message = f"the language is `{language.name}`, and its voice speaks `{spoken[1]}`"
            hint = f"choose a voice with `{name}_` in its name, or name the language after what it speaks"
            yield RULE.at(flow.path, language.span, message, hint)


def _is_code(name: str) -> bool:
    """Whether some voice has the language of this code."""
    from flowc.voices import voices

    codes = {found[1] for voice in voices() if (found := re.search(_OF_A_VOICE, voice))}
    return name in codes.union(*(alike for alike in _ALIKE if codes & alike))


RULE = Rule("FLOW603", "voice of another language", __doc__, warnings=(check,))
