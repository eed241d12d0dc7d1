// What the world can do now: a list of events, as a function of the state and of the flow's own lists (`verify.alphabet`).
// An event is plain data; `ACTS` in `acts.js` carries it out. Whatever takes time has no length of its own here: an agent speaks until
// it falls silent, an announcement lasts until it ends, a leg rings until somebody does something about it. An event with
// `once` is tried in the first state in which it is possible, and nowhere else: see `isFirst`.

const NEVER = Infinity;
/** How an explored session begins to differ from a played one: nothing happens by itself that the world could do. */
const EXPLORED = {
  storage_answers: "manual", call_list_answers: "manual", agent: "manual", players: "manual", files: "manual", recorder: "manual", vad: "manual", http: "manual", answer_ms: NEVER, agent_ack: false, trace: "full",
};
/** Deadlines that the world may let pass at any time: they are events of its own. */
const AT_ANY_TIME = ["agentIdle", "detectionTimeout", "beepTimeout"];
/** Timers of the runtime for a recording of which the platform says nothing. */
const RECORDINGS_LATE = ["onRecorderLate", "onCallRecorderLate"];
/** Timers of the runtime for what is left on a machine. */
const OF_MESSAGES = ["bound onNoBeep", "bound onToldLate"];
/** What webhooks answer: yes, no, and nothing, after which they are told again; and the runtime's timer for that. */
const ANSWERS = [200, 404, -7];
/** Other answers that the reference of webhooks tells apart: each of a webhook once. And what an answer may come with that is none. */
const RARE_ANSWERS = [204, 301, 408, 425, 429, 499, 500, 599];
const NO_SUCCESS = [199, 300, 404, 500];
const UNAVAILABLE = 503;
/** The runtime's function for the answer of a webhook that is told something, and not asked. */
const TOLD = "bound onWebhookAnswered";
const TOLD_AGAIN = "bound onTellAgain";
/** The runtime's timers for a platform that does not say what has become of a request: of what a webhook is told, of a question. */
const NOT_SAID = "bound onWebhookLate";
const NOT_SETTLED = "bound onQuestionUnsaid";
const NOT_ANSWERED = "onQuestionLate"; // of a question that is waited for
/** What detection finds, and what becomes of a beep. */
const FOUND = ["HUMAN", "VOICEMAIL", "TIMEOUT", "error"];
const BEEPS = ["heard", "not in time", "error"];
/** What an agent is told that talks on with the caller while it rings. */
const WHILE_RINGING = ["introducing", "introduction_over"];
const WITHHELD = "anonymous";
const ELSEWHERE = "sip:elsewhere@example.com";
const LEG_DOES = { rings: "ring", "hangs up": "hangup", "sends early media": "early", holds: "hold", resumes: "unhold", "transfers the caller": "ask_transfer" };
const TONES = 2;
const MOST_HOLDS = 2;
const MOST_PRESSED = 2;
/** Troubles, of which there is one on a path, unless the search is exact. */
const LATE = { storage: "storage is late", webhook: "webhooks are late", message: "a message takes long", recording: "the recording of the call is late" };
const MISSING_ENTRY = "the storage has no ";
const TONES_FAIL = "tones fail";

/**
 * Every event that is possible. `path` is what the explorer remembers of the path: the requests that were sent. `mode` has
 * `exact` and `untimed`.
 */
