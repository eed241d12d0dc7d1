// The agent: started, given the caller, heard out, lost.

/** Loads what the flow reads from ApplicationStorage, as far as it is not there yet. */
function loadSettings() {
  STORAGE.filter((name) => !S.storage["entry " + name]).forEach((name) => {
    const loaded = safely("read " + name, () => {
      ApplicationStorage.get(name).then(
        (entry) => onSetting(name, entry === null || entry === undefined ? null : entry.value),
        () => onSettingFailed(name)
      );
    });
    if (!loaded) setSetting(name, null);
  });
}

/** @param {string} name @param {string | null} value */
function onSetting(name, value) {
  if (value === null) log("ApplicationStorage has no " + name);
  setSetting(name, value);
}

/** @param {string} name */
function onSettingFailed(name) {
  log("ApplicationStorage could not be read: " + name);
  setSetting(name, null);
}

/** @param {string} name @param {string | null} value */
function setSetting(name, value) {
  if (value !== null || !has(S.storage, "entry " + name)) S.storage["entry " + name] = value;
  requestAgent();
  reportContract();
}

function startAgent() {
  S.phase = "starting";
  S.agentAttempt += 1;
  S.agentRequested = false;
  startTimer("start", AGENT_START_MS, onAgentLate);
  requestAgent();
}

/** @param {Setting} setting */
function isLoaded(setting) {
  return typeof setting === "string" || !("storage" in setting) || has(S.storage, "entry " + setting.storage);
}

/** Connects to the agent as soon as its own settings have arrived. */
function requestAgent() {
  if (S.phase !== "starting" || S.agentRequested) return;
  if (!isLoaded(AGENT.api_key) || !isLoaded(AGENT.agent_id)) return;
  S.agentRequested = true;
  const number = S.agentAttempt;
  const apiKey = valueOf(AGENT.api_key);
  const agentId = valueOf(AGENT.agent_id);
  if (apiKey === "" || agentId === "") {
    agentUnavailable("its API key or id is missing");
    return;
  }
  if (S.token === "" && FLOW.tokenRequired) {
    agentUnavailable("the session has no token, so it could not ask for anything");
    return;
  }
  const requested = safely("reach the agent", () => {
    Cartesia.createAgentsClient({
      apiKey: apiKey,
      agentId: agentId,
      cartesiaVersion: AGENT.version,
      privacy: true, // or the platform logs what is sent: the control URL, the token, what became of a transfer
      onWebSocketClose: () => onAgentClosed(number),
    }).then(
      (client) => onAgentReady(number, client),
      () => onAgentRefused(number)
    );
  });
  if (!requested) agentUnavailable("the connection was refused");
}

/** @param {number} number @param {Cartesia.AgentsClient} client */
function onAgentReady(number, client) {
  if (number !== S.agentAttempt || S.phase !== "starting") {
    safely("close a late agent", () => client.close());
    return;
  }
  S.agent = client;
  setAgentSpeaking(false);
  const watched = safely("watch the agent", () => {
    client.addEventListener(Cartesia.Events.WebSocketMediaStarted, onAgentSpeaking);
    client.addEventListener(Cartesia.Events.WebSocketMediaEnded, onAgentSilent);
    client.addEventListener(Cartesia.AgentsEvents.Clear, onAgentInterrupted);
  });
  if (!watched) agentUnavailable("nobody would know when it speaks");
  else if (S.answered) giveCallerToAgent();
  else answerCaller();
}

/** @param {number} number */
function onAgentRefused(number) {
  if (number === S.agentAttempt && S.phase === "starting") agentUnavailable("the connection was refused");
}

function onAgentLate() {
  S.timers.start = 0;
  if (S.phase === "starting") agentUnavailable("it was not ready in time");
}

/** @param {number} number */
function onAgentClosed(number) {
  const client = S.agent;
  if (number !== S.agentAttempt || (client === null && S.phase !== "starting")) return; // another's, or said twice
  const speaking = S.agentSpeaking;
  S.agent = null;
  setAgentSpeaking(false);
  if (S.phase === "leaving") {
    // What it said last is still on its way to the caller.
    stopTimer("speech");
    if (speaking) startTimer("lastWords", SPEECH_START_MS, onLastWordsWaited);
    else takeCall();
    return;
  }
  if (client !== null) unbridgeAgent(client);
  if (S.phase === "starting" || S.phase === "talking") agentUnavailable("the connection was closed");
}

/** @param {string} reason */
function agentUnavailable(reason) {
  log("no agent: " + reason);
  closeAgent();
  stopTimer("start");
  S.request = null;
  S.transfer = null;
  S.returned = null;
  S.phase = "steps";
  if (S.answered) run(AGENT.unavailable, "agent unavailable");
  else answerCaller();
}

/** Bridges the caller to an agent that was just started. */
function giveCallerToAgent() {
  const client = S.agent;
  const caller = S.caller;
  if (client === null || caller === null) return;
  stopTimer("start");
  stopPlayer();
  const session = {
    vox_session_control_url: S.controlUrl,
    vox_control_token: S.token,
    vox_flow: FLOW.name,
    vox_contract: FLOW.contract,
  };
  const told = S.returned === null ? session : Object.assign(session, { vox_outcome: S.returned });
  const started = safely("start the agent", () => {
    client.start({ metadata: Object.assign(fillAll(AGENT.metadata, {}), told) });
    VoxEngine.sendMediaBetween(caller, client);
  });
  if (!started) {
    agentUnavailable("it could not be started");
    return;
  }
  // Once more: what an agent is started with may not reach one that runs on its owner's server.
  safely("tell the agent of the session", () => client.custom({ metadata: Object.assign({ vox_event: "session" }, told) }));
  S.returned = null;
  S.request = null;
  S.phase = "talking";
  log("caller is with the agent");
}

