// Actions that tell a webhook and leave the conversation alone.

const KEPT_HTTP = 5; // for actions that take the call

/** @param {Placed[]} steps */
function refuseToNotify(steps) {
  const webhooks = steps.filter((placed) => "notify" in placed.step).length;
  const sent = MAX_ACTIVE_HTTP * (1 + Math.floor(LAST_NOTIFY_MS / NOTIFY_MS)); // so many, should the call end now and nobody answer
  const isFull = S.notifying + webhooks > sent - KEPT_HTTP;
  const first = steps.find(({ step }) => "notify" in step && (isFull || addressOfWebhook(step.notify) === ""));
  if (first === undefined) return "";
  const webhook = /** @type {Notify} */ (first.step).notify;
  logStep(first.way, first.index, "cannot notify", webhook + ", " + (isFull ? "too many are waiting to be sent" : NO_ADDRESS));
  return refusal("not_sent", isFull ? "too many webhooks are waiting to be sent" : "the webhook has no address");
}

/** @param {Notify} step @param {Request} request */
function notifyInBackground(step, request) {
  const why = notify(step.notify, request);
  return why && step.notify + ", " + why;
}

ON_BACKGROUND.push(refuseToNotify);
