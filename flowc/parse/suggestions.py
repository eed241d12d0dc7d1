"""What was probably meant by a key or a value that is wrong: a small change that makes it right, or an example.

From what is written and the shape it should have come the hints of `value_errors.py`. A change is offered only if the
shape takes it, so nobody is led from one error into the next.
"""

from __future__ import annotations

import json
import re
import unicodedata

from flowc.diagnostics import quoted
from flowc.language.durations import milliseconds
from flowc.language.flow.values import DIGITS
from flowc.language.shapes import Duration, Text
from flowc.nodes import Scalar
from flowc.parse import times
from flowc.suggest import Instead, as_typed, did_you_mean, meant_word, nearest, write

_LONGEST = 200  # characters
_UNITS = {"second": "s", "sec": "s", "minute": "m", "min": "m", "hour": "h", "hr": "h", "millisecond": "ms"}
# Patterns are texts here: `re` compiles one when something is wrong and it is first asked, not in every command.
_TOGETHER = r"(?:([0-9]{1,4})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,8})s)?"
_UNIT = r"[a-z]{2,12}"
_DAYS = r"([0-9]{1,3})\s*d(?:ays?)?"
_LASTING = r"([0-9]+)\s*([a-z]*)"
_DECIMAL = r"([0-9]{0,8})[.,]([0-9]{1,8})\s*([a-z]*)"
_CLOCK = r"(?:([0-9]{1,2}):)?([0-9]{1,4}):([0-9]{2})"
_ISO_8601 = r"PT((?:[0-9]{1,8}[HMS])+)"
_IN_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_SHORT_NUMBER = r"\+?[0-9]{2,6}"
_EMERGENCY = r"\+?(?:0(?:00|8)|1(?:0[0-38]|1[0-9]|2[0-3]|9[0-47-9])|911|933|988|99[0-9])"
_OF_THE_ENVIRONMENT = (
    r"(?:\$\{\{?\s*|\{\{\s*|[$%])?(?:(?:process\.env|os\.environ|env|secrets?|vars)[.:]\s*)?"
    r"([A-Z][A-Z0-9_]{1,63})\s*(?:\}\}?|%)?"
)
_SEPARATOR = r"[|,;]|\s/\s"
_FILE = re.compile(r"[\w-]+\.(?:mp3|ogg|flac|wav|m4a|aac|json|html|php)")
_HOST_FIRST = r"[\w-]+(?:\.[\w-]+)+(?:[:/?]|$)"
_NUMBER = r"(?:tel:)?(?:\+|00)([1-9][0-9 ().\-/]*)"
_TRUNK_ZERO = r"([0-9]{1,3})[ .\-/]*\( ?0 ?\)"
_ZERO_STAYS = ("39", "378", "379", "225", "241", "242")  # countries whose numbers are dialled with their 0 from abroad
# Key -> a key of the record that it is known to be wrong in, the one that was meant, and a hint.
_KNOWN = {
    "required": ("optional", "", "a parameter is required unless it has `optional: true`, and so is a property"),
    "additionalProperties": ("properties", "", "take it out: what is not under `properties` is refused anyway"),
    "default": ("optional", "", "take it out: there are no defaults, and what the agent leaves out is not there"),
    **dict.fromkeys(("const", "oneOf", "anyOf"), ("enum", "", "name the values that are allowed: `enum: […]`")),
    **dict.fromkeys(
        ("minProperties", "maxProperties"), ("properties", "", "write `optional: true` in what may be left out")
    ),
    **dict.fromkeys(
        ("uniqueItems", "contains", "prefixItems"),
        ("items", "", "take it out: say in `description` what the list is to be"),
    ),
    **{
        key: ("do", "", f"it belongs to a `transfer` step: `do: {{transfer: …, {key}: …}}`")
        for key in ("agent", "ringing", "fallback", "afterwards")
    },
    **dict.fromkeys(("tests", "scenarios", "scripts", "cases"), ("calls", "calls", meant_word("calls"))),
    **dict.fromkeys(("regex", "regexp", "match", "matches"), ("pattern", "pattern", meant_word("pattern"))),
    **dict.fromkeys(("by", "among"), ("do", "", "it belongs under `do`: `do: {by: …, among: …}`")),
    **{step: ("do", "do", f"write `do: {{{step}: …}}`, steps stand there") for step in ("transfer", "notify", "reply")},
    **{word: ("do", "do", f"write `do: {word}`, steps stand there") for word in ("hang_up", "return_to_agent")},
}
# Keys whose value may be a list, which is often written without its brackets.
LISTS = ("transfer", "enum")
_COLON = r"(?s)\s*([\w-]{1,64})\s*([:\uff1a\ufe55\ua789])(?!//)\s*(\S.*)?"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2022\u2023\u2043\u2212\u25aa\u25cf\u25e6\u00b7"
_DASH = rf"(?s)([{_DASHES}])\s*(.*)"
# Letters that look like a Latin one: of Cyrillic and of Greek.
_ALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u04cf\u043a\u043c\u0442\u043d\u0432\u03bf\u03b1\u03bd\u03c1\u03c5\u03b9\u03ba\u0131",
    "aeopcyxijshdqwlkmthboavpuiki",
)


