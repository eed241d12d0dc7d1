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

/** What a copy starts from; values of other classes, such as errors and promises, are their own copy. */
function emptyCopy(value) {
  if (Array.isArray(value)) return [];
  if (value instanceof Map) return new Map();
  if (value instanceof Set) return new Set();
  if (value instanceof SimDate) return new SimDate(value.getTime());
  if (value instanceof RegExp) return Object.assign(new RegExp(value), { lastIndex: value.lastIndex });
  if (VOICES.includes(value)) return value;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.create(prototype) : value;
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
  return { shape: session.shape, values: session.shape === null ? [] : session.shape.read(scenario), sim: session.sim };
}

/** A fork can be resumed any number of times. */
function resumeFork(session, fork, constants) {
  const { shape } = fork;
  const scenario = session.scenario;
  if (shape !== null) {
    const now = Object.keys(scenario);
    if (!isSameList(now, shape.names)) now.forEach((key) => delete scenario[key]);
    const copies = new Map();
    const values = fork.values.slice();
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      if (typeof value === "object" && value !== null) values[index] = forkValue(value, constants, copies);
    }
    shape.write(scenario, values);
  }
  session.sim = forkState(fork.sim);
  session.sent = 0;
}

function forkValue(value, constants, copies) {
  if (typeof value !== "object" || value === null || constants.has(value) || isHandle(value)) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const copy = [];
    copies.set(value, copy);
    for (let index = 0; index < value.length; index += 1) copy.push(forkValue(value[index], constants, copies));
    return Object.isFrozen(value) ? Object.freeze(copy) : copy;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype || isVoice(value)) return copyValue(value, copies);
  const copy = { ...value };
  copies.set(value, copy);
  for (const key of Object.keys(copy)) {
    const item = copy[key];
    if (typeof item === "object" && item !== null) copy[key] = forkValue(item, constants, copies);
  }
  return Object.isFrozen(value) ? Object.freeze(copy) : copy;
}

/** What can still be extended is not frozen, which is told at once. */
function isVoice(value) {
  return Object.isFrozen(value) && VOICES.includes(value);
}

/** Tasks, look-ups, tables of listeners and what an agent was told are never changed, only replaced. */
function forkState(state) {
  const copy = { ...state };
  copy.modules = state.modules.slice();
  copy.errors = state.errors.slice();
  copy.listeners = { ...state.listeners };
  copy.units = forkUnits(state.units);
  copy.sources = { ...state.sources };
  copy.hears = { ...state.hears };
  copy.hearers = state.hearers.slice();
  copy.inputs = { ...state.inputs };
  copy.silences = state.silences.map((silence) => ({ ...silence }));
  copy.tasks = state.tasks.slice();
  copy.requests = state.requests.map((request) => ({ ...request }));
  copy.lookups = state.lookups.slice();
  copy.reports = state.reports.slice();
  copy.stored = new Map(state.stored);
  copy.promises = forkRecords(state.promises);
  copy.groups = forkRecords(state.groups);
  copy.jobs = state.jobs.slice();
  copy.unhandled = state.unhandled.slice();
  copy.counts = { ...state.counts };
  copy.trace = [];
  return copy;
}

const COPIERS = {};

/** A function for each kind of unit: an engine copies several times as fast what always has the same fields. */
function copierOf(kind) {
  if (COPIERS[kind] === undefined) COPIERS[kind] = new Function("unit", "return { ...unit };");
  return COPIERS[kind];
}

function forkUnits(units) {
  const copy = {};
  for (const id of Object.keys(units)) {
    const unit = copierOf(units[id].kind)(units[id]);
    if (unit.kind === "player" && unit.paused !== null) unit.paused = { at: unit.paused.at, tasks: unit.paused.tasks.slice() };
    copy[id] = unit;
  }
  return copy;
}

/** One level further down nothing is shared but lists, which are copied, and what is replaced as a whole. */
function forkRecords(table) {
  const copy = {};
  for (const id of Object.keys(table)) {
    const record = { ...table[id] };
    if (record.reactions !== undefined) record.reactions = record.reactions.slice();
    if (record.values !== undefined) record.values = record.values.slice();
    copy[id] = record;
  }
  return copy;
}
