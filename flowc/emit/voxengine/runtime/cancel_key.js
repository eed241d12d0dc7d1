// A key by which the caller stops the ringing, until somebody is on the line.

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
