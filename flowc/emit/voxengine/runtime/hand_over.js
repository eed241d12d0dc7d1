// The step by which the caller comes to an agent: from another one, or before there was any.

/** @typedef {{ start_agent: string }} StartAgent */

/** @param {StartAgent} step @param {number} index */
function goToAgent(step, index) {
  const name = step.start_agent;
  logStep(S.way, index, "start_agent", name);
  const told = whatCameOfIt({ return_to_agent: {} });
  if (S.request !== null && name === S.lastAgent) {
    if (!isBackWithAgent(told)) startAgain(told); // it had the caller already
    return false;
  }
  const isTold = S.request !== null || S.lastAgent !== "" || S.result !== null;
  told.handed_over_by = S.lastAgent;
  if (S.request !== null) told.parameters = S.request.parameters;
  closeAgent();
  S.agentName = name;
  S.returned = isTold ? told : null;
  if (S.answered) playRingback();
  startAgent();
  return false;
}

/** Another agent was to have the caller. @param {Record<string, unknown>} returned */
function tellWhoIsMissing(returned) {
  if (S.unreached !== "") returned.agent_unavailable = S.unreached;
}

ON_RETURNED.push(tellWhoIsMissing);
