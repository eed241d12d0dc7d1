// A key by which the caller stops the ringing, until somebody is on the line.

const SAME_PRESS_MS = 250; // the platform may report one press twice, in band and beside it

/** The caller has stopped the ringing: whether somebody takes keys now. @type {(() => boolean)[]} */
const ON_RINGING_STOPPED = [];

function cancelKeyState() {
  return {
    samePressTimer: 0,
    /** Who rang when the caller has stopped it; "" if nobody did. @type {string | null} */
    cancelledTarget: null,
  };
}

/** Where the caller was with no agent before, or somebody who was about to have the caller could not be joined. */
function listenForCancel() {
  if (S.transfer !== null && S.transfer.cancel !== undefined) listenToCaller();
}

function isRinging() {
  return S.phase === "ringing";
}

/** @param {_ToneReceivedEvent} event */
function stopRinging(event) {
  if (!isRinging()) return false;
  const { cancel } = /** @type {Transfer} */ (S.transfer);
  if (event.tone !== cancel || S.samePressTimer !== 0 || isSamePress(event)) return false;
  log("the caller has stopped the ringing");
  S.cancelledTarget = S.live.length > 0 ? S.live[0].target : "";
  S.live.forEach((attempt) => {
    letGo(attempt);
    cameTo(attempt, "cancelled");
  });
  notConnected();
  // Should it be told twice, it is none of those that are meant for the agent, or for whoever else takes keys now.
  if (S.phase !== "talking" && !ON_RINGING_STOPPED.some((takesKeys) => takesKeys())) S.lastKey = "";
  if (isRinging()) startTimer("samePressTimer", SAME_PRESS_MS, onSamePressOver);
  return true;
}

/** From here on a key stops what has begun to ring at once. */
function onSamePressOver() {
  S.samePressTimer = 0;
}

function forgetPress() {
  stopTimer("samePressTimer");
}

/** Whatever came of others before. */
function tellCancelled() {
  if (S.cancelledTarget === null) return;
  S.hopeful = "cancelled";
  S.hopefulTarget = S.cancelledTarget;
  S.cancelledTarget = null;
}

ON_KEY.push(stopRinging);
ON_HUNT_BEGUN.push(listenForCancel);
ON_ATTEMPT_FAILED.push(listenForCancel);
ON_HUNT_OVER.push(forgetPress);
ON_HUNT_OVER.push(tellCancelled);
