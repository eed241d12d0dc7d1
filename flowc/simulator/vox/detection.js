// Answering machine detection. A detector listens from `Connected` on, if it was given to the dialling function, or from
// `detect` on, to the leg that sends to it. The environment says what it finds; without that its time runs out. What it
// will find may be said with the answer. A beep is another matter: legs are listened to for one, which ends by itself.

const DETECTION_TIMEOUT_MS = 6500; // typings, AMD.Parameters.timeout: counts after Connected; 0 to 20000
const DETECTION_LIMIT_MS = 20000;
const BEEP_HERTZ = 1371;

/** Gives a detector the leg that it listens to; `automatic` if it starts by itself. */
function assignDetector(handle, call) {
  const detector = unitOf(handle);
  if (detector.call !== null) throw misuse(`AMD: ${detector.id} listens to a call already`);
  detector.call = call.id;
  detector.automatic = true;
  call.detector = detector.id;
}

/** `sendMediaTo` a detector, which is made for one call. */
function listenWith(detector, source) {
  if (source.kind !== "call") throw misuse(`AMD: ${detector.id} listens to calls only, not to ${source.label}`);
  if (detector.call === null) {
    misuse("AMD.create: the `call` parameter is required, the operation is skipped");
    return;
  }
  source.detector = detector.id;
  note({ t: sim.now, event: "media", from: source.label, to: detector.label, replaced: null });
  startDetection(detector);
}

function detectorOf(call) {
  return (call.detector && sim.units[call.detector]) || null;
}

function startDetection(detector) {
  const call = sim.units[detector.call];
  const asked = detector.automatic || detector.promise !== null;
  if (detector.state !== "idle" || !asked || !call || call.state !== "CONNECTED") return;
  detector.state = "detecting";
  note({ t: sim.now, event: "detection", leg: call.label, detector: detector.id, model: detector.model, timeout: detector.timeout });
  const found = call.answersAs === null ? null : call.answersAs.found;
  if (found !== "never") addTask(detector.timeout, "detectionTimeout", detector.id);
  if (isObject(found)) addTask(found.after, "isDetected", detector.id, found);
}

/** A detector's result, as an event and as the value of `detect`. */
function detected(detector, resultClass, details) {
  if (!endDetection(detector)) return;
  const call = sim.units[detector.call];
  note({ t: sim.now, event: "detected", leg: call.label, detector: detector.id, result: resultClass });
  emitDetector(detector, "DetectionComplete", { call: call.handle, callId: call.id, resultClass, ...details });
}

function detectionFails(detector, message) {
  if (!endDetection(detector)) return;
  note({ t: sim.now, event: "detection_failed", leg: sim.units[detector.call].label, detector: detector.id, message });
  if (sim.options.detection !== "rejects") emitDetector(detector, "DetectionError", { callId: detector.call, message });
  else if (detector.promise !== null) settleFromOutside(detector.promise, "rejected", new Error(message));
}

function endDetection(detector) {
  cancelTasks("detectionTimeout", detector.id);
  cancelTasks("isDetected", detector.id);
  if (detector.state !== "detecting") return false;
  detector.state = "done";
  return true;
}

function emitDetector(detector, event, payload) {
  emit("AMD.Events", event, detector.id, payload, { amd: detector.handle });
  if (detector.promise !== null) settleFromOutside(detector.promise, "fulfilled", VALUES["AMD.Events"][event]);
}

TASKS.isDetected = function (id, found) {
  if (found.error) detectionFails(sim.units[id], found.error);
  else detected(sim.units[id], found.result, {});
};
TASKS.detectionTimeout = (id) => detected(sim.units[id], "TIMEOUT", {});

/** Somebody listens for a beep there: it is heard, or not in time, or nobody listens any more. */
function endBeep(call, how) {
  cancelTasks("beeps", call.id);
  cancelTasks("beepTimeout", call.id);
  if (call.beep !== "awaited" || call.state === "TERMINATED") return;
  call.beep = "over";
  note({ t: sim.now, event: "beep", leg: call.label, call: call.handle.ref, how });
  if (how === "error") emitCall(call, "BeepDetectionError", { reason: "beep detection failed" });
  else emitCall(call, "BeepDetectionComplete", how === "heard" ? { frequencies: [BEEP_HERTZ] } : { timeout: how === "not in time" });
}

TASKS.beeps = (id, { how }) => endBeep(sim.units[id], how);
TASKS.beepTimeout = (id) => endBeep(sim.units[id], "not in time");

Object.assign(IMPLEMENTATION, {
  // Reference: CallEnableBeepDetectionParameters, in milliseconds; CallEvents.BeepDetectionComplete: `timeout` is undefined,
  // true or false. How long is waited without a `timeout` is documented nowhere: here for ever.
  "Call.enableBeepDetection"(call, parameters) {
    if (isOver("Call.enableBeepDetection", call)) return;
    if (call.state !== "CONNECTED") throw misuse(`Call.enableBeepDetection: ${call.label} is not connected`);
    const { timeout = null } = parameters || {};
    note({ t: sim.now, event: "beep_detection", leg: call.label, call: call.handle.ref, timeout });
    call.beep = "awaited";
    passCallerOn();
    if (timeout !== null) addTask(timeout, "beepTimeout", call.id);
    const beep = call.answersAs === null ? null : call.answersAs.beep;
    if (beep === "error") addTask(0, "beeps", call.id, { how: "error" });
    else if (typeof beep === "number") addTask(beep, "beeps", call.id, { how: "heard" });
  },
  "Call.disableBeepDetection"(call) {
    if (isOver("Call.disableBeepDetection", call)) return;
    endBeep(call, "off");
  },
  "AMD.create"(parameters) {
    const timeout = parameters.timeout === undefined || parameters.timeout === null ? DETECTION_TIMEOUT_MS : parameters.timeout;
    if (!(timeout >= 0 && timeout <= DETECTION_LIMIT_MS)) throw misuse(`AMD.create: timeout must be from 0 to ${DETECTION_LIMIT_MS} ms`);
    for (const name of Object.keys(parameters.thresholds || {})) {
      const threshold = parameters.thresholds[name];
      if (!(threshold >= 0 && threshold <= 1)) throw misuse(`AMD.create: thresholds: ${name} must be from 0 to 1`);
    }
    const id = `detector-${(sim.counts.detector += 1)}`;
    const handle = makeHandle("AMD.AnsweringMachineDetector", id);
    sim.units[id] = { id, kind: "detector", label: id, state: "idle", call: null, automatic: false, model: parameters.model === undefined ? null : String(parameters.model), timeout, promise: null, handle };
    if (parameters.call) {
      sim.units[id].call = idOf(parameters.call);
      unitOf(parameters.call).detector = id;
    }
    return handle;
  },
  "AMD.AnsweringMachineDetector.detect"(detector) {
    if (detector.promise === null) detector.promise = createPromise();
    // Not in the typings; production code has met it. A detector that was given to a dialling function has its call.
    if (detector.call === null) misuse("AMD.create: the `call` parameter is required, the operation is skipped");
    startDetection(detector);
    return promiseHandle(detector.promise);
  },
  "AMD.AnsweringMachineDetector.id": (detector) => detector.id,
});
