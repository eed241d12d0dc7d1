// The caller's own number as a caller ID.

/** @typedef {{ caller: {} }} CallersNumber */

function callersNumberState() {
  return {
    callersNumber: "", // empty if it must not be shown
  };
}

/** The platform shows the number of a call that came in over the telephone network, and no name. @param {_CallAlertingEvent} event */
function readCallersNumber(event) {
  if (isOnTelephoneNetwork(event.call) && /^\+[1-9][0-9]{6,14}$/.test(S.from)) S.callersNumber = S.from;
}

function callersNumber() {
  return S.callersNumber;
}

ON_INCOMING.push(readCallersNumber);
