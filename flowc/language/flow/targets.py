"""Whom a call can be transferred to: every kind of target, and one that is like another."""

from __future__ import annotations

from msgspec.structs import replace

from flowc.language.flow import syntax
from flowc.language.flow.values import (
    ACCEPTED_BY,
    APP_USER,
    CALLER_IDS,
    DIGITS,
    DISPLAY_NAME,
    HOURS_NAME,
    KEY,
    LANGUAGE,
    LARGEST_NUMBER,
    NUMBER_CALLED,
    PHONE_NUMBER,
    PROMPT_NAME,
    QUEUE_NAME,
    REFERENCE,
    SECRET,
    SIP_ADDRESS,
    SIP_HEADER_NAME,
    SIP_PROXY,
    SIP_USER,
    SKILL_NAME,
    TARGET_NAME,
    USER_CALLER_IDS,
    setting,
)
from flowc.language.shapes import (
    Boolean,
    ByForm,
    ByKey,
    Duration,
    Field,
    Integer,
    List,
    Names,
    Record,
    Refused,
    Text,
    Word,
)
from flowc.machines import MODELS

RING = "20s"
PRIORITY = "50"
ACCEPTED_WITHIN = "10s"
DETECTED_WITHIN = "4s"
DETECTED_WITHIN_BESIDE_A_PROMPT = "20s"
BEEP = "30s"

