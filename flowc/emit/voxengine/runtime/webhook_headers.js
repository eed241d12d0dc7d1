// Headers of the flow in requests to webhooks.

const HEADER_OF_HTTP = /^[\x20-\x7e]+$/;

/** @param {string} name @param {Told} told */
function addWebhookHeaders(name, told) {
  const own = WEBHOOKS[name].headers || {};
  Object.keys(own).forEach((key) => {
    const value = valueOf(own[key]).trim();
    if (HEADER_OF_HTTP.test(value)) told.headers[key] = value;
    else log("the webhook " + name + " is told without " + key + ", which is missing or no text for a header");
  });
}

ON_WEBHOOK_TOLD.push(addWebhookHeaders);
