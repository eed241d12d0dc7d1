// Keys that the caller presses.

/** The caller presses a key: true if that was meant. @type {((event: _ToneReceivedEvent) => boolean)[]} */
const ON_KEY = [];

function callersKeysState() {
  return {
    listensToCaller: false,
    lastKey: "", // and how it was reported
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
  if (event.call === S.caller) ON_KEY.some((take) => take(event)); // one press is one wish
}

/** The platform may report one press twice, in band and beside it: what comes then is another press. @param {_ToneReceivedEvent} event */
function isSamePress(event) {
  const pressed = event.tone + event.type;
  const isSame = S.lastKey.charAt(0) === event.tone && S.lastKey !== pressed;
  S.lastKey = isSame ? "" : pressed;
  return isSame;
}

ON_CALLER.push(watchCallersKeys);
