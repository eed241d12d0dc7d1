// Calls over the telephone network that show the caller's own number.

/** @param {string} callerId @param {CallPSTNParameters} parameters @returns {CallPSTNParameters} */
function passOn(callerId, parameters) {
  return callerId === S.callersNumber ? Object.assign({ followDiversion: true }, parameters) : parameters;
}

ON_PSTN_CALL.push(passOn);
