// The agent's connection: what is Cartesia's own. Another connector has these functions in a file of its own.

/**
 * @typedef {{ api_key: Setting, agent_id: Setting, version: string }} Connection
 * @typedef {Cartesia.AgentsClient} AgentClient
 * @typedef {{ client: AgentClient }} AgentEvent
 */

/** What has to be known before an agent can be connected. */
function connectionSettings() {
  return [ourAgent().api_key, ourAgent().agent_id];
}

/** @param {string[]} values of the settings @param {() => void} onClosed */
function connectAgent(values, onClosed) {
  return Cartesia.createAgentsClient({
    apiKey: values[0],
    agentId: values[1],
    cartesiaVersion: ourAgent().version,
    privacy: true, // or the platform logs what is sent: the control URL, the token, what became of a transfer
    onWebSocketClose: onClosed,
  });
}

/** @param {AgentClient} client */
function watchAgent(client) {
  client.addEventListener(Cartesia.Events.WebSocketMediaStarted, onAgentSpeaking);
  client.addEventListener(Cartesia.Events.WebSocketMediaEnded, onAgentSilent);
  client.addEventListener(Cartesia.AgentsEvents.Clear, onAgentInterrupted);
}

/** Begins the conversation. @param {AgentClient} client @param {Record<string, unknown>} metadata */
function beginConversation(client, metadata) {
  client.start({ metadata: metadata });
}

/** Tells the agent's tools something. @param {AgentClient} client @param {Record<string, unknown>} metadata */
function tellAgent(client, metadata) {
  client.custom({ metadata: metadata });
}

/** Drops what the agent has still queued. @param {AgentClient} client */
function dropQueuedAudio(client) {
  client.clearMediaBuffer();
}

/** @param {AgentClient} client */
function disconnectAgent(client) {
  client.close();
}
