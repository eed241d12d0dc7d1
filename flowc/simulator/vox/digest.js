// The digest of a state: what of it can still matter, as one number. Two states with the same digest have the same future.
// Times are relative to now, units and timers have the numbers in which they are come by from `S`, and what is over and
// cannot say anything again is left out. What a digest is made of is a list of whole numbers, which is cheap to hash.

const MISSING = 1, NOTHING = 2, YES = 3, NO = 4, INTEGER = 5, NUMBER = 6, TEXT = 7, NAMED = 8, BOUND = 9, OPAQUE = 10, CONSTANT = 11,
  UNIT = 12, PROMISE = 13, LIST = 14, TABLE = 15, SET = 16, DATE = 17, RECORD = 18, AGAIN = 19, TIMER = 20, PAST_TIMER = 21, CLASSLESS = 22;
const WORDS = new Map(); // texts as numbers
const IDENTITIES = new Map(); // what is told apart by nothing but itself
const FUNCTION_WORDS = new WeakMap(); // and what never changes once it is there: functions, tables of listeners, what units are made with
const LISTENER_WORDS = new WeakMap();
const UNIT_WORDS = new WeakMap();
const MADE_WITH = ["kind", "label", "direction", "type", "number", "callerid", "displayName", "headers", "ringLimit", "className", "duration", "automatic", "timeout"];
const NEVER_TOLD = new Set([...MADE_WITH, "id", "handle", "promise", "customs", "metadata", "began", "connectedAt", "playsUntil", "isPrivate", "state", "onClose"]);

let codes = new Int32Array(1 << 12);
let size = 0;
let walk = null; // the digest that is being made

function put(code) {
  if (size === codes.length) {
    const larger = new Int32Array(2 * size);
    larger.set(codes);
    codes = larger;
  }
  codes[size] = code;
  size += 1;
}

function wordOf(text) {
  let word = WORDS.get(text);
  if (word === undefined) {
    word = WORDS.size;
    WORDS.set(text, word);
  }
  return word;
}

function identityOf(value) {
  let identity = IDENTITIES.get(value);
  if (identity === undefined) {
    identity = IDENTITIES.size;
    IDENTITIES.set(value, identity);
  }
  return identity;
}

/**
 * The digest of the running session: a number of 53 bits. `known` are the scenario's constants and functions, `besides`
 * what an explorer remembers of the path. What is over and vanishes is taken out of the session at the same time.
 * `passive` says what of `S` counts only in part, or is null: then everything counts.
 */
function digestOf(known, besides, usesTime, passive) {
  size = 0;
  if (sim.ended !== null) {
    put(wordOf(`ended: ${sim.ended.reason}`));
    return { hash: hashOfCodes(), hidden: null, isShared: false };
  }
  const tasks = sim.tasks.length > 1 ? sim.tasks.slice().sort(inTime) : sim.tasks;
  walk = { known, units: new Map(), promises: new Map(), objects: new Map(), timers: new Map(), isOpaque: false, hidden: null, isShared: false, isWaiting: false, isTimed: usesTime, passive, isAlone: false };
  tasks.forEach((task, index) => {
    if (task.kind === "timer") walk.timers.set(task.details.id, index);
  });
  putScenario(passive);
  putSession(besides);
  for (const task of tasks) putTask(task);
  for (const lookup of sim.lookups) {
    put(wordOf(lookup.operation));
    put(wordOf(lookup.key));
    putPromise(lookup.promise);
  }
  for (const request of sim.requests) putRequest(request);
  putOtherUnits();
  const { isOpaque, hidden, isShared } = walk;
  if (!isOpaque) forgetPromises();
  walk = null;
  return { hash: hashOfCodes(), hidden, isShared };
}

/**
 * The digest of all that a callback can depend on which asks the platform nothing: `S`, in which units are told apart but
 * nothing is said of them, and who listens to the session. `{hash, units}`: units by number, as `S` has them. Null if the
 * state cannot be told from others.
 */
function digestOfScenario(known, besides, passive) {
  size = 0;
  walk = aloneWith(known, passive);
  putScenario(passive);
  put(wordOf(sim.phase));
  putListeners("session");
  putValue(besides);
  const { isOpaque, units } = walk;
  walk = null;
  return isOpaque ? null : { hash: hashOfCodes(), units };
}

