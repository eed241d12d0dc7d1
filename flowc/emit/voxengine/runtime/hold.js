// A person whose phone has more keys than digits puts the caller on hold, or wants to send the caller somewhere else.

/** Whether something is heard that hold does not end. @type {(() => boolean)[]} */
const GOES_ON = [];

/** @param {Call} leg */
function watchPhone(leg) {
  safely("watch a phone", () => {
    // First, so that whoever is heard to hold is heard to be back.
    leg.addEventListener(CallEvents.OffHold, onOffHold);
    leg.addEventListener(CallEvents.OnHold, onHold);
    leg.addEventListener(CallEvents.BlindTransferRequested, onTransferRequested);
    leg.addEventListener(CallEvents.Connected, keepTransfers);
  });
}

/** @param {{ call: Call }} event */
function onHold(event) {
  const attempt = S.live.find((each) => each.leg === event.call);
  if (attempt === undefined) return;
  attempt.holds = true;
  putOnHold(attempt);
}

/** Until the person is back, the caller hears what is heard while it rings. @param {LiveAttempt} attempt */
function putOnHold(attempt) {
  const caller = S.caller;
  if (attempt.state !== "joined" || caller === null) return;
  attempt.state = "held";
  log(attempt.target + " has put the caller on hold");
  safely("take the caller from the person", () => VoxEngine.stopMediaBetween(caller, attempt.leg));
  ON_UNHEARD.forEach((note) => note(attempt.leg));
  if (GOES_ON.some((isHeard) => isHeard())) return;
  hearThatItRings();
}

/** @param {{ call: Call }} event */
function onOffHold(event) {
  const attempt = S.live.find((each) => each.leg === event.call);
  const caller = S.caller;
  if (attempt === undefined) return;
  attempt.holds = false;
  if (attempt.state !== "held" || caller === null) return;
  attempt.state = "joined";
  log(attempt.target + " is back with the caller");
  if (GOES_ON.some((isHeard) => isHeard())) return; // both are joined again when it is over
  const bridged = safely("return the caller to the person", () => VoxEngine.sendMediaBetween(caller, attempt.leg));
  ON_HEARD.forEach((note) => note(attempt.leg));
  stopPlayer();
  if (bridged) return;
  letGo(attempt);
  legGone(attempt, "failed", undefined);
}

/** The platform would call whomever the phone names. @param {{ call: Call }} event */
function keepTransfers(event) {
  const attempt = S.live.find((each) => each.leg === event.call);
  if (attempt === undefined) return;
  safely("keep a phone from transferring the caller", () => event.call.handleBlindTransfer(true));
}

/** The flow alone says where a call goes. @param {{ call: Call }} event */
function onTransferRequested(event) {
  const attempt = S.live.find((each) => each.leg === event.call);
  if (attempt === undefined) return;
  log("a person wants to transfer the caller: declined");
  safely("decline a transfer", () => event.call.notifyBlindTransferFailed(603, "Declined"));
}

/** A phone that was put on hold before it had the caller. @param {LiveAttempt} attempt */
function keepOnHold(attempt) {
  if (attempt.holds) putOnHold(attempt);
}

ON_JOINED.push(keepOnHold);
