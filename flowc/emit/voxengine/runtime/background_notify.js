// Actions that tell a webhook and leave the conversation alone.

const KEPT_HTTP = 5; // for actions that take the call

/** @param {Step[]} steps @param {Request} request */
function refuseToNotify(steps, request) {
  const webhooks = steps.filter((step) => "notify" in step).length;
  const sent = MAX_ACTIVE_HTTP * (1 + Math.floor(LAST_NOTIFY_MS / NOTIFY_MS)); // so many, should the call end now and nobody answer
  const isFull = S.notifying + webhooks > sent - KEPT_HTTP;
  const index = steps.findIndex((step) => "notify" in step && (isFull || addressOfWebhook(step.notify) === ""));
  if (index < 0) return "";
  const webhook = /** @type {Notify} */ (steps[index]).notify;
  logStep(request.action, index, "cannot notify", webhook + ", " + (isFull ? "too many are waiting to be sent" : NO_ADDRESS));
  return refusal("not_sent", isFull ? "too many webhooks are waiting to be sent" : "the webhook has no address");
}

/** @param {Notify} step @param {Request} request */
function notifyInBackground(step, request) {
  const why = notify(step.notify, request);
  return why && step.notify + ", " + why;
}

ON_BACKGROUND.push(refuseToNotify);
