// What follows in place of a return where there is no agent to return to.

/** @param {ReturnToAgent} step @param {number} index */
function goOnWithoutAgent(step, index) {
  const steps = step.return_to_agent.otherwise;
  if (steps === undefined || isLedByAgent()) return false;
  logStep(S.way, index, "cannot return_to_agent", "no agent is there");
  lineUp(steps, S.way + ": otherwise");
  return true;
}

ON_RETURN.push(goOnWithoutAgent);
