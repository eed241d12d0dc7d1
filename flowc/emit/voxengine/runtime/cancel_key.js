// A key by which the caller stops the ringing, until somebody is on the line.

function cancelKeyState() {
  return {
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
  if (event.tone !== cancel) return false;
  log("the caller has stopped the ringing");
  S.cancelledTarget = S.live.length > 0 ? S.live[0].target : "";
  S.live.forEach((attempt) => {
    letGo(attempt);
    cameTo(attempt, "cancelled");
  });
  notConnected();
  return true;
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
ON_HUNT_OVER.push(tellCancelled);
