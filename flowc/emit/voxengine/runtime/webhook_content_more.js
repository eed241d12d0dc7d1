// What webhooks get that are told something, or asked: the call, what the agent has asked for, and what else has led there.

/** A webhook is to be told or asked: adds to what it gets. @type {((content: Record<string, unknown>, request: Request | null) => void)[]} */
const ON_CONTENT = [];

/** @param {Request | null} request */
function contentFor(request) {
  /** @type {Record<string, unknown>} */
  const content = {
    flow: FLOW.name,
    call: { id: S.sessionId, from: S.from, to: S.to },
    action: request === null ? null : request.action,
    request_id: request === null ? null : request.id,
    parameters: request === null ? {} : request.parameters,
    result: S.result,
  };
  ON_CONTENT.forEach((add) => add(content, request));
  return content;
}
