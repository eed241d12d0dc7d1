"""Two standings of one state: what of them is only told, and may be that of either."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from msgspec.structs import replace

from flowc.verify.oracle.attempts import Attempt, hope_of
from flowc.verify.oracle.stages import (
    Arriving,
    Connected,
    Ending,
    Idle,
    Recording,
    Ringing,
    Starting,
    Talking,
    Warned,
)
from flowc.verify.oracle.standing import (
    Standing,
)


def with_data_of(first: Standing, standing: Standing, named: Callable[[Ringing], Collection[str]]) -> Standing:
    """The standing with what `first` has to tell of earlier requests and transfers, if there is as much of it. `named`
    are the outcomes in the fallback of a transfer.
    """
    changes: dict[str, Any] = {"before": first.before, "refers": first.refers, "chosen": first.chosen}
    if (first.result is None) == (standing.result is None):
        changes["result"] = first.result
    if [known.id for known in first.requests] == [known.id for known in standing.requests]:
        changes["requests"] = first.requests
    if first.request is not None and standing.request is not None and first.request[:2] == standing.request[:2]:
        changes["request"] = first.request
    changes["posted"] = first.posted
    if first.before_agent is not None and standing.before_agent is not None:
        changes["before_agent"] = first.before_agent
    if bool(first.token) == bool(standing.token):
        changes["token"] = first.token
    if bool(first.undelivered) == bool(standing.undelivered):
        changes["undelivered"] = first.undelivered
    changes["reported"] = first.reported
    changes["told"] = first.told
    if first.recorded is not None and standing.recorded is not None:
        changes["recorded"] = standing.recorded.with_data_of(first.recorded)
    if (first.report is None) == (standing.report is None):
        changes["report"] = first.report
    if [post.merged for post in first.posts] == [post.merged for post in standing.posts]:
        changes["posts"] = first.posts
    stage = standing.stage
    match first.stage, stage:
        case (Ringing(tried=tried, stopped=stopped), Ringing()) if _outcome(stopped) == _outcome(stage.stopped):
            if hope_of(tried, named(stage)) == hope_of(stage.tried, named(stage)):
                changes["stage"] = replace(stage, tried=tried, stopped=stopped)
        case (Recording() as before, Recording()):
            changes["stage"] = _with_data_of(before, stage)
        case (Ending(message=Recording() as before), Ending(message=Recording() as message)):
            changes["stage"] = replace(stage, message=_with_data_of(before, message))
            changes.update(request=first.request, result=first.result, key=first.key)  # told with it, and nothing else
        case (Connected(waited=waited), Connected()):
            changes["stage"] = replace(stage, waited=waited)
        case (Talking(keys=keys), Talking()) if few(keys) == few(stage.keys):
            changes["stage"] = replace(stage, keys=keys)
        case (Warned(keys=keys), Warned()) if few(keys) == few(stage.keys):
            changes["stage"] = replace(stage, keys=keys)
        case (Starting(returned=returned), Starting()) if bool(returned) == bool(stage.returned):
            changes["stage"] = replace(stage, returned=returned)
    return replace(standing, **changes)


def with_numbers_of(first: Standing, standing: Standing, shown: Callable[[Standing], str]) -> Standing:
    """The standing with the numbers of `first`, where both are past what goes by them. `shown` is the number that may
    be shown as the caller's: there is one in both, or in none.
    """
    if isinstance(standing.stage, Idle | Arriving) or bool(shown(first)) != bool(shown(standing)):
        return standing
    return replace(
        standing,
        dialled=first.dialled,
        is_withheld=first.is_withheld,
        is_over_sip=first.is_over_sip,
        may_refer=first.may_refer,
        calling=first.calling,
    )


def few(keys: str) -> tuple[int, int, bool]:
    """How many there are, and how many behind `#`, with which the agent is told of those before it: two are as many as
    can be.
    """
    rest = keys.rpartition("#")[2]
    return min(len(keys), 2), min(len(rest), 2), "#" in keys


def _outcome(attempt: Attempt | None) -> str:
    return attempt.outcome if attempt is not None else ""


def _with_data_of(first: Recording, message: Recording) -> Recording:
    """How long it is, and where, is only told; also how long it is already, where nothing counts that."""
    if first.part != message.part or bool(first.url) != bool(message.url):
        return message
    return replace(message, url=first.url, lasted=first.lasted, waited=first.waited)
