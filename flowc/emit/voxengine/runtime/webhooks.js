// Webhooks: told, without waiting for their answer.

/**
 * @typedef {{ notify: string }} Notify
 * @typedef {{ url: Setting, headers?: Record<string, Setting>, sign?: Setting }} Webhook
 * @typedef {{ headers: Record<string, string>, body: string }} Told what a webhook gets
 */

/** A webhook is about to be told: adds to what it gets. @type {((name: string, told: Told) => void)[]} */
const ON_WEBHOOK_TOLD = [];

const MAX_ACTIVE_HTTP = 3; // further ones are queued, and lost when the session ends
const NOTIFY_MS = 10000;
const LAST_NOTIFY_MS = 55000; // the platform ends a session 60 s after its last call
const NO_ADDRESS = "its address is missing or not https";

function webhooksState() {
  return { notifying: 0, endTimer: 0 };
}

/** The address of a webhook, or "" if it is missing or not https. @param {string} name */
function addressOfWebhook(name) {
  const address = valueOf(WEBHOOKS[name].url);
  return /^https:\/\//.test(address) ? address : "";
}

/**
 * Tells a webhook, without waiting for it; or says why that is not possible.
 * @param {string} name
 * @param {Request | null} request
 * @param {Record<string, unknown>} [more] what else there is to tell
 */
function notify(name, request, more) {
  const address = addressOfWebhook(name);
  if (address === "") return NO_ADDRESS;
  const content = {
    flow: FLOW.name,
    call: { id: S.sessionId, from: S.from, to: S.to },
    action: request === null ? null : request.action,
    request_id: request === null ? null : request.id,
    parameters: request === null ? {} : request.parameters,
    result: S.result,
  };
  const body = JSON.stringify(more === undefined ? content : Object.assign(content, more));
  /** @type {Told} */
  const told = { headers: { "Content-Type": "application/json" }, body: body };
  ON_WEBHOOK_TOLD.forEach((add) => add(name, told));
  const sent = safely("reach the webhook " + name, () => {
    Net.httpRequestAsync(address, {
      method: "POST",
      headers: told.headers,
      postData: told.body,
      timeout: NOTIFY_MS / 1000,
    }).then(onNotified.bind(null, name), onNotifyFailed.bind(null, name));
    S.notifying += 1;
  });
  return sent ? "" : "it could not be reached";
}

/** @param {string} name @param {{ code: number }} result */
function onNotified(name, result) {
  if (result.code < 200 || result.code > 299) log("the webhook " + name + " answered " + result.code);
  notifyDone();
}

/** @param {string} name */
function onNotifyFailed(name) {
  log("the webhook " + name + " could not be reached");
  notifyDone();
}

function notifyDone() {
  S.notifying -= 1;
  if (S.endTimer !== 0 && S.notifying <= MAX_ACTIVE_HTTP) endAfterWebhooks();
}

/** The platform still delivers the requests that are under way, but none that waits for its turn. */
function waitForWebhooks() {
  if (S.notifying <= MAX_ACTIVE_HTTP) return false;
  startTimer("endTimer", LAST_NOTIFY_MS, endAfterWebhooks);
  return true;
}

function endAfterWebhooks() {
  stopTimer("endTimer");
  const lost = S.notifying - MAX_ACTIVE_HTTP;
  if (lost > 0) log("the session has to end: webhooks that are not told: " + lost);
  endSession();
}

ON_SESSION_END.push(waitForWebhooks);