function aloneWith(known, passive) {
  return { known, units: new Map(), promises: new Map(), objects: new Map(), timers: new Map(), isOpaque: false, isShared: false, isWaiting: false, isTimed: false, passive, isAlone: true };
}

/** Who listens to a unit, as a text. */
function listenersTo(unit, known, passive) {
  size = 0;
  walk = aloneWith(known, passive);
  const text = lifeOf(unit);
  walk = null;
  return text;
}

function putScenario(passive) {
  const scenario = current.scenario;
  if (!isObject(scenario)) {
    putValue(scenario);
  } else if (passive === null) {
    for (const key in scenario) putValue(scenario[key]);
  } else {
    const { phase } = scenario;
    for (const key in scenario) {
      const how = passive.parts[key];
      if (how === undefined) putValue(scenario[key]);
      else if (!how.phases.includes(phase)) PARTS[how.part](scenario[key]);
    }
  }
}

/** What of a field of `S` can still decide what follows, by the names that `mode.passive` has for it. */
const PARTS = {
  all: putValue,
  nothing() {},
  presence: (value) => put(value === null ? NOTHING : YES),
  identity: putIdentity,
  length: (value) => put(value.length),
  keys(value) {
    const names = Object.keys(value);
    put(names.length);
    for (const name of names) put(wordOf(name));
  },
};

/** `mode.passive` by fields. `whole` are those that count with all they have nevertheless. */
function partsOf(passive, whole) {
  if (passive === null) return null;
  const parts = {};
  for (const key of Object.keys(passive.stale)) parts[key] = { part: "all", phases: passive.stale[key] };
  for (const key of Object.keys(passive.handed)) {
    if (PARTS[passive.handed[key]] === undefined) throw new Error(`${key}: ${passive.handed[key]}`);
    if (!whole.includes(key)) parts[key] = { part: passive.handed[key], phases: parts[key] === undefined ? [] : parts[key].phases };
  }
  parts[passive.counter] = { part: "nothing", phases: [] }; // how far behind it a callback is stands with the callback
  return { ...passive, parts };
}

/** Whether it is there, and the same as another. */
function putIdentity(value) {
  if (value === null) put(NOTHING);
  else if (walk.objects.has(value)) {
    put(AGAIN);
    put(walk.objects.get(value));
  } else {
    put(YES);
    walk.objects.set(value, walk.objects.size);
  }
}

/** In the order in which they happen; what may happen at any time comes last. */
function inTime(one, other) {
  if (one.at === other.at) return one.order - other.order;
  return one.at < other.at ? -1 : 1;
}

function putSession(besides) {
  put(wordOf(sim.phase));
  put(wordOf(sim.ended === null ? "" : sim.ended.reason));
  put(wordOf(sim.ending === null ? "" : sim.ending.reason));
  put(sim.errors.length);
  if (walk.passive === null || walk.passive.counts_calls) put(sim.counts.attempts);
  put(sim.random | 0);
  put(wordOf(sim.customData));
  if (walk.isTimed) put(wordOf(String(sim.now)));
  const silence = sim.silences[sim.silences.length - 1];
  put(silence && silence.to === null ? sim.now - silence.from : -1);
  if (sim.stored.size > 0) putValue(sim.stored);
  putListeners("session");
  putValue(besides);
}

function putTask(task) {
  put(wordOf(task.kind));
  put(task.at === Infinity ? -1 : task.at - sim.now);
  if (task.unit !== null && sim.units[task.unit] !== undefined) putUnit(task.unit);
  else if (typeof task.unit === "string") putRequestNumber(task.unit);
  else put(sim.lookups.findIndex((lookup) => lookup.id === task.unit));
  if (task.kind === "timer") {
    putValue(task.details.callback);
    putValue(task.details.every);
    for (const argument of task.details.rest) putWaiting(argument);
  } else if (task.details !== NO_DETAILS) {
    putValue(task.details);
  }
}

