// Keys that the caller presses while somebody has the caller.

function keysGivenBackState() {
  return {
    /** Runs while something may still be reported that was pressed meanwhile. */
    othersKeysTimer: 0,
  };
}

/** From here on keys go to whom they are meant for: a bridge does not carry them while they are listened for. */
function giveKeysBack() {
  const caller = S.caller;
  if (!S.listensToCaller || caller === null) return;
  S.listensToCaller = false;
  safely("listen for the caller's keys no more", () => caller.handleTones(false));
}

/** Nobody has the caller any more, or could not be joined. */
function takeKeysAgain() {
  if (S.listensToCaller || !S.answered) return;
  passOverOthersKeys();
  listenToCaller();
}

/** What was pressed while nobody listened may still be reported, for as long as one press is. */
function passOverOthersKeys() {
  startTimer("othersKeysTimer", SAME_PRESS_MS, onOthersKeysOver);
}

function onOthersKeysOver() {
  S.othersKeysTimer = 0;
}

/**
 * The signal of a press comes at once, all other reports after it: of what was pressed before nothing else is to come.
 * @param {_ToneReceivedEvent} event
 */
function isOthersKey(event) {
  return S.othersKeysTimer !== 0 && event.type !== String(DTMFType.TELEPHONE_EVENT);
}

ON_KEY_REPORTED.push(isOthersKey);
ON_JOINING.push(giveKeysBack);
ON_ATTEMPT_FAILED.push(takeKeysAgain);
ON_TALK_OVER.push(takeKeysAgain);