function possibleEvents(world, path, mode) {
  if (sim.ended !== null) return [];
  if (path.apart !== null) return whatIsLeft(world, path);
  const events = [];
  if (sim.phase !== "running") {
    webhookEvents(mode, events);
    timeEvents(world, mode, events);
    return events;
  }
  if (!mode.exact && (saysItsLast(world, mode, events) || hasStoppedBefore(events))) return events;
  if (sim.reports.length > 0) events.push({ do: "list", does: "answers" }, { do: "list", does: "refuses" });
  const caller = sim.units.caller;
  if (caller === undefined && !isStarted()) return calls(world).concat(world.starts.map((_, data) => ({ do: "start", data })));
  if (caller !== undefined) callerEvents(world, caller, path, mode, events);
  if (!mode.exact && (waitsForDetection(world, mode, events) || waitsForRecorder(world, path, mode, events) || waitsForAnswer(world, path, mode, events))) return events;
  if (mode.exact || path.trouble === LATE.storage) storageEvents(world, path, mode, events);
  for (const id of Object.keys(sim.units)) {
    const unit = sim.units[id];
    if (unit.kind === "agent") agentEvents(unit, events);
    else if (unit.kind === "call" && unit.direction === "outgoing" && id !== "caller" && standsFor(world, unit, mode) && !standsStill(unit, path)) {
      legEvents(world, unit, mode, events);
      if (unit.type === "queue") placeEvents(world, unit, mode, events);
    }
    else if (unit.kind === "recorder" && (mode.exact || isLate(unit) || !isOfCall(unit) || mayBeTrouble(world, path))) recorderEvents(unit, events);
    else if (unit.kind === "vad") voiceEvents(unit, events);
    else if (unit.kind === "player" && unit.state === "playing" && !standsStill(sim.units[personWhoHears(unit)], path)) playerEvents(world, unit, path, mode, events);
  }
  if (mode.exact || path.trouble === LATE.webhook) webhookEvents(mode, events);
  postEvents(world, path, mode, events);
  timeEvents(world, mode, events, path.trouble === LATE.message);
  return mode.exact || path.pressed === 0 ? events : events.filter(isOfKeys);
}

/** The session was started, and nobody has called: nobody was called yet, or whoever was has gone. */
function isStarted() {
  return sim.customData !== "" || sim.tasks.some((task) => task.kind === "withoutCalls");
}

/**
 * Unless the search is exact, what has nothing to do with keys does not happen between two of them: before the first, or
 * after the last, it is the same.
 */
function isOfKeys(event) {
  if (event.do === "agent") return event.does === "closes";
  if (event.do === "post") return event.cancel !== true && !search.world.bodies[event.body].isBackground;
  return event.do !== "webhook" && event.do !== "late";
}

/**
 * Somebody calls one of the numbers that the flow tells apart, and shows a number or, where that matters, none. Where the
 * flow names a country, also over a trunk, with numbers as they are written there; and over a trunk where callers are handed
 * over.
 */
function calls(world) {
  const shown = world.caller.to.map((_, to) => (to === 0 ? { do: "call" } : { do: "call", to }));
  if (world.caller.national.length > 0) shown.push({ do: "call", national: true });
  else if (world.referCodes.length > 0) shown.push({ do: "call", overSip: true });
  world.caller.others.slice(0, world.caller.named).forEach((_, number) => world.caller.to.forEach((_number, to) => shown.push({ do: "call", who: number + 1, ...(to === 0 ? {} : { to }) })));
  const all = world.mayBeWithheld ? shown.concat(shown.filter((event) => !event.who).map((event) => ({ ...event, withheld: true }))) : shown;
  return all.concat(callsOnce(world));
}

/**
 * A leg that was let go, and that the scenario knows no more, says its last before anything else happens: it is the same
 * before and after everything else, since nothing follows from it. That this is so is seen in every state: what such a leg
 * could still say is said there by one that is over (`probesOf`). With many of them the platform would call nobody else.
 */
function saysItsLast(world, mode, events) {
  if (search.passive === null || 2 * world.together > PROGRESSING_LIMIT) return false;
  const forgotten = unitsOf("call").filter((call) => call.isForgotten && call.state !== "TERMINATED");
  eventsOfDying(forgotten, world, mode, events);
  return forgotten.length > 0;
}

/**
 * Of several recorders that were stopped, of messages that nobody waits for any more, all but the last say so before
 * anything else happens: with each message there would be one more of them.
 */
