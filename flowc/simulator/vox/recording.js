// Recordings: of a leg (`Call.record`), which ends with it, and by a recorder, which takes what is sent to it.

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

function emitRecorder(recorder, event, payload) {
  emit("RecorderEvents", event, recorder.id, payload, { recorder: recorder.handle });
}

TASKS.recordStarts = function (id) {
  const call = sim.units[id];
  if (call.state !== "TERMINATED") emitCall(call, "RecordStarted", { url: call.record.url });
};
TASKS.recorderStarts = (id) => emitRecorder(sim.units[id], "Started", { url: recordUrl(id) });
TASKS.recorderStopped = (id, { duration }) => emitRecorder(sim.units[id], "Stopped", { cost: "0", duration });

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
    const id = `recorder-${(sim.counts.recorder += 1)}`;
    const recorder = { id, kind: "recorder", label: id, state: "open", muted: false, at: sim.now, handle: makeHandle("Recorder", id) };
    sim.units[id] = recorder;
    sim.hearers.push(id);
    note({ t: sim.now, event: "recorder", recorder: id });
    addTask(0, "recorderStarts", id);
    return recorder.handle;
  },
  "Recorder.mute"(recorder, doMute) {
    if (isOver("Recorder.mute", recorder)) return;
    recorder.muted = doMute;
    note({ t: sim.now, event: "recorder_muted", recorder: recorder.id, muted: doMute });
  },
  "Recorder.stop"(recorder) {
    if (isOver("Recorder.stop", recorder)) return;
    recorder.state = "stopped";
    dropMedia(recorder);
    cancelTasks("recorderStarts", recorder.id);
    note({ t: sim.now, event: "recorder_stopped", recorder: recorder.id });
    addTask(0, "recorderStopped", recorder.id, { duration: secondsSince(recorder.at) });
  },
  "Recorder.id": (recorder) => recorder.id,
});
