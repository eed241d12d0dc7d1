// Transfers in a flow with an agent: when it leaves, and what an action has tried.

/** @param {Transfer} transfer */
function sendAgentAway(transfer) {
  if (transfer.agent === "leaves") closeAgent();
}

/** What begins now has tried nobody yet. */
function forgetAttempts() {
  S.tried = [];
}

ON_TRANSFER.push(sendAgentAway);
ON_JOINED.push(closeAgent);
ON_ANEW.push(forgetAttempts);
