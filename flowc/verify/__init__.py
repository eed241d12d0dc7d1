"""Runs a generated scenario through every order in which the world can act, and says which promises do not hold.

One page on what that means. The search itself is JavaScript, beside the emulator (`simulator/vox/explorer.js`), because
it runs the generated file itself, tens of thousands of steps a second; this room says what the world can do
(`alphabet`), asks for the search (`search`), and makes of what it finds a value (`result`) and a text (`report`).

**State**: the scenario's `S` and what the emulator knows of its session, both plain data, which can be copied. A
callback that waits is a function of the scenario's top level, or one `bind`ed to values: so it is data, too.
What a scenario remembers elsewhere (one that was edited by hand: a variable of the top level, a closure, an object of a
class; `simulator/vox/hidden.js` looks for it) is in no copy. Then each state is come to by its path from the beginning
of the call, which is slow, no two are taken for equal, and the result names what it is and where (`Result.hidden`).

**Digest**: what of a state can still matter. Times are relative to now; units are numbered as they are come by from
`S`; one that is over and that nobody refers to vanishes, but for what the platform may still repeat of it; names of
tables stand for what never changes. Two states with one digest have the same future: `tests/verify/test_digest.py`
tries that.

**Event**: something that the world does, as plain data: `{"do": "post", "body": 3}`. Which are possible is a function
of the state and of the alphabet, `simulator/vox/alphabet.js`. Time is an event as well: the clock goes to the next
deadline. The alphabet's lists (bodies, outcomes, settings) come from the flow: what a flow does not tell apart is tried
once.

**Time of day**: a scenario asks for it for its hours alone. The clock stands at one moment for each way in which the
flow's hours can be open and closed together (`opening_hours.moments`), and an event that asks for the time, or does
something in which the flow goes by it, happens at each of them, and once where the platform cannot tell. So no state
remembers the time, and none is told from another by it. Both sides of each edge of hours (`opening_hours.edges`) are
tried once, where these hours are asked for first: they lead where those moments do.

**Probes** are events that have to change nothing: malformed and hostile requests, wrong tokens, repeated events. Each
is tried in every state, and what comes after is the same state or a violation. A request that is refused without asking
the platform anything is refused in the same words wherever the scenario's `S` is the same, so there it is tried once.

**Reductions**, all named among the assumptions of a result. By default a leg that was hung up says its last before the
clock moves on (at once, if the scenario knows it no more: `passive`), and so does a webhook (off with `exact`); a
deadline that is minutes away may be over at any instant, and its time is not counted; outcomes that no fallback names
are one, where they are equally hopeful beside those that one names (what is told of them is tried once:
`simulator/vox/once.js`); `posts` bounds the actions that take the call. In a
scenario that is what flowc generates, states are one that differ only in what the runtime hands on (`passive`).

**Properties** (`simulator/vox/properties.js`) are of four kinds. *always*: of a step, or of a state. *bounded*: no
silence and no wait longer than so much. *eventually*: on the graph that was explored, from every state time alone
leads to the end or to somebody who talks with the caller, never round in a circle. *sometimes*: every step, route,
fallback, target and outcome of the flow is reached on some path; what is not is listed, since a proof about what never
happens proves nothing. A violation is reported once per kind: property and place, by the shortest path there is. The
search goes on behind it.

**Transition**, as `graph` has it, for whoever wants to compare the scenario with another reading of the flow: the
number of the state it starts from, the event, the number of the state it leads to, how long it took, and what could be
seen of it, which is the emulator's own trace of this step without the log (`simulator/trace.py`; `t` counts from the
step's beginning):
  dials `dial`, `ringing`; releases `hangup`, `agent_close`; what everybody hears from then on `hears` (a leg that hears
  `caller` and is heard by it is joined with it); what the agent is told `agent_start`, `agent_custom`; webhooks
  `http_request`; replies `reply`; steps of the flow `step`; the end `ended`.
Requests that change nothing are no transitions: what each was answered is kept by state. State 0 is the session before
anybody calls. Transitions come in the order of the search: a state is first led to, then left.

**Oracle**: a second reading of the language (`oracle`, over the IR alone) says what has to be seen of each transition;
`agreement` walks over the graph with it. That a scenario keeps the promises does not prove that it is the flow's.
"""
