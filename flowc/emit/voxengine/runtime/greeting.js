// What is said right before the agent is started: meanwhile it connects, so that the caller hears no gap.

/** It connects as soon as the caller hears something, unless it does already. By then the caller was answered. */
function seekAgentBefore() {
  if (S.agent === null && !S.agentSought && leadsToAgent()) seekAgent();
  return false;
}

/** Every list ends with a step that none of these is. */
function leadsToAgent() {
  const rest = S.steps.slice(S.position);
  const next = /** @type {Step} */ (rest.find((step) => !("say" in step || "notify" in step || "language" in step)));
  return "say" in rest[0] && "start_agent" in next;
}

/** One that is there gets the caller; one that is on its way is waited for. */
function takeSoughtAgent() {
  if (S.agent === null && !S.agentSought) return false;
  S.phase = "starting";
  if (S.agent !== null) {
    giveCallerToAgent();
    return true;
  }
  playRingback();
  waitForAgent();
  return true;
}

ON_STEP.push(seekAgentBefore);
ON_SOUGHT.push(takeSoughtAgent);
