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
  if (call.record) emitCall(call, "RecordStopped", { url: call.record.url, cost: "0", duration: secondsSince(call.record.at) });
}

/** How often a recorder says what it says. */
function timesSaid() {
  return sim.options.recorder_ends === "twice" ? 2 : 1;
}

function emitRecorder(recorder, event, payload) {
  emit("RecorderEvents", event, recorder.id, payload, { recorder: recorder.handle });
}

/** That it has begun it may say later than that all is recorded: the two are told of one another by no document. */
function mayBegin(recorder) {
  return !recorder.started && !recorder.hasFailed;
}

/** What may become of a recorder. */
const RECORDER_DOES = { starts: startRecorder, stops: tellStopped, fails: failRecorder };

TASKS.recordStarts = function (id) {
  const call = sim.units[id];
  if (call.state !== "TERMINATED") emitCall(call, "RecordStarted", { url: call.record.url });
};
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

Object.assign(IMPLEMENTATION, {
  "Call.record"(call, parameters) {
    if (isOver("Call.record", call)) return;
    checkQuality("Call.record", parameters);
    if (call.record) {
      misuse(`Call.record: ${call.label} is being recorded already`);
      return;
    }
    call.record = { at: sim.now, url: recordUrl(call.id) };
    note({ t: sim.now, event: "record", leg: call.label });
    addTask(0, "recordStarts", call.id);
  },
  "VoxEngine.createRecorder"(parameters) {
    checkQuality("VoxEngine.createRecorder", parameters || {});
    if (sim.options.recorder === "throws") throw new Error("the recorder cannot be created");
    const isKept = Boolean(parameters && parameters.expire !== undefined);
    const id = `recorder-${(sim.counts.recorder += 1)}`;
    const recorder = {
      id, kind: "recorder", label: isKept ? KEPT : "recorder", state: "open", muted: false, started: false, hasFailed: false, began: sim.now, lasted: 0,
      handle: makeHandle("Recorder", id),
    };
    sim.units[id] = recorder;
    sim.hearers.push(id);
    note({ t: sim.now, event: "recorder", recorder: id, secure: Boolean(parameters && parameters.secure), keep: isKept ? parameters.expire : null });
    if (["works", "fails"].includes(sim.options.recorder)) addTask(0, "recorderStarts", id);
    if (sim.options.recorder === "fails") addTask(RECORDER_FAILS_MS, "recorderFails", id);
    return recorder.handle;
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
