// Callers who came over SIP are handed over (SIP REFER): the trunk that the call came from connects them by itself.

/** @typedef {"referring"} ReferPhase */

const MOST_REFERS = 10; // of one call, as the platform allows
const REFUSED_MS = 1000; // after a refusal: by then it is no answer to another request, also where the platform says it twice
const KNOWS_NO_REFER = [405, 501]; // codes of a trunk that hands nobody over

/** One more phase: referring (the trunk is asked to hand the caller over). */
function referState() {
  return {
    mayRefer: false, // the caller came over SIP, and the trunk has an answer to what it is asked
    refers: 0, // how often it was asked
    referTimer: 0,
    wasRefused: false, // the last time
    referAgainTimer: 0,
  };
}

/** @param {_CallAlertingEvent} event */
function watchCallersTrunk(event) {
  const caller = event.call;
  safely("watch the caller's trunk", () => {
    if (caller.clientType() !== "sip") return;
    caller.addEventListener(CallEvents.TransferComplete, onHandedOver);
    caller.addEventListener(CallEvents.TransferFailed, onNotHandedOver);
    S.mayRefer = true;
  });
}

/** In place of calling a target: true if the trunk has been asked. @param {string[]} names */
function handOver(names) {
  const name = names[0];
  const target = TARGETS[name];
  const caller = S.caller;
  if (caller === null || !S.mayRefer || S.refers >= MOST_REFERS) return false;
  if (!("sip" in target) || target.refer !== true || !mayBeRung(target)) return false;
  if (S.wasRefused) {
    startTimer("referAgainTimer", REFUSED_MS, onReferAgain);
    return true;
  }
  const parameters = { to: valueOf(target.sip), headers: sipHeaders(target) };
  S.refers += 1;
  if (!safely("have the caller handed over to " + name, () => caller.transferTo(parameters))) {
    S.mayRefer = false;
    return false;
  }
  S.phase = "referring";
  startTimer("referTimer", target.ringMs, onReferLate);
  logStep(S.way, S.turn, "hand over", name);
  return true;
}

function onReferAgain() {
  S.referAgainTimer = 0;
  S.wasRefused = false;
  dial();
}

/** Nobody is handed over to whom nobody is to be connected: why, is said where it is called. @param {SipTarget} target */
function mayBeRung(target) {
  const dialling = dialSip(target);
  const isFree = dialling.isKnown && !dialling.isDialled && !dialling.isCaller;
  return isFree && S.attempts < MAX_ATTEMPTS && hasGoneRound() === "" && !BEFORE_RINGING.some((ask) => ask(target) !== null);
}

function whomToHandOverTo() {
  return namesOf(S.hunt[S.turn])[0];
}

/** Also later than it was waited for. @param {{ call: Call }} event */
function onHandedOver(event) {
  if (event.call !== S.caller) return;
  if (S.phase === "referring") {
    remember({ target: whomToHandOverTo(), outcome: "connected" });
    logStep(S.way, S.turn, "handed over", whomToHandOverTo());
  }
  endCall("the caller has been handed over", "flow");
}

/** @param {{ call: Call, code: number }} event */
function onNotHandedOver(event) {
  if (event.call !== S.caller || S.phase !== "referring") return; // it was given up
  stopTimer("referTimer");
  S.wasRefused = true;
  if (KNOWS_NO_REFER.includes(event.code)) {
    callInstead("the trunk hands nobody over, code " + event.code);
    return;
  }
  const name = whomToHandOverTo();
  const outcome = OUTCOME_OF_CODE[event.code] || "failed";
  log(name + ": " + outcome + ", code " + event.code);
  S.phase = "ringing";
  attemptFailed({ target: name, outcome: outcome });
  roundOver();
}

function onReferLate() {
  S.referTimer = 0;
  callInstead("the trunk does not say that it has handed the caller over");
}

/** From here on nobody is handed over: what the trunk says would be an answer to which request? @param {string} why */
function callInstead(why) {
  log(whomToHandOverTo() + " is called: " + why);
  S.mayRefer = false;
  S.phase = "ringing";
  dial();
}

/** The hunt has taken too long. What the trunk was asked for cannot be taken back. */
function giveUpHandingOver() {
  stopTimer("referAgainTimer");
  if (S.phase !== "referring") return;
  stopTimer("referTimer");
  S.mayRefer = false;
  const name = whomToHandOverTo();
  log(name + ": unreachable");
  attemptFailed({ target: name, outcome: "unreachable" });
}

/** A leg that ends meanwhile. */
function noteLegGone() {
  if (S.phase === "referring" && S.caller === null) log(whomToHandOverTo() + " has the caller, unless the caller has hung up");
}

ON_INCOMING.push(watchCallersTrunk);
BEFORE_ROUND.push(handOver);
ON_HUNT_OVER.push(giveUpHandingOver);
ON_ENDING.push(noteLegGone);
