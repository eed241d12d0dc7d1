// Webhooks: told, without waiting for their answer.

/** @typedef {{ notify: Setting }} Notify */

const MAX_ACTIVE_HTTP = 3; // further ones are queued, and lost when the session ends
const NOTIFY_MS = 10000;
const LAST_NOTIFY_MS = 55000; // the platform ends a session 60 s after its last call
const NO_ADDRESS = "the webhook, its address is missing or not https";

function webhooksState() {
  return { notifying: 0, endTimer: 0 };
}

/** The address of a webhook, or "" if it is missing or not https. @param {Setting} url */
function addressOfWebhook(url) {
  const address = valueOf(url);
  return /^https:\/\//.test(address) ? address : "";
}

/**
 * Tells a webhook, without waiting for it; or says why that is not possible.
 * @param {Setting} url
 * @param {Request | null} request
 * @param {Record<string, unknown>} [more] what else there is to tell
 */
function notify(url, request, more) {
  const address = addressOfWebhook(url);
  if (address === "") return NO_ADDRESS;
  const told = {
    flow: FLOW.name,
    call: { id: S.sessionId, from: S.from, to: S.to },
    action: request === null ? null : request.action,
    request_id: request === null ? null : request.id,
    parameters: request === null ? {} : request.parameters,
    result: S.result,
  };
  const body = more === undefined ? told : Object.assign(told, more);
  const sent = safely("reach a webhook", () => {
    Net.httpRequestAsync(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      postData: JSON.stringify(body),
      timeout: NOTIFY_MS / 1000,
    }).then(onNotified, onNotifyFailed);
    S.notifying += 1;
  });
  return sent ? "" : "the webhook, it could not be reached";
}

/** @param {{ code: number }} result */
function onNotified(result) {
  if (result.code < 200 || result.code > 299) log("a webhook answered " + result.code);
  notifyDone();
}

function onNotifyFailed() {
  log("a webhook could not be reached");
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
