// What webhooks are told of the key by which the caller has left the agent.

/** The caller is with an agent, or comes to one: no key leads to what is told then. */
const WITHOUT_KEY = WITH_AN_AGENT.concat(["starting"]);

/** @param {Record<string, unknown>} content @param {Request | null} request */
function addKey(content, request) {
  const isLed = request === null && S.ledBy !== "" && !WITHOUT_KEY.includes(S.phase);
  content.key = isLed ? S.ledBy : null;
}

ON_CONTENT.push(addKey);
