// A prompt that the caller hears first while it rings.

/** @param {Transfer} transfer */
function speakWhileRinging(transfer) {
  if (transfer.ringing === "ringback") return false;
  const why = speak(transfer.ringing, playRingback);
  if (why !== "") cannotSay(S.position - 1, transfer.ringing, why);
  return why === "";
}

ON_RINGING.push(speakWhileRinging);
