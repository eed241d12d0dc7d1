// An agent that talks to whoever has taken the call, alone, before the caller is joined.

/** What else the agent is told of whom it is to talk to. @type {((told: Record<string, unknown>, person: Person) => void)[]} */
const ON_BRIEFING_TOLD = [];
/** The agent talks to a person alone. @type {((person: Person) => void)[]} */
const ON_BRIEFING = [];
/** It does so no more, or knows what is to become of the caller. @type {(() => void)[]} */
const ON_BRIEFED = [];

function briefingState() {
  return {
    /** Whom the agent talks to. @type {Person | null} */
    briefed: null,
    /** What it has asked for there, until it has been heard out. @type {Request | null} */
    decision: null,
    briefingTimer: 0,
  };
}

/** An agent that is not there keeps nobody from the caller. @param {Person} person */
function brief(person) {
  const transfer = S.transfer;
  const client = S.agent;
  const request = S.request;
  if (transfer === null || transfer.briefingMs === undefined) return false;
  if (client === null) {
    log(person.target + " is not briefed: the agent is gone");
    return false;
  }
  /** @type {Record<string, unknown>} */
  const told = {
    vox_event: "briefing",
    action: request === null ? null : request.action,
    request_id: request === null ? null : request.id,
    target: person.target,
    parameters: request === null ? {} : request.parameters,
  };
  ON_BRIEFING_TOLD.forEach((add) => add(told, person));
  S.briefed = person;
  const begun = safely("brief " + person.target, () => {
    clearAgentAudio(client);
    VoxEngine.sendMediaBetween(person.leg, client);
    tellAgent(client, told);
  });
  if (begun) {
    log("the agent talks to " + person.target);
    startTimer("briefingTimer", transfer.briefingMs, onBriefingOver);
    ON_BRIEFING.forEach((follow) => follow(person));
  } else takeFromPerson(person);
  return begun;
}

/** Nobody has said in time what is to become of the caller. */
function onBriefingOver() {
  S.briefingTimer = 0;
  if (S.briefed === null) return;
  log("the agent has talked to " + S.briefed.target + " for as long as it may");
  giveUpBriefing(S.briefed);
}

/** @param {Person} person */
function giveUpBriefing(person) {
  letGo(person.attempt);
  settled(person.attempt, "not_accepted");
}

/** The agent knows what is to become of the caller: it is heard out first. @param {Person} person @param {Request} request */
function decide(person, request) {
  stopWaitingForDecision();
  S.decision = request;
  person.attempt.reason = /** @type {string | undefined} */ (request.parameters.reason);
  hearOut(SPEECH_START_MS);
}

function carryOutDecision() {
  const decision = S.decision;
  if (decision === null) return false;
  const person = /** @type {Person} */ (S.briefed);
  if (decision.action === "connect") {
    takeFromPerson(person);
    S.briefed = person; // until the caller is there: else the agent is told
    nextStage(person);
    S.briefed = null;
  } else {
    letGo(person.attempt);
    settled(person.attempt, "declined");
  }
  return true;
}

/** The agent is lost: unless it has said otherwise, the person gets the caller. */
function putThroughWithoutAgent() {
  const person = S.briefed;
  if (person === null || carryOutDecision()) return;
  log(person.target + " gets the caller without having heard all");
  takeFromPerson(person);
  nextStage(person);
}

function stopWaitingForDecision() {
  stopTimer("briefingTimer");
  ON_BRIEFED.forEach((stop) => stop());
}

/** The agent and the person hear each other no more. @param {Person} person */
function takeFromPerson(person) {
  const client = S.agent;
  S.briefed = null;
  S.decision = null;
  stopWaitingForDecision();
  stopLastWords();
  if (client === null) return;
  safely("take the person from the agent", () => VoxEngine.stopMediaBetween(person.leg, client));
}

/** The person has gone, or is let go, without the caller: the agent waits again. Nobody else is called by then. */
function endBriefing() {
  const person = S.briefed;
  if (person === null) return;
  const client = S.agent;
  takeFromPerson(person);
  if (client === null) return; // also when the call is over
  safely("tell the agent", () => tellAgent(client, { vox_event: "briefing_over", target: person.target }));
}

/** Why the person does not take the call. @param {Attempt} found @param {LiveAttempt} attempt @returns {Attempt} */
function withReason(found, attempt) {
  if (attempt.reason === undefined || found.outcome !== "declined") return found;
  return Object.assign({}, found, { reason: attempt.reason });
}

ON_HEARD_OUT.push(carryOutDecision);
ON_AGENT_LOST.push(putThroughWithoutAgent);
BEFORE_JOINED.push(brief);
ON_FORGOTTEN.push(endBriefing);
ON_SETTLED.push(withReason);
