// Calls that are placed: the session is started with data, which say who is called. Whoever takes the call is the caller
// from there on.

/** @typedef {{ data: Record<string, Parameter>, connects?: boolean, steps: Step[] }} Outbound */

/** Nobody is called, for what is wrong with the data. @type {((why: string) => void)[]} */
const ON_DATA_REFUSED = [];

const WITHOUT_DATA_MS = 5000; // a call that comes in does so at once

function outboundState() {
  return {
    isOutbound: false,
    /** What the call was started with. @type {Values} */
    data: {},
    dataTimer: 0,
  };
}

/** With data a call is placed; without, one is about to come in. */
function onStartedWithData() {
  if (S.phase !== "new" || S.dataTimer !== 0) return;
  let written = "";
  safely("read the data", () => {
    written = VoxEngine.customData();
  });
  if (written === "") startTimer("dataTimer", WITHOUT_DATA_MS, onNoData);
  else placeCall(written);
}

function onNoData() {
  refuseData("there are none, and nobody calls");
}

function onCallInstead() {
  stopTimer("dataTimer");
}

/** @param {string} written */
function placeCall(written) {
  const data = parsed(written);
  const complaint = data === null ? "they are no JSON object" : readParameters(OUTBOUND.data, data, S.data);
  if (complaint !== "") {
    refuseData(complaint);
    return;
  }
  S.isOutbound = true;
  beginCall();
  beginSteps(OUTBOUND.steps, "outbound");
  ON_SETTINGS_NEEDED.forEach((load) => load());
}

/** Nobody is called. @param {string} why */
function refuseData(why) {
  log("nobody is called, for what is wrong with the data: " + why);
  ON_DATA_REFUSED.forEach((note) => note(why));
  if (!ON_SESSION_END.some((outlives) => outlives())) endSession();
}

/** Whoever takes the call is the caller: nobody else is on the line. @param {LiveAttempt} attempt */
function becomeCaller(attempt) {
  const answered = S.transfer === null ? undefined : S.transfer.answered;
  if (answered === undefined) return false;
  const { target, leg } = attempt;
  forgetAttempt(attempt);
  ON_HUNT_OVER.forEach((finish) => finish());
  logStep(S.way, S.turn, "connected", target);
  ON_TRIED.forEach((note) => note({ target: target, outcome: "connected" }));
  S.tried = []; // of those who were called for nobody
  S.answered = true;
  S.phase = "steps";
  safely("keep the line", () => leg.removeEventListener(CallEvents.Connected, onLegConnected));
  if (!watchCaller(leg)) return true;
  ON_CALLER_CONNECTED.forEach((note) => note());
  run(answered, S.way + ": answered");
  return true;
}

ON_INCOMING.push(onCallInstead);
ON_JOIN.push(becomeCaller);
VoxEngine.addEventListener(AppEvents.Started, onStartedWithData);
