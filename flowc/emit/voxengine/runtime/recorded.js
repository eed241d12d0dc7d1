// What becomes of the recording of the call: the webhook is told where it is, once, or there is none.

/** The webhook is told once. */
function recordingIsComplete() {
  const recording = { url: S.recordingUrl, seconds: S.recordingSeconds };
  const call = { id: S.sessionId, from: S.from, to: S.to };
  const why = tellWebhook(RECORDING.webhook, { flow: FLOW.name, call: call, recording: recording });
  log(why === "" ? RECORDING.webhook + " is told of the recording, " + recording.seconds + " s" : RECORDING.webhook + " is not told of the recording: " + why);
  recordingIsOver(recording);
}

/** @param {string} why */
function recordingFails(why) {
  log("there is no recording of the call: " + why);
  recordingIsOver({ failed: why });
}

/** Where the call is over, the session has waited for this. @param {Recorded} recorded */
function recordingIsOver(recorded) {
  stopTimer("recordingTimer");
  forgetRecorder();
  S.recordingPart = "over";
  S.isRecordingComplete = false;
  S.recordingUrl = "";
  S.recorded = recorded;
  ON_RECORDED.forEach((follow) => follow());
  if (S.phase === "ended" && !ON_SESSION_END.some((outlives) => outlives())) endSession();
}

/** What there is of it when the platform ends the session. */
function recordingSoFar() {
  if (S.recordingUrl === "") return null;
  return { url: S.recordingUrl, seconds: S.recordingPart === "stops" ? S.recordingSeconds : lengthOfRecording() };
}

/** Nothing else is waited for any more. */
function waitForRecording() {
  if (isCallRecorded()) startTimer("recordingTimer", RECORDER_STOPS_MS, onCallRecorderLate);
}

ON_ENDING.push(stopRecordingCall); // it is not complete then
ON_ENDED.push(waitForRecording);
ON_SESSION_END.unshift(isCallRecorded); // before others begin to count how long they wait
