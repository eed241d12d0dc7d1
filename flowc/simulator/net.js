// Storage, secrets, outgoing HTTP requests and the session's own access URL.

const ACTIVE_REQUEST_LIMIT = 3;
const REQUEST_LIMIT = 35;
const REQUEST_TIMEOUT_S = 90;
const CUSTOM_DATA_LIMIT = 200;
const LOG_LIMIT = 15000;

function shortText(label, text) {
  if (utf8(text).length > CUSTOM_DATA_LIMIT) throw misuse(`${label}: more than ${CUSTOM_DATA_LIMIT} bytes`);
  return text;
}

// Storage

function answerStorage(lookup, value) {
  cancelTasks("storageAnswers", lookup.id);
  sim.lookups = sim.lookups.filter((other) => other.id !== lookup.id);
  note("storage_answer", { key: lookup.key, found: value !== null });
  const entry = value === null ? null : { key: lookup.key, value, expireAt: 0 };
  settleFromOutside(lookup.promise, "fulfilled", entry);
}

function failStorage(lookup, message) {
  cancelTasks("storageAnswers", lookup.id);
  sim.lookups = sim.lookups.filter((other) => other.id !== lookup.id);
  note("storage_error", { key: lookup.key, message });
  settleFromOutside(lookup.promise, "rejected", new Error(message));
}

TASKS.storageAnswers = function (task) {
  const lookup = sim.lookups.find((other) => other.id === task.unit);
  if (sim.options.storage_fails.includes(lookup.key)) failStorage(lookup, "storage is not available");
  else answerStorage(lookup, owned(sim.options.storage, lookup.key, null));
};

function owned(table, key, otherwise) {
  return Object.prototype.hasOwnProperty.call(table, key) ? table[key] : otherwise;
}

// Outgoing requests

function sendRequest(request) {
  request.state = "active";
  note("http_request", { request: request.id, method: request.method, url: request.url, headers: request.headers, body: request.body });
  const valid = /^https?:\/\/[^\s/]+/.test(request.url);
  if (!valid) addTask(0, "httpAnswers", { unit: request.id, code: -2, text: "" });
  else if (sim.options.http === "answers") addTask(sim.options.http_ms, "httpAnswers", { unit: request.id, code: sim.options.http_code, text: "" });
  addTask(request.timeout * 1000, "httpAnswers", { unit: request.id, code: -7, text: "" });
}

function answerRequest(request, code, text) {
  cancelTasks("httpAnswers", request.id);
  sim.requests = sim.requests.filter((other) => other.id !== request.id);
  const next = sim.requests.find((other) => other.state === "queued");
  if (next) sendRequest(next);
  note("http_response", { request: request.id, code });
  const result = { code, text, headers: [], raw_headers: "" };
  if (code < 100) result.error = `request failed (${code})`;
  settleFromOutside(request.promise, "fulfilled", result);
}

TASKS.httpAnswers = (task) => answerRequest(sim.requests.find((request) => request.id === task.unit), task.code, task.text);

Object.assign(IMPLEMENTATION, {
  "ApplicationStorage.get"(key) {
    const lookup = { id: ++sim.serial, key, promise: createPromise() };
    sim.lookups = sim.lookups.concat([lookup]);
    note("storage_get", { key });
    if (sim.options.storage_answers === "automatic") addTask(sim.options.storage_ms, "storageAnswers", { unit: lookup.id });
    return promiseHandle(lookup.promise);
  },
  "VoxEngine.getSecretValue"(name) {
    const value = owned(sim.options.secrets, name, undefined);
    note("secret", { name, found: value !== undefined });
    return value;
  },
  "Net.httpRequestAsync"(url, options) {
    const given = options || {};
    const allowed = sim.phase === "running" ? REQUEST_LIMIT : sim.phase === "terminating" ? 1 : 0;
    if (sim.requests.length >= allowed) throw new Error("Exceeded the HTTP connection count limit!");
    const request = {
      id: `request-${(sim.counts.request += 1)}`, state: "queued", url, method: given.method || "GET",
      headers: Object.assign({}, given.headers), body: given.postData === undefined ? null : given.postData,
      timeout: Math.min(REQUEST_TIMEOUT_S, given.timeout || REQUEST_TIMEOUT_S), promise: createPromise(),
    };
    const active = sim.requests.filter((other) => other.state === "active").length;
    sim.requests = sim.requests.concat([request]);
    if (active < ACTIVE_REQUEST_LIMIT) sendRequest(request);
    return promiseHandle(request.promise);
  },
  "Logger.write"(message) {
    note("log", { message: message.slice(0, LOG_LIMIT) });
    if (message.length > LOG_LIMIT) misuse(`Logger.write: more than ${LOG_LIMIT} characters`);
  },
  "VoxEngine.customData"(customData) {
    if (customData !== undefined && customData !== null) sim.customData = shortText("VoxEngine.customData", customData);
    return sim.customData;
  },
  "Crypto.sha256": (data) => hex(sha256(utf8(data))),
  "Crypto.hmac_sha256": (key, data) => hex(hmacSha256(utf8(key), utf8(data))),
  uuidgen: () => uuid(),
});

// Requests to the session

/** Delivers a request to the access URL and returns the reply as the caller of the URL sees it. */
function receiveRequest(event) {
  const headers = Object.keys(event.headers).filter((key) => /^x-/i.test(key)).map((key) => ({ key, value: event.headers[key] }));
  note("request", { method: event.method, content: event.body, headers });
  const reply = sim.phase === "running" ? handleRequest(event, headers) : { status: 404, body: "" };
  const lost = sim.options.reply === "lost" || (sim.ending !== null && sim.options.reply_on_terminate === "lost");
  if (lost) Object.assign(reply, { status: 502, body: "" });
  else if (sim.options.reply === "empty") reply.body = "";
  note("reply", { status: reply.status, body: reply.body });
  return reply;
}

function handleRequest(event, headers) {
  const listeners = listenersOf("session", API.enums.AppEvents.members.HttpRequest.value);
  if (listeners.length === 0) return { status: 200, body: "" };
  if (listeners.length > 1) misuse("several handlers of AppEvents.HttpRequest: which one replies is not known");
  let first;
  listeners.forEach((listener, index) => {
    if (sim.error) return;
    const payload = { method: event.method, path: event.path, content: event.body, headers };
    const returned = invoke("AppEvents.HttpRequest", listener, [eventObject("AppEvents", "HttpRequest", payload)]);
    if (index === 0) first = returned;
  });
  if (sim.error && sim.options.exception === "ends_session") return { status: 500, body: "" };
  if (typeof first === "string") return { status: 200, body: first };
  misuse(`the handler of AppEvents.HttpRequest must return a string, not ${show(first)}`);
  if (first === undefined || first === null) return { status: 200, body: "" };
  return { status: 200, body: typeof first === "object" ? JSON.stringify(plain(first)) : String(first) };
}
