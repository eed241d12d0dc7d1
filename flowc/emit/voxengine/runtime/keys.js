// Keys that the caller presses while with the agent, which is told of them: of all that come without a pause together.

const KEYS_PAUSE_MS = 2000; // after the last of them
const MOST_KEYS = 50;

function keysState() {
  return {
    keys: "", // which the agent has not been told yet
    keysTimer: 0,
  };
}

/** @param {_ToneReceivedEvent} event */
function collectKey(event) {
  if (S.phase !== "talking") return false;
  takeKey(event.tone);
  return true;
}

/** `#` ends what the caller keys in, and is a key like any other where it comes alone. @param {string} tone */
function takeKey(tone) {
  if (tone !== "#" || S.keys === "") S.keys += tone;
  if (tone === "#" || S.keys.length === MOST_KEYS) tellKeys();
  else startTimer("keysTimer", KEYS_PAUSE_MS, tellKeys);
}

/** There is a pause, or enough of them; or an action takes the call from the agent, which is told what there is so far. */
function tellKeys() {
  const client = S.agent;
  const keys = S.keys;
  stopTimer("keysTimer");
  S.keys = "";
  if (client === null || keys === "") return;
  log("the agent is told which keys the caller has pressed");
  safely("tell the keys", () => tellAgent(client, { vox_event: "keys", keys: keys }));
}

ON_KEY.push(collectKey);
ON_ANEW.push(tellKeys);
