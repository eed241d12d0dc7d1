// What has changed between two instants of one session, as a text: for whoever judges a violation.

/** `{fields, whole}`: of each field of `S` what still counts, as a text, and what it is; and the digest of all there is. */
function sightOfAll(path) {
  const seen = { fields: {}, whole: digestNow(path, true) };
  if (!isObject(current.scenario)) return seen;
  const { shape, parts } = fieldsOf(current.scenario, search.passive);
  const values = shape.read(current.scenario);
  shape.names.forEach((name, index) => {
    size = 0;
    walk = aloneWith(search.known, search.passive);
    parts[index](values[index]);
    walk = null;
    seen.fields[name] = { counts: codesSince(0), is: shownOf(values[index], 2) };
  });
  return seen;
}

/** What is other than before; and else the first that the scenario has asked the platform for. */
function changedSince(before, path) {
  const now = sightOfAll(path);
  const names = Object.keys(now.fields).filter((name) => before.fields[name] === undefined || before.fields[name].counts !== now.fields[name].counts);
  const texts = names.map((name) => {
    const [was, is] = [before.fields[name], now.fields[name]].map((field) => (field === undefined ? "not there" : field.is));
    return was === is ? `S.${name} is another one` : `S.${name} is ${is} instead of ${was}`;
  });
  if (texts.length > 0) return texts.slice(0, 3).join(", ");
  const done = sim.trace.find((entry) => !OF_NO_SCENARIO.includes(entry.event));
  if (done !== undefined) return `the scenario has asked the platform for something (${done.event})`;
  return now.whole === before.whole ? "nothing that is left" : "something of the platform: a leg, a timer, or who listens to it";
}

const OF_NO_SCENARIO = ["said_again", "digit", "platform_log", "request"];
const MOST_SHOWN = 60;

/** Functions, and whatever is further in, by what they are. */
function shownOf(value, depth) {
  if (typeof value === "function") return "a function";
  if (typeof value === "number" && value >= FIRST_TIMER) return "a timer";
  if (!isObject(value)) return value === undefined ? "undefined" : JSON.stringify(value);
  if (Array.isArray(value) && value.length === 0) return "[]";
  if (depth === 0) return Array.isArray(value) ? "a list" : "an object";
  if (Array.isArray(value)) return shortened(`[${value.map((each) => shownOf(each, depth - 1)).join(", ")}]`);
  if (Object.getPrototypeOf(value) !== Object.prototype) return "an object";
  return shortened(`{${Object.keys(value).map((key) => `${key}: ${shownOf(value[key], depth - 1)}`).join(", ")}}`);
}

function shortened(text) {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
