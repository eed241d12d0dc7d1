// What the world does: how each event of the alphabet is carried out.

/** What is done; the names are those of the reports. */
const ACTS = {
  call(event, world) {
    const [from, to] = event.national ? world.caller.national : [event.who ? world.caller.others[event.who - 1] : world.caller.from, world.caller.to[event.to || 0]];
    EVENTS.incoming({ type: "incoming", from: event.withheld === true ? WITHHELD : event.withheld === undefined ? from : event.withheld, to, ...(event.national || event.overSip ? { client: "sip" } : {}) });
  },
  connect: () => {
    cancelTasks("connect", "caller");
    connectCall(sim.units.caller);
  },
  start({ data }, world) {
    EVENTS.start({ type: "start", data: world.starts[data], by_list: world.started.by !== undefined });
  },
  leave({ as }) {
    const call = sim.units.caller;
    if (call.state === "CONNECTED") LEG_EVENTS.hangup(call);
    else endCall(call, as, 487, "Request Terminated");
  },
  storage({ keys, missing, found }) {
    for (const key of keys) {
      const lookup = sim.lookups.find((other) => other.key === key);
      if (lookup === undefined) continue; // one answer has ended the call
      if (key === missing && found === "error") failStorage(lookup, "storage is not available");
      else answerStorage(lookup, key === missing ? null : undefined);
    }
  },
  agent({ unit, does }) {
    const agent = sim.units[unit];
    if (does === "connects") connectAgent(agent);
    else if (does === "refuses") refuseAgent(agent, "connection refused");
    else if (does === "closes") closeAgent(agent, 1006, "connection lost", false);
    else if (does === "interrupts") interrupt(agent);
    else if (does === "speaks") speak(agent, NEVER);
    else {
      cancelTasks("speechEnds", agent.id);
      TASKS.speechEnds(agent.id);
      cancelTasks("mediaEnded", agent.id);
      TASKS.mediaEnded(agent.id); // which the platform says a second later: nobody sees the difference
    }
  },
  leg({ unit, does, code, key, found, how, position, ewt, kind, isAnew }) {
    const call = sim.units[unit];
    if (does === "answers") connectCall(call);
    else if (does === "answers all the same") TASKS.answerWins(unit);
    else if (does === "fails") endCall(call, "Failed", code, "");
    else if (does === "is gone") TASKS.gone(unit);
    else if (does === "is handed over") referSucceeds(call);
    else if (does === "is not handed over") referFails(call, code, "");
    else if (does === "presses") {
      if (isAnew) forgetEarlierPresses();
      receiveTone(call, key, kind || "telephone_event");
    } else if (does === "keys in") for (const each of key) receiveTone(call, each, "telephone_event");
    else if (does === "is found out") find(call, found);
    else if (does === "beeps") endBeep(call, how);
    else if (does === "says the place") tellPlace(call, { position, ewt, code });
    else LEG_EVENTS[LEG_DOES[does]](call, { to: ELSEWHERE });
  },
  player({ unit, how }) {
    if (how === "is loaded") loadFile(sim.units[unit]);
    else if (how === "begins again") emitPlayer(sim.units[unit], "PlaybackFinished", {});
    else finishPlayer(sim.units[unit], how === "ends" ? null : "playback failed", how === "only fails");
  },
  /** The platform reports a press once more, in another way. */
  press: ({ kind }) => LEG_EVENTS.again(sim.units.caller, { event: "ToneReceived", kind }),
  recorder({ unit, does }) {
    RECORDER_DOES[does](sim.units[unit]);
  },
  list: ({ does }) => answerOfList(does === "answers"),
  voice({ unit, does }) {
    if (does in VAD_DOES) VAD_DOES[does](sim.units[unit], does);
    else sayVoice(sim.units[unit], does === "begins");
  },
  webhook({ code, which = 0, answer, isAgain }, world) {
    answerRequest(activeRequests()[which], code, answer === undefined ? "" : world.texts[answer]);
    if (isAgain) answerAgain(code);
  },
  post: (event, world) => void receiveRequest(requestOf(event, world)),
  late() {}, // nothing happens yet: that is what it is
  time({ first, what }) {
    const due = sim.tasks.filter((task) => task.at === nextTask().at).sort(inTime);
    const task = taskOf(due, first, what);
    runTask(task, task.at);
  },
  timer({ number, what }) {
    const task = taskOf(sim.tasks.slice().sort(inTime), number, what);
    if (task === undefined) return; // on a path of its own, a webhook may have been given up by then
    if (search.mode.untimed && task.kind === "timer") freePlaces();
    runTask(task, sim.now);
  },
};

/** Where any timer may be the first: by then the time of all requests may be over, though that has not been said of any. */
function freePlaces() {
  if (placesTaken() < ACTIVE_REQUEST_LIMIT) return; // there is room anyway
  for (const request of sim.requests) request.until = sim.now;
}

/** Whatever a webhook is told again it answers in the same way. No time goes by: after how much it is told so is noted. */
function answerAgain(code) {
  for (;;) {
    afterBlock();
    if (!sim.ended) passTime(0);
    const task = sim.tasks.find((other) => nameOfTask(other) === TOLD_AGAIN);
    if (task === undefined || sim.ended || activeRequests().length > 0) return; // or it was another one's turn
    note({ t: sim.now, event: "told_again", after: task.at - sim.now - sim.options.timer_late_ms });
    runTask(task, sim.now);
    afterBlock();
    if (activeRequests().length !== 1) return;
    answerRequest(activeRequests()[0], code, "");
  }
}

/** By its place, or by its name: in another version of a scenario the same timer may stand elsewhere among them. */
function taskOf(tasks, place, what) {
  const task = tasks[place];
  return task !== undefined && nameOfTask(task) === what ? task : tasks.find((other) => nameOfTask(other) === what) || task;
}

function find(call, found) {
  const detector = detectorOf(call);
  if (found === "error") detectionFails(detector, "detection failed");
  else detected(detector, found, {});
}

function runTask(task, at) {
  if (at > sim.now) {
    noteHearing();
    sim.now = at;
  }
  removeTasks((other) => other === task);
  noteTurn(task);
  TASKS[task.kind](task.unit, task.details);
}

/** A post as an event of the emulator. `id` is the request's own id, or "". */
function requestOf(event, world) {
  const body = world.bodies[event.body];
  const headers = { "X-Flowc-Contract": world.contract, ...body.headers };
  if (body.token !== "none") headers["X-Flowc-Token"] = event.former ? sim.formerToken : WRITTEN[body.token](tokenOf());
  if (event.id) headers["X-Flowc-Request-Id"] = event.id;
  if (event.cancel) headers["X-Flowc-Cancel"] = "interrupted";
  return { type: "request", method: body.method || "POST", path: "/request/1", body: body.content, headers };
}

/** The scenario makes its token by the platform's `uuidgen`, and tells it the agent. */
function tokenOf() {
  return sim.token === undefined ? "" : sim.token;
}

/** What stands in place of a token. `wrong` is as long, and begins in the same way. */
const WRITTEN = {
  right: (token) => token,
  wrong: (token) => (token === "" ? "wrong" : `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`),
  "its beginning": (token) => token.slice(0, 8),
  "with more behind it": (token) => `${token}0`,
  "in capitals": (token) => token.toUpperCase(),
  "with another beginning": (token) => `${token.startsWith("0") ? "1" : "0"}${token.slice(1)}`,
  empty: () => "",
};
