// A press where no key means anything, which the platform reports once more after something else has happened: it is none
// there either. This is no event, since it leads nowhere: it is tried on the way from one state to another.

const MOST_BETWEEN = 2;
const SAME_PRESS_MS = 1000;
/** Timers of the runtime for how long that may be so. */
const IN_TIME = ["pressTimer", "othersKeysTimer"];
/** What takes a second or less, or may end in it. */
const MAY_BE_BETWEEN = ["agent", "player", "webhook", "storage", "recorder", "time", "timer", "connect"];

/**
 * Of a node that leads to another: a key is pressed before, and reported once more after. `world.lateKeys` has one key for
 * each thing that a key means somewhere. Once for each node, and each way in which the scenario listens before it: with
 * that what it knows of a press is the same. What is held of an earlier press is tried as well.
 */
function tryLateReports(node, event, to) {
  if (search.hidden !== null || search.mode.untimed || to.isOver) return;
  if (event.left === true) return; // what is left on a machine is not of the call any more
  if (event.do === "leg" ? event.does === "presses" : !MAY_BE_BETWEEN.includes(event.do)) return;
  for (const held of node.pressed) if (isFirst(to, held.kind)) reportLate(held, node, event, to);
  if (node.tones === "" || !isFirst(to, node.tones)) return;
  if (node.vain === null) node.vain = search.world.lateKeys.map((key) => pressedInVain(node, key)).filter((from) => from !== null);
  for (const from of node.vain) reportLate(from, node, event, to);
}

/** The state of a node after a key was pressed that means nothing there; null if it does. It is the same before each event. */
function pressedInVain(node, key) {
  const pressed = { do: "leg", unit: "caller", does: "presses", key };
  resume(node);
  carryOut(pressed, node.path);
  if (sim.ended !== null || !sim.trace.every(isOfKeyAlone) || digestNow(node.path) !== node.hash) return null;
  return { ...node, saved: saveNow(), lastly: [pressed], key, at: sim.now };
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

/** @returns whether nothing of the kind was tried on a way to there */
function isFirst(to, kind) {
  if (to.kinds.includes(kind)) return false;
  to.kinds.push(kind);
  return true;
}

/**
 * From where a key has been pressed. Where more may come between, it is held for what comes next, if `to` was found on this
 * way: on another one units have other names, and events are of units. In what flowc generates no time is over for a press,
 * which comes just before whatever time brings about; in any other scenario it may be.
 */
function reportLate(from, node, event, to) {
  const again = { do: "press", key: from.key, kind: "in_band" };
  resume(from);
  const path = carryOut(event, from.path);
  search.probes += 1;
  if (sim.ended !== null || isCallerGone() || sim.units.caller.pressed === "") return; // it is somebody else's turn
  if (sim.now - from.at >= SAME_PRESS_MS && IN_TIME.some((timer) => timer in current.scenario && !isOfNothing(timer))) return;
  const lastly = from.lastly.concat([event]);
  const isAsWithout = digestNow(path) === to.hash;
  const isSameWay = to.parent === node.number && to.event === event;
  const isHeld = isAsWithout && isSameWay && to.saved !== null && lastly.length <= MOST_BETWEEN;
  const held = isHeld ? { ...from, lastly, path, kind: `${from.key} after ${sim.units.caller.tones}`, saved: saveNow() } : null;
  if (isHeld) to.pressed.push(held);
  if (isAsWithout && changesNothing(again, path, held)) return;
  const told = () => (isAsWithout ? `${nameOfEvent(again)}, and something has changed: ${changedAgain(again, event, from)}` : `a key means nothing where it is pressed, and then something else happens than without it: ${changedSoFar(event, node, from)}`);
  violated("what is repeated changes nothing", placeOf(event), told, { ...from, lastly }, again, null);
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
 * Whether a press that is reported once more is nothing now. `held`: the state, if it was saved. Where a scenario knows the
 * same, and then only set and stopped timers, it would do the same: there it is not tried again.
 */
function changesNothing(again, path, held) {
  const name = nameOfReport();
  if (name !== null && search.reported.has(name)) return true;
  if (held !== null) resume(held);
  const before = ofScenario();
  const calls = callsOfPlatform - callsForTimers;
  const { random } = sim;
  carryOut(again, path);
  const isNothing = sim.ended === null && sim.trace.every((entry) => entry.event === "said_again") && ofScenario() === before;
  if (isNothing && name !== null && calls === callsOfPlatform - callsForTimers && random === sim.random) search.reported.add(name);
  return isNothing;
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
