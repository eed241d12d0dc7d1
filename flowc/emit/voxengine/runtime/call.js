// The call: begins with the caller, ends with the caller, with the flow or after its longest time.

/**
 * @typedef {{ name: string, contract: string, tokenRequired: boolean, maxDurationMs: number, warning?: string, skew?: string,
 *   report?: string, voice?: string, country?: string }} Flow
 * @typedef {"caller" | "hang_up" | "flow" | "limit" | "platform"} Ender which is by a step `hang_up`, or otherwise by the flow
 * @typedef {Call | Player | AgentClient} Heard
 * @typedef {"new" | "starting" | "talking" | "leaving" | "steps" | "ended"} CallPhase
 */

/** The caller's call has come in. @type {((event: _CallAlertingEvent) => void)[]} */
const ON_INCOMING = [];
/** With what a call begins. @type {(() => void)[]} */
const ON_CALL = [];
/** The caller is about to hear the agent. @type {(() => void)[]} */
const ON_AGENT_HEARD = [];
/** The caller is connected. @type {(() => void)[]} */
const ON_CALLER_CONNECTED = [];
/** The call is about to end: what has to happen all the same. @type {((by: Ender) => void)[]} */
const ON_ENDING = [];
/** The call ends: who holds something lets go of it. @type {(() => void)[]} */
const ON_ENDED = [];
/** The caller hears this from now on. @type {((unit: Heard) => void)[]} */
const ON_HEARD = [];
/** The caller does not hear this any more. @type {((unit: Heard) => void)[]} */
const ON_UNHEARD = [];
/** Whether the session has to outlive its call: the first part that says so ends it. @type {(() => boolean)[]} */
const ON_SESSION_END = [];

/**
 * Phases: new, starting (the agent), talking (with the agent), leaving (an action waits for the agent's last words),
 * steps (of the flow), ended.
 */
function callState() {
  return {
    /** @type {Phase} */
    phase: "new",
    controlUrl: "",
    sessionId: "",
    token: "",
    /** @type {Call | null} */
    caller: null,
    answering: false,
    answered: false,
    durationTimer: 0,
    answerTimer: 0,
  };
}

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
  ON_INCOMING.forEach((comesIn) => comesIn(event));
  startTimer("durationTimer", FLOW.maxDurationMs, onLongestTime);
  const watched = safely("watch the caller", () => {
    call.addEventListener(CallEvents.Connected, onCallerConnected);
    call.addEventListener(CallEvents.Disconnected, onCallerGone);
    call.addEventListener(CallEvents.Failed, onCallerGone);
  });
  if (!watched) {
    ON_SETTINGS_NEEDED.forEach((load) => load()); // that the call is over may have to be told
    endCall("nobody would know when the caller has gone");
    return;
  }
  safely("ring", () => call.ring());
  ON_CALL.forEach((begin) => begin());
  ON_SETTINGS_NEEDED.forEach((load) => load());
}

/** The caller is answered when there is somebody, or something, to listen to. */
function answerCaller() {
  const caller = S.caller;
  if (S.answering) return;
  S.answering = true;
  startTimer("answerTimer", AGENT_START_MS, onAnswerLate);
  if (caller === null || !safely("answer", () => caller.answer())) endCall("the caller could not be answered");
}

/** @param {_ConnectedEvent} event */
function onCallerConnected(event) {
  if (event.call !== S.caller || S.answered || S.phase === "ended") return;
  S.answered = true;
  stopTimer("answerTimer");
  ON_CALLER_CONNECTED.forEach((note) => note());
  if (S.agent !== null) giveCallerToAgent();
  else nextStep();
}

function onAnswerLate() {
  S.answerTimer = 0;
  if (!S.answered) endCall("the caller could not be answered");
}

/** @param {{ call: Call }} event */
function onCallerGone(event) {
  if (event.call !== S.caller) return;
  S.caller = null;
  endCall("the caller has hung up", "caller");
}

function onLongestTime() {
  S.durationTimer = 0;
  endCall("the longest time of a call is over", "limit");
}

/** Releases every leg, the agent and every timer. @param {string} reason @param {Ender} [by] */
function endCall(reason, by = "platform") {
  if (S.phase === "ended") return;
  log("call ends: " + reason);
  ON_ENDING.forEach((finish) => finish(by));
  S.phase = "ended";
  stopAllTimers();
  ON_ENDED.forEach((release) => release());
  if (S.caller !== null) hangUp(S.caller);
  S.caller = null;
  if (!ON_SESSION_END.some((outlives) => outlives())) endSession();
}

function endSession() {
  safely("end the session", () => VoxEngine.terminate());
}

VoxEngine.addEventListener(AppEvents.Started, onStarted);
VoxEngine.addEventListener(AppEvents.CallAlerting, onCallAlerting);
