// What caller and person hear a minute before their time is over. Then they are joined again, whatever becomes of it.

const WARNED_MS = 60000;

/** @param {Transfer} transfer @param {number} limitMs */
function beginWithWarning(transfer, limitMs) {
  if (transfer.warning === undefined) return false;
  startTimer("talkTimer", limitMs - WARNED_MS, onTalkWarning);
  return true;
}

function onTalkWarning() {
  const warning = S.transfer === null || S.transfer.warning === undefined ? "" : S.transfer.warning;
  startTimer("talkTimer", WARNED_MS, onTalkLimit);
  const why = speak(warning, goOnTalking, false);
  if (why === "") {
    log("both hear " + warning);
    S.live.forEach(warnToo);
    return;
  }
  cannotSay(S.position - 1, warning, why);
  if (S.player === null) goOnTalking(); // else what is heard goes on
}

/** @param {LiveAttempt} attempt */
function warnToo(attempt) {
  const player = S.player;
  if (player !== null) safely("warn " + attempt.target, () => player.sendMediaTo(attempt.leg));
}

function goOnTalking() {
  S.live.forEach(joinAgain);
}

/** Whoever is on hold hears on what there is to hear then. @param {LiveAttempt} attempt */
function joinAgain(attempt) {
  const caller = S.caller;
  const transfer = S.transfer;
  if (caller === null) return;
  if (attempt.state === "held") {
    if (transfer !== null && !ON_RINGING.some((play) => play(transfer))) playRingback();
  } else if (!safely("join the caller with the person again", () => VoxEngine.sendMediaBetween(caller, attempt.leg))) {
    endTalk(attempt);
  }
}

ON_TALK_LIMIT.push(beginWithWarning);
