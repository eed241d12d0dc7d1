// What a report says of the recording of the call. It is sent after that is complete.

/** @param {Record<string, unknown>} report */
function reportRecording(report) {
  report.recording = S.recorded === null ? recordingSoFar() : S.recorded; // so far, where the platform ends the session
}

function reportAfterRecording() {
  if (S.report !== null) reportRecording(S.report);
  sendReport();
}

ON_RECORDED.push(reportAfterRecording);
ON_REPORT.push(reportRecording);
ON_REPORT_AT_LAST.push(reportRecording);
BEFORE_REPORT.push(isCallRecorded);
