// The agent's tools say that a silence is the agent's own, of a tool or of a model that thinks: it is not the caller's.

const AT_WORK = "agent at work"; // in place of the name of an action, of which none has a blank

/** @param {Action} _ @param {Request} request */
function noteWork(_, request) {
  if (request.action !== AT_WORK) return null;
  if (S.phase !== "talking") return refusal("busy", "the caller is not with the agent");
  log("the agent is at work: the caller has nothing to say");
  beginIdleAnew();
  return JSON.stringify({ ok: true });
}

ACTIONS[AT_WORK] = { parameters: {}, do: [] };
ON_ACTION.push(noteWork);
