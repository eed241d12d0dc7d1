// The environment's side: opens a session on a scenario, applies one event at a time, and answers what an observer
// asks. Text in, text out, so that any JavaScript engine can host it; `runScripts` does a whole batch in one call.

const GLOBALS = buildGlobals();
const GLOBAL_NAMES = Object.keys(GLOBALS);
const GLOBAL_VALUES = GLOBAL_NAMES.map((name) => GLOBALS[name]);
const COMPILED_LIMIT = 200;
const SCENARIOS = new Map();
const SESSIONS = new Map();

const EVENTS = {
  incoming(event) {
    if (sim.units.caller) throw impossible("the call has come in before");
    const options = sim.options;
    const call = newCall({
      id: "caller", label: "caller", direction: "incoming", type: event.client || "pstn", number: event.to, callerid: event.from,
      displayName: event.display_name || "", headers: Object.assign({}, event.headers), state: "ALERTING",
    });
    started(options);
    if (sim.ending) return;
    note("alerting", { leg: "caller", from: event.from, to: event.to });
    emit("AppEvents", "CallAlerting", "session", {
      call: call.handle, callerid: event.from, destination: event.to, toURI: `sip:${event.to}@vox.example`,
      fromURI: `sip:${event.from}@vox.example`, displayName: call.displayName, headers: Object.assign({}, event.headers), scheme: "",
    });
  },
  start() {
    started(sim.options);
    addTask(WITHOUT_CALLS_LIMIT_MS, "withoutCalls", { unit: "session" });
  },
  advance: (event) => passTime(event.ms),
  request: (event) => receiveRequest(event),
  leg(event) {
    LEG_EVENTS[event.does](findLeg(event.leg), event);
  },
  caller(event) {
    if (!sim.units.caller) throw impossible("there is no caller");
    LEG_EVENTS[event.does](sim.units.caller, event);
  },
  agent: (event) => AGENT_EVENTS[event.does](event),
  storage(event) {
    const lookup = sim.lookups.find((other) => other.key === event.key);
    if (!lookup) throw impossible(`nobody waits for the storage entry ${event.key}`);
    if (event.error) failStorage(lookup, event.error);
    else answerStorage(lookup, event.value);
  },
  http(event) {
    const request = sim.requests.find((other) => other.state === "active" && (!event.url || other.url === event.url));
    if (!request) throw impossible(`no request${event.url ? ` to ${event.url}` : ""} is under way`);
    answerRequest(request, event.code, event.text || "");
  },
  player(event) {
    const players = Object.values(sim.units).filter((unit) => unit.kind === "player" && unit.state === "playing");
    const player = players.find((unit) => !event.player || unit.id === event.player || unit.label === event.player);
    if (!player) throw impossible("no such player is playing");
    finishPlayer(player, event.error || null);
  },
};

function started(options) {
  note("started", {});
  emit("AppEvents", "Started", "session", {
    accessURL: options.access_url.replace(/^https:/, "http:"), accessSecureURL: options.access_url, accountId: options.account_id,
    applicationId: options.application_id, logURL: "https://logs.example/session", sessionId: options.session_id,
  });
}

/** A scenario's text as a function that runs it and returns its `S`; throws SyntaxError where the platform would. */
function compile(text) {
  if (!SCENARIOS.has(text)) {
    if (SCENARIOS.size >= COMPILED_LIMIT) SCENARIOS.clear();
    parseAsScript(text);
    const probe = '\n;return typeof S === "undefined" ? undefined : S;\n//# sourceURL=scenario.js';
    const asyncAt = findAsync(text);
    SCENARIOS.set(text, { asyncAt, main: asyncAt === null ? new Function(...GLOBAL_NAMES, PROLOGUE + text + probe) : null });
  }
  return SCENARIOS.get(text);
}

/** A function's body may be what a script may not, such as `return`; nothing of the text runs here. */
function parseAsScript(text) {
  try {
    (0, eval)(`${PROLOGUE}throw null;${text}`);
  } catch (error) {
    if (error !== null) throw error;
  }
}

/** Runs `work` for one session; scenario code can only touch the platform while this runs. */
function within(session, work) {
  sim = session.sim;
  try {
    return work();
  } finally {
    session.sim = sim;
    sim = null;
  }
}

function openSession(text, options) {
  const session = { sim: newState(options), scenario: undefined, sent: 0, saved: [] };
  within(session, () => {
    const main = mainOf(text);
    if (main !== null) invokeMain(session, main);
    afterBlock();
    if (!sim.ended) passTime(0);
  });
  return session;
}

function mainOf(text) {
  if (text.length > SCENARIO_LIMIT) {
    fail("size", `the scenario has ${text.length} characters; the platform takes ${SCENARIO_LIMIT}`);
    return null;
  }
  try {
    const { asyncAt, main } = compile(text);
    if (asyncAt !== null) fail("async", "async functions are not emulated: use .then and .catch", null, asyncAt);
    return main;
  } catch (error) {
    fail("syntax", `${error.name}: ${error.message}`);
    return null;
  }
}

