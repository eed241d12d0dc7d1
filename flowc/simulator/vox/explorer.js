// The search: breadth first through every state that the world can bring a session into, so that the first path to a fault
// is a shortest one. A state is copied, an event applied, and the digest of what comes of it looked up; a new one waits its
// turn. Nothing here knows how long it takes: the host asks for so many steps at a time.

let search = null;
/** Entries of a trace that nobody outside the scenario sees, or that others say as well. */
const UNSEEN = ["log", "platform_log", "media", "media_stopped", "player_stopped", "player_finished", "timer", "terminating"];
/** By paths, without any two that are equal, a search has no end: so many states are what takes seconds. */
const REPLAYED_STATES = 2000;
/** What there is to remember of a path: requests that were sent, the action that waits for the agent's last words, the entry that is missing. */
const START = { sent: [], asked: null, trouble: "", tones: 0, sinceHangup: 0, isCleared: false };

/** `{scenario, options, world, mode: {exact, untimed, faults, graph, states, passive}}` as text. What keeps it from beginning, or "". */
function beginSearch(json) {
  const asked = JSON.parse(json);
  return JSON.stringify(begin(asked, null, false));
}

/**
 * Begins a search. `hidden` is what is known to be hidden from copies, as `{line, what}`: then, and if the scenario itself
 * says so, every state is come to by its path from the beginning, and no two are taken for equal. `isReplay`: one path.
 */
function begin(asked, hidden, isReplay) {
  const { scenario, options, world, mode } = asked;
  const names = topLevelNames(scenario);
  const probed = `[${names.map((name) => `[${JSON.stringify(name)}, ${name}]`).join(", ")}]`;
  const hangup = options.hangup_events === "at_once" ? "confirmed" : "manual";
  let compiled = null;
  const opening = () => openSession(scenario, { ...options, ...EXPLORED, hangup }, (text) => compiled || (compiled = compile(text, probed)));
  const session = opening();
  const failed = session.sim.error;
  if (failed !== null) return { failed };
  search = {
    session, world, mode, asked, opening, known: null, hidden, contents: null, usesTime: /\bDate\b/.test(scenario), isReplay,
    nodes: [], visited: new Map(), next: 0, later: [], passive: partsOf(mode.passive, []), passiveForRequests: partsOf(mode.passive, ["replies"]), transitions: 0, probes: 0, repeated: 0, answered: new Map(), aside: new Set(), depth: 0, isLimited: false, isShared: false,
    violations: new Map(), steps: new Map(), done: new Map(), ends: new Map(), graph: mode.graph ? newGraph() : null, faulted: new Map(),
  };
  search.known = knownOf(session, scenario);
  search.hidden = hidden || hiddenIn(scenario, search.known.functions.keys(), session.probed || []);
  search.contents = contentsOf(search.known.constants.keys());
  within(session, () => {
    atFirst();
    const hash = digestNow(START);
    add(null, { do: "start" }, START, hash, 0, null);
  });
  return { names: names.length };
}

/** Before anybody calls. */
function atFirst() {
  settleTime(search.world);
  sim.token = undefined;
}

/** Where copies have turned out to lack something: from the beginning, by paths. */
function beginAnew(hidden) {
  begin(search.asked, hidden, false);
}

/** What a scenario declares on its top level, by the look of its lines; a name that nothing declares is left out. */
function topLevelNames(text) {
  const found = new Set();
  for (const match of text.matchAll(/^(?:const|let|var|function|class)\s+([A-Za-z_$][\w$]*)/gm)) found.add(match[1]);
  return Array.from(found).filter((name) => name !== "S" && isDeclared(text, name));
}

function isDeclared(text, name) {
  return new RegExp(`^(?:const|let|var) ${name.replace(/\$/g, "\\$")} =|^(?:function|class) ${name.replace(/\$/g, "\\$")}[ (]`, "m").test(text);
}

/** The scenario's functions, and the objects of its tables, each with a number. Nothing may change the tables. */
function knownOf(session, scenario) {
  const known = { functions: new Map(), constants: new Map(), usesMarkers: scenario.includes("addMarker") };
  for (const [, value] of session.probed || []) learn(value, known);
  if (isObject(session.scenario)) for (const key of Object.keys(session.scenario)) if (typeof session.scenario[key] === "function") learn(session.scenario[key], known);
  for (const key of Object.keys(session.sim.listeners)) {
    for (const listeners of Object.values(session.sim.listeners[key])) for (const listener of listeners) learn(listener, known);
  }
  return known;
}

