// What an observer may know of a session: a view of its units, and copies of the scenario's values as plain data.

/** What an observer may know, apart from the trace. */
function observe(session) {
  return within(session, () => ({
    now: sim.now,
    ended: sim.ended,
    error: sim.error || sim.errors[0] || null,
    heard_by_caller: sim.units.caller && sim.phase === "running" ? heard(sim.units.caller) : null,
    legs: unitsOf("call").map((call) => ({
      id: call.handle.ref, label: call.label, direction: call.direction, type: call.type, number: call.number, callerid: call.callerid,
      headers: call.headers, state: call.state, hanging: call.hanging, hears: sim.phase === "running" ? heard(call) : null,
    })),
    agents: unitsOf("agent").map((agent) => ({
      id: agent.id, state: agent.state, started: agent.started, metadata: agent.metadata, customs: agent.customs, speaking: agent.speaking,
      says: agent.speaking ? agent.says : null, held: agent.held, speaks_to_caller: sim.units.caller !== undefined && sourceOf(sim.units.caller) === agent, hears: sim.phase === "running" ? heard(agent) : null,
    })),
    recorders: unitsOf("recorder").map((recorder) => ({
      id: recorder.id, kept: recorder.label === KEPT, state: recorder.state, muted: recorder.muted, hears: sim.phase === "running" ? heard(recorder) : null,
    })),
    players: unitsOf("player").map((player) => ({ id: player.id, what: player.label, state: player.state, heard: isSentTo(player) || !isPlaying(player) })),
    waiting: {
      storage: sim.lookups.map((lookup) => lookup.key),
      requests: sim.requests.map((request) => ({ id: request.id, url: request.url, state: request.state })),
      timers: activeTimers(),
    },
    silences: sim.silences,
  }));
}

/** The units of a kind, in order of appearance. */
function unitsOf(kind) {
  const found = [];
  for (const id of Object.keys(sim.units)) if (sim.units[id].kind === kind) found.push(sim.units[id]);
  return found;
}

/** A copy without handles, functions and cycles, fit for JSON and for comparing. */
function plain(value, above = []) {
  if (!isObject(value)) return plainPrimitive(value);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) {
    if (isHandle(value)) return { [`$${classOf(value)}`]: value.ref };
    if (value instanceof SimPromise) return { $Promise: value.ref };
    if (value instanceof Date) return { $Date: value.getTime() };
  }
  if (above.includes(value)) return { $cycle: above.indexOf(value) };
  above.push(value);
  const copy = plainMembers(value, above);
  above.pop();
  return copy;
}

function plainPrimitive(value) {
  if (typeof value === "function") return { $function: functionName(value) };
  if (value === undefined) return null;
  return typeof value === "bigint" || typeof value === "symbol" ? String(value) : value;
}

function plainMembers(value, above) {
  if (Array.isArray(value)) return value.map((item) => plain(item, above));
  if (value instanceof Map || value instanceof Set) return { [`$${value.constructor.name}`]: Array.from(value, (item) => plain(item, above)) };
  const copy = {};
  for (const key of Object.keys(value)) copy[key] = plain(value[key], above);
  return copy;
}
