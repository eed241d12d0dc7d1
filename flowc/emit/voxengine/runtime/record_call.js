// The recording of the call: what the caller says and hears, until it is stopped, or the call ends. Nothing on the call waits
// for it, and whatever becomes of it stops no call.

/**
 * @typedef {{ say?: string, webhook: string, keep: keyof typeof RecordExpireTime, secure: boolean }} CallRecording
 * @typedef {"" | "announced" | "begins" | "runs" | "stops" | "over"} RecordingPart which is `announced` while the caller is
 *   told of it, and `over` for good
 * @typedef {{ url: string, seconds: number } | { failed: string }} Recorded
 */

/** There is a recorder, which hears nothing yet. @type {((recorder: Recorder) => void)[]} */
const ON_RECORDER = [];
/** The platform records from now on. @type {(() => void)[]} */
const ON_RECORDING = [];
/** Nothing more becomes of the recording. @type {(() => void)[]} */
const ON_RECORDED = [];

function recordCallState() {
  return {
    /** @type {RecordingPart} */
    recordingPart: "",
    /** What the caller hears. @type {Heard | null} */
    callerHears: null,
    /** Mixes the caller with what the caller hears: a recorder may take one stream alone. @type {Conference | null} */
    mixer: null,
    /** @type {Recorder | null} */
    callRecorder: null,
    isRecordingComplete: false,
    /** Where the recording is; "" until the platform has said so. */
    recordingUrl: "",
    recordingSeconds: 0,
    recordingTimer: 0,
    /** What has become of it. @type {Recorded | null} */
    recorded: null,
  };
}

/** Once it is over it stays so: whoever wants no recording is not recorded later. */
function recordCall() {
  if (S.recordingPart !== "" && S.recordingPart !== "announced") {
    log(S.recordingPart === "over" ? "the call is recorded no more" : "the call is being recorded already");
    return;
  }
  const caller = S.caller;
  S.recordingPart = "begins";
  noteRecordingBegun();
  const begun = safely("record the call", () => {
    const mixer = VoxEngine.createConference({ hd_audio: false });
    S.mixer = mixer;
    const recorder = VoxEngine.createRecorder({ secure: RECORDING.secure, expire: RecordExpireTime[RECORDING.keep] });
    S.callRecorder = recorder;
    recorder.addEventListener(RecorderEvents.Started, onCallRecorded);
    recorder.addEventListener(RecorderEvents.Stopped, onCallRecorderStopped);
    recorder.addEventListener(RecorderEvents.RecorderError, onCallRecorderFailed);
    ON_RECORDER.forEach((prepare) => prepare(recorder));
    if (caller !== null) caller.sendMediaTo(mixer);
    mixer.sendMediaTo(recorder);
    startTimer("recordingTimer", RECORDER_STARTS_MS, onCallRecorderLate);
  });
  if (begun) {
    recordToo(S.callerHears);
    return;
  }
  stopCallRecorder();
  recordingFails("the platform does not record");
}

/** @param {Heard | null} unit */
function recordToo(unit) {
  const mixer = S.mixer;
  if (unit !== null && mixer !== null) safely("record what the caller hears", () => unit.sendMediaTo(mixer));
}

/** @param {Heard} unit */
function callerHearsNow(unit) {
  if (S.callerHears !== null) callerHearsNoMore(S.callerHears);
  S.callerHears = unit;
  recordToo(unit);
}

/** @param {Heard} unit */
function callerHearsNoMore(unit) {
  const mixer = S.mixer;
  if (unit !== S.callerHears) return;
  S.callerHears = null;
  if (mixer !== null) safely("record something no more", () => unit.stopMediaTo(mixer));
}

/** @param {{ recorder: Recorder, url: string }} event */
function onCallRecorded(event) {
  if (event.recorder !== S.callRecorder) return;
  S.recordingUrl = event.url;
  if (S.isRecordingComplete) recordingIsComplete();
  if (S.recordingPart !== "begins") return;
  stopTimer("recordingTimer");
  S.recordingPart = "runs";
  log("the call is recorded");
  ON_RECORDING.forEach((follow) => follow());
}

/** For good, also before it has begun. */
function stopRecordingCall() {
  if (S.recordingPart === "stops") return;
  if (S.callRecorder === null) {
    S.recordingPart = "over";
    return;
  }
  log("the call is recorded no more");
  recordNoMore();
}

/** Whatever becomes of the recorder, nothing more is heard by it. */
function recordNoMore() {
  S.recordingPart = "stops";
  S.recordingSeconds = lengthOfRecording();
  startTimer("recordingTimer", RECORDER_STOPS_MS, onCallRecorderLate);
  releaseMixer();
  if (!S.isRecordingComplete) stopCallRecorder();
}

function stopCallRecorder() {
  const recorder = S.callRecorder;
  if (recorder !== null) safely("stop the recorder", () => recorder.stop());
}

function releaseMixer() {
  const mixer = S.mixer;
  S.mixer = null;
  if (mixer !== null) safely("end what is recorded", () => VoxEngine.destroyConference(mixer));
}

/** It is complete, as it was to be, or by itself. It may say so before it says where it is. @param {{ recorder: Recorder }} event */
function onCallRecorderStopped(event) {
  if (event.recorder !== S.callRecorder) return;
  S.isRecordingComplete = true;
  if (S.recordingPart !== "stops") {
    log("the recording of the call has ended by itself");
    recordNoMore();
  }
  if (S.recordingUrl !== "") recordingIsComplete();
}

/** @param {{ recorder: Recorder }} event */
function onCallRecorderFailed(event) {
  if (event.recorder === S.callRecorder) recordingFails("it has failed");
}

/** It has not begun in time; or nobody says that it is complete. */
function onCallRecorderLate() {
  S.recordingTimer = 0;
  if (S.recordingPart === "stops") {
    if (S.recordingUrl !== "") recordingIsComplete();
    else recordingFails("nobody knows where it is");
    return;
  }
  stopCallRecorder();
  recordingFails("it has not begun");
}

function forgetRecorder() {
  releaseMixer();
  S.callRecorder = null;
}

function isCallRecorded() {
  return S.callRecorder !== null;
}

ON_HEARD.push(callerHearsNow);
ON_UNHEARD.push(callerHearsNoMore);
