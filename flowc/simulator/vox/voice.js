// Voice detection: whether somebody on a leg speaks (reference: Silero). A detection is made with a promise, hears the leg
// that is sent to it, and says when speech begins there, and when it has ended. The environment says who speaks.

const VAD_STARTS_MS = 100; // not documented: until there is one
const VAD_SILENCE_MS = 300; // VADParameters.minSilenceDurationMs: so much of silence is the end of speech
const VAD_FAILS_MS = 500; // of one that fails: it has begun to listen
const VAD_TASKS = ["vadStarts", "vadFails", "vadResets"];

/** What may become of a detection. */
const VAD_DOES = { works: connectVad, "says nothing": connectVad, refuses: refuseVad, fails: failVad };

function emitVad(vad, event, payload) {
  // Reference: only of `Result` and `ConnectorInformation` it is said that they name the detection.
  emit("Silero.VADEvents", event, vad.id, payload, event === "Result" ? { vad: vad.handle } : {});
}

function connectVad(vad, does) {
  vad.state = "open";
  vad.saysNothing = does === "says nothing";
  note({ t: sim.now, event: "voice_detection", detection: vad.id, does: "works" });
  settleFromOutside(vad.promise, "fulfilled", vad.handle);
}

function refuseVad(vad) {
  vad.state = "closed";
  note({ t: sim.now, event: "voice_detection", detection: vad.id, does: "refuses" });
  settleFromOutside(vad.promise, "rejected", new Error("voice detection is not available"));
}

/** It says so once, and hears nothing any more. */
function failVad(vad) {
  if (vad.state !== "open" || vad.failed) return;
  vad.failed = true;
  note({ t: sim.now, event: "voice_detection", detection: vad.id, does: "fails" });
  emitVad(vad, "Error", { reason: "connection lost" });
}

TASKS.vadStarts = function (id) {
  const vad = sim.units[id];
  const { vad: does } = sim.options;
  if (vad.state !== "connecting") return;
  if (does === "refuses") refuseVad(vad);
  else connectVad(vad, does === "silent" ? "says nothing" : "works");
};
TASKS.vadFails = (id) => failVad(sim.units[id]);
TASKS.vadResets = (id) => emitVad(sim.units[id], "Reset", {});
TASKS.voiceEnds = (id) => endVoice(sim.units[id]);
TASKS.silenceIsHeard = (id) => tellOfVoice(sim.units[id], false);

/** `sendMediaTo` a detection. */
function hearVoiceOf(vad, source) {
  if (source.kind !== "call") throw misuse(`Silero.VAD: ${vad.id} listens to calls only, not to ${source.label}`);
  vad.source = source.id;
  note({ t: sim.now, event: "media", from: source.label, to: vad.label, replaced: null });
  if (sim.options.vad === "error") addTask(VAD_FAILS_MS, "vadFails", vad.id);
  if (source.speaking) tellOfVoice(source, true);
}

/** All detections that hear this leg say that speech has begun there, or has ended. */
function tellOfVoice(call, speaks) {
  for (const vad of unitsOf("vad")) {
    if (vad.state === "open" && vad.source === call.id && !vad.saysNothing && !vad.failed) sayVoice(vad, speaks);
  }
}

function sayVoice(vad, speaks) {
  vad.speaks = speaks;
  emitVad(vad, "Result", speaks ? { speechStartAt: sim.now / 1000 } : { speechEndAt: sim.now / 1000 });
}

function beginVoice(call) {
  cancelTasks("voiceEnds", call.id);
  const pauses = sim.tasks.some((task) => task.kind === "silenceIsHeard" && task.unit === call.id);
  cancelTasks("silenceIsHeard", call.id); // so short a silence is none
  if (call.speaking) return;
  call.speaking = true;
  note({ t: sim.now, event: "voice", leg: call.label, speaks: true });
  if (!pauses) tellOfVoice(call, true);
}

function endVoice(call) {
  if (!call.speaking) return;
  call.speaking = false;
  note({ t: sim.now, event: "voice", leg: call.label, speaks: false });
  addTask(VAD_SILENCE_MS, "silenceIsHeard", call.id);
}

/** What the platform hears at once. */
const VOICE = {
  begins: beginVoice,
  ends(call) {
    endVoice(call);
    cancelTasks("silenceIsHeard", call.id);
    tellOfVoice(call, false);
  },
};

/** Somebody speaks for so long, who can be heard. */
LEG_EVENTS.speak = function (call, { ms }) {
  mustLive(call, "speak");
  if (call.state !== "CONNECTED") throw impossible(`${call.label} cannot speak: it is not connected`);
  beginVoice(call);
  addTask(ms, "voiceEnds", call.id);
};

/** The platform says this of the leg, whatever is so: also of a detection that is over. */
LEG_EVENTS.hear = function (call, event) {
  for (const vad of unitsOf("vad").filter((each) => each.source === call.id)) emitVad(vad, event.what, event.with);
};

Object.assign(IMPLEMENTATION, {
  "Silero.createVAD"(parameters) {
    const { threshold } = parameters;
    if (threshold !== undefined && !(threshold >= 0 && threshold <= 1)) throw misuse("Silero.createVAD: threshold must be from 0 to 1");
    const id = `vad-${(sim.counts.vad += 1)}`;
    const vad = { id, kind: "vad", label: "voice detection", state: "connecting", source: null, speaks: false, saysNothing: false, failed: false, promise: createPromise(), handle: makeHandle("Silero.VAD", id) };
    sim.units[id] = vad;
    note({ t: sim.now, event: "voice_detection", detection: id, does: "is asked for" });
    if (sim.options.vad !== "manual") addTask(VAD_STARTS_MS, "vadStarts", id);
    return promiseHandle(vad.promise);
  },
  "Silero.VAD.close"(vad) {
    if (isOver("Silero.VAD.close", vad)) return;
    vad.state = "closed";
    for (const task of VAD_TASKS) cancelTasks(task, vad.id);
    note({ t: sim.now, event: "voice_detection", detection: vad.id, does: "is closed" });
  },
  "Silero.VAD.reset"(vad) {
    if (isOver("Silero.VAD.reset", vad) || vad.saysNothing || vad.failed) return;
    addTask(0, "vadResets", vad.id);
  },
  "Silero.VAD.id": (vad) => vad.id,
  "Silero.VAD.webSocketId": (vad) => `socket-${vad.id}`,
});
