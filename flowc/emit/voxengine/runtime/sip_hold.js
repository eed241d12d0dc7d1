// SIP phones have keys for hold and transfer.

/** @param {string} name @param {Call} leg */
function watchSipPhone(name, leg) {
  if ("sip" in TARGETS[name]) watchPhone(leg);
}

ON_DIALLED.push(watchSipPhone);
