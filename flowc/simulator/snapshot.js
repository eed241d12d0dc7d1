// Copies of a session's whole state: what the emulator knows and the scenario's `S`, together, so that what they share
// stays shared. Functions, handles and promises are not copied: they hold nothing but an identity.

/** A copy from which `restoreState` can bring the session back any number of times. */
function saveState(session) {
  const copies = new Map();
  return { sim: copyState(session.sim, copies), scenario: copyValue(session.scenario, copies) };
}

/** Brings a session back to a saved state. Its `S` stays the same object, because the scenario's functions refer to it. */
function restoreState(session, saved) {
  const copies = new Map();
  if (isObject(saved.scenario)) {
    copies.set(saved.scenario, session.scenario);
    for (const key of Object.keys(session.scenario)) delete session.scenario[key];
    fillCopy(session.scenario, saved.scenario, copies);
  }
  session.sim = copyState(saved.sim, copies);
  session.sent = Math.min(session.sent, session.sim.trace.length);
}

/** The entries of a trace never change, and options never do: only the list is copied. */
function copyState(state, copies) {
  const { options, trace, ...rest } = state;
  return Object.assign(copyValue(rest, copies), { options, trace: trace.slice() });
}

function copyValue(value, copies) {
  if (!isObject(value) || isHandle(value)) return value;
  if (copies.has(value)) return copies.get(value);
  const copy = emptyCopy(value);
  copies.set(value, copy);
  if (copy !== value) fillCopy(copy, value, copies);
  return copy;
}

/** What a copy starts from; values of other classes, such as errors and promises, are their own copy. */
function emptyCopy(value) {
  if (Array.isArray(value)) return [];
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof SimDate) return new SimDate(value.getTime());
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.create(prototype) : value;
}

function fillCopy(copy, value, copies) {
  if (value instanceof Map) for (const [key, item] of value) copy.set(copyValue(key, copies), copyValue(item, copies));
  else if (value instanceof Set) for (const item of value) copy.add(copyValue(item, copies));
  else for (const key of Object.keys(value)) copy[key] = copyValue(value[key], copies);
  if (Object.isFrozen(value)) Object.freeze(copy);
}
