// Who hears whom. Every unit receives one stream at a time: `sim.sources` maps a receiver to its sender. A new stream
// replaces the old one, and nothing comes back when a stream ends. Players live here too, as pure senders.

const PLAYER_LIMIT = 10;
const SPEECH_LIMIT = 1500;

/** True, and noted, if a method is used on a unit whose time is over; what then happens is an option. */
function isOver(label, unit) {
  const over = unit.kind === "call" ? unit.state === "TERMINATED" : unit.kind === "player" ? unit.state !== "playing" : unit.state === "closed";
  if (!over) return false;
  const error = misuse(`${label}: ${unit.label} is over`);
  if (sim.options.dead_unit === "throw") throw error;
  return true;
}

function send(label, source, target) {
  if (isOver(label, source) || isOver(label, target)) return;
  if (target.kind === "player") throw misuse(`${label}: a player cannot receive media`);
  if (source.id === target.id) throw misuse(`${label}: ${source.label} cannot receive its own media`);
  if (target.kind === "call" && target.state !== "CONNECTED" && !target.early) {
    if (sim.options.media_before_connected === "lost") {
      misuse(`${label}: ${target.label} is not connected yet`);
      return;
    }
  }
  const replaced = sim.sources[target.id];
  sim.sources[target.id] = source.id;
  note("media", { from: source.label, to: target.label, replaced: replaced ? sim.units[replaced].label : null });
  watchIdleAgent(target);
}

function stopSending(source, target) {
  if (sim.sources[target.id] !== source.id) return;
  delete sim.sources[target.id];
  note("media_stopped", { from: source.label, to: target.label });
  watchIdleAgent(target);
}

/** Takes a unit that is over out of the graph. */
function dropMedia(unit) {
  delete sim.sources[unit.id];
  for (const target of Object.keys(sim.sources)) {
    if (sim.sources[target] !== unit.id) continue;
    delete sim.sources[target];
    watchIdleAgent(sim.units[target]);
  }
}

/** What a unit hears now: `silence`, `ringing`, `agent`, `caller`, `leg:…`, `tts:…`, `tone:…`, `url:…`, or null if it cannot hear. */
function heard(unit) {
  if (unit.kind === "call") {
    if (unit.state === "TERMINATED") return null;
    if (unit.state !== "CONNECTED" && !unit.early) return unit.direction === "outgoing" ? null : unit.rung ? "ringing" : "unanswered";
  } else if (unit.state !== "open") {
    return null;
  }
  const source = sim.units[sim.sources[unit.id]];
  if (!source) return "silence";
  if (source.kind === "call") return source.state === "CONNECTED" || source.sendsEarly ? source.label : "silence";
  if (source.kind === "agent") return source.state === "open" && source.started ? source.label : "silence";
  return source.state === "playing" ? source.label : "silence";
}

/** Called when an instant is over: notes what every live unit hears, if that is not what it heard before. */
function noteHearing() {
  for (const id of sim.hearers) {
    const unit = sim.units[id];
    const what = sim.phase === "running" ? heard(unit) : null;
    if (what === (id in sim.hears ? sim.hears[id] : null)) continue;
    sim.hears[id] = what;
    note("hears", { leg: unit.label, what });
    if (id === "caller") countSilence(what);
  }
  sim.hearers = sim.hearers.filter((id) => isExpected(sim.units[id]));
}

function isExpected(unit) {
  return sim.phase === "running" && (unit.kind === "call" ? unit.state !== "TERMINATED" : unit.state !== "closed");
}

function countSilence(what) {
  const last = sim.silences[sim.silences.length - 1];
  if (what === "silence") {
    sim.silences.push({ from: sim.now, to: null });
  } else if (last && last.to === null) {
    if (last.from === sim.now) sim.silences.pop();
    else last.to = sim.now;
  }
}

// Players

function newPlayer(sort, what, duration, error, call) {
  const live = Object.values(sim.units).filter((unit) => unit.kind === "player" && unit.state === "playing" && !unit.call);
  if (!call && live.length >= PLAYER_LIMIT) throw misuse(`more than ${PLAYER_LIMIT} media players`);
  const id = `player-${(sim.counts.player += 1)}`;
  const player = { id, kind: "player", label: `${sort}:${what}`, state: "playing", duration, call: call ? call.id : null, handle: null };
  player.handle = makeHandle("Player", id);
  sim.units[id] = player;
  note("player", { player: id, what: player.label });
  if (error) {
    addTask(0, "playerFinishes", { unit: id, error });
    return player;
  }
  addTask(0, "playerStarts", { unit: id });
  if (sim.options.players === "finish" && duration !== null) addTask(duration, "playerFinishes", { unit: id });
  return player;
}

