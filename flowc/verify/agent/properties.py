"""What must hold of every run: each property is a function over its record, which gives what is wrong in a sentence.

They say nothing of how the tools are made. What the tools tell the model is read by the words that flows/README.md and
the SDK fix: the result's `ok` and `error`, the SDK's own "success" and "cancelled", names of actions and targets; and
of a notice by the words in `DONE`, `NOT_DONE` and `UNKNOWN`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from flowc.verify.agent.action import ToolAction
from flowc.verify.agent.briefed import briefed
from flowc.verify.agent.corrected import corrected
from flowc.verify.agent.declared import arguments_are_as_declared
from flowc.verify.agent.honesty import honest
from flowc.verify.agent.introduced import introduced
from flowc.verify.agent.known import (
    CONTROL_S,
    DONE,
    INTERRUPTED,
    LATE,
    NOT_DONE,
    SILENT,
    SMALL,
    UNDER_WAY,
    UNKNOWN,
    Known,
    Wrongness,
    body_of,
    is_2xx,
    is_for,
)
from flowc.verify.agent.outcomes import outcomes_are_told_as_they_are
from flowc.verify.agent.record import (
    Arrived,
    Begun,
    CallerSpeaks,
    Closed,
    Connects,
    Delivered,
    Done,
    Ended,
    Logged,
    Reachable,
    Record,
    Seen,
    Sent,
    Spoken,
    Started,
    Told,
    Wrong,
    Yielded,
)
from flowc.verify.agent.scenario import TOKEN, URL
from flowc.verify.agent.unanswered import made_up_for
from flowc.verify.agent.watching import AT_WORK, Watching

TOOL_S = 5.0
"""For a tool, from its start to its end, if the control data are there."""
PENDING_S = 2.0
"""So much longer than webhooks may take that are asked, if that is so."""
BEGINS_A_TURN = ("returned", "briefing", "introducing", "introduction")
WORDS_S = 1.05
"""From the caller's words to the question to the model."""
NOISE_S = 2.0
"""And from an interruption that was none to a word of the agent."""


def wrong(record: Record, actions: Mapping[str, ToolAction], watching: Watching | None = None) -> list[Wrongness]:
    """In the order of the properties."""
    known = Known(record, actions, watching)
    return [each for check in PROPERTIES for each in check(known)]


def nothing_fails(known: Known) -> Iterator[Wrongness]:
    """No exception escapes, nothing hangs, and nothing is left when the call is over."""
    for _, _, event in known.all(Wrong):
        yield Wrongness("nothing fails", event.what, event.traceback)
    for _, _, event in known.all(Ended):
        if event.how == "raised":
            yield Wrongness("nothing fails", f"an exception leaves a tool: {event.error}")


def answers_in_time(known: Known) -> Iterator[Wrongness]:
    """A tool ends within the stated seconds; the caller's words are answered at once."""
    for number, began, start in known.all(Started):
        end = known.end(start.use)
        limit = TOOL_S if known.is_reachable(start, number) else TOOL_S + CONTROL_S
        limit += known.actions[start.action].asks_for + PENDING_S if known.actions[start.action].asks_for else 0
        if end is not None and end[1] - began > limit + SMALL:
            yield Wrongness("answers in time", f"the tool {start.action} takes {end[1] - began:.1f} s, not {limit:g}")
    for number, spoken, caller in known.all(CallerSpeaks):
        if not caller.is_answered:
            continue
        for at, event in known.events[number + 1 :]:
            if isinstance(event, Closed | CallerSpeaks):
                break
            if isinstance(event, Told) and event.metadata["vox_event"] in BEGINS_A_TURN:
                break  # which begins another turn
            if isinstance(event, Seen):
                if at - spoken > WORDS_S:
                    late = f"{at - spoken:.1f} s after the caller's words"
                    yield Wrongness("answers in time", f"the model is asked {late}")
                break
    for number, told_at, told in known.all(Told):
        if told.mark:
            for at, event in known.events[number + 1 :]:
                if at - told_at > WORDS_S:
                    yield Wrongness("answers in time", "the caller is back, and nobody says a word")
                    break
                if isinstance(event, Closed | CallerSpeaks | Told | Seen | Spoken):
                    break
        if told.metadata["vox_event"] == "keys" and not known.is_leaving(number):
            for at, event in known.events[number + 1 :]:
                if at - told_at > WORDS_S:
                    yield Wrongness("answers in time", "the caller has keyed something in, and nobody says a word")
                    break
                if isinstance(event, Closed | CallerSpeaks | Told | Started | Seen):
                    break
        if _is_news(known, told, number) and not known.is_leaving(number):
            for at, event in known.events[number + 1 :]:
                if at - told_at > WORDS_S:
                    yield Wrongness("answers in time", "what was asked for is answered, and nobody says a word")
                    break
                if isinstance(event, Closed | CallerSpeaks | Told | Started | Seen):
                    break
        if told.metadata["vox_event"] == "cancelled" and "key" in told.metadata:
            yield from _left_alone(known, number)
        if told.metadata["vox_event"] == "idle":
            yield from _asked_to_speak_up(known, number, told_at)
        if told.metadata["vox_event"] == "cancelled" and _is_noise(known, told, number):
            for at, event in known.events[number + 1 :]:
                if at - told_at > NOISE_S + WORDS_S:
                    yield Wrongness("answers in time", "after a noise that was no interruption nobody says a word")
                    break
                if isinstance(event, Closed | CallerSpeaks | Started | Seen):
                    break


