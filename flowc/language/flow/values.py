"""The single values of the language: names, texts, and settings that are read when the call starts."""

from __future__ import annotations

from flowc.language.durations import PATTERN as DURATION
from flowc.language.flow import syntax
from flowc.language.shapes import ByForm, ByKey, Field, List, Record, Refused, Text

LARGEST_NUMBER = 2**53 - 1  # beyond it JavaScript cannot tell whole numbers apart

# Names and texts

NAME = Text("a name: lower case, a letter, then letters, digits and `_`", "[a-z][a-z0-9_]{0,63}", example="front_desk")
ENTRY_NAME = Text(
    "a name: a letter, then letters, digits, `_` and `-`", "[A-Za-z][A-Za-z0-9_-]{0,63}", example="clinic"
)
_PRINTED = r"[^\x00-\x09\x0b-\x1f\x7f-\x9f]"  # no control character but the line feed
ENTRY = Text("text", f"{_PRINTED}*", longest=4096, prose=True)
SENTENCE = Text(
    "a sentence",
    rf"(?=\s*\S){_PRINTED}*",
    shortest=1,
    longest=1500,
    why="the platform speaks no more than that in one piece",
    prose=True,
)
KEY = Text('a key of a telephone: `0` to `9`, `"*"` or `"#"`', "[0-9*#]", example='"1"', bare_digit=True)
ACCEPTED_BY = Text(
    'a key of a telephone: `0` to `9`, `"*"` or `"#"`; or `any`', "any|[0-9*#]", example='"1"', bare_digit=True
)
DIGITS = Text(
    "keys of a telephone in quotes, as `4711`, a pause, as `500ms`, or a parameter alone, as `${extension}`",
    rf"[0-9*#]{{1,60}}|{DURATION}|\$\{{[^\x00-\x1f\x7f-\x9f{{}}]{{1,140}}\}}",
    example='"4711"',
)
PATTERN = Text("a pattern", "[^\\x00-\\x1f\\x7f-\\x9f]*", shortest=1, longest=200, prose=True, example='"[0-9]{4}"')
DESCRIPTION = Text(
    "a description",
    r"(?=\s*\S)[^\x00-\x08\x0b-\x1f\x7f-\x9f]*",
    shortest=1,
    longest=1024,
    why="models take no more than that for a tool",
    prose=True,
)
PROMPT_NAME = Text("the name of a prompt", shortest=1)
TARGET_NAME = Text("the name of a target", shortest=1)
WEBHOOK_NAME = Text("the name of a webhook", shortest=1)
AGENT_NAME = Text("the name of an agent", shortest=1)
ACTION_NAME = Text("the name of an action", shortest=1)
HOURS_NAME = Text("the name of an entry of `hours`", shortest=1)
SUBJECT = Text(
    "the name of a parameter, `WEBHOOK.FIELD`, `data.NAME`, `call.from`, `call.to`, `call.language`, or hours as "
    "`hours.office`",
    shortest=1,
)
CHOSEN_VALUE = Text("a value, `missing` or `otherwise`", f"{_PRINTED}*", shortest=1, longest=100, prose=True)
CHOICE = Text("text", f"{_PRINTED}*", shortest=1, longest=100, prose=True)

LANGUAGE_NAME = Text(
    "the name of a language: lower case, a letter, then letters, digits and `_`", "[a-z][a-z0-9_]{0,63}", example="fr"
)
OF_A_LANGUAGE = Text(LANGUAGE_NAME.what, f"(?!play$){LANGUAGE_NAME.pattern}", example="fr")
"""A version of a prompt."""
LANGUAGE = Text("the name of a language", shortest=1, example="fr")
LANGUAGE_OR_PARAMETER = Text("the name of a language, or of a parameter that holds one", shortest=1, example="fr")
VOICE = Text("the name of a voice of the platform", shortest=1, example="Amazon.Neural.en_US_Joanna")

# Opening hours

COUNTRY = Text("the two letters of a country", r"[^\x00-\x1f\x7f-\x9f]+", example="de")
ZONE = Text("the name of a time zone", shortest=1, example="America/Chicago")
_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
DAY = Text("a day or a range of days: `mon`, `mon-fri`", f"{_DAY}(?:-{_DAY})?", example="mon-fri")
DATE = Text(
    "a date: year, month and day", "[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", example="2026-12-25"
)
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_RANGE = f"{_TIME}-(?!00:00)(?:{_TIME}|24:00)"
RANGE = Text("a range of hours", _RANGE, example='"08:00-12:00"')
RANGE_OR_CLOSED = Text("a range of hours, or `closed`", f"closed|{_RANGE}", example='"08:00-12:00"')

# Settings

