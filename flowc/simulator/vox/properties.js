// What has to hold: of every state, and of every step from one state to another. A fault is `{property, place, told}`: which
// of `PROPERTIES` does not hold, on what occasion, and why, in a sentence. Nothing here looks at what a scenario's functions
// are called: only at what the platform and the people on the call could see.

/** Each with the promise of the design (section 5) that it is part of. */
const PROPERTIES = {
  "no exception": 8, "the platform is used rightly": 9, "the session is ended by the scenario": 1, "every leg is released": 1,
  "no wait without a limit": 1, "the session ends with its caller": 1, "time leads on": 1, "no round without an end": 1,
  "no long silence": 2, "one party at a time": 2, "nobody listens in": 2, "who leaves no message is not recorded": 2, "no player goes on unheard": 2,
  "one transfer at a time": 3, "a duplicate gets the first answer": 3,
  "one JSON reply": 4, "what is refused changes nothing": 4,
  "last words are heard": 5, "no wait for an agent that is silent": 5,
  "the caller is not dropped": 6, "who answers talks with the caller": 6, "a bridge carries keys": 6,
  "the flow alone says where a call goes": 6,
  "a lost agent does not disturb a transfer": 7, "a lost agent is made up for": 7,
  "what comes late changes nothing": 8, "what is repeated changes nothing": 8, "no secret is told": 10,
};

/** What is compared with the flow beside the search has no promise of its own; of timers it is looked at here. */
const AGREEMENT = "the scenario does what the flow says";

/** What a scenario can see to also when the platform has refused it something, such as to hang up. */
const AFTER_FAULT = [
  "no exception", "the platform is used rightly", "the session is ended by the scenario", "no wait without a limit",
  "the session ends with its caller", "time leads on", "no round without an end", "one JSON reply", "no secret is told",
  "one transfer at a time", "who leaves no message is not recorded", "what is refused changes nothing", "no wait for an agent that is silent",
];

const SPEECH_AWAITED_MS = 4000; // an action with a phrase waits two seconds for it, and the platform says after one that it is over

/** What somebody sees who looks at everybody on the call. */
function sight() {
  const caller = sim.units.caller;
  const isRunning = sim.phase === "running" && sim.ending === null;
  const isLeft = caller !== undefined && isLeftAMessage(caller); // nobody is there
  const isThere = isRunning && caller !== undefined && caller.state !== "TERMINATED" && !caller.hanging && !isLeft;
  const seen = { isRunning, isThere, isConnected: isThere && caller.state === "CONNECTED" && !isMet(caller), hears: isThere ? heard(caller) : null,
    people: [], machines: 0, audience: 0, agents: [], isSpeaking: false, playing: 0, unheard: 0, aside: "", isHeld: false, isQueued: false, isBriefing: false, isIntroducing: false, swallowsKeys: "" };
  if (!isRunning) return seen;
  for (const id of Object.keys(sim.units)) {
    const unit = sim.units[id];
    const hearsCaller = sim.sources[id] === "caller";
    if (id === "caller") {
      if (isLeft) seen.machines += 1;
    } else if (unit.kind === "call" && unit.direction === "outgoing" && unit.state !== "TERMINATED") {
      if (isLeftAMessage(unit)) {
        seen.machines += 1;
        if (hearsCaller || sim.sources.caller === id) seen.audience += 2;
        continue;
      }
      if (!unit.hanging) seen.people.push(id);
      if (unit.type === "queue" && !unit.hanging && unit.state === "PROGRESSING") seen.isQueued = true;
      if (hearsCaller) seen.audience += 1;
      const isJoined = hearsCaller && seen.hears === unit.label;
      const isToldTheSame = sim.sources[id] !== null && sim.sources[id] === sim.sources.caller;
      if (!unit.hanging && unit.holds) seen.isHeld = true;
      else if (!unit.hanging && unit.state === "CONNECTED" && !isJoined && !isToldTheSame && !search.world.met.includes(unit.number)) seen.aside = unit.label;
      if (isJoined && unit.tones) seen.swallowsKeys = unit.label;
    } else if (unit.kind === "agent" && unit.state === "open") {
      seen.agents.push(id);
      if (hearsCaller) seen.audience += 1;
      if (hearsCaller && seen.isThere && seen.hears !== "agent") seen.listensIn = true;
      if ((sim.units[sim.sources[id]] || {}).direction === "outgoing" && sim.sources[id] !== "caller") seen.isBriefing = true;
      if ((sim.units[sim.sources[id]] || {}).kind === "conference" && sim.sources[id] === sim.sources.caller) seen.isIntroducing = true;
      const isHeard = sim.sources.caller === id;
      if (isHeard && unit.speaking) seen.isSpeaking = true;
    } else if (unit.kind === "recorder") {
      if (seen.isThere && (sim.inputs[id] || []).includes("caller")) seen.isRecorded = true;
    } else if (unit.kind === "player" && unit.state === "playing") {
      seen.playing += 1;
      if (isPlaying(unit) && !isSentTo(unit)) seen.unheard += 1;
    }
  }
  if (seen.isConnected && caller.tones && isWith("call")) seen.swallowsKeys = caller.label;
  seen.isAttended = seen.hears !== null && (seen.hears === "agent" || seen.hears.startsWith("leg:"));
  return seen;
}

