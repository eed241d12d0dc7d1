// Webhooks that an action tells before anything else: the note is not lost if the caller hangs up during the last words.

function firstNotifyState() {
  return {
    /** Steps of the action that has been accepted which only tell webhooks, as far as they are still to come. */
    untold: 0,
  };
}

/** Nothing keeps the action from happening, unless the caller may cancel it. @param {Action} action */
function onFirstAccepted(action) {
  S.untold = action.first || 0;
  if (action.cancels !== true) tellFirst(isWebhookKnown);
}

/** A setting that is missing may still come: it is looked up once more. @param {string} name */
function isWebhookKnown(name) {
  return settingsOfWebhook(name).every((setting) => valueOf(setting) !== "");
}

/** @param {(name: string) => boolean} mayBeTold */
function tellFirst(mayBeTold) {
  while (S.untold > 0) {
    const step = S.steps[S.position];
    if ("notify" in step && !mayBeTold(String(step.notify))) return;
    S.untold -= 1;
    carryOut(S.position);
  }
}

/** The call ends during the agent's last words. */
function onFirstEnding() {
  if (S.phase === "leaving") tellFirst(() => true);
}

ON_ACCEPTED.push(onFirstAccepted);
ON_ENDING.push(onFirstEnding);
