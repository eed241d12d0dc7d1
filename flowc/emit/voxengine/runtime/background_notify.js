// Actions that tell a webhook and leave the conversation alone.

const KEPT_HTTP = 5; // for actions that take the call

/** @param {Step[]} steps */
function refuseToNotify(steps) {
  const webhooks = steps.filter((step) => "notify" in step).length;
  const sent = MAX_ACTIVE_HTTP * (1 + Math.floor(LAST_NOTIFY_MS / NOTIFY_MS)); // so many, should the call end now and nobody answer
  if (webhooks > 0 && S.notifying + webhooks > sent - KEPT_HTTP) {
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
