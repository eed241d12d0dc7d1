// The agent, where there is one.

function ourAgent() {
  return AGENT;
}

/** Where its steps stand in the flow. */
function wayOfLoss() {
  return "agent unavailable";
}
