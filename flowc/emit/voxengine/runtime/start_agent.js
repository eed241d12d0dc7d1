// The step by which the caller comes to the agent. A caller who is there already hears ringing meanwhile.

/** @typedef {{ start_agent: {} }} StartAgent */

/** An agent is about to be started: what it has to know. @type {(() => void)[]} */
const ON_STARTING = [];
/** Whether an agent that was sought before is taken: then it is not started anew. @type {(() => boolean)[]} */
const ON_SOUGHT = [];

/** @param {StartAgent} step @param {number} index */
function goToAgent(step, index) {
  logStep(S.way, index, "start_agent");
  ON_STARTING.forEach((tell) => tell());
  if (ON_SOUGHT.some((take) => take())) return false;
  if (S.answered) playRingback();
  startAgent();
  return false;
}
