// `${call.to}` and `${call.from}` of a call that is placed: of several, whose turn it was last.

/** Nobody has called: that somebody else is called, or was before, in the same way is no matter. */
function forgetParties() {
  if (S.answered) return null;
  S.to = "";
  S.from = "";
  return null; // it is for somebody else to forbid a call
}

/** @param {Attempt} attempt */
function nameWhomNobodyRang(attempt) {
  nameParties(attempt.target);
}

BEFORE_RINGING.push(forgetParties);
ON_DIALLED.push(nameParties);
ON_ATTEMPT_FAILED.push(nameWhomNobodyRang);
