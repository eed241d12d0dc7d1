// The environment's side: opens a session on a scenario, applies one event at a time, and answers what an observer
// asks. Text in, text out, so that any JavaScript engine can host it; `runScripts` does a whole batch in one call.

const GLOBALS = buildGlobals();
const GLOBAL_NAMES = Object.keys(GLOBALS);
const GLOBAL_VALUES = GLOBAL_NAMES.map((name) => GLOBALS[name]);
const COMPILED_LIMIT = 200;
const SCENARIOS = new Map();
// Of a scenario that was not generated: it may have no such function, or one that cannot be replaced.
const REPLACE_LOG_STEP = "(replacedBy) => { try { logStep = replacedBy(logStep); } catch (_) {} }";
let compiled = { text: null }; // the latest, so that a batch does not look up a long text for every call

const SESSIONS = new Map();

const EVENTS = {
  incoming(event) {
    if (sim.units.caller) throw impossible("the call has come in before");
    const options = sim.options;
    const type = event.client || "pstn";
    const from = asCarried(event.from, type);
    const to = asCarried(event.to, type);
    const call = newCall({
      id: "caller", label: "caller", direction: "incoming", type, number: to, callerid: from,
      displayName: event.display_name || "", headers: Object.assign({}, event.headers), state: "ALERTING",
    });
    started(options);
    if (sim.ending) return;
    note({ t: sim.now, event: "alerting", leg: "caller", from, to });
    alert(call);
  },
  // The platform announces a call: ours once more, or another one.
  announce(event) {
    const known = sim.units[event.leg];
    const call = known || newCall({
      id: event.leg, label: event.leg, direction: "incoming", type: "pstn", number: event.to, callerid: event.from, state: "ALERTING",
    });
    note({ t: sim.now, event: "announced", leg: call.label });
    alert(call);
  },
  start(event) {
    sim.byList = event.by_list === true;
    if (event.data !== undefined) sim.customData = sim.byList ? event.data : shortText("script_custom_data", event.data);
    started(sim.options);
    if (!sim.units.caller) addTask(WITHOUT_CALLS_LIMIT_MS, "withoutCalls", "session");
  },
  advance: (event) => passTime(event.ms, event.held === true),
  request: (event) => receiveRequest(event),
  leg(event) {
    LEG_EVENTS[event.does](findLeg(event.leg, event.does), event);
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
  /** From now on it answers in another way. */
  webhook({ url, code, after, text }) {
    sim.options = { ...sim.options, http_answers: { ...sim.options.http_answers, [url]: [code, after, text] } };
  },
  http(event) {
    const request = sim.requests.find((other) => other.state === "active" && (!event.url || other.url === event.url));
    if (!request) throw impossible(`no request${event.url ? ` to ${event.url}` : ""} is under way`);
    answerRequest(request, event.code, event.text || "", event.binary === true);
  },
  player(event) {
    const players = Object.values(sim.units).filter((unit) => unit.kind === "player" && unit.state === "playing" && unit.paused === null);
    const player = players.find((unit) => !event.player || unit.id === event.player || unit.label === event.player);
    if (!player) throw impossible("no such player is playing");
    finishPlayer(player, event.error || null, event.only_error === true);
  },
};

/** Numbers of the telephone network come without their plus (F: published session logs of 2026). */
function asCarried(name, type) {
  const bare = type === "pstn" && sim.options.pstn_numbers === "without_plus" && /^\+[0-9]+$/.test(name);
  return bare ? name.slice(1) : name;
}

function alert(call) {
  emit("AppEvents", "CallAlerting", "session", {
    call: call.handle, callerid: call.callerid, destination: call.number, toURI: `sip:${call.number}@vox.example`,
    fromURI: `sip:${call.callerid}@vox.example`, displayName: call.displayName, headers: { ...call.headers }, scheme: "",
  });
}

function started(options) {
  note({ t: sim.now, event: "started", ...(sim.customData === "" ? {} : { data: sim.customData }) });
  emit("AppEvents", "Started", "session", {
    accessURL: options.access_url.replace(/^https:/, "http:"), accessSecureURL: options.access_url, accountId: options.account_id,
    applicationId: options.application_id, logURL: "https://logs.example/session", sessionId: options.session_id,
  });
}

/** What a scenario's function `logStep` is replaced by: what it says of the steps of its flow is an event of the trace. */
function watchSteps(logStep) {
  return new Proxy(logStep, {
    apply(target, self, args) {
      const [way, index, step, which] = args;
      if (sim !== null) askedBy(String(way), step === "menu");
      if (sim !== null) note({ t: sim.now, event: "step", way: String(way), index: Number(index), step: String(step), which: which === undefined ? null : String(which) });
      return target.apply(self, args);
    },
  });
}

/**
 * Whether a menu waits for the caller's key. An action that leaves the conversation alone may take steps of its own
 * meanwhile: a menu is over with the next step that has begun where it has.
 */
function askedBy(way, isMenu) {
  const [origin] = way.split(":");
  if (isMenu) sim.asked = origin;
  else if (sim.asked === origin) sim.asked = "";
}

function compileOnce(text) {
  if (compiled.text === text) return compiled;
  if (!SCENARIOS.has(text)) {
    if (SCENARIOS.size >= COMPILED_LIMIT) SCENARIOS.clear();
    SCENARIOS.set(text, compile(text));
  }
  compiled = { text, ...SCENARIOS.get(text) };
  return compiled;
}

/**
 * A scenario's text as a function that makes it anew; throws SyntaxError where the platform would. What that returns has
 * besides the scenario's state whatever is to be probed.
 */
function compile(text, probed = "null") {
  parseAsScript(text);
  const probe = `\n;return [typeof S === "undefined" ? undefined : S, ${REPLACE_LOG_STEP}, ${probed}];\n};\n//# sourceURL=scenario.js`;
  const asyncAt = findAsync(text);
  return { asyncAt, main: asyncAt === null ? new Function(...GLOBAL_NAMES, OPENING + text + probe) : null };
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
  current = session;
  try {
    return work();
  } finally {
    session.sim = sim;
    sim = current = null;
  }
}

function openSession(text, options, compiling = compileOnce) {
  const session = { sim: newState(options), scenario: undefined, shape: null, probed: null, sent: 0, saved: [] };
  within(session, () => {
    const main = mainOf(text, compiling);
    if (main !== null) invokeMain(session, main);
    afterBlock();
    if (!sim.ended) passTime(0);
  });
  return session;
}

function mainOf(text, compiling = compileOnce) {
  if (text.length > SCENARIO_LIMIT) {
    fail("size", `the scenario has ${text.length} characters; the platform takes ${SCENARIO_LIMIT}`);
    return null;
  }
  try {
    const { asyncAt, main } = compiling(text);
    if (asyncAt !== null) fail("async", "async functions are not emulated: use .then and .catch", null, asyncAt);
    return main;
  } catch (error) {
    fail("syntax", `${error.name}: ${error.message}`);
    return null;
  }
}

function invokeMain(session, main) {
  sim.depth = 1;
  running = { where: "top level", callback: null };
  try {
    const [state, replaceLogStep, probed] = main.apply(undefined, GLOBAL_VALUES)();
    session.scenario = state;
    session.probed = probed;
    replaceLogStep(watchSteps);
  } catch (error) {
    failWith("exception", "top level", error);
  } finally {
    sim.depth = 0;
    running = null;
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
      if (event.held) return answer; // the next event is of the same instant, and comes before what is due in it
      afterBlock();
      passTime(0);
    } catch (error) {
      if (!error || !error.impossible) throw error;
      answer.impossible = error.message;
    }
    return answer;
  });
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
  const refused = within(session, () => notCopied(session.scenario));
  if (refused !== null) return JSON.stringify({ refused });
  return JSON.stringify({ saved: session.saved.push(saveState(session)) - 1 });
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
 * Runs a batch: `{scenarios: [text], options: [options], scripts: [{scenario, options, events, state}]}`; `scenario` and
 * `options` of a script are numbers. Each result has the whole trace, the replies and the final view, and the scenario's
 * state if the script asks for it; `impossible` tells the first event that could not happen.
 */
function runScripts(batchJson) {
  const batch = JSON.parse(batchJson);
  let results = ""; // put together piece by piece, which an engine does without copying
  for (const script of batch.scripts) {
    const result = runScript(batch.scenarios[script.scenario], batch.options[script.options], script);
    results += (results === "" ? "" : ",") + JSON.stringify(result);
  }
  return `[${results}]`;
}

/** After the engine has stopped a step: the callback that did not come back, as errors name it. */
function interrupted() {
  if (running === null) return "";
  return running.callback === null ? running.where : `${functionName(running.callback)} (${running.where})`;
}

function runScript(text, options, script) {
  const session = openSession(text, options);
  const result = { replies: [], impossible: null };
  for (let index = 0; index < script.events.length && result.impossible === null; index += 1) {
    const answer = stepSession(session, script.events[index]);
    if (answer.reply) result.replies.push(answer.reply);
    if (answer.impossible) result.impossible = { index, message: answer.impossible };
  }
  result.trace = session.sim.trace;
  result.view = observe(session);
  if (script.state) result.state = within(session, () => plain(session.scenario));
  return result;
}

globalThis["flowc simulator"] = { open, step, state, save, restore, close, runScripts, interrupted, changedIntrinsic };
