// Keys that the caller pressed while nobody listened for them: they were for somebody else, or for nobody.

function othersKeysState() {
  return {
    /** Runs while something may still be reported that was pressed meanwhile. */
    othersKeysTimer: 0,
  };
}

/** What was pressed while nobody listened may still be reported, for as long as one press is. */
function passOverOthersKeys() {
  startTimer("othersKeysTimer", SAME_PRESS_MS, onOthersKeysOver);
}

function onOthersKeysOver() {
  S.othersKeysTimer = 0;
}

/**
 * The signal of a press comes at once, all other reports after it: of what was pressed before nothing else is to come. Behind
 * a report there may be another one of the same press.
 * @param {_ToneReceivedEvent} event
 */
function isOthersKey(event) {
  if (S.othersKeysTimer === 0 || event.type === String(DTMFType.TELEPHONE_EVENT)) return false;
  passOverOthersKeys();
  return true;
}

ON_KEY_REPORTED.push(isOthersKey);
