// Actions that tell a webhook and leave the conversation alone.

const SENT_TO_ONE = 5; // requests of `NOTIFY_MS`: so many, should the call end now and nobody answer
const KEPT_TO_ONE = 2; // for actions that take the call
const KEPT_POSTS = 5;

/** @param {Placed[]} steps */
function refuseToNotify(steps) {
  const told = steps.filter(({ step }) => "notify" in step).map(({ step }) => /** @type {Notify} */ (step).notify);
  const isFull = S.posts.length + told.length > MAX_ACTIVE_HTTP * (1 + SENT_TO_ONE) - KEPT_POSTS;
  const first = steps.find(({ step }) => "notify" in step && (isFull || isFullFor(step.notify, told) || addressOfWebhook(step.notify) === ""));
  if (first === undefined) return "";
  const webhook = /** @type {Notify} */ (first.step).notify;
  const areTooMany = isFull || isFullFor(webhook, told);
  logStep(first.way, first.index, "cannot notify", webhook + ", " + (areTooMany ? "too many are waiting to be sent" : NO_ADDRESS));
  return refusal("not_sent", areTooMany ? "too many webhooks are waiting to be sent" : "the webhook has no address");
}

/** Each is waited for until the next one is sent. @param {string} webhook @param {string[]} told which ones, by this action */
function isFullFor(webhook, told) {
  const waiting = S.posts.map((post) => post.webhook).concat(told);
  return waiting.filter((name) => name === webhook).length > SENT_TO_ONE - KEPT_TO_ONE;
}

/** @param {Notify} step @param {Request} request */
function notifyInBackground(step, request) {
  const why = notify(step.notify, request);
  return why && step.notify + ", " + why;
}

ON_BACKGROUND.push(refuseToNotify);
