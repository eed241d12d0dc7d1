// Who hears whom. Every unit receives one stream at a time: `sim.sources` maps a receiver to its sender, or null. A new stream
// replaces the old one, and nothing comes back when a stream ends. Conferences and recorders take many: `sim.inputs`.

const OVER = { call: "TERMINATED", agent: "closed", conference: "stopped", recorder: "stopped", detector: "done", vad: "closed" };
const MIXERS = ["conference", "recorder"];
const CANNOT_SEND = { recorder: "a recorder", detector: "a detector", vad: "a voice detection" };

/** True, and noted, if a method is used on a unit whose time is over; what then happens is an option. */
function isOver(label, unit) {
  const over = unit.kind === "player" ? unit.state !== "playing" : unit.kind === "recorder" ? unit.state !== "open" : unit.state === OVER[unit.kind];
  if (!over) return false;
  const error = misuse(`${label}: ${unit.label} is over`);
  if (sim.options.dead_unit === "throw") throw error;
  return true;
}

function send(label, source, target) {
  if (isOver(label, source) || isOver(label, target)) return;
  if (target.kind === "player") throw misuse(`${label}: a player cannot receive media`);
  if (source.kind in CANNOT_SEND) throw misuse(`${label}: ${CANNOT_SEND[source.kind]} cannot send media`);
  if (source.id === target.id) throw misuse(`${label}: ${source.label} cannot receive its own media`);
  if (target.kind === "detector") {
    listenWith(target, source);
  } else if (target.kind === "vad") {
    hearVoiceOf(target, source);
  } else if (MIXERS.includes(target.kind)) {
    const inputs = sim.inputs[target.id] || [];
    if (!inputs.includes(source.id)) sim.inputs = withEntry(sim.inputs, target.id, inputs.concat([source.id]));
    note({ t: sim.now, event: "media", from: source.label, to: target.label, replaced: null });
    watchAgentAudio(source);
  } else if (target.kind !== "call" || target.state === "CONNECTED" || target.early || sim.options.media_before_connected === "kept") {
    sendToOne(source, target);
  } else {
    misuse(`${label}: ${target.label} is not connected yet`);
  }
}

function sourceOf(unit) {
  const id = sim.sources[unit.id];
  return id ? sim.units[id] : null;
}

function sendToOne(source, target) {
  const replaced = sourceOf(target);
  sim.sources = withEntry(sim.sources, target.id, source.id);
  note({ t: sim.now, event: "media", from: source.label, to: target.label, replaced: replaced ? replaced.label : null });
  watchIdleAgent(target);
  watchAgentAudio(source);
  if (replaced === null || replaced === source) return;
  watchAgentAudio(replaced);
  if (replaced.kind === "player" && replaced.call === target.id) replacePlayback(replaced);
}

function stopSending(source, target) {
  if (target.kind === "vad" && target.source === source.id) target.source = null;
  if (MIXERS.includes(target.kind)) {
    const inputs = sim.inputs[target.id] || [];
    if (!inputs.includes(source.id)) return;
    sim.inputs = withEntry(sim.inputs, target.id, inputs.filter((id) => id !== source.id));
  } else {
    if (sim.sources[target.id] !== source.id) return;
    sim.sources = withEntry(sim.sources, target.id, null);
  }
  note({ t: sim.now, event: "media_stopped", from: source.label, to: target.label });
  watchIdleAgent(target);
  watchAgentAudio(source);
}

/** Takes a unit that is over out of the graph. */
function dropMedia(unit) {
  const source = sourceOf(unit);
  if (source) sim.sources = withEntry(sim.sources, unit.id, null);
  if (sim.inputs[unit.id]) sim.inputs = withEntry(sim.inputs, unit.id, []);
  if (source) watchAgentAudio(source);
  for (const target of Object.keys(sim.sources)) {
    if (sim.sources[target] !== unit.id) continue;
    sim.sources = withEntry(sim.sources, target, null);
    watchIdleAgent(sim.units[target]);
  }
  for (const target of Object.keys(sim.inputs)) {
    if (sim.inputs[target].includes(unit.id)) sim.inputs = withEntry(sim.inputs, target, sim.inputs[target].filter((id) => id !== unit.id));
  }
}

/** True if anybody receives what a unit sends. */
function isSentTo(unit) {
  for (const target of Object.keys(sim.sources)) if (sim.sources[target] === unit.id) return true;
  return Object.keys(sim.inputs).some((mixer) => sim.inputs[mixer].includes(unit.id));
}

/**
 * What a unit hears now (an agent, while it is connected, unless it is known to say nothing): `silence`, `ringing`,
 * `unanswered`, `agent`, `caller`, `leg:…`, `tts:…`, `tone:…`, `url:…`, `recorder` (nothing, and what the caller says is
 * recorded),
 * several of these joined by ` + ` (out of a conference), or null if it cannot hear.
 */