function hasStoppedBefore(events) {
  const stopped = unitsOf("recorder").filter((unit) => unit.state === "stopping" && !isOfCall(unit));
  if (stopped.length < 2) return false;
  const own = [];
  recorderEvents(stopped[0], own);
  events.push(...own.map((event) => ({ ...event, next: true })));
  return true;
}

function eventsOfDying(dying, world, mode, events) {
  const isLate = mode.alike && dying.some((call) => call.state === "CONNECTED"); // one late answer is one at a time
  for (const call of dying) {
    if (!standsFor(world, call, mode)) continue;
    const own = [];
    legEvents(null, call, mode, own);
    events.push(...own.filter(({ does }) => !isLate || !does.startsWith("answers")));
  }
}

/**
 * Unless the search is exact: what is about to come comes first. A leg that was hung up says its last after one other event
 * at most; storage and webhooks answer, and what is left on a machine is left, or they are late for the whole call. True if
 * nothing else is possible now.
 */
function waitsForAnswer(world, path, mode, events) {
  const dying = unitsOf("call").filter((call) => call.hanging && call.state !== "TERMINATED" && call.id !== "caller");
  if (dying.length > 0 && path.sinceHangup >= 1) {
    eventsOfDying(dying, world, mode, events);
    return true;
  }
  if (sim.lookups.length > 0 && path.trouble !== LATE.storage) {
    storageEvents(world, path, mode, events);
    if (mayBeTrouble(world, path)) events.push({ do: "late", what: LATE.storage });
    return true;
  }
  if (activeRequests().length > 0 && path.trouble !== LATE.webhook) {
    webhookEvents(mode, events);
    if (mayBeTrouble(world, path)) events.push({ do: "late", what: LATE.webhook });
    return true;
  }
  if (isToldAgain() && path.trouble !== LATE.webhook) {
    const own = [];
    timeEvents(world, mode, own);
    events.push(...own.filter((event) => event.what === TOLD_AGAIN).map((event) => ({ ...event, next: true })));
    return true;
  }
  const left = search.passive === null ? [] : unitsOf("call").filter(isLeftAMessage);
  if (left.length > 0 && (path.trouble !== LATE.message || isCallerGone())) {
    const own = [];
    timeEvents(world, mode, own);
    const alone = own.filter((event) => event.early && OF_MESSAGES.includes(event.what));
    for (const call of left) {
      legEvents(world, call, mode, alone);
      for (const id of sim.inputs[call.id] || []) if (sim.units[id].state === "playing") playerEvents(world, sim.units[id], path, mode, alone);
    }
    events.push(...alone.map((event) => ({ ...event, alone: true })));
    if (mayBeTrouble(world, path) && !isCallerGone() && left.every((call) => call.beep === "awaited")) events.push({ do: "late", what: LATE.message });
    return true;
  }
  return false;
}

/**
 * Unless the search is exact, a recorder that was stopped says so before anything else happens but
 * time and the caller's end. One of the whole call says so, and that it has begun, before anything but the caller's end, or
 * it is late; that it ends by itself is a trouble as well. Legs that were hung up say their last before it.
 */
function waitsForRecorder(world, path, mode, events) {
  if (isAboutToEnd()) return false;
  const ofCall = unitsOf("recorder").filter((unit) => isOfCall(unit) && isLate(unit));
  if (ofCall.length > 0 && path.trouble !== LATE.recording) {
    const own = [];
    for (const recorder of ofCall) recorderEvents(recorder, own);
    events.push(...own.map((event) => ({ ...event, next: true })));
    if (isCallerGone()) timeEvents(world, mode, events);
    else if (mayBeTrouble(world, path)) events.push({ do: "late", what: LATE.recording });
    return true;
  }
  const late = unitsOf("recorder").filter((unit) => (unit.state === "stopping" || beginsLate(unit)) && !isOfCall(unit));
  for (const recorder of late) recorderEvents(recorder, events);
  if (late.length > 0) timeEvents(world, mode, events);
  return late.length > 0;
}

