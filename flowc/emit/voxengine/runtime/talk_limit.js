// A limit for a conversation: when it is over, it is as if the person had hung up.

/** A limit begins: true if there is something else to come before its end. @type {((transfer: Transfer, limitMs: number) => boolean)[]} */
const ON_TALK_LIMIT = [];

function talkLimitState() {
  return {
    talkTimer: 0,
  };
}

/** From when they are joined, also while the caller is on hold. */
function beginTalkLimit() {
  const transfer = S.transfer;
  if (transfer === null || transfer.talkLimitMs === undefined) return;
  const limitMs = transfer.talkLimitMs;
  if (!ON_TALK_LIMIT.some((begin) => begin(transfer, limitMs))) startTimer("talkTimer", limitMs, onTalkLimit);
}

function onTalkLimit() {
  S.talkTimer = 0;
  log("they have talked for as long as they may");
  S.live.forEach(endTalk);
}

/** A leg that is hung up is there for a moment still, and hears nothing any more. @param {LiveAttempt} attempt */
function endTalk(attempt) {
  const caller = S.caller;
  if (caller !== null) safely("take the caller from the person", () => VoxEngine.stopMediaBetween(caller, attempt.leg));
  letGo(attempt);
  afterTalk(undefined);
}

function stopTalkLimit() {
  stopTimer("talkTimer");
}

ON_JOINED.push(beginTalkLimit);
ON_FORGOTTEN.push(stopTalkLimit);
