// The agent, where there is one.

function ourAgent() {
  return AGENT;
}

/** Without the session's token it could not ask for anything. */
function needsToken() {
  return S.token === "" && FLOW.tokenRequired;
}

/** Where its steps stand in the flow. */
function wayOfLoss() {
  return "agent unavailable";
}
