// The call: begins with the caller, ends with the caller, with the flow or after its longest time.

/**
 * @typedef {{ name: string, contract?: string, tokenRequired?: boolean, maxDurationMs: number, warning?: string, skew?: string,
 *   report?: string, voice?: string, country?: string }} Flow
 * @typedef {"caller" | "hang_up" | "flow" | "limit" | "platform"} Ender which is by a step `hang_up`, or otherwise by the flow
 * @typedef {"new" | "starting" | "talking" | "leaving" | "steps" | "ended"} CallPhase
 */

/** The session begins. @type {((event: _StartedEvent) => void)[]} */
const ON_STARTED = [];
/** The caller's call has come in. @type {((event: _CallAlertingEvent) => void)[]} */
const ON_INCOMING = [];
/** A call begins, whoever calls. @type {(() => void)[]} */
const ON_BEGUN = [];
/** The caller's leg is known. @type {((caller: Call) => void)[]} */
const ON_CALLER = [];
/** Settings will be needed soon. @type {(() => void)[]} */
const ON_SETTINGS_NEEDED = [];
/** With what a call begins that comes in. @type {(() => void)[]} */
const ON_CALL = [];
/** The caller is connected. @type {(() => void)[]} */
const ON_CALLER_CONNECTED = [];
/** Whether somebody is there for a caller who was just connected: else the steps go on. @type {(() => boolean)[]} */
const ON_CALLER_THERE = [];
/** The call is about to end: what has to happen all the same. @type {((by: Ender) => void)[]} */
const ON_ENDING = [];
/** The call ends: who holds something lets go of it. @type {(() => void)[]} */
const ON_ENDED = [];
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
    sessionId: "",
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
  if (S.sessionId !== "") return;
  S.sessionId = String(event.sessionId);
  ON_STARTED.forEach((note) => note(event));
}

/** One session is one caller: whoever comes second, or when the call is over, is rejected. @param {_CallAlertingEvent} event */
function onCallAlerting(event) {
  const call = event.call;
  if (call === S.caller) return; // said twice
  if (S.phase !== "new") {
    safely("reject another caller", () => call.reject(486));
    return;
  }
  S.phase = "starting";
  ON_INCOMING.forEach((comesIn) => comesIn(event));
  beginCall();
  if (!watchCaller(call)) return;
  safely("ring", () => call.ring());
  ON_CALL.forEach((begin) => begin());
  ON_SETTINGS_NEEDED.forEach((load) => load());
}

function beginCall() {
  ON_BEGUN.forEach((begin) => begin());
  startTimer("durationTimer", FLOW.maxDurationMs, onLongestTime);
}

/** This is the caller. Where nobody would know when that one has gone, the call ends. @param {Call} call */
function watchCaller(call) {
  S.caller = call;
  ON_CALLER.forEach((listen) => listen(call));
  const watched = safely("watch the caller", () => {
    call.addEventListener(CallEvents.Connected, onCallerConnected);
    call.addEventListener(CallEvents.Disconnected, onCallerGone);
    call.addEventListener(CallEvents.Failed, onCallerGone);
  });
  if (!watched) {
    ON_SETTINGS_NEEDED.forEach((load) => load()); // that the call is over may have to be told
    endCall("nobody would know when the caller has gone");
  }
  return watched;
}

const ANSWER_MS = 10000; // the platform has connected a caller who is answered

/** The caller is answered when there is somebody, or something, to listen to. */
function answerCaller() {
  const caller = S.caller;
  if (S.answering) return;
  S.answering = true;
  startTimer("answerTimer", ANSWER_MS, onAnswerLate);
  if (caller === null || !safely("answer", () => caller.answer())) endCall("the caller could not be answered");
}

/** @param {_ConnectedEvent} event */
function onCallerConnected(event) {
  if (event.call !== S.caller || S.answered || S.phase === "ended") return;
  S.answered = true;
  stopTimer("answerTimer");
  ON_CALLER_CONNECTED.forEach((note) => note());
  if (!ON_CALLER_THERE.some((take) => take())) nextStep();
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