function putRequestNumber(id) {
  const index = sim.requests.findIndex((request) => request.id === id);
  put(index < 0 ? wordOf(id) : -2 - index);
}

/** What it says has been said, or will be: nothing comes of it. */
function putRequest(request) {
  put(wordOf(request.state));
  put(wordOf(request.url));
  if (request.callback !== null) putValue(request.callback);
  else putPromise(request.promise);
}

// Values

function putValue(value) {
  switch (typeof value) {
    case "undefined":
      put(MISSING);
      break;
    case "boolean":
      put(value ? YES : NO);
      break;
    case "number":
      putNumber(value);
      break;
    case "string":
      put(TEXT);
      put(wordOf(value));
      break;
    case "function":
      putFunction(value);
      break;
    case "object":
      if (value === null) put(NOTHING);
      else putObject(value);
      break;
    default:
      put(TEXT);
      put(wordOf(`${typeof value} ${String(value)}`));
  }
}

/** What the platform keeps for the scenario. An object may be part of `S` as well: such states are copied as a whole. */
function putWaiting(value) {
  const outer = walk.isWaiting;
  walk.isWaiting = true;
  putValue(value);
  walk.isWaiting = outer;
}

function putNumber(value) {
  if (value >= FIRST_TIMER) {
    if (walk.isAlone && !walk.timers.has(value)) walk.timers.set(value, walk.timers.size); // told apart, and no more
    const timer = walk.timers.get(value);
    if (timer !== undefined || value <= FIRST_TIMER + sim.serial) {
      put(timer === undefined ? PAST_TIMER : TIMER);
      if (timer !== undefined) put(timer);
      return;
    }
  }
  if ((value | 0) === value && !Object.is(value, -0)) {
    put(INTEGER);
    put(value);
  } else {
    put(NUMBER);
    put(wordOf(Object.is(value, -0) ? "-0" : String(value)));
  }
}

function putFunction(value) {
  if (walk.passive !== null && isCounted(value)) {
    putCounted(BINDINGS.get(value));
    return;
  }
  const name = walk.known.functions.get(value);
  if (name !== undefined) {
    put(NAMED);
    put(name);
    return;
  }
  const known = FUNCTION_WORDS.get(value);
  if (known !== undefined) {
    put(known);
    return;
  }
  const start = size;
  putUnknownFunction(value);
  const binding = BINDINGS.get(value);
  if (binding === undefined || !isNamed(binding.target) || binding.args.some(isOfState)) return;
  const word = wordOf(`function ${codes.slice(start, size).join(" ")}`);
  FUNCTION_WORDS.set(value, word);
  size = start;
  put(word);
}

/** Bound to a number of `S` that counts up: all that matters is whether that has gone on since. */
function isCounted(value) {
  const binding = BINDINGS.get(value);
  return binding !== undefined && walk.passive.counted.includes(functionName(binding.target));
}

function putCounted({ target, args }) {
  put(BOUND);
  putFunction(target);
  put(args[0] === current.scenario[walk.passive.counter] ? YES : NO);
  put(args.length);
  for (const argument of args.slice(1)) putWaiting(argument);
}

/** What has another word in another state: objects, and the numbers of timers. */
function isOfState(value) {
  return isObject(value) || (typeof value === "number" && value >= FIRST_TIMER);
}

function isNamed(value) {
  return walk.known.functions.has(value);
}

function putUnknownFunction(value) {
  const binding = BINDINGS.get(value);
  if (binding === undefined) {
    walk.isOpaque = true;
    walk.hidden = walk.hidden || { value };
    put(OPAQUE);
    put(identityOf(value));
    return;
  }
  put(BOUND);
  putFunction(binding.target);
  put(binding.args.length);
  for (const argument of binding.args) putWaiting(argument);
}

function putObject(value) {
  const constant = walk.known.constants.get(value);
  if (constant !== undefined) {
    put(CONSTANT);
    put(constant);
  } else if (isHandle(value)) {
    put(UNIT);
    putUnit(value.ref);
  } else if (value instanceof SimPromise) {
    put(PROMISE);
    putPromise(value.ref);
  } else if (walk.objects.has(value)) {
    put(AGAIN);
    put(walk.objects.get(value));
  } else {
    if (walk.isWaiting) walk.isShared = true;
    walk.objects.set(value, walk.objects.size);
    putContents(value);
  }
}

