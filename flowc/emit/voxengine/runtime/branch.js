// The step that goes on with the steps for a value.

/** @param {Branch} step @param {number} index */
function takeArm(step, index) {
  const arm = armFor(step.by, step.among, S.request);
  logStep(S.way, index, "by", choiceInWords(step.by, arm));
  S.steps = step.among[arm];
  S.position = 0;
  S.way += ": among " + arm;
  return true;
}
