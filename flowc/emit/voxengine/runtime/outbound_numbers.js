// Who is called, and as whom: `${call.to}` and `${call.from}` of a call that is placed. Of several, whose turn it was last.

/** Nobody has called: that somebody else was called with the same number before is no matter. */
function forgetParties() {
  if (S.answered) return false;
  S.to = "";
  S.from = "";
  return false;
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

BEFORE_ROUND.push(forgetParties);
ON_DIALLED.push(nameParties);
ON_ATTEMPT_FAILED.push(nameWhomNobodyRang);