/** Nobody on the call waits for its recording. */
function isOfCall(recorder) {
  return recorder.label === KEPT;
}

/** It is to begin, or to be complete. */
function isLate(recorder) {
  return recorder.state === "stopping" || (recorder.state === "open" && !recorder.started) || beginsLate(recorder);
}

/** Unless the search is exact, a voice detection is there, or not to be had, before anything happens but time. */
function waitsForDetection(world, mode, events) {
  const asked = unitsOf("vad").filter(({ state }) => state === "connecting");
  if (isAboutToEnd()) return false;
  for (const vad of asked) voiceEvents(vad, events);
  if (asked.length > 0) timeEvents(world, mode, events);
  return asked.length > 0;
}

/** A voice detection comes or not; and hears speech that begins and ends, or fails. One that says nothing does none of it. */
function voiceEvents(vad, events) {
  const unit = vad.id;
  if (vad.state === "connecting") events.push({ do: "voice", unit, does: "works" }, { do: "voice", unit, does: "says nothing" }, { do: "voice", unit, does: "refuses" });
  if (vad.state !== "open" || vad.saysNothing || vad.failed) return;
  const whose = vad.source === "caller" ? {} : { byPerson: vad.source };
  events.push({ do: "voice", unit, does: vad.speaks ? "ends" : "begins", ...whose }, { do: "voice", unit, does: "fails" });
}

/** It begins, is complete, or fails: the last two also by itself, and before it says that it has begun, which is said late then. */
function recorderEvents(recorder, events) {
  const unit = recorder.id;
  if (recorder.state === "stopped" && !beginsLate(recorder)) return;
  if (mayBegin(recorder)) events.push({ do: "recorder", unit, does: "starts" });
  if (recorder.state === "stopped") return;
  events.push({ do: "recorder", unit, does: "stops" });
  events.push({ do: "recorder", unit, does: "fails" });
}

/** All is recorded, and where that is somebody waits for. */
function beginsLate(recorder) {
  return recorder.state === "stopped" && mayBegin(recorder) && sim.tasks.some((task) => RECORDINGS_LATE.includes(nameOfTask(task)));
}

/** A trouble is one at a time, and counts as a request, if there may be more than one of those. */
function mayBeTrouble(world, path) {
  return path.trouble === "" && (world.posts < 2 || path.sent.length < world.posts);
}

/** A machine that is left a message, or a person who is told the last: nobody else has to do with that leg any more. */
function isLeftAMessage(call) {
  return (call.beep !== null || isToldGone(call)) && !call.hanging && call.state !== "TERMINATED";
}

/** Somebody who was briefed, and hears that the caller has gone. */
function isToldGone(call) {
  const { caller } = sim.units;
  if (!search.world.tellsGone || call === caller || call.state !== "CONNECTED" || !(caller.hanging || caller.state === "TERMINATED")) return false;
  const heard = sim.units[sim.sources[call.id]];
  return heard !== undefined && heard.kind === "player" && heard.state === "playing";
}

/** It takes until the caller has gone: nobody on the call has to do with it until then. */
function standsStill(unit, path) {
  return unit !== undefined && path.trouble === LATE.message && unit.kind === "call" && isLeftAMessage(unit);
}

function isCallerGone() {
  const { caller } = sim.units;
  return caller === undefined || caller.hanging || caller.state === "TERMINATED" || isLeftAMessage(caller);
}

