// What the caller hears a minute before the longest time of the call is over: as soon as the caller talks with somebody.

/** @typedef {"warned"} WarnedPhase */

const CALL_WARNED_MS = 60000; // before the end
const WARNED_AGAIN_MS = 5000;

/** The caller is to be warned: true if that happens. @type {((warning: string) => boolean)[]} */
const ON_CALL_WARNING = [];

/** One more phase: warned (with nobody, who was with the agent). */
function callWarningState() {
  return {
    callWarningTimer: 0,
  };
}

function beginCallWarning() {
  startTimer("callWarningTimer", FLOW.maxDurationMs - CALL_WARNED_MS, onCallWarning);
}

/** Prompts, last words and what is heard while it rings come to their end first. */
function onCallWarning() {
  S.callWarningTimer = 0;
  const warning = String(FLOW.warning);
  if (!ON_CALL_WARNING.some((warn) => warn(warning))) startTimer("callWarningTimer", WARNED_AGAIN_MS, onCallWarning);
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
  });
  if (!bridged) agentUnavailable("it was lost during a warning");
}

/** The agent may ask again once it has the caller. @param {Action} action */
function isWarned(action) {
  return S.phase === "warned" ? refusal("not_ready", "the caller hears that the call is over soon") : null;
}

ON_INCOMING.push(beginCallWarning);
ON_ACTION.push(isWarned);
ON_CALL_WARNING.push(warnCallerAlone);
