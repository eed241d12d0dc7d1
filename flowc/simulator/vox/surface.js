// What a scenario sees: the names of `api.json`, each bound to its implementation, and a guard behind every object that
// names what does not exist. Nothing is added by hand: a name in the table without an implementation, or the other way
// round, stops the emulator from loading.

const ORDINARY = ["constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf", "__proto__"];
const CHECKS = new Map();
const ABSENT = ["then", "toJSON"];
const HIDDEN = ["globalThis", "WebAssembly", "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry", "Intl"];

/** The last object of a prototype chain: reading an unknown name, or writing any, is an error that says which. */
function guard(label, notEmulated) {
  return new Proxy(Object.freeze(Object.create(null)), {
    get(_, key) {
      if (typeof key === "symbol" || ORDINARY.includes(key)) return Object.prototype[key];
      if (ABSENT.includes(key)) return undefined;
      if (notEmulated.includes(key)) throw misuse(`${label}.${key} is not emulated`);
      throw misuse(`${label}.${key} is not part of the VoxEngine API`);
    },
    set(_, key) {
      throw misuse(`${label}.${String(key)} cannot be set: objects of the platform are read-only in the emulator`);
    },
  });
}

function guarded(label, members, notEmulated) {
  const object = Object.create(guard(label, notEmulated || []));
  for (const key of Object.keys(members)) Object.defineProperty(object, key, { value: members[key], enumerable: true });
  return Object.freeze(object);
}

// Arguments

function isObject(value) {
  return typeof value === "object" && value !== null;
}

/** The test of a type as it is written in the table: primitives, unions, and the names that the table defines. */
function typeTest(type) {
  if (type.includes("=>") || type === "unknown") return () => true;
  if (type.includes(" | ")) {
    const tests = type.split(" | ").map(typeTest);
    return (value) => tests.some((test) => test(value));
  }
  if (["string", "number", "boolean", "undefined"].includes(type)) return (value) => typeof value === type;
  if (type === "null") return (value) => value === null;
  if (type.endsWith("[]")) return Array.isArray;
  if (type === "{ [name: string]: string }") {
    return (value) => isObject(value) && Object.keys(value).every((key) => typeof value[key] === "string");
  }
  if (type === "Date") return (value) => value instanceof Date;
  if (type === "object" || type.startsWith("{")) return isObject;
  if (type === "VoxMediaUnit") {
    const units = Object.keys(API.classes).filter((name) => API.classes[name].mediaUnit === true);
    return (value) => isObject(value) && units.includes(classOf(value));
  }
  if (type === "Voice") return (value) => VOICES.includes(value);
  if (API.classes[type]) return (value) => isObject(value) && classOf(value) === type;
  if (API.enums[type]) {
    const values = Object.values(VALUES[type]);
    return (value) => values.includes(value);
  }
  if (API.interfaces[type]) return (value) => isObject(value) && !isHandle(value);
  throw new Error(`api.json: no such type: ${type}`);
}

/** The check of a value against a type of the table, which throws; made once for every type. */
function checkOf(type) {
  if (!CHECKS.has(type)) {
    const fits = typeTest(type);
    const fields = API.interfaces[type] ? checkOfFields(API.interfaces[type]) : null;
    CHECKS.set(type, (label, key, value) => {
      if (!fits(value)) throw misuse(`${label}: ${key} must be ${type}, not ${show(value)}`);
      if (fields) fields(`${label}: ${key}`, value);
    });
  }
  return CHECKS.get(type);
}

/** Names and types of parameters or fields, as the table has them, with their checks. */
function declared(types) {
  return Object.keys(types).filter((name) => !name.startsWith("...")).map((name) => {
    const key = name.replace("?", "");
    return { key, optional: key !== name, check: checkOf(types[name]) };
  });
}

