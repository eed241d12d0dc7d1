// Keys that the caller presses.

/** The caller presses a key: true if that was meant. @type {((event: _ToneReceivedEvent) => boolean)[]} */
const ON_KEY = [];
/** Whether what is reported is of a press that was none of ours. @type {((event: _ToneReceivedEvent) => boolean)[]} */
const ON_KEY_REPORTED = [];

const SAME_PRESS_MS = 1000; // after the last report, in which the next one may be of the same press

function callersKeysState() {
  return {
    listensToCaller: false,
    /** Keys that were pressed a moment ago, each with the ways in which that was reported: `"412"`. @type {string[]} */
    presses: [],
    pressTimer: 0,
  };
}

/** @param {Call} caller */
function watchCallersKeys(caller) {
  safely("watch the caller's keys", () => caller.addEventListener(CallEvents.ToneReceived, onCallersKey));
}

/** From the answer on: also where no key means anything a press is remembered, lest it be taken later. No log has a key. */
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
  if (event.call !== S.caller) return;
  const isKnown = isSamePress(event);
  startTimer("pressTimer", SAME_PRESS_MS, forgetPresses);
  if (ON_KEY_REPORTED.some((isOfOthers) => isOfOthers(event)) || isKnown) return;
  S.presses.push(event.tone + event.type);
  ON_KEY.some((take) => take(event));
}

/**
 * The platform reports one press in up to three ways: in band, beside the audio (RFC 2833), and as SIP INFO. Each way reports
 * it once, and the presses in their order: a report is of the first press that its way has not reported yet.
 * @param {_ToneReceivedEvent} event
 */
function isSamePress(event) {
  const number = S.presses.findIndex((press) => press.charAt(0) === event.tone && !press.includes(event.type, 1));
  if (number >= 0) S.presses[number] += event.type;
  return number >= 0;
}

function forgetPresses() {
  S.pressTimer = 0;
  S.presses = [];
}

ON_CALLER.push(watchCallersKeys);
ON_CALLER_CONNECTED.push(listenToCaller);
