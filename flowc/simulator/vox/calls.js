// Calls, each with the leg of it that is ours: the caller and the outgoing calls. A leg does nothing by itself; the environment says when it rings, answers,
// fails or hangs up. The platform's own part is here: 60 s without an answer, 50 attempts, 10 unanswered at a time.

const UNANSWERED_LIMIT_MS = 60000;
const WITHOUT_CALLS_LIMIT_MS = 60000;
const ATTEMPT_LIMIT = 50;
const PROGRESSING_LIMIT = 10;
const CALL_TASKS = ["unanswered", "gone", "lateConnected", "answerWins", "connect", "callFails", "referUnsupported", "playbackReplaced", "beeps", "beepTimeout", "voiceEnds", "silenceIsHeard"];

/** `ref` is what its handle stands for, if that is not its id. */
function newCall({ ref, ...fields }) {
  const call = Object.assign(
    {
      id: "", label: "", direction: "", state: "", type: "", number: "", callerid: "", task: null,
      kind: "call", displayName: "", headers: {}, hanging: false, isTooLate: false, isForgotten: false, answersLate: false, rung: false, early: false, rings: false, sendsEarly: false,
      tones: false, toneType: 0, connectedAt: null, record: null, detector: null, refers: 0, referring: false, customData: "",
      answersAs: null, beep: null, speaking: false, blindTransfers: false, asksTransfer: false, holds: false, held: 0, pressed: "", refusedWith: 0, ringLimit: UNANSWERED_LIMIT_MS, handle: null, attended: false,
    },
    fields,
  );
  call.handle = makeHandle("Call", ref || call.id);
  sim.units[call.id] = call;
  sim.hearers.push(call.id);
  cancelTasks("withoutCalls", "session");
  sim.counts.attempts += 1;
  const progressing = unitsOf("call").filter((other) => isUnanswered(other) && other.direction === "outgoing");
  if (sim.counts.attempts > ATTEMPT_LIMIT || progressing.length > PROGRESSING_LIMIT) {
    addTask(0, "callFails", call.id, { code: 403, reason: "Call limit reached" });
  } else if (call.ringLimit !== null) {
    addTask(call.ringLimit, "unanswered", call.id);
  }
  return call;
}

function isUnanswered(call) {
  return call.state === "ALERTING" || call.state === "PROGRESSING";
}

function emitCall(call, event, payload) {
  emit("CallEvents", event, call.id, payload, { call: call.handle, id: call.handle.ref });
}

function connectCall(call) {
  call.state = "CONNECTED";
  call.connectedAt = sim.now;
  call.answersLate = call.hanging || call.isTooLate;
  cancelTasks("unanswered", call.id);
  note({ t: sim.now, event: "connected", leg: call.label, call: call.handle.ref });
  if (call.type === "queue") tellReached(call);
  else {
    if (!call.sendsEarly) emitCall(call, "AudioStarted", {});
    emitCall(call, "Connected", { headers: {} });
  }
  const detector = detectorOf(call);
  if (detector !== null) startDetection(detector);
}

/** No SIP code: a Q.850 cause on SIP, and 10 on the telephone network (F: published session logs of 2026). */
function internalCode(call) {
  return call.type === "sip" ? 16 : 10;
}

/** Ends a leg with `Failed` or `Disconnected`. */
function endCall(call, event, code, reason) {
  call.state = "TERMINATED";
  cancelAllTasks(CALL_TASKS, call.id);
  for (const unit of Object.values(sim.units)) if (unit.call === call.id && unit.state === "playing") stopPlayer(unit);
  dropMedia(call);
  const detector = detectorOf(call);
  if (detector !== null) detected(detector, "CALL_ENDED", {});
  const live = unitsOf("call").some((other) => other.state !== "TERMINATED");
  if (!live && !sim.tasks.some((task) => task.kind === "withoutCalls")) addTask(WITHOUT_CALLS_LIMIT_MS, "withoutCalls", "session");
  tellQueues(call, "first");
  if (event === "Failed") {
    note({ t: sim.now, event: "failed", leg: call.label, call: call.handle.ref, code, reason });
    if (call.type === "queue" && call.connectedAt === null) tellQueueOver(call, code);
    else emitCall(call, "Failed", { code, reason });
  } else {
    const duration = call.connectedAt === null ? 0 : secondsSince(call.connectedAt);
    note({ t: sim.now, event: "disconnected", leg: call.label, call: call.handle.ref, code, reason });
    emitCall(call, "Disconnected", { internalCode: internalCode(call), reason, duration, cost: 0, direction: call.direction });
  }
  tellQueues(call, "after");
  endRecord(call);
  passCallerOn();
}

