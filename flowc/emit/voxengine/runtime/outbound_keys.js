// Keys that somebody presses whom we have called, before it is found out whether a person has answered.

/** Nobody has listened for them: the platform listened to who that is. @param {LiveAttempt} attempt */
function passOverEarlyKeys(attempt) {
  const isCalled = S.transfer !== null && S.transfer.answered !== undefined;
  if (isCalled && TARGETS[attempt.target].machine !== undefined) passOverOthersKeys();
  return false; // it is for somebody else to do something about it
}

ON_JOIN.push(passOverEarlyKeys);
