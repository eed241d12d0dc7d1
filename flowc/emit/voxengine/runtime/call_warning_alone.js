// The same warning, where the caller talks with the agent: the caller alone hears it.

/** One more phase: warned (with nobody, who was with the agent). @typedef {"warned"} WarnedPhase */

function isAgentBusy() {
  return S.phase === "talking" && (S.agentSpeaking || S.keys !== "");
}

/** Meanwhile the agent is not heard, and hears nobody. @param {string} warning */
function warnCallerAlone(warning) {
  const client = S.agent;
  if (S.phase !== "talking" || client === null) return false;
  tellKeys();
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
  const bridged = safely("return the caller to the agent", () => {
    if (client === null || caller === null) throw new Error("it is gone");
    clearAgentAudio(client);
    VoxEngine.sendMediaBetween(caller, client);
    ON_HEARD.forEach((note) => note(client));
  });
  if (!bridged) {
    agentUnavailable("it was lost during a warning");
    return;
  }
  letTalk();
  takeKeptKeys();
}

/** An agent that is told of a key would speak, and not be heard. @param {_ToneReceivedEvent} event */
function keepKey(event) {
  if (S.phase === "warned" && S.keys.length < MOST_KEYS) S.keys += event.tone;
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

ON_KEY.push(keepKey);
ON_ACTION.push(isWarned);
BEFORE_CALL_WARNING.push(isAgentBusy);
ON_CALL_WARNING.push(warnCallerAlone);