function callerEvents(world, caller, path, mode, events) {
  if (caller.state === "TERMINATED") return;
  if (caller.direction === "outgoing" && (caller.state !== "CONNECTED" || isMet(caller) || caller.hanging)) {
    legEvents(world, caller, mode, events);
    return;
  }
  const detector = detectorOf(caller);
  if (detector !== null && detector.state === "detecting") for (const found of FOUND) events.push({ do: "leg", unit: "caller", does: "is found out", found });
  if (caller.hanging) events.push({ do: "leg", unit: "caller", does: "is gone" });
  else if (caller.state === "CONNECTED") events.push({ do: "leave", as: "Disconnected" });
  else events.push({ do: "leave", as: "Disconnected" }, { do: "leave", as: "Failed" });
  if (sim.tasks.some((task) => task.kind === "connect")) events.push({ do: "connect" });
  if (caller.state === "CONNECTED" && !caller.hanging && caller.referring) {
    events.push({ do: "leg", unit: "caller", does: "is handed over" });
    for (const code of world.referCodes) events.push({ do: "leg", unit: "caller", does: "is not handed over", code });
    refusalsOnce(world, events);
  }
  if (caller.state === "CONNECTED" && !caller.hanging && (caller.tones || !isWith("call")) && !isInVain(path.press)) {
    for (const key of keysOfCaller(world, path, mode)) events.push({ do: "leg", unit: "caller", does: "presses", key });
    if (world.keyedIn !== "" && isWith("agent") && path.pressed === 0) events.push({ do: "leg", unit: "caller", does: "keys in", key: world.keyedIn, once: "keyed in" });
  }
  if (caller.state === "CONNECTED" && !caller.hanging && caller.direction === "outgoing" && caller.type !== "pstn") phoneEvents(caller, mode, events);
  if (path.press !== null && !caller.hanging) for (const kind of path.press.kinds) events.push({ do: "press", key: path.press.key, kind });
}

/**
 * Keys that steps of the flow follow are possible as long as requests are that take the call, and count as one.
 * With the agent, one key and `#`, which leaves nothing to wait for. In what flowc generates all that was not told yet is
 * one, however much it is; in any other scenario two keys are enough. Unless the search is exact, an agent who speaks is
 * not told otherwise than one who is silent, and troubles are one at a time.
 */
function keysOfCaller(world, path, mode) {
  if (!isWith("agent") || isAnyOpenAgent(talksOn)) return world.callersKeys;
  const own = path.sent.length + path.led < world.posts ? world.ownKeys : [];
  const isOne = mode.passive !== null || path.pressed < MOST_PRESSED;
  const isCalm = path.trouble === "" && !path.isCleared && !isAnyOpenAgent((agent) => agent.speaking);
  const told = world.agentsKeys.filter((key) => !world.ownKeys.includes(key));
  return (isOne && (mode.exact || isCalm) ? told : told.filter((key) => key === "#")).concat(own);
}

/** It rings, and the agent and the caller go on talking. */
function talksOn(agent) {
  if (!search.world.introduces) return false;
  const told = agent.customs.map(({ metadata }) => (metadata || {}).vox_event).filter((event) => WHILE_RINGING.includes(event) || event === "returned");
  return WHILE_RINGING.includes(told[told.length - 1]);
}

/** The caller hears a person, or an agent: keys that the scenario does not listen for go there. */
function isWith(kind) {
  const source = sim.units[sim.sources.caller];
  return source !== undefined && source.kind === kind;
}

/**
 * Unless the search is exact, what was asked for at once is answered at once, or what the agent needs before the rest; and
 * one entry at most is missing, for good. Entries that do not come are not answered yet.
 */
function storageEvents(world, path, mode, events) {
  const keys = Array.from(new Set(sim.lookups.map((lookup) => lookup.key)));
  if (keys.length === 0) return;
  if (!mode.exact) {
    if (!keys.some((key) => path.trouble === MISSING_ENTRY + key)) events.push({ do: "storage", keys, found: "value" });
    const first = keys.filter((key) => world.agentEntries.includes(key));
    if (path.trouble === LATE.storage && first.length > 0 && first.length < keys.length) events.push({ do: "storage", keys: first, found: "value" });
    for (const key of keys) if (mayBeTrouble(world, path) || path.trouble === MISSING_ENTRY + key) events.push({ do: "storage", keys, missing: key, found: "nothing" }, { do: "storage", keys, missing: key, found: "error" });
    return;
  }
  for (const key of keys) for (const found of ["value", "nothing", "error"]) events.push({ do: "storage", keys: [key], ...(found === "value" ? {} : { missing: key }), found });
}

