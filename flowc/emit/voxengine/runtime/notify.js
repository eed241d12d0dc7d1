// The step that tells a webhook.

/** @param {Notify} step @param {number} index */
function notifyWebhook(step, index) {
  const why = notify(step.notify, S.request);
  if (why === "") logStep(S.way, index, "notify");
  else logStep(S.way, index, "cannot notify", why);
  return true;
}