def without_quotes(written: str) -> str:
    """A text without the curly quotes around it."""
    return written.strip("\u201c\u201d\u201e\u2018\u2019")


def dash(written: str) -> str:
    """A hint for what starts with a sign that looks like the `-` of a list, as word processors make it; or empty."""
    found = re.match(_DASH, written)
    return f"write `- ` instead of {named(found[1])}" if found else ""


def joined(node: Scalar) -> str:
    """A hint for what was meant to be several items of a list, whose dashes stand in several columns; or empty."""
    is_one = node.plain and node.start.line != node.end.line and " - " in node.text
    return "it goes on with the next line: start each `- ` of a list in one column" if is_one else ""


def glued_dash(written: str) -> str:
    """A hint for a word that the `-` of a list is glued to; or empty."""
    found = re.match(r"-([a-z_]\w*)", written[:_LONGEST])
    if found is None:
        return ""
    return Instead(f"put a space behind the dash: {quoted(f'- {found[1]}')}", f"- {found[1]}")


def thousands(pieces: list[str]) -> str:
    """A whole number that is written with a `,` between its thousands; empty if it is none."""
    number = ",".join(pieces)
    return number.replace(",", "") if re.fullmatch(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+", number) else ""


def listed(written: str) -> str:
    """Values that other signs separate, or none, as a list."""
    from flowc.parse import parentheses  # which most errors have nothing to do with

    items = [each.strip() for each in re.split(_SEPARATOR, parentheses.without(written))]
    return f"[{', '.join(json.dumps(each) if re.fullmatch('[0-9]+', each) else each for each in items)}]"


def keys_and_pauses(written: str) -> str:
    """Keys of a telephone and pauses, as they are sent after an answer: what of a text is one of them, as a list."""
    items = re.findall(r"[0-9]{1,6}(?:ms|s|m)(?![a-z0-9])|[0-9*#]{1,50}", written[:_LONGEST])
    shown = [each if each[-1].isalpha() else json.dumps(each) for each in items]
    return f"[{', '.join(shown)}]" if shown else '[2s, "4711", "#"]'


def whole_colon(written: str) -> str:
    """A hint for a key whose colon is none: without a space behind it, or of another width; or empty."""
    found = re.fullmatch(_COLON, written[:_LONGEST])
    if found is None:
        return ""
    right = quoted(f"{found[1]}: {(found[3] or '').strip()}".rstrip(), 40)
    if found[2] == ":" and written[found.end(2) : found.end(2) + 1] == " ":  # which only quotes can hold together
        return f"write {right}, without quotes"
    return f"put a space behind the colon: {right}" if found[2] == ":" else f"{named(found[2])} is no colon: {right}"


def in_latin(written: str) -> tuple[str, str]:
    """A name with Latin letters for those that look like them, and what to say of the first such; empty otherwise."""
    if written.isascii() or len(written) > _LONGEST:
        return "", ""
    latin = unicodedata.normalize("NFKC", written.translate(_ALIKE))
    letter = next((letter for letter in written if not letter.isascii()), "")
    return (
        (latin, f"{named(letter)} is not the letter `{unicodedata.normalize('NFKC', letter.translate(_ALIKE))}`")
        if latin.isascii()
        else ("", "")
    )


def named(letter: str) -> str:
    return f"`{letter}` (U+{ord(letter):04X}, {unicodedata.name(letter, 'without a name').lower()})"


def key(wrong: str, possible: list[str]) -> tuple[str, str]:
    """The key that was meant, empty if nobody knows, and a hint."""
    start, colon, rest = wrong.partition(":")
    if colon and start in possible:
        return start, Instead(f"put a space behind the colon: {quoted(f'{start}: {rest}')}", f"{start}: {rest}")
    start, equals, rest = wrong.partition("=")
    if equals and start.strip() in possible and rest.strip():
        right = f"{start.strip()}: {rest.strip()}"
        return start.strip(), Instead(f"write {quoted(right)}, with a colon", right)
    if wrong[:1] == "-" and wrong[1:] in possible:
        return wrong[1:], glued_dash(wrong)
    if wrong.strip() in possible:
        return wrong.strip(), Instead("remove the spaces that are part of it", as_typed(wrong.strip()))
    if hint := dash(wrong) or (whole_colon(wrong) if not wrong.isascii() else ""):
        return "", hint
    latin, why = in_latin(wrong)
    if latin in possible:
        return latin, Instead(f"{why}: write `{latin}`", as_typed(latin))
    where, instead, hint = _KNOWN.get(wrong, ("", "", ""))
    if where in possible:
        return instead, hint
    return nearest(wrong, possible) or "", did_you_mean(wrong, possible)


def is_known(wrong: str, possible: list[str]) -> bool:
    """Whether a key is one that is often written in the wrong place, so that there is a hint of its own for it."""
    return _KNOWN.get(wrong, ("", "", ""))[0] in possible


def text(shape: Text, wrong: str) -> str:
    """A hint: what was probably meant, or an example."""
    if not wrong.strip():
        return example(shape) or f"write {shape.what}"
    if of_a_time := times.hint(shape, wrong):
        return of_a_time
    sign = re.match(_DASH, wrong)
    if sign is not None and shape.fits(sign[2]):
        return Instead(f"remove {named(sign[1])}: write `{sign[2]}`", as_typed(sign[2]))
    latin, why = in_latin(wrong)
    if latin and shape.fits(latin):
        return Instead(f"{why}: write `{latin}`", as_typed(latin))
    change = changed(shape, wrong)
    if change:
        return Instead(f"did you mean `{as_typed(change)}`?", as_typed(change))
    if shape.example.startswith('"+') and re.fullmatch(_SHORT_NUMBER, wrong):
        what = "an emergency number" if re.fullmatch(_EMERGENCY, wrong) else "a short number"
        return f"{what} is not possible: write one with its country code, for example `{shape.example}`"
    if _is_phone_number(shape) and re.fullmatch(r"[+0-9 ().\-/]+", wrong):
        return f"write `+`, the country code and the number as it is dialled from abroad, for example `{shape.example}`"
    if shape is DIGITS and (found := re.search(r"\$\{[^{}]*\}", wrong)):
        return f"let it stand alone in the list: `{json.dumps(found[0], ensure_ascii=False)}`"
    if "$" in wrong or "{" in wrong:
        return "`${…}` is filled in only in prompts, headers, replies and metadata"
    return example(shape)


def declared_target(written: str) -> str:
    """A hint for a number or a SIP address where the name of a target belongs; or empty."""
    braces = _target(written)
    return f"declare it under `targets`, as {quoted(f'NAME: {braces}', 120)}, and write the name" if braces else ""


def target(written: str) -> str:
    """A hint for a number or a SIP address that stands alone where a target is declared; or empty."""
    braces = _target(written)
    if not braces or "…" in braces:
        return f"write {quoted(braces, 120)}" if braces else ""
    return Instead(f"write {quoted(braces, 120)}", braces)


def _target(written: str) -> str:
    if re.fullmatch(r"(?:tel:)?\+?[0-9 ().\-/]{3,40}", written):
        return f"{{pstn: {json.dumps(written)}, caller_id: …}}"
    if re.match(r"sips?:|[^@\s]+@[^@\s]+$", written[:_LONGEST]):
        return f"{{sip: {json.dumps(written)}}}"
    return ""


def example(shape: Text) -> str:
    return f"write for example `{shape.example}`" if shape.example else ""


def changed(shape: Text, wrong: str) -> str:
    """The text with a small change that makes it right; empty if there is none.

    No change leaves out what may tell one host, number or name from another: a wrong one that looks right is worse than
    none.
    """
    if len(wrong) >= _LONGEST:
        return ""
    stripped = wrong.strip()
    if _is_phone_number(shape):
        number = _phone_number(" ".join(without_quotes(stripped).split()))
        return number if shape.fits(number) else ""
    changes = [stripped, without_quotes(stripped), " ".join(stripped.split())]
    if shape.fits("front_desk") and not shape.fits("front desk"):
        changes += _names(shape, stripped)
    if shape.fits("X-Summary") and not shape.fits("Summary"):
        words = re.sub("^[xX][-_]", "", stripped).replace("_", "-").split("-")
        changes.append("-".join(["X", *(word[:1].upper() + word[1:] for word in words)]))
    if not shape.fits("a") and not re.search(r"[^\s0-9().\-/]", stripped):  # keys of a phone, and no name
        changes.append(re.sub(r"[\s().\-/]+", "", stripped))
    if shape.fits("front_desk.yaml") and not shape.fits("front_desk"):
        changes.append(f"{stripped}.yaml")
    if shape.example.startswith('"sip:'):
        changes.append(_sip_address(stripped))
    if shape.example.startswith('"https:'):
        changes.append(re.sub(r"^http:", "https:", stripped))
        changes += [f"https://{stripped}"] if re.match(_HOST_FIRST, stripped) and not _FILE.fullmatch(stripped) else []
    return next((change for change in changes if shape.fits(change)), "")


def _names(shape: Text, wrong: str) -> list[str]:
    """The same name as it may be written. One that is known elsewhere by just these letters is only unwrapped."""
    if not shape.fits("front.desk"):
        plain = "".join(each for each in unicodedata.normalize("NFKD", wrong) if not unicodedata.combining(each))
        if not plain.isascii():
            return []
        wrong = plain
        separate = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", wrong).lower()
        as_it_is = re.sub(r"[^A-Za-z0-9_-]+", "_", wrong).strip("_")
        return [re.sub(r"\s+", "_", wrong), as_it_is, re.sub(r"[^a-z0-9]+", "_", separate).strip("_")]
    return [name_of_a_setting(wrong), re.sub(r"\s+", "_", wrong)] if shape.fits("A_B") else []


def name_of_a_setting(written: str) -> str:
    """The name in a reference to a setting, as other tools write one; empty if it is none."""
    found = re.fullmatch(_OF_THE_ENVIRONMENT, written.strip()[:_LONGEST])
    return found[1] if found is not None else ""


def _sip_address(written: str) -> str:
    """The address with its scheme as it should be, and without the spaces and the brackets around its parts."""
    bare = re.sub(r"\s*([:@;=])\s*", r"\1", written.strip("<>").strip())
    scheme = re.match(r"(sips?):(?://)?", bare, re.IGNORECASE)
    rest = bare[scheme.end() :] if scheme is not None else bare
    transport = re.sub(r"(?<=;)transport=\w+$", lambda found: found[0].lower(), rest, flags=re.IGNORECASE)
    return f"{scheme[1].lower() if scheme is not None else 'sip'}:{transport}"


def sips_over_tls(shape: Text, written: str) -> str:
    """An address of `sips` over UDP as it can be; empty where it is none."""
    if not shape.example.startswith('"sip:') or len(written) >= _LONGEST:
        return ""
    change = _sip_address(written.strip())
    start, udp, _ = change.partition(";transport=udp")
    over_tls = f"{start};transport=tls"
    return over_tls if udp and change.startswith("sips:") and shape.fits(over_tls) else ""


def _is_phone_number(shape: Text) -> bool:
    return shape.example.startswith('"+')


def _phone_number(written: str) -> str:
    """In E.164, where that is certain; empty otherwise: a wrong number that looks right calls a stranger.

    Certain is only what starts with `+` or `00`. A 0 behind the country code is not dialled from abroad in most
    countries; in brackets that is what it says, without them nobody knows whether it was meant.
    """
    found = re.fullmatch(_NUMBER, written)
    if found is None:
        return ""
    rest = found[1]
    zero = re.match(_TRUNK_ZERO, rest)
    if zero is not None:
        if zero[1] in _ZERO_STAYS or re.match("[^1-9]*0", rest[zero.end() :]):
            return ""
        rest = zero[1] + rest[zero.end() :]
    groups = re.findall("[0-9]+", rest)
    if "(0)" in rest.replace(" ", "") or (len(groups) > 1 and len(groups[0]) <= 3 and groups[1].startswith("0")):
        return ""
    number = "".join(groups)
    return "" if re.match("1[01]", number) else f"+{number}"


def lasting(shape: Duration, wrong: str) -> str:
    """A hint: the duration with its unit written as it should be, if that is within the bounds."""
    if len(wrong) >= _LONGEST:
        return ""
    fallback, written = "", wrong
    wrong = _in_one_unit(wrong)
    spelled = re.sub(_UNIT, lambda found: _UNITS.get(found[0].removesuffix("s"), found[0]), wrong.lower())
    together = re.fullmatch(_TOGETHER, re.sub(r"\s+|,|and", "", spelled))
    if together is not None and sum(part is not None for part in together.groups()) > 1:
        hours, minutes, rest = (int(part or 0) for part in together.groups())
        wrong = _whole_seconds(hours * 3600 + minutes * 60 + rest)
    if wrong != written:
        fallback = f"{_in_other_units(written)}, and is `{shape.least}` to `{shape.most}` here"
    found = re.fullmatch(_LASTING, wrong.strip().lower())
    if found is None:
        return ""
    unit = found[2] if found[2] in ("ms", "s", "m", "h") else _UNITS.get(found[2].removesuffix("s"), "")
    change = f"{int(found[1][:9])}{unit or 's'}" if unit or not found[2] else ""
    length = milliseconds(change)
    least, most = milliseconds(shape.least), milliseconds(shape.most)
    if length is None or least is None or most is None or not least <= length <= most:
        return fallback
    return write(change)


def _in_other_units(written: str) -> str:
    """What a duration cannot be that is written like this."""
    plain = written.strip().lower()
    if re.fullmatch(_DAYS, plain) is not None:
        return "a duration has hours, and no days"
    if re.fullmatch(_DECIMAL, plain) is not None:
        return "a duration is a whole number with a unit"
    return "a duration has one unit"


def _in_one_unit(wrong: str) -> str:
    """A duration with a decimal point, as on a clock, or as ISO 8601 has it, in whole numbers; others as they are."""
    if (clock := re.fullmatch(_CLOCK, wrong.strip())) is not None:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return _whole_seconds(hours * 3600 + minutes * 60 + seconds)
    if (days := re.fullmatch(_DAYS, wrong.strip().lower())) is not None:
        return f"{int(days[1]) * 24}h"
    if (iso := re.fullmatch(_ISO_8601, wrong.strip().upper())) is not None:
        return iso[1].lower()
    if (decimal := re.fullmatch(_DECIMAL, wrong.strip().lower())) is None:
        return wrong
    unit = decimal[3] if decimal[3] in _IN_MILLISECONDS else _UNITS.get(decimal[3].removesuffix("s"), "s")
    lasting = round(int(decimal[1] or 0) * _IN_MILLISECONDS[unit] + float(f"0.{decimal[2]}") * _IN_MILLISECONDS[unit])
    return _whole_seconds(lasting // 1000) if lasting % 1000 == 0 else f"{lasting}ms"


def _whole_seconds(total: int) -> str:
    return f"{total // 60}m" if total and total % 60 == 0 else f"{total}s"
