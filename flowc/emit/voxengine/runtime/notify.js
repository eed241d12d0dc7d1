// The step that tells a webhook.

/** @param {Notify} step @param {number} index */
function notifyWebhook(step, index) {
  const sent = notify(step.notify, S.request);
  logStep(S.way, index, sent ? "notify" : "cannot notify");
  return true;
}
