// How long the recording of the call is, by the clock: what the platform says of it comes after the call, if at all.

function recordingLengthState() {
  return {
    recordingAt: 0,
  };
}

function noteRecordingBegun() {
  S.recordingAt = Date.now();
}

/** In whole seconds. */
function lengthOfRecording() {
  return Math.round((Date.now() - S.recordingAt) / 1000);
}