function learn(value, known) {
  if (typeof value === "function") {
    if (!known.functions.has(value)) known.functions.set(value, known.functions.size);
    return;
  }
  if (!isObject(value) || isHandle(value) || value instanceof SimPromise || known.constants.has(value)) return;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return;
  known.constants.set(value, known.constants.size);
  for (const key of Object.keys(value)) learn(value[key], known);
}

/** What is taken for equal is equal by this. `exact`: in everything, also in what a scenario only hands on. */
function digestNow(path, exact = false) {
  const asked = path.asked === null ? null : { ...path.asked, at: search.mode.untimed ? 0 : sim.now - path.asked.at, quietAt: search.mode.untimed ? 0 : sim.now - path.asked.quietAt };
  if (search.mode.untimed) forgetTimes();
  const passive = exact ? null : search.passive;
  const sent = passive === null ? path.sent : path.sent.map((one) => (search.world.bodies[one.body].cancels ? one.body : null));
  const { hash, hidden, isShared } = digestOf(search.known, { token: tokenOf() !== "", sent, asked, trouble: path.trouble, tones: path.tones, sinceHangup: path.sinceHangup, isCleared: path.isCleared }, search.usesTime, passive);
  if (hidden !== null && search.hidden === null) search.hidden = hiddenValue(search.asked.scenario, hidden.value);
  if (search.hidden === null && !search.isReplay) lookForChanges();
  search.isShared = search.isShared || isShared;
  return hash;
}

/** A table of the scenario is in no copy: if something has changed in one, what was seen until now may be wrong. */
function lookForChanges() {
  const changed = changedOf(search.contents);
  if (changed === null) return;
  const name = nameOfConstant(search.session.probed, changed);
  search.hidden = { line: lineOfName(search.asked.scenario, name), what: `\`${name}\` is changed during the call` };
}

/** Where any timer may be the first, none has a time; a minute later is now. */
function forgetTimes() {
  sim.tasks = sim.tasks.map((task) => (task.at === NEVER ? task : { ...task, at: sim.now + 1 }));
  sim.silences = [];
  for (const id of Object.keys(sim.units)) if (sim.units[id].kind === "call") sim.units[id].connectedAt = sim.units[id].connectedAt === null ? null : sim.now;
}

/** By what a state is found again: its digest, or nothing but itself, if it may hide something. What is over hides nothing. */
function keyOf(hash) {
  return search.hidden === null || sim.ended !== null ? hash : -1 - search.nodes.length - search.later.length;
}

/** A new state, which waits its turn. */
function add(parent, event, path, hash, depth, fault) {
  const number = search.nodes.length;
  search.visited.set(keyOf(hash), number);
  const node = { number, parent, event, path, hash, depth, fault, saved: saveNow(), calm: [], isOver: sim.ended !== null, mayRest: mayRest() };
  search.nodes.push(node);
  search.depth = Math.max(search.depth, depth);
  return node;
}

/** Nothing need follow: somebody is with the caller, or nobody has called yet. */
function mayRest() {
  return sim.ended !== null || sim.units.caller === undefined || sight().isAttended === true;
}

function saveNow() {
  search.session.sim = sim;
  if (search.hidden !== null) return {};
  return search.isShared ? { whole: saveState(search.session) } : { fork: forkSession(search.session) };
}

/** Brings the session to the state of a node. */
function resume(node) {
  if (search.hidden !== null) return replay(node);
  if (node.saved.whole) restoreState(search.session, node.saved.whole);
  else resumeFork(search.session, node.saved.fork, search.known.constants);
  sim = search.session.sim;
}

/** The same by the path from the beginning, in a session of its own: with everything that the scenario remembers. */
function replay(node) {
  const session = search.opening();
  search.known = knownOf(session, search.asked.scenario);
  search.session = session;
  sim = session.sim;
  current = session;
  IDENTITIES.clear();
  atFirst();
  let path = START;
  node.hash = digestNow(path);
  for (const event of pathTo(node)) {
    path = carryOut(event, path, event.fault || 0);
    node.hash = digestNow(path);
  }
}

