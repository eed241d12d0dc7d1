// A model that does not answer while the agent talks to a person alone: the person gets the caller all the same.

/** @param {Action} _ @param {Request} request */
function putThroughWithoutAnswer(_, request) {
  if (request.action !== NO_ANSWER || S.briefed === null || S.decision !== null) return null;
  closeAgent();
  putThroughWithoutAgent();
  return JSON.stringify({ ok: true });
}

ON_ACTION.push(putThroughWithoutAnswer);
