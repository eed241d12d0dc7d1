// An agent that talks on with the caller while it rings, then says a word to the caller and to whoever has taken the call,
// and leaves.

/** @typedef {Transfer & { introductionMs?: number }} Introduction a transfer, in which the agent may stay for so long */

function introductionState() {
  return {
    talksOn: false, // the agent, with the caller, while it rings
    /** With whom the agent and the caller are. @type {Person | null} */
    introduced: null,
    /** In which all three hear each other. @type {Conference | null} */
    conference: null,
    spokeToBoth: false, // the agent has begun to
    leavesBoth: false, // it has asked for that, and is heard out
    introductionTimer: 0,
    wordTimer: 0, // an agent that speaks when it is over says its word
    calledOff: false, // the agent has stopped the ringing
  };
}

/** How long the agent may stay with both: undefined where it introduces nobody. */
function introductionMs() {
  const transfer = /** @type {Introduction | null} */ (S.transfer);
  return S.phase !== "ringing" || transfer === null ? undefined : transfer.introductionMs;
}

/** It begins to ring. */
function talkOn() {
  return returnToTalk({ vox_event: "introducing" });
}

/** The caller and the agent are alone while it rings: true if they hear each other. @param {Record<string, unknown>} news */
function returnToTalk(news) {
  const client = S.agent;
  const caller = S.caller;
  const request = S.request;
  if (introductionMs() === undefined || client === null || caller === null) return false;
  stopPlayer();
  S.talksOn = safely("let the caller and the agent talk on", () => {
    clearAgentAudio(client);
    VoxEngine.sendMediaBetween(caller, client);
    ON_HEARD.forEach((note) => note(client));
    tellAgent(client, Object.assign(news, { action: request === null ? null : request.action }));
  });
  return S.talksOn;
}

/** Whoever has taken the call hears both, and both hear that person. An agent that is not there keeps nobody apart. @param {Person} person */
function introduce(person) {
  const limitMs = introductionMs();
  const client = S.agent;
  const caller = S.caller;
  const request = S.request;
  if (limitMs === undefined || caller === null) return false;
  if (client === null) {
    log(person.target + " is not introduced: the agent is gone");
    return false;
  }
  const told = {
    vox_event: "introduction",
    action: request === null ? null : request.action,
    request_id: request === null ? null : request.id,
    target: person.target,
    parameters: request === null ? {} : request.parameters,
  };
  S.talksOn = false;
  S.introduced = person;
  const begun = safely("introduce " + person.target, () => {
    const conference = VoxEngine.createConference({ hd_audio: false });
    S.conference = conference;
    clearAgentAudio(client);
    VoxEngine.stopMediaBetween(caller, client);
    VoxEngine.sendMediaBetween(caller, conference);
    VoxEngine.sendMediaBetween(person.leg, conference);
    VoxEngine.sendMediaBetween(client, conference);
    const both = { sendMediaTo: sendBoth.bind(null, person.leg, client), stopMediaTo: stopBoth.bind(null, person.leg, client) };
    ON_HEARD.forEach((note) => note(both));
    tellAgent(client, told);
  });
  if (begun) {
    log("the agent introduces the caller to " + person.target);
    startTimer("introductionTimer", limitMs, onIntroductionOver);
    startTimer("wordTimer", PHRASE_START_MS, onWordBegun);
  } else endConference();
  return begun;
}

/** Whoever else hears the caller does not hear the caller twice. @param {Call} leg @param {AgentClient} client @param {VoxMediaUnit} unit */
function sendBoth(leg, client, unit) {
  leg.sendMediaTo(unit);
  client.sendMediaTo(unit);
}

/** @param {Call} leg @param {AgentClient} client @param {VoxMediaUnit} unit */
function stopBoth(leg, client, unit) {
  leg.stopMediaTo(unit);
  client.stopMediaTo(unit);
}

function onIntroductionOver() {
  S.introductionTimer = 0;
  log("the agent has stayed for as long as it may");
  leaveBoth();
}

/** What it was saying was cut off: if it has spoken on at once, no event tells that it has begun its word. */
function onWordBegun() {
  S.wordTimer = 0;
  if (S.agentSpeaking) S.spokeToBoth = true;
}

/** It says one thing: when it falls silent, it has said it. One that is lost has not fallen silent. */
function followWord() {
  if (S.introduced === null) return;
  if (S.agentSpeaking) S.spokeToBoth = S.spokeToBoth || !S.agentCleared;
  else if (S.spokeToBoth && !S.leavesBoth && S.agent !== null) leaveBoth();
}

/** It knows that it has nothing to say any more: it is heard out first, for no longer than it may stay. */
function leaveHeardOut() {
  S.leavesBoth = true;
  hearOut(SPEECH_START_MS);
}

function isHeardOutByBoth() {
  if (!S.leavesBoth) return false;
  leaveBoth();
  return true;
}

/** The caller and the person are joined. */
function leaveBoth() {
  const person = S.introduced;
  if (person === null) return;
  endConference();
  nextStage(person);
}

/** Also where the person has gone, or is let go, as at the end of the call: nobody else is called by then. */
function endConference() {
  const conference = S.conference;
  S.conference = null;
  S.introduced = null;
  S.spokeToBoth = false;
  S.leavesBoth = false;
  stopTimer("introductionTimer");
  stopTimer("wordTimer");
  if (conference === null) return;
  stopLastWords();
  safely("end the conference", () => VoxEngine.destroyConference(conference));
}

/** Somebody has not taken the call, who may have been introduced: the caller is with the agent alone again. @param {Attempt} attempt */
function talkOnAlone(attempt) {
  if (S.talksOn || returnToTalk({ vox_event: "introduction_over", target: attempt.target })) return;
  if (S.player === null && S.playerTimer === 0) hearThatItRings(); // else the caller hears it already
}

/** The agent is lost: what it said last is still on its way to both, who hear each other meanwhile. */
function loseIntroducer() {
  if (S.spokeToBoth) leaveHeardOut();
  else goOnWithoutIntroducer();
}

/** Whoever is there gets the caller, who else hears that it rings. */
function goOnWithoutIntroducer() {
  if (S.introduced !== null) leaveBoth();
  else if (introductionMs() !== undefined) hearThatItRings();
}

/** The agent stops the ringing. */
function callOff() {
  log("the agent has stopped the ringing");
  S.calledOff = true;
  stopRinging();
}

function forgetCallOff() {
  S.calledOff = false;
}

ON_AGENT_SPEECH.push(followWord);
ON_RINGING.unshift(talkOn); // before anything is played
ON_HUNT_BEGUN.push(forgetCallOff);
BEFORE_JOINED.push(introduce);
ON_HEARD_OUT.push(isHeardOutByBoth);
ON_FORGOTTEN.push(endConference);
ON_ATTEMPT_FAILED.push(talkOnAlone);
ON_AGENT_LOST.push(loseIntroducer);
