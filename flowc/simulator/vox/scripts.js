// Call scripts: plays whole calls, with the few events whose course nobody can know beforehand, and notes what a judge
// needs: what an observer sees at each `look`, where in the trace each event began, and which switches of the platform
// made a difference.

const WORDS_START_MS = 100; // from the agent's request to the first word of what it says about it
let begun = null; // the script that is played piece by piece
let kept = null; // the scenario of batches that do not bring one

/** For batches that follow, whose scenario is null: to be told of it takes as long as to play a short call. */
function keepScenario(text) {
  kept = text;
  return "";
}

/**
 * Plays a batch: `{scenarios: [text], scripts: [{scenario, options, events}]}`. Besides the events of `EVENTS` there are
 * `call` (comes in, and goes on until it is answered), `ask` (a request with the session's own token; the agent's words
 * follow if it takes the reply for an acceptance), `ring_out` (time passes until a leg is no longer being called), `look`,
 * and `until` (time passes for somebody who waits for something: a judge says when that is, so it is seen at each instant in
 * which something happens, and nothing of the script follows). The first event that is `impossible` ends a script. After one that is `held` comes the next one in the same
 * instant, before any timer; what an earlier event of the instant has ended cannot do its part any more, and is passed over.
 */
function playScripts(batchJson) {
  const batch = JSON.parse(batchJson);
  const textOf = (number) => (batch.scenarios[number] === null ? kept : batch.scenarios[number]);
  return JSON.stringify(batch.scripts.map((script) => playScript(textOf(script.scenario), script)));
}

function playScript(text, script) {
  const pieces = playPieces(text, script);
  for (;;) {
    const { done, value } = pieces.next();
    if (done) return value;
  }
}

/** Begins the only script of a batch, which `playOn` plays piece by piece: for a host that measures each piece. */
function beginScript(batchJson) {
  const batch = JSON.parse(batchJson);
  const [script] = batch.scripts;
  begun = playPieces(batch.scenarios[script.scenario], script);
}

/** Plays one piece. Returns the number of the event that the next one belongs to or, after the last, the result. */
function playOn() {
  return JSON.stringify(begun.next().value);
}

/** A piece is the scenario's top level, or what an event does in one instant. */
function* playPieces(text, script) {
  const consulted = {};
  const session = openSession(text, consultedOptions(script.options, consulted));
  const result = { starts: [], times: [], looks: {}, instants: [], replies: {}, impossible: null };
  let live = null; // at the beginning of an instant in which several things happen
  for (let index = 0; index < script.events.length && result.impossible === null; index += 1) {
    const event = script.events[index];
    yield index;
    result.starts.push(session.sim.trace.length);
    result.times.push(session.sim.now);
    if (event.type === "until") {
      yield* watch(session, event.ms, index, result.instants);
      break;
    }
    const isWait = event.type === "advance"; // which an instant may begin with
    if (event.held && live === null && !isWait) live = liveUnits(session);
    const answer = yield* playEvent(session, event, index);
    if (event.held && isWait) live = liveUnits(session);
    if (answer.impossible && live !== null && live.some((named) => isMeant(named, event))) {
      answer.impossible = null;
      if (!event.held) stepSession(session, { type: "advance", ms: 0 });
    }
    if (!event.held) live = null;
    if (event.type === "look") result.looks[index] = JSON.parse(JSON.stringify(observe(session))); // as it is now
    if (answer.reply) result.replies[index] = answer.reply;
    if (answer.impossible) result.impossible = { index, message: answer.impossible };
  }
  result.trace = session.sim.trace;
  result.view = observe(session);
  result.consulted = Object.keys(consulted);
  return result;
}

function* playEvent(session, event, index) {
  if (event.type === "look") return {};
  if (event.type === "leg" && event.does === "digits" && !isConnected(session, event.leg)) return { impossible: "it is not connected" };
  if (event.type === "caller" && event.does === "digits" && !isTaken(session)) return { impossible: "caller cannot press a key: it is not connected" };
  if (event.type === "call") return yield* comeIn(session, event, index);
  if (event.type === "ask") return ask(session, event);
  if (event.type === "advance") return yield* wait(session, event, index);
  if (event.type === "ring_out") return yield* ringOut(session, event, index);
  return stepSession(session, event);
}

/** False where nobody has answered yet; a leg that is not there at all says so itself. */
function isConnected(session, leg) {
  const named = within(session, () => unitsOf("call")).filter((call) => isMeant(call, { type: "leg", leg }) && call.state !== "TERMINATED");
  return named.length === 0 || named.some((call) => !isUnanswered(call));
}

/** False where somebody is called who is the caller once the call is taken, and has not taken it. */
function isTaken(session) {
  const caller = within(session, () => sim.units.caller);
  return !caller || caller.direction !== "outgoing" || caller.state === "TERMINATED" || !isUnanswered(caller);
}

/** Who can still do something: ids, labels and numbers of legs, and of agents their kind. */
function liveUnits(session) {
  return within(session, () => [
    ...unitsOf("call").filter((call) => call.state !== "TERMINATED").map(({ id, label, number, direction }) => ({ id, label, number, direction })),
    ...unitsOf("agent").filter((agent) => agent.state === "open").map(() => ({ id: "agent" })),
  ]);
}

