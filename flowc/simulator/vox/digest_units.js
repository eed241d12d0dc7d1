// Units and promises in a digest: with the numbers in which they are come by, and without what is over and cannot say
// anything again.

function putUnit(id) {
  const number = walk.units.get(id);
  if (number !== undefined) {
    put(number);
    return;
  }
  put(-1 - walk.units.size);
  walk.units.set(id, walk.units.size);
  const unit = sim.units[id];
  if (unit === undefined || walk.isAlone) return;
  putLife(unit);
}

function isUnitOver(unit) {
  return unit.kind === "player" ? unit.state !== "playing" : unit.state === OVER[unit.kind];
}

/** What a unit was made with, as one word. What whoever is called is told in headers is only handed on. */
function madeWith(unit) {
  const isTold = walk.passive !== null && unit.direction === "outgoing";
  const words = isTold ? WORDS_WITHOUT_HEADERS : UNIT_WORDS;
  let word = words.get(unit.handle);
  if (word === undefined) {
    word = wordOf(JSON.stringify(MADE_WITH.map((key) => (isTold && key === "headers" ? "" : unit[key]))));
    words.set(unit.handle, word);
  }
  return word;
}

const NUMBERED = ["conference", "detector"]; // by how many there have been: nothing goes by that

/** Who calls, without the number: the scenario has read that, and goes by what it has read alone. */
function madeWithoutNumber(unit) {
  let word = WORDS_WITHOUT_NUMBER.get(unit.handle);
  if (word === undefined) {
    word = wordOf(JSON.stringify(MADE_WITH.map((key) => (OF_NUMBERS.includes(key) ? "" : unit[key]))));
    WORDS_WITHOUT_NUMBER.set(unit.handle, word);
  }
  return word;
}

/**
 * Legs that are alike in the flow are one when they were let go: the scenario knows none of them any more, and to the
 * platform a number is a number. The class, or null.
 */
function likenessOf(unit) {
  if (unit.kind !== "call" || !unit.hanging || search === null || !search.mode.alike) return null;
  return owned(search.world.alike, unit.number, null);
}

function putLife(unit) {
  const alike = likenessOf(unit);
  if (unit.id === "caller" && unit.direction === "incoming" && isCallerUnnamed(walk.passive)) put(madeWithoutNumber(unit));
  else put(alike === null ? madeWith(unit) : wordOf(`alike ${alike}`));
  if (alike === null) put(wordOf(NUMBERED.includes(unit.kind) ? unit.kind : unit.label));
  put(wordOf(unit.state));
  if (sim.listeners[unit.id] === undefined) put(NOTHING);
  else putListeners(unit.id);
  if (unit.kind === "agent") putValue(unit.onClose);
  if (isUnitOver(unit)) return;
  putParts(unit);
  putTimes(unit);
  if (unit.promise !== null && unit.promise !== undefined) putPromise(unit.promise);
  putSource(sim.sources[unit.id]);
  const inputs = sim.inputs[unit.id] || [];
  put(inputs.length);
  for (const input of inputs) putUnit(input);
}

function putParts(unit) {
  const former = owned(UNIT_SHAPES, unit.kind, null);
  const shape = shapeOf(unit, former === null ? null : former.shape);
  if (former === null || shape !== former.shape) UNIT_SHAPES[unit.kind] = { shape, isTold: shape.names.map((name) => !NEVER_TOLD.has(name)) };
  const { isTold } = UNIT_SHAPES[unit.kind];
  const values = shape.read(unit);
  for (let index = 0; index < values.length; index += 1) if (isTold[index]) putPart(values[index]);
}

/** A unit that was come by before is only its number: nobody has to be told from the first one. */
function putSource(source) {
  put(source ? UNIT : NOTHING);
  if (source) putUnit(source);
}

/** Texts of a unit may name other units: a player's leg, a leg's detector. */
function putPart(value) {
  if (typeof value === "string" && sim.units[value] !== undefined) {
    put(UNIT);
    putUnit(value);
  } else {
    putValue(value);
  }
}

