// The application's key-value storage: what the account has in it when the session starts, and what the session changes.
// Every call is a promise that is settled after a while, or when the environment says so.

const KEY_LIMIT = 200; // characters; typings: ApplicationStorage.put
const VALUE_LIMIT = 2000;
const LIFETIME_LIMIT_S = 7776000; // 90 days
const KEY_COUNT = 1000; // typings: ApplicationStorage.keys

function lookUp(operation, key, details) {
  const lookup = { id: ++sim.serial, operation, key, promise: createPromise(), ...details };
  sim.lookups.push(lookup);
  note({ t: sim.now, event: `storage_${operation}`, key });
  const isAnswered = sim.options.storage_answers === "automatic" && !sim.options.storage_hangs.includes(key);
  if (isAnswered) addTask(sim.options.storage_ms, "storageAnswers", lookup.id);
  return promiseHandle(lookup.promise);
}

/** The entry of a key as it is now, or null: there is none, or its time is over. */
function stored(key) {
  const entry = sim.stored.get(key);
  if (entry !== undefined) {
    return entry === null || entry.expireAt * 1000 <= sim.options.start_time + sim.now ? null : entry;
  }
  const value = owned(sim.options.storage, key, null);
  return value === null ? null : { key, value, expireAt: 0 };
}

/** What an operation comes to. `value` is what the environment lets `get` find, if it says so. */
const OPERATIONS = {
  get: (lookup, value) => (value === undefined ? stored(lookup.key) : value === null ? null : { key: lookup.key, value, expireAt: 0 }),
  put(lookup) {
    const expireAt = Math.floor((sim.options.start_time + sim.now) / 1000) + lookup.ttl;
    sim.stored = new Map(sim.stored).set(lookup.key, { key: lookup.key, value: lookup.value, expireAt });
    return { key: lookup.key, value: lookup.value, expireAt };
  },
  remove(lookup) {
    const entry = stored(lookup.key);
    sim.stored = new Map(sim.stored).set(lookup.key, null);
    return entry === null ? null : { ...entry, expireAt: 0 };
  },
  keys(lookup) {
    const changed = Array.from(sim.stored.keys());
    const names = Object.keys(sim.options.storage).concat(changed.filter((name) => owned(sim.options.storage, name, null) === null));
    const inNamespace = (name) => lookup.key === "" || name.split(":")[0] === lookup.key;
    return { keys: names.filter((name) => stored(name) !== null && inNamespace(name)).slice(0, lookup.count) };
  },
};

function answerStorage(lookup, value) {
  closeLookup(lookup);
  const result = OPERATIONS[lookup.operation](lookup, value);
  note({ t: sim.now, event: "storage_answer", key: lookup.key, found: result !== null });
  settleFromOutside(lookup.promise, "fulfilled", result);
}

function failStorage(lookup, message) {
  closeLookup(lookup);
  note({ t: sim.now, event: "storage_error", key: lookup.key, message });
  settleFromOutside(lookup.promise, "rejected", new Error(message));
}

function closeLookup(lookup) {
  cancelTasks("storageAnswers", lookup.id);
  sim.lookups = sim.lookups.filter((other) => other.id !== lookup.id);
}

TASKS.storageAnswers = function (id) {
  const lookup = sim.lookups.find((other) => other.id === id);
  if (sim.options.storage_fails.includes(lookup.key)) failStorage(lookup, "storage is not available");
  else answerStorage(lookup, undefined);
};

Object.assign(IMPLEMENTATION, {
  "ApplicationStorage.get": (key) => lookUp("get", key, {}),
  "ApplicationStorage.put"(key, value, ttl) {
    if (key.length > KEY_LIMIT) throw misuse(`ApplicationStorage.put: the key has more than ${KEY_LIMIT} characters`);
    if (value.length > VALUE_LIMIT) throw misuse(`ApplicationStorage.put: the value has more than ${VALUE_LIMIT} characters`);
    if (!(ttl >= 0 && ttl <= LIFETIME_LIMIT_S)) throw misuse(`ApplicationStorage.put: ttl must be from 0 to ${LIFETIME_LIMIT_S} s`);
    return lookUp("put", key, { value, ttl });
  },
  "ApplicationStorage.remove": (key) => lookUp("remove", key, {}),
  "ApplicationStorage.keys": (pattern, count) => lookUp("keys", pattern || "", { count: count || KEY_COUNT }),
});
