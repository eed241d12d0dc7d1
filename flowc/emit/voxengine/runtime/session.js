// The session: begins with the caller, ends with the caller, with the flow or after its longest time.

/** @param {_StartedEvent} event */
function onStarted(event) {
  if (S.controlUrl !== "") return;
  S.controlUrl = event.accessSecureURL;
  S.sessionId = String(event.sessionId);
  safely("make a token", () => {
    S.token = uuidgen();
  });
}

/** One session is one caller: whoever comes second, or when the call is over, is rejected. @param {_CallAlertingEvent} event */
function onCallAlerting(event) {
  const call = event.call;
  if (call === S.caller) return; // said twice
  if (S.phase !== "new") {
    safely("reject another caller", () => call.reject(486));
    return;
  }
  S.caller = call;
  S.phase = "starting";
  const onTelephoneNetwork = isOnTelephoneNetwork(call);
  S.from = callerName(event.callerid, onTelephoneNetwork);
  S.to = partyName(event.destination, onTelephoneNetwork);
  S.fromAddress = event.fromURI || "";
  S.toAddress = event.toURI || "";
  startTimer("duration", FLOW.maxDurationMs, onLongestTime);
  const watched = safely("watch the caller", () => {
    call.addEventListener(CallEvents.Connected, onCallerConnected);
    call.addEventListener(CallEvents.Disconnected, onCallerGone);
    call.addEventListener(CallEvents.Failed, onCallerGone);
  });
  if (!watched) {
    endCall("nobody would know when the caller has gone");
    return;
  }
  safely("ring", () => call.ring());
  startAgent();
  loadSettings();
}

/**
 * Who was called, or calls: E.164 if it is a telephone number, which the telephone network leaves without its plus; else
 * as it came.
 * @param {unknown} name
 * @param {boolean} onTelephoneNetwork
 */
function partyName(name, onTelephoneNetwork) {
  const written = name === undefined || name === null ? "" : String(name).trim();
  return onTelephoneNetwork && /^[1-9][0-9]{6,14}$/.test(written) ? "+" + written : written;
}

/** Who calls; empty if that is withheld. @param {unknown} name @param {boolean} onTelephoneNetwork */
function callerName(name, onTelephoneNetwork) {
  const caller = partyName(name, onTelephoneNetwork);
  const word = caller.toLowerCase();
  const withheld = onTelephoneNetwork
    ? WITHHELD.includes(word)
    : /^(sips?:)?(anonymous|[^@]*@anonymous\.invalid|anonymous@.*)$/.test(word);
  return withheld ? "" : caller;
}

/** @param {Call} call */
function isOnTelephoneNetwork(call) {
  let type = "";
  safely("learn how the caller calls", () => {
    type = call.clientType();
  });
  return type === "pstn";
}

/** A SIP address, to compare it with another: without what may follow it, and without the usual port. @param {string} uri */
function addressOf(uri) {
  const address = uri.toLowerCase().replace(/[;?].*$/, "");
  const port = /^sips:/.test(address) ? /:5061$/ : /:5060$/;
  return address.replace(port, "").replace(/^sips?:/, "");
}

/** The caller is answered when there is somebody, or something, to listen to. */
function answerCaller() {
  const caller = S.caller;
  if (S.answering) return;
  S.answering = true;
  startTimer("answer", AGENT_START_MS, onAnswerLate);
  if (caller === null || !safely("answer", () => caller.answer())) endCall("the caller could not be answered");
}

/** @param {_ConnectedEvent} event */
function onCallerConnected(event) {
  if (event.call !== S.caller || S.answered || S.phase === "ended") return;
  S.answered = true;
  stopTimer("answer");
  if (S.agent !== null) giveCallerToAgent();
  else run(AGENT.unavailable, "agent unavailable");
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
  S.caller = null;
  if (S.notifying > MAX_ACTIVE_HTTP) startTimer("end", NOTIFY_MS, endSession);
  else endSession();
}

/** The platform still delivers the requests that are under way, but none that waits for its turn. */
function endSession() {
  stopTimer("end");
  safely("end the session", () => VoxEngine.terminate());
}

VoxEngine.addEventListener(AppEvents.Started, onStarted);
VoxEngine.addEventListener(AppEvents.CallAlerting, onCallAlerting);
VoxEngine.addEventListener(AppEvents.HttpRequest, onHttpRequest);
