// A prompt that the caller hears first while it rings.

/** @param {Transfer} transfer */
function speakWhileRinging(transfer) {
  return transfer.ringing !== "ringback" && speak(transfer.ringing, playRingback);
}

ON_RINGING.push(speakWhileRinging);