def _is_news(known: Known, told: Told, number: int) -> bool:
    """Whether a reply has come for which no tool waits any more, since that was interrupted."""
    metadata = told.metadata
    if metadata["vox_event"] != "reply" or metadata["reply"].get("pending"):
        return False
    if known.is_with_others(told.session, number):
        return False  # whom it does not concern
    bodies = {each.body for _, _, each in known.all(Arrived) if each.id == metadata["request_id"]}
    uses = [each for at, _, each in known.all(Started) if at < number and each.body in bodies]
    ends = [known.end(each.use) for each in uses]
    if not any(known.actions[each.action].asks_for for each in uses):
        return False
    if not all(each.fate.is_smooth for at, _, each in known.all(Sent) if at < number and each.body in bodies):
        return False  # what has arrived may have been taken for what has not
    return all(end is not None and end[0] < number and end[2].how == "cancelled" for end in ends)


def _left_alone(known: Known, number: int) -> Iterator[Wrongness]:
    """The caller has gone on with a key: what the model says before somebody is there again is heard by nobody. Words
    that the caller has spoken before, or other news, may still begin a turn.
    """
    before = [event for _, event in known.events[:number] if isinstance(event, CallerSpeaks | Seen | Started)]
    if before and isinstance(before[-1], CallerSpeaks):
        return
    for _, event in known.events[number + 1 :]:
        if isinstance(event, Seen):
            yield Wrongness("answers in time", "the model is asked while the caller is elsewhere")
        if isinstance(event, Seen | Closed | CallerSpeaks | Told | Started):
            return


def _asked_to_speak_up(known: Known, number: int, told_at: float) -> Iterator[Wrongness]:
    """The model is asked, and knows why; where a tool is under way, that is not interrupted. A turn that had begun in
    the same instant may have asked it before. The instant in which a tool begins or ends, or the caller comes back,
    is one in which either may be so.
    """
    tools = [at for kind in (Started, Yielded) for _, at, _ in known.all(kind)]
    tools += [at for _, at, ended in known.all(Ended) if ended.how == "returned"]
    if any(abs(told_at - at) < SMALL for at in tools):
        return
    if any(before < number and told.mark and told_at - at < SMALL for before, at, told in known.all(Told)):
        return
    has_tool = _has_tool(known, number)
    at_once = [event for at, event in known.events[number + 1 :] if at - told_at < SMALL]
    if any(isinstance(event, Sent) and event.body == AT_WORK for event in at_once):
        near = (event for at, event in known.events if -SMALL < at - told_at <= WORDS_S)
        if not has_tool and not any(isinstance(event, Seen | Spoken | Closed | CallerSpeaks) for event in near):
            yield Wrongness("answers in time", "nobody says anything, and the agent says that it is at work")
        return
    is_known = any(before < number for before, _, _ in known.all(Reachable))
    if (
        is_known
        and has_tool
        and not known.is_leaving(number)
        and not any(isinstance(each, Connects) for each in at_once)
    ):
        yield Wrongness("answers in time", "a tool is under way, and the caller is taken for silent")
    for at, event in known.events[number + 1 :]:
        if at - told_at > WORDS_S:
            if not has_tool and not known.is_leaving(number):
                yield Wrongness("answers in time", "nobody says anything, and the model is not asked to speak up")
            return
        is_told = isinstance(event, Seen) and any(SILENT in content for _, content in event.messages)
        if is_told and has_tool:
            yield Wrongness("answers in time", "the model is asked to speak up while something is under way")
        if is_told or isinstance(event, Closed | CallerSpeaks | Told | Started):
            return