function hasNearTimer() {
  return sim.tasks.some((task) => task.kind === "timer" && (task.at !== NEVER || isPassedOver(task)));
}

/** A message, or waiting in a queue, may last as long as what counts as far away: its limit is not that of the call. */
function hasTwoTimers() {
  return sim.tasks.filter((task) => task.kind === "timer").length > 1;
}

/** What is wrong with a state. */
function faultsOfState(seen, world) {
  const faults = [];
  const add = (property, told) => faults.push({ property, told });
  if (!seen.isRunning || sim.units.caller === undefined) return faults;
  if (seen.unheard > 0) add("no player goes on unheard", "a player goes on that nobody hears");
  if (seen.machines > 0 && !hasNearTimer()) add("no wait without a limit", "a machine is left a message, and nothing ends that");
  if (!seen.isThere) {
    if (!hasNearTimer()) add("the session ends with its caller", "the caller has gone, and nothing ends the session");
    if (seen.people.length > 0) add("every leg is released", "somebody is called for a caller who has gone");
    return faults;
  }
  if (!seen.isAttended && !seen.isHeld && !hasNearTimer() && !((seen.hears === "recorder" || seen.isQueued) && hasTwoTimers())) {
    add("no wait without a limit", `nobody is with the caller, who hears ${seen.hears}, and nothing but the longest time of the call ends that`);
  }
  if (seen.people.length > world.together) add("one transfer at a time", `${seen.people.length} people are called at once`);
  if (seen.audience > 1) add("one party at a time", "two parties hear the caller");
  if (seen.aside !== "") add("who answers talks with the caller", `${seen.aside} has answered, and does not talk with the caller`);
  if (seen.swallowsKeys !== "") add("a bridge carries keys", `the keys of ${seen.swallowsKeys} do not reach ${seen.swallowsKeys === "caller" ? "whoever has the call" : "the caller"}`);
  if (seen.listensIn) add("nobody listens in", `the agent hears the caller, who hears ${seen.hears}`);
  if (seen.isRecorded && seen.hears !== "recorder" && !seen.hears.startsWith("tone:")) add("who leaves no message is not recorded", `the caller, who hears ${seen.hears}, is recorded`);
  if (seen.hears !== null && seen.hears.startsWith("leg:") && seen.agents.length > 0 && !seen.isIntroducing) add("nobody listens in", "the agent stays while the caller talks with a person");
  return faults;
}

