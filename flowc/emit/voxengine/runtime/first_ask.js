// A webhook that an action asks before anything else: it answers while the agent's last words are heard.

/** Its turn has come if what is to be told before it has been. @param {Action} action */
function askFirst(action) {
  const index = S.position;
  const step = S.steps[index];
  if (action.asks !== true || !("ask" in step) || !isWebhookKnown(step.ask)) return;
  S.position += 1;
  beginToAsk(step, index);
}

/** The steps begin, and the caller waits for what is left of it. The timer is that of the same action: see below. */
function waitForFirstAnswer() {
  if (S.askTimer === 0) return false;
  playRingback();
  return true;
}

/** Something else follows than the action: what is still answered only leaves room for other requests. */
function forgetFirstQuestion() {
  stopTimer("askTimer");
}

ON_ACCEPTED.push(askFirst);
ON_STEP.push(waitForFirstAnswer);
ON_ANEW.push(forgetFirstQuestion);
