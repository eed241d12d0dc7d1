// ---------------------------------------------------------------------------------------------------------------------
// flowc runtime. The same in every scenario: it carries out the tables above.
// ---------------------------------------------------------------------------------------------------------------------

/**
 * @typedef {string | { secret: string } | { storage: string }} Setting
 * @typedef {{ name: string, contract: string, tokenRequired: boolean, maxDurationMs: number, skew?: Setting }} Flow
 * @typedef {{ pstn: Setting, caller_id: Setting, ringMs: number }} PstnTarget
 * @typedef {{ sip: Setting, caller_id?: Setting, headers?: Record<string, string>, ringMs: number }} SipTarget
 * @typedef {PstnTarget | SipTarget} Target
 * @typedef {{ type: "string" | "integer" | "number" | "boolean", optional?: true, enum?: string[],
 *   minLength?: number, maxLength?: number, minimum?: number, maximum?: number }} Parameter
 * @typedef {{ by: string, among: Record<string, string[]> }} Choice
 * @typedef {{ transfer: string[] | Choice, agent: "stays" | "leaves", ringing: string,
 *   fallback: { [outcome in Outcome | "otherwise"]?: Step[] }, afterwards: Step[] }} Transfer
 * @typedef {{ hang_up: {} } | { return_to_agent: { say?: string } } | { say: string } | { notify: Setting }
 *   | { reply: Record<string, string> } | { route: string } | Transfer} Step
 * @typedef {{ parameters: Record<string, Parameter>, says?: true, cancels?: true,
 *   do: Step[] }} Action
 * @typedef {{ api_key: Setting, agent_id: Setting, version: string, metadata: Record<string, string>,
 *   lastWordsMs: number, unavailable: Step[] }} Agent
 * @typedef {Record<string, string | number | boolean>} Values
 * @typedef {{ action: string, id: string, parameters: Values }} Request
 * @typedef {"connected" | "busy" | "no_answer" | "declined" | "unreachable" | "invalid" | "not_allowed" | "cancelled"
 *   | "failed"} Outcome
 * @typedef {{ target: string, outcome: Outcome, rang_seconds?: number }} Attempt
 * @typedef {{ outcome: Outcome, target: string, tried: Attempt[], talk_seconds?: number }} Result
 * @typedef {"new" | "starting" | "talking" | "leaving" | "steps" | "ringing" | "connected" | "ended"} Phase
 */

