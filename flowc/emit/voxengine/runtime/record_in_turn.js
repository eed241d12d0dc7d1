// The step by which the call is recorded, or is not, among others.

/** @param {RecordCall} step @param {number} index */
function recordInTurn(step, index) {
  logStep(S.way, index, "recording", step.recording);
  changeRecording(step);
  return true;
}