/**
 * Of legs that are alike, in the flow and in what has become of them, the first and the last do what any of them can do:
 * what follows is the same but for the names, and a list that is gone through to one end only shows it. Of those that were
 * let go the scenario knows nothing: the first is enough. Who has answered is like nobody else: one hears a prompt, another
 * is waited for.
 */
function standsFor(world, call, mode) {
  if (!mode.alike || call.state === "TERMINATED") return true;
  const peers = unitsOf("call").filter((other) => isAlike(world, other, call));
  if (call.hanging) return call === peers[0];
  return peers.length < 3 || call === peers[0] || call === peers[peers.length - 1];
}

function isAlike(world, one, other) {
  return isAlikeButForSigns(world, one, other) && one.rings === other.rings && one.sendsEarly === other.sendsEarly;
}

function isAlikeButForSigns(world, one, other) {
  const known = owned(world.alike, other.number, null);
  return one === other || (known !== null && owned(world.alike, one.number, null) === known && one.direction === "outgoing" && one.state === other.state && one.hanging === other.hanging && (one.hanging || one.state !== "CONNECTED"));
}

function isHeardOf(key, event) {
  return listenersOf(key, event).length > 0;
}

function agentEvents(agent, events) {
  const unit = agent.id;
  if (agent.state === "connecting") events.push({ do: "agent", unit, does: "connects" }, { do: "agent", unit, does: "refuses" });
  if (agent.state !== "open") return;
  events.push({ do: "agent", unit, does: "closes" });
  if (!agent.started) return;
  if (!agent.speaking) events.push({ do: "agent", unit, does: "speaks" });
  else events.push({ do: "agent", unit, does: "falls silent" });
  if (agent.speaking || isHeardOf(unit, VALUES["Cartesia.AgentsEvents"].Clear)) events.push({ do: "agent", unit, does: "interrupts" });
}

function legEvents(world, call, mode, events) {
  const unit = call.id;
  if (call.state === "TERMINATED") return;
  if (call.hanging) {
    events.push({ do: "leg", unit, does: "is gone" });
    if (call.state === "PROGRESSING") events.push({ do: "leg", unit, does: "answers" }, { do: "leg", unit, does: "answers all the same" });
  } else if (isLeftAMessage(call)) {
    for (const how of call.beep === "awaited" ? BEEPS : []) events.push({ do: "leg", unit, does: "beeps", how, left: true });
    events.push({ do: "leg", unit, does: "hangs up", left: true }, { do: "leg", unit, does: "fails", code: 500, left: true });
  } else if (call.state === "CONNECTED") {
    events.push({ do: "leg", unit, does: "hangs up" }, { do: "leg", unit, does: "fails", code: 500 });
    const detector = detectorOf(call);
    if (detector !== null && detector.state === "detecting") for (const found of FOUND) events.push({ do: "leg", unit, does: "is found out", found });
    if (call.type === "sip" || call.type === "user") phoneEvents(call, mode, events);
    if (call.tones) for (const key of owned(world.keys, call.number, [])) events.push({ do: "leg", unit, does: "presses", key });
  } else {
    events.push({ do: "leg", unit, does: "answers" });
    for (const code of codesOf(world, call)) events.push({ do: "leg", unit, does: "fails", code });
    if (world !== null) codesOnce(world, call, events);
    signs(world, call, mode, events);
  }
}

/** Which place the caller has, where the flow tells it. Unless the search is exact, not while something is said: before it, or after, it is the same. */
function placeEvents(world, call, mode, events) {
  if (call.state !== "PROGRESSING" || call.hanging || (!mode.exact && isSpokenTo())) return;
  for (const place of world.places) events.push({ do: "leg", unit: call.id, does: "says the place", ...place });
}

