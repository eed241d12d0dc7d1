// A call that is recorded from its beginning: the caller is told so before anything else. Whoever cannot be told is not recorded.

const NOT_TOLD = "the caller was not told of it";

/** What comes before the first step that is heard, and before the agent. @param {Step} step */
function isToBeAnnounced(step) {
  const kind = Object.keys(step)[0];
  if (S.recordingPart !== "" || S.caller === null || (kind !== "start_agent" && UNANSWERED.includes(kind))) return false;
  if (!S.answered) {
    answerCaller();
    return true;
  }
  return announceRecording();
}

/** True if it is heard. */
function announceRecording() {
  const prompt = String(RECORDING.say);
  S.recordingPart = "announced";
  const why = speak(prompt, goOnUnrecorded, false);
  if (why === "") {
    log("the caller hears " + prompt);
    return true;
  }
  cannotSay(S.position, prompt, why);
  recordingFails(NOT_TOLD);
  return false;
}

/** The caller has heard it to its end. @param {{ error?: unknown }} event */
function noteAnnounced(event) {
  if (S.recordingPart === "announced" && !event.error) S.afterSpeech = goOnRecorded;
}

function goOnRecorded() {
  recordCall();
  nextStep();
}

function goOnUnrecorded() {
  recordingFails(NOT_TOLD);
  nextStep();
}

ON_STEP.push(isToBeAnnounced);
ON_SPOKEN.push(noteAnnounced);
