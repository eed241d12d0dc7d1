// Who has stopped the ringing, for the agent that has the caller alone again: it has asked for that, or the caller has pressed a
// key. Both may be on their way at once, and one of them counts.

/** @param {Record<string, unknown>} returned */
function tellWhoCancelled(returned) {
  if (returned.outcome === "cancelled") returned.by = S.calledOff ? "agent" : "key";
}

ON_RETURNED.push(tellWhoCancelled);
