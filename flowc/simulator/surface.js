"use strict";
// What a scenario sees: the names of `api.json`, each bound to its implementation, and a guard behind every object that
// names what does not exist. Nothing is added by hand: a name in the table without an implementation, or the other way
// round, stops the emulator from loading.

const ORDINARY = ["constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf", "__proto__"];
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

function fits(type, value) {
  if (type.includes("=>") || type === "unknown") return true;
  if (type.includes(" | ")) return type.split(" | ").some((part) => fits(part, value));
  if (["string", "number", "boolean", "undefined"].includes(type)) return typeof value === type;
  if (type === "null") return value === null;
  if (type === "object") return isObject(value);
  if (type.endsWith("[]")) return Array.isArray(value);
  if (type === "{ [name: string]: string }") {
    return isObject(value) && Object.keys(value).every((key) => typeof value[key] === "string");
  }
  if (type.startsWith("{")) return isObject(value);
  if (type === "VoxMediaUnit") return isHandle(value) && API.classes[classOf(value)].mediaUnit === true;
  if (type === "Voice") return isObject(value) && VOICES.includes(value);
  if (API.classes[type]) return isHandle(value) && classOf(value) === type;
  if (API.enums[type]) return Object.values(API.enums[type].members).some((member) => member.value === value);
  if (API.interfaces[type]) return isObject(value) && !isHandle(value);
  throw new Error(`api.json: no such type: ${type}`);
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
  if (!inStep) {
    strayUse = strayUse || label;
    throw new Error(`${label} was called outside of a callback: async functions are not emulated, use .then`);
  }
}

function eventNames(enums) {
  return [].concat(...enums.map((name) => Object.values(API.enums[name].members).map((member) => member.value)));
}

function listen(label, enums, key, event, callback) {
  if (!eventNames(enums).includes(event)) throw misuse(`${label}: ${String(event)} is not an event of ${enums.join(", ")}`);
  const table = sim.listeners[key] || {};
  sim.listeners[key] = Object.assign({}, table, { [event]: (table[event] || []).concat([callback]) });
}

function unlisten(label, enums, key, event, callback) {
  if (!eventNames(enums).includes(event)) throw misuse(`${label}: ${String(event)} is not an event of ${enums.join(", ")}`);
  const table = sim.listeners[key] || {};
  const kept = callback === undefined ? [] : (table[event] || []).filter((other) => other !== callback);
  sim.listeners[key] = Object.assign({}, table, { [event]: kept });
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
  members.addEventListener = function (event, callback) {
    checkRunning(`${name}.addEventListener`);
    listen(`${name}.addEventListener`, events, this.ref, event, callback);
  };
  members.removeEventListener = function (event, callback) {
    checkRunning(`${name}.removeEventListener`);
    unlisten(`${name}.removeEventListener`, events, this.ref, event, callback);
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
    members.addEventListener = (event, callback) => listen(`${name}.addEventListener`, events, "session", event, callback);
    members.removeEventListener = (event, callback) => unlisten(`${name}.removeEventListener`, events, "session", event, callback);
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
