// Keys that the caller presses while with the agent, which is told of them: of all that come without a pause together.

const KEYS_PAUSE_MS = 2000; // after the last of them
const MOST_KEYS = 50;

/** The caller presses a key, and is not with the agent: true if that was meant. @type {((event: _ToneReceivedEvent) => boolean)[]} */
const ON_KEY = [];

function keysState() {
  return {
    listensToCaller: false,
    keys: "", // which the agent has not been told yet
    lastKey: "", // and how it was reported
    keysTimer: 0,
  };
}

/** @param {Call} caller */
function watchCallersKeys(caller) {
  safely("watch the caller's keys", () => caller.addEventListener(CallEvents.ToneReceived, onCallersKey));
}

/** No log has a key that somebody presses. */
function listenToCaller() {
  const caller = S.caller;
  if (S.listensToCaller || caller === null) return;
  S.listensToCaller = safely("listen for the caller's keys", () => {
    Logger.hideTones(true);
    caller.handleTones(true, DTMFType.ALL);
  });
}

/** A key that comes late, when somebody has the caller, is none of ours. @param {_ToneReceivedEvent} event */
function onCallersKey(event) {
  if (event.call !== S.caller) return;
  if (S.phase === "talking") collectKey(event);
  else ON_KEY.some((take) => take(event)); // one press is one wish
}

/** @param {_ToneReceivedEvent} event */
function collectKey(event) {
  if (!isSamePress(event)) takeKey(event.tone);
}

/** `#` ends what the caller keys in, and is a key like any other where it comes alone. @param {string} tone */
function takeKey(tone) {
  if (tone !== "#" || S.keys === "") S.keys += tone;
  if (tone === "#" || S.keys.length === MOST_KEYS) tellKeys();
  else startTimer("keysTimer", KEYS_PAUSE_MS, endKeys);
}

/** The platform may report one press twice, in band and beside it: what comes then is another press. @param {_ToneReceivedEvent} event */
function isSamePress(event) {
  const pressed = event.tone + event.type;
  const isSame = S.lastKey.charAt(0) === event.tone && S.lastKey !== pressed;
  S.lastKey = isSame ? "" : pressed;
  return isSame;
}

/** There is a pause; or an action takes the call from the agent, which is told what there is so far. */
function endKeys() {
  S.lastKey = "";
  tellKeys();
}

function tellKeys() {
  const client = S.agent;
  const keys = S.keys;
  stopTimer("keysTimer");
  S.keys = "";
  if (client === null || keys === "") return;
  log("the agent is told which keys the caller has pressed");
  safely("tell the keys", () => tellAgent(client, { vox_event: "keys", keys: keys }));
}

ON_CALLER.push(watchCallersKeys);
ON_AGENT_HEARD.push(listenToCaller);
ON_ANEW.push(endKeys);
