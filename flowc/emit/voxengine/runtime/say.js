// The step that speaks a prompt to the caller; the next one follows when it has been heard.

/** @typedef {{ say: string }} Say */

/** @param {Say} step @param {number} index */
function sayPrompt(step, index) {
  S.phase = "steps";
  const why = speak(step.say, nextStep, false);
  if (why === "") logStep(S.way, index, "say", step.say);
  else cannotSay(index, step.say, why);
  return why !== "";
}
