// Secrets, outgoing HTTP requests, the log, and the session's own access URL.

const ACTIVE_REQUEST_LIMIT = 3;
const REQUEST_LIMIT = 35;
const REQUEST_TIMEOUT_S = 90;
const CUSTOM_DATA_LIMIT = 200;
const LOG_LIMIT = 15000;
const RESPONSE_LIMIT = 2 * 1024 * 1024; // bytes; docs: platform/voxengine/limits
const TOO_LARGE = -9; // typings: HttpRequestResult.code
const WITH_BODY = ["POST", "PUT", "PATCH"]; // typings: HttpRequestOptions.postData

function shortText(label, text) {
  if (utf8(text).length > CUSTOM_DATA_LIMIT) throw misuse(`${label}: more than ${CUSTOM_DATA_LIMIT} bytes`);
  return text;
}

function owned(table, key, otherwise) {
  return Object.prototype.hasOwnProperty.call(table, key) ? table[key] : otherwise;
}

// Outgoing requests

/** Those that have a place on the platform: one whose time is over has none any more, though it may not have been said yet. */
function placesTaken() {
  return sim.requests.filter((request) => request.state === "active" && request.until > sim.now).length;
}

/** In their order, as many as there are places for. */
function sendQueued() {
  for (const request of sim.requests) if (request.state === "queued" && placesTaken() < ACTIVE_REQUEST_LIMIT) sendRequest(request);
}

function sendRequest(request) {
  request.state = "active";
  request.until = sim.now + request.timeout * 1000;
  note({ t: sim.now, event: "http_request", request: request.id, method: request.method, url: request.url, headers: request.headers, body: request.body, timeout: request.timeout });
  const valid = /^https?:\/\/[^\s/]+/.test(request.url);
  if (!valid) addTask(0, "httpAnswers", request.id, { code: -2, text: "" });
  else if (sim.options.http === "answers") {
    const [code, after, text] = owned(sim.options.http_answers, request.url, [sim.options.http_code, sim.options.http_ms, ""]);
    if (code !== null) addTask(after, "httpAnswers", request.id, { code, text });
  }
  addTask(request.timeout * 1000, "httpAnswers", request.id, { code: -7, text: "" });
}

/** `isBinary`: by its type it is no text, and the platform hands over none. */
function answerRequest(request, code, text, isBinary = false) {
  cancelTasks("httpAnswers", request.id);
  sim.requests = sim.requests.filter((other) => other.id !== request.id);
  sendQueued();
  const body = utf8(text);
  const result = { code: body.length > RESPONSE_LIMIT ? TOO_LARGE : code, text, headers: [], raw_headers: "" };
  note({ t: sim.now, event: "http_response", request: request.id, code: result.code, ...(text === "" || result.code < 100 ? {} : { text }) });
  if (result.code < 100) Object.assign(result, { text: "", error: `request failed (${result.code})` });
  else if (request.raw) result.data = body;
  if (isBinary) delete result.text;
  if (request.callback !== null) invoke("Net.httpRequest", request.callback, [result]);
  else settleFromOutside(request.promise, "fulfilled", result);
}

/** Queues a request; its answer goes to a callback, or settles a promise. */
function request(url, options, answered) {
  const given = options || {};
  const allowed = sim.phase === "running" ? REQUEST_LIMIT : sim.phase === "terminating" ? 1 : 0;
  if (sim.requests.length >= allowed) throw new Error("Exceeded the HTTP connection count limit!");
  const method = given.method || "GET";
  const data = given.postData === undefined || given.postData === null ? null : given.postData;
  if (data !== null && !WITH_BODY.includes(method)) misuse(`Net: the body of a ${method} request is not sent`);
  const created = {
    id: `request-${(sim.counts.request += 1)}`, state: "queued", url: withParameters(url, given.params || {}), method,
    headers: { ...given.headers }, body: WITH_BODY.includes(method) ? data : null, raw: given.rawOutput === true,
    timeout: Math.min(REQUEST_TIMEOUT_S, given.timeout || REQUEST_TIMEOUT_S), until: 0, callback: null, promise: null, ...answered,
  };
  sim.requests = sim.requests.concat([created]);
  sendQueued();
}

