// What caller and person hear a minute before their time is over.

const WARNED_MS = 60000;

/** @param {Transfer} transfer @param {number} limitMs */
function beginWithWarning(transfer, limitMs) {
  if (transfer.warning === undefined) return false;
  startTimer("talkTimer", limitMs - WARNED_MS, onTalkWarning);
  return true;
}

function onTalkWarning() {
  startTimer("talkTimer", WARNED_MS, onTalkLimit);
  if (S.transfer !== null && S.transfer.warning !== undefined) warnBoth(S.transfer.warning);
}

ON_TALK_LIMIT.push(beginWithWarning);
