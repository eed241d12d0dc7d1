// Steps by which the call is recorded, or is not.

/** @typedef {{ recording: "start" | "stop" }} RecordCall */

/** @param {RecordCall} step */
function changeRecording(step) {
  if (step.recording === "start") recordCall();
  else stopRecordingCall();
}
