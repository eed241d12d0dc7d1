// A press where no key means anything, or that is only kept for the agent, which the platform reports once more after something
// else has happened: it is nothing there either. This is no event, since it leads nowhere: it is tried on the way from one
// state to another. So is that another press, a moment later, is one of its own.

const SAME_PRESS_MS = 1000;
/** Timers of the runtime for how long that may be so: after the press, and after somebody else has had the caller. */
const OTHERS_KEYS = "othersKeysTimer";
const IN_TIME = ["pressTimer", OTHERS_KEYS];
/** What takes a second or less, or may end in it. */
const MAY_BE_BETWEEN = ["agent", "post", "player", "voice", "webhook", "storage", "recorder", "list", "time", "timer", "connect"];

/**
 * Of a node that leads to another: a key is pressed before, and reported once more after. `world.lateKeys` has one key for
 * each thing that a key means somewhere. Once for each node, and each way in which the scenario listens before it. What is
 * held of an earlier press is tried as well. Whatever was pressed earlier is forgotten by then (`isAnew`): what the scenario
 * has of that is of the path by which the search came to the node first.
 */
function tryLateReports(node, event, to) {
  if (search.hidden !== null || search.mode.untimed || to.isOver) return;
  if (event.does === "keys in") return; // presses of their own
  if (event.left === true) return; // what is left on a machine is not of the call any more
  if (event.does === "presses" && event.unit === "caller") {
    holdForAgent(node, event, to);
    return;
  }
  if (event.do !== "leg" && !MAY_BE_BETWEEN.includes(event.do)) return;
  for (const held of node.pressed) if (!to.kinds.includes(held.kind)) reportLate(held, node, event, to);
  if (node.tones === "" || to.kinds.includes(node.tones)) return;
  if (node.vain === null) node.vain = search.world.lateKeys.map((key) => pressedInVain(node, key)).filter((from) => from !== null);
  for (const from of node.vain) reportLate(from, node, event, to);
}

/** The state of a node after a key was pressed that means nothing there; null if it does. It is the same before each event. */
function pressedInVain(node, key) {
  const from = pressedAnew(node, key, node.tones);
  return from !== null && digestNow(node.path) === node.hash ? { ...from, path: node.path } : null;
}

/** A press that is kept for the agent leads to a node of its own, and is held there. Whichever key it is, is all one. */
function holdForAgent(node, event, to) {
  if (to.units !== node.units || to.saved === null || to.hash === node.hash || !isOfNothing("presses")) return;
  for (const key of new Set([event.key, ...search.world.lateKeys])) {
    const from = pressedAnew(node, key, `${key} kept after ${node.tones}`);
    if (from !== null) from.isElsewhere = !isSameWay(node, event, to);
    if (from !== null && !to.pressed.some(({ kind }) => kind === from.kind) && digestNow(from.path) === to.hash) to.pressed.push(from);
  }
}

/** It was found on this way. */
function isSameWay(node, event, to) {
  return to.parent === node.number && to.event === event;
}

/** After a press of which nothing is seen; null if anything is. */
function pressedAnew(node, key, kind) {
  const pressed = { do: "leg", unit: "caller", does: "presses", key, isAnew: true };
  resume(node);
  const path = carryOut(pressed, node.path);
  return sim.ended === null && sim.trace.every(isOfKeyAlone) ? { ...node, path, saved: saveNow(), lastly: [pressed], key, kind, at: sim.now, isElsewhere: false } : null;
}

/** The time is over in which a press may be reported once more: where a search leaves that out (`mode.unfelt`), by the timers' own functions. */
function forgetEarlierPresses() {
  const { known, mode } = search;
  const names = mode.unfelt || [];
  if (known.late === undefined) known.late = Array.from(known.functions.keys()).filter((each) => names.includes(functionName(each)));
  for (const callback of known.late) {
    const timer = names[names.indexOf(functionName(callback)) - 1]; // which stands before it
    if (!(timer in current.scenario)) throw new Error(`${functionName(callback)} stands behind no timer in mode.unfelt`);
    if (current.scenario[timer] === 0) continue;
    if (turns !== null) turns.first.push(functionName(callback));
    invoke("timer", callback, []);
  }
}