function withParameters(url, parameters) {
  const query = Object.keys(parameters).map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(parameters[name])}`);
  return query.length === 0 ? url : `${url}${url.includes("?") ? "&" : "?"}${query.join("&")}`;
}

TASKS.httpAnswers = (id, { code, text }) => answerRequest(sim.requests.find((request) => request.id === id), code, text);

function log(label, message) {
  note({ t: sim.now, event: "log", message: message.slice(0, LOG_LIMIT) });
  if (message.length > LOG_LIMIT) misuse(`${label}: more than ${LOG_LIMIT} characters`);
}

/** For an explorer: secrets that are others while an event is carried out, or (undefined) are not there. */
let otherSecrets = {};

Object.assign(IMPLEMENTATION, {
  "VoxEngine.getSecretValue"(name) {
    const value = owned(otherSecrets, name, owned(sim.options.secrets, name, undefined));
    note({ t: sim.now, event: "secret", name, found: value !== undefined });
    return value;
  },
  "Net.httpRequestAsync"(url, options) {
    const promise = createPromise();
    request(url, options, { promise });
    return promiseHandle(promise);
  },
  "Net.httpRequest": (url, callback, options) => request(url, options, { callback }),
  "Logger.write": (message) => log("Logger.write", message),
  "Logger.hideTones"(flag) {
    sim.hidesTones = flag === true;
  },
  "console.log": (...data) => log("console.log", data.map(String).join(" ")),
  trace: (data) => log("trace", data),
  "VoxEngine.customData"(customData) {
    if (customData !== undefined && customData !== null) sim.customData = shortText("VoxEngine.customData", customData);
    return sim.customData;
  },
  "Crypto.md5": (data) => digest(md5(utf8(data))),
  "Crypto.sha1": (data) => digest(sha1(utf8(data))),
  "Crypto.sha256": (data) => digest(sha256(utf8(data))),
  "Crypto.hmac_sha256": (key, data) => digest(hmacSha256(utf8(key), utf8(data))),
  uuidgen: () => uuid(),
});

// Requests to the session

/** Delivers a request to the access URL and returns the reply as the caller of the URL sees it. */
function receiveRequest(event) {
  const headers = Object.keys(event.headers).filter((key) => /^x-/i.test(key)).map((key) => ({ key, value: event.headers[key] }));
  note({ t: sim.now, event: "request", method: event.method, content: event.body, headers });
  const reply = sim.phase === "running" ? handleRequest(event, headers) : { status: 404, body: "" };
  const lost = sim.options.reply === "lost" || (sim.ending !== null && sim.options.reply_on_terminate === "lost");
  if (lost) Object.assign(reply, { status: 502, body: "" });
  else if (sim.options.reply === "empty") reply.body = "";
  note({ t: sim.now, event: "reply", status: reply.status, body: reply.body });
  return reply;
}

function handleRequest(event, headers) {
  const listeners = listenersOf("session", VALUES.AppEvents.HttpRequest);
  if (listeners.length === 0) return { status: 200, body: "" };
  if (listeners.length > 1) misuse("several handlers of AppEvents.HttpRequest: which one replies is not known");
  let first;
  listeners.forEach((listener, index) => {
    if (sim.error) return;
    const payload = { method: event.method, path: event.path, content: event.body, headers };
    const returned = invoke("AppEvents.HttpRequest", listener, [eventObject(VALUES.AppEvents.HttpRequest, payload)]);
    if (index === 0) first = returned;
  });
  if (sim.error && sim.options.exception === "ends_session") return { status: 500, body: "" };
  if (typeof first === "string") return { status: 200, body: first };
  misuse(`the handler of AppEvents.HttpRequest must return a string, not ${show(first)}`);
  if (first === undefined || first === null) return { status: 200, body: "" };
  return { status: 200, body: typeof first === "object" ? JSON.stringify(plain(first)) : String(first) };
}