/** Searches on for so many steps. What it has come to, as text. */
function searchOn(count) {
  const until = search.transitions + count;
  const before = search.hidden;
  within(search.session, () => {
    while (search.transitions < until && search.next < search.nodes.length && !search.isLimited) {
      const wasHidden = search.hidden !== null;
      expand(search.nodes[search.next]);
      if (!wasHidden && search.hidden !== null) return;
      search.next += 1;
      if (search.next === search.nodes.length) takeUpFaults();
      if (search.nodes.length >= statesAtMost() && search.next < search.nodes.length) search.isLimited = true;
    }
  });
  if (before === null && search.hidden !== null) {
    beginAnew(search.hidden);
    return JSON.stringify({ isDone: false, isAnew: true, ...sumOfSearch() });
  }
  const isDone = search.isLimited || search.next >= search.nodes.length;
  return JSON.stringify({ isDone, isAnew: false, ...sumOfSearch() });
}

function sumOfSearch() {
  return { graph: takeGraph(), states: search.nodes.length, waiting: search.nodes.length - search.next, transitions: search.transitions + search.probes + search.repeated, depth: search.depth, violations: search.violations.size };
}

function statesAtMost() {
  return search.hidden === null ? search.mode.states : Math.min(search.mode.states, REPLAYED_STATES);
}

function expand(node) {
  resume(node);
  if (sim.ended !== null) {
    node.saved = null;
    return;
  }
  const before = sight();
  const events = possibleEvents(search.world, node.path, search.mode);
  const refused = tryProbes(node, events);
  if (search.graph !== null) keepReplies(node.number);
  for (const event of events) {
    const isRefused = event.do === "post" && !event.cancel && refused.includes(event.body);
    if (isRefused ? !search.mode.exact && !search.world.bodies[event.body].isRemembered : event.isRefused === true) continue;
    const tried = isRefused && !search.mode.exact ? { ...event, id: "" } : event;
    resume(node);
    follow(node, tried, before);
    if (search.mode.faults && node.fault === null) tryFaults(node, tried, before);
  }
  node.saved = null;
}

/** One event from a node: what it leads to, and what is wrong with that. */
function follow(node, event, before) {
  const path = carryOut(event, node.path);
  search.transitions += 1;
  const after = sight();
  const faults = faultsOfStep(event, before, after, search.world, node.path, search.mode).concat(faultsOfState(after, search.world));
  for (const { property, told } of faults) violated(property, placeOf(event), told, node, event, null);
  const name = nameOfEvent(event);
  search.done.set(name, (search.done.get(name) || 0) + 1);
  for (const entry of sim.trace) {
    if (entry.event === "step") search.steps.set(JSON.stringify([entry.way, entry.index, entry.step, entry.which]), true);
    else if (entry.event === "agent_custom" && entry.parameters.metadata && entry.parameters.metadata.vox_event === "cancelled") search.steps.set(JSON.stringify([String(entry.parameters.metadata.action), 0, "cancelled", null]), true);
  }
  if (sim.ended !== null) search.ends.set(sim.ended.reason, (search.ends.get(sim.ended.reason) || 0) + 1);
  const trace = sim.trace;
  const hash = digestNow(path);
  const known = search.visited.get(keyOf(hash));
  const to = known === undefined ? add(node.number, event, path, hash, node.depth + 1, node.fault).number : known;
  if (isCalm(event)) node.calm.push(to);
  if (search.graph !== null) keepTransition(node.number, event, to, relative(trace));
}

/** Carries an event out, with all that follows at the same instant. What there is to remember of the path then. */
function carryOut(event, path, fault = 0) {
  sim.trace = [];
  const began = sim.now;
  sim.began = began;
  sim.faultIn = fault > 0 || search.mode.faults ? fault : undefined;
  sim.faults = search.world.faults;
  sim.throwing = sim.faultIn !== undefined;
  const wasAudible = isAnyAgent(isAudible) || event.does === "speaks";
  ACTS[event.do](event, search.world);
  afterBlock();
  if (!sim.ended) passTime(0);
  sim.throwing = false;
  search.throwable = -sim.faultIn;
  sim.faultIn = undefined;
  settleTime(search.world);
  return remember(event, path, wasAudible);
}

function isAnyAgent(test) {
  for (const id of Object.keys(sim.units)) if (sim.units[id].kind === "agent" && test(sim.units[id])) return true;
  return false;
}

/** The platform has said that it speaks, and not yet that it is silent: what is cleared away is something. */
function isAudible(agent) {
  return isOpen(agent) && (agent.speaking || sim.tasks.some((task) => task.kind === "mediaEnded" && task.unit === agent.id));
}

