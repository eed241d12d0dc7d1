// What a call script has the platform do or say by itself, `platform: {…}`: the answers that it was told to keep back, what
// it says once more, timers of the scenario that fire now, whatever the clock says. Each is a function of `PLATFORM_DOES`.

/** The leg that is meant: the caller's, or the latest to a number. */
function legMeant(leg) {
  if (leg !== "caller") return findLeg(leg);
  if (!sim.units.caller) throw impossible("there is no caller");
  return sim.units.caller;
}

/** A timer as the scenario calls it: its function, and what names that was given. Of the platform's own, their kind. */
function wordsOfTask(task) {
  if (task.kind !== "timer") return task.kind;
  const bound = BINDINGS.get(task.details.callback);
  const names = bound === undefined ? [] : bound.args.filter((each) => typeof each === "string");
  return [functionName(bound === undefined ? task.details.callback : bound.target), ...names].join(" ");
}

/** Whoever hears a player, if the caller does not; else the caller does, or nobody. */
function listenerOf(player) {
  const person = Object.keys(sim.sources).find((id) => id !== "caller" && sim.sources[id] === player.id);
  return sim.sources.caller === player.id || person === undefined ? "caller" : person;
}

function playerMeant(of, fits) {
  const leg = of === "caller" ? "caller" : findLeg(of).id;
  const all = unitsOf("player").filter((player) => player.state === "playing" && fits(player) && listenerOf(player) === leg);
  const found = all.find((player) => sim.sources[leg] === player.id) || all[0];
  if (!found) throw impossible("nothing of the kind is played there");
  return found;
}

const FOUND_THERE = { "finds a person": "HUMAN", "finds a machine": "VOICEMAIL", "is unsure": "TIMEOUT", ends: "CALL_ENDED" };

/** What becomes of a detection that is under way; of one that is over, or that nobody needs any more, it is only said. */
function detect(call, finds) {
  const detector = detectorOf(call);
  if (detector === null) throw impossible(`nobody has asked whether ${call.label} is a machine`);
  const isLate = detector.state !== "detecting" || call.hanging;
  if (isLate) note({ t: sim.now, event: "said_again", leg: call.label, call: call.handle.ref, what: `detection: ${finds}` });
  if (finds === "fails") {
    if (isLate) emit("AMD.Events", "DetectionError", detector.id, { callId: call.id, message: "detection failed" }, { amd: detector.handle });
    else detectionFails(detector, "detection failed");
  } else if (isLate) emit("AMD.Events", "DetectionComplete", detector.id, { call: call.handle, callId: call.id, resultClass: FOUND_THERE[finds] }, { amd: detector.handle });
  else detected(detector, FOUND_THERE[finds], {});
}

