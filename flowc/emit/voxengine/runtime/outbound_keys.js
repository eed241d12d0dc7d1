// Keys that somebody presses whom we have called, before it is found out whether a person has answered.

/** Nobody has listened for them. */
function passOverEarlyKeys() {
  if (S.isOutbound) passOverOthersKeys();
}

ON_CALLER_CONNECTED.push(passOverEarlyKeys);
