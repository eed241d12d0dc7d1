// The session: begins with the caller, ends with the caller, with the flow or after its longest time.

/** @param {_StartedEvent} event */
function onStarted(event) {
  if (S.token !== "") return;
  S.controlUrl = event.accessSecureURL;
  S.sessionId = String(event.sessionId);
  S.token = uuidgen();
}

/** @param {_CallAlertingEvent} event */
function onCallAlerting(event) {
  if (S.caller !== null) {
    attempt("reject a second caller", () => event.call.reject(486));
    return;
  }
  S.caller = event.call;
  S.from = String(event.callerid || "");
  S.to = String(event.destination || "");
  event.call.addEventListener(CallEvents.Connected, onCallerConnected);
  event.call.addEventListener(CallEvents.Disconnected, onCallerGone);
  event.call.addEventListener(CallEvents.Failed, onCallerGone);
  attempt("ring", () => event.call.ring());
  startTimer("duration", FLOW.maxDurationMs, onLongestTime);
  startAgent();
  loadSettings();
}

/** The caller is answered when there is somebody, or something, to listen to. */
function answerCaller() {
  const caller = S.caller;
  if (S.answering) return;
  S.answering = true;
  startTimer("answer", AGENT_START_MS, onAnswerLate);
  if (caller === null || !attempt("answer", () => caller.answer())) endCall("the caller could not be answered");
}

/** @param {_ConnectedEvent} event */
function onCallerConnected(event) {
  if (event.call !== S.caller || S.answered || S.phase === "ended") return;
  S.answered = true;
  stopTimer("answer");
  if (S.agent !== null) giveCallerToAgent();
  else run(AGENT.unavailable);
}

function onAnswerLate() {
  S.timers.answer = 0;
  if (!S.answered) endCall("the caller could not be answered");
}

/** @param {{ call: Call }} event */
function onCallerGone(event) {
  if (event.call !== S.caller) return;
  S.caller = null;
  endCall("the caller has hung up");
}

function onLongestTime() {
  S.timers.duration = 0;
  endCall("the longest time of a call is over");
}

/** Releases every leg, the agent and every timer. @param {string} reason */
function endCall(reason) {
  if (S.phase === "ended") return;
  S.phase = "ended";
  log("call ends: " + reason);
  Object.keys(S.timers).forEach((name) => stopTimer(/** @type {keyof typeof S.timers} */ (name)));
  stopPlayer();
  closeAgent();
  if (S.leg !== null) hangUp(S.leg);
  if (S.caller !== null) hangUp(S.caller);
  S.leg = null;
  if (S.notifying > MAX_ACTIVE_HTTP) startTimer("end", NOTIFY_MS, endSession);
  else endSession();
}

/** The platform still delivers the requests that are under way, but none that waits for its turn. */
function endSession() {
  stopTimer("end");
  VoxEngine.terminate();
}

VoxEngine.addEventListener(AppEvents.Started, onStarted);
VoxEngine.addEventListener(AppEvents.CallAlerting, onCallAlerting);
VoxEngine.addEventListener(AppEvents.HttpRequest, onHttpRequest);
