// What nobody is told, and what no line of a log has: secrets and what the session itself keeps to itself, in whole wherever
// something leaves the scenario; and in a log no part of them, of who calls, of texts of parameters and of answers, and no key.

/** What is written for whoever runs the account. */
const LOGS = ["log", "platform_log"];
/** Characters of a part that is in no text by chance (`SHORTEST_KNOWN` in `requests.py`). */
const SHORTEST_PART = 6;
/** Signs between words, where a key stands as one. */
const BETWEEN_WORDS = /[\s"'`()[\]{}<>,;:=/|\\&?!$%@~^]+|\.(?![0-9])/;
/** The local time, as a line of hours has it. */
const LOCAL_TIMES = /\b[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}\b/g;
/** Numbers that are no keys: of choices of menus, of attempts, of ways of several, and how long something takes. */
const NO_KEYS = /\b(?:choice|attempt|otherwise) [0-9]+|\b[0-9.]+ s\b/g;

/**
 * What was looked at: `parts` are those of what no log has, `tokens` the same of the session's own, by the token, each with
 * the texts in which nothing was found: the same few are told in most states.
 */
let lookedAt = { world: null, parts: null, shown: null, tokens: null };

function partsOfKept(named) {
  const parts = new Map();
  for (const [text, what] of named) {
    for (let at = 0; at + SHORTEST_PART <= text.length; at += 1) {
      const part = text.slice(at, at + SHORTEST_PART);
      const whose = parts.get(part);
      if (whose === undefined) parts.set(part, [what]);
      else if (!whose.includes(what)) whose.push(what);
    }
  }
  return parts;
}

/** Of the session itself: values, each with what it is. */
function keptBySession(token) {
  const tokens = [token, sim.formerToken].filter((each) => each !== undefined && each !== "");
  return tokens.map((each) => [each, "the token"]).concat([[sim.options.access_url, "the control URL"]]);
}

/** What is known of texts while the token is this one. */
function lookedAtWith(world) {
  if (lookedAt.world !== world) lookedAt = { world, parts: partsOfKept(world.kept.concat([[recordUrl(""), "the address of a recording"]])), shown: new Map(), tokens: new Map() };
  const token = `${tokenOf()} ${sim.formerToken}`;
  if (!lookedAt.tokens.has(token)) {
    const own = keptBySession(tokenOf());
    lookedAt.tokens.set(token, { own, parts: partsOfKept(own), told: new Set(), logged: new Set() });
  }
  return lookedAt.tokens.get(token);
}

/** Which secret a text holds, or null. Of a log it may be no part, either, nor anything else that no log has. */
function secretIn(told, isLog, world) {
  const known = lookedAtWith(world);
  const harmless = isLog ? known.logged : known.told;
  if (harmless.has(told)) return null;
  const found = world.secrets.concat(known.own).find(([secret]) => told.includes(secret));
  if (found !== undefined) return found[1];
  const part = isLog ? partIn(told.replace(LOCAL_TIMES, ""), known.parts) : null;
  if (part !== null) return `a part of ${part}`;
  harmless.add(told);
  return null;
}

/** Of what a line holds a part: of several, of which it has the most. */
function partIn(line, ofSession) {
  const counts = new Map();
  for (let at = 0; at + SHORTEST_PART <= line.length; at += 1) {
    const part = line.slice(at, at + SHORTEST_PART);
    const whose = lookedAt.parts.get(part) || ofSession.get(part);
    if (whose === undefined || isShownAnyway(part)) continue;
    for (const what of whose) counts.set(what, (counts.get(what) || 0) + 1);
  }
  const most = Math.max(...counts.values());
  return counts.size === 0 ? null : Array.from(counts.keys()).find((what) => counts.get(what) === most);
}

/** What stands in the scenario itself, as names of the flow do, and in what a call shows by its nature, tells nothing of a secret. */
function isShownAnyway(part) {
  if (!lookedAt.shown.has(part)) lookedAt.shown.set(part, search.asked.scenario.includes(part) || search.world.shown.some((value) => value.includes(part)));
  return lookedAt.shown.get(part);
}

/** No line of a log has a key that was pressed, nor all that the agent is told of. */
function faultsOfKeys(event, add) {
  const keys = event.does === "presses" ? [event.key] : event.does === "keys in" ? Array.from(event.key) : [];
  for (const entry of sim.trace) if (entry.event === "agent_custom" && isObject(entry.parameters.metadata) && entry.parameters.metadata.vox_event === "keys") keys.push(entry.parameters.metadata.keys);
  if (keys.length === 0) return;
  for (const entry of sim.trace) {
    if (!LOGS.includes(entry.event)) continue;
    const words = entry.message.replace(/^.*? [0-9.]+s: /, "").replace(LOCAL_TIMES, "").replace(NO_KEYS, "").split(BETWEEN_WORDS);
    if (words.some((word) => keys.includes(word))) add("no secret is told", `${NAMES_OF_TELLING[entry.event]} holds a key`);
  }
}
