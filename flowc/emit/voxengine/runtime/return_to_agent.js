// The step that gives the caller back to the agent, which is told what came of it.

/** @typedef {{ return_to_agent: { say?: string, otherwise?: Step[] } }} ReturnToAgent */

/** The caller is to be with the agent again: true if other steps follow. @type {((step: ReturnToAgent, index: number) => boolean)[]} */
const ON_RETURN = [];
/** What else the agent is told. @type {((returned: Record<string, unknown>, step: ReturnToAgent) => void)[]} */
const ON_RETURNED = [];

function returnToAgentState() {
  return {
    /** The result that was there when the action began: while it is the same, the action has none. @type {Result | null} */
    resultBefore: null,
    /** What an agent that is started again has to know. @type {Record<string, unknown> | null} */
    returned: null,
  };
}

/** @param {ReturnToAgent} step @param {number} index */
function returnToAgent(step, index) {
  if (ON_RETURN.some((goOn) => goOn(step, index))) return true;
  logStep(S.way, index, "return_to_agent");
  const returned = whatCameOfIt(step);
  if (!isBackWithAgent(returned)) startAgain(returned);
  return false;
}

/** What the agent is told of the action under way. @param {ReturnToAgent} step */
function whatCameOfIt(step) {
  const request = S.request;
  const result = S.result === S.resultBefore ? null : S.result;
  /** @type {Record<string, unknown>} */
  const returned = {
    vox_event: "returned",
    action: request === null ? null : request.action,
    request_id: request === null ? null : request.id,
    outcome: result === null ? null : result.outcome,
    target: result === null ? null : result.target,
    tried: result === null ? [] : result.tried,
    talk_seconds: result === null || result.talk_seconds === undefined ? null : result.talk_seconds,
    say: null,
  };
  ON_RETURNED.forEach((add) => add(returned, step));
  return returned;
}

/** An agent that is still connected gets the caller at once. @param {Record<string, unknown>} returned */
function isBackWithAgent(returned) {
  const client = S.agent;
  const caller = S.caller;
  if (client === null || caller === null) return false;
  ON_AGENT_HEARD.forEach((heard) => heard());
  const bridged = safely("return the caller to the agent", () => {
    clearAgentAudio(client);
    VoxEngine.sendMediaBetween(caller, client);
    ON_HEARD.forEach((note) => note(client));
    tellAgent(client, returned);
  });
  if (!bridged) return false;
  S.request = null;
  letTalk();
  log("caller is back with the agent");
  return true;
}

/** @param {Record<string, unknown>} returned */
function startAgain(returned) {
  closeAgent();
  S.returned = returned;
  playRingback();
  startAgent();
}

/** @param {Record<string, unknown>} told */
function tellWhatCameOfIt(told) {
  if (S.returned !== null) told.vox_outcome = S.returned;
  S.returned = null;
}

function forgetResult() {
  keepResult();
  S.returned = null;
}

/** What came of a transfer has been told: no later action has it. */
function keepResult() {
  S.resultBefore = S.result;
}

ON_AGENT_HEARD.push(keepResult);
ON_AGENT_TOLD.push(tellWhatCameOfIt);
ON_ANEW.push(forgetResult);
