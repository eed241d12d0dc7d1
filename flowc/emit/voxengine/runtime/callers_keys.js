// Keys that the caller presses.

/** The caller presses a key: true if that was meant. @type {((event: _ToneReceivedEvent) => boolean)[]} */
const ON_KEY = [];

const SAME_PRESS_MS = 1000; // in which the platform has reported a press in both ways, in band and beside it

function callersKeysState() {
  return {
    listensToCaller: false,
    /** Keys that were pressed a moment ago, each with how that was reported. @type {string[]} */
    presses: [],
    pressTimer: 0,
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

/**
 * One press is one wish, whatever has begun since then. One that comes late, when somebody has the caller, is none of ours.
 * @param {_ToneReceivedEvent} event
 */
function onCallersKey(event) {
  if (event.call !== S.caller || isSamePress(event)) return;
  notePress(event);
  ON_KEY.some((take) => take(event));
}

/** The platform may report one press twice, in band and beside it: what comes then is another press. @param {_ToneReceivedEvent} event */
function isSamePress(event) {
  const first = S.presses.findIndex((press) => press.charAt(0) === event.tone && press !== event.tone + event.type);
  if (first >= 0) S.presses.splice(first, 1);
  return first >= 0;
}

/** @param {_ToneReceivedEvent} event */
function notePress(event) {
  S.presses.push(event.tone + event.type);
  startTimer("pressTimer", SAME_PRESS_MS, forgetPresses);
}

function forgetPresses() {
  S.pressTimer = 0;
  S.presses = [];
}

ON_CALLER.push(watchCallersKeys);