const PLATFORM_DOES = {
  repeats({ what, leg }) {
    if (what === "start") started(sim.options);
    else if (what === "incoming call") {
      if (!sim.units.caller) throw impossible("there is no caller");
      EVENTS.announce({ leg: "caller" });
    } else if (leg === "agent") {
      if (what !== "Disconnected") throw impossible("of the agent only its end is repeated: `disconnected`");
      callOnClose(findAgent("", "closed"), 1006, "", false);
    } else {
      const [event, kind] = what.split(" "); // of a key, the way in which it is reported beside the first
      LEG_EVENTS.again(legMeant(leg), { event, kind });
    }
  },
  announces: ({ from }) => EVENTS.announce({ leg: "another caller", from, to: "15550000002" }),
  storage({ key, says }) {
    const lookup = sim.lookups.find((other) => other.key === key);
    if (lookup === undefined) throw impossible(`nobody waits for the storage entry ${key}`);
    if (says === "fails") failStorage(lookup, "storage is not available");
    else answerStorage(lookup, says === "has nothing" ? null : undefined);
  },
  agent({ how }) {
    const agent = findAgent("", "connecting");
    cancelTasks("agentConnects", agent.id);
    cancelTasks("agentRefuses", agent.id);
    if (how === "connects") connectAgent(agent);
    else refuseAgent(agent, "connection refused");
  },
  caller() {
    const caller = legMeant("caller");
    if (!sim.tasks.some((task) => task.kind === "connect")) throw impossible("the scenario has not answered the call, or it is connected");
    cancelTasks("connect", "caller");
    connectCall(caller);
  },
  webhook({ code, which, text = "" }) {
    const request = sim.requests.filter((other) => other.state === "active")[which - 1];
    if (request === undefined) throw impossible(which > 1 ? `not so many webhooks are being told anything: ${which}` : "no webhook is being told anything");
    answerRequest(request, code, text);
  },
  file({ how }) {
    const files = unitsOf("player").filter((player) => player.state === "playing" && player.label.startsWith("url:"));
    const file = files.find((player) => (how === "loads" ? player.awaited !== null : player.awaited === null && player.duration === null));
    if (file === undefined) throw impossible(how === "loads" ? "no sound file is waited for" : "no sound file is played that repeats");
    if (how === "loads") loadFile(file);
    else emitPlayer(file, "PlaybackFinished", {});
  },
  recording({ how }) {
    const recorders = unitsOf("recorder").filter((each) => each.state !== "stopped" || (how === "starts" && mayBegin(each)));
    if (recorders.length === 0) throw impossible("nothing is recorded, and no recording is waited for");
    const recorder = recorders.find((each) => how !== "starts" || mayBegin(each));
    if (recorder === undefined) throw impossible("the recording has begun already");
    RECORDER_DOES[how](recorder);
  },
  voice_detection({ how }) {
    const detection = unitsOf("vad").filter((each) => each.state === (how === "fails" ? "open" : "connecting") && !each.failed).pop();
    if (detection === undefined) throw impossible(how === "fails" ? "no voice detection works" : "no voice detection is waited for");
    VAD_DOES[how](detection, how);
  },
  call_list({ isHeard }) {
    if (sim.reports.length === 0) throw impossible("no call list is being told anything");
    answerOfList(isHeard);
  },
  session() {
    note({ t: sim.now, event: "platform_limit", limit: "the session" });
    sim.ending = sim.ending || { reason: "platform" };
  },
  voice({ how, leg }) {
    const call = legMeant(leg);
    mustLive(call, "be heard");
    if (call.state !== "CONNECTED") throw impossible(`${call.label} is not connected`);
    if (call.speaking === (how === "begins")) throw impossible(how === "begins" ? `${call.label} speaks already` : `${call.label} does not speak`);
    VOICE[how](call);
  },
  playback({ how, leg }) {
    const player = playerMeant(leg, () => true);
    finishPlayer(player, how === "ends" ? null : "playback failed", how === "fails alone");
  },
  hangup({ leg, isLate }) {
    const call = legMeant(leg);
    mustLive(call, "be hung up");
    if (!call.hanging) throw impossible(`${call.label} has not been hung up by the scenario`);
    if (isLate) mustProgress(call, "be answered in spite of that");
    cancelAllTasks(["gone", "lateConnected", "answerWins"], call.id);
    if (isLate) TASKS.answerWins(call.id);
    else TASKS.gone(call.id);
  },
  detection: ({ leg, finds }) => detect(legMeant(leg), finds),
  beep: ({ leg, how }) => LEG_EVENTS.beep(legMeant(leg), { how }),
  key({ leg, key }) {
    const call = legMeant(leg);
    mustLive(call, "press a key");
    note({ t: sim.now, event: "digit", leg: call.label, digit: key });
    emitCall(call, "ToneReceived", { tone: key, type: "1" }); // which was under way when the scenario gave it up
  },
  timer({ name }) {
    const due = sim.tasks.slice().sort(inTime);
    const task = due.find((other) => wordsOfTask(other) === name);
    if (task === undefined) {
      const there = Array.from(new Set(due.filter((other) => other.kind === "timer").map(wordsOfTask))).join(", "); // the scenario's own
      throw impossible(`no timer ${name} is running${there === "" ? "" : `; there is ${there}`}`);
    }
    removeTasks((other) => other === task);
    TASKS[task.kind](task.unit, task.details);
  },
  clock({ at }) {
    sim.moment = at === null ? NO_TIME : at - sim.now;
    sim.clockGoesOn = true;
  },
};

EVENTS.platform = (event) => PLATFORM_DOES[event.does](event);

/** What it says ends now, and the platform has said that it is silent. */
AGENT_EVENTS.fall_silent = function (event) {
  const agent = findAgent(event.agent, "open");
  if (!agent.speaking) throw impossible("the agent says nothing");
  cancelTasks("speechEnds", agent.id);
  TASKS.speechEnds(agent.id);
  cancelTasks("mediaEnded", agent.id);
  TASKS.mediaEnded(agent.id);
};

/** Its model does not answer: nothing is heard but what its tools say meanwhile, until it speaks. */
AGENT_EVENTS.hang = function (event) {
  const agent = findAgent(event.agent, "open");
  if (agent.speaking) throw impossible("the agent is speaking: it `falls silent` first");
  if (agent.hangs) throw impossible("the agent's model hangs already: it `says` something first");
  if (!isSentTo(agent)) throw impossible("nobody hears the agent, so nobody asks its model anything");
  agent.saysNothing = agent.hangs = true;
  note({ t: sim.now, event: "agent_says_nothing", agent: agent.id });
};

/** From now on it says nothing, until it speaks. */
AGENT_EVENTS.say_nothing = function (event) {
  const agent = findAgent(event.agent, "open");
  if (agent.speaking) throw impossible("the agent is speaking: it `falls silent` first");
  agent.saysNothing = true;
  note({ t: sim.now, event: "agent_says_nothing", agent: agent.id });
};
