// Transfers of which nothing is recorded: from when the caller and the person are joined until the person has gone. Who is
// rung has to be one of whom nothing is recorded, so a recording that cannot be paused lets nobody ring.

function pauseRecordingState() {
  return {
    /** The person who talks with the caller, and is not to be recorded: a target. */
    pausedFor: "",
  };
}

function isRecording() {
  return S.recordingPart === "begins" || S.recordingPart === "runs";
}

/** What caller and person say is nobody else's. */
function isPrivate() {
  return S.transfer !== null && S.transfer.recording === "paused";
}

/** Of what has not begun, or is over, the log says nothing. @param {string} what */
function logPause(what) {
  if (S.recordingPart === "runs") log("the recording " + what);
}

/** True also where nothing is recorded. @param {boolean} isMuted */
function muteRecording(isMuted) {
  const recorder = S.callRecorder;
  return recorder === null || !isRecording() || safely("pause the recording, or go on", () => recorder.mute(isMuted));
}

/** Before anybody is rung it is tried whether that is possible. @returns {[Outcome, string] | null} */
function isNotToBePaused() {
  return isPrivate() && !muteRecording(false) ? ["failed", "the recording cannot be paused"] : null;
}

/** True if the caller is not to be joined. @param {LiveAttempt} attempt */
function pauseRecording(attempt) {
  if (!isPrivate()) return false;
  if (!muteRecording(true)) {
    letGo(attempt);
    settled(attempt, "failed");
    return true;
  }
  S.pausedFor = attempt.target;
  logPause("is paused");
  return false;
}

/** A recorder that is made meanwhile. Where it cannot be paused nothing is recorded. @param {Recorder} recorder */
function beginPaused(recorder) {
  if (S.pausedFor !== "") recorder.mute(true);
}

/** A recorder that has begun only now may not know of it. One that cannot be paused any more is stopped. */
function keepPaused() {
  if (S.pausedFor === "") return;
  if (muteRecording(true)) logPause("is paused");
  else stopRecordingCall();
}

/** Whoever took the call is gone, or was not joined after all. @param {LiveAttempt} attempt */
function goOnRecording(attempt) {
  if (attempt.target !== S.pausedFor) return;
  S.pausedFor = "";
  if (muteRecording(false)) logPause("goes on");
}

ON_RECORDER.push(beginPaused);
ON_RECORDING.push(keepPaused);
BEFORE_RINGING.push(isNotToBePaused);
ON_JOIN.push(pauseRecording);
ON_FORGOTTEN.push(goOnRecording);
