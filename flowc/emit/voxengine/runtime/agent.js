// The agent: started, given the caller, lost.

/**
 * @typedef {Connection & { metadata?: Record<string, string>, lastWordsMs: number, unavailable: Step[], idle?: Idle }} Agent
 * @typedef {{ afterMs: number, times: number, way: string, do: Step[] }} Idle
 */

const NO_TOKEN = "the session has no token, so it could not ask for anything";
const AGENT_START_MS = 10000; // to load the settings, reach the agent and answer; after that: unavailable

/** The caller is about to hear the agent. @type {(() => void)[]} */
const ON_AGENT_HEARD = [];
/** The caller is with the agent. @type {(() => void)[]} */
const ON_WITH_AGENT = [];
/** It may have begun to speak, or fallen silent. @type {(() => void)[]} */
const ON_AGENT_SPEECH = [];
/** What came before counts no more: another action begins, or the agent is lost. @type {(() => void)[]} */
const ON_ANEW = [];
/** The agent is lost while the caller is not with it. @type {(() => void)[]} */
const ON_AGENT_LOST = [];
/** What else the agent's session begins with. @type {((metadata: Record<string, unknown>) => void)[]} */
const ON_AGENT_START = [];
/** What else an agent that starts is told of the call. @type {((told: Record<string, unknown>) => void)[]} */
const ON_AGENT_TOLD = [];

function agentState() {
  return {
    /** @type {AgentClient | null} */
    agent: null,
    agentAttempt: 0, // a client that was created for another attempt is not ours any more
    agentSought: false, // it is being connected
    agentRequested: false,
    agentSpeaking: false,
    agentCleared: false, // its audio was cleared away, and the platform has not said since whether it speaks
    agentTimer: 0,
  };
}

function startAgent() {
  S.phase = "starting";
  waitForAgent();
  seekAgent();
}

function waitForAgent() {
  startTimer("agentTimer", AGENT_START_MS, onAgentLate);
}

function seekAgent() {
  S.agentAttempt += 1;
  S.agentSought = true;
  S.agentRequested = false;
  requestAgent();
}

/** Connects to the agent as soon as its own settings have arrived. */
function requestAgent() {
  if (!S.agentSought || S.agentRequested) return;
  if (!connectionSettings().every(isLoaded)) return;
  S.agentRequested = true;
  const number = S.agentAttempt;
  const values = connectionSettings().map(valueOf);
  if (values.includes("")) {
    agentMissed("its API key or id is missing");
    return;
  }
  if (needsToken()) {
    agentMissed(NO_TOKEN);
    return;
  }
  const requested = safely("reach the agent", () => {
    const connected = connectAgent(values, onAgentClosed.bind(null, number));
    connected.then(onAgentReady.bind(null, number), onAgentRefused.bind(null, number));
  });
  if (!requested) agentMissed("the connection was refused");
}

/** @param {number} number @param {AgentClient} client */
function onAgentReady(number, client) {
  if (number !== S.agentAttempt || !S.agentSought) {
    safely("close a late agent", () => disconnectAgent(client));
    return;
  }
  S.agent = client;
  S.agentSought = false;
  setAgentSpeaking(false);
  if (!safely("watch the agent", () => watchAgent(client))) agentMissed("nobody would know when it speaks");
  else if (S.phase !== "starting") log("the agent is there before its turn");
  else if (S.answered) giveCallerToAgent();
  else answerCaller();
}

/** @param {number} number */
function onAgentRefused(number) {
  if (number === S.agentAttempt && S.agentSought) agentMissed("the connection was refused");
}

function onAgentLate() {
  S.agentTimer = 0;
  if (S.phase === "starting") agentUnavailable("it was not ready in time");
}

/** @param {number} number */
function onAgentClosed(number) {
  const client = S.agent;
  if (number !== S.agentAttempt || (client === null && !S.agentSought)) return; // another's, or said twice
  const speaking = S.agentSpeaking;
  S.agent = null;
  S.agentSought = false;
  setAgentSpeaking(false);
  if (S.phase === "leaving") {
    // What it said last is still on its way to the caller.
    stopTimer("speechTimer");
    if (speaking) startTimer("lastWordsTimer", SPEECH_START_MS, onLastWordsWaited);
    else takeCall();
    return;
  }
  if (client !== null) unbridgeAgent(client);
  if (S.phase === "starting" || S.phase === "talking") agentUnavailable("the connection was closed");
  else ON_AGENT_LOST.forEach((goOn) => goOn());
}

