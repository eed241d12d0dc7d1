// What webhooks are told of what the agent has asked for.

/** @typedef {{ notify: string }} Notify */

/**
 * Tells a webhook what becomes of a request of the agent, without waiting for it; or says why that is not possible.
 * @param {string} name
 * @param {Request | null} request
 * @param {Record<string, unknown>} [more] what else there is to tell
 */
function notify(name, request, more) {
  const content = contentFor(request);
  return tellWebhook(name, more === undefined ? content : Object.assign(content, more));
}
