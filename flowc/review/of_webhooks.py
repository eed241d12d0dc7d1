"""Webhooks: where they are, what is sent there, and what they answer."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from flowc.ir import Flow, Header, Setting, Webhook
from flowc.review.aspects import Aspects, aspect, by_name, changed, differences, identity
from flowc.review.change import At, Changes, Kind
from flowc.review.of_parameters import ANSWER, parameters
from flowc.review.words import code, setting_words


def webhooks(at: At, old: Flow, new: Flow) -> Changes:
    yield from by_name(
        at,
        "webhooks",
        old.webhooks,
        new.webhooks,
        lambda inner, one, other: differences(inner, OF_WEBHOOKS[Webhook], one, other),
        added=lambda inner, each: iter([inner.now(Kind.OTHERS, f"{inner.where} is new: it has to be there")]),
        removed=lambda inner, each: iter([inner.before(Kind.BEHAVIOUR, f"{inner.where} is told nothing any more")]),
        where=lambda each: f"the webhook {code(each.name)}",
    )


def _headers(at: At, old: Webhook, new: Webhook) -> Changes:
    yield from by_name(
        at,
        "headers",
        old.headers,
        new.headers,
        lambda inner, one, other: differences(inner, OF_WEBHOOKS[Header], one, other),
        added=lambda inner, each: iter(
            [inner.now(Kind.BEHAVIOUR, f"{inner.where} is new: {setting_words(each.value)}")]
        ),
        removed=lambda inner, each: iter([inner.before(Kind.OTHERS, f"{inner.where} is gone")]),
        where=lambda each: f"the header {code(each.name)} for {at.where}",
    )


def _sign(at: At, old: Webhook, new: Webhook) -> Changes:
    if new.sign is None:
        yield at.now(Kind.OTHERS, f"{at.where} gets no signature any more: it must not want one")
    else:
        yield at.now(
            Kind.OTHERS, f"{at.where} gets requests signed with {_signed(new.sign)} (before: {_signed(old.sign)})"
        )


def _signed(key: Setting | None) -> str:
    return "no key" if key is None else setting_words(key)


def _answer(at: At, old: Webhook, new: Webhook) -> Changes:
    inner = replace(at, where=f"the answer of {at.where}", holder=ANSWER)
    yield from parameters(inner, "fields", old.answer, new.answer)


OF_WEBHOOKS: dict[type[Any], Aspects] = {
    Webhook: (
        identity("name"),
        changed("url", "is at {new} (before: {old})", setting_words),
        aspect(_headers),
        aspect(_sign),
        aspect(_answer),
    ),
    Header: (identity("name"), changed("value", "is {new} (before: {old})", setting_words)),
}
