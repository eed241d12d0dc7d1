// What follows in place of a return where there is no agent to return to.

/** An action is under way wherever there is an agent, or was one. @param {ReturnToAgent} step @param {number} index */
function goOnWithoutAgent(step, index) {
  const steps = step.return_to_agent.otherwise;
  if (steps === undefined || S.request !== null) return false;
  logStep(S.way, index, "cannot return_to_agent", "no agent is there");
  lineUp(steps, S.way + ": otherwise");
  return true;
}

ON_RETURN.push(goOnWithoutAgent);
