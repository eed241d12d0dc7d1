// Apps have the keys of a SIP phone: hold, and transfer.

/** @param {string} name @param {Call} leg */
function watchApp(name, leg) {
  if (!("user" in TARGETS[name])) return;
  safely("watch an app", () => {
    leg.addEventListener(CallEvents.OnHold, onHold);
    leg.addEventListener(CallEvents.OffHold, onOffHold);
    leg.addEventListener(CallEvents.BlindTransferRequested, onTransferRequested);
    leg.addEventListener(CallEvents.Connected, keepTransfers);
  });
}

ON_DIALLED.push(watchApp);