/** One that is sought before its turn is started again then. @param {string} reason */
function agentMissed(reason) {
  if (S.phase === "starting") {
    agentUnavailable(reason);
    return;
  }
  log("no agent yet: " + reason);
  closeAgent();
}

/** @param {string} reason */
function agentUnavailable(reason) {
  log("no agent: " + reason);
  closeAgent();
  stopTimer("agentTimer");
  S.request = null;
  ON_ANEW.forEach((forget) => forget());
  S.phase = "steps";
  if (S.answered) {
    run(ourAgent().unavailable, wayOfLoss());
    return;
  }
  lineUp(ourAgent().unavailable, wayOfLoss());
  answerCaller();
}

/** One that is there gets a caller who was just connected. */
function takeConnectedCaller() {
  if (S.agent === null) return false;
  giveCallerToAgent();
  return true;
}

/** Bridges the caller to an agent that was just started. */
function giveCallerToAgent() {
  const client = S.agent;
  const caller = S.caller;
  if (client === null || caller === null) return;
  stopTimer("agentTimer");
  ON_AGENT_HEARD.forEach((heard) => heard());
  if (S.token === "" && FLOW.tokenRequired) {
    agentUnavailable(NO_TOKEN);
    return;
  }
  /** @type {Record<string, unknown>} */
  const told = {
    vox_session_control_url: S.controlUrl,
    vox_control_token: S.token,
    vox_flow: FLOW.name,
    vox_contract: FLOW.contract,
  };
  ON_AGENT_TOLD.forEach((add) => add(told));
  const started = safely("start the agent", () => {
    /** @type {Record<string, unknown>} */
    const metadata = {};
    ON_AGENT_START.forEach((add) => add(metadata));
    beginConversation(client, Object.assign(metadata, told));
    VoxEngine.sendMediaBetween(caller, client);
    ON_HEARD.forEach((note) => note(client));
  });
  if (!started) {
    agentUnavailable("it could not be started");
    return;
  }
  // Once more: what an agent is started with may not reach one that runs on its owner's server.
  safely("tell the agent of the session", () => tellAgent(client, Object.assign({ vox_event: "session" }, told)));
  S.request = null;
  letTalk();
  log("caller is with the agent");
}

/** From here on the caller talks with the agent. */
function letTalk() {
  S.phase = "talking";
  ON_WITH_AGENT.forEach((follow) => follow());
}

/** What the platform has said of the agent's audio. @param {boolean} speaking */
function setAgentSpeaking(speaking) {
  S.agentSpeaking = speaking;
  S.agentCleared = false;
  stopTimer("clearedTimer");
  ON_AGENT_SPEECH.forEach((follow) => follow());
}

/** The agent's audio has begun. @param {AgentEvent} event */
function onAgentSpeaking(event) {
  if (event.client === S.agent) setAgentSpeaking(true);
}

/**
 * What the agent has still queued must not be heard. It may have spoken on at once, which no event tells, or be silent,
 * which the platform may not tell after this.
 * @param {AgentClient} client
 */
function clearAgentAudio(client) {
  dropQueuedAudio(client);
  S.agentCleared = S.agentSpeaking;
  ON_AGENT_SPEECH.forEach((follow) => follow());
}

/** @param {AgentClient} client */
function unbridgeAgent(client) {
  const caller = S.caller;
  if (caller !== null) safely("take the caller from the agent", () => VoxEngine.stopMediaBetween(caller, client));
  ON_UNHEARD.forEach((note) => note(client));
}

function closeAgent() {
  const client = S.agent;
  S.agentAttempt += 1;
  S.agent = null;
  S.agentSought = false;
  setAgentSpeaking(false);
  if (client === null) return;
  unbridgeAgent(client);
  safely("close the agent", () => disconnectAgent(client));
}

ON_SETTING_ARRIVED.push(requestAgent);
ON_CALLER_THERE.push(takeConnectedCaller);
ON_ENDED.push(closeAgent);