_LIKE_HAS_IT = "as the target of `like` has it; without one it is required"
_UNANSWERED = "the platform ends an unanswered call after 60s"
_RING = Field("ring", Duration("1s", "60s", _UNANSWERED), "How long it rings at the most.", default=RING)
_MACHINE = Field(
    "machine",
    Record(
        "settings for a machine that answers",
        (
            Field(
                "unsure",
                Word(("person", "machine")),
                "What whoever answers is taken for if the platform cannot tell.",
                required=True,
            ),
            Field(
                "message",
                PROMPT_NAME,
                "What is left on a machine after its beep: the name of a prompt.",
                left_out="nothing is said to it",
            ),
            Field(
                "beep",
                Duration("1s", "60s"),
                "How long its beep is waited for; then the message is left without.",
                default=BEEP,
            ),
            Field(
                "model",
                Word(tuple(MODELS)),
                "What machines sound like there: a country. Left out: that of a number that stands in the flow.",
            ),
            Field(
                "within",
                Duration("1s", "20s", "the platform listens for no longer than 20s"),
                "How long the platform may listen. With `accept` it is `20s`: the person hears the prompt meanwhile.",
                default=DETECTED_WITHIN,
            ),
        ),
        make=syntax.Machine,
    ),
    "An answering machine does not get the caller: its outcome is `machine`.",
    left_out="whoever answers is taken for a person",
)
_DIGITS = Field(
    "digits",
    List("a list of keys and pauses", DIGITS),
    "Keys that are sent to what answers, and pauses between them: an extension behind an exchange.",
    left_out="nothing is sent",
)
_HOURS = Field(
    "hours",
    HOURS_NAME,
    "The `hours` in which it is called; outside them its outcome is `closed`.",
    left_out="it is called at any time",
)
_VOICEMAIL = Field(
    "voicemail",
    Word(("none",)),
    "`none`: this phone has no voicemail, which would answer before the phones that ring together with it.",
    left_out="it may have one",
)
_ACCEPT = Field(
    "accept",
    Record(
        "settings for how a person takes the call",
        (
            Field("say", PROMPT_NAME, "What the person hears, again and again: the name of a prompt.", required=True),
            Field(
                "key",
                ACCEPTED_BY,
                "The key that takes the call; `any` is every key but `decline`.",
                required=True,
                attribute="accepting",
            ),
            Field("decline", KEY, "A key by which the person does not take it: `declined`."),
            Field(
                "within",
                Duration("3s", "2m"),
                "How long a key is waited for, from the end of the prompt on; then `not_accepted`.",
                default=ACCEPTED_WITHIN,
            ),
        ),
        make=syntax.Accept,
    ),
    "Whoever answers has the caller only after pressing a key.",
    left_out="whoever answers has the caller",
)
_WHISPER = Field("whisper", PROMPT_NAME, "A prompt that the person hears alone, before the caller is on the line.")
_LANGUAGE = Field(
    "language", LANGUAGE, "The language of what is said to this person, one of those of `call`; left out: the first."
)
_BEFORE_JOINED = (_ACCEPT, _WHISPER, _LANGUAGE)
_CALLER_ID = (
    "The number that is shown: rented from or verified with Voximplant; `caller` is the caller's own. Of a list the"
    " next one is shown if one is refused."
)
_SHOWN_TO_USER = (
    "What is shown to the user: a text without blanks; `caller` is the caller's number. Of a list the next one is"
    " shown if one is refused."
)
_SHOWN_OVER_WHATSAPP = "The number of the account's WhatsApp Business account, which is shown."
_SHOWN = Field("caller_id", CALLER_IDS, _CALLER_ID)
_AUTH = Record(
    "a user and a password",
    (
        Field("user", setting(SIP_USER), "The user's name.", required=True),
        Field("password", SECRET, "The password: `{secret: …}` or `{storage: …}`.", required=True),
    ),
    make=syntax.Auth,
)
_LIKE = Field("like", TARGET_NAME, "A target whose keys hold here too, as far as this one does not name them.")
_SIP_ALONE = (
    Field(
        "headers",
        Names(
            "headers",
            SIP_HEADER_NAME,
            Text("a text in one line", r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]*", prose=True),
        ),
        "SIP headers that start with `X-`. At most 200 bytes each reach the other side.",
    ),
    Field("auth", _AUTH, "Who calls, for a server that asks."),
    Field("display_name", DISPLAY_NAME, "The caller's name on the phone that rings."),
    Field(
        "proxy",
        SIP_PROXY,
        "The host by which it is reached, if not that of the address.",
        left_out="that of the address",
    ),
    Field(
        "registration",
        ByForm(
            "the number of a registration, `{secret: …}` or `{storage: …}`",
            scalar=Integer(1, LARGEST_NUMBER),
            mapping=REFERENCE,
        ),
        "The SIP registration of the account by which it is called, by its number.",
    ),
)
_REFER = Field(
    "refer",
    Boolean(),
    "`true`: a caller who came over SIP is handed over, by the exchange or trunk that the call came from, and the call"
    " is over for the flow.",
    default="false",
)
PSTN_TARGET = Record(
    "a `pstn` target",
    (
        Field(
            "pstn",
            NUMBER_CALLED,
            "A phone number; of the target of `outbound` also `{data: NAME}`: one that the call is started with.",
            required=True,
        ),
        _LIKE,
        _RING,
        replace(_SHOWN, asked_for=True, left_out=_LIKE_HAS_IT),
        _HOURS,
        _VOICEMAIL,
        _DIGITS,
        _MACHINE,
        *_BEFORE_JOINED,
    ),
    make=syntax.PstnTarget,
)
SIP_TARGET = Record(
    "a `sip` target",
    (
        Field("sip", setting(SIP_ADDRESS), "A SIP address.", required=True),
        _LIKE,
        _RING,
        _SHOWN,
        _HOURS,
        _VOICEMAIL,
        *_SIP_ALONE,
        _REFER,
        _DIGITS,
        _MACHINE,
        *_BEFORE_JOINED,
    ),
    make=syntax.SipTarget,
)
_PUSH = Field(
    "push",
    Duration("10s", "60s"),
    "How long a sleeping app may take to wake, by a push. `ring` is longer.",
    left_out="it is not woken",
)
USER_TARGET = Record(
    "a `user` target",
    (
        Field("user", setting(APP_USER), "A user of an app of the account.", required=True),
        _LIKE,
        _RING,
        Field("caller_id", USER_CALLER_IDS, _SHOWN_TO_USER, asked_for=True, left_out=_LIKE_HAS_IT),
        _HOURS,
        _VOICEMAIL,
        _PUSH,
        _MACHINE,
        *_BEFORE_JOINED,
    ),
    make=syntax.UserTarget,
)
WHATSAPP_TARGET = Record(
    "a `whatsapp` target",
    (
        Field("whatsapp", setting(PHONE_NUMBER), "A number at WhatsApp.", required=True),
        _LIKE,
        _RING,
        Field("caller_id", setting(PHONE_NUMBER), _SHOWN_OVER_WHATSAPP, asked_for=True, left_out=_LIKE_HAS_IT),
        _HOURS,
        _VOICEMAIL,
        *_BEFORE_JOINED,
    ),
    make=syntax.WhatsappTarget,
)
_WAIT = Field(
    "wait",
    Duration("10s", "2h"),
    "How long the caller waits in the queue at the most; then `no_answer`.",
    asked_for=True,
    left_out=_LIKE_HAS_IT,
)
_SKILLS = Field(
    "skills",
    List("a list of skills", SKILL_NAME, distinct=True),
    "What whoever takes the call has to know: skills of the account, by their names.",
)
_PRIORITY = Field(
    "priority",
    Integer(1, 100),  # a rank
    "The higher, the earlier among all who wait in the queue.",
    default=PRIORITY,
)
_ANNOUNCE = Field(
    "announce",
    Record(
        "settings for an announcement",
        (
            Field(
                "say",
                PROMPT_NAME,
                "What the caller hears: a prompt, in which `${queue.position}` and `${queue.minutes}` may stand.",
                required=True,
            ),
            Field(
                "every",
                Duration("10s", "10m"),
                "How long `ringing` is heard before it, and between its end and the next one.",
                required=True,
            ),
        ),
        make=syntax.Announce,
    ),
    "What the caller is told again and again while waiting, such as which place in the queue it is.",
    left_out="nothing",
)
_NOBODY_IS_DIALLED = "take it out: a queue connects whoever takes the call, and dials no number of the flow"