SETTING_NAME = Text("the name of a setting", r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,199}", example="CARTESIA_API_KEY")
REFERENCE = ByKey(
    "`{secret: NAME}` or `{storage: NAME}`",
    (
        Record(
            "a secret",
            (Field("secret", SETTING_NAME, "Name of a VoxEngine secret.", required=True),),
            make=syntax.SecretReference,
        ),
        Record(
            "a storage entry",
            (Field("storage", SETTING_NAME, "Name of an ApplicationStorage entry.", required=True),),
            make=syntax.StorageReference,
        ),
    ),
)
DATA_OF_A_CALL = Record(
    "a number of an outbound call's data",
    (Field("data", NAME, "Name of the `data` of `outbound` that holds it, whose `format` is `phone`.", required=True),),
    make=syntax.DataReference,
)
_NAME_OF_A_SETTING = "[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$"
PHONE_NUMBER = Text("a phone number in E.164", r"\+[1-9][0-9]{6,14}", example='"+15550100001"')
CALLER_ID = Text("a phone number in E.164, or `caller`", r"caller|\+[1-9][0-9]{6,14}", example='"+15550100001"')
APP_USER = Text(
    "the name of an app user, in one word",
    rf"(?!{_NAME_OF_A_SETTING})[A-Za-z0-9][A-Za-z0-9_.@-]{{0,127}}",
    example="anna",
)
SHOWN_TO_USER = Text(
    "a text without blanks, or `caller`", rf"(?!{_NAME_OF_A_SETTING})[!#-&(-~]{{1,100}}", example="front-desk"
)
_PORT = "(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
_HOST = "[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
SIP_ADDRESS = Text(
    "a SIP address",
    rf"(?!sips:[^;]*;transport=udp)sips?:[A-Za-z0-9_.!~*'()&=+$,%-]{{1,128}}@{_HOST}(?::{_PORT})?(?:;transport=(?:udp|tcp|tls))?",
    example='"sip:desk@pbx.example.com"',
)
QUEUE_NAME = Text(
    "the name of a queue",
    rf"(?!{_NAME_OF_A_SETTING})[!-~](?:[ -~]{{0,126}}[!-~])?",
    prose=True,
    example="support",
)
SKILL_NAME = Text("the name of a skill", r"[!-~](?:[ -~]{0,126}[!-~])?", prose=True, example="billing")
SIP_USER = Text("a user's name, in one word", r"[!#-&(-~]{1,100}", example="desk-7")
SIP_PROXY = Text("a host, with its port if wanted", rf"{_HOST}(?::{_PORT})?", example="proxy.example.com")
DISPLAY_NAME = Text(
    "a name in plain letters, digits and signs: others may not arrive",
    r"[!#-\[\]-~](?:[ !#-\[\]-~]{0,98}[!#-\[\]-~])?",
    prose=True,
    example="Example Dental",
)
WEB_ADDRESS = Text(
    "an https address",
    rf"https://{_HOST}(?::{_PORT})?(?:[/?#][!-#%-z|~]*)?",
    longest=2048,
    example='"https://example.com/calls"',
)
_NOT_PLAYED = r"(?!.*\.(?:m4a|aac|mp4|wma|aiff?|amr)(?:[?#]|$))"
SOUND_ADDRESS = Text(
    "the https address of an MP3, OGG, FLAC or WAV file",
    _NOT_PLAYED + WEB_ADDRESS.pattern,
    longest=WEB_ADDRESS.longest,
    example='"https://example.com/hold.mp3"',
)
AGENT_ID = Text(
    "an agent id", rf"(?!{_NAME_OF_A_SETTING})[A-Za-z0-9_.:-]{{1,128}}", example="{storage: CARTESIA_AGENT_ID}"
)


SIP_HEADER_NAME = Text(
    "a header that starts with `X-`, and not with `X-Flowc-`",
    "(?!X-[Ff][Ll][Oo][Ww][Cc]-)X-[A-Za-z0-9-]{1,60}",
    example="X-Summary",
)
HEADER_NAME = Text(
    "the name of a header: a letter, then letters, digits and `-`", "[A-Za-z][A-Za-z0-9-]{0,63}", example="X-Clinic"
)
HEADER_TEXT = Text(
    "a text of printable ASCII characters, in one line",
    rf"(?!{_NAME_OF_A_SETTING})[!-~](?:[ -~]*[!-~])?",
    longest=1000,
    prose=True,
)


def setting(literal: Text) -> ByForm:
    return ByForm(f"{literal.what}, `{{secret: …}}` or `{{storage: …}}`", scalar=literal, mapping=REFERENCE)


_REFERENCE_OR_DATA = ByKey("`{secret: NAME}`, `{storage: NAME}` or `{data: NAME}`", (*REFERENCE.kinds, DATA_OF_A_CALL))
NUMBER_CALLED = ByForm(
    "a phone number in E.164, `{secret: …}`, `{storage: …}` or `{data: …}`",
    scalar=PHONE_NUMBER,
    mapping=_REFERENCE_OR_DATA,
)


def may_be_a_setting(shape: ByForm) -> bool:
    """Whether `{secret: NAME}` and `{storage: NAME}` may stand there."""
    return shape.mapping is REFERENCE or shape.mapping is _REFERENCE_OR_DATA


def webhook_told(key: str) -> ByForm:
    """The name of a webhook, as `key` takes it."""
    return ByForm(
        WEBHOOK_NAME.what,
        scalar=WEBHOOK_NAME,
        mapping=Refused(
            "FLOW103",
            f"`{key}` takes the name of a webhook, and no setting",
            "declare it under `webhooks`, as `crm: {url: {secret: NAME}}`, and put that name here",
        ),
    )


WEBHOOK_TOLD, WEBHOOK_ASKED = webhook_told("notify"), webhook_told("ask")
CALLER_IDS = ByForm(
    "a phone number, `caller`, `{secret: …}`, `{storage: …}`, or a list of them",
    scalar=CALLER_ID,
    mapping=REFERENCE,
    sequence=List("a list of caller IDs", setting(CALLER_ID), distinct=True),
)
USER_CALLER_IDS = ByForm(
    "a text without blanks, `caller`, `{secret: …}`, `{storage: …}`, or a list of them",
    scalar=SHOWN_TO_USER,
    mapping=REFERENCE,
    sequence=List("a list of caller IDs", setting(SHOWN_TO_USER), distinct=True),
)
SECRET = ByForm(
    REFERENCE.what,
    scalar=Refused("FLOW108", "a secret must not stand in the file", "store it, and write `{secret: NAME}`"),
    mapping=REFERENCE,
)
