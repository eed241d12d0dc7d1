// The log, timers, and calls of the platform that may throw.

/** @typedef {Extract<keyof typeof S, `${string}Timer`>} Timer */

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

/**
 * The reply of the first part that has one. Those behind it are not asked: to ask a part may carry something out.
 * @template Part
 * @param {Part[]} parts
 * @param {(part: Part) => string | null} ask
 */
function firstReply(parts, ask) {
  return parts.reduce((reply, part) => (reply === null ? ask(part) : reply), /** @type {string | null} */ (null));
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