def _has_tool(known: Known, number: int) -> bool:
    """Whether a tool is under way."""
    began = (each for before, _, each in known.all(Started) if before < number)
    return any((end := known.end(each.use)) is None or end[0] > number for each in began)


def _is_noise(known: Known, told: Told, number: int) -> bool:
    """Whether the caller has not spoken since that was asked for, and has not gone on with a key either."""
    if "key" in told.metadata:
        return False
    asked = [at for began, at, each in known.all(Started) if began < number and each.action == told.metadata["action"]]
    spoken = [at for _, at, _ in known.all(CallerSpeaks)]  # in one instant, the order of the record means nothing
    return bool(asked) and not any(asked[-1] - SMALL < at <= known.events[number][0] + SMALL for at in spoken)


def done_once(known: Known) -> Iterator[Wrongness]:
    """What the model has asked for is done once, and a second time only if it asks for it knowing of the first."""
    by_body: dict[str, list[int]] = {}
    for number, _, done in known.all(Done):
        by_body.setdefault(done.body, []).append(number)
    for body, numbers in by_body.items():
        for first, second in pairwise(numbers):
            knows = _knows_of(known, body, first)
            if not any(knows < start < second for start, _, each in known.all(Started) if each.body == body):
                yield Wrongness("done once", f"{body} is done twice, but was not asked for again")
    for number, _, done in known.all(Done):
        if not any(start < number for start, _, each in known.all(Started) if each.body == done.body):
            yield Wrongness("done once", f"{done.body} is done, but nobody has asked for it")


def _knows_of(known: Known, body: str, done: int) -> int:
    """From when on the model knows that it was accepted, or done: a number of an event."""
    candidates = []
    asked = [(start, each) for start, _, each in known.all(Started) if each.body == body]
    accepted = next((number for number, _, each in known.all(Arrived) if each.body == body and each.reply["ok"]), done)
    action = asked[0][1].action if asked else ""
    for _, each in asked:
        for number, value in known.results(each.use):
            if number > accepted and isinstance(value, dict) and value.get("ok") is True:
                candidates.append(number)
        end = known.end(each.use)
        if end is not None and end[2].how == "returned" and not known.results(each.use) and end[0] > accepted:
            candidates.append(end[0])
    told = {
        number: each.mark for number, _, each in known.all(Told) if each.mark and each.metadata.get("action") == action
    }
    for number, _, seen in known.all(Seen):
        if number <= accepted:
            continue
        words = (DONE, UNDER_WAY) if action and known.actions[action].takes_call else (DONE,)
        if any(word in line for word in words for line in known.notices(seen, action)) or any(
            mark in content for mark in told.values() for _, content in seen.messages
        ):
            candidates.append(number)
    # The agent that is started anew has another model, of whose own will it is whatever that asks for.
    candidates += [number for number, _, _ in known.all(Begun) if number > accepted]
    if action and known.actions[action].decides:
        candidates += [number for number in known.of_briefings() if number > accepted]
    return min(candidates, default=len(known.events))


