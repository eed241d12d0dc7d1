// Neither the caller nor the agent says anything: the agent is asked to speak up, and when that has not helped, steps follow.
// Where the voice detection does not work, nobody is asked: the caller may be speaking.

function idleState() {
  return {
    timesAsked: 0, // since the caller has said something
    voiceMissed: false, // the voice detection has said nothing for so long
    idleTimer: 0,
  };
}

/** The caller is with the agent, maybe again. */
function beginIdle() {
  if (ourAgent().idle === undefined) return;
  S.timesAsked = 0;
  detectVoice(S.caller);
  followIdle();
}

/** It begins anew whenever one of them has spoken. Of an agent that was interrupted the platform may not say that it is silent. */
function followIdle() {
  const idle = ourAgent().idle;
  stopTimer("idleTimer");
  if (S.voice === "speaks") S.timesAsked = 0;
  if (idle === undefined || S.phase !== "talking" || S.voice === "speaks" || (S.agentSpeaking && !S.agentCleared)) return;
  startTimer("idleTimer", S.agentCleared ? CLEARED_MS + idle.afterMs : idle.afterMs, onIdle);
}

/** Who presses a key is there. */
function noteKey() {
  beginIdleAnew();
  return false; // it is for somebody else
}

function beginIdleAnew() {
  S.timesAsked = 0;
  followIdle();
}

function onIdle() {
  S.idleTimer = 0;
  const client = S.agent;
  const idle = /** @type {Idle} */ (ourAgent().idle);
  if (client === null || S.phase !== "talking") return;
  if (S.voice === "") {
    noteVoiceMissed();
    return;
  }
  if (S.timesAsked === idle.times) {
    leaveIdle(idle);
    return;
  }
  S.timesAsked += 1;
  log("nobody says anything: the agent is asked to speak up, " + S.timesAsked + " of " + idle.times);
  safely("ask the agent to speak up", () => tellAgent(client, { vox_event: "idle", count: S.timesAsked }));
  followIdle();
}

/** Once a call. A detection that could not be had has been told of. */
function noteVoiceMissed() {
  if (S.voiceDetection === null || S.voiceMissed) return;
  S.voiceMissed = true;
  log("nobody knows whether the caller says anything: the voice detection has said nothing");
}

/** As if the agent had been lost. @param {Idle} idle */
function leaveIdle(idle) {
  log("nobody says anything any more");
  closeAgent();
  ON_ANEW.forEach((forget) => forget());
  S.phase = "steps";
  run(idle.do, idle.way);
}

/** Something else has the caller, or nobody. */
function endIdle() {
  S.timesAsked = 0;
  detectVoiceNoMore();
}

ON_WITH_AGENT.push(beginIdle);
ON_AGENT_SPEECH.push(followIdle);
ON_VOICE.push(followIdle);
ON_KEY.push(noteKey);
ON_ANEW.push(endIdle);
ON_ENDED.push(endIdle);
