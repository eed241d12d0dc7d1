// What webhooks get that are told something, or asked: the call, and what the agent has asked for.

/** @param {Request | null} request */
function contentFor(request) {
  return {
    flow: FLOW.name,
    call: { id: S.sessionId, from: S.from, to: S.to },
    action: request === null ? null : request.action,
    request_id: request === null ? null : request.id,
    parameters: request === null ? {} : request.parameters,
    result: S.result,
  };
}
