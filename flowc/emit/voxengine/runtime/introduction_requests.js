// What the agent asks for while it introduces somebody: that nobody is rung any more, or to leave both alone.

/** Beside the flow's own actions, of which those that take the call are refused then. @type {Record<string, Action>} */
const OF_INTRODUCTIONS = {
  cancel: { parameters: {}, do: [] },
  leave: { parameters: {}, do: [] },
};

/** @param {Action} _ @param {Request} request */
function decideIntroduction(_, request) {
  if (!has(OF_INTRODUCTIONS, request.action)) return null;
  if (introductionMs() === undefined) return refusal("not_ready", "the agent introduces nobody");
  if (S.leavesBoth) return refusal("busy", "the agent is leaving");
  if ((S.introduced === null) !== (request.action === "cancel")) {
    return refusal("not_ready", S.introduced === null ? "nobody has taken the call yet" : "somebody has taken the call");
  }
  log("in the introduction: " + request.action);
  if (S.introduced === null) callOff();
  else leaveHeardOut();
  return JSON.stringify({ ok: true });
}

Object.assign(ACTIONS, OF_INTRODUCTIONS);
ON_ACTION.push(decideIntroduction);
