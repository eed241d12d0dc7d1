// Actions that tell a webhook and leave the conversation alone.

const MAX_HTTP = 35; // the platform throws for one more
const KEPT_HTTP = 5; // of these, for actions that take the call

/** @param {Step[]} steps */
function refuseToNotify(steps) {
  const webhooks = steps.filter((step) => "notify" in step).length;
  if (webhooks > 0 && S.notifying + webhooks > MAX_HTTP - KEPT_HTTP) {
    return refusal("not_sent", "too many webhooks are waiting to be sent");
  }
  return steps.some((step) => "notify" in step && addressOfWebhook(step.notify) === "")
    ? refusal("not_sent", "the webhook has no address")
    : "";
}

/** @param {Notify} step @param {Request} request */
function notifyInBackground(step, request) {
  return notify(step.notify, request) ? "" : "the webhook could not be reached";
}

ON_BACKGROUND.push(refuseToNotify);
