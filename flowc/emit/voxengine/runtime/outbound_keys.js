// Keys that somebody presses whom we have called, before it is found out whether a person has answered.

/**
 * Nobody has listened for them: the platform listened to who that is. It is the same with whomever a caller is joined with, to
 * whom keys go from there on.
 * @param {LiveAttempt} attempt
 */
function passOverEarlyKeys(attempt) {
  if (TARGETS[attempt.target].machine !== undefined) passOverOthersKeys();
  return false; // it is for somebody else to do something about it
}

ON_JOIN.push(passOverEarlyKeys);
