// Keys that the caller presses while somebody has the caller.

/** From here on keys go to whom they are meant for: a bridge does not carry them while they are listened for. */
function giveKeysBack() {
  const caller = S.caller;
  if (!S.listensToCaller || caller === null) return;
  S.listensToCaller = false;
  safely("listen for the caller's keys no more", () => caller.handleTones(false));
}

ON_JOINING.push(giveKeysBack);
