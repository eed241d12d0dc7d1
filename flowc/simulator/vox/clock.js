// Virtual time: tasks wait in `sim.tasks` as records with a due time, and time passes only by `advance`. Timers of the
// scenario, deadlines of the platform and automatic answers of the environment are all tasks.

const SAME_INSTANT_LIMIT = 10000;
const TIMER_LIMIT = 100;
const SHORTEST_INTERVAL_MS = 100;
const FIRST_TIMER = 1e9; // numbers of timers are told from all other numbers that a scenario may keep

const NO_DETAILS = Object.freeze({});
/** Of one that a script alone brings about: `by_itself` is `nothing`. */
const UNTIL_SAID = Infinity;
/** For whoever plays a path once more: what was waiting already and has had its turn, as `{before, words, first, thrown}`; else null. */
let turns = null;

/** Has `TASKS[kind]` called with `unit` (an id) and `details`, in `delay` milliseconds. */
function addTask(delay, kind, unit, details = NO_DETAILS) {
  const order = ++sim.serial;
  const isFrozen = delay > 0 && sim.options.by_itself === "nothing";
  sim.tasks.push({ kind, at: isFrozen ? UNTIL_SAID : sim.now + delay, order, unit, details });
  return order;
}

function noteTurn(task) {
  if (turns !== null && task.order <= turns.before) turns.words.push(wordsOfTask(task));
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
  while (tasks.length > kept) tasks.pop();
}

function cancelTasks(kind, unit) {
  removeTasks((task) => task.unit === unit && task.kind === kind);
}

function cancelAllTasks(kinds, unit) {
  removeTasks((task) => task.unit === unit && kinds.includes(task.kind));
}

/** Removes the tasks, and returns what `addTask` takes to add them again. */
function suspendTasks(kinds, unit) {
  const suspended = sim.tasks.filter((task) => task.unit === unit && kinds.includes(task.kind));
  cancelAllTasks(kinds, unit);
  return suspended.map((task) => [task.at - sim.now, task.kind, unit, task.details]);
}

function nextTask() {
  let next = null;
  for (const task of sim.tasks) {
    if (next === null || task.at < next.at || (task.at === next.at && task.order < next.order)) next = task;
  }
  return next;
}

/**
 * Runs every task due within `duration` milliseconds, in order, and leaves the clock at the end of them. `isBefore`: before
 * what is due in that very instant.
 */
function passTime(duration, isBefore = false) {
  const until = sim.now + duration;
  let sameInstant = 0;
  for (let task = nextTask(); task !== null && (isBefore ? task.at < until : task.at <= until); task = nextTask()) {
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
    removeTasks((other) => other === task);
    noteTurn(task);
    TASKS[task.kind](task.unit, task.details);
    afterBlock();
  }
  noteHearing();
  sim.now = until;
}

function startTimer(callback, delay, every, rest) {
  if (sim.phase !== "running") {
    misuse("a timer was set while the session ends: it will not fire");
    return FIRST_TIMER + ++sim.serial;
  }
  if (activeTimers() >= TIMER_LIMIT) throw misuse(`more than ${TIMER_LIMIT} active timers`);
  const wait = Math.max(0, Math.floor(Number(delay)) || 0);
  const timer = { id: 0, callback, every, rest };
  timer.id = FIRST_TIMER + addTask(wait + sim.options.timer_late_ms, "timer", null, timer);
  return timer.id;
}

function activeTimers() {
  return sim.tasks.reduce((count, task) => (task.kind === "timer" ? count + 1 : count), 0);
}

function stopTimer(id) {
  removeTasks((task) => task.kind === "timer" && task.details.id === id);
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

TASKS.timer = function (unit, timer) {
  if (timer.every !== null) addTask(timer.every, "timer", null, timer);
  note({ t: sim.now, event: "timer", handler: functionName(timer.callback) });
  invoke("timer", timer.callback, timer.rest);
};

const NO_TIME = "no time"; // a moment at which the platform cannot tell it

/**
 * It goes on with virtual time; where an explorer says which moment it is, it stands still. `Date.now`, which is for how
 * long something takes, goes on even then, and where a script puts the clock to another time; but where a search sees
 * that a scenario may go by it.
 */
function wallClock() {
  if (typeof sim.moment === "number") return sim.moment + (sim.clockGoesOn ? sim.now : 0);
  return sim.options.start_time + sim.now;
}

/** The wall clock of the session: starts at `options.start_time` and moves with virtual time; the zone is UTC. */
class SimDate extends Date {
  constructor(...parts) {
    if (parts.length === 0) super(wallClock());
    else if (parts.length === 1) super(parts[0]);
    else super(Date.UTC(...parts));
  }
  static now() {
    return search !== null && sim.clockGoesOn ? wallClock() : sim.options.start_time + sim.now;
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

// Time zones. Nothing here knows them: their offsets come with the options, as far as a scenario names them.

/** The platform's only way to hand local time over is a date that is moved by what the zone is ahead of UTC. */
function localTime(zone, date) {
  sim.isTimeAsked = true;
  if (sim.options.local_time === "throws" || sim.moment === NO_TIME) throw new Error("getLocalTime failed");
  if (sim.options.local_time === "invalid") return new SimDate(NaN);
  if (sim.options.local_time === "same") return new SimDate(date.getTime());
  const offsets = owned(sim.options.zones, zone, null);
  if (offsets === null) throw misuse(`getLocalTime: the emulator has not been told of the zone ${zone}`);
  return new SimDate(date.getTime() + offsetAt(offsets, date.getTime()));
}

/** In milliseconds. `offsets` are in order, each from when on it holds. */
function offsetAt(offsets, at) {
  let found = offsets[0][1];
  for (const [from, offset] of offsets) if (from <= at) found = offset;
  return found;
}

IMPLEMENTATION.getLocalTime = localTime;
