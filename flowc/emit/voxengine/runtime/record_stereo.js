// The recording of the call in two channels: the caller in the left one, what the caller hears in the right one. It is the
// caller's leg that is recorded: until it ends, without a pause. Nothing on the call waits for it.

/**
 * @typedef {{ say?: string, webhook: string, keep: keyof typeof RecordExpireTime, secure: boolean }} CallRecording
 * @typedef {"" | "announced" | "runs" | "stops" | "over"} RecordingPart which is `announced` while the caller is told of it,
 *   `stops` while it is being completed, and `over` for good
 * @typedef {{ url: string, seconds: number } | { failed: string }} Recorded
 */

/** Nothing more becomes of the recording. @type {(() => void)[]} */
const ON_RECORDED = [];

function recordCallState() {
  return {
    /** @type {RecordingPart} */
    recordingPart: "",
    /** Whose leg is recorded. @type {Call | null} */
    recordedLeg: null,
    isRecordingComplete: false,
    /** Where the recording is; "" until the platform has said so. */
    recordingUrl: "",
    recordingSeconds: 0,
    recordingTimer: 0,
    /** What has become of it. @type {Recorded | null} */
    recorded: null,
  };
}

/** Once: what is over is not begun again. */
function recordCall() {
  const caller = S.caller;
  if (S.recordingPart !== "" && S.recordingPart !== "announced") {
    log(S.recordingPart === "over" ? "the call is recorded no more" : "the call is being recorded already");
    return;
  }
  S.recordingPart = "runs";
  S.recordedLeg = caller;
  noteRecordingBegun();
  const begun = safely("record the call", () => {
    if (caller === null) return;
    caller.addEventListener(CallEvents.RecordStarted, onLegRecorded);
    caller.addEventListener(CallEvents.RecordStopped, onLegRecordedNoMore);
    caller.addEventListener(CallEvents.RecordError, onLegNotRecorded);
    caller.record({ stereo: true, expire: RecordExpireTime[RECORDING.keep] });
  });
  if (!begun) recordingFails("the platform does not record");
}

/** However late: it cannot be given up. @param {{ call: Call, url: string }} event */
function onLegRecorded(event) {
  if (event.call !== S.recordedLeg) return;
  S.recordingUrl = event.url;
  log("the call is recorded");
  if (S.isRecordingComplete) recordingIsComplete();
}

/** The leg is over, and all of it is recorded; or the platform has ended that by itself. @param {{ call: Call }} event */
function onLegRecordedNoMore(event) {
  if (event.call !== S.recordedLeg) return;
  S.isRecordingComplete = true;
  if (S.recordingPart !== "stops") {
    log("the recording of the call has ended by itself");
    stopRecordingCall();
  }
  if (S.recordingUrl !== "") recordingIsComplete();
}

/** @param {{ call: Call }} event */
function onLegNotRecorded(event) {
  if (event.call === S.recordedLeg) recordingFails("it has failed");
}

/** It ends with the call. */
function stopRecordingCall() {
  if (S.recordingPart === "stops") return;
  S.recordingPart = "stops";
  S.recordingSeconds = lengthOfRecording();
  startTimer("recordingTimer", RECORDER_STOPS_MS, onCallRecorderLate);
}

/** Nobody says that it is complete. */
function onCallRecorderLate() {
  S.recordingTimer = 0;
  if (S.recordingUrl !== "") recordingIsComplete();
  else recordingFails("nobody knows where it is");
}

function forgetRecorder() {
  S.recordedLeg = null;
}

function isCallRecorded() {
  return S.recordedLeg !== null;
}
