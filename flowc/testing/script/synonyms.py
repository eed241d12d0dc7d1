"""Words of other tools and of everyday speech, and what to write for each of them in a call script.

Data alone; a misspelling of a word that is there is found by itself, and needs no line here.
"""

from __future__ import annotations

from flowc.language.calls.events import DOES_NOT_ANSWER, REQUEST
from flowc.language.calls.expectations import EXPECT
from flowc.language.calls.grammar import CALL
from flowc.suggest import write


def _each(**words: str) -> dict[str, str]:
    """From what to write to what is written instead of it, with commas between; to the other direction."""
    return {word: write(right.replace("_", " ")) for right, all in words.items() for word in all.split(", ")}


_ENDS = "hang up, hangup, ends, ends the call, disconnects, leaves, goes, drops, quits, drops the call"
_FAILS = "write how: `is busy`, `declines`, `is unreachable`, or with a code of SIP, `{fails: 503}`"
OF_A_TARGET = {
    **_each(
        answers="picks up, pick up, answer, answered, accepts, takes the call, is answered, connects, connected, joins",
        is_busy="busy, engaged, is engaged, is on the phone, is full, full, queue is full",
        declines="rejects, refuses, decline, declined, rejected, reject, rejects the call",
        does_not_answer="no answer, no_answer, not answered, does nothing, times out, timeout, ignores, keeps ringing,"
        " rings out, is not answered, never answers, misses the call, doesn't answer, does not pick up",
        hangs_up=_ENDS,
        is_unreachable="unreachable, unavailable, is unavailable, is offline, offline, is off, is not reachable",
        does_not_exist="unknown, not found, is not found, is invalid, invalid, is wrong",
        is_not_allowed="forbidden, is forbidden, not allowed, is blocked",
        rings="ringing, is ringing, ring, is called",
    ),
    **dict.fromkeys(("fails", "failed", "error", "fail"), _FAILS),
    **dict.fromkeys(("is handed over", "is not handed over"), "the caller is: write `caller: is handed over`"),
    **dict.fromkeys(
        ("place", "position", "queue position", "place in queue", "says place", "says the place", "is number"),
        write("{place: 3}"),
    ),
    **dict.fromkeys(
        ("minutes", "ewt", "wait time", "waiting time", "estimated wait time"), write("{place: 3, minutes: 5}")
    ),
    **dict.fromkeys(
        ("says", "talks", "tells", "speaks"),
        "write `wait: 3s`, or in a briefing how long, `{speaks: 12s}`: that somebody speaks is heard, not what is said",
    ),
    **dict.fromkeys(("waits", "listens", "is silent", "says nothing"), "write `wait: 3s`: nobody speaks meanwhile"),
    **dict.fromkeys(
        ("voicemail", "machine", "is a machine", "a machine answers", "voicemail answers", "answering machine"),
        write("answers as a machine"),
    ),
}
AS_A_PERSON = (
    *("answers as a person", "answers as person", "answers as a human", "a person answers", "a human answers"),
    *("picks up as a person", "is a person", "is a human", "person", "human", "detected as a person"),
)
"""Of a target with a `machine`, what was detected; of others nobody asks, and whoever answers is taken for one."""
OF_THE_CALLER = {
    **_each(calls="dials, dial, call, phones, rings, calls in, starts", hangs_up=_ENDS),
    **dict.fromkeys(
        ("waits", "listens", "holds", "is silent", "silent", "says nothing", "is quiet", "does nothing"),
        "write `wait: 3s`: the caller says nothing meanwhile",
    ),
    **dict.fromkeys(
        ("says", "talks", "tells", "speaks", "leaves a message"),
        "write for how long, `{speaks: 12s}`: that somebody speaks is heard, not what is said",
    ),
    **dict.fromkeys(("interrupts", "talks over", "barges in"), "write `agent: is interrupted`"),
    **dict.fromkeys(("types", "dtmf", "press", "keys"), write('{presses: "1"}')),
    **dict.fromkeys(
        ("handed over", "is transferred", "is referred", "transferred", "leaves for"), write("is handed over")
    ),
    **dict.fromkeys(
        ("refuses", "is refused", "refer fails", "not handed over", "is not handed over", "isn't handed over"),
        write("{is not handed over: 486}"),
    ),
}
_NEVER_HANGS_UP = "write `{asks: ACTION}`: an action of the flow hangs up; its connection breaks with `is lost`"
OF_THE_AGENT = {
    **_each(
        is_lost="disconnects, disconnected, crashes, dies, lost, drops, is gone, closes, is disconnected",
        is_interrupted="interrupted, is cut off, stops",
        is_at_work="works, thinks, is busy, is thinking, is working, keeps working",
    ),
    **dict.fromkeys(("hangs up", "ends the call", "hang up", "ends"), _NEVER_HANGS_UP),
    **dict.fromkeys(
        ("answers", "starts", "joins", "picks up"), "take it out: it is there when `caller: calls` is over"
    ),
    **dict.fromkeys(
        ("fails", "refuses", "gives up", "is unavailable"),
        write("does not answer", ": its model refuses, and its tools say so at once"),
    ),
    **dict.fromkeys(
        ("never answers", "answers late", "times out", "does not answer in time", "takes too long"),
        write("hangs", ": its model does not answer in time, nor when it is asked once more"),
    ),
    **dict.fromkeys(("waits", "listens"), "write `wait: 3s`: it says nothing unless it `says` so"),
    **dict.fromkeys(("is silent", "is quiet"), write("says nothing", ": its silence is heard until it speaks again")),
    **dict.fromkeys(("speaks", "talks", "tells", "said", "say"), "write `{says: hello}`"),
    **dict.fromkeys(("does", "calls", "requests", "transfers", "tool", "action", "runs"), "write `{asks: ACTION}`"),
    **dict.fromkeys(("hears", "is told", "told"), "write `expect: {agent told: …}`"),
}
OF_A_CALL = _each(
    ended="over, finished, done, closed, hung up, gone, false, terminated",
    goes_on="active, running, continues, open, alive, ongoing, connected, true",
)
OF_A_CONNECTION = _each(
    gone="lost, disconnected, away, closed, nothing, nobody, left", connected="there, present, open, on"
)
OF_EVENTS = {
    **dict.fromkeys(("introduced", "introduces", "is introduced", "introduce"), write("introduction")),
    **dict.fromkeys(("briefed", "briefs", "is briefed", "brief"), write("briefing")),
}
HEARD = {
    **_each(ringback="ringing, ring, ringtone, rings, tone, music", silence="quiet, silent"),
    "nobody": "write `silence`, or `nothing` for a caller who has hung up",
}
# What is written in place of the name of a step -> what to write.
_EXPECT = "write `expect: {…}`"
STEPS_BY_OTHER_NAMES = {
    **dict.fromkeys(("sleep", "pause", "delay", "time", "timeout", "after", "advance"), "write `wait: 5s`"),
    **dict.fromkeys(("assert", "verify", "check", "should", "then", "expects", "expected", "result"), _EXPECT),
    **dict.fromkeys(
        ("clock", "date", "now", "at"), "write `clock: …` beside the `steps` of a call, or at the top of the file"
    ),
    **dict.fromkeys(("user", "customer", "client", "human", "patient", "guest"), write("caller")),
    **dict.fromkeys(("bot", "assistant", "ai", "model", "llm", "assistent"), write("agent")),
    **dict.fromkeys(("post", "http", "webhook", "send", "curl"), "write `request: {body: …}`"),
    **dict.fromkeys(("network", "voximplant", "voxengine", "environment"), "write `platform: {…}`"),
    **dict.fromkeys(("press", "presses", "dtmf", "keys"), 'write `caller: {presses: "1"}`'),
    **dict.fromkeys(("call", "calls", "dial", "start", "begin", "incoming"), "write `caller: calls`"),
    **dict.fromkeys(
        ("hangup", "hang up", "hang_up", "hangs up", "end", "quit", "exit", "bye"), "write `caller: hangs up`"
    ),
    **dict.fromkeys(("say", "says", "speak"), "write `agent: {says: …}`"),
    **dict.fromkeys(("asks", "ask", "tool", "action"), "write `agent: {asks: ACTION}`"),
    **dict.fromkeys(("parallel", "together", "both", "simultaneously"), "write `at once: [STEP, STEP]`"),
    **dict.fromkeys(("comment", "note", "name", "description", "title", "log", "print"), "write a comment: `# …`"),
    "play": "write `expect: {caller hears: {prompt: NAME}}`: the flow plays it by itself",
    "prompt": "write `expect: {caller hears: {prompt: NAME}}`: the flow plays it by itself",
    "transfer": "write `agent: {asks: ACTION}`: the agent asks, and the flow transfers",
    "notify": "write `expect: {posted: {…}}`: the flow notifies by itself",
    "repeat": "write the steps out, or a table: `rows`",
    "loop": "write the steps out, or a table: `rows`",
    **{
        word: f"write `TARGET: {right}`, with the name of a target"
        for word, right in {
            "answer": "answers",
            "rings": "rings",
            "busy": "is busy",
            "reject": "declines",
            "no answer": DOES_NOT_ANSWER,
            **{each: each for each in ("answers", "is busy", "declines", DOES_NOT_ANSWER)},
        }.items()
    },
}
# Of a record: a key that people write -> the one that is meant.
_TABLES = "examples, example, table, tables, cases, case, data, with, where, values, matrix, params, parameters, each"
KEYS = {
    CALL.what: {
        **dict.fromkeys((*_TABLES.split(", "), "for each", "parametrize", "variants", "scenarios"), "rows"),
        **dict.fromkeys(("do", "run", "script", "events"), "steps"),
    },
    REQUEST.what: dict.fromkeys(("json", "data", "payload", "content", "text", "post"), "body"),
    "a request of the agent": dict.fromkeys(("parameters", "args", "arguments", "params", "values", "data"), "with"),
    "a place in a queue": {
        **dict.fromkeys(("position", "number"), "place"),
        **dict.fromkeys(("minute", "ewt", "wait", "time", "for"), "minutes"),
    },
    "the numbers of a call": {**dict.fromkeys(("number", "caller"), "from"), "called": "to"},
    EXPECT.what: {
        **dict.fromkeys(("hears", "heard", "audio"), "caller hears"),
        **dict.fromkeys(("with", "talks to", "connected to", "bridged"), "caller with"),
        **dict.fromkeys(("rings", "calling", "called", "dialing"), "ringing"),
        **dict.fromkeys(("told", "outcome"), "agent told"),
        **dict.fromkeys(("log", "logs"), "logged"),
        **dict.fromkeys(("webhook", "notified"), "posted"),
        **dict.fromkeys(("silence", "max silence"), "longest silence"),
        **dict.fromkeys(("response", "status"), "reply"),
        **dict.fromkeys(("sent", "digits"), "dialled"),
        **dict.fromkeys(("session", "state"), "call"),
    },
}

FORMS = {
    "rings": "{rings: 3s, then: answers}",
    "fails": "{fails: 503}",
    "presses": '{presses: "1"}',
    "place": "{place: 3}",
    "calls": '{calls: {from: "+15550001111"}}',
    "asks": "{asks: ACTION}",
    "says": "{says: hello}",
}