def no_outcome_is_lost(known: Known) -> Iterator[Wrongness]:
    """What the scenario tells of the call reaches the model once, or the caller in the flow's own words."""
    for number, _, told in known.all(Told):
        seen = known.last_seen(told.session)
        if seen is None or seen[0] < number:
            continue
        if told.mark:
            shown = [content for role, content in seen[1].messages if role in ("user", "system")]
            notices = [line for content in shown for line in content.split("\n") if told.mark in line]
            if len(notices) != 1:
                how_often = f"{len(notices)} times, not once"
                yield Wrongness("no outcome is lost", f"the model is told {how_often}, that the call is back")
            if (turns := _turns_that_are_told(known, told)) > 1:
                yield Wrongness("no outcome is lost", f"that the call is back is new to the model in {turns} turns")
            if words := told.metadata["say"]:
                spoken = sum(words in each.text for _, _, each in known.all(Spoken))
                claimed = any(words in line for line in notices)
                if spoken != claimed:
                    claim = "is told so" if claimed else "is not told so"
                    yield Wrongness(
                        "no outcome is lost", f"the flow's sentence is spoken {spoken} times, and the model {claim}"
                    )
        elif told.metadata["vox_event"] == "keys":
            keyed_in = told.metadata["keys"]
            shown = [content for role, content in seen[1].messages if role in ("user", "system")]
            times = sum(content.count(keyed_in) for content in shown)
            if times != 1:
                yield Wrongness("no outcome is lost", f"the model is told {times} times, not once, what was keyed in")
        elif told.metadata["vox_event"] == "cancelled":
            action = told.metadata["action"]
            others = (INTERRUPTED, LATE)
            notices = [line for line in known.notices(seen[1], action) if not any(each in line for each in others)]
            cancelled = [
                each
                for _, _, each in known.all(Told)
                if each.session == told.session
                and each.metadata["vox_event"] == "cancelled"
                and each.metadata["action"] == action
            ]
            if len(notices) != len(cancelled):
                how_often = f"{len(notices)} times, not {len(cancelled)},"
                yield Wrongness("no outcome is lost", f"the model is told {how_often} that {action} was cancelled")


def _turns_that_are_told(known: Known, told: Told) -> int:
    """In how many turns it is the latest thing that the model knows, and the model speaks without being interrupted."""
    turns = 0
    is_new = is_counted = False
    spoken_at = -1.0
    for at, event in known.events:
        match event:
            case Seen(messages=messages) if messages:
                is_new = is_new or told.mark in messages[-1][1]
            case Spoken() if is_new and not is_counted:
                turns, spoken_at, is_counted = turns + 1, at, True
            case CallerSpeaks() | Told():
                turns -= at == spoken_at  # in the middle of it: words take no time here
                is_new, is_counted, spoken_at = False, False, -1.0
    return turns


def every_request_is_accounted_for(known: Known) -> Iterator[Wrongness]:
    """Of a tool that the caller has interrupted the model learns what became of it, unless that was cancelled."""
    for number, began, start in known.all(Started):
        end, action = known.end(start.use), known.actions[start.action]
        seen = known.last_seen(start.session)
        if not known.is_reachable(start, len(known.events)) or not _was_tried(known, number, start):
            continue  # what was interrupted before anything was asked for is cancelled indeed
        if seen is None or action.cancels or (end is not None and end[2].how != "cancelled"):
            continue
        if any(number < seen[0] for number, _ in known.results(start.use)):
            continue
        is_told = any(INTERRUPTED in line for line in known.notices(seen[1], start.action))
        later = [each for _, _, each in known.all(Started) if each.body == start.body and each.use > start.use]
        answered = any(
            known.results(each.use) or ((ended := known.end(each.use)) is not None and ended[2].how == "returned")
            for each in later
        )
        back = any(each.mark and each.metadata.get("action") == start.action for _, _, each in known.all(Told))
        arrived = [each.reply["ok"] for _, _, each in known.all(Arrived) if is_for(each, start)]
        if action.decides and any(number < at or began - known.events[at][0] < SMALL for at in known.of_briefings()):
            continue  # it knows that this part is over, or is told so in this instant
        begun = (told.metadata for _, _, told in known.all(Told) if told.metadata["vox_event"] == "introducing")
        if action.takes_call and any(told["action"] == start.action for told in begun):
            continue  # it knows that it rings
        if action.takes_call and arrived and not any(arrived):
            continue  # "cancelled", as the SDK says, is true enough of what was refused
        if not is_told and not answered and not (back and action.takes_call):
            yield Wrongness(
                "every request is accounted for",
                f"the caller has interrupted {start.action}, and the model never learns what became of it",
            )


def _was_tried(known: Known, number: int, start: Started) -> bool:
    """Whether the control data were there before the interruption."""
    end = known.end(start.use)
    return known.is_reachable(start, number) or (end is not None and known.is_reachable(start, end[0]))


