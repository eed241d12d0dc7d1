// Legs: the caller and the outgoing calls. A leg does nothing by itself; the environment says when it rings, answers,
// fails or hangs up. The platform's own part is here: 60 s without an answer, 50 attempts, 10 unanswered at a time.

const UNANSWERED_LIMIT_MS = 60000;
const WITHOUT_CALLS_LIMIT_MS = 60000;
const ATTEMPT_LIMIT = 50;
const PROGRESSING_LIMIT = 10;

function newCall(fields) {
  const call = Object.assign(
    {
      kind: "call", displayName: "", headers: {}, hanging: false, rung: false, early: false, sendsEarly: false,
      tones: false, connectedAt: null, record: null, customData: "", handle: null,
    },
    fields,
  );
  call.handle = makeHandle("Call", call.id);
  sim.units[call.id] = call;
  sim.hearers.push(call.id);
  cancelTasks("withoutCalls", "session");
  sim.counts.attempts += 1;
  const progressing = Object.values(sim.units).filter((unit) => unit.kind === "call" && isUnanswered(unit) && unit.direction === "outgoing");
  if (sim.counts.attempts > ATTEMPT_LIMIT || progressing.length > PROGRESSING_LIMIT) {
    addTask(0, "callFails", { unit: call.id, code: 403, reason: "Call limit reached" });
  } else {
    addTask(UNANSWERED_LIMIT_MS, "unanswered", { unit: call.id });
  }
  return call;
}

function dial(type, number, callerid, extra) {
  const id = `call-${(sim.counts.call += 1)}`;
  note("dial", Object.assign({ leg: `leg:${number}`, call: id, type, number, callerid }, extra.headers ? { headers: extra.headers } : {}));
  return newCall(Object.assign({ id, label: `leg:${number}`, direction: "outgoing", type, number, callerid, state: "PROGRESSING" }, extra)).handle;
}

function isUnanswered(call) {
  return call.state === "ALERTING" || call.state === "PROGRESSING";
}

function emitCall(call, event, payload) {
  emit("CallEvents", event, call.id, Object.assign({ call: call.handle, id: call.id }, payload));
}

function connectCall(call) {
  call.state = "CONNECTED";
  call.connectedAt = sim.now;
  cancelTasks("unanswered", call.id);
  note("connected", { leg: call.label, call: call.id });
  if (!call.sendsEarly) emitCall(call, "AudioStarted", {});
  emitCall(call, "Connected", { headers: {} });
}

/** Ends a leg with `Failed` or `Disconnected`. */
function endCall(call, event, code, reason) {
  call.state = "TERMINATED";
  for (const kind of ["unanswered", "gone", "lateConnected", "connect", "callFails"]) cancelTasks(kind, call.id);
  for (const unit of Object.values(sim.units)) if (unit.call === call.id && unit.state === "playing") stopPlayer(unit);
  dropMedia(call);
  const live = Object.values(sim.units).some((unit) => unit.kind === "call" && unit.state !== "TERMINATED");
  if (!live) addTask(WITHOUT_CALLS_LIMIT_MS, "withoutCalls", { unit: "session" });
  if (event === "Failed") {
    note("failed", { leg: call.label, call: call.id, code, reason });
    emitCall(call, "Failed", { code, reason });
  } else {
    const duration = call.connectedAt === null ? 0 : Math.floor((sim.now - call.connectedAt) / 1000);
    note("disconnected", { leg: call.label, call: call.id, code, reason });
    emitCall(call, "Disconnected", { internalCode: code, reason, duration, cost: 0, direction: call.direction });
  }
  if (call.record) {
    const seconds = Math.floor((sim.now - call.record.at) / 1000);
    emitCall(call, "RecordStopped", { url: call.record.url, cost: "0", duration: seconds });
  }
}

TASKS.connect = (task) => connectCall(sim.units[task.unit]);
TASKS.lateConnected = (task) => connectCall(sim.units[task.unit]);
TASKS.callFails = (task) => endCall(sim.units[task.unit], "Failed", task.code, task.reason);
TASKS.rejected = (task) => endCall(sim.units[task.unit], "Disconnected", task.code, "Rejected");
TASKS.gone = function (task) {
  const call = sim.units[task.unit];
  if (call.direction === "outgoing" && isUnanswered(call)) endCall(call, "Failed", sim.options.cancel_code, "Request Terminated");
  else endCall(call, "Disconnected", 200, "Normal termination");
};
TASKS.unanswered = function (task) {
  const call = sim.units[task.unit];
  if (call.direction === "outgoing") endCall(call, "Failed", 408, "Request Timeout");
  else endCall(call, sim.options.abandoned, 408, "Request Timeout");
};
TASKS.withoutCalls = function () {
  note("platform_limit", { limit: "60 s without calls" });
  sim.ending = sim.ending || { reason: "no_calls" };
};
TASKS.recordStarts = function (task) {
  const call = sim.units[task.unit];
  if (call.state !== "TERMINATED") emitCall(call, "RecordStarted", { url: call.record.url });
};

