// Keys that the caller presses while with an agent, and that steps of the flow follow: no agent is asked, and none is told.

/** @typedef {{ key: string, way: string, do: Step[] }} OwnKey */

/** Phases in which the caller is with an agent: it may speak its last words, or wait for the end of a warning. */
const WITH_AN_AGENT = ["talking", "leaving", "warned"];

function ownKeysState() {
  return {
    /** The key that has led to what is under way; "" if none has. */
    ledBy: "",
  };
}

/** No log has a key: steps that were chosen stand under their number. @param {_ToneReceivedEvent} event */
function followKey(event) {
  const [key] = KEYS.filter((each) => each.key === event.tone);
  if (key === undefined || !WITH_AN_AGENT.includes(S.phase)) return false;
  log("the caller wants to go on with a key");
  if (S.phase === "leaving") forgetAction(/** @type {Request} */ (S.request), event.tone);
  S.request = null;
  ON_ANEW.forEach((forget) => forget());
  S.ledBy = event.tone;
  S.phase = "steps";
  if (S.agent !== null) unbridgeAgent(S.agent);
  run(key.do, key.way);
  return true;
}

/** It has not begun, and never will. @param {Request} request @param {string} key */
function forgetAction(request, key) {
  const client = S.agent;
  const known = S.replies["id " + request.id];
  stopLastWords();
  log(request.action + " is cancelled");
  if (known !== undefined) known.reply = refusal("cancelled", "the caller has pressed a key, which leads elsewhere");
  if (client === null) return;
  const cancelled = { vox_event: "cancelled", action: request.action, request_id: request.id, key: key };
  safely("tell the agent", () => tellAgent(client, cancelled));
}

function forgetKey() {
  S.ledBy = "";
}

ON_KEY.push(followKey);
ON_ANEW.push(forgetKey);
