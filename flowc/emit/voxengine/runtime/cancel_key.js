// A key by which the caller stops the ringing, until somebody is on the line.

const SAME_PRESS_MS = 250; // the platform may report one press twice, in band and beside it

function cancelKeyState() {
  return {
    samePressTimer: 0,
    listensToCaller: false,
    /** Who rang when the caller has stopped it; "" if nobody did. @type {string | null} */
    cancelledTarget: null,
  };
}

/** @param {_CallAlertingEvent} event */
function watchCallersKeys(event) {
  safely("watch the caller's keys", () => event.call.addEventListener(CallEvents.ToneReceived, onCallersKey));
}

/** Keys are handled for as long as they stop something: the log of the platform has none of them. */
function listenToCaller() {
  const caller = S.caller;
  const { cancel } = /** @type {Transfer} */ (S.transfer);
  if (cancel === undefined || S.listensToCaller || caller === null) return;
  S.listensToCaller = safely("listen for the caller's keys", () => {
    Logger.hideTones(true);
    caller.handleTones(true, DTMFType.ALL);
  });
}

/** From here on keys go to whom they are meant for: a bridge does not carry them while they are listened for. */
function giveKeysBack() {
  const caller = S.caller;
  if (!S.listensToCaller || caller === null) return;
  S.listensToCaller = false;
  safely("listen for the caller's keys no more", () => caller.handleTones(false));
}

function isRinging() {
  return S.phase === "ringing";
}

/** A key that comes late, when somebody has the caller, is none of ours. @param {_ToneReceivedEvent} event */
function onCallersKey(event) {
  if (event.call !== S.caller || !isRinging()) return;
  const { cancel } = /** @type {Transfer} */ (S.transfer);
  if (event.tone !== cancel || S.samePressTimer !== 0) return;
  log("the caller has stopped the ringing");
  S.cancelledTarget = S.live.length > 0 ? S.live[0].target : "";
  S.live.forEach((attempt) => {
    letGo(attempt);
    cameTo(attempt, "cancelled");
  });
  notConnected();
  if (isRinging()) startTimer("samePressTimer", SAME_PRESS_MS, onSamePressOver);
}

/** From here on a key stops what has begun to ring at once. */
function onSamePressOver() {
  S.samePressTimer = 0;
}

function forgetPress() {
  stopTimer("samePressTimer");
}

/** Whatever came of others before. */
function tellCancelled() {
  if (S.cancelledTarget === null) return;
  S.hopeful = "cancelled";
  S.hopefulTarget = S.cancelledTarget;
  S.cancelledTarget = null;
}

ON_INCOMING.push(watchCallersKeys);
ON_HUNT_BEGUN.push(listenToCaller);
ON_JOINING.push(giveKeysBack);
ON_ATTEMPT_FAILED.push(listenToCaller); // who was about to have the caller could not be joined: the hunt goes on
ON_HUNT_OVER.push(giveKeysBack);
ON_HUNT_OVER.push(forgetPress);
ON_HUNT_OVER.push(tellCancelled);
