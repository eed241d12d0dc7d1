// Of those who are called together, whoever takes the call is whom we have called.

/** @param {LiveAttempt} attempt */
function nameWhoTakesIt(attempt) {
  nameParties(attempt.target);
  return false; // it is for somebody else to do something about it
}

ON_JOIN.push(nameWhoTakesIt);
