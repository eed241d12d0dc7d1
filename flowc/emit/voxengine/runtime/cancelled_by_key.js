// Who has stopped the ringing, for the agent: nobody but the caller can.

/** @param {Record<string, unknown>} returned */
function tellThatByKey(returned) {
  if (returned.outcome === "cancelled") returned.by = "key";
}

ON_RETURNED.push(tellThatByKey);
