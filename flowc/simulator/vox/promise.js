// Promises as plain data. A promise is a frozen handle with the number of its record in `sim.promises`; reactions are
// records, and jobs run when the emulator says so, never by the host. Native promises would hide state that cannot be
// copied, and would run after the step that caused them.

const JOB_LIMIT = 100000;

function SimPromise(executor) {
  if (!new.target) throw new TypeError("Promise must be called with new");
  if (typeof executor !== "function") throw new TypeError("Promise: the executor is not a function");
  const id = createPromise();
  this.ref = id;
  Object.freeze(this);
  try {
    executor((value) => settleOnce(id, "fulfilled", value), (reason) => settleOnce(id, "rejected", reason));
  } catch (error) {
    settleOnce(id, "rejected", error);
  }
}

SimPromise.prototype.then = function (onFulfilled, onRejected) {
  const target = createPromise();
  react(this.ref, { kind: "then", onFulfilled, onRejected, target });
  return promiseHandle(target);
};
SimPromise.prototype.catch = function (onRejected) {
  return this.then(undefined, onRejected);
};
SimPromise.prototype.finally = function (onFinally) {
  const target = createPromise();
  react(this.ref, { kind: "finally", onFinally, target });
  return promiseHandle(target);
};
SimPromise.resolve = function (value) {
  if (value instanceof SimPromise) return value;
  const id = createPromise();
  settleOnce(id, "fulfilled", value);
  return promiseHandle(id);
};
SimPromise.reject = function (reason) {
  const id = createPromise();
  settleOnce(id, "rejected", reason);
  return promiseHandle(id);
};
SimPromise.all = (values) => group("all", values);
SimPromise.allSettled = (values) => group("allSettled", values);
SimPromise.race = (values) => group("race", values);
Object.freeze(SimPromise.prototype);
Object.freeze(SimPromise);

function createPromise() {
  callsOfPlatform += 1;
  const id = ++sim.serial;
  sim.promises[id] = { state: "pending", value: undefined, reactions: [], locked: false, handled: false };
  return id;
}

function promiseHandle(id) {
  return Object.freeze(new PromiseHandle(id));
}

function PromiseHandle(id) {
  this.ref = id;
}
PromiseHandle.prototype = SimPromise.prototype;

/** What `resolve` and `reject` of an executor do: only the first call counts. */
function settleOnce(id, state, value) {
  const record = sim.promises[id];
  if (record.locked) return;
  record.locked = true;
  if (state === "fulfilled") resolve(id, value);
  else settle(id, state, value);
}

function resolve(id, value) {
  if (value instanceof SimPromise) {
    react(value.ref, { kind: "adopt", target: id });
    return;
  }
  if (value instanceof NativePromise) throw asyncMisuse();
  let then;
  if (value !== null && (typeof value === "object" || typeof value === "function")) {
    try {
      then = value.then;
    } catch (error) {
      settle(id, "rejected", error);
      return;
    }
  }
  if (typeof then === "function") schedule({ kind: "thenable", thenable: value, then, target: id }, sim.promises[id]);
  else settle(id, "fulfilled", value);
}

function settle(id, state, value) {
  const record = sim.promises[id];
  record.state = state;
  record.value = value;
  for (const reaction of record.reactions) schedule(reaction, record);
  record.reactions = [];
  if (state === "rejected" && !record.handled) sim.unhandled.push(id);
}

function react(id, reaction) {
  const record = sim.promises[id];
  if (!record) throw new Error("this promise belongs to another session");
  record.handled = true;
  if (sim.unhandled.length > 0) sim.unhandled = sim.unhandled.filter((other) => other !== id);
  if (record.state === "pending") record.reactions.push(reaction);
  else schedule(reaction, record);
}

function schedule(reaction, record) {
  sim.jobs.push({ reaction, state: record.state, value: record.value });
}

function group(kind, values) {
  const target = createPromise();
  const members = Array.from(values, (value) => SimPromise.resolve(value));
  const id = ++sim.serial;
  sim.groups[id] = { kind, target, left: members.length, values: members.map(() => undefined) };
  members.forEach((member, index) => react(member.ref, { kind: "group", group: id, index, target }));
  if (members.length === 0 && kind !== "race") settleOnce(target, "fulfilled", []);
  return promiseHandle(target);
}

/** What becomes of the promise that a reaction promised, once the one it waits for has settled. */
const JOBS = {
  then(reaction, state, value) {
    const handler = state === "fulfilled" ? reaction.onFulfilled : reaction.onRejected;
    if (typeof handler === "function") settleWithResultOf(reaction.target, handler, [value]);
    else settle(reaction.target, state, value);
  },
  finally(reaction, state, value) {
    if (typeof reaction.onFinally !== "function") {
      settle(reaction.target, state, value);
      return;
    }
    const inner = createPromise();
    react(inner, { kind: "pass", target: reaction.target, outerState: state, outerValue: value });
    settleWithResultOf(inner, reaction.onFinally, []);
  },
  pass(reaction, state, value) {
    if (state === "rejected") settle(reaction.target, "rejected", value);
    else settle(reaction.target, reaction.outerState, reaction.outerValue);
  },
  adopt(reaction, state, value) {
    settle(reaction.target, state, value);
  },
  thenable(reaction) {
    const inner = new SimPromise((onValue, onReason) => reaction.then.call(reaction.thenable, onValue, onReason));
    react(inner.ref, { kind: "adopt", target: reaction.target });
  },
  group(reaction, state, value) {
    const record = sim.groups[reaction.group];
    if (record.kind === "race" || (record.kind === "all" && state === "rejected")) {
      settleOnce(reaction.target, state, value);
      return;
    }
    record.values[reaction.index] =
      record.kind === "all" ? value
      : state === "fulfilled" ? { status: state, value }
      : { status: state, reason: value };
    record.left -= 1;
    if (record.left === 0) settleOnce(reaction.target, "fulfilled", record.values.slice());
  },
};

function settleWithResultOf(target, handler, args) {
  let result;
  running = { where: "promise", callback: handler };
  try {
    result = handler.apply(undefined, args);
  } catch (error) {
    settle(target, "rejected", error);
    return;
  } finally {
    running = null;
  }
  if (result instanceof SimPromise && result.ref === target) {
    settle(target, "rejected", new TypeError("a promise cannot be resolved with itself"));
    return;
  }
  resolve(target, result);
}

/** Runs queued reactions until none is left; a rejection that nobody handles by then fails the session. */
function drainJobs() {
  if (sim.depth > 0) return;
  sim.depth = 1;
  try {
    runJobs();
  } finally {
    sim.depth = 0;
  }
}

function runJobs() {
  for (let count = 0; sim.jobs.length > 0; count += 1) {
    if (count === JOB_LIMIT) {
      fail("endless", `more than ${JOB_LIMIT} promise reactions without an end`);
      sim.jobs = [];
      return;
    }
    const job = sim.jobs.shift();
    try {
      JOBS[job.reaction.kind](job.reaction, job.state, job.value);
    } catch (error) {
      failWith("exception", "promise", error);
    }
    if (sim.error && sim.phase === "running") return;
  }
  if (sim.unhandled.length > 0) {
    const reason = sim.promises[sim.unhandled[0]].value;
    sim.unhandled = [];
    failWith("unhandled_rejection", "promise", reason);
  }
}