/**
 * Signs of ringing. To a scenario that does the same whichever it hears they are one, unless the search is exact. What a
 * leg says of that decides what it alone comes to: of those that are alike, the first and the last say it.
 */
function signs(world, call, mode, events) {
  const unit = call.id;
  const peers = mode.alike ? unitsOf("call").filter((other) => isAlikeButForSigns(world, other, call)) : [];
  if (peers.length > 2 && call !== peers[0] && call !== peers[peers.length - 1]) return;
  const [ringing, early] = [VALUES.CallEvents.Ringing, VALUES.CallEvents.AudioStarted].map((event) => listenersOf(unit, event));
  const areOne = !mode.exact && ringing.length === early.length && ringing.every((listener, index) => listener === early[index]);
  if (ringing.length > 0 && !(areOne && call.rings)) events.push({ do: "leg", unit, does: "rings" });
  if (early.length > 0 && !call.sendsEarly && !areOne) events.push({ do: "leg", unit, does: "sends early media" });
}

/**
 * Keys of a SIP phone. In what flowc generates, and in an exact search, a person may hold the caller again and again. Of
 * any other scenario it is not known that for how long they have talked is only told: there a person holds the caller
 * twice, for what is not as before when they are back shows the second time. Whoever may be the caller does not hold: no
 * caller does, and to the flow it would be nothing.
 */
function phoneEvents(call, mode, events) {
  const unit = call.id;
  if (unit === "caller") {
    events.push({ do: "leg", unit, does: "transfers the caller" });
    return;
  }
  if (call.holds) events.push({ do: "leg", unit, does: "resumes" });
  else if (mode.exact || mode.passive !== null || call.held < MOST_HOLDS) events.push({ do: "leg", unit, does: "holds" });
  events.push({ do: "leg", unit, does: "transfers the caller" });
}

/** One for each outcome that the flow tells apart for whoever is called there. */
function codesOf(world, call) {
  return owned(world.codes, call.number, world.otherCodes);
}

/**
 * A tone without an end does end, or fail; unless the search is exact, that is a trouble. In what flowc generates, that is
 * over when the pause is after which the tone begins anew, and comes again; any other scenario gets it twice until there is
 * somebody, or something else to hear. A file is loaded first, or never; one that repeats ends only if it fails, and the platform may say that a round is
 * over.
 */
function playerEvents(world, player, path, mode, events) {
  if (player.awaited !== null || (player.duration === null && player.label.startsWith("url:"))) {
    for (const how of [player.awaited !== null ? "is loaded" : "begins again", "fails", "only fails"]) events.push({ do: "player", unit: player.id, how });
    return;
  }
  if (player.duration === null && !mode.exact && (path.tones >= TONES || !(mayBeTrouble(world, path) || path.trouble === TONES_FAIL))) return;
  const person = personWhoHears(player);
  const isLeft = person !== undefined && isLeftAMessage(sim.units[person]);
  const heard = player.duration === null ? { isTone: true } : person === undefined ? {} : { byPerson: person, ...(isLeft ? { left: true } : {}) };
  for (const how of ["ends", "fails", "only fails"]) events.push({ do: "player", unit: player.id, how, ...heard });
}

/** Somebody, or the platform, says something to the caller that has an end. */
function isSpokenTo() {
  const source = sim.units[sim.sources.caller];
  return source !== undefined && source.kind === "player" && source.duration !== null;
}

/** The leg to which a player is sent, if the caller does not hear it. */
function personWhoHears(player) {
  if (sim.sources.caller === player.id) return isLeftAMessage(sim.units.caller) ? "caller" : undefined;
  return Object.keys(sim.sources).find((id) => id !== "caller" && sim.sources[id] === player.id);
}

function activeRequests() {
  return sim.requests.filter((request) => request.state === "active");
}