/** What is wrong with a step. `before` and `after` are sights, `path` is what was there before the step. */
function faultsOfStep(event, before, after, world, path, mode) {
  const faults = [];
  const add = (property, told) => faults.push({ property, told });
  const failed = sim.error || sim.errors[0] || null;
  if (failed !== null) add("no exception", `${failed.message}${failed.where ? `, in ${failed.where}` : ""}`);
  const steps = [];
  for (const entry of sim.trace) faultsOfEntry(entry, before, world, add, steps);
  if (sim.ended !== null && sim.ended.reason !== "terminate" && failed === null) add("the session is ended by the scenario", `the platform ends the session: ${sim.ended.reason}`);
  const silence = sim.silences[sim.silences.length - 1];
  const longest = world.silence_ms + (silence && silence.isAsked ? world.menu_ms : 0); // which is the caller's turn
  if (!mode.untimed && before.isThere && silence && (silence.to === null ? sim.now : silence.to) - silence.from > longest) {
    add("no long silence", `the caller hears nothing for ${((silence.to === null ? sim.now : silence.to) - silence.from) / 1000} s`);
  }
  faultsOfKeys(event, add);
  if (failed === null) {
    faultsOfHangingUp(event, before, steps, add);
    faultsOfLosing(event, before, after, world, path, steps, add);
    faultsOfLastWords(event, before, after, world, path, mode, add);
    faultsOfLateness(event, before, after, steps, add);
    faultsOfTransferring(add);
  }
  return faults;
}

function faultsOfEntry(entry, before, world, add, steps) {
  if (entry.event === "step") steps.push(entry);
  else if (entry.event === "misuse" && !entry.message.endsWith(" is over")) add("the platform is used rightly", entry.message);
  else if (entry.event === "dropped" && !sim.units[entry.leg === "caller" ? "caller" : entry.call].hanging) add("every leg is released", `${entry.leg} is not hung up before the session ends`);
  else if (entry.event === "agent_dropped" && before.agents.includes(entry.agent)) add("every leg is released", "the agent is not disconnected before the session ends");
  else if (entry.event === "reply") faultsOfReply(entry, add);
  if (TELLING[entry.event] === undefined) return;
  const told = TELLING[entry.event](entry);
  if (NEVER_SENSITIVE.includes(entry.event) && world.sensitive.some((value) => told.includes(value))) add("no secret is told", `${NAMES_OF_TELLING[entry.event]} holds what is sensitive`);
  const secret = secretIn(told, LOGS.includes(entry.event), world);
  if (secret !== null) add("no secret is told", `${NAMES_OF_TELLING[entry.event]} holds ${secret}`);
}

const NAMES_OF_TELLING = { log: "the log", reply: "a reply", http_request: "a webhook's body", agent_start: "what the agent is started with", agent_custom: "what the agent is told", platform_log: "the platform's log", player: "an announcement", dial: "a call", transfer_to: "a hand-over" };
/** Where nothing is that is `sensitive`: the agent and webhooks are told of it. */
const NEVER_SENSITIVE = ["log", "platform_log", "reply", "dial", "transfer_to"];
/** What leaves the scenario, as a text. Of the session itself the agent is told where and with what token to post. */
const TELLING = {
  log: (entry) => entry.message,
  platform_log: (entry) => entry.message,
  reply: (entry) => entry.body,
  player: (entry) => entry.what,
  http_request: (entry) => String(entry.body),
  dial: (entry) => JSON.stringify(entry.headers || {}),
  transfer_to: (entry) => JSON.stringify(entry.headers),
  agent_start: (entry) => toldApartFromSession(entry),
  agent_custom: (entry) => toldApartFromSession(entry),
};

function toldApartFromSession(entry) {
  const { vox_control_token, vox_session_control_url, ...rest } = (entry.parameters || {}).metadata || {};
  return JSON.stringify(rest);
}

function faultsOfReply(entry, add) {
  if (entry.status !== 200 || okOf(entry.body) === null) add("one JSON reply", `a request is answered ${entry.status} ${JSON.stringify(entry.body)}`);
}

const OK_OF = new Map(); // replies that were read: there are few, and most requests get one of them

/** What a reply says of its request: true, false, or null if it is none. */
function okOf(text) {
  let ok = OK_OF.get(text);
  if (ok === undefined) {
    ok = null;
    try {
      const body = JSON.parse(text);
      if (body !== null && typeof body === "object" && !Array.isArray(body) && typeof body.ok === "boolean") ok = body.ok;
    } catch (_) {
      // it is no reply
    }
    OK_OF.set(text, ok);
  }
  return ok;
}

