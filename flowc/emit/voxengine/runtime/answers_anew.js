// What webhooks have answered counts as long as what has asked them: an action, or the steps without an agent.

function forgetAnswers() {
  S.answers = {};
}

ON_ANEW.push(forgetAnswers);