function isOpen(agent) {
  return agent.state === "open";
}

/** The caller hears something that ends by itself: a tone that comes after it has nothing to do with one before. */
function hearsWords() {
  const source = sim.units[sim.sources.caller];
  return source !== undefined && source.kind === "player" && source.duration !== null;
}

/** The last of a leg that was hung up. */
function isOfDying(event) {
  return event.does === "is gone" || (event.does.startsWith("answers") && sim.units[event.unit] !== undefined && sim.units[event.unit].hanging);
}

function remember(event, path, wasAudible) {
  let { sent, asked, trouble, tones, sinceHangup, isCleared } = path;
  if (event.what === "mediaEnded" || (event.do === "agent" && (event.does === "falls silent" || event.does === "closes"))) isCleared = false;
  if (wasAudible && sim.trace.some((entry) => entry.event === "agent_buffer_cleared")) isCleared = true;
  if (isCleared && !isAnyAgent(isOpen)) isCleared = false;
  if (tones > 0 && (sight().isAttended !== false || hearsWords())) tones = 0;
  if (event.do === "player" && event.isTone) tones += 1;
  if (!search.mode.exact) {
    if (event.missing) trouble = MISSING_ENTRY + event.missing;
    else if (event.do === "late") trouble = event.what;
    else if (event.isTone) trouble = TONES_FAIL;
    if (!isAboutToEnd() || sim.trace.some((entry) => entry.event === "hangup")) sinceHangup = 0;
    else if (event.do !== "leg" || !isOfDying(event)) sinceHangup = 1;
  }
  for (const entry of sim.trace) {
    if (entry.event === "agent_start" || entry.event === "agent_custom") {
      const metadata = (entry.parameters || {}).metadata || {};
      if (metadata.vox_control_token && sim.token === undefined) sim.token = metadata.vox_control_token;
      if (metadata.vox_event === "cancelled") {
        asked = null;
        sent = sent.map((one) => (one.id === metadata.request_id ? { ...one, reply: null } : one));
      }
    } else if (entry.event === "reply" && event.do === "post" && event.id !== "" && !sent.some((one) => one.id === event.id)) {
      sent = sent.concat([{ id: event.id, body: event.body, reply: event.cancel ? null : entry.body }]);
      const isTaken = /^\{"ok":true/.test(entry.body) && !search.world.bodies[event.body].isBackground;
      if (isTaken && !event.cancel) asked = { at: sim.now, quietAt: sim.now };
    }
  }
  if (event.cancel) sent = sent.map((one) => (one.id === event.id ? { ...one, reply: null } : one));
  if (asked !== null) {
    if (!sim.units.caller || sim.phase !== "running" || heard(sim.units.caller) !== "agent") asked = null;
    else if (sight().isSpeaking || event.what === "mediaEnded") asked = { ...asked, quietAt: sim.now };
  }
  if ((trouble === LATE.storage && sim.lookups.length === 0) || (trouble === LATE.webhook && sim.requests.length === 0) || (trouble === TONES_FAIL && tones === 0)) trouble = "";
  return { sent, asked, trouble, tones, sinceHangup, isCleared };
}

/**
 * All that has to change nothing, one after the other on one copy of the state; if that has changed then, one by one.
 * Posts of actions are among them, without an id: those that are refused now are no events. What was tried already with the
 * same `S`, and went by without asking the platform anything, would go by in the same way: it is not tried again. The
 * actions that are refused now, by their bodies.
 */
function tryProbes(node, events) {
  const requests = events.filter((event) => event.do === "post" && !event.cancel).map((event) => ({ ...event, id: "", isAction: true }));
  const others = [];
  for (const probe of probesOf(search.world, node.path)) (probe.do === "post" ? requests : others).push(probe);
  const told = [tokenOf() !== "", requests.map((probe) => search.world.bodies[probe.body].name), node.path.sent];
  const known = search.usesTime || search.hidden !== null ? null : digestOfScenario(search.known, told, search.passiveForRequests);
  const answered = known === null ? undefined : search.answered.get(known.hash);
  const left = known === null ? others : others.filter((probe) => !search.aside.has(nameOfProbe(probe, known)));
  search.repeated += (answered === undefined ? 0 : requests.length) + others.length - left.length;
  if (answered !== undefined && search.graph !== null) search.graph.replies.push(...answered.replies);
  if (answered !== undefined && left.length === 0) return answered.refused;
  const before = search.violations.size;
  const exact = digestNow(node.path, true);
  const tried = answered === undefined ? tryRequests(node, requests) : { ...answered, isAside: false };
  const aside = left.filter((probe) => isAside(() => runProbe(probe, node)));
  if (hasChanged(node, exact)) {
    tryOneByOne(node, left.concat(answered === undefined ? requests.filter((probe) => !probe.isAction) : []), exact);
    tryOneByOne(node, tried.refused.filter((body) => !search.world.bodies[body].isRemembered).map((body) => ({ do: "post", body, id: "", refused: true })), exact);
    if (search.violations.size === before) resume(node);
  } else if (known !== null && search.violations.size === before) {
    if (tried.isAside) search.answered.set(known.hash, tried);
    for (const probe of aside) search.aside.add(nameOfProbe(probe, known));
  }
  return tried.refused;
}

/** What is the same wherever `S` is: which of its units it is about, and who listens to that. */
function nameOfProbe({ do: does, unit, what }, { hash, units }) {
  const number = units.get(unit);
  return `${hash} ${does} ${what} ${number === undefined ? "none" : number} ${sim.units[unit] === undefined ? unit : listenersTo(sim.units[unit], search.known, search.passive)}`;
}

/** Whether something happens without a call of the platform, and leaves nothing there. */
function isAside(happens) {
  const calls = callsOfPlatform;
  const serial = sim.serial;
  happens();
  return calls === callsOfPlatform && serial === sim.serial;
}

/** `{refused, replies, isAside}`: the actions that are refused, what all was answered, and whether that was aside. */
function tryRequests(node, requests) {
  const refused = [];
  const first = search.graph === null ? 0 : search.graph.replies.length;
  let isAllAside = true;
  for (const probe of requests) {
    let isRefused = false;
    const wasAside = isAside(() => {
      isRefused = runProbe(probe, node) === false;
    });
    if (isRefused && probe.isAction) refused.push(probe.body);
    if (search.world.bodies[probe.body].isRemembered || (probe.isAction && !isRefused)) resume(node);
    else isAllAside = isAllAside && wasAside;
  }
  return { refused, replies: search.graph === null ? [] : search.graph.replies.slice(first), isAside: isAllAside };
}

function tryOneByOne(node, probes, exact) {
  for (const probe of probes) {
    resume(node);
    runProbe(probe, node);
    if (hasChanged(node, exact)) violated(propertyOfProbe(probe), placeOf(probe), `${nameOfEvent(probe)}, and something has changed`, node, probe, null);
  }
}

function hasChanged(node, exact) {
  return digestNow(node.path, true) !== exact;
}

function propertyOfProbe(probe) {
  return probe.again ? "a duplicate gets the first answer" : probe.do === "post" ? "what is refused changes nothing" : "what is repeated changes nothing";
}

/** What the reply says, if it is a request and gets one. */
function runProbe(probe, node) {
  sim.trace = [];
  search.probes += 1;
  const attempts = sim.counts.attempts;
  const reply = PROBES[probe.do](probe, search.world);
  afterBlock();
  if (!sim.ended) passTime(0);
  settleTime(search.world);
  sim.counts.attempts = attempts; // of somebody else's call, which was rejected
  const add = (property, told) => violated(property, placeOf(probe), told, node, probe, null);
  const failed = sim.error || sim.errors[0] || null;
  if (failed !== null) add("no exception", `${failed.message}${failed.where ? `, in ${failed.where}` : ""}`);
  for (const entry of sim.trace) faultsOfEntry(entry, { agents: [] }, search.world, add, []);
  if (probe.do !== "post") return null;
  if (search.graph !== null) search.graph.replies.push([numberOf(probe, search.graph.events, search.graph.fresh.events), reply.body]);
  const ok = okOf(reply.body);
  if (ok !== null) {
    if (probe.refused && ok) add("what is refused changes nothing", `a request that should be refused is answered ${reply.body}`);
    if (probe.again && probe.reply !== null && probe.reply !== reply.body) add("a duplicate gets the first answer", `first ${probe.reply}, then ${reply.body}`);
  }
  return ok;
}

/** The same event once more for each call of the platform within it, which fails. */
function tryFaults(node, event, before) {
  const calls = search.throwable;
  for (let turn = 1; turn <= calls; turn += 1) {
    resume(node);
    const path = carryOut(event, node.path, turn);
    search.transitions += 1;
    const thrown = sim.trace.find((entry) => entry.event === "throws");
    if (thrown === undefined) continue;
    const after = sight();
    const faults = faultsOfStep(event, before, after, search.world, node.path, search.mode).concat(faultsOfState(after, search.world));
    for (const { property, told } of faults) {
      if (!isExcused(property, thrown.what)) violated(property, `${thrown.what} fails`, `${told} (${thrown.what} has failed)`, node, event, turn);
    }
    const hash = digestNow(path);
    if (search.visited.has(keyOf(hash)) || search.faulted.has(keyOf(hash))) continue;
    search.faulted.set(keyOf(hash), true);
    search.later.push({ parent: node.number, event, path, hash, depth: node.depth + 1, fault: { what: thrown.what, turn }, saved: saveNow(), isOver: sim.ended !== null, mayRest: mayRest() });
  }
}

/** What a scenario cannot help if the platform refuses the very thing. */
function isExcused(property, what) {
  if (what === "VoxEngine.terminate") return property === "the session is ended by the scenario" || property === "the session ends with its caller";
  // What could not be hung up is over for the scenario, and not for the platform.
  if (what === "Call.hangup") return property === "one transfer at a time" || property === "the platform is used rightly";
  return false; // what else it cannot help is not among `AFTER_FAULT`
}

/** After everything that happens without a fault: what happens after one. */
function takeUpFaults() {
  for (const one of search.later) {
    if (search.hidden === null && search.visited.has(one.hash)) continue;
    const number = search.nodes.length;
    search.visited.set(search.hidden === null ? one.hash : -1 - number, number);
    search.nodes.push({ ...one, number, calm: [] });
    search.depth = Math.max(search.depth, one.depth);
  }
  search.later = [];
}

// What is found

function violated(property, place, told, node, event, turn) {
  if ((turn !== null || node.fault) && !AFTER_FAULT.includes(property)) return;
  if (node.fault && isExcused(property, node.fault.what)) return;
  const kind = `${property}, ${place}`;
  if (search.violations.has(kind)) return;
  search.violations.set(kind, { property, promise: PROPERTIES[property], place, told, path: pathTo(node).concat([{ ...event, ...(turn === null ? {} : { fault: turn }) }]), error: sim === null ? null : sim.error || sim.errors[0] || null });
}

function pathTo(node) {
  const path = [];
  for (let at = node; at.parent !== null; at = search.nodes[at.parent]) path.push(at.event.fault === undefined && at.fault && at.fault !== search.nodes[at.parent].fault ? { ...at.event, fault: at.fault.turn } : at.event);
  return path.reverse();
}

/** The world as it is when nobody wants anything: time goes by, and what was hung up is over. */
function isCalm(event) {
  return event.do === "time" || (event.do === "timer" && event.far !== true) || event.do === "webhook" || event.do === "late" || (event.do === "leg" && event.does === "is gone");
}

/** On the graph: from every state time alone leads to the end, or to somebody who is with the caller; never in a circle. */
function faultsOfGraph() {
  const leads = new Int8Array(search.nodes.length); // 0 not looked at, 1 on the way, 2 looked at
  for (const root of search.nodes) {
    if (leads[root.number] !== 0 || root.number >= search.next) continue;
    const way = [{ node: root, next: 0 }];
    leads[root.number] = 1;
    while (way.length > 0) {
      const top = way[way.length - 1];
      if (top.next >= top.node.calm.length) {
        if (top.node.calm.length === 0 && top.node.number < search.next && !top.node.mayRest && !search.isLimited) violated("time leads on", placeOf(top.node.event), "nobody does anything any more, and nothing follows", top.node, { do: "nothing" }, null);
        leads[top.node.number] = 2;
        way.pop();
        continue;
      }
      const to = top.node.calm[top.next];
      top.next += 1;
      if (leads[to] === 1) violated("no round without an end", placeOf(top.node.event), "nobody does anything, and the call goes round for ever", top.node, { do: "nothing" }, null);
      if (leads[to] !== 0) continue;
      leads[to] = 1;
      way.push({ node: search.nodes[to], next: 0 });
    }
  }
}

/** The whole result, after the search. */
function endSearch() {
  within(search.session, faultsOfGraph);
  const result = {
    states: search.nodes.length, transitions: search.transitions + search.probes + search.repeated, depth: search.depth, exhausted: !search.isLimited, hidden: search.hidden,
    violations: Array.from(search.violations.values()), steps: Array.from(search.steps.keys(), (step) => JSON.parse(step)), done: Array.from(search.done), ends: Array.from(search.ends),
  };
  search = null;
  return JSON.stringify(result);
}

/** A path from the beginning, with the whole trace: `{trace, starts}`. */
function replayPath(json) {
  const { scenario, options, world, mode, path } = JSON.parse(json);
  begin({ scenario, options, world, mode: { ...mode, faults: true } }, null, true);
  const trace = [];
  const starts = [];
  const named = path.map((event) => (event.do === "nothing" ? "nobody does anything" : nameOfEvent(event)));
  let view = null;
  within(search.session, () => {
    let remembered = START;
    trace.push(...sim.trace);
    for (const event of path) {
      starts.push(trace.length);
      if (event.do !== "nothing") {
        if (ACTS[event.do] !== undefined && !event.refused && !event.again) remembered = carryOut(event, remembered, event.fault || 0);
        else {
          sim.trace = [];
          PROBES[event.do](event, search.world);
          afterBlock();
          if (!sim.ended) passTime(0);
        }
      }
      noteHearing();
      trace.push(...sim.trace);
    }
  });
  view = observe(search.session);
  search = null;
  return JSON.stringify({ trace, starts, names: named, view });
}

// The graph, for whoever reads it beside the search: what is the same is told once, and what is told already not again

function newGraph() {
  return { events: new Map(), traces: new Map(), answered: new Map(), replies: [], fresh: freshGraph() };
}

/** `transitions` has five numbers for each: from, event, to, trace, milliseconds. `answered` has two: state, and which of `replies`. */
function freshGraph() {
  return { events: [], traces: [], replies: [], transitions: [], answered: [] };
}

/** The number of a value among those that were told. */
function numberOf(value, numbers, fresh) {
  const text = JSON.stringify(value);
  let number = numbers.get(text);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(text, number);
    fresh.push(value);
  }
  return number;
}

