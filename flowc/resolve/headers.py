"""Headers of webhooks, and what headers of SIP have in common with them."""

from __future__ import annotations

from typing import Any

from flowc.diagnostics import Problems, Related, quoted
from flowc.ir import Header
from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.flow.values import HEADER_NAME
from flowc.language.located import Maybe, Section
from flowc.language.secrets import looks_secret, names_secret
from flowc.language.shapes import Text
from flowc.nodes import Broken, Scalar
from flowc.resolve.texts import setting

_OF_FLOWC = ("content-type", "idempotency-key")
_PREFIX_OF_FLOWC = "x-flowc-"
_OF_HTTP = (
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
)
"""What the platform says of the request itself. Another value would be a lie, and is refused or breaks the request."""
_CREDENTIALS = ("authorization", "cookie", "proxy-authorization")
"""Whatever such a header holds, it lets somebody in."""


def of_webhook(section: Maybe[Section[syntax.Setting]], problems: Problems) -> tuple[Header, ...]:
    no_two_alike(section, HEADER_NAME, "HTTP", problems)
    found: list[Header] = []
    for name, value in located.entries(section):
        if not HEADER_NAME.fits(name.text):
            continue  # which has been said
        _not_ours(name, problems)
        if isinstance(value, Scalar) and _literal(name, value, problems):
            continue  # one cause has one error
        if not isinstance(value, Broken):
            found.append(Header(name.text, setting(value, problems), name.span))
    return tuple(found)


def no_two_alike(section: Maybe[Section[Any]], shape: Text, protocol: str, problems: Problems) -> None:
    """`shape` is that of a name: of one that is malformed that has been said."""
    first: dict[str, Scalar] = {}
    for name, _ in located.entries(section):
        known = first.setdefault(name.text.lower(), name)
        if known is not name and shape.fits(name.text):
            related = (Related(known.span, "first given here"),)
            message = f"header `{name.text}` is given twice: upper and lower case are the same in {protocol}"
            problems.add(name.span, "FLOW006", message, "remove one of them", related)


def _not_ours(name: Scalar, problems: Problems) -> None:
    header = name.text.lower()
    if header in _OF_FLOWC or header.startswith(_PREFIX_OF_FLOWC):
        problems.add(name.span, "FLOW202", f"the header {quoted(name.text)} is flowc's own", "take it out")
    elif header in _OF_HTTP:
        message = f"the header {quoted(name.text)} is set by HTTP itself"
        problems.add(name.span, "FLOW202", message, "take it out")


def _literal(name: Scalar, value: Scalar, problems: Problems) -> bool:
    """A text that is the same on every call, and that everybody may read. Whether there is something wrong with it."""
    if name.text.lower() in _CREDENTIALS or names_secret(name.text, value.text):
        message = f"{quoted(name.text)} lets somebody in, and must not stand in the file"
        hint = "read it from a secret that holds the whole header: `{secret: NAME}`"
        problems.add(value.span, "FLOW108", message, hint)
        return True
    if "${" in value.text and not looks_secret(value.text):
        message = f"`${{…}}` is not filled in in {quoted(name.text)}"
        hint = "a header of a webhook is a text or a setting; the call and the parameters are in the body that it gets"
        problems.add(value.span, "FLOW204", message, hint)
        return True
    return False
