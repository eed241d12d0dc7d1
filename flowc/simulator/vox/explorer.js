// The search: breadth first through every state that the world can bring a session into, so that the first path to a fault
// is a shortest one. A state is copied, an event applied, and the digest of what comes of it looked up; a new one waits its
// turn. Nothing here knows how long it takes: the host asks for so many steps at a time.

let search = null;
/** The scenario that was read last, of which most replays are: `{scenario, names, probed, compiled}`. */
let lastRead = { scenario: null };
/** By paths, without any two that are equal, a search has no end: so many states are what takes seconds. */
const REPLAYED_STATES = 2000;

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
  const ours = readOnce(scenario);
  const hangup = options.hangup_events === "at_once" ? "confirmed" : "manual";
  const opening = () => openSession(scenario, { ...options, ...EXPLORED, hangup }, (text) => ours.compiled || (ours.compiled = compile(text, ours.probed)));
  const session = opening();
  const failed = session.sim.error;
  if (failed !== null) return { failed };
  search = {
    session, world, mode, asked, opening, known: null, hidden, contents: null, usesTime: /\bDate\b/.test(scenario) && !mode.clock_stands, isReplay,
    nodes: [], visited: new Map(), next: 0, later: [], passive: partsOf(mode.passive, []), passiveForRequests: partsOf(mode.passive, ["replies"]), transitions: 0, probes: 0, repeated: 0, answered: new Map(), aside: new Set(), triedOnce: new Set(), wrongLengths: [], depth: 0, isLimited: false, isShared: false, isApart: false, isApartAnew: false,
    reported: new Set(), timers: new Map(), violations: new Map(), steps: new Map(), done: new Map(), ends: new Map(), graph: mode.graph ? newGraph() : null, faulted: new Map(),
  };
  search.known = knownOf(session, scenario);
  search.hidden = hidden !== null || isReplay ? hidden : hiddenIn(scenario, search.known.functions.keys(), session.probed || []);
  search.contents = contentsOf(search.known.constants.keys());
  within(session, () => {
    atFirst();
    const hash = digestNow(START);
    add(null, { do: "start" }, START, hash, 0, null);
  });
  return { names: ours.names.length };
}

/** What there is to know of a scenario's text before it is opened. */
function readOnce(scenario) {
  if (lastRead.scenario !== scenario) {
    const names = topLevelNames(scenario);
    lastRead = { scenario, names, probed: `[${names.map((name) => `[${JSON.stringify(name)}, ${name}]`).join(", ")}]`, compiled: null };
  }
  return lastRead;
}

/** Before anybody calls. */
function atFirst() {
  settleTime(search.world);
  sim.token = undefined;
  sim.formerToken = undefined;
}

/**
 * From the beginning: by paths, where copies have turned out to lack something; and where somebody answers late, and it goes
 * wrong, with states apart in which somebody was given up, since those alone can answer.
 */
function beginAnew(hidden) {
  begin(search.asked, hidden, false);
}

/** What is taken for equal is equal by this. `exact`: in everything, also in what a scenario only hands on. */
function digestNow(path, exact = false) {
  const asked = path.asked === null ? null : search.mode.untimed ? [0, 0] : [sim.now - path.asked.at, sim.now - path.asked.quietAt];
  if (search.mode.untimed) forgetTimes();
  const passive = exact ? null : search.passive;
  const sent = passive === null ? path.sent : path.sent.map((one) => (search.world.bodies[one.body].cancels ? one.body : null));
  const besides = [tokenOf() !== "", sim.formerToken !== undefined, sent, asked, path.trouble, path.tones, path.sinceHangup, path.isCleared, path.pressed, path.led, path.press, path.apart];
  const { hash, hidden, isShared } = digestOf(search.known, besides, search.usesTime, passive);
  if (hidden !== null && search.hidden === null) search.hidden = hiddenValue(search.asked.scenario, hidden.value);
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
  sim.tasks = sim.tasks.map((task) => (task.at === NEVER ? task : { ...task, at: sim.now + 1, order: orderOf(task) }));
  sim.silences = [];
  for (const id of Object.keys(sim.units)) if (sim.units[id].kind === "call") sim.units[id].connectedAt = sim.units[id].connectedAt === null ? null : sim.now;
}

/** The end of a session without calls is put off by each call, also by one that is rejected: it comes last. */
function orderOf(task) {
  return task.kind === "withoutCalls" ? Number.MAX_SAFE_INTEGER : task.order;
}

/** By what a state is found again: its digest, or nothing but itself, if it may hide something. What is over hides nothing. */
function keyOf(hash) {
  return search.hidden === null || sim.ended !== null ? hash : -1 - search.nodes.length - search.later.length;
}

/** A new state, which waits its turn. */
function add(parent, event, path, hash, depth, fault) {
  const number = search.nodes.length;
  search.visited.set(keyOf(hash), number);
  const node = { number, parent, event, path, hash, depth, fault, saved: saveNow(), units: namesOfUnits(), pressed: [], kinds: [], vain: null, isPressedAgain: false, tones: "", calm: [], limits: [], isBounded: false, isOver: sim.ended !== null, mayRest: path.apart !== null || mayRest() };
  search.nodes.push(node);
  search.depth = Math.max(search.depth, depth);
  return node;
}

