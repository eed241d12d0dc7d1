// While the recording is paused nobody is told that the call is over soon: it waits until the person has gone.

function isRecordingPaused() {
  return S.pausedFor !== "";
}

/** It would come too late afterwards. */
function warnNobody() {
  if (!isRecordingPaused()) return false;
  log("nobody is told that the call is over soon: the recording is paused");
  return true;
}

BEFORE_CALL_WARNING.push(isRecordingPaused);
ON_CALL_WARNING.unshift(warnNobody);
