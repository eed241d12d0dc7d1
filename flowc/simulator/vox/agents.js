// Cartesia agents: the promise of a client, its socket, what it is told and what it says. The environment decides
// whether and when it connects, speaks, interrupts and closes; the 180 s idle close is the service's own.

const IDLE_LIMIT_MS = 180000;
const AGENT_TASKS = ["agentIdle", "agentAck", "speechEnds", "mediaEnded"];

function emitAgent(agent, enumName, event, payload) {
  emit(enumName, event, agent.id, payload, { client: agent.handle });
}

function agentSays(agent, event, payload) {
  emitAgent(agent, "Cartesia.AgentsEvents", event, { data: { customEvent: event, payload } });
}

/** The service closes a socket on which nothing arrives for 180 s; the caller's audio counts. */
function watchIdleAgent(unit) {
  if (unit.kind !== "agent") return;
  cancelTasks("agentIdle", unit.id);
  if (unit.state === "open" && !sim.sources[unit.id]) addTask(IDLE_LIMIT_MS, "agentIdle", unit.id);
}

function connectAgent(agent) {
  if (!agent.isAdmitted) return refuseAgent(agent, "unauthorized");
  agent.state = "open";
  sim.hearers.push(agent.id);
  note({ t: sim.now, event: "agent_connected", agent: agent.id });
  watchIdleAgent(agent);
  settleFromOutside(agent.promise, "fulfilled", agent.handle);
}

/** Whether the account has such an agent, and that is its key. */
function isAdmitted({ agentId, apiKey }) {
  const { agents } = sim.options;
  if (Object.keys(agents).length === 0) return true;
  return Object.prototype.hasOwnProperty.call(agents, agentId) && agents[agentId].includes(apiKey);
}

function refuseAgent(agent, message) {
  agent.state = "closed";
  note({ t: sim.now, event: "agent_refused", agent: agent.id, message });
  settleFromOutside(agent.promise, "rejected", new Error(message));
}

function closeAgent(agent, code, reason, wasClean) {
  endAgent(agent);
  note({ t: sim.now, event: "agent_closed", agent: agent.id, code, reason });
  callOnClose(agent, code, reason, wasClean);
}

function endAgent(agent) {
  agent.state = "closed";
  cancelAllTasks(AGENT_TASKS, agent.id);
  dropMedia(agent);
}

function callOnClose(agent, code, reason, wasClean) {
  if (agent.onClose === null) return;
  invoke("onWebSocketClose", agent.onClose, [Object.freeze({ code, reason, wasClean })]);
}

/** What becomes of a connection to an agent, and its number: of those to this agent, where something is said of that alone. */
function connectionOf(agentId) {
  const { agent, agent_by_id: byId } = sim.options;
  if (!Object.prototype.hasOwnProperty.call(byId, agentId)) return { how: agent, count: sim.counts.agent };
  const name = `agent ${agentId}`;
  sim.counts[name] = (sim.counts[name] || 0) + 1;
  return { how: byId[agentId], count: sim.counts[name] };
}

// An attempt is decided once: by itself, or by an event before that.
TASKS.agentConnects = function (id) {
  if (sim.units[id].state === "connecting") connectAgent(sim.units[id]);
};
TASKS.agentRefuses = function (id) {
  if (sim.units[id].state === "connecting") refuseAgent(sim.units[id], "connection refused");
};
TASKS.agentIdle = function (id) {
  if (!sim.options.agent_keepalive) closeAgent(sim.units[id], 1000, "connection idle timeout", true);
};
TASKS.agentAck = (id) => agentSays(sim.units[id], "ACK", {});
TASKS.ownClose = (id) => callOnClose(sim.units[id], 1000, "", true);

