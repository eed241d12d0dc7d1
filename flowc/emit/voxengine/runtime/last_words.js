// An action that takes the call from the agent begins when the agent has been heard out.

const SPEECH_START_MS = 1000; // the agent's words may become audible this long after its request
const PHRASE_START_MS = 2000; // the same, when the action has a phrase to speak
const CLEARED_MS = 8000; // an agent that was interrupted is waited for no longer: the platform may not say that it is silent

/** The caller interrupts an action that has not begun: true if it never will. @type {((request: Request) => boolean)[]} */
const ON_INTERRUPTED = [];
/** An action that takes the call has been accepted. @type {((action: Action) => void)[]} */
const ON_ACCEPTED = [];

/** The agent has been heard out: true if what it was waited for is this one's. @type {(() => boolean)[]} */
const ON_HEARD_OUT = [];

function lastWordsState() {
  return {
    wordsAwaited: false, // something begins when the agent has been heard out
    speechExpected: false,
    speechTimer: 0,
    lastWordsTimer: 0,
    clearedTimer: 0,
  };
}

/**
 * An action takes the call, once the agent has been heard out.
 * @param {Request} request
 * @param {boolean} says whether the agent speaks a phrase before this action
 */
function leaveAgent(request, says) {
  S.phase = "leaving";
  S.request = request;
  ON_ANEW.forEach((forget) => forget());
  hearOut(says ? PHRASE_START_MS : SPEECH_START_MS);
  ON_SETTINGS_NEEDED.forEach((load) => load());
  const action = ACTIONS[request.action];
  lineUp(action.do, request.action);
  ON_ACCEPTED.forEach((begin) => begin(action));
}

/** The agent is heard out. @param {number} startMs after which it counts as silent, if it has said nothing */
function hearOut(startMs) {
  S.wordsAwaited = true;
  S.speechExpected = true;
  startTimer("speechTimer", startMs, onSpeechWaited);
  startTimer("lastWordsTimer", ourAgent().lastWordsMs, onLastWordsWaited);
  waitForCleared();
}

function onSpeechWaited() {
  S.speechTimer = 0;
  S.speechExpected = false;
  if (S.wordsAwaited && !S.agentSpeaking) heardOut();
}

function onLastWordsWaited() {
  S.lastWordsTimer = 0;
  if (S.wordsAwaited) heardOut();
}

/** The platform says so after one second of silence. @param {AgentEvent} event */
function onAgentSilent(event) {
  if (event.client !== S.agent) return;
  setAgentSpeaking(false);
  if (S.wordsAwaited && !S.speechExpected) heardOut();
}

/** The caller interrupts. @param {AgentEvent} event */
function onAgentInterrupted(event) {
  const client = S.agent;
  if (client === null || event.client !== client) return;
  safely("clear the agent's audio", () => clearAgentAudio(client));
  const request = S.request;
  if (!S.wordsAwaited) return;
  waitForCleared();
  if (S.phase === "leaving" && request !== null && ON_INTERRUPTED.some((interrupt) => interrupt(request))) return;
  if (!S.speechExpected) heardOut();
}

/** An agent whose audio was cleared is not waited for as long as one that is known to speak. */
function waitForCleared() {
  if (S.agentCleared) startTimer("clearedTimer", CLEARED_MS, onClearedWaited);
}

function onClearedWaited() {
  setAgentSpeaking(false);
  if (S.wordsAwaited && !S.speechExpected) heardOut();
}

function stopLastWords() {
  S.wordsAwaited = false;
  S.speechExpected = false;
  stopTimer("speechTimer");
  stopTimer("lastWordsTimer");
  stopTimer("clearedTimer");
}

/** The agent has spoken. */
function heardOut() {
  if (!ON_HEARD_OUT.some((begin) => begin())) takeCall();
}

/** The action's steps begin. */
function takeCall() {
  stopLastWords();
  S.phase = "steps";
  if (S.agent !== null) unbridgeAgent(S.agent);
  nextStep();
}
