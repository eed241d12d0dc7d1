// What the caller hears a minute before the longest time of the call is over: as soon as the caller talks with somebody, and
// is not listening to a sentence. What would come too late to be true is left out.

/** @typedef {"warned"} WarnedPhase */

const CALL_WARNED_MS = 60000; // before the end
const LATEST_WARNING_MS = 30000; // before the end: later it would not be true
const WARNED_AGAIN_MS = 1000;

/** The caller is to be warned: true if that happens. @type {((warning: string) => boolean)[]} */
const ON_CALL_WARNING = [];

/** One more phase: warned (with nobody, who was with the agent). */
function callWarningState() {
  return {
    callWarningTimer: 0,
    latestWarningTimer: 0,
  };
}

function beginCallWarning() {
  startTimer("callWarningTimer", FLOW.maxDurationMs - CALL_WARNED_MS, onCallWarning);
  startTimer("latestWarningTimer", FLOW.maxDurationMs - LATEST_WARNING_MS, onLatestWarning);
}

/** Prompts, last words and what is heard while it rings come to their end first; so do a sentence of the agent and keys. */
function onCallWarning() {
  S.callWarningTimer = 0;
  const isBusy = S.phase === "talking" && (S.agentSpeaking || S.keys !== "");
  if (isBusy || !warnCaller()) startTimer("callWarningTimer", WARNED_AGAIN_MS, onCallWarning);
  else stopTimer("latestWarningTimer");
}

/** From here on an agent that speaks is interrupted. */
function onLatestWarning() {
  S.latestWarningTimer = 0;
  stopTimer("callWarningTimer");
  if (!warnCaller()) log("there is nobody to tell that the call is over soon");
}

function warnCaller() {
  return ON_CALL_WARNING.some((warn) => warn(String(FLOW.warning)));
}

/** Meanwhile the agent is not heard, and hears nobody. @param {string} warning */
function warnCallerAlone(warning) {
  const client = S.agent;
  if (S.phase !== "talking" || client === null) return false;
  endKeys();
  S.phase = "warned";
  unbridgeAgent(client);
  const why = speak(warning, goOnWithAgent, false);
  if (why === "") log("the caller hears " + warning);
  else {
    cannotSay(S.position - 1, warning, why);
    goOnWithAgent();
  }
  return true;
}

function goOnWithAgent() {
  const client = S.agent;
  const caller = S.caller;
  S.phase = "talking";
  const bridged = safely("return the caller to the agent", () => {
    if (client === null || caller === null) throw new Error("it is gone");
    clearAgentAudio(client);
    VoxEngine.sendMediaBetween(caller, client);
    ON_HEARD.forEach((note) => note(client));
  });
  if (bridged) takeKeptKeys();
  else agentUnavailable("it was lost during a warning");
}

/** An agent that is told of a key would speak, and not be heard. @param {_ToneReceivedEvent} event */
function keepKey(event) {
  if (S.phase === "warned" && S.keys.length < MOST_KEYS && !isSamePress(event)) S.keys += event.tone;
  return false; // in which no other has a use for it
}

function takeKeptKeys() {
  const kept = S.keys.split("");
  S.keys = "";
  kept.forEach(takeKey);
}

/** The agent may ask again once it has the caller. @param {Action} action */
function isWarned(action) {
  return S.phase === "warned" ? refusal("not_ready", "the caller hears that the call is over soon") : null;
}

ON_INCOMING.push(beginCallWarning);
ON_KEY.push(keepKey);
ON_ACTION.push(isWarned);
ON_CALL_WARNING.push(warnCallerAlone);