function checkOfFields(types) {
  const fields = declared(types);
  const known = fields.map((field) => field.key);
  return (label, value) => {
    for (const key of Object.keys(value)) if (!known.includes(key)) throw misuse(`${label}: ${key} is not a known parameter`);
    for (const { key, optional, check } of fields) {
      if (!optional || (value[key] !== undefined && value[key] !== null)) check(label, key, value[key]);
    }
  };
}

function checkArguments(label, params, args) {
  for (let index = 0; index < params.length; index += 1) {
    const { key, optional, check } = params[index];
    const value = args[index];
    if (!optional || (value !== undefined && value !== null)) check(label, key, value);
  }
}

function show(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return value === "" ? "an empty string" : "a string";
  if (isHandle(value)) return `a ${classOf(value)}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

// Handles: frozen objects with the id of a record in `sim.units`

function isHandle(value) {
  return isObject(value) && HANDLE_CLASS.has(Object.getPrototypeOf(value));
}

function classOf(handle) {
  return HANDLE_CLASS.get(Object.getPrototypeOf(handle));
}

/** The unit that a handle stands for: of whom the scenario has called, and is the caller now, the caller. */
function idOf(handle) {
  return handle.ref === sim.calledAs ? "caller" : handle.ref;
}

function unitOf(handle) {
  return sim.units[idOf(handle)];
}

function makeHandle(className, id) {
  return Object.freeze(new HANDLES[className](id));
}

/** A class without methods of its own, in front of the guarded ones: objects of a class are frozen much faster. */
function handleClass(className) {
  class Handle {
    ref; // defined before it is set, or the guard would refuse it
    constructor(id) {
      this.ref = id;
    }
  }
  delete Handle.prototype.constructor;
  Object.setPrototypeOf(Handle.prototype, CLASSES[className]);
  Object.freeze(Handle.prototype);
  HANDLE_CLASS.set(Handle.prototype, className);
  return Handle;
}

/** What tells nothing of a session's state, and changes nothing in it but the log. */
const ASIDE = ["Logger.write", "console.log", "trace", "VoxEngine.getSecretValue", "Crypto.sha256", "Crypto.hmac_sha256", "Crypto.md5", "Crypto.sha1"];
/** A call that comes in when there is one already: nothing that is asked of it concerns anybody else. */
const STRANGER = "stranger";
/** How often the platform was called for anything else, or promised something: as long as that stays, what a scenario does follows from its own state. */
let callsOfPlatform = 0;
/** Of these, how often a timer was set or stopped: all that this can tell of the platform is that there are too many. */
let callsForTimers = 0;
const OF_TIMERS = ["setTimeout", "clearTimeout"];

function implementation(name) {
  const found = IMPLEMENTATION[name];
  if (!found) throw new Error(`api.json: ${name} has no implementation`);
  UNUSED.delete(name);
  return found;
}

function checked(label, spec) {
  const run = implementation(label);
  const params = declared(spec.params);
  const counted = ASIDE.includes(label) ? 0 : 1;
  const ofTimers = OF_TIMERS.includes(label) ? 1 : 0;
  return function (...args) {
    checkRunning(label);
    callsOfPlatform += counted;
    callsForTimers += ofTimers;
    if (spec.module) checkLoaded(label, spec.module);
    if (sim.throwing) throwAsAsked(label, args);
    checkArguments(label, params, args);
    return run(...args);
  };
}

function checkedMethod(className, name, spec) {
  const label = `${className}.${name}`;
  const run = implementation(label);
  const params = declared(spec.params);
  return function (...args) {
    checkRunning(label);
    if (!isObject(this) || this.ref !== STRANGER) callsOfPlatform += 1;
    if (!isObject(this) || classOf(this) !== className) throw misuse(`${label} was called without its ${className}`);
    if (sim.throwing) throwAsAsked(label, args);
    checkArguments(label, params, args);
    return run(unitOf(this), ...args);
  };
}

/** For whoever plays a path once more: how often each function of the platform that may throw was called; else null. */
let calledSoFar = null;

/** A fault that the environment has ordered: the n-th call of a function throws, or every one. */
function throwAsAsked(label, args) {
  if (calledSoFar !== null) calledSoFar[label] = (calledSoFar[label] || 0) + 1;
  if (sim.faultIn !== undefined) return throwInTurn(label, args);
  const which = owned(sim.options.throws, label, null);
  if (which === null) return;
  sim.counts[label] = (sim.counts[label] || 0) + 1;
  if (which !== 0 && which !== sim.counts[label]) return;
  note({ t: sim.now, event: "throws", what: label });
  throw new Error(`${label} failed`);
}

/**
 * The same, for an explorer: of the calls of one step that may fail, the one whose turn it is. What the platform says then
 * may carry what it was given: a key, or an address.
 */
function throwInTurn(label, args) {
  if (!sim.faults.includes(label)) return;
  sim.faultIn -= 1;
  if (sim.faultIn !== 0) return;
  if (turns !== null) turns.thrown = [label, calledSoFar[label]];
  note({ t: sim.now, event: "throws", what: label });
  throw new Error(`${label} failed: ${JSON.stringify(plain(args))}`);
}

function checkRunning(label) {
  if (sim === null) throw new Error(`${label} was called outside of a callback`);
}

function checkLoaded(label, module) {
  if (sim !== null && sim.modules.includes(API.modules[module])) return;
  if (sim !== null && stateOfModule(module) === "missing") throw new ReferenceError(`${module} is not defined`);
  if (sim !== null && module === "CallList" && stateOfModule(module) === "unlisted") return; // it is there for everybody
  throw misuse(`${label} is not loaded: require(Modules.${module}) comes first`, ReferenceError);
}

/** An object that exists once its module has been required. */
function loadedWith(module, name, object) {
  if (!module) return object;
  return new Proxy(object, {
    get(target, key) {
      if (typeof key === "string") checkLoaded(name, module);
      return target[key];
    },
  });
}

/** Adding and removing listeners for the events of some enums. Tables and lists are copied on every change. */
function listening(label, enums) {
  const known = new Set([].concat(...enums.map((name) => Object.values(VALUES[name]))));
  const tableOf = (method, key, event) => {
    if (sim === null) checkRunning(`${label}.${method}`);
    callsOfPlatform += 1;
    if (!known.has(event)) throw misuse(`${label}.${method}: ${String(event)} is not an event of ${enums.join(", ")}`);
    const table = { ...sim.listeners[key] };
    sim.listeners = withEntry(sim.listeners, key, table);
    return table;
  };
  return {
    add(key, event, callback) {
      const table = tableOf("addEventListener", key, event);
      if (sim.throwing) throwAsAsked(`${label}.addEventListener`, [event]);
      table[event] = (table[event] || NOBODY).concat([callback]);
    },
    remove(key, event, callback) {
      const table = tableOf("removeEventListener", key, event);
      table[event] = callback === undefined ? [] : (table[event] || NOBODY).filter((other) => other !== callback);
    },
  };
}

// The objects

const HANDLE_CLASS = new Map();
const CLASSES = {};
const HANDLES = {};
const VOICES = [];
const UNUSED = new Set();

function buildEnum(name) {
  const { module, notEmulated } = API.enums[name];
  const members = guarded(name, VALUES[name], notEmulated);
  return loadedWith(module, name, name === "AMD.Model" ? modelsOf(members) : members);
}

/** The platform may be older than a model. */
function modelsOf(models) {
  return new Proxy({ ...VALUES["AMD.Model"] }, { get: (_, key) => (typeof key === "string" && sim.options.detection === "no models" ? undefined : models[key]), set: (_, key, value) => Reflect.set(models, key, value) });
}

function buildClass(name) {
  const { methods, events, notEmulated } = API.classes[name];
  const members = {};
  for (const key of Object.keys(methods)) members[key] = checkedMethod(name, key, methods[key]);
  const listeners = listening(name, events);
  members.addEventListener = function (event, callback) {
    listeners.add(sim === null ? this.ref : idOf(this), event, callback);
  };
  members.removeEventListener = function (event, callback) {
    listeners.remove(sim === null ? this.ref : idOf(this), event, callback);
  };
  CLASSES[name] = guarded(name, members, notEmulated);
  HANDLES[name] = handleClass(name);
}

function buildNamespace(name) {
  const { functions, events, module, notEmulated } = API.namespaces[name];
  const members = {};
  for (const key of Object.keys(functions)) members[key] = checked(`${name}.${key}`, functions[key]);
  for (const path of Object.keys(API.enums)) {
    if (path.startsWith(`${name}.`)) members[path.slice(name.length + 1)] = buildEnum(path);
  }
  if (events) {
    const listeners = listening(name, events);
    members.addEventListener = (event, callback) => listeners.add("session", event, callback);
    members.removeEventListener = (event, callback) => listeners.remove("session", event, callback);
  }
  return loadedWith(module, name, guarded(name, members, notEmulated));
}

/** What is known of the modules that are in no official list (typings v28, T751): one may be missing, or only there. */
function stateOfModule(name) {
  if (name === "AMD") return sim.options.detection;
  return name === "CallList" ? sim.options.call_list : "";
}

function requireModule(module) {
  const unsure = ["AMD", "CallList"].find((name) => module === API.modules[name]);
  if (unsure !== undefined && stateOfModule(unsure) === "missing") throw new Error("there is no such module");
  if (!Object.values(API.modules).includes(module)) throw misuse(`require: ${String(module)} is not a module`);
  if (!sim.modules.includes(module)) sim.modules.push(module);
}

function modulesOf(modules) {
  return new Proxy({ ...API.modules }, { get: (_, key) => (["unlisted", "missing"].includes(stateOfModule(key)) ? undefined : modules[key]), set: (_, key, value) => Reflect.set(modules, key, value) });
}

/** The voices of a provider, by name, or the providers: whoever names a voice gets it, if the platform has any. */
function voicesOf(provider) {
  const known = {};
  return new Proxy(Object.freeze(Object.create(null)), {
    get(_, key) {
      if (typeof key === "symbol" || ORDINARY.includes(key)) return Object.prototype[key];
      if (ABSENT.includes(key) || sim.options.voices === "none") return undefined;
      const name = provider === "" ? key : `${provider}.${key}`;
      if (known[key] === undefined) known[key] = name in API.voices ? voicesOf(name) : voiceNamed(provider, name);
      return known[key];
    },
    set(_, key) {
      throw misuse(`VoiceList.${String(key)} cannot be set: objects of the platform are read-only in the emulator`);
    },
  });
}

function voiceNamed(provider, name) {
  if (provider === "") throw misuse(`VoiceList.${name} is not part of the VoxEngine API`);
  const voice = Object.freeze({ voice: name });
  VOICES.push(voice);
  return voice;
}

/** Every global of the scenario, by name. */
function buildGlobals() {
  for (const name of Object.keys(IMPLEMENTATION)) UNUSED.add(name);
  const globals = { ...BUILTINS, require: requireModule, Modules: modulesOf(guarded("Modules", API.modules, API.modulesNotEmulated)) };
  for (const name of Object.keys(API.classes)) buildClass(name);
  for (const name of Object.keys(API.enums)) if (!name.includes(".")) globals[name] = buildEnum(name);
  for (const name of Object.keys(API.namespaces)) globals[name] = buildNamespace(name);
  for (const name of Object.keys(API.functions)) globals[name] = checked(name, API.functions[name]);
  globals.VoiceList = voicesOf("");
  globals.Promise = SimPromise;
  globals.Date = SimDate;
  globals.Math = SIM_MATH;
  for (const name of HIDDEN) globals[name] = guarded(name, {});
  if (UNUSED.size > 0) throw new Error(`api.json does not name ${Array.from(UNUSED).join(", ")}`);
  return globals;
}
