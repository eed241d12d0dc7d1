// Whoever has taken a call that was placed may have a phone with more keys than digits: it sends us nowhere else.

/** @param {Call} caller */
function keepCallersTransfers(caller) {
  safely("keep the phone from transferring us", () => {
    caller.addEventListener(CallEvents.BlindTransferRequested, onCallersTransfer);
    caller.handleBlindTransfer(true);
  });
}

/** The flow alone says where a call goes. @param {{ call: Call }} event */
function onCallersTransfer(event) {
  if (event.call !== S.caller) return;
  log("who is on the line wants to transfer us: declined");
  safely("decline a transfer", () => event.call.notifyBlindTransferFailed(603, "Declined"));
}

ON_CALLER.push(keepCallersTransfers);
