// The agent's tools say that its model does not answer: whoever has the caller then is lost.

const NO_ANSWER = "agent unavailable"; // in place of the name of an action, of which none has a blank

/** @param {Action} _ @param {Request} request */
function takeFromAgent(_, request) {
  if (request.action !== NO_ANSWER) return null;
  if (S.phase !== "talking") return refusal("busy", "the caller is not with the agent");
  agentUnavailable("its model does not answer");
  return JSON.stringify({ ok: true });
}

ACTIONS[NO_ANSWER] = { parameters: {}, do: [] };
ON_ACTION.push(takeFromAgent);
