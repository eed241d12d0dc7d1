"""How a target is called over SIP: who calls, under which name, and by which way."""

from __future__ import annotations

from flowc.diagnostics import Problems, quoted
from flowc.ir import Auth, Setting
from flowc.language.flow import syntax
from flowc.language.located import Maybe, given
from flowc.nodes import Broken, Scalar
from flowc.resolve import texts


def auth(written: Maybe[syntax.Auth], problems: Problems) -> Auth | None:
    if written is None or isinstance(written, Broken):
        return None
    return Auth(texts.setting(written.user, problems), texts.setting(written.password, problems))


def display_name(written: Maybe[Scalar], problems: Problems) -> str | None:
    name = given(written)
    if name is None:
        return None
    if "${" in name.text:
        message = f"`${{…}}` is not filled in in {quoted(name.text)}"
        problems.add(name.span, "FLOW204", message, "a display name is the same in every call; `headers` may differ")
    return name.text


def proxy(written: Maybe[Scalar]) -> str | None:
    host = given(written)
    return None if host is None else host.text


def registration(written: Maybe[int | syntax.SettingReference], problems: Problems) -> Setting | None:
    if written is None or isinstance(written, Broken):
        return None
    return str(written) if isinstance(written, int) else texts.setting(written, problems)
