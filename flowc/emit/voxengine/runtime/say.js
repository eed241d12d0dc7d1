// The step that speaks a prompt to the caller; the next one follows when it has been heard.

/** @typedef {{ say: string }} Say */

/** @param {Say} step @param {number} index */
function sayPrompt(step, index) {
  S.phase = "steps";
  const speaks = speak(step.say, nextStep);
  logStep(S.way, index, speaks ? "say" : "cannot say", step.say);
  return !speaks;
}
