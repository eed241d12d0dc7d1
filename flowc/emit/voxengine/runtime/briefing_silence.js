// A briefing in which neither the agent nor the person says anything any more is over. Where the voice detection does not
// work, that is not known: the briefing takes as long as it may.

function briefingSilenceState() {
  return {
    briefingSilenceTimer: 0,
  };
}

/** @param {Person} person */
function listenToBriefing(person) {
  if (S.transfer !== null && S.transfer.briefingSilenceMs !== undefined) detectVoice(person.leg);
}

/** It begins anew whenever one of them has spoken. Of an agent that was interrupted the platform may not say that it is silent. */
function followBriefing() {
  stopTimer("briefingSilenceTimer");
  if (S.briefed === null || S.transfer === null || S.transfer.briefingSilenceMs === undefined) return;
  if (S.voice !== "is silent" || (S.agentSpeaking && !S.agentCleared)) return;
  const silenceMs = S.transfer.briefingSilenceMs;
  startTimer("briefingSilenceTimer", S.agentCleared ? CLEARED_MS + silenceMs : silenceMs, onBriefingSilence);
}

function onBriefingSilence() {
  S.briefingSilenceTimer = 0;
  if (S.briefed === null) return;
  log("neither the agent nor " + S.briefed.target + " says anything any more");
  giveUpBriefing(S.briefed);
}

ON_BRIEFING.push(listenToBriefing);
ON_BRIEFED.push(detectVoiceNoMore);
ON_AGENT_SPEECH.push(followBriefing);
ON_VOICE.push(followBriefing);