/** With who hears what, as a text. */
function namesOfUnits() {
  return `${Object.keys(sim.units)} ${JSON.stringify(sim.sources)}`;
}

/** Nothing need follow: somebody is with the caller, or nobody has called yet. */
function mayRest() {
  if (sim.ended !== null || sim.units.caller === undefined) return true;
  const { isAttended, isHeld } = sight();
  return isAttended === true || isHeld; // for how long somebody is on hold is for the person to say
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
      if ((!wasHidden && search.hidden !== null) || search.isApartAnew) return;
      search.next += 1;
      if (search.next === search.nodes.length) takeUpFaults();
      if (search.nodes.length >= statesAtMost() && search.next < search.nodes.length) search.isLimited = true;
    }
  });
  if (before === null && search.hidden !== null) {
    beginAnew(search.hidden);
    return JSON.stringify({ isDone: false, isAnew: true, ...sumOfSearch() });
  }
  if (search.isApartAnew) {
    beginAnew(search.hidden);
    search.isApart = true;
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
  before.way = isObject(current.scenario) ? String(current.scenario.way) : "";
  before.limits = before.isQueued ? limitsNow() : NONE_KEPT;
  node.tones = tonesNow();
  const events = possibleEvents(search.world, node.path, search.mode);
  node.isBounded = events.some((event) => event.ends === true); // by that, however often the rest goes round until then
  const { refused, isUntouched } = node.path.apart !== null ? { refused: [], isUntouched: true } : tryProbes(node, events);
  let isThere = isUntouched;
  if (search.graph !== null) keepReplies(node.number);
  for (const event of events) {
    const isRefused = event.do === "post" && !event.cancel && refused.includes(event.like === undefined ? event.body : event.like);
    if (isRefused && event.like !== undefined) continue;
    if (event.once !== undefined && !isFirst(event.once)) continue;
    if (isRefused ? !search.mode.exact && !search.world.bodies[event.body].isRemembered : event.isRefused === true) continue;
    const tried = isRefused && !search.mode.exact ? { ...event, id: "" } : event;
    if (!isThere) resume(node);
    isThere = false;
    const to = follow(node, tried, before);
    if (to.path.apart !== null && event.apart !== undefined) search.triedOnce.add(event.apart);
    const others = event.once === undefined && node.path.apart === null ? atOtherMoments(tried).concat(node.fault === null ? withoutSecrets(tried, search.mode) : []) : [];
    if (search.mode.faults && node.fault === null && event.once === undefined) tryFaults(node, tried, before);
    if (event.once === undefined && node.path.apart === null) tryLateReports(node, tried, to);
    for (const other of others) {
      resume(node);
      follow(node, other, before);
      if (search.mode.faults && node.fault === null && other.once === undefined) tryFaults(node, other, before);
    }
  }
  if (search.hidden === null && !search.isReplay) lookForChanges();
  node.saved = null;
  node.pressed = [];
  node.vain = null;
}

/**
 * Of values that the scenario looks up in a table, or tells on, and that lead nowhere else: each is tried where it is
 * possible first, and not in every state. `once` names the value and whatever the table belongs to.
 */
function isFirst(once) {
  if (search.triedOnce.has(once)) return false;
  search.triedOnce.add(once);
  return true;
}

/** One event from a node, and what is wrong with that: the node to which it leads. */
function follow(node, event, before) {
  search.wrongLengths = [];
  const path = carryOut(event, node.path);
  search.transitions += 1;
  const after = sight();
  const faults = faultsOfStep(event, before, after, search.world, node.path, search.mode).concat(faultsOfState(after, search.world));
  for (const { property, told } of faults) violated(property, placeOf(event), told, node, event, null);
  for (const [place, told] of search.wrongLengths) violated(AGREEMENT, place, told, node, event, null);
  const name = nameOfEvent(event);
  search.done.set(name, (search.done.get(name) || 0) + 1);
  for (const entry of sim.trace) noteReached(entry, before.way);
  if (sim.ended !== null) search.ends.set(sim.ended.reason, (search.ends.get(sim.ended.reason) || 0) + 1);
  const trace = sim.trace;
  if (event.do === "call" && isCallerUnnamed(search.passive) && "from" in current.scenario) trace.push(partiesRead());
  const hash = digestNow(path);
  const known = search.visited.get(keyOf(hash));
  const to = known === undefined ? add(node.number, event, path, hash, node.depth + 1, node.fault).number : known;
  if (isCalm(event, before) && (!node.isBounded || event.ends)) leadsTo(node, to, before, after);
  if (search.graph !== null) keepTransition(node.number, event, to, relative(trace));
  return search.nodes[to];
}

/** Of this, only what the scenario has read is compared with what the flow says; from then on it is only handed on. */
function partiesRead() {
  const { from, to } = current.scenario;
  return { t: sim.now, event: "parties", from, to };
}

