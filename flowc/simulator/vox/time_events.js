// Time as an event of the alphabet: which timers and other deadlines may be over now, and what they are of.

/**
 * Time goes to the next deadline; of several at one instant each may come first. What is far may be over at any instant.
 * Unless the search is exact, the clock waits for the last of a leg that was hung up, and for what is over soon.
 */
function timeEvents(world, mode, events, waitsForNoBeep = false) {
  const tasks = sim.tasks.slice().sort(inTime);
  tasks.forEach((task, number) => {
    if (task.at !== NEVER || !isFar(task) || (waitsForNoBeep && nameOfTask(task) === OF_MESSAGES[0])) return;
    if (isPassedOver(task) && isUnsaid(task)) return; // it leads where no answer leads
    const how = isSoon(task) ? { early: true, next: true } : isPassedOver(task) ? { early: true, ends: isDeadline(task) } : task.kind === "timer" ? { far: true } : {};
    events.push({ do: "timer", number, what: nameOfTask(task), ...how, ...whoIsToldAgain(task) });
  });
  if (!mode.exact && (isAboutToEnd() || tasks.some(isSoon))) return;
  const near = tasks.filter((task) => task.at !== NEVER);
  if (near.length === 0) return;
  if (mode.untimed) {
    const own = near.filter((task) => task.kind === "timer" || task.kind === "mediaEnded");
    for (const task of own.length > 0 ? own : near.slice(0, 1)) events.push({ do: "timer", number: tasks.indexOf(task), what: nameOfTask(task), ...orderOfUnsaid(task, tasks), ...whichWebhook(task), ...whose(task, near) });
    return;
  }
  const due = near.filter((task) => task.at === near[0].at);
  for (const task of due) events.push({ do: "time", first: due.indexOf(task), what: nameOfTask(task), ...orderOfUnsaid(task, due), ...whichWebhook(task), ...whose(task, due) });
}

/** Of several that call the same function, of whom it is: what follows may depend on who comes first, and be seen later. */
function whose(task, tasks) {
  if (task.kind !== "timer" || tasks.every((other) => other === task || nameOfTask(other) !== nameOfTask(task))) return {};
  const bound = BINDINGS.get(task.details.callback);
  const unit = bound !== undefined && isHandle(bound.args[0]) ? unitOf(bound.args[0]) : undefined;
  return unit === undefined ? {} : { unit: unit.id };
}

/** Of what nothing is said of, which it is: nobody hears it, and the log only says so to people. */
function orderOfUnsaid(task, tasks) {
  const before = nameOfTask(task) === NOT_SAID ? tasks.filter((other) => nameOfTask(other) === NOT_SAID).indexOf(task) : 0;
  return before > 0 ? { nth: before } : {};
}

/** Where others are being told it may be nobody's turn: then nothing shows which webhook has been waited for. */
function whoIsToldAgain(task) {
  return nameOfTask(task) === TOLD_AGAIN ? whichWebhook(task) : {};
}

/** Of several that are waited for until one instant, which. */
function whichWebhook(task) {
  const bound = [TOLD_AGAIN, NOT_SAID].includes(nameOfTask(task)) ? BINDINGS.get(task.details.callback) : undefined;
  return bound === undefined ? {} : { webhook: String(bound.args[0]) };
}

function isUnsaid(task) {
  return [NOT_SAID, NOT_SETTLED].includes(nameOfTask(task));
}

function isFar(task) {
  return task.kind !== "connect" && task.kind !== "speechEnds";
}

function nameOfTask(task) {
  return task.kind === "timer" ? functionName(task.details.callback) : task.kind;
}

function isAboutToEnd() {
  for (const id of Object.keys(sim.units)) {
    const unit = sim.units[id];
    if (unit.kind === "call" && unit.hanging && unit.state !== "TERMINATED") return true;
  }
  return false;
}