/** What a press is to the platform: all else has the scenario done, be it that a prompt begins anew and all is as before. */
function isOfKeyAlone(entry) {
  return entry.event === "digit" || entry.event === "platform_log";
}

/** How the scenario listens to the caller's keys; empty if there is nobody to press them. */
function tonesNow() {
  const { caller } = sim.units;
  return caller === undefined || caller.state !== "CONNECTED" || caller.hanging ? "" : String(caller.tones);
}

/**
 * From where a key has been pressed. It is held for what comes next, however much comes between, if units have the names there
 * that they have in `to`: events are of units. That ends, since a node takes a press of each kind once. Where `to` was found on another way (`isElsewhere`) they may be others
 * with the same names, and then what comes after it is not what came of the same event there. In what flowc generates no
 * time is over for a press, which comes just before whatever time brings about; in any other scenario it may be.
 */
function reportLate(from, node, event, to) {
  const again = { do: "press", key: from.key, kind: "in_band" };
  resume(from);
  const path = carryOut(event, from.path);
  search.probes += 1;
  if (sim.ended !== null || isCallerGone() || sim.units.caller.pressed === "") return; // it is somebody else's turn
  if (sim.now - from.at >= SAME_PRESS_MS && IN_TIME.some((timer) => timer in current.scenario && !isOfNothing(timer))) return;
  if (!to.kinds.includes(from.kind)) to.kinds.push(from.kind);
  const lastly = from.lastly.concat([event]);
  const isAsWithout = digestNow(path) === to.hash;
  const isHeld = isAsWithout && namesOfUnits() === to.units && to.saved !== null;
  const isElsewhere = from.isElsewhere || !isSameWay(node, event, to);
  const held = isHeld ? { ...from, lastly, path, isElsewhere, kind: `${from.key} after ${sim.units.caller.tones}`, saved: saveNow() } : null;
  if (isHeld) to.pressed.push(held);
  // What is told apart by the state of now comes first: another press is tried from other states.
  const isFine = isAsWithout ? changesNothing(again, path, held) : from.isElsewhere;
  if (!isFine) violated("what is repeated changes nothing", placeOf(event), toldOfReport(again, event, node, from, isAsWithout), { ...from, lastly }, again, null);
  if (isHeld && !isElsewhere && !to.isPressedAgain) tryAnotherPress(held, to);
}

function toldOfReport(again, event, node, from, isAsWithout) {
  return () => (isAsWithout ? `${nameOfEvent(again)}, and something has changed: ${changedAgain(again, event, from)}` : `a key means nothing where it is pressed, and then something else happens than without it: ${changedSoFar(event, node, from)}`);
}

/** By the same press, which is reported once more. */
function changedAgain(again, event, from) {
  resume(from);
  const path = carryOut(event, from.path);
  const before = sightOfAll(path);
  carryOut(again, path);
  return changedSince(before, path);
}

/** By the press itself, which was none, and what came then. */
function changedSoFar(event, node, from) {
  resume(node);
  const without = sightOfAll(carryOut(event, node.path));
  resume(from);
  return changedSince(without, carryOut(event, from.path));
}

/**
 * A moment after a press that means nothing: the same key once more, and another one, of which the platform tells in another
 * way first, mean there what they mean anyway. Once for each node. Where somebody has had the caller since then, only the first of them
 * is known for one of ours.
 */
