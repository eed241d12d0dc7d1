// Headers that name who is called, or as whom: that is the phone that they are sent to, which is about to ring.

/** @param {SipTarget} target */
function nameWhoIsDialled(target) {
  Object.keys(TARGETS)
    .filter((name) => TARGETS[name] === target)
    .forEach(nameParties);
}

ON_SIP_HEADERS.unshift(nameWhoIsDialled);
