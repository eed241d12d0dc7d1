// What webhooks have answered, in texts: `${roster.who}`.

/** @param {string} name of a field, or of something else */
function answerNamed(name) {
  return has(S.answers, name) ? String(S.answers[name]) : "";
}

ON_NAMED.push(answerNamed);