function tryAnotherPress(held, to) {
  if (!isOfNothing("presses") || tonesNow() === "") return;
  to.isPressedAgain = true;
  const isOfOthers = current.scenario[OTHERS_KEYS] !== undefined && current.scenario[OTHERS_KEYS] !== 0;
  const other = isOfOthers ? undefined : search.world.callersKeys.find((key) => key !== held.key);
  const presses = [{ key: held.key }].concat(other === undefined ? [] : [{ key: other, kind: "in_band" }]).map((press) => ({ do: "leg", unit: "caller", does: "presses", ...press }));
  for (const press of presses) {
    resume(to);
    const alone = whatFollows({ ...press, isAnew: true }, to.path);
    if (alone.hash === to.hash && alone.seen === "digit") continue;
    resume(held);
    const after = whatFollows(press, held.path);
    if (after.hash !== alone.hash || after.seen !== alone.seen) violated("the flow alone says where a call goes", placeOf(press), `a moment after another press ${nameOfEvent(press)}, and what follows is not what follows else`, held, press, null);
  }
}

function whatFollows(event, path) {
  const hash = digestNow(carryOut(event, path));
  search.probes += 1;
  return { hash, seen: sim.trace.filter((entry) => !UNSEEN.has(entry.event)).map((entry) => entry.event).join(" ") };
}

/**
 * Whether a press that is reported once more is nothing now. `held`: the state, if it was saved. Where a scenario knows the
 * same, and then only set and stopped timers, it would do the same: there it is not tried again.
 */
function changesNothing(again, path, held) {
  const name = nameOfReport();
  if (name !== null && search.reported.has(name)) return true;
  if (held !== null) resume(held);
  const before = ofScenario();
  const calls = callsOfPlatform - callsForTimers;
  const { random, serial } = sim;
  const from = isOfNothing("presses") ? null : { ...(held || {}), saved: saveNow() };
  if (from !== null) resume(from); // what is saved has the values that were there
  carryOut(again, path);
  const isSilent = sim.ended === null && sim.trace.every((entry) => entry.event === "said_again");
  const isNothing = isSilent && (ofScenario() === before || (from !== null && leavesNothing(from, path, serial)));
  if (isNothing && name !== null && calls === callsOfPlatform - callsForTimers && random === sim.random) search.reported.add(name);
  return isNothing;
}

/**
 * Where a scenario tells presses apart in a way of its own: whether a report has left nothing but what it knows of presses,
 * which it forgets when the timers are over that the report has set (`serial`: what there was before). It is as it would be
 * without the report then, and nothing is seen of that.
 */
function leavesNothing(from, path, serial) {
  const names = timersSince(serial);
  if (names.length === 0 || !areOverUnseen(names)) return false;
  const after = digestNow(path, true);
  resume(from);
  return areOverUnseen(names) && digestNow(path, true) === after;
}

function timersSince(serial) {
  return sim.tasks.filter((task) => task.kind === "timer" && task.order > serial).map(wordsOfTask);
}

/** Those of these that are running are over: whether nothing is seen of that. */
function areOverUnseen(names) {
  sim.trace = [];
  for (const name of names) {
    const task = sim.tasks.find((other) => other.kind === "timer" && wordsOfTask(other) === name);
    if (task === undefined) continue;
    runTask(task, sim.now);
    afterBlock();
    if (sim.ended === null) passTime(0);
    settleTime(search.world);
  }
  return sim.ended === null && sim.trace.every((entry) => entry.event === "timer");
}

/**
 * All that can decide what a scenario does about a press, also what it knows of presses, and how many timers it may still set.
 * Null if that is not all.
 */
function nameOfReport() {
  if (search.usesTime) return null;
  const ofPresses = (search.mode.unfelt || []).map((name) => current.scenario[name]);
  const told = [sim.units.caller.pressed, listenersOf("caller", VALUES.CallEvents.ToneReceived), activeTimers(), ofPresses];
  const known = digestOfScenario(search.known, told, search.passive);
  return known === null ? null : known.hash;
}

/** All that a scenario knows, if that can be told; what it asks the platform for is in the trace. */
function ofScenario() {
  const known = digestOfScenario(search.known, [], search.passive);
  return known === null ? null : known.hash;
}