Object.assign(IMPLEMENTATION, {
  "Cartesia.createAgentsClient"(parameters) {
    const id = `agent-${(sim.counts.agent += 1)}`;
    const agent = {
      id, kind: "agent", label: "agent", state: "connecting", started: false, speaking: false, saysNothing: false, hangs: false, says: null, held: 0, playsUntil: 0, metadata: null, customs: [],
      isPrivate: parameters.privacy === true, isAdmitted: isAdmitted(parameters), onClose: parameters.onWebSocketClose === undefined ? null : parameters.onWebSocketClose, promise: createPromise(), handle: null,
    };
    agent.handle = makeHandle("Cartesia.AgentsClient", id);
    sim.units[id] = agent;
    note({ t: sim.now, event: "agent_connecting", agent: id, agent_id: parameters.agentId, version: parameters.cartesiaVersion, ...(search === null ? {} : { key: fingerprintOf(parameters.apiKey) }) });
    const { how, count } = connectionOf(parameters.agentId);
    const connects = how === "connects" || (how === "connects_once" && count === 1);
    if (how !== "manual") addTask(sim.options.agent_ms, connects ? "agentConnects" : "agentRefuses", id);
    return promiseHandle(agent.promise);
  },
  "Cartesia.AgentsClient.start"(agent, parameters) {
    if (isOver("Cartesia.AgentsClient.start", agent)) return;
    if (agent.started) misuse("Cartesia.AgentsClient.start: the agent was started before");
    agent.started = true;
    const lost = sim.options.start_metadata === "lost";
    agent.metadata = lost || parameters.metadata === undefined ? {} : plain(parameters.metadata);
    note({ t: sim.now, event: "agent_start", agent: agent.id, parameters: plain(parameters), ...(lost ? { metadata: "lost" } : {}) });
    logMessage(agent, "start", parameters);
    watchIdleAgent(agent);
    if (sim.options.agent_ack) addTask(0, "agentAck", agent.id);
  },
  "Cartesia.AgentsClient.custom"(agent, parameters) {
    if (isOver("Cartesia.AgentsClient.custom", agent)) return;
    if (!agent.started) misuse("Cartesia.AgentsClient.custom: the agent has not been started");
    agent.customs = agent.customs.concat([plain(parameters)]);
    note({ t: sim.now, event: "agent_custom", agent: agent.id, parameters: plain(parameters) });
    logMessage(agent, "custom", parameters);
    watchIdleAgent(agent);
  },
  "Cartesia.AgentsClient.dtmf"(agent, parameters) {
    if (isOver("Cartesia.AgentsClient.dtmf", agent)) return;
    note({ t: sim.now, event: "agent_dtmf", agent: agent.id, parameters: plain(parameters) });
    watchIdleAgent(agent);
  },
  "Cartesia.AgentsClient.close"(agent) {
    if (isOver("Cartesia.AgentsClient.close", agent)) return;
    endAgent(agent);
    note({ t: sim.now, event: "agent_close", agent: agent.id });
    if (sim.options.close_callback) addTask(0, "ownClose", agent.id);
  },
  "Cartesia.AgentsClient.id": (agent) => agent.id,
  "Cartesia.AgentsClient.webSocketId": (agent) => `socket-${agent.id}`,
});

/** The platform logs what goes over a connection that is not declared private (typings: `privacy`). */
function logMessage(agent, customEvent, parameters) {
  if (agent.isPrivate) return;
  note({ t: sim.now, event: "platform_log", message: JSON.stringify({ customEvent, payload: plain(parameters) }) });
}

// What the environment can do to an agent

function findAgent(name, state) {
  const agent = unitsOf("agent").filter((unit) => unit.state === state && (!name || unit.id === name)).pop();
  if (!agent) throw impossible(`no agent is ${state}`);
  return agent;
}

const AGENT_EVENTS = {
  connect: (event) => connectAgent(findAgent(event.agent, "connecting")),
  refuse: (event) => refuseAgent(findAgent(event.agent, "connecting"), event.message || "connection refused"),
  close: (event) => closeAgent(findAgent(event.agent, "open"), event.code, event.reason, event.code === 1000),
  // The platform says once more what it has said already.
  close_again: (event) => callOnClose(findAgent(event.agent, "closed"), event.code, event.reason, event.code === 1000),
  speak: (event) => speak(findAgent(event.agent, "open"), event.ms, event.text),
  clear: (event) => interrupt(findAgent(event.agent, "open")),
  custom: (event) => agentSays(findAgent(event.agent, "open"), "Custom", event.payload),
  dtmf: (event) => agentSays(findAgent(event.agent, "open"), "DTMF", event.payload),
  error: (event) => agentSays(findAgent(event.agent, "open"), "WebSocketError", event.payload),
  unknown: (event) => agentSays(findAgent(event.agent, "open"), "Unknown", event.payload),
};
