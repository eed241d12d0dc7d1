// Keys that the caller presses while somebody has the caller.

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

ON_JOINING.push(giveKeysBack);
ON_ATTEMPT_FAILED.push(takeKeysAgain);
ON_TALK_OVER.push(takeKeysAgain);
