// A session: its state, the callbacks it runs, how it ends, and what an observer may read. `sim` is the state of the
// session being stepped, plain data throughout; everything that happens is written to its trace.

// Bound here, because a host may look up globals slowly (Node's contexts do); scenarios get the same bindings.
const {
  Array, Boolean, Date, Error, Infinity, JSON, Map, Math, NaN, Number, Object, Proxy, RangeError, ReferenceError, RegExp, Set, String,
  Symbol, SyntaxError, TypeError, isFinite, isNaN, parseFloat, parseInt, undefined,
} = globalThis;
const BUILTINS = {
  Array, Boolean, Error, Infinity, JSON, Map, NaN, Number, Object, RangeError, RegExp, Set, String, Symbol, SyntaxError, TypeError,
  isFinite, isNaN, parseFloat, parseInt,
};
const NativePromise = globalThis.Promise;
const SCENARIO_LIMIT = 256 * 1024;
const DRAIN_LIMIT_MS = 90000;
const SCENARIO_FILE = "scenario.js";
const PROLOGUE = '"use strict";';
const OPENING = `${PROLOGUE}return function () {`; // a function in a function: the text may declare the names of globals anew
const IMPLEMENTATION = {};
const TASKS = {};
const NOBODY = [];
const VALUES = {}; // of enums, and so the names of events: by enum and key
for (const name of Object.keys(API.enums)) {
  const { members } = API.enums[name];
  VALUES[name] = {};
  for (const key of Object.keys(members)) VALUES[name][key] = members[key].value;
}

let sim = null;
let current = null; // that session
let running = null; // the callback of the scenario, so that one that does not come back can be named

function newState(options) {
  return {
    options, now: 0, serial: 0, phase: "running", ending: null, ended: null, error: null, errors: [], random: options.seed,
    modules: [], listeners: {}, units: {}, sources: {}, hearers: [], hears: {}, stirred: false, asked: "", silences: [], inputs: {}, tasks: [], requests: [],
    lookups: [], reports: [], byList: false, stored: new Map(), promises: {}, groups: {}, jobs: [], unhandled: [], customData: options.custom_data, calledAs: null, trace: [],
    recording: options.trace === "full", throwing: Object.keys(options.throws || {}).length > 0, depth: 0, callbacks: 0, bufferBytes: 0,
    moment: null, clockGoesOn: true, isTimeAsked: false, hidesTones: false, token: undefined, formerToken: undefined, began: 0, faultIn: undefined, faults: undefined, counts: { call: 0, attempts: 0, player: 0, agent: 0, request: 0, recorder: 0, conference: 0, detector: 0, vad: 0 },
  };
}

/** A table of the session with one entry more, or another one: it is replaced, so that copies of a session may share it. */
function withEntry(table, key, value) {
  return { ...table, [key]: value };
}

/** Writes an entry to the trace. */
function note(entry) {
  sim.stirred = true;
  if (sim.recording) sim.trace.push(entry);
}

/** Notes that the scenario uses the platform wrongly, and makes the error to throw where the platform would. */
function misuse(message, Type) {
  note({ t: sim.now, event: "misuse", message });
  return new (Type || TypeError)(message);
}

function asyncMisuse() {
  return misuse("async functions are not emulated: use .then and .catch");
}

/** The error of an environment that asks for what cannot happen: the test's mistake, not the scenario's. */
function impossible(message) {
  const error = new Error(message);
  error.impossible = true;
  return error;
}

// Failures

function fail(kind, message, where, position) {
  if (sim.error) return;
  sim.error = Object.assign({ kind, message, where: where || null, t: sim.now }, position || { line: null, column: null });
  note({ t: sim.now, event: "error", kind, message, where: sim.error.where, line: sim.error.line });
  if (sim.options.exception === "logged" && (kind === "exception" || kind === "unhandled_rejection")) {
    sim.errors.push(sim.error);
    sim.error = null;
    return;
  }
  sim.ending = { reason: "error" };
}

function failWith(kind, where, error) {
  if (error && error.impossible) throw error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : `${show(error)}: ${String(error)}`;
  fail(kind, message, where, positionOf(error));
}

/**
 * The text of an error's stack, for the engine: of its frames only those of the scenario, each with its place in the
 * scenario's own text. The emulator's and the host's would be others for every way to play the same call.
 */
function stackOf(error, frames) {
  const lines = [headOf(error)];
  for (const frame of frames) {
    if (frame.getScriptNameOrSourceURL() !== SCENARIO_FILE) continue;
    const line = frame.getLineNumber() - 2; // those of the function around it
    const place = `${SCENARIO_FILE}:${line}:${frame.getColumnNumber() - (line === 1 ? OPENING.length : 0)}`;
    const name = frame.getFunctionName();
    lines.push(`    at ${name && name !== "eval" ? `${name} (${place})` : place}`);
  }
  return lines.join("\n");
}

