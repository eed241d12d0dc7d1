// A model that is given up while the caller hears that the call is over soon: the caller hears that out, and is with no agent then.

/** @param {Action} _ @param {Request} request */
function takeWarnedFromAgent(_, request) {
  if (request.action !== NO_ANSWER || S.phase !== "warned") return null;
  if (S.agent !== null) log("the caller does not go back to the agent: its model does not answer");
  closeAgent();
  return JSON.stringify({ ok: true });
}

ON_ACTION.push(takeWarnedFromAgent);
