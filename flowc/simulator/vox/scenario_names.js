// What a scenario declares: its functions and tables, each with a number, by which states are told apart.

/** What a scenario declares on its top level, by the look of its lines; a name that nothing declares is left out. */
function topLevelNames(text) {
  const found = new Set();
  for (const match of text.matchAll(/^(?:const|let|var|function|class)\s+([A-Za-z_$][\w$]*)/gm)) found.add(match[1]);
  const declared = new Set();
  for (const match of text.matchAll(/^(?:const|let|var) ([A-Za-z_$][\w$]*) =|^(?:function|class) ([A-Za-z_$][\w$]*)[ (]/gm)) declared.add(match[1] || match[2]);
  return Array.from(found).filter((name) => name !== "S" && declared.has(name));
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