function putTimes(unit) {
  // How long a leg has been connected is in its farewell. Of the caller's nothing depends on it: see `alphabet.js`.
  if (unit.kind === "call" && unit.direction === "outgoing" && unit.connectedAt !== null) putTalk(unit);
  if (unit.kind === "agent") put(unit.playsUntil === Infinity ? -1 : Math.max(unit.playsUntil - sim.now, 0));
  if (unit.kind === "player" && walk.known.usesMarkers) put(sim.now - unit.began);
  if (unit.kind === "recorder") putRecording(unit);
}

/** For how long it has recorded is in its farewell, which flowc's runtime does not read. */
function putRecording(recorder) {
  put(walk.passive !== null ? -1 : recorder.state === "open" ? sim.now - recorder.began : recorder.lasted);
}

/**
 * A person may hold the caller any number of times: for how long they have talked after that would make states without
 * an end. flowc's runtime only hands it on. Another scenario is asked whether twice is as once: `alphabet.js` counts. Of
 * whoever was called and is the caller, that runtime asks it of nobody: every call of an agent takes its time there.
 */
function putTalk(unit) {
  const isHandedOn = walk.passive !== null && (unit.held > 0 || !walk.passive.counts_durations || unit === sim.units.caller);
  put(isHandedOn ? -1 : sim.now - unit.connectedAt);
  put(isHandedOn ? 1 : Math.min(unit.held, MOST_HOLDS));
}

function putListeners(id) {
  const table = sim.listeners[id];
  if (table === undefined) return;
  const known = LISTENER_WORDS.get(table);
  if (known !== undefined) {
    put(known);
    return;
  }
  const start = size;
  putTable(table);
  if (!Object.values(table).every((listeners) => listeners.every(isNamed))) return;
  const word = wordOf(`listeners ${codesSince(start)}`);
  LISTENER_WORDS.set(table, word);
  size = start;
  put(word);
}

function putTable(table) {
  for (const event of Object.keys(table).sort()) {
    put(wordOf(event));
    for (const listener of table[event]) putFunction(listener);
  }
}

function putPromise(id) {
  const number = walk.promises.get(id);
  if (number !== undefined) {
    put(number);
    return;
  }
  put(-1 - walk.promises.size);
  walk.promises.set(id, walk.promises.size);
  const record = sim.promises[id];
  if (record === undefined || walk.isAlone) return;
  put(wordOf(record.state));
  put((record.locked ? 2 : 0) + (record.handled ? 1 : 0));
  if (record.state !== "pending") putWaiting(record.value);
  for (const reaction of record.reactions) putReaction(reaction);
}

function putReaction(reaction) {
  put(wordOf(reaction.kind));
  putValue(reaction.onFulfilled);
  putValue(reaction.onRejected);
  putValue(reaction.onFinally);
  putValue(reaction.outerValue);
  if (reaction.kind === "group") {
    const group = sim.groups[reaction.group];
    put(wordOf(group.kind));
    put(group.left);
    put(reaction.index);
    for (const value of group.values) putValue(value);
  }
  putPromise(reaction.target);
}

// Who is not referred to

/**
 * Those that live are part of the state; of those that are over only what the platform could repeat is: one of each kind
 * stays for that, the others vanish. Of legs that is one that was let go before anybody answered, if there is any.
 */
function putOtherUnits() {
  const ids = Object.keys(sim.units);
  if (walk.passive !== null) {
    for (const id of ids) if (sim.units[id].kind === "call") sim.units[id].isForgotten = isForgotten(sim.units[id]);
  }
  const others = ids.filter((id) => !walk.units.has(id));
  if (others.length === 0) {
    put(0);
    return;
  }
  const live = [];
  const over = new Map();
  const gone = [];
  for (const id of others) {
    const unit = sim.units[id];
    if (!isUnitOver(unit)) {
      const alike = likenessOf(unit);
      live.push({ id, key: `${unit.kind} ${alike === null ? unit.label : alike} ${unit.state} ${unit.hanging}` });
      continue;
    }
    const repeated = unit.kind === "call" ? lastOf(unit) : unit.kind === "agent" ? lifeOf(unit) : "";
    if (repeated === "") gone.push(id);
    else if (!over.has(repeated)) over.set(repeated, id);
    else if (unit.kind === "call" && wasGivenUp(unit) && !wasGivenUp(sim.units[over.get(repeated)])) {
      gone.push(over.get(repeated));
      over.set(repeated, id);
    } else gone.push(id);
  }
  live.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  for (const { id } of live) putUnit(id);
  put(over.size);
  for (const repeated of Array.from(over.keys()).sort()) put(wordOf(repeated));
  if (gone.length > 0) forgetUnits(gone);
}

