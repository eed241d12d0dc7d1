// Apps have the keys of a SIP phone: hold, and transfer.

/** @param {string} name @param {Call} leg */
function watchApp(name, leg) {
  if ("user" in TARGETS[name]) watchPhone(leg);
}

ON_DIALLED.push(watchApp);
