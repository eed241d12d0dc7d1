// The key by which the caller came to what the agent is told of: it has not asked for it.

/** In place of an action. @param {Record<string, unknown>} returned */
function tellKey(returned) {
  if (S.ledBy === "") return;
  delete returned.action;
  returned.key = S.ledBy;
}

ON_RETURNED.push(tellKey);