def _not_of_a_queue(key: str, hint: str = _NOBODY_IS_DIALLED) -> Field:
    return Field(key, Refused("FLOW106", f"{key!r} does not go with `queue`".replace("'", "`"), hint), "")


QUEUE_TARGET = Record(
    "a `queue` target",
    (
        Field("queue", setting(QUEUE_NAME), "A queue of the account, by its name.", required=True),
        _LIKE,
        _WAIT,
        _SKILLS,
        _PRIORITY,
        _ANNOUNCE,
        _HOURS,
        _WHISPER,
        _LANGUAGE,
        _not_of_a_queue("ring", "write `wait`: how long the caller waits in the queue"),
        *map(_not_of_a_queue, ("caller_id", "voicemail", "digits", "machine")),
        _not_of_a_queue("accept", "take it out: whoever works for the queue takes the call by answering"),
    ),
    make=syntax.QueueTarget,
)
LIKE_ANOTHER = Record(
    "a target that is like another",
    (
        replace(_LIKE, required=True),
        replace(_RING, default=""),
        _SHOWN,
        _HOURS,
        _VOICEMAIL,
        *_SIP_ALONE,
        replace(_REFER, default=""),
        _DIGITS,
        _PUSH,
        replace(_WAIT, asked_for=False),
        _SKILLS,
        replace(_PRIORITY, default=""),
        _ANNOUNCE,
        _MACHINE,
        *_BEFORE_JOINED,
    ),
    make=syntax.LikeTarget,
    left_out="as the target of `like` has it",
)
TARGET = ByKey(
    "a target",
    (
        PSTN_TARGET,
        SIP_TARGET,
        USER_TARGET,
        WHATSAPP_TARGET,
        QUEUE_TARGET,
        LIKE_ANOTHER,
    ),
    gives_way="like",
)
