// The step by which the caller comes to an agent: from another one, or before there was any.

/** @typedef {{ start_agent: string }} StartAgent */

const OF_THE_ACTION = ["action", "key", "request_id", "parameters"];
const OF_THE_TRANSFER = ["outcome", "target", "talk_seconds", "by"];

/** @param {StartAgent} step @param {number} index */
function goToAgent(step, index) {
  const name = step.start_agent;
  logStep(S.way, index, "start_agent", name);
  const told = whatCameOfIt({ return_to_agent: {} });
  if (name === S.lastAgent) {
    S.agentName = name;
    if (!isBackWithAgent(told)) startAgain(told); // it had the caller already
    return false;
  }
  const isTold = S.request !== null || S.lastAgent !== "" || S.result !== null || S.unreached !== "";
  told.handed_over_by = S.lastAgent;
  if (S.request !== null) told.parameters = S.request.parameters;
  closeAgent();
  S.agentName = name;
  S.returned = isTold ? told : null;
  if (S.answered) playRingback();
  startAgent();
  return false;
}

/** Another agent was to have the caller: what that one was to be told, this one is. @param {Record<string, unknown>} returned */
function tellWhoIsMissing(returned) {
  if (S.unreached === "") return;
  returned.agent_unavailable = S.unreached;
  const known = S.undelivered;
  if (known === null) return;
  const names = returned.outcome === null ? OF_THE_ACTION.concat(OF_THE_TRANSFER) : OF_THE_ACTION;
  names.filter((name) => known[name] !== undefined).forEach((name) => {
    returned[name] = known[name];
  });
  returned.tried = /** @type {Attempt[]} */ (known.tried).concat(/** @type {Attempt[]} */ (returned.tried));
}

ON_RETURNED.push(tellWhoIsMissing);
