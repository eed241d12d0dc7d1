// A key by which the caller stops the ringing, until somebody is on the line.

/** Where the caller was with no agent before, or somebody who was about to have the caller could not be joined. */
function listenForCancel() {
  if (S.transfer !== null && S.transfer.cancel !== undefined) listenToCaller();
}

function isRinging() {
  return S.phase === "ringing";
}

/** @param {_ToneReceivedEvent} event */
function stopByKey(event) {
  if (!isRinging()) return false;
  const { cancel } = /** @type {Transfer} */ (S.transfer);
  if (event.tone !== cancel) return false;
  log("the caller has stopped the ringing");
  stopRinging();
  return true;
}

ON_KEY.push(stopByKey);
ON_HUNT_BEGUN.push(listenForCancel);
ON_ATTEMPT_FAILED.push(listenForCancel);