TASKS.connect = (id) => connectCall(sim.units[id]);
TASKS.lateConnected = (id) => connectCall(sim.units[id]);
TASKS.answerWins = function (id) {
  const call = sim.units[id];
  call.hanging = false; // the hang-up came too late: it concerned a leg that rings
  call.isTooLate = true;
  connectCall(call);
};
TASKS.callFails = (id, { code, reason }) => endCall(sim.units[id], "Failed", code, reason);
TASKS.rejected = (id, { code }) => endCall(sim.units[id], sim.options.reject_event, code, "Rejected");
TASKS.gone = function (id) {
  const call = sim.units[id];
  if (call.direction === "outgoing" && isUnanswered(call)) endCall(call, "Failed", sim.options.cancel_code, "Request Terminated");
  else endCall(call, "Disconnected", 200, "Normal termination");
};
TASKS.unanswered = function (id) {
  const call = sim.units[id];
  if (call.direction === "outgoing") endCall(call, "Failed", 408, "Request Timeout");
  else endCall(call, sim.options.abandoned, 408, "Request Timeout");
};
TASKS.withoutCalls = function () {
  note({ t: sim.now, event: "platform_limit", limit: "60 s without calls" });
  sim.ending = sim.ending || { reason: "no_calls" };
};

Object.assign(IMPLEMENTATION, {
  "Call.answer"(call, extraHeaders) {
    if (isOver("Call.answer", call)) return;
    checkHeaders("Call.answer", extraHeaders);
    if (call.direction === "outgoing" || call.state !== "ALERTING") throw misuse(`Call.answer: ${call.label} is not an unanswered incoming call`);
    note({ t: sim.now, event: "answer", leg: call.label });
    cancelTasks("connect", call.id);
    addTask(sim.options.answer_ms, "connect", call.id);
  },
  "Call.reject"(call, code, extraHeaders) {
    if (isOver("Call.reject", call)) return;
    checkHeaders("Call.reject", extraHeaders);
    if (call.state !== "ALERTING") throw misuse(`Call.reject: ${call.label} is not an unanswered incoming call`);
    if (!(code >= 300 && code <= 699)) throw misuse(`Call.reject: ${code} is not a SIP code of class 3 to 6`);
    note({ t: sim.now, event: "reject", leg: call.label, code });
    if (sim.options.reject_event !== "none" || call.id !== "caller") addTask(0, "rejected", call.id, { code });
  },
  "Call.ring"(call, extraHeaders) {
    if (isOver("Call.ring", call)) return;
    checkHeaders("Call.ring", extraHeaders);
    if (call.state !== "ALERTING") throw misuse(`Call.ring: ${call.label} is not an unanswered incoming call`);
    call.rung = true;
    note({ t: sim.now, event: "ring", leg: call.label });
  },
  "Call.startEarlyMedia"(call, extraHeaders) {
    if (isOver("Call.startEarlyMedia", call)) return;
    checkHeaders("Call.startEarlyMedia", extraHeaders);
    if (call.state !== "ALERTING") throw misuse(`Call.startEarlyMedia: ${call.label} is not an unanswered incoming call`);
    call.early = true;
    note({ t: sim.now, event: "early_media", leg: call.label });
  },
  "Call.hangup"(call, extraHeaders) {
    if (isOver("Call.hangup", call)) return;
    checkHeaders("Call.hangup", extraHeaders);
    note({ t: sim.now, event: "hangup", leg: call.label, call: call.handle.ref });
    if (call.hanging) return;
    call.hanging = true;
    passCallerOn();
    if (sim.options.hangup === "manual") return;
    if (sim.options.hangup_events === "at_once") {
      TASKS.gone(call.id);
      return;
    }
    const unanswered = call.direction === "outgoing" && isUnanswered(call);
    if (unanswered && sim.options.answer_wins) {
      addTask(sim.options.hangup_ms, "answerWins", call.id);
      return;
    }
    const late = unanswered && sim.options.late_connected;
    if (late) addTask(sim.options.hangup_ms, "lateConnected", call.id);
    addTask(sim.options.hangup_ms, "gone", call.id);
  },
  "Call.id": (call) => call.handle.ref,
  "Call.state": (call) => call.state,
  "Call.callerid": (call) => call.callerid,
  "Call.displayName": (call) => call.displayName,
  "Call.number": (call) => call.number,
  "Call.incoming": (call) => call.direction === "incoming",
  "Call.clientType": (call) => call.type,
  "Call.customData"(call, customData) {
    if (customData !== undefined && customData !== null) call.customData = shortText("Call.customData", customData);
    return call.customData;
  },
});
