// Who is called, and as whom: `${call.to}` and `${call.from}` of a call that is placed. Of several, whose turn it was last.

/** Nobody has called: that somebody else is called, or was before, with the same number is no matter. */
function forgetParties() {
  if (S.answered) return null;
  S.to = "";
  S.from = "";
  return null; // it is for somebody else to forbid a call
}

/** Before a call that comes in rings anybody, it is answered. @param {string} name */
function nameParties(name) {
  if (S.answered) return;
  const { pstn, caller_id } = /** @type {PstnTarget} */ (TARGETS[name]);
  S.to = partyName(valueOf(pstn), true);
  S.from = partyName(valueOf(/** @type {Setting} */ (caller_id)), true);
}

/** @param {Attempt} attempt */
function nameWhomNobodyRang(attempt) {
  nameParties(attempt.target);
}

BEFORE_RINGING.push(forgetParties);
ON_DIALLED.push(nameParties);
ON_ATTEMPT_FAILED.push(nameWhomNobodyRang);
