// Walks at random through the states of a scenario. Where two walks come to states with one digest, the same events follow
// from both: what is possible, what can be seen and every further digest have to be the same. `{pairs, differences}`.

function bisimulate(json) {
  const { scenario, options, world, mode, pairs, seed, length } = JSON.parse(json);
  beginSearch(JSON.stringify({ scenario, options, world, mode }));
  let random = seed;
  const next = (bound) => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return Math.floor((random / 4294967296) * bound);
  };
  const met = new Map(); // digest -> the states that were come to first, by different events
  const differences = [];
  let compared = 0;
  const root = search.nodes[0];
  within(search.session, () => {
    while (compared < pairs) {
      let state = { saved: root.saved, path: root.path };
      let key = "";
      for (let depth = 0; depth < 40 && compared < pairs; depth += 1) {
        resume(state);
        const events = named(state.path);
        if (events.length === 0) break;
        const [name, event] = events[chosen(events, next)];
        key += `${name};`;
        state = after(state, event);
        const known = met.get(state.hash);
        if (known === undefined) met.set(state.hash, { state, key });
        else if (known.key !== key) {
          compared += 1;
          const difference = sameFuture(known.state, state, next, length);
          if (difference !== null) differences.push({ one: known.key, other: key, ...difference });
          if (next(2) === 0) met.set(state.hash, { state, key });
        }
      }
    }
  });
  search = null;
  return JSON.stringify({ pairs: compared, differences: differences.slice(0, 3), count: differences.length });
}

/** Which event is next: most calls go on for a while, or no walk would come far. */
function chosen(events, next) {
  const which = next(events.length);
  const ends = ([, event]) => event.do === "leave" || event.far === true || (event.do === "agent" && event.does === "closes");
  return ends(events[which]) && !events.every(ends) && next(10) > 0 ? chosen(events, next) : which;
}

function after(state, event) {
  resume(state);
  const path = carryOut(event, state.path);
  const seen = JSON.stringify(relative(sim.trace).map(search.mode.passive === null ? whole : decisive)).replace(/\b(call|player|agent|request|detector|recorder|vad)-\d+/g, "$1");
  const hash = digestNow(path);
  return { path, hash, seen, saved: saveNow() };
}

function whole(entry) {
  return entry;
}

/** Without what is handed on: what a webhook, whoever is called, the agent and a request are told of what was before. */
function decisive(entry) {
  if (entry.event === "http_request") return { ...entry, headers: Object.keys(entry.headers).sort(), body: "" };
  if (entry.event === "dial") return { ...entry, headers: Object.keys(entry.headers || {}).sort() };
  if (entry.event === "reply") return { ...entry, body: String(okOf(entry.body)) };
  if (entry.event === "agent_start" || entry.event === "agent_custom") return { ...entry, parameters: Object.keys(entry.parameters.metadata || {}).sort() };
  return entry;
}

/** Events by names that do not depend on the numbers of units. */
function named(path) {
  const nameOfUnit = ({ unit }) => (unit === undefined ? "" : `${sim.units[unit].label} ${sim.units[unit].state} ${sim.units[unit].hanging}`);
  return possibleEvents(search.world, path, search.mode)
    .filter((event) => event.isRefused !== true) // which a search goes along with only where it is refused
    .filter((event) => event.once === undefined) // which is tried in one state alone
    .map((event) => [`${event.cancel ? "taken back" : nameOfEvent(event)} ${event.id || ""} ${event.as || ""} ${event.first || ""} ${nameOfUnit(event)}`, event])
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

/** How often a webhook was told that does not answer is no part of a state that merges: see `passive.HANDED_ON`. */
function comparable(path) {
  const isCounted = ([, event]) => event.do === "webhook" && event.code === -7;
  return named(path).filter((each) => search.mode.passive === null || !isCounted(each));
}

function sameFuture(one, other, next, length) {
  for (let step = 0; step < length; step += 1) {
    resume(one);
    const events = comparable(one.path);
    resume(other);
    const others = comparable(other.path);
    const names = events.map(([name]) => name);
    if (String(names) !== String(others.map(([name]) => name))) return { what: "possible", of: names, and: others.map(([name]) => name) };
    if (events.length === 0) return null;
    const which = chosen(events, next);
    one = after(one, events[which][1]);
    other = after(other, others[which][1]);
    if (one.seen !== other.seen) return { what: names[which], of: one.seen, and: other.seen };
    if (one.hash !== other.hash) return { what: `${names[which]}: another digest`, of: "", and: "" };
  }
  return null;
}

globalThis["flowc simulator"].bisimulate = bisimulate;