function isMeant(unit, event) {
  const isOfLeg = (event.type === "leg" || event.type === "platform") && event.leg !== "caller";
  if (!isOfLeg) return unit.id === (event.leg || event.type);
  return unit.direction === "outgoing" && (unit.label === event.leg || unit.number === event.leg);
}

LEG_EVENTS.ring_out = (call) => mustProgress(call, "ring");

/** A leg rings until it is no longer being called: the scenario has given it up, or the platform has. */
function* ringOut(session, event, index) {
  const answer = stepSession(session, { type: "leg", leg: event.leg, does: "ring_out" });
  if (answer.impossible) return answer;
  const { handle } = within(session, () => findLeg(event.leg, "ring_out"));
  const call = () => within(session, () => unitOf(handle));
  const until = session.sim.now + (call().ringLimit === null ? NEVER : UNANSWERED_LIMIT_MS);
  while (isUnanswered(call())) {
    const next = within(session, nextTask);
    if (next === null || next.at > until) break;
    yield index;
    stepSession(session, { type: "advance", ms: next.at - session.sim.now });
  }
  return answer;
}

/** Time passes, from one instant in which something is due to the next; if it is `held`, not further than to the last one. */
function* wait(session, { ms, held }, index) {
  const until = session.sim.now + ms;
  for (let next = within(session, nextTask); next !== null && next.at < until; next = within(session, nextTask)) {
    const answer = stepSession(session, { type: "advance", ms: next.at - session.sim.now });
    if (answer.impossible) return answer;
    yield index;
  }
  return stepSession(session, { type: "advance", ms: until - session.sim.now, held });
}

/** Time passes as long as anything is due. What is seen at first, and whenever something has happened, is added to `instants`. */
function* watch(session, ms, index, instants) {
  const until = session.sim.now + ms;
  const look = () => instants.push({ length: session.sim.trace.length, view: JSON.parse(JSON.stringify(observe(session))) });
  look();
  for (let next = within(session, nextTask); next !== null && next.at <= until; next = within(session, nextTask)) {
    const length = session.sim.trace.length;
    yield index;
    stepSession(session, { type: "advance", ms: next.at - session.sim.now });
    if (session.sim.trace.slice(length).some((entry) => entry.event !== "timer")) look();
  }
}

/** The options; which of them are read is noted. */
function consultedOptions(options, consulted) {
  return new Proxy(options, {
    get(target, name) {
      consulted[name] = true;
      return target[name];
    },
  });
}

/** The call comes in; time passes, as long as it is only waited for. */
function* comeIn(session, event, index) {
  const answer = stepSession(session, Object.assign({}, event, { type: "incoming" }));
  const until = session.sim.now + UNANSWERED_LIMIT_MS;
  while (!answer.impossible && session.sim.units.caller.state === "ALERTING") {
    const next = within(session, nextTask);
    if (next === null || next.at > until) break;
    yield index;
    stepSession(session, { type: "advance", ms: next.at - session.sim.now });
  }
  return answer;
}

/** Posts as the agent's tools do. `words_ms` is how long the agent speaks then; by language, if there are several. */
function ask(session, event) {
  const started = Object.values(session.sim.units).filter((unit) => unit.kind === "agent" && unit.started);
  const metadata = started.length > 0 ? sessionMetadata(started[started.length - 1]) : {};
  const former = started.length > 1 ? sessionMetadata(started[started.length - 2]) : {};
  const token = { right: metadata.vox_control_token, wrong: "wrong", former: former.vox_control_token }[event.token];
  const headers = Object.assign({}, event.headers, typeof token === "string" ? { "X-Flowc-Token": token } : {});
  const request = { type: "request", method: event.method, path: "/request/1", body: event.body, headers, held: event.held };
  const language = started.length > 0 ? languageTold(started[started.length - 1]) : "";
  const answer = stepSession(session, request);
  // The tools say their phrase before they know the reply.
  const ms = typeof event.words_ms === "object" ? event.words_ms[language] : event.words_ms;
  if (ms > 0) within(session, () => addTask(WORDS_START_MS, "words", "session", { ms }));
  return answer;
}

/** What an agent knows of the session: from its start, or from what it was told right after it. */
function sessionMetadata(agent) {
  const told = agent.customs.map((custom) => custom.metadata || {}).find((metadata) => metadata.vox_event === "session");
  return agent.metadata.vox_control_token === undefined && told !== undefined ? told : agent.metadata;
}

/** The language of the call, as an agent was told last. */
function languageTold(agent) {
  const told = agent.customs.map((custom) => (custom.metadata || {}).vox_language).filter((language) => typeof language === "string");
  return told.length > 0 ? told[told.length - 1] : agent.metadata.vox_language;
}

TASKS.words = function (id, { ms }) {
  const agent = unitsOf("agent").find((unit) => unit.state === "open" && unit.started);
  if (agent) AGENT_EVENTS.speak({ agent: agent.id, ms });
};

Object.assign(globalThis["flowc simulator"], { playScripts, keepScenario, beginScript, playOn });
