// Copies of a state as an explorer makes them: each is resumed many times, changed in every place, and has to be as it was.

const CASES = {
  lists: () => ({ list: [1, [2, { three: 3 }], "four"], empty: [], none: null }),
  records: () => ({ record: { one: 1, within: { two: [2] } }, nothing: undefined }),
  "special names": () => ({ record: Object.defineProperty({ 7: "seven", "a b": 1 }, "__proto__", { value: { own: 1 }, enumerable: true, writable: true, configurable: true }) }),
  "one object in two places": () => {
    const both = { count: 0, within: { deep: [] } };
    return { first: both, second: { both }, third: [both, both.within] };
  },
  "a circle": () => {
    const leg = { name: "leg", hunt: null };
    leg.hunt = { legs: [leg] };
    return { leg };
  },
  frozen: () => ({ fixed: Object.freeze({ list: Object.freeze([1, { open: true }]) }) }),
  "other classes": () => {
    const both = { count: 0 };
    return { both, table: new Map([["key", both]]), bare: Object.assign(Object.create(null), { both }), set: new Set([1]) };
  },
};

function forks() {
  const said = [];
  for (const name of Object.keys(CASES)) {
    const session = openSession("const S = { phase: 'new' };", { ...JSON.parse(OPTIONS) });
    within(session, () => {
      newCall({ id: "call-1", label: "leg:1", direction: "outgoing", type: "pstn", number: "1", callerid: "2", state: "PROGRESSING" });
      sim.sources = withEntry(sim.sources, "call-1", null);
    });
    Object.assign(session.scenario, CASES[name]());
    const before = pictureOf(session);
    const fork = forkSession(session);
    for (let turn = 0; turn < 3 * COPIED_FIRST; turn += 1) {
      resumeFork(session, fork, new Map());
      if (pictureOf(session) !== before) said.push(`${name}, copy ${turn}: ${pictureOf(session)} and not ${before}`);
      changeAll(session.scenario, new Set());
      session.sim.units["call-1"].state = "TERMINATED";
      session.sim.counts.call += 1;
      session.sim.tasks.length = 0;
      within(session, () => sendToOne({ id: "call-1", kind: "call", label: "" }, session.sim.units["call-1"]));
      session.scenario.more = turn;
    }
  }
  return JSON.stringify(said);
}

/** All there is, with what is the same object as what. */
function pictureOf(session) {
  const seen = new Map();
  const picture = (value) => {
    if (typeof value !== "object" || value === null) return String(value);
    if (seen.has(value)) return `=${seen.get(value)}`;
    seen.set(value, seen.size);
    const entries = value instanceof Map || value instanceof Set ? Array.from(value, picture) : Object.keys(value).map((key) => `${key}: ${picture(value[key])}`);
    const kind = Array.isArray(value) ? "list" : Object.getPrototypeOf(value) === null ? "bare" : value.constructor === undefined ? "?" : Object.prototype.toString.call(value);
    return `${kind}${Object.isFrozen(value) ? " frozen" : ""}{${entries.join(", ")}}`;
  };
  const { units, sources, counts, tasks } = session.sim;
  return `${picture(session.scenario)} ${JSON.stringify([units, sources, counts, tasks])}`;
}

function changeAll(value, seen) {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Map || value instanceof Set) {
    for (const item of value) changeAll(item, seen);
    value.clear();
    return;
  }
  for (const key of Object.keys(value)) changeAll(value[key], seen);
  if (Object.isFrozen(value)) return;
  for (const key of Object.keys(value)) if (key !== "__proto__") value[key] = "changed";
  if (Array.isArray(value)) value.push("more");
}

Object.assign(globalThis["flowc simulator"], { forks });
