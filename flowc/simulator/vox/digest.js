// The digest of a state: what of it can still matter, as one number. Two states with the same digest have the same future.
// Times are relative to now, units and timers have the numbers in which they are come by from `S`, and what is over and
// cannot say anything again is left out. What a digest is made of is a list of whole numbers, which is cheap to hash.

const MISSING = 1, NOTHING = 2, YES = 3, NO = 4, INTEGER = 5, NUMBER = 6, TEXT = 7, NAMED = 8, BOUND = 9, OPAQUE = 10, CONSTANT = 11,
  UNIT = 12, PROMISE = 13, LIST = 14, TABLE = 15, SET = 16, DATE = 17, RECORD = 18, AGAIN = 19, TIMER = 20, PAST_TIMER = 21, CLASSLESS = 22, INSTANT = 23;
const WORDS = new Map(); // texts as numbers
const IDENTITIES = new Map(); // what is told apart by nothing but itself
const FUNCTION_WORDS = new WeakMap(); // and what never changes once it is there: functions, tables of listeners, what units are made with
const LISTENER_WORDS = new WeakMap();
const UNIT_WORDS = new WeakMap();
const WORDS_WITHOUT_HEADERS = new WeakMap();
const WORDS_WITHOUT_NUMBER = new WeakMap();
const LAST_WORDS = new WeakMap();
const UNIT_SHAPES = {}; // by kind, with `isTold` for each name
const MADE_WITH = ["kind", "direction", "type", "number", "callerid", "displayName", "headers", "ringLimit", "className", "duration", "automatic", "timeout", "isAdmitted"];
/** Of the caller, what the scenario reads when the call comes in. */
const OF_NUMBERS = ["type", "number", "callerid", "displayName"];
const NEVER_TOLD = new Set([...MADE_WITH, "id", "label", "handle", "task", "promise", "customs", "metadata", "began", "connectedAt", "held", "pressed", "refusedWith", "refers", "rings", "playsUntil", "lasted", "isPrivate", "isTooLate", "isForgotten", "answersLate", "state", "onClose"]);

let codes = new Int32Array(1 << 12);
let size = 0;
let walk = null; // the digest that is being made
let fields = { search: null, shape: null, byPassive: new Map() }; // of `S`

function put(code) {
  if (size === codes.length) {
    const larger = new Int32Array(2 * size);
    larger.set(codes);
    codes = larger;
  }
  codes[size] = code;
  size += 1;
}

/** What was put from a place on, as a text. Not by `slice`: each list of that kind is counted, and made by a proxy (`memory.js`). */
function codesSince(start) {
  let text = "";
  for (let index = start; index < size; index += 1) text += `${codes[index]} `;
  return text;
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
  for (const report of sim.reports) putPromise(report.promise);
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
  } else {
    const { shape, parts } = fieldsOf(scenario, passive);
    const values = shape.read(scenario);
    for (let index = 0; index < values.length; index += 1) parts[index](values[index]);
  }
}

/** How each field of `S` counts in the search that is under way, in the phase in which it is: functions that put its value. */
function fieldsOf(scenario, passive) {
  if (fields.search !== search) fields = { search, shape: null, byPassive: new Map() };
  const shape = shapeOf(scenario, fields.shape);
  if (shape !== fields.shape) fields = { search, shape, byPassive: new Map() };
  let byPhase = fields.byPassive.get(passive);
  if (byPhase === undefined) {
    byPhase = new Map();
    fields.byPassive.set(passive, byPhase);
  }
  const phase = passive === null ? null : scenario.phase; // else nothing goes by that
  let parts = byPhase.get(phase);
  if (parts === undefined) {
    parts = shape.names.map((name) => {
      if (isOfNothing(name)) return PARTS.nothing;
      const how = passive === null ? undefined : passive.parts[name];
      if (how === undefined) return putValue;
      return how.phases.includes(phase) ? PARTS.nothing : PARTS[how.part];
    });
    byPhase.set(phase, parts);
  }
  return { shape, parts };
}