function keepTransition(from, event, to, trace) {
  const { events, traces, fresh } = search.graph;
  fresh.transitions.push(from, numberOf(event, events, fresh.events), to, numberOf(trace, traces, fresh.traces), sim.now - sim.began);
}

/** What the requests were answered that are tried in every state. */
function keepReplies(number) {
  const { answered, replies, fresh } = search.graph;
  if (replies.length === 0) return;
  search.graph.replies = [];
  fresh.answered.push(number, numberOf(replies, answered, fresh.replies));
}

function takeGraph() {
  if (search.graph === null) return null;
  const { fresh } = search.graph;
  search.graph.fresh = freshGraph();
  return fresh;
}

/** What could be seen, with times from the beginning of the step. What the scenario says to itself is not told. */
function relative(trace) {
  return trace.filter((entry) => !UNSEEN.includes(entry.event)).map((entry) => ({ ...entry, t: entry.t - sim.began }));
}

// Names

function placeOf(event) {
  return nameOfEvent(event);
}

function nameOfEvent(event) {
  switch (event.do) {
    case "call":
      return "the caller calls";
    case "connect":
      return "the caller is connected";
    case "leave":
      return "the caller hangs up";
    case "storage":
      return event.missing ? `the storage has no ${event.missing}${event.found === "error" ? ": it cannot be read" : ""}` : "the storage answers";
    case "agent":
      return `the agent ${event.does}`;
    case "leg":
      return event.unit === "caller" ? `the caller ${event.does}` : `a person ${event.does}${event.code ? ` (${event.code})` : ""}`;
    case "player":
      return `an announcement ${event.how}`;
    case "late":
      return event.what;
    case "webhook":
      return `a webhook answers ${event.code}`;
    case "post":
      return `somebody posts ${search.world.bodies[event.body].name}${event.cancel ? " to take it back" : ""}${event.again ? " again" : ""}`;
    case "time":
    case "timer":
      return `time: ${event.what}`;
    case "again":
      return `the platform repeats ${event.what}`;
    case "closed again":
      return "the platform repeats that the agent is gone";
    case "announce":
      return "the platform announces the call again";
    case "started again":
      return "the platform starts the session again";
    default:
      return event.do;
  }
}

Object.assign(globalThis["flowc simulator"], { beginSearch, searchOn, endSearch, replayPath });
