// The graph, for whoever reads it beside the search: what is the same is told once, and what is told already not again.

/** Entries of a trace that nobody outside the scenario sees, or that others say as well. */
const UNSEEN = new Set(["log", "platform_log", "media", "media_stopped", "player_stopped", "player_finished", "timer", "terminating"]);

function newGraph() {
  return { events: new Map(), traces: new Map(), answered: new Map(), replies: [], fresh: freshGraph() };
}

/** `transitions` has five numbers for each: from, event, to, trace, milliseconds. `answered` has two: state, and which of `replies`. */
function freshGraph() {
  return { events: [], traces: [], replies: [], transitions: [], answered: [] };
}

/** The number of a value among those that were told. */
function numberOf(value, numbers, fresh) {
  const text = JSON.stringify(value);
  let number = numbers.get(text);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(text, number);
    fresh.push(value);
  }
  return number;
}

function keepTransition(from, event, to, trace) {
  const { events, traces, fresh } = search.graph;
  fresh.transitions.push(from, numberOf(event, events, fresh.events), to, numberOf(trace, traces, fresh.traces), sim.now - sim.began);
}

/** What the requests were answered that are tried in every state. */
function keepReplies(number) {
  const { answered, replies, fresh } = search.graph;
  if (replies.length === 0) return;
  search.graph.replies = [];
  fresh.answered.push(number, numberOf(replies, answered, fresh.replies));
}

function takeGraph() {
  if (search.graph === null) return null;
  const { fresh } = search.graph;
  search.graph.fresh = freshGraph();
  return fresh;
}

/** What could be seen, with times from the beginning of the step: they are set so in the trace itself, which nobody needs any more. What the scenario says to itself is not told. */
function relative(trace) {
  const seen = [];
  for (const entry of trace) {
    if (UNSEEN.has(entry.event)) continue;
    entry.t -= sim.began;
    seen.push(entry);
  }
  return seen;
}