function putContents(value) {
  if (Array.isArray(value)) {
    put(LIST);
    put(value.length);
    for (const item of value) putValue(item);
  } else if (value instanceof Map) {
    put(TABLE);
    put(value.size);
    for (const [key, item] of value) {
      putValue(key);
      putValue(item);
    }
  } else if (value instanceof Set) {
    put(SET);
    put(value.size);
    for (const item of value) putValue(item);
  } else if (value instanceof Date) {
    put(DATE);
    put(wordOf(String(value.getTime())));
  } else if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null) {
    putRecord(value);
  } else {
    walk.isOpaque = true;
    walk.hidden = walk.hidden || { value };
    put(CLASSLESS);
    put(identityOf(value));
  }
}

/** By their names: in which order entries came about does not matter. */
function putRecord(value) {
  const keys = Object.keys(value);
  if (keys.length > 1) keys.sort();
  put(RECORD);
  put(keys.length);
  for (const key of keys) {
    put(wordOf(key));
    putValue(value[key]);
  }
}

// Units and promises

function putUnit(id) {
  const number = walk.units.get(id);
  if (number !== undefined) {
    put(number);
    return;
  }
  put(-1 - walk.units.size);
  walk.units.set(id, walk.units.size);
  const unit = sim.units[id];
  if (unit === undefined || walk.isAlone) return;
  putLife(unit);
}

function isUnitOver(unit) {
  return unit.kind === "player" ? unit.state !== "playing" : unit.state === OVER[unit.kind];
}

/** What a unit was made with, as one word. */
function madeWith(unit) {
  let word = UNIT_WORDS.get(unit.handle);
  if (word === undefined) {
    word = wordOf(JSON.stringify(MADE_WITH.map((key) => unit[key])));
    UNIT_WORDS.set(unit.handle, word);
  }
  return word;
}

function putLife(unit) {
  put(madeWith(unit));
  put(wordOf(unit.state));
  if (sim.listeners[unit.id] === undefined) put(NOTHING);
  else putListeners(unit.id);
  if (unit.kind === "agent") putValue(unit.onClose);
  if (isUnitOver(unit)) return;
  for (const key in unit) if (!NEVER_TOLD.has(key)) putPart(unit[key]);
  putTimes(unit);
  if (unit.promise !== null && unit.promise !== undefined) putPromise(unit.promise);
  putSource(sim.sources[unit.id]);
  const inputs = sim.inputs[unit.id] || [];
  put(inputs.length);
  for (const input of inputs) putUnit(input);
}

/** A unit that was come by before is only its number: nobody has to be told from the first one. */
function putSource(source) {
  put(source ? UNIT : NOTHING);
  if (source) putUnit(source);
}

/** Texts of a unit may name other units: a player's leg, a leg's detector. */
function putPart(value) {
  if (typeof value === "string" && sim.units[value] !== undefined) {
    put(UNIT);
    putUnit(value);
  } else {
    putValue(value);
  }
}

function putTimes(unit) {
  // How long a leg has been connected is in its farewell. Of the caller's nothing depends on it: see `alphabet.js`.
  if (unit.kind === "call" && unit.direction === "outgoing" && unit.connectedAt !== null) put(sim.now - unit.connectedAt);
  if (unit.kind === "agent") put(unit.playsUntil === Infinity ? -1 : Math.max(unit.playsUntil - sim.now, 0));
  if (unit.kind === "player" && walk.known.usesMarkers) put(sim.now - unit.began);
}

function putListeners(id) {
  const table = sim.listeners[id];
  if (table === undefined) return;
  const known = LISTENER_WORDS.get(table);
  if (known !== undefined) {
    put(known);
    return;
  }
  const start = size;
  putTable(table);
  if (!Object.values(table).every((listeners) => listeners.every(isNamed))) return;
  const word = wordOf(`listeners ${codes.slice(start, size).join(" ")}`);
  LISTENER_WORDS.set(table, word);
  size = start;
  put(word);
}

