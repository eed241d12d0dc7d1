// Several agents: each has actions of its own.

/** Others' actions are none of this agent's. @param {Action} _ @param {Request} request */
function refuseOthers(_, request) {
  if (AGENTS[S.agentName].actions.includes(request.action)) return null;
  return refusal("unknown_action", "this agent has no such action");
}

ON_ACTION.push(refuseOthers);
