// A return where an agent is unavailable: to the one that had the caller before. Where there is none, other steps follow.

/** Who had the caller when this began gets them back. @param {ReturnToAgent} step @param {number} index */
function goOnWithFormer(step, index) {
  const steps = step.return_to_agent.otherwise;
  if (isLedByAgent() || steps === undefined) return false;
  if (S.lastAgent !== "" && S.lastAgent !== S.agentName) {
    S.agentName = S.lastAgent;
    return false;
  }
  logStep(S.way, index, "cannot return_to_agent", "no agent is there");
  lineUp(steps, S.way + ": otherwise");
  return true;
}

ON_RETURN.push(goOnWithFormer);
