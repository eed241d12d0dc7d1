// Promises as plain data. A promise is a frozen handle with the number of its record in `sim.promises`; reactions are
// records, and jobs run when the emulator says so, never by the host. Native promises would hide state that cannot be
// copied, and would run after the step that caused them.

const JOB_LIMIT = 100000;

function SimPromise(executor) {
  if (!new.target) throw new TypeError("Promise must be called with new");
  if (typeof executor !== "function") throw new TypeError("Promise: the executor is not a function");
  const id = createPromise();
  Object.defineProperty(this, "ref", { value: id });
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
  const id = ++sim.serial;
  sim.promises[id] = { state: "pending", value: undefined, reactions: [], locked: false, handled: false };
  return id;
}

function promiseHandle(id) {
  return Object.freeze(Object.create(SimPromise.prototype, { ref: { value: id } }));
}

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
  if (typeof then === "function") sim.jobs.push({ kind: "thenable", value, then, target: id });
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
  sim.unhandled = sim.unhandled.filter((other) => other !== id);
  if (record.state === "pending") record.reactions.push(reaction);
  else schedule(reaction, record);
}

function schedule(reaction, record) {
  sim.jobs.push(Object.assign({}, reaction, { state: record.state, value: record.value }));
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

const JOBS = {
  then(job) {
    const handler = job.state === "fulfilled" ? job.onFulfilled : job.onRejected;
    if (typeof handler !== "function") {
      settle(job.target, job.state, job.value);
      return;
    }
    settleWithResultOf(job.target, handler, [job.value]);
  },
  finally(job) {
    if (typeof job.onFinally !== "function") {
      settle(job.target, job.state, job.value);
      return;
    }
    const inner = createPromise();
    react(inner, { kind: "pass", target: job.target, outerState: job.state, outerValue: job.value });
    settleWithResultOf(inner, job.onFinally, []);
  },
  pass(job) {
    if (job.state === "rejected") settle(job.target, "rejected", job.value);
    else settle(job.target, job.outerState, job.outerValue);
  },
  adopt(job) {
    settle(job.target, job.state, job.value);
  },
  thenable(job) {
    const id = job.target;
    const inner = new SimPromise((onValue, onReason) => job.then.call(job.value, onValue, onReason));
    react(inner.ref, { kind: "adopt", target: id });
  },
  group(job) {
    const record = sim.groups[job.group];
    if (record.kind === "race" || (record.kind === "all" && job.state === "rejected")) {
      settleOnce(job.target, job.state, job.value);
      return;
    }
    record.values[job.index] =
      record.kind === "all" ? job.value
      : job.state === "fulfilled" ? { status: job.state, value: job.value }
      : { status: job.state, reason: job.value };
    record.left -= 1;
    if (record.left === 0) settleOnce(job.target, "fulfilled", record.values.slice());
  },
};

function settleWithResultOf(target, handler, args) {
  let result;
  try {
    result = handler.apply(undefined, args);
  } catch (error) {
    settle(target, "rejected", error);
    return;
  }
  if (result instanceof SimPromise && result.ref === target) {
    settle(target, "rejected", new TypeError("a promise cannot be resolved with itself"));
    return;
  }
  resolve(target, result);
}

/** Runs queued reactions until none is left; a rejection that nobody handles by then fails the session. */
function drainJobs() {
  for (let count = 0; sim.jobs.length > 0; count += 1) {
    if (count === JOB_LIMIT) {
      fail("endless", `more than ${JOB_LIMIT} promise reactions without an end`);
      sim.jobs = [];
      return;
    }
    const job = sim.jobs.shift();
    try {
      JOBS[job.kind](job);
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
