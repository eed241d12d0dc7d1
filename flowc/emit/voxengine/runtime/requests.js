// What the agent asks for: known, valid and allowed now, or refused by name.

/**
 * @typedef {{ parameters: Record<string, Parameter>, says?: true, cancels?: true, first?: number, asks?: true, do: Step[] }} Action
 * @typedef {(declared: Record<string, Parameter>, body: Record<string, unknown>, values: Values) => string} ParameterReader
 */

/** Reads declared parameters out of the body into `values`: what is wrong with them, or "". @type {ParameterReader[]} */
const ON_PARAMETERS = [];
/**
 * An action may begin: its answer, or null if it takes the call.
 * @type {((action: Action, request: Request) => string | null)[]}
 */
const ON_ACTION = [];

/** @param {string} content @param {string} id @returns {string} */
function perform(content, id) {
  const body = parsed(content);
  if (body === null) return refusal("bad_request", "the body is not a JSON object");
  const name = body.action;
  if (typeof name !== "string" || name === "") return refusal("bad_request", "the body names no action");
  if (!has(ACTIONS, name)) return refusal("unknown_action", "this scenario has no such action");
  const action = ACTIONS[name];
  const unknown = Object.keys(body).find((key) => key !== "action" && !has(action.parameters, key));
  if (unknown !== undefined) return refusal("invalid_parameters", "unknown parameter " + JSON.stringify(unknown.slice(0, 64)));
  /** @type {Values} */
  const parameters = {};
  const complaint = ON_PARAMETERS.reduce((reason, read) => reason || read(action.parameters, body, parameters), "");
  if (complaint !== "") return refusal("invalid_parameters", complaint);

  if (S.phase === "ended") return refusal("call_ended", "the call is over");
  if (S.phase === "new" || S.phase === "starting") return refusal("not_ready", "the agent is not on the call yet");
  const request = { action: name, id: id, parameters: parameters };
  const done = firstReply(ON_ACTION, (carryOut) => carryOut(action, request));
  if (done !== null) return done;
  if (S.phase !== "talking") return refusal("busy", "another action is under way");
  log("action " + name);
  leaveAgent(request, action.says === true);
  return JSON.stringify({ ok: true });
}

/** @param {string} code @param {string} message */
function refusal(code, message) {
  log("refused a request: " + code);
  return JSON.stringify({ ok: false, error: { code: code, message: message } });
}
