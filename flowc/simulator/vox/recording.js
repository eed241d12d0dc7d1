// Recordings: of a leg (`Call.record`), which ends with it, and by a recorder, which takes what is sent to it.

const KEPT = "kept recorder"; // it is said for how long
const RECORDER_FAILS_MS = 3000; // of one that fails: it has begun, and somebody speaks

function checkQuality(label, parameters) {
  // typings, BaseRecorderParameters: the two exclude each other
  if (parameters.lossless && parameters.hd_audio) throw misuse(`${label}: lossless excludes hd_audio`);
}

function recordUrl(id) {
  return `https://records.example/${sim.options.session_id}/${id}`;
}

function secondsSince(time) {
  return Math.floor((sim.now - time) / 1000);
}

/** The leg is over, and has said so: RecordStopped comes after Disconnected (typings, CallEvents.RecordStopped). */
function endRecord(call) {
  const recorder = call.record && sim.units[call.record];
  if (!recorder || recorder.state !== "open") return;
  endRecorder(recorder);
  cancelTasks("recorderStarts", recorder.id);
  if (["never", "manual"].includes(sim.options.recorder) || sim.options.recorder_ends === "never") return;
  if (sim.options.recorder_ends === "fails") failRecorder(recorder);
  else tellStopped(recorder);
}

/** How often a recorder says what it says. */
function timesSaid() {
  return sim.options.recorder_ends === "twice" ? 2 : 1;
}

/** What is said of a leg that is recorded, in place of what a recorder says. */
const OF_A_LEG = { Started: "RecordStarted", Stopped: "RecordStopped", RecorderError: "RecordError" };

function emitRecorder(recorder, event, payload) {
  const call = recorder.leg === null ? undefined : sim.units[recorder.leg];
  if (call !== undefined) emitCall(call, OF_A_LEG[event], event === "Stopped" ? { url: recordUrl(recorder.id), ...payload } : payload);
  else emit("RecorderEvents", event, recorder.id, payload, { recorder: recorder.handle });
}

/** That it has begun it may say later than that all is recorded: the two are told of one another by no document. */
function mayBegin(recorder) {
  return !recorder.started && !recorder.hasFailed;
}

/** What may become of a recorder. */
const RECORDER_DOES = { starts: startRecorder, stops: tellStopped, fails: failRecorder };

TASKS.recorderStarts = (id) => startRecorder(sim.units[id]);
TASKS.recorderFails = (id) => failRecorder(sim.units[id]);
TASKS.recorderStopped = (id) => tellStopped(sim.units[id]);

function startRecorder(recorder) {
  if (!mayBegin(recorder)) return;
  recorder.started = true;
  if (sim.options.recorder_pauses === "once_begun") recorder.muted = false;
  note({ t: sim.now, event: "recorder_started", recorder: recorder.id, url: recordUrl(recorder.id) });
  for (let time = 0; time < timesSaid(); time += 1) emitRecorder(recorder, "Started", { url: recordUrl(recorder.id) });
}

/** It records nothing more; that it has stopped it may say later. */
function endRecorder(recorder) {
  recorder.state = "stopping";
  recorder.lasted = secondsSince(recorder.began);
  dropMedia(recorder);
  cancelTasks("recorderFails", recorder.id);
}

function tellStopped(recorder) {
  if (recorder.state === "open") {
    endRecorder(recorder);
    note({ t: sim.now, event: "recorder_ended", recorder: recorder.id }); // by itself
  }
  if (recorder.state !== "stopping") return;
  recorder.state = "stopped";
  for (let time = 0; time < timesSaid(); time += 1) emitRecorder(recorder, "Stopped", { cost: "0", duration: recorder.lasted });
}

function failRecorder(recorder) {
  if (recorder.state === "stopped") return;
  if (recorder.state === "open") endRecorder(recorder);
  note({ t: sim.now, event: "recorder_failed", recorder: recorder.id });
  recorder.state = "stopped";
  recorder.hasFailed = true;
  emitRecorder(recorder, "RecorderError", { error: "recording failed" });
}

/** It hears what is sent to it; or, as one of a leg, what there is in both directions. */
function newRecorder(label, leg, parameters) {
  const id = `recorder-${(sim.counts.recorder += 1)}`;
  const recorder = {
    id, kind: "recorder", label, leg, state: "open", muted: false, started: false, hasFailed: false, began: sim.now, lasted: 0,
    handle: makeHandle("Recorder", id),
  };
  sim.units[id] = recorder;
  if (leg === null) sim.hearers.push(id);
  const keep = label === KEPT ? parameters.expire || "" : null;
  note({ t: sim.now, event: "recorder", recorder: id, secure: parameters.secure === true, keep, ...(parameters.stereo === true ? { stereo: true } : {}) });
  if (["works", "fails"].includes(sim.options.recorder)) addTask(0, "recorderStarts", id);
  if (sim.options.recorder === "fails") addTask(RECORDER_FAILS_MS, "recorderFails", id);
  return recorder;
}

Object.assign(IMPLEMENTATION, {
  "Call.record"(call, parameters) {
    if (isOver("Call.record", call)) return;
    checkQuality("Call.record", parameters);
    if (call.record) {
      misuse(`Call.record: ${call.label} is being recorded already`);
      return;
    }
    if (sim.options.recorder === "throws") throw new Error("the leg cannot be recorded");
    note({ t: sim.now, event: "record", leg: call.label });
    call.record = newRecorder(KEPT, call.id, parameters).id;
  },
  "VoxEngine.createRecorder"(parameters) {
    checkQuality("VoxEngine.createRecorder", parameters || {});
    if (sim.options.recorder === "throws") throw new Error("the recorder cannot be created");
    const isKept = Boolean(parameters && parameters.expire !== undefined);
    return newRecorder(isKept ? KEPT : "recorder", null, parameters || {}).handle;
  },
  "Recorder.mute"(recorder, doMute) {
    if (isOver("Recorder.mute", recorder)) return;
    if (sim.options.recorder_pauses === "throws") throw new Error("the recorder cannot be muted");
    recorder.muted = doMute;
    note({ t: sim.now, event: "recorder_muted", recorder: recorder.id, muted: doMute });
  },
  "Recorder.stop"(recorder) {
    if (isOver("Recorder.stop", recorder)) return;
    cancelTasks("recorderStarts", recorder.id);
    endRecorder(recorder);
    note({ t: sim.now, event: "recorder_stopped", recorder: recorder.id });
    if (sim.options.recorder === "never" || sim.options.recorder_ends === "never") return;
    if (sim.options.recorder_ends === "fails") failRecorder(recorder);
    else if (sim.options.recorder_ends === "at_once") tellStopped(recorder);
    else if (sim.options.recorder !== "manual") addTask(0, "recorderStopped", recorder.id);
  },
  "Recorder.id": (recorder) => recorder.id,
});
