"""Texts that look like a secret. One that is written out, and not a reference, would end up in git and in logs."""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = r"""(?x)
      \b(?:                                              # asked once for all that begin with a word
        (?i:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{12,}                                 # a header, copied as it is
      | (?i:[spr]k)[-_](?:[A-Za-z]+[-_])?[A-Za-z0-9]{12,}                           # Cartesia, OpenAI, Stripe
      | (?i:ghp|gho|ghs|ghu|github_pat|glpat|xox[abposr]|hf|npm|SG)[-_.][A-Za-z0-9_-]{10,}
      | (?i:AKIA)[0-9A-Za-z]{16}\b | (?i:AIza)[0-9A-Za-z_-]{30,}
      | (?i:hooks\.slack\.com/services/)[A-Za-z0-9/]{12,} | (?i:discord(?:app)?\.com/api/webhooks/)[0-9]+/
      | [A-Za-z][A-Za-z0-9+.-]{0,20}://[^/@:\s$]{0,200}:[^/@\s]{1,200}@              # user:password@host
      )
    | [eE][yY][jJ](?<![A-Za-z0-9_-]...)[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*     # a JSON web token
    | -----(?i:BEGIN)\ [A-Za-z\ ]*(?i:PRIVATE\ KEY)-----
    | [?&](?i:key|api_?key|token|access_token|auth|secret|sig|signature|password|pwd)=[^&\s$]{4,}
    """  # only words ignore case: for sets of letters, that takes longer to compile than all the rest
_WORDS = (
    *("bearer", "basic", "sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "hf", "npm", "sg"),
    *("ghp", "gho", "ghs", "ghu", "github_pat", "glpat", "xox", "akia", "aiza"),
    *("hooks.slack.com", "discord", "eyj", "-----begin"),
)
"""One of them is in each form but those of an address: few flows have any, and the pattern takes as long to compile as
a flow does."""
_NAMES = (
    *("_api_key", "_apikey", "_token", "_secret", "_password", "_passwd"),
    *("_credential", "_credentials", "_authorization"),
)
_KEY = r"(?=\D*\d)[^\s$]{8,}"  # no space, no reference, but a digit
_LONG_WORD = 12  # characters: every form has one, few other texts do
_LONGEST_WORD = 40
_LONGEST_KEPT = 500
_LONG = rf"[A-Za-z0-9+_=]{{{_LONGEST_WORD},}}"  # a path or a name with dashes is made of words


def looks_secret(text: str) -> bool:
    """A known form of key, token or password, or forty mixed characters without a space."""
    if len(text) < _LONG_WORD:
        return False
    return _looks_secret(text) if len(text) <= _LONGEST_KEPT else _looks_secret.__wrapped__(text)


@lru_cache(maxsize=1000)
def _looks_secret(text: str) -> bool:
    """Flows of one project say much in the same words."""
    longest = max(map(len, text.split()), default=0)
    if longest < _LONG_WORD:
        return False
    if _may_have_a_form(text.lower()) and re.search(_TOKEN, text):
        return True
    long = re.search(_LONG, text) if longest >= _LONGEST_WORD else None
    return long is not None and all(re.search(kind, long.group()) for kind in ("[a-z]", "[A-Z]", "[0-9]"))


def _may_have_a_form(text: str) -> bool:
    if "@" in text and "://" in text:
        return True
    if "=" in text and ("?" in text or "&" in text):
        return True
    return any(map(text.__contains__, _WORDS))


def names_secret(name: str, text: str) -> bool:
    """An entry that is called like a secret and holds a literal value in one word."""
    return f"_{name.lower().replace('-', '_')}".endswith(_NAMES) and re.fullmatch(_KEY, text) is not None
