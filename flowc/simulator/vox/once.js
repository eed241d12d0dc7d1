// Values that the scenario looks up in a table, and that lead where others lead: which outcome a code is, and which of two
// outcomes is the more hopeful; who is nobody of the flow's `callers`, and who shows no number. Each is tried once in a search that merges, where states are one that differ in what they
// tell. What comes of it is told when the hunt is over, or to the agent that is started then: until that happens nothing
// else does, and `path.apart` has the codes.

/**
 * The codes of a leg that stand for no outcome of their own here, once for each number; and once more where nobody else
 * is rung after it. Of whoever rings last but one, each outcome: after it comes what is as hopeful as that, or next to it.
 */
function codesOnce(world, call, events) {
  if (search.passive === null || !isToldOf()) return;
  const unit = call.id;
  const rest = restOfHunt();
  const known = codesOf(world, call);
  for (const code of mayBeRungAgain(rest) ? [] : owned(world.everyCode, call.number, [])) {
    const name = `${call.number} ${code}`;
    if (rest > 0 && !known.includes(code)) events.push({ do: "leg", unit, does: "fails", code, once: name });
    else if (rest === 0 && !known.includes(code)) addApart({ do: "leg", unit, does: "fails", code, once: `${name} at last`, apart: `at last ${code}` }, events);
  }
  if (rest !== 1 || !["", world.leastHopeful].includes(current.scenario.hopeful)) return;
  for (const code of owned(world.outcomeCodes, call.number, [])) addApart({ do: "leg", unit, does: "fails", code, once: `${call.number} ${code} before another`, apart: `after ${code}` }, events);
}

/** Who is rung again depends on what came of each: then a code leads where its outcome does. */
function mayBeRungAgain(rest) {
  const { again, live } = current.scenario;
  return again !== undefined && (rest === NEVER || live.length > 1);
}

function addApart(event, events) {
  if (!search.triedOnce.has(event.apart)) events.push(event);
}

/**
 * Where it is only handed on who calls: somebody whose number is nearly one of the flow's `callers`, a number that is
 * withheld in another way, and, where the caller's own is shown, a caller who comes over a trunk.
 */
function callsOnce(world) {
  if (!isCallerUnnamed(search.passive)) return [];
  const { others, named, national } = world.caller;
  const isOverTrunk = national.length > 0 || world.referCodes.length > 0; // these calls are there already
  const own = others.slice(named).map((number, near) => ({ do: "call", who: named + near + 1 }));
  if (world.comesOverSip && !isOverTrunk) own.push({ do: "call", overSip: true });
  const withheld = world.withheldAs.pstn.map((as) => ({ do: "call", withheld: as }));
  if (world.referCodes.length === 0) withheld.push(...world.withheldAs.sip.map((as) => ({ do: "call", withheld: as, overSip: true })));
  return own.map(apartOnce).concat(world.mayBeWithheld ? withheld.map(once) : []);
}

function once(event) {
  return { ...event, once: JSON.stringify(event) };
}

/** Until the settings come, and the first steps have gone by who calls. */
function apartOnce(event) {
  return search.passive.handed.from === "at_entry" ? { ...once(event), apart: JSON.stringify(event) } : once(event);
}

/** The same of a trunk that does not hand the caller over. */
function refusalsOnce(world, events) {
  if (search.passive === null) return;
  for (const code of world.everyRefusal) {
    if (!world.referCodes.includes(code)) events.push({ do: "leg", unit: "caller", does: "is not handed over", code, once: `not handed over ${code}` });
  }
}

/** What goes on where nothing else happens. */
function whatIsLeft(world, path) {
  if (sim.lookups.length > 0) return [{ do: "storage", keys: Array.from(new Set(sim.lookups.map(({ key }) => key))), found: "value" }];
  const starting = unitsOf("agent").find(({ state }) => state === "connecting");
  if (starting !== undefined) return [{ do: "agent", unit: starting.id, does: "connects", next: true }];
  const [call] = ringingNow();
  const hopeOf = (code) => world.hope.findIndex((codes) => codes.includes(code));
  const codes = owned(world.outcomeCodes, call.number, []).filter((code) => Math.abs(hopeOf(code) - hopeOf(path.apart[0])) <= 1);
  return codes.map((code) => ({ do: "leg", unit: call.id, does: "fails", code, next: true }));
}

/**
 * What was tried so far, if it goes on: the settings come before it counts who calls, whoever rings now is the last, or an
 * agent is started that is told of it.
 */
function apartAfter(event, before) {
  if ((event.apart === undefined && before === null) || event.does === "connects" || sim.ended !== null || sim.phase !== "running") return null;
  if (event.do === "call") return sim.lookups.length > 0 ? [event.apart] : null;
  if (event.do !== "leg") return null;
  const codes = (before || []).concat([event.code]);
  const ringing = ringingNow();
  const isPair = before === null && ringing.length === 1 && ringing[0].id !== event.unit && restOfHunt() === 0;
  return isPair || isToldLater() ? codes : null;
}

function isToldLater() {
  const { returned } = current.scenario;
  return returned !== undefined && returned !== null && unitsOf("agent").some(({ state }) => state === "connecting");
}

/** Whom the outcome is told: an agent that waits, or is started again; where the flow has none, webhooks and whoever reads the log. */
function isToldOf() {
  const { agent, transfer } = current.scenario;
  return agent !== null || (isObject(transfer) && transfer.agent === "leaves");
}

function ringingNow() {
  return unitsOf("call").filter((call) => call.direction === "outgoing" && call.state === "PROGRESSING" && !call.hanging);
}

/** How many are rung beside or after the one who rings now, each once; otherwise a number that is larger than any. */
function restOfHunt() {
  const { hunt, turn, live } = current.scenario;
  const items = Array.isArray(hunt) ? hunt.slice(turn) : [];
  if (items.length === 0 || live.length === 0 || live.some(({ state }) => state !== "ringing") || !items.every(isRungOnce)) return NEVER;
  return live.length - 1 + items.slice(1).reduce((count, item) => count + (item.together || [item]).length, 0);
}

function isRungOnce(item) {
  return typeof item === "string" || item.attempts === 1;
}
