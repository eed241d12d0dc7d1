// The key by which the caller came to what the agent is told of: it has not asked for it.

/** In place of an action, also of what another agent was to be told. @param {Record<string, unknown>} returned */
function tellKey(returned) {
  if (S.ledBy !== "") returned.key = S.ledBy;
  if (returned.key !== undefined) delete returned.action;
}

ON_RETURNED.push(tellKey);