/** What the platform has said of the agent's audio. @param {boolean} speaking */
function setAgentSpeaking(speaking) {
  S.agentSpeaking = speaking;
  S.agentCleared = false;
  stopTimer("cleared");
}

/** The agent's audio has begun. @param {{ client: Cartesia.AgentsClient }} event */
function onAgentSpeaking(event) {
  if (event.client === S.agent) setAgentSpeaking(true);
}

/** The platform says so after one second of silence. @param {{ client: Cartesia.AgentsClient }} event */
function onAgentSilent(event) {
  if (event.client !== S.agent) return;
  setAgentSpeaking(false);
  if (S.phase === "leaving" && !S.speechExpected) takeCall();
}

/**
 * What the agent has still queued must not be heard. It may have spoken on at once, which no event tells, or be silent,
 * which the platform may not tell after this.
 * @param {Cartesia.AgentsClient} client
 */
function clearAgentAudio(client) {
  client.clearMediaBuffer();
  S.agentCleared = S.agentSpeaking;
}

/** The caller interrupts. @param {{ client: Cartesia.AgentsClient }} event */
function onAgentInterrupted(event) {
  const client = S.agent;
  if (client === null || event.client !== client) return;
  safely("clear the agent's audio", () => clearAgentAudio(client));
  if (S.phase !== "leaving" || S.request === null) return;
  waitForCleared();
  if (ACTIONS[S.request.action].cancels) stayWithAgent(client, S.request);
  else if (!S.speechExpected) takeCall();
}

/** An agent whose audio was cleared is not waited for as long as one that is known to speak. */
function waitForCleared() {
  if (S.agentCleared) startTimer("cleared", CLEARED_MS, onClearedWaited);
}

function onClearedWaited() {
  setAgentSpeaking(false);
  if (S.phase === "leaving" && !S.speechExpected) takeCall();
}

/**
 * The caller did not want it: the action is forgotten before it has begun. If the agent was lost meanwhile, there is
 * nobody to stay with.
 * @param {Cartesia.AgentsClient | null} client
 * @param {Request} request
 */
function stayWithAgent(client, request) {
  stopLastWords();
  S.request = null;
  S.phase = "talking";
  const known = S.replies["id " + request.id];
  if (known !== undefined) known.reply = cancellation();
  log("the caller interrupted: " + request.action + " is cancelled");
  if (client === null) {
    agentUnavailable("the connection was closed");
    return;
  }
  const cancelled = { vox_event: "cancelled", action: request.action, request_id: request.id };
  safely("tell the agent", () => client.custom({ metadata: cancelled }));
}

/**
 * An action takes the call, once the agent has been heard out.
 * @param {Request} request
 * @param {boolean} says whether the agent speaks a phrase before this action
 */
function leaveAgent(request, says) {
  S.phase = "leaving";
  S.request = request;
  S.transfer = null;
  S.speechExpected = true;
  startTimer("speech", says ? PHRASE_START_MS : SPEECH_START_MS, onSpeechWaited);
  startTimer("lastWords", AGENT.lastWordsMs, onLastWordsWaited);
  waitForCleared();
  loadSettings();
}

function onSpeechWaited() {
  S.timers.speech = 0;
  S.speechExpected = false;
  if (S.phase === "leaving" && !S.agentSpeaking) takeCall();
}

function onLastWordsWaited() {
  S.timers.lastWords = 0;
  if (S.phase === "leaving") takeCall();
}

function stopLastWords() {
  stopTimer("speech");
  stopTimer("lastWords");
  stopTimer("cleared");
}

/** The agent has spoken: the action's steps begin. */
function takeCall() {
  stopLastWords();
  S.phase = "steps";
  if (S.agent !== null) unbridgeAgent(S.agent);
  if (S.request !== null) run(ACTIONS[S.request.action].do, S.request.action);
}

/** @param {string | undefined} prompt what the agent opens with */
function returnToAgent(prompt) {
  const request = S.request;
  const result = S.transfer === null ? null : S.result;
  const returned = {
    vox_event: "returned",
    action: request === null ? null : request.action,
    request_id: request === null ? null : request.id,
    outcome: result === null ? null : result.outcome,
    target: result === null ? null : result.target,
    tried: result === null ? [] : result.tried,
    talk_seconds: result === null || result.talk_seconds === undefined ? null : result.talk_seconds,
    say: prompt === undefined ? null : fill(PROMPTS[prompt], {}),
  };
  const client = S.agent;
  const caller = S.caller;
  if (client !== null && caller !== null) {
    stopPlayer();
    const bridged = safely("return the caller to the agent", () => {
      clearAgentAudio(client);
      VoxEngine.sendMediaBetween(caller, client);
      client.custom({ metadata: returned });
    });
    if (bridged) {
      S.request = null;
      S.phase = "talking";
      log("caller is back with the agent");
      return;
    }
  }
  closeAgent();
  S.returned = returned;
  playRingback();
  startAgent();
}

/** @param {Cartesia.AgentsClient} client */
function unbridgeAgent(client) {
  const caller = S.caller;
  if (caller !== null) safely("take the caller from the agent", () => VoxEngine.stopMediaBetween(caller, client));
}

function closeAgent() {
  const client = S.agent;
  S.agentAttempt += 1;
  S.agent = null;
  setAgentSpeaking(false);
  if (client === null) return;
  unbridgeAgent(client);
  safely("close the agent", () => client.close());
}
