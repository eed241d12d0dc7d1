// Actions that the caller stops by speaking before they have begun.

/** The agent is interrupted. @param {Request} request */
function cancelInterrupted(request) {
  if (ACTIONS[request.action].cancels !== true) return false;
  stayWithAgent(S.agent, request);
  return true;
}

/** The agent notices it first, and posts its request once more. @param {string} content @param {string} id */
function takeBack(content, id) {
  if (!mayBeCancelled(content)) return null;
  const own = S.request;
  if (S.phase === "leaving" && own !== null && own.id === id && !isReused(content, id)) stayWithAgent(S.agent, own);
  return answerOnce(content, id, cancellation);
}

/** Whether the flow lets the caller interrupt what is asked for. @param {string} content */
function mayBeCancelled(content) {
  const body = parsed(content);
  return body !== null && typeof body.action === "string" && has(ACTIONS, body.action) && ACTIONS[body.action].cancels === true;
}

/** What a request is answered that the caller has interrupted, however often it arrives. */
function cancellation() {
  return refusal("cancelled", "the caller interrupted it");
}

/**
 * The caller did not want it: the action is forgotten before it has begun. If the agent was lost meanwhile, there is
 * nobody to stay with.
 * @param {AgentClient | null} client
 * @param {Request} request
 */
function stayWithAgent(client, request) {
  stopLastWords();
  S.request = null;
  letTalk();
  const known = S.replies["id " + request.id];
  if (known !== undefined) known.reply = cancellation();
  log("the caller interrupted: " + request.action + " is cancelled");
  if (client === null) {
    agentUnavailable("the connection was closed");
    return;
  }
  const cancelled = { vox_event: "cancelled", action: request.action, request_id: request.id };
  safely("tell the agent", () => tellAgent(client, cancelled));
}

ON_INTERRUPTED.push(cancelInterrupted);
ON_TAKEN_BACK.push(takeBack);
