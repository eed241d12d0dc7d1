// What the requests to a webhook are made of.

/** Its address and its headers, each of which may be missing. @param {string} name */
function settingsOfWebhook(name) {
  const webhook = WEBHOOKS[name];
  const headers = webhook.headers || {};
  return [webhook.url].concat(Object.keys(headers).map((header) => headers[header]));
}