/** What an entry of the trace says of what has been reached: `way` is where the steps of the flow stood before it. */
function noteReached(entry, way) {
  if (entry.event === "step") reached(entry.way, entry.index, entry.step, entry.which);
  else if (entry.event === "agent_custom" && entry.parameters.metadata && entry.parameters.metadata.vox_event === "cancelled" && entry.parameters.metadata.key === undefined) reached(String(entry.parameters.metadata.action), 0, "cancelled", null);
  else if (entry.event === "log" && search.world.remarks.some((words) => entry.message.includes(words))) reached(way, 0, "remark", withoutTime(entry.message));
  else if (entry.event === "digit" && sim.trace.some((other) => other.event === "hangup" && other.leg === entry.leg)) reached(entry.leg, 0, "declined", entry.digit);
}

function reached(way, index, step, which) {
  const name = `${way}\n${index}\n${step}\n${which}`;
  if (!search.steps.has(name)) search.steps.set(name, [way, index, step, which]);
}

/** A line of the log, without its session and its time. */
function withoutTime(message) {
  return message.slice(message.indexOf(": ") + 2);
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
    search.later.push({ parent: node.number, event, path, hash, depth: node.depth + 1, fault: { what: thrown.what, turn }, saved: saveNow(), units: namesOfUnits(), isOver: sim.ended !== null, mayRest: mayRest() });
  }
}

/** What a scenario cannot help if the platform refuses the very thing. */
function isExcused(property, what) {
  if (what === "VoxEngine.terminate") return property === "the session is ended by the scenario" || property === "the session ends with its caller";
  // What could not be hung up is over for the scenario, and not for the platform.
  if (what === "Call.hangup" || what === "SmartQueueTask.end") return property === "one transfer at a time" || property === "the platform is used rightly";
  // Who answers although it was hung up on is heard of by nobody who could not listen to it.
  if (["Call.addEventListener", "SmartQueueTask.addEventListener"].includes(what) && property === "one transfer at a time") return unitsOf("call").some((call) => call.isTooLate);
  return false; // what else it cannot help is not among `AFTER_FAULT`
}

/** After everything that happens without a fault: what happens after one. */
function takeUpFaults() {
  for (const one of search.later) {
    if (search.hidden === null && search.visited.has(one.hash)) continue;
    const number = search.nodes.length;
    search.visited.set(search.hidden === null ? one.hash : -1 - number, number);
    search.nodes.push({ ...one, number, pressed: [], kinds: [], vain: null, isPressedAgain: false, calm: [], limits: [] });
    search.depth = Math.max(search.depth, one.depth);
  }
  search.later = [];
}

/** The whole result, after the search. */
function endSearch() {
  within(search.session, faultsOfGraph);
  const result = {
    states: search.nodes.length, transitions: search.transitions + search.probes + search.repeated, depth: search.depth, exhausted: !search.isLimited, hidden: search.hidden,
    violations: Array.from(search.violations.values()), steps: Array.from(search.steps.values()), done: Array.from(search.done), ends: Array.from(search.ends),
  };
  search = null;
  return JSON.stringify(result);
}

/**
 * A path from the beginning, with the whole trace: `{trace, starts, names, view, turns, before, waiting, thrown}`. `turns`
 * are for each event the timers and deadlines that were over in it, `before` those of the scenario that had to be over
 * first, and `waiting` those of it that are running in the end; `thrown` is the call that has thrown:
 * `[function, how many of it]`.
 */
function replayPath(json) {
  const { scenario, options, world, mode, path } = JSON.parse(json);
  calledSoFar = {};
  try {
    return JSON.stringify(replayed({ ...options, throws: { "": 1 } }, { scenario, world, mode, path }));
  } finally {
    calledSoFar = null;
    turns = null;
    search = null;
  }
}

function replayed(options, { scenario, world, mode, path }) {
  begin({ scenario, options, world, mode: { ...mode, faults: true } }, null, true);
  const trace = [];
  const words = [];
  const before = [];
  let waiting = [];
  let thrown = null;
  const starts = [];
  const named = path.map((event) => (event.do === "nothing" ? "nobody does anything" : nameOfEvent(event)));
  let view = null;
  within(search.session, () => {
    let remembered = START;
    trace.push(...sim.trace);
    for (const event of path) {
      if (mode.untimed) forgetTimes(); // as in the search: timers have their numbers by that
      starts.push(trace.length);
      turns = { before: sim.serial, words: [], first: [], thrown: null };
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
      words.push(turns.words);
      before.push(turns.first);
      thrown = turns.thrown || thrown;
    }
    waiting = Array.from(new Set(sim.tasks.slice().sort(inTime).filter((task) => task.kind === "timer").map(wordsOfTask)));
  });
  view = observe(search.session);
  return { trace, starts, names: named, view, turns: words, before, waiting, thrown };
}

Object.assign(globalThis["flowc simulator"], { beginSearch, searchOn, endSearch, replayPath });