function speech(text, call) {
  const tooLong = text.length > SPEECH_LIMIT ? `the text is longer than ${SPEECH_LIMIT} characters` : null;
  return newPlayer("tts", text, text.length * sim.options.tts_ms_per_char, tooLong, call);
}

/** Length of a ToneScript such as `425@-19;10(1/4/1)` in milliseconds; null if it goes on for ever. */
function toneScriptLength(script, loop) {
  if (loop) return null;
  const cadences = script.split(";").slice(1).map((part) => part.trim()).filter((part) => part !== "");
  const seconds = cadences.map((part) => Number(part.split("(")[0]));
  if (cadences.length === 0 || seconds.some((length) => !(length >= 0))) return null;
  return Math.round(seconds.reduce((sum, length) => sum + length, 0) * 1000);
}

function finishPlayer(player, error) {
  if (player.state !== "playing") return;
  player.state = "finished";
  cancelTasks("playerFinishes", player.id);
  cancelTasks("playerStarts", player.id);
  dropMedia(player);
  note("player_finished", error ? { player: player.id, error } : { player: player.id });
  const payload = error ? { error } : {};
  if (player.call) {
    emitCall(sim.units[player.call], "PlaybackFinished", payload);
    return;
  }
  if (error) emitPlayer(player, "Error", payload);
  emitPlayer(player, "PlaybackFinished", payload);
}

function emitPlayer(player, event, payload) {
  emit("PlayerEvents", event, player.id, Object.assign({ player: player.handle }, payload));
}

function stopPlayer(player) {
  player.state = "stopped";
  cancelTasks("playerFinishes", player.id);
  cancelTasks("playerStarts", player.id);
  dropMedia(player);
  note("player_stopped", { player: player.id });
}

TASKS.playerStarts = function (task) {
  const player = sim.units[task.unit];
  const payload = { duration: player.duration === null ? 0 : player.duration };
  if (player.call) emitCall(sim.units[player.call], "PlaybackStarted", payload);
  else emitPlayer(player, "Started", payload);
};
TASKS.playerFinishes = (task) => finishPlayer(sim.units[task.unit], task.error);
TASKS.playerStopped = (task) => emitPlayer(sim.units[task.unit], "Stopped", {});

Object.assign(IMPLEMENTATION, {
  "VoxEngine.sendMediaBetween"(first, second) {
    send("VoxEngine.sendMediaBetween", sim.units[first.ref], sim.units[second.ref]);
    send("VoxEngine.sendMediaBetween", sim.units[second.ref], sim.units[first.ref]);
  },
  "VoxEngine.stopMediaBetween"(first, second) {
    stopSending(sim.units[first.ref], sim.units[second.ref]);
    stopSending(sim.units[second.ref], sim.units[first.ref]);
  },
  "VoxEngine.createTTSPlayer": (text) => speech(text, null).handle,
  "VoxEngine.createToneScriptPlayer"(script, parameters) {
    return newPlayer("tone", script, toneScriptLength(script, Boolean(parameters && parameters.loop)), null, null).handle;
  },
  "VoxEngine.createURLPlayer"(request, parameters) {
    return newPlayer("url", request.url, parameters && parameters.loop ? null : sim.options.url_player_ms, null, null).handle;
  },
  "Player.stop"(player) {
    if (isOver("Player.stop", player)) return;
    stopPlayer(player);
    addTask(0, "playerStopped", { unit: player.id });
  },
  "Player.id": (player) => player.id,
});
for (const name of ["Call", "Player", "Cartesia.AgentsClient"]) {
  IMPLEMENTATION[`${name}.sendMediaTo`] = (unit, target) => send(`${name}.sendMediaTo`, unit, sim.units[target.ref]);
  IMPLEMENTATION[`${name}.stopMediaTo`] = (unit, target) => stopSending(unit, sim.units[target.ref]);
}