function putTable(table) {
  for (const event of Object.keys(table).sort()) {
    put(wordOf(event));
    for (const listener of table[event]) putFunction(listener);
  }
}

function putPromise(id) {
  const number = walk.promises.get(id);
  if (number !== undefined) {
    put(number);
    return;
  }
  put(-1 - walk.promises.size);
  walk.promises.set(id, walk.promises.size);
  const record = sim.promises[id];
  if (record === undefined || walk.isAlone) return;
  put(wordOf(record.state));
  put((record.locked ? 2 : 0) + (record.handled ? 1 : 0));
  if (record.state !== "pending") putWaiting(record.value);
  for (const reaction of record.reactions) putReaction(reaction);
}

function putReaction(reaction) {
  put(wordOf(reaction.kind));
  putValue(reaction.onFulfilled);
  putValue(reaction.onRejected);
  putValue(reaction.onFinally);
  putValue(reaction.outerValue);
  if (reaction.kind === "group") {
    const group = sim.groups[reaction.group];
    put(wordOf(group.kind));
    put(group.left);
    put(reaction.index);
    for (const value of group.values) putValue(value);
  }
  putPromise(reaction.target);
}

// Who is not referred to

/**
 * Those that live are part of the state; of those that are over only what the platform could repeat is: one of each kind
 * stays for that, the others vanish.
 */
function putOtherUnits() {
  const live = [];
  const over = new Map();
  const gone = [];
  for (const id of Object.keys(sim.units)) {
    if (walk.units.has(id)) continue;
    const unit = sim.units[id];
    if (!isUnitOver(unit)) {
      live.push({ id, key: `${unit.kind} ${unit.label} ${unit.state} ${unit.hanging}` });
      continue;
    }
    const repeated = unit.kind === "call" || unit.kind === "agent" ? lifeOf(unit) : "";
    if (repeated === "" || over.has(repeated)) gone.push(id);
    else over.set(repeated, id);
  }
  live.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  for (const { id } of live) putUnit(id);
  put(over.size);
  for (const repeated of Array.from(over.keys()).sort()) put(wordOf(repeated));
  if (gone.length > 0) forgetUnits(gone);
}

/** What a unit that is over could still say, as a text; empty if nobody listens. */
function lifeOf(unit) {
  const start = size;
  if (unit.kind === "agent") {
    putValue(unit.onClose);
  } else {
    putListeners(unit.id);
    if (size === start) return "";
  }
  let life = `${unit.kind === "agent" ? 1 : unit.direction === "incoming" ? 2 : 3}`;
  for (let index = start; index < size; index += 1) life += ` ${codes[index]}`;
  size = start;
  return life;
}

function forgetUnits(ids) {
  sim.units = without(sim.units, ids);
  sim.listeners = without(sim.listeners, ids);
  sim.sources = without(sim.sources, ids);
  sim.hears = without(sim.hears, ids);
  sim.hearers = sim.hearers.filter((id) => !ids.includes(id));
}

function without(table, ids) {
  const rest = {};
  for (const key of Object.keys(table)) if (!ids.includes(key)) rest[key] = table[key];
  return rest;
}

function forgetPromises() {
  const kept = {};
  for (const id of walk.promises.keys()) if (sim.promises[id] !== undefined) kept[id] = sim.promises[id];
  sim.promises = kept;
}

/** Two sums of 32 bits, of which 53 bits are kept. */
function hashOfCodes() {
  let high = 0x9e3779b9 ^ size;
  let low = 0x85ebca6b;
  for (let index = 0; index < size; index += 1) {
    const code = codes[index];
    high = Math.imul(high ^ code, 0x9e3779b1);
    high = (high << 13) | (high >>> 19);
    low = Math.imul(low ^ (code + 0x27d4eb2f), 0x85ebca77);
    low = (low << 17) | (low >>> 15);
  }
  high = Math.imul(high ^ (high >>> 16), 0x2c1b3c6d);
  low = Math.imul(low ^ (low >>> 15), 0x297a2d39);
  high ^= low >>> 13;
  low ^= high >>> 16;
  return (high >>> 0) * 0x200000 + (low >>> 11);
}