function invokeMain(session, main) {
  try {
    session.scenario = main.apply(undefined, GLOBAL_VALUES);
  } catch (error) {
    failWith("exception", "top level", error);
  }
  drainJobs();
}

/** Applies one event and everything that is due at once. The answer has a `reply` (requests) or says why it is impossible. */
function stepSession(session, event) {
  return within(session, () => {
    const answer = {};
    try {
      if (!EVENTS[event.type]) throw impossible(`there is no event ${event.type}`);
      if (sim.ended && event.type !== "advance" && event.type !== "request") throw impossible(`${event.type}: the session has ended${sim.error ? `: ${sim.error.message}` : ""}`);
      const reply = EVENTS[event.type](event);
      if (event.type === "request") answer.reply = reply;
      afterBlock();
      passTime(0);
    } catch (error) {
      if (!error || !error.impossible) throw error;
      answer.impossible = error.message;
    }
    return answer;
  });
}

/** What an observer may know, apart from the trace. */
function observe(session) {
  return within(session, () => ({
    now: sim.now,
    ended: sim.ended,
    error: sim.error || sim.errors[0] || null,
    heard_by_caller: sim.units.caller && sim.phase === "running" ? heard(sim.units.caller) : null,
    legs: unitsOf("call").map((call) => ({
      id: call.id, label: call.label, direction: call.direction, type: call.type, number: call.number, callerid: call.callerid,
      headers: call.headers, state: call.state, hanging: call.hanging, hears: sim.phase === "running" ? heard(call) : null,
    })),
    agents: unitsOf("agent").map((agent) => ({
      id: agent.id, state: agent.state, started: agent.started, metadata: agent.metadata, customs: agent.customs, speaking: agent.speaking,
      hears: sim.phase === "running" ? heard(agent) : null,
    })),
    players: unitsOf("player").map((player) => ({ id: player.id, what: player.label, state: player.state })),
    waiting: {
      storage: sim.lookups.map((lookup) => lookup.key),
      requests: sim.requests.map((request) => ({ id: request.id, url: request.url, state: request.state })),
      timers: sim.tasks.filter((task) => task.kind === "timer").length,
    },
    silences: sim.silences,
  }));
}

function unitsOf(kind) {
  return Object.values(sim.units).filter((unit) => unit.kind === kind);
}

/** A copy without handles, functions and cycles, fit for JSON and for comparing. */
function plain(value, seen) {
  if (typeof value === "function") return { $function: functionName(value) };
  if (value === undefined) return null;
  if (!isObject(value)) return typeof value === "bigint" || typeof value === "symbol" ? String(value) : value;
  if (isHandle(value)) return { [`$${classOf(value)}`]: value.ref };
  if (value instanceof SimPromise) return { $Promise: value.ref };
  if (value instanceof Date) return { $Date: value.getTime() };
  const above = (seen || []).concat([value]);
  if (seen && seen.includes(value)) return { $cycle: seen.indexOf(value) };
  if (value instanceof Map || value instanceof Set) return { [`$${value.constructor.name}`]: Array.from(value, (item) => plain(item, above)) };
  if (Array.isArray(value)) return value.map((item) => plain(item, above));
  const copy = {};
  for (const key of Object.keys(value)) copy[key] = plain(value[key], above);
  return copy;
}

// The entries for the host

function report(session, answer) {
  const trace = session.sim.trace.slice(session.sent);
  session.sent = session.sim.trace.length;
  return JSON.stringify(Object.assign({ trace, view: observe(session) }, answer));
}

function open(id, text, optionsJson) {
  SESSIONS.set(id, openSession(text, JSON.parse(optionsJson)));
  return report(SESSIONS.get(id), {});
}

function step(id, eventJson) {
  const session = SESSIONS.get(id);
  return report(session, stepSession(session, JSON.parse(eventJson)));
}

function state(id) {
  const session = SESSIONS.get(id);
  return JSON.stringify(within(session, () => plain(session.scenario)));
}

function save(id) {
  const session = SESSIONS.get(id);
  return String(session.saved.push(saveState(session)) - 1);
}

function restore(id, number) {
  const session = SESSIONS.get(id);
  restoreState(session, session.saved[number]);
  return report(session, {});
}

function close(id) {
  SESSIONS.delete(id);
}

/**
 * Runs a batch: `{scenarios: [text], scripts: [{scenario, options, events}]}`. Each result has the whole trace, the
 * replies, the final view and the scenario's state; `impossible` tells the first event that could not happen.
 */
function runScripts(batchJson) {
  const batch = JSON.parse(batchJson);
  return JSON.stringify(batch.scripts.map((script) => runScript(batch.scenarios[script.scenario], script)));
}

function runScript(text, script) {
  const session = openSession(text, script.options);
  const result = { replies: [], impossible: null };
  for (let index = 0; index < script.events.length && result.impossible === null; index += 1) {
    const answer = stepSession(session, script.events[index]);
    if (answer.reply) result.replies.push(answer.reply);
    if (answer.impossible) result.impossible = { index, message: answer.impossible };
  }
  result.trace = session.sim.trace;
  result.view = observe(session);
  result.state = within(session, () => plain(session.scenario));
  return result;
}
