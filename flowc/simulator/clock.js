// Virtual time: tasks wait in `sim.tasks` as records with a due time, and time passes only by `advance`. Timers of the
// scenario, deadlines of the platform and automatic answers of the environment are all tasks.

const SAME_INSTANT_LIMIT = 10000;
const TIMER_LIMIT = 100;
const SHORTEST_INTERVAL_MS = 100;

function addTask(delay, kind, data) {
  const task = { kind, at: sim.now + delay, order: ++sim.serial, ...data };
  sim.tasks.push(task);
  return task.order;
}

/** Removes the tasks that match, in place: most of the time there is none. */
function removeTasks(matches) {
  const tasks = sim.tasks;
  let kept = 0;
  for (let index = 0; index < tasks.length; index += 1) {
    if (matches(tasks[index])) continue;
    if (kept !== index) tasks[kept] = tasks[index];
    kept += 1;
  }
  if (kept < tasks.length) tasks.length = kept;
}

function cancelTask(order) {
  removeTasks((task) => task.order === order);
}

function cancelTasks(kind, unit) {
  removeTasks((task) => task.kind === kind && task.unit === unit);
}

function nextTask() {
  let next = null;
  for (const task of sim.tasks) {
    if (next === null || task.at < next.at || (task.at === next.at && task.order < next.order)) next = task;
  }
  return next;
}

/** Runs every task due within `duration` milliseconds, in order, and leaves the clock at the end of them. */
function passTime(duration) {
  const until = sim.now + duration;
  let sameInstant = 0;
  for (let task = nextTask(); task !== null && task.at <= until; task = nextTask()) {
    if (task.at > sim.now) {
      noteHearing();
      sim.now = task.at;
      sameInstant = 0;
    }
    sameInstant += 1;
    if (sameInstant > SAME_INSTANT_LIMIT) {
      fail("endless", `more than ${SAME_INSTANT_LIMIT} events at ${sim.now} ms: time does not get on`);
      afterBlock();
      break;
    }
    cancelTask(task.order);
    TASKS[task.kind](task);
    afterBlock();
  }
  noteHearing();
  sim.now = until;
}

function startTimer(callback, delay, every, rest) {
  if (sim.phase !== "running") {
    misuse("a timer was set while the session ends: it will not fire");
    return ++sim.serial;
  }
  if (sim.tasks.filter((task) => task.kind === "timer").length >= TIMER_LIMIT) {
    throw misuse(`more than ${TIMER_LIMIT} active timers`);
  }
  const wait = Math.max(0, Math.floor(Number(delay)) || 0);
  return addTask(wait + sim.options.timer_late_ms, "timer", { callback, every, rest, timer: 0 });
}

function stopTimer(id) {
  removeTasks((task) => task.kind === "timer" && (task.timer || task.order) === id);
}

Object.assign(IMPLEMENTATION, {
  setTimeout: (callback, delay, ...rest) => startTimer(callback, delay, null, rest),
  setInterval(callback, delay, ...rest) {
    const every = Math.max(SHORTEST_INTERVAL_MS, Math.floor(Number(delay)) || 0);
    return startTimer(callback, every, every, rest);
  },
  clearTimeout: (id) => stopTimer(id),
  clearInterval: (id) => stopTimer(id),
});

TASKS.timer = function (task) {
  if (task.every !== null) {
    const id = task.timer || task.order;
    addTask(task.every, "timer", { callback: task.callback, every: task.every, rest: task.rest, timer: id });
  }
  note("timer", { handler: functionName(task.callback) });
  invoke("timer", task.callback, task.rest);
};

/** The wall clock of the session: starts at `options.start_time` and moves with virtual time; the zone is UTC. */
class SimDate extends Date {
  constructor(...parts) {
    if (parts.length === 0) super(sim.options.start_time + sim.now);
    else if (parts.length === 1) super(parts[0]);
    else super(Date.UTC(...parts));
  }
  static now() {
    return sim.options.start_time + sim.now;
  }
  getTimezoneOffset() {
    return 0;
  }
  toString() {
    return this.toUTCString();
  }
}
for (const part of ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"]) {
  SimDate.prototype[`get${part}`] = Date.prototype[`getUTC${part}`];
  if (part !== "Day") SimDate.prototype[`set${part}`] = Date.prototype[`setUTC${part}`];
}
Object.freeze(SimDate.prototype);
Object.freeze(SimDate);
