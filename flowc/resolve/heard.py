"""What the caller hears of the platform: voices and countries are looked up among those that there are."""

from __future__ import annotations

from flowc.diagnostics import Problems, quoted
from flowc.ir import Language
from flowc.language.flow import syntax
from flowc.language.flow.grammar import RINGBACK_OF
from flowc.language.flow.values import OF_A_LANGUAGE
from flowc.language.located import Maybe, Section, given
from flowc.nodes import Broken, Scalar
from flowc.resolve.names import Declared, refuse_reserved
from flowc.source import Span
from flowc.suggest import did_you_mean, meant_word, nearest


def voice(node: Maybe[Scalar], problems: Problems) -> str | None:
    """On the platform a name that is not there is no error: another voice would speak."""
    name = given(node)
    if name is None:
        return None
    from flowc.voices import instead, is_voice

    if not is_voice(name.text) and not problems.full:
        message = f"the platform has no voice {quoted(name.text)}"
        problems.add(name.span, "FLOW201", message, instead(name.text))
    return name.text


def languages(written: syntax.Call, problems: Problems) -> tuple[Language, ...]:
    """The languages of the call, each with its voice."""
    section = written.languages
    if section is None or isinstance(section, Broken):
        return ()
    found: list[Language] = []
    for name, spoken_by in section.entries:
        refuse_reserved("language", name, problems)
        if not isinstance(spoken_by, Broken):
            found.append(Language(name.text, voice(spoken_by, problems) or "", name.span))
    if given(written.voice) is not None:
        message = "a call has `voice` or `languages`: in `languages`, each has its own voice"
        problems.add(_key(written, "languages"), "FLOW106", message, "take out `voice`")
    if len(section.entries) < 2 and not section.open:
        only = section.entries[0][1] if section.entries else None
        speaks = only.text if isinstance(only, Scalar) else "…"
        message = "`languages` are two at least"
        hint = f"for one language write `voice: {speaks}`, and each prompt as a sentence"
        problems.add(_key(written, "languages"), "FLOW105", message, hint)
    return tuple(found)


def language(node: Maybe[Scalar], declared: Declared, problems: Problems) -> str | None:
    """The language of a target: the first, if it names none; None where the call has only one."""
    name = given(node)
    if name is None:
        return next(iter(declared.listed), None)
    if not declared.listed and declared.known:
        problems.add(name.span, "FLOW201", "the call has one language", _DECLARE)
    else:
        declared.look_up(name, problems, did_you_mean(name.text, declared.in_order) or DECLARE_LANGUAGE)
    return name.text


def is_address(text: str) -> bool:
    """Whether a text is nothing but an address, which nobody wants to have spoken."""
    return text.strip().startswith(("https://", "http://")) and len(text.split()) == 1


def no_address(name: Scalar, sentence: Scalar, problems: Problems) -> None:
    """A sound file that is written as a sentence."""
    if is_address(sentence.text) and not problems.full:
        message = f"{quoted(name.text)} is an address, which the platform would read out"
        problems.add(sentence.span, "FLOW104", message, f'write `{{play: "{sentence.text.strip()}"}}`')


def in_one_language(name: Scalar, declared: Declared, problems: Problems) -> None:
    """A sentence alone, in a call with several languages."""
    if not problems.full:
        languages = ", ".join(f"{each}: …" for each in declared.listed)
        message = f"{quoted(name.text)} is one sentence, and the call has several languages"
        problems.add(name.span, "FLOW102", message, f"write one for each: `{{{languages}}}`")


def by_language(name: Scalar, written: Section[syntax.InOneLanguage], declared: Declared, problems: Problems) -> None:
    """Whether there is a version for each language of the call, and for no other."""
    if problems.full or not declared.known:
        return
    if not declared.listed:
        first = next((each for each, _ in written.entries), name)
        if nearest(first.text, ("play",)) or first.text in _FILES:
            problems.add(first.span, "FLOW201", f"there is no language {quoted(first.text)}", meant_word("play"))
        else:
            message = f"{quoted(name.text)} is in several languages, and the call has one"
            problems.add(name.span, "FLOW201", message, f"write one sentence, or {_DECLARE}")
        return
    strange = [each for each, _ in written.entries if each.text not in declared.names]
    file = next((each for each in strange if each.text in _FILES), None)
    if file is not None:
        hint = f"a sound file is `{{play: …}}`: write `play` in place of {quoted(file.text)}"
        problems.add(file.span, "FLOW201", f"there is no language {quoted(file.text)}", hint)
        return
    for each in strange:
        if OF_A_LANGUAGE.fits(each.text):  # else it has been said
            declared.look_up(each, problems, did_you_mean(each.text, declared.in_order) or DECLARE_LANGUAGE)
    lacking = [each for each in declared.in_order if each not in written.node.entries]
    if lacking and not written.open and len(strange) < len(lacking):
        languages = " and ".join(map(quoted, lacking))
        problems.add(name.span, "FLOW102", f"{quoted(name.text)} lacks {languages}", f"add `{lacking[0]}: …`")


_FILES = ("file", "url", "src", "audio", "sound", "mp3")
"""What `play` is called elsewhere."""
DECLARE_LANGUAGE = "declare it under `languages` of `call`, with its voice"
_DECLARE = "declare several: `call: {languages: {en: VOICE, fr: VOICE}}`"


def _key(written: syntax.Call, key: str) -> Span:
    return written.node.entries[key][0].span


def country(node: Maybe[Scalar], problems: Problems) -> str:
    """The country whose ringing is heard."""
    name = given(node)
    if name is None:
        return RINGBACK_OF
    from flowc.ringback import RINGBACKS, meant

    if name.text not in RINGBACKS and not problems.full:
        message = f"no ringing is known for {quoted(name.text)}"
        problems.add(name.span, "FLOW201", message, meant(name.text))
    return name.text