const AGENT_START_MS = 10000; // to load the settings, reach the agent and answer; after that: unavailable
const SPEECH_START_MS = 1000; // the agent's words may become audible this long after its request
const PHRASE_START_MS = 2000; // the same, when the action has a phrase to speak
const CLEARED_MS = 8000; // an agent that was interrupted is waited for no longer: the platform may not say that it is silent
const MAX_ATTEMPTS = 49; // the platform allows 50 calls in a session, the caller's own included
const MAX_REPLIES = 200; // so many are remembered: they must fit into the 16 MB of a session
const MAX_BODY = 8192;
const MAX_FILLED = 4096; // characters of a text with its parameters
const MAX_REPLY = 16384; // characters of a reply
const MAX_SPOKEN = 1500;
const MAX_ACTIVE_HTTP = 3; // further ones are queued, and lost when the session ends
const MAX_HTTP = 35; // the platform throws for one more
const KEPT_HTTP = 5; // of these, for actions that take the call
const NOTIFY_MS = 20000;
const MAX_SIP_HEADER_BYTES = 200;
const RINGBACK = "440@-19,480@-19;*(2/4/1+2)";
const RINGBACK_PAUSE_MS = 1000; // a ringback that cannot be played is begun anew not more often than this
const REFERENCE = /\$\$\{|\$\{([a-z][a-z0-9_.]*)\}/g;
const WITHHELD = ["anonymous", "private", "restricted", "unavailable", "unknown", "withheld"];

/**
 * All that changes during a call.
 * Phases: new, starting (the agent), talking (with the agent), leaving (an action waits for the agent's last words),
 * steps (of the flow, an announcement), ringing, connected (to a person), ended.
 */
const S = {
  /** @type {Phase} */
  phase: "new",
  controlUrl: "",
  sessionId: "",
  token: "",
  from: "",
  to: "",
  fromAddress: "", // the caller's SIP address
  toAddress: "", // the SIP address that was dialled
  /** @type {Call | null} */
  caller: null,
  answering: false,
  answered: false,
  /** What ApplicationStorage answered, by "entry " and name; null is missing. @type {Record<string, string | null>} */
  storage: {},
  /** @type {Cartesia.AgentsClient | null} */
  agent: null,
  agentAttempt: 0, // a client that was created for another attempt is not ours any more
  agentRequested: false,
  agentSpeaking: false,
  agentCleared: false, // its audio was cleared away, and the platform has not said since whether it speaks
  speechExpected: false,
  /** The action under way. @type {Request | null} */
  request: null,
  /** @type {Step[]} */
  steps: [],
  position: 0,
  /** Where these steps stand in the flow: `call_transfer: fallback busy`. */
  way: "",
  /** The latest transfer of the action under way. @type {Transfer | null} */
  transfer: null,
  /** @type {string[]} */
  hunt: [],
  /** @type {Call | null} */
  leg: null,
  attempts: 0,
  /** @type {Attempt[]} */
  tried: [],
  /** What came of the latest transfer of the call. @type {Result | null} */
  result: null,
  /** What an agent that is started again has to know. @type {Record<string, unknown> | null} */
  returned: null,
  /** @type {Player | null} */
  player: null,
  ringbackNext: false,
  ringbackAgain: false, // it has begun anew since the last pause
  /** @type {Record<string, { content: string, reply: string }>} */
  replies: {},
  notifying: 0,
  /** The fingerprint of tools that were built from another version of the flow. */
  otherContract: "",
  contractReported: false,
  timers: { duration: 0, start: 0, answer: 0, lastWords: 0, speech: 0, cleared: 0, announcement: 0, ringback: 0, ring: 0, end: 0 },
};

/** @param {string} message */
function log(message) {
  Logger.write(FLOW.name + ": " + message);
}

/**
 * Says in the log what of the flow is carried out: `call_transfer: fallback busy -> return_to_agent`. What tests a
 * scenario listens here, and not to the wording of the log.
 * @param {string} way where the steps stand in the flow
 * @param {number} index of the step among them
 * @param {string} what
 * @param {string} [which]
 */
function logStep(way, index, what, which) {
  log(way + " -> " + what + (which === undefined ? "" : " " + which));
}

/**
 * Calls the platform where it may throw, e.g. because the other side is gone already. True if it did not. Only the kind
 * of error is logged: its text may carry a key or an address.
 * @param {string} what
 * @param {() => void} platformCall
 */
function safely(what, platformCall) {
  try {
    platformCall();
    return true;
  } catch (error) {
    log("could not " + what + ": " + kindOf(error));
    return false;
  }
}

/** @param {unknown} error */
function kindOf(error) {
  return error instanceof Error ? error.name : "unknown error";
}

/** @param {Record<string, unknown>} table @param {string} name */
function has(table, name) {
  return Object.prototype.hasOwnProperty.call(table, name);
}

/** @param {keyof typeof S.timers} name @param {number} milliseconds @param {() => void} callback */
function startTimer(name, milliseconds, callback) {
  stopTimer(name);
  S.timers[name] = setTimeout(callback, milliseconds);
}

/** @param {keyof typeof S.timers} name */
function stopTimer(name) {
  clearTimeout(S.timers[name]);
  S.timers[name] = 0;
}

/** The value of a setting, or "" if it is missing. @param {Setting} setting */
function valueOf(setting) {
  if (typeof setting === "string") return setting;
  if ("storage" in setting) return S.storage["entry " + setting.storage] || "";
  try {
    return VoxEngine.getSecretValue(setting.secret) || "";
  } catch (error) {
    log("secret " + setting.secret + " cannot be read");
    return "";
  }
}

/** Fills in ${…}; what is longer than any text may be is cut. @param {string} text @param {Values} parameters */
function fill(text, parameters) {
  let length = text.length;
  const filled = text.replace(REFERENCE, (written, name) => {
    const value = valueNamed(name, parameters);
    length += value.length - written.length;
    return length > 2 * MAX_FILLED ? "" : value;
  });
  return shortened(filled, MAX_FILLED);
}

/** How long a text is with everything filled in. @param {string} text @param {Values} parameters */
function filledLength(text, parameters) {
  let length = text.length;
  text.replace(REFERENCE, (written, name) => {
    length += valueNamed(name, parameters).length - written.length;
    return "";
  });
  return length;
}

/** The beginning of a text; no character is cut in two. @param {string} text @param {number} most */
function shortened(text, most) {
  return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
}

/** @param {string | undefined} name of a reference; undefined is the escape of `${` @param {Values} parameters */
function valueNamed(name, parameters) {
  if (name === undefined) return "${";
  if (name === "call.from") return S.from;
  if (name === "call.to") return S.to;
  if (name === "call.id") return S.sessionId;
  return has(parameters, name) ? String(parameters[name]) : "";
}

/** @param {Record<string, string>} texts @param {Values} parameters */
function fillAll(texts, parameters) {
  /** @type {Record<string, string>} */
  const filled = {};
  Object.keys(texts).forEach((name) => {
    filled[name] = fill(texts[name], parameters);
  });
  return filled;
}