/** Somebody else has the caller: the trunk has carried out what it was asked for. */
function isHandedOver() {
  return sim.trace.some((entry) => entry.event === "transfer_complete");
}

function faultsOfHangingUp(event, before, steps, add) {
  if (!before.isConnected || event.far === true || isHandedOver()) return;
  if (!sim.trace.some((entry) => entry.event === "hangup" && entry.leg === "caller")) return;
  if (!steps.some((entry) => entry.step === "hang_up")) add("the caller is not dropped", "the caller is hung up on, and no step of the flow says so");
}

function faultsOfTransferring(add) {
  const asked = sim.trace.filter((entry) => entry.event === "transfer_requested").map((entry) => entry.leg);
  const declined = sim.trace.filter((entry) => entry.event === "transfer_answered" && entry.code >= 300).map((entry) => entry.leg);
  if (asked.some((leg) => !declined.includes(leg))) add("the flow alone says where a call goes", "a person sends the caller somewhere else, and it is not declined");
}

function faultsOfLosing(event, before, after, world, path, steps, add) {
  if (event.do !== "agent" || event.does !== "closes" || !before.isThere) return;
  if (before.isIntroducing || (before.people.length > 0 && before.hears === "agent")) {
    const goesOn = before.isIntroducing ? after.hears !== "agent" && (after.isAttended || after.isHeld) : !after.isAttended;
    if (after.isThere && String(after.people) === String(before.people) && !goesOn) add("a lost agent does not disturb a transfer", "the agent is lost when it introduces somebody, and the transfer does not go on");
  } else if (before.isBriefing) {
    if (after.isBriefing || (after.isThere && String(after.people) === String(before.people) && !after.isAttended && !after.isHeld)) add("a lost agent does not disturb a transfer", "the agent is lost in a briefing, and the person does not get the caller");
  } else if (before.people.length > 0) {
    if (after.hears !== before.hears || String(after.people) !== String(before.people)) add("a lost agent does not disturb a transfer", "the agent is lost, and the transfer does not go on");
  } else if (before.hears === "agent" && path.asked === null && sim.sources.caller !== event.unit) {
    const isPause = after.hears !== null && talksOn(sim.units[event.unit]); // between those who are called, of whom it rings on
    if (!isPause && !steps.some((entry) => /^agent ([a-z0-9_]+ )?unavailable/.test(entry.way))) add("a lost agent is made up for", "the agent is lost, and no step of `unavailable` follows");
  }
}

function faultsOfLastWords(event, before, after, world, path, mode, add) {
  if (before.hears !== "agent" || path.asked === null || isHandedOver()) return;
  const waited = sim.now - path.asked.at;
  if (after.hears === "agent") {
    const quiet = sim.now - path.asked.quietAt;
    if (!mode.untimed && event.do === "time" && !after.isSpeaking && !path.isCleared && path.asked.quietAt === path.asked.at && quiet > SPEECH_AWAITED_MS) add("no wait for an agent that is silent", `the agent says nothing, and the action it has asked for still waits after ${quiet / 1000} s`);
    return;
  }
  if (!before.isSpeaking || path.isCleared || event.far === true) return;
  const isOfAgent = event.do === "agent" || event.do === "leave" || event.cancel === true || sim.trace.some(isOfOwnKey);
  if (isOfAgent || ((event.do === "time" || event.do === "timer") && (event.what === "mediaEnded" || mode.untimed || waited >= world.last_words_ms))) return;
  add("last words are heard", "the caller is taken from the agent, who is speaking");
}

/** A leg that was hung up: whatever it says now is of no consequence. */
function faultsOfLateness(event, before, after, steps, add) {
  if (event.do !== "leg" || event.unit === "caller" || before.people.includes(event.unit)) return;
  const isAsBefore = after.hears === before.hears && String(after.people) === String(before.people) && steps.length === 0;
  if (!isAsBefore) add("what comes late changes nothing", `a leg that was given up ${event.does}, and the call goes another way`);
}