Object.assign(IMPLEMENTATION, {
  "VoxEngine.callPSTN"(number, callerid) {
    if (/\s/.test(callerid)) throw misuse("VoxEngine.callPSTN: callerid has spaces");
    return dial("pstn", number, callerid, {});
  },
  "VoxEngine.callSIP"(to, parameters) {
    const given = parameters || {};
    if (/\s/.test(given.callerid || "")) throw misuse("VoxEngine.callSIP: callerid has spaces");
    return dial("sip", to, given.callerid || "", { headers: Object.assign({}, given.headers), displayName: given.displayName || "" });
  },
  "Call.answer"(call) {
    if (isOver("Call.answer", call)) return;
    if (call.direction === "outgoing" || call.state !== "ALERTING") throw misuse(`Call.answer: ${call.label} is not an unanswered incoming call`);
    note("answer", { leg: call.label });
    cancelTasks("connect", call.id);
    addTask(sim.options.answer_ms, "connect", { unit: call.id });
  },
  "Call.reject"(call, code) {
    if (isOver("Call.reject", call)) return;
    if (call.state !== "ALERTING") throw misuse(`Call.reject: ${call.label} is not an unanswered incoming call`);
    if (!(code >= 300 && code <= 699)) throw misuse(`Call.reject: ${code} is not a SIP code of class 3 to 6`);
    note("reject", { leg: call.label, code });
    addTask(0, "rejected", { unit: call.id, code });
  },
  "Call.ring"(call) {
    if (isOver("Call.ring", call)) return;
    if (call.state !== "ALERTING") throw misuse(`Call.ring: ${call.label} is not an unanswered incoming call`);
    call.rung = true;
    note("ring", { leg: call.label });
  },
  "Call.startEarlyMedia"(call) {
    if (isOver("Call.startEarlyMedia", call)) return;
    if (call.state !== "ALERTING") throw misuse(`Call.startEarlyMedia: ${call.label} is not an unanswered incoming call`);
    call.early = true;
    note("early_media", { leg: call.label });
  },
  "Call.hangup"(call) {
    if (isOver("Call.hangup", call)) return;
    note("hangup", { leg: call.label, call: call.id });
    if (call.hanging) return;
    call.hanging = true;
    if (sim.options.hangup === "manual") return;
    const late = sim.options.late_connected && call.direction === "outgoing" && isUnanswered(call);
    if (late) addTask(sim.options.hangup_ms, "lateConnected", { unit: call.id });
    addTask(sim.options.hangup_ms, "gone", { unit: call.id });
  },
  "Call.say"(call, text) {
    if (isOver("Call.say", call)) return;
    if (call.state !== "CONNECTED" && !call.early) throw misuse(`Call.say: ${call.label} is not connected`);
    send("Call.say", speech(text, call), call);
  },
  "Call.stopPlayback"(call) {
    for (const unit of Object.values(sim.units)) if (unit.call === call.id && unit.state === "playing") stopPlayer(unit);
  },
  "Call.record"(call, parameters) {
    if (isOver("Call.record", call)) return;
    if (parameters.lossless && parameters.hd_audio) throw misuse("Call.record: lossless excludes hd_audio");
    call.record = { at: sim.now, url: `https://records.example/${sim.options.session_id}/${call.id}` };
    note("record", { leg: call.label });
    addTask(0, "recordStarts", { unit: call.id });
  },
  "Call.sendDigits"(call, digits) {
    if (isOver("Call.sendDigits", call)) return;
    if (!/^[0-9*#p]*$/.test(digits)) throw misuse("Call.sendDigits: only 0-9, *, # and p are allowed");
    note("send_digits", { leg: call.label, digits });
  },
  "Call.handleTones"(call, doHandle) {
    if (!isOver("Call.handleTones", call)) call.tones = doHandle;
  },
  "Call.id": (call) => call.id,
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

// What the environment can do to a leg

/** The leg with this id or number: the latest live one, else the latest. */
function findLeg(name) {
  const calls = Object.values(sim.units).filter((unit) => unit.kind === "call" && (unit.id === name || unit.number === name || unit.label === name));
  const outgoing = calls.filter((call) => call.id === name || call.direction === "outgoing").reverse();
  if (outgoing.length === 0) throw impossible(`no leg ${name} has been dialled`);
  return outgoing.find((call) => call.state !== "TERMINATED") || outgoing[0];
}

function mustLive(call, does) {
  if (call.state === "TERMINATED") throw impossible(`${call.label} cannot ${does}: it is over`);
}

function mustProgress(call, does) {
  mustLive(call, does);
  if (!isUnanswered(call)) throw impossible(`${call.label} cannot ${does}: it is connected`);
}

const LEG_EVENTS = {
  ring(call) {
    mustProgress(call, "ring");
    note("ringing", { leg: call.label });
    emitCall(call, "Ringing", {});
  },
  early(call) {
    mustProgress(call, "send early media");
    call.sendsEarly = true;
    note("audio_started", { leg: call.label });
    emitCall(call, "AudioStarted", {});
  },
  answer(call) {
    mustProgress(call, "answer");
    connectCall(call);
  },
  fail(call, event) {
    mustProgress(call, "fail");
    endCall(call, "Failed", event.code, event.reason || "");
  },
  hangup(call) {
    mustLive(call, "hang up");
    if (call.state === "CONNECTED") endCall(call, "Disconnected", 200, "Normal termination");
    else if (call.direction === "incoming") endCall(call, sim.options.abandoned, 487, "Request Terminated");
    else throw impossible(`${call.label} cannot hang up: it is not connected`);
  },
  gone(call) {
    mustLive(call, "confirm a hang-up");
    if (!call.hanging) throw impossible(`${call.label} cannot confirm a hang-up: the scenario has not hung up`);
    TASKS.gone({ unit: call.id });
  },
  digits(call, event) {
    mustLive(call, "press a key");
    for (const tone of event.digits) {
      note("digit", { leg: call.label, digit: tone });
      if (call.tones) emitCall(call, "ToneReceived", { tone, type: "1" });
    }
  },
};