function headOf(error) {
  try {
    return String(error);
  } catch (_) {
    return "Error"; // its own toString throws
  }
}

Object.defineProperty(Error, "prepareStackTrace", { value: stackOf });

/** Line and column of the scenario in an error's stack. */
function positionOf(error) {
  const match = error instanceof Error && /scenario\.js:(\d+):(\d+)/.exec(String(error.stack));
  return match ? { line: Number(match[1]), column: Number(match[2]) } : { line: null, column: null };
}

function functionName(value) {
  return typeof value === "function" ? value.name || "anonymous" : String(value);
}

// Callbacks

/** Runs one callback of the scenario and, after the outermost, the promise reactions; failures end the session. */
function invoke(where, callback, args) {
  if (typeof callback !== "function") {
    fail("not_a_function", `the handler of ${where} is not a function but ${show(callback)}`, where);
    return undefined;
  }
  const outer = running;
  running = { where, callback };
  sim.depth += 1;
  let result;
  try {
    result = callback.apply(undefined, args);
    if (result instanceof NativePromise) throw asyncMisuse();
  } catch (error) {
    failWith("exception", `${functionName(callback)} (${where})`, error);
  } finally {
    sim.depth -= 1;
    running = outer;
  }
  drainJobs();
  watchMemory();
  return result;
}

function settleFromOutside(promise, state, value) {
  settleOnce(promise, state, value);
  drainJobs();
}

function listenersOf(key, event) {
  const table = sim.listeners[key];
  return (table && table[event]) || NOBODY;
}

function eventObject(name, payload, common) {
  return Object.freeze({ name, ...common, ...payload });
}

/** Calls the listeners of an event, in the order in which they were added, while the session lives. */
function emit(enumName, event, key, payload, common) {
  const name = VALUES[enumName][event];
  const listeners = listenersOf(key, name);
  if (listeners.length === 0) return;
  const args = [eventObject(name, payload, common)];
  for (const listener of listeners) {
    if (sim.phase === "running" && sim.ending) return;
    invoke(`${enumName}.${event}`, listener, args);
  }
}

// The end

Object.assign(IMPLEMENTATION, {
  "VoxEngine.terminate"() {
    note({ t: sim.now, event: "terminate" });
    sim.ending = sim.ending || { reason: "terminate" };
  },
});

/** After every callback: a session that is to end begins to. */
function afterBlock() {
  if (sim.phase === "running" && sim.ending) beginEnd();
  else if (sim.phase === "draining" && sim.requests.length === 0) terminating();
  else if (sim.phase === "terminating" && sim.requests.length === 0) terminated();
}

function beginEnd() {
  const calls = Object.values(sim.units).filter((unit) => unit.kind === "call" && unit.state !== "TERMINATED");
  const ending = sim.ending;
  if (sim.options.terminate_events) {
    sim.ending = null;
    for (const call of calls) {
      if (call.state === "TERMINATED") continue;
      endCall(call, call.state === "PROGRESSING" ? "Failed" : "Disconnected", 487, "Session terminated");
    }
    sim.ending = sim.error ? { reason: "error" } : ending;
  }
  sim.phase = "draining";
  if (sim.error) sim.jobs = [];
  sim.tasks = sim.tasks.filter((task) => task.kind === "httpAnswers");
  sim.requests = sim.requests.filter((request) => request.state === "active");
  for (const unit of Object.values(sim.units)) {
    if (unit.kind === "call" && unit.state !== "TERMINATED") {
      unit.state = "TERMINATED";
      note({ t: sim.now, event: "dropped", leg: unit.label, call: unit.handle.ref });
    } else if (unit.kind === "agent" && unit.state !== "closed") {
      unit.state = "closed";
      note({ t: sim.now, event: "agent_dropped", agent: unit.id });
    } else if (unit.kind === "player" && unit.state === "playing") {
      unit.state = "stopped";
    } else if (MIXERS.includes(unit.kind)) {
      unit.state = "stopped";
    }
  }
  sim.sources = {};
  sim.inputs = {};
  noteHearing();
  if (sim.requests.length > 0) addTask(DRAIN_LIMIT_MS, "drained", "session");
  else terminating();
}

function terminating() {
  sim.phase = "terminating";
  sim.requests = [];
  sim.tasks = [];
  note({ t: sim.now, event: "terminating" });
  emit("AppEvents", "Terminating", "session", systemError());
  if (sim.requests.length > 0) addTask(DRAIN_LIMIT_MS, "drained", "session");
  else terminated();
}

function terminated() {
  sim.phase = "terminated";
  sim.tasks = [];
  sim.requests = [];
  emit("AppEvents", "Terminated", "session", systemError());
  sim.phase = "ended";
  sim.ended = { t: sim.now, reason: sim.ending.reason };
  note({ t: sim.now, event: "ended", reason: sim.ending.reason });
}

function systemError() {
  return sim.error ? { systemError: true } : {};
}

TASKS.drained = () => (sim.phase === "draining" ? terminating() : terminated());