def notices_are_true(known: Known) -> Iterator[Wrongness]:
    """What the model is told of an interrupted tool is so, when it is told first."""
    told: Counter[str] = Counter()
    for number, _, seen in known.all(Seen):
        for action, lines in ((name, known.notices(seen, name)) for name in known.actions):
            before, lines = told.copy(), [line for line in lines if INTERRUPTED in line]
            told |= Counter(lines)
            for line in (Counter(lines) - before).elements():
                mine = [each for _, _, each in known.all(Started) if each.action == action]
                bodies = {each.body for each in mine}
                ok = any(
                    each.body in bodies and each.reply["ok"] and not each.takes_back and at < number
                    for at, _, each in known.all(Arrived)
                )
                sent = any(each.body in bodies and is_2xx(each) for at, _, each in known.all(Sent) if at < number)
                done = {each.body for _, _, each in known.all(Done)} & bodies
                if DONE in line and not ok and not sent:
                    yield Wrongness("notices are true", f"the model is told that {action} was done, but it was not")
                if NOT_DONE in line and done == bodies and _refusals(known, bodies, number) == 0:
                    yield Wrongness("notices are true", f"the model is told that {action} was not done, but it was")
                if UNKNOWN in line and all(each.fate.is_smooth for at, _, each in known.all(Connects) if at < number):
                    yield Wrongness("notices are true", f"nothing has become of {action}, and only its tool has ended")
                if UNKNOWN in line and bodies == _answered(known, bodies, number):
                    yield Wrongness("notices are true", f"the answer to {action} has arrived, and is not told")


def _refusals(known: Known, bodies: set[str], number: int) -> int:
    arrived = [each for at, _, each in known.all(Arrived) if at < number and each.body in bodies]
    return sum(not each.reply["ok"] for each in arrived)


def _answered(known: Known, bodies: set[str], number: int) -> set[str]:
    """Those whose last request was: the answer to one before it says nothing of that."""
    last = {each.body: each.id for at, _, each in known.all(Sent) if at < number and not each.takes_back}
    delivered = {each.id for at, _, each in known.all(Delivered) if at < number and not each.takes_back}
    return {body for body in bodies if last.get(body) in delivered}


def what_is_cancelled_is_taken_back(known: Known) -> Iterator[Wrongness]:
    """A tool that the caller may stop, and has stopped, takes its request back under the same id."""
    for start_number, _, start in known.all(Started):
        end, action = known.end(start.use), known.actions[start.action]
        if not action.cancels or end is None or end[2].how != "cancelled":
            continue
        sent = [each for at, _, each in known.all(Sent) if is_for(each, start) and start_number < at]
        if not sent or any(each.fate.connects != "yes" for _, _, each in known.all(Connects)):
            continue  # what does not connect cannot be told from what was not tried
        taken_back = {each.id for _, _, each in known.all(Sent) if each.takes_back}
        if sent[0].id not in taken_back:
            yield Wrongness("what is cancelled is taken back", f"{start.action} was interrupted, but not taken back")
        later = [each for _, at, each in known.all(Sent) if at > end[1] + SMALL and not each.takes_back]
        if any(each.id == sent[0].id for each in later):
            yield Wrongness("what is cancelled is taken back", f"{start.action} was interrupted, and is sent once more")


def phrases_are_spoken_as_declared(known: Known) -> Iterator[Wrongness]:
    """Before what happens all the same nobody can interrupt them; and one request is announced once."""
    starts = {each.use: (number, each) for number, _, each in known.all(Started)}
    announced: dict[str, int] = {}
    for number, _, each in known.all(Yielded):
        start = starts[each.use][1]
        action = known.actions[start.action]
        if each.kind != "phrase":
            continue
        if each.value.strip() != " ".join(action.says.split()) and each.value.strip() != action.says.strip():
            yield Wrongness("phrases", f"the tool {action.name} says {each.value!r}, not {action.says!r}")
        if each.is_interruptible != (action.cancels or not action.takes_call):
            may = "may" if each.is_interruptible else "may not"
            yield Wrongness("phrases", f"the phrase of {action.name} {may} be interrupted")
        if not each.value.endswith(" "):
            yield Wrongness("phrases", f"the phrase of {action.name} runs into the next one")
        before = announced.get(start.body)
        if before is not None and not action.cancels and not _anything_came_of_it(known, start, before, number):
            yield Wrongness("phrases", f"{action.name} is announced twice, though it was under way")
        announced[start.body] = number


