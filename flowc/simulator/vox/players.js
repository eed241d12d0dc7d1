// Players: speech, tones and files that are sent to units, one after the other in a sequence; and `say` and
// `startPlayback` of a leg, which are players of its own. Lengths are virtual, or the environment says when one ends.

const PLAYER_LIMIT = 10; // docs: platform/voxengine/limits
const PLAYER_TASKS = ["playerFinishes", "playerStarts", "partStarts", "markerReached", "playerGoesRound"];
const FAILING = ["fail", "fail alone"]; // what `players` may be, of speech
const SPEECH_LIMIT = 1500; // typings: createTTSPlayer, Call.say; longer text fails by its event

/**
 * A player of `{label, duration, error, loaded}` parts; `duration` is null if a part goes on for ever. `call` if it is a
 * leg's own; `onPause` if it only starts when it is resumed. Parts that are files have to be loaded first, which works,
 * fails, or goes on and on: an option.
 */
function newPlayer(parts, className, call, onPause) {
  const live = Object.values(sim.units).filter((unit) => unit.kind === "player" && unit.state !== "stopped" && !unit.call);
  if (!call && live.length >= PLAYER_LIMIT) throw misuse(`more than ${PLAYER_LIMIT} media players`);
  const id = `player-${(sim.counts.player += 1)}`;
  const endless = parts.some((part) => part.duration === null);
  const duration = endless ? null : parts.reduce((sum, part) => sum + part.duration, 0);
  const player = {
    id, kind: "player", label: parts[0].label, state: "playing", duration, className, call: call ? call.id : null, handle: null,
    loading: parts[0].loaded === true, began: sim.now, paused: null, awaited: null,
  };
  player.handle = makeHandle(className, id);
  sim.units[id] = player;
  note({ t: sim.now, event: "player", player: id, what: player.label, ...(parts[0].voice ? { voice: parts[0].voice } : {}) });
  const failing = parts.find((part) => part.error);
  if (!failing && FAILING.includes(sim.options.players) && parts.some((part) => part.isSpeech)) {
    addTask(0, "playerFinishes", id, { error: "playback failed", onlyError: sim.options.players === "fail alone" });
    return player;
  }
  const file = parts.some((part) => part.isFile) ? sim.options.files : "load";
  if (failing || file === "fail") {
    addTask(file === "fail" ? sim.options.file_ms : 0, "playerFinishes", id, { error: failing ? failing.error : "the file cannot be loaded" });
    if (file === "fail") player.awaited = { parts, onPause: true };
    return player;
  }
  if (file === "load" && !(sim.options.file_ms > 0 && parts[0].isFile)) beginPlayer(player, parts, onPause);
  else {
    player.awaited = { parts, onPause: onPause === true };
    if (file === "load") addTask(sim.options.file_ms, "fileLoaded", id);
  }
  return player;
}

function beginPlayer(player, parts, onPause) {
  addTask(0, "playerStarts", player.id);
  if (sim.options.players !== "manual") schedulePlayer(player, parts);
  if (!onPause) return;
  pausePlayer(player);
  addTask(0, "playerReady", player.id);
}

/** A file has come. */
function loadFile(player) {
  const { parts, onPause } = player.awaited;
  player.awaited = null;
  player.began = sim.now;
  beginPlayer(player, parts, onPause);
}

function pausePlayer(player) {
  if (player.paused !== null) return;
  player.paused = { at: sim.now, tasks: suspendTasks(PLAYER_TASKS, player.id) };
  note({ t: sim.now, event: "player_paused", player: player.id });
}

function resumePlayer(player) {
  if (player.paused === null) return;
  player.began += sim.now - player.paused.at;
  for (const task of player.paused.tasks) addTask(...task);
  player.paused = null;
  note({ t: sim.now, event: "player_resumed", player: player.id });
}

/** `offset` is in milliseconds from the start or, if negative, from the end (typings, Player.addMarker). */
function addMarker(player, offset) {
  if (offset < 0 && player.duration === null) throw misuse(`Player.addMarker: ${player.label} has no end`);
  const place = offset < 0 ? player.duration + offset : offset;
  const left = place - ((player.paused === null ? sim.now : player.paused.at) - player.began);
  if (left < 0) misuse(`Player.addMarker: ${player.label} is past ${place} ms already`);
  else if (player.paused === null) addTask(left, "markerReached", player.id, { offset });
  else player.paused.tasks.push([left, "markerReached", player.id, { offset }]);
}

/** Loading takes no time: the event comes right before that of the start (typings, PlayerEvents.PlaybackReady). */
function tellReady(player) {
  if (!player.loading) return;
  player.loading = false;
  if (player.call) emitCall(sim.units[player.call], "PlaybackReady", {});
  else if (player.className === "Player") emitPlayer(player, "PlaybackReady", {});
}

function schedulePlayer(player, parts) {
  let at = 0;
  for (const part of parts) {
    if (part !== parts[0]) addTask(at, "partStarts", player.id, { label: part.label });
    if (part.duration === null) {
      if (part.isFile && sim.options.loop_finished) addTask(at + sim.options.url_player_ms, "playerGoesRound", player.id);
      return;
    }
    at += part.duration;
  }
  addTask(at, "playerFinishes", player.id);
}

/** `parameters` may name a voice. */
function speech(text, parameters) {
  const voice = parameters && parameters.voice ? parameters.voice.voice : "";
  const error = text.length > SPEECH_LIMIT ? `the text is longer than ${SPEECH_LIMIT} characters` : null;
  return { label: `tts:${text}`, duration: text.length * sim.options.tts_ms_per_char, error, loaded: true, isSpeech: true, voice };
}

