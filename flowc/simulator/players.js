// Players: speech, tones and files that are sent to units, one after the other in a sequence; and `say` and
// `startPlayback` of a leg, which are players of its own. Lengths are virtual, or the environment says when one ends.

const PLAYER_LIMIT = 10; // docs: platform/voxengine/limits
const SPEECH_LIMIT = 1500; // typings: createTTSPlayer, Call.say; longer text fails by its event

/** A player of `{label, duration, error?}` parts; `duration` is null if a part goes on for ever. */
function newPlayer(parts, className, call) {
  const live = Object.values(sim.units).filter((unit) => unit.kind === "player" && unit.state !== "stopped" && !unit.call);
  if (!call && live.length >= PLAYER_LIMIT) throw misuse(`more than ${PLAYER_LIMIT} media players`);
  const id = `player-${(sim.counts.player += 1)}`;
  const endless = parts.some((part) => part.duration === null);
  const duration = endless ? null : parts.reduce((sum, part) => sum + part.duration, 0);
  const player = { id, kind: "player", label: parts[0].label, state: "playing", duration, className, call: call ? call.id : null, handle: null };
  player.handle = makeHandle(className, id);
  sim.units[id] = player;
  note("player", { player: id, what: player.label });
  const failing = parts.find((part) => part.error);
  if (failing) {
    addTask(0, "playerFinishes", { unit: id, error: failing.error });
    return player;
  }
  addTask(0, "playerStarts", { unit: id });
  if (sim.options.players === "finish") schedulePlayer(player, parts);
  return player;
}

function schedulePlayer(player, parts) {
  let at = 0;
  for (const part of parts) {
    if (part !== parts[0]) addTask(at, "partStarts", { unit: player.id, label: part.label });
    if (part.duration === null) return;
    at += part.duration;
  }
  addTask(at, "playerFinishes", { unit: player.id });
}

function speech(text) {
  const error = text.length > SPEECH_LIMIT ? `the text is longer than ${SPEECH_LIMIT} characters` : null;
  return { label: `tts:${text}`, duration: text.length * sim.options.tts_ms_per_char, error };
}

function audioFile(url, parameters) {
  return { label: `url:${url}`, duration: parameters && parameters.loop ? null : sim.options.url_player_ms, error: null };
}

/** Length of a ToneScript such as `425@-19;10(1/4/1)` in milliseconds; null if it goes on for ever. */
function toneScriptLength(script, loop) {
  if (loop) return null;
  const cadences = script.split(";").slice(1).map((part) => part.trim()).filter((part) => part !== "");
  const seconds = cadences.map((part) => Number(part.split("(")[0]));
  if (cadences.length === 0 || seconds.some((length) => !(length >= 0))) return null;
  return Math.round(seconds.reduce((sum, length) => sum + length, 0) * 1000);
}

function endPlayer(player, state) {
  player.state = state;
  for (const kind of ["playerFinishes", "playerStarts", "partStarts"]) cancelTasks(kind, player.id);
  dropMedia(player);
}

function finishPlayer(player, error) {
  if (player.state !== "playing") return;
  endPlayer(player, "finished");
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
  if (player.className === "Player") emit("PlayerEvents", event, player.id, payload, { player: player.handle });
  else emit("SequencePlayerEvents", event, player.id, payload, { sequencePlayer: player.handle });
}

function stopPlayer(player) {
  endPlayer(player, "stopped");
  note("player_stopped", { player: player.id });
}

/** Another stream takes the place of what a leg says: its end is reported or not, which is an option. */
function replacePlayback(player) {
  stopPlayer(player);
  if (sim.options.replaced_playback === "finished") addTask(0, "playbackReplaced", { unit: player.call });
}

function playTo(label, part, call) {
  if (isOver(label, call)) return;
  if (call.state !== "CONNECTED" && !call.early) throw misuse(`${label}: ${call.label} is not connected`);
  send(label, newPlayer([part], "Player", call), call);
}

TASKS.playerStarts = function (task) {
  const player = sim.units[task.unit];
  const payload = { duration: player.duration === null ? 0 : player.duration };
  if (player.call) emitCall(sim.units[player.call], "PlaybackStarted", payload);
  else emitPlayer(player, "Started", payload);
};
TASKS.partStarts = function (task) {
  const player = sim.units[task.unit];
  player.label = task.label;
  note("player_goes_on", { player: player.id, what: task.label });
};
TASKS.playerFinishes = (task) => finishPlayer(sim.units[task.unit], task.error);
TASKS.playerStopped = (task) => emitPlayer(sim.units[task.unit], "Stopped", {});
TASKS.playbackReplaced = (task) => emitCall(sim.units[task.unit], "PlaybackFinished", {});

Object.assign(IMPLEMENTATION, {
  "VoxEngine.createTTSPlayer": (text) => newPlayer([speech(text)], "Player", null).handle,
  "VoxEngine.createToneScriptPlayer"(script, parameters) {
    const duration = toneScriptLength(script, Boolean(parameters && parameters.loop));
    return newPlayer([{ label: `tone:${script}`, duration }], "Player", null).handle;
  },
  "VoxEngine.createURLPlayer": (request, parameters) => newPlayer([audioFile(request.url, parameters)], "Player", null).handle,
  "VoxEngine.createSequencePlayer"(parameters) {
    if (parameters.segments.length === 0) throw misuse("VoxEngine.createSequencePlayer: there are no segments");
    const parts = parameters.segments.map(function (segment) {
      if (isObject(segment) && typeof segment.text === "string") return speech(segment.text);
      if (isObject(segment) && typeof segment.url === "string") return audioFile(segment.url, segment.parameters);
      throw misuse("VoxEngine.createSequencePlayer: a segment has neither text nor url");
    });
    return newPlayer(parts, "SequencePlayer", null).handle;
  },
  "Call.say": (call, text) => playTo("Call.say", speech(text), call),
  "Call.startPlayback": (call, url, parameters) => playTo("Call.startPlayback", audioFile(url, parameters), call),
  "Call.playProgressTone": (call, country) => playTo("Call.playProgressTone", { label: `tone:${country}`, duration: null }, call),
  "Call.stopPlayback"(call) {
    for (const unit of Object.values(sim.units)) if (unit.call === call.id && unit.state === "playing") stopPlayer(unit);
  },
});
for (const name of ["Player", "SequencePlayer"]) {
  IMPLEMENTATION[`${name}.stop`] = function (player) {
    if (player.state === "finished") {
      player.state = "stopped"; // only `stop` gives back what a player takes up: typings of Player.stop
      return;
    }
    if (isOver(`${name}.stop`, player)) return;
    stopPlayer(player);
    addTask(0, "playerStopped", { unit: player.id });
  };
  IMPLEMENTATION[`${name}.id`] = (player) => player.id;
}