/**
 * After a step: what may happen at any time has no deadline, and what is far away has none to be counted. Where somebody was
 * hung up on it is all the same whether the platform has said who that was: it may say so again and again, as a probe. What
 * it has said of anybody else it does not say again.
 */
function settleTime(world) {
  for (const id of Object.keys(sim.units)) {
    const call = sim.units[id];
    if (call.kind !== "call" || detectorOf(call) === null) continue;
    if (call.hanging) detectorOf(call).state = "done";
    else if (detectorOf(call).state === "done") call.detector = null;
  }
  if (sim.tasks.every((task) => isSettled(task, world))) return; // as most of the time, when only a few have been added or removed
  sim.tasks = sim.tasks.filter((task) => !isAtAnyTime(task) && !isUnfelt(task)).map((task) => (isSettled(task, world) ? task : withoutEnd(task, world)));
}

/** Nothing is counted towards it any more: so it is looked now whether it is as long as the flow says. */
function withoutEnd(task, world) {
  if (task.kind === "timer") {
    const name = nameOfTask(task);
    const length = task.at - sim.now - sim.options.timer_late_ms;
    const wrong = wrongLength(length, owned(world.lengths, name, undefined), world.spoken.timers.includes(name) ? world.spoken : null);
    if (wrong !== "") search.wrongLengths.push([`time: ${name}`, `this is to be over ${length / 1000} s later, and ${wrong}`]);
  }
  return { ...task, at: NEVER };
}

function wrongLength(length, right, spoken) {
  if (spoken !== null && (length < spoken.least || (length - spoken.least) % spoken.each !== 0)) return "no text takes as long as that";
  return right === undefined || right.includes(length) ? "" : `the flow says ${right.map((each) => `${each / 1000} s`).join(" or ")}`;
}

/** It has the time that it is to have, and counts. */
function isSettled(task, world) {
  if (isAtAnyTime(task) || isUnfelt(task)) return false;
  return task.at === NEVER || !(task.kind === "mediaEnded" || task.at - sim.now >= world.far_ms || isPassedOver(task) || isDistant(task));
}

/** What holds of a timer by the name of what it calls: looked up once in a search. */
function traitsOf(timer) {
  const name = functionName(timer.details.callback);
  let traits = search.timers.get(name);
  if (traits === undefined) {
    const { passive, world } = search;
    const isDistant = world.distant.concat(world.longest).includes(name);
    traits = { isPassedOver: passive !== null && passive.at_any_time.includes(name), isUnfelt: isOfNothing(name), isDistant };
    search.timers.set(name, traits);
  }
  return traits;
}

/** A timer of the runtime that may be over at any instant, as `mode.passive` has it: nothing is counted towards it. */
function isPassedOver(task) {
  return task.kind === "timer" && traitsOf(task).isPassedOver;
}

/** One of those that is over before time goes on. */
function isSoon(task) {
  return isPassedOver(task) && search.passive.soon.includes(functionName(task.details.callback));
}

/** A timer by which nothing goes that happens in a search. */
function isUnfelt(task) {
  return task.kind === "timer" && traitsOf(task).isUnfelt;
}

/** `mode.unfelt` has it: a timer, or a field of `S`. */
function isOfNothing(name) {
  return search !== null && search.mode.unfelt !== undefined && search.mode.unfelt.includes(name);
}

/** The end of the call, or what is as far away, however near that is: also in a scenario that was edited, if it has it. */
function isDistant(task) {
  return task.kind === "timer" && traitsOf(task).isDistant;
}

/** What goes round until then comes to its end by that. */
function isDeadline(task) {
  return search.passive.deadlines.includes(functionName(task.details.callback));
}

/** A leg that nobody answers is one of its failures, a webhook that does not answer one of its answers. */
function isAtAnyTime(task) {
  if (AT_ANY_TIME.includes(task.kind)) return true;
  if (task.kind === "unanswered") return sim.units[task.unit].direction === "outgoing";
  return task.kind === "httpAnswers" && task.details.code === -7;
}
