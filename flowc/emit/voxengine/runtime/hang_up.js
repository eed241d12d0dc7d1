// The step that ends the call.

/** @typedef {{ hang_up: {} }} HangUp */

/** @param {HangUp} step @param {number} index */
function hangUpCaller(step, index) {
  logStep(S.way, index, "hang_up");
  endCall("the flow hangs up", "hang_up");
  return false;
}
