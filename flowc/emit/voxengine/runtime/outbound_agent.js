// The agent connects while it rings at whoever is called.

/** @param {Transfer} transfer */
function seekAgentMeanwhile(transfer) {
  if (transfer.answered !== undefined) seekAgent();
}

ON_HUNT_BEGUN.push(seekAgentMeanwhile);