def _anything_came_of_it(known: Known, start: Started, since: int, until: int) -> bool:
    if _told_what_became(known, start, until) > _told_what_became(known, start, since):
        return True
    for event in (event for _, event in known.events[since:until]):
        match event:
            case Yielded(use=use, kind="result") if body_of(known, use) == start.body:
                return True
            case Ended(use=use, how="returned") if body_of(known, use) == start.body:
                return True
            case Delivered(body=body) if body == start.body:
                return True
            case Told(mark=mark) if mark:
                return True
            case Told(metadata={"vox_event": "reply", "request_id": id_, "reply": reply}) if not reply.get("pending"):
                if any(each.id == id_ and each.body == start.body for _, _, each in known.all(Sent)):
                    return True
            case Sent(body=body, fate=fate) if body == start.body and fate.comes != "reply":
                return True
    return False


def _told_what_became(known: Known, start: Started, until: int) -> int:
    """How often the model has been told so of what was interrupted, and not only that it goes on."""
    seen = [each for number, _, each in known.all(Seen) if number < until and each.session == start.session][-1:]
    lines = (line for each in seen for line in known.notices(each, start.action))
    return sum(INTERRUPTED in line and UNDER_WAY not in line for line in lines)


def phrases_are_not_left_out(known: Known) -> Iterator[Wrongness]:
    """Whoever is sent somewhere has been told so before."""
    for number, _, sent in known.all(Sent):
        start = next((each for at, _, each in known.all(Started) if at < number and is_for(sent, each)), None)
        if start is None or not known.actions[start.action].says:
            continue
        uses = {each.use for at, _, each in known.all(Started) if at < number and each.body == start.body}
        if not any(at < number and each.use in uses and each.kind == "phrase" for at, _, each in known.all(Yielded)):
            yield Wrongness("phrases", f"{start.action} is asked for, and its phrase was not spoken")


def notices_are_not_repeated(known: Known) -> Iterator[Wrongness]:
    """What has become of an interrupted tool is told once."""
    for _, _, seen in known.all(Seen):
        for action in known.actions:
            final = [line for line in known.notices(seen, action) if INTERRUPTED in line and UNDER_WAY not in line]
            if len(final) > sum(each.action == action for _, _, each in known.all(Started)):
                yield Wrongness("notices are true", f"the model is told {len(final)} times what became of {action}")


def requests_are_in_order(known: Known) -> Iterator[Wrongness]:
    """The scenario never has to refuse how something is asked for."""
    for _, _, each in known.all(Arrived):
        code = each.reply.get("error", {}).get("code")
        if code in ("unauthorized", "bad_request", "request_id_reused", "unknown_action"):
            yield Wrongness("requests are in order", f"the scenario refuses a request as {code}: {each.body}")


def nothing_secret_is_told(known: Known) -> Iterator[Wrongness]:
    """Neither the control URL nor the token: to the model, the caller or a log. To a log nothing of what the model has
    asked for, nor what that was answered.
    """
    private = set(_texts_of_requests(known))
    quoted = {json.dumps(each) for each in private} | {repr(each) for each in private}
    for _, event in known.events:
        match event:
            case Seen(messages=messages):
                texts = [content for _, content in messages]
            case Yielded(value=value):
                texts = [str(value)]
            case Spoken(text=text) | Logged(text=text):
                texts = [text]
            case _:
                continue
        if any(secret in text for secret in (TOKEN, URL) for text in texts):
            yield Wrongness("nothing secret is told", f"the control URL or the token is in {type(event).__name__}")
        if isinstance(event, Logged) and any(each in event.text for each in quoted):
            yield Wrongness("nothing secret is told", f"a request, or its reply, is in the log: {event.text}")


def _texts_of_requests(known: Known) -> Iterator[str]:
    for _, _, start in known.all(Started):
        yield from _texts_in(start.arguments)
    for _, _, arrived in known.all(Arrived):
        yield from _texts_in(arrived.reply.get("data"))


def _texts_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _texts_in(each)
        case list():
            for each in value:
                yield from _texts_in(each)


PROPERTIES: tuple[Callable[[Known], Iterator[Wrongness]], ...] = (
    nothing_fails,
    answers_in_time,
    done_once,
    honest,
    no_outcome_is_lost,
    outcomes_are_told_as_they_are,
    every_request_is_accounted_for,
    notices_are_true,
    what_is_cancelled_is_taken_back,
    phrases_are_spoken_as_declared,
    phrases_are_not_left_out,
    notices_are_not_repeated,
    requests_are_in_order,
    arguments_are_as_declared,
    nothing_secret_is_told,
    corrected,
    made_up_for,
    briefed,
    introduced,
)
