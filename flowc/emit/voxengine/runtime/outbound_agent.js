// The agent connects while it rings, so that whoever takes the call hears it at once.

/** @param {Transfer} transfer */
function seekAgentMeanwhile(transfer) {
  if (transfer.answered !== undefined && OUTBOUND.connects) seekAgent();
}

ON_HUNT_BEGUN.push(seekAgentMeanwhile);
