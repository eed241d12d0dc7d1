// What a scenario sees: the names of `api.json`, each bound to its implementation, and a guard behind every object that
// names what does not exist. Nothing is added by hand: a name in the table without an implementation, or the other way
// round, stops the emulator from loading.

const ORDINARY = ["constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf", "__proto__"];
const TYPE_TESTS = new Map();
const ABSENT = ["then", "toJSON"];
const HIDDEN = ["console", "globalThis", "WebAssembly", "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry", "Intl"];

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
  if (type === "object" || type.startsWith("{")) return isObject;
  if (type === "VoxMediaUnit") return (value) => isHandle(value) && API.classes[classOf(value)].mediaUnit === true;
  if (type === "Voice") return (value) => VOICES.includes(value);
  if (API.classes[type]) return (value) => isHandle(value) && classOf(value) === type;
  if (API.enums[type]) {
    const values = Object.values(API.enums[type].members).map((member) => member.value);
    return (value) => values.includes(value);
  }
  if (API.interfaces[type]) return (value) => isObject(value) && !isHandle(value);
  throw new Error(`api.json: no such type: ${type}`);
}

function fits(type, value) {
  if (!TYPE_TESTS.has(type)) TYPE_TESTS.set(type, typeTest(type));
  return TYPE_TESTS.get(type)(value);
}

function checkValue(label, type, value) {
  if (!fits(type, value)) throw misuse(`${label} must be ${type}, not ${show(value)}`);
  const fields = API.interfaces[type];
  if (fields) checkFields(label, fields, value);
}

function checkFields(label, fields, value) {
  for (const key of Object.keys(value)) {
    if (!(key in fields) && !(`${key}?` in fields)) throw misuse(`${label}: ${key} is not a known parameter`);
  }
  for (const name of Object.keys(fields)) {
    const key = name.replace("?", "");
    if (key !== name && (value[key] === undefined || value[key] === null)) continue;
    checkValue(`${label}: ${key}`, fields[name], value[key]);
  }
}

function checkArguments(label, params, args) {
  Object.keys(params).forEach((name, index) => {
    const key = name.replace("?", "");
    if (key !== name && (args[index] === undefined || args[index] === null)) return;
    checkValue(`${label}: ${key}`, params[name], args[index]);
  });
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

function makeHandle(className, id) {
  return Object.freeze(Object.create(CLASSES[className], { ref: { value: id } }));
}

function implementation(name) {
  const found = IMPLEMENTATION[name];
  if (!found) throw new Error(`api.json: ${name} has no implementation`);
  UNUSED.delete(name);
  return found;
}

function checked(label, spec) {
  const run = implementation(label);
  return function (...args) {
    checkRunning(label);
    checkArguments(label, spec.params, args);
    return run(...args);
  };
}

function checkedMethod(className, name, spec) {
  const label = `${className}.${name}`;
  const run = implementation(label);
  return function (...args) {
    checkRunning(label);
    if (!isHandle(this) || classOf(this) !== className) throw misuse(`${label} was called without its ${className}`);
    checkArguments(label, spec.params, args);
    return run(sim.units[this.ref], ...args);
  };
}

function checkRunning(label) {
  if (sim === null) throw new Error(`${label} was called outside of a callback`);
}

/** Adding and removing listeners for the events of some enums. The table of listeners is copied on every change. */
function listening(label, enums) {
  const known = [].concat(...enums.map((name) => Object.values(API.enums[name].members).map((member) => member.value)));
  const change = (method, key, event, alter) => {
    checkRunning(`${label}.${method}`);
    if (!known.includes(event)) throw misuse(`${label}.${method}: ${String(event)} is not an event of ${enums.join(", ")}`);
    const table = sim.listeners[key] || {};
    sim.listeners[key] = Object.assign({}, table, { [event]: alter(table[event] || []) });
  };
  return {
    add: (key, event, callback) => change("addEventListener", key, event, (old) => old.concat([callback])),
    remove(key, event, callback) {
      change("removeEventListener", key, event, (old) => (callback === undefined ? [] : old.filter((other) => other !== callback)));
    },
  };
}

// The objects

const HANDLE_CLASS = new Map();
const CLASSES = {};
const VOICES = [];
const UNUSED = new Set();

function buildEnum(name) {
  const { members, notEmulated } = API.enums[name];
  const values = {};
  for (const key of Object.keys(members)) values[key] = members[key].value;
  return guarded(name, values, notEmulated);
}

function buildClass(name) {
  const { methods, events, notEmulated } = API.classes[name];
  const members = {};
  for (const key of Object.keys(methods)) members[key] = checkedMethod(name, key, methods[key]);
  const listeners = listening(name, events);
  members.addEventListener = function (event, callback) {
    listeners.add(this.ref, event, callback);
  };
  members.removeEventListener = function (event, callback) {
    listeners.remove(this.ref, event, callback);
  };
  CLASSES[name] = guarded(name, members, notEmulated);
  HANDLE_CLASS.set(CLASSES[name], name);
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
  const object = guarded(name, members, notEmulated);
  if (!module) return object;
  return new Proxy(object, {
    get(target, key) {
      if (typeof key === "string" && !sim.modules.includes(API.modules[module])) {
        throw misuse(`${name} is not loaded: require(Modules.${module}) comes first`, ReferenceError);
      }
      return target[key];
    },
  });
}

function requireModule(module) {
  if (!Object.values(API.modules).includes(module)) throw misuse(`require: ${String(module)} is not a module`);
  if (!sim.modules.includes(module)) sim.modules.push(module);
}

/** Every global of the scenario, by name. */
function buildGlobals() {
  for (const name of Object.keys(IMPLEMENTATION)) UNUSED.add(name);
  const globals = { require: requireModule, Modules: guarded("Modules", API.modules, API.modulesNotEmulated) };
  for (const name of Object.keys(API.classes)) buildClass(name);
  for (const name of Object.keys(API.enums)) if (!name.includes(".")) globals[name] = buildEnum(name);
  for (const name of Object.keys(API.namespaces)) globals[name] = buildNamespace(name);
  for (const name of Object.keys(API.functions)) globals[name] = checked(name, API.functions[name]);
  const providers = {};
  for (const provider of Object.keys(API.voices)) {
    const voices = {};
    for (const name of API.voices[provider]) VOICES.push((voices[name] = Object.freeze({ voice: `${provider}.${name}` })));
    providers[provider] = guarded(`VoiceList.${provider}`, voices);
  }
  globals.VoiceList = guarded("VoiceList", providers);
  globals.Promise = SimPromise;
  globals.Date = SimDate;
  globals.Math = SIM_MATH;
  for (const name of HIDDEN) globals[name] = guarded(name, {});
  if (UNUSED.size > 0) throw new Error(`api.json does not name ${Array.from(UNUSED).join(", ")}`);
  return globals;
}
