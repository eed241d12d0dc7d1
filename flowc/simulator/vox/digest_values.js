// Values in a digest: what a scenario keeps, and the functions that wait for something.

function putValue(value) {
  switch (typeof value) {
    case "undefined":
      put(MISSING);
      break;
    case "boolean":
      put(value ? YES : NO);
      break;
    case "number":
      putNumber(value);
      break;
    case "string":
      put(TEXT);
      put(wordOf(value));
      break;
    case "function":
      putFunction(value);
      break;
    case "object":
      if (value === null) put(NOTHING);
      else putObject(value);
      break;
    default:
      put(TEXT);
      put(wordOf(`${typeof value} ${String(value)}`));
  }
}

/** What the platform keeps for the scenario. An object may be part of `S` as well: such states are copied as a whole. */
function putWaiting(value) {
  const outer = walk.isWaiting;
  walk.isWaiting = true;
  putValue(value);
  walk.isWaiting = outer;
}

function putNumber(value) {
  if (value >= FIRST_TIMER) {
    if (walk.isAlone && !walk.timers.has(value)) walk.timers.set(value, walk.timers.size); // told apart, and no more
    const timer = walk.timers.get(value);
    if (timer !== undefined || value <= FIRST_TIMER + sim.serial) {
      put(timer === undefined ? PAST_TIMER : TIMER);
      if (timer !== undefined) put(timer);
      return;
    }
  }
  if (isInstant(value)) {
    put(INSTANT);
    put(sim.now - (value - sim.options.start_time));
    return;
  }
  if ((value | 0) === value && !Object.is(value, -0)) {
    put(INTEGER);
    put(value);
  } else {
    put(NUMBER);
    put(wordOf(Object.is(value, -0) ? "-0" : String(value)));
  }
}

/** What `Date.now` has told in this session: all that can come of it is how long ago that was. */
function isInstant(value) {
  const since = value - sim.options.start_time;
  return since >= 0 && since <= sim.now && Number.isInteger(since);
}

function putFunction(value) {
  if (walk.passive !== null && isCounted(value)) {
    putCounted(BINDINGS.get(value));
    return;
  }
  const name = walk.known.functions.get(value);
  if (name !== undefined) {
    put(NAMED);
    put(name);
    return;
  }
  const known = FUNCTION_WORDS.get(value);
  if (known !== undefined) {
    put(known);
    return;
  }
  const start = size;
  putUnknownFunction(value);
  const binding = BINDINGS.get(value);
  if (binding === undefined || !isNamed(binding.target) || binding.args.some(isOfState)) return;
  const word = wordOf(`function ${codesSince(start)}`);
  FUNCTION_WORDS.set(value, word);
  size = start;
  put(word);
}

/** Bound to a number of `S` that counts up: all that matters is whether that has gone on since. */
function isCounted(value) {
  const binding = BINDINGS.get(value);
  return binding !== undefined && walk.passive.counted.includes(functionName(binding.target));
}

function putCounted({ target, args }) {
  put(BOUND);
  putFunction(target);
  put(args[0] === current.scenario[walk.passive.counter] ? YES : NO);
  put(args.length);
  for (const argument of args.slice(1)) putWaiting(argument);
}

/** What has another word in another state: objects, and the numbers of timers. */
function isOfState(value) {
  return isObject(value) || (typeof value === "number" && value >= FIRST_TIMER);
}

function isNamed(value) {
  return walk.known.functions.has(value);
}

function putUnknownFunction(value) {
  const binding = BINDINGS.get(value);
  if (binding === undefined) {
    walk.isOpaque = true;
    walk.hidden = walk.hidden || { value };
    put(OPAQUE);
    put(identityOf(value));
    return;
  }
  put(BOUND);
  putFunction(binding.target);
  put(binding.args.length);
  for (const argument of binding.args) putWaiting(argument);
}

function putObject(value) {
  const constant = walk.known.constants.get(value);
  if (constant !== undefined) {
    put(CONSTANT);
    put(constant);
  } else if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) {
    putOwn(value); // most of them
  } else if (isHandle(value)) {
    put(UNIT);
    putUnit(idOf(value));
  } else if (value instanceof SimPromise) {
    put(PROMISE);
    putPromise(value.ref);
  } else {
    putOwn(value);
  }
}

/** An object that a scenario has made. */
function putOwn(value) {
  const number = walk.objects.get(value);
  if (number !== undefined) {
    put(AGAIN);
    put(number);
  } else {
    if (walk.isWaiting) walk.isShared = true;
    walk.objects.set(value, walk.objects.size);
    putContents(value);
  }
}

function putContents(value) {
  if (Array.isArray(value)) {
    put(LIST);
    put(value.length);
    for (let index = 0; index < value.length; index += 1) putValue(value[index]);
  } else if (value instanceof Map) {
    put(TABLE);
    put(value.size);
    for (const [key, item] of value) {
      putValue(key);
      putValue(item);
    }
  } else if (value instanceof Set) {
    put(SET);
    put(value.size);
    for (const item of value) putValue(item);
  } else if (value instanceof Date) {
    put(DATE);
    put(wordOf(String(value.getTime())));
  } else if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null) {
    putRecord(value);
  } else {
    walk.isOpaque = true;
    walk.hidden = walk.hidden || { value };
    put(CLASSLESS);
    put(identityOf(value));
  }
}

function isInOrder(keys) {
  for (let index = 1; index < keys.length; index += 1) if (keys[index] < keys[index - 1]) return false;
  return true;
}

/** By their names: in which order entries came about does not matter. */
function putRecord(value) {
  const keys = Object.keys(value);
  if (!isInOrder(keys)) keys.sort();
  put(RECORD);
  put(keys.length);
  for (const key of keys) {
    put(wordOf(key));
    putValue(value[key]);
  }
}
