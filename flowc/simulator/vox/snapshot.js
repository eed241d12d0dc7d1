// Copies of a session's whole state: what the emulator knows and the scenario's `S`, together, so that what they share
// stays shared. Functions, handles, promises and errors are not copied: they hold nothing but an identity.

const COPIED = [Object, Array, Map, Set, SimDate, RegExp];

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

/** Says what in the scenario's `S` cannot be brought back, and where it is: null if everything can. */
function notCopied(scenario) {
  const seen = new Set();
  const left = [[scenario, "S"]];
  while (left.length > 0) {
    const [value, path] = left.pop();
    if (!isObject(value) || seen.has(value) || isIdentity(value)) continue;
    seen.add(value);
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && !COPIED.some((known) => known.prototype === prototype)) {
      return `${path} is of the class ${functionName(prototype.constructor)}: only plain objects, arrays, Map, Set and Date can be saved`;
    }
    if (value instanceof Map) for (const [key, item] of value) left.push([key, `a key of ${path}`], [item, `a value of ${path}`]);
    else if (value instanceof Set) for (const item of value) left.push([item, `a value of ${path}`]);
    else for (const key of Object.keys(value)) left.push([value[key], Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`]);
  }
  return null;
}

/** What never changes, or what the emulator keeps the state of: it is its own copy. */
function isIdentity(value) {
  if (isHandle(value) || value instanceof SimPromise || value instanceof Error || VOICES.includes(value)) return true;
  const isOfPlatform = Object.getPrototypeOf(value) !== null && !(value instanceof Object); // behind a guard
  return isOfPlatform && Object.isFrozen(value);
}

/** Values of other classes, such as errors and promises. */
function isOwnCopy(value) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return isVoice(value);
  return !COPIED.some((known) => value instanceof known && known !== Object);
}

/** What can still be extended is not frozen, which is told at once. */
function isVoice(value) {
  return Object.isFrozen(value) && VOICES.includes(value);
}

/** What a copy starts from. */
function emptyCopy(value) {
  if (Array.isArray(value)) return [];
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof SimDate) return new SimDate(value.getTime());
  if (value instanceof RegExp) return Object.assign(new RegExp(value), { lastIndex: value.lastIndex });
  return isOwnCopy(value) ? value : Object.create(Object.getPrototypeOf(value));
}

function fillCopy(copy, value, copies) {
  if (value instanceof Map) for (const [key, item] of value) copy.set(copyValue(key, copies), copyValue(item, copies));
  else if (value instanceof Set) for (const item of value) copy.add(copyValue(item, copies));
  else for (const key of Object.keys(value)) copy[key] = copyValue(value[key], copies);
  if (Object.isFrozen(value)) Object.freeze(copy);
}

// The same for a session that an explorer steps: many times faster, because it knows what of a session ever changes in
// place. `constants` are the scenario's tables, which nothing changes; what the platform keeps for the scenario is no
// object that `S` has as well.

/** The session's own state: it must be resumed from a fork before it goes on. */
function forkSession(session) {
  const scenario = session.scenario;
  session.shape = isObject(scenario) ? shapeOf(scenario, session.shape) : null;
  return { shape: session.shape, values: session.shape === null ? [] : session.shape.read(scenario), sim: session.sim, plan: null };
}

/** A fork can be resumed any number of times. What there is to copy of it is looked up the first time. */
function resumeFork(session, fork, constants) {
  const { shape } = fork;
  const scenario = session.scenario;
  if (fork.plan === null) fork.plan = planOfFork(fork, constants);
  const { parts } = fork.plan;
  if (shape !== null) {
    const now = Object.keys(scenario);
    if (!isSameList(now, shape.names)) now.forEach((key) => delete scenario[key]);
    const values = fork.values.slice();
    if (parts === null) forkValues(values, constants, new Map());
    else copyParts(values, parts);
    shape.write(scenario, values);
  }
  session.sim = forkState(fork.sim, fork.plan);
  session.sent = 0;
}

/** Shapes that were met last: of the session's own state, of units by their kind, and of records by the name that they have. */
const LAST_SHAPES = new Map();

function shapeUnder(name, object) {
  const shape = shapeOf(object, LAST_SHAPES.get(name) || null);
  LAST_SHAPES.set(name, shape);
  return shape;
}

/**
 * What of a fork is copied each time: `parts` of the scenario's `S`, or null if it is a case for `forkValue`, and the shapes of
 * the session's own state, of what it counts, and of its units, in their order.
 */
function planOfFork({ shape, values, sim: state }, constants) {
  const units = [];
  for (const id of Object.keys(state.units)) units.push({ id, unit: state.units[id], shape: shapeUnder(`unit ${state.units[id].kind}`, state.units[id]) });
  return { parts: partsWithin(values, null, shape === null ? "" : shape.names, constants, new Map()), shape: shapeUnder("", state), counts: shapeUnder("counts of the session", state.counts), units };
}

/**
 * What is to be copied within a list (`names` is null then) or an object: `{name, plan, isFirst}`. What stands in several places
 * has one plan, and is copied at the first. Null if anything is neither list nor plain object. `labels`: by what the shapes of
 * the parts are remembered, each by its own or all by one.
 */
function partsWithin(values, names, labels, constants, plans) {
  const parts = [];
  const count = names === null ? values.length : names.length;
  for (let index = 0; index < count; index += 1) {
    const name = names === null ? index : names[index];
    if (!isCopied(values[name], constants)) continue;
    const known = plans.get(values[name]);
    const plan = known || planOf(values[name], typeof labels === "string" ? labels : labels[index], constants, plans);
    if (plan === null) return null;
    parts.push({ name, plan, isFirst: known === undefined });
  }
  return parts;
}

function planOf(value, label, constants, plans) {
  const isList = Array.isArray(value);
  if (!isList && Object.getPrototypeOf(value) !== Object.prototype) return null;
  const plan = { value, shape: isList ? null : shapeUnder(label, value), within: null, isFrozen: Object.isFrozen(value), copy: null };
  plans.set(value, plan);
  plan.within = isList ? partsWithin(value, null, label, constants, plans) : partsWithin(value, plan.shape.names, plan.shape.names, constants, plans);
  return plan.within === null ? null : plan;
}

function copyByPlan(plan) {
  const { value, shape, within, isFrozen } = plan;
  const copy = shape === null ? value.slice() : copyOfShape(shape, value);
  plan.copy = copy;
  copyParts(copy, within);
  return isFrozen ? Object.freeze(copy) : copy;
}

function copyParts(copy, parts) {
  for (let index = 0; index < parts.length; index += 1) {
    const { name, plan, isFirst } = parts[index];
    copy[name] = isFirst ? copyByPlan(plan) : plan.copy;
  }
}

/** Everything but what never changes. */
function isCopied(value, constants) {
  return typeof value === "object" && value !== null && !constants.has(value) && !isHandle(value) && !isOwnCopy(value);
}

/** Of a scenario that keeps objects of other classes. */
function forkValues(values, constants, copies) {
  for (let index = 0; index < values.length; index += 1) values[index] = forkValue(values[index], constants, copies);
}

function forkValue(value, constants, copies) {
  if (!isCopied(value, constants)) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const copy = [];
    copies.set(value, copy);
    for (let index = 0; index < value.length; index += 1) copy.push(forkValue(value[index], constants, copies));
    return Object.isFrozen(value) ? Object.freeze(copy) : copy;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return copyValue(value, copies);
  const copy = { ...value };
  copies.set(value, copy);
  for (const key of Object.keys(copy)) copy[key] = forkValue(copy[key], constants, copies);
  return Object.isFrozen(value) ? Object.freeze(copy) : copy;
}

/** Tasks, look-ups, tables of listeners and of who hears whom, what is stored and what an agent was told are never changed, only replaced. */
function forkState(state, { shape, counts, units }) {
  const copy = copyOfShape(shape, state);
  copy.modules = state.modules.slice();
  copy.errors = state.errors.slice();
  copy.units = forkUnits(units);
  copy.hearers = state.hearers.slice();
  copy.silences = state.silences.map((silence) => ({ ...silence }));
  copy.tasks = state.tasks.slice();
  copy.requests = state.requests.map((request) => ({ ...request }));
  copy.lookups = state.lookups.slice();
  copy.reports = state.reports.slice();
  copy.promises = forkPromises(state.promises);
  copy.groups = forkGroups(state.groups);
  copy.jobs = state.jobs.slice();
  copy.unhandled = state.unhandled.slice();
  copy.counts = copyOfShape(counts, state.counts);
  copy.trace = [];
  return copy;
}

function forkUnits(units) {
  const copies = {};
  for (let index = 0; index < units.length; index += 1) {
    const { id, unit, shape } = units[index];
    const copy = copyOfShape(shape, unit);
    if (copy.kind === "player" && copy.paused !== null) copy.paused = { at: copy.paused.at, tasks: copy.paused.tasks.slice() };
    copies[id] = copy;
  }
  return copies;
}

/** One level further down nothing is shared but lists, which are copied, and what is replaced as a whole. */
function forkPromises(promises) {
  const copies = {};
  for (const id of Object.keys(promises)) {
    const { state, value, reactions, locked, handled } = promises[id];
    copies[id] = { state, value, reactions: reactions.slice(), locked, handled };
  }
  return copies;
}

function forkGroups(groups) {
  const copies = {};
  for (const id of Object.keys(groups)) copies[id] = { ...groups[id], values: groups[id].values.slice() };
  return copies;
}
