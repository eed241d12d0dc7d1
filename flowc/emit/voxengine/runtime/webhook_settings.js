// What the requests to a webhook are made of.

/** Its address, its headers and its key, each of which may be missing. @param {string} name */
function settingsOfWebhook(name) {
  const webhook = WEBHOOKS[name];
  const headers = webhook.headers || {};
  const settings = [webhook.url].concat(Object.keys(headers).map((key) => headers[key]));
  return webhook.sign === undefined ? settings : settings.concat(webhook.sign);
}
