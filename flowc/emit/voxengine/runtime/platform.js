// The log, timers, and calls of the platform that may throw.

/** @typedef {Extract<keyof typeof S, `${string}Timer`>} Timer */

const BEGUN_AT = Date.now();
/** Characters of a line. A name can be long, and whoever reads the log has not asked for all of it. */
const LONGEST_LINE = 1000;

/** A line of the log: the flow, the session, how long it has lasted, and what happens. @param {string} message */
function log(message) {
  const lasted = ((Date.now() - BEGUN_AT) / 1000).toFixed(1);
  Logger.write((FLOW.name + " #" + S.sessionId + " " + lasted + "s: " + message).slice(0, LONGEST_LINE));
}

/**
 * Says in the log what of the flow is carried out: `call_transfer: fallback busy -> return_to_agent`. What tests a
 * scenario listens here, and not to the wording of the log.
 * @param {string} way where the steps stand in the flow
 * @param {number} index of the step among them
 * @param {string} what
 * @param {string} [which]
 * @param {string} [details] for the log alone
 */
function logStep(way, index, what, which, details) {
  log(way + " -> " + what + (which === undefined ? "" : " " + which) + (details === undefined ? "" : ", " + details));
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

/**
 * The entry for what the flow says, by its kind, which is the first key: `{ say: "sorry" }` is a `say`.
 * @template Entry
 * @param {Record<string, Entry>} table
 * @param {object} written
 */
function entryFor(table, written) {
  const kind = Object.keys(written)[0];
  return has(table, kind) ? table[kind] : undefined;
}

/** @param {Timer} name @param {number} milliseconds @param {() => void} callback */
function startTimer(name, milliseconds, callback) {
  stopTimer(name);
  S[name] = setTimeout(callback, milliseconds);
}

/** @param {Timer} name */
function stopTimer(name) {
  clearTimeout(S[name]);
  S[name] = 0;
}

function stopAllTimers() {
  Object.keys(S)
    .filter((name) => /Timer$/.test(name))
    .forEach((name) => stopTimer(/** @type {Timer} */ (name)));
}

/** @param {Call} leg */
function hangUp(leg) {
  safely("hang up", () => leg.hangup());
}
