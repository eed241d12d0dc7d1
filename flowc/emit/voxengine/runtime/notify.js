// The step that tells a webhook.

/** @param {Notify} step @param {number} index */
function notifyWebhook(step, index) {
  const why = notify(step.notify, S.request);
  if (why === "") logStep(S.way, index, "notify", step.notify);
  else logStep(S.way, index, "cannot notify", step.notify + ", " + why);
  return true;
}
