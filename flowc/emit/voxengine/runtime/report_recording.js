// What a report says of the recording of the call. It is sent after that is complete.

/** @param {Record<string, unknown>} report */
function reportRecording(report) {
  const isOnItsWay = S.recordingUrl !== "" && S.recorded === null; // the platform ends the session
  report.recording = isOnItsWay ? { url: S.recordingUrl, seconds: lengthOfRecording() } : S.recorded;
}

function reportAfterRecording() {
  if (S.report !== null) reportRecording(S.report);
  sendReport();
}

ON_RECORDED.push(reportAfterRecording);
ON_REPORT.push(reportRecording);
BEFORE_REPORT.push(isCallRecorded);
