"""Scenarios that were broken by hand, one line each: what the search says of them, and after how many events."""

from __future__ import annotations

from flowc.verify.result import Bounds

# What is broken, the line, what it becomes, the property that then does not hold, and in how many events.
BROKEN = (
    (
        "a late answer is not told from one that is waited for",
        "  if (attempt === undefined) hangUp(event.call); // it answered after we had given it up",
        "  if (attempt === undefined) closeAgent();",
        "what comes late changes nothing",
        9,
    ),
    (
        "a reply is missing",
        "  leaveAgent(request, action.says === true);\n  return JSON.stringify({ ok: true });",
        '  leaveAgent(request, action.says === true);\n  return "";',
        "one JSON reply",
        5,
    ),
    ("a leg is not released", "ON_ENDED.push(letEverybodyGo);", "", "every leg is released", 8),
    (
        "nothing limits the ringing",
        "setTimeout(onRingTimeout.bind(null, name), TARGETS[name].ringMs)",
        "0",
        "no wait without a limit",
        8,
    ),
    (
        "nobody waits for the agent's last words",
        "  if (S.wordsAwaited && !S.agentSpeaking) heardOut();",
        "  if (S.wordsAwaited) heardOut();",
        "last words are heard",
        7,
    ),
    (
        "a duplicate is carried out again",
        "  if (has(S.replies, key)) return S.replies[key].reply;",
        "",
        "a duplicate gets the first answer",
        6,
    ),
    (
        "an agent that is lost is not missed",
        '  if (S.phase === "starting" || S.phase === "talking") agentUnavailable("the connection was closed");',
        "",
        "a lost agent is made up for",
        5,
    ),
    (
        "a player goes on",
        '  stopPlayer();\n  S.phase = "connected";',
        '  S.phase = "connected";',
        "no player goes on unheard",
        8,
    ),
    ("the token is logged", '  log("action " + name);', '  log("action " + name + S.token);', "no secret is told", 5),
    (
        "nothing ends the session",
        "  if (!ON_SESSION_END.some((outlives) => outlives())) endSession();",
        "",
        "the session ends with its caller",
        2,
    ),
)

_ANNOUNCED = "  S.announceTimer = 0;"
_OVER = "  const attempt = S.live.find((each) => each.target === name);"
_AGAIN = "each.timer = setTimeout(onRingTimeout.bind(null, each.target), TARGETS[each.target].ringMs);"
_LONG_ANEW = f"""
  S.live.filter((each) => each.target === 'anybody').forEach((each) => {{
    clearTimeout(each.timer);
    {_AGAIN}
  }});"""
_OVER_ANEW = f"""
  if (attempt !== undefined) {{
    const each = attempt;
    {_AGAIN}
    return;
  }}"""

# What was once passed over, or what the example has no part of: the flow, what is edited of it and of its scenario, how
# far it is searched, the property.
PASSED_OVER = (
    (
        "the agent hears a caller who does not hear it",
        "talking",
        (),
        (
            (
                "    VoxEngine.sendMediaBetween(caller, client);\n    ON_HEARD.forEach((note) => note(client));\n"
                "  });\n  if (!started)",
                "    client.sendMediaTo(caller);\n  });\n  if (!started)",
            ),
            (
                "  const request = S.request;\n  if (!S.wordsAwaited) return;",
                "  const request = S.request;\n"
                '  if (S.phase === "talking" && !S.agentSpeaking && S.caller !== null) S.caller.sendMediaTo(client);\n'
                "  if (!S.wordsAwaited) return;",
            ),
            ("VoxEngine.stopMediaBetween(caller, client)", "client.stopMediaTo(caller)"),
        ),
        Bounds(posts=1),
        "nobody listens in",
    ),
    (
        "tools of another version end a call that rings",
        "hunting",
        (),
        (("  S.otherContract =", '  if (S.phase === "ringing") letEverybodyGo();\n  S.otherContract ='),),
        Bounds(posts=1, states=6000),
        "no wait without a limit",
    ),
    (
        "what was refused is refused without a word the second time",
        "talking",
        (),
        (("return S.replies[key].reply;", 'return /"busy"/.test(S.replies[key].reply) ? "" : S.replies[key].reply;'),),
        Bounds(posts=1, exact=True, states=6000),
        "one JSON reply",
    ),
    (
        "a number that has not come is not waited for",
        "hunting",
        (("agent_id: agent_1", "agent_id: {storage: AGENT}"), ('pstn: "+15550100001"', "pstn: {storage: DESK}")),
        (
            (
                "  S.attempts += 1;",
                '  if (S.request !== null && "pstn" in target && !isLoaded(target.pstn)) throw new Error("not yet");\n'
                "  S.attempts += 1;",
            ),
        ),
        Bounds(posts=1, states=6000),
        "no exception",
    ),
    (
        "an agent that has given the caller away still asks for something",
        "handing_over",
        (),
        (("token !== S.token) {", "token.length !== S.token.length) {"),),
        Bounds(posts=2, states=900),
        "what is refused changes nothing",
    ),
    (
        "a phone sends the caller wherever it likes",
        "holding",
        (),
        (("    leg.addEventListener(CallEvents.Connected, keepTransfers);\n", ""),),
        Bounds(posts=1, states=900),
        "the flow alone says where a call goes",
    ),
    (
        "who has taken a call that was placed is let go when the platform says so twice",
        "placing",
        (),
        (("leg.removeEventListener(CallEvents.Connected, onLegConnected)", "leg.id()"),),
        Bounds(posts=1, states=900),
        "what is repeated changes nothing",
    ),
    (
        "a session that was started without data goes on",
        "placing",
        (),
        (('startTimer("dataTimer", WITHOUT_DATA_MS, onNoData);', "return;"),),
        Bounds(posts=1, states=900),
        "the session is ended by the scenario",
    ),
    (
        "what a phone asks for is done",
        "holding",
        (),
        (('event.call.notifyBlindTransferFailed(603, "Declined")', "event.call.notifyBlindTransferSuccess()"),),
        Bounds(posts=1, states=900),
        "the flow alone says where a call goes",
    ),
    (
        "who hears that no message can be taken is recorded",
        "recording",
        (),
        (("  stopRecorder(recorder);\n", ""),),
        Bounds(posts=1, states=900),
        "who leaves no message is not recorded",
    ),
    (
        "a menu waits for longer than it says",
        "choosing",
        (),
        (('startTimer("menuTimer", withinMs,', 'startTimer("menuTimer", withinMs + 5000,'),),
        Bounds(posts=0, states=900),
        "no long silence",
    ),
    (
        "nothing ends the waiting in a queue in which something is announced",
        "announced_in_queues",
        (),
        (("setTimeout(onRingTimeout.bind(null, name), TARGETS[name].ringMs)", "0"),),
        Bounds(posts=1, states=900),
        "no round without an end",
    ),
    (
        "each announcement begins a long waiting anew",
        "announced_in_queues",
        (),
        ((_ANNOUNCED, _ANNOUNCED + _LONG_ANEW),),
        Bounds(posts=1, states=900),
        "no round without an end",
    ),
    (
        "a waiting that is over begins anew",
        "in_queues",
        (),
        ((_OVER, _OVER + _OVER_ANEW),),
        Bounds(posts=1, states=900),
        "no round without an end",
    ),
)
