// The step that refuses a call which nobody has answered. The session ends when the platform has said that the leg is gone.

/** @typedef {{ reject: "declined" | "busy" }} Reject */

const REJECT_CODES = { declined: 603, busy: 486 };
const REJECT_MS = 2000; // the platform may not say it

function rejectState() {
  return { rejectTimer: 0 };
}

/** @param {Reject} step @param {number} index */
function rejectCaller(step, index) {
  const caller = S.caller;
  if (caller === null) return false;
  logStep(S.way, index, "reject", step.reject);
  startTimer("rejectTimer", REJECT_MS, endRejected);
  const rejected = safely("reject the caller", () => {
    [CallEvents.Disconnected, CallEvents.Failed].forEach((gone) => {
      caller.removeEventListener(gone, onCallerGone); // it is the flow that ends the call
      caller.addEventListener(gone, onRejected);
    });
    caller.reject(REJECT_CODES[step.reject]);
  });
  if (!rejected) endRejected();
  return false;
}

function onRejected() {
  S.caller = null;
  endRejected();
}

function endRejected() {
  endCall("the flow rejects it", "hang_up");
}