function audioFile(url, parameters) {
  return { label: `url:${url}`, duration: parameters && parameters.loop ? null : sim.options.url_player_ms, error: null, loaded: true, isFile: true };
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
  player.awaited = null;
  cancelAllTasks(PLAYER_TASKS, player.id);
  cancelTasks("fileLoaded", player.id);
  dropMedia(player);
}

/** With `onlyError` the platform does not say besides that it has ended. */
function finishPlayer(player, error, onlyError = false) {
  if (player.state !== "playing") return;
  endPlayer(player, "finished");
  const entry = { t: sim.now, event: "player_finished", player: player.id };
  note(error ? { ...entry, error } : entry);
  const payload = error ? { error } : {};
  if (player.call) {
    emitCall(sim.units[player.call], "PlaybackFinished", payload);
    return;
  }
  if (error) emitPlayer(player, "Error", payload);
  if (!onlyError) emitPlayer(player, "PlaybackFinished", payload);
}

function emitPlayer(player, event, payload) {
  if (player.className === "Player") emit("PlayerEvents", event, player.id, payload, { player: player.handle });
  else emit("SequencePlayerEvents", event, player.id, payload, { sequencePlayer: player.handle });
}

function stopPlayer(player) {
  endPlayer(player, "stopped");
  note({ t: sim.now, event: "player_stopped", player: player.id });
}

/** Another stream takes the place of what a leg says: its end is reported or not, which is an option. */
function replacePlayback(player) {
  stopPlayer(player);
  if (sim.options.replaced_playback === "finished") addTask(0, "playbackReplaced", player.call);
}

function playTo(label, part, call) {
  if (isOver(label, call)) return;
  if (call.state !== "CONNECTED" && !call.early) throw misuse(`${label}: ${call.label} is not connected`);
  send(label, newPlayer([part], "Player", call), call);
}

TASKS.fileLoaded = (id) => loadFile(sim.units[id]);
/** One that repeats has come to its end, and begins again: whether the platform says so is an option. */
TASKS.playerGoesRound = function (id) {
  const player = sim.units[id];
  addTask(sim.options.url_player_ms, "playerGoesRound", id);
  emitPlayer(player, "PlaybackFinished", {});
};
TASKS.playerReady = (id) => tellReady(sim.units[id]);
TASKS.markerReached = (id, { offset }) => emitPlayer(sim.units[id], "PlaybackMarkerReached", { offset });
TASKS.playerStarts = function (id) {
  const player = sim.units[id];
  tellReady(player);
  if (player.state !== "playing") return;
  if (player.paused !== null) {
    player.paused.tasks.unshift([0, "playerStarts", id]);
    return;
  }
  const payload = { duration: player.duration === null ? 0 : player.duration };
  if (player.call) emitCall(sim.units[player.call], "PlaybackStarted", payload);
  else emitPlayer(player, "Started", payload);
};
TASKS.partStarts = function (id, { label }) {
  const player = sim.units[id];
  player.label = label;
  note({ t: sim.now, event: "player_goes_on", player: player.id, what: label });
};
TASKS.playerFinishes = (id, { error, onlyError }) => finishPlayer(sim.units[id], error, onlyError);
TASKS.playerStopped = (id) => emitPlayer(sim.units[id], "Stopped", {});
TASKS.playbackReplaced = (id) => emitCall(sim.units[id], "PlaybackFinished", {});

Object.assign(IMPLEMENTATION, {
  "VoxEngine.createTTSPlayer": (text, parameters) => newPlayer([speech(text, parameters)], "Player", null, parameters && parameters.onPause).handle,
  "VoxEngine.createToneScriptPlayer"(script, parameters) {
    const duration = toneScriptLength(script, Boolean(parameters && parameters.loop));
    return newPlayer([{ label: `tone:${script}`, duration }], "Player", null).handle;
  },
  "VoxEngine.createURLPlayer"(request, parameters) {
    return newPlayer([audioFile(request.url, parameters)], "Player", null, parameters && parameters.onPause).handle;
  },
  "VoxEngine.createSequencePlayer"(parameters) {
    if (parameters.segments.length === 0) throw misuse("VoxEngine.createSequencePlayer: there are no segments");
    const parts = parameters.segments.map(function (segment) {
      if (isObject(segment) && segment.parameters && segment.parameters.onPause) throw misuse("VoxEngine.createSequencePlayer: onPause is not emulated");
      if (isObject(segment) && typeof segment.text === "string") return speech(segment.text);
      if (isObject(segment) && typeof segment.url === "string") return audioFile(segment.url, segment.parameters);
      throw misuse("VoxEngine.createSequencePlayer: a segment has neither text nor url");
    });
    return newPlayer(parts, "SequencePlayer", null).handle;
  },
  "Player.addMarker": (player, offset) => void (isOver("Player.addMarker", player) || addMarker(player, offset)),
  "Call.say": (call, text, parameters) => playTo("Call.say", speech(text, parameters), call),
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
    addTask(0, "playerStopped", player.id);
  };
  IMPLEMENTATION[`${name}.pause`] = (player) => void (isOver(`${name}.pause`, player) || pausePlayer(player));
  IMPLEMENTATION[`${name}.resume`] = (player) => void (isOver(`${name}.resume`, player) || resumePlayer(player));
  IMPLEMENTATION[`${name}.id`] = (player) => player.id;
}