/** A leg that was let go, or is over: the scenario has no way to it any more but what it says, and nothing else has to do with it. */
function isForgotten(call) {
  if (call.direction !== "outgoing" || call === sim.units.caller || walk.units.has(call.id)) return false;
  if (call.state === "TERMINATED") return true;
  return call.hanging && !call.tones && detectorOf(call) === null && !sim.sources[call.id] && (sim.inputs[call.id] || []).length === 0;
}

/** It was let go before anybody had answered. */
function wasGivenUp(call) {
  return call.hanging && wasNotThere(call);
}

/** Whoever was called has not answered, or too late. */
function wasNotThere(call) {
  return call.connectedAt === null || call.answersLate;
}

/**
 * What a leg that is over could still say: that it is, and in what flowc generates that somebody answers, where nobody has.
 * As a text; empty if nobody listens.
 */
function lastOf(call) {
  const last = lastOfListeners(call);
  const isTold = last !== "" && search !== null && search.passive !== null; // also where everything else counts
  return isTold && call.direction === "outgoing" && wasNotThere(call) ? `${last} ${search.isApart && wasGivenUp(call) ? "given up" : "unanswered"}` : last;
}

function lastOfListeners(call) {
  const table = sim.listeners[call.id];
  if (table === undefined) return "";
  const known = LAST_WORDS.get(table);
  if (known !== undefined) return known;
  const last = lastWords(call);
  if (Object.values(table).every((listeners) => listeners.every(isNamed))) LAST_WORDS.set(table, last);
  return last;
}

function lastWords(call) {
  const start = size;
  for (const event of [VALUES.CallEvents.Failed, VALUES.CallEvents.Disconnected]) {
    put(wordOf(event));
    for (const listener of listenersOf(call.id, event)) putFunction(listener);
  }
  const said = size;
  if (call.type === "queue") {
    for (const event of ["OperatorReached", "TaskCanceled", "Error"]) {
      for (const listener of listenersOf(call.id, VALUES.SmartQueueEvents[event])) putFunction(listener);
    }
  }
  const last = size === said && said === start + 2 ? "" : `${call.direction} ${codesSince(start)}`;
  size = start;
  return last;
}

/** What a unit could still say, as a text; empty if nobody listens. */
function lifeOf(unit) {
  const start = size;
  if (unit.kind === "agent") {
    putValue(unit.onClose);
  } else {
    putListeners(unit.id);
    if (size === start) return "";
  }
  const life = `${unit.kind === "agent" ? 1 : unit.direction === "incoming" ? 2 : 3} ${codesSince(start)}`;
  size = start;
  return life;
}

function forgetUnits(ids) {
  sim.units = without(sim.units, ids);
  sim.listeners = without(sim.listeners, ids);
  sim.sources = without(sim.sources, ids);
  sim.hears = without(sim.hears, ids);
  sim.hearers = sim.hearers.filter((id) => !ids.includes(id));
}

function without(table, ids) {
  if (!ids.some((id) => id in table)) return table;
  const rest = {};
  for (const key of Object.keys(table)) if (!ids.includes(key)) rest[key] = table[key];
  return rest;
}

function forgetPromises() {
  if (Object.keys(sim.promises).every((id) => walk.promises.has(Number(id)))) return;
  const kept = {};
  for (const id of walk.promises.keys()) if (sim.promises[id] !== undefined) kept[id] = sim.promises[id];
  sim.promises = kept;
}