function heard(unit) {
  if (unit.kind === "call") {
    if (unit.state === "TERMINATED") return null;
    if (unit.state !== "CONNECTED" && !unit.early) return unit.direction === "outgoing" ? null : unit.rung ? "ringing" : "unanswered";
  } else if (unit.state !== "open") {
    return null;
  }
  if (unit.kind === "recorder" && unit.muted) return "silence";
  if (MIXERS.includes(unit.kind)) return mixed(unit, unit, []);
  const source = sourceOf(unit);
  const sound = source ? audible(source, unit, []) : "silence";
  return sound === "silence" && unit.id === "caller" && isRecorded(unit) ? "recorder" : sound;
}

/** What the caller says is recorded: who leaves a message hears nothing, and knows why. */
function isRecorded(caller) {
  return Object.keys(sim.inputs).some((id) => sim.inputs[id].includes(caller.id) && sim.units[id].kind === "recorder" && sim.units[id].state === "open");
}

/** What of a unit's sound reaches a listener: in a conference everybody but the listener itself. */
function audible(source, listener, passed) {
  if (source.kind === "call" && source.holds) return "silence";
  if (source.kind === "call") return source.state === "CONNECTED" || source.sendsEarly ? source.label : "silence";
  if (source.kind === "agent") return source.state === "open" && source.started && !source.saysNothing ? source.label : "silence";
  if (source.kind === "player") return source.state === "playing" && isPlaying(source) ? source.label : "silence";
  return source.state === "open" && !passed.includes(source.id) ? mixed(source, listener, passed.concat([source.id])) : "silence";
}

/** It is loaded, and not paused. */
function isPlaying(player) {
  return player.paused === null && player.awaited === null;
}

function mixed(mixer, listener, passed) {
  const inputs = (sim.inputs[mixer.id] || []).filter((id) => id !== listener.id).map((id) => sim.units[id]);
  const sounds = inputs.map((unit) => audible(unit, listener, passed)).filter((sound) => sound !== "silence");
  return sounds.length === 0 ? "silence" : sounds.join(" + ");
}

/** Called when an instant is over: notes what every live unit hears, if anything was noted and that has changed. */
function noteHearing() {
  if (!sim.stirred) return;
  for (const id of sim.hearers) {
    const unit = sim.units[id];
    const what = sim.phase === "running" ? heard(unit) : null;
    const before = sim.hears[id];
    if (what === before || (what === null && before === undefined)) continue;
    sim.hears = withEntry(sim.hears, id, what);
    note({ t: sim.now, event: "hears", leg: unit.label, what, ...(isLeftMessage(unit) ? { call: unit.id } : {}), ...(isMadeUpFor(unit) ? { given_up: true } : {}) });
    if (id === "caller" && unit.direction === "outgoing" && what !== null && what !== "silence" && unit.beep === null) unit.attended = true; // a machine is left a message
    if (id === "caller" && !isMet(unit)) countSilence(what);
  }
  sim.stirred = false;
  if (sim.hearers.some(isGone)) sim.hearers = sim.hearers.filter((id) => !isGone(id));
}

/** Whoever was called has answered, and it is not known yet who that is; or a machine is left a message. */
function isMet(call) {
  if (call.direction === "incoming" || call.state !== "CONNECTED") return false;
  const detector = detectorOf(call);
  return call.beep !== null || (detector !== null && detector.state === "detecting" && !call.attended);
}

/** There may be several with its number. */
function isLeftMessage(unit) {
  return unit.kind === "call" && unit.beep !== null;
}

/** It was hung up on, is over, or is left a message, and the same number is called again: that is who is meant by it. */
function isMadeUpFor(unit) {
  return unit.kind === "call" && isGivenUp(unit) && unitsOf("call").some((other) => other.label === unit.label && !isGivenUp(other));
}

function isGivenUp(call) {
  return call.hanging || call.state === "TERMINATED" || call.beep !== null;
}

function isGone(id) {
  const unit = sim.units[id];
  return sim.phase !== "running" || unit.state === OVER[unit.kind];
}

function countSilence(what) {
  const last = sim.silences[sim.silences.length - 1];
  if (what === "silence") {
    sim.silences.push({ from: sim.now, to: null, isAsked: sim.asked !== "" });
  } else if (last && last.to === null) {
    if (last.from === sim.now) sim.silences.pop();
    else last.to = sim.now;
  }
}

Object.assign(IMPLEMENTATION, {
  "VoxEngine.sendMediaBetween"(first, second) {
    send("VoxEngine.sendMediaBetween", unitOf(first), unitOf(second));
    send("VoxEngine.sendMediaBetween", unitOf(second), unitOf(first));
  },
  "VoxEngine.stopMediaBetween"(first, second) {
    stopSending(unitOf(first), unitOf(second));
    stopSending(unitOf(second), unitOf(first));
  },
});
for (const name of ["Call", "Player", "SequencePlayer", "Conference", "Cartesia.AgentsClient"]) {
  IMPLEMENTATION[`${name}.sendMediaTo`] = (unit, target) => send(`${name}.sendMediaTo`, unit, unitOf(target));
  IMPLEMENTATION[`${name}.stopMediaTo`] = (unit, target) => stopSending(unit, unitOf(target));
}