/** In what flowc generates: a webhook has not answered, and nothing else happens before it is told again. */
function isToldAgain() {
  return search.passive !== null && sim.tasks.some((task) => nameOfTask(task) === TOLD_AGAIN);
}

/**
 * Unless the search is exact, webhooks answer in the order in which they were told. What one answers has to do with another
 * only where more are told than at a time. Of one that is asked, `world.asked` has what it may answer besides nothing: that
 * comes first, since a search that merges follows the first of what is only handed on.
 */
function webhookEvents(mode, events) {
  const active = activeRequests();
  const count = Math.min(active.length, mode.exact ? Infinity : 1);
  for (let which = 0; which < count; which += 1) {
    const place = which === 0 ? {} : { which };
    const { url } = active[which];
    for (const answer of owned(search.world.asked, url, [])) events.push({ do: "webhook", code: 200, answer, ...place });
    for (const code of ANSWERS) events.push({ do: "webhook", code, ...place });
    if (which === 0) rareAnswers(active[which], events);
  }
}

/**
 * What a webhook is asked is answered in other ways than what it is told: both are tried, of one that is both. One that is told
 * the same again and again is seen where it alone is told something: its states are those of the first time.
 */
function rareAnswers(request, events) {
  const { url } = request;
  const receiver = receiverOf(request);
  const place = `${url} for ${receiver}`;
  for (const code of RARE_ANSWERS) events.push({ do: "webhook", code, once: `${place} ${code}` });
  if (receiver !== TOLD) {
    const [right] = owned(search.world.asked, url, []);
    for (const answer of owned(search.world.askedOnce, url, [])) events.push({ do: "webhook", code: 200, answer, once: `${place} answer ${answer}` });
    if (right !== undefined) for (const code of NO_SUCCESS) events.push({ do: "webhook", code, answer: right, once: `${place} ${code} with ${right}` });
  } else if (search.passive !== null && sim.requests.length === 1 && !isToldAgain()) events.push({ do: "webhook", code: UNAVAILABLE, isAgain: true, once: `${place} again` });
}

/** What the scenario calls with the answer. */
function receiverOf(request) {
  const { reactions } = owned(sim.promises, request.promise, { reactions: [] });
  return reactions.length === 0 ? functionName(request.callback) : functionName(reactions[0].onFulfilled);
}

/**
 * Requests of the agent that are carried out, or may be; `probesOf` has the others, but for those that are nearly right:
 * each is tried once, where the action that it is `like` is carried out. Whoever knows the token may post, also
 * when the agent is gone; where none is required, whoever knows the URL. An interrupted action is taken back by its id.
 * Unless the search is exact, a trouble counts as a request.
 */
function postEvents(world, path, mode, events) {
  const actions = postedActions(world);
  for (const { id, body } of path.sent) if (world.bodies[body].cancels) events.push({ do: "post", body, id, cancel: true });
  const troubles = mode.exact || path.trouble === "" || world.posts < 2 ? 0 : 1;
  if (path.sent.length + path.led + troubles >= world.posts) {
    // Where it is refused, it is one request more only in what is remembered of its tools.
    if (!mode.exact) for (const body of actions) if (world.bodies[body].isRemembered) events.push({ do: "post", body, id: "", isRefused: true });
    return;
  }
  const id = `r${path.sent.length + 1}`;
  for (const body of actions) {
    events.push({ do: "post", body, id });
    if (search.passive !== null && Object.keys(world.insecure).length > 0) events.push({ do: "post", body, id, like: body, insecure: true, once: `insecure ${body}` });
    if (world.bodies[body].cancels) events.push({ do: "post", body, id, cancel: true });
  }
  if (tokenOf() !== "") for (const { body, like } of world.trials) events.push({ do: "post", body, id: "", like, once: `request ${body}` });
}

/** The actions that whoever knows what there is to know may post. */
function postedActions(world) {
  return tokenOf() === "" ? world.actions.filter((body) => world.bodies[body].token === "none") : world.actions;
}
