// What the agent asks for while it talks to a person alone: that the caller is put through, or that the person is let go.

/** Beside the flow's own actions, each of which is refused then. @type {Record<string, Action>} */
const OF_BRIEFINGS = {
  connect: { parameters: {}, do: [] },
  decline: { parameters: { reason: { type: "string", maxLength: 200, optional: true } }, do: [] },
};

/** @param {Action} _ @param {Request} request */
function decideBriefing(_, request) {
  const isOfBriefings = has(OF_BRIEFINGS, request.action);
  const person = S.briefed;
  if (person === null) return isOfBriefings ? refusal("not_ready", "the agent is not talking to a person alone") : null;
  if (!isOfBriefings || S.decision !== null) return refusal("busy", "the agent is talking to a person, and not to the caller");
  log("in the briefing: " + request.action);
  decide(person, request);
  return JSON.stringify({ ok: true });
}

Object.assign(ACTIONS, OF_BRIEFINGS);
ON_ACTION.push(decideBriefing);