/** What of a field of `S` can still decide what follows, by the names that `mode.passive` has for it. */
const PARTS = {
  all: putValue,
  nothing() {},
  presence: (value) => put(value === null || value === "" ? NOTHING : YES),
  keyed(value) {
    const rest = value.slice(value.lastIndexOf("#") + 1); // of which the agent is told after a pause
    for (const each of [value, rest]) put(each.length < 2 ? each.length : 2);
    put(value === rest ? NO : YES);
  },
  identity: putIdentity,
  request: putRequestOfAgent,
  length: (value) => put(value.length),
  at_entry(value) {
    if (isAtEntry()) putValue(value);
  },
  of_menu(value) {
    if (current.scenario.menu !== null) putValue(value);
  },
  fallback: (value) => put(current.scenario.transfer === null ? NOTHING : placeAmong(walk.passive.outcomes, value, current.scenario.transfer.fallback)),
  posts(value) {
    put(value.length);
    for (const post of value) {
      put(wordOf(post.webhook));
      put((post.tries > 0 ? 2 : 0) + (post.isUnderWay ? 1 : 0));
      putValue(post.timer);
    }
  },
  token: (value) => put(value === "" ? NOTHING : value === tokenOf() ? YES : NO),
  keys(value) {
    const names = Object.keys(value);
    put(names.length);
    for (const name of names) put(wordOf(name));
  },
};

/** The first of the steps of `inbound` is still to be carried out, which may go by who calls. */
function isAtEntry() {
  const { way, position } = current.scenario;
  return way === "" || (way === "inbound" && position === 0);
}

/** Who calls is only handed on: `passive.handed` has that, as `parties.py` has found. */
function isCallerUnnamed(passive) {
  return passive !== null && (passive.handed.from === "nothing" || passive.handed.from === "at_entry");
}

/** Where an outcome stands among those that are named, in the order of hope: all that stand between two of them are one. */
function placeAmong(outcomes, outcome, named) {
  let place = 0;
  for (const other of outcomes) {
    const isNamed = named[other] !== undefined;
    if (other === outcome) return isNamed ? place + 1 : place;
    if (isNamed) place += 2;
  }
  return -1;
}

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

/** What the agent has asked for: of its parameters only those by which something goes, be it that there are none. */
function putRequestOfAgent(value) {
  putIdentity(value);
  if (value === null) return;
  for (const key of Object.keys(value).sort()) if (key !== "parameters") putValue(value[key]);
  for (const name of walk.passive.deciding) putValue(value.parameters[name]);
  for (const name of walk.passive.missed) put(["", null, undefined].includes(value.parameters[name]) ? NOTHING : YES);
}

/**
 * In the order in which they happen; what may happen at any time comes last, and that by its names: which of it was begun
 * first makes no difference.
 */
function inTime(one, other) {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  if (one.at === NEVER) {
    const [name, otherName] = [nameOfTask(one), nameOfTask(other)];
    if (name !== otherName) return name < otherName ? -1 : 1;
  }
  return one.order - other.order;
}

function putSession(besides) {
  put(wordOf(sim.phase));
  put(wordOf(sim.ended === null ? "" : sim.ended.reason));
  put(wordOf(sim.ending === null ? "" : sim.ending.reason));
  put(sim.errors.length);
  if (walk.passive === null || walk.passive.counts_calls) put(sim.counts.attempts);
  if (walk.passive === null || !walk.passive.makes_tokens) put(sim.random | 0);
  put(wordOf(sim.customData));
  if (walk.isTimed) put(wordOf(String(sim.now)));
  const silence = sim.silences[sim.silences.length - 1];
  put(silence && silence.to === null ? sim.now - silence.from : -1);
  put(wordOf(sim.asked));
  put(silence && silence.to === null && silence.isAsked ? 1 : 0);
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
  if (search !== null && search.mode.untimed) put(request.until > sim.now ? YES : NOTHING); // else the timers tell
  put(wordOf(request.url));
  if (request.callback !== null) putValue(request.callback);
  else putPromise(request.promise);
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
